"""How far reading has come: a bar in a notebook, a bar on a terminal, or what the caller does with the numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape

__all__ = ["Progress", "Step", "shown"]

Step = Callable[[int, int], None]
#: True and False: shown or not; None: shown where someone looks; a function: called with pages done and pages in all.
Progress = bool | Step | None

# Fewer pages are read before a bar could be looked at. A count, no clock: a notebook's output must not depend on the machine.
_WORTH_A_BAR = 200


def _in_notebook() -> bool:
    """Whether this runs in a Jupyter kernel (which has loaded IPython, so nothing is imported to find out)."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None


def _bar(done: int, total: int) -> dict[str, str]:
    text = f"{done:,} of {total:,} pages"
    bar = f'<progress value="{done}" max="{total}" aria-label="Reading pages"></progress>'
    return {"text/plain": text, "text/html": f"{bar} {escape(text)}"}


@contextmanager
def _notebook(total: int) -> Iterator[Step]:
    """A bar that the browser draws, updated about a hundred times; what is left at the end says how many pages were read."""
    from IPython.display import display

    handle = display(_bar(0, total), raw=True, display_id=True)  # type: ignore[no-untyped-call]
    every = max(total // 100, 1)

    def step(done: int, total: int) -> None:
        if handle is not None and (done % every == 0 or done == total):
            handle.update(_bar(done, total), raw=True)

    yield step


@contextmanager
def _terminal(total: int) -> Iterator[Step]:
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading pages", total=total)
        yield lambda done, _: bar.update(task, completed=done)


@contextmanager
def shown(progress: Progress, total: int) -> Iterator[Step]:
    """The function to call with pages done and pages in all, while the block lasts."""
    if callable(progress):
        yield progress
        return
    notebook = _in_notebook()
    looked_at = notebook or (sys.stderr is not None and sys.stderr.isatty())
    if progress or (progress is None and looked_at and total >= _WORTH_A_BAR):
        with (_notebook if notebook else _terminal)(total) as step:
            yield step
    else:
        yield lambda _done, _total: None
