"""Which slot a source and target have, for whole pages at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, count, repeat
from operator import ne

__all__ = ["Lookup"]

_UNKNOWN = -1


class Lookup:
    """Finds slots by source and target.

    Most sources have one target, so that a source leads to a slot and the slot to its target: targets are compared and
    never hashed, and no pair of them is made only to be looked up. A second target of a source stands apart.
    """

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        """By source, the slot of its first target."""
        self._targets: list[str | None] = [None]
        """By slot the target that it was made for, None where that is no text's; at the end None, which is what a source
        that is not known finds."""
        self._others: dict[tuple[str, str], int] = {}
        """The slot of every source and target that the above do not have."""

    def __len__(self) -> int:
        return len(self._targets) - 1

    def find(self, source: str, target: str) -> int | None:
        """The slot of a source and target; None when they have none."""
        slot = self._slots.get(source, _UNKNOWN)
        return slot if self._targets[slot] == target else self._others.get((source, target))

    def find_all(self, sources: Sequence[str], targets: Sequence[str]) -> tuple[list[int], list[int]]:
        """The slot of each source and target, and the indices of those for which that is wrong: :meth:`find` may know them."""
        slots = list(map(self._slots.get, sources, repeat(_UNKNOWN)))
        return slots, list(compress(count(), map(ne, map(self._targets.__getitem__, slots), targets)))

    def make(self, source: str, target: str) -> int:
        """A new slot for a source and target that have none."""
        slot = len(self)
        self._targets.insert(_UNKNOWN, target)
        if self._slots.setdefault(source, slot) != slot:
            self._others[source, target] = slot
        return slot

    def make_missing(self, sources: Sequence[str], targets: Sequence[str]) -> tuple[list[int], list[int]]:
        """The slot of each source and target, a new one where there is none; and the indices of those.

        None of them may share a slot with others (:meth:`give`).
        """
        by_source, known, others, following = self._slots, self._targets, self._others, len(self)
        slots, made = [], []
        for index, (source, target) in enumerate(zip(sources, targets, strict=True)):
            slot = by_source.setdefault(source, following)
            if slot != following and known[slot] != target:
                slot = others.setdefault((source, target), following)
            if slot == following:
                known.insert(_UNKNOWN, target)
                following += 1
                made.append(index)
            slots.append(slot)
        return slots, made

    def make_empty(self) -> int:
        """A new slot that no source and target have, unless it is given to them."""
        self._targets.insert(_UNKNOWN, None)
        return len(self) - 1

    def give(self, source: str, target: str, slot: int) -> None:
        """Let a source and target that have none share a slot with others."""
        self._others[source, target] = slot

    @property
    def repeated(self) -> set[str]:
        """All sources that have several targets, and some others."""
        return {source for source, _ in self._others}
