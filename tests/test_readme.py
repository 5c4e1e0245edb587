"""Every block of the README is run: it shows what is true, or the build fails."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from blocks import ROOT, blocks_of, copy_clone, run

import align

BLOCKS = blocks_of(ROOT / "README.md")
EMPTY_PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: fr_FR\\n"\n'


def blocks(language: str, holding: str = "") -> list[str]:
    found = [block.text for block in BLOCKS if block.language == language and holding in block.text]
    assert found, f"the README has no {language} block with {holding!r}"
    return found


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder that looks like a clone."""
    return copy_clone(tmp_path)


def test_the_page_is_one_unit() -> None:
    (snippet,) = blocks("html")
    page = align.parse_page(snippet)
    assert [(unit.source, unit.target) for unit in page.units] == [("Create an alert", "Créer une alerte")]


def test_the_output_shown_is_the_output(clone: Path) -> None:
    for block in blocks("console"):
        command, _, shown = block.removeprefix("$ ").partition("\n")
        printed = run(command, clone)
        assert [line.rstrip() for line in printed.splitlines()] == [line.rstrip() for line in shown.splitlines()]


def test_the_first_command_makes_a_memory_on_a_fresh_machine(clone: Path) -> None:
    (command,) = blocks("sh", "align-tm export corpora/bilingual -o memory &&")
    printed = run(command, clone)
    assert "34 pages, 590 units, 0 problems" in printed
    assert '<tuv xml:lang="fr-FR"><seg>' in printed
    assert (clone / "memory" / "fr-FR.tmx").is_file()


def test_the_second_command_is_what_ci_runs() -> None:
    (command,) = blocks("sh", "-m pytest")
    found = subprocess.run(
        ["bash", "-c", "sed -n '/^```sh$/,/^```$/p' README.md | grep -- '-m pytest'"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == command
    assert "sed -n '/^```sh$/,/^```$/p' README.md | grep -- '-m pytest'" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_script_blocks_run(clone: Path) -> None:
    for block in blocks("sh", "--mt split"):
        run(block, clone)
    for block in blocks("sh", "stats.json"):
        run(block, clone)
    assert (clone / "memory" / "mt" / "fr-FR.ht.tmx").is_file()
    assert json.loads((clone / "stats.json").read_text("utf-8"))["units"] == 590
    assert json.loads((clone / "verify.json").read_text("utf-8"))["different"] == 0
    assert "data-ttu-id" not in (clone / "README.fr.md").read_text("utf-8")


def test_conversions_run(clone: Path) -> None:
    for block in blocks("sh", "align-tm convert"):
        run(block, clone)
    counts = {len((clone / "memory" / f"corpus.{locale}").read_text("utf-8").splitlines()) for locale in ("en-US", "fr-FR")}
    assert counts == {96}
    assert len((clone / "memory" / "fr-FR.tsv").read_text("utf-8").splitlines()) == 97


def test_locales_are_joined(clone: Path) -> None:
    for block in blocks("sh", "align-tm pivot"):
        run(block, clone)
    assert (clone / "memory" / "pivot" / "ar-SA.th-TH.tmx").is_file()
    assert len((clone / "memory" / "th-TH.tsv").read_text("utf-8").splitlines()) == 38


def test_the_compendium_translates(clone: Path) -> None:
    if shutil.which("msgmerge") is None:
        pytest.skip("msgmerge (gettext) is not installed")
    run("align-tm export corpora/bilingual/fr-FR -o memory --quiet", clone)
    (clone / "empty.po").write_text(EMPTY_PO, "utf-8")
    (clone / "new.po").write_text(EMPTY_PO + '\nmsgid "Create an alert"\nmsgstr ""\n', "utf-8")
    for block in blocks("sh", "msgmerge"):
        run(block, clone)
    assert 'msgstr "Créer une alerte"' in (clone / "new.fr.po").read_text("utf-8")


def test_the_decision_shown_was_made(clone: Path) -> None:
    run("align-tm export corpora/bilingual -o memory --quiet", clone)
    lines = (clone / "memory" / "decisions.jsonl").read_text("utf-8").splitlines()
    for block in blocks("json"):
        assert block.strip() in lines


def test_python_blocks_run(clone: Path) -> None:
    for block in blocks("python"):
        done = subprocess.run(
            [sys.executable, "-c", block],
            cwd=clone,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        assert done.returncode == 0, done.stderr
        assert "590 units in 16 files" in done.stdout


def test_every_block_is_run() -> None:
    known = {"html", "console", "sh", "json", "python"}
    assert {block.language for block in BLOCKS} <= known
    run_here = ("align-tm export corpora/bilingual -o memory &&", "-m pytest", "memory --quiet", "msgmerge", "align-tm convert")
    assert all(any(mark in block.text for mark in run_here) for block in BLOCKS if block.language == "sh")
    assert not any(block.title for block in BLOCKS)


def test_links_and_pictures_are_there() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    named = re.findall(r"\]\(([^)#:]+)\)|(?:src|srcset)=\"([^\"]+)\"", text)
    paths = sorted({link or picture for link, picture in named})
    assert "docs/pictures/show.svg" in paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
