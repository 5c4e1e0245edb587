"""What the plots show beyond ``align.stats``: counts by context, by length and by month of the hand-off."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from align.pages import Page

__all__ = ["BINS_PER_DECADE", "Figures", "length_bin"]

BINS_PER_DECADE = 6
# The least length in each bin but the first: bins are equally wide on a logarithmic scale up to a million characters.
_BOUNDS = [10 ** (step / BINS_PER_DECADE) for step in range(1, 6 * BINS_PER_DECADE)]


def length_bin(length: int) -> int:
    """Number of the bin of a length in code points: 0 holds 0 and 1, 6 begins at 10, 12 at 100."""
    return bisect_right(_BOUNDS, length)


class Figures:
    """Counts over all units, also those that the list of units leaves out."""

    def __init__(self) -> None:
        self.contexts: Counter[str] = Counter()
        """Units by word of ``Unit.context``, each word once a unit; ``paragraph`` for those that have none."""
        self.lengths: Counter[tuple[int, int]] = Counter()
        """Units by the bins of the source's and the target's length."""
        self.months: Counter[str] = Counter()
        """Units by month of the hand-off, ``YYYY-MM``."""
        self.undated = 0
        """Units of pages without a date of hand-off."""

    def add(self, page: Page) -> None:
        """Count the page's units."""
        for unit in page.units:
            self.contexts.update(dict.fromkeys(unit.context or ("paragraph",)).keys())
            self.lengths[length_bin(len(unit.source)), length_bin(len(unit.target))] += 1
        if page.origin.handoff is None:
            self.undated += len(page.units)
        elif page.units:
            self.months[page.origin.handoff[:7]] += len(page.units)
