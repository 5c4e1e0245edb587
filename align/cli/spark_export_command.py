"""``align-tm spark-export``."""

from __future__ import annotations

from typing import Any

import click

from align.cli.options import Findings, Input, digest_option, echo_digests, fail_on_option, input_options
from align.cli.tables import new_table, print_table
from align.cli.types import COUNT, NamedPath
from align.cluster import ClusterReport, Options, export, find, local_or_cluster
from align.cluster.gather import FORMATS, ClusterFormat
from align.curate import Rules
from align.errors import OptionError

__all__ = ["command"]


def _formats(text: str) -> tuple[ClusterFormat, ...]:
    named = [name.strip() for name in text.split(",") if name.strip()]
    wrong = [name for name in named if name not in FORMATS]
    if wrong or not named:
        raise OptionError(f"--to: {', '.join(wrong) or 'nothing'!s} is no format", cure=f"use {', '.join(FORMATS)}")
    return tuple(form for form in FORMATS if form in named)


def _summary(report: ClusterReport, out: str) -> None:
    table = new_table(f"{report.pages:,} pages, {report.units:,} units, {report.problems:,} problems")
    table.add_column("memory", overflow="fold")
    for name in ("files", "exported", "merged", "dropped"):
        table.add_column(name, justify="right")
    for memory in report.memories:
        merged, dropped = sum(memory.merged.values()), sum(memory.dropped.values())
        counts = (len(memory.files), memory.exported, merged, dropped)
        table.add_row(memory.name, *(f"{count:,}" for count in counts))
    print_table(table)
    click.echo(f"Files are in {out}; report.json counts.")


@click.command("spark-export")
@input_options
@fail_on_option
@click.option("-o", "--output", "out", type=NamedPath(), required=True, metavar="OUT", help="Folder or URI for the files.")
@click.option("--master", metavar="URL", help="Spark's master: spark://HOST:7077, yarn [default: all cores of this machine].")
@click.option(
    "--to",
    "to",
    default="parquet,tmx",
    show_default=True,
    metavar="FORMATS",
    help="Formats, separated by commas: parquet, tmx.",
)
@click.option(
    "--mt",
    type=click.Choice(["keep", "fuzzy", "skip", "split"]),
    default="keep",
    show_default=True,
    help="Machine translation: keep it, mark it fuzzy in Parquet, skip it, or write files of its own.",
)
@click.option(
    "--variants",
    type=click.Choice(["best", "all"]),
    default="best",
    show_default=True,
    help="One target per source, or all (the best last).",
)
@click.option("--drop-identical", is_flag=True, help="Leave out units whose target is their source.")
@click.option("--parts", type=COUNT, metavar="N", help="Files of each memory and format [default: one for 4 GB of pages].")
@digest_option
@click.option("--licence", metavar="TEXT", help="Licence of the texts [default: what a LICENSE file beside the pages says].")
def command(**values: Any) -> int:
    """The same memories as export writes, by a Spark cluster, in parts: Parquet and TMX.

    A PATH may be a URI (file:, hdfs:, s3a:, abfs:, gs:); every worker must see it, and OUT, under the same name.
    OUT/_SUCCESS is written last: without it there is no result. Needs Java 17, and align-tm[spark] where the workers run.

    \b
    Example:
      align-tm spark-export docs.fr-fr docs.de-de -o memory --digest
      align-tm spark-export /mnt/docs -o /mnt/memory --master spark://head:7077 --to tmx --parts 8
    """
    formats = _formats(values["to"])
    given = Input(values, find)
    findings = Findings(given, values["fail_on"])
    options = Options(
        formats=formats,
        rules=Rules(mt=values["mt"], variants=values["variants"], drop_identical=values["drop_identical"]),
        reading=given.reading,
        narrowing=given.narrowing,
        parts=values["parts"],
    )
    spark = local_or_cluster(values["master"])
    try:
        report = export(spark, given.paths, values["out"], options, told=findings.take)
    finally:
        spark.stop()
    findings.units = report.units
    if values["digest"]:
        echo_digests(report.digests)
    if not given.quiet:
        _summary(report, values["out"])
    return findings.status()
