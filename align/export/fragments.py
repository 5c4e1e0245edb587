"""What one run writes: its part of each file, and of the record of every unit."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import msgspec

from align.curate import UNITS_A_PAGE, Selection, select
from align.digest import MemoryDigest, digest_of
from align.exchange import Facts
from align.export.bodies import Body, write_body
from align.export.former import Former, FormerFile, Index, Indexes, former_of
from align.export.memory import Memory
from align.export.plan import Format, Plan
from align.export.record import read_records
from align.export.report import FileReport, Tally, View, decisions
from align.export.units import selected, taken_of
from align.formats import jsonl

__all__ = ["Fragment", "RunFiles", "Stretch", "write_fragments"]


class Fragment(msgspec.Struct):
    """A run's part of a file."""

    memory: str
    tally: Tally
    body: Path
    """The entries it adds: as they stand in the file, or as JSON Lines where the format has no parts."""
    facts: Facts
    """Of this part; those of the file are all of them together."""
    licences: frozenset[str]
    size: int
    """Bytes of the entries."""
    is_whole: bool
    """Whether the body is the file, with what that begins and ends with."""
    is_block: bytes = b""
    """For each entry 1 when it is a whole block, else 0; only where files are cut in parts."""


class Stretch(msgspec.Struct, frozen=True):
    """Which pages a run took, and where it put what is kept of them."""

    number: int
    first: int
    last: int
    records: Path
    folder: Path

    @property
    def units(self) -> range:
        """Numbers that the units of its pages may have."""
        return range(self.first * UNITS_A_PAGE, (self.last + 1) * UNITS_A_PAGE)

    def file(self, name: str) -> Path:
        """A file of the run's own."""
        return self.folder / f"{self.number:04}{name}"


class RunFiles(msgspec.Struct):
    """All that a run has written."""

    fragments: list[Fragment]
    stretch: Stretch
    own: list[tuple[FileReport, Path | None]]
    """Files of single pages: what is in them, and where they were written, if they were."""
    digests: dict[str, MemoryDigest]
    """The run's part of each memory's digest; empty unless the plan asks for it."""

    @property
    def decisions(self) -> Path:
        """Its part of the record of every unit."""
        return self.stretch.file("-decisions.part")

    @property
    def problems(self) -> Path:
        """Its part of the problems."""
        return self.stretch.file("-problems.part")

    @property
    def unjoined(self) -> Path:
        """Its part of the blocks that could not be joined."""
        return self.stretch.file("-unjoined.part")


class _Written(NamedTuple):
    """A run's part of a file, and the selection that it is of."""

    fragment: Fragment
    selection: Selection
    standing: Index | None
    """None in formats whose entries cannot be copied."""


