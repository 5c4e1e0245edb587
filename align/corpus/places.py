"""Where pages come from: a folder on disk, a folder in git, standard input. A page that was found knows its place."""

from __future__ import annotations

import os
import sys
from collections.abc import Hashable
from pathlib import Path
from typing import Protocol

import msgspec

from align.errors import UnreadablePageError
from align.git_process import Blobs
from align.pages import read_bytes

__all__ = ["STDIN", "Folder", "PageFile", "Place", "StandardInput", "as_text", "stamp_of"]

#: The PATH that means one page on standard input.
STDIN = "-"
_LICENCE_READ = 4000


def as_text(name: str) -> str:
    r"""A file's name as text: bytes that are no UTF-8 become ``\xE8`` and the like."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


class Place(Protocol):
    """Holds pages. ``inside`` names a file below it: a POSIX path, bytes that are no UTF-8 as :func:`os.fsdecode` gives them.

    A place is immutable, can be pickled, and tells pages of one PATH from those of another by being equal or not.
    """

    def where(self, inside: str) -> str:
        """How messages name a file."""

    def path_of(self, inside: str) -> Path | None:
        """The file on disk; None where there is none."""

    def identity(self, inside: str) -> Hashable:
        """The same for a file reached twice."""

    def folders_above(self, *, exactly: bool = False) -> tuple[str, ...]:
        """Names of the folders that lead to the place, its own the last; ``exactly`` tells branches apart, too."""

    def read(self, inside: str, stamp: str, blobs: Blobs) -> bytes:
        """The bytes of a page with this stamp; raises UnreadablePageError."""

    def beginning(self, inside: str, blobs: Blobs) -> bytes | None:
        """The first bytes of a file that need not be a page; None when there is none."""


def stamp_of(found: os.stat_result) -> str:
    """Size, modification time (ns) and inode of a file: the last tells a file that was renamed over one of its size and age."""
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ino}"


class PageFile(msgspec.Struct, frozen=True):
    """A page that was found, not yet read. It can be pickled."""

    name: str
    """POSIX path relative to the PATH given."""
    place: Place
    """What holds it: the folder that was given, or that of the file that was given."""
    inside: str
    """Where it stands there: a POSIX path below the place."""
    size: int = 0
    """Bytes, as the walk saw them; 0 for standard input, and where they could not be told."""
    stamp: str = ""
    """Changes when the content does: that of a file (:func:`stamp_of`), the blob's id in git; empty when unknown."""

    @property
    def path(self) -> Path | None:
        """Where it is on disk; None for standard input and in git."""
        return self.place.path_of(self.inside)


class Folder(msgspec.Struct, frozen=True):
    """A folder on disk."""

    root: Path
    """Where it is."""

    def where(self, inside: str) -> str:
        """The path."""
        return os.path.join(self.root, inside)

    def path_of(self, inside: str) -> Path:
        """The path."""
        return self.root / inside

    def identity(self, inside: str) -> Hashable:
        """The path without symbolic links."""
        return (self.root / inside).resolve()

    def folders_above(self, *, exactly: bool = False) -> tuple[str, ...]:  # noqa: ARG002 - there is but one name
        """The parts of its path."""
        return self.root.resolve().parts[1:]

    def read(self, inside: str, stamp: str, blobs: Blobs) -> bytes:  # noqa: ARG002 - what git needs
        """The bytes of a file as it is now.

        Raises
        ------
        UnreadablePageError
            It cannot be opened.
        """
        return read_bytes(self.where(inside))  # a Path for each page costs as much as opening it

    def beginning(self, inside: str, blobs: Blobs) -> bytes | None:  # noqa: ARG002
        """The first bytes of a file; None when it cannot be opened."""
        try:
            with open(os.path.join(self.root, inside), "rb") as stream:  # noqa: PTH123 - most are not there: a Path costs more
                return stream.read(_LICENCE_READ)
        except OSError:
            return None


class StandardInput(msgspec.Struct, frozen=True):
    """One page that is piped in."""

    def where(self, inside: str) -> str:  # noqa: ARG002
        """What messages call it."""
        return "standard input"

    def path_of(self, inside: str) -> None:
        """There is none."""

    def identity(self, inside: str) -> Hashable:
        """There is only one."""
        return inside

    def folders_above(self, *, exactly: bool = False) -> tuple[str, ...]:  # noqa: ARG002
        """There are none."""
        return ()

    def read(self, inside: str, stamp: str, blobs: Blobs) -> bytes:  # noqa: ARG002
        """All that comes, once.

        Raises
        ------
        UnreadablePageError
            It is closed.
        """
        if sys.stdin is None:
            raise UnreadablePageError("is closed", path="standard input", cure="give a PATH, or a page on standard input")
        return sys.stdin.buffer.read()

    def beginning(self, inside: str, blobs: Blobs) -> bytes | None:  # noqa: ARG002
        """Nothing stands beside it."""
        return None
