"""Take units as they are read, and keep one small record per distinct pair of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, cast

import msgspec

from align.legal import without_illegal
from align.model import Origin, TranslationType
from align.pages import Texts, has_no_text

__all__ = [
    "CHANGED",
    "CHANGES",
    "DROP_REASONS",
    "MERGE_REASONS",
    "PAGES_NAMED",
    "TYPES",
    "UNITS_A_PAGE",
    "Collector",
    "MtPolicy",
    "Pair",
    "Rules",
    "Slot",
    "preference",
]

MtPolicy = Literal["keep", "fuzzy", "skip", "split"]

#: Why a unit is in no file.
DROP_REASONS = {
    "empty-source": "the source is empty or white space",
    "empty-target": "the target is empty or white space",
    "no-text": "the source holds tags and white space only",
    "identical": "source and target are the same (--drop-identical)",
    "machine-translated": "the unit is machine translated, or nothing says that it is not (--mt skip)",
    "no-locale": "the page names no locale, and its neighbours do not tell",
}
#: Why a unit is in a file by another one.
MERGE_REASONS = {
    "duplicate": "another unit with the same source and target stands for it",
    "variant": "another target of the same source is preferred: human first, then most frequent, then newest",
}
#: What is done to the texts of a unit that is exported.
CHANGES = {
    "outer-white-space": "white space around the segment was trimmed",
    "line-ends": "CR LF or CR inside the segment became LF",
    "illegal-characters": "characters that XML 1.0 does not allow were left out",
    "soft-line-breaks": "soft line breaks were joined with one space (PO)",
}
_RANKS: dict[TranslationType | None, int] = {"HT": 0, None: 1, "MT": 2}
TYPES: tuple[TranslationType | None, ...] = ("HT", None, "MT")
_WORST = 2
PAGES_NAMED = 10
#: Of a pair whose units are not those of before.
CHANGED = -1
#: Numbers of units reserved for each page, so that units are numbered before all pages are read.
UNITS_A_PAGE = 1 << 24


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What an export keeps."""

    mt: MtPolicy = "keep"
    """Machine translation: keep it, mark it fuzzy (PO), skip it, or write it to a file of its own (the caller's part)."""
    variants: Literal["best", "all"] = "best"
    """One target per source, or all of them."""
    drop_identical: bool = False
    """Whether units whose target is their source are dropped."""


class Pair(msgspec.Struct, eq=False, gc=False):
    """A distinct source and target, and what is known of the units that have them."""

    source: str
    target: str
    id: str
    """Id of the unit that stands for all: the first one of the best translation type."""
    origin: Origin
    """Where that unit stands."""
    number: int
    """That unit's number: its page's times :data:`UNITS_A_PAGE`, and its place on the page from 0."""
    changes: tuple[str, ...]
    """What was done to that unit's texts: words of :data:`CHANGES`, sorted."""
    rank: int
    """Best translation type met: 0 human, 1 unknown, 2 machine."""
    handoff: str
    """Newest hand-off met, ``YYYY-MM-DD``; empty when none is known."""
    count: int
    """Units that have these texts."""
    pages: list[str]
    """The first pages it stands on, in the order read."""
    dropped: str | None = None
    """Why its units are in no file: a word of :data:`DROP_REASONS`; None when they are."""
    former: int = 0
    """Where the caller has an entry of it as it is: a number of the caller's; 0 when that is not known, :data:`CHANGED`
    when there can be none."""


#: What the collector knows of a source and target as they stand on a page: their pair, and what was done to the texts to
#: make them the pair's. A plain tuple, for the garbage collector passes over those by the hundred thousand.
Slot = tuple[Pair, tuple[str, ...]]


def _cleaned(text: str, changes: set[str]) -> str:
    """The text as memories take it; what was done is added to ``changes``."""
    legal = without_illegal(text)
    if legal != text:
        changes.add("illegal-characters")
    if "\r" in legal:
        changes.add("line-ends")
        legal = legal.replace("\r\n", "\n").replace("\r", "\n")
    trimmed = legal.strip()
    if trimmed != legal:
        changes.add("outer-white-space")
    return trimmed


def _both_cleaned(source: str, target: str) -> tuple[str, str, tuple[str, ...]]:
    """Source and target as memories take them, and what was done to them."""
    if source.isprintable() and target.isprintable() and source == source.strip() and target == target.strip():
        return source, target, ()  # nothing that is printable is illegal, or a line end
    changes: set[str] = set()
    return _cleaned(source, changes), _cleaned(target, changes), tuple(sorted(changes))


def _drop_reason(source: str, target: str, rules: Rules) -> str | None:
    """Why a unit with these texts, cleaned, is in no memory; None when it may be."""
    if not source:
        return "empty-source"
    if source[0] == "<" and has_no_text(source):
        return "no-text"
    if not target:
        return "empty-target"
    if rules.drop_identical and source == target:
        return "identical"
    return None


