"""A night's work by the script in docs/examples: pull, export, commit; the diff shows what changed and no more."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from clients import command, page, put, unit

SCRIPT = Path(__file__).resolve().parents[1] / "docs" / "examples" / "nightly.sh"
PAGES = {
    "index.md": page(unit("Les fougères poussent.", "Ferns grow."), unit("Fin.", "End.", "abd60-102")),
    "guide/a.md": page(unit("Ouvrez la porte.", "Open the door."), unit("Fin.", "End.", "abd60-102")),
    "guide/b.md": page(unit("Fermez la porte.", "Close the door.")),
}

pytestmark = pytest.mark.skipif(not (shutil.which("git") and shutil.which("sh")), reason="git or sh is not installed")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=True, env=environment())
    return done.stdout


def environment() -> dict[str, str]:
    """A git that knows of no other configuration, and the command under test first on the path."""
    who = {f"GIT_{role}_{what}": "nightly@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = os.pathsep.join([str(Path(command()[0]).parent), os.environ["PATH"]])
    return {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": path}


class Night:
    """A remote repository of pages, a clone of it, and a repository of memories."""

    def __init__(self, place: Path) -> None:
        self.remote, self.clone, self.memory = place / "remote", place / "clone", place / "memory"
        for folder in (self.remote, self.memory):
            folder.mkdir()
            git(folder, "init", "--quiet", "--initial-branch=main")
        self.publish(PAGES)
        git(place, "clone", "--quiet", str(self.remote), str(self.clone))

    def publish(self, pages: dict[str, str]) -> None:
        """Somebody changes pages."""
        put(self.remote, dict(pages))
        git(self.remote, "add", "--all")
        git(self.remote, "commit", "--quiet", "--message=pages")

    def work(self, *options: str) -> int:
        """Run the script; returns how many commits there are."""
        arguments = [str(SCRIPT), str(self.clone), str(self.memory), *options]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False, env=environment(), timeout=60)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert git(self.memory, "status", "--porcelain") == ""
        return int(git(self.memory, "rev-list", "--count", "HEAD"))

    def changed(self) -> dict[str, tuple[int, int]]:
        """Lines added and removed by the last commit, by file."""
        lines = [line.split("\t") for line in git(self.memory, "show", "--numstat", "--format=").splitlines()]
        return {name: (int(added), int(removed)) for added, removed, name in lines}


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path)


def test_nothing_changed_makes_no_commit(night: Night) -> None:
    assert night.work() == 1
    assert sorted(night.changed()) == ["decisions.jsonl", "fr-FR.po", "fr-FR.tmx", "problems.jsonl", "report.json"]
    assert night.work() == 1
    assert night.work("--force") == 1


def test_one_page_changed_shows_its_units_only(night: Night) -> None:
    night.work()
    night.publish({"guide/b.md": page(unit("Fermez bien la porte.", "Close the door."))})
    assert night.work() == 2
    assert sorted(night.changed()) == ["fr-FR.po", "fr-FR.tmx"]
    diff = git(night.memory, "show", "--format=", "--unified=0", "fr-FR.po")
    told = [line for line in diff.splitlines() if line[0] in "+-" and line[:3] not in ("+++", "---")]
    assert told == ['-msgstr "Fermez la porte."', '+msgstr "Fermez bien la porte."']
    tmx = git(night.memory, "show", "--format=", "--unified=0", "fr-FR.tmx")
    segments = [line for line in tmx.splitlines() if line[0] in "+-" and "<seg>" in line]
    assert [("Fermez" in line, line[0]) for line in segments] == [(True, "-"), (True, "+")]


def test_a_page_that_is_gone_takes_its_units_along(night: Night) -> None:
    night.work("--per-page")
    (night.remote / "guide" / "b.md").unlink()
    night.publish({})
    assert night.work("--per-page") == 2
    changed = night.changed()
    assert sorted(changed) == ["fr-FR.tmx", "po/guide/b.md.po", "report.json"]
    assert changed["fr-FR.tmx"][0] == 0
    assert changed["po/guide/b.md.po"][0] == 0
