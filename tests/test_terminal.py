"""Names and texts that would steer a terminal are shown, whatever command prints them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from clients import Runner, page, put, run_here, unit
from hypothesis import given
from hypothesis import strategies as st

import align
from align.errors import OptionError
from align.model import Problem
from align.terminal import on_one_line, shown

# The title of the window, red, and all that was printed before gone.
EVIL = "\x1b]0;owned\x07\x1b[31m\x9b2J"
TOLD = r"\x1b]0;owned\x07\x1b[31m\x9b2J"


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Runs the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run_here(capsysbinary, arguments)


@pytest.mark.parametrize(
    ("text", "lines", "line"),
    [
        ("plain é ع", "plain é ع", "plain é ع"),
        ("a\tb\nc\r\nd", "a\tb\nc\nd", r"a\tb\nc\r\nd"),
        ("a\rb\x00\x7f\x85", r"a\rb\x00\x7f\x85", r"a\rb\x00\x7f\x85"),
        ("\u200fع\u202eb\u2066c\u2069", "\u200fع\u202eb\u2066c\u2069", "\u200fع\\u202eb\\u2066c\\u2069"),
        ("a\u2028b", "a\u2028b", r"a\u2028b"),
        ("\udcff.md", r"\udcff.md", r"\udcff.md"),
        (EVIL, TOLD, TOLD),
    ],
)
def test_what_steers_is_shown(text: str, lines: str, line: str) -> None:
    assert (shown(text), on_one_line(text)) == (lines, line)


@given(st.text())
def test_a_message_is_one_line_that_can_be_printed(text: str) -> None:
    for message in (str(OptionError(text, path=text, cure=text)), str(Problem("rule", "error", text, 1, text))):
        assert message.splitlines() == [message]
        assert message.encode("utf-8")
        assert on_one_line(message) == message


@pytest.mark.skipif(sys.platform == "win32", reason="no file has such a name there")
@pytest.mark.parametrize(
    "command", [["show"], ["check-pages"], ["stats"], ["export", "-o", "out", "--per-page"], ["verify", "--target", "pages"]]
)
def test_nothing_of_a_page_steers_the_terminal(run: Runner, command: list[str]) -> None:
    evil = page(f"# {unit(EVIL, EVIL)}", '<span data-ttu-id="abd60-102">', locale=EVIL)
    put(Path("pages"), {f"a{EVIL}\n.md": evil, "b.md": b"\xff", f"c{EVIL}.md": page(unit("Marée", "Tide"))})
    ran = run(*command, "pages")
    assert ran.status == 1
    assert not any(sign in ran.out.decode() + ran.err for sign in ("\x1b", "\x07", "\x9b"))
    if command[0] in {"show", "check-pages"}:
        assert rf"a{TOLD}\n.md:" in ran.out.decode() + ran.err


def test_a_page_shows_itself_without_steering(tmp_path: Path) -> None:
    put(tmp_path, {"a.md": page(unit(f"{EVIL}\u2067", EVIL))})
    text = str(align.read_page(tmp_path / "a.md"))
    assert f"en-US    {TOLD}\n" in text
    assert f"fr-FR    {TOLD}\u2067" in text


def test_a_catalog_of_a_stranger_does_not_steer(run: Runner, corpora: Path) -> None:
    catalog = (corpora / "catalog.toml").read_text("utf-8").replace('note = "', r'note = "\u001b]0;owned\u0007')
    Path("catalog.toml").write_text(catalog, "utf-8")
    ran = run("corpus", "list", "--catalog", "catalog.toml")
    assert (ran.status, "\x1b" in ran.out.decode()) == (0, False)
    assert r"\x1b]0;owned\x07" in ran.out.decode()
