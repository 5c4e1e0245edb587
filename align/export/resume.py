"""Go on where the last export stopped: what it knew of each pair, of which only those are counted anew that changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from align.curate import ResumedCollector, Rules, Stand
from align.export.former import former_of
from align.export.known import Gone, KnownPage
from align.export.memory import Memory
from align.export.record import PageRecord, Spans, numbers, packed, read_records
from align.export.stored import Restored, Store, StoredMemory
from align.model import Origin

__all__ = ["Resumed", "StartOver"]

# The slots here of those that a run of the last export had, segments and blocks; None where they are the same.
_Tables = tuple[list[int] | None, list[int] | None]


# Changes that are more than such a part of what there is are put down with all of it.
_LITTLE = 8


class StartOver(Exception):  # noqa: N818 - no error: the export can be done, but not by going on
    """What the last export left is of no use for this one, as it turns out."""


def _restored(
    store: Store, stored: StoredMemory, later: Store, changes: StoredMemory | None, run: int
) -> tuple[Restored, Restored]:
    """The segments and blocks of a memory, as they are put down, and with the changes since."""
    both = []
    for block in (False, True):
        former = former_of(run, 0, blocks=block)
        restored = store.restored(stored.both[block], blocks=block, former=former)
        if changes is not None:
            restored = later.changed(restored, changes.both[block], blocks=block, former=former)
        both.append(restored)
    return both[0], both[1]


class Resumed:
    """The memories of some runs of the last export, put together, and what pages change in them.

    Parameters
    ----------
    state : folder of the runs' files.
    runs : their numbers.
    """

    def __init__(self, state: Path, runs: Sequence[int], rules: Rules) -> None:
        self.memories: dict[str, Memory] = {}
        self.runs = frozenset(runs)
        self._tables: dict[tuple[int, str], _Tables] = {}
        self._collectors: dict[str, tuple[ResumedCollector, ResumedCollector]] = {}
        self._renumbered: dict[int, int] = {}
        for run in runs:
            with Store(state / f"{run:04}.pairs") as store, Store(state / f"{run:04}.changes") as changes:
                for name, stored in store.memories.items():
                    sentences, blocks = _restored(store, stored, changes, changes.memories.get(name), run)
                    self._tables[run, name] = self._take(name, stored.origin, sentences, blocks, rules)

    def _take(self, name: str, origin: Origin, sentences: Restored, blocks: Restored, rules: Rules) -> _Tables:
        """Take what a run had in a memory; returns where it stands now."""
        if name in self._collectors:
            both = self._collectors[name]
            return both[0].join(sentences.slots, sentences.pairs), both[1].join(blocks.slots, blocks.pairs)
        both = ResumedCollector(rules, *sentences), ResumedCollector(rules, *blocks, blocks=True)
        self._collectors[name] = both
        self.memories[name] = Memory(name, origin, rules, both)
        return None, None

    @property
    def has_changed_little(self) -> bool:
        """Whether what has changed since all was put down takes little room beside that."""
        if self.memories.keys() != self._collectors.keys():
            return False
        for collector in (collector for both in self._collectors.values() for collector in both):
            since, slots = collector.since, len(collector.slots)
            if since is None or len(since.changed) + len(since.gone) + slots - since.slots > slots // _LITTLE + _LITTLE:
                return False
        return True

    def _slots(self, run: int, record: PageRecord) -> tuple[bytes, bytes]:
        """The slots here of a page's segments and blocks."""
        tables = self._tables[run, record.memory]
        both = record.slots, record.blocks.slots
        first, second = (
            data if table is None else packed(list(map(table.__getitem__, numbers(data))))
            for table, data in zip(tables, both, strict=True)
        )
        return first, second

    def stay(self, page: KnownPage, number: int, stamp: str) -> PageRecord:
        """What is kept of a page that is as it was, but for its number and stamp."""
        record = page.now(number, stamp)
        if page.record.number != number:
            self._renumbered[page.record.number] = number
        if record.memory:
            slots, blocks = self._slots(page.run, record)
            record.slots, record.blocks = slots, Spans(blocks, record.blocks.firsts, record.blocks.lasts)
        return record

    def go(self, page: Gone) -> None:
        """Take the units of a page away."""
        if page.record.memory:
            for collector, slots in zip(self._collectors[page.record.memory], self._slots(*page), strict=True):
                collector.touch(numbers(slots))

    def settle(self, records: Path) -> None:
        """Count the units of all pairs that pages concern which came or went.

        Parameters
        ----------
        records : what is kept of all pages that are there now.
        """
        wanted = {name: (one.reset(), two.reset()) for name, (one, two) in self._collectors.items()}
        left: set[str] = set()
        for record in read_records(records):
            left.add(record.memory)
            if record.memory in wanted:
                self._recount(record, *wanted[record.memory])
        for collectors in self._collectors.values():
            for collector in collectors:
                collector.settle(self._renumbered)
        for name in self._collectors.keys() - left:
            del self.memories[name]

    def _recount(self, record: PageRecord, sentences: frozenset[int], blocks: frozenset[int]) -> None:
        both = self._collectors[record.memory]
        stand = Stand(record.origin, record.number, record.labels) if record.origin is not None else None
        of_page = numbers(record.slots)
        if stand is not None and not sentences.isdisjoint(of_page):
            both[0].recount(sentences, of_page, record.unit_ids, stand)
        of_page = numbers(record.blocks.slots)
        if stand is not None and not blocks.isdisjoint(of_page):
            ids, firsts = record.unit_ids, numbers(record.blocks.firsts)
            both[1].recount(blocks, of_page, [ids[first] for first in firsts], stand._replace(places=firsts))
