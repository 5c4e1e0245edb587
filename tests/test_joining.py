"""Units joined to blocks: a readable page, and the blocks that po4a and mdpo see in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from align.formats.po import joined_lines
from align.model import Container, Problem
from align.pages import Page, join_blocks, parse_page, read_page, unjoined_problems
from align.pages.cuts import pass_gap
from align.pages.cutter import Cutter

UNIT = re.compile(r"\{(\^?)([^{}]*)\}")


def wrapper(number: int, text: str, *, quote: str = '"') -> str:
    """A unit whose source is the text and whose target is the same in capitals."""
    ident = f"{quote}abd60-{number}{quote}"
    return (
        f"<span data-ttu-id={ident}>{text.upper()}</span><span class={quote}sxs-lookup{quote}>"
        f"<span data-stu-id={ident}>{text}</span></span>"
    )


def page_of(template: str, container: Container = "markdown", *, locale: str | None = None, quote: str = '"') -> Page:
    """A page out of a template: `{Text}` is a unit; the number of `{^Text}` says that a segment without unit is before it."""
    number = 100

    def unit(found: re.Match[str]) -> str:
        nonlocal number
        number += 2 if found[1] else 1
        return wrapper(number, found[2], quote=quote)

    return parse_page(UNIT.sub(unit, template), container=container, locale=locale)


def blocks(template: str, container: Container = "markdown", *, quote: str = '"') -> list[str]:
    """The blocks of a page as templates: their source text, with braces around each unit as in the page's template."""
    page = page_of(template, container, quote=quote)
    found = join_blocks(page)
    assert found.unjoined == []
    return [marked(page, one.first, one.last, one.source, one.target) for one in found.joined]


def marked(page: Page, first: int, last: int, source: str, target: str) -> str:
    """The text of a block with braces around its units, checked on both sides."""
    texts, parts, at = page.texts, "", 0
    for text in texts.sources[first : last + 1]:
        begin = source.index(text.strip(), at)
        parts += f"{source[at:begin]}{{{text.strip()}}}"
        at = begin + len(text.strip())
    parts += source[at:]
    assert target == UNIT.sub(lambda unit: unit[2].upper(), parts)
    return parts


# --- what one block is ---------------------------------------------------------------------------------------------

