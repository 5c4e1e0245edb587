"""Gaps without what says nothing about structure and makes nearly every gap another: the lines of code."""

from __future__ import annotations

import re

__all__ = ["without_code"]

_LONGEST_SIMPLIFIED = 10_000  # an expression that looks for an end may look often where there is none
# A fence of three backticks, up to the next line that holds three backticks and nothing more.
_FENCED_CODE = re.compile(r"\n```(?!`)[^`\n]*+(?>(?:\n(?!```[ \t]*\r?\n)[^\n]*+)*)\n```[ \t]*\r?(?=\n)")


def without_code(gap: str) -> str:
    """The gap without the lines of code in fences that are not indented."""
    if "\n```" in gap and len(gap) < _LONGEST_SIMPLIFIED and _only_plain_fences(gap):
        return _FENCED_CODE.sub("\n```\n```", gap)
    return gap


def _only_plain_fences(gap: str) -> bool:
    """Whether every run of three backticks begins a line and no other fence stands in the gap, so that they pair up."""
    return gap.count("```") == gap.count("\n```") and "````" not in gap and "~~~" not in gap
