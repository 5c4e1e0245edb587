"""``align-tm convert``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from align.convert import convert
from align.locales import canonical

__all__ = ["command"]


@click.command("convert")
@click.argument("source", type=click.Path(path_type=Path), metavar="IN")
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), required=True, metavar="OUT", help="File to write.")
@click.option("--locale", metavar="TAG", help="Target locale to take from a memory of several.")
@click.option("--source-locale", default="en-US", metavar="TAG", show_default=True, help="For a PO file that does not say it.")
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
def command(**values: Any) -> int:
    """Write a memory in another format: .tmx, .po, .tsv, .jsonl, .xlf, and to .moses (two text files).

    The endings tell the formats; .gz behind one is read, too. What the new format cannot hold is named.

    \b
    Example:
      align-tm convert memory/fr-FR.tmx -o fr-FR.tsv
      align-tm convert memory/fr-FR.jsonl -o corpus.moses
    """
    locale = None if values["locale"] is None else canonical(values["locale"])
    done = convert(values["source"], values["out"], locale=locale, source_locale=canonical(values["source_locale"]))
    if not values["quiet"]:
        left_out = f", {done.left_out:,} left out" if done.left_out else ""
        click.echo(f"{done.entries:,} entries{left_out}.{f' The format cannot hold {done.lost}.' if done.lost else ''}")
    return 0
