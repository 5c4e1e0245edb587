"""What scripts and pipelines may rely on, sentence by sentence: inputs, names, every output's shape and values."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import polib
import pytest
from clients import Ran, Runner, page, po_pairs, put, record_lines, run_apart, run_here, tmx_pairs, tmx_units, unit

KEYS = (
    "id",
    "kind",
    "source",
    "target",
    "source_locale",
    "target_locale",
    "page",
    "line",
    "container",
    "translation_type",
    "handoff",
    "source_commit",
    "source_hash",
    "heading",
    "context",
    "flags",
)
HASH = "d66b4a2e21a486c77b9a9bd942dc886644b731a0"
COMMIT = "7377f7eaa710b39b5cb6a613845026bc8227524c"
HELLO = page(unit("Bonjour", "Hello"))


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Runner:
    return lambda *arguments: run_here(capsysbinary, arguments)


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """Standard input: write to it before the run."""
    stream = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream, encoding="utf-8"))
    return stream


def names(ran: Ran) -> list[str]:
    """The pages of the units, each once, in order."""
    return list(dict.fromkeys(record["page"] for record in ran.records))


# ---------------------------------------------------------------------------------------------------------------------
# Inputs


def test_a_folder_is_walked_for_pages_and_other_files_are_ignored(run: Runner, tmp_path: Path) -> None:
    pages = dict.fromkeys(["a.md", "b.markdown", "c.html", "d.htm", "e.xml", "deep/er/f.md"], HELLO)
    put(tmp_path, {**pages, "g.txt": HELLO, "h": HELLO, "i.md.bak": HELLO, "toc.yml": "- name: Ferns\n"})
    xml = f"<Type><Docs><summary>{unit('Bonjour', 'Hello')}</summary></Docs></Type>"
    put(tmp_path, {"e.xml": xml})
    assert names(run("units", tmp_path)) == ["a.md", "b.markdown", "c.html", "d.htm", "deep/er/f.md", "e.xml"]


def test_hidden_folders_are_skipped_but_may_be_given(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"a.md": HELLO, ".drafts/b.md": HELLO, "c/.old/d.md": HELLO})
    assert names(run("units", tmp_path)) == ["a.md"]
    assert names(run("units", tmp_path / ".drafts")) == ["b.md"]


def test_symbolic_links_are_not_followed(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"docs/a.md": HELLO, "other/b.md": HELLO})
    (tmp_path / "docs" / "link.md").symlink_to(tmp_path / "other" / "b.md")
    (tmp_path / "docs" / "linked").symlink_to(tmp_path / "other", target_is_directory=True)
    assert names(run("units", tmp_path / "docs")) == ["a.md"]


def test_a_page_on_standard_input_is_markdown(run: Runner, stdin: io.BytesIO) -> None:
    stdin.write(page("# " + unit("Bonjour", "Hello")).encode())
    stdin.seek(0)
    record = run("units", "-").record
    assert (record["container"], record["context"], record["target_locale"]) == ("markdown", ["heading"], "fr-FR")


@pytest.mark.parametrize(
    ("container", "text"),
    [
        ("html", f"<html><body><h2>{unit('Bonjour', 'Hello')}</h2></body></html>"),
        ("xml", f"<Type><Docs><summary>{unit('Bonjour', 'Hello')}</summary></Docs></Type>"),
        ("markdown", unit("Bonjour", "Hello")),
    ],
)
def test_the_container_of_standard_input_can_be_given(run: Runner, stdin: io.BytesIO, container: str, text: str) -> None:
    stdin.write(text.encode())
    stdin.seek(0)
    record = run("units", "-", "--container", container, "--locale", "fr-FR").record
    assert (record["container"], record["source"]) == (container, "Hello")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Pages of every translation type, with hand-offs from January to March."""
    return put(
        tmp_path / "tree",
        {
            "human.md": page(unit("Bonjour", "Hello"), handoff="01/31/2021"),
            "includes/machine.md": page(unit("Salut", "Hi"), kind="MT", handoff="02/28/2021"),
            "includes/unknown.md": page(unit("Adieu", "Farewell"), kind=None, handoff="03/01/2021"),
            "undated.md": page(unit("Merci", "Thanks"), handoff=None),
        },
    )


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (["--include", "includes/**"], ["includes/machine.md", "includes/unknown.md"]),
        (["--exclude", "includes/**"], ["human.md", "undated.md"]),
        (["--include", "**/*.md", "--exclude", "un*.md"], ["human.md", "includes/machine.md"]),
        (["--include", "human.md", "--include", "undated.md"], ["human.md", "undated.md"]),
        (["--only", "HT"], ["human.md", "undated.md"]),
        (["--only", "MT"], ["includes/machine.md"]),
        (["--since", "2021-02-28"], ["includes/machine.md", "includes/unknown.md"]),
        (["--since", "2021-02-01", "--only", "MT"], ["includes/machine.md"]),
    ],
)
def test_options_narrow_the_pages(run: Runner, tree: Path, options: list[str], left: list[str]) -> None:
    ran = run("units", tree, *options)
    assert (ran.status, names(ran), ran.err) == (0, left, "")


# ---------------------------------------------------------------------------------------------------------------------
# Page names, order, bytes


def test_a_page_is_called_by_its_path_below_the_folder_given_and_a_file_by_its_name(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"docs/guide/a.md": HELLO})
    assert names(run("units", tmp_path)) == ["docs/guide/a.md"]
    assert names(run("units", tmp_path / "docs")) == ["guide/a.md"]
    assert names(run("units", tmp_path / "docs" / "guide" / "a.md")) == ["a.md"]


