"""Give the wrappers of an HTML or ECMA XML page the places that a parser's tree knows.

The units come from the raw text alone: lxml turns ``&quot;`` into characters and drops CDATA, BeautifulSoup rewrites
``>``, ``&`` and attributes. A wrapper and its element find each other by the k-th use of the id.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict, deque
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple

from align.errors import LocaleError
from align.locales import canonical
from align.model import Container
from align.pages.columns import Columns, Gaps, Located, Texts, flag_repeated, line_numbers
from align.pages.flags import text_flags
from align.pages.front_matter import Metadata, from_values
from align.pages.layout import Layout
from align.pages.sections import Section, section_at, sections
from align.pages.trace import Places, trace

__all__ = ["HEADINGS", "Around", "Element", "Tree", "decoded", "tree_columns", "tree_metadata"]

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
# No page nests deeper; a bound keeps the work linear on any text.
_DEEPEST = 24
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARKUP = frozenset('<>&"')


class Around(NamedTuple):
    """What the elements around a place say; passed down a tree, so that no place has to climb up."""

    words: tuple[str, ...] = ()
    """Words of ``Unit.context``, outermost first."""
    fenced: bool = False
    """Whether a ``pre`` is among them."""

    def within(self, name: str) -> Around:
        """The same inside an element of this name."""
        word = _WORDS.get(name)
        if name == "pre":
            return Around(self.words, True)
        if word is None or len(self.words) >= _DEEPEST:
            return self
        return Around((*self.words, word), self.fenced)

    def context(self) -> tuple[str, ...]:
        """The words, what is inside the line last."""
        outside = tuple(word for word in self.words if word != "link")
        return outside + (("link",) if "link" in self.words else ())


class Element(NamedTuple):
    """One heading, or one target's span, in document order."""

    ident: str | None
    """The value of ``data-ttu-id``; None for a heading."""
    around: Around
    """What is around it."""
    text: str
    """Text of a heading; empty for a span."""


class Tree(NamedTuple):
    """A page in a parser's eyes."""

    metadata: Metadata
    """What it says of its translation."""
    elements: list[Element]
    """Headings and targets' spans, in document order."""


def tree_metadata(values: dict[str, str], lang: str | None) -> Metadata:
    """The metadata out of ``ms.*`` values (without ``ms.``) and the document's language, which says the locale last."""
    found = from_values(values)
    if found.locale is not None or not lang:
        return found
    try:
        return from_values(values | {"contentlocale": canonical(lang)})
    except LocaleError:
        return found


def decoded(text: str) -> str:
    """HTML text with every character reference decoded but those for the characters that would become markup."""

    def character(reference: re.Match[str]) -> str:
        decoded = html.unescape(reference[0])
        return reference[0] if decoded in _MARKUP else decoded

    return _REFERENCE.sub(character, text) if "&" in text else text


def _tree_places(tree: Tree, texts: Texts, shown: list[int]) -> Places:
    """Where the units stand that the parser sees: those with these indexes, found by the k-th use of their ids."""
    count = len(texts.ids)
    places = Places([()] * count, [None] * count, [()] * count)
    waiting: defaultdict[str, deque[int]] = defaultdict(deque)
    for index in shown:
        waiting[texts.ids[index]].append(index)
    heading: str | None = None
    heading_is_text = True
    for element in tree.elements:
        if element.ident is None:
            heading, heading_is_text = element.text, True
            continue
        if not waiting[element.ident]:
            continue
        found = waiting[element.ident].popleft()
        places.contexts[found] = element.around.context()
        if "heading" in places.contexts[found]:
            heading = texts.sources[found] if heading_is_text else f"{heading} {texts.sources[found]}"
            heading_is_text = False
            places.headings[found] = texts.sources[found]
        else:
            places.headings[found] = heading
        if element.around.fenced:
            places.flags[found] = ("in-fence",)
    return places


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
        columns = (inside.contexts, inside.headings, inside.flags)
        for index, context, heading, flags in zip(indexes, *columns, strict=True):
            places.contexts[index], places.headings[index], places.flags[index] = context, heading, flags


def tree_columns(tree: Tree, layout: Layout, container: Container) -> Columns:
    """The columns of an HTML or XML page whose wrappers stand as the layout says."""
    text = layout.repaired.text
    ids = [wrapper.id for wrapper in layout.wrappers]
    sources = [text[slice(*wrapper.source)] for wrapper in layout.wrappers]
    targets = [text[slice(*wrapper.target)] for wrapper in layout.wrappers]
    if container == "html":
        sources, targets = list(map(decoded, sources)), list(map(decoded, targets))
    texts = Texts(ids, sources, targets)
    return Columns(texts, lambda: Gaps((), layout.shown_gaps()), partial(_locate, tree, layout, texts))


def _locate(tree: Tree, layout: Layout, texts: Texts) -> Located:
    text = layout.repaired.text
    flags = text_flags(texts.sources, texts.targets)
    for index, wrapper in enumerate(layout.wrappers):
        if layout.repaired.touches(wrapper.start, wrapper.end):
            flags[index] += ("repaired-quotes",)
    flag_repeated(texts.ids, flags)
    starts = [wrapper.start for wrapper in layout.wrappers]
    found = sections(text)
    hidden = [(index, section) for index, start in enumerate(starts) if (section := section_at(found, start))]
    unseen = {index for index, _ in hidden}
    places = _tree_places(tree, texts, [index for index in range(len(starts)) if index not in unseen])
    _hidden_places(layout, texts.sources, places, hidden)
    return Located(line_numbers(text, starts), places, flags)
