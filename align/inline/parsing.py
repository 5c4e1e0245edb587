"""A segment as text and codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from align.inline.code import LINE_BREAK, Code, Part, Span
from align.inline.commonmark import scan
from align.inline.extensions import find_extensions, hidden
from align.inline.simple import read_simple
from align.inline.tags import find_tags
from align.model import Container

__all__ = ["forget", "parse", "parts_of"]

# One class of characters is looked for at a fifth of the cost of the expression below. Two thirds of the segments have none.
_SIGN = re.compile(r"[*_`<\[$~@\\]")
# What a Markdown code can begin with, or a hard line break.
_MAY_BE_MARKUP = re.compile(r"[*_`<\[$]|~~|:::|\\\\[(\[]|@[A-Z\"']|(?: {2}|\\)\r?\n")
# Two spaces or more, or a backslash that is not escaped, at a line's end (CommonMark 0.31, section 6.7); with it goes what
# begins the next line: white space, and the marks that a block quote repeats.
_HARD_BREAK = re.compile(r"(?:(?<! ) {2,}+|(?<!\\)(?:\\\\)*(\\))\r?\n[ \t]*+(?>(?:>[ \t]*+)*)")
#: Distinct segments remembered; one with its codes takes about a kilobyte.
_REMEMBERED = 8192


def parse(text: str, *, container: Container = "markdown", labels: Sequence[str] = ()) -> tuple[Part, ...]:
    """Cut a segment into text and codes; joined, they are the segment again, letter for letter, whatever it holds.

    What is markup in Markdown is decided as CommonMark 0.31 does for the inside of one paragraph, with struck-out text of
    two tildes; a segment that begins with ``1. `` or ``# `` is no list and no heading. Markup without a partner, such as a
    lone ``**``, is text. Entities and backslash escapes stay text.

    Parameters
    ----------
    text : one side of a unit, native text.
    container : what kind of page it stands on.
    labels : normalised labels of reference definitions (:func:`definitions`); a reference to another one is no link.

    Returns
    -------
    Text, never empty and never two pieces in a row, and codes.
    """
    return parts_of(text, container, tuple(labels))


def parts_of(text: str, container: Container, labels: tuple[str, ...]) -> tuple[Part, ...]:
    """What :func:`parse` gives, for those who call it a million times."""
    if container == "markdown":
        if _SIGN.search(text) is None and "\n" not in text and ":::" not in text:
            return (text,) if text else ()
        return _markdown(text, labels)
    if "<" not in text:
        return (text,) if text else ()
    return _tagged(text)


def _markdown(text: str, labels: tuple[str, ...]) -> tuple[Part, ...]:
    found = None if labels else read_simple(text)
    if found is not None:
        return found
    return _parsed(text, labels) if _MAY_BE_MARKUP.search(text) else (text,)


@lru_cache(maxsize=_REMEMBERED)  # the short way costs no more than to remember
def _parsed(text: str, labels: tuple[str, ...]) -> tuple[Part, ...]:
    found = scan(text, labels)
    spans: Sequence[Span] = found.spans
    extensions = find_extensions(text, found.opaque)
    if extensions:
        again = sorted([*scan(hidden(text, extensions), labels).spans, *extensions])
        if all(one.end <= other.start for one, other in pairwise(again)):
            spans = again
    if "\n" in text:
        spans = _with_line_breaks(text, spans)
    return _parts(text, spans)


@lru_cache(maxsize=_REMEMBERED)
def _tagged(text: str) -> tuple[Part, ...]:
    return _parts(text, find_tags(text))


def forget() -> None:
    """Forget the segments remembered, for measuring; changes no result."""
    _parsed.cache_clear()
    _tagged.cache_clear()


def _with_line_breaks(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans, with hard line breaks in the text between them; within a code span there is none."""
    found = list(spans)
    at = 0
    verbatim = False
    for span in [*spans, Span(len(text), len(text), "standalone", "")]:
        if not verbatim:
            for match in _HARD_BREAK.finditer(text, at, span.start):
                found.append(Span(match.start(1) if match[1] else match.start(), match.end(), "standalone", LINE_BREAK))
        verbatim = span.role == "open" and text[span.start] == "`"
        at = span.end
    return sorted(found)


def _parts(text: str, spans: Sequence[Span]) -> tuple[Part, ...]:
    parts: list[Part] = []
    numbers: dict[int, int] = {}
    at = 0
    for start, end, role, kind, pair in spans:
        if start > at:
            parts.append(text[at:start])
        number = None if pair is None else numbers.setdefault(pair, len(numbers) + 1)
        parts.append(Code(role, kind, text[start:end], number))
        at = end
    if at < len(text):
        parts.append(text[at:])
    return tuple(parts)
