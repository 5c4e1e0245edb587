"""XLSX for reviewers: every text stays a text, what nobody changed comes back as it was, and what somebody changed is human."""

from __future__ import annotations

import csv
import gc
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_more_formats import ANYTHING, BARE, ENTRIES, HUMAN, MACHINE, entries

from align.errors import FormatError, OptionError
from align.formats import xlsx
from align.formats.entry import Entry

#: What spreadsheets like to take for something else than a text.
TRAPS = [
    *["=1+1", "@x", "+1", "-1", "1/2", "TRUE", "#N/A", "2021-04-12", "12:30", "1e5", "007", "http://example.org", "'a", "''=b"],
    *[
        "_x000D_",
        "_x005F_",
        "_x005F_x000D_",
        "x005F_",
        "_x0041_x0042_",
        "a\x01b",
        "a\x1fb",
        "tab\there",
        "two\nlines",
        "\ufffe",
    ],
    *[" lead", "trail ", "\u200fmark", "\U0001f600", "<b>&amp;</b>", "]]>", '"quoted"', "{=a}", "a" * 300],
]


def book(items: Iterable[Entry], locale: str = "fr-FR", rows: int = 1000) -> bytes:
    stream = io.BytesIO()
    xlsx.write(stream, items, source_locale="en-US", target_locale=locale, rows=rows)
    return stream.getvalue()


def read(data: bytes) -> list[Entry]:
    return list(xlsx.read(io.BytesIO(data), path=Path("m.xlsx")))


def edited(data: bytes, edit: Callable[[Any], object]) -> bytes:
    """The workbook as openpyxl saves it after an edit of its first sheet."""
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    edit(workbook.worksheets[0])
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def cell(sheet: Any, row: int, name: str) -> Any:
    names = [one.value for one in sheet[1]]
    return sheet.cell(row, names.index(name) + 1)


def refused(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        read(data)
    assert caught.value.cure
    return str(caught.value)


@settings(max_examples=25)
@given(st.lists(entries(ANYTHING), max_size=4))
@example([replace(BARE, source=text, target=text) for text in TRAPS])
def test_what_nobody_changed_is_the_same(items: list[Entry]) -> None:
    assert read(book(items)) == items


def test_the_same_entries_are_the_same_bytes() -> None:
    assert book(ENTRIES) == book(ENTRIES)


def test_every_cell_is_text() -> None:
    with zipfile.ZipFile(io.BytesIO(book([replace(BARE, source=text, target=text) for text in TRAPS]))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>" not in sheet
    assert "hyperlink" not in sheet
    assert sheet.count('t="inlineStr"') == 9 + 3 * len(TRAPS)


def test_the_sheet_is_made_for_reviewers() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(book([HUMAN], "ar-SA"))).worksheets[0]
    assert [one.value for one in sheet[1]] == list(xlsx.COLUMNS)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:I2"
    assert sheet.column_dimensions["I"].hidden
    assert sheet.protection.sheet
    locked = {name: cell(sheet, 2, name).protection.locked for name in xlsx.COLUMNS}
    assert [name for name, state in locked.items() if not state] == ["new_target", "status", "comment"]
    orders = {name: cell(sheet, 2, name).alignment.readingOrder for name in ("source", "target", "new_target")}
    assert orders == {"source": 1, "target": 2, "new_target": 2}
    assert cell(sheet, 2, "target").alignment.horizontal == "right"
    assert cell(sheet, 2, "target").alignment.wrap_text
    assert {cell(sheet, 2, name).number_format for name in xlsx.COLUMNS} == {"@"}


def test_a_new_target_is_a_human_translation() -> None:
    fuzzy = replace(MACHINE, fuzzy=True)

    def review(sheet: Any) -> None:
        cell(sheet, 3, "new_target").value = "Deux lignes"
        cell(sheet, 2, "comment").value = "well done"
        cell(sheet, 2, "status").value = 1

    changed = replace(fuzzy, target="Deux lignes", translation_type="HT", fuzzy=False)
    assert read(edited(book([HUMAN, fuzzy, BARE]), review)) == [HUMAN, changed, BARE]


def test_a_new_target_of_white_space_is_none() -> None:
    """With a space some people empty a cell."""

    def review(sheet: Any) -> None:
        cell(sheet, 2, "new_target").value = "  \n"
        cell(sheet, 3, "new_target").value = " Deux lignes \n"

    assert read(edited(book(ENTRIES), review)) == [HUMAN, replace(MACHINE, target="Deux lignes", translation_type="HT"), BARE]


def test_a_text_changed_in_place_is_a_human_translation() -> None:
    def review(sheet: Any) -> None:
        cell(sheet, 3, "target").value = "Deux lignes"

    back = read(edited(book(ENTRIES), review))
    assert back == [HUMAN, replace(MACHINE, target="Deux lignes", translation_type="HT"), BARE]


def test_columns_may_be_moved_and_added_and_rows_removed() -> None:
    def review(sheet: Any) -> None:
        sheet.insert_cols(1)
        sheet["A1"] = "mine"
        sheet["A2"] = 5
        sheet.delete_rows(3)

    assert read(edited(book(ENTRIES), review)) == [HUMAN, BARE]


@pytest.mark.parametrize(
    ("value", "said"), [("=1+1", "a formula"), (5, "a number"), (True, "a logical value"), ("#N/A", "an error")]
)
def test_a_text_that_became_something_else_is_refused(value: object, said: str) -> None:
    def review(sheet: Any) -> None:
        cell(sheet, 3, "new_target").value = value

    assert refused(edited(book(ENTRIES), review)).startswith(f"m.xlsx:3: sheet 'units': the cell new_target is {said}")


@pytest.mark.parametrize("name", ["source", "target", "new_target", "record"])
def test_a_missing_column_is_named(name: str) -> None:
    def review(sheet: Any) -> None:
        sheet.delete_cols(cell(sheet, 1, name).column)

    message = refused(edited(book(ENTRIES), review))
    assert message.startswith("m.xlsx:1: sheet 'units': ")
    assert f"no column {name};" in message


def test_a_row_without_its_record_or_text_is_refused() -> None:
    def no_record(sheet: Any) -> None:
        cell(sheet, 3, "record").value = None

    def no_target(sheet: Any) -> None:
        cell(sheet, 4, "target").value = None

    assert refused(edited(book(ENTRIES), no_record)).startswith("m.xlsx:3: sheet 'units': has no record")
    assert refused(edited(book(ENTRIES), no_target)).startswith("m.xlsx:4: sheet 'units': has no target")


def test_a_workbook_of_another_kind_is_refused() -> None:
    def rename(sheet: Any) -> None:
        sheet.title = "Sheet1"

    assert "has no sheet 'units'" in refused(edited(book(ENTRIES), rename))


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 40, book(ENTRIES)[:-200]])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert refused(data).startswith("m.xlsx: is no XLSX workbook, or damaged")


