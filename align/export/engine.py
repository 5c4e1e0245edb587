"""Many pages to files: one process, one run or as many as the memory allowed makes necessary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from align.export import exchange
from align.export.former import Former, save_index
from align.export.fragments import RunFiles, Share, write_fragments
from align.export.memory import Memory
from align.export.plan import Plan
from align.export.run import PageIn, Run
from align.export.state import save_texts
from align.model import Problem

__all__ = ["MEMORY", "Counts", "Taking", "Task", "do"]

#: Bytes that the pairs of a run may take before they are put on disk.
MEMORY = 4 << 30


class Counts(msgspec.Struct, frozen=True):
    """What was read."""

    pages: int = 0
    units: int = 0
    problems: int = 0
    unjoined: int = 0
    """Blocks whose text is not known in both languages."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.pages + other.pages,
            self.units + other.units,
            self.problems + other.problems,
            self.unjoined + other.unjoined,
        )


class Task(NamedTuple):
    """Pages to take, and what to do with them."""

    plan: Plan
    folder: Path
    """Where to write."""
    first_run: int
    limit: int
    """Bytes that the pairs of a run may take."""
    read: Callable[[], Iterable[PageIn]]
    """Gives the pages, in their order."""
    former: Former | None = None
    """Files of the last export, from which entries may be copied when there is one run only."""


class Done(NamedTuple):
    """A run that has taken its pages."""

    share: Share
    pairs: Path
    """Where other runs find its pairs; not there when it is the only one."""


class Taking:
    """Takes pages: begins a new run whenever the pairs of the present one take too much memory."""

    def __init__(self, task: Task, told: Callable[[Problem], None] | None = None) -> None:
        self.task = task
        self.done: list[Done] = []
        self.counts = Counts()
        """What was read so far."""
        self._told = told
        self._last: dict[str, Memory] | None = None
        """Memories of the last run."""

    def take(self, pages: Iterable[PageIn]) -> None:
        """Take the pages, in their order."""
        pages = iter(pages)
        while True:
            with Run(self.task.plan, self.task.folder, self.task.first_run + len(self.done), self._told) as run:
                more = self._fill(run, pages)
                run.settle()
            self._keep(run)
            if not more:
                return
            self.save_last()
            self._last = None

    def _fill(self, run: Run, pages: Iterator[PageIn]) -> bool:
        """Let a run take as many pages as its memory allows; whether there may be more."""
        for page in pages:
            run.take(page)
            if run.weight > self.task.limit:
                return True
        return False

    def _keep(self, run: Run) -> None:
        self.counts += Counts(run.pages, run.units, run.problems, run.unjoined)
        folder = self.task.folder
        share = Share(run.number, run.taken, folder)
        self.done.append(Done(share, share.file(".pairs")))
        self._last = run.memories
        if self.task.plan.remembered:
            save_texts(share.file(".texts"), run.memories)

    def save_last(self) -> None:
        """Let other runs find the pairs of the last one."""
        if self._last is not None:
            exchange.save(self.done[-1].pairs, self._last)

    def write(self, everywhere: list[Path]) -> list[RunFiles]:
        """Write the parts of all runs taken; ``everywhere`` are the pairs of all runs, here and elsewhere."""
        written: list[RunFiles] = []
        for done in reversed(self.done):  # the last one is still in memory
            memories, self._last = self._last, None
            if memories is None:
                memories = exchange.load(done.pairs, self.task.plan.rules)
            exchange.absorb(memories, [path for path in everywhere if path != done.pairs])
            alone = len(everywhere) == 1
            former = self.task.former if alone else None
            files, indexes = write_fragments(self.task.plan, memories, done.share, whole=alone, former=former)
            if self.task.plan.remembered:
                save_index(done.share.file(".index"), indexes)
            written.append(files)
        return written[::-1]


def do(task: Task, told: Callable[[Problem], None] | None = None) -> tuple[Counts, list[RunFiles]]:
    """Do a task in this process alone; ``told`` is called with every problem, as it is found."""
    taking = Taking(task, told)
    taking.take(task.read())
    if len(taking.done) > 1:
        taking.save_last()
    runs = taking.write([done.pairs for done in taking.done])
    return taking.counts, runs
