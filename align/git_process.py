"""Talk to git: run one command, or keep one process that gives objects (``git cat-file --batch``).

Only plumbing commands are run, on a repository named by ``--git-dir``, so that neither the environment nor a folder above
leads to another one. Nothing is fetched while pages are read: a repository's configuration cannot start a transport.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import IO, TYPE_CHECKING, cast

from align.errors import OptionError, RepositoryError

if TYPE_CHECKING:
    import subprocess

__all__ = ["Blobs", "environment", "run_git", "said"]

# Variables that point git to another repository (git rev-parse --local-env-vars, without those of configuration).
_ELSEWHERE = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
_OBJECT = re.compile(rb"[0-9a-f]{40,64} (blob|tree|commit|tag) (\d+)\n")
# A symbolic link that leads nowhere within the tree: the path follows, in so many bytes.
_ASTRAY = re.compile(rb"(?:symlink|dangling|loop|notdir) (\d+)\n")
_PATIENCE = 5.0
"""Seconds that a git process has to end by itself when its input is closed."""


def environment(*, protocols: str = "none") -> dict[str, str]:
    """The environment for git: English messages, no prompt, no other repository, and only these protocols (``https:ssh``)."""
    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    return {**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": protocols}


def _not_installed(error: OSError) -> OptionError:
    return OptionError(
        f"git cannot be run: {error.strerror or error}", cure="install git and put it on PATH, or give a folder instead"
    )


def run_git(arguments: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    """Run a git command to its end, without input; its status is for the caller to look at.

    Raises
    ------
    OptionError
        git is not installed.
    """
    import subprocess  # here, and below: pages are read a hundred times where git is asked once

    try:
        return subprocess.run(
            ["git", *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment()
        )
    except OSError as error:
        raise _not_installed(error) from error


def said(stderr: bytes) -> str:
    """What git said last of what went wrong, as one line: its ``fatal:`` line where there is one."""
    lines = [line.strip() for line in stderr.decode("utf-8", "backslashreplace").splitlines() if line.strip()]
    weighty = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")] or lines
    return weighty[-1].rstrip(".") if weighty else "git ended without a word"


class _Batch:
    """One ``git cat-file --batch`` process."""

    def __init__(self, git_dir: str) -> None:
        import subprocess
        import tempfile

        self._messages: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        try:
            self._process = subprocess.Popen(
                ["git", "--git-dir", git_dir, "cat-file", "--batch", "--follow-symlinks"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._messages,
                env=environment(),
            )
        except OSError as error:
            self._messages.close()
            raise _not_installed(error) from error
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)

    def read(self, name: bytes) -> bytes | None:
        """The bytes of the blob of this name; None when there is none of it."""
        try:
            self._requests.write(name + b"\n")
            self._requests.flush()
        except OSError as error:  # git has gone
            raise self._ended() from error
        header = self._answers.readline()
        if header.endswith(b" missing\n"):
            return None
        found = _OBJECT.fullmatch(header)
        astray = _ASTRAY.fullmatch(header)
        if found is None and astray is None:
            raise self._ended()
        size = int(found[2] if found is not None else astray[1] if astray is not None else 0)
        data = self._answers.read(size + 1)
        if len(data) != size + 1:
            raise self._ended()
        return data[:-1] if found is not None and found[1] == b"blob" else None

    def _ended(self) -> RepositoryError:
        """The error of a process that has given up, with its last words."""
        self._stop()
        self._messages.seek(0)
        return RepositoryError(f"cannot be read: {said(self._messages.read())}", cure="look at it with git fsck")

    def _stop(self) -> None:
        import subprocess

        with suppress(OSError):  # what it was still to be told
            self._requests.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:  # a forked process may hold the other end of its input
            self._process.kill()
            self._process.wait()
        self._answers.close()

    def close(self) -> None:
        """End the process."""
        self._stop()
        self._messages.close()


class Blobs:
    """Reads blobs: one git process per repository, started when it is first needed, ended with the block.

    A process that was forked starts git processes of its own; those of its parent stay the parent's.
    """

    def __init__(self) -> None:
        self._open: dict[tuple[int, str], _Batch] = {}

    def __enter__(self) -> Blobs:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def read(self, git_dir: str, name: str) -> bytes | None:
        """The bytes of a blob, by its id or as ``COMMIT:PATH``; None when there is none, or it is no blob.

        Symbolic links in the PATH are followed within the tree.

        Raises
        ------
        OptionError
            git is not installed.
        RepositoryError
            The object is damaged, or git has ended.
        """
        key = (os.getpid(), git_dir)
        if "\n" in name:  # the batch takes one name a line
            return self._alone(git_dir, name)
        batch = self._open.get(key)
        if batch is None:
            batch = self._open[key] = _Batch(git_dir)
        try:
            return batch.read(os.fsencode(name))
        except RepositoryError:
            self._open.pop(key).close()
            raise

    @staticmethod
    def _alone(git_dir: str, name: str) -> bytes | None:
        ran = run_git(["--git-dir", git_dir, "cat-file", "blob", name])
        return ran.stdout if ran.returncode == 0 else None

    def close(self) -> None:
        """End the git processes that were started here."""
        for (owner, _), batch in self._open.items():
            if owner == os.getpid():
                batch.close()
        self._open.clear()
