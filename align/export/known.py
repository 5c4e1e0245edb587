"""Pages of the last run that need not be read again: what was kept of them, in terms of this run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import msgspec

from align.curate import UNITS_A_PAGE
from align.export.former import former_of
from align.export.memory import Memory
from align.export.record import PageRecord, numbers, packed, read_records
from align.export.state import Texts, load_texts
from align.model import Origin

__all__ = ["Gone", "Known", "KnownPage"]


class _Places:
    """Where the texts of a memory of the last run stand in this run's collector."""

    def __init__(self, texts: Texts, run: int) -> None:
        self._texts = texts
        self._run = run
        self._memory: Memory | None = None
        self._slots: list[int | None] = []

    def slots(self, memory: Memory, record: PageRecord, number: int) -> list[int]:
        """The slot of each unit of a page, which the collector takes."""
        if self._memory is not memory:
            self._memory, self._slots = memory, [None] * len(self._texts.sources)
        assert record.origin is not None
        old, ids = numbers(record.slots), record.unit_ids
        slots = list(map(self._slots.__getitem__, old))
        if None in slots:
            for index, slot in enumerate(slots):
                if slot is None:
                    unit = (ids[index], record.origin, number * UNITS_A_PAGE + index)
                    slots[index] = self._slots[old[index]] = self._new(memory, old[index], unit)
        met = cast("list[int]", slots)
        memory.collector.add_known(met, ids, record.origin, number)
        return met

    def _new(self, memory: Memory, old: int, unit: tuple[str, Origin, int]) -> int:
        known = self._slots[old]
        if known is not None:  # it has been met on this very page
            return known
        texts = self._texts
        reason = texts.dropped.get(old)
        if reason is not None:
            return memory.collector.dropped(reason, unit[1])
        slot = memory.collector.slot((texts.sources[old], texts.targets[old]), texts.changes.get(old, ()), unit)
        pair = memory.collector.slots[slot][0]
        if not pair.former:
            pair.former = former_of(self._run, old)
        return slot

    def texts(self, record: PageRecord) -> list[tuple[str, str]]:
        """The distinct texts of a page's units, cleaned."""
        slots = set(numbers(record.slots))
        return [(self._texts.sources[slot], self._texts.targets[slot]) for slot in slots]


class Gone(NamedTuple):
    """What a page of the last run had that is not there any more, or not as it was."""

    memory: str
    texts: list[tuple[str, str]]
    """Cleaned sources and targets."""


class KnownPage(NamedTuple):
    """A page of the last run."""

    record: PageRecord
    places: _Places | None
    """None when no memory has its units."""

    def gone(self) -> Gone:
        """What goes with the page."""
        return Gone(self.record.memory, [] if self.places is None else self.places.texts(self.record))

    def taken(self, memory: Memory | None, number: int, stamp: str) -> PageRecord:
        """Let a memory take its units, and give the record of a page with this number and stamp."""
        own = tuple(msgspec.structs.replace(file, written=None) for file in self.record.own)
        record = msgspec.structs.replace(self.record, number=number, stamp=stamp, own=own)
        if memory is not None and self.places is not None:
            record.slots = packed(self.places.slots(memory, self.record, number))
        return record


class Known:
    """The pages of the last run, asked for in the order of their names.

    Parameters
    ----------
    folder : where the run's files are.
    runs : their numbers, in the order of their pages.
    """

    def __init__(self, folder: Path, runs: Sequence[int]) -> None:
        self._folder = folder
        self._texts: tuple[int, dict[str, _Places]] = (-1, {})
        self._records = self._all(runs)
        self._next = next(self._records, None)

    def _all(self, runs: Sequence[int]) -> Iterator[tuple[int, PageRecord]]:
        for number in runs:
            for record in read_records(self._folder / f"{number:04}.pages"):
                yield number, record

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
        if run != self._texts[0]:
            tables = load_texts(self._folder / f"{run:04}.texts")
            self._texts = (run, {memory: _Places(texts, run) for memory, texts in tables.items()})
        return KnownPage(record, self._texts[1].get(record.memory))
