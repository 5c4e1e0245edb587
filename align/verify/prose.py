"""Which characters of a Markdown text are not prose: there a backslash, a space or an entity is never an artefact."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""\\. | (?P<ticks>`+)
      | (?P<comment><!--.*?(?:-->|\Z))
      | (?P<tag></?[A-Za-z][^<>]*>)
      | (?P<target>\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)""",
    re.VERBOSE | re.DOTALL,
)


def protected_regions(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every code span, comment, tag, autolink and link target, in order.

    A code span is a run of backticks up to the next run of the same length; an escaped backtick opens none.
    """
    at = 0
    closers: dict[int, list[int]] | None = None
    while match := _TOKEN.search(text, at):
        at = match.end()
        if match["ticks"]:
            if closers is None:
                closers = _tick_runs(text)
            closing = _next_run(closers, len(match["ticks"]), at)
            if closing is not None:
                at = closing + len(match["ticks"])
                yield match.start(), at
        elif match["comment"] or match["tag"] or match["target"]:
            yield match.start(), at


def _tick_runs(text: str) -> dict[int, list[int]]:
    """Offsets of the runs of backticks, latest first, by their length."""
    runs: dict[int, list[int]] = {}
    for match in re.finditer("`+", text):
        runs.setdefault(len(match[0]), []).append(match.start())
    return {length: starts[::-1] for length, starts in runs.items()}


def _next_run(runs: dict[int, list[int]], length: int, at: int) -> int | None:
    """The first run of this length at or after the offset; earlier ones are dropped, so that a page is read once."""
    starts = runs.get(length, [])
    while starts and starts[-1] < at:
        starts.pop()
    return starts[-1] if starts else None
