"""The cuts of a Markdown page's gaps, remembered: nine of ten gaps cost one look-up."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from align.pages.cuts import BAR, Cut, Place, pass_gap
from align.pages.gaps import without_code

__all__ = ["Cutter", "Node", "Step", "markdown_cuts"]

_LONGEST_REMEMBERED = 1_500
# Characters of gaps; a bound on their number would not bound the memory.
_MOST_REMEMBERED = 8_000_000
_MOST_PLACES = 20_000
_COST = 150  # of a step and its place, in characters
# The name in the producer's anchor, where the gap itself tells that it stands in a heading.
_ANCHOR = re.compile(r"(\n(?:> ?)* {0,3}#{1,6} +<a name=\")[^\"<>]*")
# The target of a link at the gap's beginning, without any character that may mean more.
_LINK_TARGET = re.compile(r"\]\([^\s()<>|`\\]*(?=\))")
_BLANK_LINE = re.compile(r"\n[ \t]*\r?\n")


class Step(msgspec.Struct, frozen=True):
    """What a gap does at a place."""

    cut: Cut
    """What it does to the blocks around it."""
    after: Node
    """The place behind it, with its steps."""
    is_head_row: bool
    """Whether the line below tells that the units just passed stand in a table's head."""


class Node(dict[str, Step]):
    """A place, and the steps of the gaps that were met there; for any other the step is found out when it is asked for."""

    __slots__ = ("_cutter", "as_it_is", "place")

    def __init__(self, cutter: Cutter, place: Place) -> None:
        self._cutter = cutter
        self.place = place
        self.as_it_is = bool(place.fence) or place.comment  # nothing may be left out of a gap

    def __missing__(self, gap: str) -> Step:
        return self._cutter.step(self, gap)


class Cutter:
    """All places met so far; forgets them when they become too many, which changes no result."""

    def __init__(self) -> None:
        self._nodes: dict[Place, Node] = {}
        self._remembered = 0

    def _node(self, place: Place) -> Node:
        found = self._nodes.get(place)
        if found is None:
            found = self._nodes[place] = Node(self, place)
        return found

    def start(self) -> Node:
        """The place at the beginning of a page."""
        if self._remembered > _MOST_REMEMBERED or len(self._nodes) > _MOST_PLACES:
            for node in self._nodes.values():
                node.clear()  # nodes and steps hold each other, which the collector of garbage may find late
            self._nodes, self._remembered = {}, 0
        return self._node(Place())

    def step(self, node: Node, gap: str) -> Step:
        """What the gap does at this place; looked up when a gap alike was met there before."""
        if node.as_it_is:
            return self._simple(node, gap)
        key = _without_details(gap)
        link = _LINK_TARGET.match(key) if key.startswith("](") else None
        if link is not None:
            step = _with_target(self._simple(node, "](" + key[link.end() :]), link[0])
            return self._remember(node, gap, step)
        step = self._simple(node, key)
        return step if key == gap else self._remember(node, gap, step)

    def _simple(self, node: Node, gap: str) -> Step:
        found = node.get(gap)
        if found is not None:
            return found
        passed = pass_gap(node.place, gap)
        return self._remember(node, gap, Step(passed.cut, self._node(passed.place), passed.is_head_row))

    def _remember(self, node: Node, gap: str, step: Step) -> Step:
        if len(gap) <= _LONGEST_REMEMBERED and self._remembered <= _MOST_REMEMBERED:
            node[gap] = step
            self._remembered += len(gap) + _COST
        return step


def _with_target(step: Step, target: str) -> Step:
    """The step of a gap that begins with ``](``, with the link's target put back behind it."""
    cut = step.cut
    if cut.between is None:
        cut = Cut(None, target + cut.tail[2:], cut.head, cut.hidden)
    else:
        cut = Cut(target + cut.between[2:], cut.tail, cut.head, cut.hidden)
    return Step(cut, step.after, step.is_head_row)


def _without_details(gap: str) -> str:
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
        step = node[gap]
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
    cuts[last] = msgspec.structs.replace(cuts[last], tail=BAR.split(cuts[last].tail)[0])
    for index in range(last - 1, -1, -1):
        cut = cuts[index]
        above, feed, line = (cut.head if cut.between is None else cut.between).rpartition("\n")
        cells = BAR.split(line)
        if cut.between is None:
            cuts[index] = msgspec.structs.replace(cut, head=cells[-1])
        elif feed or len(cells) > 1:
            cuts[index] = Cut(None, above if feed else cells[0], cells[-1], cut.hidden)
        if "\n" in gaps[index]:
            break
