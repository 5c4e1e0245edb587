"""Several processes: each takes a share of the pages and writes its own parts; nothing but a few counts is sent.

All workers first take their pages and save their pairs; when all have, each looks up what the others know of its own
sources, and writes. So a page is read once, and each file is the same as one process writes it.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from align.errors import AlignError, OutputError
from align.export.engine import Counts, Taking, Task
from align.export.fragments import RunFiles
from align.export.placing import Placement, put_together
from align.export.run import PageIn

__all__ = ["Crew"]

# Pages between two words to the parent.
_EVERY = 64


_ENDING = (signal.SIGINT, signal.SIGTERM)


class _Done(NamedTuple):
    """A worker has taken all its pages."""

    counts: Counts
    pairs: list[Path]


class _Put(NamedTuple):
    """A worker has put its parts where they belong."""


class _Failed(NamedTuple):
    error: AlignError | OSError


def _serve(task: Task, pipe: Connection, others: Sequence[Connection]) -> None:
    """A worker's life. It ends when nobody listens any more, which only shows when ``others`` are closed."""
    for other in others:
        other.close()
    with suppress(EOFError, BrokenPipeError):  # the parent is gone
        _work(task, pipe)


def _work(task: Task, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent, who is interrupted too, ends it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    taking = Taking(task)
    try:
        taking.take(_counted(task.read(), pipe))
        taking.save_last()
        pipe.send(_Done(taking.counts, [done.pairs for done in taking.done]))
        everywhere: list[Path] = pipe.recv()
        pipe.send(taking.write(everywhere))
        placements: list[Placement] = pipe.recv()
        put_together(placements)
        pipe.send(_Put())
    except BrokenPipeError:
        raise
    except (AlignError, OSError) as error:
        pipe.send(_Failed(error))


def _counted(pages: Iterable[PageIn], pipe: Connection) -> Iterable[PageIn]:
    """The pages; now and then the parent is told how many."""
    count = 0
    for count, page in enumerate(pages, 1):
        if count % _EVERY == 0:
            pipe.send(_EVERY)
        yield page
    pipe.send(count % _EVERY)


def _context() -> BaseContext:
    """Forked where that is safe: a worker then begins at once, with all modules loaded."""
    forks = sys.platform.startswith("linux") and threading.active_count() == 1
    return multiprocessing.get_context("fork" if forks else "spawn")


@contextmanager
def _signals_wait() -> Iterator[None]:
    """Lets signals wait: a process that has just been forked would take one as if it were its parent."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Crew:
    """Workers, none of which outlives the block."""

    def __init__(self) -> None:
        self._pipes: list[Connection] = []
        self._processes: list[BaseProcess] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with _signals_wait():
            for process in self._processes:
                process.terminate()
            for process in self._processes:
                process.join()
        for pipe in self._pipes:
            pipe.close()

    def _start(self, tasks: Sequence[Task]) -> None:
        """Let a worker begin with each task."""
        context = _context()
        for task in tasks:
            here, there = context.Pipe()
            self._pipes.append(here)
            # What a forked process has of its parent's ends would keep it and its fellows waiting for a dead parent.
            inherited = self._pipes if context.get_start_method() == "fork" else []
            process = context.Process(target=_serve, args=(task, there, inherited), daemon=True)  # type: ignore[attr-defined]
            with _signals_wait():  # one that is started is known, whenever a signal comes
                process.start()
                self._processes.append(process)
            there.close()

    def work(self, tasks: Sequence[Task], passed: Callable[[int], None]) -> tuple[Counts, list[RunFiles]]:
        """Do the tasks at once, each in a process; ``passed`` is told how many pages more have been read.

        Raises
        ------
        AlignError
            What a worker met.
        """
        self._start(tasks)
        done = [said for said in self._hear(passed) if isinstance(said, _Done)]
        pairs = [path for one in done for path in one.pairs]
        for pipe in self._pipes:
            pipe.send(pairs)
        runs: list[RunFiles] = [files for said in self._hear(passed) if isinstance(said, list) for files in said]
        return sum((one.counts for one in done), Counts()), runs

    def put_together(self, placements: Sequence[Placement]) -> None:
        """Let the workers put parts where they belong, each about as many bytes.

        Raises
        ------
        AlignError
            What a worker met.
        """
        shares: list[list[Placement]] = [[] for _ in self._pipes]
        sizes = [0] * len(shares)
        for size, place in sorted(((placement.size, place) for place, placement in enumerate(placements)), reverse=True):
            least = sizes.index(min(sizes))
            sizes[least] += size
            shares[least].append(placements[place])
        for pipe, share in zip(self._pipes, shares, strict=True):
            pipe.send(share)
        self._hear(lambda _: None)

    def _hear(self, passed: Callable[[int], None]) -> list[object]:
        """What each worker says next, but for how many pages it has passed, which goes to ``passed``."""
        said: dict[Connection, object] = {}
        while len(said) < len(self._pipes):
            for pipe in wait([pipe for pipe in self._pipes if pipe not in said]):
                assert isinstance(pipe, Connection)
                try:
                    message = pipe.recv()
                except EOFError as error:
                    raise OutputError("a worker was killed", cure="run again; the old files are as they were") from error
                if isinstance(message, int):
                    passed(message)
                elif isinstance(message, _Failed):
                    raise message.error
                else:
                    said[pipe] = message
        return [said[pipe] for pipe in self._pipes]
