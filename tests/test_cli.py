"""How the command behaves: exit statuses, messages of one line, help, interrupts, closed pipes, terminals."""

from __future__ import annotations

import functools
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from clients import Runner, command, page, put, run_apart, run_here, unit

from align.version import __version__

COMMANDS = ("export", "units", "rebuild", "verify", "stats", "show", "report")
HELLO = page(unit("Bonjour", "Hello"))
BROKEN = page('<span data-ttu-id="abd60-109">Au revoir</span>', unit("Bonjour", "Hello"))
STRAY = page("Text about data-ttu-id= in a sentence.", unit("Bonjour", "Hello"))
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and pipes as POSIX has them")


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Runner:
    return lambda *arguments: run_here(capsysbinary, arguments)


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the command runs."""
    monkeypatch.chdir(tmp_path)
    return put(
        tmp_path,
        {
            "good/a.md": HELLO,
            "good/b.md": HELLO,
            "broken/a.md": BROKEN,
            "stray/a.md": STRAY,
            "mixed/a.md": b"Line\nLine\n\xff",
            "mixed/b.md": HELLO,
            "unreadable/a.md": b"\xff",
            "unreadable/b.md": b"\0",
            "plain/a.md": page("No unit."),
            "latin.md": b"Line\nFoug\xe8re\n",
            "binary.md": b"Line\n\0\1\2",
            "file": "",
            "empty/notes.txt": "",
        },
    )


# ---------------------------------------------------------------------------------------------------------------------
# 0: done


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "good", "-o", "out"],
        ["export", "good", "--output", "deep/er/out", "--quiet"],
        ["units", "good"],
        ["rebuild", "good/a.md", "--side", "source"],
        ["rebuild", "plain/a.md", "--side", "target"],
        ["verify", "good", "--target", "empty", "--json"],
        ["stats", "good"],
        ["show", "good"],
        ["stats", "stray"],
    ],
    ids=" ".join,
)
def test_0_done(run: Runner, docs: Path, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert ran.status == 0
    assert ran.err == "" or "stray" in arguments


def test_version(run: Runner) -> None:
    assert run("--version") == (0, f"align-tm {__version__}\n".encode(), "")


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_help_holds_an_example(run: Runner, name: str) -> None:
    ran = run(*filter(None, [name]), "--help")
    assert (ran.status, ran.err) == (0, "")
    text = ran.out.decode()
    assert f"\n  Example:\n    align-tm {name}" in text
    assert run(*filter(None, [name]), "-h").out == ran.out
    # Every option says what it is for.
    for entry in re.split(r"\n  (?=-)", text.partition("\nOptions:")[2])[1:]:
        assert re.search(r"(\s{2,}|\n\s+)[A-Z].*\S", entry), entry


def test_the_examples_of_the_help_are_valid_commands(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands before a pipe or a redirection runs, given the folders that it names."""
    monkeypatch.chdir(tmp_path)
    folders = ("docs.fr-fr", "docs.de-de", "docs.ar-sa", "sxs/docs.fr-fr", "live/docs.fr-fr", "docs")
    put(tmp_path, {f"{folder}/index.md": HELLO for folder in folders})
    found = 0
    for name in COMMANDS:
        for line in run(name, "--help").out.decode().splitlines():
            if line.startswith("    align-tm "):
                words = [word.strip("'") for word in re.split(r" [|>] ", line)[0].split()[1:]]
                ran = run(*words)
                assert "see align-tm" not in ran.err
                assert ran.status < 2
                found += 1
    assert found >= len(COMMANDS)


# ---------------------------------------------------------------------------------------------------------------------
# 1: done, but


@pytest.mark.parametrize("name", ["units", "stats", "show", "export"])
def test_1_a_page_was_unreadable(run: Runner, docs: Path, name: str) -> None:
    out = ["-o", "out"] if name == "export" else []
    ran = run(name, "mixed", *out)
    assert ran.status == 1
    (line,) = ran.error_lines
    assert line.startswith("a.md:3: error: ")
    assert run(name, "mixed", *out, "--fail-on", "never").status == 1


