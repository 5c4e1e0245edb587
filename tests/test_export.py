"""An export and its record: report, decisions and problems agree with each other, with the files and with the pages."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from lxml import etree

from align.corpus import Reading, find_pages, read_pages
from align.curate import DROP_REASONS, MERGE_REASONS, Rules
from align.errors import OutputError
from align.export import Format, Plan, export_pages
from align.licence import Licences
from align.model import Problem
from align.output import Staging
from align.pages import Page, parse_page

WAYS = {
    "plain": Rules(),
    "variants": Rules(variants="all"),
    "fuzzy": Rules(mt="fuzzy"),
    "skip": Rules(mt="skip"),
    "split": Rules(mt="split"),
    "identical": Rules(drop_identical=True),
}


def read(folder: Path, locale: str | None = None) -> list[Page | Problem]:
    return list(read_pages(find_pages([folder]), reading=Reading(locale=locale)))


def wrap(ident: str, target: str, source: str) -> str:
    return (
        f'<span data-ttu-id="{ident}">{target}</span><span class="sxs-lookup"><span data-stu-id="{ident}">{source}'
        "</span></span>\n\n"
    )


def sheet(*units: tuple[str, str], name: str = "a.md", kind: str = "HT", locale: str | None = "fr-FR") -> Page:
    text = f"---\nms.translationtype: {kind}\n---\n"
    text += "".join(wrap(f"abd60-{number}", target, source) for number, (source, target) in enumerate(units, 101))
    return parse_page(text, name=name, locale=locale)


def lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def report(out: Path) -> dict[str, Any]:
    loaded = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def size(path: Path) -> int:
    """How many entries a memory holds."""
    if path.suffix == ".po":
        return len(polib.pofile(str(path), encoding="utf-8"))
    return sum(1 for _ in etree.parse(str(path)).getroot().iter("tu"))


def pairs(path: Path) -> list[tuple[str, str]]:
    return [(entry.msgid, entry.msgstr) for entry in polib.pofile(str(path), encoding="utf-8")]


def part_of(path: str, locale: str) -> str:
    """`ht`, `mt` or nothing: the part of a memory that a file holds."""
    return path.removeprefix(locale + ".").rpartition(".")[0]


def units_of(pages: list[Page | Problem], file: dict[str, Any]) -> int:
    part = part_of(file["path"], file["locale"])
    return sum(
        len(page.units)
        for page in pages
        if isinstance(page, Page)
        and page.origin.target_locale == file["locale"]
        and (not part or part == ("ht" if page.origin.translation_type == "HT" else "mt"))
    )


# --- the record ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_the_record_agrees_with_pages_and_files(corpora: Path, tmp_path: Path, way: str) -> None:
    pages = read(corpora / "bilingual")
    export_pages(pages, tmp_path, plan=Plan(rules=WAYS[way]))
    whole = report(tmp_path)
    assert set(whole) == {"pages", "units", "problems", "files"}
    assert whole["pages"] == sum(isinstance(page, Page) for page in pages)
    assert whole["units"] == sum(len(page.units) for page in pages if isinstance(page, Page))
    assert whole["problems"] == len(lines(tmp_path / "problems.jsonl"))
    decisions = lines(tmp_path / "decisions.jsonl")
    kind_of_page = {page.name: page.origin for page in pages if isinstance(page, Page)}
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for decision in decisions:
        assert list(decision) == ["page", "id", "format", "action", "reason"]
        origin = kind_of_page[decision["page"]]
        part = ""
        if way == "split":
            part = ".ht" if origin.translation_type == "HT" else ".mt"
        path = f"{origin.target_locale}{part}.{decision['format']}"
        counted[path, decision["format"], decision["action"], decision["reason"]] += 1
    for file in whole["files"]:
        assert file["exported"] + sum(file["merged"].values()) + sum(file["dropped"].values()) == units_of(pages, file)
        assert file["exported"] + file["blocks"] == size(tmp_path / file["path"])
        for action, counts in (("merged", file["merged"]), ("dropped", file["dropped"]), ("changed", file["changed"])):
            found = {key[3]: count for key, count in counted.items() if key[0] == file["path"] and key[2] == action}
            assert found == counts
        assert file["merged"].keys() <= MERGE_REASONS.keys()
        assert file["dropped"].keys() <= DROP_REASONS.keys()
    paths = [file["path"] for file in whole["files"]]
    assert paths == sorted(paths)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*paths, "decisions.jsonl", "problems.jsonl", "report.json"]
    )


def test_a_decision_names_a_unit_of_its_page(corpora: Path, tmp_path: Path) -> None:
    pages = [page for page in read(corpora / "bilingual") if isinstance(page, Page)]
    export_pages(pages, tmp_path)
    idents = {page.name: {unit.id for unit in page.units} for page in pages}
    decisions = lines(tmp_path / "decisions.jsonl")
    assert decisions
    assert all(decision["id"] in idents[decision["page"]] for decision in decisions)
    assert [decision["page"] for decision in decisions] == sorted(decision["page"] for decision in decisions)


def test_problems_are_put_down_in_full(corpora: Path, tmp_path: Path) -> None:
    pages = read(corpora / "anomalies", locale="de-DE")
    told: list[Problem] = []
    export_pages(pages, tmp_path, told=told.append)
    found = lines(tmp_path / "problems.jsonl")
    wanted = [problem for page in pages if isinstance(page, Page) for problem in page.problems]
    assert len(wanted) > 5
    assert [list(problem) for problem in found] == [["rule", "severity", "page", "line", "message"]] * len(wanted)
    assert [(one["rule"], one["page"], one["line"]) for one in found] == [(one.rule, one.page, one.line) for one in wanted]
    assert told == wanted
    assert report(tmp_path)["problems"] == len(wanted)


def test_an_unreadable_page_is_a_problem_and_the_rest_is_exported(tmp_path: Path) -> None:
    problem = Problem("unreadable-page", "error", "b.md", 3, "is not UTF-8")
    export_pages([sheet(("One.", "Un.")), problem], tmp_path)
    assert report(tmp_path)["problems"] == report(tmp_path)["pages"] == 1
    assert lines(tmp_path / "problems.jsonl")[0]["page"] == "b.md"
    assert size(tmp_path / "fr-FR.po") == 1


@pytest.mark.parametrize("formats", [("tmx", "po"), ("po",)])
def test_a_page_without_a_locale_is_counted_and_not_exported(tmp_path: Path, formats: tuple[Format, ...]) -> None:
    pages = [sheet(("One.", "Un."), name="a.md"), sheet(("Two.", "Deux."), ("", "x"), name="b.md", locale=None)]
    export_pages(pages, tmp_path, plan=Plan(formats=tuple(formats)))
    whole = report(tmp_path)
    assert (whole["pages"], whole["units"], whole["problems"]) == (2, 3, 1)
    assert [file["locale"] for file in whole["files"]] == ["fr-FR"] * len(formats)
    (problem,) = lines(tmp_path / "problems.jsonl")
    assert (problem["rule"], problem["severity"], problem["page"]) == ("no-locale", "error", "b.md")
    decisions = [(one["id"], one["format"], one["action"], one["reason"]) for one in lines(tmp_path / "decisions.jsonl")]
    assert decisions == [(ident, form, "dropped", "no-locale") for ident in ("abd60-101", "abd60-102") for form in formats]


def test_a_page_without_units_makes_no_file(tmp_path: Path) -> None:
    export_pages([sheet(), sheet(locale=None, name="b.md")], tmp_path)
    assert sorted(files(tmp_path)) == ["decisions.jsonl", "problems.jsonl", "report.json"]
    assert report(tmp_path) == {"pages": 2, "units": 0, "problems": 0, "files": []}


def test_a_name_with_quotes_and_other_scripts_is_a_json_string(tmp_path: Path) -> None:
    name = 'a "b"\\\u2028é.md'
    export_pages([sheet(("", "x"), name=name)], tmp_path, plan=Plan(formats=("po",)))
    assert lines(tmp_path / "decisions.jsonl") == [
        {"page": name, "id": "abd60-101", "format": "po", "action": "dropped", "reason": "empty-source"}
    ]
    assert "é" in (tmp_path / "decisions.jsonl").read_text(encoding="utf-8")


# --- the same every time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("per_page", [False, True])
def test_the_same_pages_give_the_same_bytes(
    corpora: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, per_page: bool
) -> None:
    monkeypatch.setattr("time.time", lambda: 1.0)
    export_pages(read(corpora / "bilingual"), tmp_path / "one", plan=Plan(per_page=per_page))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    copy = shutil.copytree(corpora / "bilingual", tmp_path / "elsewhere")
    export_pages(read(copy), tmp_path / "two", plan=Plan(per_page=per_page))
    export_pages(read(copy), tmp_path / "two", plan=Plan(per_page=per_page))
    assert files(tmp_path / "one") == files(tmp_path / "two")
    for data in files(tmp_path / "two").values():
        assert str(tmp_path).encode() not in data
        assert str(corpora).encode() not in data
        assert b"\r" not in data


# --- what becomes of machine translation and variants ---------------------------------------------------------------

MIXED = [
    sheet(("One.", "Un."), ("No", "Non"), name="a.md"),
    sheet(("Two.", "Deux."), ("No", "Pas"), name="b.md", kind="MT"),
    sheet(("Three.", "Trois."), name="c.md", kind="?"),
]


def test_mt_keep_takes_all(tmp_path: Path) -> None:
    export_pages(MIXED, tmp_path)
    wanted = [("One.", "Un."), ("No", "Non"), ("Two.", "Deux."), ("Three.", "Trois.")]
    assert pairs(tmp_path / "fr-FR.po") == wanted
    assert "fuzzy" not in (tmp_path / "fr-FR.po").read_text(encoding="utf-8")


def test_mt_fuzzy_marks_what_no_human_made(tmp_path: Path) -> None:
    export_pages(MIXED, tmp_path, plan=Plan(rules=Rules(mt="fuzzy")))
    catalogue = polib.pofile(str(tmp_path / "fr-FR.po"), encoding="utf-8")
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == ["Two.", "Three."]


def test_mt_skip_leaves_out_what_no_human_made(tmp_path: Path) -> None:
    export_pages(MIXED, tmp_path, plan=Plan(rules=Rules(mt="skip")))
    assert pairs(tmp_path / "fr-FR.po") == [("One.", "Un."), ("No", "Non")]
    assert report(tmp_path)["files"][0]["dropped"] == {"machine-translated": 3}


def test_mt_split_writes_two_memories(tmp_path: Path) -> None:
    export_pages(MIXED, tmp_path, plan=Plan(rules=Rules(mt="split")))
    assert sorted(path.name for path in tmp_path.glob("fr-FR*")) == [
        "fr-FR.ht.po",
        "fr-FR.ht.tmx",
        "fr-FR.mt.po",
        "fr-FR.mt.tmx",
    ]
    assert pairs(tmp_path / "fr-FR.ht.po") == [("One.", "Un."), ("No", "Non")]
    assert pairs(tmp_path / "fr-FR.mt.po") == [("Two.", "Deux."), ("No", "Pas"), ("Three.", "Trois.")]


def test_all_variants_are_written_the_best_last(tmp_path: Path) -> None:
    export_pages(MIXED, tmp_path, plan=Plan(rules=Rules(variants="all")))
    catalogue = polib.pofile(str(tmp_path / "fr-FR.po"), encoding="utf-8")
    found = [(entry.msgstr, entry.msgctxt is None) for entry in catalogue if entry.msgid == "No"]
    assert found == [("Pas", False), ("Non", True)]


def test_identical_units_can_be_dropped(tmp_path: Path) -> None:
    export_pages([sheet(("hub", "hub"), ("a", "b"))], tmp_path, plan=Plan(rules=Rules(drop_identical=True)))
    assert pairs(tmp_path / "fr-FR.po") == [("a", "b")]
    assert [file["dropped"] for file in report(tmp_path)["files"]] == [{"identical": 1}] * 2


def test_one_format_can_be_asked_for(tmp_path: Path) -> None:
    export_pages(MIXED, tmp_path, plan=Plan(formats=("tmx",)))
    assert sorted(path.name for path in tmp_path.glob("fr-FR*")) == ["fr-FR.tmx"]
    assert [file["format"] for file in report(tmp_path)["files"]] == ["tmx"]


@pytest.mark.parametrize("way", ["plain", "split"])
def test_po_per_page_mirrors_the_tree(corpora: Path, tmp_path: Path, way: str) -> None:
    pages = [page for page in read(corpora / "bilingual") if isinstance(page, Page)]
    export_pages(pages, tmp_path, plan=Plan(rules=WAYS[way], per_page=True))
    made = {path.relative_to(tmp_path / "po").as_posix() for path in (tmp_path / "po").rglob("*.po")}
    assert len(made) == len(pages)
    if way == "plain":
        assert made == {f"{page.name}.po" for page in pages}
    assert not list(tmp_path.glob("*.po"))
    assert list(tmp_path.glob("*.tmx"))
    whole = report(tmp_path)
    for file in whole["files"]:
        total = file["exported"] + sum(file["merged"].values()) + sum(file["dropped"].values())
        assert file["exported"] + file["blocks"] == size(tmp_path / file["path"])
        if file["format"] == "po":
            name = file["path"].removeprefix("po/").removesuffix(".po")
            assert total in [len(page.units) for page in pages if name.startswith(page.name)]
    merged = Counter(one["format"] for one in lines(tmp_path / "decisions.jsonl") if one["action"] == "merged")
    for form in ("tmx", "po"):
        assert merged[form] == sum(sum(file["merged"].values()) for file in whole["files"] if file["format"] == form)


# --- the folder ----------------------------------------------------------------------------------------------------


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "de-DE.tmx").write_text("old", encoding="utf-8")
    (tmp_path / "fr-FR.tmx").write_text("old", encoding="utf-8")
    export_pages(MIXED, tmp_path)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "de-DE.tmx").read_text(encoding="utf-8") == "old"
    assert size(tmp_path / "fr-FR.tmx") == 4


def test_an_error_in_mid_run_leaves_everything_as_it_was(tmp_path: Path) -> None:
    export_pages(MIXED, tmp_path, plan=Plan(per_page=True))
    before = files(tmp_path)

    def pages() -> Iterator[Page]:
        yield sheet(("Other.", "Autre."))
        raise KeyboardInterrupt

    for per_page in (False, True):
        with pytest.raises(KeyboardInterrupt):
            export_pages(pages(), tmp_path, plan=Plan(per_page=per_page))
        assert files(tmp_path) == before


def test_an_error_while_writing_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export_pages(MIXED, tmp_path)
    before = files(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for function in ("align.export.bodies.begin", "align.export.fragments.write_body", "os.fsync"):
        with monkeypatch.context() as patch:
            patch.setattr(function, full)
            with pytest.raises(OutputError, match="No space left"):
                export_pages([sheet(("Other.", "Autre."))], tmp_path)
        assert files(tmp_path) == before


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        export_pages(MIXED, tmp_path / "file")
    assert str(tmp_path / "file") in str(caught.value)
    (tmp_path / "out" / "fr-FR.po").mkdir(parents=True)
    with pytest.raises(OutputError, match="is a folder"):
        export_pages(MIXED, tmp_path / "out")
    assert files(tmp_path / "out") == {}


def test_files_appear_together(tmp_path: Path) -> None:
    with Staging(tmp_path / "out") as staging:
        staging.text("a.txt").write("é\n")
        staging.binary("b/c.bin").write(b"x")
        assert not (tmp_path / "out" / "a.txt").exists()
    assert files(tmp_path / "out") == {"a.txt": "é\n".encode(), "b/c.bin": b"x"}


def test_the_working_folder_does_not_matter(tmp_path: Path, corpora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export_pages(read(corpora / "bilingual" / "fr-FR"), tmp_path / "one")
    monkeypatch.chdir(corpora / "bilingual")
    export_pages(read(Path("fr-FR")), Path(os.path.relpath(tmp_path / "two")))
    assert files(tmp_path / "one") == files(tmp_path / "two")


# --- licence -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "licence"),
    [
        ("LICENSE", "Attribution 4.0 International\n\n====\n", "CC-BY-4.0"),
        ("LICENSE.md", "# The MIT License (MIT)\n", "MIT"),
        ("LICENCE.txt", "Creative Commons\nAttribution-ShareAlike 4.0\n  International", "CC-BY-SA-4.0"),
        ("LICENSE", "All rights reserved.", "see LICENSE"),
    ],
)
def test_a_licence_beside_the_pages_is_named(tmp_path: Path, name: str, text: str, licence: str) -> None:
    pages = tmp_path / "pages"
    (pages / "docs").mkdir(parents=True)
    (pages / name).write_text(text, encoding="utf-8")
    page = pages / "docs" / "a.md"
    page.write_text("---\nms.contentlocale: fr-FR\n---\n" + wrap("abd60-101", "Un.", "One."), encoding="utf-8")
    export_pages(read(pages), tmp_path / "out")
    tmx = (tmp_path / "out" / "fr-FR.tmx").read_text(encoding="utf-8")
    assert f"<note>Licence of the text: {licence}</note>" in tmx
    assert f'<prop type="x-licence">{licence}</prop>' in tmx
    assert f"# Licence of the text: {licence}\n" in (tmp_path / "out" / "fr-FR.po").read_text(encoding="utf-8")


def test_a_licence_is_looked_for_up_to_the_folder_given(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("MIT License", encoding="utf-8")
    (tmp_path / "pages" / "docs").mkdir(parents=True)
    page = tmp_path / "pages" / "docs" / "a.md"
    assert Licences().of(page, tmp_path / "pages") is None
    assert Licences().of(page, tmp_path) == "MIT"
    assert Licences().of(None, None) is None