JOINED = {
    "sentences of a paragraph": ("{One.} {Two.}\n\n{Three.}\n", ["{One.} {Two.}", "{Three.}"]),
    "soft line breaks stay": ("{One.}\n{Two.}\n", ["{One.}\n{Two.}"]),
    "so do hard ones": ("{One.}  \n{Two.}\\\n{Three.}\n", ["{One.}  \n{Two.}\\\n{Three.}"]),
    "CR LF becomes LF": ("{One.}\r\n{Two.}\r\n\r\n{Three.}\r\n", ["{One.}\n{Two.}", "{Three.}"]),
    "indentation of a paragraph's lines": ("{One.}\n   {Two.}\n     {Three.}\n", ["{One.}\n{Two.}\n{Three.}"]),
    "a heading and the paragraph below": ("# {Title}\n{One.} {Two.}\n", ["{Title}", "{One.} {Two.}"]),
    "the producer's anchor": ('## <a name="a-b"></a>{Title} {two}\n\n{One.}\n', ["{Title} {two}", "{One.}"]),
    "the author's own anchor": ('## <a name="a"></a><a id="b"></a>{Title}\n', ['<a id="b"></a>{Title}']),
    "number signs behind a heading": ("## {Title} ##\n### {Next} `x#` #\n", ["{Title}", "{Next} `x#`"]),
    "a heading underlined": ("{Title}\n===\n{One.}\n---\n{Two.}\n", ["{Title}", "{One.}", "{Two.}"]),
    "a thematic break": ("{One.}\n\n* * *\n{Two.}\n", ["{One.}", "{Two.}"]),
    "items of a list": ("* {One.}\n  {Goes on.}\n* {Two.}\n\n  {Below.}\n", ["{One.}\n{Goes on.}", "{Two.}", "{Below.}"]),
    "items of a numbered list": ("1. {One.} {More.}\n2. {Two.}\n10) {Ten.}\n", ["{One.} {More.}", "{Two.}", "{Ten.}"]),
    "a list interrupts a paragraph": ("{One.}\n- {Two.}\n", ["{One.}", "{Two.}"]),
    "one that begins with 1 does": ("{One.}\n1. {Two.}\n", ["{One.}", "{Two.}"]),
    "another number does not": ("{It has}\n256. {parts}\n", ["{It has}\n256. {parts}"]),
    "lists in lists": ("1. {One.}\n   - {Inner.}\n     {On.}\n2. {Two.}\n", ["{One.}", "{Inner.}\n{On.}", "{Two.}"]),
    "quote marks": ("> {One.}\n> {Two.}\n>\n> {Three.}\n", ["{One.}\n{Two.}", "{Three.}"]),
    "lazy lines of a quote": ("> {One.}\n{Two.}\n", ["{One.}\n{Two.}"]),
    "an alert is text of its quote": ("> [!NOTE]\n> {One.} {Two.}\n", ["[!NOTE]\n{One.} {Two.}"]),
    "a quote in a list": ("- {One.}\n\n  > {Two.}\n  > {Three.}\n", ["{One.}", "{Two.}\n{Three.}"]),
    "cells of a table": (
        "| {A} | {B} |\n|---|---|\n| {One.} {Two.} | x | {Three.} |\n",
        ["{A}", "{B}", "{One.} {Two.}", "{Three.}"],
    ),
    "a table without outer bars": ("{A} | {B}\n--- | ---\n{One.} | {Two.}\n", ["{A}", "{B}", "{One.}", "{Two.}"]),
    "a head row below a paragraph": (
        "{Text.}\n{A} | {B}\n--- | ---\n{One.} | {Two.}\n",
        ["{Text.}", "{A}", "{B}", "{One.}", "{Two.}"],
    ),
    "an escaped bar in a cell": ("| {A} |\n|---|\n| {x} \\| {y} |\n", ["{A}", "{x} \\| {y}"]),
    "a bar in a paragraph": ("{One} | {Two}\n", ["{One} | {Two}"]),
    "one unit in a cell with code": ("|{A}|\n|-|\n|`x` {One.}|\n", ["{A}", "`x` {One.}"]),
    "a link": ("{See} [{the guide}](a/b.md), {please.}\n", ["{See} [{the guide}](a/b.md), {please.}"]),
    "a link alone": ("- [{Guide}](a.md)\n- [{Next}](b_(c).md)\n", ["[{Guide}](a.md)", "[{Next}](b_(c).md)"]),
    "reference links": ("{See} [{the guide}][g] {and} [{this}][].\n", ["{See} [{the guide}][g] {and} [{this}][]."]),
    "a definition of a reference": ("[g]: a.md\n{One.}\n", ["{One.}"]),
    "emphasis around a unit": ("**{One.}** {Two.}\n", ["**{One.}** {Two.}"]),
    "code between units": ("{Run} `a | b` {now.}\n", ["{Run} `a | b` {now.}"]),
    "a reference to an API": ("{Use} <xref:System.String> {now.}\n", ["{Use} <xref:System.String> {now.}"]),
    "an include": ("{Use} [!INCLUDE[name](a.md)] {now.}\n", ["{Use} [!INCLUDE[name](a.md)] {now.}"]),
    "tags within a line": ("{One.}<br/>{Two.} <b>{Three.}</b>\n", ["{One.}<br/>{Two.} <b>{Three.}</b>"]),
    "tags of blocks": ("<table><tr><td>{One.} {Two.}</td><td>{Three.}</td></tr></table>\n", ["{One.} {Two.}", "{Three.}"]),
    "a list in a cell": (
        "|{A}|\n|-|\n|{One.}<ul><li>{Two.}</li><li>{Three.}</li></ul>|\n",
        ["{A}", "{One.}", "{Two.}", "{Three.}"],
    ),
    "two line breaks": ("{One.}<br/> <br />{Two.}\n", ["{One.}", "{Two.}"]),
    "the name of a tag in code": ("{One} `</td>` {two}\n", ["{One} `</td>` {two}"]),
    "a comment between paragraphs": ("{One.}\n<!-- a\n\n b -->\n{Two.}\n", ["{One.}", "{Two.}"]),
    "a comment within a line": ("{One.} <!-- x --> {Two.}\n", ["{One.} <!-- x --> {Two.}"]),
    "a comment's mark in code": ("{One.} `<!--`\n\n{Two.} {Three.}\n", ["{One.} `<!--`", "{Two.} {Three.}"]),
    "a directive": ("{One.}\n:::row:::\n{Two.}\n", ["{One.}", "{Two.}"]),
    "code between paragraphs": ("{One.}\n```sh\n- x\n# y\n```\n{Two.}\n{Three.}\n", ["{One.}", "{Two.}\n{Three.}"]),
    "a byte order mark": ("\ufeff# {Title}\n", ["{Title}"]),
    "front matter is no text": ("---\ntitle: A\n---\n# {Title}\n\n{One.} {Two.}\n", ["{Title}", "{One.} {Two.}"]),
    "no line end behind the last unit": ("- {One.} {Two.}", ["{One.} {Two.}"]),
    "text behind the last unit": ("{One.} `x`\n`y`\n\nz\n", ["{One.} `x`\n`y`"]),
    "no units": ("Text.\n", []),
}


