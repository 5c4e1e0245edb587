"""The folder ``.align-tm`` in OUT: its lock, work that is being done, and what the next run needs to know.

A commit is written down before it begins: the next run ends one that was killed in the middle. Until that is written
down, a killed run has changed nothing.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path, PurePosixPath
from types import TracebackType

from align.errors import OutputError
from align.lock import Lock
from align.output import Staging, output_error

__all__ = ["STATE", "Journalled", "Workspace"]

_FOLDER = ".align-tm"
#: Where, below OUT, the record of the last complete run stands.
STATE = f"{_FOLDER}/state"
_WORK = "work-"
# Bytes of a file's name that common file systems allow.
_LONGEST = 255
_IGNORED = "# Nothing here is for version control.\n*\n"


class Journalled(Staging):
    """A staging that writes its renames down first."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace.out)
        self._workspace = workspace
        self.removed: list[str] = []
        """Files below OUT that go when the others appear."""

    def _temporary(self, path: Path, number: int) -> Path:  # noqa: ARG002 - all are in one folder
        return self._workspace.scratch / f"staged-{number}"

    def stamps(self) -> dict[str, tuple[int, int]]:
        """Size and time (ns) of every file staged so far, by its name below OUT; nothing more can be written to them."""
        for stream in self._streams:
            stream.close()
        self._streams.clear()
        found = {path.relative_to(self.folder).as_posix(): old.stat() for path, old in self._staged.items()}
        return {name: (one.st_size, one.st_mtime_ns) for name, one in found.items()}

    def _commit(self) -> None:
        for stream in self._streams:
            stream.close()
        self._flush()
        renames = [
            (temporary.relative_to(self._workspace.folder).as_posix(), path.relative_to(self.folder).as_posix())
            for path, temporary in self._staged.items()
        ]
        self._workspace.commit({"renames": renames, "removed": self.removed})


class Workspace:
    """OUT while a run writes to it. Entering it waits for nobody: two runs at once would be a mistake.

    Raises
    ------
    OutputError
        Another run holds OUT, or it cannot be written.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out / _FOLDER
        # A name of its own: what a killed run's workers still write must not come among this one's files.
        self.scratch = self.folder / f"{_WORK}{os.getpid()}"
        self.state = out / STATE
        self.lock = Lock(self.folder / "lock")
        self._journal = self.folder / "commit.json"
        self._made: list[Path] = []

    def __enter__(self) -> Workspace:
        try:
            self._make(self.folder)
            if not self.lock.acquire():
                raise OutputError("is being written by another run", path=self.out, cure="wait for it, or give another OUT")
            self._begin()
        except (FileExistsError, NotADirectoryError) as error:
            self._leave()
            raise OutputError("is a file, not a folder", path=self.out, cure="give another OUT") from error
        except OSError as error:
            self._leave()
            raise output_error(self.out, error) from error
        return self

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            if folder.parent != folder:
                self._make(folder.parent)
            folder.mkdir(exist_ok=True)
            self._made.append(folder)

    def _begin(self) -> None:
        if any(path.is_symlink() for path in (self.folder, self.state, *self.folder.glob(_WORK + "*"))):
            raise OutputError("holds a symbolic link", path=self.folder, cure="remove it")
        self._finish()
        for left in self.folder.glob(_WORK + "*"):
            shutil.rmtree(left, ignore_errors=True)
        self.scratch.mkdir(exist_ok=True)
        ignored = self.folder / ".gitignore"
        if not ignored.exists():
            ignored.write_text(_IGNORED, "utf-8")

    def staging(self) -> Journalled:
        """Files that appear together in OUT."""
        return Journalled(self)

    def commit(self, journal: dict[str, list[tuple[str, str]] | list[str]]) -> None:
        """Put files in place that are flushed already; once begun, it is done, if need be by the next run."""
        temporary = self.scratch / "commit.json"
        with temporary.open("w", encoding="utf-8") as stream:
            json.dump(journal, stream)
            stream.flush()
            os.fsync(stream.fileno())
        interrupt: KeyboardInterrupt | None = None
        done = False
        while not done:
            try:
                if temporary.exists():
                    temporary.replace(self._journal)
                self._finish()
                done = True
            except KeyboardInterrupt as error:
                interrupt = error
        if interrupt is not None:
            raise interrupt

    def _finish(self) -> None:
        """Do what the journal says, or the rest of it."""
        try:
            journal = json.loads(self._journal.read_text("utf-8"))
            renames = [(str(old), str(new)) for old, new in journal["renames"]]
            removed = [str(name) for name in journal["removed"]]
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError, RecursionError):  # not one of ours
            self._journal.unlink()
            return
        for old, new in renames:
            source, target = _below(self.folder, old), _below(self.out, new)
            if source is not None and target is not None and source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                source.replace(target)
        for name in removed:
            gone = _below(self.out, name)
            if gone is not None and gone.parent.resolve().is_relative_to(self.out.resolve()):
                with suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):  # not as we left it
                    gone.unlink()
        self._journal.unlink()

    def _leave(self) -> None:
        if not self.lock.held:
            return
        if not self._journal.exists():  # else the next run ends this commit, and needs what is there
            shutil.rmtree(self.scratch, ignore_errors=True)
        if not self.state.exists() and not self._journal.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            for folder in reversed(self._made):
                with suppress(OSError):
                    folder.rmdir()  # fails, as it should, where something stands in it
        self.lock.release()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._leave()


def _below(folder: Path, name: str) -> Path | None:
    """The path of a name below a folder; None when it would lead out of it, or is none."""
    parts = PurePosixPath(name).parts
    leads_out = not parts or name.startswith("/") or ".." in parts or (os.sep != "/" and (os.sep in name or ":" in name))
    return None if leads_out or not _is_name(name) else folder.joinpath(*parts)


def _is_name(name: str) -> bool:
    """Whether a file can be called so."""
    try:
        return b"\0" not in os.fsencode(name) and all(len(os.fsencode(part)) <= _LONGEST for part in name.split("/"))
    except UnicodeEncodeError:
        return False
