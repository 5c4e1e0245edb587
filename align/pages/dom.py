"""Give the wrappers of an HTML or ECMA XML page the places that a parser's tree knows.

The units come from the raw text alone: lxml turns ``&quot;`` into characters and drops CDATA, BeautifulSoup rewrites
``>``, ``&`` and attributes. A wrapper and its element find each other by the k-th use of the id.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple

from align.errors import LocaleError
from align.locales import canonical
from align.model import Container
from align.pages.columns import Columns, Located, Texts, line_numbers
from align.pages.flags import text_flags
from align.pages.front_matter import Metadata, from_values
from align.pages.layout import Layout
from align.pages.sections import Section, section_at, sections
from align.pages.trace import Places, trace

__all__ = ["HEADINGS", "Element", "Tree", "tree_columns", "tree_metadata"]

HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_WORDS = {
    "table": "table",
    "ul": "list",
    "ol": "list",
    "dl": "list",
    "list": "list",
    "blockquote": "quote",
    "a": "link",
    "see": "link",
    "seealso": "link",
} | dict.fromkeys(HEADINGS, "heading")
_INSIDE = ("link",)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARKUP = frozenset('<>&"')


class Element(NamedTuple):
    """One heading, or one target's span, in document order."""

    ident: str | None
    """The value of ``data-ttu-id``; None for a heading."""
    path: tuple[str, ...]
    """Names of the elements around a span, outermost first; empty for a heading."""
    text: str
    """Text of a heading; empty for a span."""


class Tree(NamedTuple):
    """A page in a parser's eyes."""

    metadata: Metadata
    elements: list[Element]


def tree_metadata(values: dict[str, str], lang: str | None) -> Metadata:
    """The metadata out of ``ms.*`` values (without ``ms.``) and the document's language, which says the locale last."""
    found = from_values(values)
    if found.locale is not None or not lang:
        return found
    try:
        return from_values(values | {"contentlocale": canonical(lang)})
    except LocaleError:
        return found


def _decoded(text: str) -> str:
    """HTML text with every character reference decoded but those for the characters that would become markup."""

    def character(reference: re.Match[str]) -> str:
        decoded = html.unescape(reference[0])
        return reference[0] if decoded in _MARKUP else decoded

    return _REFERENCE.sub(character, text) if "&" in text else text


def _context(path: tuple[str, ...]) -> tuple[str, ...]:
    words = [_WORDS[name] for name in path if name in _WORDS]
    return tuple(word for word in words if word not in _INSIDE) + tuple(word for word in words if word in _INSIDE)


def _tree_places(tree: Tree, ids: Sequence[str], sources: Sequence[str]) -> tuple[Places, list[bool]]:
    """Where the units stand that the tree knows, and for each unit whether it knows it."""
    count = len(ids)
    places = Places([()] * count, [None] * count, [()] * count)
    known = [False] * count
    used: Counter[str] = Counter()
    index_of = {}
    for index, ident in enumerate(ids):
        index_of[ident, used[ident]] = index
        used[ident] += 1
    used.clear()
    heading: str | None = None
    heading_is_text = True
    for element in tree.elements:
        if element.ident is None:
            heading, heading_is_text = element.text, True
            continue
        found = index_of.get((element.ident, used[element.ident]))
        used[element.ident] += 1
        if found is None:
            continue
        known[found] = True
        places.contexts[found] = _context(element.path)
        if "heading" in places.contexts[found]:
            heading = sources[found] if heading_is_text else f"{heading} {sources[found]}"
            heading_is_text = False
            places.headings[found] = sources[found]
        else:
            places.headings[found] = heading
        if "pre" in element.path:
            places.flags[found] = ("in-fence",)
    return places, known


def _hidden_places(layout: Layout, sources: Sequence[str], places: Places, hidden: list[tuple[int, Section]]) -> None:
    """Fill in the places of the units that stand in comments (flagged) and in CDATA (which holds Markdown)."""
    text = layout.repaired.text
    for section, group in groupby(hidden, key=lambda one: one[1]):
        indexes = [index for index, _ in group]
        if section.kind == "comment":
            for index in indexes:
                places.flags[index] = ("in-comment",)
            continue
        wrappers = [layout.wrappers[index] for index in indexes]
        ends = [section.start] + [wrapper.end for wrapper in wrappers]
        starts = [wrapper.start for wrapper in wrappers] + [max(section.end, ends[-1])]
        gaps = [text[end:start] for end, start in zip(ends, starts, strict=True)]
        inside = trace(gaps, [sources[index] for index in indexes])
        for index, context, heading, flags in zip(indexes, *inside, strict=True):
            places.contexts[index], places.headings[index], places.flags[index] = context, heading, flags


def tree_columns(tree: Tree, layout: Layout, container: Container) -> Columns:
    """The columns of an HTML or XML page whose wrappers stand as the layout says."""
    text = layout.repaired.text
    ids = [wrapper.id for wrapper in layout.wrappers]
    sources = [text[slice(*wrapper.source)] for wrapper in layout.wrappers]
    targets = [text[slice(*wrapper.target)] for wrapper in layout.wrappers]
    if container == "html":
        sources, targets = list(map(_decoded, sources)), list(map(_decoded, targets))
    texts = Texts(ids, sources, targets)
    return Columns(texts, partial(_locate, tree, layout, texts))


def _locate(tree: Tree, layout: Layout, texts: Texts) -> Located:
    text, sources = layout.repaired.text, texts.sources
    flags = text_flags(text, sources, texts.targets)
    for index, wrapper in enumerate(layout.wrappers):
        if layout.repaired.touches(wrapper.start, wrapper.end):
            flags[index] += ("repaired-quotes",)
    starts = [wrapper.start for wrapper in layout.wrappers]
    places, known = _tree_places(tree, texts.ids, sources)
    if not all(known):
        found = sections(text)
        hidden = [(index, section_at(found, start)) for index, start in enumerate(starts) if not known[index]]
        _hidden_places(layout, sources, places, [(index, section) for index, section in hidden if section])
    return Located(line_numbers(text, starts), places, flags)