@pytest.mark.parametrize("case", JOINED)
def test_the_blocks_of_a_markdown_page(case: str) -> None:
    template, expected = JOINED[case]
    assert blocks(template) == expected


def test_words_outside_of_units_are_the_sources_where_the_numbers_follow_each_other() -> None:
    assert blocks("{Use} Contoso {now.}\n") == ["{Use} Contoso {now.}"]
    assert blocks("{One.}\n\n![Contoso](a.png) {Two.} {Three.}\n") == ["{One.}", "![Contoso](a.png) {Two.} {Three.}"]


def test_a_block_that_is_its_unit_says_so() -> None:
    found = join_blocks(page_of("# {Title}\n\n{ One. }\n\n[{Two}](a.md)\n\n{Three.} {Four.}\n")).joined
    assert [(one.first, one.last, one.source, one.is_unit) for one in found] == [
        (0, 0, "Title", True),
        (1, 1, "One.", True),
        (2, 2, "[Two](a.md)", False),
        (3, 4, "Three. Four.", False),
    ]


def test_a_po_message_out_of_a_block() -> None:
    found = join_blocks(page_of("> [!TIP]\n> {One.}\n> {Two.}\n")).joined
    assert joined_lines(found[0].source) == "[!TIP] One. Two."


def test_values_of_the_front_matter_are_blocks() -> None:
    template = '---\ntitle: "{About pumps}"\nms.date: x\ndescription: "{It pumps.} {It stops.}"\nkeywords:\n  - "{pump}"\n---\n'
    page = page_of(template, quote='\\"')
    assert [(one.first, one.last, one.source) for one in join_blocks(page).joined] == [
        (0, 0, "About pumps"),
        (1, 2, "It pumps. It stops."),
        (3, 3, "pump"),
    ]


def test_the_body_below_a_front_matter_with_units() -> None:
    front = f'---\ntitle: "{wrapper(101, "About", quote=chr(92) + chr(34))}"\n---\n'
    page = parse_page(front + "# " + wrapper(102, "Title") + "\n\n" + wrapper(103, "One.") + "\n" + wrapper(104, "Two.") + "\n")
    assert [one.source for one in join_blocks(page).joined] == ["About", "Title", "One.\nTwo."]


# --- HTML and XML --------------------------------------------------------------------------------------------------