class _Writer:
    """Writes the parts of one memory's files."""

    def __init__(self, plan: Plan, stretch: Stretch, *, whole: bool, former: Former | None) -> None:
        self.plan = plan
        self.stretch = stretch
        self.whole = whole
        self.former = former

    def write(self, memory: Memory) -> list[_Written]:
        """Write the part of each file of a memory."""
        return [self._write(memory, form) for form in self.plan.memory_formats]

    def _write(self, memory: Memory, form: Format) -> _Written:
        selection = selected(memory, form, self.plan)
        mine = selection if self.whole else selection.part(self.stretch.units)
        licences, in_parts = mine.licences, self.plan.in_parts(form)
        codes = self.plan.markup == "codes"
        facts = Facts(memory.source_locale, memory.locale, mine.newest, ", ".join(sorted(licences)) or None, codes)
        path = self.stretch.file(f"-{memory.name}-{form}.part")
        with ExitStack() as stack:
            known = self._former(memory, form) if in_parts else None
            if known is not None:
                stack.callback(known.close)
            body = Body(form if in_parts else "jsonl", facts, known)
            whole = self.whole and in_parts and not self.plan.is_packed(form)
            sizes = write_body(path, body, mine, whole=whole)
        is_block = bytes(pair.block for _, pair, _ in mine.chosen)
        fragment = Fragment(memory.name, Tally(form, blocks=sum(is_block)), path, facts, licences, sum(sizes), whole)
        if self.plan.split is not None:
            fragment.is_block = is_block
        if not in_parts or not self.plan.remembered:
            return _Written(fragment, selection, None)
        first = former_of(0, 0, blocks=False), former_of(0, 0, blocks=True)
        own = [first[pair.block] + pair.slot if best and pair.slot >= 0 else 0 for _, pair, best in mine.chosen]
        slots = array("Q", own)
        return _Written(fragment, selection, Index(slots.tobytes(), sizes.tobytes()))

    def digest(self, memory: Memory) -> MemoryDigest:
        """The part of a memory's digest: of its segments, whatever the files hold."""
        selection = select(memory.sentences)
        return digest_of((selection if self.whole else selection.part(self.stretch.units)).entries())

    def _former(self, memory: Memory, form: Format) -> FormerFile | None:
        if self.former is None or self.plan.is_packed(form):
            return None
        return self.former.file(self.plan.file_name(memory.name, form), memory.name, form)


def write_fragments(
    plan: Plan, memories: dict[str, Memory], stretch: Stretch, *, whole: bool, former: Former | None = None
) -> tuple[RunFiles, Indexes]:
    """Write a run's part of everything; returns also where its entries stand.

    Parameters
    ----------
    memories : of the run; unless it is the only one, they have absorbed what other runs know of their pairs.
    whole : whether it is the only run, so that its part of a file is the file.
    former : files of the last run, from which entries may be copied.
    """
    writer = _Writer(plan, stretch, whole=whole, former=former)
    files = {name: writer.write(memory) for name, memory in sorted(memories.items())}
    digests = {name: writer.digest(memory) for name, memory in memories.items()} if plan.digest else {}
    written = RunFiles([one.fragment for group in files.values() for one in group], stretch, [], digests)
    _record(plan, memories, files, written)
    indexes: Indexes = {}
    for name, group in files.items():
        indexes[name] = {one.fragment.tally.form: one.standing for one in group if one.standing is not None}
    return written, indexes


def _record(plan: Plan, memories: dict[str, Memory], files: dict[str, list[_Written]], written: RunFiles) -> None:
    """Write the run's part of the record: what became of each unit in each file, and all problems."""
    nowhere = [View([(Tally(form), None) for form in plan.memory_formats])]
    views = {name: _views(plan, group) for name, group in files.items()}
    with (
        written.decisions.open("w", encoding="utf-8", newline="\n") as said,
        written.problems.open("wb") as problems,
        written.unjoined.open("wb") as unjoined,
    ):
        for record in read_records(written.stretch.records):
            problems.writelines(map(jsonl.encode, record.problems))
            unjoined.writelines(map(jsonl.encode, record.unjoined))
            for one in files.get(record.memory, ()) if record.unjoined else ():
                if plan.granularity_of(one.fragment.tally.form) != "sentence":
                    one.fragment.tally.unjoined += len(record.unjoined)
            if record.ids:
                for view in views.get(record.memory, nowhere):
                    said.write("".join(decisions(taken_of(record, memories, view), view)))
            for own in record.own:
                said.write(own.decisions)
                if own.report.path:
                    path = None if own.written is None else written.stretch.folder / own.written
                    written.own.append((own.report, path))


def _views(plan: Plan, group: Sequence[_Written]) -> list[View]:
    """The files of a memory by what a unit is to them: itself, or its block."""
    views = []
    for blocks in (False, True):
        of_kind = [one for one in group if (plan.granularity_of(one.fragment.tally.form) == "block") == blocks]
        if of_kind:
            views.append(View([(one.fragment.tally, one.selection) for one in of_kind], blocks=blocks))
    return views
