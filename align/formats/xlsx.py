"""XLSX (ISO/IEC 29500-1, SpreadsheetML) for reviewers: a row per entry, texts to read, empty columns to write in.

A reviewer writes in ``new_target``; ``status`` and ``comment`` are for people and nothing is read from them. The other
cells are locked (without a password). The hidden column ``record`` holds what the visible ones do not, as JSON, so that
nothing is lost: a row that nobody changed is the same entry. A row with a ``new_target``, or whose source or target was
changed in place, is a human translation that needs no more review.

Every cell is text (type ``inlineStr``, number format ``@``), so that no text is taken for a formula, number, date, link
or error. Control characters are ``_xHHHH_`` (ISO/IEC 29500-1, section 22.9.2.19), and so is what looks like such an escape.
A cell holds 32,767 characters (Excel's limit, in UTF-16 units): an entry with a longer text is left out and counted.

Written with XlsxWriter, row by row: its bytes depend on the entries alone. Read with openpyxl, row by row; but the texts
that a workbook program shares between cells are held, as openpyxl does.
"""

from __future__ import annotations

import re
import traceback
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, NamedTuple

from align.errors import AlignError, FormatError, OptionError
from align.formats.entry import Entry
from align.formats.rows import NEW_TARGET, places_of
from align.formats.xlsx_rows import COLUMNS, FREE, REQUIRED, entry_of, texts_of
from align.locales import is_right_to_left

__all__ = ["COLUMNS", "Written", "fits", "read", "write"]

_LONGEST = 32_767
_LINE, _HIGHEST = 15, 409  # points; a row can be no higher
_WIDE = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]")
_ROWS = 1_048_575  # 2^20 rows a sheet, one of them the header
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
# What has to be escaped: what may not stand in XML, and each underscore that begins an escape. Tab and line feed stay.
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SHEET = "units"
# XML parsers (SyntaxError; LookupError: an encoding), zip files encrypted or too new (RuntimeError), parts that are missing.
_ERRORS = (SyntaxError, LookupError, RuntimeError, ValueError, TypeError, AttributeError, EOFError)
_DAMAGE = (zipfile.BadZipFile, zlib.error, *_ERRORS)
_MISSING = "install it with: pip install 'align-tm[xlsx]'"
_EXPORT_AGAIN = "restore that column, or export the workbook again"


class Written(NamedTuple):
    """What became of the entries; rows + skipped is how many there were."""

    rows: int
    """Entries written."""
    skipped: int
    """Entries left out, for a text of theirs is longer than a cell can be."""


