"""Invisible characters that steer the direction of text (Unicode Standard Annex #9, section 2).

Translators of right-to-left languages put them around Latin names and numbers; a search for the text without them finds
nothing, and MT training sees two texts where there is one.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from align.formats.entry import Entry

__all__ = ["BIDI", "text_without_bidi", "without_bidi"]

#: Implicit marks (sections 2.6), embeddings and overrides (2.2 to 2.4), isolates (2.5). U+061C is a letter's neighbour
#: in Arabic and stays.
BIDI = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
_MARKS = re.compile(f"[{BIDI}]+")


def text_without_bidi(text: str) -> str:
    """The text without these characters."""
    return _MARKS.sub("", text)


def without_bidi(entry: Entry) -> Entry:
    """The entry without these characters in its texts, the same object when there are none; a text may be empty then."""
    source, target = text_without_bidi(entry.source), text_without_bidi(entry.target)
    if (source, target) == (entry.source, entry.target):
        return entry
    return replace(entry, source=source, target=target)
