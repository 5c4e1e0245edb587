"""Which pages there are, their names, and the locale of those that name none."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from align.corpus import STDIN, Narrowing, Reading, find_pages, problems_of, read_pages
from align.errors import MissingPathError, NoPagesError, OptionError, UnreadablePageError
from align.model import Problem
from align.pages import Page

UNIT = '<span data-ttu-id="abd60-101">Un.</span><span class="sxs-lookup"><span data-stu-id="abd60-101">One.</span></span>\n'


def write(path: Path, *, locale: str | None = None, kind: str = "MT", handoff: str = "04/12/2021") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    front = "" if locale is None else f"ms.contentlocale: {locale}\n"
    path.write_text(f"---\n{front}ms.translationtype: {kind}\nms.lasthandoff: {handoff}\n---\n{UNIT}", encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two locales, pages in several folders, and files that are no pages."""
    for name in ("b.md", "a/z.md", "a/b/c.MARKDOWN", "a-b.html", "a/x.htm", "Z.xml", "é.md"):
        write(tmp_path / "docs" / name)
    for name in ("a.txt", "b.yml", "media/c.png", "md", ".md"):
        write(tmp_path / "docs" / name)
    write(tmp_path / "docs" / ".git" / "hidden.md")
    write(tmp_path / "docs" / "a" / ".hidden" / "b.md")
    return tmp_path / "docs"


def names(*paths: Path | str) -> list[str]:
    return [page.name for page in find_pages([str(path) for path in paths])]


# --- names and order -----------------------------------------------------------------------------------------------


def test_a_folder_is_walked_for_pages_in_code_point_order(folder: Path) -> None:
    found = names(folder)
    assert found == ["Z.xml", "a-b.html", "a/b/c.MARKDOWN", "a/x.htm", "a/z.md", "b.md", "é.md"]
    assert found == sorted(found)


def test_names_are_relative_however_the_path_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    expected = names(folder)
    assert names(".") == names("./") == names(f"{folder}/") == names("../docs") == names("a/..") == expected
    assert names("a") == ["b/c.MARKDOWN", "x.htm", "z.md"]


def test_a_file_is_called_by_its_name_whatever_its_suffix(folder: Path) -> None:
    assert names(folder / "a" / "z.md") == ["z.md"]
    assert names(folder / "a.txt") == ["a.txt"]
    assert names(folder / ".git" / "hidden.md") == ["hidden.md"]


def test_standard_input_is_one_page(folder: Path) -> None:
    (page,) = find_pages([STDIN])
    assert (page.name, page.path, page.size, page.stamp) == ("-", None, 0, "")
    assert names("-", folder / "b.md") == ["-", "b.md"]


def test_equal_names_are_prefixed_by_the_last_folder(tmp_path: Path) -> None:
    for locale in ("fr-FR", "de-DE"):
        write(tmp_path / locale / "a.md")
        write(tmp_path / locale / "x" / "b.md")
    write(tmp_path / "fr-FR" / "only.md")
    assert names(tmp_path / "fr-FR", tmp_path / "de-DE") == [
        "de-DE/a.md",
        "de-DE/x/b.md",
        "fr-FR/a.md",
        "fr-FR/x/b.md",
        "only.md",
    ]
    assert names(tmp_path / "fr-FR" / "a.md", tmp_path / "de-DE" / "a.md") == ["de-DE/a.md", "fr-FR/a.md"]


def test_equal_last_folders_take_one_more(tmp_path: Path) -> None:
    for locale in ("fr-FR", "de-DE"):
        write(tmp_path / locale / "docs" / "a.md")
    found = names(tmp_path / "fr-FR" / "docs", tmp_path / "de-DE" / "docs")
    assert len(set(found)) == 2
    assert sorted(found) == ["de-DE/docs/a.md", "fr-FR/docs/a.md"]


def test_a_page_reached_twice_is_one_page(folder: Path) -> None:
    assert names(folder, folder) == names(folder)
    assert len(names(folder, folder / "a")) == len(names(folder))
    assert names("-", "-") == ["-"]


def test_symbolic_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    expected = names(folder)
    outside = write(tmp_path / "outside" / "o.md")
    try:
        (folder / "link.md").symlink_to(outside)
        (folder / "linked").symlink_to(outside.parent, target_is_directory=True)
        (folder / "loop").symlink_to(folder, target_is_directory=True)
        (folder / "nowhere.md").symlink_to(tmp_path / "nowhere")
    except OSError:
        pytest.skip("no symbolic links here")
    assert names(folder) == expected


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_with_the_name_of_a_page_is_no_page(folder: Path) -> None:
    expected = names(folder)
    os.mkfifo(folder / "pipe.md")
    assert names(folder) == expected


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything can be listed here")
def test_a_folder_that_cannot_be_listed_is_an_unreadable_page(folder: Path) -> None:
    (folder / "a").chmod(0)
    try:
        assert "a" in names(folder)
    finally:
        (folder / "a").chmod(0o755)


