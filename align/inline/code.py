"""Inline codes: the markup inside a segment, piece by piece."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["LINE_BREAK", "TYPES", "Code", "Part", "Role", "Span"]

Role = Literal["open", "close", "standalone"]

#: The words of :attr:`Code.type`, with what each stands for.
TYPES = {
    "bold": "strong emphasis; <strong>, <b>",
    "italic": "emphasis; <em>, <i>",
    "strike": "text struck out; <del>, <s>, <strike>",
    "code": "a code span; <code>, <c>, <kbd>, <samp>, <tt>, <paramref>, <typeparamref>; a CDATA section",
    "link": "a link, an autolink, <xref:...>, @uid; <a>, <see>, <seealso>",
    "image": "an image; <img>",
    "lb": "a hard line break; <br>",
    "html": "any other tag, a comment, a processing instruction",
    "directive": "[!NOTE], [!INCLUDE[..](..)] and their like; :::name ...:::",
    "footnote": "a reference to a footnote: [^1]",
    "math": "a LaTeX formula",
}
LINE_BREAK = "lb"


class Code(NamedTuple):
    """One inline code: a marker that opens or closes, or one that stands alone."""

    role: Role
    """``open`` and ``close`` are the two markers around some text."""
    type: str
    """A word of :data:`TYPES`."""
    text: str
    """Native text, verbatim, never empty."""
    pair: int | None = None
    """The number, from 1, that both markers of a pair have and no other code of the segment; None when ``standalone``,
    and for a marker whose partner is not in the segment."""


#: What a segment is made of: text as it stands in the segment (with its escapes and entities), and codes.
Part = str | Code


class Span(NamedTuple):
    """A code by its offsets in the segment; parsers make these."""

    start: int
    """Offset of its first character, in code points."""
    end: int
    """Offset behind its last character."""
    role: Role
    """Whether it opens, closes, or stands alone."""
    type: str
    """Of :data:`TYPES`."""
    pair: int | None = None
    """As :attr:`Code.pair`; any numbers, as long as they differ."""
