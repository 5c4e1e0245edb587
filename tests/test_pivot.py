"""Locales joined by way of the English that they share: which units, with which files, and what became of the others."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
from clients import (
    XML_LANG,
    Runner,
    dtd_errors,
    msgfmt_errors,
    omegat_translates,
    page,
    po_pairs,
    put,
    record_lines,
    run_here,
    tmx_dtd,
    tmx_pairs,
    tmx_units,
    toolkit_pairs,
    unit,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from align.convert import read_memory
from align.corpus import find_pages, read_pages
from align.errors import OptionError
from align.pages import Page, parse_page
from align.pivot import REASONS, Folder, PivotReport, pivot_pages
from align.pivot.join import same_english

HASH, OTHER_HASH = "d66b4a2e21a486c77b9a9bd942dc886644b731a0", "506fb1fea088a562c253028a8afe2d59b98e4d77"

# The prefix of the ids differs from locale to locale; the number behind it is the English file's.
ARABIC = page(
    "# " + unit("السرخس", "The fern", "aaaaa-104"),
    unit("يحب الظل.", "It likes shade.", "aaaaa-105") + " " + unit("اسقه.", "Water it.", "aaaaa-106"),
    unit("سطر. سطر آخر.", "A line. Another line.", "aaaaa-p101"),
    locale="ar-SA",
    kind="HT",
    handoff="03/04/2021",
    digest=HASH,
)
THAI = page(
    "# " + unit("เฟิร์น", "The fern", "bbbbb-104"),
    unit("ชอบร่มเงา", "It likes shade.", "bbbbb-105") + " " + unit("รดน้ำ", "Water it.", "bbbbb-106"),
    unit("บรรทัด อีกบรรทัด", "A line. Another line.", "bbbbb-p101"),
    locale="th-TH",
    kind="MT",
    handoff="05/06/2021",
    digest=HASH,
)
JOINED = [
    ("السرخس", "เฟิร์น"),
    ("يحب الظل.", "ชอบร่มเงา"),
    ("اسقه.", "รดน้ำ"),
    ("سطر. سطر آخر.", "บรรทัด อีกบรรทัด"),
]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Runner:
    return lambda *arguments: run_here(capsysbinary, arguments)


class Pivoted(NamedTuple):
    """What a pivot left behind."""

    out: Path
    report: dict[str, Any]
    decisions: list[dict[str, Any]]

    def unjoined(self, locale: str) -> list[tuple[str, str | None, str]]:
        """Id, other locale and reason of the units of a locale that are not joined."""
        return [
            (one["id"], one["with"], one["reason"])
            for one in self.decisions
            if (one["locale"], one["action"]) == (locale, "not-joined")
        ]


def pivoted(run: Runner, folder: Path, pages: dict[str, str | bytes], *options: str) -> Pivoted:
    """Pivot the folders that the pages' names begin with, in their order here; the run must be without findings."""
    put(folder, pages)
    paths = dict.fromkeys(folder / name.partition("/")[0] for name in pages)
    ran = run("pivot", *paths, "-o", folder / "out", "--quiet", *options)
    assert (ran.status, ran.err) == (0, "")
    return left(folder / "out")


def left(out: Path) -> Pivoted:
    return Pivoted(out, json.loads((out / "report.json").read_text("utf-8")), record_lines(out / "decisions.jsonl"))


def variants(path: Path) -> list[dict[str, str]]:
    """The units of a TMX file: text by locale, in order."""
    return [
        {tuv.get(XML_LANG, ""): "".join(seg.itertext()) for tuv in tu.iter("tuv") for seg in tuv.iter("seg")}
        for tu in ElementTree.parse(path).iter("tu")
    ]


# ---------------------------------------------------------------------------------------------------------------------
# What is joined


def test_units_join_by_number_whatever_their_prefix(run: Runner, tmp_path: Path) -> None:
    done = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": THAI})
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == JOINED
    assert done.decisions == []
    assert [(one["locale"], one["units"], one["joined"]) for one in done.report["locales"]] == [
        ("ar-SA", 4, 4),
        ("th-TH", 4, 4),
    ]
    (pair,) = done.report["pairs"]
    assert (pair["common_pages"], pair["common_units"], pair["joined"]) == (1, {"ar-SA": 4, "th-TH": 4}, 4)


