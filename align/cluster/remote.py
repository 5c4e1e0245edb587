"""Pages behind a URI that Hadoop knows, read by pyarrow: ``hdfs:``, ``s3a:``, ``abfs:``, ``gs:``.

Not by Spark's own file source: it passes over every file whose name begins with ``_`` (Spark 4.3, ``HadoopFSUtils``),
and bilingual pages have such names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from align.corpus import STDIN, PageFile, find_pages, in_order
from align.errors import MissingPathError, NoPagesError, OptionError, UnreadablePageError
from align.git_process import Blobs
from align.git_tree import is_git
from align.pages import SUFFIXES

__all__ = ["Remote", "file_system", "find", "is_remote"]

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE | re.ASCII)
# What Hadoop calls a store, and what pyarrow does.
_ALIASES = {"s3a": "s3", "s3n": "s3", "gcs": "gs", "wasb": "abfs", "wasbs": "abfss"}
_LICENCE_READ = 4000
_SCHEMES = "file, hdfs, s3a, abfs and gs"


def is_remote(path: str) -> bool:
    """Whether a PATH is a URI that does not name a local file."""
    return _SCHEME.match(path) is not None and urlsplit(path).scheme.lower() != "file"


def local(path: str) -> str:
    """The path on disk of a ``file:`` URI (RFC 8089); any other PATH as it is."""
    if not path.lower().startswith("file:/"):
        return path
    return unquote(urlsplit(path).path)


@lru_cache(maxsize=64)
def file_system(uri: str) -> tuple[Any, str]:
    """The file system of pyarrow, and the path there, of a URI or a local path.

    Raises
    ------
    OptionError
        pyarrow is not installed, or knows no such URI.
    """
    try:
        import pyarrow as pa
        from pyarrow import fs
    except ImportError as error:
        raise OptionError("pyarrow is not installed", cure="install it with: pip install 'align-tm[spark]'") from error
    if not is_remote(uri):
        return fs.LocalFileSystem(), str(Path(local(uri)).absolute())
    scheme, rest = uri.split("://", 1)
    name = scheme.lower()
    try:
        found: tuple[Any, str] = fs.FileSystem.from_uri(f"{_ALIASES.get(name, name)}://{rest}")
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        what = f"cannot be opened: {_first_line(error)}"
        raise OptionError(what, path=uri, cure=f"use {_SCHEMES}; pyarrow's connector must be set up") from error
    return found


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0].rstrip(".")


class Remote(msgspec.Struct, frozen=True):
    """A folder behind a URI: a :class:`align.corpus.Place`."""

    root: str
    """Its URI, without a slash at the end."""

    def where(self, inside: str) -> str:
        """The URI."""
        return f"{self.root}/{inside}"

    def path_of(self, inside: str) -> None:
        """There is none on disk."""

    def identity(self, inside: str) -> Hashable:
        """The URI."""
        return self.where(inside)

    def folders_above(self, *, exactly: bool = False) -> tuple[str, ...]:  # noqa: ARG002 - there is but one name
        """Host or bucket, and the folders below."""
        parts = urlsplit(self.root)
        return tuple(part for part in (parts.netloc, *parts.path.split("/")) if part)

    def read(self, inside: str, stamp: str, blobs: Blobs) -> bytes:  # noqa: ARG002 - what git needs
        """The bytes of a file as it is now.

        Raises
        ------
        UnreadablePageError
            It cannot be opened.
        """
        try:
            return self._bytes(inside)
        except OSError as error:
            what = f"cannot be opened: {_first_line(error)}"
            raise UnreadablePageError(what, path=self.where(inside), cure="check that every worker may read it") from error

    def beginning(self, inside: str, blobs: Blobs) -> bytes | None:  # noqa: ARG002
        """The first bytes of a file; None when it cannot be opened."""
        try:
            return self._bytes(inside, _LICENCE_READ)
        except OSError:
            return None

    def _bytes(self, inside: str, size: int | None = None) -> bytes:
        system, path = file_system(self.root)
        with system.open_input_file(f"{path}/{inside}") as stream:
            data: bytes = stream.read(size)
        return data


def _is_page(inside: str) -> bool:
    """By the rules of a folder on disk: hidden folders are skipped."""
    return os.path.splitext(inside)[1].lower() in SUFFIXES and "/." not in "/" + inside.rpartition("/")[0]


def _listed(uri: str) -> Iterator[PageFile]:
    from pyarrow import fs

    root = uri.rstrip("/")
    system, path = file_system(root)
    try:
        info = system.get_file_info(path)
        if info.type == fs.FileType.NotFound:
            raise MissingPathError("does not exist", path=uri, cure="check the spelling")
        if info.type == fs.FileType.File:
            place, _, name = root.rpartition("/")
            yield PageFile(name, Remote(place), name, info.size or 0)
            return
        for found in system.get_file_info(fs.FileSelector(path, recursive=True)):
            inside = PurePosixPath(found.path).relative_to(path).as_posix()
            if found.type == fs.FileType.File and _is_page(inside):
                yield PageFile(inside, Remote(root), inside, found.size or 0)
    except OSError as error:
        raise MissingPathError(f"cannot be listed: {_first_line(error)}", path=uri, cure="check rights and spelling") from error


def _found(given: str) -> list[PageFile]:
    if not is_remote(given):
        return find_pages([local(given)])
    files = list(_listed(given))
    if not files:
        raise NoPagesError("holds no page", path=given, cure=f"give a folder with files that end in {', '.join(SUFFIXES)}")
    return files


def find(paths: Sequence[str | os.PathLike[str]]) -> list[PageFile]:
    """The pages of PATHs and URIs, ordered by name; local PATHs as :func:`align.corpus.find_pages` has them.

    Raises
    ------
    AlignError
        As there; or a URI cannot be opened; or a PATH is standard input, which no worker can read.
    """
    given = [os.fspath(path) for path in paths]
    for path in given:
        if path == STDIN or is_git(path):
            raise OptionError(f"{path}: no worker can read it", cure="give a page or a folder that all workers see")
    if len(given) == 1:
        return sorted(_found(given[0]), key=lambda page: page.name)
    if not any(map(is_remote, given)):
        return find_pages([local(path) for path in given])
    return in_order(page for path in given for page in _found(path))
