"""Plots as inline SVG: counts over all units. Colours are the style sheet's (Okabe and Ito 2008, eight for all eyes)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from xml.etree.ElementTree import Element

from align.model import CONTEXTS
from align.report.elements import element
from align.report.figures import BINS_PER_DECADE, Figures
from align.report.periods import by_period
from align.stats import Stats

__all__ = ["all_plots"]

_WIDTH = 420
_ROW = 24
_LABELS = 92
_VALUES = 74
_LONGEST_LABEL = 11  # characters that find room left of a bar
_KINDS = (("HT", "human (HT)"), ("MT", "machine (MT)"), ("unknown", "not said"))
_DUPLICATES = (("distinct", "first occurrence"), ("duplicates", "duplicate"))

_Row = tuple[str, Sequence[int]]
"""A bar: its label, and the length of each of its parts."""


def all_plots(stats: Stats, figures: Figures) -> list[Element]:
    """Every plot that has something to show."""
    if not stats.units:
        return [element(None, "p", "There is nothing to plot.")]
    kinds = [(tag, (one.HT, one.MT, one.unknown)) for tag, one in stats.locales.items()]
    repeats = [(tag, (one.units - one.duplicates, one.duplicates)) for tag, one in stats.locales.items()]
    contexts = [(word, (figures.contexts[word],)) for word in ("paragraph", *CONTEXTS) if figures.contexts[word]]
    plots = [
        _bars("kinds", "Units per locale, by who translated them", kinds, _KINDS),
        _bars("duplicates", "Duplicates per locale", repeats, _DUPLICATES),
        _bars("contexts", "Units per context (a unit in a list in a table counts in both)", contexts),
        _lengths(figures.lengths),
    ]
    if figures.months:
        plots.append(_dates(figures))
    return plots


def _figure(name: str, title: str, height: float, said: Iterable[str]) -> tuple[Element, Element]:
    """A figure with its caption, and the drawing in it, which says in words what it shows."""
    figure = element(None, "figure")
    element(figure, "figcaption", title)
    drawing = element(
        figure, "svg", viewBox=f"0 0 {_WIDTH} {height}", role="img", aria_labelledby=f"plot-{name} plot-{name}-words"
    )
    element(drawing, "title", title, id=f"plot-{name}")
    element(drawing, "desc", "; ".join(said) + ".", id=f"plot-{name}-words")
    return figure, drawing


def _bars(name: str, title: str, rows: Sequence[_Row], parts: Sequence[tuple[str, str]] = ()) -> Element:
    """Horizontal bars, each of one or more parts, with their sums in figures."""
    legend = 26 if parts else 4
    said = [f"{label}: {_in_words(sizes, parts)}" for label, sizes in rows]
    figure, drawing = _figure(name, title, legend + _ROW * len(rows) + 4, said)
    _legend(drawing, parts)
    most = max(sum(sizes) for _, sizes in rows)
    scale = (_WIDTH - _LABELS - _VALUES) / most
    for row, (label, sizes) in enumerate(rows):
        y = legend + _ROW * row
        short = label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"
        element(drawing, "text", short, x=_LABELS - 8, y=y + 16, text_anchor="end")
        x = float(_LABELS)
        for part, size in enumerate(sizes):
            if size:
                element(
                    drawing, "rect", x=_short(x), y=y + 3, width=_short(size * scale), height=_ROW - 6, class_=f"part{part}"
                )
            x += size * scale
        element(drawing, "text", f"{sum(sizes):,}", x=_short(x + 6), y=y + 16)
    return figure


def _in_words(sizes: Sequence[int], parts: Sequence[tuple[str, str]]) -> str:
    if not parts:
        return f"{sizes[0]:,}"
    return ", ".join(f"{size:,} {name}" for size, (_, name) in zip(sizes, parts, strict=True))


def _legend(drawing: Element, parts: Sequence[tuple[str, str]]) -> None:
    for part, (_, name) in enumerate(parts):
        x = _LABELS + part * 124
        element(drawing, "rect", x=x, y=5, width=12, height=12, class_=f"part{part}")
        element(drawing, "text", name, x=x + 17, y=16)


def _lengths(counts: Mapping[tuple[int, int], int]) -> Element:
    """A grid of source length against target length, both logarithmic; the stronger a cell's colour, the more units."""
    side, left, top = 300.0, 70.0, 8.0
    last = max(max(pair) for pair in counts) + 1
    decades = math.ceil(last / BINS_PER_DECADE)
    cell = side / (decades * BINS_PER_DECADE)
    longer = sum(count for (source, target), count in counts.items() if target > source)
    shorter = sum(count for (source, target), count in counts.items() if target < source)
    said = [
        f"{longer:,} units have a target clearly longer than the source",
        f"{shorter:,} a clearly shorter one",
        f"{sum(counts.values()) - longer - shorter:,} one about as long",
    ]
    title = "Length of source and target; the stronger the colour, the more units"
    figure, drawing = _figure("lengths", title, side + 58, said)
    strongest = math.log1p(max(counts.values()))
    for (source, target), count in sorted(counts.items()):
        x, y = left + source * cell, top + side - (target + 1) * cell
        strength = 0.15 + 0.85 * math.log1p(count) / strongest
        element(
            drawing, "rect", x=_short(x), y=_short(y), width=_short(cell), height=_short(cell), class_="part0",
            fill_opacity=_short(strength),
        )  # fmt: skip
    element(drawing, "path", d=f"M{left} {top}V{top + side}H{left + side}", class_="axis")
    element(drawing, "line", x1=left, y1=top + side, x2=left + side, y2=top, class_="equal")
    for decade in range(decades + 1):
        at = decade * side / decades
        element(drawing, "text", f"{10**decade:,}", x=_short(left + at), y=top + side + 18, text_anchor="middle")
        element(drawing, "text", f"{10**decade:,}", x=left - 8, y=_short(top + side - at + 4), text_anchor="end")
    element(drawing, "text", "characters in the source", x=left + side / 2, y=top + side + 40, text_anchor="middle")
    turned = {"transform": f"rotate(-90 14 {top + side / 2})"}
    element(drawing, "text", "characters in the target", x=14, y=top + side / 2, text_anchor="middle", **turned)
    return figure


def _dates(figures: Figures) -> Element:
    """Vertical bars by month of the hand-off, or by quarter or year where that would be too many."""
    word, periods = by_period(figures.months)
    undated = f" ({figures.undated:,} units without a date)" if figures.undated else ""
    said = [f"{period}: {count:,}" for period, count in periods if count]
    height, bottom = 190, 160
    figure, drawing = _figure("dates", f"Units by {word} of the hand-off{undated}", height, said)
    most, width = max(count for _, count in periods), (_WIDTH - 20) / len(periods)
    every = math.ceil(len(periods) / 5)
    for number, (period, count) in enumerate(periods):
        x, tall = 10 + number * width, 125 * count / most
        bar = {"x": _short(x + width * 0.08), "width": _short(min(width * 0.84, 60)), "class": "part0"}
        if count:
            element(drawing, "rect", y=_short(bottom - tall), height=_short(tall), **bar)
        if number % every == 0:
            # A label takes some 55 units: at the right edge it ends with its bar.
            fits = x + 55 < _WIDTH
            place = {"x": _short(x if fits else x + width), "text_anchor": "start" if fits else "end"}
            element(drawing, "text", period, y=bottom + 20, **place)
    element(drawing, "path", d=f"M10 {bottom}H{_WIDTH - 10}", class_="axis")
    element(drawing, "text", f"highest bar: {most:,}", x=10, y=16)
    return figure


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
