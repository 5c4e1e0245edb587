"""Many pages to files: one process, one run or as many as the memory allowed makes necessary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from align.export import exchange
from align.export.fragments import RunFiles, Stretch, write_fragments
from align.export.memory import Memory
from align.export.plan import Plan
from align.export.run import PageIn, Run
from align.model import Problem

__all__ = ["PageIn", "Part", "Taking"]


class Part(NamedTuple):
    """A run that is done."""

    stretch: Stretch
    pairs: Path
    """Where other runs find its pairs; not there when it is the only one."""


class Taking:
    """Takes a stretch of pages: begins a new run whenever the pairs of the present one take too much memory."""

    def __init__(self, plan: Plan, folder: Path, first: int, limit: int, told: Callable[[Problem], None] | None) -> None:
        self.plan = plan
        self.folder = folder
        self.limit = limit
        self.parts: list[Part] = []
        self.pages = self.units = self.problems = 0
        self._told = told
        self._first = first
        self._last: dict[str, Memory] | None = None
        """Memories of the last run."""

    def take(self, pages: Iterable[PageIn]) -> None:
        """Take the pages, in their order."""
        pages = iter(pages)
        while True:
            with Run(self.plan, self.folder, self._first + len(self.parts), self._told) as run:
                more = self._fill(run, pages)
            self._keep(run)
            if not more:
                return
            self.save_last()
            self._last = None

    def _fill(self, run: Run, pages: Iterator[PageIn]) -> bool:
        """Let a run take as many pages as its memory allows; whether there may be more."""
        for page in pages:
            run.take(page)
            if run.weight > self.limit:
                return True
        return False

    def _keep(self, run: Run) -> None:
        self.pages += run.pages
        self.units += run.units
        self.problems += run.problems
        stretch = Stretch(run.number, run.first, run.last, run.records, self.folder)
        self.parts.append(Part(stretch, self.folder / f"{run.number:04}.pairs"))
        self._last = run.memories

    def save_last(self) -> None:
        """Let other runs find the pairs of the last one."""
        if self._last is not None:
            exchange.save(self.parts[-1].pairs, self._last)

    def write(self, everywhere: list[Path]) -> list[RunFiles]:
        """Write the parts of all runs taken; ``everywhere`` are the pairs of all runs, here and elsewhere."""
        written: list[RunFiles] = []
        for part in reversed(self.parts):  # the last one is still in memory
            memories, self._last = self._last, None
            if memories is None:
                memories = exchange.load(part.pairs, self.plan.rules)
            exchange.absorb(memories, [path for path in everywhere if path != part.pairs])
            written.append(write_fragments(self.plan, memories, part.stretch, whole=len(everywhere) == 1))
        return written[::-1]
