"""The catalog of public repositories: what it may hold, and how one of them is cloned."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from clients import Runner, page, put, run_here, unit
from repositories import commit_all, git, needs_git, new_repository

import align
from align.catalog import own_catalog, read_catalog
from align.errors import FormatError, MissingPathError

ENTRY = """\
[[corpus]]
name = "ferns-fr-fr"
repository = "{url}"
branch = "{branch}"
target_branch = "live"
locale = "fr-FR"
pages = 1
units = 1
paragraphs = 0
"""


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Runner:
    return lambda *arguments: run_here(capsysbinary, arguments)


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    """A catalog of one repository on disk, with two commits on the branch and another branch."""
    folder = put(new_repository(tmp_path / "origin"), {"a.md": page("first")})
    commit_all(folder)
    commit_all(put(folder, {"a.md": page(unit("Farn", "Fern"))}))
    git(folder, "branch", "live")
    return write(tmp_path, ENTRY.format(url=folder.as_uri(), branch="live-sxs"))


def write(folder: Path, text: str) -> Path:
    (folder / "catalog.toml").write_text(text, encoding="utf-8")
    return folder / "catalog.toml"


# --- the catalog -----------------------------------------------------------------------------------------------------


def test_the_catalog_of_this_program_is_sound(run: Runner) -> None:
    catalog = read_catalog(own_catalog())
    assert len(catalog) > 20
    assert all(corpus.url.startswith("https://github.com/") for corpus in catalog)
    out = run("corpus", "list").out.decode()
    assert all(corpus.name in out for corpus in catalog)
    listed = run("corpus", "list", "--json").record["corpora"]
    assert [one["name"] for one in listed] == [corpus.name for corpus in catalog]
    assert set(listed[0]) == {*ENTRY.replace("[[corpus]]", "").split()[::3], "note", "url"}


def test_the_installed_program_finds_its_catalog(tmp_path: Path) -> None:
    """The wheel holds it; nothing beside the package is needed."""
    pytest.importorskip("hatchling")
    root = Path(align.__file__).resolve().parents[1]
    source = tmp_path / "source"
    for name in ("align", "corpora/catalog.toml", "LICENSE", "README.md", "pyproject.toml"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (root / name).is_dir() else shutil.copy)(root / name, source / name)
    script = "from hatchling.build import build_wheel; import sys; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    script = "from align.catalog import own_catalog, read_catalog; print(len(read_catalog(own_catalog())), own_catalog())"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    count, path = ran.stdout.split(maxsplit=1)
    assert int(count) == len(read_catalog(own_catalog()))
    assert Path(path.strip()) == (tmp_path / "site" / "align" / "data" / "catalog.toml").resolve()


SOUND = ENTRY.format(url="owner/ferns", branch="live-sxs")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (SOUND.replace("branch =", "brnach =", 1), 1, "brnach"),
        (SOUND + "\n# another\n" + SOUND.replace("pages = 1", 'pages = "1"'), 12, "pages"),
        (SOUND.replace('locale = "fr-FR"\n', ""), 1, "locale"),
        (SOUND.replace("fr-FR", "fr_FR"), 1, "fr_FR"),
        (SOUND.replace("ferns-fr-fr", "../ferns"), 1, "../ferns"),
        (SOUND.replace("ferns-fr-fr", "-ferns"), 1, "-ferns"),
        (SOUND.replace('"live-sxs"', '"--upload-pack=x"'), 1, "--upload-pack=x"),
        (SOUND.replace("owner/ferns", "http://example.org/ferns"), 1, "https, ssh, file"),
        (SOUND.replace("owner/ferns", "ext::sh -c x"), 1, "https, ssh, file"),
        (SOUND.replace("owner/ferns", "git@example.org:ferns"), 1, "https, ssh, file"),
        (SOUND.replace("owner/ferns", "--upload-pack=x"), 1, "https, ssh, file"),
        (SOUND.replace("owner/ferns", "../origin"), 1, "https, ssh, file"),
        (SOUND + SOUND, None, "two entries"),
        ("[[corpora]]\n", None, "corpora"),
        ("corpus = 1\n", None, "list of tables"),
        ("corpus = [1]\n", None, "entry 1"),
        ("[[corpus]\n", None, "line 1"),
    ],
)
def test_a_wrong_catalog_is_one_clear_line(run: Runner, tmp_path: Path, text: str, line: int | None, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(FormatError) as caught:
        read_catalog(path)
    assert (caught.value.line, caught.value.path) == (line, str(path))
    for command in (["list"], ["list", "--json"], ["get", "ferns-fr-fr", "--into", tmp_path / "into"]):
        ran = run("corpus", *command, "--catalog", path)
        assert (ran.status, len(ran.error_lines), ran.out) == (2, 1, b"")
        assert words in ran.err
    assert not (tmp_path / "into").exists()


def test_a_catalog_that_is_not_there_is_one_clear_line(run: Runner, tmp_path: Path) -> None:
    with pytest.raises(MissingPathError):
        read_catalog(tmp_path / "nowhere.toml")
    write(tmp_path, "").write_bytes(b"\xff")
    assert run("corpus", "list", "--catalog", tmp_path / "catalog.toml").status == 2
    assert run("corpus", "list", "--catalog", tmp_path).status == 2


# --- cloning ---------------------------------------------------------------------------------------------------------


@needs_git
def test_a_corpus_is_cloned_one_branch_and_one_commit(run: Runner, catalog: Path, tmp_path: Path) -> None:
    ran = run("corpus", "get", "ferns-fr-fr", "--into", tmp_path / "new" / "er", "--catalog", catalog)
    assert (ran.status, ran.err) == (0, "")
    clone = tmp_path / "new" / "er" / "ferns-fr-fr"
    assert str(clone) in ran.out.decode()
    assert list(clone.parent.iterdir()) == [clone]
    assert git(clone, "rev-list", "--count", "--all") == "1"
    assert git(clone, "branch", "-a", "--format=%(refname)").split() == [
        "refs/heads/live-sxs",
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/live-sxs",
    ]
    units = run("units", f"git:{clone}@origin/live-sxs").records
    assert [one["source"] for one in units] == ["Fern"]
    assert units == run("units", clone).records


@needs_git
@pytest.mark.parametrize("there", ["file", "empty folder", "folder", "link"])
def test_nothing_is_overwritten(run: Runner, catalog: Path, tmp_path: Path, there: str) -> None:
    folder = tmp_path / "ferns-fr-fr"
    if there == "file":
        folder.write_text("kept")
    elif there == "link":
        folder.symlink_to(tmp_path / "nowhere")
    else:
        folder.mkdir()
        if there == "folder":
            put(folder, {"kept.md": "kept"})
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    ran = run("corpus", "get", "ferns-fr-fr", "--into", tmp_path, "--catalog", catalog)
    assert (ran.status, len(ran.error_lines)) == (2, 1)
    assert "exists already" in ran.err
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*")) == before


@needs_git
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/origin", "/nowhere"),
        ('"live-sxs"', '"nowhere"'),
        ("file://", "https://user@127.0.0.1:1"),
        ("file://", "ssh://-oProxyCommand=x"),
    ],
)
def test_a_failed_clone_leaves_nothing(run: Runner, catalog: Path, tmp_path: Path, old: str, new: str) -> None:
    catalog.write_text(catalog.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    (tmp_path / "kept").mkdir()
    for into in (tmp_path / "new" / "er", tmp_path / "kept"):
        ran = run("corpus", "get", "ferns-fr-fr", "--into", into, "--catalog", catalog)
        assert (ran.status, len(ran.error_lines)) == (2, 1)
        assert "cannot be cloned: " in ran.err
    assert not (tmp_path / "new").exists()
    assert not list((tmp_path / "kept").iterdir())


def test_an_unknown_name_is_one_clear_line(run: Runner, catalog: Path) -> None:
    ran = run("corpus", "get", "nowhere", "--catalog", catalog)
    assert (ran.status, ran.out) == (2, b"")
    assert ran.err == "align-tm: the catalog has no 'nowhere'; see align-tm corpus list\n"


@pytest.mark.parametrize("name", ["list", "get"])
def test_every_help_holds_an_example(run: Runner, name: str) -> None:
    ran = run("corpus", name, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert f"\n  Example:\n    align-tm corpus {name}" in ran.out.decode()
