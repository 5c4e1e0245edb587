"""What runs tell each other: the pairs of one, on disk, of which another takes those that concern its own.

A source that two runs share gets one target in a file, so each must know what the other has of it. A run writes its
pairs with a key for each; another reads the keys, and of the pairs only those whose key it has itself. Nobody sends
units to anybody.
"""

from __future__ import annotations

import mmap
import zlib
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO

import msgspec

from align.curate import UNITS_A_PAGE, Collector, Pair, Rules, Slot
from align.export.memory import Memory, one_locale
from align.formats.po import joined_lines
from align.model import Origin

__all__ = ["absorb", "load", "save"]


class _Stored(msgspec.Struct, array_like=True):
    """A pair without the origin of its unit, which its number tells."""

    source: str
    target: str
    id: str
    number: int
    changes: tuple[str, ...]
    rank: int
    handoff: str
    count: int
    pages: list[str]
    labels: tuple[str, ...]


class _Table(msgspec.Struct, array_like=True):
    """The pairs of one collector."""

    keys: bytes
    """:func:`_key` of each pair, 32 bits."""
    ends: bytes
    """Where each pair ends in the file, from the first one's beginning; 64 bits."""
    begin: int
    """Where the first one begins."""
    origins: dict[int, Origin]
    """By number of a page."""
    slots: bytes
    """For each slot of the collector the number of its pair."""
    changes: dict[int, tuple[str, ...]]
    """By slot, where there are any."""
    dropped: dict[int, str]
    """By slot, the reason for which its units are dropped."""


_ENCODER = msgspec.msgpack.Encoder()
_STORED = msgspec.msgpack.Decoder(_Stored)


class _Tables(msgspec.Struct, array_like=True):
    """The tables of one memory."""

    origin: Origin
    """Of its first page."""
    sentences: _Table
    blocks: _Table

    @property
    def both(self) -> tuple[_Table, _Table]:
        """As the memory's collectors."""
        return self.sentences, self.blocks


_HEAD = msgspec.msgpack.Decoder(dict[str, _Tables])
_LENGTH = 8


def _key(source: str) -> int:
    """The same for all sources that any file may take for one; others share it by chance, which costs a look."""
    return zlib.crc32(joined_lines(source).encode("utf-8", "surrogatepass"))


def _stored(pair: Pair) -> bytes:
    return _ENCODER.encode(
        _Stored(
            pair.source,
            pair.target,
            pair.id,
            pair.number,
            pair.changes,
            pair.rank,
            pair.handoff,
            pair.count,
            pair.pages,
            pair.labels,
        )
    )


def _pair(data: bytes, origins: dict[int, Origin], *, block: bool) -> Pair:
    stored = _STORED.decode(data)
    return Pair(
        stored.source,
        stored.target,
        stored.id,
        origins[stored.number // UNITS_A_PAGE],
        stored.number,
        stored.changes,
        stored.rank,
        stored.handoff,
        stored.count,
        stored.pages,
        block,
        stored.labels,
    )


def _save(stream: IO[bytes], collector: Collector) -> _Table:
    begin, at, ends = stream.tell(), 0, array("Q")
    for pair in collector.pairs:
        at += stream.write(_stored(pair))
        ends.append(at)
    pairs, slots = collector.pairs, collector.slots
    places = {id(pair): place for place, pair in enumerate(pairs)}
    return _Table(
        array("I", [_key(pair.source) for pair in pairs]).tobytes(),
        ends.tobytes(),
        begin,
        {pair.number // UNITS_A_PAGE: pair.origin for pair in pairs},
        array("I", [places.get(id(pair), 0) for pair, _ in slots]).tobytes(),
        {slot: changes for slot, (_, changes) in enumerate(slots) if changes},
        {slot: pair.dropped for slot, (pair, _) in enumerate(slots) if pair.dropped is not None},
    )


def save(path: Path, memories: dict[str, Memory]) -> None:
    """Write what other runs, and :func:`load`, need of these memories: the pairs, then what finds them."""
    with path.open("wb") as stream:
        tables = {
            name: _Tables(memory.origin, *(_save(stream, collector) for collector in memory.collectors))
            for name, memory in memories.items()
        }
        head = _ENCODER.encode(tables)
        stream.write(head + len(head).to_bytes(_LENGTH, "little"))


class _Saved:
    """A file that :func:`save` wrote."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as stream:
            self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        length = int.from_bytes(self._data[-_LENGTH:], "little")
        self.tables = _HEAD.decode(self._data[-_LENGTH - length : -_LENGTH])

    def pairs(self, table: _Table, wanted: Iterable[int], *, blocks: bool) -> Iterator[Pair]:
        """The pairs with these places in the table."""
        ends = array("Q")
        ends.frombytes(table.ends)
        begin = table.begin
        for place in wanted:
            start = ends[place - 1] if place else 0
            yield _pair(self._data[begin + start : begin + ends[place]], table.origins, block=blocks)

    def close(self) -> None:
        self._data.close()


def load(path: Path, rules: Rules) -> dict[str, Memory]:
    """The memories that :func:`save` was given."""
    saved = _Saved(path)
    memories: dict[str, Memory] = {}
    for name, tables in saved.tables.items():
        memory = memories[name] = Memory(name, tables.origin, rules)
        for table, collector in zip(tables.both, memory.collectors, strict=True):
            _load(saved, table, collector)
    saved.close()
    return memories


def _load(saved: _Saved, table: _Table, collector: Collector) -> None:
    places = array("I")
    places.frombytes(table.slots)
    pairs = list(saved.pairs(table, range(len(table.keys) // 4), blocks=collector.blocks))
    dropped = {
        reason: Pair("", "", "", Origin("", "markdown"), 0, (), 0, "", 0, [""], dropped=reason)
        for reason in set(table.dropped.values())
    }
    slots: list[Slot] = [
        (dropped[table.dropped[slot]], ()) if slot in table.dropped else (pairs[place], table.changes.get(slot, ()))
        for slot, place in enumerate(places)
    ]
    for slot, (pair, _) in enumerate(slots):
        if pair.slot < 0:
            pair.slot = slot
    collector.restore(slots, pairs)


def absorb(memories: dict[str, Memory], others: Iterable[Path]) -> None:
    """Let the memories of one run know of the pairs of other runs that share a source with theirs.

    Raises
    ------
    OptionError
        Other runs have pages of another locale that is written with the same code.
    """
    saved = [_Saved(path) for path in others]
    if not saved:
        return
    for name, memory in memories.items():
        for one in saved:
            if name in one.tables:
                one_locale(memory, one.tables[name].origin)
        # A block gives way to a segment with its source, wherever that stands.
        own = {_key(pair.source) for collector in memory.collectors for pair in collector.pairs}
        for collector in memory.collectors:
            collector.absorb(chain.from_iterable(_concerning(own, one, name, blocks=collector.blocks) for one in saved))
    for one in saved:
        one.close()


def _concerning(own: set[int], saved: _Saved, name: str, *, blocks: bool) -> Iterator[Pair]:
    """The pairs of a memory whose keys are among ``own``."""
    tables = saved.tables.get(name)
    if tables is not None:
        table, keys = tables.both[blocks], array("I")
        keys.frombytes(table.keys)
        yield from saved.pairs(table, [place for place, key in enumerate(keys) if key in own], blocks=blocks)
