"""TMX and PO: what is written is read back the same, by this package and by others, and real programs take it."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import polib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from align.curate import Rules
from align.errors import FormatError
from align.export import Plan, export_pages
from align.formats import jsonl, po, tmx
from align.formats.entry import Entry, digest
from align.formats.po import joined_lines
from align.legal import without_illegal
from align.model import Origin
from align.pages import Page, parse_page
from align.pages.flags import has_no_text
from align.version import __version__

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def page(
    *units: tuple[str, str],
    name: str = "a.md",
    locale: str = "fr-FR",
    kind: str = "HT",
    handoff: str = "04/12/2021",
    source_locale: str = "en-US",
    prefix: str = "abd60",
    letter: str = "",
    licence: str | None = None,
) -> Page:
    """A page of units, each given as source and target."""
    text = "---\n"
    for key, value in {"contentlocale": locale, "translationtype": kind, "lasthandoff": handoff}.items():
        text += f"ms.{key}: {value}\n" if value else ""
    text += "ms.sourcegitcommit: fe9244d967fca86f87ab3308d523bef701e22858\n---\n"
    for number, (source, target) in enumerate(units, 101):
        ident = f"{prefix}-{letter}{number}"
        text += (
            f'<span data-ttu-id="{ident}">{target}</span><span class="sxs-lookup">'
            f'<span data-stu-id="{ident}">{source}</span></span>\n\n'
        )
    return parse_page(text, name=name, source_locale=source_locale, licence=licence)


def exported(pages: Iterable[Page], out: Path, rules: Rules | None = None) -> Path:
    export_pages(pages, out, plan=Plan(rules=rules or Rules()))
    return out


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    return lambda *pages, rules=None: exported(pages, tmp_path / "out", rules)


def tree(path: Path) -> etree._Element:
    return etree.parse(str(path), etree.XMLParser(load_dtd=False, no_network=True)).getroot()


def tmx_pairs(path: Path) -> list[tuple[str, str]]:
    """Source and target of each unit, as lxml reads them."""
    pairs = []
    for unit in tree(path).iter("tu"):
        source, target = ["".join(map(str, variant.find("seg").itertext())) for variant in unit.iter("tuv")]  # type: ignore[union-attr]
        pairs.append((source, target))
    return pairs


def po_pairs(path: Path) -> list[tuple[str, str]]:
    """msgid and msgstr of each entry, as polib reads them."""
    return [(entry.msgid, entry.msgstr) for entry in polib.pofile(str(path), encoding="utf-8")]


def read_tmx(path: Path) -> list[Entry]:
    with path.open("rb") as stream:
        return list(tmx.read(stream, path=path))


# --- any text comes back -------------------------------------------------------------------------------------------

HARD = [
    "\0",
    "\x01",
    "\x0b",
    "\x0c",
    "\x1b",
    "\x1c",
    "\x7f",
    "\x85",
    "\x92",
    "\r",
    "\r\n",
    "\n",
    "  \n",
    "\\\n",
    "\n> ",
    "\t",
    " ",
    "\u00a0",
    "\u2028",
    "\u2029",
    "\u200e",
    "\u200f",
    "\u202e",
    "\ufeff",
    "\ufffe",
    "\uffff",
    "\ud800",
    "\U0001f600",
    '"',
    "'",
    "\\",
    "\\n",
    "\\\\",
    '\\"',
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "&amp;",
    "&",
    "&#10;",
    "&#0;",
    "<b>",
    "</seg>",
    "<ph/>",
    "#",
    "#~ ",
    "msgid ",
    'msgid ""',
    "%d",
    "%s",
    "é",
    "อ",
    "a",
]
SIDE = st.lists(st.sampled_from(HARD) | st.text(max_size=3), max_size=6).map("".join)
UNITS = st.lists(st.tuples(SIDE, SIDE), max_size=6)


def tidy(text: str) -> str:
    """The rules of an export: illegal characters dropped, line ends LF, outer white space trimmed."""
    return ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def expected_pairs(read: Page, fold: Callable[[str], str]) -> dict[str, set[str]]:
    """The targets that each source may have in a memory."""
    pairs: dict[str, set[str]] = {}
    for unit in read.units:
        source, target = tidy(unit.source), tidy(unit.target)
        if source and target and not has_no_text(source):
            pairs.setdefault(fold(source), set()).add(fold(target))
    return pairs


@given(UNITS)
@example([("a", "]]>&amp;<b>\u2028x\u0085y")])
@example([('say "no"\\', '\\"\\n\tnon\n')])
@example([("a\rb", "c\r\nd\n\re")])
@example([("\ud800a", "b\udfff")])
def test_any_text_comes_back_from_both_formats(tmp_path_factory: pytest.TempPathFactory, units: list[tuple[str, str]]) -> None:
    read = page(*units)
    out = exported([read], tmp_path_factory.mktemp("out"), Rules(variants="all"))
    wanted = [(source, target) for source, targets in expected_pairs(read, str).items() for target in targets]
    if not read.units:
        assert not (out / "fr-FR.tmx").exists()
        return
    assert sorted(tmx_pairs(out / "fr-FR.tmx")) == sorted(wanted)
    entries = read_tmx(out / "fr-FR.tmx")
    assert [(entry.source, entry.target) for entry in entries] == tmx_pairs(out / "fr-FR.tmx")
    folded = expected_pairs(read, joined_lines)
    wanted = [(source, target) for source, targets in folded.items() for target in targets]
    assert sorted(po_pairs(out / "fr-FR.po")) == sorted(wanted)
    back = list(po.read(out / "fr-FR.po"))
    assert [(entry.source, entry.target) for entry in back] == po_pairs(out / "fr-FR.po")
    for path in (out / "fr-FR.tmx", out / "fr-FR.po"):
        assert b"\r" not in path.read_bytes()
        path.read_bytes().decode("utf-8")


@given(SIDE)
def test_only_what_xml_does_not_allow_is_dropped(text: str) -> None:
    legal = without_illegal(text)
    assert legal == ILLEGAL.sub("", text)
    etree.Element("a").text = legal


# --- TMX -----------------------------------------------------------------------------------------------------------

PAGES = [
    page(("One.", "Un."), ("Two <b>&amp;</b>", "Deux <b>&amp;</b>"), name="a b.md"),
    page(("Three. Four.", "Trois. Quatre."), name="c.md", letter="p", licence="CC-BY-4.0"),
    page(("One.", "Un."), ("Five", "Cinq"), name="d.md", kind="MT", handoff=""),
    page(("Six", "Six"), name="e.md", kind="", handoff="05/01/2021"),
]


def units_by_source(path: Path) -> dict[str, etree._Element]:
    return {source: unit for unit, (source, _) in zip(tree(path).iter("tu"), tmx_pairs(path), strict=True)}


def props(unit: etree._Element) -> dict[str | None, str | None]:
    return {prop.get("type"): prop.text for prop in unit.iterchildren("prop")}


def test_t1_tmx_is_valid(export: Callable[..., Path]) -> None:
    folder = os.environ.get("ALIGN_TM_SCHEMAS")
    dtd = next(iter(sorted(Path(folder).rglob("tmx14.dtd"))), None) if folder else None
    if dtd is None:
        pytest.skip("set ALIGN_TM_SCHEMAS to a folder that holds tmx14.dtd")
    schema = etree.DTD(str(dtd))
    assert schema.validate(tree(export(*PAGES) / "fr-FR.tmx")), schema.error_log


def test_t2_t3_t8_the_header_is_complete(export: Callable[..., Path]) -> None:
    root = tree(export(*PAGES) / "fr-FR.tmx")
    assert (root.tag, root.get("version")) == ("tmx", "1.4")
    header = root[0]
    assert header.tag == "header"
    assert set(header.attrib) == {
        "creationtool",
        "creationtoolversion",
        "segtype",
        "o-tmf",
        "adminlang",
        "srclang",
        "datatype",
    }
    assert header.get("creationtool") == "align-tm"
    assert header.get("segtype") == "sentence"
    assert header.get("datatype") == "plaintext"
    assert header.get("adminlang") == "en-US"


@pytest.mark.parametrize("source_locale", ["en-US", "en-us", "en", "de-DE"])
def test_t4_the_source_comes_first_in_the_very_language_of_the_header(export: Callable[..., Path], source_locale: str) -> None:
    root = tree(export(page(("One.", "Un."), source_locale=source_locale)) / "fr-FR.tmx")
    srclang = root[0].get("srclang")
    assert srclang == {"en-us": "en-US"}.get(source_locale, source_locale)
    assert [variant.get(XML_LANG) for variant in root.iter("tuv")] == [srclang, "fr-FR"]


@pytest.mark.parametrize(("locale", "name"), [("zh-tw", "zh-TW"), ("sr-latn-rs", "sr-Latn-RS"), ("fr-ch", "fr-CH")])
def test_t5_locales_have_hyphens(export: Callable[..., Path], locale: str, name: str) -> None:
    root = tree(export(page(("One.", "X."), locale=locale)) / f"{name}.tmx")
    assert [variant.get(XML_LANG) for variant in root.iter("tuv")] == ["en-US", name]


def test_t6_every_file_has_one_target_locale(export: Callable[..., Path]) -> None:
    out = export(page(("One.", "Un.")), page(("One.", "Eins."), name="b.md", locale="de-DE"))
    for locale, target in {"fr-FR": "Un.", "de-DE": "Eins."}.items():
        languages = {variant.get(XML_LANG) for variant in tree(out / f"{locale}.tmx").iter("tuv")}
        assert languages == {"en-US", locale}
        assert tmx_pairs(out / f"{locale}.tmx") == [("One.", target)]
        assert po_pairs(out / f"{locale}.po") == [("One.", target)]


def test_t7_paragraphs_say_so(export: Callable[..., Path]) -> None:
    units = units_by_source(export(*PAGES) / "fr-FR.tmx")
    assert units["Three. Four."].get("segtype") == "paragraph"
    assert units["One."].get("segtype") in (None, "sentence")


def test_t9_t18_provenance_stands_in_props_before_the_texts(export: Callable[..., Path]) -> None:
    units = units_by_source(export(*PAGES) / "fr-FR.tmx")
    for unit in units.values():
        tags = [str(child.tag) for child in unit]
        assert tags == ["prop"] * (len(tags) - 2) + ["tuv", "tuv"]
        assert all(str(kind).startswith("x-") for kind in props(unit))
        assert "x-context" not in props(unit)
    assert props(units["One."]) == {
        "x-page": "a b.md",
        "x-translation-type": "HT",
        "x-source-commit": "fe9244d967fca86f87ab3308d523bef701e22858",
    }
    assert props(units["Three. Four."])["x-licence"] == "CC-BY-4.0"
    assert props(units["Five"])["x-translation-type"] == "MT"
    assert props(units["Six"])["x-translation-type"] == "unknown"


def test_the_licence_is_named_in_the_header(export: Callable[..., Path]) -> None:
    out = export(*PAGES)
    header = tree(out / "fr-FR.tmx")[0]
    assert [(child.tag, child.text) for child in header] == [("note", "Licence of the text: CC-BY-4.0")]
    assert (out / "fr-FR.po").read_text(encoding="utf-8").startswith("# Licence of the text: CC-BY-4.0\n")


def test_t10_a_tuid_is_unique_and_the_same_in_every_revision(export: Callable[..., Path], tmp_path: Path) -> None:
    units = units_by_source(export(*PAGES) / "fr-FR.tmx")
    idents = [unit.get("tuid") for unit in units.values()]
    assert len(set(idents)) == len(idents)
    later = page(("New.", "Neuf."), ("One.", "Un."), prefix="fffff", name="z.md", kind="MT", handoff="01/01/2022")
    other = units_by_source(exported([later], tmp_path / "later") / "fr-FR.tmx")
    assert other["One."].get("tuid") == units["One."].get("tuid") == digest("en-US", "fr-FR", "One.", "Un.")
    assert not any("abd60" in str(ident) for ident in idents)


def test_a_tuid_depends_on_locales_and_both_texts() -> None:
    idents = {
        digest("en-US", "fr-FR", "a", "b"),
        digest("en-US", "fr-CH", "a", "b"),
        digest("en-GB", "fr-FR", "a", "b"),
        digest("en-US", "fr-FR", "a", "c"),
        digest("en-US", "fr-FR", "ab", ""),
        digest("en-US", "fr-FR", "", "ab"),
    }
    assert len(idents) == 6


def test_a_tuid_is_a_hash_that_anyone_can_compute() -> None:
    texts = "\0".join(("en-US", "fr-FR", "Fern <b>", "Fougère")).encode()
    tuid = hashlib.blake2b(texts, digest_size=12).hexdigest()
    assert digest("en-US", "fr-FR", "Fern <b>", "Fougère") == tuid
    assert f'tuid="{tuid}"' in tmx.unit(Entry("Fern <b>", "Fougère", "en-US", "fr-FR"))


def test_an_entry_is_the_same_as_text_and_as_bytes() -> None:
    origin = Origin("a b&c.md", "markdown", "en-US", "fr-FR", "HT", "2020-01-02", "abc1", None, "CC <BY>")
    entry = Entry(
        'A "\\" & <b>', "Un\té\n>", "en-US", "fr-FR", "abd60-p101", origin, ("a b&c.md", "d.md"), "HT", segtype="paragraph"
    )
    tuid = digest("en-US", "fr-FR", entry.source, entry.target)
    assert tmx.unit(entry) == (
        f'    <tu tuid="{tuid}" creationdate="20200102T000000Z" segtype="paragraph">'
        '<prop type="x-page">a b&amp;c.md</prop><prop type="x-translation-type">HT</prop>'
        '<prop type="x-source-commit">abc1</prop><prop type="x-licence">CC &lt;BY&gt;</prop>\n'
        '      <tuv xml:lang="en-US"><seg>A "\\" &amp; &lt;b&gt;</seg></tuv>\n'
        '      <tuv xml:lang="fr-FR"><seg>Un\té\n&gt;</seg></tuv>\n'
        "    </tu>\n"
    )
    assert po.entry_text(entry) == (
        "\n#. abd60-p101 HT\n#: a%20b&c.md d.md\n" r'msgid "A \"\\\" & <b>"' "\n" r'msgstr "Un\té\n>"' "\n"
    )
    assert tmx.encode_unit(entry) == tmx.unit(entry).encode()
    assert po.encode_entry(entry) == po.entry_text(entry).encode()


NOTE = "\n    <note>Licence of the text: CC &lt;BY&gt;</note>\n  "


@pytest.mark.parametrize(("licence", "note"), [(None, ""), ("CC <BY>", NOTE)])
@pytest.mark.parametrize(("named", "name"), [(True, ' tuid="9a853af705f6d1d0d7ed744e"'), (False, "")])
def test_a_memory_is_this_to_the_letter(licence: str | None, note: str, named: bool, name: str) -> None:
    """Markup stands as it is where no codes are asked for; an entry that no page stands for has its first page."""
    entry = Entry("*Ebb* & flow", "*Flux*", "en-US", "fr-FR", pages=("a.md", "b.md"), translation_type="MT")
    stream = io.StringIO(newline="\n")
    assert tmx.write(stream, [entry], source_locale="en-US", licence=licence, named=named) == 1
    assert stream.getvalue() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
        '<tmx version="1.4">\n'
        f'  <header creationtool="align-tm" creationtoolversion="{__version__}" segtype="sentence" o-tmf="bilingual-pages"'
        f' adminlang="en-US" srclang="en-US" datatype="plaintext">{note}</header>\n'
        "  <body>\n"
        f'    <tu{name}><prop type="x-page">a.md</prop><prop type="x-translation-type">MT</prop>\n'
        '      <tuv xml:lang="en-US"><seg>*Ebb* &amp; flow</seg></tuv>\n'
        '      <tuv xml:lang="fr-FR"><seg>*Flux*</seg></tuv>\n'
        "    </tu>\n"
        "  </body>\n"
        "</tmx>\n"
    )
    assert tmx.unit(entry, named=named) in stream.getvalue()


def test_an_attribute_of_a_tmx_may_be_any_text() -> None:
    value = "\"<&>\n\t'"
    header = etree.fromstring((tmx.begin(value) + tmx.END).encode()).find("header")
    assert header is not None
    assert header.get("srclang") == value


def test_t12_dates_are_those_of_the_hand_off(export: Callable[..., Path]) -> None:
    out = export(*PAGES)
    units = units_by_source(out / "fr-FR.tmx")
    assert units["One."].get("creationdate") == "20210412T000000Z"
    assert units["Five"].get("creationdate") is None
    dates = re.findall(r'date="([^"]*)"', (out / "fr-FR.tmx").read_text(encoding="utf-8"))
    assert dates
    assert all(re.fullmatch(r"\d{8}T\d{6}Z", date) for date in dates)


def test_t13_illegal_characters_are_dropped_and_counted(tmp_path: Path) -> None:
    report = export_pages([page(("O\x01ne.", "U\ufffen."), ("Two", "Deux"))], tmp_path)
    assert tmx_pairs(tmp_path / "fr-FR.tmx") == po_pairs(tmp_path / "fr-FR.po") == [("One.", "Un."), ("Two", "Deux")]
    assert [file.changed for file in report.files] == [{"illegal-characters": 1}] * 2


def test_t14_nothing_empty_nothing_untrimmed_nothing_twice(export: Callable[..., Path]) -> None:
    out = export(page(("", "x"), (" One. ", "\u00a0Un.\n"), ("One.", "Un."), ("<br>", "<br>"), ("Two", " ")))
    assert tmx_pairs(out / "fr-FR.tmx") == po_pairs(out / "fr-FR.po") == [("One.", "Un.")]


def test_t15_one_target_per_source_or_the_best_last(export: Callable[..., Path], tmp_path: Path) -> None:
    sheets = [page(("No", "Non")), page(("No", "Pas"), name="b.md", kind="MT"), page(("Yes", "Oui"), name="c.md")]
    assert tmx_pairs(export(*sheets) / "fr-FR.tmx") == [("No", "Non"), ("Yes", "Oui")]
    out = exported(sheets, tmp_path / "all", Rules(variants="all"))
    assert tmx_pairs(out / "fr-FR.tmx") == [("No", "Pas"), ("No", "Non"), ("Yes", "Oui")]


def test_there_is_no_carriage_return_and_one_line_end(export: Callable[..., Path]) -> None:
    out = export(page(("a\r\nb", "c\rd")))
    assert tmx_pairs(out / "fr-FR.tmx") == [("a\nb", "c\nd")]
    assert all(b"\r" not in (out / name).read_bytes() for name in ("fr-FR.tmx", "fr-FR.po"))


# --- reading TMX ---------------------------------------------------------------------------------------------------

TMX = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n<header srclang="en-us" segtype="sentence"/>\n<body>\n'
    "{units}\n</body>\n</tmx>\n"
)
UNIT = '<tu><tuv xml:lang="{source}"><seg>One.</seg></tuv><tuv xml:lang="{target}"><seg>Un.</seg></tuv></tu>'


def read_text(text: str) -> list[Entry]:
    return list(tmx.read(io.BytesIO(text.encode()), path=Path("m.tmx")))


def test_tmx_of_others_is_read() -> None:
    units = (
        '<tu><note>n</note><prop type="x-page">a.md</prop><prop type="x-translation-type">HT</prop>'
        '<tuv xml:lang="fr-ch"><seg>U<ph x="1">&lt;br&gt;</ph>n.</seg></tuv>'
        '<tuv xml:lang="EN-us"><seg>One.</seg></tuv><tuv lang="de"><seg>Eins.</seg></tuv></tu>'
    )
    assert read_text(TMX.format(units=units)) == [
        Entry("One.", "U<br>n.", "en-US", "fr-CH", None, Origin("a.md", "markdown", "en-US", "fr-CH"), ("a.md",), "HT"),
        Entry("One.", "Eins.", "en-US", "de", None, Origin("a.md", "markdown", "en-US", "de"), ("a.md",), "HT"),
    ]


def test_what_a_tmx_says_of_a_unit_or_of_one_of_its_languages_is_read() -> None:
    units = (
        '<tu creationdate="20210412T000000Z"><prop type="x-page">a.html</prop><prop type="x-translation-type">MT</prop>'
        '<prop type="x-source-commit">c0ffee</prop><prop type="x-licence">MIT</prop>'
        '<tuv xml:lang="en-us"><seg>One.</seg></tuv><tuv xml:lang="fr"><seg>Un.</seg></tuv>'
        '<tuv xml:lang="de" creationdate="20200229T101112Z"><prop type="x-translation-type">HT</prop><seg>Eins.</seg></tuv>'
        '<tuv xml:lang="it" creationdate="20210229T000000Z"><seg>Uno.</seg></tuv></tu>'
    )
    facts = [(entry.translation_type, entry.origin) for entry in read_text(TMX.format(units=units))]
    known = Origin("a.html", "html", "en-US", "", None, "2021-04-12", "c0ffee", None, "MIT")
    assert facts == [
        ("MT", replace(known, target_locale="fr")),
        ("HT", replace(known, target_locale="de", handoff="2020-02-29")),
        ("MT", replace(known, target_locale="it", handoff=None)),  # there is no such day
    ]


def test_the_segtype_of_the_header_is_that_of_units_without() -> None:
    unit = UNIT.format(source="en-US", target="fr-FR")
    text = TMX.format(units=unit + unit.replace("<tu>", '<tu segtype="sentence">'))
    assert [entry.segtype for entry in read_text(text)] == ["sentence", "sentence"]
    text = text.replace('segtype="sentence"/>', 'segtype="paragraph"/>')
    assert [entry.segtype for entry in read_text(text)] == ["paragraph", "sentence"]


def test_all_segments_of_a_language_are_read() -> None:
    units = UNIT.format(source="en-US", target="fr-FR").replace("</tu>", '<tuv xml:lang="fr-FR"><seg>Une.</seg></tuv></tu>')
    assert [(entry.source, entry.target) for entry in read_text(TMX.format(units=units))] == [("One.", "Un."), ("One.", "Une.")]
    swapped = units.replace("en-US", "x").replace("fr-FR", "en-US").replace('"x"', '"fr-FR"')
    assert [entry.source for entry in read_text(TMX.format(units=swapped))] == ["Un.", "Une."]


def refused(text: str) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read_text(text)
    assert caught.value.path == "m.tmx"
    return caught.value


def test_a_truncated_tmx_is_refused_with_its_line() -> None:
    whole = TMX.format(units="\n".join([UNIT.format(source="en-US", target="fr-FR")] * 3))
    error = refused(whole[: whole.rindex("</tuv>")])
    assert error.line is not None
    assert 5 <= error.line <= 8
    assert "well-formed" in str(error)


def test_a_locale_with_an_underscore_is_refused_with_its_line() -> None:
    units = UNIT.format(source="en-US", target="fr-FR") + "\n" + UNIT.format(source="en-US", target="fr_FR")
    error = refused(TMX.format(units=units))
    assert error.line == 6
    assert "fr_FR" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<html><body>x</body></html>",
        "<tmx><body></body></tmx>",
        TMX.format(units=UNIT.format(source="de-DE", target="fr-FR")),
        TMX.format(units="").replace("en-us", "*all*"),
        TMX.format(units="").replace("en-us", ""),
        TMX.format(units="<tu>&undefined;</tu>"),
        TMX.format(units="<tu><tuv><seg>x</seg></tuv></tu>"),
    ],
)
def test_what_is_no_tmx_is_refused(text: str) -> None:
    assert refused(text).cure


def test_entities_of_a_tmx_are_refused_or_inert(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden", encoding="utf-8")
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    for entity in ("&l9;", "&f;"):
        doctype = f'<!DOCTYPE tmx [<!ENTITY l0 "lol">{levels}<!ENTITY f SYSTEM "{secret.as_uri()}">]>\n<tmx '
        unit = UNIT.format(source="en-US", target="fr-FR").replace("One.", f"One {entity}")
        text = TMX.format(units=unit).replace("<tmx ", doctype, 1)
        try:
            entries = read_text(text)
        except FormatError:
            continue
        assert len(entries) == 1
        assert len(entries[0].source) < 50
        assert "hidden" not in entries[0].source


def test_reading_tmx_is_incremental() -> None:
    entries = (Entry(f"source {number}", f"cible {number}", "en-US", "fr-FR") for number in range(3000))
    stream = io.StringIO()
    assert tmx.write(stream, entries, source_locale="en-US") == 3000
    reader = tmx.read(io.BytesIO(stream.getvalue().encode()[:-20]))
    assert next(reader).target == "cible 0"
    with pytest.raises(FormatError):
        list(reader)


def test_a_gzipped_tmx_is_read_from_its_stream(export: Callable[..., Path]) -> None:
    packed = gzip.compress((export(*PAGES) / "fr-FR.tmx").read_bytes())
    with gzip.open(io.BytesIO(packed)) as stream:
        assert len(list(tmx.read(stream))) == 5  # type: ignore[arg-type]


# --- PO ------------------------------------------------------------------------------------------------------------


def catalogue(path: Path) -> polib.POFile:
    return polib.pofile(str(path), encoding="utf-8")


def test_p1_msgfmt_has_nothing_to_say(export: Callable[..., Path]) -> None:
    msgfmt = shutil.which("msgfmt")
    if msgfmt is None:
        pytest.skip("msgfmt (gettext) is not installed")
    out = export(*PAGES, page(("100 % of %s {0}\n\nx", "%d\n\n100 %"), name="f.md"))
    command = [msgfmt, "--check", "--output-file", str(out / "a.mo"), str(out / "fr-FR.po")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_p1_the_header_is_complete(export: Callable[..., Path]) -> None:
    metadata = catalogue(export(*PAGES) / "fr-FR.po").metadata
    assert metadata["Content-Type"] == "text/plain; charset=UTF-8"
    assert metadata["Content-Transfer-Encoding"] == "8bit"
    assert metadata["MIME-Version"] == "1.0"
    assert metadata["X-Generator"].startswith("align-tm ")
    assert metadata["PO-Revision-Date"] == metadata["POT-Creation-Date"] == "2021-05-01 00:00+0000"
    assert re.fullmatch(r"nplurals=2; plural=.*;", metadata["Plural-Forms"])


def test_p1_without_a_hand_off_the_date_is_the_epoch(export: Callable[..., Path]) -> None:
    metadata = catalogue(export(page(("One.", "Un."), handoff="")) / "fr-FR.po").metadata
    assert metadata["PO-Revision-Date"] == "1970-01-01 00:00+0000"


@pytest.mark.parametrize(
    ("locale", "name", "language"),
    [("fr-FR", "fr-FR", "fr_FR"), ("zh-tw", "zh-TW", "zh_TW"), ("sr-latn-rs", "sr-Latn-RS", "sr_RS@latin")],
)
def test_p2_languages_are_those_of_gettext(export: Callable[..., Path], locale: str, name: str, language: str) -> None:
    path = export(page(("One.", "X."), locale=locale)) / f"{name}.po"
    assert catalogue(path).metadata["Language"] == language


@pytest.mark.parametrize("locale", ["fr-FR", "zh-TW", "sr-Latn-RS", "uz-Cyrl-UZ", "de"])
def test_p2_the_locale_comes_back(export: Callable[..., Path], locale: str) -> None:
    out = export(page(("One.", "X."), locale=locale, source_locale="en-GB"))
    (from_tmx,) = read_tmx(out / f"{locale}.tmx")
    (from_po,) = po.read(out / f"{locale}.po")
    assert (from_tmx.source_locale, from_tmx.target_locale) == ("en-GB", locale)
    assert from_po.source_locale == "en-GB"
    if locale in ("fr-FR", "zh-TW"):
        assert from_po.target_locale == locale


def test_p3_keys_are_unique_and_variants_have_a_context(export: Callable[..., Path]) -> None:
    sheets = [page(("No", "Non"), ("No", "Pas"), ("No", "Aucun"), ("No", "Non"))]
    entries = list(catalogue(export(*sheets, rules=Rules(variants="all")) / "fr-FR.po"))
    assert [entry.msgstr for entry in entries][-1] == "Non"
    assert [entry.msgctxt is None for entry in entries] == [False, False, True]
    keys = [(entry.msgctxt, entry.msgid) for entry in entries]
    assert len(set(keys)) == len(keys) == 3


def test_p4_both_sides_end_alike(export: Callable[..., Path]) -> None:
    for source, target in po_pairs(export(page(("\na\n\nb\n", "c\n\nd"), ("e", "\nf\n"))) / "fr-FR.po"):
        assert source.startswith("\n") == target.startswith("\n")
        assert source.endswith("\n") == target.endswith("\n")


def test_p5_markdown_is_raw_and_soft_breaks_are_joined(export: Callable[..., Path]) -> None:
    out = export(page((r"Use \* or `a\b` &amp;" + "\nthen **go**  \nnow", "Un\n> deux\\\ntrois")))
    assert po_pairs(out / "fr-FR.po") == [(r"Use \* or `a\b` &amp; then **go**" + "  \nnow", "Un deux\\\ntrois")]
    assert tmx_pairs(out / "fr-FR.tmx")[0][0] == r"Use \* or `a\b` &amp;" + "\nthen **go**  \nnow"


def test_p7_references_name_ten_pages_without_blanks(export: Callable[..., Path]) -> None:
    pages = [page(("One.", "Un."), name=f"a b/{number:02} \u00e9\u00a0x.md") for number in range(12)]
    path = export(*pages) / "fr-FR.po"
    (line,) = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#:")]
    assert line.split(" ")[1:] == [f"a%20b/{number:02}%20\u00e9%C2%A0x.md" for number in range(10)]
    (entry,) = po.read(path)
    assert len(entry.pages) == 10


def test_p7_comments_flags_and_nothing_more(export: Callable[..., Path]) -> None:
    path = export(*PAGES, rules=Rules(mt="fuzzy")) / "fr-FR.po"
    entries = {entry.msgid: entry for entry in catalogue(path)}
    assert entries["One."].comment == "abd60-101 HT"
    assert entries["Three. Four."].comment == "abd60-p101 HT"
    assert entries["Five"].comment == "abd60-102 MT"
    assert [msgid for msgid, entry in entries.items() if entry.fuzzy] == ["Five", "Six"]
    assert not any(entry.obsolete or not entry.msgstr for entry in entries.values())
    text = path.read_text(encoding="utf-8")
    assert "c-format" not in text
    assert "\n#, fuzzy\nmsgid" in text
    assert {entry.source: entry.translation_type for entry in po.read(path)}["Five"] == "MT"


def test_a_string_is_written_with_the_escapes_of_gettext(export: Callable[..., Path]) -> None:
    path = export(page(('a\t"b" c\\\nd', "x"))) / "fr-FR.po"
    assert '\nmsgid "a\\t\\"b\\" c\\\\\\nd"\n' in path.read_text(encoding="utf-8")


def test_p8_lines_are_not_wrapped(export: Callable[..., Path]) -> None:
    long = "word " * 200 + "end"
    path = export(page((long, long))) / "fr-FR.po"
    assert f'\nmsgid "{long}"\n' in path.read_text(encoding="utf-8")


# --- reading PO ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgstr "b" c"\n', 5, "is no line of a PO file"),
        ('msgid ""\nmsgstr ""\n\nnonsense\n', 4, "is no line of a PO file"),
        ('msgstr "b"\n', 1, "is no PO file that polib can read"),
    ],
)
def test_a_broken_po_is_refused_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    path = tmp_path / "m.po"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        list(po.read(path))
    assert (caught.value.path, caught.value.line, caught.value.what) == (str(path), line, what)
    assert caught.value.cure


def test_a_po_that_is_not_utf_8_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.po"
    path.write_bytes(b'msgid "a"\nmsgstr "\xe9"\n')
    for one in (path, tmp_path / "missing.po"):
        with pytest.raises(FormatError) as caught:
            list(po.read(one))
        assert caught.value.path == str(one)


def test_untranslated_and_obsolete_entries_of_others_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "m.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Language: sr_RS@latin\\n"\n\n#~ msgid "d"\n#~ msgstr "e"\n\n'
        'msgid "c"\nmsgstr ""\n\nmsgid "a"\nmsgstr "b"\n',
        encoding="utf-8",
    )
    (entry,) = po.read(path, source_locale="en-GB")
    assert (entry.source, entry.target, entry.source_locale) == ("a", "b", "en-GB")
    assert entry.target_locale in ("sr-RS", "sr-Latn-RS")


# --- JSON Lines ----------------------------------------------------------------------------------------------------


def test_json_lines_are_utf_8_one_a_line() -> None:
    stream = io.BytesIO()
    assert jsonl.write(stream, [{"a": "é\u2028\n"}, {"b": None}]) == 2
    assert stream.getvalue() == '{"a":"é\u2028\\n"}\n{"b":null}\n'.encode()
    assert jsonl.encode(Origin("a.md", "markdown")).startswith(b'{"page":"a.md"')


def test_what_no_page_says_breaks_no_file() -> None:
    """An id of two lines, and a date that is none, come from files of other programs."""
    origin = Origin("a.md", "markdown", target_locale="fr-FR", handoff='2021-03-04"><note>x</note><tu x="')
    entry = Entry("One.", "Un.", "en-US", "fr-FR", id='ab\nmsgid "x"', origin=origin)
    assert po.entry_text(entry) == '\n#. ab msgid "x" unknown\nmsgid "One."\nmsgstr "Un."\n'
    assert "<note>" not in tmx.unit(entry)
    assert "creationdate" not in tmx.unit(entry)