class Collector:
    """Takes pages in their order and keeps one :class:`Pair` per distinct source and target.

    Of a page that was taken nothing else stays: its units are numbers of :attr:`slots`, which the caller keeps where
    there is room for them.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.slots: list[Slot] = []
        """What became of each source and target met, as they stand on the pages; several may share a pair."""
        self.pairs: list[Pair] = []
        """The distinct pairs that may be in a file, in the order met."""
        self.characters = 0
        """Length of all texts kept, in code points."""
        self._known: dict[tuple[str, str], int] = {}
        self._dropped: dict[str, int] = {}
        self._groups: dict[str, list[Pair]] | None = None

    def add(self, texts: Texts, origin: Origin, page: int) -> list[int]:
        """Take the units of the page with this number; returns the slot of each.

        Pages must come in the order of their numbers, from 0; a page may be taken in several parts.
        """
        if self.rules.mt == "skip" and origin.translation_type != "HT":
            return [self.dropped("machine-translated", origin)] * len(texts.ids)
        raws = list(zip(texts.sources, texts.targets, strict=True))
        slots: list[int | None] = list(map(self._known.get, raws))
        if None in slots:
            first = page * UNITS_A_PAGE
            for index, slot in enumerate(slots):
                if slot is None:
                    known = self._known.get(raws[index])  # it may have been met on this very page
                    slots[index] = self._new(raws[index], texts.ids[index], origin, first + index) if known is None else known
        met = cast(list[int], slots)
        self._note(met, texts.ids, origin, page)
        return met

    def add_known(self, slots: Sequence[int], ids: Sequence[str], origin: Origin, page: int) -> None:
        """Take the units of a page of which the slots are known already (:meth:`slot`)."""
        self._note(slots, ids, origin, page)

    def dropped(self, reason: str, origin: Origin) -> int:
        """The slot of all units that are dropped for this reason."""
        slot = self._dropped.get(reason)
        if slot is None:
            slot = self._dropped[reason] = len(self.slots)
            self.slots.append((Pair("", "", "", origin, 0, (), 0, "", 0, [origin.page], reason), ()))
        return slot

    def slot(self, cleaned: tuple[str, str], changes: tuple[str, ...], unit: tuple[str, Origin, int]) -> int:
        """The slot of texts that are cleaned already, made if need be for the unit: its id, origin and number."""
        slot = self._known.get(cleaned)
        if slot is None:
            ident, origin, number = unit
            rank, handoff = _RANKS[origin.translation_type], origin.handoff or ""
            pair = Pair(*cleaned, ident, origin, number, changes, rank, handoff, 0, [origin.page])
            slot = self._known[cleaned] = len(self.slots)
            self.slots.append((pair, ()))
            self.pairs.append(pair)
            self.characters += len(cleaned[0]) + len(cleaned[1])
        if not changes:
            return slot
        self.slots.append((self.slots[slot][0], changes))
        return len(self.slots) - 1

    def change(self, texts: Iterable[tuple[str, str]]) -> None:
        """Note that the units of these pairs, given by their cleaned texts, are not those of before."""
        for both in texts:
            slot = self._known.get(both)
            if slot is not None:
                self.slots[slot][0].former = CHANGED

    def _new(self, raw: tuple[str, str], ident: str, origin: Origin, number: int) -> int:
        """The slot of texts that have not been met as they stand."""
        source, target, changes = _both_cleaned(*raw)
        reason = _drop_reason(source, target, self.rules)
        if reason is not None:
            slot = self.dropped(reason, origin)
        else:
            slot = self.slot((source, target), changes, (ident, origin, number))
        self._known[raw] = slot
        return slot

    def _note(self, slots: Sequence[int], ids: Sequence[str], origin: Origin, page: int) -> None:
        """Let the pairs of a page's units know of it."""
        self._groups = None
        all_slots, name, handoff = self.slots, origin.page, origin.handoff or ""
        rank = _RANKS[origin.translation_type]
        if rank < _WORST:
            for index, slot in enumerate(slots):
                pair, changes = all_slots[slot]
                if rank < pair.rank:
                    pair.rank, pair.id, pair.origin, pair.changes = rank, ids[index], origin, changes
                    pair.number = page * UNITS_A_PAGE + index
        for slot, count in Counter(slots).items():
            pair = all_slots[slot][0]
            pair.count += count
            if handoff > pair.handoff:
                pair.handoff = handoff
            if pair.pages[-1] != name and len(pair.pages) < PAGES_NAMED:
                pair.pages.append(name)

    def restore(self, slots: list[Slot], pairs: list[Pair]) -> None:
        """Put back what another collector had, to select from it; pages cannot be added any more."""
        self.slots, self.pairs, self._groups = slots, pairs, None

    def absorb(self, others: Iterable[Pair]) -> None:
        """Take what other collectors know of pairs, of the same rules and of other pages; pages cannot be added any more."""
        self._groups = None
        by_texts = {(pair.source, pair.target): pair for pair in self.pairs}
        for other in others:
            pair = by_texts.setdefault((other.source, other.target), other)
            if pair is other:
                self.pairs.append(other)
                continue
            pair.count += other.count
            pair.handoff = max(pair.handoff, other.handoff)
            pair.pages = sorted({*pair.pages, *other.pages})[:PAGES_NAMED]
            if (other.rank, other.number) < (pair.rank, pair.number):
                pair.rank, pair.id, pair.origin = other.rank, other.id, other.origin
                pair.number, pair.changes = other.number, other.changes

    def by_source(self) -> dict[str, list[Pair]]:
        """The pairs by source, the best target of each first; sources in the order in which they were met."""
        if self._groups is None:
            groups: dict[str, list[Pair]] = {}
            for pair in self.pairs:
                group = groups.get(pair.source)
                if group is None:
                    groups[pair.source] = [pair]
                else:
                    group.append(pair)
            for group in groups.values():
                if len(group) > 1:
                    group.sort(key=preference)
            self._groups = groups
        return dict(self._groups)


def preference(pair: Pair) -> tuple[int, int, int, str]:
    """Sorts the best target of a source first: human, then most frequent, then newest, then by code points."""
    return (pair.rank, -pair.count, -int(pair.handoff.replace("-", "") or 0), pair.target)