def test_a_name_that_two_paths_give_is_prefixed_by_the_last_folder(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"docs.fr/a.md": HELLO, "docs.fr/b.md": HELLO, "docs.de/a.md": HELLO, "docs.de/c.md": HELLO})
    assert names(run("units", tmp_path / "docs.fr", tmp_path / "docs.de")) == [
        "b.md",
        "c.md",
        "docs.de/a.md",
        "docs.fr/a.md",
    ]
    assert names(run("units", tmp_path / "docs.fr" / "a.md", tmp_path / "docs.de" / "a.md")) == [
        "docs.de/a.md",
        "docs.fr/a.md",
    ]


def test_a_prefix_is_the_name_of_a_folder_however_it_is_given(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {"fr/a.md": HELLO, "de/a.md": HELLO, "fr/deep/note.txt": ""})
    monkeypatch.chdir(tmp_path / "fr")
    assert names(run("units", ".", "../de")) == ["de/a.md", "fr/a.md"]
    assert names(run("units", "deep/..", "../de")) == ["de/a.md", "fr/a.md"]


def test_pages_come_in_code_point_order_of_their_names_and_units_as_they_stand(run: Runner, tmp_path: Path) -> None:
    wanted = ["B.md", "a-b.md", "a.md", "a/b.md", "é.md", "０.md", "𝒂.md"]
    put(tmp_path, {name: page(unit("x", "y", "abd60-109"), unit("x", "y", "abd60-101")) for name in wanted})
    ran = run("units", tmp_path)
    assert [(record["page"], record["id"]) for record in ran.records] == [
        (name, ident) for name in wanted for ident in ("abd60-109", "abd60-101")
    ]
    ran = run("units", *(tmp_path / name for name in reversed(wanted) if "/" not in name))
    assert names(ran) == [name for name in wanted if "/" not in name]


def test_output_is_utf_8_with_line_feeds_and_nothing_escaped(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"été.md": page(unit("Fougère 🌿 — 蕨", "Fern"))})
    for arguments in (["units", tmp_path], ["stats", tmp_path, "--json"]):
        ran = run(*arguments)
        assert ran.out.endswith(b"}\n")
        assert b"\r" not in ran.out
        assert b"\\u" not in ran.out
    out = tmp_path / "out"
    run("export", tmp_path, "-o", out)
    for path in out.glob("[!.]*"):
        assert b"\r" not in path.read_bytes()
        assert b"\\u" not in path.read_bytes()
    assert "Fougère 🌿 — 蕨".encode() in (out / "fr-FR.tmx").read_bytes()
    assert "Fougère 🌿 — 蕨".encode() in (out / "fr-FR.po").read_bytes()


# ---------------------------------------------------------------------------------------------------------------------
# Markers and units


@pytest.mark.parametrize("folder", ["bilingual", "anomalies"])
def test_every_marker_is_a_unit_or_exactly_one_problem(run: Runner, corpora: Path, tmp_path: Path, folder: str) -> None:
    root = corpora / folder
    problems = tmp_path / "problems.jsonl"
    problems.touch()
    ran = run("units", root, "--locale", "de-DE", "--fail-on", "never", "--problems", problems)
    found = Counter(record["page"] for record in [*ran.records, *record_lines(problems)])
    markers = {
        path.relative_to(root).as_posix(): path.read_bytes().decode().count("data-ttu-id=")
        for path in root.rglob("*")
        if path.suffix in {".md", ".html", ".xml"}
    }
    assert ran.status == 0
    assert found == {name: count for name, count in markers.items() if count}


def test_a_marker_counts_wherever_it_stands(run: Runner, tmp_path: Path) -> None:
    body = [
        unit("Un", "One"),
        "Text about data-ttu-id= in a sentence.",
        "`<span data-ttu-id=`",
        f"<!-- {unit('Deux', 'Two', 'abd60-102')} -->",
        "```html",
        unit("Trois", "Three", "abd60-103"),
        '<span data-ttu-id="abd60-104">',
        "```",
    ]
    put(tmp_path, {"a.md": page(*body)})
    problems = tmp_path / "problems.jsonl"
    ran = run("units", tmp_path, "--problems", problems)
    flags = [(record["id"], record["flags"]) for record in ran.records]
    assert flags == [("abd60-101", []), ("abd60-102", ["in-comment"]), ("abd60-103", ["in-fence"])]
    assert [record["line"] for record in record_lines(problems)] == [8, 9, 13]


def test_a_unit_has_every_key_in_this_order(run: Runner, tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "guide/a.md": page(
                "# " + unit("Fougères", "Ferns", "15b5d-101"),
                "",
                unit(" Une **fougère**. ", "A **fern**.", "15b5d-p102"),
                "> - " + unit("Fernhaven", "Fernhaven", "15b5d-103"),
                locale="fr-ch",
                kind="MT",
                digest=HASH,
                commit=COMMIT,
            )
        },
    )
    ran = run("units", tmp_path)
    assert [tuple(record) for record in ran.records] == [KEYS] * 3
    common = {
        "source_locale": "en-US",
        "target_locale": "fr-CH",
        "page": "guide/a.md",
        "container": "markdown",
        "translation_type": "MT",
        "handoff": "2021-03-04",
        "source_commit": COMMIT,
        "source_hash": HASH,
        "heading": "Ferns",
    }
    own: list[dict[str, Any]] = [
        {"id": "15b5d-101", "kind": "sentence", "source": "Ferns", "target": "Fougères", "line": 9},
        {"id": "15b5d-p102", "kind": "paragraph", "source": "A **fern**.", "target": " Une **fougère**. ", "line": 11},
        {"id": "15b5d-103", "kind": "sentence", "source": "Fernhaven", "target": "Fernhaven", "line": 12},
    ]
    places: list[dict[str, Any]] = [
        {"context": ["heading"], "flags": []},
        {"context": [], "flags": []},
        {"context": ["quote", "list"], "flags": ["identical"]},
    ]
    assert ran.records == [{**common, **one, **place} for one, place in zip(own, places, strict=True)]


