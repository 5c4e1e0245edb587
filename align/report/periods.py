"""Months, quarters or years: as fine as a plot can show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

__all__ = ["by_period"]

_MOST_BARS = 48


def by_period(months: Mapping[str, int]) -> tuple[str, list[tuple[str, int]]]:
    """Counts by ``YYYY-MM``, joined to at most 48 periods that follow each other; those without a count are there too.

    Returns ``month``, ``quarter``, ``year`` or ``decade``, and the periods with their counts. Where even decades are
    too many, only decades with a count are given.
    """
    numbers = {12 * int(month[:4]) + int(month[5:7]) - 1: count for month, count in months.items()}
    first, last = min(numbers), max(numbers)
    for word, size in (("month", 1), ("quarter", 3), ("year", 12), ("decade", 120)):
        if last // size - first // size < _MOST_BARS or word == "decade":
            break
    joined: Counter[int] = Counter()
    for number, count in numbers.items():
        joined[number // size] += count
    every = range(first // size, last // size + 1)
    shown = every if len(every) <= _MOST_BARS else sorted(joined)
    return word, [(_name(period * size, size), joined[period]) for period in shown]


def _name(month: int, size: int) -> str:
    year, number = divmod(month, 12)
    if size == 1:
        return f"{year:04}-{number + 1:02}"
    if size == 3:
        return f"{year:04} Q{number // 3 + 1}"
    return f"{year:04}" if size == 12 else f"{year:04}s"
