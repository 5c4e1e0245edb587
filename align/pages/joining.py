"""Join the units of one block (paragraph, heading, list item, table cell, quote) as po4a and mdpo see the block's message.

The text between the units of a block is the page's, which is the target's page: link brackets, emphasis, spaces, code.
It is the source's too, unless it was translated outside of any unit. That shows in the running numbers, which count every
translated segment of the English page, wrapped or not: text with words in it is taken for the source's only where the
numbers on both sides follow each other (``docs/format.md``, "What an id means"). Else the block is reported and not joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from align.model import Problem
from align.pages.columns import Texts
from align.pages.cuts import PARTED, Cut
from align.pages.cutter import markdown_cuts
from align.pages.page import Page
from align.pages.tag_cuts import front_matter_cuts, tag_cuts

__all__ = ["Block", "Blocks", "Reason", "Unjoined", "join_blocks", "unjoined_problems"]

#: Why the units of a block are left as they are.
Reason = Literal["code-fence", "comment", "indented-code", "localized-url", "untranslated-text"]
_MEANINGS: dict[Reason, str] = {
    "code-fence": "stand in a code block",
    "comment": "stand in a comment",
    "indented-code": "stand on a line that is indented as code",
    "localized-url": "stand beside a URL of the target's language, and the source's is not known",
    "untranslated-text": "stand beside text without a unit, and its source is not known",
}
_WORD = re.compile(r"[^\W\d_]")
# What both languages share: code, targets, tags and <xref:...>, references, [!NOTE], [!INCLUDE[name](file)], bare URLs. The
# words of a tag that is shown (alt="...") are translated as those of a Markdown image are.
_SHARED = re.compile(
    r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)|\]\([^\s()]*(?:\([^\s()]*\)[^\s()]*)*(?=[\s)])|\]\[[^\[\]]*\]|&#?\w+;"
    r"|<(?![A-Za-z][^<>]*\s(?i:alt|title|label|aria-label|placeholder|summary)\s*=\s*[\"'][^\"'<>]*[^\W\d_])[^<>]*>"
    r"|\[!\w+ ?\[[^\[\]]*\](?:\([^\s()]*\)\])?|\[!\w[^\[\]]*\]|https?://[^\s|<>)]+",
    re.DOTALL,
)


class Block(msgspec.Struct, frozen=True, gc=False):
    """One block whose text is known in both languages."""

    first: int
    """Index of its first unit among the page's."""
    last: int
    """Index of its last unit."""
    source: str
    """The whole text in the source's language, trimmed; lines end with LF, quote marks and indentation left out."""
    target: str
    """The whole text in the target's language, likewise."""
    is_unit: bool
    """Whether it is one unit and nothing else, so that the block says no more than the unit."""


class Unjoined(NamedTuple):
    """Units of one block whose text is not known in both languages, or that are no block for a Markdown tool."""

    first: int
    """Index of the first unit among the page's."""
    last: int
    """Index of the last unit."""
    reason: Reason
    """Why they are not joined."""


class Blocks(NamedTuple):
    """The blocks of a page; every unit is in exactly one of them, or among the unjoined."""

    joined: Sequence[Block]
    """In the order of the page."""
    unjoined: Sequence[Unjoined]
    """In the order of the page."""


def join_blocks(page: Page, *, larger: bool = False) -> Blocks:
    """The blocks of a page, from its texts and what stands between them; no unit is made and none located.

    Texts of units are taken as they stand, line breaks and what a block quote repeats in them included.

    Parameters
    ----------
    larger : only the blocks that say more than a unit.
    """
    gaps = page.columns.gaps()
    joiner = _Joiner(page.texts, page.origin.target_locale, larger=larger)
    if gaps.front:
        joiner.join(front_matter_cuts(gaps.front), 0)
    body = markdown_cuts(gaps.body) if page.container == "markdown" else tag_cuts(gaps.body, page.container)
    joiner.join(body, max(len(gaps.front) - 1, 0))
    return Blocks(joiner.joined, joiner.unjoined)


