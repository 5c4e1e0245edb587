"""The automaton that follows a Markdown page through its gaps: a state is what is open, a step what a gap does to it.

Gaps repeat endlessly (a space, a blank line, a new list item), so each state remembers the steps taken from it; nine of
ten units cost one look-up. Fences and comments only flag a unit, they never decide that it is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import msgspec

from align.pages.blocks import QUOTE, Containers, Leaf, Line, fence_mark, heading_text, read_line
from align.pages.gaps import heading_prefix, without_details
from align.pages.inline_marks import NO_MARKS, Marks, read_marks

__all__ = ["Automaton", "Node", "State", "Step"]

_LONGEST_REMEMBERED = 1_500
# Characters of gaps; a bound on their number would not bound the memory.
_MOST_REMEMBERED = 8_000_000
_MOST_STATES = 20_000
_COST = 150  # of a step and its place, in characters
_HTML_HEADING = re.compile(r"<h([1-6])(?:\s[^<>]*)?>.*?</h\1>")


class State(NamedTuple):
    """What is open at a point of the page."""

    containers: Containers = ()
    """Lists and quotes that are open, outermost first."""
    leaf: Leaf = ""
    """The block of text that is open."""
    marks: Marks = NO_MARKS
    """What is open within the text."""
    fence: str = ""
    """The run of backticks or tildes that opened the code fence, empty when none is open."""
    outer: int = 0
    """How many of the open HTML elements were open when the line began: they are around its list, quote or table."""


class Step(msgspec.Struct, frozen=True):
    """What a gap does to the state, and what it tells about the units around it."""

    after: Node
    """The state behind the gap, with its steps."""
    context: tuple[str, ...]
    """``Unit.context`` of the unit behind the gap."""
    flags: tuple[str, ...]
    """``in-comment`` and ``in-fence`` of the unit behind the gap."""
    feeds: int
    """How many line feeds the gap holds."""
    new_line: bool
    """Whether the unit behind the gap stands on another line than the one before it."""
    new_block: bool
    """Whether it stands in another block (paragraph, item, cell row)."""
    heading: str | None
    """Text of the last heading that stands wholly in the gap."""
    promoted: str
    """``heading`` or ``table`` when the line below tells what the units just passed were, else empty."""
    opened: bool
    """Whether the bracket around the unit behind the gap opens in it."""
    unlinked: bool
    """Whether the bracket around the units just passed was no link."""
    tells: bool
    """Whether it tells of the units just passed, or of a heading between (``heading``, ``promoted``, ``unlinked``)."""
    in_heading: bool
    """Whether the unit behind the gap stands in a heading line."""
    bare: bool
    """Whether that heading line holds no text before the unit."""
    plain: bool
    """Whether it is ``bare``, has no flags, and nothing ``tells``."""
    quiet: bool
    """Whether nothing but ``after`` and ``context`` matters, outside of a heading line."""


@lru_cache(maxsize=64)
def _closing_fence(mark: str) -> Callable[[str, int], re.Match[str] | None]:
    """A search for the line that closes the fence opened by this run; the unfinished last line never does."""
    return re.compile(rf"^[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*\r?(?=\n)", re.MULTILINE).search


class Node(dict[str, Step]):
    """A state and the steps taken from there, by their gaps; a gap that is asked for and not there takes its step now."""

    __slots__ = ("_automaton", "as_it_is", "state")

    def __init__(self, automaton: Automaton, state: State) -> None:
        self._automaton = automaton
        self.state = state
        self.as_it_is = bool(state.fence) or state.marks.comment  # nothing may be left out of a gap

    def __missing__(self, gap: str) -> Step:
        return self._automaton.step(self, gap)


class Automaton:
    """All states met so far; forgets them when they become too many, which changes no result."""

    def __init__(self) -> None:
        self._nodes: dict[State, Node] = {}
        self._remembered = 0

    def _node(self, state: State) -> Node:
        found = self._nodes.get(state)
        if found is None:
            found = self._nodes[state] = Node(self, state)
        return found

    def start(self) -> Node:
        """The state at the beginning of a page."""
        if self._remembered > _MOST_REMEMBERED or len(self._nodes) > _MOST_STATES:
            for node in self._nodes.values():
                node.clear()  # nodes and steps hold each other, which the collector of garbage may find late
            self._nodes, self._remembered = {}, 0
        return self._node(State())

    def step(self, node: Node, gap: str) -> Step:
        """The step that a gap takes from a state; looked up when a gap alike took it before."""
        key = gap if node.as_it_is else without_details(gap)
        step = node.get(key) or self._remember(node, key, self._step(node.state, key))
        if key == gap:
            return step
        feeds = gap.count("\n")
        return self._remember(node, gap, step if feeds == step.feeds else msgspec.structs.replace(step, feeds=feeds))

    def _remember(self, node: Node, gap: str, step: Step) -> Step:
        if len(gap) <= _LONGEST_REMEMBERED and self._remembered <= _MOST_REMEMBERED:
            node[gap] = step
            self._remembered += len(gap) + _COST
        return step

    def _step(self, state: State, gap: str) -> Step:
        walk = _Walk(state)
        walk.read(gap)
        after = walk.state()
        outer, inner, inside = after.marks.contexts(after.outer)
        containers = tuple("quote" if one == QUOTE else "list" for one in after.containers)
        leaf = (after.leaf,) if after.leaf in ("heading", "table") else ()
        context = outer + containers + leaf + inner + inside
        in_heading = "heading" in context
        bare = in_heading and not heading_text(heading_prefix(gap))
        tells = walk.unlinked or bool(walk.promoted) or walk.heading is not None
        flags = (("in-comment",) if after.marks.comment else ()) + (("in-fence",) if after.fence else ())
        return Step(
            after=self._node(after),
            context=context,
            flags=flags,
            feeds=gap.count("\n"),
            new_line=walk.new_line,
            new_block=walk.new_block,
            heading=walk.heading,
            promoted=walk.promoted,
            opened=walk.opened,
            unlinked=walk.unlinked,
            tells=tells,
            in_heading=in_heading,
            bare=bare,
            plain=bare and not (flags or tells),
            quiet=not (flags or in_heading or tells),
        )


class _Walk:
    """One gap being read: the state as it changes, and what it tells about the units before it."""

    def __init__(self, state: State) -> None:
        self.containers, self.leaf, self.marks, self.fence, self.outer = state
        self.new_line = self.new_block = self.unlinked = self.opened = False
        self.heading: str | None = None
        self.promoted = ""
        self._paragraph: list[str] = []
        self._first_line = True

    def state(self) -> State:
        return State(self.containers, self.leaf, self.marks, self.fence, self.outer)

    def read(self, gap: str) -> None:
        end = gap.find("\n")
        if end < 0:
            self._inline(gap)
            return
        self.new_line = True
        self._inline(gap[:end])
        at = end + 1
        while (end := gap.find("\n", at)) >= 0:
            self._end_line()
            at = self._whole_line(gap, at, end)
        self._end_line()
        self._begun_line(gap[at:])

    def _inline(self, text: str) -> None:
        if not self.fence and text:
            read = read_marks(text, self.marks)
            self.marks = read.marks
            self.opened = read.opened
            self.unlinked |= read.unlinked and self._first_line

    def _end_line(self) -> None:
        if self.leaf == "heading":
            self.leaf = ""
        elif self.leaf == "table" and len(self.marks.elements) > self.outer:
            # No element goes on past its table row.
            self.marks = self.marks._replace(elements=self.marks.elements[: self.outer])
        self.outer = len(self.marks.elements)

    def _whole_line(self, gap: str, at: int, end: int) -> int:
        """Read a line without units; returns where the next one to read begins."""
        line = gap[at:end].rstrip("\r").expandtabs(4)
        if self.fence:
            return self._to_fence_end(gap, at)
        if self.marks.comment:
            self._inline(line)
            self._first_line = False
            return end + 1
        if not line and QUOTE not in self.containers:
            self._blank()
            return end + 1
        self._block_line(line, read_line(line, self.containers, self.leaf))
        return end + 1

    def _block_line(self, line: str, found: Line) -> None:
        """Take a line that may begin or go on with a block."""
        if found.leaf in ("underline", "delimiter"):
            self._look_back(found.leaf)
        first, self._first_line = self._first_line, False
        goes_on = found.leaf == self.leaf == "paragraph" and not found.entered
        self.containers = found.containers
        if found.leaf == "fence":
            self.fence = fence_mark(line, found.content)
            self.leaf, self.new_block = "", True
            return
        if found.leaf != self.leaf or found.entered or not found.leaf:
            self.new_block = True
            if self.marks.brackets:
                self.marks = self.marks._replace(brackets=())
        self.leaf = "" if found.leaf == "underline" else found.leaf
        if found.leaf == "heading":
            self.heading = heading_text(line[found.content :])
            self.marks, self.outer = self.marks._replace(elements=()), 0
        elif found.leaf:
            if found.leaf == "underline" and not first:
                self.heading = " ".join(self._paragraph)
            self._text_line(line, found.content, goes_on=goes_on)

    def _text_line(self, line: str, content: int, *, goes_on: bool) -> None:
        """Take the text of a line, which may be a heading in HTML, or become one by the line below."""
        html_heading = _HTML_HEADING.search(line) if "<h" in line else None
        if html_heading is not None:
            self.heading = heading_text(html_heading[0])
        if not goes_on:
            self._paragraph = []
        self._paragraph.append(line[content:].strip())
        self._inline(line)

    def _blank(self) -> None:
        """What an empty line does outside of block quotes; most lines of all gaps are empty."""
        self._first_line = False
        self.new_block = True
        self.leaf = ""
        if self.marks.brackets:
            self.marks = self.marks._replace(brackets=())

    def _look_back(self, leaf: Leaf) -> None:
        """A line of ``===`` or ``|---|`` tells what the line above was; if that held units, they are told."""
        if self._first_line:
            self.promoted = "heading" if leaf == "underline" else "table" if self.leaf == "paragraph" else ""

    def _to_fence_end(self, gap: str, at: int) -> int:
        """Skip to behind the fence's end, or to the last line; a fence's indentation is often wrong, so any is taken."""
        found = _closing_fence(self.fence)(gap, at)
        if found is None:
            return gap.rfind("\n") + 1
        self.fence = ""
        return found.end() + 1

    def _begun_line(self, text: str) -> None:
        """Read the beginning of the line on which the next unit stands."""
        text = text.expandtabs(4)
        if self.fence:
            return
        if self.marks.comment:
            self._inline(text)
            self._first_line = False
            return
        found = read_line(text + "x", self.containers, self.leaf)
        if found.leaf != self.leaf or found.entered or found.leaf == "heading":
            self.new_block = True
            if self.marks.brackets:
                self.marks = self.marks._replace(brackets=())
        self._first_line = False
        self.containers = found.containers
        self.leaf = found.leaf if found.leaf in ("heading", "table") else "paragraph"
        if found.leaf == "heading":
            self.marks, self.outer = self.marks._replace(elements=()), 0
        self._inline(text[found.content :])
