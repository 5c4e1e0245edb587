"""Pictures of units: how many, how long, how often, how old, where they stand. Each is a :class:`Plot` with an alt text.

Drawn with matplotlib: one library gives PNG and SVG files and pictures in notebooks without a script that must be loaded
(altair's charts need JavaScript from elsewhere, or a renderer beside it), and its version 3.11 shapes Arabic and Thai.
The functions take any sequence of units, such as a :class:`align.Bitext`.
"""

from __future__ import annotations

from align.plots.bars import contexts, handoffs, units_per_locale
from align.plots.length import lengths
from align.plots.plot import Plot, ThemeName
from align.plots.repeats import duplicates

__all__ = ["Plot", "ThemeName", "contexts", "duplicates", "handoffs", "lengths", "units_per_locale"]
