"""Find the wrappers of rendered HTML: target and source are paired by id, and need not stand side by side.

The site's own script looks ids up, so the k-th ``data-ttu-id`` of an id goes with the k-th ``data-stu-id`` of that id.
Attributes may come in any order, between any quotes. Offsets are into the raw text; no parser rewrites it.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import NamedTuple

from align.pages.spans import MARKER, Damage, Wrapper, source_end

__all__ = ["find_paired"]

# Possessive, and stopped by the next "<": no input makes it look at a character twice.
_SPAN_TAG = re.compile(r"<span\b(?>(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*)>", re.IGNORECASE)
_IDENT = re.compile(r"\sdata-([ts])tu-id=([\"']?)([0-9a-f]{5}-p?[0-9]{3,})\2(?=[\s/>])")
_LOOKUP = re.compile(r"</span>\s*<span\s[^<>]*\bsxs-lookup\b[^<>]*>\s*\Z", re.IGNORECASE)
_LOOKUP_TAG = re.compile(r"<span\s[^<>]*\bsxs-lookup\b[^<>]*>\s*\Z", re.IGNORECASE)
_LOOKUP_LENGTH = 200
_SPAN = re.compile(r"<span\b|</span\s*+>", re.IGNORECASE)
_CLOSER = "</span>"


class _Tag(NamedTuple):
    """A span's opening tag that bears an id."""

    start: int
    end: int
    side: str
    """``t`` for the target's, ``s`` for the source's."""
    ident: str
    marker: int
    """Offset of ``data-ttu-id=`` or ``data-stu-id=``."""


def _tags(text: str) -> Iterator[_Tag]:
    for tag in _SPAN_TAG.finditer(text):
        found = _IDENT.search(text, tag.start(), tag.end())
        if found is not None:
            yield _Tag(tag.start(), tag.end(), found[1], found[3], found.start() + 1)


def _element_end(text: str, start: int, stop: int) -> tuple[int, int] | None:
    """Begin and end of the ``</span>`` that closes a span whose content begins at ``start``; None: none before ``stop`` does.

    White space may stand in it (HTML, 13.1.2.2); one that is cut off before its ``>`` closes nothing.
    """
    depth = 1
    for tag in _SPAN.finditer(text, start, stop):
        depth += -1 if text[tag.start() + 1] == "/" else 1
        if depth == 0:
            return tag.span()
    return None


def _lookup_start(text: str, floor: int, stop: int) -> int:
    """Where the ``sxs-lookup`` tag that ends at ``stop`` begins, or -1."""
    window = max(floor, stop - _LOOKUP_LENGTH)
    found = _LOOKUP_TAG.search(text, window, stop)
    return -1 if found is None else found.start()


def _beside(text: str, target: _Tag, source: _Tag, stop: int) -> Wrapper | None:
    """The unit whose source's span directly follows its target's; None when something stands between them."""
    window = max(target.end, source.start - _LOOKUP_LENGTH)
    between = _LOOKUP.search(text, window, source.start)
    if between is None:
        return None
    balance = text.count("<span", target.end, between.start()) - text.count(_CLOSER, target.end, between.start())
    end = source_end(text, source.end, stop, balance)
    if end < 0:
        return None
    return Wrapper(target.ident, target.start, end + 2 * len(_CLOSER), (target.end, between.start()), (source.end, end))


def _apart(text: str, target: _Tag, source: _Tag, stops: tuple[int, int]) -> Wrapper | Damage:
    """The unit whose spans stand apart; each ends where its element does."""
    ident = target.ident
    target_end = _element_end(text, target.end, stops[0])
    if target_end is None:
        return Damage("unclosed-target", target.start, f"the target of {ident} is not closed; mend the page")
    end = _element_end(text, source.end, stops[1])
    if end is None:
        return Damage("unclosed-source", target.start, f"the source of {ident} is not closed; mend the page")
    part = (source.start, end[1])
    lookup = _lookup_start(text, 0, source.start)
    if lookup >= 0 and text.startswith(_CLOSER, part[1]):
        part = (lookup, part[1] + len(_CLOSER))
    return Wrapper(
        ident,
        target.start,
        target_end[1],
        (target.end, target_end[0]),
        (source.end, end[0]),
        source_part=part,
    )


def _stray(text: str, tags: list[_Tag]) -> Iterator[Damage]:
    """The markers that stand in none of the targets' tags."""
    inside = {tag.marker for tag in tags if tag.side == "t"}
    marker = text.find(MARKER)
    while marker >= 0:
        if marker not in inside:
            yield Damage("malformed-wrapper", marker, "the tag around data-ttu-id= is damaged; mend the page")
        marker = text.find(MARKER, marker + 1)


def find_paired(text: str) -> Iterator[Wrapper | Damage]:
    """Every marker of an HTML text, as the unit it opens or as damage; in no particular order."""
    tags = list(_tags(text))
    starts = [tag.start for tag in tags]
    stops = dict(zip(starts, [*starts[1:], len(text)], strict=False))
    sources: defaultdict[str, deque[_Tag]] = defaultdict(deque)
    for tag in tags:
        if tag.side == "s":
            sources[tag.ident].append(tag)
    yield from _stray(text, tags)
    for tag in tags:
        if tag.side == "s":
            continue
        if not sources[tag.ident]:
            yield Damage("missing-source", tag.start, f"no source has the id of {tag.ident}; mend the page")
            continue
        source = sources[tag.ident].popleft()
        source_stop = stops[source.start]
        beside = _beside(text, tag, source, source_stop) if stops[tag.start] == source.start else None
        yield beside or _apart(text, tag, source, (stops[tag.start], source_stop))
