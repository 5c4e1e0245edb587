"""``align-tm units``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

import click

from align.cli.options import Findings, Input, fail_on_option, input_options
from align.cli.types import NamedPath
from align.corpus import problems_of
from align.errors import OptionError
from align.formats import jsonl
from align.output import Staging
from align.pages import Page

__all__ = ["command"]


@click.command("units")
@input_options
@fail_on_option
@click.option(
    "--problems",
    type=NamedPath(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the problems there, one JSON object a line.",
)
def command(**values: Any) -> int:
    """Print every unit of the pages, one JSON object a line.

    \b
    Example:
      align-tm units docs.fr-fr | jq -r 'select(.flags | index("identical")) | .source'
    """
    given = Input(values)
    findings = Findings(given, values["fail_on"])
    file: Path | None = values["problems"]
    if file is None:
        return _print(given, findings, None)
    if not file.parent.is_dir():
        raise OptionError("--problems: its folder does not exist", path=file, cure="make it, or give another FILE")
    given.spare("--problems", file)
    with Staging(file.parent) as staging:
        return _print(given, findings, staging.binary(file.name))


def _print(given: Input, findings: Findings, record: IO[bytes] | None) -> int:
    """Print the units and put the problems down; returns the exit status."""
    for page in given.pages():
        if isinstance(page, Page):
            findings.units += len(page.units)
            sys.stdout.buffer.write(b"".join(jsonl.encode(unit.as_dict()) for unit in page.units))
        for problem in problems_of(page):
            findings.take(problem)
            if record is not None:
                record.write(jsonl.encode(problem))
    return findings.status()
