"""Tables for people: as wide as the terminal, or as they need to be in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from align.terminal import on_one_line

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["new_table", "print_table"]


def new_table(title: str) -> Table:
    """A table in the house's style."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    return Table(title=Text(on_one_line(title), style="bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)


def print_table(table: Table, *, width_in_a_pipe: int = 200) -> None:
    """Print a table on standard output, every cell as it is: no text of a page is ever taken for markup."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else width_in_a_pipe
    console = Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)
    console.print(table)