def test_the_blocks_of_html_are_what_its_block_elements_hold() -> None:
    template = (
        '<h2 id="a">{Title}</h2>\n<p>{One.}\n  {Two.} <a href="x">{a link}</a>&nbsp;<code>y</code></p>\n'
        "<ul><li><p>{Three.}</p></li><li>{Four.}<br>{Five.}</li></ul><table><tr><td>{Six.}</td><td>{Seven.}</td></tr></table>"
    )
    assert blocks(template, "html") == [
        "{Title}",
        '{One.}\n{Two.} <a href="x">{a link}</a>\xa0<code>y</code>',
        "{Three.}",
        "{Four.}<br>{Five.}",
        "{Six.}",
        "{Seven.}",
    ]


def test_a_source_that_stands_apart_is_no_text_of_the_block() -> None:
    one = '<span data-ttu-id="abd60-101">EINS.</span>'
    other = '<span data-ttu-id="abd60-102">ZWEI.</span>'
    sources = "".join(
        f'<span class="sxs-lookup"><span data-stu-id="abd60-{number}">{text}</span></span>'
        for number, text in ((101, "One."), (102, "Two."))
    )
    found = join_blocks(parse_page(f"<p>{one} {other}{sources}</p>", container="html"))
    assert [(block.source, block.target) for block in found.joined] == [("One. Two.", "EINS. ZWEI.")]


def test_the_blocks_of_xml_are_what_its_elements_hold() -> None:
    template = (
        '<Docs><summary>{One.} <see cref="T:A" /> {Two.}</summary><param name="x">{Three.}</param>\n'
        "<remarks><para>{Four.}</para><para>{Five.}\n      {Six.}</para><!-- x --></remarks></Docs>"
    )
    assert blocks(template, "xml") == ['{One.} <see cref="T:A" /> {Two.}', "{Three.}", "{Four.}", "{Five.}\n{Six.}"]


def test_cdata_holds_markdown() -> None:
    template = "<remarks><format><![CDATA[\n\n## {Title}\n- {One.} {Two.}\n- {Three.}\n\n]]></format></remarks><p>{Four.}</p>"
    assert blocks(template, "xml") == ["{Title}", "{One.} {Two.}", "{Three.}", "{Four.}"]


# --- what is not joined --------------------------------------------------------------------------------------------

UNJOINED = {
    "a sentence without unit": ("{One.}\n\nNur hier. {^Two.} {Three.}\n", [(1, 2, "untranslated-text")]),
    "an alt text": ("{One.} ![Bild](a.png) {^Two.}\n", [(0, 1, "untranslated-text")]),
    "the alt text of a tag": ('{One.} <img src="a.png" alt="Bild"> {^Two.}\n', [(0, 1, "untranslated-text")]),
    "a tag with a title behind the last unit": ("{One.} <a href='b' TITLE = 'Der Titel'>", [(0, 0, "untranslated-text")]),
    "a link's title": ('[{One}](a.md "Der Titel") {^two.}\n', [(0, 1, "untranslated-text")]),
    "a word before the first unit": ("Nur {One.} {Two.}\n", [(0, 1, "untranslated-text")]),
    "a word behind the last unit": ("{One.} {Two.} hier\n", [(0, 1, "untranslated-text")]),
    "a code block": ("```\n{One.}\n```\n", [(0, 0, "code-fence")]),
    "indented code": ("Text:\n\n    {One.} {Two.}\n    {Three.}\n", [(0, 1, "indented-code"), (2, 2, "indented-code")]),
    "a comment": ("<!--\n{One.} {Two.}\n-->\n", [(0, 1, "comment")]),
}


@pytest.mark.parametrize("case", UNJOINED)
def test_a_block_whose_source_is_not_known_is_reported(case: str) -> None:
    template, expected = UNJOINED[case]
    assert [tuple(one) for one in join_blocks(page_of(template)).unjoined] == expected


def test_a_segment_without_unit_beside_text_that_all_languages_share_changes_nothing() -> None:
    for shared in ("`x` <br/> [!INCLUDE[name](a.md)]", '<img src="a.png" alt="">', '<a href="alt.md"></a>', "<xref:Title>"):
        assert blocks(f"{{One.}} {shared} {{^Two.}}\n") == [f"{{One.}} {shared} {{Two.}}"]


