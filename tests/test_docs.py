"""The documentation is true: its code runs and prints what is shown, its pictures are what is seen, its messages exist."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml
from blocks import ROOT, Block, Reader, blocks_of, copy_clone, copy_repositories
from clients import need_program

DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "corpora" / "README.md"]
#: Programs that blocks call, and the Debian package of each.
PROGRAMS = {"git": "git", "msgmerge": "gettext", "omegat": "omegat", "po4a": "po4a"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a clone's pages and clones of localized repositories; copied for each page."""
    folder = copy_clone(tmp_path_factory.mktemp("prepared"))
    copy_repositories(folder)
    return folder


def missing(block: Block) -> list[str]:
    """Programs that a block calls and this machine has not."""
    called = [program for program in PROGRAMS if block.is_run and re.search(rf"\b{program}\b", block.text)]
    return [program for program in called if block.language != "python" and shutil.which(program) is None]


@pytest.mark.parametrize("page", [page for page in PAGES if any(block.is_run for block in blocks_of(page))], ids=name)
def test_blocks_run_and_print_what_they_show(page: Path, prepared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "clone"
    shutil.copytree(prepared, folder, symlinks=True)
    reader = Reader(folder)
    for block in blocks_of(page):
        for program in missing(block):
            need_program(program, PROGRAMS[program])
        reader.follow(block)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_block_says_its_language_and_data_are_sound(page: Path) -> None:
    for block in blocks_of(page):
        where = f"{name(page)}:{block.line}"
        known = {"console", "html", "ini", "json", "md", "po", "python", "sh", "text", "toml", "xml", "yaml"}
        assert block.language in known, f"{where}: the block's language is {block.language!r}"
        if block.title.startswith("Not run"):
            assert re.fullmatch(r"Not run here: .{10,}", block.title), f"{where}: say why"
        if block.language == "yaml":
            assert yaml.safe_load(block.text)
        elif block.language == "toml":
            assert tomllib.loads(block.text)
        elif block.language == "json":
            try:
                assert json.loads(block.text)
            except json.JSONDecodeError:
                assert [json.loads(line) for line in block.text.splitlines()]
