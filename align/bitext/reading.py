"""From pages on disk to a :class:`align.bitext.Bitext`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from typing import TypedDict, Unpack

from align.bitext.bitext import Bitext
from align.bitext.progress import Progress, Step, shown
from align.bitext.words import check_names, checked, day, several
from align.corpus import Narrowing, PageFile, Reading, find_pages, narrow, problems_of, read_pages
from align.errors import OptionError
from align.locales import canonical
from align.model import CONTAINERS, Container, Problem, TranslationType, Unit

__all__ = ["ReadOptions", "read"]


class ReadOptions(TypedDict, total=False):
    """Keywords of :func:`read`: how pages are read, and which of those found."""

    container: Container | None
    """``markdown``, ``html`` or ``xml``; without it as the file's name tells."""
    source_locale: str
    """BCP 47; ``en-US`` without it."""
    locale: str | None
    """Target locale (BCP 47) of the pages that name none, and whose neighbours do not tell."""
    licence: str | None
    """Licence of the texts; without it a LICENSE file beside the pages is looked for."""
    include: str | Iterable[str]
    """Globs on page names, of which one must match; a glob without a slash is matched with the file's name."""
    exclude: str | Iterable[str]
    """Globs on page names, of which none may match."""
    only: TranslationType | None
    """``HT`` or ``MT``: only pages of this translation type."""
    since: str | date | None
    """Only pages handed off on this day (``YYYY-MM-DD``) or later."""


def _reading(options: ReadOptions) -> Reading:
    container, locale = options.get("container"), options.get("locale")
    if container is not None:
        checked("container", [container], CONTAINERS)
    return Reading(
        container=container,
        source_locale=canonical(options.get("source_locale", "en-US")),
        locale=None if locale is None else canonical(locale),
        licence=options.get("licence"),
    )


def _narrowing(options: ReadOptions) -> Narrowing:
    only, since = options.get("only"), options.get("since")
    if only is not None:
        checked("only", [only], ("HT", "MT"))
    return Narrowing(
        include=several("include", options.get("include", ())),
        exclude=several("exclude", options.get("exclude", ())),
        only=only,
        since=None if since is None else day("since", since),
    )


def _gathered(files: list[PageFile], reading: Reading, narrowing: Narrowing, step: Step) -> Bitext:
    """Everything in the pages; ``step`` is called for each that is read."""
    total = len(narrow(files, narrowing))
    units: list[Unit] = []
    problems: list[Problem] = []
    names: list[str] = []
    for done, page in enumerate(read_pages(files, reading=reading, narrowing=narrowing), 1):
        problems += problems_of(page)
        if not isinstance(page, Problem):
            names.append(page.name)
            units += page.units
        step(done, total)
    step(total, total)
    return Bitext(units, problems=problems, pages=names)


def read(*paths: str | os.PathLike[str], progress: Progress = None, **options: Unpack[ReadOptions]) -> Bitext:
    """Read all units of bilingual pages into memory.

    An interrupt while pages are read ends the call; no part of the result is left behind.

    Parameters
    ----------
    paths : pages and folders; ``-`` is one page on standard input.
    progress : True or False to show a bar or not; None shows one for 200 pages and more in a notebook or on a terminal;
        a function is called with the pages done and the pages in all.
    options : see :class:`ReadOptions`.

    Returns
    -------
    Bitext
        The units in the order of page names, then of the page; pages and problems as ``align-tm units`` gives them.
        Empty when ``only`` or ``since`` leave no page.

    Raises
    ------
    MissingPathError, NoPagesError
        A PATH does not exist; a folder holds no page, or the globs leave none.
    UnreadablePageError
        The only page is not text in UTF-8. Among others it is a problem.
    OptionError
        An option is not known or its value cannot be used; no PATH is given, or something that is none.
    """
    check_names("read", options, ReadOptions.__annotations__)
    reading, narrowing = _reading(options), _narrowing(options)
    if not paths:
        raise OptionError("read: no PATH is given", cure="give a page or a folder")
    for path in paths:
        if not isinstance(path, str | os.PathLike):
            raise OptionError(f"read: {path!r} is no PATH", cure="give text or a Path; PATHS in a list as read(*PATHS)")
    files = find_pages(paths)
    with shown(progress, len(narrow(files, narrowing))) as step:
        return _gathered(files, reading, narrowing, step)