def test_one_memory_has_the_english_and_all_locales(run: Runner, tmp_path: Path) -> None:
    german = page("# " + unit("Der Farn", "The fern", "ccccc-104"), locale="de-DE", digest=HASH)
    done = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": THAI, "de/fern.md": german})
    assert variants(done.out / "multilingual.tmx") == [
        {"en-US": "The fern", "ar-SA": "السرخس", "de-DE": "Der Farn", "th-TH": "เฟิร์น"},
        {"en-US": "It likes shade.", "ar-SA": "يحب الظل.", "th-TH": "ชอบร่มเงา"},
        {"en-US": "Water it.", "ar-SA": "اسقه.", "th-TH": "รดน้ำ"},
        {"en-US": "A line. Another line.", "ar-SA": "سطر. سطر آخر.", "th-TH": "บรรทัด อีกบรรทัด"},
    ]
    assert done.unjoined("th-TH") == [(f"bbbbb-{number}", "de-DE", "no-unit") for number in ("105", "106", "p101")]
    assert [one["not_joined"] for one in done.report["locales"]] == [{}, {}, {}]
    assert sorted(path.name for path in done.out.glob("*.tmx")) == [
        "ar-SA.de-DE.tmx",
        "ar-SA.th-TH.tmx",
        "de-DE.th-TH.tmx",
        "multilingual.tmx",
    ]


def test_a_pair_is_as_sure_as_the_less_sure_side_and_as_new_as_the_newer(run: Runner, tmp_path: Path) -> None:
    done = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": THAI})
    first, *_, paragraphs = tmx_units(done.out / "ar-SA.th-TH.tmx")
    assert first.props == {"x-page": "fern.md", "x-translation-type": "MT"}
    assert first.attributes["creationdate"] == "20210506T000000Z"
    assert (first.attributes.get("segtype"), paragraphs.attributes["segtype"]) == (None, "paragraph")


def test_a_multilingual_unit_is_dated_by_its_newest_text_and_each_text_by_its_own_page(run: Runner, tmp_path: Path) -> None:
    done = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": THAI}, "--licence", "CC <BY> 4.0")
    first, *_, last = ElementTree.parse(done.out / "multilingual.tmx").iter("tu")
    assert first.get("creationdate") == "20210506T000000Z"
    assert [tuv.get("creationdate") for tuv in first.iter("tuv")] == [None, "20210304T000000Z", "20210506T000000Z"]
    assert [one.get("segtype") for one in (first, last)] == [None, "paragraph"]
    props = {prop.get("type"): prop.text for prop in first.findall("prop")}
    assert props == {"x-page": "fern.md", "x-translation-type": "MT", "x-licence": "CC <BY> 4.0"}


def test_what_xml_reserves_is_written_as_text(run: Runner, tmp_path: Path) -> None:
    pages: dict[str, str | bytes] = {
        "ar/a.md": page(unit('`<T>` و"&amp;"', '`<T>` and "&amp;"'), locale="ar-SA", digest=HASH),
        "th/a.md": page(unit('`<T>` และ"&amp;"', '`<T>` and "&amp;"'), locale="th-TH", digest=HASH),
    }
    done = pivoted(run, tmp_path, pages)
    assert variants(done.out / "multilingual.tmx") == [
        {"en-US": '`<T>` and "&amp;"', "ar-SA": '`<T>` و"&amp;"', "th-TH": '`<T>` และ"&amp;"'}
    ]


def test_soft_line_breaks_are_joined_in_po(run: Runner, tmp_path: Path) -> None:
    pages: dict[str, str | bytes] = {
        "ar/a.md": page(unit("سطر\nآخر", "One\nmore"), locale="ar-SA", digest=HASH),
        "th/a.md": page(unit("บรรทัด", "One more"), locale="th-TH", digest=HASH),
    }
    done = pivoted(run, tmp_path, pages, "--to", "tmx,po")
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == [("سطر\nآخر", "บรรทัด")]
    assert po_pairs(done.out / "ar-SA.th-TH.po") == [("سطر آخر", "บรรทัด")]
    assert [(one["file"], one["action"], one["reason"]) for one in done.decisions] == [
        ("ar-SA.th-TH.po", "changed", "soft-line-breaks")
    ]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [("HT", "HT", "HT"), ("HT", "MT", "MT"), ("MT", "HT", "MT"), ("HT", None, "unknown"), (None, "MT", "MT")],
)
def test_human_only_when_both_are(run: Runner, tmp_path: Path, one: str | None, other: str | None, both: str) -> None:
    pages: dict[str, str | bytes] = {
        "ar/a.md": page(unit("نعم", "Yes"), locale="ar-SA", kind=one, digest=HASH),
        "th/a.md": page(unit("ใช่", "Yes"), locale="th-TH", kind=other, digest=HASH),
    }
    done = pivoted(run, tmp_path, pages)
    for name in ("ar-SA.th-TH.tmx", "multilingual.tmx"):
        (tu,) = ElementTree.parse(done.out / name).iter("tu")
        assert tu.findtext("prop[@type='x-translation-type']") == both
    # What each locale's own page says is beside its text.
    (tu,) = ElementTree.parse(done.out / "multilingual.tmx").iter("tu")
    own = [tuv.findtext("prop[@type='x-translation-type']") for tuv in tu.iter("tuv")]
    assert own == [None, one or "unknown", other or "unknown"]


