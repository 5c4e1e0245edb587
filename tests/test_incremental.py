"""What an earlier run left changes nothing but the work: the same bytes, problems and counts as into a new folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from clients import command, page, put, run_apart, unit
from exports import NAMES, PLANS, Left, corpora_of, export, files_of, put_settled, settle, sheets
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.corpus import Narrowing, PageFile, Reading, page_of
from align.errors import AlignError, OutputError
from align.export import Machine, Plan
from align.export.state import sealed
from align.version import __version__

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and pipes as POSIX has them")
MIT = "The MIT License\n"
PAGES = {
    "a.md": page(unit("Un.", "One."), unit("Deux.", "Two.")),
    "b/b.md": page(unit("Deux.", "Two."), unit("Trois.", "Three.")),
    "b/c.md": page(unit("Quatre.", "Four."), locale=None),
    "d/d.md": page(unit("Vier.", "Four."), locale="de-DE"),
}

# ---------------------------------------------------------------------------------------------------------------------
# Any sequence of edits


class Options(msgspec.Struct, frozen=True):
    """What a user may change between two runs."""

    plan: str = "defaults"
    locale: str | None = None
    exclude: str | None = None

    def run(self, pages: Path, out: Path, machine: Machine) -> Left | str:
        """Export; an error is what it says."""
        reading = Reading(locale=self.locale)
        narrowing = Narrowing(exclude=() if self.exclude is None else (self.exclude,))
        try:
            return export(pages, out, PLANS[self.plan], machine=machine, reading=reading, narrowing=narrowing)
        except AlignError as error:
            return str(error)


class State:
    """A folder of pages and one OUT, into which every run goes."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.pages, self.out = place / "pages", place / "out"
        self.pages.mkdir()
        self.options = Options()
        self.machine = Machine(jobs=1)
        self.fresh = 0
        self.elsewhere: set[str] = set()
        """Files of runs with other options, which stay."""

    def names(self) -> list[str]:
        return sorted(path.relative_to(self.pages).as_posix() for path in self.pages.rglob("*.md"))

    def with_options(self, options: Options) -> None:
        if options != self.options and self.out.exists():
            self.elsewhere |= files_of(self.out).keys()
        self.options = options

    def check(self) -> None:
        """Export, and compare with an export into a new folder."""
        before = files_of(self.out) if self.out.exists() else {}
        self.fresh += 1
        new = self.place / f"fresh{self.fresh}"
        wanted = self.options.run(self.pages, new, Machine(jobs=1))
        left = self.options.run(self.pages, self.out, self.machine)
        if isinstance(wanted, str) or isinstance(left, str):
            assert left == wanted
            assert not new.exists()
            assert (files_of(self.out) if self.out.exists() else {}) == before
            return
        assert left.problems == wanted.problems
        assert left.report == wanted.report
        rest = {name: data for name, data in left.files.items() if name in wanted.files or name not in self.elsewhere}
        assert rest == wanted.files
        assert not list(self.out.glob(".align-tm/work-*"))


Step = Callable[[State], None]


def edited(state: State, name: str, text: str | bytes, *, old: bool = True) -> None:
    put(state.pages, {name: text})
    if old:
        settle(state.pages)


def renamed(state: State, place: int, name: str) -> None:
    if names := state.names():
        (state.pages / name).parent.mkdir(parents=True, exist_ok=True)
        (state.pages / names[place % len(names)]).replace(state.pages / name)


def deleted(state: State, place: int) -> None:
    if names := state.names():
        (state.pages / names[place % len(names)]).unlink()


def touched(state: State, place: int) -> None:
    if names := state.names():
        path = state.pages / names[place % len(names)]
        os.utime(path, ns=(0, path.stat().st_mtime_ns - 10**9))


def spoiled(state: State, place: int, text: str | None) -> None:
    """An output that the user changed or removed."""
    found = sorted(files_of(state.out)) if state.out.exists() else []
    if found:
        path = state.out / found[place % len(found)]
        path.unlink() if text is None else path.write_text(text, encoding="utf-8")


def lost(state: State, place: int, text: str | None) -> None:
    """Something in ``.align-tm`` that is gone, or cut short."""
    found = sorted(path for path in state.out.glob(".align-tm/state/*"))
    if found:
        path = found[place % len(found)]
        path.unlink() if text is None else path.write_bytes(path.read_bytes()[:-1])


