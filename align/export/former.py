"""Entries that the last run wrote and that would be written again just so: they are copied."""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import msgspec

from align.export.plan import Format
from align.export.record import checksum, damaged

__all__ = ["Former", "FormerFile", "Index", "former_of", "load_index", "save_index"]

_RUN = 1 << 32
_ENCODER = msgspec.msgpack.Encoder()


def former_of(run: int, slot: int, *, blocks: bool) -> int:
    """One number for a slot of a collector of the last run; never 0."""
    return (2 * run + blocks) * _RUN + slot + 1


class Index(msgspec.Struct, array_like=True):
    """Where the entries of a run stand in a file, in their order."""

    formers: bytes
    """:func:`former_of` each, as if the run were number 0; 64 bits; 0 where it has no slot, or is no best target."""
    sizes: bytes
    """Bytes of each, 32 bits."""


Indexes = dict[str, dict[str, Index]]
"""By memory and format."""
_INDEXES = msgspec.msgpack.Decoder(Indexes)


def save_index(path: Path, indexes: Indexes) -> None:
    """Put down where a run's entries stand."""
    data = _ENCODER.encode(indexes)
    with path.open("wb") as stream:
        stream.write(checksum(data))
        stream.write(data)


def load_index(path: Path) -> Indexes:
    """What :func:`save_index` put down.

    Raises
    ------
    OutputError
        It is damaged.
    """
    data = path.read_bytes()
    length = len(checksum(b""))
    if checksum(data[length:]) != data[:length]:
        raise damaged(path)
    return _INDEXES.decode(data[length:])


def _spans(run: int, index: Index, begin: int) -> Iterator[tuple[int, int]]:
    """By :func:`former_of`, end and size of each entry; together in one number, for there are many."""
    own, sizes = array("Q"), array("I")
    own.frombytes(index.formers)
    sizes.frombytes(index.sizes)
    formers = (former and former + 2 * run * _RUN for former in own) if run else own
    ends = accumulate(sizes, initial=begin)
    next(ends)
    return zip(formers, map(_packed, ends, sizes), strict=True)


def _packed(end: int, size: int) -> int:
    return end * _RUN + size


class FormerFile:
    """A file that the last run wrote.

    Parameters
    ----------
    runs : number of each run, its index, and where its first entry begins.
    """

    def __init__(self, path: Path, runs: Iterable[tuple[int, Index, int]]) -> None:
        with path.open("rb") as stream:
            self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._spans: dict[int, int] = {}
        for run, index, begin in runs:
            self._spans.update(_spans(run, index, begin))
        self._spans.pop(0, None)

    def entry(self, former: int) -> bytes | None:
        """The entry of a slot; None when there is none."""
        span = self._spans.get(former)
        if span is None:
            return None
        end, size = divmod(span, _RUN)
        return self._data[end - size : end]

    def close(self) -> None:
        """Let the file go."""
        self._data.close()


class Former:
    """The files of the last run.

    Parameters
    ----------
    out : folder of the files.
    indexes : of each run, in their order.
    begins : for each file that may be used, where the first entry of each run begins.
    """

    def __init__(self, out: Path, indexes: Sequence[Indexes], begins: Mapping[str, Sequence[int]]) -> None:
        self._out = out
        self._indexes = indexes
        self._begins = begins

    def file(self, name: str, memory: str, form: Format) -> FormerFile | None:
        """The file of this name, which is that of a memory and format; None when it may not be used, or has no entry."""
        begins = self._begins.get(name)
        if begins is None or len(begins) != len(self._indexes):
            return None
        runs = [
            (run, index[memory][form], begin)
            for run, (index, begin) in enumerate(zip(self._indexes, begins, strict=True))
            if form in index.get(memory, {})
        ]
        # A file of no entries may be empty, and an empty file cannot be mapped.
        return FormerFile(self._out / name, runs) if any(index.sizes for _, index, _ in runs) else None
