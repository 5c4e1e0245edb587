"""From pages to files: memories per language pair, and the record of what became of every unit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from align.corpus import problems_of
from align.curate import Collector, Pair, Rules, Selection, select
from align.formats import jsonl, po, tmx, tsv, xliff
from align.model import Origin, Problem
from align.output import Staging
from align.pages import Page

__all__ = ["FORMATS", "ExportReport", "FileReport", "Format", "export_pages"]

Format = Literal["tmx", "po", "tsv", "jsonl", "xliff"]
FORMATS: tuple[Format, ...] = ("tmx", "po", "tsv", "jsonl", "xliff")
_EXTENSIONS: dict[Format, str] = {"tmx": "tmx", "po": "po", "tsv": "tsv", "jsonl": "jsonl", "xliff": "xlf"}


class FileReport(msgspec.Struct, frozen=True):
    """One file written; exported + merged + dropped = the units that it is about."""

    path: str
    """POSIX path below OUT."""
    locale: str
    """Target locale."""
    format: str
    exported: int
    """Units that stand in the file."""
    merged: dict[str, int]
    """Units that another one stands for, by reason."""
    dropped: dict[str, int]
    """Units left out, by reason."""
    changed: dict[str, int]
    """Exported units whose texts were changed, by what was done; one unit may count more than once."""


class ExportReport(msgspec.Struct, frozen=True):
    """What an export did."""

    pages: int
    """Pages read."""
    units: int
    """Units found, exported or not."""
    problems: int
    """Problems found: damaged wrappers, unreadable pages, pages without a locale."""
    files: list[FileReport]


class _Memory:
    """A language pair's units on their way to its files."""

    def __init__(self, origin: Origin, part: str, rules: Rules) -> None:
        self.source_locale = origin.source_locale
        self.locale = origin.target_locale or "und"
        self.part = part
        self.collector = Collector(rules)


class _Taken(NamedTuple):
    """The units of one page, in their order, and what the collector made of each."""

    ids: Sequence[str]
    results: list[Pair | str]
    first: int
    """Running number of the first of them in the collector."""


class _Tally:
    """Counts what became of units in one file, and puts it down."""

    def __init__(self, form: Format, selection: Selection | None) -> None:
        self.form = form
        self.selection = selection
        self.exported = 0
        self.merged: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()

    def outcome(self, result: Pair | str, number: int) -> tuple[str, tuple[str, ...]]:
        """The action and its reasons for a unit; no reason when it was simply exported."""
        if isinstance(result, str) or self.selection is None:
            self.dropped[str(result)] += 1
            return "dropped", (str(result),)
        home, reason = self.selection.fate(result)
        if home.number != number or reason == "variant":
            self.merged[reason] += 1
            return "merged", (reason,)
        self.exported += 1
        self.changed.update(home.changes)
        return "changed", home.changes

    def report(self, path: str, locale: str) -> FileReport:
        """What the file's record says."""
        counts = [dict(sorted((+counter).items())) for counter in (self.merged, self.dropped, self.changed)]
        return FileReport(path, locale, self.form, self.exported, *counts)


def _elsewhere(tallies: Iterable[_Tally]) -> set[int]:
    """``id()`` of the pairs that are not, as they are, in every file."""
    return {key for tally in tallies if tally.selection for key in tally.selection.fates}


def _decisions(page: str, taken: _Taken, tallies: Sequence[_Tally], elsewhere: set[int]) -> Iterator[str]:
    """A line of ``decisions.jsonl`` for each unit, file and reason, but for those simply exported."""
    begin = f'{{"page":{jsonl.encode(page)[:-1].decode()},"id":"'
    ends = [f'","format":"{tally.form}","action":"merged","reason":"duplicate"}}\n' for tally in tallies]
    exported = duplicates = 0
    for number, (ident, result) in enumerate(zip(taken.ids, taken.results, strict=True), taken.first):
        if isinstance(result, Pair) and id(result) not in elsewhere:
            # Nearly all units are these: every file has the pair, and the unit stands for it, or another one does.
            if result.number != number:
                duplicates += 1
                head = begin + ident
                yield head + head.join(ends)
                continue
            if not result.changes:
                exported += 1
                continue
        for tally in tallies:
            action, reasons = tally.outcome(result, number)
            for reason in reasons:
                yield f'{begin}{ident}","format":"{tally.form}","action":"{action}","reason":"{reason}"}}\n'
    for tally in tallies:
        tally.exported += exported
        tally.merged["duplicate"] += duplicates


