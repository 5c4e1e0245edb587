"""Code blocks of Markdown pages, and a folder to run them in.

A block of ``sh``, ``console`` or ``python`` is run unless its title begins with ``Not run``, which a reader sees too. A block
with the title ``Output`` is what the block above it printed.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import chdir, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from repositories import commit_all, git, new_repository

ROOT = Path(__file__).resolve().parent.parent
#: Clones of localized repositories, as the documentation calls them, and the locale of each in ``corpora``.
CLONES = {"docs.ar-sa": "ar-SA", "docs.de-de": "de-DE", "docs.fr-fr": "fr-FR", "docs.th-th": "th-TH"}


class Block(NamedTuple):
    """A code block."""

    language: str
    title: str
    text: str
    line: int

    @property
    def is_run(self) -> bool:
        """Whether it is code that is to be run."""
        return self.language in {"sh", "console", "python"} and not self.title.startswith("Not run")


def blocks_of(path: Path) -> list[Block]:
    """The code blocks of a page, in order; one without a language has an empty one."""
    found = []
    for token in MarkdownIt().parse(path.read_text("utf-8")):
        if token.type in {"fence", "code_block"}:
            language, _, rest = token.info.strip().partition(" ")
            title = re.search(r'title="([^"]*)"', rest)
            found.append(Block(language, title[1] if title else "", token.content, (token.map or [0])[0] + 1))
    return found


def run(script: str, folder: Path, *, status: int | None = 0, errors: bool = False) -> str:
    """What a script printed, run by bash with the command on its path; with ``errors`` standard error, too."""
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if errors else subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    assert status is None or done.returncode == status, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


#: What there is in a clone, as far as a reader of its pages looks.
CLONE = ("align", "corpora", "LICENSE", "README.md", "constraints.txt", "pyproject.toml")


def copy_clone(folder: Path, names: Iterable[str] = CLONE) -> Path:
    """Make the folder look like a clone of this repository."""
    for name in names:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    return folder


def copy_repositories(folder: Path) -> None:
    """Clones of localized repositories beside: the bilingual branch checked out, the target branch behind it."""
    for name, locale in CLONES.items():
        clone = new_repository(folder / name, "live")
        for side, branch in (("target", "live"), ("bilingual", "live-sxs")):
            git(clone, "checkout", "--quiet", "-B", branch)
            git(clone, "rm", "--quiet", "-r", "--ignore-unmatch", ".")
            shutil.copytree(folder / "corpora" / side / locale, clone, dirs_exist_ok=True)
            commit_all(clone)
            git(clone, "update-ref", f"refs/remotes/origin/{branch}", branch)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def _commands(block: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


class Reader:
    """Someone who reads a page from its beginning and does what it says, in one folder and one Python session."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._printed = ""

    def _python(self, code: str) -> str:
        printed = io.StringIO()
        with chdir(self._folder), redirect_stdout(printed):
            exec(compile(code, "block", "exec"), self._names)
        return printed.getvalue()

    def follow(self, block: Block) -> bool:
        """Run a block, or compare the output that it shows; False when there is nothing to do.

        Raises
        ------
        AssertionError
            A script ends with another status than 0, or prints something else than is shown.
        """
        if block.title == "Output":
            assert _lines(self._printed) == _lines(block.text), f"line {block.line}\n{self._printed}"
        elif not block.is_run:
            return False
        elif block.language == "python":
            self._printed = self._python(block.text)
        elif block.language == "sh":
            self._printed = run(block.text, self._folder)
        else:
            for command, shown in _commands(block.text):
                printed = run(command, self._folder, status=None, errors=True)
                assert _lines(printed) == _lines(shown), f"line {block.line}: {command}\n{printed}"
        return True
