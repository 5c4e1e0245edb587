"""From the pages of several locales to files: memories of any two locales, one of all, and the record."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import msgspec

from align.corpus import problems_of
from align.curate import Rules
from align.errors import OptionError
from align.formats import jsonl
from align.model import Problem
from align.output import Staging
from align.pages import Page
from align.pivot.join import Sheet, sheet_of
from align.pivot.joined import join_sheets
from align.pivot.memory import FORMATS, Format, Memory, write_memory, write_multilingual
from align.pivot.record import FileReport, Member, PivotReport, locale_reports, not_joined, pair_report

__all__ = ["Folder", "pivot_pages"]


class Folder(NamedTuple):
    """The pages of one PATH."""

    label: str
    """Stands before the names of its pages in problems, for all folders have the same names."""
    pages: Iterable[Page | Problem]
    """In the order of their names, as :func:`align.corpus.read_pages` gives them."""


def _named(folder: Folder, number: int) -> Iterator[tuple[str, int, str, Page | Problem]]:
    for page in folder.pages:
        yield (page.page if isinstance(page, Problem) else page.name), number, folder.label, page


def _by_name(folders: Sequence[Folder]) -> Iterator[tuple[str, list[tuple[str, Page | Problem]]]]:
    """The pages of one name, each with the label of its folder, name by name; no folder is read further than that."""
    merged = heapq.merge(*(_named(folder, number) for number, folder in enumerate(folders)), key=itemgetter(0, 1))
    for name, found in groupby(merged, key=itemgetter(0)):
        yield name, [(label, page) for _, _, label, page in found]


class _Pivot:
    """One run: takes the pages name by name, then writes the memories and the record."""

    def __init__(
        self,
        staging: Staging,
        pairs: Sequence[tuple[str, str]] | None,
        rules: Rules,
        told: Callable[[Problem], None] | None,
    ) -> None:
        self.staging = staging
        self.pairs = pairs
        self.rules = rules
        self.told = told
        self.pages = self.units = self.problem_count = 0
        self.source_locale = "en-US"
        """That of the first page; all have the same."""
        self.members: list[Member] = []
        self.memories: dict[tuple[str, str], Memory] = {}
        self.problems = staging.binary("problems.jsonl")

    def take(self, name: str, found: Iterable[tuple[str, Page | Problem]]) -> None:
        """Take the pages of one name, each with the label of its folder."""
        sheets: dict[str, Sheet] = {}
        for label, page in found:
            for problem in problems_of(page):
                self._problem(msgspec.structs.replace(problem, page=f"{label}/{problem.page}"))
            if isinstance(page, Page):
                self._page(page, sheets)
        joined = join_sheets(dict(sorted(sheets.items())))
        for locale, sheet in joined.sheets.items():
            origin = sheet.page.origin
            self.members.append(Member(name, locale, sheet.page.texts.ids, joined.outcomes[locale]))
            self._memory(self.source_locale, locale).add(joined.with_source(locale), origin)
        pairs = combinations(joined.sheets, 2) if self.pairs is None else self.pairs
        for source, target in pairs:
            if source in joined.sheets and target in joined.sheets:
                self._memory(source, target).add(joined.pair(source, target), joined.origin(source, target))

    def _problem(self, problem: Problem) -> None:
        self.problem_count += 1
        if self.told is not None:
            self.told(problem)
        self.problems.write(jsonl.encode(problem))

    def _page(self, page: Page, sheets: dict[str, Sheet]) -> None:
        """Put a page among those of its name, or down as one that cannot be joined."""
        ids, locale = page.texts.ids, page.origin.target_locale
        if not self.pages:
            self.source_locale = page.origin.source_locale
        self.pages += 1
        self.units += len(ids)
        if locale is None:
            self.members.append(Member(page.name, "und", ids, {}, "no-locale"))
        elif locale == page.origin.source_locale:
            self.members.append(Member(page.name, locale, ids, {}, "source-locale"))
        elif locale in sheets:
            self.members.append(Member(page.name, locale, ids, {}, "repeated-page"))
        else:
            sheets[locale] = sheet_of(page)

    def _memory(self, source_locale: str, target_locale: str) -> Memory:
        pair = source_locale, target_locale
        if pair not in self.memories:
            self.memories[pair] = Memory(*pair, self.rules)
        return self.memories[pair]

    def _locales(self) -> list[str]:
        """The locales that there are to join.

        Raises
        ------
        OptionError
            There is one only, or a pair names another.
        """
        locales = sorted({member.locale for member in self.members if member.reason is None})
        if len(locales) == 1 and self.units:
            raise OptionError(f"all pages are in {locales[0]}", cure="give pages of two locales or more")
        for locale in (locale for pair in self.pairs or () for locale in pair):
            if locale not in locales:
                raise OptionError(f"--pairs: no page is in {locale}", cure=f"there are {', '.join(locales) or 'none'}")
        return locales

    def finish(self, formats: Iterable[Format]) -> PivotReport:
        """Write what needs all pages."""
        locales = self._locales()
        pairs = list(combinations(locales, 2)) if self.pairs is None else self.pairs
        either_way = sorted({(min(pair), max(pair)) for pair in pairs})
        wanted = set(formats)
        files: list[FileReport] = []
        decisions = self.staging.binary("decisions.jsonl")
        jsonl.write(decisions, not_joined(self.members, either_way))
        for source, target in pairs:
            for form in (form for form in FORMATS if form in wanted):
                file, made = write_memory(self.staging, self._memory(source, target), form)
                files.append(file)
                jsonl.write(decisions, made)
        with_source = [self._memory(self.source_locale, locale) for locale in locales]
        for file, made in write_multilingual(self.staging, with_source, self.source_locale):
            files.append(file)
            jsonl.write(decisions, made)
        files.sort(key=lambda file: (file.path, file.target_locale))
        counted = [pair_report(self.members, pair) for pair in either_way]
        report = PivotReport(self.pages, self.units, self.problem_count, locale_reports(self.members), counted, files)
        text = json.dumps(msgspec.to_builtins(report), ensure_ascii=False, indent=2)
        self.staging.text("report.json").write(text + "\n")
        return report


def pivot_pages(
    folders: Sequence[Folder],
    out: Path,
    *,
    formats: Iterable[Format] = ("tmx",),
    pairs: Sequence[tuple[str, str]] | None = None,
    rules: Rules | None = None,
    told: Callable[[Problem], None] | None = None,
) -> PivotReport:
    """Join the pages of several locales, and write the memories and the record of every unit into a folder.

    Holds the pages of one name at a time, and one record per distinct pair of texts and per unit. All files appear
    together when everything is written; an error leaves the folder as it was.

    Parameters
    ----------
    folders : a page belongs to the locale that it names, whatever its folder; of two pages of one name and locale that of
        the earlier folder counts. All pages have one source locale.
    out : folder, made if need be; other files in it are left alone.
    formats : of :data:`align.pivot.FORMATS`, for the memories of two locales.
    pairs : source and target locale of these, BCP 47; None takes any two locales once, the first by code points as source.
    rules : what is kept; of several targets of a source one is, and ``split`` does what ``keep`` does.
    told : called with every problem, as it is found.

    Raises
    ------
    OptionError
        All pages are in one locale, or a pair names a locale that no page is in.
    OutputError
        Something cannot be written.
    """
    with Staging(out) as staging:
        pivot = _Pivot(staging, pairs, msgspec.structs.replace(rules or Rules(), variants="best"), told)
        for name, found in _by_name(folders):
            pivot.take(name, found)
        return pivot.finish(formats)