@pytest.mark.parametrize("name", ["units", "stats", "show", "export"])
@pytest.mark.parametrize("folder", ["plain", "plain/a.md"])
def test_1_no_unit_was_found(run: Runner, docs: Path, name: str, folder: str) -> None:
    ran = run(name, folder, *(["-o", "out"] if name == "export" else []))
    assert ran.status == 1
    (line,) = ran.error_lines
    assert folder in line
    assert "no unit" in line


def test_1_when_every_page_of_a_folder_is_unreadable(run: Runner, docs: Path) -> None:
    ran = run("export", "unreadable", "-o", "out")
    assert ran.status == 1
    assert [line.partition(":")[0] for line in ran.error_lines[:2]] == ["a.md", "b.md"]


@pytest.mark.parametrize(
    ("folder", "threshold", "status"),
    [
        ("broken", None, 1),
        ("broken", "error", 1),
        ("broken", "warning", 1),
        ("broken", "info", 1),
        ("broken", "never", 0),
        ("stray", None, 0),
        ("stray", "error", 0),
        ("stray", "warning", 1),
        ("stray", "info", 1),
        ("stray", "never", 0),
        ("good", "info", 0),
    ],
)
@pytest.mark.parametrize("name", ["units", "stats", "show", "export"])
def test_1_problems_reached_the_severity(
    run: Runner, docs: Path, name: str, folder: str, threshold: str | None, status: int
) -> None:
    options = [] if threshold is None else ["--fail-on", threshold]
    ran = run(name, folder, *options, *(["-o", "out"] if name == "export" else []))
    assert (ran.status, len(ran.error_lines)) == (status, folder != "good")


# ---------------------------------------------------------------------------------------------------------------------
# 2: not done

NOT_DONE = {
    "no such option": (["units", "good", "--colour"], "--colour"),
    "no such command": (["exprot", "good"], "exprot"),
    "PATH missing": (["units"], "PATH"),
    "PAGE missing": (["rebuild", "--side", "source"], "PAGE"),
    "OUT missing": (["export", "good"], "--output"),
    "side missing": (["rebuild", "good/a.md"], "--side"),
    "side wrong": (["rebuild", "good/a.md", "--side", "left"], "left"),
    "rebuild of a folder": (["rebuild", "good", "--side", "source"], "good"),
    "rebuild of a folder with one page": (["rebuild", "broken", "--side", "source"], "broken"),
    "value of --only": (["units", "good", "--only", "PE"], "PE"),
    "value of --since": (["units", "good", "--since", "yesterday"], "yesterday"),
    "no day": (["units", "good", "--since", "2021-02-30"], "2021-02-30"),
    "a week": (["units", "good", "--since", "2021-W09-4"], "2021-W09-4"),
    "day without hyphens": (["units", "good", "--since", "20210304"], "20210304"),
    "value of --locale": (["units", "good", "--locale", "fr_FR"], "fr_FR"),
    "value of --source-locale": (["units", "good", "--source-locale", "english!"], "english!"),
    "value of --container": (["units", "good", "--container", "rst"], "rst"),
    "value of --fail-on": (["units", "good", "--fail-on", "fatal"], "fatal"),
    "value of --mt": (["export", "good", "-o", "out", "--mt", "drop"], "drop"),
    "value of --to": (["export", "good", "-o", "out", "--to", "tmx,xls"], "xls"),
    "no format": (["export", "good", "-o", "out", "--to", ","], "--to"),
    "missing PATH": (["units", "good", "nowhere"], "nowhere"),
    "PATH too long": (["units", "n" * 300], "nnn"),
    "PATH below a file": (["units", "file/a.md"], "file/a.md"),
    "empty folder": (["units", "empty"], "empty"),
    "empty folder beside another": (["units", "good", "empty"], "empty"),
    "no page included": (["units", "good", "--include", "z*.md"], "--include"),
    "no page of that type": (["units", "good", "--only", "MT"], "--only"),
    "no page that new": (["units", "good", "--since", "2022-01-01"], "--since"),
    "one file, not UTF-8": (["units", "latin.md"], "latin.md:2: "),
    "one file, binary": (["units", "binary.md"], "binary.md"),
    "export of a file that is not UTF-8": (["export", "latin.md", "-o", "out"], "latin.md:2: "),
    "rebuild of a file that is not UTF-8": (["rebuild", "latin.md", "--side", "source"], "latin.md:2: "),
    "OUT is a file": (["export", "good", "-o", "file"], "file"),
    "OUT is below a file": (["export", "good", "-o", "file/out"], "file"),
    "OUT is where a file goes": (["export", "good", "-o", "taken"], "fr-FR.po"),
    "nothing to verify with": (["verify", "good"], "--target"),
    "no folder to verify with": (["verify", "good", "--target", "nowhere"], "nowhere"),
    "problems are a folder": (["units", "good", "--problems", "empty"], "empty"),
    "problems in no folder": (["units", "good", "--problems", "nowhere/problems.jsonl"], "nowhere/problems.jsonl"),
}


