"""Tables for people: as wide as the terminal, or as they need to be in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["new_table", "print_table"]

_WIDTH_IN_A_PIPE = 200


def new_table(title: str) -> Table:
    """A table in the house's style."""
    from rich import box
    from rich.table import Table

    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)


def print_table(table: Table) -> None:
    """Print a table on standard output."""
    from rich.console import Console

    console = Console(file=sys.stdout)
    if not console.is_terminal:
        console = Console(file=sys.stdout, width=_WIDTH_IN_A_PIPE)
    console.print(table)
