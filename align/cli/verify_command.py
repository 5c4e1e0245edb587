"""``align-tm verify``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from align.annotations import Case, github, junit, of_problem, of_verdict
from align.cli.findings_format import file_of, format_option
from align.cli.options import Findings, Input, input_options
from align.cli.types import NamedPath
from align.errors import OptionError
from align.formats import jsonl
from align.git_tree import Opened
from align.model import Problem
from align.pages import Page
from align.terminal import on_one_line
from align.twins import summary, twins_at, verify_pages
from align.verify import Verdict

__all__ = ["command"]


def _told(one: Verdict) -> str:
    place = one.page if one.line is None else f"{one.page}:{one.line}"
    return on_one_line(f"{place}: {one.side} differs: expected {one.expected!r}, found {one.found!r}")


def _for_ci(form: str, given: Input, comparisons: list[Verdict], unread: list[Problem]) -> str:
    """What was found as GitHub annotations or as a JUnit document."""
    files = file_of(given)
    cases = [of_verdict(one, files.get(one.page)) for one in comparisons]
    cases += [Case(one.page, "align-tm.verify", (of_problem(one, files.get(one.page)),)) for one in unread]
    if form == "junit":
        return junit("align-tm verify", cases)
    return "".join(github(annotation, case.name) for case in cases for annotation in case.annotations)


def _readable(given: Input, findings: Findings, unread: list[Problem]) -> Iterator[Page]:
    """The pages; what is none is told, and put down."""
    for page in given.pages():
        if isinstance(page, Page):
            yield page
        else:
            unread.append(page)
            findings.take(page)


def _refuse_one_for_many(values: dict[str, Any], given: Input) -> None:
    """A file is the twin of one page only."""
    for option in ("target", "source"):
        path = values[option]
        if path is not None and len(given.files) > 1 and Path(path).is_file():
            what = f"--{option} is one file, and {len(given.files):,} pages are given"
            raise OptionError(what, path=path, cure="give the folder that holds their twins, or one page")


@click.command("verify")
@input_options
@click.option(
    "--target", type=NamedPath(), metavar="DIR", help="Folder with the pages in the target language, or git:REPO@REF[:SUBDIR]."
)
@click.option("--source", type=NamedPath(), metavar="DIR", help="Folder with the English pages, or git:REPO@REF[:SUBDIR].")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with every result.")
@format_option
def command(**values: Any) -> int:
    """Compare the rebuilt pages with the real ones, paired by name.

    A page is identical, equivalent after the known transformations of the bilingual build, or different. A twin of
    another hand-off (ms.openlocfilehash) is not compared. The exit status is 1 when something is different.

    Where the pages and their twins stand in git (git:REPO@live-sxs --target git:REPO@live), the twins are those of the
    commit that belongs to the pages: the newest of the target branch not later than 15 minutes after the bilingual one.

    \b
    Example:
      align-tm verify sxs/docs.fr-fr --target live/docs.fr-fr --source docs --json
    """
    if values["target"] is None and values["source"] is None:
        raise OptionError("nothing to compare with", cure="give --target DIR or --source DIR, or both")
    given = Input(values)
    _refuse_one_for_many(values, given)
    findings = Findings(given)
    unread: list[Problem] = []
    target = None if values["target"] is None else twins_at(values["target"], given.files)
    if isinstance(target, Opened) and not given.quiet:
        click.echo(f"{target.tree.given}: at commit {target.tree.commit}", err=True)
    comparisons = list(verify_pages(_readable(given, findings, unread), target=target, source=values["source"]))
    found = summary(comparisons)
    if values["as_json"] or values["form"] == "json":
        sys.stdout.buffer.write(jsonl.encode(found))
    elif values["form"] != "text":
        sys.stdout.buffer.write(_for_ci(values["form"], given, comparisons, unread).encode("utf-8"))
    else:
        for one in comparisons:
            if one.verdict == "different":
                click.echo(_told(one))
        names = ("pages", "identical", "equivalent", "different", "other_handoff", "missing")
        click.echo(", ".join(f"{found[name]:,} {name.replace('_', ' ')}" for name in names))
    return int(found["different"] > 0 or bool(unread))
