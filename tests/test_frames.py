"""Frames: columns and types are those documented, and units come back as they went."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import align
from align import frames
from align.errors import LocaleError, OptionError
from align.frames import COLUMNS, FrameKind, to_frame, units_of
from align.model import CONTAINERS, CONTEXTS, FLAGS

ROOT = Path(__file__).resolve().parent.parent
KINDS: tuple[FrameKind, ...] = ("pandas", "polars", "arrow")


@pytest.fixture(scope="module")
def corpus() -> align.Bitext:
    return align.read(ROOT / "corpora" / "bilingual", ROOT / "corpora" / "anomalies", progress=False, licence="CC-BY-4.0")


def same(one: Any, other: Any) -> bool:
    """Whether units are the same in every field; their own equality looks at texts and locales only."""
    fields = [[(unit.as_dict(), unit.origin, unit.context, unit.flags) for unit in units] for units in (one, other)]
    return fields[0] == fields[1]


texts = st.text(max_size=20)
maybe = st.none() | texts
origins = st.builds(
    align.Origin,
    page=texts,
    container=st.sampled_from(CONTAINERS),
    source_locale=st.sampled_from(["en-US", "en-GB"]),
    target_locale=st.sampled_from([None, "fr-FR", "ar-SA", "zh-Hant-TW"]),
    translation_type=st.sampled_from([None, "HT", "MT"]),
    handoff=st.none() | st.dates().map(str),
    source_commit=maybe,
    source_hash=maybe,
    licence=maybe,
)
units = st.builds(
    align.Unit,
    id=st.sampled_from(["abd60-101", "abd60-p101", ""]),
    source=texts,
    target=texts,
    line=st.integers(1, 2**31 - 1),
    heading=maybe,
    context=st.lists(st.sampled_from(CONTEXTS), max_size=3).map(tuple),
    flags=st.sets(st.sampled_from(sorted(FLAGS)), max_size=3).map(lambda words: tuple(sorted(words))),
    origin=origins,
)


@settings(max_examples=60)
@given(st.lists(units, max_size=5), st.sampled_from(KINDS))
def test_what_goes_in_comes_out(given_units: list[align.Unit], kind: FrameKind) -> None:
    assert same(units_of(to_frame(given_units, kind)), given_units)


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_goes_and_comes(corpus: align.Bitext, kind: Any) -> None:
    back = align.Bitext.from_frame(corpus.to_frame(kind))
    assert back == corpus
    assert same(back, corpus)
    # Units of one page share one origin again.
    assert len({id(unit.origin) for unit in back}) == len({unit.origin for unit in corpus})


def test_a_filter_leaves_the_units_it_should(corpus: align.Bitext) -> None:
    human = corpus.select(translation_type="HT")
    assert 0 < len(human) < len(corpus)
    frame = corpus.to_frame()
    assert same(align.Bitext.from_frame(frame[frame.translation_type == "HT"]), human)
    other = corpus.to_frame("polars")
    assert same(align.Bitext.from_frame(other.filter(pl.col("translation_type") == "HT")), human)
    table = corpus.to_frame("arrow")
    assert same(align.Bitext.from_frame(table.filter(pa.compute.equal(table["translation_type"], "HT"))), human)


def test_columns_of_ones_own_and_their_order_do_not_matter(corpus: align.Bitext) -> None:
    frame = corpus.to_frame()
    frame["ratio"] = frame.target.str.len() / frame.source.str.len()
    assert same(align.Bitext.from_frame(frame[sorted(frame.columns)].drop(columns="kind")), corpus)
    unknown = align.Bitext.from_frame(frame.drop(columns=["licence", "handoff", "target_locale"]))
    assert {(unit.origin.licence, unit.origin.handoff, unit.target_locale) for unit in unknown} == {(None, None, None)}


def test_types_are_those_documented(corpus: align.Bitext) -> None:
    pandas_types = {name: str(kind) for name, kind in corpus.to_frame().dtypes.items()}
    polars_types = {name: str(kind) for name, kind in corpus.to_frame("polars").schema.items()}
    words = {column.name for column in COLUMNS if column.type == "words"}
    assert {name for name, kind in pandas_types.items() if kind == "category"} == words
    assert {name for name, kind in polars_types.items() if kind == "Categorical"} == words
    assert (pandas_types["line"], pandas_types["handoff"]) == ("int32", "datetime64[ms]")
    assert (polars_types["line"], polars_types["handoff"]) == ("Int32", "Date")
    assert (pandas_types["flags"], polars_types["flags"]) == ("list<item: string>[pyarrow]", "List(String)")
    assert list(pandas_types) == list(polars_types) == [column.name for column in COLUMNS]
    assert list(corpus[0].as_dict()) == [column.name for column in COLUMNS if column.name != "licence"]


def test_the_table_follows_its_schema(corpus: align.Bitext) -> None:
    for bitext in (corpus, corpus[:0]):
        table = bitext.to_frame("arrow")
        assert table.schema == frames.schema()
        table.validate(full=True)
    assert [field.nullable for field in frames.schema()] == [column.nullable for column in COLUMNS]


def test_the_documentation_has_every_column() -> None:
    text = (ROOT / "docs" / "bitext.md").read_text("utf-8")
    table = text[text.index("| column | pandas | polars |") :].partition("\n\n")[0]
    rows = table.splitlines()[2:]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}
    assert named == {column.name for column in COLUMNS}


def test_lists_are_lists_in_pandas(corpus: align.Bitext) -> None:
    frame = corpus.to_frame()
    flagged = frame[frame["flags"].map(lambda words: "identical" in words)]
    assert same(align.Bitext.from_frame(flagged), corpus.select(flags="identical"))
    assert all(isinstance(words, list) for words in frame.context)
    assert frame.handoff.dt.year.max() == 2021


def test_a_pandas_frame_kept_as_parquet_is_read_as_documented(corpus: align.Bitext, tmp_path: Path) -> None:
    path = tmp_path / "units.parquet"
    corpus.to_frame().to_parquet(path)
    for again in (pd.read_parquet(path, dtype_backend="pyarrow"), pl.read_parquet(path)):
        assert same(align.Bitext.from_frame(again), corpus)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.drop(columns="source"), "no column 'source'; it needs id, source, target"),
        (lambda frame: frame.assign(line="many"), "column 'line' holds"),
        (lambda frame: frame.assign(target=[None, *frame.target[1:]]), "column 'target' has no value in row 0"),
        (lambda frame: frame.assign(container="docx"), "holds 'docx'; use markdown, html, xml"),
        (lambda frame: frame.assign(translation_type="human"), "use HT, MT, None"),
        (lambda frame: frame.assign(handoff="yesterday"), "column 'handoff' holds"),
        (lambda frame: [1], "list is no table"),
        (lambda frame: frame.target, "Series is no table; give a frame with all its columns"),
        (lambda frame: pl.Series(frame.target), "Series is no table"),
    ],
)
def test_a_frame_that_is_none_of_units_is_said(corpus: align.Bitext, change: Any, said: str) -> None:
    with pytest.raises(OptionError, match=re.escape(said)):
        align.Bitext.from_frame(change(corpus.to_frame()))


def test_locales_come_back_in_canonical_case(corpus: align.Bitext) -> None:
    frame = corpus[:1].to_frame().assign(target_locale="fr-fr")
    assert align.Bitext.from_frame(frame).locales == ("fr-FR",)
    with pytest.raises(LocaleError):
        align.Bitext.from_frame(frame.assign(target_locale="fr_FR"))


@pytest.mark.parametrize(
    ("missing", "kind", "said"),
    [
        ("pandas", "pandas", "pandas is not installed; run pip install 'align-tm[pandas]'"),
        ("polars", "polars", "polars is not installed; run pip install 'align-tm[polars]'"),
        ("pyarrow", "polars", "pyarrow is not installed; run pip install 'align-tm[polars]'"),
        ("pyarrow", "arrow", "pyarrow is not installed; run pip install 'align-tm[pandas]'"),
    ],
)
def test_the_extra_is_named(corpus: align.Bitext, monkeypatch: pytest.MonkeyPatch, missing: str, kind: Any, said: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)  # what Python does when a module is not there
    with pytest.raises(OptionError) as caught:
        corpus.to_frame(kind)
    assert str(caught.value) == said


def test_an_unknown_kind_is_said(corpus: align.Bitext) -> None:
    with pytest.raises(OptionError, match="pandas, polars, arrow"):
        corpus.to_frame("excel")  # type: ignore[call-overload]


def test_frames_are_of_the_libraries(corpus: align.Bitext) -> None:
    assert isinstance(corpus.to_frame(), pd.DataFrame)
    assert isinstance(corpus.to_frame("polars"), pl.DataFrame)
    assert isinstance(corpus.to_frame("arrow"), pa.Table)


def test_a_real_folder_goes_and_comes(real_pages: Path) -> None:
    bitext = align.read(real_pages / "bilingual" / "office-scripts.de-de", progress=False)
    assert len(bitext) > 100
    for kind in KINDS:
        assert same(units_of(to_frame(bitext, kind)), bitext)
