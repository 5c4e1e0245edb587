"""The cuts of a Markdown page's gaps, remembered: all but a few of a hundred gaps cost one look-up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from align.pages.cuts import BAR, Cut, Place, pass_gap
from align.pages.gaps import without_code

__all__ = ["Cutter", "Node", "Step", "markdown_cuts"]

_LONGEST_REMEMBERED = 120
_MOST_REMEMBERED = 20_000
# The name in the producer's anchor, where the gap itself tells that it stands in a heading.
_ANCHOR = re.compile(r"(\n(?:> ?)* {0,3}#{1,6} +<a name=\")[^\"<>]*")
# The target of a link at the gap's beginning, without any character that may mean more.
_LINK_TARGET = re.compile(r"\]\([^\s()<>|`\\]*(?=\))")
_BLANK_LINE = re.compile(r"\n[ \t]*\r?\n")


class Step(NamedTuple):
    """What a gap does at a place."""

    cut: Cut
    after: Node
    is_head_row: bool
    """Whether the line below tells that the units just passed stand in a table's head."""


class Node:
    """A place, and the steps of the gaps that were met there."""

    __slots__ = ("place", "steps")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.steps: dict[str, Step] = {}


class Cutter:
    """All places met so far; forgets them when they become too many, which changes no result."""

    def __init__(self) -> None:
        self._nodes: dict[Place, Node] = {}
        self._remembered = 0

    def _node(self, place: Place) -> Node:
        found = self._nodes.get(place)
        if found is None:
            found = self._nodes[place] = Node(place)
        return found

    def start(self) -> Node:
        """The place at the beginning of a page."""
        if self._remembered > _MOST_REMEMBERED or len(self._nodes) > _MOST_REMEMBERED:
            self._nodes, self._remembered = {}, 0
        return self._node(Place())

    def step(self, node: Node, gap: str) -> Step:
        """What the gap does at this place; looked up when a gap alike was met there before."""
        if node.place.fence or node.place.comment:
            return self._step(node, gap)
        key = without_details(gap)
        link = _LINK_TARGET.match(key)
        if link is None:
            return self._step(node, key)
        found = self._step(node, "](" + key[link.end() :])
        cut = found.cut
        if cut.between is not None:
            return found._replace(cut=cut._replace(between=link[0] + cut.between[2:]))
        return found._replace(cut=cut._replace(tail=link[0] + cut.tail[2:]))

    def _step(self, node: Node, gap: str) -> Step:
        found = node.steps.get(gap)
        if found is not None:
            return found
        passed = pass_gap(node.place, gap)
        made = Step(passed.cut, self._node(passed.place), passed.is_head_row)
        if len(gap) <= _LONGEST_REMEMBERED and self._remembered <= _MOST_REMEMBERED:
            node.steps[gap] = made
            self._remembered += 1
        return made


def without_details(gap: str) -> str:
    """The gap without the names in headings' anchors and the lines of code, which no cut shows."""
    return without_code(_ANCHOR.sub(r"\1", gap) if "<a name=" in gap else gap)


_CUTTER = Cutter()


def markdown_cuts(gaps: Sequence[str]) -> list[Cut]:
    """What each gap of a Markdown page does; ``gaps`` as in :attr:`align.pages.columns.Gaps.body`."""
    if len(gaps) < 2:
        return []
    node = _CUTTER.start()
    cuts: list[Cut] = []
    last = _block_end(gaps[-1])
    # The page begins at the beginning of a line, which is what a line feed says.
    for index, gap in enumerate(("\n" + gaps[0].removeprefix("\ufeff"), *gaps[1:-1], last)):
        step = node.steps.get(gap) or _CUTTER.step(node, gap)
        node = step.after
        cuts.append(step.cut)
        if step.is_head_row:
            _cut_head_row(cuts, gaps, index)
    return cuts


def _block_end(gap: str) -> str:
    """The last gap up to where its first block has surely ended."""
    found = _BLANK_LINE.search(gap)
    return gap + "\n\n" if found is None else gap[: found.end()]


def _cut_head_row(cuts: list[Cut], gaps: Sequence[str], last: int) -> None:
    """Cut a line at its bars, for the gap with this index shows it to be the head of a table (GFM 4.10)."""
    cuts[last] = cuts[last]._replace(tail=BAR.split(cuts[last].tail)[0])
    for index in range(last - 1, -1, -1):
        cut = cuts[index]
        above, feed, line = (cut.head if cut.between is None else cut.between).rpartition("\n")
        cells = BAR.split(line)
        if cut.between is None:
            cuts[index] = cut._replace(head=cells[-1])
        elif feed or len(cells) > 1:
            cuts[index] = Cut(None, above if feed else cells[0], cells[-1], cut.hidden)
        if "\n" in gaps[index]:
            break
