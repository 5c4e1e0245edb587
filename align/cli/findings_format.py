"""The option ``--format`` of commands whose results are findings, and where on the user's disk a finding stands."""

from __future__ import annotations

import os
from pathlib import PurePath

import click

from align.cli.options import Input

__all__ = ["file_of", "format_option"]

#: How findings are printed.
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "junit"]),
    default="text",
    show_default=True,
    help="How results are printed: for people, as JSON, as GitHub annotations, or as a JUnit file.",
)


def file_of(given: Input) -> dict[str, str]:
    """By page name: the page's file as the PATH names it, with slashes, so that an annotation lands on it."""
    files = ((file.name, file.path) for file in given.files if file.path is not None)
    # Bytes that are no UTF-8 are shown as the page's name shows them.
    return {name: os.fsencode(PurePath(path).as_posix()).decode("utf-8", "backslashreplace") for name, path in files}
