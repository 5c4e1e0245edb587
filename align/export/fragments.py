"""What one run writes: its part of each file, and of the record of every unit."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import repeat
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import msgspec

from align.curate import Selection, select
from align.digest import MemoryDigest, digest_of
from align.exchange import Facts
from align.export.bodies import Body, write_body
from align.export.former import Former, FormerFile, Index, Indexes, index_of
from align.export.memory import Memory
from align.export.pieces import Part, PartWriter, pieces
from align.export.plan import Format, Plan
from align.export.record import PageRecord, read_records
from align.export.report import FileReport, Tally, View, decisions
from align.export.units import NO_LOCALE, selected, slots_of, taken_of
from align.formats import jsonl

__all__ = ["Fragment", "RunFiles", "Share", "write_fragments"]


class Fragment(msgspec.Struct):
    """A run's part of a file."""

    memory: str
    """Name of the memory whose file it is."""
    tally: Tally
    """What became of the units of the run's pages in the file."""
    body: Part
    """The entries it adds: as they stand in the file, or as JSON Lines where the format has no parts."""
    counts: array[int]
    """How many entries each page of the part has."""
    facts: Facts
    """Of this part; those of the file are all of them together."""
    licences: frozenset[str]
    """Licences of its entries."""
    is_whole: bool
    """Whether the body is the file, with what that begins and ends with."""
    is_block: bytes = b""
    """For each entry 1 when it is a whole block, else 0; only where files are cut in parts."""


class Share(msgspec.Struct, frozen=True):
    """Which pages a run took, and where it put what is kept of them."""

    number: int
    """Of the run."""
    pages: array[int]
    """Their numbers, ascending."""
    folder: Path
    """Where the run writes."""
    weight: int
    """Memory that its pairs take, in bytes, estimated."""

    @property
    def records(self) -> Path:
        """What is kept of each page."""
        return self.file(".pages")

    def file(self, name: str) -> Path:
        """A file of the run's own."""
        return self.folder / f"{self.number:04}{name}"


class RunFiles(msgspec.Struct):
    """All that a run has written."""

    fragments: list[Fragment]
    """Its part of each memory's file."""
    share: Share
    """Its pages."""
    own: list[tuple[FileReport, Path | None]]
    """Files of single pages: what is in them, and where they were written, if they were."""
    digests: dict[str, MemoryDigest]
    """The run's part of each memory's digest; empty unless the plan asks for it."""
    decisions: Part
    """Its part of the record of every unit."""
    problems: Part
    """Its part of the problems."""
    unjoined: Part
    """Its part of the blocks that could not be joined."""


class _Written(NamedTuple):
    """A run's part of a file, and the selection that it is of."""

    fragment: Fragment
    selection: Selection
    standing: Index | None
    """None in formats whose entries cannot be copied."""


class _Writer:
    """Writes the parts of one memory's files."""

    def __init__(self, plan: Plan, share: Share, *, whole: bool, former: Former | None) -> None:
        self.plan = plan
        self.share = share
        self.whole = whole
        self.former = former
        self._pages = frozenset(share.pages)

    def write(self, memory: Memory) -> list[_Written]:
        """Write the part of each file of a memory."""
        return [self._write(memory, form) for form in self.plan.memory_formats]

    def _write(self, memory: Memory, form: Format) -> _Written:
        selection = selected(memory, form, self.plan)
        mine = self._mine(selection)
        licences, in_parts = mine.licences, self.plan.in_parts(form)
        codes = self.plan.markup == "codes"
        licence, laid_out = ", ".join(sorted(licences)) or None, self.plan.is_laid_out(form)
        facts = Facts(memory.source_locale, memory.locale, mine.newest, licence, codes, self.plan.named, laid_out)
        path = self.share.file(f"-{memory.name}-{form}.part")
        with ExitStack() as stack:
            known = self._former(memory, form) if in_parts else None
            if known is not None:
                stack.callback(known.close)
            body = Body(form if in_parts else "jsonl", facts, known)
            whole = self.whole and in_parts and self.plan.is_plain(form)
            sizes = write_body(path, body, mine, whole=whole)
        is_block = bytes(map(attrgetter("block"), mine.pairs))
        pages, counts, of_pages = pieces(self._pages_of(mine), sizes)
        tally, body_part = Tally(form, blocks=sum(is_block)), Part(path, pages, of_pages)
        fragment = Fragment(memory.name, tally, body_part, counts, facts, licences, whole)
        if self.plan.split is not None:
            fragment.is_block = is_block
        if not in_parts or not self.plan.remembered:
            return _Written(fragment, selection, None)
        return _Written(fragment, selection, index_of(mine, pages, counts, sizes))

    def _mine(self, selection: Selection) -> Selection:
        """What this run writes of a selection."""
        return selection if self.whole else selection.part(self._pages)

    def _pages_of(self, mine: Selection) -> Iterable[int]:
        """The page that places each entry; the only run's part need not be cut, so all of its entries are one page's."""
        return repeat(0, len(mine.chosen)) if self.whole else mine.pages

    def digest(self, memory: Memory) -> MemoryDigest:
        """The part of a memory's digest: of its segments, whatever the files hold."""
        return digest_of(self._mine(select(memory.sentences)).entries())

    def _former(self, memory: Memory, form: Format) -> FormerFile | None:
        if self.former is None or not self.plan.is_plain(form):
            return None
        return self.former.file(self.plan.file_name(memory.name, form), memory.name, form)