@pytest.mark.parametrize(("arguments", "named"), NOT_DONE.values(), ids=NOT_DONE.keys())
def test_2_not_done(run: Runner, docs: Path, arguments: list[str], named: str) -> None:
    """One line on standard error says what is wrong, nothing is on standard output, no file is left."""
    (docs / "taken" / "fr-FR.po").mkdir(parents=True)
    before = {path for path in docs.rglob("*") if path.is_file()}
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, b"")
    (line,) = ran.error_lines
    assert line.startswith("align-tm")
    assert named in line
    assert ";" in line  # what to do about it
    assert {path for path in docs.rglob("*") if path.is_file()} == before


def test_2_without_arguments_the_help_is_shown(run: Runner) -> None:
    ran = run()
    assert (ran.status, ran.out) == (2, b"")
    assert ran.err.startswith("Usage: align-tm ")


@pytest.mark.parametrize(("text", "place"), [(b"Line\n\xff", ":2: "), (b"\0", ": ")])
def test_2_standard_input_is_not_text(text: bytes, place: str) -> None:
    ran = run_apart("units", "-", stdin=text)
    assert (ran.status, ran.out, len(ran.error_lines)) == (2, b"", 1)
    assert f"standard input{place}" in ran.err


# ---------------------------------------------------------------------------------------------------------------------
# No traceback ever


@pytest.mark.parametrize(
    "name", ["[bold]a.md", "[/bold].md", "a[/].md", ":fern:.md", "a\nb.md", " .md", "-.md", "--help.md", "%.md", '"".md']
)
def test_any_file_name_will_do(run: Runner, docs: Path, name: str) -> None:
    put(docs / "odd", {name: BROKEN, "other.md": HELLO})
    names = {json.loads(line)["page"] for line in run("units", "odd", "--fail-on", "never").out.splitlines()}
    assert names == {name, "other.md"}
    shown = run("show", "odd")
    assert (shown.status, len(shown.error_lines)) == (1, 1)
    if "\n" not in name:
        assert name in shown.out.decode()
    ran = run("export", "odd", "-o", "out", "--per-page", "--to", "po")
    assert (ran.status, len(ran.error_lines)) == (1, 1)
    assert (docs / "out" / "po" / f"{name}.po").is_file()
    if "\n" not in name:
        assert name in ran.out.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="file names that are no UTF-8 need a file system of bytes")
