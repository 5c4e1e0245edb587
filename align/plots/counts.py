"""The numbers behind the bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from align.errors import OptionError
from align.model import Unit

__all__ = ["KINDS", "by_kind", "by_time", "contexts_of", "listed", "some"]

#: Translation types, in the order in which bars are stacked.
KINDS = ("HT", "unknown", "MT")
# Months between which an axis of days can be: the calendar's years are 1 to 9999.
_FIRST, _LAST = 12 * 100, 12 * 9900
_LISTED = 12


def some(units: Sequence[Unit]) -> Sequence[Unit]:
    """The units, of which there must be one.

    Raises
    ------
    OptionError
        There is none, or it is no sequence of units.
    """
    if not isinstance(units, Sequence):
        cure = "give a bitext; of a frame Bitext.from_frame makes one"
        raise OptionError(f"{type(units).__name__} is no sequence of units", cure=cure)
    if not units:
        raise OptionError("there is no unit to draw", cure="read pages with units, or select less strictly")
    return units


def by_kind(units: Iterable[Unit], key: Callable[[Unit], str]) -> list[tuple[str, int, int, int]]:
    """Units by a value, sorted by it: the value, then how many are of each of :data:`KINDS`."""
    counts: dict[str, Counter[str]] = {}
    for unit in units:
        counts.setdefault(key(unit), Counter())[unit.translation_type or "unknown"] += 1
    return [(value, count["HT"], count["unknown"], count["MT"]) for value, count in sorted(counts.items())]


def contexts_of(units: Sequence[Unit]) -> list[tuple[str, int, float]]:
    """Innermost word of the context (``paragraph`` where there is none), units, share of all in percent; most first."""
    counts = Counter(unit.context[-1] if unit.context else "paragraph" for unit in units)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(word, count, 100 * count / len(units)) for word, count in ordered]


def by_time(units: Sequence[Unit]) -> list[tuple[str, int, int, int]]:
    """Units by hand-off, as :func:`by_kind`: by day where all lie in two months, by month in ten years, else by year.

    Also by year where a date is so wrong that an axis of days, with its margins, would leave the calendar.
    """
    dated = [unit for unit in units if unit.origin.handoff is not None]
    months = [12 * int(day[:4]) + int(day[5:7]) for day in {str(unit.origin.handoff) for unit in dated}]
    first, last = min(months, default=0), max(months, default=0)
    end = 10 if last - first < 2 else 7 if last - first < 120 else 4
    if first < _FIRST or last > _LAST:
        end = 4
    return by_kind(dated, lambda unit: str(unit.origin.handoff)[:end])


def listed(items: Sequence[str]) -> str:
    """The first dozen of them in words, and how many more."""
    more = f" and {len(items) - _LISTED} more" if len(items) > _LISTED else ""
    return ", ".join(items[:_LISTED]) + more
