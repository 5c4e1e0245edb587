"""The locale of a page that names none: that of the pages around it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from align.corpus.places import PageFile, Place
from align.errors import UnreadablePageError
from align.git_process import Blobs
from align.pages import container_of, decode, read_metadata

__all__ = ["Neighbours"]


class _Below(NamedTuple):
    """What the pages of a folder, and those below it, say."""

    locale: str | None
    """The locale; None when no page names one, or several do."""
    several: bool


class Neighbours:
    """The locales of the pages around a page; nothing is read before one is asked for, and no page twice.

    Parameters
    ----------
    files : all pages of the run.
    blobs : open git processes.
    """

    def __init__(self, files: Iterable[PageFile], blobs: Blobs) -> None:
        self._files = files
        self._blobs = blobs
        self._places: dict[Place, list[tuple[str, PageFile]]] | None = None
        self._named: dict[tuple[Place, str], str | None] = {}
        self._below: dict[tuple[Place, str], _Below] = {}

    def note(self, file: PageFile, locale: str | None) -> None:
        """Take note of what a page that was read anyway names, so that it is not read again."""
        self._named[file.place, file.inside] = locale

    def names(self, file: PageFile) -> bool:
        """Whether a page of which note was taken names a locale itself."""
        return self._named.get((file.place, file.inside)) is not None

    def locale_of(self, file: PageFile) -> str | None:
        """The single locale of the pages in the nearest folder above that has any; None when it has several."""
        folder = file.inside
        while folder:
            folder = folder.rpartition("/")[0]
            below = self._look(file.place, folder)
            if below.locale is not None or below.several:  # the folders above have at least as many
                return below.locale
        return None

    def _look(self, place: Place, folder: str) -> _Below:
        """What the pages of a folder and below say; no more of them are read than it takes to find a second locale."""
        known = self._below.get((place, folder))
        if known is not None:
            return known
        single = None
        several = False
        for file in self._in(place, folder + "/" if folder else ""):
            locale = self._locale(file)
            if locale is not None and locale != single:
                several = single is not None
                single = locale
                if several:
                    break
        self._below[place, folder] = found = _Below(None if several else single, several)
        return found

    def _in(self, place: Place, beginning: str) -> Iterator[PageFile]:
        """The pages of a place whose paths begin so: they stand side by side when paths are sorted."""
        if self._places is None:
            self._places = {}
            for file in self._files:
                self._places.setdefault(file.place, []).append((file.inside, file))
            for pages in self._places.values():
                pages.sort(key=lambda page: page[0])
        pages = self._places.get(place, [])
        for index in range(bisect_left(pages, beginning, key=lambda page: page[0]), len(pages)):
            inside, file = pages[index]
            if not inside.startswith(beginning):
                return
            yield file

    def _locale(self, file: PageFile) -> str | None:
        """The locale that a page names; None when it names none or cannot be read."""
        key = (file.place, file.inside)
        if key not in self._named:
            try:
                text = decode(file.place.read(file.inside, file.stamp, self._blobs), file.name)
                container = container_of(file.inside) or "markdown"
                self._named[key] = read_metadata(text, container).locale
            except UnreadablePageError:
                self._named[key] = None
        return self._named[key]
