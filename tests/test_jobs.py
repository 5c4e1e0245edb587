"""How the work is shared changes nothing: any number of processes, any memory, forked or begun anew; and what ends a run."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from clients import Ran, command, page, put, run_apart, unit
from exports import PLANS, Left, corpora_of, export, files_of
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import OutputError
from align.export import Machine, placing
from align.export.pieces import Part, PartWriter, append, pieces
from align.export.shares import cut, divide

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and pipes as POSIX has them")
#: Bytes in which only a few pairs have room.
LITTLE = 4_000


def assert_same(left: Left, wanted: Left) -> None:
    assert left.files == wanted.files
    assert left.problems == wanted.problems
    assert left.report == wanted.report


# ---------------------------------------------------------------------------------------------------------------------
# The same bytes


@pytest.mark.parametrize("plan", PLANS)
def test_jobs_and_memory_change_no_byte(corpora: Path, tmp_path: Path, plan: str) -> None:
    wanted = export(corpora / "bilingual", tmp_path / "wanted", PLANS[plan])
    assert wanted.files
    for machine in (Machine(jobs=2), Machine(jobs=1, memory=LITTLE), Machine(jobs=3, memory=2 * LITTLE)):
        out = tmp_path / f"{machine.jobs} {machine.memory}"
        assert_same(export(corpora / "bilingual", out, PLANS[plan], machine=machine), wanted)


@settings(max_examples=60)
@given(corpora_of(), st.sampled_from(sorted(PLANS)), st.sampled_from([1, 1_000, LITTLE]))
def test_any_corpus_in_little_memory(pages: dict[str, str], plan: str, memory: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = put(Path(place) / "pages", dict(pages))
        wanted = export(folder, Path(place) / "one", PLANS[plan])
        assert_same(export(folder, Path(place) / "more", PLANS[plan], machine=Machine(jobs=1, memory=memory)), wanted)


@settings(max_examples=15)
@given(corpora_of(), st.sampled_from(sorted(PLANS)), st.sampled_from([2, 3, 7]), st.sampled_from([LITTLE, 1 << 30]))
def test_any_corpus_by_several_processes(pages: dict[str, str], plan: str, jobs: int, memory: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = put(Path(place) / "pages", dict(pages))
        wanted = export(folder, Path(place) / "one", PLANS[plan])
        assert_same(export(folder, Path(place) / "more", PLANS[plan], machine=Machine(jobs=jobs, memory=memory)), wanted)


@contextmanager
def another_thread() -> Iterator[None]:
    """A process with threads is not forked."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_workers_that_begin_anew(corpora: Path, tmp_path: Path) -> None:
    wanted = export(corpora / "bilingual", tmp_path / "one")
    with another_thread():
        left = export(corpora / "bilingual", tmp_path / "two", machine=Machine(jobs=2, memory=3 * LITTLE))
    assert_same(left, wanted)


def test_real_pages(real_pages: Path, tmp_path: Path) -> None:
    folder = real_pages / "bilingual" / "dynamics-damaged.ar-sa"
    for plan in ("all formats", "per page, split"):
        wanted = export(folder, tmp_path / plan / "one", PLANS[plan])
        for machine in (Machine(jobs=2), Machine(jobs=2, memory=2_000_000)):
            assert_same(export(folder, tmp_path / plan / f"{machine.memory}", PLANS[plan], machine=machine), wanted)


def test_the_command_has_the_options(corpora: Path, tmp_path: Path) -> None:
    ran = [
        run_apart("export", corpora / "bilingual", "-o", tmp_path / name, *options)
        for name, options in (("one", ["--jobs", "1"]), ("two", ["--jobs", "2", "--memory", "20K"]))
    ]
    assert ran[0].status == ran[1].status
    assert ran[0].err == ran[1].err
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


@pytest.mark.parametrize("size", ["", "0", "lots", "1.5G", "-1", "4X"])
def test_a_memory_that_is_no_size(tmp_path: Path, size: str) -> None:
    put(tmp_path, {"in/a.md": page(unit("Un.", "One."))})
    ran = run_apart("export", tmp_path / "in", "-o", tmp_path / "out", f"--memory={size}")
    assert ran.status == 2
    (line,) = ran.error_lines
    assert "--memory" in line
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------------------------------------------------------------
# Cutting


@given(st.lists(st.integers(0, 1_000), min_size=1), st.integers(1, 9))
def test_every_page_is_in_one_stretch(sizes: list[int], parts: int) -> None:
    stretches = cut(sizes, parts)
    assert [place for stretch in stretches for place in stretch] == list(range(len(sizes)))
    assert all(stretches)
    assert len(stretches) <= parts
    # None has more than its share but for the page at its end.
    for stretch in stretches[:-1]:
        assert sum(sizes[place] for place in stretch[:-1]) <= sum(sizes) / parts + max(sizes)


def test_work_is_cut_by_bytes() -> None:
    assert cut([90, 10, 10, 10, 10, 50], 2) == [range(1), range(1, 6)]
    assert cut([1, 1, 1], 7) == [range(1), range(1, 2), range(2, 3)]
    assert cut([5], 2) == [range(1)]


