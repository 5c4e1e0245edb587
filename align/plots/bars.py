"""Bars: units per locale, hand-off dates, contexts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from align.errors import OptionError
from align.model import Unit
from align.plots.counts import KINDS, by_kind, by_time, contexts_of, listed, some
from align.plots.plot import KIND_COLOURS, Plot, Theme, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

__all__ = ["contexts", "handoffs", "units_per_locale"]

_Rows = Sequence[tuple[str, int, int, int]]
_LABELS = {"HT": "HT (human)", "unknown": "not said", "MT": "MT (machine)"}

# By the length of a row's name: what a bar stands for, and the width of a bar in days or, for years, in years.
_PERIODS = {10: ("day", 0.8), 7: ("month", 24.0), 4: ("year", 0.8)}


def _legend(axes: Axes, rows: _Rows) -> None:
    """A legend below the picture, of the kinds that occur."""
    from matplotlib.patches import Patch

    met = [kind for at, kind in enumerate(KINDS, 1) if any(row[at] for row in rows)]
    handles = [Patch(facecolor=KIND_COLOURS[kind], label=_LABELS[kind]) for kind in met]
    axes.figure.legend(handles=handles, loc="outside lower right", ncols=3)


def _thousands(value: float, _: object) -> str:
    return f"{value:,.0f}"


def _draw_locales(rows: _Rows, theme: Theme) -> Figure:
    figure = new_figure(height=1.4 + 0.32 * max(len(rows), 2))
    axes = figure.add_subplot()
    places, names = range(len(rows)), [row[0] for row in rows]
    starts = [0] * len(rows)
    for at, kind in enumerate(KINDS, 1):
        widths = [int(row[at]) for row in rows]
        axes.barh(places, widths, left=starts, color=KIND_COLOURS[kind], height=0.7, edgecolor=theme.ground)
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    for place, total in zip(places, starts, strict=True):
        axes.annotate(f"{total:,}", (total, place), xytext=(4, 0), textcoords="offset points", va="center")
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.09)
    axes.xaxis.set_major_formatter(_thousands)
    axes.set(title="Units per target locale", xlabel="units")
    _legend(axes, rows)
    return figure


def units_per_locale(units: Sequence[Unit]) -> Plot:
    """How many units each target locale has, and how many of them human and machine translated.

    Rows: locale (``und`` when unknown), HT, unknown, MT; sorted by locale.

    Raises
    ------
    OptionError
        There is no unit.
    """
    rows = by_kind(some(units), lambda unit: unit.target_locale or "und")
    words = [f"{name} {ht + other + mt:,} ({ht:,} HT, {mt:,} MT)" for name, ht, other, mt in rows]
    alt = f"Bars: units per target locale. {listed(words)}."
    return Plot(alt, ("locale", *KINDS), tuple(rows), lambda theme: _draw_locales(rows, theme))


def _time_axis(axis: Axis, period: str) -> None:
    """Labels in good places; years are numbers, for a date that is wrong may be outside of the calendar that can be drawn."""
    from matplotlib.dates import AutoDateLocator, DateFormatter
    from matplotlib.ticker import MaxNLocator

    if period == "year":
        axis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        axis.set_major_formatter(lambda value, _: f"{value:.0f}")
    else:
        axis.set_major_locator(AutoDateLocator(minticks=3, maxticks=8))  # type: ignore[no-untyped-call]
        axis.set_major_formatter(DateFormatter("%Y-%m-%d" if period == "day" else "%Y-%m"))  # type: ignore[no-untyped-call]


def _draw_handoffs(rows: _Rows, theme: Theme) -> Figure:
    figure = new_figure(height=4.0)
    axes = figure.add_subplot()
    period, width = _PERIODS[len(rows[0][0])]
    places: list[int] | list[date]
    if period == "year":
        places = [int(row[0]) for row in rows]
        width = max(width, (places[-1] - places[0]) / 200)  # a bar that is narrower is not seen
    else:
        places = [date.fromisoformat(row[0] if period == "day" else f"{row[0]}-15") for row in rows]
    starts = [0] * len(rows)
    for at, kind in enumerate(KINDS, 1):
        heights = [int(row[at]) for row in rows]
        looks = {"width": width, "edgecolor": theme.ground, "linewidth": 0.5}
        axes.bar(places, heights, bottom=starts, color=KIND_COLOURS[kind], **looks)  # type: ignore[arg-type]
        starts = [start + height for start, height in zip(starts, heights, strict=True)]
    _time_axis(axes.xaxis, period)
    axes.yaxis.set_major_formatter(_thousands)
    axes.grid(visible=False, axis="x")
    axes.set(title=f"Hand-off of translations, by {period}", ylabel="units")
    axes.spines["bottom"].set_color(theme.ink)
    _legend(axes, rows)
    return figure


def handoffs(units: Sequence[Unit]) -> Plot:
    """When the units were handed off (``ms.lasthandoff`` of their pages).

    By day where all lie in two months that follow each other, by month where they lie within ten years, else by year.
    Rows: day ``YYYY-MM-DD``, month ``YYYY-MM`` or year ``YYYY``, HT, unknown, MT; units of pages without a date are left out.

    Raises
    ------
    OptionError
        There is no unit, or no page says when it was handed off.
    """
    rows = by_time(some(units))
    if not rows:
        raise OptionError("no unit's page says when it was handed off", cure="select units of pages with ms.lasthandoff")
    total, most = sum(sum(row[1:]) for row in rows), max(rows, key=lambda row: sum(row[1:]))
    alt = (
        f"Bars: hand-off dates of {total:,} units, from {rows[0][0]} to {rows[-1][0]}; most, {sum(most[1:]):,}, in {most[0]}. "
        f"{len(units) - total:,} units have no date."
    )
    return Plot(alt, ("handoff", *KINDS), tuple(rows), lambda theme: _draw_handoffs(rows, theme))


def _draw_contexts(rows: Sequence[tuple[str, int, float]], theme: Theme) -> Figure:
    figure = new_figure(height=1.3 + 0.36 * max(len(rows), 2))
    axes = figure.add_subplot()
    places = range(len(rows))
    axes.barh(places, [share for _, _, share in rows], color=theme.fill, height=0.7)
    for place, (_, count, share) in zip(places, rows, strict=True):
        axes.annotate(f"{share:.1f} %  ({count:,})", (share, place), xytext=(4, 0), textcoords="offset points", va="center")
    axes.set_yticks(places, [word for word, _, _ in rows])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.22)
    axes.set(title="Where units stand (innermost element)", xlabel="percent of the units")
    return figure


def contexts(units: Sequence[Unit]) -> Plot:
    """The share of units in headings, lists, tables, ... by the innermost word of their context.

    Rows: word of :data:`align.model.CONTEXTS` or ``paragraph``, units, percent; most first.

    Raises
    ------
    OptionError
        There is no unit.
    """
    rows = contexts_of(some(units))
    alt = f"Bars: where units stand. {listed([f'{word} {share:.1f} percent' for word, _, share in rows])}."
    return Plot(alt, ("context", "units", "percent"), tuple(rows), lambda theme: _draw_contexts(rows, theme))
