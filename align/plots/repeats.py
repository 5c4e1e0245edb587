"""How often the same source and target come again, and which do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from align.model import Unit
from align.plots.counts import some
from align.plots.fonts import drawable
from align.plots.plot import Plot, Theme, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["duplicates"]

_SHOWN = 10
_CUT = 26
_CLASSES = ((1, 1, "once"), (2, 2, "twice"), (3, 9, "3 to 9"), (10, 99, "10 to 99"), (100, None, "100 and more"))
_Key = tuple[str, str, str]


def _label(text: str) -> str | None:
    shown = drawable(text)
    return shown if shown is None or len(shown) <= _CUT else shown[: _CUT - 1] + "…"


def _name(key: _Key) -> str:
    """What stands beside a bar: the two texts, or what is known of them where no installed font can show them."""
    locale, source, target = key
    return f"{_label(source) or 'source'}\n{_label(target) or f'{locale}: no font for this text'}"


def _draw_classes(axes: Axes, counts: Counter[_Key], theme: Theme) -> None:
    for place, (least, most, _) in enumerate(_CLASSES):
        total = sum(count for count in counts.values() if count >= least and (most is None or count <= most))
        axes.bar(place, total, color=theme.fill, width=0.75)
        axes.annotate(f"{total:,}", (place, total), xytext=(0, 3), textcoords="offset points", ha="center")
    axes.set_xticks(range(len(_CLASSES)), [name.replace(" ", "\n", 1) for _, _, name in _CLASSES])
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.grid(visible=False, axis="x")
    axes.set(title="Units by how often they occur", ylabel="units", xlabel="times the same source and target occur")


def _draw_most(axes: Axes, most: Sequence[tuple[_Key, int]], theme: Theme) -> None:
    from matplotlib.ticker import MaxNLocator

    places = range(len(most))
    axes.barh(places, [count for _, count in most], color=theme.fill, height=0.7)
    for place, (_, count) in zip(places, most, strict=True):
        axes.annotate(f"{count:,}", (count, place), xytext=(4, 0), textcoords="offset points", va="center")
    # Texts of pages hold dollar signs, which matplotlib would take for formulas.
    axes.set_yticks(places, [_name(key) for key, _ in most], parse_math=False, fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.16)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.grid(visible=False, axis="y")
    axes.set(title="The most frequent", xlabel="times")


def _draw(counts: Counter[_Key], most: Sequence[tuple[_Key, int]], theme: Theme) -> Figure:
    figure = new_figure(10.5, 5.2 if most else 4.0)
    axes = figure.subplots(1, 2) if most else [figure.add_subplot()]
    _draw_classes(axes[0], counts, theme)
    if most:
        _draw_most(axes[1], most, theme)
    return figure


def duplicates(units: Sequence[Unit]) -> Plot:
    """How many units have a source and target that occur once, twice, or more often in their locale, and the ten most frequent.

    Rows: locale (``und`` when unknown), source, target (trimmed), times; those that occur twice and more, most first.

    Raises
    ------
    OptionError
        There is no unit.
    """
    counts = Counter((unit.target_locale or "und", unit.source.strip(), unit.target.strip()) for unit in some(units))
    again = sorted(((key, count) for key, count in counts.items() if count > 1), key=lambda item: (-item[1], item[0]))
    alt = (
        f"Bars: {len(units):,} units are {len(counts):,} distinct pairs of source and target; "
        f"{sum(count for _, count in again):,} units share theirs with another one. "
        f"The most frequent pair occurs {max(counts.values()):,} times."
    )
    rows = tuple((*key, count) for key, count in again)
    return Plot(alt, ("locale", "source", "target", "times"), rows, lambda theme: _draw(counts, again[:_SHOWN], theme))
