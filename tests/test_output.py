"""Files that appear together or not at all: what is in the folder after success, an error, an interrupt."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from align.errors import OutputError
from align.output import Staging

CURE = "check the folder's rights and free space"


def files(folder: Path) -> dict[str, str]:
    """Names and contents of all files below the folder, also of hidden ones."""
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def folders(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_dir())


def write(folder: Path, names: list[str]) -> Staging:
    staging = Staging(folder)
    for name in names:
        staging.text(name).write(f"new {name}")
    return staging


def break_off(staging: Staging, error: BaseException) -> None:
    with pytest.raises(type(error)), staging:
        raise error


def test_nothing_is_in_place_before_the_end(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old", "utf-8")
    with Staging(tmp_path) as staging:
        staging.text("a").write("é\n")
        staging.binary("b/c").write(b"\0")
        assert {name: text for name, text in files(tmp_path).items() if not name.endswith(".part")} == {"a": "old"}
    assert files(tmp_path) == {"a": "é\n", "b/c": "\0"}
    assert (tmp_path / "a").read_bytes() == b"\xc3\xa9\n"


@pytest.mark.parametrize("count", [1, 16, 17, 40])
def test_any_number_of_files_appears(tmp_path: Path, count: int) -> None:
    names = [f"f{number}/{number}" for number in range(count)]
    with write(tmp_path, names):
        pass
    assert files(tmp_path) == {name: f"new {name}" for name in names}


@pytest.mark.parametrize(("count", "one_by_one"), [(16, 16), (17, 0)])
def test_few_files_are_flushed_one_by_one_and_many_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, one_by_one: int
) -> None:
    flushed: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda number: flushed.append("one"))
    monkeypatch.setattr(os, "sync", lambda: flushed.append("all"), raising=False)
    with write(tmp_path, [str(number) for number in range(count)]):
        assert flushed == []
    assert flushed == (["one"] * one_by_one or ["all"])


def test_without_sync_all_files_are_flushed_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    monkeypatch.delattr(os, "sync", raising=False)
    with write(tmp_path, [str(number) for number in range(20)]):
        pass
    assert len(flushed) == 20


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(3)])
def test_an_error_leaves_everything_as_it_was(tmp_path: Path, error: BaseException) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a").write_text("old", "utf-8")
    staging = Staging(out)
    stream = staging.text("a")
    staging.binary("deep/er/b").write(b"new")
    break_off(staging, error)
    assert stream.closed
    assert files(tmp_path) == {"out/a": "old"}
    assert folders(tmp_path) == ["out"]


def test_a_folder_that_others_use_by_now_stays(tmp_path: Path) -> None:
    staging = write(tmp_path, ["shared/mine/a"])
    (tmp_path / "shared" / "theirs").write_text("kept", "utf-8")
    break_off(staging, ValueError())
    assert files(tmp_path) == {"shared/theirs": "kept"}
    assert folders(tmp_path) == ["shared"]


def test_a_failure_of_the_system_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught, write(tmp_path / "out", ["a"]):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert str(caught.value) == f"{tmp_path / 'out'}: cannot be written: No space left on device; {CURE}"
    assert isinstance(caught.value.__cause__, OSError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failure", [OSError("no number"), KeyboardInterrupt()])
def test_a_failure_while_flushing_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    def fail(number: int) -> None:
        raise failure

    (tmp_path / "a").write_text("old", "utf-8")
    monkeypatch.setattr(os, "fsync", fail)
    expected = OutputError if isinstance(failure, OSError) else KeyboardInterrupt
    with pytest.raises(expected) as caught, write(tmp_path, ["a", "b/c"]):
        pass
    if isinstance(failure, OSError):
        assert str(caught.value) == f"{tmp_path}: cannot be written: no number; {CURE}"
    assert files(tmp_path) == {"a": "old"}
    assert folders(tmp_path) == []


def test_an_interrupt_while_files_are_put_in_place_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace
    calls: list[Path] = []

    def interrupted(path: Path, to: Path) -> Path:
        calls.append(to)
        if len(calls) == 2:
            raise KeyboardInterrupt
        result = replace(path, to)
        if len(calls) == 4:
            raise KeyboardInterrupt  # after the file was put in place: it is not looked for again
        return result

    monkeypatch.setattr(Path, "replace", interrupted)
    names = ["a", "b", "c", "d"]
    with pytest.raises(KeyboardInterrupt), write(tmp_path, names):
        pass
    assert files(tmp_path) == {name: f"new {name}" for name in names}


@pytest.mark.parametrize(("first", "second"), [("a", "a/b"), ("a/b", "a"), ("a", "a/b/c"), ("a/b/c", "a")])
def test_a_name_is_a_file_or_a_folder(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(OutputError) as caught, write(tmp_path, [first]) as staging:
        staging.text(second)
    assert str(caught.value) == f"{tmp_path / second}: would be a file and a folder at once; rename one of the pages"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../a", "b/../../a", "..", "/a"])
def test_nothing_is_written_outside_of_the_folder(tmp_path: Path, name: str) -> None:
    for open_ in (Staging(tmp_path / "out").text, Staging(tmp_path / "out").binary):
        with pytest.raises(OutputError) as caught:
            open_(name)
        assert str(caught.value) == f"{tmp_path / 'out' / name}: would stand outside of its folder; rename the page"
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_neither_turned_into_a_folder_nor_into_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old", "utf-8")
    (tmp_path / "folder").mkdir()
    for open_ in (Staging(tmp_path).text, Staging(tmp_path).binary):
        with pytest.raises(OutputError) as caught:
            open_("folder")
        assert str(caught.value) == (f"{tmp_path / 'folder'}: is a folder, so no file can be written there; give another OUT")
        with pytest.raises(OutputError) as caught:
            open_("file/a")
        assert str(caught.value) == f"{tmp_path / 'file'}: is a file, not a folder; give another OUT"
        with pytest.raises(OutputError) as caught:
            open_("file/deep/a")
        assert str(caught.value) == f"{tmp_path / 'file' / 'deep'}: is a file, not a folder; give another OUT"


def test_a_name_that_is_too_long_is_an_error_of_ours(tmp_path: Path) -> None:
    for open_ in (Staging(tmp_path).text, Staging(tmp_path).binary):
        with pytest.raises(OutputError, match="its name is too long for the file system; shorten it") as caught:
            open_("n" * 300 + "/a")
        assert caught.value.path == str(tmp_path / ("n" * 300))


def test_a_file_that_cannot_be_begun_is_an_error_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(Path, "open", fail)
    for open_ in (Staging(tmp_path).text, Staging(tmp_path).binary):
        with pytest.raises(OutputError) as caught:
            open_("a")
        assert str(caught.value).endswith(f".part: cannot be written: Too many open files; {CURE}")


def test_a_released_stream_is_closed_and_its_file_appears_with_the_others(tmp_path: Path) -> None:
    with Staging(tmp_path) as staging:
        first, second = staging.text("a"), staging.text("b")
        first.write("1")
        staging.release(first)
        assert (first.closed, second.closed) == (True, False)
        assert not (tmp_path / "a").exists()
    assert files(tmp_path) == {"a": "1", "b": ""}


def test_an_existing_folder_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    break_off(write(tmp_path / "kept", ["a"]), ValueError())
    assert folders(tmp_path) == ["kept"]


def test_what_cannot_be_closed_or_removed_does_not_hide_the_error(tmp_path: Path) -> None:
    staging = write(tmp_path, ["a", "b"])
    first = min(tmp_path.iterdir())
    first.unlink()
    first.mkdir()
    stream = staging.binary("c")
    os.close(stream.fileno())  # closing it again is an OSError
    break_off(staging, ValueError())
    assert stream.closed
    assert list(tmp_path.iterdir()) == [first]


@pytest.mark.skipif(os.name != "posix", reason="a locale as POSIX has it")
def test_text_is_utf_8_whatever_the_locale_says(tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from align.output import Staging\n"
    program += "with Staging(Path(sys.argv[1])) as staging: staging.text('a').write('\\u00e9')"
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    subprocess.run([sys.executable, "-c", program, tmp_path], env=environment, check=True)
    assert (tmp_path / "a").read_bytes() == b"\xc3\xa9"


def test_a_file_written_elsewhere_appears_with_the_others(tmp_path: Path) -> None:
    written = tmp_path / "elsewhere"
    written.write_text("new", "utf-8")
    with write(tmp_path / "out", ["a"]) as staging:
        staging.adopt("b/c", written)
        assert not (tmp_path / "out" / "b" / "c").exists()
    assert files(tmp_path) == {"out/a": "new a", "out/b/c": "new"}
