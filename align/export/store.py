"""Put down what a run knows of its pairs: for other runs, for itself when its turn to write comes, for the next export.

Pairs stand column by column, some thousand in a chunk: that is written and read several times faster than one by one,
and a reader that wants a few of them holds one chunk at a time (:mod:`align.export.stored`).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from operator import attrgetter
from pathlib import Path
from typing import IO, Any

import msgspec

from align.curate import UNITS_A_PAGE, Collector, Pair, ResumedCollector
from align.export.memory import Memory
from align.export.record import checksum
from align.export.stored import NOTHING, NUMBER, Chunk, StoredCollector, StoredMemory
from align.model import Origin

__all__ = ["save", "save_changes"]

_CHUNK = 4096
_ENCODER = msgspec.msgpack.Encoder()


def save(path: Path, memories: dict[str, Memory]) -> None:
    """Put down what a run knows: chunks of pairs, then what finds them."""
    _save(path, memories, _whole)


def save_changes(path: Path, memories: dict[str, Memory]) -> None:
    """Put down what has changed in these memories, which go on from others, since all of those was put down."""
    _save(path, memories, _changes)


def _save(path: Path, memories: dict[str, Memory], put: Callable[[IO[bytes], Collector], StoredCollector]) -> None:
    with path.open("wb") as stream:
        head = {
            name: StoredMemory(memory.origin, *(put(stream, collector) for collector in memory.collectors))
            for name, memory in memories.items()
        }
        begin = stream.tell()
        _write(stream, _ENCODER.encode(head))
        stream.write(begin.to_bytes(NUMBER, "little"))


def _write(stream: IO[bytes], data: bytes) -> None:
    stream.write(len(data).to_bytes(NUMBER, "little") + checksum(data))
    stream.write(data)


class _Places(dict[str, int]):
    """The distinct words that were asked for, and the place of each."""

    def __missing__(self, word: str) -> int:
        place = self[word] = len(self)
        return place


class _Shared:
    """What the pairs of a collector share."""

    def __init__(self) -> None:
        self.origins: dict[int, Origin] = {}
        self.labels: dict[int, tuple[str, ...]] = {}
        self.handoffs, self.names = _Places(), _Places()

    def tables(self) -> tuple[dict[int, Origin], dict[int, tuple[str, ...]], list[str], list[str]]:
        """As they are stored."""
        return self.origins, self.labels, list(self.handoffs), list(self.names)


def _chunks(stream: IO[bytes], pairs: Sequence[Pair]) -> tuple[list[tuple[int, int]], _Shared]:
    """Write pairs; where each chunk begins and how many it has, and what they share."""
    chunks: list[tuple[int, int]] = []
    shared = _Shared()
    for first in range(0, len(pairs), _CHUNK):
        some = pairs[first : first + _CHUNK]
        chunks.append((stream.tell(), len(some)))
        _write(stream, _ENCODER.encode(_chunk(some, shared)))
    return chunks, shared


def _whole(stream: IO[bytes], collector: Collector) -> StoredCollector:
    chunks, shared = _chunks(stream, collector.pairs)
    slots = collector.slots
    places = array("I", repeat(NOTHING, len(slots)))
    for place, slot in enumerate(map(attrgetter("slot"), collector.pairs)):
        places[slot] = place
    later = [(slot, *slots[slot]) for slot, place in enumerate(places) if place == NOTHING]
    for slot, pair, _ in later:  # the same texts with changes of their own, or none that are in a file
        if pair.dropped is None:
            places[slot] = places[pair.slot]
    return StoredCollector(
        chunks,
        *shared.tables(),
        places.tobytes(),
        {slot: changes for slot, _, changes in later if changes},
        {slot: pair.dropped for slot, pair, _ in later if pair.dropped is not None},
        collector.characters,
    )


def _changes(stream: IO[bytes], collector: Collector) -> StoredCollector:
    since = collector.since if isinstance(collector, ResumedCollector) else None
    if since is None:
        raise ValueError("nothing is known of what changed")
    slots = collector.slots
    chunks, shared = _chunks(stream, [slots[slot][0] for slot in sorted(since.changed)])
    later = [(slot, *slots[slot]) for slot in range(since.slots, len(slots))]
    firsts = [pair.slot if pair.slot in since.changed else NOTHING for _, pair, _ in later]
    return StoredCollector(
        chunks,
        *shared.tables(),
        array("I", firsts).tobytes(),
        {slot: changes for slot, _, changes in later if changes},
        {slot: pair.dropped for slot, pair, _ in later if pair.dropped},
        collector.characters,
        array("I", sorted(since.gone)).tobytes(),
        dict(since.renumbered),
    )


def _chunk(pairs: Sequence[Pair], shared: _Shared) -> Chunk:
    """The columns of some pairs, which are few enough to be at hand while they are gone through many times."""

    def column(name: str) -> list[Any]:
        return list(map(attrgetter(name), pairs))

    numbers, pages, changes, labels = column("number"), column("pages"), column("changes"), column("labels")
    pages_of = [number // UNITS_A_PAGE for number in numbers]
    shared.origins.update(zip(pages_of, column("origin"), strict=True))
    if any(labels):
        shared.labels.update((page, defined) for page, defined in zip(pages_of, labels, strict=True) if defined)
    return Chunk(
        column("source"),
        column("target"),
        column("id"),
        array("Q", numbers).tobytes(),
        {place: words for place, words in enumerate(changes) if words} if any(changes) else {},
        bytes(column("rank")),
        array("I", map(shared.handoffs.__getitem__, column("handoff"))).tobytes(),
        array("I", column("count")).tobytes(),
        array("I", map(shared.names.__getitem__, chain.from_iterable(pages))).tobytes(),
        bytes(map(len, pages)),
        array("I", column("slot")).tobytes(),
    )