@pytest.mark.parametrize("name", ["units", "stats", "show", "export"])
def test_a_file_name_that_is_not_utf_8_is_no_crash(docs: Path, name: str) -> None:
    folder = docs / "names"
    put(folder, {"a.md": HELLO})
    Path(os.fsdecode(os.fsencode(folder) + b"/foug\xe8re.md")).write_text(HELLO, encoding="utf-8")
    options: list[str | Path] = ["-o", docs / "out", "--per-page"] if name == "export" else []
    ran = run_apart(name, folder, *options)
    assert "Traceback" not in ran.err
    assert ran.status in {0, 1}
    assert len(ran.error_lines) == ran.status
    ran.out.decode()


ONE = unit("Bonjour", "Hello")
ODD_PAGES = {
    "empty.md": ("", 0),
    "empty.html": ("", 0),
    "empty.xml": ("", 0),
    "blank.html": (" \n", 0),
    "entity.xml": (f"<Type><Docs>&fern; {ONE}</Docs></Type>", 1),
    "own-entity.xml": (f'<!DOCTYPE Type [<!ENTITY fern "Fougère">]><Type>&fern;{ONE}</Type>', 1),
    "not-well-formed.xml": (f"<Type><Docs>{ONE}</Type> & <", 1),
    "other-encoding.xml": (f'<?xml version="1.0" encoding="utf-16"?><Type>{ONE}</Type>', 1),
    "other-encoding.html": (f'<meta charset="utf-16">{ONE}', 1),
    "deep.html": ("<div>" * 3000 + ONE + "</div>" * 3000, 1),
    "deep.xml": ("<a>" * 3000 + ONE + "</a>" * 3000, 1),
    "deep.md": (">" * 3000 + " " + ONE, 1),
    "yaml-recursive.md": (f"---\na: &a [*a]\nms.contentlocale: *a\n---\n{ONE}", 1),
    "yaml-object.md": (f"---\nms.contentlocale: !!python/object:os.system x\n---\n{ONE}", 1),
    "yaml-no-day.md": (f"---\nms.date: 2019-02-30\nms.lasthandoff: 99/99/0000\n---\n{ONE}", 1),
    "yaml-not-closed.md": (f"---\nms.contentlocale: fr-FR\n{ONE}", 1),
    "locale-unknown.md": (page(ONE, locale="xx"), 1),
    "locale-private.md": (page(ONE, locale="qaa-Qaaa-QM-x-fern"), 1),
    "locale-region.md": (page(ONE, locale="es-419"), 1),
    "locale-script.md": (page(ONE, locale="zh-Hant"), 1),
    "locale-wrong.md": (page(ONE, locale="French"), 1),
}


#: Those of the odd pages whose locale is none; all say so, and nothing else.
WRONG_LOCALES = {"locale-wrong.md", "yaml-object.md"}


