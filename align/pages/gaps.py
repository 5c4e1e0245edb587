"""What is taken out of gaps before they are looked up: what says nothing about structure and makes nearly every gap another."""

from __future__ import annotations

import re

__all__ = ["heading_prefix", "without_code", "without_details"]

_LINK_TARGET = re.compile(r"\]\([^\s()<>]*(?=\))")
_LONGEST_SIMPLIFIED = 10_000  # an expression that looks for an end may look often where there is none
# A fence of three backticks, up to the next line that holds three backticks and nothing more.
_FENCED_CODE = re.compile(r"\n```(?!`)[^`\n]*+(?>(?:\n(?!```[ \t]*\r?\n)[^\n]*+)*)\n```[ \t]*\r?(?=\n)")
# One such fence, without any other backtick; nearly all gaps with code are so.
_ONE_FENCE = re.compile(r"([^`]*\n```)[^`]*(\n```\n[^`]*)")
# No fence's opening line holds another backtick.
_BACKTICK_FIRST = re.compile(r"[^\n`]*+`").match


def without_code(gap: str) -> str:
    """The gap without the lines of code in fences that are not indented."""
    if "\n```" not in gap or len(gap) >= _LONGEST_SIMPLIFIED:
        return gap
    one = _ONE_FENCE.fullmatch(gap)
    if one is not None and "~~~" not in gap:
        return one[1] + one[2]
    pieces = gap.split("\n```")
    # Where every run of three backticks begins a line and no other fence stands in the gap, they pair up.
    if gap.count("```") != len(pieces) - 1 or "````" in gap or "~~~" in gap:
        return gap
    if all(map(_closes, pieces[2::2])) and len(pieces) % 2 and not any(map(_BACKTICK_FIRST, pieces[1::2])):
        return "\n```\n```".join(pieces[::2])
    return _FENCED_CODE.sub("\n```\n```", gap)


def _closes(piece: str) -> bool:
    """Whether a fence's closing line ends where this piece begins; of white space there is none but for few pages."""
    return piece.startswith("\n")


def without_details(gap: str) -> str:
    """The gap without what says nothing about structure but makes nearly every gap another.

    That is the name in a heading's anchor, the target of a link that ends at the gap's beginning, spaces there, and the
    lines of code in a fence that is not indented.
    """
    anchor = gap.find('<a name="')
    if anchor >= 0 and gap[:anchor].rstrip(" ").endswith("#"):
        gap = gap[:anchor] + gap[gap.find(">", anchor) + 1 :].removeprefix("</a>")
    target = _LINK_TARGET.match(gap) if gap.startswith("](") else None
    if target is not None:
        gap = "](" + gap[target.end() :]
    return without_code(gap.lstrip(" "))


def heading_prefix(gap: str) -> str:
    """What stands in a heading line before the unit behind this gap, from the number sign on."""
    line = gap[gap.rfind("\n") + 1 :]
    return line[max(line.find("#"), 0) :]
