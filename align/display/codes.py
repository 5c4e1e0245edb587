"""Tell the markup in a segment from its words, for the eye."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from align.inline import parse
from align.model import Container

__all__ = ["Run", "runs"]


class Run(NamedTuple):
    """A piece of a segment; joining the texts of all gives the segment."""

    text: str
    """As it stands in the segment."""
    is_code: bool
    """Whether it is markup: a tag, a link's ends, marks of emphasis, a code span."""


def runs(text: str, container: Container) -> Iterator[Run]:
    """The segment cut into words and markup, in its order.

    Reference links are taken for text: a unit does not know the definitions of its page.
    """
    span = ""
    for part in parse(text, container=container):
        if isinstance(part, str):
            if span:
                span += part
            else:
                yield Run(part, False)
        elif span or (part.role == "open" and part.text.startswith("`")):
            span += part.text
            if part.role == "close":
                yield Run(span, True)
                span = ""
        else:
            yield Run(part.text, True)
    if span:
        yield Run(span, True)
