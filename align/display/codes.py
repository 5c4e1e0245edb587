"""Tell the markup in a segment from its words, for the eye only: nothing is decided on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from align.model import Container

__all__ = ["Run", "runs"]

_TAGS = r"<!--.*?-->|</?[A-Za-z][^<>]*>"
_TEXT = re.compile(_TAGS, re.DOTALL)
_MARKDOWN = re.compile(
    rf"(?P<code>(?P<ticks>`+)[^`]+(?P=ticks)(?!`))"  # CommonMark 0.31, section 6.1, of one row of ticks
    rf"|{_TAGS}"
    r"|(?<!\\)(?:\*{1,3}|~~|(?<!\w)_{1,2}(?=\w)|(?<=[\w.!?,:;)])_{1,2}(?!\w))"
    r"|!?\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]"
    r"|!?\[(?=[^\[\]\n]*\]\()|(?<=[^\]\\])\]\([^()\s]*(?:\s+\"[^\"]*\")?\)",
    re.DOTALL,
)


class Run(NamedTuple):
    """A piece of a segment; joining the texts of all gives the segment."""

    text: str
    is_code: bool
    """Whether it is markup: a tag, a link's ends, marks of emphasis, a code span."""


def runs(text: str, container: Container) -> Iterator[Run]:
    """The segment cut into words and markup, in its order."""
    at = 0
    for found in (_MARKDOWN if container == "markdown" else _TEXT).finditer(text):
        if found.start() > at:
            yield Run(text[at : found.start()], False)
        yield Run(found[0], True)
        at = found.end()
    if at < len(text):
        yield Run(text[at:], False)
