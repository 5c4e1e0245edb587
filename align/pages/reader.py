"""Read one bilingual page: text in, :class:`Page` out. What is broken becomes a problem, and reading goes on."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from align.errors import OptionError, UnreadablePageError
from align.locales import canonical
from align.model import CONTAINERS, Container, Origin, Problem, Severity
from align.pages.columns import careful_columns, plain_columns
from align.pages.front_matter import Metadata, block_end, metadata
from align.pages.layout import Layout, lay_out
from align.pages.page import Page

if TYPE_CHECKING:
    from align.pages.dom import Tree

__all__ = [
    "SUFFIXES",
    "container_of",
    "decode",
    "parse_page",
    "read_bytes",
    "read_data",
    "read_metadata",
    "read_page",
    "read_text",
]

#: File names that are pages, and their container.
SUFFIXES: dict[str, Container] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xml": "xml",
}


_FOR_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def container_of(path: PurePath | str) -> Container | None:
    """The container that a file's name tells, None when it is no page's name."""
    return SUFFIXES.get(os.path.splitext(path)[1].lower())


def read_text(path: Path) -> str:
    """The decoded file, byte order mark and line ends kept.

    Raises
    ------
    UnreadablePageError
        The file cannot be opened, or is not UTF-8 (with the line of the first wrong byte), or is binary.
    """
    return decode(read_bytes(path), path)


def read_bytes(path: Path | str) -> bytes:
    """The bytes of a file.

    Raises
    ------
    UnreadablePageError
        The file cannot be opened.
    """
    try:
        return _read(path)
    except OSError as error:
        raise UnreadablePageError(
            f"cannot be read: {error.strerror or error}", path=path, cure="check that it is a file you may read"
        ) from error


def _read(path: Path | str) -> bytes:
    """The bytes of a file by four calls of the system; Python's own file object makes eight, which small pages feel."""
    descriptor = os.open(path, _FOR_READING)
    try:
        status = os.fstat(descriptor)
        size = status.st_size
        if not size and stat.S_ISCHR(status.st_mode):
            raise OSError(errno.ENODEV, "it is a device")  # such as /dev/zero, which has no end
        data = os.read(descriptor, size + 1)
        # A pipe has no size, and a file may grow.
        return data if len(data) == size else data + io.FileIO(descriptor, closefd=False).readall()
    finally:
        os.close(descriptor)


def decode(data: bytes, path: Path | str) -> str:
    """The bytes of a page as text; see :func:`read_text`.

    Raises
    ------
    UnreadablePageError
        They are not UTF-8, or hold a NUL byte.
    """
    if b"\0" in data:
        raise UnreadablePageError("is binary, not text", path=path, cure="give Markdown, HTML or XML in UTF-8, or --exclude it")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadablePageError(
            f"is not UTF-8 (byte 0x{data[error.start]:02X})",
            path=path,
            line=data.count(b"\n", 0, error.start) + 1,
            cure="convert it to UTF-8, or --exclude it",
        ) from error


def read_page(
    path: Path | str,
    *,
    container: Container | None = None,
    name: str | None = None,
    source_locale: str = "en-US",
    locale: str | None = None,
    licence: str | None = None,
) -> Page:
    """Read a bilingual page from a file. Parameters as for :func:`parse_page`.

    Parameters
    ----------
    container : None takes what the file's name tells, Markdown for any other name.
    name : None takes the file's name.

    Raises
    ------
    UnreadablePageError
        The file cannot be opened or is not text in UTF-8.
    """
    path = Path(path)
    data = read_bytes(path)
    return _page(
        decode(data, path),
        data,
        _Given(
            container or container_of(path) or "markdown",
            path.name if name is None else name,
            source_locale,
            locale,
            licence,
        ),
    )


def parse_page(
    text: str,
    *,
    container: Container = "markdown",
    name: str = "-",
    source_locale: str = "en-US",
    locale: str | None = None,
    licence: str | None = None,
) -> Page:
    """Read a bilingual page, or a fragment of one, from its text.

    Parameters
    ----------
    text : the decoded page; keep its byte order mark and line ends, so that it can be rebuilt byte for byte.
    container : ``markdown``, ``html`` or ``xml`` (ECMA XML).
    name : name of the page in units and problems.
    source_locale, locale : BCP 47; ``locale`` is the target's, for a page that names none itself.
    licence : licence of the text, where it is known.

    Raises
    ------
    OptionError
        The container is none of the three, or a locale is not BCP 47.
    """
    return _page(text, None, _Given(container, name, source_locale, locale, licence))


def read_data(
    data: bytes,
    where: Path | str,
    *,
    container: Container,
    name: str,
    source_locale: str = "en-US",
    licence: str | None = None,
) -> Page:
    """Read a bilingual page from its bytes, wherever they come from. Parameters as for :func:`parse_page`.

    Parameters
    ----------
    where : what errors name as the page's place.

    Raises
    ------
    UnreadablePageError
        It is not text in UTF-8.
    """
    return _page(decode(data, where), data, _Given(container, name, source_locale, None, licence))


def read_metadata(text: str, container: Container) -> Metadata:
    """What a page says of its translation, without looking for its units."""
    tree = _tree(text, container)
    return metadata(text[: block_end(text)]) if tree is None else tree.metadata


class _Given(NamedTuple):
    """What the caller says of a page."""

    container: Container
    name: str
    source_locale: str
    locale: str | None
    licence: str | None


def _page(text: str, data: bytes | None, given: _Given) -> Page:
    """The page out of its text; ``data`` is the same in UTF-8, where it is at hand."""
    container = given.container
    if container not in CONTAINERS:
        raise OptionError(f"container {container!r} is unknown", cure=f"use one of {', '.join(CONTAINERS)}")
    tree = _tree(text, container)
    front = block_end(text) if tree is None else 0
    found = metadata(text[:front]) if tree is None else tree.metadata
    origin = _origin(given, found)
    columns = plain_columns(text, front, data) if tree is None else None
    if columns is not None:
        return Page(text, origin, (), columns, found.wrong_locale)
    layout = lay_out(text, container)
    if tree is None:
        columns = careful_columns(layout, front)
    else:
        from align.pages.dom import tree_columns

        columns = tree_columns(tree, layout, container)
    return Page(text, origin, tuple(_problems(layout, given.name)), columns, found.wrong_locale)


def _origin(given: _Given, data: Metadata) -> Origin:
    return Origin(
        page=given.name,
        container=given.container,
        source_locale=canonical(given.source_locale),
        target_locale=data.locale or (None if given.locale is None else canonical(given.locale)),
        translation_type=data.translation_type,
        handoff=data.handoff,
        source_commit=data.source_commit,
        source_hash=data.source_hash,
        licence=given.licence,
    )


def _tree(text: str, container: Container) -> Tree | None:
    """The page in its parser's eyes, the parser imported when it is first needed; None for Markdown."""
    if container == "html":
        from align.pages.html_tree import read_html

        return read_html(text)
    if container == "xml":
        from align.pages.ecma_tree import read_ecma

        return read_ecma(text)
    return None


def _problems(layout: Layout, name: str) -> Iterator[Problem]:
    text = layout.repaired.text
    line, at = 1, 0
    for damage in layout.damages:
        line += text.count("\n", at, damage.start)
        at = damage.start
        severity: Severity = "warning" if damage.rule == "stray-marker" else "error"
        yield Problem(damage.rule, severity, name, line, damage.message)
