"""A share of the pages, on their way in: read, or known from the last run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from align.corpus import Narrowing, PageFile, Place, Reading, Surroundings, admits, page_of, unreadable
from align.errors import UnreadablePageError
from align.export.known import Gone, Known, KnownPage
from align.export.run import PageIn
from align.export.state import Manifest, settled
from align.export.workspace import STATE
from align.model import Problem
from align.pages import Page

__all__ = ["KEPT", "Last", "Source"]

#: The endings of what a run puts down for the next export.
KEPT = (".pages", ".pairs", ".changes", ".index")


class Last(msgspec.Struct, frozen=True):
    """A run that was completed, as far as it is of use to this one."""

    out: Path
    """Where it wrote."""
    state: Path
    """Folder of what it put down for the next run."""
    manifest: Manifest
    """What it did."""

    def has(self, name: str) -> bool:
        """Whether a file is as that run left it, by its size and time."""
        try:
            found = (self.out / name).stat()
        except (OSError, ValueError):  # no name that a file can have
            return False
        return (found.st_size, found.st_mtime_ns) == self.manifest.outputs.get(name)

    def is_known(self) -> bool:
        """Whether what it put down for the next run is there."""
        return all(self.has(f"{STATE}/{run:04}{ending}") for run in self.manifest.runs for ending in KEPT)

    def is_intact(self) -> bool:
        """Whether all files are."""
        return all(map(self.has, self.manifest.outputs))


class Source(msgspec.Struct, frozen=True):
    """Gives a share of the pages. It can be pickled, so that a worker may read them."""

    files: list[PageFile]
    """All pages of the run: the neighbours of those that are read."""
    narrowed: list[PageFile]
    """Those that may be taken."""
    share: Sequence[int]
    """The places in ``narrowed`` of those to give, ascending."""
    reading: Reading
    """How pages are read."""
    narrowing: Narrowing
    """Which pages are taken."""
    began: int
    """Time (ns) before the files were looked at."""
    licences: dict[tuple[Place, str], str | None]
    """Those of the listing (:attr:`align.corpus.Surroundings.licences`)."""
    last: Last | None = None
    """The run to go on from; None reads all pages."""

    def __call__(self) -> Iterator[PageIn]:
        """The pages, in their order.

        Raises
        ------
        UnreadablePageError
            There is one file only, and it is no page.
        """
        known = None if self.last is None else Known(self.last.state, self.last.manifest.runs)
        with Surroundings(self.files, self.licences) as surroundings:
            for number in self.share:
                file = self.narrowed[number]
                if known is None:
                    yield self._read(number, file, None, surroundings)
                    continue
                for gone in known.before(file.name):
                    yield PageIn(number, Gone(*gone))
                before = known.get(file.name)
                page = self._taken(number, file, self._usable(before, file, surroundings), surroundings)
                if before is not None and page.page is not before:
                    yield PageIn(number, Gone(*before))
                yield page
            for gone in () if known is None else known.before(None):
                yield PageIn(len(self.narrowed), Gone(*gone))

    def _taken(self, number: int, file: PageFile, before: KnownPage | None, surroundings: Surroundings) -> PageIn:
        """A page: what is known of it, as long as it is the same."""
        if before is not None and before.record.stamp and before.record.stamp == file.stamp:
            self._note(before, file, surroundings)
            return PageIn(number, before, before.record.stamp, before.record.digest)
        return self._read(number, file, before, surroundings)

    @staticmethod
    def _note(page: KnownPage, file: PageFile, surroundings: Surroundings) -> None:
        """Let its neighbours know the locale of a page that is not read."""
        if page.record.names_locale and page.record.origin is not None:
            surroundings.neighbours.note(file, page.record.origin.target_locale)

    def _usable(self, before: KnownPage | None, file: PageFile, surroundings: Surroundings) -> KnownPage | None:
        """What is known of a page, if all that it depends on but its bytes is as it was."""
        if before is None or before.record.origin is None:
            return None
        record, origin = before.record, before.record.origin
        if origin.licence != (self.reading.licence or surroundings.licence_of(file)):
            return None
        if not all(own.report.path == "" or (self.last and self.last.has(own.report.path)) for own in record.own):
            return None
        inferred = not record.names_locale and self.reading.locale is None
        if inferred and origin.target_locale != surroundings.neighbours.locale_of(file):
            return None
        return before

    def _read(self, number: int, file: PageFile, before: KnownPage | None, surroundings: Surroundings) -> PageIn:
        """Read a page; if its bytes turn out to be those of before, what is known of it is given."""
        stamp = settled(file.stamp, self.began)
        page: Page | Problem | KnownPage
        try:
            data = file.place.read(file.inside, file.stamp, surroundings.blobs)
            digest = hashlib.sha256(data).hexdigest()
            if before is not None and before.record.digest == digest:
                self._note(before, file, surroundings)
                return PageIn(number, before, stamp, digest)
            page = page_of(file, data, self.reading, surroundings)
        except UnreadablePageError as error:
            if len(self.files) == 1:
                raise
            return PageIn(number, unreadable(file, error), "", "")
        named = surroundings.neighbours.names(file)
        return PageIn(number, page, stamp, digest, named, admits(self.narrowing, page))
