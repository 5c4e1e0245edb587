"""What a comparison with a real page has found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["source", "target"]
"""Which language of the bilingual page was rebuilt."""

Outcome = Literal["identical", "equivalent", "different", "other_handoff", "missing"]
"""How the rebuilt page and the real page agree; the last two, when there was none to compare: the real page is of another
hand-off, or there is none."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of comparing one side of one bilingual page with the real page."""

    page: str
    """Name of the bilingual page."""
    side: Side
    """The side that was rebuilt."""
    verdict: Outcome
    """`identical`: the same characters; `equivalent`: the same after the transformations below; else `different`."""
    transformations: tuple[str, ...] = ()
    """Sorted names of the known transformations that were met; empty unless `equivalent`."""
    line: int | None = None
    """Line of the rebuilt page, from 1, where the first unexplained difference stands; None when none has a line."""
    expected: str | None = None
    """That line as the real page has it (for a wrong English file: the hash that the page names)."""
    found: str | None = None
    """That line as the rebuilt page has it (for a wrong English file: the hash of the file given)."""
