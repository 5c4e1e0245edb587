"""``align-tm check-pages``, and findings as hooks and continuous integration read them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from clients import Ran, Runner, page, put, run_here, unit
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Failure, JUnitXml, Skipped
from lxml import etree

from align.annotations import Annotation, Case, github, junit

ROOT = Path(__file__).resolve().parents[1]
SOUND = page(unit("Bonjour", "Hello"))
OPEN = '<span data-ttu-id="abd60-102">Au revoir'
BROKEN = page(unit("Bonjour", "Hello"), OPEN, f"{OPEN} encore")
STRAY = "Text about data-ttu-id= in a sentence.\n"
MESSAGE = "the target of abd60-102 is not followed by its source; mend the page"


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
            "docs/sound.md": SOUND,
            "docs/a,b/broken.md": BROKEN,
            "docs/stray.md": STRAY,
            "other/sound.md": SOUND,
            "plain.md": "No unit.\n",
            "real/sound.md": SOUND.replace(unit("Bonjour", "Hello"), "100 % autre"),
            "real/stray.md": STRAY,
        },
    )


def lines(ran: Ran) -> list[str]:
    return ran.out.decode().splitlines()


# ---------------------------------------------------------------------------------------------------------------------
# What is printed


def test_there_is_one_line_for_each_damaged_wrapper(run: Runner, docs: Path) -> None:
    ran = run("check-pages", "docs")
    assert lines(ran) == [
        f"a,b/broken.md:8: error: {MESSAGE} [unclosed-target]",
        f"a,b/broken.md:9: error: {MESSAGE} [unclosed-target]",
        "stray.md:1: warning: data-ttu-id= stands outside of any tag; nothing to do if it is meant as text [stray-marker]",
    ]
    assert (ran.status, ran.err) == (1, "")


def test_json_is_one_problem_a_line(run: Runner, docs: Path) -> None:
    ran = run("check-pages", "docs/a,b/broken.md", "--format", "json")
    assert [json.loads(line) for line in lines(ran)] == [
        {"rule": "unclosed-target", "severity": "error", "page": "broken.md", "line": line, "message": MESSAGE}
        for line in (8, 9)
    ]


def test_github_shows_a_finding_at_the_file_that_was_given(run: Runner, docs: Path) -> None:
    ran = run("check-pages", "./docs", "--format", "github")
    assert lines(ran) == [
        f"::error file=docs/a%2Cb/broken.md,line=8,title=unclosed-target::{MESSAGE}",
        f"::error file=docs/a%2Cb/broken.md,line=9,title=unclosed-target::{MESSAGE}",
        "::warning file=docs/stray.md,line=1,title=stray-marker::"
        "data-ttu-id= stands outside of any tag; nothing to do if it is meant as text",
    ]


def test_junit_has_a_case_for_each_page(run: Runner, docs: Path) -> None:
    (docs / "junit.xml").write_bytes(run("check-pages", "docs", "--format", "junit").out)
    (suite,) = JUnitXml.fromfile(str(docs / "junit.xml"))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (3, 1, 0, 0)
    cases = {case.name: case for case in suite}
    assert list(cases) == ["a,b/broken.md", "sound.md", "stray.md"]
    (failure,) = cases["a,b/broken.md"].result
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message) == ("unclosed-target", f"{MESSAGE} (and 1 more)")
    assert failure.text.splitlines() == [f"docs/a,b/broken.md:{line}: error: {MESSAGE} [unclosed-target]" for line in (8, 9)]
    assert cases["sound.md"].result == []
    assert cases["stray.md"].system_out.startswith("docs/stray.md:1: warning: ")


@pytest.mark.parametrize("form", ["text", "json", "github", "junit"])
def test_a_page_on_standard_input_has_no_file(run: Runner, docs: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    with (docs / "plain.md").open("w+", encoding="utf-8") as stream:
        stream.write(BROKEN)
        stream.seek(0)
        monkeypatch.setattr(sys, "stdin", stream)
        ran = run("check-pages", "-", "--format", form)
    assert ran.status == 1
    assert "file=" not in ran.out.decode()
    if form == "github":
        assert lines(ran)[0] == f"::error title=unclosed-target::-:8: {MESSAGE}"


# ---------------------------------------------------------------------------------------------------------------------
# The exit status


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["docs"], 1),
        (["docs", "--fail-on", "never"], 0),
        (["docs/stray.md"], 0),
        (["docs/stray.md", "--fail-on", "warning"], 1),
        (["plain.md"], 0),
        (["plain.md", "docs/sound.md", "other/sound.md"], 0),
        (["plain.md", "docs/a,b/broken.md"], 1),
        (["absent.md"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
@pytest.mark.parametrize("form", ["text", "json", "github", "junit"])
def test_the_status_is_1_from_a_severity_on(run: Runner, docs: Path, arguments: list[str], status: int, form: str) -> None:
    assert run("check-pages", *arguments, "--format", form).status == status


def test_a_page_that_names_no_locale_is_sound(run: Runner, docs: Path) -> None:
    put(docs, {"fragment.md": unit("Bonjour", "Hello")})
    assert run("check-pages", "fragment.md") == Ran(0, b"", "")


def test_an_unreadable_page_among_others_is_a_finding(run: Runner, docs: Path) -> None:
    put(docs, {"docs/latin.md": b"Line\nFoug\xe8re\n"})
    ran = run("check-pages", "docs/latin.md", "plain.md", "--format", "github", "--fail-on", "never")
    assert ran.status == 1
    (line,) = lines(ran)
    assert line.startswith("::error file=docs/latin.md,line=2,title=unreadable-page::is not UTF-8 (byte 0xE8); ")


def test_quiet_leaves_warnings_out_of_the_text(run: Runner, docs: Path) -> None:
    assert [line.split(": ")[1] for line in lines(run("check-pages", "docs", "-q"))] == ["error", "error"]
    assert run("check-pages", "docs", "-q", "--format", "github").out.count(b"::warning ") == 1


# ---------------------------------------------------------------------------------------------------------------------
# verify


def test_a_difference_is_shown_at_its_line(run: Runner, docs: Path) -> None:
    ran = run("verify", "docs", "--target", "real", "--format", "github")
    assert (ran.status, lines(ran)) == (
        1,
        [
            "::error file=docs/sound.md,line=7,title=target-differs::"
            "the target differs%0Aexpected: '100 %25 autre'%0Afound: 'Bonjour'"
        ],
    )


def test_a_comparison_is_a_case(run: Runner, docs: Path) -> None:
    (docs / "junit.xml").write_bytes(run("verify", "docs", "--target", "real", "--format", "junit").out)
    (suite,) = JUnitXml.fromfile(str(docs / "junit.xml"))
    results = {case.name: case.result for case in suite}
    assert {name: [type(one) for one in result] for name, result in results.items()} == {
        "a,b/broken.md": [Skipped],
        "sound.md": [Failure],
        "stray.md": [],
    }


def test_format_json_is_json(run: Runner, docs: Path) -> None:
    asked = ("verify", "docs", "--target", "real")
    assert run(*asked, "--format", "json") == run(*asked, "--json")


def test_a_page_that_cannot_be_read_is_shown_by_verify(run: Runner, docs: Path) -> None:
    put(docs, {"docs/latin.md": b"\xe8\n"})
    for form, mark in (("github", "::error file=docs/latin.md,line=1,title=unreadable-page::"), ("junit", "unreadable-page")):
        ran = run("verify", "docs/latin.md", "docs/stray.md", "--target", "real", "--format", form)
        assert ran.status == 1
        assert mark in ran.out.decode()


# ---------------------------------------------------------------------------------------------------------------------
# The forms

TEXTS = st.text(max_size=30)
ANNOTATIONS = st.builds(
    Annotation, st.none() | TEXTS, st.none() | st.integers(1, 9), st.sampled_from(["error", "warning", "info"]), TEXTS, TEXTS
)


def read_command(line: str) -> tuple[dict[str, str], str]:
    """Properties and message of a workflow command, as GitHub's runner reads them."""
    found = re.fullmatch(r"::(?:error|warning|notice) (.*?)::(.*)\n", line)
    assert found is not None
    named = (pair.partition("=") for pair in found[1].split(","))
    data = {"%0D": "\r", "%0A": "\n", "%25": "%"}
    places = {**data, "%3A": ":", "%2C": ","}

    def unescaped(text: str, table: dict[str, str]) -> str:
        return re.sub("%[0-9A-F]{2}", lambda escape: table[escape[0]], text)

    return {name: unescaped(value, places) for name, _, value in named}, unescaped(found[2], data)


