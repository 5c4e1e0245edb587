"""Put together what the runs have written, and the record of it all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from align.export.bodies import Facts, begin, end
from align.export.engine import Counts
from align.export.fragments import Fragment, RunFiles
from align.export.plan import EXTENSIONS
from align.export.report import ExportReport, FileReport, Tally
from align.output import Staging

__all__ = ["Assembled", "assemble"]

_CHUNK = 1 << 20


def _append(stream: IO[bytes], paths: Iterable[Path]) -> None:
    for path in paths:
        with path.open("rb") as part:
            shutil.copyfileobj(part, stream, _CHUNK)


def _together(fragments: Sequence[Fragment]) -> Facts:
    """What the beginning of the file says that these are the parts of."""
    newest = max((fragment.facts.newest or "" for fragment in fragments), default="") or None
    licences = frozenset[str]().union(*(fragment.licences for fragment in fragments))
    return fragments[0].facts._replace(newest=newest, licence=", ".join(sorted(licences)) or None)


def _by_file(runs: Sequence[RunFiles]) -> Iterator[list[Fragment]]:
    """The parts of each file, in the order of the runs; files by name of their memory, then in the plan's order."""
    parts: dict[tuple[str, str], list[Fragment]] = {}
    for run in runs:
        for fragment in run.fragments:
            parts.setdefault((fragment.memory, fragment.tally.form), []).append(fragment)
    order = {name: place for place, name in enumerate(sorted({name for name, _ in parts}))}
    for _, fragments in sorted(parts.items(), key=lambda item: order[item[0][0]]):
        yield fragments


class _Placed(NamedTuple):
    """A file that was put together."""

    report: FileReport
    begins: list[int]
    """Where the first entry of each run begins; empty when the file is no plain text of ours."""


def _memory_file(staging: Staging, fragments: list[Fragment], *, whole: bool) -> _Placed:
    form, facts = fragments[0].tally.form, _together(fragments)
    name = f"{fragments[0].memory}.{EXTENSIONS[form]}"
    head = begin(form, facts).encode()
    begins = list(accumulate((fragment.size for fragment in fragments[:-1]), initial=len(head)))
    if whole:
        staging.adopt(name, fragments[0].body)
    else:
        stream = staging.binary(name)
        stream.write(head)
        _append(stream, [fragment.body for fragment in fragments])
        stream.write(end(form, facts, empty=not any(fragment.entries for fragment in fragments)).encode())
        staging.release(stream)
    tally = Tally(form)
    for fragment in fragments:
        tally.add(fragment.tally)
    return _Placed(tally.report(name, facts.target_locale), begins)


def _record(staging: Staging, name: str, parts: list[Path]) -> None:
    if len(parts) == 1:
        staging.adopt(name, parts[0])
        return
    stream = staging.binary(name)
    _append(stream, parts)
    staging.release(stream)


class Assembled(NamedTuple):
    """What was put together."""

    report: ExportReport
    begins: dict[str, list[int]]
    """For each file of a memory, where the first entry of each run begins."""


def assemble(staging: Staging, runs: Sequence[RunFiles], counts: Counts) -> Assembled:
    """Stage all files of an export."""
    placed = [_memory_file(staging, fragments, whole=len(runs) == 1) for fragments in _by_file(runs)]
    files = [one.report for one in placed]
    for run in runs:
        for own, written in run.own:
            files.append(own)
            if written is not None:
                staging.adopt(own.path, written)
    _record(staging, "decisions.jsonl", [run.decisions for run in runs])
    _record(staging, "problems.jsonl", [run.problems for run in runs])
    if counts.unjoined:
        _record(staging, "unjoined.jsonl", [run.unjoined for run in runs])
    files.sort(key=lambda file: file.path)
    report = ExportReport(counts.pages, counts.units, counts.problems, files)
    text = json.dumps(msgspec.to_builtins(report), ensure_ascii=False, indent=2)
    staging.text("report.json").write(text + "\n")
    return Assembled(report, {one.report.path: one.begins for one in placed})
