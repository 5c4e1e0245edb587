"""Completion in shells, as docs/cli.md has it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from clients import run_apart

DOCS = Path(__file__).resolve().parents[1] / "docs" / "cli.md"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_is_printed(shell: str) -> None:
    ran = run_apart(_ALIGN_TM_COMPLETE=f"{shell}_source")
    assert (ran.status, ran.err) == (0, "")
    assert f"_ALIGN_TM_COMPLETE={shell}_complete" in ran.out.decode()
    if shutil.which(shell) is not None:
        subprocess.run([shell, "-n"], input=ran.out, check=True)


def test_the_documentation_names_all_three() -> None:
    assert set(re.findall(r"_ALIGN_TM_COMPLETE=(\w+)_source", DOCS.read_text("utf-8"))) == {"bash", "zsh", "fish"}


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("align-tm ch", ["plain,check-pages"]),
        ("align-tm check-pages --fo", ["plain,--format"]),
        ("align-tm verify a --format j", ["plain,json", "plain,junit"]),
        ("align-tm export do", ["file,do"]),
        ("align-tm rebuild do", ["file,do"]),
        ("align-tm convert do", ["file,do"]),
    ],
)
def test_words_are_completed(words: str, offered: list[str]) -> None:
    last = str(len(words.split()) - 1)
    ran = run_apart(_ALIGN_TM_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=last)
    assert (ran.status, ran.out.decode().split()) == (0, offered)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_a_command_with_the_script(tmp_path: Path) -> None:
    script = f"""
    export PATH="{Path(sys.executable).parent}:$PATH"
    eval "$(_ALIGN_TM_COMPLETE=bash_source align-tm)"
    COMP_WORDS=(align-tm reb) COMP_CWORD=1
    _align_tm_completion align-tm
    echo "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "rebuild\n"