@given(ANNOTATIONS)
def test_a_workflow_command_comes_back_as_it_was(annotation: Annotation) -> None:
    properties, message = read_command(github(annotation, "a.md"))
    place = "a.md" if annotation.line is None else f"a.md:{annotation.line}"
    assert message == (annotation.message if annotation.path is not None else f"{place}: {annotation.message}")
    assert properties["title"] == annotation.rule
    assert properties.get("file") == annotation.path
    line = annotation.line if annotation.path is not None else None
    assert properties.get("line") == (None if line is None else str(line))


@given(st.lists(st.builds(Case, TEXTS, TEXTS, st.lists(ANNOTATIONS, max_size=3).map(tuple), st.none() | TEXTS), max_size=3))
def test_junit_is_well_formed_whatever_it_holds(cases: list[Case]) -> None:
    suite = etree.fromstring(junit("checks", cases).encode())
    assert suite.get("tests") == str(len(suite)) == str(len(cases))
    assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
    assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))


def test_junit_has_no_character_that_xml_does_not_allow() -> None:
    case = Case("a\x01\n.md", "b", (Annotation("\ud800c", None, "error", "d", "e\x0b\r"),))
    (found,) = etree.fromstring(junit("checks", [case]).encode())
    assert found.get("name") == "a\n.md"
    assert found.findtext("failure") == "c: error: e\r [d]"


