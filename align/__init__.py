"""Bilingual documentation pages in, translation memories out.

>>> import align
>>> page = align.parse_page(
...     '<span data-ttu-id="abd60-102">Bonjour</span>'
...     '<span class="sxs-lookup"><span data-stu-id="abd60-102">Hello</span></span>'
... )
>>> [(unit.source, unit.target) for unit in page.units]
[('Hello', 'Bonjour')]

The public names load when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from align.version import __version__

if TYPE_CHECKING:
    from align.bitext import Bitext, read
    from align.corpus import Narrowing, PageFile, Reading, find_pages, read_pages
    from align.curate import Rules
    from align.errors import AlignError
    from align.export import ExportReport, Plan, export_pages
    from align.model import Origin, Problem, Unit
    from align.pages import Page, parse_page, read_page
    from align.stats import Stats, collect_stats
    from align.twins import verify_pages
    from align.verify import Verdict, verify_source, verify_target

__all__ = [
    "AlignError",
    "Bitext",
    "ExportReport",
    "Narrowing",
    "Origin",
    "Page",
    "PageFile",
    "Plan",
    "Problem",
    "Reading",
    "Rules",
    "Stats",
    "Unit",
    "Verdict",
    "__version__",
    "collect_stats",
    "export_pages",
    "find_pages",
    "parse_page",
    "read",
    "read_page",
    "read_pages",
    "verify_pages",
    "verify_source",
    "verify_target",
]

_HOMES = {
    "align.bitext": ("Bitext", "read"),
    "align.corpus": ("Narrowing", "PageFile", "Reading", "find_pages", "read_pages"),
    "align.curate": ("Rules",),
    "align.errors": ("AlignError",),
    "align.export": ("ExportReport", "Plan", "export_pages"),
    "align.model": ("Origin", "Problem", "Unit"),
    "align.pages": ("Page", "parse_page", "read_page"),
    "align.stats": ("Stats", "collect_stats"),
    "align.twins": ("verify_pages",),
    "align.verify": ("Verdict", "verify_source", "verify_target"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'align' has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
