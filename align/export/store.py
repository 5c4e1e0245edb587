"""What a run knows of its pairs, on disk: for other runs, for itself when its turn to write comes, and for the next export.

Pairs stand column by column, some thousand in a chunk: that is written and read several times faster than one by one,
and a reader that wants a few of them holds one chunk at a time.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, repeat
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple

import msgspec

from align.curate import UNITS_A_PAGE, Collector, Pair, Slot
from align.export.memory import Memory
from align.export.record import checksum, damaged
from align.model import Origin

__all__ = ["Store", "StoredCollector", "StoredMemory", "save"]

_CHUNK = 4096
_NUMBER = 8
# Instead of a pair's place: a slot of a pair that no unit has any more.
_NOTHING = 0xFFFF_FFFF
_ENCODER = msgspec.msgpack.Encoder()


class _Chunk(msgspec.Struct, array_like=True):
    """Some pairs, a column for each field; numbers are packed in the machine's order."""

    sources: list[str]
    targets: list[str]
    ids: list[str]
    numbers: bytes
    """64 bits."""
    changes: dict[int, tuple[str, ...]]
    """By place in the chunk, where there are any."""
    ranks: bytes
    """8 bits."""
    handoffs: bytes
    """Each one's place among the handoffs of the collector, 32 bits."""
    counts: bytes
    """32 bits."""
    pages: bytes
    """Places of the pages' names among those of the collector, those of one pair behind those of another, 32 bits."""
    pages_each: bytes
    """How many names a pair has, 8 bits."""


class StoredCollector(msgspec.Struct, array_like=True):
    """Where the pairs of a collector stand, and what they share."""

    chunks: list[tuple[int, int]]
    """Where each chunk begins, and how many pairs it has."""
    origins: dict[int, Origin]
    """By number of a page."""
    labels: dict[int, tuple[str, ...]]
    """Reference definitions, by number of a page, where there are any."""
    handoffs: list[str]
    names: list[str]
    """Of pages."""
    slots: bytes
    """For each slot the place of its pair, 32 bits."""
    changes: dict[int, tuple[str, ...]]
    """By slot, where there are any."""
    dropped: dict[int, str]
    """By slot, the reason for which its units are dropped."""
    characters: int
    """Of all texts, in code points."""

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return sum(count for _, count in self.chunks)


class StoredMemory(msgspec.Struct, array_like=True):
    """Both collectors of a memory."""

    origin: Origin
    """Of its first page."""
    sentences: StoredCollector
    blocks: StoredCollector

    @property
    def both(self) -> tuple[StoredCollector, StoredCollector]:
        """As the memory's collectors."""
        return self.sentences, self.blocks


class Restored(NamedTuple):
    """What a collector had."""

    slots: list[Slot]
    pairs: list[Pair]
    characters: int
    """Of all texts, in code points."""


_CHUNKS = msgspec.msgpack.Decoder(_Chunk)
_HEAD = msgspec.msgpack.Decoder(dict[str, StoredMemory])


def save(path: Path, memories: dict[str, Memory]) -> None:
    """Put down what a run knows: chunks of pairs, then what finds them."""
    with path.open("wb") as stream:
        head = {
            name: StoredMemory(memory.origin, *(_save(stream, collector) for collector in memory.collectors))
            for name, memory in memories.items()
        }
        begin = stream.tell()
        _write(stream, _ENCODER.encode(head))
        stream.write(begin.to_bytes(_NUMBER, "little"))


def _write(stream: IO[bytes], data: bytes) -> None:
    stream.write(len(data).to_bytes(_NUMBER, "little") + checksum(data))
    stream.write(data)


class _Places(dict[str, int]):
    """The distinct words that were asked for, and the place of each."""

    def __missing__(self, word: str) -> int:
        place = self[word] = len(self)
        return place


def _column(pairs: Sequence[Pair], name: str) -> list[str]:
    return list(map(attrgetter(name), pairs))


