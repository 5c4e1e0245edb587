"""A run of pages: a stretch of them, in their order, taken by one process and kept in memory until it is written.

Pages are forgotten as soon as they are taken; what must stay of each (:class:`align.export.record.PageRecord`) goes to
a file. In memory stays one small record per distinct pair of texts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from align.corpus import problems_of
from align.curate import Collector, Pair, select
from align.export.bodies import Facts, write_body
from align.export.known import KnownPage
from align.export.memory import Memory, memory_name
from align.export.plan import Plan
from align.export.record import OwnFile, PageRecord, packed, write_record
from align.export.report import Taken, Tally, decisions, unwanted
from align.formats import po
from align.model import Origin, Problem
from align.pages import Page

__all__ = ["NO_LOCALE", "PageIn", "Run"]

#: The pair of all units of pages whose locale is not known.
NO_LOCALE = Pair("", "", "", Origin("", "markdown"), 0, (), 0, "", 0, [""], "no-locale")
# What an export takes at its peak for a pair, beside its texts' characters: benchmarks/scale.py gives 1,388 bytes for
# pairs of 194 characters.
_PAIR_BYTES = 1140
_BYTES_A_CHARACTER = 1.3


class PageIn(NamedTuple):
    """A page on its way in."""

    number: int
    page: Page | Problem | KnownPage
    """Or the problem for which it is none, or what the last run knew of it."""
    stamp: str = ""
    digest: str = ""
    names_locale: bool = True
    admitted: bool = True


class Run:
    """Takes pages, and keeps what their files need; as a context manager it closes the file that it writes."""

    def __init__(self, plan: Plan, folder: Path, number: int, told: Callable[[Problem], None] | None = None) -> None:
        self.plan = plan
        self.folder = folder
        self.number = number
        self.pages = self.units = self.problems = 0
        self.memories: dict[str, Memory] = {}
        self.first = self.last = -1
        """Numbers of the first and the last page taken."""
        self._told = told
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
        collectors = [memory.collector for memory in self.memories.values()]
        pairs = sum(len(collector.slots) for collector in collectors)
        return int(pairs * _PAIR_BYTES + sum(collector.characters for collector in collectors) * _BYTES_A_CHARACTER)

    def take(self, given: PageIn) -> None:
        """Take a page; pages come in the order of their numbers."""
        page = given.page
        if isinstance(page, Problem):
            self._keep(PageRecord(page.page, given.number, given.stamp, given.digest, None, "", "", b"", (page,)))
        elif isinstance(page, KnownPage):
            origin, name = page.record.origin, page.record.memory
            memory = self.memory(origin) if origin is not None and name else None
            self._keep(page.taken(memory, given.number, given.stamp))
        else:
            self._keep(self._record(page, given))

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
            record.memory = memory.name
            record.slots = packed(memory.collector.add(texts, origin, given.number))
        if texts.ids and self.plan.page_formats:
            record.own = (self._own_file(page, record),)
        return record

    def memory(self, origin: Origin) -> Memory:
        """The memory of such pages, whose locale is known."""
        name = memory_name(origin, self.plan.rules)
        if name not in self.memories:
            self.memories[name] = Memory(name, origin, self.plan.rules)
        return self.memories[name]

    def _keep(self, record: PageRecord) -> None:
        """Put down what is kept of a page, and tell its problems."""
        if self.first < 0:
            self.first = record.number
        self.last = record.number
        if record.admitted:
            self.pages += record.origin is not None
            self.units += len(record.slots) // 4 or len(record.unit_ids)
            self.problems += len(record.problems)
            if self._told is not None:
                for problem in record.problems:
                    self._told(problem)
        write_record(self._records, record)

    def _own_file(self, page: Page, record: PageRecord) -> OwnFile:
        """Write the page's own PO file."""
        tally = Tally("po")
        if not record.memory:
            nowhere = [NO_LOCALE] * len(page.texts.ids)
            lines = "".join(decisions(Taken(page.name, 0, page.texts.ids, nowhere), [(tally, None)], set()))
            return OwnFile(tally.report("", ""), lines, None)
        collector = Collector(self.plan.rules)
        found = collector.add(page.texts, page.origin, 0)
        selection = select(collector, fold=po.joined_lines)
        taken = Taken(page.name, 0, page.texts.ids, [collector.slots[slot][0] for slot in found])
        lines = "".join(decisions(taken, [(tally, selection)], unwanted([selection])))
        part = record.memory.removeprefix(page.origin.target_locale or "")
        path = self.folder / f"{self.number:04}-{self._own}.part"
        self._own += 1
        licence = ", ".join(sorted(selection.licences)) or None
        facts = Facts(page.origin.source_locale, page.origin.target_locale or "und", selection.newest, licence)
        write_body("po", path, selection.entries(), facts, whole=True)
        return OwnFile(tally.report(f"po/{page.name}{part}.po", facts.target_locale), lines, path.name)
