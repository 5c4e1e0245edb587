"""Files that are put together of parts: where each piece of a part belongs in its file, so that parts can be put there at once.

Each part is its own work, which several processes may share: none waits for another, and each byte is copied once, by the
system where it can do so itself.
"""

from __future__ import annotations

import errno
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from align.export.pieces import Part, copy, in_order

__all__ = ["Joint", "Placement", "begin_joints", "put_together"]

# Copies from one file to another without a way through this process (Linux); not between all kinds of files.
_COPY: Callable[[int, int, int, None, int], int] | None = getattr(os, "copy_file_range", None)
_NOT_BETWEEN_THESE = frozenset({errno.EBADF, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM, errno.EXDEV})


class Joint(NamedTuple):
    """A file to be put together."""

    path: Path
    """Where it is written."""
    head: bytes
    """What it begins with."""
    parts: Sequence[Part]
    """What stands in between; no page is in two of them."""
    tail: bytes
    """What it ends with."""


class Placement(NamedTuple):
    """A part, and where its pieces belong in a file, one after the other."""

    path: Path
    """The file, which is there already."""
    part: Path
    """Goes when it has been placed, for there may be no room for both."""
    offsets: array[int]
    """Of each piece in the file."""
    sizes: array[int]
    """Bytes of each piece."""

    @property
    def size(self) -> int:
        """Its bytes."""
        return sum(self.sizes)


def begin_joints(joints: Iterable[Joint]) -> list[Placement]:
    """Write what these files begin and end with; returns what belongs in between."""
    return [placement for joint in joints for placement in _begun(joint)]


def _begun(joint: Joint) -> Iterator[Placement]:
    placements = [Placement(joint.path, part.path, array("Q"), array("Q")) for part in joint.parts]
    offset = len(joint.head)
    for index, size in in_order([(part.pages, part.sizes) for part in joint.parts]):
        placements[index].offsets.append(offset)
        placements[index].sizes.append(size)
        offset += size
    with joint.path.open("wb") as stream:
        stream.write(joint.head)
        stream.seek(offset)
        stream.write(joint.tail)
        stream.truncate()
    yield from placements


def put_together(placements: Iterable[Placement]) -> None:
    """Put parts where they belong.

    Raises
    ------
    OutputError
        A part is not as it was written.
    """
    for placement in placements:
        with placement.part.open("rb", buffering=0) as source, placement.path.open("r+b") as target:
            for offset, size in zip(placement.offsets, placement.sizes, strict=True):
                left = _copied(source, target, offset, size)
                if left:  # they go through this process
                    target.seek(offset + size - left)
                    copy(source, target, left, placement.part)
        placement.part.unlink()


def _copied(source: IO[bytes], target: IO[bytes], offset: int, size: int) -> int:
    """Let the system copy so many bytes from where the source stands to a place of the target; returns how many it has not."""
    while size and _COPY is not None:
        try:
            count = _COPY(source.fileno(), target.fileno(), size, None, offset)
        except OSError as error:
            if error.errno in _NOT_BETWEEN_THESE:
                break
            raise
        if not count:
            break
        offset, size = offset + count, size - count
    return size
