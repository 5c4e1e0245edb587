"""The units of a page as columns, one list per field, until someone asks for the units themselves.

Columns keep the common case in C: a page without damage is cut by one expression, and no unit is looked at twice. An
export needs texts only; where the units stand (:class:`Located`) is worked out when units are asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import accumulate, chain, repeat
from typing import NamedTuple

from align.model import Origin, Unit
from align.pages.flags import is_front_matter_text, text_flags
from align.pages.layout import Layout
from align.pages.repair import decode_scalar
from align.pages.spans import MARKER, is_plain, split
from align.pages.trace import Places, trace

__all__ = [
    "Columns",
    "Gaps",
    "Located",
    "Texts",
    "build_units",
    "careful_columns",
    "flag_repeated",
    "line_numbers",
    "plain_columns",
]


_MARKER = MARKER.encode()


class Texts(NamedTuple):
    """What the wrappers alone say; all lists have one entry per unit, in the order of the page."""

    ids: Sequence[str]
    """Ids of the units."""
    sources: Sequence[str]
    """Native texts, not trimmed."""
    targets: Sequence[str]
    """Native texts, not trimmed."""


class Located(NamedTuple):
    """Where the units stand, and what their texts show; all lists have one entry per unit."""

    lines: Sequence[int]
    """Line of each wrapper's ``<``, from 1."""
    places: Places
    """What each unit stands in."""
    flags: list[tuple[str, ...]]
    """Flags that the texts and the wrappers decide."""


class Gaps(NamedTuple):
    """The text around the units; each list has one entry more than the units it is about, but for an empty ``front``."""

    front: Sequence[str]
    """Before, between and behind the units in the front matter; empty when there are none."""
    body: Sequence[str]
    """Before, between and behind the others, front matter left out."""


class Columns(NamedTuple):
    """A page's units."""

    texts: Texts
    """Their ids and texts."""
    gaps: Callable[[], Gaps]
    """Gives the text around the units."""
    locate: Callable[[], Located]
    """Works out where the units stand; doubles the cost of reading."""


def plain_columns(text: str, front: int, data: bytes | None = None) -> Columns | None:
    """The columns of a Markdown page whose front matter ends at ``front``; None when it needs :func:`careful_columns`.

    ``data`` is the text in UTF-8, where it is at hand.
    """
    parts = split(text)
    markers = text.count(MARKER) if data is None else data.count(_MARKER)  # among bytes in two thirds of the time
    if len(parts[0]) < front or not is_plain(parts, markers):
        return None
    ids, targets, sources = parts[1::4], parts[2::4], parts[3::4]
    texts = Texts(ids, sources, targets)
    return Columns(texts, partial(_plain_gaps, parts, front), partial(_locate_plain, texts, parts[0::4], front, data))


def _plain_gaps(parts: list[str], front: int) -> Gaps:
    gaps = parts[0::4]
    gaps[0] = gaps[0][front:]
    return Gaps((), gaps)


def _locate_plain(texts: Texts, gaps: list[str], front: int, data: bytes | None) -> Located:
    ids, sources, targets = texts
    joined = ("\0".join(sources), "\0".join(targets))
    places = trace([gaps[0][front:], *gaps[1:]], sources)
    in_gaps = [gaps[0].count("\n"), *places.feeds[1:]]
    if any("\n" in text for text in joined):
        within = (source.count("\n") + target.count("\n") for source, target in zip(sources, targets, strict=True))
        lines = list(accumulate(chain.from_iterable(zip(in_gaps, within, strict=False)), initial=1))[1::2]
    else:
        lines = list(accumulate(in_gaps, initial=1))[1:]
    flags = text_flags(sources, targets, joined=joined, data=data)
    if len(set(ids)) != len(ids):
        flag_repeated(ids, flags)
    return Located(lines, places, flags)


def line_numbers(text: str, starts: Iterable[int]) -> list[int]:
    """The line of each of these ascending offsets."""
    lines = []
    line, at = 1, 0
    for start in starts:
        line += text.count("\n", at, start)
        at = start
        lines.append(line)
    return lines


def careful_columns(layout: Layout, front: int) -> Columns:
    """The columns of a Markdown page that holds damage, odd quotes, or units in its front matter (ending at ``front``)."""
    text = layout.repaired.text
    ids, sources, targets = [], [], []
    for wrapper in layout.wrappers:
        source, target = text[slice(*wrapper.source)], text[slice(*wrapper.target)]
        ids.append(wrapper.id)
        sources.append(decode_scalar(source) if wrapper.escaped else source)
        targets.append(decode_scalar(target) if wrapper.escaped else target)
    texts = Texts(ids, sources, targets)
    return Columns(texts, partial(_careful_gaps, layout, front), partial(_locate_carefully, layout, front, texts))


def _careful_gaps(layout: Layout, front: int) -> Gaps:
    above = sum(wrapper.start < front for wrapper in layout.wrappers)
    gaps = layout.gaps()
    cut = max(front - (layout.wrappers[above - 1].end if above else 0), 0)
    return Gaps([*gaps[:above], gaps[above][:cut]] if above else (), [gaps[above][cut:], *gaps[above + 1 :]])


def _locate_carefully(layout: Layout, front: int, texts: Texts) -> Located:
    starts = [wrapper.start for wrapper in layout.wrappers]
    above = sum(start < front for start in starts)
    body = trace(_careful_gaps(layout, front).body, texts.sources[above:])
    nowhere: list[str | None] = [None] * above
    places = Places([()] * above + body.contexts, nowhere + body.headings, [()] * above + body.flags, body.feeds)
    flags = text_flags(texts.sources, texts.targets)
    for index, wrapper in enumerate(layout.wrappers):
        if wrapper.start < front:
            flags[index] += ("front-matter",)
        if wrapper.escaped or layout.repaired.touches(wrapper.start, wrapper.end):
            flags[index] += ("repaired-quotes",)
    flag_repeated(texts.ids, flags)
    return Located(line_numbers(layout.repaired.text, starts), places, flags)


def flag_repeated(ids: Sequence[str], flags: list[tuple[str, ...]]) -> None:
    """Flag the units whose id is not theirs alone."""
    counts = Counter(ids)
    for index, ident in enumerate(ids):
        if counts[ident] > 1:
            flags[index] += ("duplicate-id",)


def _all_flags(texts: Texts, located: Located) -> list[tuple[str, ...]]:
    """The flags of texts and places together, sorted."""
    places, flags = located.places, located.flags
    for index, heading in enumerate(places.headings):
        if heading is not None and "heading" not in places.contexts[index]:
            break  # front matter translated as text stands above the first heading
        if is_front_matter_text(texts.sources[index]) and "front-matter" not in flags[index]:
            flags[index] += ("front-matter",)
    if any(places.flags):
        flags = [one + two for one, two in zip(flags, places.flags, strict=True)]
    if max(map(len, flags), default=0) < 2:
        return flags
    return [one if len(one) < 2 else tuple(sorted(one)) for one in flags]


def build_units(columns: Columns, origin: Origin) -> tuple[Unit, ...]:
    """The units of a page out of its columns."""
    texts = columns.texts
    located = columns.locate()
    places = located.places
    flags = _all_flags(texts, located)
    fields = (texts.ids, texts.sources, texts.targets, located.lines, places.headings, places.contexts, flags)
    return tuple(map(Unit, *fields, repeat(origin)))
