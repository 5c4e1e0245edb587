"""Counts and other short values as an HTML table, in the style of the other views."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from unicodedata import bidirectional

from align.display.style import STYLE

__all__ = ["ROWS", "table_view"]

#: Rows that a table shows.
ROWS = 20


def _side(value: object) -> str:
    """Where a value stands: a number at the right, a text where its first letter with a direction begins (``dir="auto"``)."""
    if isinstance(value, int | float):
        return 'style="text-align:right"'
    strong = next((found for character in str(value) if (found := bidirectional(character)) in ("L", "R", "AL")), "L")
    return f'style="text-align:{"left" if strong == "L" else "right"}"'


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<td {_side(value)}>{value:,}</td>" if isinstance(value, int) else f"<td {_side(value)}>{value:,.1f}</td>"
    return f'<td dir="auto" {_side(value)}>{escape("" if value is None else str(value))}</td>'


def table_view(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "", notes: Iterable[str] = ()) -> str:
    """The first :data:`ROWS` rows and how many more there are, as an HTML fragment with its own style.

    Parameters
    ----------
    columns : names, one for each value of a row.
    rows : numbers stand at the end of their cells, floating-point ones with one decimal; all else is text, escaped here.
    title : plain text above the table.
    notes : plain texts below it.
    """
    first = rows[0] if rows else columns
    head = "".join(f'<th scope="col" {_side(value)}>{escape(name)}</th>' for name, value in zip(columns, first, strict=True))
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows[:ROWS])
    more = [f"… and {len(rows) - ROWS:,} more"] if len(rows) > ROWS else []
    above = f"<p>{escape(title)}</p>" if title else ""
    below = "".join(f"<p>{escape(note)}</p>" for note in [*more, *notes])
    table = f'<table class="counts"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="align-tm">{STYLE}{above}{table}{below}</div>'
