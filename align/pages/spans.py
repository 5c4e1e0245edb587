r"""Find the wrappers in the raw text of a page: Markdown, ECMA XML, and HTML where target and source stand side by side.

The grammar, measured on 6.9 million units (``docs/format.md``)::

    page   = [BOM] gap *( wrapper gap )
    wrapper = <span data-ttu-id=Q id Q> TARGET </span><span class=Q sxs-lookup Q><span data-stu-id=Q id Q> SOURCE </span></span>

No HTML parser ever sees the text: it would close ``<xref:System.String>`` and decode entities. TARGET ends at the
literal closer with the same id; SOURCE ends at the ``</span></span>`` that balances its own spans (:func:`source_end`).
Both are searched only up to the next ``<span data-ttu-id=``, so that the work stays linear on any input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

__all__ = ["MARKER", "OPENER", "Damage", "Wrapper", "find", "is_plain", "source_end", "split"]

#: Every occurrence in the decoded file, before any repair, is a unit or exactly one problem.
MARKER = "data-ttu-id="
#: Nothing of a wrapper is searched past the next one's beginning.
OPENER = "<span " + MARKER
_CLOSER = "</span></span>"
_ID = r"[0-9a-f]{5}-p?[0-9]{3,}"
# Atomic, and stopped by the next opener: no input makes it look at a character more than a few times. Groups that repeat
# are atomic and not possessive, here and in all expressions: before Python 3.11.5 a possessive group that fails half-way
# loses its place (python/cpython issue 106052).
# Nearly all texts hold no "<": the group is looked into only where what stands there is no closer, which spares a sixth.
_PLAIN = re.compile(
    r'<span data-ttu-id="([0-9a-f]{5}+-p?+[0-9]{3,}+)">'
    r'([^<]*+(?:(?=</)|(?>(?:<(?!/span><span class="sxs-lookup">|span data-ttu-id=)[^<]*+)*)))'
    r'</span><span class="sxs-lookup"><span data-stu-id="\1">'
    r"([^<]*+(?:(?=</)|(?>(?:<(?!/span></span>|span data-ttu-id=)[^<]*+)*)))"
    r"</span></span>"
)
# The quote is \" inside a YAML double-quoted scalar.
_OPENING_TAG = re.compile(rf'<span data-ttu-id=(\\?")({_ID})\1>')
_SPAN_TAG = re.compile(r"</?span")


class Wrapper(msgspec.Struct, frozen=True, gc=False):
    """One unit as it stands in the text; all numbers are offsets (code points) into the text that was searched."""

    id: str
    """``abd60-102``; ``abd60-p101`` for a paragraph."""
    start: int
    """Of the ``<`` of the target's span."""
    end: int
    """Past the last ``>``."""
    target: tuple[int, int]
    """Begin and end of TARGET."""
    source: tuple[int, int]
    """Begin and end of SOURCE."""
    escaped: bool = False
    """Whether the quotes are ``\\"``: the wrapper stands in a YAML double-quoted scalar."""
    source_part: tuple[int, int] | None = None
    """Where the source's span stands when it is not beside the target's (HTML, paired by id)."""


class Damage(msgspec.Struct, frozen=True, gc=False):
    """A marker that is no unit: which rule says so, and where."""

    rule: str
    """Name of the rule, as in :attr:`align.model.Problem.rule`."""
    start: int
    """Of the wrapper's ``<``, or of the marker where there is none."""
    message: str
    """What is wrong and what to do, in one line."""


def is_plain(parts: list[str], markers: int) -> bool:
    """Whether :func:`split` found every one of ``markers`` and no source's end is in doubt."""
    if len(parts) // 4 != markers:
        return False
    gaps = "\0" + "\0".join(parts[4::4])
    return "</span>" not in gaps or (_CLOSER not in gaps and "\0</span>" not in gaps)


def split(text: str) -> list[str]:
    """The text cut at its wrappers by one expression: ``[gap, id, target, source, gap, ...]``.

    Exact when :func:`is_plain` agrees, which holds for all but one page in some hundred; else :func:`find` is needed.
    """
    return _PLAIN.split(text)


def source_end(text: str, start: int, stop: int, target_balance: int) -> int:
    """Offset at which the SOURCE that begins at ``start`` ends, or -1 when nothing ends it before ``stop``.

    Of the ``</span></span>`` before ``stop`` (they may overlap) it is the only one; else the first that leaves the
    source as unbalanced as the target; else the first that leaves it balanced; else the first.
    """
    first = text.find(_CLOSER, start, stop)
    if first < 0 or text.find(_CLOSER, first + 1, stop) < 0:
        return first
    balance = 0
    balanced = -1
    for tag in _SPAN_TAG.finditer(text, start, stop):
        if text.startswith(_CLOSER, tag.start(), stop):
            if target_balance and balance == target_balance:
                return tag.start()
            if balance == 0 and balanced < 0:
                balanced = tag.start()
                if not target_balance:
                    break
        balance += -1 if text[tag.start() + 1] == "/" else 1
    return first if balanced < 0 else balanced


def _marker_damage(text: str, marker: int) -> Damage:
    """Why the marker at this offset opens no wrapper."""
    begin = marker - len("<span ")
    if begin >= 0 and text.startswith("<span ", begin):
        return Damage("malformed-wrapper", begin, "the id of a wrapper or its quotes are damaged; mend the page")
    before = text.rfind("<", max(0, marker - 40), marker)
    if before >= 0 and ">" not in text[before:marker]:
        return Damage("malformed-wrapper", before, "the tag around data-ttu-id= is damaged; mend the page")
    return Damage("stray-marker", marker, "data-ttu-id= stands outside of any tag; nothing to do if it is meant as text")


def _wrapper_at(text: str, begin: int, stop: int) -> Wrapper | Damage:
    """The wrapper whose opener stands at ``begin``, looking no further than ``stop`` (the next opener)."""
    opening = _OPENING_TAG.match(text, begin, stop)
    if opening is None:
        return _marker_damage(text, begin + len("<span "))
    quote, ident = opening.groups()
    closer = f"</span><span class={quote}sxs-lookup{quote}><span data-stu-id={quote}{ident}{quote}>"
    middle = text.find(closer, opening.end(), stop)
    if middle < 0:
        return Damage("unclosed-target", begin, f"the target of {ident} is not followed by its source; mend the page")
    target = (opening.end(), middle)
    start = middle + len(closer)
    balance = text.count("<span", *target) - text.count("</span", *target)
    end = source_end(text, start, stop, balance)
    if end < 0:
        return Damage("unclosed-source", begin, f"the source of {ident} is not closed; mend the page")
    return Wrapper(ident, begin, end + len(_CLOSER), target, (start, end), quote != '"')


def find(text: str) -> Iterator[Wrapper | Damage]:
    """Every marker of the text in order, each as the unit it opens or as damage; reading goes on after either."""
    marker = text.find(MARKER)
    while marker >= 0:
        following = text.find(MARKER, marker + 1)
        begin = marker - len("<span ")
        if begin >= 0 and text.startswith(OPENER, begin):
            stop = text.find(OPENER, marker)
            yield _wrapper_at(text, begin, len(text) if stop < 0 else stop)
        else:
            yield _marker_damage(text, marker)
        marker = following
