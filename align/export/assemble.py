"""Put together what the runs have written, and the record of it all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from align.digest import total
from align.exchange import Facts, write_memory, written
from align.export.bodies import begin, end
from align.export.engine import Counts
from align.export.fragments import Fragment, RunFiles
from align.export.plan import Plan
from align.export.report import ExportReport, FileReport, Tally
from align.formats import jsonl
from align.formats.entry import Entry
from align.output import Staging

__all__ = ["Assembled", "assemble"]

_CHUNK = 1 << 20


class _Placed(NamedTuple):
    """A file that was put together."""

    report: FileReport
    begins: list[int]
    """Where the first entry of each run begins; empty when nothing can be copied from it."""


class Assembled(NamedTuple):
    """What was put together."""

    report: ExportReport
    begins: dict[str, list[int]]
    """For files from which entries can be copied, where the first entry of each run begins."""


def _append(stream: IO[bytes], paths: Iterable[Path]) -> None:
    for path in paths:
        with path.open("rb") as part:
            shutil.copyfileobj(part, stream, _CHUNK)


def _facts(fragments: Sequence[Fragment]) -> Facts:
    """What the beginning of the file says that these are the parts of."""
    newest = max((fragment.facts.newest or "" for fragment in fragments), default="") or None
    licences = frozenset[str]().union(*(fragment.licences for fragment in fragments))
    return fragments[0].facts._replace(newest=newest, licence=", ".join(sorted(licences)) or None)


def _tally(fragments: Sequence[Fragment]) -> Tally:
    tally = Tally(fragments[0].tally.form)
    for fragment in fragments:
        tally.add(fragment.tally)
    return tally


def _by_file(runs: Sequence[RunFiles]) -> Iterator[list[Fragment]]:
    """The parts of each file, in the order of the runs; files by name of their memory, then in the plan's order."""
    parts: dict[tuple[str, str], list[Fragment]] = {}
    for run in runs:
        for fragment in run.fragments:
            parts.setdefault((fragment.memory, fragment.tally.form), []).append(fragment)
    order = {name: place for place, name in enumerate(sorted({name for name, _ in parts}))}
    for _, fragments in sorted(parts.items(), key=lambda item: order[item[0][0]]):
        yield fragments


def _of_parts(staging: Staging, plan: Plan, fragments: list[Fragment]) -> _Placed:
    """A file at which the runs have written."""
    form, facts = fragments[0].tally.form, _facts(fragments)
    name, packed = plan.file_name(fragments[0].memory, form), plan.is_packed(form)
    head = begin(form, facts)
    if len(fragments) == 1 and fragments[0].is_whole:
        staging.adopt(name, fragments[0].body)
    else:
        with written(staging, name, binary=True) as stream:
            stream.write(head)
            _append(stream, [fragment.body for fragment in fragments])
            stream.write(end(form))
    begins = [] if packed else list(accumulate((fragment.size for fragment in fragments[:-1]), initial=len(head)))
    return _Placed(_tally(fragments).report(name, facts.target_locale), begins)


def _entries(fragments: Sequence[Fragment]) -> Iterator[Entry]:
    for fragment in fragments:
        with fragment.body.open("rb") as stream:
            yield from jsonl.read(stream, fragment.body)


def _chunks(entries: Iterator[Entry], size: int | None) -> Iterator[tuple[int | None, Iterator[Entry]]]:
    """The entries of each file, and its number; at least one file."""
    if size is None:
        yield None, entries
        return
    first = next(entries, None)
    number = 1
    while first is not None or number == 1:
        yield number, chain([] if first is None else [first], islice(entries, size - 1))
        first, number = next(entries, None), number + 1


class _Counted:
    """Entries that are counted while they pass."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.count = 0
        self._entries = entries

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._entries:
            self.count += 1
            yield entry


def _of_entries(staging: Staging, plan: Plan, fragments: list[Fragment]) -> Iterator[FileReport]:
    """The files, one or many, for which the runs have put down entries.

    Of many files the first one's report tells of all units that are merged or dropped; where all entries are blocks, also
    of all that are exported, for it is not known how many each block holds.
    """
    facts, tally = _facts(fragments), _tally(fragments)
    is_block, begin = b"".join(fragment.is_block for fragment in fragments), 0
    in_first = plan.granularity_of(tally.form) == "block"
    for number, entries in _chunks(_entries(fragments), plan.split):
        name = plan.file_name(fragments[0].memory, tally.form, number)
        passed = _Counted(entries)
        write_memory(staging, name, passed, facts=facts)
        report = tally.report(name, facts.target_locale)
        if number is None:
            yield report
            return
        blocks = sum(is_block[begin : begin + passed.count])
        begin += passed.count
        first = report if number == 1 else FileReport(name, report.locale, report.format, 0, {}, {}, {})
        exported = first.exported if in_first else passed.count - blocks
        yield msgspec.structs.replace(first, exported=exported, blocks=blocks)


def _record(staging: Staging, name: str, parts: list[Path]) -> None:
    if len(parts) == 1:
        staging.adopt(name, parts[0])
        return
    stream = staging.binary(name)
    _append(stream, parts)
    staging.release(stream)


def _memories(runs: Sequence[RunFiles]) -> list[str]:
    """The names of the memories that have a digest."""
    return sorted({name for run in runs for name in run.digests})


def assemble(staging: Staging, plan: Plan, runs: Sequence[RunFiles], counts: Counts) -> Assembled:
    """Stage all files of an export."""
    files: list[FileReport] = []
    begins: dict[str, list[int]] = {}
    for fragments in _by_file(runs):
        if plan.in_parts(fragments[0].tally.form):
            placed = _of_parts(staging, plan, fragments)
            files.append(placed.report)
            if placed.begins:
                begins[placed.report.path] = placed.begins
        else:
            files += _of_entries(staging, plan, fragments)
    for run in runs:
        for own, path in run.own:
            files.append(own)
            if path is not None:
                staging.adopt(own.path, path)
    _record(staging, "decisions.jsonl", [run.decisions for run in runs])
    _record(staging, "problems.jsonl", [run.problems for run in runs])
    if counts.unjoined:
        _record(staging, "unjoined.jsonl", [run.unjoined for run in runs])
    files.sort(key=lambda file: file.path)
    digests = {name: total(run.digests[name] for run in runs if name in run.digests) for name in _memories(runs)}
    report = ExportReport(counts.pages, counts.units, counts.problems, files, digests)
    text = json.dumps(msgspec.to_builtins(report), ensure_ascii=False, indent=2)
    staging.text("report.json").write(text + "\n")
    return Assembled(report, begins)
