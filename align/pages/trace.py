"""Follow a Markdown page's structure through its gaps, so that every unit knows where it stands.

The steps come from the automaton of :mod:`align.pages.automaton`; here is what no step can tell alone: the text of
headings, and units whose place only the next line tells (a setext heading, a table's first row, a bracket that is no
link after all).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from align.pages.automaton import Automaton, Step, heading_prefix
from align.pages.blocks import heading_text

__all__ = ["Places", "trace"]


class Places(NamedTuple):
    """Where each unit of a page stands: three lists of the same length, named as in ``Unit``."""

    contexts: list[tuple[str, ...]]
    headings: list[str | None]
    flags: list[tuple[str, ...]]


_AUTOMATON = Automaton()


class _Follower:
    """The units passed so far, and the heading line that is being read."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.steps: list[Step] = []
        self.headings: list[str | None] = []
        self.heading: str | None = None
        self.parts: list[str] = []
        """The heading line being read: the gap before it, then sources and gaps; empty outside of one."""
        self._bare = False
        self.mended: dict[int, tuple[str, ...]] = {}
        """Contexts that turned out to be other than their step said."""
        self._sources = sources

    def leave(self, step: Step, gap: str) -> None:
        """Finish what the units before the gap began."""
        if step.unlinked:
            self._each(step_stops=lambda passed: passed.opened, mend=_without_link)
        if step.new_line and self.parts:
            self.heading = self._heading_line(gap[: gap.find("\n")])
            self.parts = []
        if step.promoted == "table":
            self._each(step_stops=lambda passed: passed.new_line, mend=_in_table)
        elif step.promoted == "heading":
            first = self._each(step_stops=lambda passed: passed.new_block, mend=_in_heading)
            sources = self._sources[first : len(self.steps)]
            self.headings[first:] = sources
            self.heading = " ".join(source.strip() for source in sources) or self.heading
        if step.heading is not None:
            self.heading = step.heading

    def enter(self, step: Step, gap: str, source: str) -> None:
        """Take the unit behind the gap."""
        self.steps.append(step)
        if step.in_heading:
            if not self.parts:
                self._bare = step.bare
            self.parts += (gap, source)
            self.headings.append(source)
        else:
            self.headings.append(self.heading)

    def _heading_line(self, tail: str) -> str:
        """The text of the heading line that ends with ``tail``; one unit alone is that unit's source."""
        if len(self.parts) == 2 and self._bare and not tail.strip():
            return self.parts[1]
        return heading_text("".join([heading_prefix(self.parts[0]), *self.parts[1:], tail]))

    def _each(
        self,
        *,
        step_stops: Callable[[Step], bool],
        mend: Callable[[tuple[str, ...]], tuple[str, ...]],
    ) -> int:
        """Mend the contexts of the units just passed, back to the first one at which to stop; returns its index."""
        index = len(self.steps)
        while index > 0:
            index -= 1
            self.mended[index] = mend(self.mended.get(index, self.steps[index].context))
            if step_stops(self.steps[index]):
                break
        return index

    def places(self) -> Places:
        """The places of all units."""
        contexts = [step.context for step in self.steps]
        for index, context in self.mended.items():
            contexts[index] = context
        return Places(contexts, self.headings, [step.flags for step in self.steps])


def _without_link(context: tuple[str, ...]) -> tuple[str, ...]:
    return context[:-1] if context[-1:] == ("link",) else context


def _with_leaf(context: tuple[str, ...], leaf: str) -> tuple[str, ...]:
    inside = sum(word in ("link", "image") for word in context)
    outside = len(context) - inside
    return context if leaf in context else (*context[:outside], leaf, *context[outside:])


def _in_table(context: tuple[str, ...]) -> tuple[str, ...]:
    return _with_leaf(context, "table")


def _in_heading(context: tuple[str, ...]) -> tuple[str, ...]:
    return _with_leaf(context, "heading")


def trace(gaps: Sequence[str], sources: Sequence[str]) -> Places:
    """Where each unit of a Markdown page stands.

    Parameters
    ----------
    gaps : the text before, between and behind the units, front matter left out: one more than there are units.
    sources : the units' source texts.
    """
    follower = _Follower(sources)
    steps, headings = follower.steps, follower.headings
    if not sources:
        return follower.places()
    node = _AUTOMATON.start()
    # The page begins at the beginning of a line, which is what a line feed says.
    for gap, source in zip(("\n" + gaps[0], *gaps[1:-1]), sources, strict=True):
        step = node.steps.get(gap) or _AUTOMATON.step(node, gap)
        node = step.after
        if step.quiet and not follower.parts:
            steps.append(step)
            headings.append(follower.heading)
        else:
            follower.leave(step, gap)
            follower.enter(step, gap, source)
    # What follows the last unit may still tell what it was, in the line below.
    line_end = gaps[-1].find("\n")
    next_line_end = gaps[-1].find("\n", line_end + 1) if line_end >= 0 else -1
    below = (gaps[-1] if next_line_end < 0 else gaps[-1][:next_line_end]) + "\n"
    follower.leave(_AUTOMATON.step(node, below), below)
    return follower.places()
