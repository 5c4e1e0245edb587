"""Put together what the runs have written, and the record of it all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from align.digest import total
from align.export.bodies import Facts, begin, end
from align.export.engine import Counts
from align.export.fragments import Fragment, RunFiles
from align.export.plan import EXTENSIONS
from align.export.report import ExportReport, FileReport, Tally
from align.output import Staging

__all__ = ["assemble"]

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


def _memory_file(staging: Staging, fragments: list[Fragment], *, whole: bool) -> FileReport:
    form = fragments[0].tally.form
    name = f"{fragments[0].memory}.{EXTENSIONS[form]}"
    bodies = [fragment.body for fragment in fragments if fragment.body is not None]
    if whole:
        staging.adopt(name, bodies[0])
    else:
        facts = _together(fragments)
        with_begin = staging.binary(name)
        with_begin.write(begin(form, facts).encode())
        _append(with_begin, bodies)
        with_begin.write(end(form).encode())
        staging.release(with_begin)
    tally = Tally(form)
    for fragment in fragments:
        tally.add(fragment.tally)
    return tally.report(name, fragments[0].facts.target_locale)


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


def assemble(staging: Staging, runs: Sequence[RunFiles], counts: Counts) -> ExportReport:
    """Stage all files of an export; returns what it did."""
    files = [_memory_file(staging, fragments, whole=len(runs) == 1) for fragments in _by_file(runs)]
    for run in runs:
        for own, written in run.own:
            files.append(own)
            if written is not None:
                staging.adopt(own.path, written)
    _record(staging, "decisions.jsonl", [run.decisions for run in runs])
    _record(staging, "problems.jsonl", [run.problems for run in runs])
    digests = {name: total(run.digests[name] for run in runs if name in run.digests) for name in _memories(runs)}
    report = ExportReport(counts.pages, counts.units, counts.problems, sorted(files, key=lambda file: file.path), digests)
    text = json.dumps(msgspec.to_builtins(report), ensure_ascii=False, indent=2)
    staging.text("report.json").write(text + "\n")
    return report
