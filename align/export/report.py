"""What an export did, in numbers, and the line of the record for every unit that was not simply exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import compress
from operator import ne
from typing import NamedTuple

import msgspec

from align.curate import Pair, Selection, Slot
from align.digest import MemoryDigest
from align.export.plan import Format
from align.formats import jsonl

__all__ = ["ExportReport", "FileReport", "Taken", "Tally", "View", "decisions"]


# Instead of the number of a unit: what becomes of the units of a pair must be asked for each.
_SPECIAL = -1


class FileReport(msgspec.Struct, frozen=True):
    """One file written; exported + merged + dropped = the units that it is about."""

    path: str
    """POSIX path below OUT."""
    locale: str
    """Target locale."""
    format: str
    """Name of the format: ``tmx``, ``po`` and so on."""
    exported: int
    """Units that stand in the file."""
    merged: dict[str, int]
    """Units that another one stands for, by reason."""
    dropped: dict[str, int]
    """Units left out, by reason."""
    changed: dict[str, int]
    """Exported units whose texts were changed, by what was done; one unit may count more than once."""
    blocks: int = 0
    """Whole blocks in the file, of several units or with text around them."""
    unjoined: int = 0
    """Blocks whose text is not known in both languages, so that they are not in the file; ``unjoined.jsonl`` lists them."""


class ExportReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an export did."""

    pages: int
    """Pages read."""
    units: int
    """Units found, exported or not."""
    problems: int
    """Problems found: damaged wrappers, unreadable pages, pages without a locale."""
    files: list[FileReport]
    """The files written, ordered by path."""
    digests: dict[str, MemoryDigest] = {}
    """Digest of each memory, by its name, as TMX has it; empty unless the plan asks for it."""


class Tally(msgspec.Struct):
    """Counts what became of units in one file."""

    form: Format
    """Format of the file."""
    exported: int = 0
    """Units that stand in the file."""
    merged: Counter[str] = msgspec.field(default_factory=Counter)
    """Units that another one stands for, by reason."""
    dropped: Counter[str] = msgspec.field(default_factory=Counter)
    """Units left out, by reason."""
    changed: Counter[str] = msgspec.field(default_factory=Counter)
    """Exported units whose texts were changed, by what was done."""
    blocks: int = 0
    """Whole blocks in the file."""
    unjoined: int = 0
    """Blocks whose text is not known in both languages."""

    def outcome(self, pair: Pair, number: int, selection: Selection | None) -> tuple[str, tuple[str, ...]]:
        """The action and its reasons for a unit, which are counted; no reason when it was simply exported."""
        action, reasons = ("dropped", (pair.dropped or "",)) if selection is None else selection.outcome(pair, number)
        if action in ("exported", "changed"):
            self.exported += 1
            self.changed.update(reasons)
        else:
            (self.merged if action == "merged" else self.dropped).update(reasons)
        return action, reasons

    def add(self, other: Tally) -> None:
        """Count what another one has counted, too."""
        self.exported += other.exported
        self.merged.update(other.merged)
        self.dropped.update(other.dropped)
        self.changed.update(other.changed)
        self.blocks += other.blocks
        self.unjoined += other.unjoined

    def report(self, path: str, locale: str) -> FileReport:
        """What the file's record says."""
        counters = (self.merged, self.dropped, self.changed)
        merged, dropped, changed = (dict(sorted((+counter).items())) for counter in counters)
        return FileReport(path, locale, self.form, self.exported, merged, dropped, changed, self.blocks, self.unjoined)


class View:
    """Files to which a unit is the same thing: itself, or a part of its block.

    Parameters
    ----------
    files : each with its selection; None for units that no file may have.
    slots : of the collector that took the units, or blocks.
    blocks : whether a unit is a part of its block.
    """

    def __init__(self, files: Sequence[tuple[Tally, Selection | None]], slots: Sequence[Slot], *, blocks: bool = False) -> None:
        self.files = files
        self.slots = slots
        self.blocks = blocks
        elsewhere = {key for _, selection in files if selection is not None for key in selection.fates}
        self.standing = [
            _SPECIAL if pair.dropped is not None or pair.changes or id(pair) in elsewhere else pair.number for pair, _ in slots
        ]
        """For each slot whose pair is, as it is, in every file: the number of the unit that stands for it there."""


class Taken(NamedTuple):
    """The units of one page, in their order."""

    page: str
    """Name of the page."""
    ids: Sequence[str]
    """The units' ids."""
    slots: Sequence[int]
    """The slot of each, or of its block."""
    numbers: Sequence[int]
    """The number of each, or of its block."""


def decisions(taken: Taken, view: View) -> str:
    """A line of ``decisions.jsonl`` for each unit, file and reason, but for those simply exported; all are counted."""
    begin = f'{{"page":{jsonl.encode(taken.page)[:-1].decode()},"id":"'
    ends = [f'","format":"{tally.form}","action":"merged","reason":"duplicate"}}\n' for tally, _ in view.files]
    standing = list(map(view.standing.__getitem__, taken.slots))
    special = standing.count(_SPECIAL)
    if not special:  # nearly always: a unit stands for its pair, or another one does
        lines = [(head := begin + ident) + head.join(ends) for ident in compress(taken.ids, map(ne, standing, taken.numbers))]
        duplicates = len(lines)
    else:
        lines, duplicates = [], 0
        for ident, slot, stands, number in zip(taken.ids, taken.slots, standing, taken.numbers, strict=True):
            head = begin + ident
            if stands == _SPECIAL:
                lines += _special(head, view.slots[slot][0], number, view)
            elif stands != number:
                duplicates += 1
                lines.append(head + head.join(ends))
    for tally, _ in view.files:
        tally.exported += len(taken.ids) - special - duplicates
        tally.merged["duplicate"] += duplicates
    return "".join(lines)


def _special(head: str, pair: Pair, number: int, view: View) -> Iterator[str]:
    """The lines of a unit that is not the same in all files, or was changed."""
    for tally, selection in view.files:
        action, reasons = tally.outcome(pair, number, selection)
        for reason in reasons:
            yield f'{head}","format":"{tally.form}","action":"{action}","reason":"{reason}"}}\n'
