"""``align-tm show``."""

from __future__ import annotations

from typing import Any

import click

from align.cli.options import Findings, Input, fail_on_option, input_options
from align.cli.tables import new_table, print_table
from align.corpus import problems_of
from align.locales import is_right_to_left
from align.model import Unit
from align.pages import Page
from align.terminal import shown

__all__ = ["command"]

# An isolate keeps a right-to-left segment in order among left-to-right marks (Unicode Standard Annex #9, section 2.4).
_RTL_ISOLATE, _POP_ISOLATE = "\u2067", "\u2069"


def _cell(text: str, *, right_to_left: bool) -> str:
    text = shown(text.strip())
    if right_to_left:
        return "\n".join(f"{_RTL_ISOLATE}{line}{_POP_ISOLATE}" for line in text.split("\n"))
    return text


def _where(unit: Unit) -> str:
    marks = [*unit.context, *unit.flags]
    return unit.id + ("\n" + " ".join(marks) if marks else "")


def _print(page: Page) -> None:
    from rich import box
    from rich.text import Text

    origin = page.origin
    table = new_table(f"{page.name}  {origin.translation_type or 'HT or MT unknown'}  {origin.handoff or ''}".rstrip())
    table.box, table.show_lines, table.expand = box.HORIZONTALS, True, True
    right_to_left = is_right_to_left(origin.target_locale)
    table.add_column("line", justify="right", style="dim", no_wrap=True)
    table.add_column("unit", style="dim", max_width=18)
    table.add_column(origin.source_locale, ratio=1, overflow="fold")
    table.add_column(origin.target_locale or "target", ratio=1, justify="right" if right_to_left else "left", overflow="fold")
    for unit in page.units:
        heading = "bold" if "heading" in unit.context else ""
        table.add_row(
            str(unit.line),
            Text(_where(unit)),
            Text(_cell(unit.source, right_to_left=False), style=heading),
            Text(_cell(unit.target, right_to_left=right_to_left), style=heading),
        )
    print_table(table, width_in_a_pipe=120)


@click.command("show")
@input_options
@fail_on_option
def command(**values: Any) -> int:
    """Show pages with both languages side by side.

    \b
    Example:
      align-tm show docs.ar-sa/index.md
    """
    given = Input(values)
    findings = Findings(given, values["fail_on"])
    for page in given.pages():
        if isinstance(page, Page):
            findings.units += len(page.units)
            _print(page)
        for problem in problems_of(page):
            findings.take(problem)
    return findings.status()
