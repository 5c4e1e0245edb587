"""The corpora: reproducible, complete, and true to their own rules."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CORPORA = Path(__file__).resolve().parents[1] / "corpora"
BILINGUAL = sorted(path for path in (CORPORA / "bilingual").rglob("*") if path.is_file())
MARKDOWN = [path for path in BILINGUAL if path.suffix == ".md"]
TWINS = sorted((CORPORA / "target").rglob("*.md"))
ANOMALIES = sorted((CORPORA / "anomalies").glob("*.md"))
FLAGS = {
    "no-text",
    "empty-source",
    "identical",
    "damaged-character",
    "conflict-marker",
    "seg-leak",
    "front-matter",
    "repaired-quotes",
    "in-fence",
    "in-comment",
}
MARKER = b"data-ttu-id="
TEXTS = {"name", "repository", "branch", "target_branch", "locale"}
NUMBERS = {"pages", "units", "paragraphs"}
HASH = re.compile(r"^ms\.openlocfilehash: ([0-9a-f]{40})\r?$", re.M)


def name(path: Path) -> str:
    """Name a page in the test's id."""
    return path.relative_to(CORPORA).as_posix()


def run_build(corpora: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the build script of a corpora folder."""
    command = [sys.executable, str(corpora / "build.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def page_hash(path: Path) -> str | None:
    """Read `ms.openlocfilehash` from the page's text."""
    match = HASH.search(path.read_bytes().decode())
    return match[1] if match else None


def test_the_build_is_reproducible() -> None:
    result = run_build(CORPORA, "--check")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the folder that a test may change."""
    return Path(shutil.copytree(CORPORA, tmp_path / "corpora"))


def test_check_names_each_file_that_differs_and_a_build_mends_it(copy: Path) -> None:
    changed, missing = copy / "bilingual/fr-FR/README.md", copy / "source/README.md"
    changed.write_bytes(changed.read_bytes() + b"\n")
    missing.unlink()
    (copy / "target/fr-FR/stray.md").write_bytes(b"")
    result = run_build(copy, "--check")
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "corpora/bilingual/fr-FR/README.md",
        "corpora/source/README.md",
        "corpora/target/fr-FR/stray.md",
    ]
    assert run_build(copy).returncode == 0
    assert run_build(copy, "--check").returncode == 0


def test_a_row_with_a_wrong_number_stops_the_build(copy: Path) -> None:
    table = copy / "recipes/tables/fr-FR/README.md.txt"
    table.write_text(table.read_text(encoding="utf-8").replace("\n103 ", "\n104 "), encoding="utf-8")
    result = run_build(copy, "--check")
    assert result.returncode != 0
    assert "row 104 for segment 103" in result.stderr


def test_the_counts_in_the_readme_are_those_of_the_trees() -> None:
    counts = run_build(CORPORA, "--counts").stdout
    assert counts in (CORPORA / "README.md").read_text(encoding="utf-8")
    units = sum(path.read_bytes().count(MARKER) for path in BILINGUAL)
    assert f"| all | {len(BILINGUAL)} | {units} | " in counts
    assert f" | {len(TWINS)} |\n" in counts


def test_there_are_enough_pages() -> None:
    locales = {path.relative_to(CORPORA / "bilingual").parts[0] for path in MARKDOWN}
    assert len(MARKDOWN) >= 24
    assert len(locales) == 8
    for locale in locales:
        assert sum(locale in path.parts for path in MARKDOWN) >= 3
    assert [sum(path.suffix == suffix for path in BILINGUAL) for suffix in (".html", ".xml")] == [3, 3]
    assert len(TWINS) >= 10


@pytest.mark.parametrize("path", [*BILINGUAL, *ANOMALIES], ids=name)
def test_every_page_has_wrappers(path: Path) -> None:
    assert path.read_bytes().count(MARKER) > 0


@pytest.mark.parametrize("path", BILINGUAL, ids=name)
def test_every_target_has_its_source(path: Path) -> None:
    text = path.read_bytes().decode()
    targets, sources = (re.findall(rf"data-{side}tu-id=[\"']([^\"']+)", text) for side in "ts")
    assert targets == sources
    assert all(re.fullmatch(r"[0-9a-f]{5}-p?\d{3,}", unit_id) for unit_id in targets)
    assert len({unit_id[:5] for unit_id in targets}) == 1


@pytest.mark.parametrize("path", MARKDOWN, ids=name)
def test_the_hash_is_that_of_the_english_page_with_crlf(path: Path) -> None:
    english = CORPORA.joinpath("source", *path.relative_to(CORPORA / "bilingual").parts[1:]).read_bytes()
    assert b"\r" not in english
    assert b"<a name" not in english
    if path.name == "README.md":
        assert page_hash(path) is None
    else:
        assert page_hash(path) == hashlib.sha1(english.replace(b"\n", b"\r\n"), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("path", TWINS, ids=name)
def test_a_target_page_has_no_wrapper_and_the_hash_of_its_bilingual_page(path: Path) -> None:
    bilingual = CORPORA / "bilingual" / path.relative_to(CORPORA / "target")
    assert MARKER not in path.read_bytes()
    assert page_hash(path) == page_hash(bilingual) is not None


@pytest.mark.parametrize("path", ANOMALIES, ids=name)
def test_expected_units_and_problems_account_for_every_marker(path: Path) -> None:
    data = path.read_bytes()
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    assert set(expected) == {"note", "units", "problems"}
    assert expected["note"]
    assert len(expected["units"]) + len(expected["problems"]) == data.count(MARKER)
    for unit in expected["units"]:
        assert set(unit) == {"id", "source", "target", "flags"}
        assert set(unit["flags"]) <= FLAGS
        assert ("identical" in unit["flags"]) == (unit["source"] == unit["target"])
    lines = data.decode().split("\n")
    assert all("data-ttu-id=" in lines[problem["line"] - 1] for problem in expected["problems"])


def test_every_flag_has_a_page() -> None:
    pages = (json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8")) for path in ANOMALIES)
    assert {flag for page in pages for unit in page["units"] for flag in unit["flags"]} == FLAGS


def test_the_catalog_is_complete() -> None:
    entries = tomllib.loads((CORPORA / "catalog.toml").read_text(encoding="utf-8"))["corpus"]
    assert len(entries) == 30
    assert len({entry["name"] for entry in entries}) == len(entries)
    assert len({(entry["repository"], entry["branch"]) for entry in entries}) == len(entries)
    for entry in entries:
        assert set(entry) - {"note"} == TEXTS | NUMBERS
        assert all(isinstance(entry[key], str) for key in TEXTS | (set(entry) & {"note"}))
        assert all(isinstance(entry[key], int) for key in NUMBERS)
        assert re.fullmatch(r"[a-z0-9-]+", entry["name"])
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", entry["repository"])
        assert re.fullmatch(r"[a-z]{2}-[A-Z]{2}", entry["locale"])
        assert 0 < entry["pages"] <= entry["units"]
        assert 0 <= entry["paragraphs"] <= entry["units"]
