"""What an export did, in numbers, and the line of the record for every unit that was not simply exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from align.curate import UNITS_A_PAGE, Pair, Selection
from align.digest import MemoryDigest
from align.export.plan import Format
from align.formats import jsonl

__all__ = ["ExportReport", "FileReport", "Tally", "decisions", "unwanted"]


class FileReport(msgspec.Struct, frozen=True):
    """One file written; exported + merged + dropped = the units that it is about."""

    path: str
    """POSIX path below OUT."""
    locale: str
    """Target locale."""
    format: str
    exported: int
    """Units that stand in the file."""
    merged: dict[str, int]
    """Units that another one stands for, by reason."""
    dropped: dict[str, int]
    """Units left out, by reason."""
    changed: dict[str, int]
    """Exported units whose texts were changed, by what was done; one unit may count more than once."""


class ExportReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an export did."""

    pages: int
    """Pages read."""
    units: int
    """Units found, exported or not."""
    problems: int
    """Problems found: damaged wrappers, unreadable pages, pages without a locale."""
    files: list[FileReport]
    digests: dict[str, MemoryDigest] = {}
    """Digest of each memory, by its name, as TMX has it; empty unless the plan asks for it."""


class Tally(msgspec.Struct):
    """Counts what became of units in one file."""

    form: Format
    exported: int = 0
    merged: Counter[str] = msgspec.field(default_factory=Counter)
    dropped: Counter[str] = msgspec.field(default_factory=Counter)
    changed: Counter[str] = msgspec.field(default_factory=Counter)

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

    def report(self, path: str, locale: str) -> FileReport:
        """What the file's record says."""
        counts = [dict(sorted((+counter).items())) for counter in (self.merged, self.dropped, self.changed)]
        return FileReport(path, locale, self.form, self.exported, *counts)


def unwanted(selections: Iterable[Selection | None]) -> set[int]:
    """``id()`` of the pairs that are not, as they are, in every file."""
    return {key for selection in selections if selection is not None for key in selection.fates}


class Taken(msgspec.Struct):
    """The units of one page, in their order, and what the collector made of each."""

    page: str
    number: int
    """Number of the page."""
    ids: Sequence[str]
    pairs: Sequence[Pair]


def decisions(taken: Taken, files: Sequence[tuple[Tally, Selection | None]], elsewhere: set[int]) -> Iterator[str]:
    """A line of ``decisions.jsonl`` for each unit, file and reason, but for those simply exported.

    Parameters
    ----------
    files : the files that the units are about, each with its selection, where there is one.
    elsewhere : :func:`unwanted` of these selections.
    """
    begin = f'{{"page":{jsonl.encode(taken.page)[:-1].decode()},"id":"'
    ends = [f'","format":"{tally.form}","action":"merged","reason":"duplicate"}}\n' for tally, _ in files]
    exported = duplicates = 0
    for number, (ident, pair) in enumerate(zip(taken.ids, taken.pairs, strict=True), taken.number * UNITS_A_PAGE):
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
