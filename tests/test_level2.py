"""TMX level 2 and XLIFF with codes: what is written, what a reader gets back, and what other programs need (T17)."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from align.corpus import find_pages, read_pages
from align.curate import Collector, Rules, Stand, select
from align.errors import FormatError, LocaleError
from align.formats import tmx, xliff
from align.formats.entry import Entry
from align.inline import definitions, labels_used
from align.legal import without_illegal
from align.model import CONTAINERS, Origin
from align.pages import Page


def entry(source: str, target: str, container: str = "markdown", labels: tuple[str, ...] = ()) -> Entry:
    origin = Origin("tides.md", container, "en-US", "fr-FR")  # type: ignore[arg-type]
    return Entry(source, target, "en-US", "fr-FR", None, origin, labels=labels)


def to_tmx(entries: Iterable[Entry], *, codes: bool = True) -> str:
    stream = io.StringIO(newline="\n")
    tmx.write(stream, entries, source_locale="en-US", codes=codes)
    return stream.getvalue()


def to_xliff(entries: Iterable[Entry]) -> str:
    stream = io.StringIO(newline="\n")
    xliff.write(stream, entries, source_locale="en-US", target_locale="fr-FR", codes=True)
    return stream.getvalue()


def segments(text: str, tag: str) -> list[str]:
    """What stands inside the elements of this name."""
    return [piece.split(">", 1)[1].split(f"</{tag}>")[0] for piece in text.split(f"<{tag}")[1:]]


# --- what is written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "segment"),
    [
        ("Run `Get-Tide` first.", 'Run <bpt i="1" x="1" type="x-code">`</bpt>Get-Tide<ept i="1">`</ept> first.'),
        (
            "See **the [guide](a.md)**.",
            'See <bpt i="1" x="1" type="bold">**</bpt>the <bpt i="2" x="2" type="link">[</bpt>guide'
            '<ept i="2">](a.md)</ept><ept i="1">**</ept>.',
        ),
        ("Gives <xref:Harbour.Tide?a=b>.", 'Gives <ph x="1" type="link">&lt;xref:Harbour.Tide?a=b&gt;</ph>.'),
        ("Ebb<br/>flow", 'Ebb<ph x="1" type="lb">&lt;br/&gt;</ph>flow'),
        ("<b>Ebb", '<it pos="begin" x="1" type="bold">&lt;b&gt;</it>Ebb'),
        ("Ebb</b>", 'Ebb<it pos="end" x="1" type="bold">&lt;/b&gt;</it>'),
        ('![The menu](a.png "T")', '<bpt i="1" x="1" type="image">![</bpt>The menu<ept i="1">](a.png "T")</ept>'),
        ("Ebb[^1] &amp; \\*", 'Ebb<ph x="1" type="fnote">[^1]</ph> &amp;amp; \\*'),
        ("**Ebb", "**Ebb"),
    ],
)
def test_tmx_segments(source: str, segment: str) -> None:
    assert segments(to_tmx([entry(source, source)]), "seg") == [segment, segment]


def test_a_reordered_target_keeps_its_numbers() -> None:
    source, target = segments(to_tmx([entry("*A* and [B](b)", "[B](b) et *A*")]), "seg")
    assert source.index('i="1" x="1"') < source.index('i="2" x="2"')
    assert target == (
        '<bpt i="2" x="2" type="link">[</bpt>B<ept i="2">](b)</ept> et '
        '<bpt i="1" x="1" type="italic">*</bpt>A<ept i="1">*</ept>'
    )


def test_a_side_without_other_text_has_no_codes() -> None:
    text = to_tmx([entry("<xref:Harbour.Tide>", "<xref:Harbour.Tide>"), entry("Tide<br>", "<br>")])
    assert "<ph" not in text
    assert segments(text, "seg") == ["&lt;xref:Harbour.Tide&gt;"] * 2 + ["Tide&lt;br&gt;", "&lt;br&gt;"]


def test_the_container_decides_what_is_markup() -> None:
    found = {name: segments(to_tmx([entry("*a* <c>b</c>", "*a* <c>b</c>", name)]), "seg")[0] for name in CONTAINERS}
    assert found["markdown"].count("<bpt") == 2
    assert found["xml"].count("<bpt") == found["html"].count("<bpt") == 1
    bare = replace(entry("*a* b", "*a* b"), origin=None)
    assert "<bpt" in to_tmx([bare])


def test_labels_decide_what_is_a_reference() -> None:
    assert "<bpt" not in to_tmx([entry("see [tide]", "voir [tide]")])
    assert to_tmx([entry("see [tide]", "voir [tide]", labels=("tide",))]).count('type="link"') == 2


def test_level_1_is_made_of_the_same_pieces_and_has_no_codes() -> None:
    items = [entry("*a* b", "*a* c"), entry("d", "e")]
    plain = to_tmx(items, codes=False)
    assert plain == tmx.begin("en-US") + "".join(map(tmx.unit, items)) + tmx.END
    assert segments(plain, "seg") == ["*a* b", "*a* c", "d", "e"]
    both = [tmx.unit(item, codes=True) for item in items]
    assert to_tmx(items) == tmx.begin("en-US", None) + "".join(both) + tmx.END
    assert tmx.unit(items[1], codes=True) == tmx.unit(items[1])


def test_xliff_segments() -> None:
    text = to_xliff([entry("See **the** <xref:A.B><br> `c`</i>.", "`c` **les** <xref:A.B>")])
    assert segments(text, "source") == [
        'See <bpt id="1" rid="1" ctype="bold">**</bpt>the<ept id="1" rid="1">**</ept> '
        '<ph id="2" ctype="x-link">&lt;xref:A.B&gt;</ph><ph id="3" ctype="lb">&lt;br&gt;</ph> '
        '<bpt id="4" rid="4" ctype="x-code">`</bpt>c<ept id="4" rid="4">`</ept>'
        '<it id="5" pos="close" ctype="italic">&lt;/i&gt;</it>.'
    ]
    assert segments(text, "target") == [
        '<bpt id="4" rid="4" ctype="x-code">`</bpt>c<ept id="4" rid="4">`</ept> '
        '<bpt id="1" rid="1" ctype="bold">**</bpt>les<ept id="1" rid="1">**</ept> '
        '<ph id="2" ctype="x-link">&lt;xref:A.B&gt;</ph>'
    ]


# --- what comes back -----------------------------------------------------------------------------------------------

PIECES = [
    "*a*",
    "**",
    "`b` ",
    "[c](d)",
    "<b>",
    "</b>",
    "<br>",
    "![e](f)",
    "[!NOTE]",
    "x",
    "é ",
    "&amp;",
    "<",
    "]]>",
    "\\*",
    "  \n",
    "<!-- -->",
]
TEXT = (
    st.lists(st.sampled_from(PIECES) | st.text(st.characters(codec="utf-8"), max_size=3), max_size=7)
    .map(lambda pieces: without_illegal("".join(pieces)).replace("\r", "").strip())
    .filter(bool)
)
ENTRIES = st.lists(
    st.builds(entry, TEXT, TEXT, st.sampled_from(CONTAINERS), st.sampled_from([(), ("c",)])),
    max_size=4,
    unique_by=lambda item: (item.source, item.target),
)


def sound(segment: etree._Element) -> dict[str | None, tuple[str, str | None]]:
    """The codes of a TMX segment by ``x``, after checking that T17 holds for them."""
    opened: set[str | None] = set()
    found: dict[str | None, tuple[str, str | None]] = {}
    numbers: list[str | None] = []
    for element in segment.iter("bpt", "ept", "ph", "it", "hi", "ut", "sub"):
        name = str(element.tag)
        assert name in ("bpt", "ept", "ph", "it")
        assert element.text
        assert not len(element)
        if name == "ept":
            opened.remove(element.get("i"))
            continue
        if name == "bpt":
            numbers.append(element.get("i"))
            opened.add(element.get("i"))
        assert (element.get("pos") is not None) == (name == "it")
        assert element.get("x") not in found
        found[element.get("x")] = (name, element.get("type"))
    assert not opened
    assert len(set(numbers)) == len(numbers)
    return found


@given(ENTRIES)
@example([entry("*a* <b>b **c**", "**c** d</b> *a*")])
def test_codes_are_sound_and_texts_come_back(items: list[Entry]) -> None:
    wanted = [(item.source, item.target) for item in items]
    text = to_tmx(items)
    assert [(item.source, item.target) for item in tmx.read(io.BytesIO(text.encode()))] == wanted
    for unit in etree.fromstring(text.encode()).iter("tu"):
        source, target = (sound(segment) for segment in unit.iter("seg"))
        assert all(source[x] == target[x] for x in source.keys() & target.keys())
    assert [(item.source, item.target) for item in xliff.read(io.BytesIO(to_xliff(items).encode()))] == wanted


@pytest.fixture(scope="session")
def schemas() -> Path:
    folder = os.environ.get("ALIGN_TM_SCHEMAS")
    if not folder:
        pytest.skip("set ALIGN_TM_SCHEMAS to a folder with tmx14.dtd and xliff-core-1.2-transitional.xsd")
    return Path(folder)


CODED = [
    entry("*a* **b** `c` [d](e) ![f](g) x<br>y <i>z", "z</i> `c` é <xref:A.B> $x^2$ [^1] ~~no~~ [!NOTE] <!-- h -->"),
    entry("a  \nb [r]", "[r]  \nb", labels=("r",)),
]


def test_xliff_with_codes_is_valid(schemas: Path) -> None:
    found = next(iter(sorted(schemas.rglob("xliff-core-1.2-transitional.xsd"))), None)
    if found is None:
        pytest.skip("no xliff-core-1.2-transitional.xsd there")
    text = found.read_text(encoding="utf-8").replace("http://www.w3.org/2001/xml.xsd", found.with_name("xml.xsd").as_uri())
    schema = etree.XMLSchema(etree.fromstring(text.encode(), etree.XMLParser(no_network=True)))
    whole = to_xliff(CODED)
    assert schema.validate(etree.fromstring(whole.encode())), schema.error_log
    for old, new in {'ctype="x-link"': 'ctype="link"', 'pos="close"': 'pos="end"', 'rid="2"': 'rid="1"'}.items():
        assert old in whole
        assert not schema.validate(etree.fromstring(whole.replace(old, new).encode()))


def test_tmx_with_codes_is_valid(schemas: Path) -> None:
    found = next(iter(sorted(schemas.rglob("tmx14.dtd"))), None)
    if found is None:
        pytest.skip("no tmx14.dtd there")
    schema = etree.DTD(str(found))
    assert schema.validate(etree.fromstring(to_tmx(CODED).encode())), schema.error_log


def test_units_of_real_pages_are_sound(real_pages: Path) -> None:
    files = find_pages([str(real_pages)])
    pages = [page for page in read_pages(files[:: len(files) // 40 + 1]) if isinstance(page, Page)]
    for page in pages:
        if page.origin.target_locale is None:
            continue
        defined = definitions(page.text)
        collector = Collector(Rules())
        collector.add(page.texts, Stand(page.origin, 0))
        for item in select(collector).entries():
            used = {*labels_used(item.source, defined), *labels_used(item.target, defined)}
            coded = replace(item, labels=tuple(sorted(used)))
            for element in etree.fromstring(tmx.unit(coded, codes=True)).iter("seg"):
                sound(element)
                assert "".join(map(str, element.itertext())) in (item.source, item.target)


# --- reading -------------------------------------------------------------------------------------------------------

ALL = (
    '<tmx version="1.4"><header srclang="*all*"/><body><tu><tuv xml:lang="de-DE"><seg>Ebbe</seg></tuv><tuv lang="fr">'
    '<seg>Reflux</seg></tuv><tuv xml:lang="en-us"><seg>Ebb <hi>tide</hi></seg></tuv></tu></body></tmx>'
)


def read(text: str, source_locale: str | None = None) -> list[tuple[str, str, str, str]]:
    found = tmx.read(io.BytesIO(text.encode()), path=Path("m.tmx"), source_locale=source_locale)
    return [(item.source_locale, item.source, item.target_locale, item.target) for item in found]


def test_a_memory_without_a_source_language_needs_to_be_told_it() -> None:
    with pytest.raises(FormatError, match="source_locale") as caught:
        read(ALL)
    assert (caught.value.path, caught.value.line) == ("m.tmx", 1)
    assert read(ALL, "en-US") == [("en-US", "Ebb tide", "de-DE", "Ebbe"), ("en-US", "Ebb tide", "fr", "Reflux")]
    assert read(ALL, "FR") == [("fr", "Reflux", "de-DE", "Ebbe"), ("fr", "Reflux", "en-US", "Ebb tide")]
    with pytest.raises(FormatError, match="ja-JP"):
        read(ALL, "ja-JP")
    with pytest.raises(LocaleError):
        read(ALL, "en_US")


def test_another_source_than_the_header_says_can_be_taken() -> None:
    assert read(ALL.replace("*all*", "en-US"), "de-DE")[0] == ("de-DE", "Ebbe", "fr", "Reflux")


def test_a_unit_that_lacks_the_source_is_damage_only_where_srclang_promises_it() -> None:
    lacking = '<tu{}><tuv xml:lang="de-DE"><seg>Flut</seg></tuv><tuv xml:lang="fr"><seg>Marée</seg></tuv></tu></body>'
    mixed = ALL.replace("</body>", lacking)
    expected = [("en-US", "Ebb tide", "de-DE", "Ebbe"), ("en-US", "Ebb tide", "fr", "Reflux")]
    assert read(mixed.format(""), "en-US") == expected
    assert read(mixed.format(' srclang="DE-de"').replace("*all*", "EN-us")) == expected
    for promising in (mixed.format("").replace("*all*", "EN-us"), mixed.format(' srclang="EN-us"')):
        with pytest.raises(FormatError, match=r"m\.tmx:1: a unit has no en-US segment"):
            read(promising, "en-US")
    with pytest.raises(FormatError, match=r"m\.tmx:1: no unit has a ja-JP segment; say which"):
        read(mixed.format(""), "ja-JP")


BOMB = '<!DOCTYPE {root} [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


def test_a_memory_with_entities_is_refused_and_one_with_a_doctype_is_read() -> None:
    with pytest.raises(FormatError, match="declares entities") as caught:
        read(BOMB.format(root="tmx") + ALL.replace("Reflux", "&c;"), "en-US")
    assert caught.value.cure
    assert len(read('<!DOCTYPE tmx SYSTEM "tmx14.dtd">' + ALL, "en-US")) == 2
    whole = to_xliff(CODED).replace('encoding="UTF-8"?>', 'encoding="UTF-8"?>' + BOMB.format(root="xliff"))
    with pytest.raises(FormatError, match="declares entities"):
        list(xliff.read(io.BytesIO(whole.encode())))
