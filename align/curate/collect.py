"""Take units as they are read, and keep one small record per distinct pair of texts."""

from __future__ import annotations

from typing import Literal

import msgspec

from align.legal import without_illegal
from align.model import Origin, TranslationType
from align.pages import Texts, has_no_text

__all__ = [
    "CHANGES",
    "DROP_REASONS",
    "MERGE_REASONS",
    "PAGES_NAMED",
    "TYPES",
    "Collector",
    "MtPolicy",
    "Pair",
    "Rules",
    "preference",
]

MtPolicy = Literal["keep", "fuzzy", "skip", "split"]

#: Why a unit is in no file.
DROP_REASONS = {
    "empty-source": "the source is empty or white space",
    "empty-target": "the target is empty or white space",
    "no-text": "the source holds tags and white space only",
    "identical": "source and target are the same (--drop-identical)",
    "machine-translated": "the unit is machine translated, or nothing says that it is not (--mt skip)",
    "no-locale": "the page names no locale, and its neighbours do not tell",
}
#: Why a unit is in a file by another one.
MERGE_REASONS = {
    "duplicate": "another unit with the same source and target stands for it",
    "variant": "another target of the same source is preferred: human first, then most frequent, then newest",
}
#: What is done to the texts of a unit that is exported.
CHANGES = {
    "outer-white-space": "white space around the segment was trimmed",
    "line-ends": "CR LF or CR inside the segment became LF",
    "illegal-characters": "characters that XML 1.0 does not allow were left out",
    "soft-line-breaks": "soft line breaks were joined with one space (PO)",
}
_RANKS: dict[TranslationType | None, int] = {"HT": 0, None: 1, "MT": 2}
TYPES: tuple[TranslationType | None, ...] = ("HT", None, "MT")
PAGES_NAMED = 10


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What an export keeps."""

    mt: MtPolicy = "keep"
    """Machine translation: keep it, mark it fuzzy (PO), skip it, or write it to a file of its own (the caller's part)."""
    variants: Literal["best", "all"] = "best"
    """One target per source, or all of them."""
    drop_identical: bool = False
    """Whether units whose target is their source are dropped."""


class Pair(msgspec.Struct, eq=False, gc=False):
    """A distinct source and target, and what is known of the units that have them."""

    source: str
    target: str
    id: str
    """Id of the unit that stands for all: the first one of the best translation type."""
    origin: Origin
    """Where that unit stands."""
    number: int
    """Its running number among the units taken."""
    changes: tuple[str, ...]
    """What was done to that unit's texts: words of :data:`CHANGES`, sorted."""
    rank: int
    """Best translation type met: 0 human, 1 unknown, 2 machine."""
    handoff: str
    """Newest hand-off met, ``YYYY-MM-DD``; empty when none is known."""
    count: int
    """Units that have these texts."""
    pages: list[str]
    """The first pages it stands on, in the order read."""


def _cleaned(text: str, changes: set[str]) -> str:
    """The text as memories take it; what was done is added to ``changes``."""
    legal = without_illegal(text)
    if legal != text:
        changes.add("illegal-characters")
    if "\r" in legal:
        changes.add("line-ends")
        legal = legal.replace("\r\n", "\n").replace("\r", "\n")
    trimmed = legal.strip()
    if trimmed != legal:
        changes.add("outer-white-space")
    return trimmed


def _both_cleaned(texts: Texts, index: int) -> tuple[str, str, tuple[str, ...]]:
    """Source and target as memories take them, and what was done to them."""
    source, target = texts.sources[index], texts.targets[index]
    if source.isprintable() and target.isprintable() and source == source.strip() and target == target.strip():
        return source, target, ()  # nothing that is printable is illegal, or a line end
    changes: set[str] = set()
    return _cleaned(source, changes), _cleaned(target, changes), tuple(sorted(changes))


def _drop_reason(source: str, target: str, rules: Rules) -> str | None:
    """Why a unit with these texts, cleaned, is in no memory; None when it may be."""
    if not source:
        return "empty-source"
    if source[0] == "<" and has_no_text(source):
        return "no-text"
    if not target:
        return "empty-target"
    if rules.drop_identical and source == target:
        return "identical"
    return None


class Collector:
    """Takes pages in their order and keeps one :class:`Pair` per distinct source and target."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.count = 0
        """Units taken."""
        self._pairs: dict[tuple[str, str], Pair] = {}
        # What became of each pair of texts as they stand on the page: the pair, or why there is none.
        self._known: dict[tuple[str, str], Pair | str] = {}
        self._groups: tuple[int, dict[str, list[Pair]]] = (0, {})

    def add(self, texts: Texts, origin: Origin) -> list[Pair | str]:
        """Take the units of a page; returns for each the pair it belongs to, or the reason for which it is dropped."""
        if self.rules.mt == "skip" and origin.translation_type != "HT":
            self.count += len(texts.ids)
            return ["machine-translated"] * len(texts.ids)
        results: list[Pair | str] = []
        known, page, handoff = self._known, origin.page, origin.handoff or ""
        rank = _RANKS[origin.translation_type]
        for index, raw in enumerate(zip(texts.sources, texts.targets, strict=True)):
            found = known.get(raw)
            if found is None:
                found = known[raw] = self._taken(texts, index, origin)
            elif isinstance(found, Pair):
                if rank < found.rank:
                    self._replace(found, texts, index, origin)
                found.count += 1
                if handoff > found.handoff:
                    found.handoff = handoff
                if len(found.pages) < PAGES_NAMED and found.pages[-1] != page:
                    found.pages.append(page)
            results.append(found)
        self.count += len(results)
        return results

    def _replace(self, pair: Pair, texts: Texts, index: int, origin: Origin) -> None:
        """Let a unit of a better translation type stand for the pair."""
        pair.rank = _RANKS[origin.translation_type]
        pair.id, pair.origin, pair.number = texts.ids[index], origin, self.count + index + 1
        pair.changes = _both_cleaned(texts, index)[2]

    def _taken(self, texts: Texts, index: int, origin: Origin) -> Pair | str:
        """Take a unit whose texts have not been met as they stand."""
        source, target, changes = _both_cleaned(texts, index)
        reason = _drop_reason(source, target, self.rules)
        if reason is not None:
            return reason
        rank, handoff, page = _RANKS[origin.translation_type], origin.handoff or "", origin.page
        pair = self._pairs.get((source, target))
        if pair is None:
            pair = Pair(source, target, texts.ids[index], origin, self.count + index + 1, changes, rank, handoff, 1, [page])
            self._pairs[source, target] = pair
            return pair
        if rank < pair.rank:
            self._replace(pair, texts, index, origin)
        pair.count += 1
        pair.handoff = max(pair.handoff, handoff)
        if len(pair.pages) < PAGES_NAMED and pair.pages[-1] != page:
            pair.pages.append(page)
        return pair

    def by_source(self) -> dict[str, list[Pair]]:
        """The pairs by source, the best target of each first; sources in the order in which they were met."""
        if self._groups[0] == self.count:
            return dict(self._groups[1])
        groups: dict[str, list[Pair]] = {}
        for pair in self._pairs.values():
            group = groups.get(pair.source)
            if group is None:
                groups[pair.source] = [pair]
            else:
                group.append(pair)
        for group in groups.values():
            if len(group) > 1:
                group.sort(key=preference)
        self._groups = (self.count, groups)
        return dict(groups)


def preference(pair: Pair) -> tuple[int, int, int, str]:
    """Sorts the best target of a source first: human, then most frequent, then newest, then by code points."""
    return (pair.rank, -pair.count, -int(pair.handoff.replace("-", "") or 0), pair.target)
