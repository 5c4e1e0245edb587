"""Pages of the last run that need not be read again: what was kept of them, in terms of this run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import msgspec

from align.curate import UNITS_A_PAGE
from align.export.memory import Memory
from align.export.record import PageRecord, numbers, packed, read_records
from align.export.state import Texts, load_texts
from align.model import Origin

__all__ = ["Known", "KnownPage"]


class _Places:
    """Where the texts of a memory of the last run stand in this run's collector."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
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
        return memory.collector.slot((texts.sources[old], texts.targets[old]), texts.changes.get(old, ()), unit)


class KnownPage(NamedTuple):
    """A page of the last run."""

    record: PageRecord
    places: _Places | None
    """None when no memory has its units."""

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

    def get(self, name: str) -> KnownPage | None:
        """The page of this name, if it was there."""
        while self._next is not None and self._next[1].name < name:
            self._next = next(self._records, None)
        if self._next is None or self._next[1].name != name:
            return None
        run, record = self._next
        if run != self._texts[0]:
            tables = load_texts(self._folder / f"{run:04}.texts")
            self._texts = (run, {memory: _Places(texts) for memory, texts in tables.items()})
        return KnownPage(record, self._texts[1].get(record.memory))
