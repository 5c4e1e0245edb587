"""PATHs in git: the same as the folder of a checkout, whatever stands in the tree."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from clients import Runner, page, put, run_here, unit
from repositories import commit_all, commit_tree, git, make_blob, make_tree, needs_git, new_repository, object_path

import align
from align.corpus import Surroundings, find_page, read_file
from align.errors import AlignError, MissingPathError, NoPagesError, OptionError, RepositoryError, UnreadablePageError
from align.git_process import Blobs
from align.git_tree import entries, open_git

pytestmark = needs_git
POSIX = pytest.mark.skipif(os.name != "posix", reason="names and processes as POSIX has them")
HELLO = page(unit("Bonjour", "Hello"))
SILENT = page(unit("Adieu", "Farewell"), locale=None)
HTML = f"<html><head><meta name='ms.contentlocale' content='de-DE'></head><body>{unit('Farn', 'Fern')}</body></html>"


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Runner:
    return lambda *arguments: run_here(capsysbinary, arguments)


@pytest.fixture
def clone(shared: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(shared, tmp_path / "docs.fr-fr", symlinks=True)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that holds what a walk may meet."""
    folder = put(
        new_repository(tmp_path_factory.mktemp("git") / "docs.fr-fr"),
        {
            "index.md": HELLO,
            "LICENSE": "MIT License",
            "guide/a.md": HELLO,
            "guide/silent.md": SILENT,
            "guide/deep/er/silent.markdown": SILENT,
            "guide/LICENSE.md": "# Attribution 4.0 International",
            "guide/fern.html": HTML,
            "guide/notes.txt": "no page",
            ".hidden/a.md": HELLO,
            "guide/.hidden/a.md": HELLO,
            ".dot.md": HELLO,
            "broken/a.md": b"Line\nFoug\xe8re\n",
            "broken/b.md": page('<span data-ttu-id="abd60-109">x</span>'),
            "ünïcode/é è.md": HELLO,
        },
    )
    if os.name == "posix":
        put(
            folder, {"odd/a\nb.md": HELLO, "odd/li\nne/a.md": HELLO, "odd/li\nne/LICENSE": "Apache License", "odd/-a.md": HELLO}
        )
        put(folder / "odd", {os.fsdecode(b"foug\xe8re.md"): HELLO, "back\\slash.md": HELLO, "tab\t.md": HELLO, "\r.md": HELLO})
        (folder / "link.md").symlink_to("index.md")
        (folder / "linked").symlink_to("guide", target_is_directory=True)
        (folder / "loop").symlink_to(".", target_is_directory=True)
        (folder / "odd" / "LICENSE").symlink_to("../guide/LICENSE.md")
    commit_all(folder)
    git(folder, "update-index", "--add", "--cacheinfo", "160000", "1" * 40, "module.md")
    git(folder, "commit", "-q", "-m", "a submodule")
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    """The files written; what the next run needs to know names where the pages came from."""
    names = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in names.items() if not name.startswith(".align-tm/")}


# --- the same as a checkout ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "options"),
    [
        ("", []),
        ("", ["--per-page", "--to", "tmx,po,jsonl"]),
        ("", ["--include", "guide/**", "--exclude", "*.html"]),
        ("", ["--only", "HT", "--since", "2021-01-01", "--container", "markdown"]),
        ("guide", []),
        ("guide/deep/er", ["--locale", "fr-CH"]),
        ("guide/a.md", []),
    ],
)
def test_an_export_is_that_of_a_checkout_byte_for_byte(
    run: Runner, clone: Path, tmp_path: Path, folder: str, options: list[str]
) -> None:
    from_folder = run("export", clone / folder, "-o", tmp_path / "a", "-q", *options)
    from_git = run("export", f"git:{clone}@live-sxs:{folder}", "-o", tmp_path / "b", "-q", *options)
    assert from_git == from_folder
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")
    assert b"Hello" in b"".join(files_of(tmp_path / "b").values()) or "deep" in folder