@pytest.mark.parametrize("before", ["1. {One.}\n\n", "", "* {One.}\n\n  ", "<!-- of two\n"])
def test_a_list_below_a_comment_begins_with_any_number(before: str) -> None:
    indent = "  " if before.endswith("  ") else ""
    template = f"{before}<!-- x -->\n{indent}2. {{Two.}}\n{indent}3. {{Three.}} {{Four.}}\n"
    if before.startswith("<!--"):
        template = template.replace("<!-- x", "x")
    assert blocks(template)[-2:] == ["{Two.}", "{Three.} {Four.}"]


def test_a_comment_within_a_paragraph_or_a_table_of_html_begins_no_list() -> None:
    assert blocks("{One.}\n<!-- x --> 2. {Two.}\n") == ["{One.}\n<!-- x --> 2. {Two.}"]
    assert blocks("<!-- x --> <br>\n2. {Two.} {Three.}\n") == ["{Two.} {Three.}"]
    assert blocks("<table>\n<!-- x -->\n    <td>{One.} {Two.}</td>\n</table>\n") == ["{One.} {Two.}"]


def test_words_of_a_tag_are_the_sources_where_no_segment_lacks_a_unit() -> None:
    assert blocks('{One.} <img src="a.png" alt="Ebb"> {Two.}\n') == ['{One.} <img src="a.png" alt="Ebb"> {Two.}']


def test_paragraph_units_do_not_tell_what_stands_between_them() -> None:
    text = wrapper(101, "One.").replace("60-101", "60-p101") + " Contoso " + wrapper(102, "Two.").replace("60-102", "60-p102")
    assert [one.reason for one in join_blocks(parse_page(text + "\n")).unjoined] == ["untranslated-text"]


def test_a_url_of_the_targets_language_is_not_the_sources() -> None:
    template = "[{Guide}](https://example.org/DE-de/a)\n\n[{Next}](https://example.org/a)\n"
    found = join_blocks(page_of(template, locale="de-DE"))
    assert [tuple(one) for one in found.unjoined] == [(0, 0, "localized-url")]
    assert [one.source for one in found.joined] == ["[Next](https://example.org/a)"]


def test_a_pre_element_and_a_comment_of_html_hold_no_blocks() -> None:
    found = join_blocks(page_of("<pre>{One.}</pre><!-- {Two.} --><p>{Three.}</p>", "html"))
    assert [tuple(one) for one in found.unjoined] == [(0, 0, "code-fence"), (1, 1, "comment")]
    assert [one.source for one in found.joined] == ["Three."]


def test_what_is_unjoined_is_a_finding_with_its_line() -> None:
    page = page_of("# {Title}\n\nNur hier. {^One.} {Two.}\n")
    assert list(unjoined_problems(page, join_blocks(page))) == [
        Problem(
            "untranslated-text",
            "info",
            "-",
            3,
            "abd60-103 to abd60-104 stand beside text without a unit, and its source is not known; taken one by one",
        )
    ]


# --- any page ------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "{One.}",
            "{two}",
            "{^Three.}",
            " ",
            "\n",
            "\n\n",
            "\r\n",
            "  \n",
            "\\\n",
            "# ",
            "## ",
            " ##",
            "- ",
            "1. ",
            "256. ",
            "  ",
        ),
        *(
            "> ",
            "| ",
            "|",
            "\n|---|---|\n",
            "\n===\n",
            "\n---\n",
            "[",
            "](a.md)",
            "![",
            "][r]",
            "`",
            "```",
            "\n```\n",
            "**",
            "    ",
        ),
        *(
            "<td>",
            "</td>",
            "<br>",
            "<p>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<pre>",
            "x",
            "Name",
            "\t",
            ":::",
            "[a]: b\n",
            "\ufeff",
        ),
        '<a name="x"></a>',
    ]
)
TEMPLATES = st.lists(PIECES, max_size=30).map("".join)


