"""Units in memory, for notebooks and scripts: read, select, dedupe, sample, group, count, show, write."""

from __future__ import annotations

from align.bitext.bitext import Bitext
from align.bitext.reading import ReadOptions, read
from align.bitext.selecting import SelectOptions

__all__ = ["Bitext", "ReadOptions", "SelectOptions", "read"]
