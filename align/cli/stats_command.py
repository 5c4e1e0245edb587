"""``align-tm stats``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click
import msgspec

from align.cli.options import Findings, Input, fail_on_option, input_options
from align.cli.tables import new_table, print_table
from align.corpus import problems_of
from align.formats import jsonl
from align.model import Problem
from align.pages import Page
from align.stats import LocaleStats, Stats, collect_stats

__all__ = ["command"]

_SHOWN = {
    "pages": "pages",
    "units": "units",
    "HT": "HT",
    "MT": "MT",
    "unknown": "unknown",
    "paragraphs": "paragraphs",
    "duplicates": "duplicates",
    "identical": "identical",
    "source_words": "source words",
    "target_words": "target words",
    "source_characters": "source characters",
    "target_characters": "target characters",
}


def _print(stats: Stats) -> None:
    table = new_table(f"{stats.pages:,} pages, {stats.units:,} units")
    table.add_column("", no_wrap=True)
    total = LocaleStats()
    for locale, one in stats.locales.items():
        table.add_column(locale, justify="right", no_wrap=True)
        for name in _SHOWN:
            setattr(total, name, getattr(total, name) + getattr(one, name))
    columns = list(stats.locales.values())
    if len(columns) > 1:
        table.add_column("all", justify="right")
        columns.append(total)
    for name, title in _SHOWN.items():
        table.add_row(title, *(f"{getattr(one, name):,}" for one in columns))
    print_table(table)
    problems = ", ".join(f"{count:,} {rule}" for rule, count in stats.problems.items())
    click.echo(f"Problems: {problems or 'none'}")


@click.command("stats")
@input_options
@fail_on_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(**values: Any) -> int:
    """Count units, human and machine translation, duplicates, words and problems, per locale.

    \b
    Example:
      align-tm stats docs.fr-fr docs.de-de --json
    """
    given = Input(values)
    findings = Findings(given, values["fail_on"])

    def counted() -> Iterator[Page | Problem]:
        for page in given.pages():
            for problem in problems_of(page):
                findings.take(problem)
            yield page

    stats = collect_stats(counted())
    findings.units = stats.units
    if values["as_json"]:
        sys.stdout.buffer.write(jsonl.encode(msgspec.to_builtins(stats)))
    else:
        _print(stats)
    return findings.status()
