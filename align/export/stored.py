"""What a run has put down of its pairs, read again: all of it, or a few pairs, one chunk at a time."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, repeat
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple

import msgspec

from align.curate import UNITS_A_PAGE, Pair, Since, Slot
from align.export.record import checksum, damaged
from align.model import Origin

__all__ = ["NOTHING", "NUMBER", "Chunk", "Restored", "Store", "StoredCollector", "StoredMemory", "unpacked"]

#: Bytes of a place in the file, or a length.
NUMBER = 8
#: Instead of a pair's place: a slot whose units are dropped, or that no unit has any more.
NOTHING = 0xFFFF_FFFF
_GONE: Slot = (Pair("", "", "", Origin("", "markdown"), 0, (), 0, "", 0, [""], dropped=""), ())


class Chunk(msgspec.Struct, array_like=True):
    """Some pairs, a column for each field; numbers are packed in the machine's order."""

    sources: list[str]
    """Cleaned texts."""
    targets: list[str]
    """Cleaned texts."""
    ids: list[str]
    """Of the units that stand for the pairs."""
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
    slots: bytes
    """The first slot of each in the collector, 32 bits."""


class StoredCollector(msgspec.Struct, array_like=True):
    """Where the pairs of a collector stand, and what they share."""

    chunks: list[tuple[int, int]]
    """Where each chunk begins, and how many pairs it has."""
    origins: dict[int, Origin]
    """By number of a page."""
    labels: dict[int, tuple[str, ...]]
    """Reference definitions, by number of a page, where there are any."""
    handoffs: list[str]
    """The distinct hand-offs of the pairs, ``YYYY-MM-DD``; empty where none is known."""
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
    gone: bytes = b""
    """Of changes: first slots of the pairs that no unit has any more, 32 bits."""
    renumbered: dict[int, int] = {}
    """Of changes: numbers that pages have now, by those that they had."""

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return sum(count for _, count in self.chunks)


class StoredMemory(msgspec.Struct, array_like=True):
    """Both collectors of a memory."""

    origin: Origin
    """Of its first page."""
    sentences: StoredCollector
    """Of segments, whatever a unit holds."""
    blocks: StoredCollector
    """Of whole blocks."""

    @property
    def both(self) -> tuple[StoredCollector, StoredCollector]:
        """As the memory's collectors."""
        return self.sentences, self.blocks


class Restored(NamedTuple):
    """What a collector had."""

    slots: list[Slot]
    """What became of each source and target met."""
    pairs: list[Pair]
    """Each with its first slot."""
    characters: int
    """Of all texts, in code points."""
    since: Since
    """What has changed since all of it was put down."""


_CHUNKS = msgspec.msgpack.Decoder(Chunk)
_HEAD = msgspec.msgpack.Decoder(dict[str, StoredMemory])


def unpacked(code: Literal["I", "Q"], data: bytes) -> array[int]:
    """Numbers that were packed in the machine's order, of 32 or 64 bits."""
    values: array[int] = array(code)
    values.frombytes(data)
    return values


