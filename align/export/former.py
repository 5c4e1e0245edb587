"""Entries that the last run wrote and that would be written again just so: they are copied."""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, repeat
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import IO

import msgspec

from align.curate import Selection
from align.export.pieces import in_order
from align.export.plan import Format
from align.export.record import checksum, damaged
from align.export.stored import unpacked

__all__ = ["Former", "FormerFile", "Index", "former_of", "index_of", "load_index", "save_index"]

_RUN = 1 << 32
_ENCODER = msgspec.msgpack.Encoder()


def former_of(run: int, slot: int, *, blocks: bool) -> int:
    """One number for a slot of a collector of the last run; never 0."""
    return (2 * run + blocks) * _RUN + slot + 1


class Index(msgspec.Struct, array_like=True):
    """Where the entries of a run stand in a file, in their order."""

    pages: bytes
    """Numbers of the pages that place them, ascending, 32 bits: between two of them may stand entries of other runs."""
    counts: bytes
    """How many entries each page places, 32 bits."""
    formers: bytes
    """:func:`former_of` each, as if the run were number 0; 64 bits; 0 where it has no slot, or is no best target."""
    sizes: bytes
    """Bytes of each, 32 bits."""


def index_of(selection: Selection, pages: array[int], counts: array[int], sizes: array[int]) -> Index:
    """The index of entries that were written, with these sizes, for what was selected."""
    first = former_of(0, 0, blocks=False), former_of(0, 0, blocks=True)
    fields = (map(attrgetter(name), selection.pairs) for name in ("block", "slot"))
    chosen = zip(*fields, map(itemgetter(2), selection.chosen), strict=True)
    own = [first[block] + slot if best and slot >= 0 else 0 for block, slot, best in chosen]
    return Index(pages.tobytes(), counts.tobytes(), array("Q", own).tobytes(), sizes.tobytes())


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


def _formers(run: int, index: Index) -> array[int]:
    own = unpacked("Q", index.formers)
    return array("Q", [former and former + 2 * run * _RUN for former in own]) if run else own


def _joined(runs: Sequence[tuple[int, Index]]) -> tuple[array[int], array[int]]:
    """:func:`former_of` and size of each entry of a file at which these runs wrote, in the order of the file."""
    if len(runs) == 1:
        return _formers(*runs[0]), unpacked("I", runs[0][1].sizes)
    formers, sizes = array("Q"), array("I")
    all_formers = [_formers(*one) for one in runs]
    all_sizes = [unpacked("I", index.sizes) for _, index in runs]
    done = [0] * len(runs)
    for part, count in in_order([(unpacked("I", index.pages), unpacked("I", index.counts)) for _, index in runs]):
        begin = done[part]
        done[part] += count
        formers += all_formers[part][begin : done[part]]
        sizes += all_sizes[part][begin : done[part]]
    return formers, sizes


class FormerFile:
    """A file that the last run wrote.

    Parameters
    ----------
    begin : where its first entry begins.
    runs : number of each run that wrote at it, and its index.
    """

    def __init__(self, path: Path, begin: int, runs: Sequence[tuple[int, Index]]) -> None:
        with path.open("rb") as stream:
            self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        formers, self._sizes = _joined(runs)
        self._ends = list(accumulate(self._sizes, initial=begin))
        self._entries = dict(zip(formers, range(len(formers)), strict=True))
        self._entries.pop(0, None)

    def find(self, formers: Iterable[int]) -> Iterator[int]:
        """The place in the file of the entry of each slot, counted from 0; -1 where there is none."""
        return map(self._entries.get, formers, repeat(-1))

    def copy(self, begin: int, stop: int, stream: IO[bytes]) -> None:
        """Write the entries at these places, as they stand in the file."""
        with memoryview(self._data) as data, data[self._ends[begin] : self._ends[stop]] as entries:
            stream.write(entries)

    def sizes(self, begin: int, stop: int) -> array[int]:
        """Bytes of each of the entries at these places."""
        return self._sizes[begin:stop]

    def close(self) -> None:
        """Let the file go."""
        self._data.close()


class Former:
    """The files of the last run.

    Parameters
    ----------
    out : folder of the files.
    indexes : of each run, in their order.
    begins : for each file that may be used, where its first entry begins.
    """

    def __init__(self, out: Path, indexes: Sequence[Indexes], begins: Mapping[str, int]) -> None:
        self._out = out
        self._indexes = indexes
        self._begins = begins

    def file(self, name: str, memory: str, form: Format) -> FormerFile | None:
        """The file of this name, which is that of a memory and format; None when it may not be used, or has no entry."""
        begin = self._begins.get(name)
        if begin is None:
            return None
        runs = [(run, index[memory][form]) for run, index in enumerate(self._indexes) if form in index.get(memory, {})]
        # A file of no entries may be empty, and an empty file cannot be mapped.
        return FormerFile(self._out / name, begin, runs) if any(index.sizes for _, index in runs) else None