@pytest.mark.parametrize("name", ["units", "stats", "show"])
def test_every_command_takes_it(run: Runner, clone: Path, name: str) -> None:
    from_git = run(name, f"git:{clone}@live-sxs")
    assert from_git == run(name, clone)
    assert from_git.out


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_page_is_rebuilt(run: Runner, clone: Path, side: str) -> None:
    for name in ("guide/a.md", "broken/b.md", "ünïcode/é è.md"):
        assert run("rebuild", f"git:{clone}@live-sxs:{name}", "--side", side) == run("rebuild", clone / name, "--side", side)
    assert run("rebuild", f"git:{clone}@live-sxs:guide", "--side", side).status == 2


def test_a_bare_clone_and_every_kind_of_ref_give_the_same(clone: Path, tmp_path: Path) -> None:
    git(clone, "tag", "-a", "v1", "-m", "one")
    git(clone, "branch", "feature/x")
    git(tmp_path, "clone", "-q", "--bare", str(clone), "bare.git")
    git(tmp_path, "clone", "-q", "--no-checkout", str(clone), "other@1")
    git(clone, "worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    commit = git(clone, "rev-parse", "HEAD")
    expected = [file.name for file in align.find_pages([clone])]
    refs = ["live-sxs", "v1", "feature/x", commit, commit[:10], "HEAD", "refs/heads/live-sxs"]
    paths = [f"{clone}@{ref}" for ref in refs]
    paths += [
        f"{tmp_path}/bare.git@live-sxs",
        f"{tmp_path}/other@1@origin/live-sxs",
        f"{tmp_path}/tree@HEAD",
        f"{clone}/.git@HEAD",
    ]
    paths += [f"{clone}@HEAD:", f"{clone}@HEAD:/", f"{clone}@HEAD:guide/..", f"{clone}@HEAD:./"]
    for path in paths:
        assert [file.name for file in align.find_pages([f"git:{path}"])] == expected, path


def test_equal_names_are_told_apart_as_those_of_folders_are(tmp_path: Path) -> None:
    for locale in ("fr-FR", "de-DE"):
        put(new_repository(tmp_path / locale), {"a.md": HELLO, "x/b.md": HELLO})
        commit_all(tmp_path / locale)
    paths = [tmp_path / locale for locale in ("fr-FR", "de-DE")]
    names = [file.name for file in align.find_pages(paths)]
    assert [file.name for file in align.find_pages([f"git:{path}@live-sxs" for path in paths])] == names
    assert names == ["de-DE/a.md", "de-DE/x/b.md", "fr-FR/a.md", "fr-FR/x/b.md"]
    mixed = align.find_pages([paths[0], f"git:{paths[1]}@live-sxs"])
    assert [file.name for file in mixed] == names


def test_two_branches_of_one_clone_are_told_apart_by_their_names(tmp_path: Path) -> None:
    folder = put(new_repository(tmp_path / "docs"), {"a.md": HELLO})
    commit_all(folder)
    git(folder, "checkout", "-q", "-b", "old/live-sxs")
    commit_all(put(folder, {"b.md": HELLO}))
    found = align.find_pages([f"git:{folder}@live-sxs", f"git:{folder}@old/live-sxs"])
    assert [file.name for file in found] == ["b.md", "docs/live-sxs/a.md", "old/live-sxs/a.md"]
    again = align.find_pages([f"git:{folder}@live-sxs", f"git:{folder}@live-sxs:", f"git:{folder}@live-sxs:a.md"])
    assert [file.name for file in again] == ["a.md"]


def test_pages_that_were_found_know_their_size_and_change_their_stamp_with_their_content(clone: Path) -> None:
    def found(path: str) -> dict[str, tuple[int, str]]:
        return {file.name: (file.size, file.stamp) for file in align.find_pages([path])}

    for path in (str(clone), f"git:{clone}@live-sxs"):
        before = found(path)
        assert before["index.md"][0] == (clone / "index.md").stat().st_size
        assert all(stamp for _, stamp in before.values())
        put(clone, {"index.md": HELLO.replace("Bonjour", f"Salut {len(path)}")})
        commit_all(clone)
        after = found(path)
        assert {name for name in before if before[name] != after[name]} == {"index.md"}


def test_pages_can_be_sent_to_another_process_and_read_there(clone: Path) -> None:
    for path in (str(clone), f"git:{clone}@live-sxs"):
        files = align.find_pages([path])
        sent = pickle.loads(pickle.dumps(files))
        assert sent == files
        with Surroundings(sent) as surroundings:
            for file, read in zip(sent, align.read_pages(files), strict=True):
                if isinstance(read, align.Page):
                    one = read_file(file, surroundings=surroundings)
                    assert (one.text, one.origin, one.units) == (read.text, read.origin, read.units)
                else:
                    with pytest.raises(UnreadablePageError):
                        read_file(file, surroundings=surroundings)


@POSIX
def test_a_forked_process_does_not_talk_to_the_git_of_its_parent(clone: Path) -> None:
    file = find_page(f"git:{clone}@HEAD:index.md")
    with Blobs() as blobs:
        assert file.place.read(file.inside, file.stamp, blobs) == HELLO.encode()
        child = os.fork()
        if child == 0:
            right = all(file.place.read(file.inside, file.stamp, blobs) == HELLO.encode() for _ in range(200))
            blobs.close()
            os._exit(0 if right else 1)
        assert all(file.place.read(file.inside, file.stamp, blobs) == HELLO.encode() for _ in range(200))
        assert os.waitpid(child, 0)[1] == 0


@POSIX
def test_one_git_process_gives_all_pages_and_none_is_left(clone: Path, tmp_path: Path) -> None:
    real = shutil.which("git")
    shim = tmp_path / "bin" / "git"
    put(tmp_path, {"bin/git": f'#!/bin/sh\necho "$*" >> {tmp_path}/log\nexec {real} "$@"\n'})
    shim.chmod(0o755)
    script = """
import os, sys, align
read = [isinstance(page, align.Page) for page in align.read_pages(align.find_pages([sys.argv[1]]))]
first = next(align.read_pages(align.find_pages([sys.argv[1]])))
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print(read.count(True))
"""
    command = [sys.executable, "-W", "error", "-c", script, f"git:{clone}@live-sxs:guide"]
    environment = {**os.environ, "PATH": f"{shim.parent}:{os.environ['PATH']}"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert (done.stdout, done.stderr) == ("5\n", "")
    log = (tmp_path / "log").read_text()
    assert log.count("cat-file") == 2  # one for each call of read_pages


def test_the_repository_is_the_one_that_is_named(
    run: Runner, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git's own variables, as a hook has them, lead nowhere else; nor does a folder above."""
    commit_all(put(new_repository(tmp_path / "other"), {"other.md": HELLO}))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "other" / ".git" / "objects"))
    assert [file.name for file in align.find_pages([f"git:{clone}@live-sxs:guide/a.md"])] == ["a.md"]
    assert run("units", f"git:{clone}@live-sxs:guide/a.md").records[0]["target"] == "Bonjour"
    with pytest.raises(MissingPathError, match="is no git repository"):
        align.find_pages([f"git:{clone / 'guide'}@live-sxs"])


# --- what is not there, or damaged -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("git:", OptionError, "git:REPO@REF"),
        ("git:{clone}", OptionError, "git:REPO@REF"),
        ("git:@live-sxs", OptionError, "git:REPO@REF"),
        ("git:{clone}@", OptionError, "names no REF"),
        ("git:{clone}@:guide", OptionError, "names no REF"),
        ("git:{clone}/nowhere@live-sxs", MissingPathError, "is no git repository"),
        ("git:" + "x" * 5000 + "@live-sxs", MissingPathError, "is no git repository"),
        ("git:https://example.org/docs@live-sxs", MissingPathError, "local clone"),
        ("git:{clone}@nowhere", MissingPathError, "no branch, tag or commit nowhere"),
        ("git:{clone}@--all", MissingPathError, "no branch, tag or commit --all"),
        ("git:{clone}@a..b", MissingPathError, "no branch, tag or commit"),
        ("git:{clone}@HEAD:guid", MissingPathError, "HEAD has no guid"),
        ("git:{clone}@HEAD:guide/a.md/b.md", MissingPathError, "HEAD has no guide/a.md/b.md"),
        ("git:{clone}@HEAD:nowhere/a.md", MissingPathError, "HEAD has no"),
        ("git:{clone}@HEAD:..", MissingPathError, "leads out of"),
        ("git:{clone}@HEAD:guide/../../docs.fr-fr/index.md", MissingPathError, "leads out of"),
        ("git:{clone}@HEAD:module.md", MissingPathError, "submodule"),
        ("git:{clone}@HEAD:.hidden/.more", MissingPathError, "HEAD has no"),
    ],
)
def test_what_is_not_there_is_one_clear_line(run: Runner, clone: Path, path: str, error: type[AlignError], words: str) -> None:
    path = path.format(clone=clone)
    with pytest.raises(error, match=words.replace(".", "[.]")):
        align.find_pages([path])
    ran = run("stats", path)
    assert (ran.status, len(ran.error_lines)) == (2, 1)
    assert words in ran.err
    assert path in ran.err