NAMES = st.sampled_from(["a/x.md", "b/x.md", "b/y.md", "z.md", "c/z.md"])
NAMED = st.lists(st.tuples(NAMES, st.integers(0, 1_000)), max_size=40)


@given(NAMED, st.integers(1, 5) | st.just(10**9))
def test_every_page_is_in_one_share(files: list[tuple[str, int]], parts: int) -> None:
    shares = divide(files, parts)
    assert sorted(place for share in shares for place in share) == list(range(len(files)))
    assert all(list(share) == sorted(share) for share in shares)
    assert all(shares)
    assert len(shares) <= parts
    parts = max(1, min(parts, len(files)))
    # None has more than its part, but for one group, which is hardly larger than a sixteenth of a part and a page.
    total, largest = sum(size for _, size in files), max((size for _, size in files), default=0)
    for share in shares:
        assert sum(files[place][1] for place in share) <= total / parts + total / (16 * parts) + 2 * largest + len(files)


def test_versions_of_a_page_stay_together() -> None:
    files = [(f"{version}/{name}.md", 10 + name % 7) for version in ("v1", "v2", "v3") for name in range(100)]
    names = [{files[place][0].rpartition("/")[2] for place in share} for share in divide(files, 2)]
    assert names[0].isdisjoint(names[1])
    assert abs(len(names[0]) - len(names[1])) <= 6


def test_pages_of_one_name_are_shared_out_all_the_same() -> None:
    files = [(f"{folder}/index.md", 10) for folder in range(100)]
    assert [len(share) for share in divide(files, 4)] == [26, 26, 24, 24]


# ---------------------------------------------------------------------------------------------------------------------
# Putting together


#: What there is of each page, and which of four parts has it.
PIECES = st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=3)), max_size=30)


def written(folder: Path, pages: list[tuple[int, bytes]]) -> list[Part]:
    """The parts, each in a file of its own."""
    with ExitStack() as stack:
        writers = [stack.enter_context(PartWriter(folder / str(number))) for number in range(4)]
        for page_number, (number, data) in enumerate(pages):
            writers[number].add(page_number, data)
    return [writer.part for writer in writers]


@given(PIECES)
def test_parts_come_in_the_order_of_their_pages(pages: list[tuple[int, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        parts = written(Path(place), pages)
        whole = io.BytesIO()
        append(whole, parts, keep=True)
        assert whole.getvalue() == b"".join(data for _, data in pages)
        assert len(list(Path(place).iterdir())) == 4
        append(io.BytesIO(), parts)
        assert not [path for path in Path(place).iterdir() if path.stat().st_size]


def test_a_part_that_is_cut_off_is_no_part(tmp_path: Path) -> None:
    with PartWriter(tmp_path / "part") as writer:
        writer.add(3, b"some lines")
    (tmp_path / "part").write_bytes(b"some")
    with pytest.raises(OutputError, match="is shorter than it was written"):
        append(io.BytesIO(), [writer.part])


# What the system cannot copy by itself (another system, two kinds of file systems) goes through the process.
def refuses(*_: object) -> int:
    raise OSError(errno.EXDEV, "not between these")


@pytest.mark.parametrize("copy", [placing._COPY, None, refuses])
@given(PIECES, st.binary(max_size=2), st.binary(max_size=2))
def test_parts_are_put_where_they_belong(copy: object, pages: list[tuple[int, bytes]], head: bytes, tail: bytes) -> None:
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patched:
        patched.setattr(placing, "_COPY", copy)
        parts = written(Path(place), pages)
        joint = placing.Joint(Path(place) / "whole", head, parts, tail)
        placements = placing.begin_joints([joint])
        placing.put_together(placements[::-1])  # in any order
        assert joint.path.read_bytes() == head + b"".join(data for _, data in pages) + tail
        assert [path.name for path in Path(place).iterdir()] == ["whole"]


@pytest.mark.parametrize("copy", [placing._COPY, None])
def test_a_part_that_is_cut_off_is_not_put_anywhere(tmp_path: Path, copy: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "_COPY", copy)
    with PartWriter(tmp_path / "part") as writer:
        writer.add(3, b"some lines")
    (tmp_path / "part").write_bytes(b"some")
    with pytest.raises(OutputError, match="is shorter than it was written"):
        placing.put_together(placing.begin_joints([placing.Joint(tmp_path / "whole", b"", [writer.part], b"")]))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9))))
def test_entries_are_summed_up_by_page(entries: list[tuple[int, int]]) -> None:
    entries.sort()
    pages, counts, sizes = pieces([page for page, _ in entries], [size for _, size in entries])
    assert list(zip(pages, counts, sizes, strict=True)) == [
        (page, len(found), sum(found)) for page in range(6) if (found := [size for other, size in entries if other == page])
    ]


# ---------------------------------------------------------------------------------------------------------------------
# What a worker meets


