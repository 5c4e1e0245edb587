"""``align-tm report``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from align.cli.options import Findings, Input, fail_on_option, input_options
from align.cli.types import NamedPath
from align.corpus import problems_of
from align.model import Problem
from align.output import Staging
from align.pages import Page
from align.report import LIMIT, Summary, write_report

__all__ = ["command"]

_STANDARD_OUTPUT = Path("-")


@contextmanager
def _opened(out: Path) -> Iterator[IO[bytes]]:
    """A file that appears when it is complete, or standard output."""
    if out == _STANDARD_OUTPUT:
        yield sys.stdout.buffer
        return
    with Staging(out.parent) as staging:
        yield staging.binary(out.name)


def _say(out: Path, summary: Summary) -> None:
    stats = summary.stats
    if out != _STANDARD_OUTPUT:
        problems, size = sum(stats.problems.values()), out.stat().st_size / 1e6
        click.echo(f"{out}: {stats.pages:,} pages, {stats.units:,} units, {problems:,} problems, {size:.1f} MB")
    if summary.left_out:
        name = "standard output" if out == _STANDARD_OUTPUT else out
        click.echo(
            f"align-tm: {name}: lists {summary.embedded:,} of {stats.units:,} units; give a higher --limit, or fewer pages",
            err=True,
        )


@click.command("report")
@input_options
@fail_on_option
@click.option(
    "-o",
    "--output",
    "out",
    type=NamedPath(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="The HTML file to write, - for standard output.",
)
@click.option("--title", metavar="TEXT", help="Heading of the report [default: the names of the PATHs].")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=LIMIT,
    show_default=True,
    metavar="N",
    help="Units in the list, the first of the pages; totals and plots count all.",
)
def command(**values: Any) -> int:
    """Write an HTML report: totals, plots, problems, and all units with search and filters.

    It is one file that loads nothing from elsewhere, to be opened in any browser, sent or printed.

    \b
    Example:
      align-tm report docs.fr-fr -o report.html
    """
    given = Input(values)
    findings = Findings(given, values["fail_on"])
    out: Path = values["out"]
    if out != _STANDARD_OUTPUT:
        given.spare("-o", out)

    def told() -> Iterator[Page | Problem]:
        for page in given.pages():
            for problem in problems_of(page):
                findings.take(problem)
            yield page

    names = (Path(path).resolve().name if path != "-" else "standard input" for path in given.paths)
    title = values["title"] if values["title"] is not None else ", ".join(names)
    with _opened(out) as stream:
        summary = write_report(told(), stream, title=title, limit=values["limit"])
    findings.units = summary.stats.units
    if not given.quiet:
        _say(out, summary)
    return findings.status()
