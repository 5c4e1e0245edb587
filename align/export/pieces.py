"""Files at which several runs write: a run's part is cut at its pages, and the parts are put together page by page."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import accumulate, groupby, islice, repeat
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, cast

from align.errors import OutputError

__all__ = ["Part", "PartWriter", "append", "copy", "in_order", "pieces"]

_CHUNK = 1 << 20


class Part(NamedTuple):
    """A run's part of a file."""

    path: Path
    """Where it was written."""
    pages: array[int]
    """Numbers of the pages of which something is in it, ascending."""
    sizes: array[int]
    """Bytes of each."""


class PartWriter:
    """Writes a part, page after page; as a context manager it closes the file."""

    def __init__(self, path: Path) -> None:
        self.part = Part(path, array("I"), array("Q"))
        """What was written; on disk when the writer is closed."""
        self._stream = path.open("wb")

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.close()

    def add(self, page: int, data: bytes) -> None:
        """Write what there is of a page; pages come in the order of their numbers."""
        if data:
            self._stream.write(data)
            self.part.pages.append(page)
            self.part.sizes.append(len(data))


def pieces(pages: Iterable[int], sizes: Iterable[int]) -> tuple[array[int], array[int], array[int]]:
    """Sum up entries by the pages they belong to.

    Parameters
    ----------
    pages : the page of each entry, ascending.
    sizes : bytes of each entry.

    Returns
    -------
    pages, counts, sizes : each page, how many entries are its, and how many bytes they have.
    """
    counts = Counter(pages)
    ends = list(accumulate(sizes, initial=0))
    at = [ends[entry] for entry in accumulate(counts.values(), initial=0)]
    of_pages = array("Q", [stop - begin for begin, stop in zip(at, islice(at, 1, None), strict=False)])
    return array("I", counts.keys()), array("I", counts.values()), of_pages


def in_order(parts: Sequence[tuple[Iterable[int], Iterable[int]]]) -> Iterator[tuple[int, int]]:
    """Which part comes next, and with how much, until all have come; no page is in two parts.

    Parameters
    ----------
    parts : numbers of the pages of each, ascending; and how much it has of each of these pages, in bytes or entries.
    """
    pages = merge(*(zip(numbers, repeat(index), amounts) for index, (numbers, amounts) in enumerate(parts)))
    for index, group in groupby(pages, itemgetter(1)):
        yield index, sum(map(itemgetter(2), group))


def append(stream: IO[bytes], parts: Sequence[Part], *, keep: bool = False) -> None:
    """Write parts to a stream as one, in the order of their pages. A part is open only between its first and last page.

    Parameters
    ----------
    keep : whether the files of the parts stay; else each goes when it is written, for there may be no room for both.

    Raises
    ------
    OutputError
        A part is not as it was written.
    """
    streams: list[IO[bytes] | None] = [None] * len(parts)
    left = [sum(part.sizes) for part in parts]
    try:
        for index, size in in_order([(part.pages, part.sizes) for part in parts]):
            path = parts[index].path
            if streams[index] is None:
                streams[index] = path.open("rb")
            source = cast("IO[bytes]", streams[index])
            copy(source, stream, size, path)
            left[index] -= size
            if not left[index]:
                source.close()
                if not keep:
                    path.unlink()
    finally:
        for opened in streams:
            if opened is not None:
                opened.close()


def copy(source: IO[bytes], stream: IO[bytes], size: int, path: Path) -> None:
    """Copy so many bytes from where the source, which is the file at ``path``, stands to where the stream stands.

    Raises
    ------
    OutputError
        They are not there.
    """
    while size > 0:
        data = source.read(min(size, _CHUNK))
        if not data:
            raise OutputError("is shorter than it was written", path=path, cure="check the disk, and run again")
        stream.write(data)
        size -= len(data)
