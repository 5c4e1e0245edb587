"""Many pages to files: one process, one run or as many as the memory allowed makes necessary."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec

from align.export import exchange
from align.export.former import Former, save_index
from align.export.fragments import RunFiles, Share, write_fragments
from align.export.known import Gone, KnownPage
from align.export.memory import Memory
from align.export.plan import Plan
from align.export.resume import Resumed, StartOver
from align.export.run import PageIn, Run
from align.export.store import save, save_changes
from align.model import Problem

__all__ = ["MEMORY", "RUNS_A_TASK", "Counts", "Left", "Taking", "Task", "do"]

#: Bytes that the pairs of a run may take before they are put on disk.
MEMORY = 4 << 30
#: Numbers of runs reserved for each task, where there are several.
RUNS_A_TASK = 100_000
# A run that goes on from the last export may grow beyond its memory by so much before all is done anew.
_OUTGROWN = 1.5


class Counts(msgspec.Struct, frozen=True):
    """What was read."""

    pages: int = 0
    """Pages read."""
    units: int = 0
    """Units found on them, exported or not."""
    problems: int = 0
    """Problems found."""
    unjoined: int = 0
    """Blocks whose text is not known in both languages."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.pages + other.pages,
            self.units + other.units,
            self.problems + other.problems,
            self.unjoined + other.unjoined,
        )


class Left(NamedTuple):
    """What an export left for the next one."""

    state: Path
    """Folder of its runs' files."""
    groups: Sequence[Sequence[int]]
    """Numbers of its runs, those together that fit in memory together, in the order of their pages."""
    former: Former
    """Its files, from which entries may be copied when there is one run only."""


class Task(NamedTuple):
    """Pages to take, and what to do with them."""

    plan: Plan
    """What to write."""
    folder: Path
    """Where to write."""
    first_run: int
    """Number of the first run; those that follow take the next ones."""
    limit: int
    """Bytes that the pairs of a run may take."""
    read: Callable[[], Iterable[PageIn]]
    """Gives the pages, in their order."""
    left: Left | None = None
    """What the last export left, when there is one to go on from."""


class Done(NamedTuple):
    """A run that has taken its pages."""

    share: Share
    """Its pages, and its files."""
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
        """Take the pages, in their order.

        Raises
        ------
        StartOver
            What the last export left is of no use, as it turns out.
        """
        pages = iter(pages)
        groups = deque(() if self.task.left is None else self.task.left.groups)
        while True:
            resumed = self._resumed(groups.popleft()) if groups else None
            number = self.task.first_run + len(self.done)
            with Run(self.task.plan, self.task.folder, number, self._told, resumed) as run:
                first = self._fill(run, pages, groups[0] if groups else ())
                run.settle()
            self._keep(run, resumed)
            if first is None:
                return
            pages = chain([first], pages)
            self.save_last()
            self._last = None

    def _resumed(self, runs: Sequence[int]) -> Resumed | None:
        """These runs of the last export, to go on from."""
        left = self.task.left
        return None if left is None else Resumed(left.state, runs, self.task.plan.rules)

    def _fill(self, run: Run, pages: Iterator[PageIn], coming: Sequence[int]) -> PageIn | None:
        """Let a run take as many pages as its memory allows.

        Parameters
        ----------
        coming : runs of the last export that the next one will go on from.

        Returns
        -------
        The first page that is not taken.
        """
        for given in pages:
            if isinstance(given.page, KnownPage | Gone) and given.page.run in coming:
                return given
            run.take(given)
            if run.weight > self.task.limit:
                if not run.is_resumed:
                    return next(pages, None)
                if run.weight > self.task.limit * _OUTGROWN:
                    raise StartOver
        return None

    def _keep(self, run: Run, resumed: Resumed | None) -> None:
        self.counts += Counts(run.pages, run.units, run.problems, run.unjoined)
        folder = self.task.folder
        share = Share(run.number, run.taken, folder, run.weight)
        self.done.append(Done(share, share.file(".pairs")))
        self._last = run.memories
        if self.task.plan.remembered:
            self._put_down(share, run.memories, resumed)

    def _put_down(self, share: Share, memories: dict[str, Memory], resumed: Resumed | None) -> None:
        """Put down what is known of the pairs: all of it, or beside that of the last export what has changed since."""
        left, changes = self.task.left, share.file(".changes")
        is_only = left is not None and [list(group) for group in left.groups] == [[share.number]]
        if is_only and resumed is not None and resumed.has_changed_little:
            save_changes(changes, memories)
        else:
            save(share.file(".pairs"), memories)
            save(changes, {})

    def save_last(self) -> None:
        """Let other runs find the pairs of the last one taken."""
        if self._last is not None:
            if not self.task.plan.remembered:
                save(self.done[-1].pairs, self._last)
            exchange.save_keys(self.done[-1].pairs, self._last)

    def write(self, everywhere: list[Path]) -> list[RunFiles]:
        """Write the parts of all runs taken; ``everywhere`` are the pairs of all runs, here and elsewhere."""
        written: list[RunFiles] = []
        for done in reversed(self.done):  # the last one is still in memory
            memories, self._last = self._last, None
            if memories is None:
                memories = exchange.load(done.pairs, self.task.plan.rules)
            exchange.absorb(memories, done.pairs, [path for path in everywhere if path != done.pairs])
            alone = len(everywhere) == 1
            former = self.task.left.former if alone and self.task.left is not None else None
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
