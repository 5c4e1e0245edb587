"""What one run writes: its part of each file, and of the record of every unit."""

from __future__ import annotations

from pathlib import Path

import msgspec

from align.curate import UNITS_A_PAGE, Pair, Selection, select
from align.digest import MemoryDigest, digest_of
from align.export.bodies import Facts, write_body
from align.export.memory import Memory
from align.export.plan import Format, Plan
from align.export.record import PageRecord, numbers, read_records
from align.export.report import FileReport, Taken, Tally, decisions, unwanted
from align.export.run import NO_LOCALE
from align.formats import jsonl, po

__all__ = ["Fragment", "RunFiles", "Stretch", "write_fragments"]


class Fragment(msgspec.Struct):
    """A run's part of a file."""

    memory: str
    tally: Tally
    body: Path | None
    """The entries it adds; None when it adds none."""
    facts: Facts
    """Of this part; those of the file are all of them together."""
    licences: frozenset[str]


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


class RunFiles(msgspec.Struct):
    """All that a run has written."""

    fragments: list[Fragment]
    records: Path
    decisions: Path
    problems: Path
    own: list[tuple[FileReport, Path | None]]
    """Files of single pages: what is in them, and where they were written, if they were."""
    digests: dict[str, MemoryDigest]
    """The run's part of each memory's digest; empty unless the plan asks for it."""


def _fragment(memory: Memory, form: Format, stretch: Stretch, *, whole: bool) -> tuple[Fragment, Selection]:
    selection = select(memory.collector, fold=po.joined_lines if form == "po" else None)
    mine = selection if whole else selection.part(stretch.units)
    licences = mine.licences
    facts = Facts(memory.source_locale, memory.locale, mine.newest, ", ".join(sorted(licences)) or None)
    path = None
    if mine.chosen or whole:
        path = stretch.folder / f"{stretch.number:04}-{memory.name}-{form}.part"
        write_body(form, path, mine.entries(), facts, whole=whole)
    return Fragment(memory.name, Tally(form), path, facts, licences), selection


def _digest(memory: Memory, stretch: Stretch, *, whole: bool) -> MemoryDigest:
    selection = select(memory.collector)
    return digest_of((selection if whole else selection.part(stretch.units)).entries())


def write_fragments(plan: Plan, memories: dict[str, Memory], stretch: Stretch, *, whole: bool) -> RunFiles:
    """Write a run's part of everything.

    Parameters
    ----------
    memories : of the run; unless it is the only one, they have absorbed what other runs know of their pairs.
    whole : whether it is the only run, so that its part of a file is the file.
    """
    files: dict[str, list[tuple[Fragment, Selection | None]]] = {"": []}
    nowhere = Facts("", "", None, None)
    for form in plan.memory_formats:
        files[""].append((Fragment("", Tally(form), None, nowhere, frozenset()), None))
    for name, memory in sorted(memories.items()):
        files[name] = [_fragment(memory, form, stretch, whole=whole) for form in plan.memory_formats]
    elsewhere = unwanted(selection for group in files.values() for _, selection in group)
    written = RunFiles(
        [fragment for name, group in files.items() if name for fragment, _ in group],
        stretch.records,
        stretch.folder / f"{stretch.number:04}-decisions.part",
        stretch.folder / f"{stretch.number:04}-problems.part",
        [],
        {name: _digest(memory, stretch, whole=whole) for name, memory in memories.items()} if plan.digest else {},
    )
    with (
        written.decisions.open("w", encoding="utf-8", newline="\n") as said,
        written.problems.open("wb") as problems,
    ):
        for record in read_records(stretch.records):
            problems.writelines(map(jsonl.encode, record.problems))
            if record.ids:
                taken = Taken(record.name, record.number, record.unit_ids, _pairs(record, memories))
                tallies = [(fragment.tally, selection) for fragment, selection in files[record.memory]]
                said.write("".join(decisions(taken, tallies, elsewhere)))
            for own in record.own:
                said.write(own.decisions)
                if own.report.path:
                    written.own.append((own.report, None if own.written is None else stretch.folder / own.written))
    return written


def _pairs(record: PageRecord, memories: dict[str, Memory]) -> list[Pair]:
    """What became of the units of a page."""
    if not record.memory:
        return [NO_LOCALE] * len(record.unit_ids)
    slots = memories[record.memory].collector.slots
    return [slots[number][0] for number in numbers(record.slots)]
