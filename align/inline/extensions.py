r"""What documentation sites write in Markdown beyond CommonMark: directives, footnotes, formulas, ``@uid``.

Each is one code. They are looked for where text is text (not in code spans, tags or link targets), then hidden from the
parser behind other characters, so that ``$a*b*c$`` has no emphasis and ``[!INCLUDE[a](b)]`` no link.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from align.inline.code import Span

__all__ = ["find_extensions", "hidden"]

_CANDIDATE = re.compile(
    # [!NOTE]; [!VIDEO https://..]; [!INCLUDE[a](b)], [!code-csharp[](b "t")]: a name, then a link or words.
    r"(?P<directive>\[!(?=[A-Za-z])[\w-]{1,40}[ \t]*+"
    r"(?:\[[^\[\]]*+\][ \t]*+\((?>(?:[^()\n]|\([^()\n]*+\))*)\)|[^\[\]\n]*+)[ \t]*+\]"
    # :::image type=".." source="..":::, ::: zone-end; without an end only when it stands first.
    r"|(?<!:):::(?!:)[ \t]?[A-Za-z](?>(?:[^:\n]|::?(?!:))*):::(?!:)|\A:::[ \t]?[A-Za-z][^\n]*+\Z)"
    r"|(?P<footnote>\[\^[A-Za-z0-9][\w-]{0,40}\](?![(\[]))"
    # $$..$$, \\(..\\), \\[..\\]; $..$ as Pandoc reads it, and only with something that is LaTeX: $a and $b are variables.
    r"|(?P<math>\$\$(?=[^\s$])[^$`]{1,2000}\$\$|\\\\\((?:(?!\\\\)[^`]){1,2000}\\\\\)|\\\\\[(?:(?!\\\\)[^`]){1,2000}\\\\\]"
    r"|(?<![\w$])\$(?=[\w\\{(|+-])(?=[A-Za-z](?:_\w)?\$|[^$`\n]*[\\^={}])[^$`\n]{1,400}(?<![\s\\])\$(?![\w${(]))"
    # @System.String, @"System.String?text=x"; a lone word may be a person's, a splatted variable's or a package's name.
    r"|(?P<link>(?<![\w@\"'/.&<-])@(?:(?P<quote>[\"'])[A-Za-z]\w*(?:\.[\w`*()-]+)+(?:\?[^\s\"'<>]*)?(?P=quote)|[A-Z]\w*(?:\.\w+(?:`\d+)?)+))"
)
_SIGNS = re.compile(r"\[[!^]|:::|\$|\\\\[(\[]|@[A-Z\"']")


def find_extensions(text: str, opaque: Sequence[tuple[int, int]]) -> list[Span]:
    """The codes of a Markdown segment that are not CommonMark's, in order; offsets in code points.

    Parameters
    ----------
    opaque : where text means nothing but itself, in order (:attr:`align.inline.commonmark.Scan.opaque`).
    """
    if _SIGNS.search(text) is None:
        return []
    found: list[Span] = []
    at = 0
    while match := _CANDIDATE.search(text, at):
        start, end = match.span()
        if _is_escaped(text, start) or _cuts(opaque, start) or _cuts(opaque, end):
            at = start + 1
            continue
        found.append(Span(start, end, "standalone", match.lastgroup or ""))
        at = end
    return found


def _is_escaped(text: str, at: int) -> bool:
    before = text[max(0, at - 200) : at]
    return bool((len(before) - len(before.rstrip("\\"))) % 2)


def _cuts(opaque: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether the offset is inside one of these."""
    index = bisect_right(opaque, (at, -1)) - 1
    return index >= 0 and opaque[index][0] < at < opaque[index][1]


def hidden(text: str, spans: Sequence[Span]) -> str:
    """The text, as long as before, with characters that mean nothing to a parser in place of these codes.

    The outer ones stay punctuation or letters as they were, for emphasis depends on that (CommonMark 0.31, section 6.2).
    """
    parts = []
    at = 0
    for span in spans:
        last = "a" if text[span.end - 1].isalnum() else ","
        parts += [text[at : span.start], ",", "a" * (span.end - span.start - 2), last]
        at = span.end
    return "".join(parts) + text[at:]
