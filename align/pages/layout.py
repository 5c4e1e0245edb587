"""Where the units of a page stand in its text: the one place that knows which repair and which search a container takes."""

from __future__ import annotations

from typing import NamedTuple

from align.model import Container
from align.pages.repair import Repaired, undo_quot
from align.pages.spans import MARKER, Damage, Wrapper, find, is_plain, split

__all__ = ["Layout", "lay_out"]


class Layout(NamedTuple):
    """The wrappers and the damage of one page, in order of their beginning."""

    repaired: Repaired
    """The text they were found in; all offsets are into it."""
    wrappers: list[Wrapper]
    """The units, in the order in which they begin."""
    damages: list[Damage]
    """The markers that are no units; likewise."""

    def gaps(self) -> list[str]:
        """The text before, between and behind the wrappers: one more than there are wrappers."""
        text = self.repaired.text
        starts = [wrapper.start for wrapper in self.wrappers] + [len(text)]
        ends = [0] + [wrapper.end for wrapper in self.wrappers]
        return [text[end:start] for end, start in zip(ends, starts, strict=True)]

    def shown_gaps(self) -> list[str]:
        """The same without the sources that stand apart from their targets."""
        gaps = []
        parts: list[str] = []
        at = 0
        spans = [(wrapper.start, wrapper.end, False) for wrapper in self.wrappers]
        apart = [(*wrapper.source_part, True) for wrapper in self.wrappers if wrapper.source_part is not None]
        for start, end, is_source in sorted(spans + apart):
            parts.append(self.repaired.text[at:start])
            at = end
            if not is_source:
                gaps.append("".join(parts))
                parts = []
        return [*gaps, "".join(parts) + self.repaired.text[at:]]


def lay_out(text: str, container: Container) -> Layout:
    """Find every wrapper of a page. Work is linear in the text, damaged or not."""
    # Where every wrapper is sound, an &quot; is the author's.
    sound = container != "html" and is_plain(split(text), text.count(MARKER))
    repaired = Repaired(text, ()) if sound else undo_quot(text)
    if container == "html":
        from align.pages.paired import find_paired

        found = find_paired(repaired.text)
    else:
        found = find(repaired.text)
    wrappers = []
    damages = []
    for one in found:
        if isinstance(one, Wrapper):
            wrappers.append(one)
        else:
            damages.append(one)
    return Layout(repaired, sorted(wrappers, key=_start), sorted(damages, key=_start))


def _start(one: Wrapper | Damage) -> int:
    return one.start
