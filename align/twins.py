"""Verify whole folders: each bilingual page against its monolingual twin and its English original, found by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from align.errors import MissingPathError, UnreadablePageError
from align.pages import Page, parse_page, read_text
from align.verify import Outcome, Verdict, verify_source, verify_target

__all__ = ["summary", "verify_pages"]

_OUTCOMES: tuple[Outcome, ...] = ("identical", "equivalent", "different", "other_handoff", "missing")


def _twin(folder: Path, page: Page) -> Path | None:
    """The file that has the page's name below the folder; the folder may also be that file itself."""
    path = folder if folder.is_file() else folder / page.name
    return path if path.is_file() else None


def _target(page: Page, folder: Path) -> Verdict:
    path = _twin(folder, page)
    if path is None:
        return Verdict(page.name, "target", "missing")
    try:
        real = read_text(path)
    except UnreadablePageError as error:
        return Verdict(page.name, "target", "different", line=error.line, expected=str(error))
    if parse_page(real, container=page.container).origin.source_hash != page.origin.source_hash:
        return Verdict(page.name, "target", "other_handoff")
    return verify_target(page, real)


def _source(page: Page, folder: Path) -> Verdict:
    path = _twin(folder, page)
    if path is None:
        return Verdict(page.name, "source", "missing")
    try:
        english = path.read_bytes()
    except OSError as error:
        return Verdict(page.name, "source", "different", expected=f"{path.name} cannot be read: {error.strerror}")
    return verify_source(page, english)


def verify_pages(pages: Iterable[Page], *, target: Path | None, source: Path | None) -> Iterator[Verdict]:
    """Compare each page's rebuilt target with its twin, and its rebuilt source with the English page.

    Parameters
    ----------
    target, source : folder with files of the pages' names (or such a file, for one page); None leaves that side out.

    Raises
    ------
    MissingPathError
        A folder does not exist.
    """
    for folder in (target, source):
        if folder is not None and not folder.exists():
            raise MissingPathError("does not exist", path=folder, cure="check the spelling")
    for page in pages:
        if target is not None:
            yield _target(page, target)
        if source is not None:
            yield _source(page, source)


def summary(comparisons: list[Verdict]) -> dict[str, Any]:
    """The object that ``align-tm verify --json`` prints."""
    counts: dict[str, int] = {outcome: sum(one.verdict == outcome for one in comparisons) for outcome in _OUTCOMES}
    results = [msgspec.to_builtins(one) for one in comparisons]
    return {"pages": len({one.page for one in comparisons}), **counts, "results": results}
