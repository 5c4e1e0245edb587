"""Which pages there are, what they are called, and which locale they are in when they do not say."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from align.errors import AlignError, MissingPathError, NoPagesError, OptionError, UnreadablePageError
from align.licence import Licences
from align.locales import canonical
from align.model import Container, Problem, TranslationType
from align.pages import SUFFIXES, Page, container_of, decode, parse_page, read_page

__all__ = ["STDIN", "Narrowing", "PageFile", "Reading", "find_pages", "narrow", "no_locale", "problems_of", "read_pages"]

#: The PATH that means one page on standard input.
STDIN = "-"


class PageFile(msgspec.Struct, frozen=True):
    """A page that was found, not yet read."""

    name: str
    """POSIX path relative to the PATH given."""
    path: Path | None
    """Where it is; None for standard input."""
    root: Path | None
    """The folder that was given, or that holds the file given."""


class Narrowing(msgspec.Struct, frozen=True, kw_only=True):
    """Which of the pages found are taken."""

    include: tuple[str, ...] = ()
    """Globs on page names, of which one must match; a glob without a slash is matched with the file's name."""
    exclude: tuple[str, ...] = ()
    """Globs on page names, of which none may match."""
    only: TranslationType | None = None
    """Only pages of this translation type."""
    since: str | None = None
    """Only pages handed off on this day (``YYYY-MM-DD``) or later."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How pages are read."""

    container: Container | None = None
    """None: as the file's name tells, Markdown for standard input."""
    source_locale: str = "en-US"
    locale: str | None = None
    """Target locale of the pages that name none."""
    licence: str | None = None
    """Licence of the texts; None looks for a LICENSE file beside the pages."""


def _as_text(name: str) -> str:
    r"""A file's name as text: bytes that are no UTF-8 become ``\xE8`` and the like."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and path of the pages below a folder; hidden folders are skipped, symbolic links not followed.

    A folder that cannot be listed is given too, as a page that will turn out to be unreadable.
    """
    unlisted: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=unlisted.append, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        parent = Path(here)
        below = "" if parent == folder else parent.relative_to(folder).as_posix() + "/"
        for name in sorted(files):
            if os.path.splitext(name)[1].lower() in SUFFIXES and not os.path.islink(os.path.join(here, name)):
                yield _as_text(below + name), parent / name
    for error in unlisted:
        path = Path(error.filename)
        yield _as_text(path.relative_to(folder).as_posix()), path


def _found(given: str) -> list[PageFile]:
    """The pages of one PATH."""
    if given == STDIN:
        return [PageFile(STDIN, None, None)]
    if not given:
        raise OptionError("a PATH is empty", cure="give a page, a folder, or -")
    path = Path(given)
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except OSError as error:
        raise MissingPathError(f"cannot be found: {error.strerror}", path=given, cure="check the spelling") from error
    if is_folder:
        files = [PageFile(name, page, path) for name, page in _walk(path)]
        if not files:
            raise NoPagesError("holds no page", path=given, cure=f"give a folder with files that end in {', '.join(SUFFIXES)}")
        return files
    if not exists:
        raise MissingPathError("does not exist", path=given, cure="check the spelling")
    return [PageFile(_as_text(path.name), path, path.parent)]


def _told_apart(pages: list[PageFile]) -> list[PageFile]:
    """Pages of several PATHs that have one name, each prefixed by as many of its PATH's last folders as it takes."""
    depths = [0] * len(pages)
    parents = [() if page.root is None else page.root.resolve().parts[1:] for page in pages]
    while True:
        prefixes = [above[len(above) - depth :] for above, depth in zip(parents, depths, strict=True)]
        names = ["/".join((*map(_as_text, prefix), page.name)) for prefix, page in zip(prefixes, pages, strict=True)]
        counts = Counter(names)
        alike = [index for index, name in enumerate(names) if counts[name] > 1]
        if not alike:
            return [msgspec.structs.replace(page, name=name) for page, name in zip(pages, names, strict=True)]
        for index in alike:
            depths[index] += 1
        if all(depths[index] > len(parents[index]) for index in alike):
            raise OptionError(f"two pages are called {names[alike[0]]}", cure="give each PATH once")


