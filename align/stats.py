"""Count what is in bilingual pages: units, who translated them, duplicates, words, problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from align.corpus import problems_of
from align.model import Origin, Problem
from align.pages import Page, Texts

__all__ = ["LocaleStats", "Stats", "collect_stats", "stats_of"]


# What a notebook shows of a locale.
_SHOWN = ("pages", "units", "HT", "MT", "unknown", "duplicates", "identical", "source_words", "target_words")


class LocaleStats(msgspec.Struct):
    """What the pages of one target locale hold."""

    pages: int = 0
    """Pages with at least one unit."""
    units: int = 0
    """Units on them."""
    HT: int = 0
    """Units translated or post-edited by people."""
    MT: int = 0
    """Units translated by machine."""
    unknown: int = 0
    """Units of pages that do not say."""
    paragraphs: int = 0
    """Units of two or more sentences (``pNNN`` ids)."""
    duplicates: int = 0
    """Units whose source and target both occurred before in this locale."""
    identical: int = 0
    """Units whose target is their source."""
    source_words: int = 0
    """Runs of characters between white space, in all sources."""
    target_words: int = 0
    """The same in all targets; says little for scripts without spaces, such as Thai or Chinese."""
    source_characters: int = 0
    """Code points."""
    target_characters: int = 0
    """Code points."""


class Stats(msgspec.Struct):
    """What a set of pages holds."""

    pages: int
    """Pages read, with or without units."""
    units: int
    """Units found."""
    problems: dict[str, int]
    """Problems by rule."""
    locales: dict[str, LocaleStats]
    """By target locale; ``und`` for pages that name none and whose neighbours do not tell."""

    def as_dict(self) -> dict[str, Any]:
        """The object that ``align-tm stats --json`` prints."""
        return dict(msgspec.to_builtins(self))

    def _repr_html_(self) -> str:
        """A table with a row per locale, for notebooks."""
        from align.display import table_view  # only where something is shown

        columns = ("locale", *_SHOWN)
        rows = [(locale, *(getattr(one, name) for name in _SHOWN)) for locale, one in self.locales.items()]
        found = [f"{rule} ({count:,})" for rule, count in self.problems.items()]
        title = f"{self.pages:,} pages, {self.units:,} units; problems: {', '.join(found) or 'none'}"
        return table_view([name.replace("_", " ") for name in columns], rows, title=title)


def _add(stats: LocaleStats, texts: Texts, origin: Origin, seen: set[int]) -> None:
    count = len(texts.ids)
    stats.units += count
    kind = origin.translation_type or "unknown"
    setattr(stats, kind, getattr(stats, kind) + count)
    stats.paragraphs += sum(ident[6:7] == "p" for ident in texts.ids)
    for source, target in zip(texts.sources, texts.targets, strict=True):
        key = hash((source, target))
        stats.duplicates += key in seen
        seen.add(key)
        stats.identical += source == target
        stats.source_words += len(source.split())
        stats.target_words += len(target.split())
        stats.source_characters += len(source)
        stats.target_characters += len(target)


class _Counts:
    """The counts by locale, as units come in."""

    def __init__(self) -> None:
        self._locales: dict[str, LocaleStats] = {}
        self._seen: dict[str, set[int]] = {}
        self._pages: dict[str, set[str]] = {}

    def take(self, texts: Texts, origin: Origin) -> None:
        """Count units of one page."""
        locale = origin.target_locale or "und"
        _add(self._locales.setdefault(locale, LocaleStats()), texts, origin, self._seen.setdefault(locale, set()))
        self._pages.setdefault(locale, set()).add(origin.page)

    def stats(self, pages: int, problems: Counter[str]) -> Stats:
        """What was counted."""
        for locale, names in self._pages.items():
            self._locales[locale].pages = len(names)
        units = sum(one.units for one in self._locales.values())
        return Stats(pages, units, dict(sorted(problems.items())), dict(sorted(self._locales.items())))


def collect_stats(pages: Iterable[Page | Problem]) -> Stats:
    """Count what the pages hold; memory grows with the distinct units, 32 bytes and a little each, and with the pages."""
    problems: Counter[str] = Counter()
    counts = _Counts()
    read = 0
    for page in pages:
        problems.update(problem.rule for problem in problems_of(page))
        if isinstance(page, Problem):
            continue
        read += 1
        if page.texts.ids:
            counts.take(page.texts, page.origin)
    return counts.stats(read, problems)


def stats_of(parts: Iterable[tuple[Texts, Origin]], *, problems: Iterable[Problem], pages: int) -> Stats:
    """Count units that are at hand; a page may come in several parts.

    Parameters
    ----------
    parts : texts of units of one page, and where they stand.
    problems : everything that was found wrong.
    pages : pages read, with or without units.
    """
    counts = _Counts()
    for texts, origin in parts:
        counts.take(texts, origin)
    return counts.stats(pages, Counter(problem.rule for problem in problems))
