"""Tags of HTML and XML, found in raw text: what each opens, closes or is, and which belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable

from align.inline.code import Role, Span

__all__ = ["classify", "find_tags", "with_partners"]

_ATTRIBUTES = r"(?:\s(?>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*))?"
_TAG = re.compile(rf"<!--|<!\[CDATA\[|<\?|<xref:[^<>\s]*+>|</?[A-Za-z_][\w:.-]*+{_ATTRIBUTES}/?>")
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_NAME = re.compile(r"</?([A-Za-z_][\w:.-]*)")
_TYPES = {
    **dict.fromkeys(("strong", "b"), "bold"),
    **dict.fromkeys(("em", "i"), "italic"),
    **dict.fromkeys(("del", "s", "strike"), "strike"),
    **dict.fromkeys(("code", "c", "kbd", "samp", "tt", "paramref", "typeparamref"), "code"),
    **dict.fromkeys(("a", "see", "seealso"), "link"),
    "img": "image",
    "br": "lb",
}
# HTML, "Void elements" (WHATWG, section 13.1.2): they have no closing tag.
_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


def classify(tag: str) -> tuple[Role, str, str]:
    """Role, type and lower-case name of a tag, comment, processing instruction or ``<xref:...>`` as it stands."""
    if tag.startswith("<xref:"):
        return "standalone", "link", ""
    match = _NAME.match(tag)
    if match is None:
        return "standalone", "html", ""
    name = match[1].lower()
    kind = _TYPES.get(name, "html")
    if name in _VOID or tag.endswith("/>"):
        return "standalone", kind, name
    return ("close" if tag[1] == "/" else "open"), kind, name


def with_partners(tags: Iterable[tuple[Span, str]], first: int) -> list[Span]:
    """The spans, each given with its element's name, with numbers from ``first`` where open and close belong together.

    A closing tag belongs to the nearest open one of its name; what was left open inside stays without a partner. Spans
    without a name are not tags and have their numbers: each belongs to the one of its number, whatever tags stand across.
    """
    found: list[Span] = []
    stack: list[tuple[str | int | None, int]] = []
    for span, name in tags:
        key = name or span.pair
        if span.role == "close":
            opener = next((at for at in range(len(stack) - 1, -1, -1) if stack[at][0] == key), None)
            if opener is not None:
                index = stack[opener][1]
                found[index] = found[index]._replace(pair=first)
                span = span._replace(type=found[index].type, pair=first)
                first += 1
                del stack[opener:]
        elif span.role == "open":
            # A bound keeps the work linear; no segment nests deeper.
            stack = [*stack[-23:], (key, len(found))]
        found.append(span)
    return found


def find_tags(text: str) -> list[Span]:
    """The codes of an HTML or XML text, in order. What is no whole tag, as ``<`` in prose, is text.

    A CDATA section (XML 1.0, section 2.7) is a pair around its text, in which nothing is a tag.
    """
    tags: list[tuple[Span, str]] = []
    cdata: list[int] = []
    unclosed: set[str] = set()
    at = 0
    while match := _TAG.search(text, at):
        start, at = match.span()
        mark = match[0]
        if mark not in _ENDS:
            role, kind, name = classify(mark)
            tags.append((Span(start, at, role, kind), name))
            continue
        end = -1 if mark in unclosed else text.find(_ENDS[mark], at)
        if end < 0:
            unclosed.add(mark)  # so that no text is searched twice for an end
            continue
        if mark == "<![CDATA[":
            cdata.append(len(tags))
            tags += [(Span(start, at, "standalone", "code"), ""), (Span(end, end + 3, "standalone", "code"), "")]
        else:
            tags.append((Span(start, end + len(_ENDS[mark]), "standalone", "html"), ""))
        at = end + len(_ENDS[mark])
    found = with_partners(tags, 1)
    for index in cdata:
        # Below zero, so that no other pair has the number.
        found[index : index + 2] = [
            found[index]._replace(role="open", pair=-index - 1),
            found[index + 1]._replace(role="close", pair=-index - 1),
        ]
    return found