def test_what_a_page_does_not_say_is_null(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"a.md": unit("Bonjour", "Hello")})
    ran = run("units", tmp_path, "--fail-on", "never")
    nothing = ("target_locale", "translation_type", "handoff", "source_commit", "source_hash", "heading")
    assert {key for key, value in ran.record.items() if value is None} == set(nothing)
    assert tuple(ran.record) == KEYS


def test_keys_have_their_types_on_every_page(run: Runner, corpora: Path) -> None:
    text, optional = (str,), (str, type(None))
    types: dict[str, tuple[type, ...]] = {
        **dict.fromkeys(("id", "source", "target", "source_locale", "page"), text),
        **dict.fromkeys(("target_locale", "handoff", "source_commit", "source_hash", "heading"), optional),
        "line": (int,),
        "context": (list,),
        "flags": (list,),
    }
    records = run("units", corpora / "bilingual").records
    records += run("units", corpora / "anomalies", "--fail-on", "never").records
    assert len(records) > 600
    for record in records:
        assert tuple(record) == KEYS
        assert {key for key, kinds in types.items() if not isinstance(record[key], kinds)} == set()
        assert record["kind"] == ("paragraph" if "-p" in record["id"] else "sentence")
        assert record["container"] in {"markdown", "html", "xml"}
        assert record["translation_type"] in {"HT", "MT", None}
        assert record["handoff"] is None or re.fullmatch(r"\d{4}-\d\d-\d\d", record["handoff"])
        assert set(record["context"]) <= {"heading", "list", "table", "quote", "link", "image"}
        assert record["flags"] == sorted(set(record["flags"]))


def test_a_line_counts_line_feeds_from_1(run: Runner, tmp_path: Path) -> None:
    text = "a\r\nb\rc\u2028d\n" + unit("x", "y", "abd60-101") + " " + unit("x\n\n", "y", "abd60-102")
    put(tmp_path, {"a.md": "\ufeff" + text + unit("x", "y", "abd60-103") + "\n"})
    ran = run("units", tmp_path, "--locale", "fr-FR")
    assert [record["line"] for record in ran.records] == [3, 3, 5]


def test_texts_are_verbatim_but_for_repaired_quotes(run: Runner, tmp_path: Path) -> None:
    damaged = unit('Le "mot"', 'The "word"', "abd60-102").replace('"', "&quot;")
    put(tmp_path, {"a.md": page(unit("\u00a0Tab\t&amp;&nbsp;\\*fin ", "\n&lt;Start", "abd60-101"), "", damaged)})
    first, second = run("units", tmp_path).records
    assert (first["source"], first["target"], first["flags"]) == ("\n&lt;Start", "\u00a0Tab\t&amp;&nbsp;\\*fin ", [])
    assert (second["source"], second["target"], second["flags"]) == ('The "word"', 'Le "mot"', ["repaired-quotes"])


@pytest.mark.parametrize(
    ("target", "source", "flags"),
    [
        ("Bonjour", "<!-- note --> <br/>", ["no-text"]),
        ("—", "…", []),
        ("Bonjour", " \n", ["empty-source", "no-text"]),
        ("Fern", "Fern", ["identical"]),
        ("Foug\ufffdre", "Fern", ["damaged-character"]),
        ("<<<<<<< HEAD x", "Fern", ["conflict-marker"]),
        ("<seg>Fougère</seg>", "Fern", ["seg-leak"]),
    ],
)
def test_flags_tell_what_is_odd(run: Runner, tmp_path: Path, target: str, source: str, flags: list[str]) -> None:
    put(tmp_path, {"a.md": page(unit(target, source))})
    assert run("units", tmp_path).record["flags"] == flags


def test_the_locale_is_in_canonical_case(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"a.md": page(unit("x", "y"), locale="ZH-hant-tw"), "b.md": unit("x", "y")})
    ran = run("units", tmp_path, "--locale", "SR-latn-rs", "--source-locale", "EN-gb")
    assert [(one["source_locale"], one["target_locale"]) for one in ran.records] == [
        ("en-GB", "zh-Hant-TW"),
        ("en-GB", "sr-Latn-RS"),
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Problems


def test_a_problem_is_an_object_with_five_keys(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"docs/ä.md": page("", '<span data-ttu-id="abd60-101">Bonjour</span>', unit("x", "y", "abd60-102"))})
    for problems, ran in (
        (tmp_path / "listed.jsonl", run("units", tmp_path / "docs", "--problems", tmp_path / "listed.jsonl")),
        (tmp_path / "out" / "problems.jsonl", run("export", tmp_path / "docs", "-o", tmp_path / "out")),
    ):
        (problem,) = record_lines(problems)
        assert tuple(problem) == ("rule", "severity", "page", "line", "message")
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", problem["rule"])
        assert (problem["severity"], problem["page"], problem["line"]) == ("error", "ä.md", 8)
        assert ";" in problem["message"]  # what to do about it
        assert ran.status == 1
        assert "ä.md".encode() in problems.read_bytes()
        assert ran.error_lines == [line for line in ran.error_lines if line.startswith("ä.md:8: ")]


def test_an_unreadable_page_is_a_problem_and_the_rest_is_read(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"docs/a.md": b"\xff", "docs/b.md": HELLO})
    ran = run("export", tmp_path / "docs", "-o", tmp_path / "out", "--quiet")
    (problem,) = record_lines(tmp_path / "out" / "problems.jsonl")
    assert (problem["severity"], problem["page"], problem["line"]) == ("error", "a.md", 1)
    assert (ran.status, tmx_pairs(tmp_path / "out" / "fr-FR.tmx")) == (1, [("Hello", "Bonjour")])
    assert len(ran.error_lines) == 1