def faults(page: Page) -> Iterator[str]:
    """What is wrong with the blocks of a page."""
    found = join_blocks(page)
    texts = page.texts
    joined = [(one.first, one.last) for one in found.joined]
    unjoined = [(one.first, one.last) for one in found.unjoined]
    held = sorted(at for first, last in joined + unjoined for at in range(first, last + 1))
    if held != list(range(len(texts.ids))):
        yield "a unit is not in one block or one reported"
    if joined != sorted(joined) or unjoined != sorted(unjoined):
        yield "the order of the page is lost"
    for one in found.joined:
        if one.is_unit != (one.source == texts.sources[one.first].strip() and one.first == one.last):
            yield f"{texts.ids[one.first]}: is_unit is wrong"
        for whole, side in ((one.source, texts.sources), (one.target, texts.targets)):
            at = 0
            for text in side[one.first : one.last + 1]:
                at = whole.find(text.strip(), at)
                if at < 0:
                    yield f"{texts.ids[one.first]}: a text is missing in its block"
                    break
                at += len(text.strip())
            if "\0" in whole or whole != whole.strip():
                yield f"{texts.ids[one.first]}: not a clean text"


@given(TEMPLATES, st.sampled_from(("markdown", "html", "xml")))
@example("{One.} | {two}\n|---|---|\n", "markdown")
@example("<!--{One.}--> {two}", "markdown")
@example("<![CDATA[```\n{One.}", "xml")
def test_every_unit_is_in_one_block_in_its_order(template: str, container: Container) -> None:
    assert list(faults(page_of(template, container))) == []


@given(st.lists(TEMPLATES, min_size=1, max_size=4))
@example(["\n```js\n# no\n```\n\n- "])
@example(["> ", '\n\n## <a name="x"></a>'])
@example(["| ", "](a|b) | "])
@example(["", '# <a name="x"></a>'])
def test_a_cut_is_the_same_when_it_is_remembered_and_its_details_are_left_out(gaps: list[str]) -> None:
    cutter = Cutter()
    node = cutter.start()
    for gap in gaps:
        gap = UNIT.sub("", gap)
        expected = pass_gap(node.place, gap)
        first = cutter.step(node, gap)
        assert (first.cut, first.after.place, first.is_head_row) == expected
        assert cutter.step(node, gap) == first
        node = first.after


# --- real pages ----------------------------------------------------------------------------------------------------


def test_the_blocks_of_real_pages(real_pages: Path) -> None:
    wrong, count, unjoined = [], 0, 0
    for folder in sorted((real_pages / "bilingual").iterdir()):
        for path in sorted(folder.rglob("*.md"))[::7]:
            page = read_page(path)
            wrong += [f"{path.name}: {fault}" for fault in faults(page)]
            found = join_blocks(page)
            count += len(found.joined)
            unjoined += len(found.unjoined)
    assert wrong == []
    assert count > 0
    assert unjoined <= count / 100


def test_the_source_of_every_block_stands_in_the_english_page(real_pages: Path) -> None:
    def flat(text: str) -> str:
        return re.sub(r"[\s>]+", " ", text)

    missing, longer = [], 0
    for path in sorted((real_pages / "source").rglob("*.md")):
        english = flat(path.read_text(encoding="utf-8-sig"))
        for one in join_blocks(read_page(real_pages / "bilingual" / path.relative_to(real_pages / "source"))).joined:
            longer += not one.is_unit
            missing += [] if flat(one.source) in english else [f"{path.name}: {one.source}"]
    assert missing == []
    assert longer > 0


def test_blocks_that_say_no_more_than_a_unit_can_be_left_out(corpora: Path) -> None:
    pages = [read_page(path) for path in sorted((corpora / "bilingual" / "fr-FR").rglob("*.md"))]
    assert pages
    for page in pages:
        every, larger = join_blocks(page), join_blocks(page, larger=True)
        assert larger.joined == [block for block in every.joined if not block.is_unit]
        assert larger.unjoined == every.unjoined