def _save(stream: IO[bytes], collector: Collector) -> StoredCollector:
    chunks: list[tuple[int, int]] = []
    handoffs, names = _Places(), _Places()
    for first in range(0, len(collector.pairs), _CHUNK):
        pairs = collector.pairs[first : first + _CHUNK]
        chunks.append((stream.tell(), len(pairs)))
        _write(stream, _ENCODER.encode(_chunk(pairs, handoffs, names)))
    places = dict(zip(map(id, collector.pairs), range(len(collector.pairs)), strict=True))
    slots = array("I", [places.get(id(pair), _NOTHING) for pair, _ in collector.slots])
    special = [(slot, item) for slot, item in enumerate(collector.slots) if item[1] or item[0].dropped is not None]
    pages = [number // UNITS_A_PAGE for number in map(attrgetter("number"), collector.pairs)]
    return StoredCollector(
        chunks,
        dict(zip(pages, map(attrgetter("origin"), collector.pairs), strict=True)),
        {page: labels for page, labels in zip(pages, map(attrgetter("labels"), collector.pairs), strict=True) if labels},
        list(handoffs),
        list(names),
        slots.tobytes(),
        {slot: changes for slot, (_, changes) in special if changes},
        {slot: pair.dropped for slot, (pair, _) in special if pair.dropped is not None},
        collector.characters,
    )


def _chunk(pairs: Sequence[Pair], handoffs: _Places, names: _Places) -> _Chunk:
    pages = list(map(attrgetter("pages"), pairs))
    return _Chunk(
        _column(pairs, "source"),
        _column(pairs, "target"),
        _column(pairs, "id"),
        array("Q", map(attrgetter("number"), pairs)).tobytes(),
        {place: pair.changes for place, pair in enumerate(pairs) if pair.changes},
        bytes(map(attrgetter("rank"), pairs)),
        array("I", map(handoffs.__getitem__, _column(pairs, "handoff"))).tobytes(),
        array("I", map(attrgetter("count"), pairs)).tobytes(),
        array("I", map(names.__getitem__, chain.from_iterable(pages))).tobytes(),
        bytes(map(len, pages)),
    )


def _unpacked(code: str, data: bytes) -> array[int]:
    values: array[int] = array(code)
    values.frombytes(data)
    return values


class Store:
    """A file that :func:`save` wrote. A context manager, which closes it.

    Raises
    ------
    OutputError
        It is damaged, which may show when pairs are asked for.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("rb")
        self._size = path.stat().st_size
        self.memories: dict[str, StoredMemory] = {}
        """By name; known when the block is entered."""

    def __enter__(self) -> Store:
        try:
            self._stream.seek(max(self._size - _NUMBER, 0))
            self.memories = self._decoded(_HEAD, int.from_bytes(self._stream.read(_NUMBER), "little"))
        except BaseException:
            self._stream.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.close()

    def _decoded(self, decoder: msgspec.msgpack.Decoder[Any], begin: int) -> Any:
        """What stands at this place."""
        self._stream.seek(begin)
        size = int.from_bytes(self._stream.read(_NUMBER), "little")
        check = self._stream.read(len(checksum(b"")))
        data = self._stream.read(min(size, self._size))
        if checksum(data) != check:
            raise damaged(self._path)
        try:
            return decoder.decode(data)
        except msgspec.MsgspecError as error:
            raise damaged(self._path) from error

    def restored(self, stored: StoredCollector, *, blocks: bool, former: int = 0) -> Restored:
        """All that a collector had; each pair has its first slot.

        Parameters
        ----------
        former : of the first slot's pair, from which those of the others are counted; 0 when there is none.
        """
        pairs = list(self.pairs(stored, range(stored.pairs), blocks=blocks))
        gone = Pair("", "", "", Origin("", "markdown"), 0, (), 0, "", 0, [""], dropped="")
        dropped = {reason: msgspec.structs.replace(gone, dropped=reason) for reason in set(stored.dropped.values())}
        places = _unpacked("I", stored.slots)
        if stored.changes or stored.dropped or _NOTHING in places:
            slots = [
                (dropped[stored.dropped[slot]] if slot in stored.dropped else gone, ())
                if place == _NOTHING
                else (pairs[place], stored.changes.get(slot, ()))
                for slot, place in enumerate(places)
            ]
        else:
            slots = list(zip(map(pairs.__getitem__, places), repeat(()), strict=False))
        for slot in range(len(places) - 1, -1, -1):
            pair = slots[slot][0]
            pair.slot = slot
            pair.former = former and former + slot
        return Restored(slots, pairs, stored.characters)

    def pairs(self, stored: StoredCollector, wanted: Sequence[int], *, blocks: bool) -> Iterator[Pair]:
        """The pairs at these places, which are ascending."""
        first = at = 0
        for begin, count in stored.chunks:
            stop = bisect_left(wanted, first + count, at)
            if stop > at:
                chunk = self._decoded(_CHUNKS, begin)
                yield from _pairs(chunk, [place - first for place in wanted[at:stop]], stored, blocks=blocks)
            first, at = first + count, stop


def _pairs(chunk: _Chunk, wanted: list[int], stored: StoredCollector, *, blocks: bool) -> Iterable[Pair]:
    """The pairs at these places of a chunk."""

    def picked(column: Sequence[Any]) -> Sequence[Any]:
        return column if len(wanted) == len(column) else [column[place] for place in wanted]

    numbers = picked(_unpacked("Q", chunk.numbers))
    pages_of = [number // UNITS_A_PAGE for number in numbers]
    names = list(map(stored.names.__getitem__, _unpacked("I", chunk.pages)))
    ends = list(accumulate(chunk.pages_each, initial=0))
    return map(
        Pair,
        picked(chunk.sources),
        picked(chunk.targets),
        picked(chunk.ids),
        map(stored.origins.__getitem__, pages_of),
        numbers,
        map(chunk.changes.get, wanted, repeat(())),
        picked(chunk.ranks),
        map(stored.handoffs.__getitem__, picked(_unpacked("I", chunk.handoffs))),
        picked(_unpacked("I", chunk.counts)),
        [names[ends[place] : ends[place + 1]] for place in wanted],
        repeat(blocks),
        map(stored.labels.get, pages_of, repeat(())),
    )