def test_the_file_of_problems_is_there_even_when_there_are_none(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"a.md": HELLO})
    assert run("units", tmp_path / "a.md", "--problems", tmp_path / "problems.jsonl").status == 0
    assert (tmp_path / "problems.jsonl").read_bytes() == b""


# ---------------------------------------------------------------------------------------------------------------------
# The locale of a page that names none, and a translation type that is unknown


def test_a_page_takes_the_single_locale_of_the_nearest_folder_that_has_one(run: Runner, tmp_path: Path) -> None:
    mute = unit("x", "y")
    put(
        tmp_path,
        {
            "de/guide/a.md": page(unit("x", "y"), locale="de-DE"),
            "de/guide/deep/mute.md": mute,
            "de/mute.md": mute,
            "fr/a.md": page(unit("x", "y"), locale="fr-FR"),
            "fr/mixed/b.md": page(unit("x", "y"), locale="fr-FR"),
            "fr/mute.md": mute,
            "mute.md": mute,
        },
    )
    ran = run("units", tmp_path)
    assert {record["page"]: record["target_locale"] for record in ran.records if "mute" in record["page"]} == {
        "de/guide/deep/mute.md": "de-DE",
        "de/mute.md": "de-DE",
        "fr/mute.md": "fr-FR",
        "mute.md": None,
    }


def test_the_option_beats_the_neighbours_but_not_the_page(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"a.md": page(unit("x", "y"), locale="de-DE"), "mute.md": unit("x", "y")})
    ran = run("units", tmp_path, "--locale", "pl-pl")
    assert [record["target_locale"] for record in ran.records] == ["de-DE", "pl-PL"]


def test_without_any_locale_units_are_listed_but_not_exported(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"docs/a.md": HELLO, "docs/b.md": page(unit("Hallo", "Hello"), locale="de-DE")})
    put(tmp_path, {"docs/mute.md": unit("Ciao", "Hello")})
    listed = run("units", tmp_path / "docs", "--problems", tmp_path / "problems.jsonl")
    assert [(one["target"], one["target_locale"]) for one in listed.records][-1] == ("Ciao", None)
    exported = run("export", tmp_path / "docs", "-o", tmp_path / "out")
    for problems in (tmp_path / "problems.jsonl", tmp_path / "out" / "problems.jsonl"):
        (problem,) = record_lines(problems)
        assert (problem["rule"], problem["page"]) == ("no-locale", "mute.md")
    assert (listed.status, exported.status) == (1, 1)
    assert sorted(path.name for path in (tmp_path / "out").glob("*.tmx")) == ["de-DE.tmx", "fr-FR.tmx"]
    assert "Ciao" not in "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").glob("[!.]*-*"))
    assert {(one["page"], one["action"], one["reason"]) for one in decisions(tmp_path / "out")} == {
        ("mute.md", "dropped", "no-locale")
    }


@pytest.fixture
def types(tmp_path: Path) -> Path:
    """A human, a machine and an unknown translation."""
    return put(
        tmp_path / "types",
        {
            "human.md": page(unit("Bonjour", "Hello")),
            "machine.md": page(unit("Salut", "Hi"), kind="MT"),
            "unknown.md": page(unit("Adieu", "Farewell"), kind=None),
        },
    )


def test_an_unknown_translation_type_is_fuzzy_like_machine_translation(run: Runner, types: Path, tmp_path: Path) -> None:
    run("export", types, "-o", tmp_path / "out", "--mt", "fuzzy")
    catalogue = polib.pofile(str(tmp_path / "out" / "fr-FR.po"))
    assert {entry.msgid: entry.fuzzy for entry in catalogue} == {"Hello": False, "Hi": True, "Farewell": True}


def test_an_unknown_translation_type_is_skipped_like_machine_translation(run: Runner, types: Path, tmp_path: Path) -> None:
    run("export", types, "-o", tmp_path / "out", "--mt", "skip")
    assert tmx_pairs(tmp_path / "out" / "fr-FR.tmx") == [("Hello", "Bonjour")]
    assert po_pairs(tmp_path / "out" / "fr-FR.po") == [("Hello", "Bonjour")]


def test_an_unknown_translation_type_goes_to_the_file_of_machine_translation(run: Runner, types: Path, tmp_path: Path) -> None:
    run("export", types, "-o", tmp_path / "out", "--mt", "split", "--to", "tmx")
    assert tmx_pairs(tmp_path / "out" / "fr-FR.ht.tmx") == [("Hello", "Bonjour")]
    assert tmx_pairs(tmp_path / "out" / "fr-FR.mt.tmx") == [("Hi", "Salut"), ("Farewell", "Adieu")]


@pytest.mark.parametrize(
    ("translations", "chosen"),
    [
        ([("machine", "MT"), ("machine", "MT"), ("unknown", None)], "unknown"),
        ([("machine", "MT"), ("unknown", None), ("unknown", None), ("human", "HT")], "human"),
    ],
    ids=["above machine", "below human"],
)
def test_an_unknown_translation_type_ranks_between_human_and_machine(
    run: Runner, tmp_path: Path, translations: list[tuple[str, str | None]], chosen: str
) -> None:
    pages = {f"{number}.md": page(unit(text, "S"), kind=kind) for number, (text, kind) in enumerate(translations)}
    put(tmp_path / "docs", dict(pages))
    run("export", tmp_path / "docs", "-o", tmp_path / "out")
    assert tmx_pairs(tmp_path / "out" / "fr-FR.tmx") == [("S", chosen)]
    assert po_pairs(tmp_path / "out" / "fr-FR.po") == [("S", chosen)]


# ---------------------------------------------------------------------------------------------------------------------
# export


def decisions(out: Path) -> list[dict[str, Any]]:
    return record_lines(out / "decisions.jsonl")


