"""``align-tm pivot``."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from align.cli.options import Findings, Input, fail_on_option, input_options
from align.cli.tables import new_table, print_table
from align.cli.types import NamedPath
from align.corpus import STDIN
from align.curate import Rules
from align.errors import LocaleError, NoPagesError, OptionError
from align.locales import canonical
from align.model import Problem
from align.pages import Page
from align.pivot import FORMATS, Folder, Format, PairReport, PivotReport, pivot_pages
from align.terminal import on_one_line

__all__ = ["command"]

_SHOWN = 24


def _formats(text: str) -> tuple[Format, ...]:
    named = {name.strip() for name in text.split(",") if name.strip()}
    wrong = sorted(named.difference(FORMATS))
    if wrong or not named:
        raise OptionError(f"--to: {', '.join(wrong) or 'nothing'} is no format", cure=f"use {', '.join(FORMATS)}")
    return tuple(form for form in FORMATS if form in named)


def _pairs(text: str | None) -> list[tuple[str, str]] | None:
    if text is None:
        return None
    pairs: dict[tuple[str, str], None] = {}
    for pair in text.split(","):
        tags = pair.strip().split(":")
        try:
            locales = [canonical(tag) for tag in tags]
        except LocaleError as error:
            raise OptionError(f"--pairs: {error.what}", cure=error.cure) from error
        if len(locales) != 2 or locales[0] == locales[1]:
            raise OptionError(f"--pairs: {pair.strip()!r} is no pair of locales", cure="write it like ar-SA:th-TH,th-TH:ar-SA")
        pairs[locales[0], locales[1]] = None
    return list(pairs)


def _checked(paths: tuple[str, ...]) -> None:
    """Raise OptionError unless these are two PATHs or more."""
    if len(paths) < 2:
        raise OptionError("one PATH only", path=paths[0], cure="give one folder for each locale, two at least")
    if STDIN in paths:
        raise OptionError("cannot be joined with other pages", path=STDIN, cure="give folders, or pages of one name")
    places = [Path(path).resolve() for path in paths]
    for path, place in zip(paths, places, strict=True):
        if places.count(place) > 1:
            raise OptionError("is given twice", path=path, cure="give each PATH once")


def _labels(paths: tuple[str, ...]) -> list[str]:
    """The PATHs by as many of their last folders as it takes to tell them apart."""
    places = [path if path.is_dir() else path.parent for path in map(Path, paths)]
    parts = [place.resolve().parts[1:] for place in places]
    depths = range(1, 1 + max(map(len, parts)))
    # Pages of one folder, given one by one, cannot be told apart by it; one folder then says enough.
    depth = next((depth for depth in depths if len({above[-depth:] for above in parts}) == len(parts)), 1)
    labels = ["/".join(above[-depth:]) for above in parts]
    # As page names: bytes that are no UTF-8 as escapes.
    return [os.fsencode(label).decode("utf-8", "backslashreplace") for label in labels]


def _folders(values: dict[str, Any]) -> list[Folder]:
    """The pages of each PATH, named relative to it; they are read in step, so that one progress bar tells of all."""
    given = [Input({**values, "paths": (path,), "quiet": True}) for path in values["paths"]]
    max(given, key=lambda one: len(one.files)).quiet = values["quiet"]

    def read(one: Input) -> Iterator[Page | Problem]:
        try:
            yield from one.pages()
        except NoPagesError as error:
            raise NoPagesError(error.what, path=one.paths[0], cure=error.cure) from error

    labels = _labels(values["paths"])
    return [Folder(label, read(one)) for label, one in zip(labels, given, strict=True)]


def _why(pair: PairReport) -> str:
    """How many units of each locale are not joined, by reason."""
    parts = []
    for locale, reasons in pair.not_joined.items():
        told = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())
        parts += [f"{locale}: {told}"] if told else []
    return "\n".join(parts)


def _summary(report: PivotReport, out: Path) -> None:
    table = new_table(f"{report.pages:,} pages, {report.units:,} units, {report.problems:,} problems")
    table.add_column("locales", no_wrap=True)
    for name in ("common pages", "common units", "joined"):
        table.add_column(name, justify="right")
    table.add_column("not joined")
    for pair in report.pairs[:_SHOWN]:
        counts = (pair.common_pages, max(pair.common_units.values()), pair.joined)
        table.add_row(" ".join(pair.locales), *(f"{count:,}" for count in counts), _why(pair))
    if len(report.pairs) > _SHOWN:
        table.add_row(f"... and {len(report.pairs) - _SHOWN:,} more", "", "", "", "")
    print_table(table)
    click.echo(f"Files are in {out}; decisions.jsonl says what became of every unit, report.json counts.")


@click.command("pivot")
@input_options
@fail_on_option
@click.option(
    "-o", "--output", "out", type=NamedPath(path_type=Path), required=True, metavar="OUT", help="Folder for the files."
)
@click.option(
    "--to",
    "to",
    default="tmx",
    show_default=True,
    metavar="FORMATS",
    help="Formats of the memories of two locales, separated by commas: tmx, po, tsv, jsonl, xliff.",
)
@click.option(
    "--pairs",
    metavar="PAIRS",
    help="Source and target of the memories of two locales, like ar-SA:th-TH,th-TH:ar-SA [default: any two locales once,"
    " in the order of their tags].",
)
@click.option(
    "--mt",
    type=click.Choice(["keep", "fuzzy", "skip"]),
    default="keep",
    show_default=True,
    help="Machine translation: keep it, mark it fuzzy in PO, or skip it.",
)
@click.option("--drop-identical", is_flag=True, help="Leave out units whose target is their source.")
@click.option("--licence", metavar="TEXT", help="Licence of the texts [default: what a LICENSE file beside the pages says].")
def command(**values: Any) -> int:
    """Join the translations of several locales by way of the English that they share.

    Each PATH holds the pages of one locale. Pages join by name and by the hash of their English file, units by number, and
    only where the English agrees. OUT gets a memory of any two locales (ar-SA.th-TH.tmx), multilingual.tmx with the
    English and all locales, report.json (counts), decisions.jsonl (every unit that was not joined, merged, dropped or
    changed, and why) and problems.jsonl. Files appear together when all is done; other files in OUT are left alone.

    \b
    Example:
      align-tm pivot docs.ar-sa docs.th-th -o memory
      align-tm pivot docs.ar-sa docs.th-th docs.fr-fr -o memory --to tmx,po --pairs th-TH:fr-FR
    """
    # As in an export: let the collector look less often.
    gc.freeze()
    gc.set_threshold(200_000, 50, 1000)
    formats, pairs = _formats(values["to"]), _pairs(values["pairs"])
    _checked(values["paths"])
    given = Input(values)
    findings = Findings(given, values["fail_on"])
    rules = Rules(mt=values["mt"], drop_identical=values["drop_identical"])
    report = pivot_pages(
        _folders(values),
        values["out"],
        formats=formats,
        pairs=pairs,
        rules=rules,
        told=findings.take,
    )
    findings.units = report.units
    if not given.quiet:
        _summary(report, values["out"])
    status = findings.status()
    if report.units and not any(locale.joined for locale in report.locales):
        where = on_one_line(", ".join(given.paths))
        click.echo(f"align-tm: {where}: no unit was joined; give pages of one English revision, with the same names", err=True)
        return 1
    return status
