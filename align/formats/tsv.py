r"""Tab-separated values (IANA media type ``text/tab-separated-values``): a header, then one line per entry.

The media type has no way to hold a tab or a line end, so they are escaped: ``\t``, ``\n``, ``\r``, ``\\``, and
``\uXXXX`` for every other character that some program takes for a line end. There are no quotes: each entry is one
line for a spreadsheet, ``cut`` and ``wc -l`` alike, and a quotation mark is a quotation mark.

Lost: all pages but one, whether a translator must review it, and what :class:`align.model.Origin` knows beyond the
page, its container (told by the page's name) and the hand-off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, TextIO

from align.errors import AlignError, FormatError
from align.formats.entry import Entry, batched
from align.locales import canonical
from align.model import Origin, TranslationType, kind_of
from align.pages import container_of

__all__ = ["COLUMNS", "HEADER", "entry_line", "read", "write"]

#: The columns, in their order, and what each holds. What is not known is an empty field.
COLUMNS = {
    "id": "id of the unit on its page",
    "source": "text of the source segment",
    "target": "text of the target segment",
    "source_locale": "BCP 47",
    "target_locale": "BCP 47",
    "page": "page of the unit",
    "translation_type": "HT or MT",
    "handoff": "date of the page's hand-off, YYYY-MM-DD",
    "variant": "empty for the best target of a source, else a name that tells this one from the others",
}
#: The first line of a file.
HEADER = "\t".join(COLUMNS) + "\n"
_TYPES: dict[str, TranslationType | None] = {"": None, "HT": "HT", "MT": "MT"}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The backslash, the tab, and every character at which str.splitlines() parts lines.
_SPECIAL = re.compile("[\\\\\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_CHARACTERS = {escape: character for character, escape in _ESCAPES.items()}
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|.?)", re.DOTALL)


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}"


def entry_line(entry: Entry) -> str:
    """The line of an entry."""
    origin = entry.origin
    page = origin.page if origin is not None else entry.pages[0] if entry.pages else None
    fields = (
        entry.id,
        entry.source,
        entry.target,
        entry.source_locale,
        entry.target_locale,
        page,
        entry.translation_type,
        None if origin is None else origin.handoff,
        entry.variant,
    )
    return "\t".join([_SPECIAL.sub(_escape, field) if field else "" for field in fields]) + "\n"


def write(stream: TextIO, entries: Iterable[Entry]) -> int:
    """Write a header and a line for each entry; returns how many entries.

    Parameters
    ----------
    stream : text stream in UTF-8 with LF line ends.
    """
    stream.write(HEADER)
    count = 0
    for batch in batched(entries):
        stream.write("".join(map(entry_line, batch)))
        count += len(batch)
    return count


def _character(found: re.Match[str]) -> str:
    escape = found[0]
    if escape in _CHARACTERS:
        return _CHARACTERS[escape]
    if len(escape) == 6 and not 0xD800 <= int(escape[2:], 16) <= 0xDFFF:
        return chr(int(escape[2:], 16))
    raise FormatError(f"has the unknown escape {escape}", cure=r"write \\ for a backslash; the others are \t \n \r \uXXXX")


@lru_cache(maxsize=1024)
def _origin(page: str, source_locale: str, target_locale: str, handoff: str | None) -> Origin:
    container = container_of(Path(page)) or "markdown"
    return Origin(page, container, source_locale, target_locale, handoff=handoff)


def _entry(fields: list[str]) -> Entry:
    if len(fields) != len(COLUMNS):
        cure = r"write \t for a tab and \n for a line end inside a text"
        raise FormatError(f"has {len(fields)} columns, not {len(COLUMNS)}", cure=cure)
    values = [_ESCAPE.sub(_character, field) if "\\" in field else field for field in fields]
    ident, source, target, source_locale, target_locale, page, kind, handoff, variant = values
    if not source or not target:
        raise FormatError(f"has no {'target' if source else 'source'}", cure="fill it in, or remove the line")
    if kind not in _TYPES:
        raise FormatError(f"translation_type is {kind!r}", cure="write HT, MT or nothing")
    if handoff and not (page and _DATE.fullmatch(handoff)):
        raise FormatError(f"handoff is {handoff!r}", cure="write it like 2021-04-12, beside a page, or write nothing")
    source_locale, target_locale = canonical(source_locale), canonical(target_locale)
    return Entry(
        source,
        target,
        source_locale,
        target_locale,
        ident or None,
        _origin(page, source_locale, target_locale, handoff or None) if page else None,
        (page,) if page else (),
        _TYPES[kind],
        variant=variant or None,
        segtype=kind_of(ident),
    )


def _decoded(line: bytes, number: int) -> list[str]:
    """The fields of a line, still escaped."""
    try:
        # Spreadsheets put a byte order mark before the header, and CR LF at the end of a line.
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise FormatError("is not UTF-8", cure="save it as UTF-8") from error
    return text.removesuffix("\n").removesuffix("\r").split("\t")


def read(stream: IO[bytes], *, path: Path | None = None) -> Iterator[Entry]:
    """Read the entries of a file with exactly the columns of :data:`COLUMNS`. A row with a page has an origin.

    Parameters
    ----------
    stream : binary stream.
    path : name of the file, for errors.

    Raises
    ------
    FormatError
        The header is another one, or a line has too few or too many columns, an unknown escape, no text, or a value
        that its column cannot hold.
    """
    number = 0
    for number, line in enumerate(stream, 1):
        try:
            fields = _decoded(line, number)
            if number > 1:
                entry = _entry(fields)
            elif fields != list(COLUMNS):
                raise FormatError("has not the header of a table of entries", cure=f"its columns are {', '.join(COLUMNS)}")
        except AlignError as error:
            raise FormatError(error.what, path=path, line=number, cure=error.cure) from error
        if number > 1:
            yield entry
    if number == 0:
        raise FormatError("is empty", path=path, cure="give a file with a header")