def test_of_several_targets_the_best_is_kept_as_in_an_export(run: Runner, tmp_path: Path) -> None:
    yes = [page(unit("نعم", "Yes"), locale="ar-SA", digest=HASH) for _ in range(3)]
    pages: dict[str, str | bytes] = {
        **{f"ar/{name}.md": text for name, text in zip("abc", yes, strict=True)},
        "th/a.md": page(unit("เอาสิ", "Yes", "bbbbb-101"), locale="th-TH", digest=HASH),
        "th/b.md": page(unit("ใช่", "Yes", "bbbbb-101"), locale="th-TH", digest=HASH),
        "th/c.md": page(unit("ใช่", "Yes", "bbbbb-101"), locale="th-TH", digest=HASH),
    }
    done = pivoted(run, tmp_path, pages)
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == [("نعم", "ใช่")]
    assert variants(done.out / "multilingual.tmx") == [{"en-US": "Yes", "ar-SA": "نعم", "th-TH": "ใช่"}]
    counted = [(one["path"], one["target_locale"], one["exported"], one["merged"]) for one in done.report["files"]]
    assert counted == [
        ("ar-SA.th-TH.tmx", "th-TH", 1, {"duplicate": 1, "variant": 1}),
        ("multilingual.tmx", "ar-SA", 1, {"duplicate": 2}),
        ("multilingual.tmx", "th-TH", 1, {"duplicate": 1, "variant": 1}),
    ]
    assert [(one["page"], one["locale"], one["with"], one["file"], one["reason"]) for one in done.decisions[:2]] == [
        ("a.md", "ar-SA", "th-TH", "ar-SA.th-TH.tmx", "variant"),
        ("c.md", "ar-SA", "th-TH", "ar-SA.th-TH.tmx", "duplicate"),
    ]


def test_a_reordered_translation_joins_by_number_and_not_by_place(run: Runner, tmp_path: Path) -> None:
    reordered = page(
        unit("รดน้ำ", "Water it.", "bbbbb-106"), unit("ชอบร่มเงา", "It likes shade.", "bbbbb-105"), locale="th-TH", digest=HASH
    )
    done = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": reordered})
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == [("يحب الظل.", "ชอบร่มเงา"), ("اسقه.", "รดน้ำ")]


def test_numbers_that_repeat_join_in_their_order(run: Runner, tmp_path: Path) -> None:
    """Fragments of rendered HTML may use the same ids."""

    def fragments(prefix: str, locale: str, *pairs: tuple[str, str]) -> str:
        body = "".join(f"<p>{unit(target, source, f'{prefix}-101')}</p>" for target, source in pairs)
        return f'<html lang="{locale}"><body>{body}</body></html>'

    pages: dict[str, str | bytes] = {
        "ar/a.html": fragments("aaaaa", "ar-SA", ("نعم", "Yes"), ("لا", "No")),
        "th/a.html": fragments("bbbbb", "th-TH", ("ใช่", "Yes"), ("ไม่", "No")),
    }
    done = pivoted(run, tmp_path, pages)
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == [("نعم", "ใช่"), ("لا", "ไม่")]


def test_a_paragraph_does_not_join_with_its_sentences(run: Runner, tmp_path: Path) -> None:
    whole = page(
        unit("سطر. آخر.", "A line. Another.", "aaaaa-p101"), unit("نعم", "Yes", "aaaaa-103"), locale="ar-SA", digest=HASH
    )
    apart = page(unit("บรรทัด", "A line.", "bbbbb-101"), unit("ใช่", "Yes", "bbbbb-103"), locale="th-TH", digest=HASH)
    done = pivoted(run, tmp_path, {"ar/a.md": whole, "th/a.md": apart})
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == [("نعم", "ใช่")]
    assert done.unjoined("ar-SA") == [("aaaaa-p101", "th-TH", "no-unit")]
    assert done.unjoined("th-TH") == [("bbbbb-101", "ar-SA", "no-unit")]


