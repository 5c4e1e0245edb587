"""The short way: segments whose markup can be read in one way only, without a parser.

Four of five segments with markup hold nothing but code spans, words in ``**`` or ``*``, inline links and images, and
``<xref:...>``, one behind the other. Where each of them is sound and no other character of Markdown stands in the text,
CommonMark leaves no choice (0.31, section 6.2: ``**`` before a letter can open, behind a letter can close), and an
expression reads them in a third of the parser's time. What is not of this form is the parser's. Tests hold both against
each other.
"""

from __future__ import annotations

import re
from functools import lru_cache

from align.inline.code import Code, Part

__all__ = ["read_simple"]

# An escape of two characters; a backslash before a letter; never "\\(" or "\\[", which begin a formula.
_ESCAPE = r"\\(?:[!-/:-@\[\]^_`{-~]|\\(?![(\[])|(?![!-/:-@\[-`{-~]))"
# "!" before "[" is an image's.
_PLAIN = rf"(?:[^*_`<\[\]\\$~@\r\n!]++|!(?!\[)|{_ESCAPE}|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9]))"
_SPAN = r"`(?![` ])[^`\r\n]+(?<! )`(?!`)"
# Before a letter or digit a run of asterisks can open, behind one it can close; behind punctuation it can close before a
# space or punctuation (CommonMark 0.31, section 6.2). Whether it could do the other, too, changes nothing here.
_OPENS = r"(?=[^\W_])"
_ENDS = r"(?=[ .,:;!?)]|\Z)"
_TOKEN = (
    rf"(?P<code>(?<!`){_SPAN})"
    rf"|(?P<bold>(?<!\*)\*\*{_OPENS}(?>{_PLAIN}*)(?:(?<=[^\W_])\*\*(?!\*)|(?<=\S)\*\*{_ENDS}))"
    rf"|(?P<italic>(?<!\*)\*{_OPENS}(?>{_PLAIN}*)(?:(?<=[^\W_])\*(?!\*)|(?<=\S)\*{_ENDS}))"
    rf"|(?P<link>!?\[(?![!^])(?P<inside>{_SPAN}|(?>{_PLAIN}*))\]\([^\s()<>\\`*\[\]\x00-\x20\x7f]*\))"
    r"|(?P<xref><xref:[^\s<>\x00-\x20\x7f]*>)"
)
# Text up to the next token, or that token.
_PIECE = re.compile(rf"(?P<text>{_PLAIN}++)|{_TOKEN}")


@lru_cache(maxsize=256)
def _opening(kind: str, text: str, number: int) -> Code:
    return Code("open", kind, text, number)


@lru_cache(maxsize=1024)
def _markers(kind: str, text: str, number: int) -> tuple[Code, Code]:
    return Code("open", kind, text, number), Code("close", kind, text, number)


def _token(match: re.Match[str], number: int) -> tuple[list[Part], int]:
    """The parts of one token, and how many pairs there are then."""
    kind, text = match.lastgroup or "", match[0]
    if kind == "xref":
        return [Code("standalone", "link", text)], number
    number += 1
    if kind != "link":
        size = 2 if kind == "bold" else 1
        before, behind = _markers(kind, text[:size], number)
        return [before, text[size:-size], behind], number
    size, kind = (2, "image") if text[0] == "!" else (1, "link")
    inside = match["inside"]
    parts: list[Part] = [_opening(kind, text[:size], number)]
    close = Code("close", kind, text[size + len(inside) :], number)
    if inside[:1] == "`":
        number += 1
        before, behind = _markers("code", "`", number)
        parts += [before, inside[1:-1], behind]
    elif inside:
        parts.append(inside)
    parts.append(close)
    return parts, number


def read_simple(text: str) -> tuple[Part, ...] | None:
    """The text and codes of a Markdown segment of the simple form; None when the parser must decide."""
    parts: list[Part] = []
    at = number = 0
    size = len(text)
    piece = _PIECE.match
    while at < size:
        match = piece(text, at)
        if match is None:
            return None
        at = match.end()
        if match.lastgroup == "text":
            parts.append(match[0])
        else:
            found, number = _token(match, number)
            parts += found
    return None if ":::" in text else tuple(parts)