def find_pages(paths: Sequence[str | os.PathLike[str]]) -> list[PageFile]:
    """The pages of the PATHs (a page, a folder, or ``-``), ordered by name; a file reached twice is one page.

    Raises
    ------
    MissingPathError, NoPagesError
        A PATH does not exist; a folder holds no page.
    """
    if len(paths) == 1:
        return sorted(_found(os.fspath(paths[0])), key=lambda page: page.name)
    found: dict[object, PageFile] = {}
    for given in paths:
        for page in _found(os.fspath(given)):
            found.setdefault(STDIN if page.path is None else page.path.resolve(), page)
    return sorted(_told_apart(list(found.values())), key=lambda page: page.name)


def _matches(name: str, globs: Iterable[str]) -> bool:
    from wcmatch import glob

    flags = glob.GLOBSTAR | glob.DOTGLOB | glob.MATCHBASE | glob.FORCEUNIX
    return bool(glob.globmatch(name, list(globs), flags=flags))


def narrow(files: list[PageFile], narrowing: Narrowing) -> list[PageFile]:
    """The pages whose names the globs leave.

    Raises
    ------
    NoPagesError
        None is left.
    """
    left = files
    if narrowing.include:
        left = [page for page in left if _matches(page.name, narrowing.include)]
    if narrowing.exclude:
        left = [page for page in left if not _matches(page.name, narrowing.exclude)]
    if not left:
        raise NoPagesError("no page is left", cure=f"--include and --exclude leave none of {len(files)} pages")
    return left


class _Locales:
    """The locales of the neighbours of pages that name none; looked up only when such a page is met."""

    def __init__(self, files: Iterable[PageFile]) -> None:
        self._files = files
        self._by_folder: dict[tuple[Path | None, PurePosixPath], set[str]] | None = None

    def _folders(self) -> dict[tuple[Path | None, PurePosixPath], set[str]]:
        found: dict[tuple[Path | None, PurePosixPath], set[str]] = {}
        for file in self._files:
            try:
                locale = None if file.path is None else read_page(file.path).origin.target_locale
            except UnreadablePageError:
                continue
            if locale is not None and file.path is not None and file.root is not None:
                for folder in PurePosixPath(file.path.relative_to(file.root).as_posix()).parents:
                    found.setdefault((file.root, folder), set()).add(locale)
        return found

    def of(self, file: PageFile) -> str | None:
        """The single locale of the pages in the nearest folder above that has one."""
        if file.path is None or file.root is None:
            return None
        if self._by_folder is None:
            self._by_folder = self._folders()
        for folder in PurePosixPath(file.path.relative_to(file.root).as_posix()).parents:
            locales = self._by_folder.get((file.root, folder), set())
            if len(locales) == 1:
                return next(iter(locales))
        return None


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise UnreadablePageError("is closed", path="standard input", cure="give a PATH, or a page on standard input")
    return sys.stdin.buffer.read()


def no_locale(page: Page) -> Problem:
    """The problem of a page whose units are listed but cannot be exported."""
    message = "the page names no locale, nor do its neighbours; give one with --locale"
    return Problem("no-locale", "error", page.name, None, message)


def problems_of(page: Page | Problem) -> list[Problem]:
    """Everything wrong with a page, or the problem for which it is none."""
    if isinstance(page, Problem):
        return [page]
    mute = bool(page.texts.ids) and page.origin.target_locale is None
    return [*page.problems, *([no_locale(page)] if mute else [])]


def _read(file: PageFile, reading: Reading, licences: Licences) -> Page:
    licence = reading.licence or licences.of(file.path, file.root)
    if file.path is None:
        return parse_page(
            decode(_standard_input(), "standard input"),
            container=reading.container or "markdown",
            name=file.name,
            source_locale=reading.source_locale,
            licence=licence,
        )
    return read_page(
        file.path,
        container=reading.container or container_of(file.path),
        name=file.name,
        source_locale=reading.source_locale,
        licence=licence,
    )


def _problem(file: PageFile, error: AlignError) -> Problem:
    message = error.what if error.cure is None else f"{error.what}; {error.cure}"
    return Problem("unreadable-page", "error", file.name, error.line, message)


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
    narrowing = narrowing or Narrowing()
    given = None if reading.locale is None else canonical(reading.locale)
    locales, licences = _Locales(files), Licences()
    for file in narrow(list(files), narrowing):
        try:
            page = _read(file, reading, licences)
        except UnreadablePageError as error:
            if len(files) == 1:
                raise
            yield _problem(file, error)
            continue
        origin = page.origin
        if narrowing.only is not None and origin.translation_type != narrowing.only:
            continue
        if narrowing.since is not None and (origin.handoff or "") < narrowing.since:
            continue
        if origin.target_locale is None:
            locale = given or locales.of(file)
            if locale is not None:
                page = page.with_locale(locale)
        yield page
