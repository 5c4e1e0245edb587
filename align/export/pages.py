"""The two ways in: pages that someone reads, and files that are read here, by several processes if need be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from align.curate import Rules
from align.export.assemble import Counts, assemble
from align.export.engine import Taking
from align.export.plan import FORMATS, Format, Plan
from align.export.report import ExportReport
from align.export.run import PageIn
from align.export.workspace import Workspace
from align.model import Problem
from align.pages import Page

__all__ = ["MEMORY", "export_pages"]

#: Bytes that the pairs of a run may take before they are put on disk.
MEMORY = 4 << 30


def export_pages(
    pages: Iterable[Page | Problem],
    out: Path,
    *,
    formats: Iterable[Format] = ("tmx", "po"),
    rules: Rules | None = None,
    per_page: bool = False,
    told: Callable[[Problem], None] | None = None,
    memory: int = MEMORY,
) -> ExportReport:
    """Write the memories of these pages, and the record of every unit, into a folder.

    All files appear together when everything is written; an error leaves the folder as it was.

    Parameters
    ----------
    pages : in the order of their names, as :func:`align.corpus.read_pages` gives them; a problem is a page unread.
    out : folder, made if need be; other files in it are left alone.
    formats : of :data:`FORMATS`.
    per_page : one PO file per page (``po/PAGE.po``) instead of one per locale; a TMX is always one per locale.
    told : called with every problem, as it is found.
    memory : bytes that distinct pairs of texts may take before they are put on disk.

    Raises
    ------
    OutputError
        Something cannot be written, or another run is writing there.
    """
    wanted = set(formats)
    plan = Plan(formats=tuple(form for form in FORMATS if form in wanted), rules=rules or Rules(), per_page=per_page)
    with Workspace(out) as workspace, workspace.staging() as staging:
        taking = Taking(plan, workspace.scratch, 0, memory, told)
        taking.take(PageIn(number, page) for number, page in enumerate(pages))
        if len(taking.parts) > 1:
            taking.save_last()
        runs = taking.write([part.pairs for part in taking.parts])
        return assemble(staging, plan, runs, Counts(taking.pages, taking.units, taking.problems))
