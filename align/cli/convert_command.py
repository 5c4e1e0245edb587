"""``align-tm convert``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from align.cli.mapping import locale_codes, map_locale_option
from align.cli.types import COUNT, NamedPath
from align.convert import Changes, Converted, Shape, convert
from align.errors import OptionError
from align.locales import canonical

__all__ = ["command"]


def _locale(option: str, tag: str) -> str:
    try:
        return canonical(tag)
    except OptionError as error:
        raise OptionError(f"{option}: {error.what}", cure=error.cure) from error


def _summary(done: Converted) -> None:
    """What was done on standard output; what the format cannot hold on standard error."""
    parts = [f"{done.entries:,} entries"]
    if done.files > 1:
        parts.append(f"{done.files:,} files")
    if done.left_out:
        parts.append(f"{done.left_out:,} left out")
    words = {
        "fuzzy": "marked fuzzy",
        "markup": "without markup",
        "bidi": "without direction marks",
        "illegal-or-outer": "without illegal characters or outer white space",
    }
    parts += [f"{count:,} {words[name]}" for name, count in done.changed.items()]
    click.echo(", ".join(parts) + ".")
    if done.lost:
        click.echo(f"Lost: {done.lost}.", err=True)


@click.command("convert")
@click.argument("source", type=NamedPath(path_type=Path), metavar="IN")
@click.option("-o", "--output", "out", type=NamedPath(path_type=Path), required=True, metavar="OUT", help="File to write.")
@click.option("--locale", metavar="TAG", help="Target locale to take from a memory of several, or of a file that names none.")
@click.option(
    "--source-locale",
    default="en-US",
    metavar="TAG",
    show_default=True,
    help="For a PO, MO, Moses or TMX file that does not say it.",
)
@map_locale_option
@click.option(
    "--markup",
    type=click.Choice(["raw", "codes", "text"]),
    default="raw",
    show_default=True,
    help="Markdown and tags in texts: as they stand, as inline codes (TMX level 2, XLIFF), or left out.",
)
@click.option(
    "--mt",
    type=click.Choice(["keep", "fuzzy", "skip"]),
    default="keep",
    show_default=True,
    help="What is not known to be translated by a human: keep it, mark it fuzzy in PO, or leave it out.",
)
@click.option(
    "--bidi",
    type=click.Choice(["keep", "strip"]),
    default="keep",
    show_default=True,
    help="Direction marks (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069): keep or remove them.",
)
@click.option("--no-tuid", "unnamed", is_flag=True, help="TMX: units without the name (tuid) that is made of their texts.")
@click.option(
    "--po-layout",
    type=click.Choice(["long", "msgcat"]),
    default="long",
    show_default=True,
    help="PO: a string on one line, for few changes in git, or broken into lines as msgcat does (needs gettext).",
)
@click.option("--split", type=COUNT, metavar="N", help="At most N entries a file: NAME.001.tmx and so on.")
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
def command(**values: Any) -> int:
    """Write a memory in another format. The endings tell the formats, and what the new one cannot hold is named.

    .tmx .po .mo .tsv .csv .jsonl .xlf .xliff .parquet .xlsx .moses, and .gz behind those that are text. NAME.moses stands
    for two files, such as NAME.en-US and NAME.fr-FR. Parquet and XLSX need extras: pip install 'align-tm[parquet,xlsx]'.

    \b
    Example:
      align-tm convert memory/fr-FR.tmx -o fr-FR.xlsx
      align-tm convert memory/fr-FR.jsonl -o corpus.moses --markup text --mt skip
      align-tm convert memory/zh-TW.jsonl -o zh.tmx.gz --map-locale zh-TW=zh-Hant-TW --split 100000
      align-tm convert corpus.moses --locale fr-FR -o corpus.tmx
    """
    locale = None if values["locale"] is None else _locale("--locale", values["locale"])
    done = convert(
        values["source"],
        values["out"],
        locale=locale,
        source_locale=_locale("--source-locale", values["source_locale"]),
        changes=Changes(
            locale_codes(values["map_locale"]),
            strip_bidi=values["bidi"] == "strip",
            plain=values["markup"] == "text",
            mt=values["mt"],
        ),
        shape=Shape(
            values["split"],
            named=not values["unnamed"],
            laid_out=values["po_layout"] == "msgcat",
            codes=values["markup"] == "codes",
        ),
    )
    if not values["quiet"]:
        _summary(done)
    return 0