@pytest.mark.parametrize(("name", "line"), [("a.md", 2), ("a.html", 3)])
def test_a_locale_that_is_none_is_a_problem_and_the_neighbours_tell(tmp_path: Path, name: str, line: int) -> None:
    write(tmp_path / "b.md", locale="fr-FR")
    write(tmp_path / name, locale="xx_BAD!")
    if name.endswith("html"):
        head = '<html>\n<head>\n<meta name="ms.contentlocale" content="xx_BAD!">\n</head>\n'
        (tmp_path / name).write_text(f"{head}<body>{UNIT}</body></html>", encoding="utf-8")
    pages = [page for page in read_pages(find_pages([tmp_path])) if isinstance(page, Page)]
    assert [(page.name, page.origin.target_locale, page.problems) for page in pages] == [
        (name, "fr-FR", ()),
        ("b.md", "fr-FR", ()),
    ]
    (problem,) = [problem for page in pages for problem in problems_of(page)]
    assert (problem.rule, problem.severity, problem.page, problem.line) == ("wrong-locale", "warning", name, line)
    assert "'xx_BAD!'" in problem.message
    assert "write it like fr-FR" in problem.message


def test_size_and_stamp_are_those_of_the_file(folder: Path) -> None:
    (page,) = find_pages([folder / "b.md"])
    found = (folder / "b.md").stat()
    assert (page.size, page.stamp) == (found.st_size, f"{found.st_size}-{found.st_mtime_ns}-{found.st_ino}")
    assert page in find_pages([folder])


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError) as caught:
        find_pages([tmp_path / "nowhere"])
    assert caught.value.path == str(tmp_path / "nowhere")
    (tmp_path / "empty" / ".hidden").mkdir(parents=True)
    write(tmp_path / "empty" / ".hidden" / "a.md")
    with pytest.raises(NoPagesError) as refused:
        find_pages([tmp_path / "empty"])
    assert refused.value.cure
    with pytest.raises(MissingPathError):
        find_pages([write(tmp_path / "a.md"), tmp_path / "nowhere"])


# --- narrowing -----------------------------------------------------------------------------------------------------


def taken(path: Path, narrowing: Narrowing) -> list[str]:
    return [one.name for one in read_pages(find_pages([path]), narrowing=narrowing) if isinstance(one, Page)]


@pytest.mark.parametrize(
    ("include", "exclude", "left"),
    [
        (("*.md",), (), ["a/z.md", "b.md", "é.md"]),
        (("a/**",), (), ["a/b/c.MARKDOWN", "a/x.htm", "a/z.md"]),
        (("a/*",), (), ["a/x.htm", "a/z.md"]),
        (("**/c.*",), (), ["a/b/c.MARKDOWN"]),
        (("b.md", "Z.xml"), (), ["Z.xml", "b.md"]),
        ((), ("*.md",), ["Z.xml", "a-b.html", "a/b/c.MARKDOWN", "a/x.htm"]),
        (("a/**",), ("*.htm", "z.md"), ["a/b/c.MARKDOWN"]),
        ((), ("a/**",), ["Z.xml", "a-b.html", "b.md", "é.md"]),
    ],
)
def test_globs_narrow_by_name(folder: Path, include: tuple[str, ...], exclude: tuple[str, ...], left: list[str]) -> None:
    assert taken(folder, Narrowing(include=include, exclude=exclude)) == left


def test_globs_that_leave_nothing_are_an_error(folder: Path) -> None:
    for narrowing in (Narrowing(include=("*.rst",)), Narrowing(exclude=("**",))):
        with pytest.raises(NoPagesError):
            taken(folder, narrowing)


def test_pages_can_be_narrowed_by_translation_type_and_date(tmp_path: Path) -> None:
    write(tmp_path / "a.md", kind="HT", handoff="04/12/2021")
    write(tmp_path / "b.md", kind="MT", handoff="04/13/2021")
    write(tmp_path / "c.md", kind="?", handoff="")
    assert taken(tmp_path, Narrowing(only="HT")) == ["a.md"]
    assert taken(tmp_path, Narrowing(only="MT")) == ["b.md"]
    assert taken(tmp_path, Narrowing(since="2021-04-12")) == ["a.md", "b.md"]
    assert taken(tmp_path, Narrowing(since="2021-04-13")) == ["b.md"]


# --- locales -------------------------------------------------------------------------------------------------------


def locales(path: Path, locale: str | None = None) -> dict[str, str | None]:
    pages = read_pages(find_pages([path]), reading=Reading(locale=locale))
    return {one.name: one.origin.target_locale for one in pages if isinstance(one, Page)}


def test_a_page_that_names_no_locale_has_that_of_its_neighbours(tmp_path: Path) -> None:
    write(tmp_path / "fr" / "a.md", locale="fr-fr")
    write(tmp_path / "fr" / "b.md")
    write(tmp_path / "fr" / "x" / "y" / "c.md")
    write(tmp_path / "de" / "x" / "a.md", locale="de-DE")
    write(tmp_path / "de" / "b.md")
    write(tmp_path / "c.md")
    assert locales(tmp_path) == {
        "c.md": None,
        "de/b.md": "de-DE",
        "de/x/a.md": "de-DE",
        "fr/a.md": "fr-FR",
        "fr/b.md": "fr-FR",
        "fr/x/y/c.md": "fr-FR",
    }


