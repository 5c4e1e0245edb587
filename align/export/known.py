"""The pages of the last run: what was kept of each, asked for in the order of their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge
from pathlib import Path
from typing import NamedTuple

import msgspec

from align.export.record import PageRecord, read_records

__all__ = ["Gone", "Known", "KnownPage"]


class KnownPage(NamedTuple):
    """A page of the last run that is as it was."""

    run: int
    """Which part of the last run took it."""
    record: PageRecord
    """What was kept of it."""

    def now(self, number: int, stamp: str) -> PageRecord:
        """What is kept of it in this run, where it has another number and stamp; slots are those of the last run."""
        own = tuple(msgspec.structs.replace(file, written=None) for file in self.record.own)
        return msgspec.structs.replace(self.record, number=number, stamp=stamp, own=own)


class Gone(NamedTuple):
    """A page of the last run that is not there any more, or not as it was."""

    run: int
    """Which part of the last run had taken it."""
    record: PageRecord
    """What was kept of it."""


class Known:
    """The pages of the last run.

    Parameters
    ----------
    folder : where the run's files are.
    runs : numbers of the parts in which it took them.
    """

    def __init__(self, folder: Path, runs: Sequence[int]) -> None:
        records = (self._of(folder / f"{run:04}.pages", run) for run in runs)
        self._pages = merge(*records, key=lambda page: page.record.number)
        self._next = next(self._pages, None)

    @staticmethod
    def _of(path: Path, run: int) -> Iterator[KnownPage]:
        for record in read_records(path):
            yield KnownPage(run, record)

    def before(self, name: str | None) -> Iterator[KnownPage]:
        """The pages whose names come before this one (None: all that are left) and have not been asked for."""
        while self._next is not None and (name is None or self._next.record.name < name):
            yield self._next
            self._next = next(self._pages, None)

    def get(self, name: str) -> KnownPage | None:
        """The page of this name, if it was there."""
        page = self._next
        if page is None or page.record.name != name:
            return None
        self._next = next(self._pages, None)
        return page