# ---------------------------------------------------------------------------------------------------------------------
# The English is the check


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Select **Save** .", "Select **Save**.", True),
        ("Select\n  **Save**.", "Select **Save**.", True),
        (r"File \> Save \_as\_", "File > Save _as_", True),
        ("a\u00a0b", "a b", True),
        ("Select Save.", "Select save.", False),
        ("Select Save.", "Select Save", False),
        (r"C:\temp", "C:temp", False),
        (r"two \\ one", r"two \ one", True),
        ("It costs 10.", "It costs 1.", False),
    ],
)
def test_english_is_the_same_but_for_white_space_and_escapes(one: str, other: str, same: bool) -> None:
    assert same_english(one, other) is same
    assert same_english(other, one) is same


def test_a_unit_whose_english_differs_is_listed_and_not_joined(run: Runner, tmp_path: Path) -> None:
    damaged = THAI.replace("It likes shade.", "It likes sun.")
    done = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": damaged})
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == [JOINED[0], *JOINED[2:]]
    assert done.unjoined("ar-SA") == [("aaaaa-105", "th-TH", "other-english")]
    assert done.unjoined("th-TH") == [("bbbbb-105", "ar-SA", "other-english")]
    assert done.report["pairs"][0]["not_joined"] == {"ar-SA": {"other-english": 1}, "th-TH": {"other-english": 1}}


def test_spellings_of_one_english_become_one_source(run: Runner, tmp_path: Path) -> None:
    escaped = THAI.replace("It likes shade.", r"It likes  shade\.")
    done = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": escaped})
    assert variants(done.out / "multilingual.tmx")[1] == {
        "en-US": "It likes shade.",
        "ar-SA": "يحب الظل.",
        "th-TH": "ชอบร่มเงา",
    }


def test_pages_of_another_english_file_are_not_joined(run: Runner, tmp_path: Path) -> None:
    other = {"th/fern.md": THAI.replace(HASH, OTHER_HASH), "th/yes.md": page(unit("ใช่", "Yes"), locale="th-TH", digest=HASH)}
    yes = page(unit("نعم", "Yes"), locale="ar-SA", digest=HASH)
    done = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "ar/yes.md": yes, **other})
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == [("نعم", "ใช่")]
    assert {reason for _, _, reason in done.unjoined("ar-SA")} == {"other-revision"}


@pytest.mark.parametrize("hashes", [(HASH, None), (None, None)])
def test_without_a_hash_all_sources_must_agree(run: Runner, tmp_path: Path, hashes: tuple[str | None, str | None]) -> None:
    def pages(english: str) -> dict[str, str | bytes]:
        return {
            "ar/a.md": page(unit("نعم", "Yes"), unit("لا", "No", "abd60-102"), locale="ar-SA", digest=hashes[0]),
            "th/a.md": page(unit("ใช่", "Yes"), unit("ไม่", english, "abd60-102"), locale="th-TH", digest=hashes[1]),
        }

    agreed = pivoted(run, tmp_path / "agreed", pages("No"))
    assert tmx_pairs(agreed.out / "ar-SA.th-TH.tmx") == [("نعم", "ใช่"), ("لا", "ไม่")]
    put(tmp_path, pages("Never"))
    ran = run("pivot", tmp_path / "ar", tmp_path / "th", "-o", tmp_path / "out")
    assert ran.status == 1
    assert "no unit was joined" in ran.err
    assert {reason for _, _, reason in left(tmp_path / "out").unjoined("ar-SA")} == {"unproven-revision"}


# ---------------------------------------------------------------------------------------------------------------------
# What is not there


def test_of_several_reasons_the_nearest_to_joining_counts(run: Runner, tmp_path: Path) -> None:
    """Of the Arabic page's four units the German page has one, and says other English; the Thai page is of another revision."""
    german = page(
        unit("Der Pilz", "The mushroom", "ccccc-104"), unit("Ja", "It likes shade.", "ccccc-105"), locale="de-DE", digest=HASH
    )
    done = pivoted(run, tmp_path, {"ar/a.md": ARABIC, "th/a.md": THAI.replace(HASH, OTHER_HASH), "de/a.md": german})
    arabic = done.report["locales"][0]
    assert (arabic["joined"], arabic["not_joined"]) == (1, {"no-unit": 2, "other-english": 1})


def test_a_page_that_the_other_locale_lacks_is_counted(run: Runner, tmp_path: Path) -> None:
    more = page(unit("نعم", "Yes"), locale="ar-SA", digest=OTHER_HASH)
    done = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "ar/more.md": more, "th/fern.md": THAI})
    assert done.unjoined("ar-SA") == [("abd60-101", "th-TH", "no-page")]
    assert done.report["locales"][0]["not_joined"] == {"no-page": 1}