@pytest.mark.parametrize(("name", "text", "count"), [(name, *odd) for name, odd in ODD_PAGES.items()], ids=ODD_PAGES)
def test_any_text_will_do(run: Runner, docs: Path, name: str, text: str, count: int) -> None:
    put(docs / "odd", {name: text, "other.md": HELLO})
    assert len(run("units", "odd", "--locale", "fr-FR").records) == count + 1
    for arguments in (["stats"], ["show"], ["export", "-o", "out"], ["export", "-o", "pages", "--per-page"]):
        ran = run(arguments[0], "odd", "--locale", "fr-FR", *arguments[1:])
        assert ran.status == 0
        assert [line.rpartition(" ")[2] for line in ran.error_lines] == ["[wrong-locale]"] * (name in WRONG_LOCALES)
    for side in ("source", "target"):
        assert run("rebuild", f"odd/{name}", "--side", side).status == 0
    ran = run("verify", "odd", "--target", "odd", "--source", "odd", "--json")
    assert ran.record["pages"] == 2


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "good", "-o", "out"],
        ["units", "good"],
        ["rebuild", "good/a.md", "--side", "source"],
        ["verify", "good", "--target", "empty", "--json"],
        ["verify", "good", "--target", "empty"],
        ["stats", "good"],
        ["stats", "good", "--json"],
        ["show", "good"],
        ["units", "--help"],
    ],
    ids=" ".join,
)
def test_a_full_disk_is_one_line_on_standard_error(docs: Path, arguments: list[str]) -> None:
    with FULL.open("wb") as full:
        done = subprocess.run(command(*arguments), stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode in {1, 2}
    assert done.stderr.count("\n") == 1, done.stderr
    assert "space" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
@pytest.mark.parametrize("name", ["export", "units", "stats", "show", "rebuild", "verify"])
def test_a_terminal_that_is_not_utf_8_is_no_crash(corpora: Path, tmp_path: Path, encoding: str, name: str) -> None:
    options: dict[str, list[str | Path]] = {
        "export": ["-o", tmp_path],
        "rebuild": ["--side", "target"],
        "verify": ["--target", corpora / "source"],
    }
    ran = run_apart(
        name, corpora / "bilingual/ar-SA/get-started/overview.md", *options.get(name, []), PYTHONIOENCODING=encoding
    )
    assert "Traceback" not in ran.err
    assert ran.status in {0, 1}


# ---------------------------------------------------------------------------------------------------------------------
# Results on standard output, messages on standard error


@pytest.mark.parametrize("name", ["export", "units", "stats", "show"])
def test_quiet_says_nothing_but_errors(run: Runner, docs: Path, name: str) -> None:
    out = ["-o", "out"] if name == "export" else []
    loud, quiet = run(name, "stray", *out), run(name, "stray", *out, "--quiet")
    assert (loud.status, len(loud.error_lines)) == (0, 1)
    assert (quiet.status, quiet.err) == (0, "")
    assert quiet.out == (b"" if name == "export" else loud.out)
    assert len(run(name, "broken", *out, "-q").error_lines) == 1


@pytest.mark.parametrize("name", ["export", "units", "stats", "show"])
def test_in_a_pipe_there_is_no_progress_and_no_colour(corpora: Path, tmp_path: Path, name: str) -> None:
    options: list[str | Path] = ["-o", tmp_path] if name == "export" else []
    ran = run_apart(name, corpora / "bilingual" / "fr-FR", *options)
    assert (ran.status, ran.err) == (0, "")
    assert set(ran.out) & {0x0D, 0x1B, 0x08, 0x07} == set()


@POSIX
@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_on_a_terminal_there_is_progress_unless_quiet(docs: Path, quiet: list[str]) -> None:
    import pty

    master, slave = pty.openpty()
    arguments = command("export", "good", "-o", "out", *quiet)
    environment = {**os.environ, "TERM": "xterm"}
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=slave, env=environment, timeout=60, check=False)
    os.close(slave)
    shown = b""
    try:
        while part := os.read(master, 65536):
            shown += part
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(master)
    assert done.returncode == 0
    assert (b"Reading" in shown) == (not quiet)
    assert b"\x1b" not in done.stdout


def test_export_ends_with_a_table(run: Runner, docs: Path) -> None:
    text = run("export", "good", "-o", "out").out.decode()
    assert re.search(r"2 pages, 2 units, 0 problems", text)
    assert re.search(r"fr-FR\.tmx +1 +1 +0 +1 duplicate", text)


@pytest.mark.parametrize("locale", ["ar-SA", "fr-FR", "th-TH"])
def test_show_holds_both_languages(run: Runner, corpora: Path, locale: str) -> None:
    path = corpora / "bilingual" / locale / "get-started" / "overview.md"
    ran = run("show", path)
    text = ran.out.decode()
    assert (ran.status, ran.err) == (0, "")
    units = run("units", path).records
    for one in units:
        assert one["id"] in text
        # Cells wrap between words, and only longer words than these are cut.
        words = [word for word in (one["source"] + " " + one["target"]).split() if len(word) <= 15]
        assert [word for word in words if word not in text] == []
    # Text written from right to left is isolated, each segment by itself.
    assert text.count("\u2067") == text.count("\u2069") == (len(units) if locale == "ar-SA" else 0)