def test_junit_is_valid() -> None:
    path = Path(os.environ.get("ALIGN_TM_SCHEMAS", "")) / "junit-10.xsd"
    if not path.is_file():
        pytest.skip("set ALIGN_TM_SCHEMAS to a folder that holds junit-10.xsd (of Jenkins' xUnit plugin)")
    findings = (Annotation("a", 1, "error", "b", "c"), Annotation("a", None, "info", "b", "c"))
    cases = [Case("a", "b"), Case("a", "b", findings), Case("a", "b", skipped="c")]
    etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(junit("checks", cases).encode()))


# ---------------------------------------------------------------------------------------------------------------------
# pre-commit


def tool(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run pre-commit itself, with the command beside Python on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PRE_COMMIT_HOME": str(folder / ".cache"), "GIT_CONFIG_GLOBAL": os.devnull}
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_hooks_are_valid(tmp_path: Path) -> None:
    done = tool("validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"), folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository whose configuration has the hooks as they stand in the manifest, but run from where Python is."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    for hook in hooks:
        hook["language"] = "system"  # a copy in an environment of its own would need the network
        if hook["id"] == "align-tm-verify":
            hook["args"] = ["docs", "--target", "real"]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    put(
        tmp_path, {".pre-commit-config.yaml": yaml.safe_dump(config), "docs/a/x.md": SOUND, "docs/b/x.md": SOUND, "x.txt": OPEN}
    )
    put(tmp_path, {f"real/{name}/x.md": SOUND.replace(unit("Bonjour", "Hello"), "Bonjour") for name in "ab"})
    for arguments in (["init", "-q"], ["add", "-A", ":!.cache"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.parametrize(
    ("hook", "path", "text", "shown"),
    [
        ("align-tm-check-pages", "docs/b/x.md", BROKEN, f"b/x.md:8: error: {MESSAGE}"),
        ("align-tm-verify", "real/b/x.md", SOUND, "b/x.md:7: target differs"),
    ],
)
def test_a_hook_passes_until_a_page_is_broken(repository: Path, hook: str, path: str, text: str, shown: str) -> None:
    passed = tool("run", hook, "--all-files", folder=repository)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    put(repository, {path: text})
    failed = tool("run", hook, "--all-files", folder=repository)
    assert failed.returncode == 1
    assert shown in failed.stdout
