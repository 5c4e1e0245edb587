"""Verify whole folders: each bilingual page against its monolingual twin and its English original, found by name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import msgspec

from align.corpus import PageFile, as_text
from align.errors import MissingPathError, UnreadablePageError
from align.git_process import Blobs
from align.git_tree import GitTree, Opened, entries, is_git, open_git
from align.pages import Page, decode, parse_page, read_bytes
from align.verify import Outcome, Verdict, verify_source, verify_target

__all__ = ["summary", "twins_at", "verify_pages"]

_OUTCOMES: tuple[Outcome, ...] = ("identical", "equivalent", "different", "other_handoff", "missing")


class _Twins(Protocol):
    """Files that have the names of pages."""

    def of(self, name: str) -> bytes | None:
        """The bytes of a page's twin, None when there is none; raises UnreadablePageError."""


class _OnDisk:
    """Twins below a folder; the folder may also be the one twin itself."""

    def __init__(self, folder: Path) -> None:
        if not folder.exists():
            raise MissingPathError("does not exist", path=folder, cure="check the spelling")
        self._folder = folder

    def of(self, name: str) -> bytes | None:
        """The bytes of the file of this name; None when there is none."""
        path = self._folder if self._folder.is_file() else self._folder / name
        return read_bytes(path) if path.is_file() else None


class _InGit:
    """The same in a commit."""

    def __init__(self, opened: Opened, blobs: Blobs) -> None:
        self._opened = opened
        self._blobs = blobs
        files = [] if opened.page is not None else entries(opened.tree)
        self._by_name = {as_text(entry.inside): entry for entry in files}

    def of(self, name: str) -> bytes | None:
        """The bytes of the file of this name; None when there is none."""
        entry = self._opened.page or self._by_name.get(name)
        return None if entry is None else self._opened.tree.read(entry.inside, entry.id, self._blobs)


def twins_at(given: str | os.PathLike[str], files: Iterable[PageFile] = ()) -> Path | Opened:
    """Where twins are, for :func:`verify_pages`: a folder on disk, or of a commit (``git:REPO@REF[:SUBDIR]``).

    Parameters
    ----------
    files : the bilingual pages. When they stand in git, too, a branch is not taken at its tip but at the commit that
        belongs to them: the newest that was committed not later than 15 minutes after theirs.

    Raises
    ------
    MissingPathError, OptionError, RepositoryError
        As :func:`align.git_tree.open_git` does.
    """
    text = os.fspath(given)
    if not is_git(text):
        return Path(given)
    trees = {file.place: None for file in files if isinstance(file.place, GitTree)}
    return open_git(text, bilingual=[tree for tree in trees if isinstance(tree, GitTree)])


def _opened(given: str | os.PathLike[str] | Opened | None, blobs: Blobs) -> _Twins | None:
    if given is None:
        return None
    found = given if isinstance(given, Opened) else twins_at(given)
    return _InGit(found, blobs) if isinstance(found, Opened) else _OnDisk(found)


def _target(page: Page, twins: _Twins) -> Verdict:
    try:
        data = twins.of(page.name)
        if data is None:
            return Verdict(page.name, "target", "missing")
        real = decode(data, page.name)
    except UnreadablePageError as error:
        return Verdict(page.name, "target", "different", line=error.line, expected=str(error))
    if parse_page(real, container=page.container).origin.source_hash != page.origin.source_hash:
        return Verdict(page.name, "target", "other_handoff")
    return verify_target(page, real)


def _source(page: Page, twins: _Twins) -> Verdict:
    try:
        english = twins.of(page.name)
    except UnreadablePageError as error:
        return Verdict(page.name, "source", "different", expected=str(error))
    if english is None:
        return Verdict(page.name, "source", "missing")
    return verify_source(page, english)


def verify_pages(
    pages: Iterable[Page],
    *,
    target: str | os.PathLike[str] | Opened | None,
    source: str | os.PathLike[str] | Opened | None,
) -> Iterator[Verdict]:
    """Compare each page's rebuilt target with its twin, and its rebuilt source with the English page.

    Parameters
    ----------
    target, source : folder with files of the pages' names (or such a file, for one page), on disk or in git
        (``git:REPO@REF[:SUBDIR]``, or what :func:`twins_at` found); None leaves that side out.

    Raises
    ------
    MissingPathError
        A folder does not exist.
    RepositoryError
        A git repository is damaged.
    """
    with Blobs() as blobs:
        targets, sources = _opened(target, blobs), _opened(source, blobs)
        for page in pages:
            if targets is not None:
                yield _target(page, targets)
            if sources is not None:
                yield _source(page, sources)


def summary(comparisons: list[Verdict]) -> dict[str, Any]:
    """The object that ``align-tm verify --json`` prints."""
    counts: dict[str, int] = {outcome: sum(one.verdict == outcome for one in comparisons) for outcome in _OUTCOMES}
    results = [msgspec.to_builtins(one) for one in comparisons]
    return {"pages": len({one.page for one in comparisons}), **counts, "results": results}
