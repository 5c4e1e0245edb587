"""The sections of an HTML or XML text that a parser does not look into: comments and CDATA."""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal, NamedTuple

__all__ = ["Section", "section_at", "sections"]

_ENDS = {"<!--": "-->", "<![CDATA[": "]]>"}


class Section(NamedTuple):
    """One comment or CDATA section; offsets of its content."""

    start: int
    """Offset (code points) of what is inside."""
    end: int
    """Offset past it."""
    kind: Literal["comment", "cdata"]
    """A comment, or a CDATA section."""


def sections(text: str) -> list[Section]:
    """All sections in order; one that is not closed goes to the end of the text."""
    found: list[Section] = []
    at = text.find("<!")
    while at >= 0:
        begin = next((mark for mark in _ENDS if text.startswith(mark, at)), None)
        if begin is None:
            at = text.find("<!", at + 2)
            continue
        start = at + len(begin)
        end = text.find(_ENDS[begin], start)
        found.append(Section(start, len(text) if end < 0 else end, "comment" if begin == "<!--" else "cdata"))
        at = text.find("<!", end) if end >= 0 else -1
    return found


def section_at(found: list[Section], offset: int) -> Section | None:
    """The section in which this offset lies."""
    index = bisect_right(found, (offset, 1 << 62, "")) - 1
    if index >= 0 and found[index].start <= offset < found[index].end:
        return found[index]
    return None
