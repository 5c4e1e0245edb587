"""However a run ends, OUT holds files that are whole, old or new, and the next run ends with all of them new."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clients import page, put, run_apart, unit
from exports import PLANS, export, files_of, put_settled

from align.cli import main
from align.corpus import Folder

POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
OLD = {f"{name}.md": page(unit(f"Un {name}.", f"One {name}."), unit("Deux.", "Two.")) for name in "abcd"}
NEW = {
    **{name: text for name, text in OLD.items() if name != "b.md"},
    "a.md": page(unit("Uno.", "One a.")),
    "e/e.md": page(unit("Fünf.", "Five."), locale="de-DE"),
}
OPTIONS = {"defaults": [], "per page": ["--per-page"]}
#: What the system is asked to do with a file or folder (docs.python.org, "Audit events table").
EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}


def in_child(arguments: list[str], out: Path, number: int, sent: signal.Signals) -> int:
    """Run the command in a forked process that sends itself a signal before the n-th thing it does below OUT.

    Returns its status, negative when a signal ended it.
    """
    child = os.fork()
    if child == 0:  # never returns
        counted = 0

        def count(event: str, given: tuple[Any, ...]) -> None:
            nonlocal counted
            if event in EVENTS and str(out) in str(given[0]):
                counted += 1
                if counted == number:
                    os.kill(os.getpid(), sent)

        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            sys.addaudithook(count)
            main(arguments)
        except SystemExit as left:
            os._exit(left.code if isinstance(left.code, int) else 99)
        finally:
            os._exit(98)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Case:
    """Pages exported once, then changed, and what the next export must write."""

    def __init__(self, place: Path, way: str) -> None:
        self.place, self.way = place, way
        self.pages, self.before, self.out = place / "in", place / "before", place / "out"
        put_settled(self.pages, OLD)
        self.old = export(self.pages, self.before, PLANS[way]).files
        for path in self.pages.rglob("*.md"):
            path.unlink()
        put_settled(self.pages, NEW)
        self.new = export(self.pages, place / "fresh", PLANS[way]).files
        assert self.old.keys() - self.new.keys() or way == "defaults"
        self.names = self.old.keys() | self.new.keys()

    def begin(self) -> None:
        """OUT as the old pages left it."""
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.copytree(self.before, self.out)

    def run(self, number: int, sent: signal.Signals, *options: str) -> int:
        arguments = ["export", str(self.pages), "-o", str(self.out), "-q", *OPTIONS[self.way], *options]
        return in_child(arguments, self.out, number, sent)

    def check_whole(self) -> None:
        """Each file is the old one or the new one, and there are no others."""
        found = files_of(self.out)
        assert found.keys() <= self.names
        for name in self.names:
            assert found.get(name) in (self.old.get(name), self.new.get(name)), name

    def check_next(self) -> None:
        """The next run finishes the job, and leaves nothing of the one before."""
        assert export(self.pages, self.out, PLANS[self.way]).files == self.new
        assert sorted(path.name for path in (self.out / ".align-tm").iterdir()) == [".gitignore", "lock", "state"]


@pytest.fixture(params=OPTIONS)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    yield Case(tmp_path, request.param)
    gc.collect()


@POSIX
def test_killed_before_anything_it_does(case: Case) -> None:
    number = seen = 0
    met = set[tuple[bool, bool]]()
    while True:
        number += 1 if case.way == "defaults" else 2
        case.begin()
        status = case.run(number, signal.SIGKILL)
        if status == 0:
            break
        assert status == -signal.SIGKILL
        seen += 1
        case.check_whole()
        found = files_of(case.out)
        met.add((found == case.old, found == case.new))
        case.check_next()
    assert seen > 20
    # It was killed before, in the middle of, and after putting the files in place.
    assert met == {(True, False), (False, False), (False, True)}


@POSIX
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_at_any_point_there_is_no_mixture(case: Case, sent: signal.Signals) -> None:
    number, ended = 0, 0
    met = set[bool]()
    while True:
        number += 4
        case.begin()
        status = case.run(number, sent)
        found = files_of(case.out)
        assert found in (case.old, case.new)
        if status == 0 and found == case.new:
            break
        assert status == {signal.SIGINT: 130, signal.SIGTERM: 143}[sent]
        met.add(found == case.new)
        ended += 1
        case.check_next()
    assert ended > 5
    # Also in the middle of putting the files in place, which is ended first: the status tells that it was interrupted.
    assert met == {False, True}


@POSIX
def test_killed_twice(tmp_path: Path) -> None:
    """The run that ends what another had begun may be killed, too."""
    case = Case(tmp_path, "per page")
    for first in range(25, 60, 10):
        for second in range(1, 30, 9):
            case.begin()
            if case.run(first, signal.SIGKILL) == 0:
                break
            case.run(second, signal.SIGKILL)
            case.check_whole()
            case.check_next()


@POSIX
def test_killed_with_several_processes_and_little_memory(tmp_path: Path) -> None:
    case = Case(tmp_path, "per page")
    for number in range(3, 60, 12):
        case.begin()
        case.run(number, signal.SIGKILL, "--jobs", "2", "--memory", "2K")
        case.check_whole()
        case.check_next()


# ---------------------------------------------------------------------------------------------------------------------
# File systems


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 64 KB."""
    place = tmp_path / "small"
    place.mkdir()
    try:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", place], capture_output=True, check=False)
    except OSError as error:
        pytest.skip(f"mount: {error.strerror}")
    if mounted.returncode:
        pytest.skip(f"mounting is not allowed: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def remount(place: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", place], check=True)


