"""The documentation is true: its code runs and prints what is shown, its pictures are what is seen, its messages exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from blocks import ROOT, Block, Reader, blocks_of, copy_clone, copy_repositories, run
from clients import need_program

import align
from align.errors import OptionError

DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "corpora" / "README.md"]
#: Pages whose examples of files stand in what these commands write.
EXAMPLES = {
    "formats.md": (
        "align-tm export corpora/bilingual -o a -q",
        "align-tm export corpora/bilingual -o b -q --variants all",
        "align-tm export corpora/anomalies -o c -q --locale de-DE --fail-on never",
    ),
    "pivot.md": ("align-tm pivot corpora/bilingual/ar-SA corpora/bilingual/th-TH -o d -q",),
}
#: Programs that blocks call, and the Debian package of each.
PROGRAMS = {"git": "git", "msgmerge": "gettext", "omegat": "omegat", "po4a": "po4a"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a clone's pages and clones of localized repositories; copied for each page."""
    folder = copy_clone(tmp_path_factory.mktemp("prepared"), ["corpora"])
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
    followed = 0
    for block in blocks_of(page):
        for program in missing(block):
            need_program(program, PROGRAMS[program])
        followed += reader.follow(block)
    assert followed


def test_the_message_about_an_extra_is_the_one_that_is_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)  # what Python does when a module is not there
    with pytest.raises(OptionError) as caught:
        align.read(ROOT / "corpora/bilingual/fr-FR", progress=False).write(tmp_path / "fr-FR.xlsx")
    assert f"`{caught.value}`" in (DOCS / "faq.md").read_text("utf-8")


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


@pytest.mark.parametrize("page", EXAMPLES)
def test_examples_stand_in_the_files_of_an_export(page: str, prepared: Path, tmp_path: Path) -> None:
    (tmp_path / "corpora").symlink_to(prepared / "corpora")
    for command in EXAMPLES[page]:
        run(command, tmp_path)
    written = [path.read_text("utf-8") for path in tmp_path.glob("[a-d]/[!.]*.*")]
    blocks = [block for block in blocks_of(DOCS / page) if block.language in {"po", "xml", "json"} and block.title != "Made up"]
    assert len(blocks) > 1
    for block in blocks:
        pieces = block.text.splitlines() if block.language == "json" else [block.text.strip("\n")]
        lacking = [piece for piece in pieces if not any(piece in text for text in written)]
        assert lacking == [], f"{page}:{block.line}"


def test_the_workflow_runs(prepared: Path, tmp_path: Path) -> None:
    """The ``run`` steps of the example workflow, without the installation, on a sound folder and on a damaged one."""
    (workflow,) = [block for block in blocks_of(DOCS / "how-to" / "ci.md") if block.language == "yaml"]
    steps = yaml.safe_load(workflow.text)["jobs"]["pages"]["steps"]
    scripts = [step["run"] for step in steps if "align-tm " in step.get("run", "")]
    assert len(scripts) == 2
    pages = tmp_path / "docs.fr-fr"
    shutil.copytree(prepared / "corpora" / "bilingual" / "fr-FR", pages)
    for script in scripts:
        run(script, tmp_path)
    assert (tmp_path / "memory" / "fr-FR.tmx").is_file()
    shutil.copy(prepared / "corpora" / "anomalies" / "damaged-missing-source-closer.md", pages / "damaged.md")
    assert "::error file=docs.fr-fr/damaged.md,line=13" in run(scripts[0], tmp_path, status=1)


def test_messages_are_the_program_s() -> None:
    """What the FAQ quotes without running it (``what; cure``) is somewhere in the source."""
    source = "".join(path.read_text("utf-8") for path in sorted((ROOT / "align").rglob("*.py")))
    quoted = [word for word in re.findall(r"`([^`\n]+)`", (DOCS / "faq.md").read_text("utf-8")) if "; " in word]
    assert quoted
    for message in quoted:
        for part in message.split("; "):
            assert part.partition("[")[0] in source, part


def test_every_public_name_is_in_the_reference() -> None:
    pages = "".join(path.read_text("utf-8") for path in (DOCS / "reference").glob("*.md"))
    modules = set(re.findall(r"^::: (\S+)$", pages, re.MULTILINE))
    homes = {getattr(align, public).__module__ for public in align.__all__ if public != "__version__"}
    lacking = {home for home in homes if not any(f"{home}.".startswith(f"{module}.") for module in modules)}
    assert lacking == set()


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX is needed")
def test_pictures_of_the_terminal_are_what_is_seen(tmp_path: Path) -> None:
    """The committed pictures; ``python docs/pictures/make.py --terminal`` makes them again."""
    done = subprocess.run(
        [sys.executable, str(DOCS / "pictures" / "make.py"), "--terminal", "--into", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = {path.name: path.read_text("utf-8") for path in tmp_path.glob("*.svg")}
    assert made == {path.name: path.read_text("utf-8") for path in (DOCS / "pictures").glob("*.svg")}


def test_pictures_are_used_and_say_what_they_show() -> None:
    texts = [(path.parent, path.read_text("utf-8")) for path in [*DOCS.rglob("*.md"), ROOT / "README.md"]]
    used = set()
    for folder, text in texts:
        for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)#]+)", text):
            if "pictures/" in target:
                assert len(alt) > 20, target
                used.add((folder / target).resolve())
    pictures = {path.resolve() for path in (DOCS / "pictures").iterdir() if path.suffix in {".svg", ".png"}}
    assert used == pictures
