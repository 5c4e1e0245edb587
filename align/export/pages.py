"""Export pages that someone else reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from align.export.assemble import assemble
from align.export.engine import MEMORY, Task, do
from align.export.plan import Plan
from align.export.report import ExportReport
from align.export.run import PageIn
from align.export.workspace import Workspace
from align.model import Problem
from align.pages import Page

__all__ = ["export_pages"]


def export_pages(
    pages: Iterable[Page | Problem],
    out: Path,
    *,
    plan: Plan | None = None,
    told: Callable[[Problem], None] | None = None,
    memory: int = MEMORY,
) -> ExportReport:
    """Write the memories of these pages, and the record of every unit, into a folder.

    All files appear together when everything is written; an error leaves the folder as it was.

    Parameters
    ----------
    pages : in the order of their names, as :func:`align.corpus.read_pages` gives them; a problem is a page unread.
    out : folder, made if need be; other files in it are left alone.
    plan : what to write; by default TMX with segments and PO with segments and blocks, of all units.
    told : called with every problem, as it is found.
    memory : bytes that distinct pairs of texts may take before they are put on disk.

    Raises
    ------
    OutputError
        Something cannot be written, or another run is writing there.
    """
    plan = plan or Plan()
    with Workspace(out) as workspace, workspace.staging() as staging:
        task = Task(plan, workspace.scratch, 0, memory, lambda: (PageIn(*item) for item in enumerate(pages)))
        counts, runs = do(task, told)
        return assemble(staging, plan, runs, counts).report
