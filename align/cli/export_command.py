"""``align-tm export``."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import click

from align.cli.options import Findings, Input, fail_on_option, input_options
from align.cli.tables import new_table, print_table
from align.curate import Rules
from align.errors import OptionError
from align.export import FORMATS, ExportReport, Format, export_pages

__all__ = ["command"]


def _formats(text: str) -> tuple[Format, ...]:
    named = [name.strip() for name in text.split(",") if name.strip()]
    wrong = [name for name in named if name not in FORMATS]
    if wrong or not named:
        raise OptionError(f"--to: {', '.join(wrong) or 'nothing'!s} is no format", cure=f"use {', '.join(FORMATS)}")
    return tuple(form for form in FORMATS if form in named)


def _summary(report: ExportReport, out: Path) -> None:
    """The table at the end: what is in each file, and what became of the other units."""
    table = new_table(f"{report.pages:,} pages, {report.units:,} units, {report.problems:,} problems")
    table.add_column("file", overflow="fold")
    for name in ("exported", "merged", "dropped"):
        table.add_column(name, justify="right")
    table.add_column("why")
    shown = report.files if len(report.files) <= 24 else report.files[:20]
    for file in shown:
        reasons = file.merged | file.dropped
        table.add_row(
            file.path,
            f"{file.exported:,}",
            f"{sum(file.merged.values()):,}",
            f"{sum(file.dropped.values()):,}",
            ", ".join(f"{count:,} {reason}" for reason, count in reasons.items()),
        )
    if len(shown) < len(report.files):
        table.add_row(f"... and {len(report.files) - len(shown):,} more", "", "", "", "")
    print_table(table)
    click.echo(f"Files are in {out}; decisions.jsonl says what became of every unit, report.json counts.")


@click.command("export")
@input_options
@fail_on_option
@click.option(
    "-o", "--output", "out", type=click.Path(path_type=Path), required=True, metavar="OUT", help="Folder for the files."
)
@click.option(
    "--to",
    "to",
    default="tmx,po",
    show_default=True,
    metavar="FORMATS",
    help="Formats, separated by commas: tmx, po, tsv, jsonl, xliff.",
)
@click.option(
    "--mt",
    type=click.Choice(["keep", "fuzzy", "skip", "split"]),
    default="keep",
    show_default=True,
    help="Machine translation: keep it, mark it fuzzy in PO, skip it, or write files of its own.",
)
@click.option(
    "--variants",
    type=click.Choice(["best", "all"]),
    default="best",
    show_default=True,
    help="One target per source, or all (TMX: best last; PO: the others under a msgctxt).",
)
@click.option("--drop-identical", is_flag=True, help="Leave out units whose target is their source.")
@click.option("--per-page", is_flag=True, help="One PO file per page (OUT/po/PAGE.po) instead of one per locale.")
@click.option("--licence", metavar="TEXT", help="Licence of the texts [default: what a LICENSE file beside the pages says].")
def command(**values: Any) -> int:
    """Write translation memories (TMX) and compendia (PO), one per locale.

    OUT also gets report.json (counts), decisions.jsonl (every unit that was merged, dropped or changed, and why) and
    problems.jsonl. Files appear together when all is done; other files in OUT are left alone.

    \b
    Example:
      align-tm export docs.fr-fr docs.de-de -o memory
      align-tm export docs.fr-fr -o memory --to tmx --mt split --exclude 'includes/**'
    """
    # Millions of objects and hardly a cycle among them: let the collector look less often, for a tenth of the time.
    gc.freeze()
    gc.set_threshold(200_000, 50, 1000)
    formats = _formats(values["to"])
    given = Input(values)
    rules = Rules(mt=values["mt"], variants=values["variants"], drop_identical=values["drop_identical"])
    findings = Findings(given, values["fail_on"])
    out: Path = values["out"]
    report = export_pages(given.pages(), out, formats=formats, rules=rules, per_page=values["per_page"], told=findings.take)
    findings.units = report.units
    if not given.quiet:
        _summary(report, out)
    return findings.status()
