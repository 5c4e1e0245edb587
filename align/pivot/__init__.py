"""Join the pages that several locales made of one English revision: units between any two of them, and one memory of all.

A unit is found in another locale by page name, hash of the English file (``ms.openlocfilehash``) and number, the part of
its id behind the prefix (``docs/format.md``). The English that stands beside each translation is the check. Nothing is
lost: for every locale, units joined + units not joined, by reason, = units read.
"""

from __future__ import annotations

from align.pivot.join import REASONS
from align.pivot.memory import FORMATS, Format
from align.pivot.record import FileReport, LocaleReport, PairReport, PivotReport
from align.pivot.run import Folder, pivot_pages

__all__ = ["FORMATS", "REASONS", "FileReport", "Folder", "Format", "LocaleReport", "PairReport", "PivotReport", "pivot_pages"]
