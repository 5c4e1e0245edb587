"""TSV, Moses, JSON Lines and XLIFF: what each file looks like, what comes back from it, and what is refused."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from align.errors import FormatError, LocaleError, OptionError
from align.formats import jsonl, moses, tsv, xliff
from align.formats.entry import Entry, digest
from align.model import Origin, kind_of

TIDES = Origin(
    "docs/tides.md",
    "markdown",
    "en-US",
    "fr-FR",
    "HT",
    "2021-04-12",
    "fe9244d967fca86f87ab3308d523bef701e22858",
    "0123456789abcdef0123456789abcdef01234567",
    "CC-BY-4.0",
)
FERRY = Origin("docs/ferry.html", "html", "en-US", "fr-FR", "MT")
HUMAN = Entry("The tide turns.", "La marée tourne.", "en-US", "fr-FR", "abd60-101", TIDES, ("docs/tides.md",), "HT")
MACHINE = Entry("Two\nlines & <b>more</b>", 'Deux\n"lignes"', "en-US", "fr-FR", "0c1d2-p104", FERRY, ("docs/ferry.html",), "MT")
BARE = Entry("No\tpage", "Sans\\page", "en-US", "fr-FR", variant="variant 757101bf")
ENTRIES = [HUMAN, MACHINE, BARE]

# --- any entry -----------------------------------------------------------------------------------------------------

# Every character at which str.splitlines() parts lines, and the tab.
BREAKS = "\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
LEGAL = st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", min_codepoint=0x20) | st.sampled_from("\t\n\r")
HARD = ["\\", "\\t", "\\u2028", "\\\\n", "\r\n", "\x85", "\u2028", "\u2029", "]]>", "&amp;", "&#13;", '"', "'", "<b>", "\ufeff"]
ANY_LEGAL = st.lists(st.sampled_from([*HARD, "\t", "\n", " ", "a", "\U0001f600"]) | st.text(LEGAL, max_size=4), max_size=6)
TEXT = ANY_LEGAL.map("".join).map(str.strip).filter(bool)
# What formats other than XML hold, too; with white space around it.
ANYTHING = st.lists(
    st.sampled_from([*BREAKS, *HARD]) | st.text(st.characters(codec="utf-8"), max_size=4), min_size=1, max_size=6
).map(lambda pieces: "".join(pieces) or ".")
IDENT = st.from_regex(r"[0-9a-f]{5}-p?[0-9]{3}", fullmatch=True)
PAGE = TEXT.map(lambda text: text.replace("/", "").replace("\0", "") + ".md")
TYPE: st.SearchStrategy[Any] = st.sampled_from(["HT", "MT", None])
LOCALE = st.sampled_from(["de-DE", "sr-Latn-RS", "zh-TW"])


@st.composite
def entries(draw: st.DrawFn, text: st.SearchStrategy[str] = TEXT) -> Entry:
    origin = draw(
        st.none()
        | st.builds(
            Origin,
            PAGE,
            st.just("markdown"),
            st.just("en-GB"),
            st.just("de-DE"),
            TYPE,
            st.none() | st.dates().map(str),
            st.none() | TEXT,
            st.none() | TEXT,
            st.none() | TEXT,
        )
    )
    pages = (origin.page, "z.md") if origin else draw(st.just(()) | st.tuples(PAGE))
    return Entry(
        draw(text),
        draw(text),
        "en-GB",
        "de-DE",
        draw(st.none() | IDENT),
        origin,
        pages,
        draw(TYPE),
        draw(st.booleans()),
        draw(st.none() | TEXT),
        draw(st.sampled_from(("sentence", "paragraph"))),
        draw(st.sampled_from(((), ("ebb", "low tide")))),
    )


def text_of(write: Callable[..., object], items: Iterable[Entry], **options: str) -> str:
    stream = io.StringIO(newline="\n")
    write(stream, items, **options)
    return stream.getvalue()


def bytes_of(items: Iterable[Entry]) -> bytes:
    stream = io.BytesIO()
    jsonl.write(stream, items)
    return stream.getvalue()


def to_xliff(items: Iterable[Entry]) -> str:
    return text_of(xliff.write, items, source_locale="en-US", target_locale="fr-FR")


def refused(read: Callable[..., Iterator[Entry]], data: bytes, name: str = "m.file") -> FormatError:
    with pytest.raises(FormatError) as caught:
        list(read(io.BytesIO(data), path=Path(name)))
    assert caught.value.path == name
    assert caught.value.cure
    return caught.value


# --- TSV -----------------------------------------------------------------------------------------------------------

TSV_HEADER = "id\tsource\ttarget\tsource_locale\ttarget_locale\tpage\ttranslation_type\thandoff\tvariant\n"


def read_tsv(text: str) -> list[Entry]:
    return list(tsv.read(io.BytesIO(text.encode()), path=Path("m.tsv")))


def test_tsv_is_a_header_and_a_line_for_each_entry() -> None:
    assert text_of(tsv.write, ENTRIES) == TSV_HEADER + (
        "abd60-101\tThe tide turns.\tLa marée tourne.\ten-US\tfr-FR\tdocs/tides.md\tHT\t2021-04-12\t\n"
        '0c1d2-p104\tTwo\\nlines & <b>more</b>\tDeux\\n"lignes"\ten-US\tfr-FR\tdocs/ferry.html\tMT\t\t\n'
        "\tNo\\tpage\tSans\\\\page\ten-US\tfr-FR\t\t\t\tvariant 757101bf\n"
    )
    assert "\t".join(tsv.COLUMNS) + "\n" == TSV_HEADER
    assert tsv.write(io.StringIO(), ENTRIES) == 3
    assert text_of(tsv.write, []) == TSV_HEADER


def test_tsv_escapes_all_that_ends_a_line() -> None:
    line = text_of(tsv.write, [Entry(f"a{BREAKS}b", "c", "en-US", "fr-FR")]).removeprefix(TSV_HEADER)
    escapes = r"a\t\n\r\u000B\u000C\u001C\u001D\u001E\u0085\u2028\u2029b"
    assert line == f"\t{escapes}\tc\ten-US\tfr-FR\t\t\t\t\n"


def as_tsv_keeps_it(entry: Entry) -> Entry:
    page = entry.origin.page if entry.origin else entry.pages[0] if entry.pages else None
    handoff = entry.origin.handoff if entry.origin else None
    origin = None if page is None else Origin(page, "markdown", "en-GB", "de-DE", handoff=handoff)
    return replace(
        entry, fuzzy=False, pages=() if page is None else (page,), origin=origin, segtype=kind_of(entry.id or ""), labels=()
    )


@given(st.lists(entries(ANYTHING), max_size=5))
@example([replace(BARE, source=f"\\t{BREAKS}\\", target=BREAKS, source_locale="en-GB", target_locale="de-DE")])
def test_tsv_brings_its_columns_back(items: list[Entry]) -> None:
    text = text_of(tsv.write, items)
    assert len(text.splitlines()) == text.count("\n") == len(items) + 1
    assert read_tsv(text) == [as_tsv_keeps_it(item) for item in items]
    assert text_of(tsv.write, read_tsv(text)) == text


def test_tsv_of_a_spreadsheet_is_read() -> None:
    text = "\ufeff" + text_of(tsv.write, ENTRIES).replace("\n", "\r\n")
    assert [entry.variant for entry in read_tsv(text)] == [None, None, "variant 757101bf"]
    assert [entry.target for entry in read_tsv(text.rstrip())] == [entry.target for entry in ENTRIES]


def test_tsv_tells_the_container_by_the_name_of_the_page() -> None:
    origins = [entry.origin for entry in read_tsv(text_of(tsv.write, ENTRIES))]
    assert [origin and origin.container for origin in origins] == ["markdown", "html", None]


def row(**fields: str) -> str:
    values = {"source": "Low tide.", "target": "Ebbe.", "source_locale": "en-US", "target_locale": "de-DE", **fields}
    return "\t".join(values.get(name, "") for name in tsv.COLUMNS) + "\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (row() + row(source="one\ttwo"), "m.file:3: has 10 columns, not 9"),
        (row() + "\n", "m.file:3: has 1 columns, not 9"),
        (row(source=r"a\q"), r"m.file:2: has the unknown escape \q"),
        (row(target="a\\"), "m.file:2: has the unknown escape \\;"),
        (row(target=r"\u12"), r"m.file:2: has the unknown escape \u;"),
        (row(target=r"\ud800"), r"m.file:2: has the unknown escape \ud800"),
        (row(source=""), "m.file:2: has no source"),
        (row(target=""), "m.file:2: has no target"),
        (row(target_locale="de_DE"), "m.file:2: 'de_DE' is not a language tag"),
        (row(translation_type="PE"), "m.file:2: translation_type is 'PE'"),
        (row(handoff="12/04/2021", page="a.md"), "m.file:2: handoff is '12/04/2021'"),
        (row(handoff="2021-04-12"), "m.file:2: handoff is '2021-04-12'"),
    ],
)
def test_a_damaged_line_of_tsv_is_refused(line: str, said: str) -> None:
    assert str(refused(tsv.read, (TSV_HEADER + line).encode())).startswith(said)


@pytest.mark.parametrize("header", ["", "\n", TSV_HEADER[:-2] + "\n", TSV_HEADER.upper(), TSV_HEADER.replace("\t", ",")])
def test_a_tsv_with_another_header_is_refused(header: str) -> None:
    assert refused(tsv.read, header.encode()).line == (1 if header else None)


def test_a_tsv_in_another_encoding_is_refused_at_its_line() -> None:
    assert refused(tsv.read, (TSV_HEADER + row() + row(target="Dünung")).encode("latin-1")).line == 3


# --- Moses ---------------------------------------------------------------------------------------------------------


def to_moses(items: Iterable[Entry]) -> tuple[str, str, moses.Written]:
    source, target = io.StringIO(newline="\n"), io.StringIO(newline="\n")
    written = moses.write(source, target, items)
    return source.getvalue(), target.getvalue(), written


def read_moses(source: bytes, target: bytes) -> list[Entry]:
    paths = {"source_path": Path("m.en"), "target_path": Path("m.de")}
    return list(moses.read(io.BytesIO(source), io.BytesIO(target), "en-us", "de-DE", **paths))


def test_moses_is_two_files_with_the_same_lines() -> None:
    blank = Entry("Nothing", "\u2028 \t", "en-US", "fr-FR")
    source, target, written = to_moses([HUMAN, blank, MACHINE, BARE])
    assert source == "The tide turns.\nTwo lines & <b>more</b>\nNo page\n"
    assert target == 'La marée tourne.\nDeux "lignes"\nSans\\page\n'
    assert written == moses.Written(pairs=3, skipped=1, changed=2)


@pytest.mark.parametrize("between", [*BREAKS, "\r\n", "\n\n", " \n\t ", BREAKS])
def test_moses_has_one_space_for_line_breaks(between: str) -> None:
    source, target, written = to_moses([Entry(f"a{between}b", f"{between}c  d\u00a0{between}", "en-US", "fr-FR")])
    assert (source, target) == ("a b\n", "c  d\n")
    assert written == (1, 0, 1)


def collapsed(text: str) -> str:
    pieces = re.split(r"([ \t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+)", text)
    return "".join(" " if set(piece) & set(BREAKS) else piece for piece in pieces).strip()


@given(st.lists(st.tuples(ANYTHING, ANYTHING), max_size=6))
def test_moses_brings_the_collapsed_texts_back(pairs: list[tuple[str, str]]) -> None:
    source, target, written = to_moses(Entry(*pair, "en-US", "de-DE") for pair in pairs)
    wanted = [(collapsed(one), collapsed(other)) for one, other in pairs]
    kept = [pair for pair in wanted if all(pair)]
    assert len(source.splitlines()) == len(target.splitlines()) == len(kept)
    changed = sum(all(new) and new != old for new, old in zip(wanted, pairs, strict=True))
    assert written == (len(kept), len(pairs) - len(kept), changed)
    if not source.startswith("\ufeff") and not target.startswith("\ufeff"):
        assert read_moses(source.encode(), target.encode()) == [Entry(*pair, "en-US", "de-DE") for pair in kept]


def test_moses_of_others_is_read() -> None:
    found = read_moses(b"\xef\xbb\xbfEbb \r\n\nFlow\xe2\x80\xa8tide", b"Ebbe\n\nFlut")
    assert [(entry.source, entry.target) for entry in found] == [("Ebb", "Ebbe"), ("Flow\u2028tide", "Flut")]
    assert {(entry.source_locale, entry.target_locale) for entry in found} == {("en-US", "de-DE")}


def test_moses_passes_over_a_pair_with_an_empty_side() -> None:
    assert [entry.target for entry in read_moses(b"a\n \nc\nd\n", b"A\nB\n\nD\n")] == ["A", "D"]


@pytest.mark.parametrize(
    ("source", "target", "place"),
    [(b"a\nb\n", b"A\n", "m.de:2: the target ends after 1 lines"), (b"", b"A\n", "m.en:1: the source ends after 0 lines")],
)
def test_moses_files_of_different_length_are_refused(source: bytes, target: bytes, place: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_moses(source, target)
    assert str(caught.value).startswith(place)
    assert caught.value.cure


def test_moses_in_another_encoding_is_refused_at_its_line() -> None:
    with pytest.raises(FormatError, match=re.escape("m.de:2: is not UTF-8")):
        read_moses(b"a\nb\n", b"A\n\xfc\n")


def test_moses_wants_language_tags() -> None:
    with pytest.raises(LocaleError, match="de_DE"):
        list(moses.read(io.BytesIO(b"a"), io.BytesIO(b"b"), "en-US", "de_DE"))


# --- JSON Lines ----------------------------------------------------------------------------------------------------


def test_jsonl_is_an_object_with_every_key() -> None:
    assert jsonl.encode_entry(BARE) == (
        b'{"source":"No\\tpage","target":"Sans\\\\page","source_locale":"en-US","target_locale":"fr-FR","id":null,'
        b'"origin":null,"pages":[],"translation_type":null,"fuzzy":false,"variant":"variant 757101bf",'
        b'"segtype":"sentence","labels":[]}\n'
    )
    assert jsonl.encode_entry(HUMAN).decode() == (
        '{"source":"The tide turns.","target":"La marée tourne.","source_locale":"en-US","target_locale":"fr-FR",'
        '"id":"abd60-101","origin":{"page":"docs/tides.md","container":"markdown","source_locale":"en-US",'
        '"target_locale":"fr-FR","translation_type":"HT","handoff":"2021-04-12",'
        '"source_commit":"fe9244d967fca86f87ab3308d523bef701e22858",'
        '"source_hash":"0123456789abcdef0123456789abcdef01234567","licence":"CC-BY-4.0"},'
        '"pages":["docs/tides.md"],"translation_type":"HT","fuzzy":false,"variant":null,"segtype":"sentence","labels":[]}\n'
    )
    assert bytes_of(ENTRIES) == b"".join(map(jsonl.encode_entry, ENTRIES))


@given(st.lists(entries(ANYTHING), max_size=5))
def test_jsonl_brings_everything_back(items: list[Entry]) -> None:
    data = bytes_of(items)
    assert data.count(b"\n") == len(items)
    assert list(jsonl.read(io.BytesIO(data))) == items


def test_jsonl_with_keys_of_others_is_read() -> None:
    record = json.loads(jsonl.encode_entry(HUMAN)) | {"score": [0.5], "target_locale": "fr-fr"}
    assert list(jsonl.read(io.BytesIO(json.dumps(record).encode()))) == [HUMAN]


KEYS = [*json.loads(jsonl.encode_entry(BARE))]
ORIGIN_KEYS = [*json.loads(jsonl.encode_entry(HUMAN))["origin"]]


@pytest.mark.parametrize("key", KEYS)
def test_a_record_without_a_key_is_refused(key: str) -> None:
    record = json.loads(jsonl.encode_entry(BARE))
    del record[key]
    error = refused(jsonl.read, jsonl.encode_entry(HUMAN) + jsonl.encode(record))
    assert error.line == 2
    assert f"`{key}`" in error.what


@pytest.mark.parametrize("key", ORIGIN_KEYS)
def test_a_record_whose_origin_lacks_a_key_is_refused(key: str) -> None:
    record = json.loads(jsonl.encode_entry(HUMAN))
    del record["origin"][key]
    assert f"`{key}`" in refused(jsonl.read, jsonl.encode(record)).what


@pytest.mark.parametrize("key", [key for key in KEYS if key not in ("source", "target")])
def test_a_record_with_a_value_of_the_wrong_type_is_refused(key: str) -> None:
    record = json.loads(jsonl.encode_entry(BARE)) | {key: 7}
    assert f"$.{key}" in refused(jsonl.read, jsonl.encode(record)).what


@pytest.mark.parametrize(
    "change",
    [
        {"source": ""},
        {"target": ""},
        {"source": None},
        {"translation_type": "PE"},
        {"target_locale": "fr_FR"},
        {"source_locale": ""},
        {"origin": {}},
    ],
)
def test_a_record_that_is_no_entry_is_refused(change: dict[str, Any]) -> None:
    good, record = json.loads(jsonl.encode_entry(BARE)), json.loads(jsonl.encode_entry(BARE)) | change
    assert refused(jsonl.read, jsonl.encode(good) * 2 + jsonl.encode(record)).line == 3


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{",
        b"[]",
        b"no",
        b'{"source":"\xff"}',
        b"\xef\xbb\xbf" + jsonl.encode_entry(BARE),
        b'{"score":' + b"[" * 100_000,
    ],
)
def test_a_line_that_is_no_json_object_is_refused(line: bytes) -> None:
    assert refused(jsonl.read, jsonl.encode_entry(BARE) + line).line == 2


# --- XLIFF ---------------------------------------------------------------------------------------------------------

XLIFF = """\
<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
  <file original="docs/tides.md" source-language="en-US" target-language="fr-FR" datatype="plaintext">
    <body>
      <trans-unit id="{human}" resname="abd60-101" approved="yes" xml:space="preserve">
        <source>The tide turns.</source>
        <target state="translated">La marée tourne.</target>
        <note from="align-tm" annotates="target">translation type: HT; hand-off: 2021-04-12; \
