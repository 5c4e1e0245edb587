"""The report's static parts: totals, the table of locales, problems. They need no script, and are printed as they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from align.model import Problem
from align.report.elements import element, table
from align.stats import LocaleStats, Stats

__all__ = ["PROBLEMS_SHOWN", "locales", "problems", "total_of", "totals"]

#: Problems listed one by one; beyond that they are counted by rule only.
PROBLEMS_SHOWN = 1000
_SEVERITIES = ("error", "warning", "info")
_COLUMNS = {
    "pages": "pages",
    "units": "units",
    "HT": "HT",
    "MT": "MT",
    "unknown": "unknown",
    "paragraphs": "paragraphs",
    "duplicates": "duplicates",
    "identical": "identical",
    "source_words": "source words",
    "target_words": "target words",
    "source_characters": "source characters",
    "target_characters": "target characters",
}


def total_of(stats: Stats) -> LocaleStats:
    """All locales together."""
    total = LocaleStats()
    for one in stats.locales.values():
        for name in _COLUMNS:
            setattr(total, name, getattr(total, name) + getattr(one, name))
    return total


def totals(stats: Stats) -> list[Element]:
    """The figures at the top, as a list of terms and values."""
    total = total_of(stats)
    shown = [
        ("pages", stats.pages),
        ("units", stats.units),
        ("locales", len(stats.locales)),
        ("human (HT)", total.HT),
        ("machine (MT)", total.MT),
        ("duplicates", total.duplicates),
        ("identical", total.identical),
        ("problems", sum(stats.problems.values())),
    ]
    listed = element(None, "dl", class_="totals")
    for name, value in shown:
        tile = element(listed, "div")
        element(tile, "dt", name)
        element(tile, "dd", f"{value:,}")
    return [listed]


def locales(stats: Stats) -> list[Element]:
    """One row per locale, and one for all when there are several."""
    rows = [(tag, *(f"{getattr(one, name):,}" for name in _COLUMNS)) for tag, one in stats.locales.items()]
    if len(rows) > 1:
        total = total_of(stats)
        rows.append(("all", *(f"{getattr(total, name):,}" for name in _COLUMNS)))
    if not rows:
        return [element(None, "p", "No unit was found.")]
    return [table("Counts per locale", ("locale", *_COLUMNS.values()), rows)]


def _place(problem: Problem) -> str:
    return problem.page if problem.line is None else f"{problem.page}:{problem.line}"


def problems(found: Sequence[Problem]) -> list[Element]:
    """Problems by rule, and each with page and line, errors first."""
    if not found:
        return [element(None, "p", "No problem was found.")]
    ordered = sorted(found, key=lambda problem: _SEVERITIES.index(problem.severity))  # the order of the pages is kept
    counts = Counter((problem.severity, problem.rule) for problem in ordered)
    parts = [
        table(
            "Problems by rule",
            ("rule", "severity", "count"),
            [(rule, severity, f"{count:,}") for (severity, rule), count in counts.items()],
            numbers_from=2,
        ),
        table(
            "Problems by page and line",
            ("place", "severity", "rule", "message"),
            [(_place(problem), problem.severity, problem.rule, problem.message) for problem in ordered[:PROBLEMS_SHOWN]],
            numbers_from=4,
        ),
    ]
    if len(ordered) > PROBLEMS_SHOWN:
        text = f"The first {PROBLEMS_SHOWN:,} of {len(ordered):,} are listed; align-tm units --problems FILE lists all."
        parts.append(element(None, "p", text))
    return parts
