"""What the bilingual build changes in the English page; each holds in gaps only, for the units hold the English itself."""

from __future__ import annotations

import re

from align.verify.rebuilt import line_span
from align.verify.transformations import DEFINITION
from align.verify.walk import Place, Step

_HEADING = re.compile(r"[ \t>*+-]*(?:\d+[.)])?[ \t]*#{1,6}[ \t]+")
_ANCHOR = re.compile(r'<a name="[^"<>\n]*"></a>')


def inserted_anchor(place: Place) -> Step | None:
    """The producer puts `<a name="slug"></a>` after the `#`s of a heading; the English page has none there."""
    text, at = place.rebuilt.text, place.at
    anchor = _ANCHOR.match(text, at)
    if anchor is None or place.rebuilt.unit_at(at) is not None:
        return None
    heading = _HEADING.fullmatch(text, line_span(text, at)[0], at)
    return (anchor.end(), place.real_at) if heading else None


def translated_alt_text(place: Place) -> Step | None:
    """The alt text of `![alt](...)` in a gap is the target's; what stands around it is compared."""
    return _translated(place, "![", "](")


def translated_alt_attribute(place: Place) -> Step | None:
    """The alt text of `:::image ... alt-text="..."` in a gap is the target's; the other attributes are compared."""
    return _translated(place, ' alt-text="', '"')


def translated_label(place: Place) -> Step | None:
    """A reference definition has the translated label; its link target is compared."""
    text, real = place.rebuilt.text, place.real
    span, real_span = line_span(text, place.at), line_span(real, place.real_at)
    ours, theirs = DEFINITION.fullmatch(text, *span), DEFINITION.fullmatch(real, *real_span)
    if ours is None or theirs is None or ours["target"].rstrip() != theirs["target"].rstrip():
        return None
    return (span[1], real_span[1]) if place.rebuilt.unit_at(span[0]) is None else None


def _translated(place: Place, opening: str, closing: str) -> Step | None:
    """Step over a text between two marks that stand on both sides of the difference, on one line of either page."""
    text, at, real, real_at = place.rebuilt.text, place.at, place.real, place.real_at
    start, end = line_span(text, at)
    begin = text.rfind(opening, start, at)
    begin_text = begin + len(opening)
    if begin < 0 or closing in text[begin_text:at] or place.rebuilt.unit_at(begin) is not None:
        return None
    close, real_close = text.find(closing, at, end), real.find(closing, real_at, line_span(real, real_at)[1])
    if close < 0 or real_close < 0 or place.rebuilt.unit_at(close) is not None:
        return None
    if close == begin_text or real[real_at - (at - begin_text) : real_close].strip() == "":
        return None
    return close, real_close
