"""Pages of all three containers: nothing is lost however broken, and everything the pages say is read."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.errors import OptionError, UnreadablePageError
from align.model import CONTAINERS, FLAGS, Container, Origin, Unit, kind_of
from align.pages import Page, container_of, parse_page, read_bytes, read_page, read_text

ANOMALIES = sorted((Path(__file__).resolve().parents[1] / "corpora" / "anomalies").glob("*.md"))
MARKER = "data-ttu-id="
LOOKUP = '<span class="sxs-lookup">'


def wrap(ident: str, target: str, source: str) -> str:
    return f'<span data-ttu-id="{ident}">{target}</span>{LOOKUP}<span data-stu-id="{ident}">{source}</span></span>'


UN = wrap("abd60-101", "Un.", "One.")
DEUX = wrap("abd60-102", "Deux.", "Two.")


def texts(page: Page) -> list[tuple[str, str, str]]:
    return [(unit.id, unit.source, unit.target) for unit in page.units]


# --- any text, however broken --------------------------------------------------------------------------------------

FRAGMENTS = [
    UN,
    DEUX,
    wrap("abd60-p103", "<span>a</span>", "<span>b</span>"),
    wrap("abd60-104", "a\nb", "c\r\nd"),
    UN.replace('"', '\\"'),
    UN.replace('"', "&quot;"),
    UN.replace('"', "'"),
    UN.replace('">Un', "&quot;>Un"),
    '<span data-ttu-id="abd60-101">',
    '<span class="x" data-ttu-id=abd60-101 >',
    "<span data-stu-id='abd60-101'>",
    '<span data-stu-id="abd60-102">',
    '</span><span class="sxs-lookup"><span data-stu-id="abd60-101">',
    "class=&quot;sxs-lookup&quot;",
    "data-stu-id=&quot;",
    "</span></span>",
    "</span>",
    "<span",
    "<span data-ttu-id=",
    "data-ttu-id=",
    "---\n",
    "---\nms.contentlocale: fr-ch\n---\n",
    "title: ",
    "\ufeff",
    "\n",
    "\r\n",
    "\r",
    "\0",
    '"',
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE x [",
    "]>",
    "<?xml version='1.0'?>",
    "<p>",
    "<pre>",
    "<summary>",
    "<h2>",
    "# ",
    "* ",
    "> ",
    "| ",
    "|---|\n",
    "```\n",
    "===\n",
    "[",
    "](",
    "&#0;",
    "&#xD800;",
    "&nbsp;",
    "&lol;",
    "\ud800",
]
BROKEN = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=14).map("".join)
GAPS = ["\n", "\r\n", " ", "\n\n* ", "\n# ", "<p>\n", "</p>", "<!--\n", "-->", "\n```\n", "text"]
SIDES = st.text(st.sampled_from("a\n é\r*"), max_size=3)
SOUND = st.lists(
    st.sampled_from(GAPS) | st.builds(wrap, st.integers(101, 130).map("abd60-{}".format), SIDES, SIDES), max_size=10
).map("".join)
SOUP = BROKEN | SOUND
ALL = pytest.mark.parametrize("container", CONTAINERS)


@ALL
@given(text=SOUP)
@example(text="\0" + UN)
@example(text=UN + "</span>")
@example(text='---\ntitle: "' + UN.replace('"', '\\"') + '"\n---\n' + DEUX)
def test_every_marker_is_a_unit_or_a_problem_and_no_text_is_lost(container: Container, text: str) -> None:
    page = parse_page(text, container=container, name="a.x")
    assert len(page.units) + len(page.problems) == text.count(MARKER)
    assert "".join(piece.gap + piece.wrapper for piece in page.pieces()) == text
    assert [piece.unit for piece in page.pieces() if piece.unit is not None] == list(page.units)
    lines = text.count("\n") + 1
    assert all(1 <= unit.line <= lines for unit in page.units)
    assert all(problem.line is not None and 1 <= problem.line <= lines for problem in page.problems)
    assert all(set(unit.flags) <= FLAGS.keys() and list(unit.flags) == sorted(set(unit.flags)) for unit in page.units)
    assert tuple(page.texts.ids) == tuple(unit.id for unit in page.units)


@ALL
@given(text=SOUP)
def test_the_line_of_a_unit_is_that_of_its_wrapper(container: Container, text: str) -> None:
    page = parse_page(text, container=container)
    offset = 0
    for piece in page.pieces():
        offset += len(piece.gap)
        if piece.unit is not None:
            assert piece.wrapper.startswith("<")
            assert piece.unit.line == 1 + text[:offset].count("\n")
        offset += len(piece.wrapper)


@ALL
@given(text=SOUP)
def test_a_rebuilt_page_is_the_gaps_and_one_side(container: Container, text: str) -> None:
    page = parse_page(text, container=container)
    rebuilt = {"source": page.source_text(), "target": page.target_text()}
    if any("repaired-quotes" in unit.flags for unit in page.units) or (container == "html" and "&" in text):
        return  # a side then stands otherwise on the page than in the unit
    for side, whole in rebuilt.items():
        parts = [piece.gap + (getattr(piece.unit, side) if piece.unit else "") for piece in page.pieces()]
        assert whole == "".join(parts)


@ALL
@given(text=SOUP)
def test_reading_twice_gives_the_same(container: Container, text: str) -> None:
    one, two = parse_page(text, container=container), parse_page(text, container=container)
    assert [unit.as_dict() for unit in one.units] == [unit.as_dict() for unit in two.units]
    assert one.problems == two.problems
    assert one.origin == two.origin


@settings(max_examples=60)
@given(text=SOUP.map(lambda text: text.replace("\0", "").replace("\ud800", "")))
def test_a_page_read_from_bytes_is_that_of_its_text(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("page") / "a.md"
    path.write_bytes(text.encode())
    page = read_page(path)
    assert page.text == text
    assert [unit.as_dict() for unit in page.units] == [unit.as_dict() for unit in parse_page(text, name="a.md").units]


def test_the_texts_alone_decide_the_same_as_the_units() -> None:
    page = parse_page(f"{UN} {DEUX} {UN}", name="a.md")
    assert list(page.texts.sources) == [unit.source for unit in page.units] == ["One.", "Two.", "One."]
    assert [unit.flags for unit in page.units] == [("duplicate-id",), (), ("duplicate-id",)]


# --- the anomalies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ANOMALIES, ids=lambda path: path.stem)
def test_an_anomaly_gives_the_units_and_problems_beside_it(path: Path) -> None:
    expected: dict[str, Any] = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    page = read_page(path)
    assert texts(page) == [(unit["id"], unit["source"], unit["target"]) for unit in expected["units"]]
    assert [problem.line for problem in page.problems] == [problem["line"] for problem in expected["problems"]]
    for unit, wanted in zip(page.units, expected["units"], strict=True):
        assert set(wanted["flags"]) <= set(unit.flags)
        assert ("identical" in unit.flags) == ("identical" in wanted["flags"])


def test_the_anomalies_are_there() -> None:
    assert len(ANOMALIES) >= 40


# --- flags ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "source", "flags"),
    [
        ("Un.", "One.", ()),
        ("hub", "hub", ("identical",)),
        ("<br/>", "<br/>", ("identical", "no-text")),
        ("x", "<b> <!-- c --> </b>", ("no-text",)),
        ("x", "<xref:Fern.Hub>", ()),
        ("x", "`<T>`", ()),
        ("x", "42", ()),
        ("x", "", ("empty-source", "no-text")),
        ("x", " \n", ("empty-source", "no-text")),
        ("", "One.", ("empty-target",)),
        ("Un\ufffd.", "One.", ("damaged-character",)),
        ("Un.", "One\x92s.", ("damaged-character",)),
        ("U\u200dn\u200c.", "One\u00ad.", ()),
        ("<<<<<<< HEAD Un.", "One.", ("conflict-marker",)),
        ("Un <seg>deux</seg>.", "One two.", ("seg-leak",)),
        ("titre : Seuils", "title: Thresholds", ("front-matter",)),
    ],
)
def test_texts_give_flags(target: str, source: str, flags: tuple[str, ...]) -> None:
    (unit,) = parse_page(wrap("abd60-101", target, source)).units
    assert unit.flags == flags


@pytest.mark.parametrize("spaces", [0, 1, 99, 100, 101, 300])
def test_a_control_is_found_behind_any_number_of_spaces(spaces: int) -> None:
    def flags_of(behind: str) -> list[tuple[str, ...]]:
        return [unit.flags for unit in parse_page(UN + wrap("abd60-102", "a" + "\xa0" * spaces + behind, "b")).units]

    assert flags_of("\x92") == [(), ("damaged-character",)]
    assert flags_of("\xe9") == [(), ()]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name on this system")
def test_a_page_comes_through_a_pipe(tmp_path: Path) -> None:
    data = UN.encode() * 5_000  # more than a pipe holds
    os.mkfifo(tmp_path / "page.md")
    writer = threading.Thread(target=(tmp_path / "page.md").write_bytes, args=(data,))
    writer.start()
    assert read_bytes(tmp_path / "page.md") == data
    writer.join()


# --- Markdown: front matter, BOM, line ends ------------------------------------------------------------------------


def origin(*lines: str, end: str = "\n") -> Origin:
    return parse_page(end.join(["---", *lines, "---", UN, ""]), locale=None).origin


def test_front_matter_is_read() -> None:
    found = origin(
        "title: Seuils",
        "ms.openlocfilehash: 5A9416247F31269A530ACCF2C928E85A4D8DAB93",
        "ms.sourcegitcommit: fe9244d967fca86f87ab3308d523bef701e22858",
        "ms.translationtype: MT",
        "ms.contentlocale: fr-FR",
        "ms.lasthandoff: 04/12/2021",
    )
    assert found == Origin(
        "-",
        "markdown",
        "en-US",
        "fr-FR",
        "MT",
        "2021-04-12",
        "fe9244d967fca86f87ab3308d523bef701e22858",
        "5a9416247f31269a530accf2c928e85a4d8dab93",
        None,
    )


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("ms.contentlocale: fr-ch", "target_locale", "fr-CH"),
        ("ms.contentlocale: sr-latn-rs", "target_locale", "sr-Latn-RS"),
        ('ms.contentlocale: "de-DE"', "target_locale", "de-DE"),
        ("ms.contentlocale: 'de-DE'", "target_locale", "de-DE"),
        ("ms.contentlocale: de-DE  # the target", "target_locale", "de-DE"),
        ("ms.contentlocale: de-DE   ", "target_locale", "de-DE"),
        ("ms.contentlocale : de-DE", "target_locale", "de-DE"),
        ("ms.contentlocale: >-\n  de-DE", "target_locale", "de-DE"),
        ("ms.contentlocale: de_DE", "target_locale", None),
        ("ms.contentlocale:", "target_locale", None),
        ("ms.contentlocale: [de-DE]", "target_locale", None),
        ("ms.translationtype: HT", "translation_type", "HT"),
        ("ms.translationtype: mt", "translation_type", "MT"),
        ("ms.translationtype: PE", "translation_type", None),
        ("ms.lasthandoff: 01/12/2019", "handoff", "2019-01-12"),
        ("ms.lasthandoff: 1/2/2019", "handoff", "2019-01-02"),
        ("ms.lasthandoff: 2019-01-12", "handoff", "2019-01-12"),
        ('ms.lasthandoff: "01/12/2019"', "handoff", "2019-01-12"),
        ("ms.lasthandoff: 13/01/2019", "handoff", None),
        ("ms.lasthandoff: 2019-02-30", "handoff", None),
        ("ms.lasthandoff: yesterday", "handoff", None),
        ("ms.lasthandoff: 0/0/0000", "handoff", None),
    ],
)
def test_a_value_is_read_or_unknown(line: str, field: str, value: str | None, end: str) -> None:
    assert getattr(origin(*line.split("\n"), end=end), field) == value


def test_invalid_yaml_does_not_hide_the_metadata() -> None:
    found = origin("title: a: b: [", "ms.contentlocale: fr-FR", "\tms.author: x", "ms.translationtype: HT")
    assert (found.target_locale, found.translation_type) == ("fr-FR", "HT")
    page = parse_page("---\ntitle: a: b: [\n---\n" + UN)
    assert page.front_matter == {}
    assert texts(page) == [("abd60-101", "One.", "Un.")]


@pytest.mark.parametrize(
    "value",
    [
        "!!bool maybe",
        "!!int ''",
        "!!timestamp soon",
        "!!python/object:os.system x",
        "&a [*a]",
        "*nowhere",
        "2019-02-30",
        "{[]: 1}",
        "[" * 300,
        "[" * 20_000,
        "0x" + "f" * 6000,
        "\x01",
        "\ud800",
        "%",
        "@",
        "`x`",
    ],
)
def test_no_value_of_the_front_matter_is_an_error(value: str) -> None:
    page = parse_page(f"---\nms.contentlocale: {value}\nms.translationtype: HT\n---\n{UN}\n")
    assert len(page.units) == 1
    assert page.origin.translation_type == "HT"
    assert page.origin.target_locale is None
    assert isinstance(page.front_matter, dict)


def test_metadata_below_an_unclosed_front_matter_is_text() -> None:
    page = parse_page(f"---\nms.contentlocale: fr-FR\n\n{UN}\n")
    assert page.origin.target_locale is None
    assert len(page.units) == 1


def test_the_given_locale_is_for_pages_that_name_none() -> None:
    assert parse_page(UN, locale="fr-ch").origin.target_locale == "fr-CH"
    assert parse_page(f"---\nms.contentlocale: de-DE\n---\n{UN}", locale="fr-CH").origin.target_locale == "de-DE"
    assert parse_page(UN).with_locale("fr-CH").units[0].target_locale == "fr-CH"


def test_a_byte_order_mark_and_line_ends_stay() -> None:
    text = f"\ufeff---\r\nms.contentlocale: fr-FR\r\n---\r\n# {UN}\r\n\n{DEUX}\r"
    page = parse_page(text)
    assert page.origin.target_locale == "fr-FR"
    assert [unit.line for unit in page.units] == [4, 6]
    assert page.source_text() == "\ufeff---\r\nms.contentlocale: fr-FR\r\n---\r\n# One.\r\n\nTwo.\r"
    assert page.target_text() == "\ufeff---\r\nms.contentlocale: fr-FR\r\n---\r\n# Un.\r\n\nDeux.\r"


@ALL
def test_line_breaks_inside_units_count_for_the_units_behind(container: Container) -> None:
    text = f"\n{UN} " + wrap("abd60-102", "c\nd", "e") + "\n\n" + wrap("abd60-103", "f", "g\n\nh") + f"\n{DEUX}"
    assert [unit.line for unit in parse_page(text, container=container).units] == [2, 2, 5, 8]


def test_a_broken_wrapper_stays_as_it_stands_when_a_page_is_rebuilt() -> None:
    broken = '<span data-ttu-id="abd60-103">Trois.</span>'
    page = parse_page(f"{UN} {broken} {DEUX}")
    assert page.target_text() == f"Un. {broken} Deux."
    assert page.source_text() == f"One. {broken} Two."


def test_escapes_of_a_yaml_scalar_stay_when_a_page_is_rebuilt() -> None:
    wrapper = wrap("71c5d-101", 'Le "nord"', 'The "north"').replace('"', '\\"')
    page = parse_page(f'---\ntitle: "{wrapper}"\n---\n')
    assert page.units[0].target == 'Le "nord"'
    assert page.target_text() == '---\ntitle: "Le \\"nord\\""\n---\n'
    assert page.front_matter["title"] == wrap("71c5d-101", 'Le "nord"', 'The "north"')


def test_a_text_that_names_the_damage_is_the_same_in_units_and_in_the_rebuilt_page() -> None:
    side = "Look for class=&quot;sxs-lookup&quot; here."
    page = parse_page(wrap("abd60-101", side, side))
    assert page.target_text() == page.units[0].target


# --- HTML ----------------------------------------------------------------------------------------------------------


def html(text: str) -> Page:
    return parse_page(text, container="html")


def test_html_attributes_may_come_in_any_order_between_any_quotes() -> None:
    text = (
        "<p><span class='t' data-ttu-id='abd60-101' lang=fr>Un.</span><span lang=en class='x sxs-lookup'>"
        "<span class=s data-stu-id='abd60-101'>One.</span></span> "
        "<span data-ttu-id=abd60-102>Deux.</span><span class=sxs-lookup><span data-stu-id=abd60-102>Two.</span></span>"
    )
    page = html(text)
    assert texts(page) == [("abd60-101", "One.", "Un."), ("abd60-102", "Two.", "Deux.")]
    assert page.target_text() == "<p>Un. Deux."
    assert page.source_text() == "<p>One. Two."


def test_html_spans_may_stand_apart_and_are_paired_by_id() -> None:
    page = html(
        '<p><span data-ttu-id="abd60-101">Un.</span> <span data-ttu-id="abd60-102">Deux.</span></p>\n'
        '<p><span data-stu-id="abd60-102">Two.</span> <span data-stu-id="abd60-101">One.</span></p>'
    )
    assert texts(page) == [("abd60-101", "One.", "Un."), ("abd60-102", "Two.", "Deux.")]
    assert page.target_text() == "<p>Un. Deux.</p>\n<p> </p>"
    assert page.problems == ()


def test_html_ids_that_repeat_are_paired_in_their_order() -> None:
    page = html(
        '<span data-ttu-id="abd60-101">Un.</span><span data-ttu-id="abd60-101">Deux.</span>'
        '<span data-stu-id="abd60-101">One.</span><span data-stu-id="abd60-101">Two.</span>'
    )
    assert texts(page) == [("abd60-101", "One.", "Un."), ("abd60-101", "Two.", "Deux.")]


def test_an_html_target_without_a_source_is_a_problem() -> None:
    page = html(f'<p>{UN}</p>\n<p><span data-ttu-id="abd60-102">Deux.</span></p>')
    assert texts(page) == [("abd60-101", "One.", "Un.")]
    assert [(problem.rule, problem.severity, problem.line) for problem in page.problems] == [("missing-source", "error", 2)]


def test_html_character_references_become_characters_but_for_markup() -> None:
    page = html(wrap("abd60-101", "&eacute;&#233;&#xE9;&nbsp;&lt;b&gt; &amp; &quot;x&quot; &#39;", "e &copy; &nosuch;"))
    (unit,) = page.units
    assert unit.target == "ééé\u00a0&lt;b&gt; &amp; &quot;x&quot; '"
    assert unit.source == "e © &nosuch;"
    assert page.target_text().startswith("&eacute;&#233;")


@pytest.mark.parametrize("reference", ["&#60;", "&#62;", "&#38;", "&#34;", "&#x3C;", "&LT;", "&AMP;"])
def test_html_markup_characters_stay_escaped_however_they_are_written(reference: str) -> None:
    assert html(wrap("abd60-101", f"a {reference} b", "s")).units[0].target == f"a {reference} b"


def test_html_inline_markup_is_kept_as_it_stands() -> None:
    side = 'Press <strong>On</strong>, <a href="a?b&amp;c" data-linktype="x">see</a><br>.'
    assert html(wrap("abd60-101", side, side)).units[0].source == side


@pytest.mark.parametrize(
    ("head", "locale"),
    [
        ('<html lang="fr-ch"><body>', "fr-CH"),
        ('<html><head><meta name="ms.contentlocale" content="de-de"></head><body>', "de-DE"),
        ('<html lang="en-us"><head><meta name="locale" content="pl-pl"></head><body>', "pl-PL"),
        ('<html lang="not a tag"><body>', None),
        ("<p>", None),
    ],
)
def test_html_names_its_locale(head: str, locale: str | None) -> None:
    assert html(head + UN).origin.target_locale == locale


def test_html_without_wrappers_is_a_page_without_units() -> None:
    for text in ("", "<p>No unit here.</p>"):
        page = html(text)
        assert (page.units, page.problems, page.target_text()) == ((), (), text)


def test_html_may_begin_with_an_xml_declaration() -> None:
    assert len(html(f"<?xml version='1.0'?>\n<html lang='fr-fr'><p>{UN}</p></html>").units) == 1


def test_html_metadata_is_read() -> None:
    page = html(
        '<html lang="fr-fr"><head><meta name="ms.translationtype" content="HT"/>'
        '<meta name="ms.lasthandoff" content="04/12/2021"/></head><body>' + UN
    )
    assert (page.origin.translation_type, page.origin.handoff) == ("HT", "2021-04-12")


def test_html_places_come_from_the_elements_around() -> None:
    page = html(
        f"<h1>{wrap('abd60-101', 'Titre', 'Title')}</h1><p>{wrap('abd60-102', 'a', 'b')}</p>"
        f"<ul><li><a href='x'>{wrap('abd60-103', 'a', 'b')}</a></li></ul>"
        f"<blockquote><table><tr><td>{wrap('abd60-104', 'a', 'b')}</td></tr></table></blockquote>"
        f"<pre><code>{wrap('abd60-105', 'a', 'b')}</code></pre><!-- {wrap('abd60-106', 'a', 'b')} -->"
        f"<h2>Plain &amp; simple</h2>{wrap('abd60-107', 'a', 'b')}"
    )
    assert [(unit.id[6:], unit.context, unit.flags, unit.heading) for unit in page.units] == [
        ("101", ("heading",), (), "Title"),
        ("102", (), (), "Title"),
        ("103", ("list", "link"), (), "Title"),
        ("104", ("quote", "table"), (), "Title"),
        ("105", (), ("in-fence",), "Title"),
        ("106", (), ("in-comment",), None),
        ("107", (), (), "Plain & simple"),
    ]


# --- ECMA XML ------------------------------------------------------------------------------------------------------


def xml(text: str) -> Page:
    return parse_page(text, container="xml")


def test_xml_units_stand_in_their_elements() -> None:
    page = xml(
        "<?xml version='1.0'?>\n<Docs xml:lang='de-de'><summary>"
        + wrap("abd60-101", 'Ruft <see cref="T:Fern.Hub" /> ab.', 'Gets <see cref="T:Fern.Hub" />.')
        + "</summary>\n<remarks><list type='bullet'><item><description>"
        + wrap("abd60-102", "Eins &lt;T&gt;", "One &lt;T&gt;")
        + "</description></item></list><list type='table'><item><term>"
        + wrap("abd60-103", "Zwei", "Two")
        + "</term></item></list></remarks></Docs>"
    )
    assert page.origin.target_locale == "de-DE"
    assert page.units[0].source == 'Gets <see cref="T:Fern.Hub" />.'
    assert page.units[1].source == "One &lt;T&gt;"
    assert [(unit.context, unit.line) for unit in page.units] == [((), 2), (("list",), 3), (("table",), 3)]


def test_xml_cdata_holds_markdown() -> None:
    page = xml(
        "<remarks><format type='text/markdown'><![CDATA[\n## "
        + wrap("abd60-101", "Hinweise", "Remarks")
        + "\n\n- "
        + wrap("abd60-102", "Ein `List<T>`.", "A `List<T>`.")
        + "\n]]></format></remarks><summary>"
        + wrap("abd60-103", "Ende", "End")
        + "</summary>"
    )
    assert [(unit.context, unit.heading, unit.flags) for unit in page.units] == [
        (("heading",), "Remarks", ()),
        (("list",), "Remarks", ()),
        ((), None, ()),
    ]
    assert page.units[1].target == "Ein `List<T>`."


def test_xml_comments_are_flagged() -> None:
    assert xml(f"<a><!-- {UN} --></a>").units[0].flags == ("in-comment",)


def test_xml_fragments_without_a_root_are_read() -> None:
    page = xml(f"<summary>{UN}</summary>\n<returns>{DEUX}</returns>")
    assert texts(page) == [("abd60-101", "One.", "Un."), ("abd60-102", "Two.", "Deux.")]


def test_xml_entities_of_a_dtd_are_inert() -> None:
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    text = f'<!DOCTYPE x [<!ENTITY l0 "lol">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]>\n<x><summary>&l9;&f;{UN}'
    page = xml(text + "</summary></x>")
    assert texts(page) == [("abd60-101", "One.", "Un.")]
    assert page.target_text() == text.replace(UN, "Un.") + "</summary></x>"


@pytest.mark.parametrize("reference", ["&nbsp;", "&unknown;", "&#xD800;", "&#0;", "&"])
def test_xml_references_that_xml_does_not_know_are_text(reference: str) -> None:
    page = xml(f"<h2>Notes {reference}</h2><summary>{reference}{wrap('abd60-101', reference, reference)}</summary>")
    assert texts(page) == [("abd60-101", reference, reference)]


def test_xml_that_is_not_well_formed_still_gives_its_units() -> None:
    page = xml(f"<summary>{UN}</wrong> & <T> \x01 {DEUX}")
    assert texts(page) == [("abd60-101", "One.", "Un."), ("abd60-102", "Two.", "Deux.")]


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "container"),
    [
        ("a.md", "markdown"),
        ("a.MARKDOWN", "markdown"),
        ("a.html", "html"),
        ("a.htm", "html"),
        ("a.xml", "xml"),
        ("a.txt", None),
    ],
)
def test_the_name_tells_the_container(name: str, container: Container | None) -> None:
    assert container_of(Path(name)) == container


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"one\ntwo\n\xe9\n")
    with pytest.raises(UnreadablePageError) as caught:
        read_page(path)
    assert (caught.value.path, caught.value.line) == (str(path), 3)
    path.write_bytes(b"\x89PNG\0\n")
    with pytest.raises(UnreadablePageError, match="binary"):
        read_text(path)
    with pytest.raises(UnreadablePageError, match="cannot be read"):
        read_page(tmp_path / "missing.md")


def test_an_unknown_container_or_locale_is_refused() -> None:
    with pytest.raises(OptionError, match="markdown, html, xml"):
        parse_page(UN, container="rst")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="BCP 47"):
        parse_page(UN, locale="fr_FR")


# --- the unit ------------------------------------------------------------------------------------------------------


def test_units_are_equal_when_texts_and_locales_are() -> None:
    one = parse_page(UN, locale="fr-FR", name="a.md").units[0]
    other = parse_page("# " + UN.replace("abd60", "fffff"), locale="fr-FR", name="b.md").units[0]
    assert one == other
    assert hash(one) == hash(other)
    assert one != parse_page(UN, locale="fr-CH").units[0]
    assert one != "One."


def test_a_unit_as_a_dict_has_every_key_in_order() -> None:
    unit: Unit = parse_page(wrap("abd60-p101", "a", "b"), name="a.md").units[0]
    assert list(unit.as_dict().items()) == [
        ("id", "abd60-p101"),
        ("kind", "paragraph"),
        ("source", "b"),
        ("target", "a"),
        ("source_locale", "en-US"),
        ("target_locale", None),
        ("page", "a.md"),
        ("line", 1),
        ("container", "markdown"),
        ("translation_type", None),
        ("handoff", None),
        ("source_commit", None),
        ("source_hash", None),
        ("heading", None),
        ("context", []),
        ("flags", []),
    ]
    assert kind_of("abd60-101") == "sentence"


# --- a page at a prompt --------------------------------------------------------------------------------------------


def test_a_page_shows_itself_as_text() -> None:
    front = "---\nms.contentlocale: fr-FR\nms.translationtype: HT\nms.lasthandoff: 03/04/2021\n---\n"
    page = parse_page(front + "\n\n".join([UN, DEUX] * 10), name="a.md")
    assert repr(page) == "<Page: a.md, fr-FR, HT, 2021-03-04, 20 units>"
    assert repr(parse_page(UN)) == "<Page: -, 1 unit>"
    lines = str(page).splitlines()
    assert "a.md, fr-FR, HT, 2021-03-04, 20 units" in lines[0]
    assert "One." in str(page)
    assert len(lines) < 40
