"""What an export did, in numbers, and the line of the record for every unit that was not simply exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from align.curate import Pair, Selection
from align.digest import MemoryDigest
from align.export.plan import Format
from align.formats import jsonl

__all__ = ["ExportReport", "FileReport", "Taken", "Tally", "View", "decisions"]


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
    """Files to which a unit is the same thing: itself, or a part of its block."""

    def __init__(self, files: Sequence[tuple[Tally, Selection | None]], *, blocks: bool = False) -> None:
        self.files = files
        """Each with its selection; None for units that no file may have."""
        self.blocks = blocks
        """Whether it is a part of its block."""
        self.elsewhere = {key for _, selection in files if selection is not None for key in selection.fates}
        """``id()`` of the pairs that are not, as they are, in every file."""


class Taken(NamedTuple):
    """The units of one page, in their order."""

    page: str
    ids: Sequence[str]
    pairs: Sequence[Pair]
    """What the collector made of each."""
    numbers: Sequence[int]
    """The number of each, or of its block."""


def decisions(taken: Taken, view: View) -> Iterator[str]:
    """A line of ``decisions.jsonl`` for each unit, file and reason, but for those simply exported; all are counted."""
    begin = f'{{"page":{jsonl.encode(taken.page)[:-1].decode()},"id":"'
    files, elsewhere = view.files, view.elsewhere
    ends = [f'","format":"{tally.form}","action":"merged","reason":"duplicate"}}\n' for tally, _ in files]
    exported = duplicates = 0
    for ident, pair, number in zip(taken.ids, taken.pairs, taken.numbers, strict=True):
        if pair.dropped is None and id(pair) not in elsewhere:
            # Nearly all units are these: every file has the pair, and the unit stands for it, or another one does.
            if pair.number != number:
                duplicates += 1
                head = begin + ident
                yield head + head.join(ends)
                continue
            if not pair.changes:
                exported += 1
                continue
        for tally, selection in files:
            action, reasons = tally.outcome(pair, number, selection)
            for reason in reasons:
                yield f'{begin}{ident}","format":"{tally.form}","action":"{action}","reason":"{reason}"}}\n'
    for tally, _ in files:
        tally.exported += exported
        tally.merged["duplicate"] += duplicates
