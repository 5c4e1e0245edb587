"""``align-tm export``."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from align.cli.mapping import locale_codes, map_locale_option
from align.cli.omegat_option import formats_for_omegat, omegat_option, write_omegat
from align.cli.options import Findings, Input, digest_option, echo_digests, fail_on_option, input_options
from align.cli.tables import new_table, print_table
from align.cli.types import COUNT, NamedPath
from align.curate import Rules
from align.errors import OptionError
from align.export import FORMATS, WITH_CODES, ExportReport, Format, Job, Listener, Machine, Plan, export_files
from align.pages import container_of
from align.terminal import on_one_line

__all__ = ["command"]


def _formats(texts: Iterable[str]) -> tuple[Format, ...]:
    named = [name.strip() for text in texts for name in text.split(",") if name.strip()]
    wrong = [name for name in named if name not in FORMATS]
    if wrong or not named:
        raise OptionError(f"--to: {', '.join(wrong) or 'nothing'!s} is no format", cure=f"use {', '.join(FORMATS)}")
    return tuple(form for form in FORMATS if form in named)


_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d+)([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE | re.ASCII)
    if found is None or not int(found[1]):
        raise OptionError(f"--memory: {text!r} is no size", cure="write it like 500M or 4G")
    return int(found[1]) * _UNITS.get(found[2].upper(), 1)


def _collect_rarely(given: Input) -> None:
    """Let the garbage collector look less often: there are millions of objects, and a cycle in trees of HTML pages only."""
    trees = given.reading.container == "html" or any(container_of(file.inside) == "html" for file in given.files)
    gc.freeze()
    gc.set_threshold(200_000 if trees else 2_000_000, 50, 1000)


def _note(text: str) -> None:
    click.echo(f"align-tm: {text}", err=True)


def _summary(report: ExportReport, out: Path) -> None:
    """The table at the end: what is in each file, and what became of the other units."""
    table = new_table(f"{report.pages:,} pages, {report.units:,} units, {report.problems:,} problems")
    table.add_column("file", overflow="fold")
    with_blocks = any(file.blocks for file in report.files)
    for name in ("exported", *(("blocks",) if with_blocks else ()), "merged", "dropped"):
        table.add_column(name, justify="right")
    table.add_column("why")
    shown = report.files if len(report.files) <= 24 else report.files[:20]
    for file in shown:
        reasons = file.merged | file.dropped
        table.add_row(
            on_one_line(file.path),
            f"{file.exported:,}",
            *((f"{file.blocks:,}",) if with_blocks else ()),
            f"{sum(file.merged.values()):,}",
            f"{sum(file.dropped.values()):,}",
            ", ".join(f"{count:,} {reason}" for reason, count in reasons.items()),
        )
    if len(shown) < len(report.files):
        table.add_row(f"... and {len(report.files) - len(shown):,} more")
    print_table(table)
    click.echo(f"Files are in {out}; decisions.jsonl says what became of every unit, report.json counts.")


def _plan(values: dict[str, Any]) -> Plan:
    """What the options ask for."""
    rules = Rules(
        mt=values["mt"],
        variants=values["variants"],
        drop_identical=values["drop_identical"],
        plain=values["markup"] == "text",
        strip_bidi=values["bidi"] == "strip",
        codes=locale_codes(values["map_locale"]),
    )
    formats = formats_for_omegat(_formats(values["to"]), values["omegat"])
    if values["markup"] == "codes" and not WITH_CODES & set(formats):
        raise OptionError(f"--markup codes: {', '.join(formats)} has no inline codes", cure="add tmx or xliff to --to")
    if values["per_page"] and "po" not in formats:
        raise OptionError("--per-page: no PO is asked for", cure="add po to --to")
    return Plan(
        formats=formats,
        rules=rules,
        granularity=values["granularity"],
        markup=values["markup"],
        split=values["split"],
        packed=values["packed"],
        digest=values["digest"],
        per_page=values["per_page"],
        named=not values["unnamed"],
        po_layout=values["po_layout"],
    )


@click.command("export")
@input_options
@fail_on_option
@click.option(
    "-o", "--output", "out", type=NamedPath(path_type=Path), required=True, metavar="OUT", help="Folder for the files."
)
@click.option(
    "--to",
    "to",
    multiple=True,
    default=["tmx,po"],
    show_default="tmx,po",
    metavar="FORMATS",
    help=f"Formats, separated by commas: {', '.join(FORMATS)} (repeatable).",
)
@click.option(
    "--granularity",
    type=click.Choice(["sentence", "block", "both"]),
    help="Segments, whole blocks (paragraph, item, cell), or both [default: both for po and mo, sentence for the rest].",
)
@click.option(
    "--markup",
    type=click.Choice(["raw", "codes", "text"]),
    default="raw",
    show_default=True,
    help="Markdown and tags in texts: as they stand, as inline codes (tmx level 2, xliff), or left out.",
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
@click.option(
    "--bidi",
    type=click.Choice(["keep", "strip"]),
    default="keep",
    show_default=True,
    help="Invisible characters that steer the direction of text: keep or remove them.",
)
@map_locale_option
@click.option("--drop-identical", is_flag=True, help="Leave out units whose target is their source.")
@click.option("--per-page", is_flag=True, help="One PO file per page (OUT/po/PAGE.po) instead of one per locale.")
@click.option("--no-tuid", "unnamed", is_flag=True, help="TMX: units without the name (tuid) that is made of their texts.")
@click.option(
    "--po-layout",
    type=click.Choice(["long", "msgcat"]),
    default="long",
    show_default=True,
    help="PO: a string on one line, for few changes in git, or broken into lines as msgcat does (needs gettext).",
)
@click.option("--split", type=COUNT, metavar="N", help="At most N entries a file: fr-FR.001.tmx and so on.")
@click.option("--gzip", "packed", is_flag=True, help="Pack the memories (fr-FR.tmx.gz), but for xlsx, parquet and mo.")
@omegat_option
@click.option("--jobs", type=COUNT, metavar="N", help="Processes [default: the machine's cores, for large inputs].")
@click.option(
    "--memory", default="4G", show_default=True, metavar="SIZE", help="Memory for distinct texts before disk is used."
)
@digest_option
@click.option("--force", is_flag=True, help="Read all pages again, whatever an earlier run left in OUT.")
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
    plan = _plan(values)
    given = Input(values)
    _collect_rarely(given)
    findings = Findings(given, values["fail_on"])
    out: Path = values["out"]
    job = Job(files=given.files, plan=plan, reading=given.reading, narrowing=given.narrowing)
    machine = Machine(jobs=values["jobs"], memory=_bytes(values["memory"]), force=values["force"])
    with given.progress() as passed:
        listener = Listener(problem=findings.take, passed=passed, noted=_note)
        report = export_files(job, out, machine=machine, listener=listener)
    findings.units = report.units
    projects = write_omegat(values["omegat"], out, report)
    echo_digests(report.digests)
    if not given.quiet:
        _summary(report, out)
        for line in projects:
            click.echo(line)
    return findings.status()
