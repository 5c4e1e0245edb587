"""Walk through a rebuilt page and the real page together; stop at the first difference that no rule explains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from align.verify.rebuilt import Rebuilt, line_span
from align.verify.verdict import Side, Verdict

_CHUNK = 1024


@dataclass(frozen=True, slots=True)
class Place:
    """The first characters that differ: everything before them has been explained."""

    rebuilt: Rebuilt
    """The page that was made of units and gaps."""
    real: str
    """The published page."""
    at: int
    """Offset in the rebuilt text."""
    real_at: int
    """Offset in the real text."""


Step = tuple[int, int]
"""Where the walk goes on: the offset in the rebuilt text and the offset in the real text."""

Rule = Callable[[Place], Step | None]
"""One known transformation: the step over the difference at this place, or None when it does not explain it."""


def compare(page: str, side: Side, rebuilt: Rebuilt, real: str, rules: Sequence[tuple[str, Rule]]) -> Verdict:
    """The verdict on a rebuilt text; linear in its length, since a rule looks at one line and never moves backwards."""
    if rebuilt.text == real:
        return Verdict(page, side, "identical")
    names: set[str] = set()
    place = _next_difference(Place(rebuilt, real, 0, 0))
    while place.at < len(rebuilt.text) or place.real_at < len(real):
        step = _explain(place, rules, names)
        if step is None:
            return _different(page, side, place)
        place = _next_difference(Place(rebuilt, real, *step))
    return Verdict(page, side, "equivalent", tuple(sorted(names)))


def _explain(place: Place, rules: Sequence[tuple[str, Rule]], names: set[str]) -> Step | None:
    for name, rule in rules:
        step = rule(place)
        if step is not None and step >= (place.at, place.real_at + 1):
            names.add(name)
            return step
    return None


def _next_difference(place: Place) -> Place:
    """The next place where the two texts differ, or both ends."""
    text, real, at, real_at = place.rebuilt.text, place.real, place.at, place.real_at
    size = _CHUNK
    while size:
        chunk = text[at : at + size]
        if chunk and chunk == real[real_at : real_at + size]:
            at += len(chunk)
            real_at += len(chunk)
        else:
            size //= 2
    return Place(place.rebuilt, real, at, real_at)


def _different(page: str, side: Side, place: Place) -> Verdict:
    text, real = place.rebuilt.text, place.real
    start, end = line_span(text, place.at)
    real_start, real_end = line_span(real, place.real_at)
    line = text.count("\n", 0, place.at) + 1
    return Verdict(page, side, "different", (), line, real[real_start:real_end], text[start:end])