def without(data: bytes, part: str, *, cut: bool) -> bytes:
    """The workbook with a part missing, or cut in the middle."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
            elif cut:
                new.writestr(name, old.read(name)[:-100])
    return stream.getvalue()


@pytest.mark.parametrize("cut", [True, False])
@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_damaged_part_is_refused(part: str, cut: bool) -> None:
    assert refused(without(book(ENTRIES), part, cut=cut)).startswith("m.xlsx: ")


def test_a_part_in_an_unknown_encoding_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(ENTRIES))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            encoding = b'encoding="NONE-8"' if "sheet1" in name else b'encoding="UTF-8"'
            new.writestr(name, old.read(name).replace(b'encoding="UTF-8"', encoding))
    assert refused(stream.getvalue()).startswith("m.xlsx: is no XLSX workbook, or damaged: unknown encoding")


@pytest.mark.parametrize(("offset", "value"), [(6, 91), (8, 1)])
def test_a_zip_file_of_a_later_version_or_encrypted_is_refused(offset: int, value: int) -> None:
    data = bytearray(book(ENTRIES))
    at = data.find(b"PK\x01\x02")
    while at >= 0:  # each entry of the directory (APPNOTE 6.3.10, section 4.3.12): version needed, flags
        data[at + offset] = value
        at = data.find(b"PK\x01\x02", at + 4)
    assert refused(bytes(data)).startswith("m.xlsx: is no XLSX workbook, or damaged: ")


def test_a_text_too_long_for_a_cell_is_left_out_and_counted() -> None:
    long = [replace(BARE, source="a" * 32_767), replace(BARE, source="a" * 32_768), replace(BARE, target="\U0001f600" * 16_384)]
    stream = io.BytesIO()
    assert xlsx.write(stream, long, source_locale="en-US", target_locale="fr-FR") == (1, 2)
    assert read(stream.getvalue()) == long[:1]


def test_an_interrupt_while_it_is_packed_leaves_no_zip_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is closed after its stream says so on standard error."""
    write = zipfile.ZipFile.write

    def interrupted(archive: zipfile.ZipFile, *arguments: Any) -> None:
        write(archive, *arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(zipfile.ZipFile, "write", interrupted)
    failed: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", failed.append)
    stream = (tmp_path / "a.xlsx").open("wb")
    try:
        xlsx.write(stream, [HUMAN], source_locale="en-US", target_locale="fr-FR")
    except KeyboardInterrupt:
        stream.close()
    gc.collect()
    assert stream.closed
    assert failed == []


def test_further_sheets_hold_what_one_cannot() -> None:
    items = [replace(BARE, source=f"Wave {number}") for number in range(7)]
    data = book(items, rows=3)
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["units", "units 2", "units 3"]
    assert read(data) == items
    assert read(book([])) == []


@pytest.mark.parametrize("name", ["xlsxwriter", "openpyxl.reader.excel"])
def test_a_missing_library_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    data = book(ENTRIES)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(OptionError, match=r"pip install 'align-tm\[xlsx\]'"):
        read(data) and book(ENTRIES)


# --- LibreOffice ---------------------------------------------------------------------------------------------------

OVERLAPPING = re.compile("_x[0-9A-F]{4}_x[0-9A-F]{4}_")
SOFFICE = shutil.which("soffice") or ""


def office(folder: Path, kind: str, path: Path) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(folder / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_shows_the_texts_and_saves_them(tmp_path: Path) -> None:
    # Of two escapes that overlap it reads one (version 7.4), so that such a text comes back as one that was changed.
    items = [replace(BARE, source=text, target=f"{text} ش") for text in TRAPS if not OVERLAPPING.search(text)]
    path = tmp_path / "m.xlsx"
    path.write_bytes(book(items, "ar-SA"))
    office(tmp_path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", path)
    (saved,) = (tmp_path / "out").glob("*.csv")
    shown = list(csv.reader(io.StringIO(saved.read_text("utf-8"), newline="")))
    plain = [item for item in items if item.source.isprintable()]
    texts = {(row[0], row[1]) for row in shown[1:]}
    assert [item.source for item in plain if (item.source, item.target) not in texts] == []
    office(tmp_path, "xlsx:Calc MS Excel 2007 XML", path)
    again = (tmp_path / "out" / "m.xlsx").read_bytes()
    assert again != path.read_bytes()
    assert read(again) == items
