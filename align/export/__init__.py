"""From pages to files: memories per language pair, and the record of what became of every unit.

``plan`` says what is wanted; ``engine`` takes pages in runs, and ``workers`` lets several processes do so; each run
writes its parts (``fragments``) after it has heard of the others (``exchange``); ``assemble`` puts the parts together
in the ``workspace``, from where all files appear at once.
"""

from __future__ import annotations

from align.export.files import Job, Listener, Machine, export_files
from align.export.pages import export_pages
from align.export.plan import FORMATS, WITH_CODES, Format, Plan
from align.export.report import ExportReport, FileReport, Tally

__all__ = [
    "FORMATS",
    "WITH_CODES",
    "ExportReport",
    "FileReport",
    "Format",
    "Job",
    "Listener",
    "Machine",
    "Plan",
    "Tally",
    "export_files",
    "export_pages",
]