@POSIX
def test_a_link_given_by_name_is_refused(clone: Path) -> None:
    with pytest.raises(MissingPathError, match="symbolic link"):
        align.find_pages([f"git:{clone}@HEAD:link.md"])


def test_a_tree_without_pages_is_refused(clone: Path) -> None:
    commit_tree(clone, make_tree(clone, ("100644", make_blob(clone, "x"), b"a.txt")), "bare")
    with pytest.raises(NoPagesError, match="holds no page"):
        align.find_pages([f"git:{clone}@bare"])


def test_without_git_it_is_said(run: Runner, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    ran = run("units", f"git:{clone}@live-sxs")
    assert (ran.status, len(ran.error_lines)) == (2, 1)
    assert "install git" in ran.err


@pytest.mark.parametrize("damage", [b"no zlib stream", b"x\x9c\x01", None])
def test_a_damaged_page_is_one_problem_among_others_and_an_error_alone(run: Runner, clone: Path, damage: bytes | None) -> None:
    path = object_path(clone, make_blob(clone, HELLO + "only here"))
    put(clone, {"guide/damaged.md": HELLO + "only here"})
    commit_all(clone)
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    ran = run("units", f"git:{clone}@live-sxs:guide", "--locale", "fr-FR")
    assert ran.status == 1
    assert [line.split(":")[0] for line in ran.error_lines] == ["damaged.md"]
    assert "unreadable-page" in ran.err
    assert {record["page"] for record in ran.records} == {"a.md", "deep/er/silent.markdown", "fern.html", "silent.md"}
    alone = run("units", f"git:{clone}@live-sxs:guide/damaged.md")
    assert (alone.status, len(alone.error_lines)) == (2, 1)
    assert f"git:{clone}@live-sxs:guide/damaged.md: " in alone.err


def test_a_damaged_folder_or_commit_is_one_clear_line(run: Runner, clone: Path) -> None:
    for damaged in ("HEAD:guide", "HEAD^{tree}", "HEAD"):
        path = object_path(clone, git(clone, "rev-parse", damaged))
        whole = path.read_bytes()
        for data in (b"no zlib stream", None):
            path.unlink()
            if data is not None:
                path.write_bytes(data)
            ran = run("units", f"git:{clone}@live-sxs")
            assert (ran.status, len(ran.error_lines), ran.out) == (2, 1, b""), damaged
        path.write_bytes(whole)


def test_a_partial_clone_is_refused_and_nothing_is_fetched(run: Runner, clone: Path, tmp_path: Path) -> None:
    git(clone, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", clone.as_uri(), "partial.git")
    ran = run("units", f"git:{tmp_path}/partial.git@live-sxs")
    assert (ran.status, len(ran.error_lines)) == (2, 1)
    assert "without --filter" in ran.err


# --- trees that were made to do harm ---------------------------------------------------------------------------------


def test_no_name_in_a_tree_leads_out_of_the_output(run: Runner, tmp_path: Path) -> None:
    folder = new_repository(tmp_path / "in" / "evil")
    blob = make_blob(folder, HELLO)
    inner = make_tree(folder, ("100644", blob, b"escaped.md"))
    tree = make_tree(
        folder,
        ("40000", inner, b".."),
        ("40000", inner, b"."),
        ("40000", inner, b".git"),
        ("100644", blob, b"../slash.md"),
        ("100644", blob, b"/absolute.md"),
        ("100644", blob, f"{tmp_path}/named.md".encode()),
        ("100644", blob, b"a/../../b.md"),
        ("100644", blob, b"twice.md"),
        ("100644", blob, b"twice.md"),
        ("120000", make_blob(folder, f"{tmp_path}/linked"), b"link.md"),
        ("100644", blob, b"good.md"),
    )
    commit_tree(folder, tree, "evil")
    before = set(files_of(tmp_path))
    ran = run("export", f"git:{folder}@evil", "-o", tmp_path / "in" / "out" / "deep", "--per-page", "-q")
    assert ran.status == 0
    new = set(files_of(tmp_path)) - before
    assert all(name.startswith("in/out/deep/") for name in new)
    names = [record["page"] for record in run("units", f"git:{folder}@evil").records]
    assert names == ["good.md", "twice.md"]
    assert {entry.inside for entry in entries(open_git(f"git:{folder}@evil").tree)} == {
        ".git/escaped.md",
        "good.md",
        "twice.md",
    }
    for path in ("..", "../escaped.md", "/absolute.md", ".git/../../escaped.md"):
        assert run("units", f"git:{folder}@evil:{path}").status == 2, path


def test_a_tree_that_git_cannot_list_is_one_clear_line(run: Runner, tmp_path: Path) -> None:
    folder = new_repository(tmp_path / "evil")
    commit_tree(folder, make_tree(folder, ("100644", make_blob(folder, HELLO), b"")), "evil")
    ran = run("units", f"git:{folder}@evil")
    assert (ran.status, len(ran.error_lines)) == (2, 1)


def test_a_page_and_a_folder_of_one_name_are_refused_in_one_line(run: Runner, tmp_path: Path) -> None:
    folder = new_repository(tmp_path / "evil")
    blob = make_blob(folder, HELLO)
    inner = make_tree(folder, ("100644", blob, b"b.md"))
    commit_tree(folder, make_tree(folder, ("100644", blob, b"a.md"), ("40000", inner, b"a.md.po")), "evil")
    ran = run("export", f"git:{folder}@evil", "-o", tmp_path / "out", "--per-page", "-q")
    assert (ran.status, len(ran.error_lines)) == (2, 1)
    assert not (tmp_path / "out").exists()


# --- twins -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(two_branches: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(two_branches, tmp_path / "docs.fr-fr")


@pytest.fixture(scope="module")
def two_branches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with a bilingual branch of 10:00 and a target branch of several commits, each with another word."""
    folder = new_repository(tmp_path_factory.mktemp("git") / "docs.fr-fr")
    put(folder, {"docs/a.md": page(unit("Bonjour", "Hello"), digest="1" * 40), "docs/b.md": HELLO})
    commit_all(folder, date="2021-04-12T12:00:00+02:00")
    git(folder, "checkout", "-q", "--orphan", "live")
    for date, word in (("09:00", "Salut"), ("10:15", "Bonjour"), ("10:16", "Coucou"), ("11:00", "Allô")):
        put(folder, {"docs/a.md": page(word, digest="1" * 40), "docs/b.md": page(word)})
        commit_all(folder, date=f"2021-04-12T{date}:00Z")
        git(folder, "tag", word)
    return folder


def outcomes(run: Runner, *arguments: str | Path) -> dict[str, str]:
    record = run("verify", *arguments, "--json", "-q").record
    return {result["page"]: result["verdict"] for result in record["results"]}


def test_a_target_branch_is_taken_at_the_commit_of_the_bilingual_pages(run: Runner, pair: Path) -> None:
    """The newest that is not later than 15 minutes after: 10:15, not 10:16."""
    bilingual = f"git:{pair}@live-sxs:docs"
    ran = run("verify", bilingual, "--target", f"git:{pair}@live:docs")
    assert (ran.status, ran.out.decode()) == (
        0,
        "2 pages, 2 identical, 0 equivalent, 0 different, 0 other handoff, 0 missing\n",
    )
    assert git(pair, "rev-parse", "Bonjour") in ran.err
    assert outcomes(run, bilingual, "--target", f"git:{pair}@live:docs/a.md") == {"a.md": "identical", "b.md": "other_handoff"}


def test_a_tag_or_a_commit_is_taken_as_it_is_named(run: Runner, pair: Path) -> None:
    for ref in ("Allô", git(pair, "rev-parse", "live"), git(pair, "rev-parse", "live")[:12]):
        assert outcomes(run, f"git:{pair}@live-sxs", "--target", f"git:{pair}@{ref}")["docs/a.md"] == "different"


def test_pages_on_disk_are_compared_with_the_tip_of_a_branch(run: Runner, pair: Path, tmp_path: Path) -> None:
    put(tmp_path, {"pages/docs/a.md": page(unit("Allô", "Hello"), digest="1" * 40)})
    assert outcomes(run, tmp_path / "pages", "--target", f"git:{pair}@live") == {"docs/a.md": "identical"}


def test_a_folder_of_twins_on_disk_still_works(run: Runner, pair: Path) -> None:
    assert outcomes(run, f"git:{pair}@live-sxs", "--target", pair) == {"docs/a.md": "different", "docs/b.md": "different"}


def test_a_merged_branch_lends_no_commit(run: Runner, pair: Path) -> None:
    """What another branch held at the time was not what the target branch held."""
    git(pair, "checkout", "-q", "-b", "work", "Salut")
    commit_all(put(pair, {"docs/a.md": page("Hop", digest="1" * 40)}), date="2021-04-12T10:14:00Z")
    git(pair, "checkout", "-q", "-B", "live", "Salut")
    git(pair, "merge", "-q", "--no-ff", "-m", "merged", "work", date="2021-04-12T12:00:00Z")
    found = run("verify", f"git:{pair}@live-sxs:docs/a.md", "--target", f"git:{pair}@live:docs")
    assert git(pair, "rev-parse", "Salut") in found.err


def test_a_target_branch_without_so_old_a_commit_is_refused(run: Runner, pair: Path) -> None:
    git(pair, "checkout", "-q", "--orphan", "young")
    commit_all(pair, date="2021-04-12T10:15:01Z")
    ran = run("verify", f"git:{pair}@live-sxs", "--target", f"git:{pair}@young")
    assert (ran.status, len(ran.error_lines)) == (2, 1)
    assert "no commit up to 2021-04-12 10:15 UTC" in ran.err


def test_twins_of_another_hand_off_missing_ones_and_damaged_ones(run: Runner, pair: Path) -> None:
    git(pair, "checkout", "-q", "--orphan", "next")
    put(pair, {"docs/a.md": page("Bonjour", digest="2" * 40), "docs/b.md": HELLO + "damaged"})
    commit_all(pair, date="2021-04-12T10:00:00Z")
    object_path(pair, git(pair, "rev-parse", "next:docs/b.md")).unlink()
    put(pair, {"docs/c.md": HELLO})
    git(pair, "checkout", "-q", "live-sxs", "-f")
    commit_all(put(pair, {"docs/c.md": HELLO}))
    found = outcomes(run, f"git:{pair}@live-sxs:docs", "--target", f"git:{pair}@next:docs")
    assert found == {"a.md": "other_handoff", "b.md": "different", "c.md": "missing"}


def test_the_english_pages_can_stand_in_git(run: Runner, tmp_path: Path, corpora: Path) -> None:
    english = Path(shutil.copytree(corpora / "source", tmp_path / "english"))
    git(english, "init", "-q", "-b", "main")
    commit_all(english)
    bilingual = corpora / "bilingual" / "fr-FR"
    on_disk = run("verify", bilingual, "--source", english, "--json")
    assert run("verify", bilingual, "--source", f"git:{english}@main", "--json") == on_disk
    assert on_disk.record["identical"] + on_disk.record["equivalent"] > 0


@pytest.mark.parametrize("target", ["git:{clone}@nowhere", "git:{clone}", "git:{clone}@live-sxs:nowhere"])
def test_twins_that_are_not_there_are_one_clear_line(run: Runner, clone: Path, target: str) -> None:
    ran = run("verify", clone / "guide", "--target", target.format(clone=clone))
    assert (ran.status, len(ran.error_lines)) == (2, 1)


def test_a_damaged_repository_is_its_own_error(clone: Path) -> None:
    (clone / ".git" / "HEAD").write_text("damaged")
    with pytest.raises(RepositoryError):
        open_git(f"git:{clone}@live-sxs")
