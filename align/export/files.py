"""Export files: with several processes where that pays, and without reading again what has not changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

from align.corpus import Narrowing, PageFile, Reading, Surroundings, narrow
from align.errors import NoPagesError
from align.export.assemble import Put, assemble
from align.export.engine import MEMORY, RUNS_A_TASK, Counts, Left, Task, do
from align.export.former import Former, load_index
from align.export.fragments import RunFiles
from align.export.pieces import append
from align.export.placing import put_together
from align.export.plan import Plan
from align.export.report import ExportReport
from align.export.resume import StartOver
from align.export.run import PageIn
from align.export.shares import divide
from align.export.source import KEPT, Last, Source
from align.export.state import Manifest, key_of, listing_of, load_manifest, save_manifest
from align.export.workspace import STATE, Journalled, Workspace
from align.locales import canonical
from align.model import Problem

__all__ = ["Job", "Listener", "Machine", "export_files"]

# A worker costs its start, and what it must learn of the others; below this many bytes of pages that is more than it saves.
_WORTH_A_WORKER = 24 << 20
_PROBLEMS = "problems.jsonl"
_PROBLEM = msgspec.json.Decoder(Problem)


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What an export may use."""

    jobs: int | None = None
    """Processes; None takes the machine's cores, as far as each gets enough to do. An export that goes on from an earlier
    one takes one, for most pages need not be read again."""
    memory: int = MEMORY
    """Bytes that distinct pairs of texts may take, in all processes together, before they are put on disk."""
    force: bool = False
    """Whether all is done again, whatever the last run left."""

    def jobs_for(self, size: int) -> int:
        """How many processes so many bytes of pages are worth."""
        return self.jobs or max(1, min(os.cpu_count() or 1, size // _WORTH_A_WORKER))


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is exported."""

    files: list[PageFile]
    """All pages found (:func:`align.corpus.find_pages`)."""
    plan: Plan = Plan()
    """Which files are written, by which rules."""
    reading: Reading = Reading()
    """How pages are read."""
    narrowing: Narrowing = Narrowing()
    """Which of the pages are taken."""

    def narrowed(self) -> list[PageFile]:
        """The pages that may be taken.

        Raises
        ------
        NoPagesError
            There are none.
        OptionError
            The locale for pages that name none is not BCP 47.
        """
        if self.reading.locale is not None:
            canonical(self.reading.locale)  # wrong for all pages or for none
        return narrow(list(self.files), self.narrowing)

    @property
    def key(self) -> str:
        """A digest of all that the files written depend on but the pages and the program."""
        places = {file.place for file in self.files}
        plan = msgspec.structs.replace(self.plan, version="")
        return key_of(plan, self.reading, self.narrowing, sorted(repr(place.identity("")) for place in places))


class Listener(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an export tells what."""

    problem: Callable[[Problem], None] = lambda _: None
    """Every problem."""
    passed: Callable[[int], None] = lambda _: None
    """How many more pages have been passed."""
    noted: Callable[[str], None] = lambda _: None
    """What else is worth knowing: a sentence."""


def _last(workspace: Workspace, job: Job) -> Last | None:
    """The last run, if it was one of the same places with the same options."""
    manifest = load_manifest(workspace.state / "manifest.json")
    return None if manifest is None or manifest.key != job.key else Last(workspace.out, workspace.state, manifest)


def _known(last: Last | None, job: Job, machine: Machine, listener: Listener) -> Last | None:
    """The last run, if what it put down can be used."""
    if last is None or machine.force:
        return None
    if last.manifest.version != job.plan.version:
        listener.noted(f"{last.out}: was written by align-tm {last.manifest.version}; all pages are read again")
        return None
    return last if last.is_known() else None


def _is_same(last: Last, listing: str) -> bool:
    """Whether this run would write what the last one did."""
    if not listing or last.manifest.listing != listing or not last.is_intact():
        return False
    # A page that could not be opened has no line; its rights may have changed without its stamp.
    return all(problem.rule != "unreadable-page" or problem.line for problem in _problems(last.out / _PROBLEMS))


def _problems(path: Path) -> Iterator[Problem]:
    with path.open("rb") as stream:
        yield from map(_PROBLEM.decode, stream)


def _counted(pages: Iterable[PageIn], listener: Listener) -> Iterator[PageIn]:
    for page in pages:
        yield page
        listener.passed(1)


def _done(tasks: list[Task], listener: Listener, hands: ExitStack) -> tuple[Counts, list[RunFiles], Put]:
    """Do the tasks: one here, several in a process each, which live as long as ``hands``.

    Returns also what puts files together.
    """
    if len(tasks) == 1:
        task = tasks[0]._replace(read=lambda: _counted(tasks[0].read(), listener))
        if task.left is None:
            return *do(task, listener.problem), put_together
        found: list[Problem] = []  # told when it is sure that they need not be told once more
        done = do(task, found.append)
        for problem in found:
            listener.problem(problem)
        return *done, put_together
    from align.export.workers import Crew

    crew = hands.enter_context(Crew())
    counts, runs = crew.work(tasks, listener.passed)
    _tell(runs, tasks[0].folder / "problems", listener)
    return counts, runs, crew.put_together


def _tell(runs: Sequence[RunFiles], scratch: Path, listener: Listener) -> None:
    """Tell the problems that workers have put down, in the order of the pages."""
    with scratch.open("wb") as stream:
        append(stream, [run.problems for run in runs], keep=True)
    for problem in _problems(scratch):
        listener.problem(problem)


def _left(last: Last, memory: int) -> Left:
    """What the last export left, in groups of runs that fit in so many bytes."""
    manifest = last.manifest
    indexes = [load_index(last.state / f"{run:04}.index") for run in manifest.runs]
    former = Former(last.out, indexes, {name: begin for name, begin in manifest.begins.items() if last.has(name)})
    groups: list[list[int]] = []
    room = 0
    for run, weight in zip(manifest.runs, manifest.weights, strict=False):
        if not groups or weight > room:
            groups.append([])
            room = memory
        groups[-1].append(run)
        room -= weight
    return Left(last.state, groups, former)


def _tasks(plan: Plan, source: Source, machine: Machine, folder: Path) -> list[Task]:
    """The pages of a source, divided into as many tasks as there are to be processes."""
    sizes = [(file.name, file.size) for file in source.narrowed]
    jobs = 1 if source.last is not None else machine.jobs_for(sum(size for _, size in sizes))
    shares = divide(sizes, jobs)
    plan = msgspec.structs.replace(plan, remembered=True)
    left = None if source.last is None else _left(source.last, machine.memory)
    return [
        Task(
            plan,
            folder,
            number * RUNS_A_TASK,
            machine.memory // len(shares),
            msgspec.structs.replace(source, share=share),
            left,
        )
        for number, share in enumerate(shares)
    ]


def _remember(
    staging: Journalled, workspace: Workspace, last: Last | None, manifest: Manifest, runs: Sequence[RunFiles]
) -> None:
    """Stage what the next run needs to know, and let go what it must not find."""
    kept: list[str] = []
    for number, run in enumerate(runs):
        for ending in KEPT:
            if run.share.file(ending).exists():
                staging.adopt(f"{STATE}/{number:04}{ending}", run.share.file(ending))
            else:  # what the last export put down is gone on with
                kept.append(f"{STATE}/{number:04}{ending}")
    before = {} if last is None else last.manifest.outputs
    outputs = staging.stamps() | {name: before[name] for name in kept}
    # Files of single pages that are as they should be were not written again.
    outputs |= {file.path: before[file.path] for file in manifest.report.files if file.path not in outputs}
    stale = [name for name in before if name not in outputs]
    if workspace.state.is_dir():
        stale += [name for entry in workspace.state.iterdir() if (name := f"{STATE}/{entry.name}") not in outputs]
    path = workspace.scratch / "manifest.json"
    save_manifest(path, msgspec.structs.replace(manifest, outputs=outputs))
    staging.adopt(f"{STATE}/manifest.json", path)
    staging.removed += [name for name in stale if name != f"{STATE}/manifest.json"]


def export_files(job: Job, out: Path, *, machine: Machine | None = None, listener: Listener | None = None) -> ExportReport:
    """Write the memories of these files, and the record of every unit, into a folder.

    What is written depends on the pages and the job alone, not on the machine or on earlier runs. All files appear
    together; an error or an interrupt leaves the folder as it was, and so does a crash, or else the next run ends what it
    had begun. Files of an earlier run of the same job that are not written any more are removed; others are left alone.

    Raises
    ------
    UnreadablePageError
        There is one file only, and it is no page.
    NoPagesError
        The narrowing leaves no page.
    OptionError
        A locale is not BCP 47, or two are written with one code.
    OutputError
        Something cannot be written, or another run is writing there.
    """
    machine, listener, narrowed = machine or Machine(), listener or Listener(), job.narrowed()
    began = time.time_ns()
    with Workspace(out) as workspace, workspace.staging() as staging, ExitStack() as hands:
        known = _known(last := _last(workspace, job), job, machine, listener)
        with Surroundings(job.files) as surroundings:
            listing, licences = listing_of(job.files, job.reading, surroundings, began), surroundings.licences
        if known is not None and _is_same(known, listing):
            for problem in _problems(out / _PROBLEMS):
                listener.problem(problem)
            return known.manifest.report
        source = Source(job.files, narrowed, range(len(narrowed)), job.reading, job.narrowing, began, licences, known)
        try:
            counts, runs, put = _done(_tasks(job.plan, source, machine, workspace.scratch), listener, hands)
        except StartOver:
            anew = msgspec.structs.replace(source, last=None)
            counts, runs, put = _done(_tasks(job.plan, anew, machine, workspace.scratch), listener, hands)
        if not counts.pages and not counts.problems:
            raise NoPagesError("no page is left", cure="--only and --since leave none of them")
        report, begins = assemble(staging, job.plan, runs, counts, put)
        places, weights = list(range(len(runs))), [run.share.weight for run in runs]
        manifest = Manifest(job.plan.version, job.key, listing, {}, places, weights, begins, report)
        _remember(staging, workspace, last, manifest, runs)
        return report
