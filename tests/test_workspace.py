"""One writer at a time, and the folder in OUT in which it works."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from align.errors import OutputError
from align.export.workspace import Workspace
from align.lock import Lock

POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks, and removes files that are open")


def test_a_lock_has_one_holder_and_another_after_it(tmp_path: Path) -> None:
    one, other = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert one.acquire()
    assert (one.held, other.acquire(), other.held) == (True, False, False)
    one.release()
    assert (one.held, other.acquire(), one.acquire()) == (False, True, False)
    other.release()
    other.release()  # a second time changes nothing
    assert one.acquire()
    one.release()


@POSIX
def test_a_lock_may_be_read_by_all_and_written_by_its_owner(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        lock = Lock(tmp_path / "lock")
        assert lock.acquire()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "lock").stat().st_mode) == 0o644
    lock.release()


@POSIX
def test_a_forked_process_holds_nothing(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    assert lock.acquire()
    child = os.fork()
    if child == 0:
        os._exit(lock.held)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert lock.held
    lock.release()


@POSIX
def test_a_lock_whose_file_is_removed_before_it_is_had_is_taken_anew(tmp_path: Path) -> None:
    """The holder before removes the folder when nothing is left in it; a lock on a file that is gone keeps nobody out."""
    path, waiting = tmp_path / "lock", [1]

    def remove(event: str, _: tuple[Any, ...]) -> None:
        if event == "fcntl.flock" and waiting:
            waiting.pop()
            path.unlink()

    sys.addaudithook(remove)  # for good, but it does this once
    lock = Lock(path)
    assert lock.acquire()
    assert not waiting
    assert not Lock(path).acquire()
    lock.release()


@pytest.mark.parametrize("name", ["", "state", "work-1"])
def test_a_link_where_runs_work_is_refused(tmp_path: Path, name: str) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    (elsewhere / "state").mkdir(parents=True)
    (elsewhere / "precious").write_text("mine", "utf-8")
    link = out / ".align-tm" / name if name else out / ".align-tm"
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(OutputError) as caught, Workspace(out):
        pass
    assert str(caught.value) == f"{out / '.align-tm'}: holds a symbolic link; remove it"
    assert (elsewhere / "precious").read_text("utf-8") == "mine"


def test_what_a_killed_run_left_is_removed_and_git_looks_at_nothing(tmp_path: Path) -> None:
    folder = tmp_path / ".align-tm"
    for name in ("work-1", f"work-{os.getpid()}"):
        (folder / name / "deep").mkdir(parents=True)
        (folder / name / "deep" / "staged-0").write_text("half", "utf-8")
    with Workspace(tmp_path) as workspace:
        assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "lock", f"work-{os.getpid()}"]
        assert list(workspace.scratch.iterdir()) == []
        assert (folder / ".gitignore").read_text("utf-8").splitlines()[-1] == "*"
    assert list(tmp_path.iterdir()) == []


def refused(out: Path) -> str:
    with pytest.raises(OutputError) as caught, Workspace(out):
        pass
    return str(caught.value)


def test_what_cannot_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    for out in (tmp_path / "file", tmp_path / "file" / "out"):
        assert refused(out) == f"{out}: is a file, not a folder; give another OUT"
    with Workspace(tmp_path / "out"):
        written = f"{tmp_path / 'out'}: is being written by another run; wait for it, or give another OUT"
        assert refused(tmp_path / "out") == written
    long = tmp_path / ("n" * 300)
    cure = "shorten it, or leave out the page that it is named after"
    assert refused(long) == f"{long / '.align-tm'}: its name is too long for the file system; {cure}"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_commit_that_was_begun_is_ended_by_who_comes_next(tmp_path: Path) -> None:
    """Also where folders are missing, and where what is to go is not what it was."""
    journal = {"renames": [["work-1/staged-0", "deep/er/new"], ["work-1/staged-1", "old"]], "removed": ["file/gone", "folder"]}
    work = tmp_path / ".align-tm" / "work-1"
    work.mkdir(parents=True)
    (work / "staged-0").write_text("new", "utf-8")  # the second is in place already
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / ".align-tm" / "commit.json").write_text(json.dumps(journal), "utf-8")
    with Workspace(tmp_path):
        pass
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {"deep", "deep/er", "deep/er/new", "file", "folder"}
    assert (tmp_path / "deep" / "er" / "new").read_text("utf-8") == "new"
