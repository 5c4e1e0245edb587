"""Pages and names that mean harm: no crash, nothing lost, nothing illegal written."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

import align
import align.errors
import align.model
from align.cli import main
from align.convert import read_memory
from align.export import Plan, export_pages
from align.pages import parse_page

FRONT = "---\nms.contentlocale: fr-FR\n{}---\n"


def wrap(target: str, source: str, ident: str = "abd60-102") -> str:
    return (
        f'<span data-ttu-id="{ident}">{target}</span><span class="sxs-lookup">'
        f'<span data-stu-id="{ident}">{source}</span></span>'
    )


def texts(page: align.Page) -> list[tuple[str, str]]:
    return [(unit.source, unit.target) for unit in page.units]


@pytest.mark.parametrize("opener", ["[", "{a: ", "- ", "? "])
def test_deep_yaml_does_not_end_the_process(opener: str) -> None:
    page = parse_page(f"---\na: {opener * 50_000}\nms.contentlocale: >-\n  fr-fr\n---\n{wrap('T', 'S')}")
    assert texts(page) == [("S", "T")]
    assert page.front_matter == {}


def test_yaml_aliases_are_not_followed() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    page = parse_page("---\n" + "\n".join(lines) + "\nms.contentlocale: *a8\n---\n" + wrap("T", "S"))
    assert page.origin.target_locale is None
    assert texts(page) == [("S", "T")]


def test_xml_includes_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(f"<a>{wrap('secret', 'secret')}</a>", "utf-8")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}"/>'
    page = parse_page(f"<Docs><summary>{include}{wrap('T', 'S')}</summary></Docs>", container="xml")
    assert texts(page) == [("S", "T")]
    memory = EMPTY_SIDES["a.tmx"].format(f"S{include}", "T")
    (tmp_path / "a.tmx").write_text(memory, "utf-8")
    assert [entry.source for entry in read_memory(tmp_path / "a.tmx")] == ["S"]


def test_xml_with_an_unbound_prefix_is_read() -> None:
    assert texts(parse_page(f"<Docs><a:b>{wrap('T', 'S')}</a:b></Docs>", container="xml")) == [("S", "T")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"say \\\" # all", 'say \\" # all'),
        (r"say \\ # all of it", "say \\ # all of it"),
        (r"x\\\": \"y", 'x\\": "y'),
        (r"caf\u00e9 \x41 \/ \_", "café A / \xa0"),
        (r"an unknown \q stays", r"an unknown \q stays"),
        (r"no character \ud800", r"no character \ud800"),
        ("folded\n  line", "folded line"),
        ("two\n\n  lines", "two\nlines"),
    ],
)
def test_escapes_of_a_yaml_scalar_are_decoded_and_nothing_else(written: str, meant: str) -> None:
    wrapper = wrap(written, "S").replace('="', '=\\"').replace('">', '\\">')
    page = parse_page(f'---\ntitle: "{wrapper}"\n---\n')
    assert texts(page) == [("S", meant)]


def test_illegal_characters_in_provenance_are_left_out(tmp_path: Path) -> None:
    text = FRONT.format('ms.sourcegitcommit: "ab\x01c"\n') + wrap("T", "S")
    export_pages([parse_page(text, name="a\x01b.md", licence="c\x01d")], tmp_path, plan=Plan(formats=("tmx", "po", "xliff")))
    unit = etree.parse(tmp_path / "fr-FR.tmx").find("body/tu")
    assert unit is not None
    assert [prop.text for prop in unit.iterchildren("prop")] == ["ab.md", "unknown", "abc", "cd"]
    assert "\x01" not in (tmp_path / "fr-FR.po").read_text("utf-8")
    (entry,) = read_memory(tmp_path / "fr-FR.xlf")
    assert entry.pages == ("ab.md",)


EMPTY_SIDES = {
    "a.tmx": '<tmx><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>{}</seg></tuv>'
    '<tuv xml:lang="fr"><seg>{}</seg></tuv></tu></body></tmx>',
    "a.po": 'msgid ""\nmsgstr "Language: fr\\n"\n\nmsgctxt "a"\nmsgid "{}"\nmsgstr "{}"\n',
}


@pytest.mark.parametrize("name", EMPTY_SIDES)
def test_a_unit_of_a_memory_with_an_empty_side_is_passed_over(tmp_path: Path, name: str) -> None:
    def read(source: str, target: str) -> int:
        (tmp_path / name).write_text(EMPTY_SIDES[name].format(source, target), "utf-8")
        return len(list(read_memory(tmp_path / name)))

    assert [read("S", "T"), read("", "T"), read("S", "")] == [1, 0, 0]


def test_a_po_file_of_no_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.po").write_text('msgid ""\nmsgstr "Language: no one\\n"\n', "utf-8")
    with pytest.raises(align.errors.FormatError, match=r"a\.po: header: 'no one' is neither a locale of gettext"):
        list(read_memory(tmp_path / "a.po"))


def test_a_page_named_as_another_one_s_folder_leaves_out_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "out" / "po").mkdir(parents=True)
    (tmp_path / "out" / "report.json").write_text("old", "utf-8")
    pages = [parse_page(FRONT.format("") + wrap("T", "S"), name=name) for name in ("x.md", "x.md.po/y.md")]
    with pytest.raises(align.AlignError, match="a file and a folder"):
        export_pages(pages, tmp_path / "out", plan=Plan(per_page=True))
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == ["report.json"]
    assert (tmp_path / "out" / "report.json").read_text("utf-8") == "old"


def test_a_page_whose_name_leads_outside_writes_nothing_there(tmp_path: Path) -> None:
    page = parse_page(FRONT.format("") + wrap("T", "S"), name="../../../x.md")
    with pytest.raises(align.AlignError, match="outside of its folder"):
        export_pages([page], tmp_path / "deep" / "out", plan=Plan(per_page=True))
    assert list(tmp_path.iterdir()) == []


def test_a_name_as_long_as_a_file_system_allows_is_exported(tmp_path: Path) -> None:
    name = "n" * 249 + ".md"
    export_pages([parse_page(FRONT.format("") + wrap("T", "S"), name=name)], tmp_path, plan=Plan(per_page=True))
    assert (tmp_path / "po" / f"{name}.po").is_file()


def test_an_empty_path_is_no_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["units", ""])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "container", "flag"),
    [
        (wrap(" ", "Hello"), "markdown", "empty-target"),
        (wrap("&nbsp;", "Hello"), "html", "empty-target"),
        (wrap("&#xFFFD;", "Hello"), "html", "damaged-character"),
        (wrap("x</seg>", "Hello"), "markdown", "seg-leak"),
        (wrap("T", '<img src="a>b">'), "markdown", "no-text"),
        (wrap("T", "<!-- a --> <!-- b -->"), "markdown", "no-text"),
        (wrap("T", "S") * 2, "xml", "duplicate-id"),
    ],
)
def test_a_flag_is_not_missed(text: str, container: align.model.Container, flag: str) -> None:
    assert all(flag in unit.flags for unit in parse_page(text, container=container).units)


def test_a_unit_in_a_comment_does_not_take_another_one_s_place() -> None:
    page = parse_page(f"<!-- {wrap('T1', 'S1')} --><ul><li>{wrap('T2', 'S2')}</li></ul>", container="html")
    assert [("in-comment" in unit.flags, unit.context) for unit in page.units] == [(True, ()), (False, ("list",))]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("-\t-\t# Title\n\n", "Title"),
        ("<h2 id='x'>Foo</h2>\n\n", "Foo"),
        ("Foo\nbar\n===\n\n", "Foo bar"),
        ("bar\n\nFoo\n---\n\n", "Foo"),
    ],
)
def test_a_heading_without_units_is_the_heading_below_it(text: str, heading: str) -> None:
    assert parse_page(text + wrap("T", "S")).units[0].heading == heading


@pytest.mark.parametrize(
    ("text", "contexts"),
    [
        ("[" + wrap("T", "S") + "] x", [()]),
        ("[a [" + wrap("T", "S") + "](b)\n", [("link",)]),
    ],
)
def test_links_are_what_commonmark_says(text: str, contexts: list[tuple[str, ...]]) -> None:
    assert [unit.context for unit in parse_page(text).units] == contexts


@pytest.mark.parametrize(
    "opening",
    ['<SPAN data-ttu-id="abd60-102">', '<span title="a > b" data-ttu-id="abd60-102">', "<span\ndata-ttu-id=abd60-102>"],
)
def test_html_spans_are_found_however_they_are_written(opening: str) -> None:
    text = wrap("T", "S").replace('<span data-ttu-id="abd60-102">', opening)
    assert texts(parse_page(text, container="html")) == [("S", "T")]


def test_a_closing_tag_of_html_may_hold_white_space_and_is_whole() -> None:
    apart = wrap("T", "S").replace("</span><span class", "</span\n> <b></b><span class")
    page = parse_page(apart, container="html")
    assert (texts(page), page.target_text()) == ([("S", "T")], "T <b></b>")


def test_a_closing_tag_of_html_that_is_cut_off_closes_nothing() -> None:
    text = wrap("T", "S").replace("</span><span class", "</span<span class")
    page = parse_page(text, container="html")
    assert [problem.rule for problem in page.problems] == ["unclosed-target"]
    assert "".join(piece.gap + piece.wrapper for piece in page.pieces()) == page.source_text() == text


def test_three_paths_with_one_name_are_told_apart_by_their_own_folders(tmp_path: Path) -> None:
    for name in ("r/b/x.md", "q/x.md", "s/b/x.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(wrap("T", "S"), "utf-8")
    found = align.find_pages([tmp_path / "r/b/x.md", tmp_path / "q/x.md", tmp_path / "s"])
    assert [file.name for file in found] == ["q/x.md", "r/b/x.md", "s/b/x.md"]