def test_a_damaged_page_loses_its_broken_unit_only(run: Runner, tmp_path: Path) -> None:
    broken = THAI.replace('<span data-stu-id="bbbbb-105">', '<span data-stu-id="bbbbb-999">')
    put(tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": broken})
    ran = run("pivot", tmp_path / "ar", tmp_path / "th", "-o", tmp_path / "out", "--quiet")
    assert ran.status == 1
    assert [line.split(": ")[0] for line in ran.error_lines] == ["th/fern.md:9"]
    done = left(tmp_path / "out")
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == [JOINED[0], *JOINED[2:]]
    assert done.unjoined("ar-SA") == [("aaaaa-105", "th-TH", "no-unit")]
    (problem,) = record_lines(done.out / "problems.jsonl")
    assert (problem["page"], problem["line"], done.report["problems"]) == ("th/fern.md", 9, 1)


def test_problems_name_as_many_folders_as_tell_the_pages_apart(run: Runner, tmp_path: Path) -> None:
    broken = page('<span data-ttu-id="aaaaa-101">', locale="ar-SA")
    put(tmp_path, {"a/docs/x.md": broken, "b/docs/x.md": broken.replace("ar-SA", "th-TH"), "b/docs/y.md": broken})
    for one, other, named in (
        ("a/docs", "b/docs", ["a/docs/x.md", "b/docs/x.md", "b/docs/y.md"]),
        ("a", "b/docs", ["a/docs/x.md", "docs/x.md", "docs/y.md"]),
        ("b/docs/x.md", "b/docs/y.md", ["docs/x.md", "docs/y.md"]),
    ):
        ran = run("pivot", tmp_path / one, tmp_path / other, "-o", tmp_path / "out", "--quiet")
        assert ran.status == 1
        assert [line.split(":")[0] for line in ran.error_lines[:-1]] == named


def test_of_two_pages_of_one_locale_the_first_path_counts(run: Runner, tmp_path: Path) -> None:
    again = THAI.replace("เฟิร์น", "ต้นเฟิร์น").replace("bbbbb", "ccccc")
    done = pivoted(run, tmp_path, {"th/fern.md": THAI, "old/fern.md": again, "ar/fern.md": ARABIC})
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == JOINED
    assert {(ident[:5], reason) for ident, _, reason in done.unjoined("th-TH")} == {("ccccc", "repeated-page")}
    arabic, thai = done.report["locales"]
    assert (arabic["units"], thai["units"], thai["joined"], thai["not_joined"]) == (4, 8, 4, {"repeated-page": 4})


def test_a_page_belongs_to_the_locale_that_it_names(run: Runner, tmp_path: Path) -> None:
    """Two folders with pages of both locales in each."""
    yes = {
        "one/yes.md": page(unit("ใช่", "Yes"), locale="th-TH", digest=HASH),
        "two/yes.md": page(unit("نعم", "Yes"), locale="ar-SA", digest=HASH),
    }
    done = pivoted(run, tmp_path, {"one/fern.md": ARABIC, "two/fern.md": THAI, **yes})
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == [*JOINED, ("نعم", "ใช่")]


def test_pages_without_a_locale_or_in_the_source_locale_are_listed(run: Runner, tmp_path: Path) -> None:
    nowhere = page(unit("Sim", "Yes", "ddddd-101"), locale=None)
    english = page(unit("Yes", "Yes", "eeeee-101"), locale="en-US")
    put(tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": THAI, "pt/fern.md": nowhere, "en/fern.md": english})
    paths = [tmp_path / name for name in ("ar", "th", "pt", "en")]
    ran = run("pivot", *paths, "-o", tmp_path / "out", "--fail-on", "never")
    assert ran.status == 0
    done = left(tmp_path / "out")
    assert done.unjoined("und") == [("ddddd-101", None, "no-locale")]
    assert done.unjoined("en-US") == [("eeeee-101", None, "source-locale")]
    assert [(one["locale"], one["units"], one["joined"]) for one in done.report["locales"]] == [
        ("ar-SA", 4, 4),
        ("en-US", 1, 0),
        ("th-TH", 4, 4),
        ("und", 1, 0),
    ]


# ---------------------------------------------------------------------------------------------------------------------
# The command


def test_pairs_and_formats_are_chosen(run: Runner, tmp_path: Path) -> None:
    pages: dict[str, str | bytes] = {"ar/fern.md": ARABIC, "th/fern.md": THAI}
    done = pivoted(run, tmp_path, pages, "--to", "po,tmx,tsv,jsonl,xliff", "--pairs", "th-th:ar-SA,ar-SA:th-TH")
    both = ["ar-SA.th-TH", "th-TH.ar-SA"]
    assert sorted(path.name for path in done.out.iterdir()) == sorted(
        [f"{pair}.{ending}" for pair in both for ending in ("tmx", "po", "tsv", "jsonl", "xlf")]
        + ["decisions.jsonl", "multilingual.tmx", "problems.jsonl", "report.json"]
    )
    for ending in ("tmx", "po", "tsv", "jsonl", "xlf"):
        found = [(one.source, one.target) for one in read_memory(done.out / f"th-TH.ar-SA.{ending}", source_locale="th-TH")]
        assert found == [(thai, arabic) for arabic, thai in JOINED], ending


def test_only_the_pairs_that_are_asked_for_are_recorded(run: Runner, tmp_path: Path) -> None:
    german = page("# " + unit("Der Farn", "The fern", "ccccc-104"), locale="de-DE", digest=HASH)
    pages: dict[str, str | bytes] = {"ar/fern.md": ARABIC, "th/fern.md": THAI, "de/fern.md": german}
    done = pivoted(run, tmp_path, pages, "--pairs", "th-TH:de-DE")
    assert [one["locales"] for one in done.report["pairs"]] == [["de-DE", "th-TH"]]
    assert {one["with"] for one in done.decisions} == {"de-DE"}
    assert tmx_pairs(done.out / "th-TH.de-DE.tmx") == [("เฟิร์น", "Der Farn")]


def test_machine_translation_is_skipped_on_request(run: Runner, tmp_path: Path) -> None:
    done = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": THAI}, "--mt", "skip")
    assert tmx_pairs(done.out / "ar-SA.th-TH.tmx") == []
    assert variants(done.out / "multilingual.tmx")[0] == {"en-US": "The fern", "ar-SA": "السرخس"}
    assert [one["dropped"] for one in done.report["files"]] == [{"machine-translated": 4}, {}, {"machine-translated": 4}]


def test_the_multilingual_memory_is_read_by_locale(run: Runner, tmp_path: Path) -> None:
    done = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": THAI})
    ran = run("convert", done.out / "multilingual.tmx", "-o", tmp_path / "th.po", "--locale", "th-TH")
    assert ran.status == 0
    assert po_pairs(tmp_path / "th.po")[0] == ("The fern", "เฟิร์น")
    assert len(po_pairs(tmp_path / "th.po")) == 4


def test_the_order_of_the_paths_changes_no_byte(run: Runner, tmp_path: Path) -> None:
    one = pivoted(run, tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": THAI})
    ran = run("pivot", tmp_path / "th", tmp_path / "ar", "-o", tmp_path / "again")
    assert ran.status == 0
    for path in one.out.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_the_summary_counts_and_quiet_says_nothing(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": THAI.replace("Water it.", "Water it")})
    ran = run("pivot", tmp_path / "ar", tmp_path / "th", "-o", tmp_path / "out")
    assert (ran.status, ran.err) == (0, "")
    assert "2 pages, 8 units, 0 problems" in ran.out.decode()
    assert "ar-SA: 1 other-english" in ran.out.decode()
    ran = run("pivot", tmp_path / "ar", tmp_path / "th", "-o", tmp_path / "out", "--quiet")
    assert (ran.status, ran.out, ran.err) == (0, b"", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ar"], "ar: one PATH only; give one folder for each locale"),
        (["ar", "ar"], "ar: is given twice"),
        (["ar", "-"], "-: cannot be joined with other pages"),
        (["ar", "nowhere"], "nowhere: does not exist"),
        (["ar", "empty"], "empty: holds no page"),
        (["ar", "same"], "all pages are in ar-SA; give pages of two locales or more"),
        (["ar", "th", "--only", "HT"], "th: no page is left"),
        (["ar", "th", "--to", "doc"], "--to: doc is no format; use tmx, po, tsv, jsonl, xliff"),
        (["ar", "th", "--to", ","], "--to: nothing is no format"),
        (["ar", "th", "--pairs", "ar-SA"], "--pairs: 'ar-SA' is no pair of locales; write it like ar-SA:th-TH"),
        (["ar", "th", "--pairs", "ar-SA:ar-sa"], "is no pair of locales"),
        (["ar", "th", "--pairs", "ar_SA:th-TH"], "--pairs: 'ar_SA' is not a language tag of BCP 47"),
        (["ar", "th", "--pairs", "ar-SA:de-DE"], "--pairs: no page is in de-DE; there are ar-SA, th-TH"),
        (["ar", "th", "--mt", "split"], "split"),
    ],
)
def test_a_wrong_call_is_one_line_and_nothing_is_written(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    put(tmp_path, {"ar/fern.md": ARABIC, "th/fern.md": THAI, "same/fern.md": ARABIC, "empty/note.txt": "Ferns"})
    monkeypatch.chdir(tmp_path)
    ran = run("pivot", *arguments, "-o", "out")
    assert (ran.status, len(ran.error_lines)) == (2, 1)
    assert said in ran.err
    assert not (tmp_path / "out").exists()


def test_nothing_joined_is_status_1_and_a_line(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"ar/one.md": ARABIC, "th/two.md": THAI})
    ran = run("pivot", tmp_path / "ar", tmp_path / "th", "-o", tmp_path / "out", "--quiet")
    assert (ran.status, ran.out, len(ran.error_lines)) == (1, b"", 1)
    assert "no unit was joined" in ran.err
    assert tmx_pairs(tmp_path / "out" / "ar-SA.th-TH.tmx") == []


def test_an_unreadable_page_is_said_and_the_rest_is_joined(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"ar/fern.md": ARABIC, "ar/gone.md": b"\xff\xfe\x00", "th/fern.md": THAI})
    ran = run("pivot", tmp_path / "ar", tmp_path / "th", "-o", tmp_path / "out", "--quiet")
    assert (ran.status, len(ran.error_lines)) == (1, 1)
    assert tmx_pairs(tmp_path / "out" / "ar-SA.th-TH.tmx") == JOINED


# ---------------------------------------------------------------------------------------------------------------------
# Nothing is lost, nothing is invented


class Segment(NamedTuple):
    number: str
    source: str
    target: str


ENGLISH = ["Yes.", "Yes .", r"Yes\.", "No.", "", "<b></b>"]
SEGMENTS = st.lists(
    st.builds(
        Segment, st.sampled_from(["101", "102", "103", "p101"]), st.sampled_from(ENGLISH), st.sampled_from(["α", "β", " "])
    ),
    max_size=4,
    unique_by=lambda one: one.number,
)
PAGES = st.dictionaries(
    st.sampled_from(["a.md", "b.md"]), st.tuples(st.sampled_from([None, HASH, OTHER_HASH]), SEGMENTS), max_size=2
)
FOLDERS = st.fixed_dictionaries({"de-DE": PAGES, "ja-JP": PAGES, "pl-PL": PAGES})
Drawn = dict[str, dict[str, tuple[str | None, list[Segment]]]]


def parsed(drawn: Drawn) -> list[Folder]:
    folders: list[Folder] = []
    for locale, pages in drawn.items():
        made: list[Page] = []
        for name, (digest, segments) in sorted(pages.items()):
            body = [unit(one.target, one.source, f"abd60-{one.number}") for one in segments]
            made.append(parse_page(page(*body, locale=locale, digest=digest), name=name))
        folders.append(Folder(locale, made))
    return folders


def expected(drawn: Drawn, one: str, other: str) -> Counter[tuple[str, str]]:
    """The pairs of targets that must join, worked out the slow way."""
    found: Counter[tuple[str, str]] = Counter()

    def bare(text: str) -> str:
        return text.replace(" ", "").replace("\\", "")

    for name in drawn[one].keys() & drawn[other].keys():
        (digest, first), (other_digest, second) = drawn[one][name], drawn[other][name]
        numbers = {segment.number: segment for segment in second}
        both = [(segment, numbers[segment.number]) for segment in first if segment.number in numbers]
        agreeing = [(a.target, b.target) for a, b in both if bare(a.source) == bare(b.source)]
        if digest and other_digest:
            found.update(agreeing if digest == other_digest else [])
        elif len(agreeing) == len(both):
            found.update(agreeing)
    return found


@given(FOLDERS)
@settings(max_examples=100)
def test_every_unit_is_joined_or_has_a_reason(drawn: Drawn) -> None:
    having = [locale for locale, pages in drawn.items() if pages]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        if len(having) == 1 and any(segments for _, segments in drawn[having[0]].values()):
            with pytest.raises(OptionError):
                pivot_pages(parsed(drawn), out)
            return
        report = pivot_pages(parsed(drawn), out, formats=("tmx", "jsonl"))
        decisions = record_lines(out / "decisions.jsonl")
    accounted(report, decisions, drawn)


def accounted(report: PivotReport, decisions: list[dict[str, Any]], drawn: Drawn) -> None:
    units = {locale: sum(len(segments) for _, segments in pages.values()) for locale, pages in drawn.items()}
    listed = Counter((one["locale"], one["with"], one["reason"]) for one in decisions if one["action"] == "not-joined")
    assert {one.locale: one.units for one in report.locales} == {locale: units[locale] for locale in drawn if drawn[locale]}
    for one in report.locales:
        assert one.joined + sum(one.not_joined.values()) == one.units
    joined = {}
    for pair in report.pairs:
        first, second = pair.locales
        joined[pair.locales] = pair.joined
        assert pair.joined == expected(drawn, first, second).total()
        for locale, other in ((first, second), (second, first)):
            reasons = pair.not_joined[locale]
            assert pair.joined + sum(reasons.values()) == units[locale]
            assert {reason: listed[locale, other, reason] for reason in reasons} == reasons
            assert reasons.keys() <= REASONS.keys()
    totals = {one.locale: one.joined for one in report.locales}
    for file in report.files:
        count = file.exported + sum(file.merged.values()) + sum(file.dropped.values())
        whole = file.path == "multilingual.tmx"
        assert count == (totals[file.target_locale] if whole else joined[file.source_locale, file.target_locale])


# ---------------------------------------------------------------------------------------------------------------------
# The pages of this project, and real ones


@pytest.fixture(scope="module")
def eight(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the eight locales of the corpora joined."""
    out = tmp_path_factory.mktemp("eight")
    pivot_pages(
        [Folder(folder.name, read_pages(find_pages([folder]))) for folder in sorted((corpora / "bilingual").iterdir())],
        out,
        formats=("tmx", "po"),
    )
    return out


def test_eight_locales_join(eight: Path) -> None:
    done = left(eight)
    assert len(done.report["pairs"]) == 28
    assert {one["joined"] for one in done.report["pairs"] if one["common_pages"] == 0} == {0}
    # German has paragraphs where the others have sentences; every other unit of a common page joins.
    assert {(one["locale"], one["with"], one["reason"]) for one in done.decisions if one["reason"] == "no-unit"} == {
        (*pair, "no-unit")
        for other in ("ar-SA", "fr-CH", "fr-FR", "ja-JP", "th-TH")
        for pair in (("de-DE", other), (other, "de-DE"))
    }
    # Two locales have the page that names no hash.
    includes = [one for one in done.decisions if one["page"] == "includes/beta-banner.md" and one["locale"] == "fr-CH"]
    assert includes
    assert "fr-FR" not in {one["with"] for one in includes}


def test_programs_take_the_memories(eight: Path, tmp_path: Path) -> None:
    dtd = tmx_dtd(tmp_path)
    for path in sorted(eight.glob("*.tmx")):
        assert dtd_errors(path, dtd) == [], path.name
    assert msgfmt_errors(eight / "ar-SA.th-TH.po") == []
    assert msgfmt_errors(eight / "ja-JP.pl-PL.po") == []


def test_omegat_translates_with_a_memory_of_two_locales(eight: Path, tmp_path: Path) -> None:
    memory = eight / "ar-SA.th-TH.tmx"
    known = {source: target for source, target in tmx_pairs(memory) if "\n" not in source}
    assert len(known) > 30
    assert omegat_translates(list(known), memory, ("ar-SA", "th-TH"), "auto", tmp_path) == list(known.values())


def test_translate_toolkit_reads_the_first_locale_of_the_multilingual_memory(eight: Path) -> None:
    assert toolkit_pairs(eight / "ar-SA.th-TH.tmx") == tmx_pairs(eight / "ar-SA.th-TH.tmx")
    firsts = [tuple(texts.values())[:2] for texts in variants(eight / "multilingual.tmx")]
    assert toolkit_pairs(eight / "multilingual.tmx") == firsts


def test_the_multilingual_memory_has_what_importers_need(eight: Path) -> None:
    units = list(ElementTree.parse(eight / "multilingual.tmx").iter("tu"))
    assert len({one.get("tuid") for one in units}) == len(units)
    sources = []
    for one in units:
        tags = [tuv.get(XML_LANG, "") for tuv in one.iter("tuv")]
        texts = [seg.text or "" for seg in one.iter("seg")]
        assert tags[0] == "en-US"
        assert tags[1:] == sorted(set(tags[1:]))
        assert all(text and text == text.strip() for text in texts)
        assert all((prop.get("type") or "").startswith("x-") for prop in one.iter("prop"))
        sources.append(texts[0])
    assert len(set(sources)) == len(sources)


def test_real_pages_join(real_pages: Path, tmp_path: Path) -> None:
    folders = [real_pages / "bilingual" / name for name in ("dynamics.ar-sa", "dynamics.th-th")]
    if not all(folder.is_dir() for folder in folders):
        pytest.skip("the folder of real pages has no dynamics.ar-sa and dynamics.th-th")
    report = pivot_pages([Folder(folder.name, read_pages(find_pages([folder]))) for folder in folders], tmp_path)
    (pair,) = report.pairs
    assert pair.joined >= 0.999 * max(pair.common_units.values())
    for one in report.locales:
        assert one.joined + sum(one.not_joined.values()) == one.units
    assert len(tmx_pairs(tmp_path / "ar-SA.th-TH.tmx")) == report.files[0].exported
