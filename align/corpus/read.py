"""Read the pages that were found: each a page, or the problem for which it is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType, TracebackType

import msgspec

from align.corpus.find import Narrowing, narrow
from align.corpus.neighbours import Neighbours
from align.corpus.places import PageFile, Place, StandardInput
from align.errors import UnreadablePageError
from align.git_process import Blobs
from align.licence import Licences
from align.locales import canonical
from align.model import Container, Problem
from align.pages import Page, container_of, read_data

__all__ = [
    "Reading",
    "Surroundings",
    "admits",
    "no_locale",
    "page_of",
    "problems_of",
    "read_file",
    "read_pages",
    "unreadable",
]


_NONE_FOUND: Mapping[tuple[Place, str], str | None] = MappingProxyType({})
_ROOT = PurePosixPath()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How pages are read."""

    container: Container | None = None
    """None: as the file's name tells, Markdown for standard input."""
    source_locale: str = "en-US"
    """BCP 47 tag of the source of every page."""
    locale: str | None = None
    """Target locale of the pages that name none."""
    licence: str | None = None
    """Licence of the texts; None looks for a LICENSE file beside the pages."""


class Surroundings:
    """What stands around the pages of a run and is looked up once: locales of neighbours, licences, open git repositories.

    A context manager: git processes end with the block. Each process that reads pages needs one of its own.

    Parameters
    ----------
    files : all pages of the run, also those that are read elsewhere or not at all: they are the neighbours.
    licences : licences that others have found (:attr:`licences`), which are not looked for again.
    """

    def __init__(self, files: Sequence[PageFile] = (), licences: Mapping[tuple[Place, str], str | None] = _NONE_FOUND) -> None:
        self.blobs = Blobs()
        self.neighbours = Neighbours(files, self.blobs)
        self.licences = dict(licences)
        """By place and folder below it, as far as it was asked for; None where there is no LICENSE file."""
        self._finders: dict[Place, Licences] = {}

    def __enter__(self) -> Surroundings:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.blobs.close()

    def licence_of(self, file: PageFile) -> str | None:
        """The licence that the nearest LICENSE file names, from the page's folder up to the place given."""
        key = (file.place, file.inside.rpartition("/")[0])
        if key not in self.licences:
            self.licences[key] = self._found(file.place, PurePosixPath(file.inside))
        return self.licences[key]

    def _found(self, place: Place, page: PurePosixPath) -> str | None:
        licences = self._finders.get(place)
        if licences is None:
            licences = self._finders[place] = Licences(lambda path: place.beginning(path.as_posix(), self.blobs))
        return licences.of(page, _ROOT)


def no_locale(page: Page) -> Problem:
    """The problem of a page whose units are listed but cannot be exported."""
    message = "the page names no locale, nor do its neighbours; give one with --locale"
    return Problem("no-locale", "error", page.name, None, message)


def _wrong_locale(page: Page, stated: str) -> Problem:
    """The problem of a page whose locale is no BCP 47 tag, so that it is taken for a page that names none."""
    line = next((number for number, line in enumerate(page.text.split("\n"), 1) if stated in line), None)
    message = f"{stated!r} is no locale (BCP 47), so the page is taken for one that names none; write it like fr-FR"
    return Problem("wrong-locale", "warning", page.name, line, message)


def problems_of(page: Page | Problem) -> list[Problem]:
    """Everything wrong with a page, or the problem for which it is none."""
    if isinstance(page, Problem):
        return [page]
    mute = bool(page.texts.ids) and page.origin.target_locale is None
    found = [*page.problems, *([no_locale(page)] if mute else [])]
    return found if page.wrong_locale is None else [_wrong_locale(page, page.wrong_locale), *found]


def unreadable(file: PageFile, error: UnreadablePageError) -> Problem:
    """The problem of a file that is no page."""
    message = error.what if error.cure is None else f"{error.what}; {error.cure}"
    return Problem("unreadable-page", "error", file.name, error.line, message)


def admits(narrowing: Narrowing, page: Page) -> bool:
    """Whether what a page says of itself (translation type, hand-off) lets it in."""
    if narrowing.only is not None and page.origin.translation_type != narrowing.only:
        return False
    return narrowing.since is None or (page.origin.handoff or "") >= narrowing.since


def read_file(file: PageFile, *, reading: Reading | None = None, surroundings: Surroundings | None = None) -> Page:
    """Read one page, just as :func:`read_pages` does.

    A page that names no locale gets ``reading.locale``, else that of its neighbours.

    Parameters
    ----------
    surroundings : of the run; None: the page stands alone, but for the LICENSE files beside it.

    Raises
    ------
    UnreadablePageError
        It is no page.
    OptionError
        A locale is not BCP 47.
    """
    if surroundings is None:
        with Surroundings((file,)) as own:
            return read_file(file, reading=reading, surroundings=own)
    data = file.place.read(file.inside, file.stamp, surroundings.blobs)
    return page_of(file, data, reading or Reading(), surroundings)


def page_of(file: PageFile, data: bytes, reading: Reading, surroundings: Surroundings) -> Page:
    """The page that a file's bytes are; see :func:`read_file`."""
    by_name = container_of(file.inside) or "markdown"
    page = read_data(
        data,
        file.place.where(file.inside),
        container=reading.container or by_name,
        name=file.name,
        source_locale=reading.source_locale,
        licence=reading.licence or surroundings.licence_of(file),
    )
    locale = page.origin.target_locale
    if page.container == by_name or isinstance(file.place, StandardInput):  # which cannot be read a second time
        surroundings.neighbours.note(file, locale)
    if locale is None:
        locale = surroundings.neighbours.locale_of(file) if reading.locale is None else canonical(reading.locale)
        if locale is not None:
            page = page.with_locale(locale)
    return page


def read_pages(
    files: Sequence[PageFile], *, reading: Reading | None = None, narrowing: Narrowing | None = None
) -> Iterator[Page | Problem]:
    """Read pages in their order: each a page, or the problem for which it is none.

    A page that names no locale gets ``reading.locale``, else that of its neighbours.

    Raises
    ------
    UnreadablePageError
        There is one file only, and it is no page.
    NoPagesError
        The globs of ``narrowing`` leave no page.
    OptionError
        A locale is not BCP 47.
    """
    reading = reading or Reading()
    if reading.locale is not None:
        canonical(reading.locale)  # wrong for all pages or for none
    narrowing = narrowing or Narrowing()
    with Surroundings(files) as surroundings:
        for file in narrow(list(files), narrowing):
            try:
                page = read_file(file, reading=reading, surroundings=surroundings)
            except UnreadablePageError as error:
                if len(files) == 1:
                    raise
                yield unreadable(file, error)
                continue
            if admits(narrowing, page):
                yield page
