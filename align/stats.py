"""Count what is in bilingual pages: units, who translated them, duplicates, words, problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from align.corpus import problems_of
from align.model import Problem
from align.pages import Page

__all__ = ["LocaleStats", "Stats", "collect_stats"]


class LocaleStats(msgspec.Struct):
    """What the pages of one target locale hold."""

    pages: int = 0
    """Pages with at least one unit."""
    units: int = 0
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
    problems: dict[str, int]
    """Problems by rule."""
    locales: dict[str, LocaleStats]
    """By target locale; ``und`` for pages that name none and whose neighbours do not tell."""

    def as_dict(self) -> dict[str, Any]:
        """The object that ``align-tm stats --json`` prints."""
        return dict(msgspec.to_builtins(self))


def _add(stats: LocaleStats, page: Page, seen: set[int]) -> None:
    texts = page.texts
    count = len(texts.ids)
    stats.pages += 1
    stats.units += count
    kind = page.origin.translation_type or "unknown"
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


def collect_stats(pages: Iterable[Page | Problem]) -> Stats:
    """Count what the pages hold; memory grows with the distinct units, 32 bytes and a little each."""
    problems: Counter[str] = Counter()
    locales: dict[str, LocaleStats] = {}
    seen: dict[str, set[int]] = {}
    read = 0
    for page in pages:
        if isinstance(page, Problem):
            problems[page.rule] += 1
            continue
        read += 1
        problems.update(problem.rule for problem in problems_of(page))
        if page.texts.ids:
            locale = page.origin.target_locale or "und"
            _add(locales.setdefault(locale, LocaleStats()), page, seen.setdefault(locale, set()))
    units = sum(one.units for one in locales.values())
    return Stats(read, units, dict(sorted(problems.items())), dict(sorted(locales.items())))
