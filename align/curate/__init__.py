"""Keep, drop, merge: from all units of a language pair to the entries of a memory, with a reason for every unit.

A :class:`Collector` takes units as they are read and keeps one small record per distinct pair of texts; :func:`select`
then decides which of them a file gets. Nothing is decided twice and nothing silently: exported + merged + dropped is
the number of units taken.
"""

from __future__ import annotations

from align.curate.choose import Chosen, Selection, select, with_blocks
from align.curate.collect import CHANGED, UNITS_A_PAGE, Collector, Pair, Slot, Stand
from align.curate.resumed import ResumedCollector, Since
from align.curate.rules import CHANGES, DROP_REASONS, MERGE_REASONS, MtPolicy, Rules

__all__ = [
    "CHANGED",
    "CHANGES",
    "DROP_REASONS",
    "MERGE_REASONS",
    "UNITS_A_PAGE",
    "Chosen",
    "Collector",
    "MtPolicy",
    "Pair",
    "ResumedCollector",
    "Rules",
    "Selection",
    "Since",
    "Slot",
    "Stand",
    "select",
    "with_blocks",
]
