"""One side of a bilingual page, with the knowledge of which characters stand inside a unit."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from align.verify.prose import protected_regions
from align.verify.verdict import Side


class UnitLike(Protocol):
    """Id and texts of a unit: all that a comparison asks of it."""

    @property
    def id(self) -> str:
        """Prefix and running number."""
        ...

    @property
    def source(self) -> str:
        """The English text."""
        ...

    @property
    def target(self) -> str:
        """The translated text."""
        ...


class OriginLike(Protocol):
    """What a page says of its English file."""

    @property
    def source_hash(self) -> str | None:
        """The page's ``ms.openlocfilehash``."""
        ...


class PageLike(Protocol):
    """The part of a bilingual page that a comparison reads; `align.pages.Page` has it."""

    @property
    def name(self) -> str:
        """Name of the page."""
        ...

    @property
    def origin(self) -> OriginLike:
        """What the page says of its English file."""
        ...

    def pieces(self) -> Iterable[tuple[str, str, UnitLike | None]]:
        """Gap, wrapper and unit by turns."""
        ...

    def source_text(self) -> str:
        """The page with its sources alone."""
        ...

    def target_text(self) -> str:
        """The page with its targets alone."""
        ...


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A rebuilt page; `starts` and `ends` are the offsets of its units in `text`, ascending."""

    text: str
    """The page in one language."""
    starts: tuple[int, ...] = ()
    """Where each unit begins in the text, in characters."""
    ends: tuple[int, ...] = ()
    """Where each unit ends in the text."""
    sources: str = ""
    """The English of all units, one per line: where English reference labels are looked up."""
    numbers: tuple[int | None, ...] = ()
    """The running numbers of the units in the English page; None for a paragraph id, which has a counter of its own."""
    _protected: dict[tuple[int, int], list[tuple[int, int]]] = field(default_factory=dict, compare=False, repr=False)
    _feeds: list[int] = field(default_factory=list, compare=False, repr=False)

    def unit_at(self, at: int) -> tuple[int, int] | None:
        """Start and end of the unit that holds the character at this offset; None in a gap."""
        index = bisect_right(self.starts, at) - 1
        if index < 0 or at >= self.ends[index]:
            return None
        return self.starts[index], self.ends[index]

    def missing_numbers(self, at: int) -> int:
        """How many segments of the English page are no units around this offset of a gap: its alt texts, sentence by sentence.

        0 where that cannot be told: before the first unit, behind the last, beside a paragraph id.
        """
        index = bisect_right(self.starts, at) - 1
        if index < 0 or index + 1 >= len(self.numbers):
            return 0
        before, after = self.numbers[index : index + 2]
        return 0 if before is None or after is None else after - before - 1

    def gap_at(self, at: int) -> tuple[int, int]:
        """Start and end of the gap that holds this offset."""
        index = bisect_right(self.starts, at) - 1
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return (self.ends[index] if index >= 0 else 0), end

    def is_prose(self, at: int) -> bool:
        """Whether the character stands in a unit and outside code, tags and link targets, by the unit and by its line."""
        unit = self.unit_at(at)
        if unit is None:
            return False
        return not any(self._is_protected(at, *span) for span in (unit, self._line(at)))

    def _line(self, at: int) -> tuple[int, int]:
        """Like `line_span`, with the line feeds found once: a page may be one long line with many differences."""
        if not self._feeds:
            self._feeds.extend([-1, *(match.start() for match in re.finditer("\n", self.text)), len(self.text)])
        index = bisect_left(self._feeds, at)
        return self._feeds[index - 1] + 1, self._feeds[index]

    def _is_protected(self, at: int, start: int, end: int) -> bool:
        if (start, end) not in self._protected:
            self._protected[start, end] = list(protected_regions(self.text[start:end]))
        regions = self._protected[start, end]
        index = bisect_right(regions, (at - start, len(self.text))) - 1
        return index >= 0 and at - start < regions[index][1]


def rebuild(page: PageLike, side: Side) -> Rebuilt:
    """The page with one side in place of each unit; a unit that is escaped on the page is left out of the spans."""
    text = page.target_text() if side == "target" else page.source_text()
    pieces = list(page.pieces())
    starts: list[int] = []
    ends: list[int] = []
    numbers: list[int | None] = []
    at = 0
    for (gap, _, unit), (following, _, _) in pairwise(pieces):
        at += len(gap)
        body = "" if unit is None else unit.target if side == "target" else unit.source
        if text.startswith(body + following, at):
            starts.append(at)
            at += len(body)
            ends.append(at)
            numbers.append(_number(unit))
        else:
            at = max(text.find(following, at), at)
    sources = "\n".join(unit.source for _, _, unit in pieces if unit is not None)
    return Rebuilt(text, tuple(starts), tuple(ends), sources, tuple(numbers))


def _number(unit: UnitLike | None) -> int | None:
    number = "" if unit is None else unit.id.partition("-")[2]
    return int(number) if number.isdecimal() else None


def without_head(rebuilt: Rebuilt, cut: int) -> Rebuilt:
    """The same page without its first `cut` characters."""
    first = bisect_right(rebuilt.ends, cut)
    starts = tuple(max(start - cut, 0) for start in rebuilt.starts[first:])
    ends = tuple(end - cut for end in rebuilt.ends[first:])
    return Rebuilt(rebuilt.text[cut:], starts, ends, rebuilt.sources, rebuilt.numbers[first:])


def line_span(text: str, at: int) -> tuple[int, int]:
    """Start and end (before the line feed) of the line that holds this offset."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end
