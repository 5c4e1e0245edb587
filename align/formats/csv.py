r"""Comma-separated values (RFC 4180), for people with a spreadsheet: a byte order mark, a header, one record per entry.

Without the byte order mark Excel takes the file for one in the local code page. Line ends are CR LF (RFC 4180, section
2); a line end inside a text stays inside its quotes.

**Formulas.** A spreadsheet takes a field that begins with ``=``, ``+``, ``-``, ``@``, a tab or CR for a formula, quoted or
not (OWASP, "CSV Injection"). Such a field gets an apostrophe before it. So that reading undoes that and nothing else, a
field of apostrophes and then one of these characters gets one more. A file of another program that has a text like
``'=a`` loses the apostrophe. What looks like a number or a date a spreadsheet still takes for one: XLSX has no such risk.

What the columns are, and what is lost: :mod:`align.formats.rows`.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TextIO

from align.errors import AlignError, FormatError
from align.formats.entry import Entry
from align.formats.rows import COLUMNS, NEW_TARGET, entry_of, fields_of, places_of

__all__ = ["read", "write"]

_FORMULA = re.compile("'*[=+\\-@\t\r]")
_MARKED = re.compile("'+[=+\\-@\t\r]")
_CURE = "save it as CSV in UTF-8, with quotes around texts that hold a separator or a line end"


# Python's own limit, 131,072 characters, would refuse what was written here. A quote that is never closed takes all lines up
# to this one into memory.
_LONGEST = 1 << 24


def write(stream: TextIO, entries: Iterable[Entry]) -> int:
    r"""Write a header and a record for each entry; returns how many entries.

    Parameters
    ----------
    stream : text stream in UTF-8 that leaves line ends as they are (``newline=""`` or ``"\n"``).
    """
    stream.write("\ufeff")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    count = 0
    for entry in entries:
        writer.writerow([f"'{field}" if _FORMULA.match(field) else field for field in fields_of(entry)])
        count += 1
    return count


def _decoded(stream: IO[bytes], path: Path | None) -> Iterator[str]:
    """The lines, parted at LF only."""
    for number, line in enumerate(stream, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise FormatError("is not UTF-8", path=path, line=number, cure=_CURE) from error


def _separator(header: str) -> str:
    """The first of comma, semicolon and tab: Excel writes what the computer's region says."""
    return next((character for character in header if character in ",;\t"), ",")


def _records(stream: IO[bytes], path: Path | None) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty, the header first, each with the line that it ends on."""
    lines = _decoded(stream, path)
    header = next(lines, None)
    if header is None:
        raise FormatError("is empty", path=path, cure="give a file with a header")
    csv.field_size_limit(max(_LONGEST, csv.field_size_limit()))  # one limit for the whole process: never a lower one
    reader = csv.reader(itertools.chain([header], lines), delimiter=_separator(header), strict=True)
    try:
        for record in reader:
            if any(record):
                yield reader.line_num, record
    except csv.Error as error:
        raise FormatError(f"is no CSV: {error}", path=path, line=reader.line_num, cure=_CURE) from error


def _entry(record: list[str], width: int, places: list[int | None]) -> Entry:
    if len(record) != width:
        raise FormatError(f"has {len(record)} columns, not {width}", cure=_CURE)
    known = ["" if place is None else record[place] for place in places]
    values = [value[1:] if _MARKED.match(value) else value for value in known]
    return entry_of(values[:-1], values[-1])


def read(stream: IO[bytes], *, path: Path | None = None) -> Iterator[Entry]:
    """Read the entries of a file with the columns of :data:`align.formats.rows.COLUMNS`, in any order, others beside them.

    Empty records are passed over. A row with a page has an origin. A text in a column ``new_target`` takes the target's
    place, as a human translation. A field of more than 16,777,216 characters is refused.

    Parameters
    ----------
    stream : binary stream: UTF-8; the separator is the first comma, semicolon or tab of the header.
    path : name of the file, for errors.

    Raises
    ------
    FormatError
        It is no CSV in UTF-8; the header lacks a column; a record has too few or too many columns, no text, or a value
        that its column cannot hold.
    """
    width = 0
    places: list[int | None] = []
    for line, record in _records(stream, path):
        try:
            if not width:
                width, places = len(record), places_of(record, COLUMNS, [NEW_TARGET])
                continue
            entry = _entry(record, width, places)
        except AlignError as error:
            raise FormatError(error.what, path=path, line=line, cure=error.cure) from error
        yield entry
