"""Take units as they are read, and keep one small record per distinct pair of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count, repeat
from typing import NamedTuple

import msgspec

from align.curate.cleaning import clean, doubtful
from align.curate.lookup import Lookup
from align.curate.rules import Rules
from align.model import Origin, TranslationType
from align.pages import Texts

__all__ = ["CHANGED", "PAGES_NAMED", "TYPES", "UNITS_A_PAGE", "Collector", "Pair", "Slot", "Stand", "preference"]

_RANKS: dict[TranslationType | None, int] = {"HT": 0, None: 1, "MT": 2}
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
        self._lookup = Lookup()
        self._marked: dict[tuple[object, ...], int] = {}
        """Slots of texts as they stand, where markup is left out of them: by texts and what is markup on the page."""
        self._dropped: dict[str, int] = {}
        self._has_others = False
        """Whether there are pairs that another collector made."""

    def add(self, texts: Texts, stand: Stand) -> list[int]:
        """Take the units of a page; returns the slot of each.

        Pages must come in the order of their numbers, from 0; a page may be taken in several parts.
        """
        if self.rules.mt == "skip" and stand.origin.translation_type != "HT":
            return [self.dropped("machine-translated", stand)] * len(texts.ids)
        if self.rules.plain:
            slots = [self._of_marked(texts, stand, index) for index in range(len(texts.ids))]
        else:
            slots, wrong = self._lookup.find_all(texts.sources, texts.targets)
            if wrong:
                self._correct(slots, wrong, texts, stand)
        self.add_known(slots, texts.ids, stand)
        return slots

    def _correct(self, slots: list[int], wrong: Sequence[int], texts: Texts, stand: Stand) -> None:
        """Find the slots of the units with these indices, or make them."""
        some = ids, sources, targets = _part(texts, wrong)
        right: list[int] = []
        for place in [*doubtful(sources, targets, self.rules), len(wrong)]:
            between = slice(len(right), place)
            right += self._find_or_make(Texts(*(column[between] for column in some)), wrong[between], stand)
            if place < len(wrong):
                both = sources[place], targets[place]
                slot = self._lookup.find(*both)
                right.append(self._new(both, ids[place], stand, wrong[place]) if slot is None else slot)
        for index, slot in zip(wrong, right, strict=True):
            slots[index] = slot

    def _find_or_make(self, texts: Texts, indices: Sequence[int], stand: Stand) -> list[int]:
        """The slots of units whose texts are taken as they stand; ``indices`` are theirs among those that are taken."""
        slots, new = self._lookup.make_missing(texts.sources, texts.targets)
        if len(new) == len(slots):
            self._make_pairs(texts, (), stand, indices)
        elif new:
            self._make_pairs(_part(texts, new), (), stand, [indices[place] for place in new])
        return slots

    def _of_marked(self, texts: Texts, stand: Stand, index: int) -> int:
        """The slot of a unit, where markup is left out of the texts."""
        both = texts.sources[index], texts.targets[index]
        key = (*both, stand.origin.container, stand.labels)
        slot = self._marked.get(key)
        if slot is None:
            slot = self._marked[key] = self._clean(both, texts.ids[index], stand, index)
        return slot

    def dropped(self, reason: str, stand: Stand) -> int:
        """The slot of all units that are dropped for this reason."""
        slot = self._dropped.get(reason)
        if slot is None:
            slot = self._dropped[reason] = self._lookup.make_empty()
            pair = Pair("", "", "", stand.origin, 0, (), 0, "", 0, [stand.origin.page], dropped=reason)
            self.slots.append((pair, ()))
        return slot

    def slot(self, cleaned: tuple[str, str], changes: tuple[str, ...], ident: str, stand: Stand, index: int) -> int:
        """The slot of texts that are cleaned already, made if need be for the unit with this id and index."""
        slot = self._lookup.find(*cleaned)
        if slot is None:
            slot = self._make(cleaned, changes, ident, stand, index)
        if not changes:
            return slot
        changed = self._lookup.make_empty()
        self.slots.append((self.slots[slot][0], changes))
        return changed

    def _make(self, cleaned: tuple[str, str], changes: tuple[str, ...], ident: str, stand: Stand, index: int) -> int:
        """A slot for texts that have none, and their pair."""
        slot = self._lookup.make(*cleaned)
        self._make_pairs(Texts([ident], [cleaned[0]], [cleaned[1]]), changes, stand, [index])
        return slot

    def _make_pairs(self, texts: Texts, changes: tuple[str, ...], stand: Stand, indices: Sequence[int]) -> None:
        """A pair for each of these units, whose slots follow; ``indices`` are theirs among those that are taken."""
        (ids, sources, targets), (origin, page, labels, places) = texts, stand
        begin = page * UNITS_A_PAGE
        made = list(
            map(
                Pair,
                sources,
                targets,
                ids,
                repeat(origin),
                [begin + index for index in (indices if places is None else map(places.__getitem__, indices))],
                repeat(changes),
                repeat(_RANKS[origin.translation_type]),
                repeat(origin.handoff or ""),
                repeat(0),
                map(list, repeat((origin.page,))),
                repeat(self.blocks),
                repeat(labels),
                repeat(None),
                count(len(self.slots)),
            )
        )
        self.pairs += made
        self.slots += zip(made, repeat(()), strict=False)
        self.characters += sum(map(len, sources)) + sum(map(len, targets))

    def _new(self, raw: tuple[str, str], ident: str, stand: Stand, index: int) -> int:
        """The slot of texts that have not been met as they stand."""
        slot = self._clean(raw, ident, stand, index)
        if self._lookup.find(*raw) is None:
            self._lookup.give(*raw, slot)
        return slot

    def _clean(self, raw: tuple[str, str], ident: str, stand: Stand, index: int) -> int:
        """The slot of texts that may have to be cleaned."""
        source, target, changes, reason = clean(raw, self.rules, stand.origin.container, stand.labels)
        return self.dropped(reason, stand) if reason is not None else self.slot((source, target), changes, ident, stand, index)

    def add_known(self, slots: Sequence[int], ids: Sequence[str], stand: Stand) -> None:
        """Take the units of a page of which the slots are known already (:meth:`slot`)."""
        all_slots, origin = self.slots, stand.origin
        name, handoff, rank = origin.page, origin.handoff or "", _RANKS[origin.translation_type]
        if rank < _WORST:
            for index, slot in enumerate(slots):
                pair, changes = all_slots[slot]
                if rank < pair.rank:
                    pair.rank, pair.id, pair.origin, pair.changes = rank, ids[index], origin, changes
                    pair.number, pair.labels = stand.number(index), stand.labels
        for slot, units in Counter(slots).items():
            pair = all_slots[slot][0]
            before = pair.count
            pair.count = before + units
            if before:  # else it was made for this page
                if handoff > pair.handoff:
                    pair.handoff = handoff
                pages = pair.pages
                if len(pages) < PAGES_NAMED and pages[-1] != name:
                    pages.append(name)

    def change(self, texts: Iterable[tuple[str, str]]) -> None:
        """Note that the units of these pairs, given by their cleaned texts, are not those of before."""
        for both in texts:
            slot = self._lookup.find(*both)
            if slot is not None:
                self.slots[slot][0].former = CHANGED

    def restore(self, slots: list[Slot], pairs: list[Pair]) -> None:
        """Put back what another collector had, to select from it; pages cannot be added any more."""
        self.slots, self.pairs, self._has_others = slots, pairs, True

    def absorb(self, others: Iterable[Pair]) -> None:
        """Take what other collectors know of pairs, of the same rules and of other pages; pages cannot be added any more."""
        self._has_others = True
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
                pair.number, pair.changes, pair.labels = other.number, other.changes, other.labels

    @property
    def repeated(self) -> set[str]:
        """All sources that several pairs have; others may be among them."""
        if not self._has_others:
            return self._lookup.repeated
        return {source for source, pairs in Counter(pair.source for pair in self.pairs).items() if pairs > 1}

    def by_source(self) -> dict[str, list[Pair]]:
        """The pairs by source, the best target of each first; sources in the order in which they were met."""
        groups: dict[str, list[Pair]] = {}
        for pair in self.pairs:
            groups.setdefault(pair.source, []).append(pair)
        return {source: sorted(group, key=preference) for source, group in groups.items()}


def _part(texts: Texts, indices: Sequence[int]) -> Texts:
    """The units with these indices."""
    return Texts(*(list(map(column.__getitem__, indices)) for column in texts))


def preference(pair: Pair) -> tuple[int, int, int, str]:
    """Sorts the best target of a source first: human, then most frequent, then newest, then by code points."""
    return (pair.rank, -pair.count, -int(pair.handoff.replace("-", "") or 0), pair.target)