class Store:
    """A file that :func:`save` wrote. A context manager, which closes it.

    Raises
    ------
    OutputError
        It is damaged, which shows when something is asked for.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("rb")
        self._size = path.stat().st_size

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.close()

    @cached_property
    def memories(self) -> dict[str, StoredMemory]:
        """What is stored, by name."""
        self._stream.seek(max(self._size - NUMBER, 0))
        found: dict[str, StoredMemory] = self._decoded(_HEAD, int.from_bytes(self._stream.read(NUMBER), "little"))
        return found

    def _decoded(self, decoder: msgspec.msgpack.Decoder[Any], begin: int) -> Any:
        """What stands at this place."""
        if begin > self._size:  # the system refuses to go to some such places
            raise damaged(self._path)
        self._stream.seek(begin)
        size = int.from_bytes(self._stream.read(NUMBER), "little")
        check = self._stream.read(len(checksum(b"")))
        data = self._stream.read(min(size, self._size))
        if checksum(data) != check:
            raise damaged(self._path)
        try:
            return decoder.decode(data)
        except msgspec.MsgspecError as error:
            raise damaged(self._path) from error

    def restored(self, stored: StoredCollector, *, blocks: bool, former: int = 0) -> Restored:
        """All that a collector had.

        Parameters
        ----------
        former : of the first slot's pair, from which those of the others are counted; 0 when there is none.
        """
        pairs = self._all(stored, former, blocks=blocks)
        places = unpacked("I", stored.slots)
        known = [*pairs, _GONE[0]]  # the last one stands where none is known, to be put right below
        of_slots = map(known.__getitem__, map(min, places, repeat(len(pairs))))
        slots: list[Slot] = list(zip(of_slots, repeat(()), strict=False))
        for slot, changes in stored.changes.items():
            slots[slot] = slots[slot][0], changes
        dropped = _dropped(stored)
        for slot, reason in stored.dropped.items():
            slots[slot] = dropped[reason]
        return Restored(slots, pairs, stored.characters, Since(len(slots)))

    def _all(self, stored: StoredCollector, former: int, *, blocks: bool) -> list[Pair]:
        """All pairs, each with its first slot."""
        pairs: list[Pair] = []
        for begin, _ in stored.chunks:
            chunk = self._decoded(_CHUNKS, begin)
            own = unpacked("I", chunk.slots)
            formers = [former + slot for slot in own] if former else repeat(0)
            whole = range(len(own))
            fields = _fields(chunk, whole, stored)
            pairs += map(Pair, *fields, repeat(blocks), _labels(chunk, whole, stored), repeat(None), own, formers)
        return pairs

    def changed(self, restored: Restored, stored: StoredCollector, *, blocks: bool, former: int = 0) -> Restored:
        """What a collector has now, of which all that it had is restored, and the changes since are stored here."""
        slots, pairs = restored.slots, self._all(stored, former, blocks=blocks)
        since = Since(
            len(slots),
            frozenset(pair.slot for pair in pairs),
            frozenset(unpacked("I", stored.gone)),
            stored.renumbered,
        )
        new = {pair.slot: pair for pair in pairs if pair.slot >= since.slots}
        for pair in pairs:
            if pair.slot < since.slots:
                _give(slots[pair.slot][0], pair)
        for pair in restored.pairs if since.renumbered else ():
            if pair.slot not in since.changed:
                page, place = divmod(pair.number, UNITS_A_PAGE)
                pair.number = since.renumbered.get(page, page) * UNITS_A_PAGE + place
        dropped = _dropped(stored)
        for slot, first in enumerate(unpacked("I", stored.slots), since.slots):
            if first == slot:
                slots.append((new[slot], ()))
            elif first == NOTHING:
                slots.append(dropped[stored.dropped[slot]] if slot in stored.dropped else _GONE)
            else:
                slots.append((slots[first][0], stored.changes.get(slot, ())))
        left = [pair for pair in restored.pairs if pair.slot not in since.gone] if since.gone else restored.pairs
        return Restored(slots, [*left, *new.values()], stored.characters, since)

    def pairs(self, stored: StoredCollector, wanted: Sequence[int], *, blocks: bool) -> Iterator[Pair]:
        """The pairs at these places, which are ascending; none has a slot."""
        first = at = 0
        for begin, count in stored.chunks:
            stop = bisect_left(wanted, first + count, at)
            if stop > at:
                chunk, places = self._decoded(_CHUNKS, begin), [place - first for place in wanted[at:stop]]
                yield from map(Pair, *_fields(chunk, places, stored), repeat(blocks), _labels(chunk, places, stored))
            first, at = first + count, stop


def _dropped(stored: StoredCollector) -> dict[str, Slot]:
    """The slot of each reason for which units are dropped."""
    return {reason: (msgspec.structs.replace(_GONE[0], dropped=reason), ()) for reason in stored.dropped.values()}


def _give(pair: Pair, other: Pair) -> None:
    """Let a pair be what another one with its texts is."""
    pair.id, pair.origin, pair.number, pair.changes, pair.rank = other.id, other.origin, other.number, other.changes, other.rank
    pair.handoff, pair.count, pair.pages, pair.labels = other.handoff, other.count, other.pages, other.labels


def _fields(chunk: Chunk, wanted: Sequence[int], stored: StoredCollector) -> Iterator[Iterable[Any]]:
    """The first fields of the pairs at these places of a chunk, field by field."""

    def picked(column: Sequence[Any]) -> Sequence[Any]:
        return column if len(wanted) == len(column) else [column[place] for place in wanted]

    numbers = picked(unpacked("Q", chunk.numbers))
    names = list(map(stored.names.__getitem__, unpacked("I", chunk.pages)))
    ends = list(accumulate(chunk.pages_each, initial=0))
    yield picked(chunk.sources)
    yield picked(chunk.targets)
    yield picked(chunk.ids)
    yield [stored.origins[number // UNITS_A_PAGE] for number in numbers]
    yield numbers
    yield map(chunk.changes.get, wanted, repeat(()))
    yield picked(chunk.ranks)
    yield map(stored.handoffs.__getitem__, picked(unpacked("I", chunk.handoffs)))
    yield picked(unpacked("I", chunk.counts))
    yield [names[ends[place] : ends[place + 1]] for place in wanted]


def _labels(chunk: Chunk, wanted: Sequence[int], stored: StoredCollector) -> Iterable[tuple[str, ...]]:
    """The labels of the pairs at these places of a chunk."""
    if not stored.labels:
        return repeat(())
    numbers = unpacked("Q", chunk.numbers)
    return [stored.labels.get(numbers[place] // UNITS_A_PAGE, ()) for place in wanted]