def test_a_worker_meets_an_unreadable_page(tmp_path: Path) -> None:
    pages = {f"{name}.md": page(unit("Un.", "One.")) for name in "abcd"}
    put(tmp_path, {**{f"in/{name}": text for name, text in pages.items()}, "in/e.md": b"Line\n\xff"})
    left = export(tmp_path / "in", tmp_path / "out", machine=Machine(jobs=2))
    assert [(problem.page, problem.line) for problem in left.problems] == [("e.md", 2)]
    assert_same(left, export(tmp_path / "in", tmp_path / "one"))


def test_a_worker_finds_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands where the second worker wants to write is what a disk without room is to it."""
    put(tmp_path / "in", {f"{name}.md": page(unit(f"{name} un.", f"{name} one.")) for name in "abcd"})
    wanted = export(tmp_path / "in", tmp_path / "out").files
    parent = os.getpid()

    def full(*_: object) -> None:
        if os.getpid() != parent:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("align.export.exchange.save_keys", full)
    with pytest.raises(OutputError, match="No space left") as caught:
        export(tmp_path / "in", tmp_path / "out", machine=Machine(jobs=2, force=True))
    assert "\n" not in str(caught.value)
    assert files_of(tmp_path / "out") == wanted


class Held:
    """A run of the command with two workers that need a minute for each page."""

    def __init__(self, folder: Path, seconds: int = 60) -> None:
        self.out = folder / "out"
        put(folder, {f"in/{name}.md": page(unit(f"{name} un.", f"{name} one.")) for name in "abcd"})
        assert run_apart("export", folder / "in", "-o", self.out, "-q").status == 0
        self.before = files_of(self.out)
        held = folder / "in" / "held.py"
        held.write_text(
            "import os, time, align.export.source as source\n"
            "from align.cli import main\n"
            "read = source.page_of\n"
            "def held(file, *rest):\n"
            "    os.write(1, b'%d\\n' % os.getpid())\n"
            f"    time.sleep({seconds})\n"
            "    return read(file, *rest)\n"
            "source.page_of = held\n"
            "main()\n",
            encoding="utf-8",
        )
        arguments = command("export", folder / "in", "-o", self.out, "--jobs", "2", "--force")
        self.process = subprocess.Popen(
            [sys.executable, str(held), *arguments[arguments.index("export") :]],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.workers = [psutil.Process(int(self.process.stdout.readline())) for _ in range(2)]
        assert len(set(self.workers)) == 2
        assert {worker.ppid() for worker in self.workers} == {self.process.pid}

    def end(self) -> Ran:
        began = time.monotonic()
        out, err = self.process.communicate(timeout=30)
        assert time.monotonic() - began < 30  # it would have waited for a minute
        _, alive = psutil.wait_procs(self.workers, timeout=10)
        assert alive == []
        assert files_of(self.out) == self.before
        assert not list(self.out.glob(".align-tm/work-*"))
        return Ran(self.process.returncode, out, err.decode())


@POSIX
@pytest.mark.parametrize(
    ("sent", "to_all", "status", "message"),
    [
        (signal.SIGINT, True, 130, "align-tm: interrupted"),
        (signal.SIGINT, False, 130, "align-tm: interrupted"),
        (signal.SIGTERM, False, 143, "align-tm: terminated"),
        (signal.SIGTERM, True, 143, "align-tm: terminated"),
    ],
)
def test_a_signal_ends_all_at_once(tmp_path: Path, sent: signal.Signals, to_all: bool, status: int, message: str) -> None:
    held = Held(tmp_path)
    if to_all:  # as a terminal does
        os.killpg(held.process.pid, sent)
    else:
        held.process.send_signal(sent)
    ran = held.end()
    if to_all and sent is signal.SIGTERM and ran.status == 2:  # a worker may go before its parent hears of it
        assert "a worker was killed" in ran.err
        return
    assert (ran.status, ran.error_lines) == (status, [message])


@POSIX
@pytest.mark.parametrize("to_all", [True, False])
def test_a_second_interrupt_changes_nothing(tmp_path: Path, to_all: bool) -> None:
    """No traceback, and nothing of the work is left; which Ctrl-C comes while the first is obeyed is up to chance."""
    held = Held(tmp_path)
    for _ in range(5):
        with suppress(ProcessLookupError):
            (os.killpg if to_all else os.kill)(held.process.pid, signal.SIGINT)
        time.sleep(0.02)
    ran = held.end()
    assert (ran.status, ran.error_lines) == (130, ["align-tm: interrupted"])


@POSIX
def test_a_worker_that_is_killed(tmp_path: Path) -> None:
    held = Held(tmp_path)
    held.workers[1].kill()
    ran = held.end()
    assert ran.status == 2
    (line,) = ran.error_lines
    assert "a worker was killed" in line


@POSIX
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    held = Held(tmp_path, seconds=1)
    held.process.kill()
    assert run_apart("export", tmp_path / "in", "-o", held.out, "-q", "--force").status == 0
    _, alive = psutil.wait_procs(held.workers, timeout=30)
    assert alive == []
    assert held.process.communicate(timeout=30)[1] == b""
    assert files_of(held.out) == held.before
    assert run_apart("export", tmp_path / "in", "-o", held.out, "-q").status == 0
    assert files_of(held.out) == held.before
