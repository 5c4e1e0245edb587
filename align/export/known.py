"""Pages of the last run that need not be read again: what was kept of them, in terms of this run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge
from pathlib import Path
from typing import NamedTuple, cast

import msgspec

from align.curate import Collector, Stand
from align.export.former import former_of
from align.export.memory import Memory
from align.export.record import PageRecord, Spans, numbers, packed, read_records
from align.export.state import Texts, load_texts

__all__ = ["Gone", "Known", "KnownPage"]


class _Places:
    """Where the texts of a collector of the last run stand in one of this run."""

    def __init__(self, texts: Texts, run: int) -> None:
        self._texts = texts
        self._run = run
        self._collector: Collector | None = None
        self._slots: list[int | None] = []

    def slots(self, collector: Collector, old: Sequence[int], ids: Sequence[str], stand: Stand) -> list[int]:
        """The slot of each unit, or block, of a page, which the collector takes."""
        if self._collector is not collector:
            self._collector, self._slots = collector, [None] * len(self._texts.sources)
        slots = list(map(self._slots.__getitem__, old))
        if None in slots:
            for index, slot in enumerate(slots):
                if slot is None:
                    known = self._slots[old[index]]  # it may have been met on this very page
                    new = self._new(collector, old[index], ids[index], stand, index) if known is None else known
                    slots[index] = self._slots[old[index]] = new
        met = cast("list[int]", slots)
        collector.add_known(met, ids, stand)
        return met

    def _new(self, collector: Collector, old: int, ident: str, stand: Stand, index: int) -> int:
        texts = self._texts
        reason = texts.dropped.get(old)
        if reason is not None:
            return collector.dropped(reason, stand)
        both = texts.sources[old], texts.targets[old]
        slot = collector.slot(both, texts.changes.get(old, ()), ident, stand, index)
        pair = collector.slots[slot][0]
        if not pair.former:
            pair.former = former_of(self._run, old, blocks=collector.blocks)
        return slot

    def texts(self, slots: bytes) -> list[tuple[str, str]]:
        """The distinct texts of some units, cleaned."""
        return [(self._texts.sources[slot], self._texts.targets[slot]) for slot in set(numbers(slots))]


class Gone(NamedTuple):
    """What a page of the last run had that is not there any more, or not as it was: cleaned sources and targets."""

    memory: str
    sentences: list[tuple[str, str]]
    blocks: list[tuple[str, str]]


class KnownPage(NamedTuple):
    """A page of the last run."""

    record: PageRecord
    places: tuple[_Places, _Places] | None
    """Of segments and blocks; None when no memory has its units."""

    def gone(self) -> Gone:
        """What goes with the page."""
        if self.places is None:
            return Gone("", [], [])
        sentences, blocks = self.places
        return Gone(self.record.memory, sentences.texts(self.record.slots), blocks.texts(self.record.blocks.slots))

    def taken(self, memory: Memory | None, number: int, stamp: str) -> PageRecord:
        """Let a memory take its units, and give the record of a page with this number and stamp."""
        own = tuple(msgspec.structs.replace(file, written=None) for file in self.record.own)
        record = msgspec.structs.replace(self.record, number=number, stamp=stamp, own=own)
        if memory is None or self.places is None or record.origin is None:
            return record
        sentences, blocks = self.places
        ids, stand = record.unit_ids, Stand(record.origin, number, record.labels)
        record.slots = packed(sentences.slots(memory.sentences, numbers(record.slots), ids, stand))
        if record.blocks.slots:
            firsts = numbers(record.blocks.firsts)
            stand, names = stand._replace(places=firsts), [ids[first] for first in firsts]
            slots = blocks.slots(memory.blocks, numbers(record.blocks.slots), names, stand)
            record.blocks = Spans(packed(slots), record.blocks.firsts, record.blocks.lasts)
        return record


class Known:
    """The pages of the last run, asked for in the order of their names.

    Parameters
    ----------
    folder : where the run's files are.
    runs : numbers of the parts in which it took them, each in their order.
    """

    def __init__(self, folder: Path, runs: Sequence[int]) -> None:
        self._folder = folder
        self._tables: dict[int, dict[str, tuple[_Places, _Places]]] = {}
        self._records = merge(*map(self._of, runs), key=lambda item: item[1].number)
        self._next = next(self._records, None)

    def _of(self, run: int) -> Iterator[tuple[int, PageRecord]]:
        for record in read_records(self._folder / f"{run:04}.pages"):
            yield run, record
        self._tables.pop(run, None)

    def before(self, name: str | None) -> Iterator[KnownPage]:
        """The pages whose names come before this one (None: all that are left) and have not been asked for."""
        while self._next is not None and (name is None or self._next[1].name < name):
            yield self._page(*self._next)
            self._next = next(self._records, None)

    def get(self, name: str) -> KnownPage | None:
        """The page of this name, if it was there."""
        if self._next is None or self._next[1].name != name:
            return None
        page = self._page(*self._next)
        self._next = next(self._records, None)
        return page

    def _page(self, run: int, record: PageRecord) -> KnownPage:
        if run not in self._tables:
            tables = load_texts(self._folder / f"{run:04}.texts")
            self._tables[run] = {name: (_Places(one, run), _Places(two, run)) for name, (one, two) in tables.items()}
        return KnownPage(record, self._tables[run].get(record.memory))
