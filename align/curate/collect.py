"""Take units as they are read, and keep one small record per distinct pair of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import attrgetter
from typing import NamedTuple, cast

import msgspec

from align.curate.cleaning import clean, is_plain
from align.curate.rules import Rules
from align.model import Origin, TranslationType
from align.pages import Texts

__all__ = [
    "CHANGED",
    "PAGES_NAMED",
    "RANKS",
    "TYPES",
    "UNITS_A_PAGE",
    "Collector",
    "Pair",
    "Slot",
    "Stand",
    "preference",
    "unite",
]

#: Translation types, the best first, by number.
RANKS: dict[TranslationType | None, int] = {"HT": 0, None: 1, "MT": 2}
#: Translation types, the best first; a rank is an index here.
TYPES: tuple[TranslationType | None, ...] = ("HT", None, "MT")
_WORST = 2
#: How many pages of a pair are kept by name.
PAGES_NAMED = 10
#: Of a pair whose units are not those of before.
CHANGED = -1
#: Numbers of units reserved for each page, so that units are numbered before all pages are read.
UNITS_A_PAGE = 1 << 24


class Pair(msgspec.Struct, eq=False, gc=False):
    """A distinct source and target, and what is known of the units that have them."""

    source: str
    """Cleaned text."""
    target: str
    """Cleaned text."""
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
    block: bool = False
    """Whether it is a whole block rather than a segment."""
    labels: tuple[str, ...] = ()
    """Reference definitions of the page of the unit that stands for it (:func:`align.inline.definitions`), as far as they
    were asked for."""
    dropped: str | None = None
    """Why its units are in no file: a word of :data:`DROP_REASONS`; None when they are."""
    slot: int = -1
    """Its first slot in the collector that made it; -1 when that is another one."""
    former: int = 0
    """Where the caller has an entry of it as it is: a number of the caller's; 0 when that is not known, :data:`CHANGED`
    when there can be none."""


#: What the collector knows of a source and target as they stand on a page: their pair, and what was done to the texts to
#: make them the pair's. A plain tuple, for the garbage collector passes over those by the hundred thousand.
Slot = tuple[Pair, tuple[str, ...]]


class Stand(NamedTuple):
    """Where the units of a page stand."""

    origin: Origin
    """The page and its metadata."""
    page: int
    """Number of the page among all pages, from 0."""
    labels: tuple[str, ...] = ()
    """Reference definitions of the page, sorted, as far as they are asked for."""
    places: Sequence[int] | None = None
    """Place on the page of each unit, from 0; None counts them."""

    def number(self, index: int) -> int:
        """Number of the unit with this index among those that are taken."""
        return self.page * UNITS_A_PAGE + (index if self.places is None else self.places[index])


class Collector:
    """Takes pages in their order and keeps one :class:`Pair` per distinct source and target.

    Of a page that was taken nothing else stays: its units are numbers of :attr:`slots`, which the caller keeps where
    there is room for them.
    """

    def __init__(self, rules: Rules, *, blocks: bool = False) -> None:
        self.rules = rules
        self.blocks = blocks
        """Whether what it takes are blocks."""
        self.slots: list[Slot] = []
        """What became of each source and target met, as they stand on the pages; several may share a pair."""
        self.pairs: list[Pair] = []
        """The distinct pairs that may be in a file, in the order met."""
        self.characters = 0
        """Length of all texts kept, in code points."""
        self._known: dict[tuple[object, ...], int] = {}
        self._dropped: dict[str, int] = {}
        self._repeated: frozenset[str] | None = None

    def add(self, texts: Texts, stand: Stand) -> list[int]:
        """Take the units of a page; returns the slot of each.

        Pages must come in the order of their numbers, from 0; a page may be taken in several parts.
        """
        if self.rules.mt == "skip" and stand.origin.translation_type != "HT":
            return [self.dropped("machine-translated", stand)] * len(texts.ids)
        raws = list(self._keys(texts, stand))
        slots: list[int | None] = list(map(self._known.get, raws))
        if None in slots:
            for index, slot in enumerate(slots):
                if slot is None:
                    known = self._known.get(raws[index])  # it may have been met on this very page
                    slots[index] = self._new(raws[index], texts.ids[index], stand, index) if known is None else known
        met = cast("list[int]", slots)
        self.add_known(met, texts.ids, stand)
        return met

    def _keys(self, texts: Texts, stand: Stand) -> Iterator[tuple[object, ...]]:
        """What the cleaned texts depend on: the texts, and where markup is left out what is markup on the page."""
        if self.rules.plain:
            return zip(texts.sources, texts.targets, repeat(stand.origin.container), repeat(stand.labels), strict=False)
        return zip(texts.sources, texts.targets, strict=True)

    def dropped(self, reason: str, stand: Stand) -> int:
        """The slot of all units that are dropped for this reason."""
        slot = self._dropped.get(reason)
        if slot is None:
            slot = self._dropped[reason] = len(self.slots)
            pair = Pair("", "", "", stand.origin, 0, (), 0, "", 0, [stand.origin.page], dropped=reason)
            self.slots.append((pair, ()))
        return slot

    def slot(self, cleaned: tuple[str, str], changes: tuple[str, ...], ident: str, stand: Stand, index: int) -> int:
        """The slot of texts that are cleaned already, made if need be for the unit with this id and index."""
        slot = self._known.get(cleaned)
        if slot is None:
            slot = self._known[cleaned] = self._made(cleaned, changes, ident, stand, index)
        if not changes:
            return slot
        self.slots.append((self.slots[slot][0], changes))
        return len(self.slots) - 1

    def _made(self, cleaned: tuple[str, str], changes: tuple[str, ...], ident: str, stand: Stand, index: int) -> int:
        """The slot of texts that have not been met."""
        (source, target), (origin, page, labels, places) = cleaned, stand
        number = page * UNITS_A_PAGE + (index if places is None else places[index])
        rank, handoff = RANKS[origin.translation_type], origin.handoff or ""
        pair = Pair(source, target, ident, origin, number, changes, rank, handoff, 0, [origin.page], self.blocks, labels)
        slot = pair.slot = len(self.slots)
        self.slots.append((pair, ()))
        self.pairs.append(pair)
        self.characters += len(source) + len(target)
        return slot

    def _new(self, raw: tuple[object, ...], ident: str, stand: Stand, index: int) -> int:
        """The slot of texts that have not been met as they stand."""
        texts = cast("tuple[str, str]", raw[:2])
        if is_plain(*texts, self.rules):
            slot = self._known[raw] = self._made(texts, (), ident, stand, index)
            return slot
        source, target, changes, reason = clean(texts, self.rules, stand.origin.container, stand.labels)
        if reason is not None:
            slot = self._known[raw] = self.dropped(reason, stand)
            return slot
        slot = self._known[raw] = self.slot((source, target), changes, ident, stand, index)
        return slot

    def add_known(self, slots: Sequence[int], ids: Sequence[str], stand: Stand) -> None:
        """Take the units of a page of which the slots are known already (:meth:`slot`)."""
        self._repeated = None
        all_slots, origin = self.slots, stand.origin
        name, handoff, rank = origin.page, origin.handoff or "", RANKS[origin.translation_type]
        if rank < _WORST:
            for index, slot in enumerate(slots):
                pair, changes = all_slots[slot]
                if rank < pair.rank:
                    pair.rank, pair.id, pair.origin, pair.changes = rank, ids[index], origin, changes
                    pair.number, pair.labels = stand.number(index), stand.labels
        for slot, count in Counter(slots).items():
            pair = all_slots[slot][0]
            pair.count += count
            if handoff > pair.handoff:
                pair.handoff = handoff
            if pair.pages[-1] != name and len(pair.pages) < PAGES_NAMED:
                pair.pages.append(name)

    def restore(self, slots: list[Slot], pairs: list[Pair]) -> None:
        """Put back what another collector had, to select from it; pages cannot be added any more."""
        self.slots, self.pairs, self._repeated = slots, pairs, None

    def absorb(self, others: Sequence[Pair]) -> None:
        """Take what another collector knows of pairs, of the same rules and of other pages; pages cannot be added any more."""
        self._repeated = None
        sources = {other.source for other in others}
        by_texts = {(pair.source, pair.target): pair for pair in self.pairs if pair.source in sources}
        for other in others:
            pair = by_texts.setdefault((other.source, other.target), other)
            if pair is other:
                self.pairs.append(other)
            else:
                unite(pair, other)

    @property
    def repeated(self) -> frozenset[str]:
        """The sources that several pairs have."""
        if self._repeated is None:
            counts = Counter(map(attrgetter("source"), self.pairs))
            self._repeated = frozenset(source for source, pairs in counts.items() if pairs > 1)
        return self._repeated


def unite(pair: Pair, other: Pair) -> None:
    """Let a pair know what another one with the same texts knows, of other pages."""
    pair.count += other.count
    pair.handoff = max(pair.handoff, other.handoff)
    pair.pages = sorted(pair.pages + other.pages)[:PAGES_NAMED]
    if (other.rank, other.number) < (pair.rank, pair.number):
        pair.rank, pair.id, pair.origin = other.rank, other.id, other.origin
        pair.number, pair.changes, pair.labels = other.number, other.changes, other.labels
        pair.former = other.former


def preference(pair: Pair) -> tuple[int, int, int, str]:
    """Sorts the best target of a source first: human, then most frequent, then newest, then by code points."""
    return (pair.rank, -pair.count, -int(pair.handoff.replace("-", "") or 0), pair.target)