def write_fragments(
    plan: Plan, memories: dict[str, Memory], share: Share, *, whole: bool, former: Former | None = None
) -> tuple[RunFiles, Indexes]:
    """Write a run's part of everything; returns also where its entries stand.

    Parameters
    ----------
    memories : of the run; unless it is the only one, they have absorbed what other runs know of their pairs.
    whole : whether it is the only run, so that its part of a file is the file.
    former : files of the last run, from which entries may be copied.
    """
    writer = _Writer(plan, share, whole=whole, former=former)
    files = {name: writer.write(memory) for name, memory in sorted(memories.items())}
    digests = {name: writer.digest(memory) for name, memory in memories.items()} if plan.digest else {}
    with (
        PartWriter(share.file("-decisions.part")) as said,
        PartWriter(share.file("-problems.part")) as problems,
        PartWriter(share.file("-unjoined.part")) as unjoined,
    ):
        fragments = [one.fragment for group in files.values() for one in group]
        written = RunFiles(fragments, share, [], digests, said.part, problems.part, unjoined.part)
        views = {name: _views(plan, memories[name], group) for name, group in files.items()}
        nowhere = [View([(Tally(form), None) for form in plan.memory_formats], NO_LOCALE)]
        for record in read_records(share.records):
            problems.add(record.number, b"".join(map(jsonl.encode, record.problems)))
            unjoined.add(record.number, b"".join(map(jsonl.encode, record.unjoined)))
            said.add(record.number, _said(record, views.get(record.memory, nowhere)))
            _count(plan, record, files.get(record.memory, ()), written)
    indexes: Indexes = {}
    for name, group in files.items():
        indexes[name] = {one.fragment.tally.form: one.standing for one in group if one.standing is not None}
    return written, indexes


def _said(record: PageRecord, views: Sequence[View]) -> bytes:
    """What became of each unit of a page in each file."""
    lines = [decisions(taken_of(record, view), view) for view in views] if record.ids else []
    lines += [own.decisions for own in record.own]
    return "".join(lines).encode()


def _count(plan: Plan, record: PageRecord, group: Sequence[_Written], written: RunFiles) -> None:
    """Count a page's blocks that could not be joined, and take its own files."""
    for one in group if record.unjoined else ():
        if plan.granularity_of(one.fragment.tally.form) != "sentence":
            one.fragment.tally.unjoined += len(record.unjoined)
    for own in record.own:
        if own.report.path:
            path = None if own.written is None else written.share.folder / own.written
            written.own.append((own.report, path))


def _views(plan: Plan, memory: Memory, group: Sequence[_Written]) -> list[View]:
    """The files of a memory by what a unit is to them: itself, or its block."""
    views = []
    for blocks in (False, True):
        of_kind = [one for one in group if (plan.granularity_of(one.fragment.tally.form) == "block") == blocks]
        if of_kind:
            slots = slots_of(memory, blocks=blocks)
            views.append(View([(one.fragment.tally, one.selection) for one in of_kind], slots, blocks=blocks))
    return views