def licensed(state: State, text: str | None) -> None:
    path = state.pages / "LICENSE"
    path.unlink(missing_ok=True) if text is None else path.write_text(text, encoding="utf-8")


def as_step(action: Callable[..., None], *strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    """A step that does this with drawn arguments; its repr tells what."""
    return st.tuples(*strategies).map(lambda drawn: _Step(action, drawn))


class _Step:
    def __init__(self, action: Callable[..., None], drawn: tuple[Any, ...]) -> None:
        self.action, self.drawn = action, drawn

    def __call__(self, state: State) -> None:
        self.action(state, *self.drawn)

    def __repr__(self) -> str:
        return f"{self.action.__name__}{self.drawn}"


def optioned(state: State, plan: str, locale: str | None, exclude: str | None) -> None:
    state.with_options(Options(plan, locale, exclude))


def machined(state: State, machine: Machine) -> None:
    state.machine = machine


PLACES = st.integers(0, 9)
STEPS = st.one_of(
    as_step(edited, st.sampled_from(NAMES), sheets()),
    as_step(edited, st.sampled_from(NAMES), sheets()),
    as_step(lambda state, name, text: edited(state, name, text, old=False), st.sampled_from(NAMES), sheets()),
    as_step(edited, st.sampled_from(NAMES), st.just(b"Line\n\xff")),
    as_step(renamed, PLACES, st.sampled_from(NAMES)),
    as_step(deleted, PLACES),
    as_step(touched, PLACES),
    as_step(spoiled, PLACES, st.sampled_from([None, "mine"])),
    as_step(lost, PLACES, st.sampled_from([None, "cut"])),
    as_step(licensed, st.sampled_from([None, MIT, "All rights reserved."])),
    as_step(
        optioned,
        st.sampled_from(sorted(PLANS)),
        st.sampled_from([None, None, "ja-JP"]),
        st.sampled_from([None, None, "deep/**"]),
    ),
    as_step(
        machined, st.sampled_from([Machine(jobs=1), Machine(jobs=1, memory=1), Machine(jobs=2), Machine(jobs=1, force=True)])
    ),
    as_step(lambda _: None),
)


@settings(max_examples=40)
@given(corpora_of(), st.sampled_from(sorted(PLANS)), st.lists(STEPS, min_size=1, max_size=7))
def test_after_any_edit_it_is_as_in_a_new_folder(pages: dict[str, str], plan: str, steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as place:
        state = State(Path(place))
        state.options = Options(plan)
        put_settled(state.pages, pages)
        state.check()
        for step in steps:
            step(state)
            state.check()


# ---------------------------------------------------------------------------------------------------------------------
# Single edits, by name


@pytest.fixture
def state(tmp_path: Path) -> State:
    """Four pages of two locales, exported once with a PO per page."""
    state = State(tmp_path)
    state.options = Options("per page")
    put_settled(state.pages, PAGES)
    state.check()
    return state


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the pages that are parsed from now on, in this process."""
    names: list[str] = []
    parse = page_of

    def noted(file: PageFile, *rest: Any) -> Any:
        names.append(file.name)
        return parse(file, *rest)

    monkeypatch.setattr("align.export.source.page_of", noted)
    return names


def run_again(state: State, machine: Machine | None = None) -> Left:
    left = state.options.run(state.pages, state.out, machine or Machine(jobs=1))
    assert isinstance(left, Left)
    return left


def test_nothing_changed_nothing_is_parsed_or_written(state: State, parsed: list[str]) -> None:
    stamps = {path: path.stat().st_mtime_ns for path in state.out.rglob("*") if path.is_file()}
    run_again(state)
    assert parsed == []
    stamps.pop(state.out / ".align-tm" / "lock")
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps


def test_only_the_page_that_changed_is_parsed(state: State, parsed: list[str]) -> None:
    before = (state.out / "po" / "b" / "b.md.po").stat()
    edited(state, "a.md", page(unit("Eins.", "One.")))
    left = run_again(state)
    assert parsed == ["a.md"]
    assert sorted(name for name in left.files if name.startswith("po/")) == sorted(f"po/{name}.po" for name in PAGES)
    assert (state.out / "po" / "b" / "b.md.po").stat().st_ino == before.st_ino
    state.check()


@pytest.mark.parametrize("machine", [Machine(jobs=3), Machine(jobs=1, memory=12_000), Machine(jobs=2, memory=12_000)])
@pytest.mark.parametrize("name", ["a.md", "e.md", "l.md"])
def test_a_page_that_changed_is_parsed_alone_whoever_took_them(
    tmp_path: Path, parsed: list[str], machine: Machine, name: str
) -> None:
    """The next run goes on from several, but for those of two processes whose pages do not fit in memory together."""
    state = State(tmp_path)
    state.machine = machine
    put_settled(
        state.pages, {f"{one}.md": page(unit("Un.", "One."), unit(f"{one} deux.", f"{one} two.")) for one in "abcdefghijkl"}
    )
    state.check()
    assert len(manifest_of(state.out)["runs"]) > 1
    state.machine = msgspec.structs.replace(machine, jobs=1)
    edited(state, name, page(unit("Eins.", "One.")))
    parsed.clear()
    run_again(state, state.machine)
    all_again = machine.jobs == 2 and machine.memory < 1 << 20
    assert (len(parsed) > 1) if all_again else (parsed == [name])
    state.check()


def test_changes_upon_changes_are_put_down_beside_the_rest(tmp_path: Path) -> None:
    """Night after night a page or two: what is known of the pairs is never put down as a whole again, and stays right."""

    def text(name: str, *more: str) -> str:
        return page(unit("Un.", "One."), unit(f"{name} deux.", f"{name} two."), *more)

    state = State(tmp_path)
    state.options = Options("all formats")
    names = [*"bcdefghijklmnopqrst", *(f"z{number}" for number in range(120))]
    put_settled(state.pages, {f"{name}.md": text(name) for name in names})
    state.check()
    kept = state.out / ".align-tm" / "state" / "0000.pairs"
    before = kept.stat().st_ino
    nights: list[dict[str, str | None]] = [
        {"b.md": page(unit("b deux.", "b two."))},  # another page's unit stands for "One."
        {"q.md": text("q", unit("d deux. ", " d two."), unit("", "none"))},  # texts that are cleaned, or dropped
        {"a.md": text("a")},  # all pages get other numbers
        {"t.md": text("t", unit("Eins.", "One."), unit("Eins.", "One."))},
        {"c.md": None},  # and again; its own pair goes
        {"e.md": text("c"), "f.md": text("f", unit("Neuf.", "Nine."))},  # and comes back
        {"f.md": text("f")},  # a new one goes
        {"a0.md": text("a0", unit("d deux. ", " d two."))},
        {"q.md": text("q")},
    ]
    for night in nights:
        for name, content in night.items():
            if content is None:
                (state.pages / name).unlink()
            else:
                edited(state, name, content)
        state.check()
        assert kept.stat().st_ino == before, night


def test_a_page_that_was_only_touched_is_not_parsed(state: State, parsed: list[str]) -> None:
    touched(state, 0)
    run_again(state)
    assert parsed == []


def test_a_page_written_just_now_may_change_without_a_new_time(state: State, parsed: list[str]) -> None:
    """File systems keep time in steps of some milliseconds: such a page is compared by its bytes."""
    soon = time.time_ns() + 10**9
    for target in ("Huit.", "Neuf."):
        put(state.pages, {"a.md": page(unit(target, "Eight."))})
        os.utime(state.pages / "a.md", ns=(soon, soon))
        assert f'msgstr "{target}"' in run_again(state).files["po/a.md.po"].decode()
    run_again(state)
    assert parsed == ["a.md", "a.md"]


def test_force_parses_all(state: State, parsed: list[str]) -> None:
    wanted = files_of(state.out)
    assert run_again(state, Machine(jobs=1, force=True)).files == wanted
    assert parsed == sorted(PAGES)


@pytest.mark.parametrize("force", [False, True])
def test_a_deleted_page_takes_its_file_along(state: State, force: bool) -> None:
    (state.pages / "a.md").unlink()
    (state.out / "po" / "mine.po").write_text("mine", encoding="utf-8")
    left = run_again(state, Machine(jobs=1, force=force))
    assert "po/a.md.po" not in left.files
    assert left.files["po/mine.po"] == b"mine"
    assert left.files.keys() >= {"po/b/b.md.po", "po/b/c.md.po", "po/d/d.md.po"}


def test_the_last_page_of_a_locale_takes_its_memory_along(state: State) -> None:
    (state.pages / "d" / "d.md").unlink()
    assert [name for name in run_again(state).files if name.endswith(".tmx")] == ["fr-FR.tmx"]


def test_a_neighbour_tells_another_locale(state: State, parsed: list[str]) -> None:
    """``b/c.md`` names no locale: it has that of ``b/b.md``."""
    edited(state, "b/b.md", page(unit("Drei.", "Three."), locale="de-DE"))
    left = run_again(state)
    assert parsed == ["b/b.md", "b/c.md"]
    assert b'"Language: de' in left.files["po/b/c.md.po"]
    state.check()


def test_a_neighbour_that_cannot_be_read_any_more_tells_nothing(state: State) -> None:
    edited(state, "b/b.md", b"Line\n\xff")
    (state.pages / "d" / "d.md").unlink()
    (state.pages / "a.md").unlink()
    state.check()


def test_a_neighbour_that_is_left_out_tells_another_locale(state: State) -> None:
    state.with_options(Options("per page", None, "b/b.md"))
    state.check()
    edited(state, "b/b.md", page(unit("Drei.", "Three."), locale="de-DE"))
    state.check()


@pytest.mark.parametrize("text", [None, "mine"])
def test_an_output_that_is_not_as_it_was_is_written_again(state: State, parsed: list[str], text: str | None) -> None:
    wanted = files_of(state.out)
    for place in range(len(wanted)):
        spoiled(state, place, text)
        assert run_again(state).files == wanted
    # A page is parsed when its own file is gone, and not for the others' sake.
    assert parsed == sorted(PAGES)


def test_an_output_of_the_same_size_and_an_older_time_is_another_one(state: State) -> None:
    wanted = files_of(state.out)
    path = state.out / "fr-FR.tmx"
    path.write_bytes(wanted["fr-FR.tmx"].replace(b"Deux.", b"Zwei."))
    os.utime(path, ns=(0, 0))
    assert run_again(state).files == wanted


def test_problems_are_told_again(state: State, parsed: list[str]) -> None:
    edited(state, "a.md", page('<span data-ttu-id="abd60-109">torn', unit("Un.", "One.")))
    first = run_again(state)
    assert [problem.page for problem in first.problems] == ["a.md"]
    parsed.clear()
    again = run_again(state)
    assert parsed == []
    assert again == first


def test_the_status_is_the_same_again(tmp_path: Path) -> None:
    put_settled(tmp_path / "in", PAGES | {"e.md": page('<span data-ttu-id="abd60-109">torn')})
    first = run_apart("export", tmp_path / "in", "-o", tmp_path / "out")
    again = run_apart("export", tmp_path / "in", "-o", tmp_path / "out")
    assert (first.status, len(first.error_lines)) == (1, 1)
    assert again == first


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="to give up the right to read a page it takes root")
def test_a_page_that_may_be_read_now() -> None:
    """Its size and time do not tell."""
    as_nobody = """if True:
        import os, sys, align.cli
        try:
            align.cli.main([*sys.argv[1:3], "-o", sys.argv[4] + ".root", "-q", "--force"])  # loads what nobody may not load
        except SystemExit:
            os.setuid(65534)
            align.cli.main()
    """
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        put_settled(place / "in", PAGES)
        place.chmod(0o777)
        arguments = ["export", str(place / "in"), "-o", str(place / "out"), "-q"]
        statuses = []
        for mode in (0o000, 0o644):
            (place / "in" / "a.md").chmod(mode)
            done = subprocess.run([sys.executable, "-c", as_nobody, *arguments], capture_output=True, check=False, timeout=60)
            statuses.append((done.returncode, done.stderr.decode().splitlines()))
    refused = "a.md: error: cannot be read: Permission denied; check that it is a file you may read [unreadable-page]"
    assert statuses == [(1, [refused]), (0, [])]


# ---------------------------------------------------------------------------------------------------------------------
# What is kept between runs may be anything


def manifest_path(out: Path) -> Path:
    return out / ".align-tm" / "state" / "manifest.json"


def manifest_of(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(manifest_path(out).read_bytes().splitlines()[0])
    return found


def put_manifest(out: Path, manifest: dict[str, Any]) -> None:
    """Another manifest, with the digest that belongs to it."""
    manifest_path(out).write_bytes(sealed(json.dumps(manifest).encode()))


def test_a_manifest_of_another_version_is_rebuilt_with_a_note(state: State, parsed: list[str]) -> None:
    wanted = files_of(state.out)
    assert manifest_of(state.out)["version"] == __version__
    put_manifest(state.out, manifest_of(state.out) | {"version": "0.0.9"})
    left = run_again(state)
    assert left.notes == [f"{state.out}: was written by align-tm 0.0.9; all pages are read again"]
    assert left.files == wanted
    assert parsed == sorted(PAGES)
    assert run_again(state).notes == []


def test_what_another_version_wrote_is_let_go(state: State) -> None:
    put_manifest(state.out, manifest_of(state.out) | {"version": "0.0.9"})
    (state.pages / "a.md").unlink()
    assert "po/a.md.po" not in run_again(state).files


HOSTILE = ["../victim", "../../victim", "PLACE/victim", "a\0b", "x" * 5_000, "link/victim", "\ud800", "", ".", "..", "po"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_in_a_manifest_lead_nowhere_else(state: State, name: str) -> None:
    """What is named there and not written any more goes, if it is in OUT."""
    name, wanted = name.replace("PLACE", str(state.place)), files_of(state.out)
    victim = state.place / "victim"
    victim.write_text("precious", encoding="utf-8")
    (state.out / "link").symlink_to(state.place, target_is_directory=True)
    manifest = manifest_of(state.out)
    manifest["outputs"][name] = [8, victim.stat().st_mtime_ns]
    put_manifest(state.out, manifest)
    left = run_again(state)
    assert victim.read_text(encoding="utf-8") == "precious"
    (state.out / "link").unlink()
    assert files_of(state.out) == wanted
    assert left.problems == []
    assert run_again(state).files == wanted


@pytest.mark.parametrize("name", HOSTILE)
def test_names_in_a_commit_lead_nowhere_else(state: State, name: str) -> None:
    name, wanted = name.replace("PLACE", str(state.place)), files_of(state.out)
    victim = state.place / "victim"
    victim.write_text("precious", encoding="utf-8")
    (state.out / "link").symlink_to(state.place, target_is_directory=True)
    put(state.out / ".align-tm" / "work-1", {"staged-0": "mine"})
    journal = {"renames": [[name, "fr-FR.tmx"]], "removed": [name]}
    (state.out / ".align-tm" / "commit.json").write_text(json.dumps(journal), encoding="utf-8")
    run_again(state)
    assert victim.read_text(encoding="utf-8") == "precious"
    (state.out / "link").unlink()
    assert files_of(state.out) == wanted


@pytest.mark.parametrize("seal", [bytes, sealed], ids=["as it is", "sealed"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 3}',
        "\xff",
        "[" * 100_000,
        '{"renames": "ab", "removed": 7}',
        '{"renames": [[1, 2, 3]], "removed": []}',
        '{"x": ' * 50_000,
        '{"version": "\xe5"}',
    ],
)
def test_a_manifest_or_commit_that_is_none(state: State, parsed: list[str], text: str, seal: Callable[[bytes], bytes]) -> None:
    wanted = files_of(state.out)
    manifest_path(state.out).write_bytes(seal(text.encode("latin-1")))
    (state.out / ".align-tm" / "commit.json").write_bytes(text.encode("latin-1"))
    assert run_again(state).files == wanted
    assert parsed == sorted(PAGES)
    assert not (state.out / ".align-tm" / "commit.json").exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("runs", [10**400]),
        ("runs", [10**11]),
        ("runs", [-1]),
        ("runs", [7]),
        ("runs", ["0"]),
        ("runs", []),
        ("outputs", {}),
        ("outputs", {"fr-FR.tmx": [10**40, 10**40]}),
        ("outputs", ["fr-FR.tmx"]),
        ("report", {"pages": "many"}),
        ("key", 5),
    ],
)
def test_a_manifest_with_strange_values(state: State, key: str, value: object) -> None:
    wanted = files_of(state.out)
    put_manifest(state.out, manifest_of(state.out) | {key: value})
    assert run_again(state).files == wanted
    edited(state, "a.md", page(unit("Eins.", "One.")))
    state.check()


def test_a_manifest_of_which_a_digit_is_another_counts_for_nothing(state: State, parsed: list[str]) -> None:
    """Where the entries of a file begin, for one: what is copied from there would be cut in the middle."""
    state.with_options(Options())
    state.check()
    parsed.clear()
    path, begins = manifest_path(state.out), manifest_of(state.out)["begins"]
    written = f'"fr-FR.tmx":{begins["fr-FR.tmx"]}'.encode()
    assert path.read_bytes().count(written) == 1
    path.write_bytes(path.read_bytes().replace(written, b'"fr-FR.tmx":%d' % (begins["fr-FR.tmx"] - 1)))
    edited(state, "a.md", page(unit("Eins.", "One.")))
    run_again(state)
    assert parsed == sorted(PAGES)
    state.check()


@given(kind=st.sampled_from(["pages", "pairs", "changes", "index"]), place=st.integers(0, 10_000), byte=st.integers(0, 255))
@settings(max_examples=40)
@example(kind="pages", place=0, byte=255)
@example(kind="changes", place=18, byte=16)  # a place that is behind the end of every file system
@example(kind="changes", place=20, byte=255)
@example(kind="pairs", place=-1, byte=128)
@example(kind="changes", place=-3, byte=16)
def test_state_that_is_damaged_is_no_traceback(kind: str, place: int, byte: int) -> None:
    """Not even when its size and time are as they were; it takes more than chance to get there."""
    with tempfile.TemporaryDirectory() as name:
        state = State(Path(name))
        put_settled(state.pages, PAGES)
        state.check()
        path = state.out / ".align-tm" / "state" / f"0000.{kind}"
        data, stamp = bytearray(path.read_bytes()), path.stat()
        data[place % len(data)] = byte
        path.write_bytes(data)
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        edited(state, "a.md", page(unit("Eins.", "One.")))
        left = state.options.run(state.pages, state.out, state.machine)
        if isinstance(left, str):
            assert left == f"{path}: is damaged; run again with --force"
            state.machine = Machine(jobs=1, force=True)
        state.check()


# ---------------------------------------------------------------------------------------------------------------------
# Two runs at once


@POSIX
def test_the_second_of_two_runs_refuses(tmp_path: Path) -> None:
    put_settled(tmp_path / "in", PAGES)
    os.mkfifo(tmp_path / "pipe.md")
    # A page that is a pipe to which nobody writes holds the first run up.
    with subprocess.Popen(command("export", tmp_path / "pipe.md", "-o", tmp_path / "out"), stderr=subprocess.PIPE) as first:
        while not list(tmp_path.glob("out/.align-tm/work-*")):
            assert first.poll() is None
            time.sleep(0.01)
        second = run_apart("export", tmp_path / "in", "-o", tmp_path / "out")
        assert second.status == 2
        (line,) = second.error_lines
        assert line == f"align-tm: {tmp_path / 'out'}: is being written by another run; wait for it, or give another OUT"
        assert files_of(tmp_path / "out") == {}
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 143
    assert run_apart("export", tmp_path / "in", "-o", tmp_path / "out", "-q").status == 0


@POSIX
def test_a_run_that_is_killed_holds_nothing(tmp_path: Path) -> None:
    put_settled(tmp_path / "in", PAGES)
    os.mkfifo(tmp_path / "pipe.md")
    with subprocess.Popen(command("export", tmp_path / "pipe.md", "-o", tmp_path / "out"), stderr=subprocess.PIPE) as first:
        while not list(tmp_path.glob("out/.align-tm/work-*")):
            assert first.poll() is None
            time.sleep(0.01)
        first.kill()
        first.wait(30)
    assert run_apart("export", tmp_path / "in", "-o", tmp_path / "out", "-q").status == 0
    shutil.rmtree(tmp_path / "out" / ".align-tm")
    with pytest.raises(OutputError, match="is a file"):
        export(tmp_path / "in", tmp_path / "out" / "fr-FR.po", Plan())
