"""Markdown lines: which block quotes and lists a line stands in, and what kind of line it is.

The rules are CommonMark 0.31.2, sections 4 and 5, and GitHub's tables (GFM 0.29, section 4.10), as far as they decide
where a unit stands. Pure functions on one line; what happens across lines is in :mod:`align.pages.automaton`.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

__all__ = ["QUOTE", "Containers", "Leaf", "Line", "fence_mark", "heading_text", "read_line"]

#: A container: this for a block quote, else the number of columns by which a list item's content is indented.
QUOTE = -1
# No page nests deeper; a bound keeps the work linear on any line.
_DEEPEST = 24
Containers = tuple[int, ...]
Leaf = Literal["", "paragraph", "heading", "table", "underline", "delimiter", "fence"]

_QUOTE_MARK = re.compile(r" {0,3}> ?")
_ITEM_MARK = re.compile(r"( {0,3}(?:[-+*]|(\d{1,9})[.)]))(?: {1,4}(?! )| (?= )|(?=$))")
_THEMATIC_BREAK = re.compile(r" {0,3}(?:(?>(?:\*[ \t]*+){3,})|(?>(?:_[ \t]*+){3,})|(?>(?:-[ \t]*+){3,}))$")
_ATX = re.compile(r" {0,3}#{1,6}(?=[ \t]|$)")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)\s*$")
_DELIMITER_ROW = re.compile(r"\s*+\|?\s*+:?-++:?\s*+(?>(?:\|\s*+:?-++:?\s*+)*)\|?\s*+$")
_ANCHOR = re.compile(r"<a\s+(?:name|id)=[^<>]*>(?:\s*</a>)?|</?h[1-6](?:\s[^<>]*)?>", re.IGNORECASE)
_CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+[ \t]*$")


class Line(NamedTuple):
    """What a line, or the beginning of one up to a unit, says about where it stands."""

    containers: Containers
    """The block quotes and list items that are open on this line, outermost first."""
    leaf: Leaf
    """Kind of the block the line belongs to; empty for a blank line or a thematic break."""
    content: int
    """Offset at which the content begins, past the marks of the containers."""
    entered: bool
    """Whether the line itself opens a block quote or a list item, or leaves one."""


def _kept(line: str, containers: Containers) -> tuple[int, int]:
    """How many of the open containers the line goes on with, and where its content then begins."""
    at = 0
    for depth, container in enumerate(containers):
        if container == QUOTE:
            mark = _QUOTE_MARK.match(line, at)
            if mark is None:
                return depth, at
            at = mark.end()
        elif len(line) >= at + container and line[at : at + container].isspace():
            at += container
        else:
            return depth, at
    return len(containers), at


def _entered(line: str, at: int, ordered_may_start: bool) -> tuple[list[int], int]:
    """The containers that the rest of the line opens, and where its content begins."""
    opened: list[int] = []
    while len(opened) < _DEEPEST:
        mark = _QUOTE_MARK.match(line, at)
        if mark is not None:
            opened.append(QUOTE)
            at = mark.end()
            continue
        item = _ITEM_MARK.match(line, at)
        if item is None or _THEMATIC_BREAK.match(line, at):
            return opened, at
        if not opened and not ordered_may_start and (item[2] not in (None, "1") or not line[item.end() :].strip()):
            # Only a list that begins with 1, and an item with content, interrupts a paragraph (CommonMark 5.3).
            return opened, at
        opened.append(item.end() - at)
        at = item.end()
        ordered_may_start = True
    return opened, at


def _leaf(line: str, at: int, previous: Leaf, same_block: bool) -> Leaf:
    """What kind of line begins at this offset, behind a line of kind ``previous``."""
    first = line[at:].lstrip()[:1]
    if first in ("=", "-") and previous == "paragraph" and same_block and _UNDERLINE.match(line, at):
        return "underline"
    if first in ("|", ":", "-") and _DELIMITER_ROW.match(line, at) and "|" in line[at:] and "-" in line[at:]:
        return "delimiter"
    if first == "#" and _ATX.match(line, at):
        return "heading"
    if first in ("`", "~") and _FENCE.match(line, at):
        return "fence"
    if first == "|":
        return "table"
    if first in ("*", "-", "_") and _THEMATIC_BREAK.match(line, at):
        return ""
    return "table" if previous in ("table", "delimiter") and same_block else "paragraph"


def _after_blank(containers: Containers, kept: int) -> Containers:
    """The containers that a blank line leaves open: it ends a block quote without its mark, but no list item."""
    rest = containers[kept:]
    return containers[:kept] + (rest[: rest.index(QUOTE)] if QUOTE in rest else rest)


def read_line(line: str, containers: Containers, previous: Leaf) -> Line:
    """Place a line (tabs expanded) below a line of kind ``previous`` that stood in ``containers``.

    Of a line that is only known up to a unit, pass what stands before the unit and a letter for the unit.
    """
    if not containers and line[:1].isalpha():
        # No mark of a block begins with a letter; half of all lines do.
        return Line((), "table" if previous in ("table", "delimiter") else "paragraph", 0, False)
    kept, at = _kept(line, containers)
    everything = kept == len(containers)
    opened, at = _entered(line, at, not (previous == "paragraph" and everything))
    if not line[at:].strip():
        blank = containers[:kept] + tuple(opened) if opened else _after_blank(containers, kept)
        return Line(blank, "", at, bool(opened))
    leaf = _leaf(line, at, previous, everything and not opened)
    if not opened and not everything and previous == "paragraph" and leaf == "paragraph":
        return Line(containers, "paragraph", at, False)  # lazy continuation (CommonMark 5.1)
    return Line((containers[:kept] + tuple(opened))[:_DEEPEST], leaf, at, bool(opened) or not everything)


def fence_mark(line: str, at: int) -> str:
    """The run of backticks or tildes that opens a code fence at this offset of the line."""
    found = _FENCE.match(line, at)
    return "```" if found is None else found[1]


def heading_text(line: str) -> str:
    """The text of an ATX heading without its number signs and the producer's ``<a name>`` anchor."""
    text = _ATX.sub("", line, count=1) if _ATX.match(line) else line
    return _CLOSING_HASHES.sub("", _ANCHOR.sub("", text)).strip()
