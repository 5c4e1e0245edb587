"""The visible text of a segment: what a reader of the page sees, on one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from html.entities import html5

from align.inline.code import LINE_BREAK, Code
from align.inline.parsing import parse
from align.model import Container

__all__ = ["plain"]

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])|&(#[xX][0-9A-Fa-f]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
# CommonMark 0.31, section 2.1: LF, CR, or both.
_LINE_END = re.compile(r"(?:(?<![ \t])[ \t]++)?(?:\r\n|\r|\n)[ \t]*+")
# As it stands on the page, with the marks that a block quote repeats on its lines.
_NATIVE_LINE_END = re.compile(rf"{_LINE_END.pattern}(?>(?:>[ \t]*+)*)")
_ALT = re.compile(r"\salt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


def _resolved(match: re.Match[str]) -> str:
    character, name = match[1], match[2]
    if character is not None:
        return str(character)
    if name[0] != "#":
        return html5.get(name + ";", match[0])
    number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    # CommonMark 0.31, section 2.5: what is no character is U+FFFD.
    return "\ufffd" if number == 0 or number > 0x10FFFF or 0xD800 <= number < 0xE000 else chr(number)


def _one_line(text: str, line_end: re.Pattern[str] = _NATIVE_LINE_END) -> str:
    return line_end.sub(" ", text) if "\n" in text or "\r" in text else text


def _of_code(code: Code) -> str:
    """What a reader sees of a code: the name behind an xref, a formula, an image's alt text, a break as a space."""
    if code.type == LINE_BREAK:
        return " "
    if code.type == "math":
        return _one_line(code.text)
    if code.type == "link" and code.role == "standalone":
        return code.text[1:-1] if code.text.startswith("<xref:") else code.text if code.text[0] == "@" else ""
    if code.type == "image" and code.text.startswith("<") and (alt := _ALT.search(code.text)):
        return unescape(_one_line(alt[1] or alt[2] or ""))
    return ""


def _markdown(text: str, labels: Sequence[str]) -> str:
    parts = []
    verbatim = False
    for part in parse(text, labels=labels):
        if isinstance(part, Code):
            # Within code spans and autolinks nothing is escaped (CommonMark 0.31, sections 6.1 and 6.5).
            verbatim = part.role == "open" and (part.text[0] == "`" or part.text == "<")
            parts.append(_of_code(part))
        elif verbatim:
            parts.append(_one_line(part))
        else:
            parts.append(_ESCAPE.sub(_resolved, _one_line(part)) if "\\" in part or "&" in part else _one_line(part))
    return "".join(parts)


def _tagged(text: str, container: Container) -> str:
    parts = []
    cdata = False
    for part in parse(text, container=container):
        if isinstance(part, Code):
            cdata = part.text == "<![CDATA["
            parts.append(_of_code(part))
        else:
            parts.append(_one_line(part) if cdata else unescape(_one_line(part)))
    return "".join(parts)


def plain(text: str, *, container: Container = "markdown", labels: Sequence[str] = ()) -> str:
    """The visible text of a segment, for matching: markup removed, entities and backslash escapes resolved, on one line.

    The alt text of an image, the text of a code span, the address of an autolink or ``<xref:...>`` and a formula's LaTeX
    are kept; comments, directives and footnote marks are not. A line end or break is a space. Outer white space is trimmed.

    Parameters
    ----------
    text, container, labels : as :func:`parse` takes them.
    """
    seen = _markdown(text, labels) if container == "markdown" else _tagged(text, container)
    return _one_line(seen, _LINE_END).strip()  # "&#10;" is a line end now; "&gt;" behind it is no mark
