"""``align-tm check-pages``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click

from align.annotations import Case, github, junit, of_problem
from align.cli.findings_format import file_of, format_option
from align.cli.options import Findings, Input, fail_on_option, input_options
from align.formats import jsonl
from align.model import Problem

__all__ = ["command"]


@click.command("check-pages")
@input_options
@fail_on_option
@format_option
def command(**values: Any) -> int:
    """Print what is broken in the pages, one line per damaged wrapper; for hooks and continuous integration.

    A page without units is sound. A locale that no page names is no finding: it is the export's concern.

    \b
    Example:
      align-tm check-pages docs.fr-fr --format github
      align-tm check-pages changed.md other.md --fail-on warning
    """
    given = Input(values)
    findings = Findings(given, values["fail_on"])
    checked = _checked(given, findings)
    files = file_of(given)
    if values["form"] == "junit":
        cases = (
            Case(name, "align-tm.check-pages", tuple(of_problem(one, files.get(name)) for one in problems))
            for name, problems in checked
        )
        _print(junit("align-tm check-pages", cases))
        return int(findings.failed)
    for name, problems in checked:
        for problem in problems:
            if values["form"] == "json":
                _print(jsonl.encode(problem).decode())
            elif values["form"] == "github":
                _print(github(of_problem(problem, files.get(name)), name))
            elif problem.severity == "error" or not given.quiet:
                _print(f"{problem}\n")
    return int(findings.failed)


def _checked(given: Input, findings: Findings) -> Iterator[tuple[str, tuple[Problem, ...]]]:
    """Name and problems of each page; the problems are counted."""
    for page in given.pages():
        name, problems = (page.page, (page,)) if isinstance(page, Problem) else (page.name, page.problems)
        for problem in problems:
            findings.count(problem)
        yield name, problems


def _print(text: str) -> None:
    """Results are UTF-8 with LF on every system."""
    sys.stdout.buffer.write(text.encode("utf-8"))