def _lines(row: list[str]) -> int:
    """The lines that the cells need when they are wrapped, about: of a proportional font nobody knows."""
    return max(
        sum(1 + (len(line) + len(_WIDE.findall(line))) // width for line in text.split("\n"))
        for text, width in zip(row, COLUMNS.values(), strict=True)
        if width
    )


def _fits(row: list[str]) -> bool:
    return all(len(text) <= _LONGEST // 2 or len(text.encode("utf-16-le")) // 2 <= _LONGEST for text in row)


def fits(entry: Entry) -> bool:
    """Whether the cells of a row can hold an entry: 32,767 UTF-16 units each."""
    return _fits(texts_of(entry))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


class _Book:
    """A workbook that is being written, sheet by sheet."""

    def __init__(self, stream: IO[bytes], folder: str, source_locale: str, target_locale: str) -> None:
        try:
            from xlsxwriter import Workbook
            from xlsxwriter.worksheet import Worksheet
        except ImportError as error:
            raise OptionError("XLSX needs XlsxWriter, which is not installed", cure=_MISSING) from error

        class Sheet(Worksheet):  # type: ignore[misc]
            """Escapes each of several escapes that overlap, of which XlsxWriter (version 3.3) passes over every second."""

            @staticmethod
            def _escape_control_characters(data: str) -> str:
                return _escaped(data)

        self.kind = Sheet
        self.workbook = Workbook(stream, {"constant_memory": True, "tmpdir": folder})
        # No clock; the day is that of the times in the zip file, the earliest it can hold.
        self.workbook.set_properties({"created": datetime(1980, 1, 1), "comments": f"{source_locale} to {target_locale}"})
        add = self.workbook.add_format
        base = {"num_format": "@", "valign": "top", "text_wrap": True}
        directions = {name: self._direction(source_locale) for name in COLUMNS}
        directions |= dict.fromkeys(("target", NEW_TARGET), self._direction(target_locale))
        self.styles = [add({**base, **directions[name], "locked": name not in FREE}) for name in COLUMNS]
        self.head = add({"num_format": "@", "bold": True, "bg_color": "#D9E1F2", "bottom": 1, "valign": "top"})

    def __enter__(self) -> _Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Finish the workbook; after an error, only close the files that XlsxWriter leaves open then."""
        if kind is None:
            try:
                self.workbook.close()
            except (KeyboardInterrupt, OSError) as failure:  # let its zip file end while there is a stream to write to
                traceback.clear_frames(failure.__traceback__)
                raise
            return
        for sheet in self.workbook.worksheets():
            sheet.row_data_fh.close()

    @staticmethod
    def _direction(locale: str) -> dict[str, Any]:
        """Alignment and reading order (ISO/IEC 29500-1, section 18.8.1): 1 left to right, 2 right to left."""
        if is_right_to_left(locale):
            return {"align": "right", "reading_order": 2}
        return {"align": "left", "reading_order": 1}

    def sheet(self, name: str, rows: Iterable[list[str]]) -> int:
        """Write a sheet; returns how many rows it has below its header."""
        sheet = self.workbook.add_worksheet(name, self.kind)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for column, (width, style) in enumerate(zip(COLUMNS.values(), self.styles, strict=True)):
            sheet.set_column(column, column, width or None, style, {} if width else {"hidden": True})
        self._put(sheet, 0, list(COLUMNS), [self.head] * len(COLUMNS))
        count = 0
        for count, row in enumerate(rows, 1):
            lines = _lines(row)
            if lines > 1:  # a row of one line is left to the program; LibreOffice does not make room for more by itself
                sheet.set_row(count, min(lines * _LINE, _HIGHEST))
            self._put(sheet, count, row, self.styles)
        sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
        sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True, "sort": True})
        return count

    @staticmethod
    def _put(sheet: Any, number: int, row: list[str], styles: list[Any]) -> None:
        for column, (text, style) in enumerate(zip(row, styles, strict=True)):
            if text:
                sheet.write_string(number, column, text, style)
            else:
                sheet.write_blank(number, column, None, style)


def write(stream: IO[bytes], entries: Iterable[Entry], *, source_locale: str, target_locale: str, rows: int = _ROWS) -> Written:
    """Write a workbook of one language pair. Streams, by way of a temporary file.

    Parameters
    ----------
    stream : binary stream.
    source_locale, target_locale : BCP 47, those of all entries; texts of right-to-left languages stand at the right.
    rows : entries on a sheet, at most 1,048,575; further ones go to further sheets.

    Raises
    ------
    OptionError
        XlsxWriter is not installed.
    """
    skipped = 0

    def fitting() -> Iterator[list[str]]:
        """The rows that cells can hold."""
        nonlocal skipped
        for entry in entries:
            row = texts_of(entry)
            if _fits(row):
                yield row
            else:
                skipped += 1

    waiting = fitting()
    with TemporaryDirectory() as folder, _Book(stream, folder, source_locale, target_locale) as book:
        count = book.sheet(_SHEET, islice(waiting, rows))
        for number, first in enumerate(waiting, 2):
            count += book.sheet(f"{_SHEET} {number}", chain([first], islice(waiting, rows - 1)))
    return Written(count, skipped)


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def _text(cell: Any, name: str) -> str:
    """The text of a cell; a value that a program made of a text can no longer be told."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "s" and isinstance(value, str):
        return _ESCAPE.sub(_character, value)
    kind = {"f": "a formula", "b": "a logical value", "e": "an error", "d": "a date"}.get(cell.data_type, "a number")
    raise FormatError(f"the cell {name} is {kind}, not text", cure="format the cell as text and type it again")


def _sheet(sheet: Any) -> Iterator[Entry]:
    """The entries of a sheet. The line of an error is the row."""
    number, places = 0, [0]
    try:
        for cells in sheet.iter_rows():
            number += 1
            if number == 1:
                places = [place or 0 for place in places_of([str(cell.value) for cell in cells], REQUIRED)]
                continue
            known = [cells[place] if place < len(cells) else None for place in places]
            texts = ["" if cell is None else _text(cell, name) for cell, name in zip(known, REQUIRED, strict=True)]
            if any(texts):
                yield entry_of(texts)
    except AlignError as error:
        cure = _EXPORT_AGAIN if number == 1 else error.cure
        raise FormatError(f"sheet {sheet.title!r}: {error.what}", line=number, cure=cure) from error
    if not number:
        raise FormatError(f"sheet {sheet.title!r} is empty", cure="remove it, or export the workbook again")


def _opened(stream: IO[bytes]) -> Any:
    try:
        from openpyxl.cell.text import Text
        from openpyxl.reader.excel import ExcelReader
        from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
        from openpyxl.xml.functions import iterparse
    except ImportError as error:
        raise OptionError("XLSX needs openpyxl, which is not installed", cure=_MISSING) from error

    class Reader(ExcelReader):  # type: ignore[misc, unused-ignore]
        """Reads shared texts as they stand; openpyxl takes ``x005F_`` away, with which an escaped escape becomes one."""

        def read_strings(self) -> None:
            """Read the texts that cells share."""
            part: Any = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
            self.shared_strings = []
            if part is not None:
                with self.archive.open(part.PartName[1:]) as source:
                    for _, node in iterparse(source):
                        if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                            text: Any = Text.from_tree(node)
                            self.shared_strings.append(text.content)
                            node.clear()

    reader = Reader(stream, read_only=True)
    reader.read()
    return reader.wb


def _entries(stream: IO[bytes]) -> Iterator[Entry]:
    with warnings.catch_warnings():
        # openpyxl warns of what it does not keep when it writes, and nothing is written.
        warnings.simplefilter("ignore")
        workbook = _opened(stream)
    try:
        sheets = [sheet for sheet in workbook.worksheets if sheet.title.startswith(_SHEET)]
        if not sheets:
            raise FormatError(f"has no sheet {_SHEET!r}", cure="give the sheet with the units that name again")
        for sheet in sheets:
            yield from _sheet(sheet)
    finally:
        workbook.close()


def read(stream: IO[bytes], *, path: Path | None = None) -> Iterator[Entry]:
    """Read the entries of a workbook that :func:`write` made and people may have edited: all sheets named ``units...``.

    Columns may stand in any order, others beside them; empty rows are passed over.

    Parameters
    ----------
    stream : binary stream that can seek.
    path : name of the file, for errors, whose line is the row.

    Raises
    ------
    FormatError
        It is no workbook, or damaged; a column is missing; a row has no record; a text became a formula, number or date.
    OptionError
        openpyxl is not installed.
    """
    try:
        yield from _entries(stream)
    except FormatError as error:
        raise FormatError(error.what, path=path, line=error.line, cure=error.cure) from error
    except _DAMAGE as error:
        raise FormatError(f"is no XLSX workbook, or damaged: {error}", path=path, cure="save or export it again") from error
