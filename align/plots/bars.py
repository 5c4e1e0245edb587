"""Bars: units per locale, hand-off dates, contexts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from align.errors import OptionError
from align.model import Unit
from align.plots.counts import KINDS, by_kind, contexts_of, days_or_months, listed, some
from align.plots.plot import KIND_COLOURS, Plot, Theme, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["contexts", "handoffs", "units_per_locale"]

_Rows = Sequence[tuple[str, int, int, int]]
_LABELS = {"HT": "HT (human)", "unknown": "not said", "MT": "MT (machine)"}


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


def _draw_handoffs(rows: _Rows, theme: Theme) -> Figure:
    from matplotlib.dates import AutoDateLocator, DateFormatter

    figure = new_figure(height=4.0)
    axes = figure.add_subplot()
    daily = len(rows[0][0]) == 10
    days = [date.fromisoformat(row[0] if daily else f"{row[0]}-15") for row in rows]
    starts = [0] * len(rows)
    for at, kind in enumerate(KINDS, 1):
        heights = [int(row[at]) for row in rows]
        places = {"width": 0.8 if daily else 24, "edgecolor": theme.ground, "linewidth": 0.5}
        axes.bar(days, heights, bottom=starts, color=KIND_COLOURS[kind], **places)  # type: ignore[arg-type]
        starts = [start + height for start, height in zip(starts, heights, strict=True)]
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=4, maxticks=8))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m-%d" if daily else "%Y-%m"))  # type: ignore[no-untyped-call]
    axes.yaxis.set_major_formatter(_thousands)
    axes.grid(visible=False, axis="x")
    axes.set(title=f"Hand-off of translations, by {'day' if daily else 'month'}", ylabel="units")
    axes.spines["bottom"].set_color(theme.ink)
    _legend(axes, rows)
    return figure


def handoffs(units: Sequence[Unit]) -> Plot:
    """When the units were handed off (``ms.lasthandoff`` of their pages): by month, or by day where all lie in two months.

    Rows: month ``YYYY-MM`` or day ``YYYY-MM-DD``, HT, unknown, MT; units of pages without a date are left out.

    Raises
    ------
    OptionError
        There is no unit, or no page says when it was handed off.
    """
    rows = days_or_months(some(units))
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
