"""Which pages there are, and what they are called."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from align.corpus.places import STDIN, Folder, PageFile, Place, StandardInput, as_text, stamp_of
from align.errors import MissingPathError, NoPagesError, OptionError
from align.git_tree import GitTree, entries, is_git, open_git
from align.model import TranslationType
from align.pages import SUFFIXES

__all__ = ["Narrowing", "find_page", "find_pages", "in_order", "names_left", "narrow"]


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


class _Found(NamedTuple):
    """What a PATH means."""

    files: list[PageFile]
    is_page: bool
    """Whether the PATH is a page, no folder."""


def _is_page_name(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in SUFFIXES


def _on_disk(place: Folder, inside: str, entry: os.DirEntry[str] | None = None) -> PageFile:
    """A file with its size and stamp; a link that was given by name is followed."""
    try:
        found = (place.root / inside).stat() if entry is None else entry.stat(follow_symlinks=False)
    except OSError:  # reading it will say so
        return PageFile(as_text(inside), place, inside)
    return PageFile(as_text(inside), place, inside, found.st_size, stamp_of(found))


def _kind(entry: os.DirEntry[str]) -> Literal["folder", "file", "other"]:
    """What a folder's entry is; symbolic links, pipes and the like are other things."""
    try:
        if entry.is_dir(follow_symlinks=False):
            return "folder"
        return "file" if entry.is_file(follow_symlinks=False) else "other"
    except OSError:  # reading it will say why
        return "file"


def _walk(place: Folder) -> Iterator[PageFile]:
    """The pages below a folder; hidden folders are skipped, symbolic links not followed.

    A folder that cannot be listed is given too, as a page that will turn out to be unreadable.
    """
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(place.root / below) as listed:
                found = list(listed)
        except OSError:
            inside = below.rstrip("/") or "."
            yield PageFile(as_text(inside), place, inside)
            continue
        for entry in found:
            kind = _kind(entry)
            if kind == "folder" and not entry.name.startswith("."):
                waiting.append(f"{below}{entry.name}/")
            elif kind == "file" and _is_page_name(entry.name):
                yield _on_disk(place, below + entry.name, entry)


def _in_tree(tree: GitTree) -> Iterator[PageFile]:
    """The pages of a folder in git, by the rules of a folder on disk."""
    for entry in entries(tree):
        folder = "/" + entry.inside.rpartition("/")[0]
        if _is_page_name(entry.inside) and "/." not in folder:
            yield PageFile(as_text(entry.inside), tree, entry.inside, entry.size, entry.id)


def _of_folder(given: str, pages: Iterable[PageFile]) -> _Found:
    files = list(pages)
    if not files:
        raise NoPagesError("holds no page", path=given, cure=f"give a folder with files that end in {', '.join(SUFFIXES)}")
    return _Found(files, is_page=False)


def _found_in_git(given: str) -> _Found:
    tree, page = open_git(given)
    if page is None:
        return _of_folder(given, _in_tree(tree))
    return _Found([PageFile(as_text(page.inside), tree, page.inside, page.size, page.id)], is_page=True)


def _found(given: str) -> _Found:
    """The pages of one PATH."""
    if given == STDIN:
        return _Found([PageFile(STDIN, StandardInput(), STDIN)], is_page=True)
    if not given:
        raise OptionError("a PATH is empty", cure="give a page, a folder, or -")
    if is_git(given):
        return _found_in_git(given)
    path = Path(given)
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except OSError as error:
        raise MissingPathError(f"cannot be found: {error.strerror}", path=given, cure="check the spelling") from error
    if is_folder:
        return _of_folder(given, _walk(Folder(path)))
    if not exists:
        raise MissingPathError("does not exist", path=given, cure="check the spelling")
    return _Found([_on_disk(Folder(path.parent), path.name)], is_page=True)


def _folders_above(places: Iterable[Place]) -> dict[Place, tuple[str, ...]]:
    """The folder names that lead to each place; two branches of one clone are told apart by their names."""
    above = {place: place.folders_above() for place in places}
    counts = Counter(above.values())
    return {place: parts if counts[parts] == 1 else place.folders_above(exactly=True) for place, parts in above.items()}


def _told_apart(pages: list[PageFile]) -> list[PageFile]:
    """Pages of several PATHs that have one name, each prefixed by as many of its PATH's last folders as it takes."""
    depths = [0] * len(pages)
    by_place = _folders_above({page.place: None for page in pages})
    parents = [by_place[page.place] for page in pages]
    while True:
        prefixes = [above[len(above) - depth :] for above, depth in zip(parents, depths, strict=True)]
        names = ["/".join((*map(as_text, prefix), page.name)) for prefix, page in zip(prefixes, pages, strict=True)]
        counts = Counter(names)
        alike = [index for index, name in enumerate(names) if counts[name] > 1]
        if not alike:
            return [msgspec.structs.replace(page, name=name) for page, name in zip(pages, names, strict=True)]
        for index in alike:
            depths[index] += 1
        if all(depths[index] > len(parents[index]) for index in alike):
            raise OptionError(f"two pages are called {names[alike[0]]}", cure="give each PATH once")


def find_pages(paths: Sequence[str | os.PathLike[str]]) -> list[PageFile]:
    """The pages of the PATHs, ordered by name; a file reached twice is one page.

    Parameters
    ----------
    paths : each a page, a folder, ``git:REPO@REF[:SUBDIR]`` (the same in a commit of a local clone), or ``-``.

    Raises
    ------
    MissingPathError, NoPagesError
        A PATH does not exist; a folder holds no page.
    RepositoryError
        A git repository is damaged.
    """
    if len(paths) == 1:
        return sorted(_found(os.fspath(paths[0])).files, key=lambda page: page.name)
    return in_order(page for given in paths for page in _found(os.fspath(given)).files)


def in_order(pages: Iterable[PageFile]) -> list[PageFile]:
    """The pages of several PATHs, ordered by names that tell them apart; a file reached twice is one page.

    Raises
    ------
    OptionError
        Two pages cannot be told apart.
    """
    found: dict[object, PageFile] = {}
    for page in pages:
        found.setdefault(page.place.identity(page.inside), page)
    return sorted(_told_apart(list(found.values())), key=lambda page: page.name)


def find_page(path: str | os.PathLike[str]) -> PageFile:
    """The page that a PATH is; raises as :func:`find_pages` does, and OptionError for a folder."""
    found = _found(os.fspath(path))
    if not found.is_page:
        raise OptionError("is a folder", path=os.fspath(path), cure="give one page")
    return found.files[0]


def _matches(name: str, globs: Iterable[str]) -> bool:
    from wcmatch import glob

    flags = glob.GLOBSTAR | glob.DOTGLOB | glob.MATCHBASE | glob.FORCEUNIX
    return bool(glob.globmatch(name, list(globs), flags=flags))


def names_left(names: Iterable[str], narrowing: Narrowing) -> list[str]:
    """The page names that the globs leave, in their order."""
    left = list(names)
    if narrowing.include:
        left = [name for name in left if _matches(name, narrowing.include)]
    if narrowing.exclude:
        left = [name for name in left if not _matches(name, narrowing.exclude)]
    return left


def narrow(files: list[PageFile], narrowing: Narrowing) -> list[PageFile]:
    """The pages whose names the globs leave.

    Raises
    ------
    NoPagesError
        None is left.
    """
    left = set(names_left((page.name for page in files), narrowing))
    if not left:
        raise NoPagesError("no page is left", cure=f"--include and --exclude leave none of {len(files)} pages")
    return [page for page in files if page.name in left]
