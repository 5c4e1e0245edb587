r"""Tab-separated values (IANA media type ``text/tab-separated-values``): a header, then one line per entry.

The media type has no way to hold a tab or a line end, so they are escaped: ``\t``, ``\n``, ``\r``, ``\\``, and
``\uXXXX`` for every other character that some program takes for a line end. There are no quotes: each entry is one
line for a spreadsheet, ``cut`` and ``wc -l`` alike, and a quotation mark is a quotation mark.

What the columns are, and what is lost: :mod:`align.formats.rows`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TextIO

from align.errors import AlignError, FormatError
from align.formats.entry import Entry, batched
from align.formats.rows import COLUMNS, NEW_TARGET, entry_of, fields_of, places_of

__all__ = ["COLUMNS", "HEADER", "entry_line", "read", "write"]

#: The first line of a file.
HEADER = "\t".join(COLUMNS) + "\n"
# The backslash, the tab, and every character at which str.splitlines() parts lines.
_SPECIAL = re.compile("[\\\\\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_CHARACTERS = {escape: character for character, escape in _ESCAPES.items()}
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|.?)", re.DOTALL)


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}"


def entry_line(entry: Entry) -> str:
    """The line of an entry."""
    return "\t".join([_SPECIAL.sub(_escape, field) if field else "" for field in fields_of(entry)]) + "\n"


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


def _entry(fields: list[str], width: int, places: Sequence[int | None]) -> Entry:
    if len(fields) != width:
        raise FormatError(
            f"has {len(fields)} columns, not {width}", cure=r"write \t for a tab and \n for a line end inside a text"
        )
    known = ["" if place is None else fields[place] for place in places]
    values = [_ESCAPE.sub(_character, field) if "\\" in field else field for field in known]
    return entry_of(values[:-1], values[-1])


def _decoded(line: bytes, number: int) -> list[str]:
    """The fields of a line, still escaped."""
    try:
        # Spreadsheets put a byte order mark before the header, and CR LF at the end of a line.
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise FormatError("is not UTF-8", cure="save it as UTF-8") from error
    return text.removesuffix("\n").removesuffix("\r").split("\t")


def read(stream: IO[bytes], *, path: Path | None = None) -> Iterator[Entry]:
    """Read the entries of a file with the columns of :data:`COLUMNS`, in any order, others beside them.

    A row with a page has an origin. A text in a column ``new_target`` takes the target's place, as a human translation.

    Parameters
    ----------
    stream : binary stream.
    path : name of the file, for errors.

    Raises
    ------
    FormatError
        The header lacks a column, or a line has too few or too many columns, an unknown escape, no text, or a value
        that its column cannot hold.
    """
    number = width = 0
    places: list[int | None] = []
    for number, line in enumerate(stream, 1):
        try:
            fields = _decoded(line, number)
            if number == 1:
                width, places = len(fields), places_of(fields, COLUMNS, [NEW_TARGET])
                continue
            entry = _entry(fields, width, places)
        except AlignError as error:
            raise FormatError(error.what, path=path, line=number, cure=error.cure) from error
        yield entry
    if number == 0:
        raise FormatError("is empty", path=path, cure="give a file with a header")
