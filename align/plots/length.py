"""Length of source against target, and the units whose lengths do not go together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from align.errors import OptionError
from align.model import Unit
from align.plots.counts import listed, some
from align.plots.plot import Plot, Theme, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PolyCollection
    from matplotlib.figure import Figure

__all__ = ["OUTLIER", "lengths"]

#: Modified z-score from which on a unit is an outlier (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993).
OUTLIER = 3.5
# 0.75 quantile of the normal distribution: makes the median absolute deviation a standard deviation.
_NORMAL = 0.6745
_PANELS = 6


class _Measured(NamedTuple):
    """A unit with the lengths of its trimmed texts in code points."""

    unit: Unit
    source: int
    target: int
    score: float
    """Modified z-score; positive where the target is too long."""


def _scored(units: Sequence[Unit]) -> list[_Measured]:
    """The units of one language pair with their scores.

    What is scored is Gale and Church's distance of two lengths ("A Program for Aligning Sentences in Bilingual Corpora",
    1993, section 3.2): its spread does not grow with the text. Centre and spread are a median and a median deviation, which
    the outliers looked for do not move.
    """
    pairs = [(len(unit.source.strip()), len(unit.target.strip())) for unit in units]
    ratio = sum(target for _, target in pairs) / sum(source for source, _ in pairs)
    distances = [(target - ratio * source) / math.sqrt(source) for source, target in pairs]
    centre = median(distances)
    spread = median(abs(distance - centre) for distance in distances)
    scores = (_NORMAL * (distance - centre) / spread if spread else 0.0 for distance in distances)
    return [_Measured(unit, *pair, score) for unit, pair, score in zip(units, pairs, scores, strict=True)]


_Groups = dict[str, list[_Measured]]


def _measured(units: Iterable[Unit]) -> _Groups:
    """The scored units by target locale, the locale with most units first."""
    pairs: dict[tuple[str, str | None], list[Unit]] = {}
    for unit in units:
        if unit.source.strip() and unit.target.strip():
            pairs.setdefault((unit.source_locale, unit.target_locale), []).append(unit)
    groups: _Groups = {}
    for (_, locale), group in pairs.items():
        groups.setdefault(locale or "und", []).extend(_scored(group))
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def _draw_locale(axes: Axes, measured: Sequence[_Measured], most: float, theme: Theme) -> PolyCollection:
    """Density and outliers of one locale; returns the cells of the density."""
    from matplotlib.colors import LinearSegmentedColormap

    cells = axes.hexbin(
        [one.source for one in measured],
        [one.target for one in measured],
        gridsize=36,
        bins="log",
        xscale="log",
        yscale="log",
        mincnt=1,
        cmap=LinearSegmentedColormap.from_list("units", [theme.line, theme.fill]),
        linewidths=0.2,
        extent=(-0.1, math.log10(most), -0.1, math.log10(most)),
    )
    out = [one for one in measured if abs(one.score) > OUTLIER]
    size = 16 if len(out) < 100 else 5
    places = [one.source for one in out], [one.target for one in out]
    axes.scatter(*places, s=size, facecolors="none", edgecolors=theme.mark, linewidths=0.8, label=f"outliers ({len(out):,})")
    axes.plot([1, most], [1, most], color=theme.ink, linewidth=0.8, linestyle=":", label="same length")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.minorticks_off()  # they take half of the time
    axes.legend(loc="upper left", fontsize=8)
    return cells


def _draw(groups: _Groups, theme: Theme) -> Figure:
    from matplotlib.ticker import LogLocator

    shown = dict(list(groups.items())[:_PANELS])
    across = 2 if len(shown) in (2, 4) else min(len(shown), 3)
    down = -(-len(shown) // across)
    figure = new_figure(6.2 if across == 1 else 3.6 * across, 0.6 + (4.4 if across == 1 else 3.2) * down)
    panels = list(figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).flat)
    most = max(max(one.source, one.target) for group in shown.values() for one in group) * 1.3
    for panel, (locale, measured) in zip(panels, shown.items(), strict=False):
        cells = _draw_locale(panel, measured, most, theme)
        panel.set_title(locale)
        panel.tick_params(labelbottom=True)
        scale = figure.colorbar(cells, ax=panel, ticks=LogLocator(subs=(1, 3)), format=lambda value, _: f"{value:,.0f}")
        scale.minorticks_off()
        scale.ax.set_title("units", fontsize=8, fontweight="normal")
    for panel in panels[len(shown) :]:
        panel.set_visible(False)
    figure.supxlabel("length of the source, characters", fontsize=9.5)
    figure.supylabel("length of the target, characters", fontsize=9.5)
    return figure


def lengths(units: Sequence[Unit]) -> Plot:
    """Length of source against target, in characters (code points), with the outliers of each language pair marked.

    A panel for each target locale, the six with most units.

    An outlier's length is further from what its source lets expect than those of nearly all others: cut off, not
    translated, or of another source. Units with an empty side are left out; all locales are in the rows.

    Rows: the outliers, worst first: page, line, id, source length, target length, score (:data:`OUTLIER`; positive where the
    target is long).

    Raises
    ------
    OptionError
        There is no unit with two texts.
    """
    groups = _measured(some(units))
    measured = [one for group in groups.values() for one in group]
    if not measured:
        raise OptionError("there is no unit with two texts to draw", cure="read pages with units, or select less strictly")
    out = sorted((one for one in measured if abs(one.score) > OUTLIER), key=lambda one: -abs(one.score))
    rows = tuple((one.unit.page, one.unit.line, one.unit.id, one.source, one.target, round(one.score, 1)) for one in out)
    half, half_target = median(one.source for one in measured), median(one.target for one in measured)
    alt = (
        f"Density of {len(measured):,} units: length of the target against length of the source, both in characters on "
        f"logarithmic scales; a panel for each of {listed(list(groups)[:_PANELS])}. {len(out):,} outliers are marked; half of "
        f"the sources are under {half:g} characters, half of the targets under {half_target:g}."
    )
    names = ("page", "line", "id", "source", "target", "score")
    return Plot(alt, names, rows, lambda theme: _draw(groups, theme))
