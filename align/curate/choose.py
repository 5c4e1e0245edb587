"""Decide which of the pairs collected a file gets, and what becomes of the units of the others."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator
from itertools import compress, repeat
from operator import attrgetter, floordiv, itemgetter

import msgspec

from align.curate.collect import CHANGED, PAGES_NAMED, TYPES, UNITS_A_PAGE, Collector, Pair, preference
from align.curate.rules import Rules
from align.formats.entry import Entry, digest
from align.model import kind_of

__all__ = ["Chosen", "Selection", "select", "with_blocks"]


#: A pair in the file: the number of the unit by which its source is placed there, the pair, and whether it is the best
#: of its source. A plain tuple, for the garbage collector passes over those by the hundred thousand.
Chosen = tuple[int, Pair, bool]
_NUMBER: Callable[[Chosen], int] = itemgetter(0)


class Selection(msgspec.Struct, frozen=True):
    """What one file gets."""

    rules: Rules
    """What was asked for."""
    chosen: list[Chosen]
    """The pairs in the file, in the order of their places; of several targets of a source the best last."""
    fates: dict[int, tuple[Pair, str]]
    """By ``id()`` of a pair of the collector: the pair it is part of in this file, and ``duplicate`` where that is in
    the file, ``variant`` where it is not; one that :meth:`without` left out is dropped. A pair that is in the file as it
    is has no entry."""

    def entries(self) -> Iterator[Entry]:
        """What goes into the file."""
        for _, pair, best in self.chosen:
            yield self.entry(pair, best=best)

    def entry(self, pair: Pair, *, best: bool) -> Entry:
        """The entry of a pair chosen."""
        rules, origin, kind = self.rules, pair.origin, TYPES[pair.rank]
        source_locale, target_locale = origin.source_locale, origin.target_locale or "und"
        if rules.codes:
            source_locale, target_locale = rules.code(source_locale), rules.code(target_locale)
        return Entry(
            pair.source,
            pair.target,
            source_locale,
            target_locale,
            pair.id,
            origin,
            tuple(pair.pages),
            kind,
            rules.mt == "fuzzy" and kind != "HT",
            None if best else "variant " + digest(source_locale, target_locale, pair.source, pair.target)[:8],
            "paragraph" if pair.block else kind_of(pair.id),
            self._labels(pair) if pair.labels else (),
        )

    @staticmethod
    def _labels(pair: Pair) -> tuple[str, ...]:
        """The reference definitions that the texts use."""
        if "[" not in pair.source and "[" not in pair.target:
            return ()
        from align.inline import labels_used

        known = frozenset(pair.labels)
        return tuple(sorted({*labels_used(pair.source, known), *labels_used(pair.target, known)}))

    def without(self, left_out: Callable[[Entry], bool], reason: str) -> Selection:
        """The selection without entries that the format has no place for.

        Parameters
        ----------
        left_out : whether there is no place for an entry.
        reason : word of :data:`DROP_REASONS`, for the units of such entries.
        """
        gone = [pair for _, pair, best in self.chosen if left_out(self.entry(pair, best=best))]
        if not gone:
            return self
        dropped = {id(pair): msgspec.structs.replace(pair, dropped=reason) for pair in gone}
        fates = {key: (dropped.get(id(home), home), why) for key, (home, why) in self.fates.items()}
        fates |= {key: (pair, reason) for key, pair in dropped.items()}
        chosen = [item for item in self.chosen if id(item[1]) not in dropped]
        return msgspec.structs.replace(self, chosen=chosen, fates=fates)

    @property
    def pairs(self) -> Iterator[Pair]:
        """The pairs in the file, in their order."""
        return map(itemgetter(1), self.chosen)

    @property
    def pages(self) -> Iterator[int]:
        """The number of the page that places each pair in the file."""
        return map(floordiv, map(_NUMBER, self.chosen), repeat(UNITS_A_PAGE))

    def part(self, pages: Collection[int]) -> Selection:
        """The selection, with those pairs only that units of pages with these numbers place; fates stay those of all."""
        chosen = list(compress(self.chosen, map(pages.__contains__, self.pages)))
        return msgspec.structs.replace(self, chosen=chosen)

    @property
    def newest(self) -> str | None:
        """Newest hand-off in the file, ``YYYY-MM-DD``."""
        return max(set(map(attrgetter("handoff"), self.pairs)), default="") or None

    @property
    def licences(self) -> frozenset[str]:
        """Licences of the texts in the file."""
        origins = {id(origin): origin for origin in map(attrgetter("origin"), self.pairs)}
        return frozenset(filter(None, {origin.licence for origin in origins.values()}))

    def outcome(self, pair: Pair, number: int) -> tuple[str, tuple[str, ...]]:
        """What becomes of the unit with this number, which has the texts of this pair, and why.

        ``dropped``, ``merged``, ``changed``; or ``exported`` without a reason.
        """
        if pair.dropped is not None:
            return "dropped", (pair.dropped,)
        home, reason = self.fate(pair)
        if home.dropped is not None:
            return "dropped", (home.dropped,)
        if home.number != number or reason == "variant":
            return "merged", (reason,)
        return ("changed", home.changes) if home.changes else ("exported", ())

    def fate(self, pair: Pair) -> tuple[Pair, str]:
        """The pair that this one is part of in the file, and why its units are merged when they do not stand for it."""
        return self.fates.get(id(pair)) or (pair, "duplicate")


def _merged(one: Pair, other: Pair) -> Pair:
    """Two pairs with the same texts as one; the better, then the earlier unit stands for it."""
    best = min(one, other, key=lambda pair: (pair.rank, pair.number))
    pages = sorted({*one.pages, *other.pages})[:PAGES_NAMED]
    newest, count = max(one.handoff, other.handoff), one.count + other.count
    return msgspec.structs.replace(best, handoff=newest, count=count, pages=pages, former=CHANGED, slot=-1)


def _folds(pairs: list[Pair], fold: Callable[[str], str]) -> dict[tuple[str, str], list[Pair]]:
    """The pairs of which folding changes the texts, by folded texts."""
    folded: dict[tuple[str, str], list[Pair]] = {}
    for pair in [pair for pair in pairs if "\n" in pair.source or "\n" in pair.target]:
        texts = fold(pair.source), fold(pair.target)
        if texts != (pair.source, pair.target):
            folded.setdefault(texts, []).append(pair)
    return folded


def _fold(pairs: list[Pair], folded: dict[tuple[str, str], list[Pair]]) -> tuple[list[Pair], dict[int, tuple[Pair, Pair]]]:
    """The pairs with those in place that have their texts folded; those with the same texts as one.

    Returns also each pair replaced and its replacement, by ``id()`` of the first, which the value keeps alive.
    """
    gone = {id(pair) for members in folded.values() for pair in members}
    alike = {(pair.source, pair.target): pair for pair in pairs if id(pair) not in gone}
    replaced: dict[int, tuple[Pair, Pair]] = {}
    wholes = []
    for texts, members in folded.items():
        same = [alike[texts]] if texts in alike else []
        whole = functools.reduce(_merged, same + [_with_texts(pair, *texts) for pair in members])
        replaced |= {id(pair): (pair, whole) for pair in same + members}
        wholes.append(whole)
    return [*(pair for pair in pairs if id(pair) not in replaced), *wholes], replaced


def _with_texts(pair: Pair, source: str, target: str) -> Pair:
    changes = tuple(sorted((*pair.changes, "soft-line-breaks")))
    return msgspec.structs.replace(pair, source=source, target=target, changes=changes, former=CHANGED, slot=-1)


def select(collector: Collector, *, fold: Callable[[str], str] | None = None) -> Selection:
    """Decide what a file gets of the units collected. Holds all pairs, as the collector does.

    Parameters
    ----------
    fold : a format's own change to texts with line breaks (:func:`align.formats.po.joined_lines`); what it makes alike
        is merged.
    """
    folded = {} if fold is None else _folds(collector.pairs, fold)
    # All pairs but these are alone with their source, before and after.
    sources = {pair.source for members in folded.values() for pair in members}
    sources |= {source for source, _ in folded} | collector.repeated
    chosen: list[Chosen] = []
    others: list[Pair] = []
    for pair in collector.pairs:
        if pair.source in sources:
            others.append(pair)
        else:
            chosen.append((pair.number, pair, True))
    others, replaced = _fold(others, folded)
    among, fates = _preferred(others, every=collector.rules.variants == "all")
    chosen += among
    chosen.sort(key=_NUMBER)  # hardly anything to do; several targets of a source keep their order
    for key, (_, pair) in replaced.items():
        fates[key] = fates.get(id(pair), (pair, "duplicate"))
    return Selection(collector.rules, chosen, fates)


def _preferred(pairs: list[Pair], *, every: bool) -> tuple[list[Chosen], dict[int, tuple[Pair, str]]]:
    """The best target of each source, with ``every`` behind all others of the source; and the fates of the others."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair.source, []).append(pair)
    chosen: list[Chosen] = []
    fates: dict[int, tuple[Pair, str]] = {}
    for group in groups.values():
        group.sort(key=preference)
        best = group[0]
        if every:
            chosen += [(best.number, pair, pair is best) for pair in reversed(group)]
        else:
            chosen.append((best.number, best, True))
            fates |= {id(pair): (pair, "variant") for pair in group[1:]}
    return chosen, fates


def with_blocks(sentences: Selection, blocks: Selection) -> Selection:
    """One selection of both, a block before its first sentence; a block whose source is a sentence's is left out."""
    sources = {pair.source for _, pair, _ in blocks.chosen}  # those of the fewer, for all that is asked of them
    sources.intersection_update([pair.source for _, pair, _ in sentences.chosen])
    wanted = [item for item in blocks.chosen if item[1].source not in sources]
    chosen = sorted([*wanted, *sentences.chosen], key=_NUMBER)  # both are sorted, and stay so among themselves
    return Selection(sentences.rules, chosen, sentences.fates | blocks.fates)