@pytest.mark.parametrize("options", [(), ("--jobs", "2", "--memory", "20K")], ids=["one", "two"])
def test_a_file_system_without_room(tmp_path: Path, small: Path, options: tuple[str, ...]) -> None:
    put_settled(tmp_path / "in", OLD)
    old = export(tmp_path / "in", small / "out").files
    long = {
        f"{n}.md": page(*[unit(f"Zahl {n} {k}.", f"Number {n} {k}.", f"abd60-{k}") for k in range(101, 251)]) for n in range(8)
    }
    put_settled(tmp_path / "in", long)
    failed = 0
    for size in range(128, 3_000, 256):
        remount(small, f"size={size}k")
        ran = run_apart("export", tmp_path / "in", "-o", small / "out", "-q", *options)
        if ran.status == 0:
            break
        failed += 1
        assert ran.status == 2
        (line,) = ran.error_lines
        assert line.startswith(f"align-tm: {small}")
        assert "No space left on device" in line
        assert files_of(small / "out") == old
        assert not list(small.glob("out/.align-tm/work-*"))
    assert failed > 1
    assert files_of(small / "out") == export(tmp_path / "in", tmp_path / "out").files


def test_a_folder_that_is_read_only(tmp_path: Path, small: Path) -> None:
    put_settled(tmp_path / "in", OLD)
    old = export(tmp_path / "in", small / "out").files
    remount(small, "ro")
    for options in ((), ("--force",)):
        ran = run_apart("export", tmp_path / "in", "-o", small / "out", "-q", *options)
        assert ran.status == 2
        (line,) = ran.error_lines
        assert line == f"align-tm: {small / 'out'}: cannot be written: Read-only file system; {CURE}"
    remount(small, "rw")
    assert files_of(small / "out") == old


CURE = "check the folder's rights and free space"

# ---------------------------------------------------------------------------------------------------------------------
# Pages that change, and clocks


def test_a_page_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_settled(tmp_path / "in", OLD)
    read = Folder.read

    def changing(place: Folder, inside: str, *rest: Any) -> bytes:
        data = read(place, inside, *rest)
        if inside == "b.md":
            put(tmp_path / "in", {"b.md": NEW["a.md"]})
            return data[: len(data) // 2]
        return data

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "read", changing)
        export(tmp_path / "in", tmp_path / "out")
    assert export(tmp_path / "in", tmp_path / "out").files == export(tmp_path / "in", tmp_path / "fresh").files


def test_a_page_that_is_gone_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_settled(tmp_path / "in", OLD)
    read = Folder.read

    def going(place: Folder, inside: str, *rest: Any) -> bytes:
        if inside == "b.md":
            (tmp_path / "in" / "b.md").unlink()
        return read(place, inside, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "read", going)
        left = export(tmp_path / "in", tmp_path / "out")
    assert [(problem.rule, problem.page) for problem in left.problems] == [("unreadable-page", "b.md")]
    assert export(tmp_path / "in", tmp_path / "out").files == export(tmp_path / "in", tmp_path / "fresh").files


@pytest.mark.parametrize("name", ["gone.md", "folder.md"])
def test_a_page_given_by_name_that_is_none(tmp_path: Path, name: str) -> None:
    put_settled(tmp_path / "in", OLD)
    old = export(tmp_path / "in", tmp_path / "out").files
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.md").mkdir()
    ran = run_apart("export", tmp_path / name, "-o", tmp_path / "out")
    assert ran.status == 2
    (line,) = ran.error_lines
    assert str(tmp_path / name) in line
    assert files_of(tmp_path / "out") == old


@pytest.mark.parametrize("seconds", [0, 4_000_000_000])
def test_a_clock_that_went_backwards(tmp_path: Path, seconds: int) -> None:
    """Files of the future, and of the far past, are files all the same."""
    put(tmp_path / "in", dict(OLD))
    for path in (tmp_path / "in").iterdir():
        os.utime(path, (seconds, seconds))
    out = tmp_path / "out"
    export(tmp_path / "in", out)
    for path in [path for path in out.rglob("*") if path.is_file()]:
        os.utime(path, (seconds, seconds))
    assert export(tmp_path / "in", out).files == export(tmp_path / "in", tmp_path / "one").files
    put(tmp_path / "in", {"a.md": page(unit("Eins a.", "One a."))})
    os.utime(tmp_path / "in" / "a.md", (seconds + 1, seconds + 1))
    (tmp_path / "in" / "b.md").unlink()
    assert export(tmp_path / "in", out).files == export(tmp_path / "in", tmp_path / "two").files
