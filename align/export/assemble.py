"""Put together what the runs have written, and the record of it all."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

import msgspec

from align.digest import total
from align.exchange import Facts
from align.export.bodies import begin, end
from align.export.engine import Counts
from align.export.fragments import Fragment, RunFiles
from align.export.pieces import Part, append, in_order
from align.export.placing import Joint, Placement, begin_joints, put_together
from align.export.plan import Plan
from align.export.report import ExportReport, FileReport, Tally
from align.formats import jsonl
from align.formats.entry import Entry
from align.output import Staging

__all__ = ["Assembled", "Put", "assemble"]

#: Puts parts where they belong.
Put = Callable[[Sequence[Placement]], None]


class _Placed(NamedTuple):
    """A file that was put together."""

    report: FileReport
    begin: int | None
    """Where the first entry begins; None when nothing can be copied from it."""


class Assembled(NamedTuple):
    """What was put together."""

    report: ExportReport
    """What the export did."""
    begins: dict[str, int]
    """For files from which entries can be copied, where the first entry begins."""


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


class _Together:
    """Files that must be put together of several parts, which is done for all at once."""

    def __init__(self, staging: Staging, put: Put) -> None:
        self._staging = staging
        self._put = put
        self._joints: dict[str, Joint] = {}

    def add(self, name: str, parts: Sequence[Part], head: bytes = b"", tail: bytes = b"") -> None:
        """A file of this name: its beginning, parts, and end."""
        path = parts[0].path.with_name(f"joint-{len(self._joints)}")
        self._joints[name] = Joint(path, head, parts, tail)

    def put(self) -> None:
        """Write all files, and stage them."""
        self._put(begin_joints(self._joints.values()))
        for name, joint in self._joints.items():
            self._staging.adopt(name, joint.path)


def _of_parts(staging: Staging, plan: Plan, fragments: list[Fragment], together: _Together) -> _Placed:
    """A file at which the runs have written."""
    form, facts = fragments[0].tally.form, _facts(fragments)
    name, plain = plan.file_name(fragments[0].memory, form), plan.is_plain(form)
    head = begin(form, facts)
    if len(fragments) == 1 and fragments[0].is_whole:
        staging.adopt(name, fragments[0].body.path)
    elif not plain:
        from align.exchange import written

        with written(staging, name, binary=True, laid_out=facts.laid_out) as stream:
            stream.write(head)
            append(stream, [fragment.body for fragment in fragments])
            stream.write(end(form))
    else:
        together.add(name, [fragment.body for fragment in fragments], head, end(form))
    return _Placed(_tally(fragments).report(name, facts.target_locale), len(head) if plain else None)


def _turns(fragments: Sequence[Fragment]) -> Iterator[tuple[int, int]]:
    """Which part has the next entries of the file, and how many."""
    return in_order([(fragment.body.pages, fragment.counts) for fragment in fragments])


def _entries(fragments: Sequence[Fragment]) -> Iterator[Entry]:
    """The entries that the runs have put down, in the order of the file."""
    sources = [_read(fragment) for fragment in fragments]
    left = [sum(fragment.counts) for fragment in fragments]
    for index, count in _turns(fragments):
        yield from islice(sources[index], count)
        left[index] -= count
        if not left[index]:
            sources[index].close()


def _read(fragment: Fragment) -> Generator[Entry]:
    with fragment.body.path.open("rb") as stream:
        yield from jsonl.read(stream, fragment.body.path)


def _blocks(fragments: Sequence[Fragment]) -> bytes:
    """For each entry of the file 1 when it is a whole block, else 0."""
    sources = [iter(fragment.is_block) for fragment in fragments]
    return b"".join(bytes(islice(sources[index], count)) for index, count in _turns(fragments))


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
    from align.exchange import write_memory

    is_block, begin = _blocks(fragments), 0
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


def _record(staging: Staging, name: str, parts: list[Part], together: _Together) -> None:
    if len(parts) == 1:
        staging.adopt(name, parts[0].path)
    else:
        together.add(name, parts)


def _memories(runs: Sequence[RunFiles]) -> list[str]:
    """The names of the memories that have a digest."""
    return sorted({name for run in runs for name in run.digests})


def assemble(staging: Staging, plan: Plan, runs: Sequence[RunFiles], counts: Counts, put: Put = put_together) -> Assembled:
    """Stage all files of an export.

    Parameters
    ----------
    put : puts parts where they belong in files that several runs have written.
    """
    files: list[FileReport] = []
    together = _Together(staging, put)
    begins: dict[str, int] = {}
    for fragments in _by_file(runs):
        if plan.in_parts(fragments[0].tally.form):
            placed = _of_parts(staging, plan, fragments, together)
            files.append(placed.report)
            if placed.begin is not None:
                begins[placed.report.path] = placed.begin
        else:
            files += _of_entries(staging, plan, fragments)
    for run in runs:
        for own, path in run.own:
            files.append(own)
            if path is not None:
                staging.adopt(own.path, path)
    _record(staging, "decisions.jsonl", [run.decisions for run in runs], together)
    _record(staging, "problems.jsonl", [run.problems for run in runs], together)
    if counts.unjoined:
        _record(staging, "unjoined.jsonl", [run.unjoined for run in runs], together)
    together.put()
    files.sort(key=lambda file: file.path)
    digests = {name: total(run.digests[name] for run in runs if name in run.digests) for name in _memories(runs)}
    report = ExportReport(counts.pages, counts.units, counts.problems, files, digests)
    text = json.dumps(msgspec.to_builtins(report), ensure_ascii=False, indent=2)
    staging.text("report.json").write(text + "\n")
    return Assembled(report, begins)