class _Export:
    """One run: takes pages, then writes the memories and the record."""

    def __init__(
        self,
        staging: Staging,
        formats: Iterable[Format],
        rules: Rules,
        *,
        per_page: bool,
        told: Callable[[Problem], None] | None,
    ) -> None:
        formats = tuple(form for form in FORMATS if form in set(formats))
        self.staging = staging
        self.rules = rules
        self.page_formats: tuple[Format, ...] = tuple(form for form in formats if form == "po" and per_page)
        self.memory_formats: tuple[Format, ...] = tuple(form for form in formats if form not in self.page_formats)
        self.pages = self.units = 0
        self.problem_count = 0
        self.told = told
        self.memories: dict[tuple[str, str], _Memory] = {}
        self.taken: list[tuple[str, _Memory | None, _Taken, list[str]]] = []
        """For each page its name, memory and units, and the decisions about its own files."""
        self.files: list[FileReport] = []
        self.problems = staging.binary("problems.jsonl")

    def problem(self, problem: Problem) -> None:
        """Put a problem down."""
        self.problem_count += 1
        if self.told is not None:
            self.told(problem)
        self.problems.write(jsonl.encode(problem))

    def _memory(self, origin: Origin) -> _Memory | None:
        if origin.target_locale is None:
            return None
        part = ""
        if self.rules.mt == "split":
            part = ".ht" if origin.translation_type == "HT" else ".mt"
        key = (origin.target_locale, part)
        if key not in self.memories:
            self.memories[key] = _Memory(origin, part, self.rules)
        return self.memories[key]

    def page(self, page: Page) -> None:
        """Take a page."""
        self.pages += 1
        ids = page.texts.ids
        self.units += len(ids)
        for problem in problems_of(page):
            self.problem(problem)
        if not ids:
            return
        memory = self._memory(page.origin)
        own: list[str] = []
        if memory is None:
            taken = _Taken(ids, ["no-locale"] * len(ids), 0)
            own = list(_decisions(page.name, taken, [_Tally(form, None) for form in self.page_formats], set()))
        else:
            first = memory.collector.count + 1
            taken = _Taken(ids, memory.collector.add(page.texts, page.origin), first)
            if self.page_formats:
                own = self._page_files(page, memory)
        self.taken.append((page.name, memory, taken, own))

    def _page_files(self, page: Page, memory: _Memory) -> list[str]:
        """Write the page's own PO file; returns the decisions about its units."""
        own = _Memory(page.origin, memory.part, self.rules)
        taken = _Taken(page.texts.ids, own.collector.add(page.texts, page.origin), 1)
        selection = select(own.collector, fold=po.joined_lines)
        tally = _Tally("po", selection)
        decisions = list(_decisions(page.name, taken, [tally], _elsewhere([tally])))
        path = f"po/{page.name}{memory.part}.po"
        self._write("po", path, own, selection)
        self.files.append(tally.report(path, memory.locale))
        return decisions

    def _write(self, form: Format, path: str, memory: _Memory, selection: Selection) -> None:
        licence = _licence(pair for pair, _ in selection.chosen)
        entries, source_locale = selection.entries(), memory.source_locale
        if form == "jsonl":
            record = self.staging.binary(path)
            jsonl.write(record, entries)
            self.staging.release(record)
            return
        stream = self.staging.text(path)
        if form == "tmx":
            tmx.write(stream, entries, source_locale=source_locale, licence=licence)
        elif form == "po":
            po.write(stream, entries, header=po.Header(source_locale, memory.locale, selection.newest, licence))
        elif form == "tsv":
            tsv.write(stream, entries)
        else:
            xliff.write(stream, entries, source_locale=source_locale, target_locale=memory.locale)
        self.staging.release(stream)

    def _write_memories(self) -> dict[int, list[_Tally]]:
        """Write the files of all language pairs; returns the tallies by the memory's ``id()``."""
        tallies: dict[int, list[_Tally]] = {id(None): [_Tally(form, None) for form in self.memory_formats]}
        for _, memory in sorted(self.memories.items()):
            tallies[id(memory)] = []
            for form in self.memory_formats:
                selection = select(memory.collector, fold=po.joined_lines if form == "po" else None)
                self._write(form, f"{memory.locale}{memory.part}.{_EXTENSIONS[form]}", memory, selection)
                tallies[id(memory)].append(_Tally(form, selection))
        return tallies

    def finish(self) -> ExportReport:
        """Write what needs all pages."""
        tallies = self._write_memories()
        stream = self.staging.text("decisions.jsonl")
        elsewhere = _elsewhere(tally for group in tallies.values() for tally in group)
        for name, memory, taken, own in self.taken:
            stream.write("".join([*_decisions(name, taken, tallies[id(memory)], elsewhere), *own]))
        for memory in self.memories.values():
            self.files += [
                tally.report(f"{memory.locale}{memory.part}.{_EXTENSIONS[tally.form]}", memory.locale)
                for tally in tallies[id(memory)]
            ]
        self.files.sort(key=lambda file: file.path)
        report = ExportReport(self.pages, self.units, self.problem_count, self.files)
        text = json.dumps(msgspec.to_builtins(report), ensure_ascii=False, indent=2)
        self.staging.text("report.json").write(text + "\n")
        return report


def _licence(pairs: Iterable[Pair]) -> str | None:
    """The licences of the texts, each once."""
    return ", ".join(sorted({pair.origin.licence or "" for pair in pairs} - {""})) or None


def export_pages(
    pages: Iterable[Page | Problem],
    out: Path,
    *,
    formats: Iterable[Format] = ("tmx", "po"),
    rules: Rules | None = None,
    per_page: bool = False,
    told: Callable[[Problem], None] | None = None,
) -> ExportReport:
    """Write the memories of these pages, and the record of every unit, into a folder.

    All files appear together when everything is written; an error leaves the folder as it was.

    Parameters
    ----------
    pages : in the order of their names, as :func:`align.corpus.read_pages` gives them; a problem is a page unread.
    out : folder, made if need be; other files in it are left alone.
    formats : of :data:`FORMATS`.
    per_page : one PO file per page (``po/PAGE.po``) instead of one per locale; a TMX is always one per locale.
    told : called with every problem, as it is found.

    Raises
    ------
    OutputError
        Something cannot be written.
    """
    with Staging(out) as staging:
        export = _Export(staging, formats, rules or Rules(), per_page=per_page, told=told)
        for page in pages:
            if isinstance(page, Problem):
                export.problem(page)
            else:
                export.page(page)
        return export.finish()