def report(out: Path) -> dict[str, Any]:
    return Ran(0, (out / "report.json").read_bytes().replace(b"\n", b" "), "").record


def files(out: Path) -> list[str]:
    names = (path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    return sorted(name for name in names if not name.startswith(".align-tm/"))


RECORDS = ["decisions.jsonl", "problems.jsonl", "report.json"]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ([], ["de-DE.po", "de-DE.tmx", "fr-FR.po", "fr-FR.tmx"]),
        (["--to", "tmx"], ["de-DE.tmx", "fr-FR.tmx"]),
        (["--to", "po"], ["de-DE.po", "fr-FR.po"]),
        (["--mt", "split", "--to", "tmx"], ["de-DE.mt.tmx", "fr-FR.ht.tmx", "fr-FR.mt.tmx"]),
        (["--per-page", "--to", "po"], ["po/a b.md.po", "po/deep/c.html.po", "po/d.md.po"]),
        (
            ["--per-page"],
            ["de-DE.tmx", "fr-FR.tmx", "po/a b.md.po", "po/deep/c.html.po", "po/d.md.po"],
        ),
    ],
    ids=" ".join,
)
def test_export_writes_these_files(run: Runner, tmp_path: Path, options: list[str], wanted: list[str]) -> None:
    put(
        tmp_path / "docs",
        {
            "a b.md": HELLO,
            "deep/c.html": f'<meta name="ms.translationtype" content="MT"><p>{unit("Salut", "Hi")}</p>',
            "d.md": page(unit("Hallo", "Hello"), locale="de-DE", kind="MT"),
            "deep/e.md": page("Nothing to translate here."),
        },
    )
    ran = run("export", tmp_path / "docs", "-o", tmp_path / "out", "--locale", "fr-FR", *options)
    assert (ran.status, ran.err) == (0, "")
    assert files(tmp_path / "out") == sorted([*wanted, *RECORDS])


