"""A run of pages: some of them, in their order, taken by one process and kept in memory until it is written.

Pages are forgotten as soon as they are taken; what must stay of each (:class:`align.export.record.PageRecord`) goes to
a file. In memory stays one small record per distinct pair of texts.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import msgspec

from align.corpus import problems_of
from align.curate import Stand
from align.errors import OptionError
from align.exchange import Facts
from align.export.bodies import Body, write_body
from align.export.known import Gone, KnownPage
from align.export.memory import Memory, memory_name, one_locale
from align.export.plan import Plan
from align.export.record import OwnFile, PageRecord, write_record
from align.export.report import Tally, View, decisions
from align.export.resume import Resumed, StartOver
from align.export.units import NO_LOCALE, labels_of, selected, slots_of, take_units, taken_of
from align.model import Origin, Problem
from align.pages import Page

__all__ = ["PageIn", "Run"]

# What an export takes at its peak for a pair, beside its texts' characters: benchmarks/scale.py gives 2,022 bytes for a
# pair of segments of 194 characters, with its share of the blocks, which are pairs, too (0.4 of them).
_PAIR_BYTES = 1350
_BYTES_A_CHARACTER = 1.3


class PageIn(NamedTuple):
    """A page on its way in."""

    number: int
    """Its place among all pages, from 0."""
    page: Page | Problem | KnownPage | Gone
    """Or the problem for which it is none, what the last run knew of it, or what that had and is no more."""
    stamp: str = ""
    """Changes when the page does; empty when that cannot be told."""
    digest: str = ""
    """Of its bytes (SHA-256, hexadecimal); empty when they were not read."""
    names_locale: bool = True
    """Whether its locale stands on the page, and was not told by its neighbours."""
    admitted: bool = True
    """Whether it is taken; a page that ``--only`` or ``--since`` leaves out is not."""


class Run:
    """Takes pages, and keeps what their files need; as a context manager it closes the file that it writes."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        number: int,
        told: Callable[[Problem], None] | None = None,
        resumed: Resumed | None = None,
    ) -> None:
        self.plan = plan
        self.folder = folder
        self.number = number
        self.pages = self.units = self.problems = self.unjoined = 0
        self.memories: dict[str, Memory] = {} if resumed is None else resumed.memories
        self.taken = array("I")
        """Numbers of the pages taken."""
        self._told = told
        self._resumed = resumed
        self._own = 0
        self._records = self.records.open("wb")

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._records.close()

    @property
    def records(self) -> Path:
        """The file that holds what is kept of each page."""
        return self.folder / f"{self.number:04}.pages"

    @property
    def weight(self) -> int:
        """Memory that the pairs take, in bytes, estimated."""
        collectors = [collector for memory in self.memories.values() for collector in memory.collectors]
        pairs = sum(len(collector.slots) for collector in collectors)
        return int(pairs * _PAIR_BYTES + sum(collector.characters for collector in collectors) * _BYTES_A_CHARACTER)

    @property
    def is_resumed(self) -> bool:
        """Whether it goes on from the last export."""
        return self._resumed is not None

    def take(self, given: PageIn) -> None:
        """Take a page; pages come in the order of their numbers."""
        page = given.page
        if isinstance(page, KnownPage | Gone):
            self._take_known(page, given)
        elif isinstance(page, Problem):
            self._keep(PageRecord(page.page, given.number, given.stamp, given.digest, None, "", "", b"", (page,)))
        else:
            self._keep(self._record(page, given))

    def _take_known(self, page: KnownPage | Gone, given: PageIn) -> None:
        if self._resumed is None or page.run not in self._resumed.runs:
            raise StartOver
        if isinstance(page, Gone):
            self._resumed.go(page)
        else:
            self._keep(self._resumed.stay(page, given.number, given.stamp))

    def _record(self, page: Page, given: PageIn) -> PageRecord:
        """Let a memory take the units of a page, and give what is kept of it."""
        texts, origin = page.texts, page.origin
        record = PageRecord(page.name, given.number, given.stamp, given.digest, origin, "", "", b"", ())
        record.names_locale, record.admitted = given.names_locale, given.admitted
        if not given.admitted:
            return record
        record.ids, record.problems = " ".join(texts.ids), tuple(problems_of(page))
        if texts.ids and origin.target_locale is not None:
            memory = self.memory(origin)
            record.memory, record.labels = memory.name, labels_of(page, self.plan)
            stand = Stand(origin, given.number, record.labels)
            record.slots, record.blocks, record.unjoined = take_units(memory, page, self.plan, stand)
        if texts.ids and self.plan.page_formats:
            record.own = (self._own_file(page, record),)
        return record

    def settle(self) -> None:
        """When all pages are taken: close the file of what is kept of them, and bring the pairs up to date."""
        self._records.close()
        if self._resumed is not None:
            self._resumed.settle(self.records)

    def memory(self, origin: Origin) -> Memory:
        """The memory of such pages, whose locale is known.

        Raises
        ------
        OptionError
            Pages of another locale are written with the same code.
        """
        name = memory_name(origin, self.plan.rules)
        if name not in self.memories:
            self.memories[name] = Memory(name, origin, self.plan.rules)
        try:
            one_locale(self.memories[name], origin)
        except OptionError as error:
            if self._resumed is not None:  # the pages of the other locale may all be gone
                raise StartOver from error
            raise
        return self.memories[name]

    def _keep(self, record: PageRecord) -> None:
        """Put down what is kept of a page, and tell its problems."""
        self.taken.append(record.number)
        if record.admitted:
            self.pages += record.origin is not None
            self.units += len(record.slots) // 4 or len(record.unit_ids)
            self.problems += len(record.problems)
            self.unjoined += len(record.unjoined)
            if self._told is not None:
                for problem in record.problems:
                    self._told(problem)
        write_record(self._records, record)

    def _own_file(self, page: Page, record: PageRecord) -> OwnFile:
        """Write the page's own PO file."""
        tally = Tally("po")
        if not record.memory:
            view = View([(tally, None)], NO_LOCALE)
            said = decisions(taken_of(record, view), view)
            return OwnFile(tally.report("", ""), said, None)
        rules = self.plan.rules
        memory = Memory(record.memory, page.origin, rules)
        alone = msgspec.structs.replace(record, number=0)
        alone.slots, alone.blocks, _ = take_units(memory, page, self.plan, Stand(page.origin, 0, record.labels))
        selection = selected(memory, "po", self.plan)
        tally.blocks = sum(pair.block for _, pair, _ in selection.chosen)
        blocks = self.plan.granularity_of("po") == "block"
        view = View([(tally, selection)], slots_of(memory, blocks=blocks), blocks=blocks)
        tally.unjoined = len(record.unjoined)
        lines = decisions(taken_of(alone, view), view)
        path = self.folder / f"{self.number:04}-{self._own}.part"
        self._own += 1
        licence = ", ".join(sorted(selection.licences)) or None
        facts = Facts(memory.source_locale, memory.locale, selection.newest, licence)
        write_body(path, Body("po", facts), selection, whole=True)
        if self.plan.is_laid_out("po"):
            from align.formats.po_layout import lay_out

            short = path.with_suffix(".short")
            lay_out(path, short)
            short.replace(path)
        part = record.memory.removeprefix(memory.locale)
        return OwnFile(tally.report(f"po/{page.name}{part}.po", memory.locale), lines, path.name)
