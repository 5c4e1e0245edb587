"""``align-tm corpus``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from align.catalog import Corpus, clone, own_catalog, pick, read_catalog
from align.cli.tables import new_table, print_table
from align.cli.types import NamedPath
from align.formats import jsonl
from align.terminal import on_one_line

__all__ = ["command"]

_catalog_option = click.option(
    "--catalog", type=NamedPath(path_type=Path), metavar="FILE", help="Another catalog than the one of this program (TOML)."
)


def _read(values: dict[str, Any]) -> list[Corpus]:
    return read_catalog(values["catalog"] or own_catalog())


def _print(catalog: list[Corpus]) -> None:
    table = new_table(f"{len(catalog):,} corpora")
    table.add_column("name", overflow="fold")
    table.add_column("locale", no_wrap=True)
    table.add_column("pages", justify="right", no_wrap=True)
    table.add_column("units", justify="right", no_wrap=True)
    table.add_column("repository", overflow="fold")
    table.add_column("branch", overflow="fold")
    table.add_column("note", overflow="fold")
    for corpus in catalog:
        counts = (f"{corpus.pages:,}", f"{corpus.units:,}")
        texts = (corpus.name, corpus.locale, *counts, corpus.repository, corpus.branch, corpus.note or "")
        table.add_row(*map(on_one_line, texts))
    print_table(table)


@click.group("corpus", context_settings={"max_content_width": 100})
def command() -> None:
    """List public repositories with bilingual pages, and clone one.

    \b
    Example:
      align-tm corpus list
    """


@command.command("list")
@_catalog_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def _list(**values: Any) -> int:
    """Show what the catalog names.

    \b
    Example:
      align-tm corpus list --json
    """
    catalog = _read(values)
    if values["as_json"]:
        found = [{**msgspec.to_builtins(corpus), "url": corpus.url} for corpus in catalog]
        sys.stdout.buffer.write(jsonl.encode({"corpora": found}))
    else:
        _print(catalog)
    return 0


@command.command("get")
@click.argument("name", metavar="NAME")
@click.option(
    "--into", type=NamedPath(path_type=Path), default=".", show_default=True, metavar="DIR", help="Folder for the folder NAME."
)
@_catalog_option
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
def _get(**values: Any) -> int:
    """Clone the bilingual branch of a corpus, without its history, into DIR/NAME; nothing is overwritten.

    \b
    Example:
      align-tm corpus get office-scripts-de-de --into corpora
    """
    corpus = pick(_read(values), values["name"])
    folder = clone(corpus, values["into"], progress=sys.stderr.isatty() and not values["quiet"])
    if not values["quiet"]:
        click.echo(on_one_line(f"{corpus.url}, branch {corpus.branch}, is in {folder}."))
        if corpus.note:
            click.echo(on_one_line(f"Note: {corpus.note}."))
    return 0
