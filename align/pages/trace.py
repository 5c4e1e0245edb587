"""Follow a Markdown page's structure through its gaps, so that every unit knows where it stands.

The steps come from the automaton of :mod:`align.pages.automaton`; here is what no step can tell alone: the text of
headings, and units whose place only the next line tells (a setext heading, a table's first row, a bracket that is no
link after all).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from align.pages.automaton import Automaton, Step
from align.pages.blocks import heading_text
from align.pages.gaps import heading_prefix

__all__ = ["Places", "trace"]


class Places(NamedTuple):
    """Where each unit of a page stands: lists of the same length, the first three named as in ``Unit``."""

    contexts: list[tuple[str, ...]]
    """Heading, list, table and so on, outermost first."""
    headings: list[str | None]
    """Source text of the last heading above; None where there is none."""
    flags: list[tuple[str, ...]]
    """``in-comment`` and ``in-fence``."""
    feeds: Sequence[int] = ()
    """Line feeds in the gap before each unit, and one more for the first; empty where no gap was followed."""


_AUTOMATON = Automaton()


class _Follower:
    """What the steps of a page that are not quiet say of its units: headings, flags, and contexts that the next line tells."""

    def __init__(self, steps: Sequence[Step], gaps: Sequence[str], sources: Sequence[str]) -> None:
        self._steps, self._gaps, self._sources = steps, gaps, sources
        self.contexts = [step.context for step in steps]
        self.flags: list[tuple[str, ...]] = [()] * len(steps)
        self.headings: list[str | None] = []
        self._heading: str | None = None
        self._parts: list[str] = []
        """The heading line being read: the gap before it, then sources and gaps; empty outside of one."""
        self._bare = False

    def follow(self) -> None:
        """Take all units; those behind quiet steps have the heading of the one before."""
        headings, count = self.headings, len(self._steps)
        for index in [index for index, step in enumerate(self._steps) if not step.quiet]:
            if index < len(headings):
                continue  # a heading line went on
            headings += [self._heading] * (index - len(headings))
            if self._steps[index].plain and self._gaps[index + 1][:1] == "\n":
                # A heading line that holds this unit and nothing else.
                self._heading = self._sources[index]
                headings.append(self._heading)
                continue
            self._take(index)
            while self._parts and len(headings) < count:
                self._take(len(headings))
        headings += [self._heading] * (count - len(headings))

    def _take(self, index: int) -> None:
        """Take the unit with this index, and the gap before it; all before it have been taken."""
        step, gap = self._steps[index], self._gaps[index]
        self.leave(index, step, gap)
        self.flags[index] = step.flags
        if step.in_heading:
            if not self._parts:
                self._bare = step.bare
            self._parts += (gap, self._sources[index])
            self.headings.append(self._sources[index])
        else:
            self.headings.append(self._heading)

    def leave(self, end: int, step: Step, gap: str) -> None:
        """Finish what the units before the gap began: those with indexes below ``end``."""
        if step.unlinked:
            self._each(end, step_stops=lambda passed: passed.opened, mend=_without_link)
        if step.new_line and self._parts:
            self._heading = self._heading_line(gap[: gap.find("\n")])
            self._parts = []
        if step.promoted == "table":
            self._each(end, step_stops=lambda passed: passed.new_line, mend=_in_table)
        elif step.promoted == "heading":
            first = self._each(end, step_stops=lambda passed: passed.new_block, mend=_in_heading)
            sources = self._sources[first:end]
            self.headings[first:] = sources
            self._heading = " ".join(source.strip() for source in sources) or self._heading
        if step.heading is not None:
            self._heading = step.heading

    def _heading_line(self, tail: str) -> str:
        """The text of the heading line that ends with ``tail``; one unit alone is that unit's source."""
        if len(self._parts) == 2 and self._bare and not tail.strip():
            return self._parts[1]
        return heading_text("".join([heading_prefix(self._parts[0]), *self._parts[1:], tail]))

    def _each(
        self,
        end: int,
        *,
        step_stops: Callable[[Step], bool],
        mend: Callable[[tuple[str, ...]], tuple[str, ...]],
    ) -> int:
        """Mend the contexts of the units just passed, back to the first one at which to stop; returns its index."""
        index = end
        while index > 0:
            index -= 1
            self.contexts[index] = mend(self.contexts[index])
            if step_stops(self._steps[index]):
                break
        return index


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
    if not sources:
        return Places([], [], [])
    # The page begins at the beginning of a line, which is what a line feed says.
    gaps = ("\n" + gaps[0], *gaps[1:])
    node = _AUTOMATON.start()
    steps: list[Step] = []
    for gap in gaps[:-1]:
        step = node[gap]
        node = step.after
        steps.append(step)
    follower = _Follower(steps, gaps, sources)
    follower.follow()
    # What follows the last unit may still tell what it was, in the line below.
    line_end = gaps[-1].find("\n")
    next_line_end = gaps[-1].find("\n", line_end + 1) if line_end >= 0 else -1
    below = (gaps[-1] if next_line_end < 0 else gaps[-1][:next_line_end]) + "\n"
    follower.leave(len(steps), node[below], below)
    return Places(follower.contexts, follower.headings, follower.flags, [step.feeds for step in steps])