def test_show_takes_markup_as_text(run: Runner, docs: Path) -> None:
    put(docs, {"odd/a.md": page(unit("[bold]gras[/bold] [/]", ":fern: [link=x]y[/link]"))})
    text = run("show", "odd").out.decode()
    for part in ("[bold]gras[/bold] [/]", ":fern: [link=x]y[/link]"):
        assert part in text


# ---------------------------------------------------------------------------------------------------------------------
# Interrupts


def _interruptible(*arguments: str | Path) -> subprocess.Popen[bytes]:
    # A shell may have started the tests with the signal ignored, which children inherit.
    return subprocess.Popen(
        command(*arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


@POSIX
@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [(signal.SIGINT, 130, b"align-tm: interrupted\n"), (signal.SIGTERM, 143, b"align-tm: terminated\n")],
    ids=["SIGINT", "SIGTERM"],
)
@pytest.mark.parametrize("again", [False, True], ids=["first export", "export over an older one"])
def test_an_interrupted_export_leaves_out_as_it_was(
    docs: Path, again: bool, sent: signal.Signals, status: int, said: bytes
) -> None:
    """Standard input comes after the page with a problem, and before the others: the export waits for it."""
    put(docs, {"big/+first.md": BROKEN, **{f"big/p{number:03}.md": HELLO for number in range(100)}})
    if again:
        run_apart("export", "good", "-o", "out")
    before = {path.name: path.read_bytes() for path in (docs / "out").glob("[!.]*")}
    with _interruptible("export", "big", "-", "-o", "out") as process:
        assert process.stdin
        assert process.stderr
        first = process.stderr.readline()
        begun = [path.name for path in docs.glob("out/.align-tm/work-*/*")]
        process.send_signal(sent)
        rest = process.stderr.read()
        process.wait(60)
    assert first.startswith(b"+first.md:")
    assert begun
    assert (process.returncode, rest) == (status, said)
    assert {path.name: path.read_bytes() for path in (docs / "out").glob("[!.]*")} == before


@POSIX
@pytest.mark.parametrize("name", ["units", "stats", "show"])
def test_an_interrupt_is_one_line(docs: Path, name: str) -> None:
    """Where the command waits for standard input; the problem of the page before tells that it does."""
    put(docs, {"+first.md": BROKEN})
    with _interruptible(name, "+first.md", "-") as process:
        assert process.stderr
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        process.wait(60)
    assert process.returncode == 130
    assert rest.count(b"\n") == 1
    assert b"Traceback" not in rest


@POSIX
def test_an_interrupt_while_files_are_renamed_leaves_no_part(run: Runner, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, count = Path.replace, iter(range(100))

    def interrupted(self: Path, target: Path) -> Path:
        if next(count) == 2:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    ran = run("export", "good", "-o", "out")
    assert ran.status == 130
    assert [path.name for path in (docs / "out").iterdir() if path.name.endswith(".part")] == []


@pytest.mark.parametrize("pages", [2, 30], ids=["few files", "many files"])
def test_an_interrupt_while_files_are_flushed_leaves_no_part(
    run: Runner, docs: Path, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    put(docs, {f"many/{number}.md": HELLO for number in range(pages)})
    monkeypatch.setattr(os, "fsync", interrupted)
    monkeypatch.setattr(os, "sync", interrupted, raising=False)
    ran = run("export", "many", "-o", "out", "--per-page")
    assert ran.status == 130
    assert [path for path in (docs / "out").rglob("*") if path.is_file()] == []


def test_a_disk_that_is_full_leaves_no_part(run: Runner, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = run("export", "good", "-o", "out")
    assert (ran.status, len(ran.error_lines)) == (2, 1)
    assert [path for path in (docs / "out").rglob("*") if path.is_file()] == []


# ---------------------------------------------------------------------------------------------------------------------
# Closed pipes


@POSIX
@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "good", "-o", "out"],
        ["units", "good"],
        ["rebuild", "good/a.md", "--side", "source"],
        ["verify", "good", "--target", "empty", "--json"],
        ["stats", "good"],
        ["show", "good"],
        ["--help"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_output_into_a_closed_pipe_makes_no_noise(docs: Path, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command(*arguments), stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@POSIX
def test_a_reader_that_leaves_early_makes_no_noise(corpora: Path) -> None:
    with subprocess.Popen(command("units", corpora / "bilingual"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        first = process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(60)
    assert json.loads(first)["page"].startswith("ar-SA/")


@POSIX
@pytest.mark.parametrize("arguments", [["units", "good"], ["export", "good", "-o", "out"], ["stats", "good"]], ids=" ".join)
def test_no_standard_output_at_all_is_no_crash(docs: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command(*arguments)], stderr=subprocess.PIPE, timeout=60, check=False
    )
    assert b"Traceback" not in done.stderr


@POSIX
@pytest.mark.parametrize("arguments", [["units", "good"], ["export", "good", "-o", "out"], ["show", "good"]], ids=" ".join)
def test_no_standard_error_at_all_changes_nothing(docs: Path, arguments: list[str]) -> None:
    plain, closed = (
        subprocess.run(
            ["sh", "-c", f'exec "$@" 2>{to}', "sh", *command(*arguments)], stdout=subprocess.PIPE, timeout=60, check=False
        )
        for to in ("/dev/null", "&-")
    )
    assert (closed.returncode, closed.stdout) == (plain.returncode, plain.stdout) == (0, plain.stdout)
    assert plain.stdout


@POSIX
def test_no_standard_input_at_all_is_no_crash() -> None:
    closed = ["sh", "-c", 'exec "$@" <&-', "sh", *command("units", "-")]
    done = subprocess.run(closed, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on memory as Linux has it")
@pytest.mark.parametrize(
    ("name", "limit", "told"),
    [
        ("large.md", 300_000, "align-tm: there is not enough memory; give fewer or smaller files"),
        ("unclosed.po", 1_500_000, "align-tm: unclosed.po:1: is no line of a PO file; run msgfmt --check on it"),
    ],
)
def test_memory_that_does_not_suffice_is_one_line(docs: Path, name: str, limit: int, told: str) -> None:
    with (docs / "large.md").open("wb") as stream:
        stream.truncate(400_000_000)
    (docs / "unclosed.po").write_text(f'msgid "{"x" * 60_000_000}')
    wanted = ["units", name] if name.endswith(".md") else ["convert", name, "-o", "m.tsv"]
    limited = ["sh", "-c", f'ulimit -v {limit}; exec "$@"', "sh", *command(*wanted)]
    done = subprocess.run(limited, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.decode()) == (2, f"{told}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "good", "-o", ""],
        ["export", "good", "-o", "out", "--omegat", ""],
        ["convert", "m.tmx", "-o", ""],
        ["convert", "", "-o", "m.po"],
        ["pivot", "good", "empty", "-o", ""],
        ["spark-export", "good", "-o", ""],
        ["report", "good", "-o", ""],
        ["units", "good", "--problems", ""],
        ["verify", "good", "--target", ""],
        ["verify", "good", "--source", ""],
        ["corpus", "list", "--catalog", ""],
        ["corpus", "get", "office-scripts-de-de", "--into", ""],
    ],
    ids=" ".join,
)
def test_an_empty_path_is_not_the_current_folder(run: Runner, docs: Path, arguments: list[str]) -> None:
    before = sorted(docs.rglob("*"))
    ran = run(*arguments)
    (line,) = ran.error_lines
    assert (ran.status, ran.out) == (2, b"")
    assert "is empty; give a path" in line
    assert sorted(docs.rglob("*")) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "good", "-o", "out", "--split"],
        ["export", "good", "-o", "out", "--jobs"],
        ["convert", "m.tmx", "-o", "m.po", "--split"],
        ["spark-export", "good", "-o", "out", "--parts"],
    ],
    ids=" ".join,
)
def test_a_count_beyond_all_measure_is_refused(run: Runner, docs: Path, arguments: list[str]) -> None:
    ran = run(*arguments, f"{10**23}")
    (line,) = ran.error_lines
    assert (ran.status, ran.out) == (2, b"")
    assert f"{10**23} is not in the range 1<=x<=1000000000" in line


@POSIX
@pytest.mark.parametrize(
    "arguments",
    [
        ["units", "good", "--problems", "pipe.tsv"],
        ["report", "good", "-o", "pipe.tsv"],
        ["convert", "m/fr-FR.tmx", "-o", "pipe.tsv"],
        ["export", "good", "-o", "m", "--to", "po"],
    ],
    ids=" ".join,
)
def test_no_device_is_replaced(run: Runner, docs: Path, arguments: list[str]) -> None:
    run("export", "good", "-o", "m", "--to", "tmx")
    pipes = [docs / "pipe.tsv", docs / "m" / "fr-FR.po"]  # as /dev/null is, neither files nor folders
    for pipe in pipes:
        os.mkfifo(pipe)
    ran = run(*arguments)
    (line,) = ran.error_lines
    assert ran.status == 2
    assert "is a device or a pipe, which no file replaces; give the name of a file" in line
    assert all(pipe.is_fifo() for pipe in pipes)


@POSIX
def test_a_device_is_no_page(run: Runner) -> None:
    ran = run("units", "/dev/null")  # some have no end, as /dev/zero
    (line,) = ran.error_lines
    assert (ran.status, ran.out) == (2, b"")
    assert line.startswith("align-tm: /dev/null: cannot be read: it is a device; ")


def test_problems_do_not_take_the_place_of_a_page(run: Runner, docs: Path) -> None:
    ran = run("units", "good", "--problems", "good/a.md")
    assert (ran.status, ran.out, len(ran.error_lines)) == (2, b"", 1)
    assert "good/a.md: --problems: is one of the pages read; give another FILE" in ran.err
    assert (docs / "good" / "a.md").read_text("utf-8") == HELLO


@POSIX
def test_a_name_that_a_po_file_makes_too_long_is_named(run: Runner, docs: Path) -> None:
    name = f"{'x' * 250}.md"  # with ".po" behind it there are 256 characters; file systems take 255
    put(docs / "long", {name: HELLO, "b.md": HELLO})
    ran = run("export", "long", "-o", "out", "--per-page")
    (line,) = ran.error_lines
    assert (ran.status, ran.out) == (2, b"")
    assert line.endswith(
        f"out/po/{name}.po: its name is too long for the file system; shorten it, or leave out the page that it is named after"
    )
    assert not (docs / "out" / "b.md.po").exists()


def test_a_file_is_the_twin_of_one_page_only(run: Runner, docs: Path) -> None:
    put(docs / "two", {"a.md": HELLO, "b.md": HELLO})
    for side in ("--target", "--source"):
        ran = run("verify", "two", side, "two/a.md")
        (line,) = ran.error_lines
        assert ran.status == 2
        assert line.startswith(f"align-tm: two/a.md: {side} is one file, and 2 pages are given; give the folder")
        assert run("verify", "two/b.md", side, "two/a.md").status != 2


# ---------------------------------------------------------------------------------------------------------------------
# Standard input


def test_standard_input_can_stand_beside_other_pages(run: Runner, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HELLO.encode()), encoding="utf-8"))
    ran = run("units", "good", "-")
    assert [record["page"] for record in ran.records] == ["-", "a.md", "b.md"]
