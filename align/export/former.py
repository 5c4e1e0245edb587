"""Entries that the last run wrote and that would be written again just so: they are copied."""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from align.export.plan import Format

__all__ = ["Former", "FormerFile", "Index", "former_of", "load_index", "save_index"]

_RUN = 1 << 32
_ENCODER = msgspec.msgpack.Encoder()
#: The slot of an entry that no collector of the run has.
NOWHERE = _RUN - 1


def former_of(run: int, slot: int) -> int:
    """One number for a slot of the last run; never 0."""
    return run * _RUN + slot + 1


class Index(msgspec.Struct, array_like=True):
    """Where the entries of a run stand in a file, in their order."""

    slots: bytes
    """The slot of each in the run's collector, 32 bits; :data:`NOWHERE` when it has none, or is no best target."""
    sizes: bytes
    """Bytes of each, 32 bits."""


Indexes = dict[str, dict[str, Index]]
"""By memory and format."""
_INDEXES = msgspec.msgpack.Decoder(Indexes)


def save_index(path: Path, indexes: Indexes) -> None:
    """Put down where a run's entries stand."""
    path.write_bytes(_ENCODER.encode(indexes))


def load_index(path: Path) -> Indexes:
    """What :func:`save_index` put down."""
    return _INDEXES.decode(path.read_bytes())


class _Spans(NamedTuple):
    """Where a run's slots stand in a file; size 0 where they do not."""

    begins: array[int]
    sizes: array[int]


def _spans(index: Index, begin: int) -> _Spans:
    slots, sizes = array("I"), array("I")
    slots.frombytes(index.slots)
    sizes.frombytes(index.sizes)
    count = max((slot for slot in slots if slot != NOWHERE), default=-1) + 1
    spans = _Spans(array("Q", bytes(8 * count)), array("I", bytes(4 * count)))
    for slot, size in zip(slots, sizes, strict=True):
        if slot != NOWHERE:
            spans.begins[slot] = begin
            spans.sizes[slot] = size
        begin += size
    return spans


class FormerFile:
    """A file that the last run wrote.

    Parameters
    ----------
    runs : by number of a run, its index and where its first entry begins.
    """

    def __init__(self, path: Path, runs: Mapping[int, tuple[Index, int]]) -> None:
        with path.open("rb") as stream:
            self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._spans = {run: _spans(index, begin) for run, (index, begin) in runs.items()}

    def entry(self, former: int) -> bytes | None:
        """The entry of a slot; None when there is none."""
        run, slot = divmod(former - 1, _RUN)
        spans = self._spans.get(run)
        if spans is None or slot >= len(spans.sizes) or not spans.sizes[slot]:
            return None
        begin = spans.begins[slot]
        return self._data[begin : begin + spans.sizes[slot]]

    def close(self) -> None:
        """Let the file go."""
        self._data.close()


class Former(msgspec.Struct, frozen=True):
    """The files of the last run."""

    out: Path
    state: Path
    begins: Mapping[str, Sequence[int]]
    """For each file, where the first entry of each run begins."""
    intact: frozenset[str]
    """The files that are as that run left them."""

    def file(self, name: str, memory: str, form: Format, indexes: Sequence[Indexes]) -> FormerFile | None:
        """A file, if it is there as it was."""
        if name not in self.intact or name not in self.begins:
            return None
        runs = {
            run: (index[memory][form], begin)
            for run, (index, begin) in enumerate(zip(indexes, self.begins[name], strict=True))
            if form in index.get(memory, {})
        }
        return FormerFile(self.out / name, runs)
