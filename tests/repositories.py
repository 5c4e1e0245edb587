"""Git repositories that tests make."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

_SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Fern",
    "GIT_AUTHOR_EMAIL": "fern@example.org",
    "GIT_COMMITTER_NAME": "Fern",
    "GIT_COMMITTER_EMAIL": "fern@example.org",
}


def git(folder: Path, *arguments: str | bytes, stdin: bytes = b"", date: str = "2021-04-12T10:00:00Z") -> str:
    """Run git in a folder, at that time, and return what it prints."""
    settings = {**_SETTINGS, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    ran = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        check=True,
        env={**os.environ, **settings},
    )
    return ran.stdout.decode().strip()


def new_repository(folder: Path, branch: str = "live-sxs") -> Path:
    """An empty repository in a new folder."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", branch)
    return folder


def commit_all(folder: Path, *, date: str = "2021-04-12T10:00:00Z") -> str:
    """Commit everything that stands in the folder; returns the commit's id."""
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "--allow-empty", "-m", "pages", date=date)
    return git(folder, "rev-parse", "HEAD")


def commit_tree(folder: Path, tree: str, branch: str) -> str:
    """Commit a tree by its id, without a checkout, as a branch; returns the commit's id."""
    commit = git(folder, "commit-tree", tree, "-m", "pages")
    git(folder, "update-ref", f"refs/heads/{branch}", commit)
    return commit


def make_tree(folder: Path, *items: tuple[str, str, bytes]) -> str:
    """A tree of these modes, ids and names, whatever the names are; returns its id."""
    raw = b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(ident) for mode, ident, name in items)
    return git(folder, "hash-object", "-t", "tree", "--literally", "-w", "--stdin", stdin=raw)


def make_blob(folder: Path, text: str) -> str:
    """A blob of this text; returns its id."""
    return git(folder, "hash-object", "-w", "--stdin", stdin=text.encode())


def object_path(folder: Path, ident: str) -> Path:
    """The file of a loose object, made writable."""
    path = folder / ".git" / "objects" / ident[:2] / ident[2:]
    path.chmod(0o644)
    return path
