"""``align-tm rebuild``."""

from __future__ import annotations

import sys
from typing import Any

import click

from align.cli.options import complete_path, echo_problem
from align.corpus import Reading, find_page, read_file
from align.model import CONTAINERS

__all__ = ["command"]


@click.command("rebuild")
@click.argument("path", metavar="PAGE", shell_complete=complete_path)
@click.option("--side", type=click.Choice(["source", "target"]), required=True, help="The language to keep.")
@click.option("--container", type=click.Choice(CONTAINERS), help="Read the page as this, whatever its name.")
def command(**values: Any) -> int:
    """Print a page with one language only, the text between the units unchanged, byte for byte.

    \b
    Example:
      align-tm rebuild docs.fr-fr/index.md --side target > index.md
    """
    page = read_file(find_page(values["path"]), reading=Reading(container=values["container"]))
    text = page.source_text() if values["side"] == "source" else page.target_text()
    sys.stdout.buffer.write(text.encode("utf-8"))
    for problem in page.problems:
        echo_problem(problem)
    return int(any(problem.severity == "error" for problem in page.problems))
