"""Units as people read them, side by side: as HTML for notebooks, as text for terminals.

Only the first :data:`SHOWN` units are looked at, so that a view costs the same for any number of units.
"""

from __future__ import annotations

from align.display.counts import table_view
from align.display.plain import text_view
from align.display.table import SHOWN, html_view

__all__ = ["SHOWN", "html_view", "table_view", "text_view"]
