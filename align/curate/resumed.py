"""Go on where a collector stopped: pages come and go, and only the pairs that they concern are counted anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from align.curate.collect import CHANGED, PAGES_NAMED, RANKS, UNITS_A_PAGE, Collector, Pair, Slot, Stand, unite
from align.curate.rules import Rules
from align.model import Origin

__all__ = ["ResumedCollector", "Since"]

_NOWHERE = Stand(Origin("", "markdown"), 0)
# Worse than any translation type: of a pair without units.
_NO_RANK = len(RANKS)


class Since(NamedTuple):
    """What has changed in a collector since all that it had was put down."""

    slots: int
    """How many slots there were."""
    changed: frozenset[int] = frozenset()
    """First slots of pairs of which units came or went, and of new ones."""
    gone: frozenset[int] = frozenset()
    """First slots of pairs that no unit has any more."""
    renumbered: Mapping[int, int] = MappingProxyType({})
    """Numbers that pages have now, by those that they had, where they differ."""


def _composed(first: Mapping[int, int], second: Mapping[int, int]) -> Mapping[int, int]:
    """One renumbering after another. A number that the first does not change is what it was before it."""
    return {**second, **{before: second.get(between, between) for before, between in first.items()}}


class ResumedCollector(Collector):
    """What another collector had, and the pages that come since.

    Pages that are added, or of which the units are taken away (:meth:`touch`), are noted only. When all are known the
    pairs that they concern lose what was known of their units (:meth:`reset`), all pages that have such pairs are counted
    (:meth:`recount`), and pairs that no unit has are let go (:meth:`settle`). Then all is as if the collector had taken
    the pages that there are now.

    Parameters
    ----------
    slots, pairs : what the other one had; each pair knows its first slot. They are not copied.
    characters : of all texts, in code points.
    since : what has changed since all of it was put down.
    """

    def __init__(
        self,
        rules: Rules,
        slots: list[Slot],
        pairs: list[Pair],
        characters: int,
        since: Since | None = None,
        *,
        blocks: bool = False,
    ) -> None:
        super().__init__(rules, blocks=blocks)
        self.restore(slots, pairs)
        sources, targets, places = (map(attrgetter(name), pairs) for name in ("source", "target", "slot"))
        self._known = dict(zip(zip(sources, targets, strict=True), places, strict=True))
        self._dropped = {pair.dropped: slot for slot, (pair, _) in enumerate(slots) if pair.dropped is not None}
        self.characters = characters
        self._touched: set[int] = set()
        self.since = since
        """What has changed since all of it was put down; None when that says nothing about what there is now."""

    def join(self, slots: list[Slot], pairs: list[Pair]) -> list[int]:
        """Take what one more collector had, of other pages; returns the slot here for each of its slots."""
        self.since = None
        places: dict[int, int] = {}
        for pair in pairs:
            key = pair.source, pair.target
            place = self._known.get(key)
            if place is None:
                place = pair.slot = self._known[key] = len(self.slots)
                self.slots.append((pair, ()))
                self.pairs.append(pair)
                self.characters += len(pair.source) + len(pair.target)
            else:
                unite(self.slots[place][0], pair)
            places[id(pair)] = place
        return [self._joined(slot, places) for slot in slots]

    def _joined(self, slot: Slot, places: Mapping[int, int]) -> int:
        pair, changes = slot
        if pair.dropped is not None:
            return self.dropped(pair.dropped, _NOWHERE)
        place = places[id(pair)]
        if not changes:
            return place
        self.slots.append((self.slots[place][0], changes))
        return len(self.slots) - 1

    def add_known(self, slots: Sequence[int], ids: Sequence[str], stand: Stand) -> None:  # noqa: ARG002 - counted later
        """Note that a page with such units has come."""
        self._touched.update(slots)

    def touch(self, slots: Iterable[int]) -> None:
        """Note that a page with such units has gone."""
        self._touched.update(slots)

    def reset(self) -> frozenset[int]:
        """Forget the units of all pairs that pages concern which came or went; returns all slots of these pairs."""
        pairs = {id(self.slots[slot][0]) for slot in self._touched}
        if not pairs:
            return frozenset()
        slots = frozenset(slot for slot, (pair, _) in enumerate(self.slots) if id(pair) in pairs and pair.dropped is None)
        for slot in slots:
            pair = self.slots[slot][0]
            pair.count, pair.rank, pair.handoff, pair.pages, pair.former = 0, _NO_RANK, "", [], CHANGED
        return slots

    def recount(self, wanted: frozenset[int], slots: Sequence[int], ids: Sequence[str], stand: Stand) -> None:
        """Count the units of a page that have one of the slots that :meth:`reset` gave; pages come in their order."""
        origin = stand.origin
        rank, handoff = RANKS[origin.translation_type], origin.handoff or ""
        for index, slot in enumerate(slots):
            if slot in wanted:
                pair, changes = self.slots[slot]
                if rank < pair.rank:
                    pair.rank, pair.id, pair.origin, pair.changes = rank, ids[index], origin, changes
                    pair.number, pair.labels = stand.number(index), stand.labels
                pair.count += 1
                pair.handoff = max(pair.handoff, handoff)
                if len(pair.pages) < PAGES_NAMED and (not pair.pages or pair.pages[-1] != origin.page):
                    pair.pages.append(origin.page)

    def settle(self, renumbered: Mapping[int, int]) -> None:
        """Let go what has no unit any more.

        Parameters
        ----------
        renumbered : new numbers of pages that have another one now, by their numbers of before.
        """
        touched = {id(self.slots[slot][0]) for slot in self._touched}
        for pair in self.pairs if renumbered else ():
            if id(pair) not in touched:
                page, place = divmod(pair.number, UNITS_A_PAGE)
                pair.number = renumbered.get(page, page) * UNITS_A_PAGE + place
        if touched:
            self.pairs = [pair for pair in self.pairs if pair.count]
        if self.since is not None:
            pairs = [pair for pair, _ in (self.slots[slot] for slot in self._touched) if pair.dropped is None]
            gone = self.since.gone | {pair.slot for pair in pairs if not pair.count}
            changed = (self.since.changed | {pair.slot for pair in pairs}) - gone
            self.since = Since(self.since.slots, changed, gone, _composed(self.since.renumbered, renumbered))
        self._repeated = None