source commit: fe9244d967fca86f87ab3308d523bef701e22858; licence: CC-BY-4.0</note>
      </trans-unit>
    </body>
  </file>
  <file original="docs/ferry.html" source-language="en-US" target-language="fr-FR" datatype="plaintext">
    <body>
      <trans-unit id="{machine}" resname="0c1d2-p104" xml:space="preserve">
        <source>Two
lines &amp; &lt;b&gt;more&lt;/b&gt;</source>
        <target state="needs-review-translation" state-qualifier="leveraged-mt">Deux
"lignes"</target>
        <note from="align-tm" annotates="target">translation type: MT</note>
      </trans-unit>
    </body>
  </file>
  <file original="" source-language="en-US" target-language="fr-FR" datatype="plaintext">
    <body>
      <trans-unit id="{bare}" xml:space="preserve">
        <source>No	page</source>
        <target state="needs-review-translation">Sans\\page</target>
        <note from="align-tm" annotates="target">translation type: unknown</note>
      </trans-unit>
    </body>
  </file>
</xliff>
"""


def ident(entry: Entry) -> str:
    return digest(entry.source_locale, entry.target_locale, entry.source, entry.target)


def read_xliff(text: str) -> list[Entry]:
    return list(xliff.read(io.BytesIO(text.encode()), path=Path("m.xlf")))


def test_xliff_has_a_file_for_each_page_and_a_unit_for_each_entry() -> None:
    wanted = XLIFF.format(human=ident(HUMAN), machine=ident(MACHINE), bare=ident(BARE))
    assert to_xliff(ENTRIES) == wanted
    assert xliff.write(io.StringIO(), ENTRIES, source_locale="en-US", target_locale="fr-FR") == 3


@pytest.mark.parametrize(
    ("kind", "fuzzy", "attributes"),
    [
        ("HT", False, {"state": "translated"}),
        ("HT", True, {"state": "needs-review-translation"}),
        ("MT", False, {"state": "needs-review-translation", "state-qualifier": "leveraged-mt"}),
        ("MT", True, {"state": "needs-review-translation", "state-qualifier": "leveraged-mt"}),
        (None, False, {"state": "needs-review-translation"}),
        (None, True, {"state": "needs-review-translation"}),
    ],
)
def test_the_state_tells_what_needs_review(kind: Any, fuzzy: bool, attributes: dict[str, str]) -> None:
    text = to_xliff([replace(HUMAN, translation_type=kind, fuzzy=fuzzy)])
    (unit,) = etree.fromstring(text.encode()).iter("{*}trans-unit")
    assert {str(key): value for key, value in unit[1].items()} == attributes
    assert unit.get("approved") == ("yes" if (kind, fuzzy) == ("HT", False) else None)
    assert [(entry.translation_type, entry.fuzzy) for entry in read_xliff(text)] == [(kind, fuzzy)]


def test_entries_of_one_page_share_a_file_while_they_follow_each_other() -> None:
    other = replace(HUMAN, source="High water.", target="Pleine mer.")
    originals = re.findall('original="([^"]*)"', to_xliff([HUMAN, other, MACHINE, HUMAN]))
    assert originals == ["docs/tides.md", "docs/ferry.html", "docs/tides.md"]


def test_xliff_has_one_language_pair() -> None:
    with pytest.raises(OptionError, match="en-US to de-DE"):
        to_xliff([HUMAN, replace(HUMAN, target_locale="de-DE")])
    with pytest.raises(OptionError, match="en-GB to fr-FR"):
        to_xliff([replace(HUMAN, source_locale="en-GB")])


def as_xliff_keeps_it(entry: Entry) -> Entry:
    origin = entry.origin or (Origin(entry.pages[0], "markdown", "en-GB", "de-DE") if entry.pages else None)
    pages = (origin.page,) if origin else ()
    if origin:
        origin = replace(origin, translation_type=None, source_hash=None)
    return replace(entry, origin=origin, pages=pages, variant=None, segtype="sentence", labels=())


def with_a_commit(entry: Entry) -> Entry:
    """The entry with a commit and a licence as pages have them."""
    if entry.origin is None:
        return entry
    commit, licence = entry.origin.source_commit and "c0ffee", entry.origin.licence and "CC BY 4.0; see LICENSE"
    return replace(entry, origin=replace(entry.origin, source_commit=commit, licence=licence))


@given(st.lists(entries().map(with_a_commit), max_size=5))
@example([Entry("a\r\n]]>\rb", "\u2028\x85&#13;c", "en-GB", "de-DE", None, None, ("\"a\n\t\r&<'.md",), "HT")])
def test_xliff_brings_back_texts_page_type_and_id_and_what_the_note_says(items: list[Entry]) -> None:
    text = text_of(xliff.write, items, source_locale="en-GB", target_locale="de-DE")
    assert read_xliff(text) == [as_xliff_keeps_it(item) for item in items]


@pytest.fixture(scope="session")
def xliff_schema() -> etree.XMLSchema:
    folder = os.environ.get("ALIGN_TM_SCHEMAS")
    found = sorted(Path(folder).rglob("xliff-core-1.2-transitional.xsd")) if folder else []
    if not found or not found[0].with_name("xml.xsd").exists():
        pytest.skip("set ALIGN_TM_SCHEMAS to a folder that holds xliff-core-1.2-transitional.xsd and xml.xsd")
    local = found[0].with_name("xml.xsd")

    class Local(etree.Resolver):
        def resolve(self, url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
            return cast("Any", self).resolve_filename(str(local), context) if url.endswith("/xml.xsd") else None

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.parse(str(found[0]), parser))


def test_xliff_is_valid(xliff_schema: etree.XMLSchema) -> None:
    fuzzy = replace(HUMAN, source="Slack water.", fuzzy=True)
    for items in ([], ENTRIES, [fuzzy, HUMAN, MACHINE, fuzzy, replace(BARE, translation_type="MT")]):
        assert xliff_schema.validate(etree.fromstring(to_xliff(items).encode())), xliff_schema.error_log


@pytest.mark.parametrize(
    ("old", "new"),
    [("leveraged-mt", "by-machine"), ("<body>", ""), (' original="docs/tides.md"', ""), (ident(HUMAN), ident(MACHINE))],
)
def test_the_schema_finds_faults(xliff_schema: etree.XMLSchema, old: str, new: str) -> None:
    text = to_xliff([HUMAN, replace(MACHINE, origin=TIDES)])
    broken = text.replace(old, new) if new else text.replace(old, "").replace("</body>", "" if old == "<body>" else "</body>")
    assert broken != text
    assert not xliff_schema.validate(etree.fromstring(broken.encode()))


OTHERS = (
    '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n<file original="a.md" source-language="en-us"'
    ' target-language="fr-ch" datatype="html"><header><note>n</note></header><body>\n{units}\n</body></file></xliff>'
)


def test_xliff_of_others_is_read() -> None:
    units = (
        '<group id="g"><trans-unit id="1"><source>Low<!-- or high --> <g id="1">tide</g></source>'
        "<target>Basse <ph id='2'>&lt;br&gt;</ph>mer</target><alt-trans><target>Marée</target></alt-trans></trans-unit></group>"
        '<trans-unit id="2"><source>Untranslated</source></trans-unit>'
        '<trans-unit id="3"><source>Empty</source><target/></trans-unit>'
        '<trans-unit id="4"><source/><target>Vide</target></trans-unit>'
        '<trans-unit id="5"><source>Sea</source><target xml:lang="fr">Mer</target></trans-unit>'
    )
    assert read_xliff(OTHERS.format(units=units)) == [
        Entry("Low tide", "Basse <br>mer", "en-US", "fr-CH", None, Origin("a.md", "markdown", "en-US", "fr-CH"), ("a.md",)),
        Entry("Sea", "Mer", "en-US", "fr", None, Origin("a.md", "markdown", "en-US", "fr"), ("a.md",)),
    ]


@pytest.mark.parametrize(
    ("attributes", "kind", "fuzzy"),
    [
        ("", None, False),
        ('state="final"', "HT", False),
        ('state="signed-off"', "HT", False),
        ('state="translated" state-qualifier="leveraged-mt"', "MT", False),
        ('state="needs-translation" state-qualifier="mt-suggestion"', "MT", True),
        ('state="needs-review-translation"', None, True),
        ('state="new"', None, True),
    ],
)
def test_states_of_others_are_read(attributes: str, kind: str | None, fuzzy: bool) -> None:
    unit = f'<trans-unit id="1"><source>Sea</source><target {attributes}>Mer</target></trans-unit>'
    (entry,) = read_xliff(OTHERS.format(units=unit))
    assert (entry.translation_type, entry.fuzzy) == (kind, fuzzy)


def test_a_note_that_people_wrote_on_is_read_as_far_as_it_is_ours() -> None:
    (entry,) = read_xliff(to_xliff([HUMAN]).replace("; licence: ", " (checked); licence: ").replace("2021-", "2021-99-"))
    assert entry.origin is not None
    assert (entry.origin.handoff, entry.origin.licence) == (None, None)


def test_a_note_of_another_tool_says_nothing() -> None:
    text = to_xliff([BARE]).replace("unknown", "HT").replace('from="align-tm"', 'from="reviewer"')
    (entry,) = read_xliff(text)
    assert (entry.translation_type, entry.fuzzy) == (None, True)


def test_what_a_translator_has_finished_is_human_and_needs_no_review() -> None:
    text = to_xliff([replace(BARE, fuzzy=True)]).replace("needs-review-translation", "signed-off")
    (entry,) = read_xliff(text)
    assert (entry.translation_type, entry.fuzzy) == ("HT", False)


UNIT = '<trans-unit id="1"><source>Sea</source><target>Mer</target></trans-unit>'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", None),
        ("no xml", 1),
        ("<html><body>x</body></html>", None),
        (OTHERS.format(units=UNIT).replace(":1.2", ":2.0"), None),
        (OTHERS.format(units=UNIT + "\n<trans-unit>"), 5),
        (OTHERS.format(units=UNIT + "\n" + UNIT.replace("source>", "seg>")), 4),
        (OTHERS.format(units=UNIT).replace("en-us", "en_US"), 2),
        (OTHERS.format(units=UNIT).replace(' source-language="en-us"', ""), 2),
        (OTHERS.format(units="\n" + UNIT).replace("fr-ch", "fr_CH"), 4),
        (OTHERS.format(units=UNIT).replace(' target-language="fr-ch"', ""), 3),
        (OTHERS.format(units=UNIT.replace("Sea", "&undefined;")), 3),
        (
            '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2">'
            + UNIT.replace("<target", '<target xml:lang="fr"')
            + "</xliff>",
            1,
        ),
    ],
)
def test_what_is_no_xliff_is_refused(text: str, line: int | None) -> None:
    error = refused(xliff.read, text.encode())
    assert error.line == line


def test_entities_of_an_xliff_are_refused_or_inert(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden", encoding="utf-8")
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    doctype = f'<!DOCTYPE xliff [<!ENTITY l0 "lol">{levels}<!ENTITY f SYSTEM "{secret.as_uri()}">]>\n'
    for entity in ("&l9;", "&f;"):
        try:
            found = read_xliff(doctype + OTHERS.format(units=UNIT.replace("Sea", f"Sea {entity}")))
        except FormatError:
            continue
        assert [len(entry.source) < 20 and "hidden" not in entry.source for entry in found] == [True]


# --- streaming -----------------------------------------------------------------------------------------------------


class EnoughError(Exception):
    """Raised by an endless input once output has begun."""


@pytest.mark.parametrize("name", ["tsv", "moses", "jsonl", "xliff"])
def test_output_begins_before_the_input_ends(name: str) -> None:
    lines, first, second = io.BytesIO(), io.StringIO(), io.StringIO()

    def waves() -> Iterator[Entry]:
        for number in range(5000):
            yield Entry(f"Wave {number}", f"Vague {number}", "en-US", "fr-FR", pages=(f"{number // 100}.md",))
            if number % 100 == 99 and "Wave 99" in first.getvalue() + lines.getvalue().decode():
                raise EnoughError

    writers: dict[str, Callable[[], object]] = {
        "tsv": lambda: tsv.write(first, waves()),
        "moses": lambda: moses.write(first, second, waves()),
        "jsonl": lambda: jsonl.write(lines, waves()),
        "xliff": lambda: xliff.write(first, waves(), source_locale="en-US", target_locale="fr-FR"),
    }
    with pytest.raises(EnoughError):
        writers[name]()


class Endless:
    """A binary stream that begins with some lines and then repeats others for ever."""

    def __init__(self, begin: bytes, again: bytes) -> None:
        self.chunks = itertools.chain([begin], itertools.repeat(again))

    def __iter__(self) -> Iterator[bytes]:
        return self.chunks

    def read(self, _size: int = -1) -> bytes:
        return next(self.chunks)


def endless(begin: str, again: str) -> IO[bytes]:
    return cast("IO[bytes]", Endless(begin.encode(), again.encode()))


def test_entries_come_before_the_file_ends() -> None:
    begin, end = OTHERS.split("{units}")
    assert end
    readers = {
        "tsv": tsv.read(endless(TSV_HEADER, row())),
        "moses": moses.read(endless("a\n", "a\n"), endless("b\n", "b\n"), "en-US", "de-DE"),
        "jsonl": jsonl.read(endless(*[jsonl.encode_entry(BARE).decode()] * 2)),
        "xliff": xliff.read(endless(begin, UNIT)),
    }
    assert {name: len(list(itertools.islice(reader, 3000))) for name, reader in readers.items()} == dict.fromkeys(readers, 3000)


@pytest.mark.parametrize("unit", [UNIT, f'<group id="g">{UNIT}</group>'])
def test_units_of_an_xliff_are_freed_once_read(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    most = 0
    iterparse = etree.iterparse

    def watched(*arguments: Any, **options: Any) -> Iterator[Any]:
        nonlocal most
        for event, element in iterparse(*arguments, **options):
            yield event, element
            body = next(element.iterancestors("{*}body"), None)
            most = max(most, 0 if body is None else len(body))

    monkeypatch.setattr(etree, "iterparse", watched)
    begin, _ = OTHERS.split("{units}")
    assert len(list(itertools.islice(xliff.read(endless(begin, unit)), 2000))) == 2000
    assert 0 < most < 500  # the parser is ahead by a chunk of 32 KiB at most