def test_the_nearest_folder_with_a_single_locale_decides(tmp_path: Path) -> None:
    write(tmp_path / "a.md", locale="fr-FR")
    write(tmp_path / "x" / "b.md")
    write(tmp_path / "x" / "c.md", locale="de-DE")
    write(tmp_path / "x" / "y" / "d.md")
    found = locales(tmp_path)
    assert (found["x/b.md"], found["x/y/d.md"]) == ("de-DE", "de-DE")


def test_the_given_locale_goes_before_the_neighbours_but_not_before_the_page(tmp_path: Path) -> None:
    write(tmp_path / "a.md", locale="fr-FR")
    write(tmp_path / "b.md")
    assert locales(tmp_path, "fr-CH") == {"a.md": "fr-FR", "b.md": "fr-CH"}


def test_pages_that_narrowing_leaves_out_still_tell_the_locale(tmp_path: Path) -> None:
    write(tmp_path / "a.md", locale="fr-FR")
    write(tmp_path / "b.md")
    pages = list(read_pages(find_pages([tmp_path]), narrowing=Narrowing(include=("b.md",))))
    assert [one.origin.target_locale for one in pages if isinstance(one, Page)] == ["fr-FR"]


def test_the_corpora_name_or_infer_every_locale(corpora: Path) -> None:
    for name, locale in locales(corpora / "bilingual").items():
        assert locale == name.partition("/")[0]


# --- reading -------------------------------------------------------------------------------------------------------


def test_unreadable_files_are_problems_among_others(tmp_path: Path) -> None:
    write(tmp_path / "a.md")
    (tmp_path / "b.md").write_bytes(b"one\n\xff\n")
    (tmp_path / "c.md").write_bytes(b"\x89PNG\0")
    write(tmp_path / "d.md")
    found = list(read_pages(find_pages([tmp_path])))
    assert [one.name if isinstance(one, Page) else one.page for one in found] == ["a.md", "b.md", "c.md", "d.md"]
    problems = [one for one in found if isinstance(one, Problem)]
    assert [(one.rule, one.severity, one.line) for one in problems] == [
        ("unreadable-page", "error", 2),
        ("unreadable-page", "error", None),
    ]


def test_an_unreadable_file_alone_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_bytes(b"\xff")
    with pytest.raises(UnreadablePageError):
        list(read_pages(find_pages([tmp_path / "b.md"])))


def test_an_empty_file_is_a_page_without_units(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_bytes(b"")
    (page,) = read_pages(find_pages([tmp_path / "b.md"]))
    assert isinstance(page, Page)
    assert page.units == ()


def test_the_container_is_that_of_the_name_unless_given(tmp_path: Path) -> None:
    for name in ("a.md", "b.html", "c.xml", "d.txt"):
        write(tmp_path / name)
    files = [find_pages([tmp_path / name])[0] for name in ("a.md", "b.html", "c.xml", "d.txt")]
    pages = [one for one in read_pages(files) if isinstance(one, Page)]
    assert [page.container for page in pages] == ["markdown", "html", "xml", "markdown"]
    pages = [one for one in read_pages(files, reading=Reading(container="xml")) if isinstance(one, Page)]
    assert [page.container for page in pages] == ["xml"] * 4


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


def test_a_page_can_come_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, ("\ufeffé\r\n" + UNIT).encode())
    (page,) = read_pages(find_pages([STDIN]), reading=Reading(locale="fr-CH", source_locale="en-GB"))
    assert isinstance(page, Page)
    assert (page.name, page.container, page.text) == ("-", "markdown", "\ufeffé\r\n" + UNIT)
    assert (page.origin.source_locale, page.origin.target_locale) == ("en-GB", "fr-CH")
    stdin(monkeypatch, UNIT.encode())
    (page,) = read_pages(find_pages([STDIN]), reading=Reading(container="html"))
    assert isinstance(page, Page)
    assert page.container == "html"


def test_standard_input_that_is_no_text_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, b"\xff")
    with pytest.raises(UnreadablePageError, match="standard input"):
        list(read_pages(find_pages([STDIN])))


def test_given_locales_are_checked_and_put_in_canonical_case(tmp_path: Path) -> None:
    files = find_pages([write(tmp_path / "a.md")])
    with pytest.raises(OptionError):
        list(read_pages(files, reading=Reading(source_locale="en_US")))
    with pytest.raises(OptionError):
        list(read_pages(files, reading=Reading(locale="fr_FR")))
    (page,) = read_pages(files, reading=Reading(locale="fr-ch", source_locale="en-us"))
    assert isinstance(page, Page)
    assert (page.origin.source_locale, page.origin.target_locale) == ("en-US", "fr-CH")
