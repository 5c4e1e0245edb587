"""TSV and CSV between us, a spreadsheet and a reviewer: other orders, other columns, texts that look like formulas."""

from __future__ import annotations

import csv as stdlib
import io
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from test_more_formats import ANYTHING, BARE, ENTRIES, as_tsv_keeps_it, entries, text_of

from align.errors import FormatError
from align.formats import csv, tsv
from align.formats.entry import Entry

HEADER = "id,source,target,source_locale,target_locale,page,translation_type,handoff,variant"


FORMULAS = ["=1", "'=1", "''=1", "+", "-a", "@b", "\t", "\r", "'", "a"]


def written(items: Iterable[Entry]) -> str:
    stream = io.StringIO(newline="")
    csv.write(stream, items)
    return stream.getvalue()


def read(text: str) -> list[Entry]:
    return list(csv.read(io.BytesIO(text.encode()), path=Path("m.csv")))


def test_csv_is_what_spreadsheets_open() -> None:
    assert written(ENTRIES) == (
        f"\ufeff{HEADER}\r\n"
        "abd60-101,The tide turns.,La marée tourne.,en-US,fr-FR,docs/tides.md,HT,2021-04-12,\r\n"
        '0c1d2-p104,"Two\nlines & <b>more</b>","Deux\n""lignes""",en-US,fr-FR,docs/ferry.html,MT,,\r\n'
        ",No\tpage,Sans\\page,en-US,fr-FR,,,,variant 757101bf\r\n"
    )


@given(st.lists(entries(ANYTHING), max_size=5))
@example([replace(BARE, source=text, target=f"'{text}") for text in FORMULAS])
def test_csv_brings_its_columns_back_and_holds_no_formula(items: list[Entry]) -> None:
    text = written(items)
    records = list(stdlib.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert not [field for record in records for field in record if field[:1] in {*"=+-@\t\r"} and field]
    back = read(text)
    assert [(one.source, one.target, one.variant) for one in back] == [(one.source, one.target, one.variant) for one in items]
    assert written(back) == text


def test_csv_brings_back_a_text_that_is_longer_than_python_reads_by_itself() -> None:
    text = "tide " * 40_000 + "table"
    (entry,) = read(written([replace(BARE, source=text)]))
    assert entry.source == text


def test_csv_keeps_what_tsv_keeps() -> None:
    assert read(written(ENTRIES)) == list(tsv.read(io.BytesIO(text_of(tsv.write, ENTRIES).encode())))
    assert [as_tsv_keeps_it(BARE)] == [replace(one, fuzzy=False) for one in read(written([BARE]))]


REVIEWED = """comment;target;source;new_target;status;id;source_locale;target_locale;page;translation_type;handoff;variant
good;La marée tourne.;The tide turns.; ;ok;abd60-101;en-US;fr-FR;docs/tides.md;MT;2021-04-12;

;"Deux ""lignes"" ici";Two lines;"Deux
lignes";;0c1d2-p104;en-US;fr-FR;;MT;;
;;;;;;;;;;;
"""


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_a_reviewer_may_move_and_add_columns_and_write_new_targets(form: str) -> None:
    if form == "csv":
        first, second = read(REVIEWED)
    else:
        rows = [row for row in stdlib.reader(io.StringIO(REVIEWED, newline=""), delimiter=";") if any(row)]
        text = "".join("\t".join(field.replace("\n", "\\n") for field in row) + "\n" for row in rows)
        first, second = tsv.read(io.BytesIO(text.encode()))
    assert (first.source, first.target, first.translation_type, first.id) == (
        "The tide turns.",
        "La marée tourne.",
        "MT",
        "abd60-101",
    )
    assert (second.source, second.target, second.translation_type) == ("Two lines", "Deux\nlignes", "HT")
    assert second.segtype == "paragraph"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_that_of_the_header(separator: str) -> None:
    stream = io.StringIO(newline="")
    stdlib.writer(stream, delimiter=separator).writerows(stdlib.reader(io.StringIO(written(ENTRIES), newline="")))
    assert read(stream.getvalue()) == read(written(ENTRIES))


TWO_LINES = '"two\nlines"'


def line(**fields: str) -> str:
    values = {"source": "Low tide.", "target": "Ebbe.", "source_locale": "en-US", "target_locale": "de-DE", **fields}
    return ",".join(values.get(name, "") for name in HEADER.split(",")) + "\r\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "m.csv: is empty;"),
        ("a,b\r\n", "m.csv:1: has not the header of a table of entries: no column id, source, target"),
        (HEADER.replace(",page,", ",Page,"), "m.csv:1: has not the header of a table of entries: no column page;"),
        (HEADER + ",source\r\n", "m.csv:1: has the column source twice;"),
        (f"{HEADER}\r\n{line()}Low,tide\r\n", "m.csv:3: has 2 columns, not 9;"),
        (f"{HEADER}\r\n{line()}{line(source='a', target=chr(34) + 'b')}", "m.csv:3: is no CSV: "),
        (f'{HEADER}\r\n{line()}"a"b{line()}', "m.csv:3: is no CSV: "),
        (f"{HEADER}\r\n{line(target='')}", "m.csv:2: has no target;"),
        (f"{HEADER}\r\n{line(source=TWO_LINES)}{line(target_locale='de_DE')}", "m.csv:4: 'de_DE'"),
        (f"{HEADER}\r\n{line(translation_type='PE')}", "m.csv:2: translation_type is 'PE'"),
    ],
)
def test_a_damaged_csv_is_refused(text: str, said: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(text)
    assert str(caught.value).startswith(said)
    assert caught.value.cure


def test_a_csv_in_another_encoding_is_refused_at_its_line() -> None:
    data = f"{HEADER}\r\n{line()}{line(target='Dünung')}".encode("latin-1")
    with pytest.raises(FormatError, match=r"m\.csv:3: is not UTF-8"):
        list(csv.read(io.BytesIO(data), path=Path("m.csv")))


def test_a_tsv_names_the_columns_that_it_lacks() -> None:
    with pytest.raises(FormatError, match=r"m\.tsv:1: .* no column handoff, variant; its columns are id, source"):
        list(tsv.read(io.BytesIO(HEADER.replace(",handoff,variant", "").replace(",", "\t").encode()), path=Path("m.tsv")))
