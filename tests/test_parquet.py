"""Parquet: one schema, nothing lost, and files of other programs that hold the same."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_more_formats import ANYTHING, BARE, ENTRIES, HUMAN, entries

from align.errors import FormatError, OptionError
from align.formats import parquet
from align.formats.entry import Entry


def file(items: Iterable[Entry], rows: int = 1000) -> bytes:
    stream = io.BytesIO()
    parquet.write(stream, items, rows=rows)
    return stream.getvalue()


def read(data: bytes) -> list[Entry]:
    return list(parquet.read(io.BytesIO(data), path=Path("m.parquet")))


def table(**columns: Any) -> pa.Table:
    """The entries as a table, with other columns in place of some; None removes one."""
    made = pq.read_table(io.BytesIO(file(ENTRIES)))
    for name, values in columns.items():
        made = made.drop_columns([name])
        if values is not None:
            made = made.append_column(name, values)
    return made


def saved(made: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(made, stream)
    return stream.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        read(data)
    assert caught.value.cure
    return str(caught.value)


@settings(max_examples=60)
@given(st.lists(entries(ANYTHING), max_size=5))
def test_everything_comes_back(items: list[Entry]) -> None:
    assert read(file(items)) == items


def test_the_same_entries_are_the_same_bytes() -> None:
    assert file(ENTRIES) == file(ENTRIES)
    assert parquet.write(io.BytesIO(), ENTRIES) == 3


def test_the_schema_is_that_of_the_documentation() -> None:
    found = pq.read_schema(io.BytesIO(file([])))
    assert found.equals(parquet.schema())
    assert found.metadata[b"align-tm.schema"] == b"1"
    assert {
        field.name: str(field.type) for field in found if field.name in ("source", "target_locale", "handoff", "pages")
    } == {
        "source": "string",
        "target_locale": "dictionary<values=string, indices=int32, ordered=0>",
        "handoff": "date32[day]",
        "pages": "list<element: string>",
    }
    text = (Path(__file__).resolve().parents[1] / "docs" / "conversion.md").read_text("utf-8")
    for field in found:
        assert f"| `{field.name}` |" in text


def test_a_notebook_filters_by_locale_and_date() -> None:
    rows = pq.read_table(io.BytesIO(file(ENTRIES)), filters=[("translation_type", "=", "HT")]).to_pylist()
    assert [(row["source"], str(row["handoff"]), row["pages"]) for row in rows] == [
        ("The tide turns.", "2021-04-12", ["docs/tides.md"])
    ]


def test_row_groups_are_written_as_entries_come_and_read_one_after_the_other() -> None:
    stream = io.BytesIO()
    sizes = []

    def waves() -> Iterator[Entry]:
        for number in range(100):
            sizes.append(stream.tell())
            yield replace(BARE, source=f"Wave {number}")

    parquet.write(stream, waves(), rows=10)
    assert sizes[20] > sizes[5]
    assert pq.ParquetFile(io.BytesIO(stream.getvalue())).num_row_groups == 10
    assert len(read(stream.getvalue())) == 100


def test_tables_of_others_that_hold_the_same_are_read() -> None:
    made = table()
    wide = pa.schema(
        [pa.field(field.name, pa.large_string() if pa.types.is_dictionary(field.type) else field.type) for field in made.schema]
    )
    other = pa.table({name: made[name].cast(wide.field(name).type) for name in reversed(made.column_names)})
    assert read(saved(other.append_column("score", pa.array([0.5, 0.6, 0.7])))) == ENTRIES


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("target", None, "m.parquet: has no column target;"),
        ("handoff", None, "m.parquet: has no column handoff;"),
        ("source", pa.array([1, 2, 3]), "m.parquet: column source is int64, not string;"),
        ("pages", pa.array(["a", "b", "c"]), "m.parquet: column pages is string, not list"),
        ("handoff", pa.array(["a", "b", "c"]), "m.parquet: column handoff is string, not date32[day];"),
        ("fuzzy", pa.array([True, None, False]), "m.parquet: column fuzzy lacks a value;"),
        ("pages", pa.array([["a"], [None], []], pa.list_(pa.string())), "m.parquet: column pages lacks a value;"),
        ("handoff", pa.array([0, 2**31 - 1, 0], pa.int32()).cast(pa.date32()), "m.parquet: column handoff holds what is none"),
        ("id", pa.array([b"a", b"\xff", b"b"]).view(pa.string()), "m.parquet: column id holds what is none of its values:"),
        ("source", pa.array(["a", "", "c"]), "m.parquet:2: a row has no source;"),
        ("target_locale", pa.array(["fr-FR", "fr-FR", "fr_FR"]), "m.parquet:3: 'fr_FR' is not"),
        ("translation_type", pa.array(["HT", "PE", "MT"]), "m.parquet:2: translation_type is 'PE'; write one of HT, MT"),
    ],
)
def test_another_schema_is_refused(column: str, values: Any, said: str) -> None:
    assert refused(saved(table(**{column: values}))).startswith(said)


def test_another_version_of_the_schema_is_refused() -> None:
    newer = table().replace_schema_metadata({"align-tm.schema": "2"})
    assert refused(saved(newer)).startswith("m.parquet: has schema version 2, not 1; update align-tm")


NOT_UTF_8 = file(ENTRIES).replace(b"source_hash", b"source_h\xffsh")


@pytest.mark.parametrize(
    "data", [b"", b"PAR1", b"no parquet at all", file(ENTRIES)[:-100], NOT_UTF_8, b"PAR1" + b"\0" * 50 + b"PAR1"]
)
def test_what_is_no_parquet_is_refused(data: bytes) -> None:
    assert refused(data).startswith("m.parquet: is no Parquet file, or damaged: ")


def test_a_missing_library_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(OptionError, match=r"pip install 'align-tm\[parquet\]'"):
        file([HUMAN])