def test_other_files_in_out_are_left_alone(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"docs/a.md": HELLO, "out/de-DE.tmx": "mine", "out/po/notes.txt": "mine", "out/fr-FR.po": "old"})
    run("export", tmp_path / "docs", "-o", tmp_path / "out")
    assert files(tmp_path / "out") == sorted(["de-DE.tmx", "po/notes.txt", "fr-FR.po", "fr-FR.tmx", *RECORDS])
    assert (tmp_path / "out" / "de-DE.tmx").read_text() == "mine"
    assert po_pairs(tmp_path / "out" / "fr-FR.po") == [("Hello", "Bonjour")]


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--variants", "all"],
        ["--drop-identical"],
        ["--mt", "fuzzy"],
        ["--mt", "skip"],
        ["--mt", "split"],
        ["--per-page"],
        ["--per-page", "--mt", "split", "--variants", "all"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("folder", ["bilingual", "anomalies"])
def test_the_report_adds_up(run: Runner, corpora: Path, tmp_path: Path, folder: str, options: list[str]) -> None:
    shared = (corpora / folder, "--locale", "de-DE", "--fail-on", "never")
    units = run("units", *shared).records
    run("export", *shared, "-o", tmp_path, *options)
    found, told = report(tmp_path), decisions(tmp_path)
    assert found["units"] == len(units)
    assert found["pages"] == sum(path.suffix in {".md", ".html", ".xml"} for path in (corpora / folder).rglob("*"))
    assert found["problems"] == len(record_lines(tmp_path / "problems.jsonl"))
    assert [file["path"] for file in found["files"]] == [name for name in files(tmp_path) if name.endswith((".tmx", ".po"))]
    # In each format, the files of a locale account for all its units.
    totals: Counter[tuple[str, str]] = Counter()
    for file in found["files"]:
        assert {"path", "locale", "format", "exported", "merged", "dropped"} <= set(file)
        merged, dropped = sum(file["merged"].values()), sum(file["dropped"].values())
        totals[file["format"], file["locale"]] += file["exported"] + merged + dropped
        read = tmx_pairs if file["format"] == "tmx" else po_pairs
        assert len(read(tmp_path / file["path"])) == file["exported"] + file["blocks"]
    locales = Counter(one["target_locale"] for one in units)
    assert totals == {(form, locale): count for locale, count in locales.items() for form in ("tmx", "po")}
    # And decisions.jsonl says the same, unit by unit.
    for action in ("merged", "dropped", "changed"):
        sums: Counter[tuple[str, str]] = Counter()
        for file in found["files"]:
            sums.update({(file["format"], reason): count for reason, count in file.get(action, {}).items()})
        assert sums == Counter((one["format"], one["reason"]) for one in told if one["action"] == action)


def test_decisions_tell_of_every_unit_that_was_not_simply_exported(run: Runner, tmp_path: Path) -> None:
    put(
        tmp_path / "docs",
        {
            "a.md": page(
                unit("Bonjour", "Hello", "abd60-101"),
                unit("Bonjour", "Hello", "abd60-102"),
                unit("Salut", "Hello", "abd60-103"),
                unit("x", " ", "abd60-104"),
                unit(" ", "y", "abd60-105"),
                unit("x", "<br/>", "abd60-106"),
                unit("Fern ", "Fern", "abd60-107"),
                unit("Merci", "Thanks", "abd60-108"),
            )
        },
    )
    run("export", tmp_path / "docs", "-o", tmp_path / "out")
    told = decisions(tmp_path / "out")
    assert {tuple(one) for one in told} == {("page", "id", "format", "action", "reason")}
    assert {one["page"] for one in told} == {"a.md"}
    for form in ("tmx", "po"):
        assert {one["id"]: (one["action"], one["reason"]) for one in told if one["format"] == form} == {
            "abd60-102": ("merged", "duplicate"),
            "abd60-103": ("merged", "variant"),
            "abd60-104": ("dropped", "empty-source"),
            "abd60-105": ("dropped", "empty-target"),
            "abd60-106": ("dropped", "no-text"),
            "abd60-107": ("changed", "outer-white-space"),
        }


def test_identical_source_and_target_are_kept_by_default(run: Runner, tmp_path: Path) -> None:
    put(tmp_path / "docs", {"a.md": page(unit("Fern", "Fern"), "\n\n", unit("Bonjour", "Hello", "abd60-102"))})
    run("export", tmp_path / "docs", "-o", tmp_path / "kept")
    assert ("Fern", "Fern") in tmx_pairs(tmp_path / "kept" / "fr-FR.tmx")
    assert ("Fern", "Fern") in po_pairs(tmp_path / "kept" / "fr-FR.po")
    run("export", tmp_path / "docs", "-o", tmp_path / "left", "--drop-identical")
    assert tmx_pairs(tmp_path / "left" / "fr-FR.tmx") == [("Hello", "Bonjour")]
    assert po_pairs(tmp_path / "left" / "fr-FR.po") == [("Hello", "Bonjour")]


@pytest.mark.parametrize("space", [" ", "\t", "\n", "\u00a0", "\u3000", "\u2028", "\u0085"])
def test_export_trims_what_strip_strips(run: Runner, tmp_path: Path, space: str) -> None:
    put(tmp_path / "docs", {"a.md": page(unit(f"{space}Bon{space}jour{space}", f"Hello{space * 2}"))})
    run("export", tmp_path / "docs", "-o", tmp_path / "out", "--to", "tmx")
    assert tmx_pairs(tmp_path / "out" / "fr-FR.tmx") == [("Hello", f"Bon{space}jour")]
    assert {(one["action"], one["reason"]) for one in decisions(tmp_path / "out")} == {("changed", "outer-white-space")}
    assert report(tmp_path / "out")["files"][0]["changed"] == {"outer-white-space": 1}
    assert run("units", tmp_path / "docs").record["target"] == f"{space}Bon{space}jour{space}"


@pytest.mark.parametrize("character", ["\u200b", "\ufeff", "\u2060", "\u200f"])
def test_export_does_not_trim_what_strip_does_not(run: Runner, tmp_path: Path, character: str) -> None:
    put(tmp_path / "docs", {"a.md": page(unit(f"{character}Bonjour{character}", "Hello"))})
    run("export", tmp_path / "docs", "-o", tmp_path / "out")
    assert tmx_pairs(tmp_path / "out" / "fr-FR.tmx") == [("Hello", f"{character}Bonjour{character}")]
    assert po_pairs(tmp_path / "out" / "fr-FR.po") == [("Hello", f"{character}Bonjour{character}")]
    assert decisions(tmp_path / "out") == []


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_inside_a_segment_become_line_feeds_and_are_counted(run: Runner, tmp_path: Path, end: str) -> None:
    put(tmp_path / "docs", {"a.md": page(unit(f"Une{end}fougère", f"A{end}fern"))})
    run("export", tmp_path / "docs", "-o", tmp_path / "out")
    assert tmx_pairs(tmp_path / "out" / "fr-FR.tmx") == [("A\nfern", "Une\nfougère")]
    for file in report(tmp_path / "out")["files"]:
        assert file["changed"]["line-ends"] == 1
    assert [one["format"] for one in decisions(tmp_path / "out") if one["reason"] == "line-ends"] == ["tmx", "po"]
    assert run("units", tmp_path / "docs").record["target"] == f"Une{end}fougère"


def test_the_hand_off_dates_both_files(run: Runner, tmp_path: Path) -> None:
    put(
        tmp_path / "docs",
        {"a.md": HELLO, "b.md": page(unit("Salut", "Hi", "abd60-102"), handoff="12/31/2022")},
    )
    run("export", tmp_path / "docs", "-o", tmp_path / "out")
    dates = [one.attributes["creationdate"] for one in tmx_units(tmp_path / "out" / "fr-FR.tmx")]
    assert dates == ["20210304T000000Z", "20221231T000000Z"]
    header = polib.pofile(str(tmp_path / "out" / "fr-FR.po")).metadata
    assert header["PO-Revision-Date"] == header["POT-Creation-Date"] == "2022-12-31 00:00+0000"


def test_without_a_hand_off_tmx_has_no_date_and_po_begins_in_1970(run: Runner, tmp_path: Path) -> None:
    put(tmp_path / "docs", {"a.md": page(unit("Bonjour", "Hello"), handoff=None)})
    run("export", tmp_path / "docs", "-o", tmp_path / "out")
    assert "date" not in (tmp_path / "out" / "fr-FR.tmx").read_text(encoding="utf-8")
    header = polib.pofile(str(tmp_path / "out" / "fr-FR.po")).metadata
    assert header["PO-Revision-Date"] == header["POT-Creation-Date"] == "1970-01-01 00:00+0000"


def test_a_tuid_depends_on_locales_source_and_target_alone(run: Runner, tmp_path: Path) -> None:
    def tuid(name: str, text: str, *options: str) -> str:
        put(tmp_path / name, {f"{name}.md": text})
        out = tmp_path / f"{name}-out"
        run("export", tmp_path / name, "-o", out, *options)
        (path,) = out.glob("*.tmx")
        (one,) = tmx_units(path)
        return one.attributes["tuid"]

    first = tuid("a", HELLO)
    moved = page("Text.", "# " + unit(" Bonjour", "Hello", "fffff-201"), kind="MT", handoff=None)
    assert tuid("b", moved) == first
    others = [
        tuid("c", page(unit("Bonjour", "Hello!"))),
        tuid("d", page(unit("Bonjour !", "Hello"))),
        tuid("e", page(unit("Bonjour", "Hello"), locale="fr-CH")),
        tuid("f", HELLO, "--source-locale", "en-GB"),
        tuid("g", page(unit("onjour", "HelloB"))),
    ]
    assert len({first, *others}) == 1 + len(others)


def test_tuids_are_unique(run: Runner, corpora: Path, tmp_path: Path) -> None:
    run("export", corpora / "bilingual", "-o", tmp_path, "--variants", "all")
    tuids = [one.attributes["tuid"] for path in tmp_path.glob("*.tmx") for one in tmx_units(path)]
    assert len(tuids) == len(set(tuids)) > 500


def test_references_name_the_first_ten_pages_in_name_order(run: Runner, tmp_path: Path) -> None:
    put(tmp_path / "docs", {f"page {number:02}.md": HELLO for number in range(12, 0, -1)})
    run("export", tmp_path / "docs", "-o", tmp_path / "out")
    lines = (tmp_path / "out" / "fr-FR.po").read_text(encoding="utf-8").splitlines()
    wanted = " ".join(f"page%20{number:02}.md" for number in range(1, 11))
    assert [line for line in lines if line.startswith("#:")] == [f"#: {wanted}"]


def test_two_runs_give_the_same_bytes(corpora: Path, tmp_path: Path) -> None:
    """From another folder, with other hashes, with the PATHs in another order."""
    locales = ["fr-FR", "fr-CH", "ar-SA"]
    root = corpora / "bilingual"
    runs = [
        run_apart("export", *locales, "-o", tmp_path / "a", cwd=root, PYTHONHASHSEED="1"),
        run_apart("export", *(root / locale for locale in reversed(locales)), "-o", tmp_path / "b", PYTHONHASHSEED="2"),
    ]
    assert [ran.status for ran in runs] == [0, 0]
    assert files(tmp_path / "a") == files(tmp_path / "b")
    for name in files(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


# ---------------------------------------------------------------------------------------------------------------------
# rebuild

GAPS = "\ufeff---\r\ntitle: Ferns\r\nms.contentlocale: fr-FR\r\n---\r\n# {}\r\n\n- {}  {}\r\n\t![x](a.png)&nbsp;<b>\r\n"
BILINGUAL = GAPS.format(
    unit("Fougères", "Ferns", "abd60-101"),
    unit(" Une fougère\r\npousse.", "A fern\r\ngrows. ", "abd60-102"),
    unit("&amp; 蕨", "&lt;&#38;>", "abd60-103"),
)


@pytest.mark.parametrize(
    ("side", "texts"),
    [("source", ("Ferns", "A fern\r\ngrows. ", "&lt;&#38;>")), ("target", ("Fougères", " Une fougère\r\npousse.", "&amp; 蕨"))],
)
def test_rebuild_gives_one_side_byte_for_byte(tmp_path: Path, side: str, texts: tuple[str, ...]) -> None:
    put(tmp_path, {"a.md": BILINGUAL})
    ran = run_apart("rebuild", tmp_path / "a.md", "--side", side)
    assert ran == Ran(0, GAPS.format(*texts).encode(), "")
    assert run_apart("rebuild", "-", "--side", side, stdin=BILINGUAL.encode()) == ran


def test_rebuild_leaves_a_page_without_units_as_it_is(tmp_path: Path) -> None:
    text = "\ufeffNo unit.\r\nNo line end"
    put(tmp_path, {"a.md": text})
    assert run_apart("rebuild", tmp_path / "a.md", "--side", "source") == Ran(0, text.encode(), "")


def test_rebuild_leaves_a_broken_wrapper_as_it_stands(tmp_path: Path) -> None:
    broken = '<span data-ttu-id="abd60-102">Au revoir</span> Goodbye\r\n'
    put(tmp_path, {"a.md": f"{unit('Bonjour', 'Hello')}\r\n{broken}"})
    ran = run_apart("rebuild", tmp_path / "a.md", "--side", "target")
    assert (ran.status, ran.out) == (1, f"Bonjour\r\n{broken}".encode())
    (line,) = ran.error_lines
    assert line.startswith("a.md:2: ")


def test_rebuild_gives_the_pages_that_translators_published(run: Runner, corpora: Path) -> None:
    same = 0
    for path in sorted((corpora / "target").rglob("*.md")):
        name = path.relative_to(corpora / "target")
        same += run("rebuild", corpora / "bilingual" / name, "--side", "target").out == path.read_bytes()
    assert same == 10


# ---------------------------------------------------------------------------------------------------------------------
# verify

RESULT = ("page", "side", "verdict", "transformations", "line", "expected", "found")
COUNTS = ("identical", "equivalent", "different", "other_handoff", "missing")


@pytest.fixture
def live(corpora: Path, tmp_path: Path) -> Path:
    """The published French pages, to be changed."""
    return Path(shutil.copytree(corpora / "target" / "fr-FR", tmp_path / "live"))


@pytest.fixture
def sxs(corpora: Path) -> Path:
    """The bilingual French pages."""
    return corpora / "bilingual" / "fr-FR"


def test_verify_prints_one_object(run: Runner, corpora: Path, sxs: Path, live: Path) -> None:
    ran = run("verify", sxs, "--target", live, "--source", corpora / "source", "--json")
    found = ran.record
    assert tuple(found) == ("pages", *COUNTS, "results")
    assert (ran.status, ran.err, found["pages"], found["different"]) == (0, "", 7, 0)
    verdicts = Counter(one["verdict"] for one in found["results"])
    assert {name: found[name] for name in COUNTS} == {name: verdicts[name] for name in COUNTS}
    for one in found["results"]:
        assert tuple(one) == RESULT
        assert one["side"] in {"source", "target"}
        assert isinstance(one["transformations"], list)
        assert bool(one["transformations"]) == (one["verdict"] == "equivalent")
        assert (one["line"], one["expected"], one["found"]) == (None, None, None)
    by_page = {(one["page"], one["side"]): one for one in found["results"]}
    assert by_page["get-started/overview.md", "target"]["verdict"] == "identical"
    assert by_page["get-started/overview.md", "source"]["verdict"] in {"identical", "equivalent"}
    assert by_page["reference/settings.md", "target"]["transformations"] == ["quotes"]
    assert by_page["rendered/keep-readings.html", "target"]["verdict"] == "missing"


def test_verify_compares_only_the_sides_it_is_given(run: Runner, corpora: Path, sxs: Path, live: Path) -> None:
    for option, folder in (("--target", live), ("--source", corpora / "source")):
        results = run("verify", sxs, option, folder, "--json").record["results"]
        assert len(results) == 7
        assert {one["side"] for one in results} == {option[2:]}


@pytest.mark.parametrize(
    ("page_name", "old", "new"),
    [
        ("get-started/overview.md", "une station envoie", "une station envoyait"),
        ("get-started/overview.md", "(../reference/settings.md)", "(../reference/setting.md)"),
        ("get-started/first-station.md", "fern read --station", "fern read --stations"),
    ],
    ids=["word", "URL", "code"],
)
def test_a_change_in_a_real_page_is_always_different(
    run: Runner, sxs: Path, live: Path, page_name: str, old: str, new: str
) -> None:
    path = live / page_name
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    ran = run("verify", sxs, "--target", live, "--json")
    (one,) = [one for one in ran.record["results"] if one["verdict"] == "different"]
    assert (ran.status, ran.record["different"], one["page"], one["transformations"]) == (1, 1, page_name, [])
    assert old in one["found"]
    assert new in one["expected"]
    # The line is the rebuilt page's.
    rebuilt = run("rebuild", sxs / page_name, "--side", "target").out.decode()
    assert rebuilt.split("\n")[one["line"] - 1].rstrip("\r") == one["found"].rstrip("\r\n")


def test_a_twin_of_another_hand_off_is_not_compared(run: Runner, sxs: Path, live: Path) -> None:
    path = live / "get-started" / "overview.md"
    text = path.read_text(encoding="utf-8").replace(HASH, hashlib.sha1(b"other").hexdigest())
    path.write_text(text.replace("Fernhaven", "Farnhaven"), encoding="utf-8")
    ran = run("verify", sxs / "get-started", "--target", live / "get-started", "--json")
    verdicts = {one["page"]: one["verdict"] for one in ran.record["results"]}
    assert verdicts["overview.md"] == "other_handoff"
    assert (ran.status, ran.record["other_handoff"]) == (0, 1)


def test_a_missing_twin_does_not_fail(run: Runner, sxs: Path, tmp_path: Path) -> None:
    ran = run("verify", sxs, "--target", tmp_path, "--json")
    assert (ran.status, ran.record["pages"], ran.record["missing"]) == (0, 7, 7)


def test_verify_without_json_says_where_pages_differ(run: Runner, sxs: Path, live: Path) -> None:
    path = live / "get-started" / "overview.md"
    path.write_text(path.read_text(encoding="utf-8").replace("une station", "deux stations"), encoding="utf-8")
    ran = run("verify", sxs, "--target", live)
    assert (ran.status, ran.err) == (1, "")
    assert re.match(r"get-started/overview\.md:\d+: .*deux stations", ran.out.decode())


def test_only_verify_canonicalises(run: Runner, corpora: Path) -> None:
    """A page that verify calls equivalent is not the same bytes."""
    name = "reference/settings.md"
    ran = run("verify", corpora / "bilingual" / "fr-FR" / name, "--target", corpora / "target" / "fr-FR" / "reference")
    assert (ran.status, b"1 equivalent" in ran.out) == (0, True)
    rebuilt = run("rebuild", corpora / "bilingual" / "fr-FR" / name, "--side", "target")
    assert rebuilt.out != (corpora / "target" / "fr-FR" / name).read_bytes()


# ---------------------------------------------------------------------------------------------------------------------
# stats


def test_stats_counts_what_units_lists(run: Runner, corpora: Path) -> None:
    units = run("units", corpora / "bilingual").records
    ran = run("stats", corpora / "bilingual", "--json")
    found = ran.record
    assert (ran.status, found["pages"], found["units"], found["problems"]) == (0, 34, len(units), {})
    assert list(found["locales"]) == sorted({one["target_locale"] for one in units})
    for locale, counts in found["locales"].items():
        mine = [one for one in units if one["target_locale"] == locale]
        pairs = [(one["source"], one["target"]) for one in mine]
        assert counts == {
            "pages": len({one["page"] for one in mine}),
            "units": len(mine),
            "HT": sum(one["translation_type"] == "HT" for one in mine),
            "MT": sum(one["translation_type"] == "MT" for one in mine),
            "unknown": sum(one["translation_type"] is None for one in mine),
            "paragraphs": sum(one["kind"] == "paragraph" for one in mine),
            "duplicates": len(pairs) - len(set(pairs)),
            "identical": sum(source == target for source, target in pairs),
            "source_words": sum(len(source.split()) for source, _ in pairs),
            "target_words": sum(len(target.split()) for _, target in pairs),
            "source_characters": sum(len(source) for source, _ in pairs),
            "target_characters": sum(len(target) for _, target in pairs),
        }


def test_stats_counts_problems_by_rule(run: Runner, tmp_path: Path) -> None:
    put(tmp_path, {"a.md": '<span data-ttu-id="abd60-101">x</span>\n' + unit("x", "y"), "b.md": b"\0", "c.md": unit("x", "y")})
    ran = run("stats", tmp_path, "--json")
    assert (ran.status, sum(ran.record["problems"].values())) == (1, 4)
    assert ran.record["problems"]["unreadable-page"] == 1
    assert ran.record["problems"]["no-locale"] == 2
