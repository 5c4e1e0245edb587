"""Options and steps that several commands share."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from align.corpus import Narrowing, PageFile, Reading, find_pages, narrow, read_pages
from align.digest import MemoryDigest
from align.errors import NoPagesError, OptionError
from align.locales import canonical
from align.model import CONTAINERS, Problem
from align.pages import Page
from align.terminal import on_one_line

__all__ = [
    "Findings",
    "Input",
    "complete_path",
    "digest_option",
    "echo_digests",
    "echo_problem",
    "fail_on_option",
    "input_options",
    "reading_options",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SEVERITIES: tuple[str, ...] = ("info", "warning", "error")


class Input:
    """The pages that the options name, and how far reading them has come."""

    def __init__(self, values: dict[str, Any], find: Callable[[Sequence[str]], list[PageFile]] = find_pages) -> None:
        self.quiet: bool = values["quiet"]
        self.reading = Reading(
            container=values["container"],
            source_locale=_locale("--source-locale", values["source_locale"]) or "en-US",
            locale=_locale("--locale", values["locale"]),
            licence=values.get("licence"),
        )
        self.narrowing = Narrowing(
            include=tuple(values["include"]),
            exclude=tuple(values["exclude"]),
            only=values["only"],
            since=_day(values["since"]),
        )
        self.paths: tuple[str, ...] = values["paths"]
        self.files: list[PageFile] = find(self.paths)

    def spare(self, option: str, out: Path) -> None:
        """Refuse a file for results that would take the place of a page that is read."""
        if not out.is_file():
            return
        place = out.resolve()
        if any(file.path is not None and file.path.resolve() == place for file in narrow(self.files, self.narrowing)):
            what = f"{option}: is one of the pages read"
            raise OptionError(what, path=out, cure="give another FILE, or leave it out with --exclude")

    @contextmanager
    def progress(self) -> Iterator[Callable[[int], None]]:
        """A progress bar on a terminal; gives what is to be told how many more pages have been passed."""
        if self.quiet or not sys.stderr.isatty() or len(self.files) < 2:
            yield _nothing
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Reading pages", total=len(self.files))
            yield functools.partial(bar.advance, task)

    def pages(self) -> Iterator[Page | Problem]:
        """The pages, with a progress bar on a terminal.

        Raises
        ------
        NoPagesError
            The narrowing options leave none.
        """
        met = False
        for page in _with_progress(read_pages(self.files, reading=self.reading, narrowing=self.narrowing), self):
            met = True
            yield page
        if not met:
            raise NoPagesError("no page is left", cure="--only and --since leave none of them")


def _with_progress(pages: Iterator[Page | Problem], given: Input) -> Iterator[Page | Problem]:
    with given.progress() as passed:
        for page in pages:
            yield page
            passed(1)


def _nothing(_: int) -> None:
    pass


def _locale(option: str, tag: str | None) -> str | None:
    try:
        return None if tag is None else canonical(tag)
    except OptionError as error:
        raise OptionError(f"{option}: {error.what}", cure=error.cure) from error


def _day(text: str | None) -> str | None:
    if text is None:
        return None
    with suppress(ValueError):
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    raise OptionError(f"--since: {text!r} is not a day", cure="write it as YYYY-MM-DD")


class Findings:
    """Says what was found wrong, and counts what the exit status depends on."""

    def __init__(self, given: Input, fail_on: str = "error") -> None:
        self.units = 0
        self._given = given
        self._failing = _SEVERITIES[_SEVERITIES.index(fail_on) :] if fail_on in _SEVERITIES else ()
        self.failed = False

    def take(self, problem: Problem) -> None:
        """Say a problem on standard error (with ``--quiet`` errors only) and count it."""
        self.count(problem)
        if problem.severity == "error" or not self._given.quiet:
            echo_problem(problem)

    def count(self, problem: Problem) -> None:
        """Count a problem without saying it. An unreadable page fails the run whatever ``--fail-on`` says."""
        self.failed |= problem.severity in self._failing or problem.rule == "unreadable-page"

    def status(self) -> int:
        """0, or 1 when something failed or no unit was found, which is said."""
        if not self.units:
            where = on_one_line(", ".join(self._given.paths))
            click.echo(f"align-tm: {where}: no unit was found; give bilingual pages (with data-ttu-id spans)", err=True)
            return 1
        return int(self.failed)


def echo_problem(problem: Problem) -> None:
    """A problem as a line on standard error."""
    click.echo(str(problem), err=True)


def complete_path(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """What a shell completes where a PATH stands: its own files and folders."""
    return [CompletionItem(incomplete, type="file")]


def _apply(command: _Command, options: Sequence[Callable[[Any], Any]]) -> _Command:
    return functools.reduce(lambda inner, option: option(inner), reversed(options), command)


def reading_options(command: _Command) -> _Command:
    """How a page is read."""
    return _apply(
        command,
        [
            click.option("--container", type=click.Choice(CONTAINERS), help="Read every page as this, whatever its name."),
            click.option("--source-locale", default="en-US", metavar="TAG", show_default=True, help="Locale of the source."),
            click.option("--locale", metavar="TAG", help="Target locale of pages that name none."),
            click.option("-q", "--quiet", is_flag=True, help="No progress, no summary, no messages but errors."),
        ],
    )


def input_options(command: _Command) -> _Command:
    """Which pages are read, and how."""
    narrowing: Iterable[Callable[[Any], Any]] = [
        click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=complete_path),
        click.option("--include", multiple=True, metavar="GLOB", help="Only pages whose name matches (repeatable)."),
        click.option("--exclude", multiple=True, metavar="GLOB", help="No page whose name matches (repeatable)."),
        click.option("--only", type=click.Choice(["HT", "MT"]), help="Only human or only machine translated pages."),
        click.option("--since", metavar="YYYY-MM-DD", help="Only pages handed off on that day or later."),
    ]
    return _apply(reading_options(command), list(narrowing))


#: For commands that make memories.
digest_option = click.option(
    "--digest", is_flag=True, help="Print a digest of each memory: its name, entries, and 32 hex digits, in any order the same."
)


def echo_digests(digests: Mapping[str, MemoryDigest]) -> None:
    """A line per memory on standard output: ``fr-FR 67179 2b..``."""
    for name, digest in sorted(digests.items()):
        click.echo(f"{name} {digest}")


#: For commands whose exit status problems decide.
fail_on_option = click.option(
    "--fail-on",
    type=click.Choice([*_SEVERITIES, "never"]),
    default="error",
    show_default=True,
    help="Severity of problems from which on the exit status is 1.",
)
