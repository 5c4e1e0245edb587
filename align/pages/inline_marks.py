"""What the text between units opens and closes within a line: link and image brackets, HTML elements, comments."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["NO_MARKS", "Marks", "Read", "read_marks"]

# One token at a time; a code span or an escaped character is skipped whole.
_TOKEN = re.compile(
    r"\\.|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)|<!--|!?\[(?!!)|!?\[|\]|"
    r"</?(table|ul|ol|dl|blockquote|h[1-6]|a)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
# No page nests deeper; a bound keeps the work linear on any text.
_DEEPEST = 24
_ELEMENTS = {"table": "table", "ul": "list", "ol": "list", "dl": "list", "blockquote": "quote", "a": "link"}


class Marks(NamedTuple):
    """What is open at a point of the page."""

    elements: tuple[str, ...] = ()
    """Names of the open HTML elements that give a context, outermost first."""
    brackets: tuple[str, ...] = ()
    """``link`` or ``image`` for each open square bracket, outermost first."""
    comment: bool = False
    """Whether a comment is open."""

    def contexts(self, outer: int) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """The words of ``Unit.context`` for the first ``outer`` elements, for the others, and for what is inside the line."""
        if not (self.elements or self.brackets):
            return (), (), ()
        words = [_ELEMENTS.get(name, "heading") for name in self.elements]
        # Links do not nest (CommonMark 6.3): one is enough.
        inside = tuple(word for word in words if word == "link") + self.brackets
        links = tuple(word for index, word in enumerate(inside) if word != "link" or "link" not in inside[:index])
        blocks = [tuple(word for word in part if word != "link") for part in (words[:outer], words[outer:])]
        return blocks[0], blocks[1], links


NO_MARKS = Marks()


def _with_element(elements: tuple[str, ...], tag: str, name: str) -> tuple[str, ...]:
    """The open elements after a tag; a closing tag closes what was left open inside."""
    if tag.startswith("</"):
        if name in elements:
            last = len(elements) - 1 - elements[::-1].index(name)
            return elements[:last]
        return elements
    if tag.endswith("/>") or (name == "a" and "href" not in tag.lower()):
        return elements
    return (*elements, name) if len(elements) < _DEEPEST else elements


class Read(NamedTuple):
    """What a text did to the marks."""

    marks: Marks
    """What is open after the text."""
    opened: bool
    """Whether a square bracket that is open after the text was opened in it."""
    unlinked: bool
    """Whether a bracket that was open before the text closed and turned out to be no link (no ``(`` or ``[`` follows)."""


def read_marks(text: str, marks: Marks) -> Read:
    """Follow what the text opens and closes."""
    elements, brackets, comment = marks
    lowest = len(brackets)
    unlinked = False
    at = 0
    while True:
        if comment:
            end = text.find("-->", at)
            if end < 0:
                return Read(Marks(elements, brackets, True), lowest < len(brackets), unlinked)
            at, comment = end + 3, False
        token = _TOKEN.search(text, at)
        if token is None:
            return Read(Marks(elements, brackets, comment), lowest < len(brackets), unlinked)
        at = token.end()
        found = token[0]
        if found[0] == "\\":
            continue
        if found == "<!--":
            comment = True
        elif token[2]:
            elements = _with_element(elements, found, token[2].lower())
        elif found == "]":
            if brackets and len(brackets) == lowest:
                lowest -= 1
                unlinked |= brackets[-1] == "link" and text[at : at + 1] not in ("(", "[")
            brackets = brackets[:-1]
        elif found.endswith("["):
            brackets = (*brackets, "image" if found[0] == "!" else "link")[-_DEEPEST:]
