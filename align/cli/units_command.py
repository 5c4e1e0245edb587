"""``align-tm units``."""

from __future__ import annotations

import sys
from typing import Any

import click

from align.cli.options import Findings, Input, input_options
from align.corpus import no_locale
from align.formats import jsonl
from align.model import Problem

__all__ = ["command"]


@click.command("units")
@input_options
@click.option("--problems", type=click.File("wb"), metavar="FILE", help="Write the problems there, one JSON object a line.")
def command(**values: Any) -> int:
    """Print every unit of the pages, one JSON object a line.

    \b
    Example:
      align-tm units docs.fr-fr | jq -r 'select(.flags | index("identical")) | .source'
    """
    given = Input(values)
    findings = Findings(given, values["fail_on"])
    stdout = sys.stdout.buffer
    for page in given.pages():
        problems = [page] if isinstance(page, Problem) else list(page.problems)
        if not isinstance(page, Problem):
            findings.units += len(page.units)
            stdout.write(b"".join(jsonl.encode(unit.as_dict()) for unit in page.units))
            if page.units and page.origin.target_locale is None:
                problems.append(no_locale(page))
        for problem in problems:
            findings.take(problem)
            if values["problems"] is not None:
                values["problems"].write(jsonl.encode(problem))
    return findings.status()
