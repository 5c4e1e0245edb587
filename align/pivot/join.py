"""Whether two pages are of one English revision, and which of their units translate the same segment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from align.pages import Page

__all__ = ["REASONS", "Outcomes", "Sheet", "join", "same_english", "sheet_of"]

#: Why a unit is not joined with another locale; the further down, the nearer it came to it.
REASONS = {
    "no-locale": "the page names no locale, and its neighbours do not tell",
    "source-locale": "the page's locale is that of its source",
    "repeated-page": "a PATH given earlier has a page of this name and locale",
    "no-page": "the other locale has no page of this name",
    "other-revision": "the other page was made of another English file (ms.openlocfilehash)",
    "unproven-revision": "one of the two pages names no hash, and not every source agrees",
    "no-unit": "the other page has no unit of this number",
    "other-english": "the other unit has another source, white space and backslash escapes aside",
}
# A backslash escape stands before ASCII punctuation (CommonMark 0.31.2, section 2.4).
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

#: For each unit of a page its index in the other page, or the word of :data:`REASONS` for which it has none.
Outcomes = list[int | str]


class Sheet(NamedTuple):
    """A page, and where each of its numbers stands."""

    page: Page
    """Whose units are joined."""
    keys: Sequence[str]
    """For each unit its number, ``102`` or ``p101``; for the k-th of one number, k > 1, ``102.k``."""
    at: dict[str, int]
    """The unit's index by that key."""


def _keys(ids: Sequence[str]) -> list[str]:
    numbers = [ident.partition("-")[2] for ident in ids]
    if len(set(numbers)) == len(numbers):
        return numbers
    # Fragments of rendered HTML may use one id several times: the k-th goes with the k-th.
    met: Counter[str] = Counter()
    keys = []
    for number in numbers:
        met[number] += 1
        keys.append(number if met[number] == 1 else f"{number}.{met[number]}")
    return keys


def sheet_of(page: Page) -> Sheet:
    """A page ready to be joined."""
    keys = _keys(page.texts.ids)
    return Sheet(page, keys, {key: index for index, key in enumerate(keys)})


def _bare(english: str) -> str:
    return _ESCAPE.sub(r"\1", "".join(english.split()))


def same_english(one: str, other: str) -> bool:
    """Whether two sources are the same segment: equal but for white space and backslash escapes.

    White space is left out altogether, for builds differ in it also before punctuation: ``**Save** .``, ``**Save**.``
    """
    return one == other or _bare(one) == _bare(other)


def _agree(one: Sheet, other: Sheet, key: str) -> bool:
    return same_english(one.page.texts.sources[one.at[key]], other.page.texts.sources[other.at[key]])


def _apart(one: Sheet, other: Sheet) -> str | None:
    """Why no unit of the two pages can be joined; None when they are of one English revision."""
    first, second = one.page.origin.source_hash, other.page.origin.source_hash
    if first is not None and second is not None:
        return None if first == second else "other-revision"
    agree = all(_agree(one, other, key) for key in one.keys if key in other.at)
    return None if agree else "unproven-revision"


def _matched(one: Sheet, other: Sheet) -> Outcomes:
    found: Outcomes = []
    for key in one.keys:
        at = other.at.get(key)
        if at is None:
            found.append("no-unit")
        else:
            found.append(at if _agree(one, other, key) else "other-english")
    return found


def join(one: Sheet, other: Sheet) -> tuple[Outcomes, Outcomes]:
    """What becomes of the units of two pages of one name: of the first's, of the second's.

    With the same hash a pair of units is joined when its sources agree. When a page names no hash, nothing is joined
    unless the sources of all numbers that both pages have agree.
    """
    reason = _apart(one, other)
    if reason is not None:
        return [reason] * len(one.keys), [reason] * len(other.keys)
    return _matched(one, other), _matched(other, one)
