"""Reference definitions of a Markdown page (``[label]: url``), and labels (CommonMark 0.31, section 4.7)."""

from __future__ import annotations

import re

from align.inline.commonmark import label_of, page_options, scan, sound

__all__ = ["definitions", "labels_used"]

_MAY_DEFINE = re.compile(r"^[ \t>*+\-0-9.)]*\[[^\n]*", re.MULTILINE)


def definitions(page_text: str) -> frozenset[str]:
    """The normalised labels of a Markdown page's reference definitions; those of footnotes (``[^1]:``) are none.

    Pyromark decides what a definition is, so that lines inside code are none. A page without ``]:`` costs a search.
    """
    if "]:" not in page_text:
        return frozenset()
    import pyromark

    found = pyromark.reference_definitions(sound(page_text), options=page_options())
    return frozenset(label_of(label) for label in found if not label.startswith("^"))


def labels_used(text: str, definitions: frozenset[str]) -> tuple[str, ...]:
    """The labels, of those given, that links and images of a Markdown segment refer to; sorted."""
    if not definitions or "[" not in text:
        return ()
    return tuple(sorted(scan(text, definitions).labels))