def unjoined_problems(page: Page, blocks: Blocks) -> Iterator[Problem]:
    """The unjoined blocks of a page as findings, with their lines; makes the page's units."""
    for first, last, reason in blocks.unjoined:
        which = page.units[first].id if first == last else f"{page.units[first].id} to {page.units[last].id}"
        message = f"{which} {_MEANINGS[reason]}; taken one by one"
        yield Problem(reason, "info", page.name, page.units[first].line, message)


class _Joiner:
    """The blocks found so far."""

    def __init__(self, texts: Texts, locale: str | None, *, larger: bool) -> None:
        self._larger = larger
        self.joined: list[Block] = []
        self.unjoined: list[Unjoined] = []
        self._ids, self._sources, self._targets = texts
        self._url_segment = None if locale is None else f"/{locale.lower()}/"

    def join(self, cuts: Sequence[Cut], offset: int) -> None:
        """Join a run of units, the first with index ``offset``; ``cuts`` is one more than there are units."""
        count = len(cuts) - 1
        done = 0
        # Only around a cut that does more than to part two units is a block anything but a unit.
        for cut in [index for index, cut in enumerate(cuts) if cut is not PARTED]:
            for begin in (cut - 1, cut):
                if done <= begin < count:
                    self._units(done, begin, offset)
                    done = self._run(cuts, begin, offset)
        self._units(done, count, offset)

    def _units(self, begin: int, stop: int, offset: int) -> None:
        """Take these units, each of which is a block."""
        if not self._larger:
            for index in range(offset + begin, offset + stop):
                self.joined.append(Block(index, index, self._sources[index].strip(), self._targets[index].strip(), True))

    def _run(self, cuts: Sequence[Cut], begin: int, offset: int) -> int:
        """Take the block that begins with this unit; returns where the next one begins."""
        stop = begin + 1
        while stop < len(cuts) - 1 and cuts[stop].between is not None:
            stop += 1
        before, behind = cuts[begin], cuts[stop]
        first, last = offset + begin, offset + stop - 1
        if before.hidden:
            self.unjoined.append(Unjoined(first, last, before.hidden))
        elif first == last and not before.head and not behind.tail:
            self._units(begin, stop, offset)
        else:
            self._block(first, last, [before.head, *[cut.between or "" for cut in cuts[begin + 1 : stop]], behind.tail])
        return stop

    def _block(self, first: int, last: int, gaps: list[str]) -> None:
        """Take the block with these units and the text before, between and behind them."""
        reason = self._doubt(first, gaps)
        if reason is not None:
            self.unjoined.append(Unjoined(first, last, reason))
            return
        parts = [""] * (2 * len(gaps) - 1)
        parts[0::2] = gaps
        parts[1::2] = self._sources[first : last + 1]
        source = "".join(parts).strip()
        parts[1::2] = self._targets[first : last + 1]
        is_unit = first == last and source == self._sources[first].strip()
        if not (is_unit and self._larger):
            self.joined.append(Block(first, last, source, "".join(parts).strip(), is_unit))

    def _doubt(self, first: int, gaps: list[str]) -> Reason | None:
        """Why the text between the units may not be the source's; None when it is."""
        for index, gap in enumerate(gaps, first):
            if len(gap) > 1:
                if self._url_segment is not None and "/" in gap and self._url_segment in gap.lower():
                    return "localized-url"
                if _has_words(gap) and not self._follow(index):
                    return "untranslated-text"
        return None

    def _follow(self, index: int) -> bool:
        """Whether no segment without a unit stands before the unit with this index."""
        if not 0 < index < len(self._ids):
            return False
        before, behind = self._ids[index - 1][6:], self._ids[index][6:]
        # Paragraphs have a counter of their own, which says nothing about the others.
        return before[0] != "p" and behind[0] != "p" and int(behind) == int(before) + 1


def _has_words(text: str) -> bool:
    """Whether letters are left when what is the same in all languages is taken out."""
    return _WORD.search(text) is not None and _WORD.search(_SHARED.sub(" ", text)) is not None
