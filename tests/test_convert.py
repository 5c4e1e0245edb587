"""From one exchange format to another: the same pairs, what is lost is named, damage is one line."""

from __future__ import annotations

import gzip
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from align.cli import main
from align.convert import LOSSES, Changes, Shape, convert, read_memory
from align.corpus import find_pages, read_pages
from align.curate import Rules
from align.errors import FormatError, MissingPathError, OptionError
from align.exchange.repeats import Met
from align.export import FORMATS, Plan, export_pages
from align.formats import tsv, xlsx
from align.formats.entry import Entry
from align.formats.jsonl import encode_entry
from align.model import Origin

FORMS = ("tmx", "po", "mo", "tsv", "csv", "jsonl", "xlf", "parquet", "xlsx")
PACKED = ("tmx", "po", "tsv", "csv", "jsonl", "xlf")


@pytest.fixture(scope="module")
def memory(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one memory in every format."""
    out = tmp_path_factory.mktemp("memory")
    export_pages(
        read_pages(find_pages([corpora / "bilingual" / "fr-FR"])), out, plan=Plan(formats=FORMATS, granularity="sentence")
    )
    for form in FORMS:
        if not (out / f"fr-FR.{form}").exists():
            convert(out / "fr-FR.jsonl", out / f"fr-FR.{form}")
    return out


def pairs(path: Path) -> list[tuple[str, str]]:
    return [(entry.source, entry.target) for entry in read_memory(path)]


@pytest.mark.parametrize(("read", "written"), list(product(FORMS, FORMS)))
def test_the_pairs_are_the_same_in_every_format(memory: Path, tmp_path: Path, read: str, written: str) -> None:
    done = convert(memory / f"fr-FR.{read}", tmp_path / f"out.{written}")
    found, expected = pairs(tmp_path / f"out.{written}"), pairs(memory / f"fr-FR.{read}")
    # MO is sorted by the bytes of the source.
    assert found == (sorted(expected, key=lambda pair: pair[0].encode()) if written == "mo" else expected)
    assert (done.entries, done.left_out, done.lost, done.changed, done.files) == (96, 0, LOSSES[f".{written}"], {}, 1)


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_what_loses_nothing_brings_every_entry_back(memory: Path, tmp_path: Path, form: str) -> None:
    convert(memory / f"fr-FR.{form}", tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (memory / "fr-FR.jsonl").read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_the_same_memory_gives_the_same_bytes(memory: Path, tmp_path: Path, form: str) -> None:
    for name in ("one", "two"):
        convert(memory / "fr-FR.jsonl", tmp_path / name / f"m.{form}")
    assert (tmp_path / "one" / f"m.{form}").read_bytes() == (tmp_path / "two" / f"m.{form}").read_bytes()


def test_jsonl_through_itself_is_the_same_file(memory: Path, tmp_path: Path) -> None:
    convert(memory / "fr-FR.jsonl", tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (memory / "fr-FR.jsonl").read_bytes()


def test_moses_is_two_files_of_as_many_lines(memory: Path, tmp_path: Path) -> None:
    assert convert(memory / "fr-FR.tmx", tmp_path / "corpus.moses").entries == 96
    lines = [(tmp_path / f"corpus.{locale}").read_text("utf-8").split("\n") for locale in ("en-US", "fr-FR")]
    assert [len(one) for one in lines] == [97, 97]


@pytest.mark.parametrize("form", PACKED)
def test_a_packed_memory_is_written_and_read(memory: Path, tmp_path: Path, form: str) -> None:
    for name in ("m", "other-name"):
        convert(memory / f"fr-FR.{form}", tmp_path / f"{name}.{form}.gz")
    packed = (tmp_path / f"m.{form}.gz").read_bytes()
    assert packed == (tmp_path / f"other-name.{form}.gz").read_bytes()
    assert packed[3:8] == bytes(5)  # no name, no time (RFC 1952, section 2.3)
    convert(memory / f"fr-FR.{form}", tmp_path / f"m.{form}")
    assert gzip.decompress(packed) == (tmp_path / f"m.{form}").read_bytes()
    assert pairs(tmp_path / f"m.{form}.gz") == pairs(memory / f"fr-FR.{form}")


@pytest.mark.parametrize("form", ["mo", "parquet", "xlsx"])
def test_what_is_packed_itself_has_no_gz(memory: Path, tmp_path: Path, form: str) -> None:
    with pytest.raises(OptionError, match=r"no \.gz form; leave .gz away"):
        convert(memory / "fr-FR.jsonl", tmp_path / f"m.{form}.gz")


@pytest.mark.parametrize("packed", ["", ".gz"])
def test_a_moses_pair_is_read_by_the_name_of_its_two_files(memory: Path, tmp_path: Path, packed: str) -> None:
    convert(memory / "fr-FR.tmx", tmp_path / f"corpus.moses{packed}")
    (tmp_path / "corpus.tsv").write_text("no language", "utf-8")
    name = tmp_path / f"corpus.moses{packed}"
    found = [" ".join(source.split()) for source, _ in pairs(name)]
    assert found == [" ".join(source.split()) for source, _ in pairs(memory / "fr-FR.tmx")]
    assert {(entry.source_locale, entry.target_locale) for entry in read_memory(name)} == {("en-US", "fr-FR")}
    (tmp_path / f"corpus.de-DE{packed}").write_bytes((tmp_path / f"corpus.fr-FR{packed}").read_bytes())
    with pytest.raises(OptionError, match="de-DE, fr-FR; name the locales with --source-locale and --locale"):
        list(read_memory(name))
    assert {entry.target_locale for entry in read_memory(name, target_locale="de-DE")} == {"de-DE"}
    with pytest.raises(MissingPathError, match=r"corpus\.en-GB"):
        list(read_memory(name, source_locale="en-GB", target_locale="de-DE"))
    with pytest.raises(MissingPathError, match="there are none"):
        list(read_memory(tmp_path / "none.moses"))


def test_split_makes_files_of_at_most_n_entries(memory: Path, tmp_path: Path) -> None:
    done = convert(memory / "fr-FR.jsonl", tmp_path / "m.tmx.gz", shape=Shape(40))
    names = ["m.001.tmx.gz", "m.002.tmx.gz", "m.003.tmx.gz"]
    assert (done.entries, done.files) == (96, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert [len(pairs(tmp_path / name)) for name in names] == [40, 40, 16]
    assert [pair for name in names for pair in pairs(tmp_path / name)] == pairs(memory / "fr-FR.tmx")
    convert(memory / "fr-FR.jsonl", tmp_path / "moses" / "corpus.moses", shape=Shape(96))
    assert sorted(path.name for path in (tmp_path / "moses").iterdir()) == ["corpus.001.en-US", "corpus.001.fr-FR"]


#: Whatever an entry can hold.
FULL = Entry(
    "See [the [map]].",
    "Voir la [map].",
    "en-US",
    "fr-FR",
    "abd60-102",
    Origin("a b/p.html", "html", "en-US", "fr-FR", "HT", "2021-04-12", "c0ffee", "f00d", "CC BY 4.0"),
    ("a b/p.html", "q.md"),
    "MT",
    fuzzy=True,
    variant="variant 1",
    segtype="paragraph",
    labels=("map",),
)
#: What a format may lose, by the words that name it.
NAMES = {
    "id": "unit ids",
    "fuzzy": "fuzzy flags",
    "variant": "names of variants",
    "pages": "all pages but the first",
    "segtype": "which entries are whole blocks",
    "labels": "reference labels",
    "origin.handoff": "hand-off dates",
    "origin.source_commit": "commits",
    "origin.licence": "licences",
    "origin.source_hash": "source hashes",
    "origin.translation_type": "types of pages",
}


@pytest.mark.parametrize("form", ["tmx", "po", "tsv", "csv", "jsonl", "xlf", "parquet", "xlsx"])
def test_a_format_loses_what_is_named_and_nothing_else(tmp_path: Path, form: str) -> None:
    convert(jsonl_of(tmp_path / "m.jsonl", FULL), tmp_path / f"m.{form}")
    (back,) = read_memory(tmp_path / f"m.{form}")
    assert back.origin is not None
    assert FULL.origin is not None
    lost = [name for name in asdict(FULL) if name != "origin" and getattr(back, name) != getattr(FULL, name)]
    lost += [f"origin.{name}" for name, value in asdict(FULL.origin).items() if getattr(back.origin, name) != value]
    named = LOSSES[f".{form}"]
    assert sorted(NAMES[name] for name in lost) == sorted(name for name in NAMES.values() if name in named)


def test_tmx_through_itself_is_the_same_file(memory: Path, tmp_path: Path) -> None:
    convert(memory / "fr-FR.tmx", tmp_path / "again.tmx")
    texts = [path.read_text("utf-8") for path in (memory / "fr-FR.tmx", tmp_path / "again.tmx")]
    first, again = (text[text.index("<body>") :] for text in texts)  # the header's note says all licences of an export
    assert first == again
    assert 'creationdate="' in again


def test_po_takes_one_target_per_source_and_the_rest_is_counted(tmp_path: Path) -> None:
    rows = ["\t".join(["", "Open", target, "en-US", "fr-FR", "", "", "", ""]) for target in ("Ouvrir", "Ouvert", "Ouvrir")]
    header = "id\tsource\ttarget\tsource_locale\ttarget_locale\tpage\ttranslation_type\thandoff\tvariant"
    (tmp_path / "m.tsv").write_text("\n".join([header, *rows, ""]), "utf-8")
    done = convert(tmp_path / "m.tsv", tmp_path / "m.po")
    assert (done.entries, done.left_out) == (1, 2)
    assert pairs(tmp_path / "m.po") == [("Open", "Ouvrir")]


@pytest.mark.parametrize("form", ["po", "mo"])
@pytest.mark.parametrize("read", ["tmx", "xlf"])
def test_of_all_variants_the_best_is_taken_where_their_names_are_lost(
    corpora: Path, tmp_path: Path, read: str, form: str
) -> None:
    pages = read_pages(find_pages([corpora / "bilingual" / "fr-FR"]))
    export_pages(pages, tmp_path, plan=Plan(formats=("tmx", "xliff"), rules=Rules(variants="all")))
    done = convert(tmp_path / f"fr-FR.{read}", tmp_path / f"out.{form}")
    assert done.left_out == 1
    targets = dict(pairs(tmp_path / f"out.{form}"))
    assert targets["Select **Save**."] == "Sélectionnez **Enregistrer**."  # human; the other page does not say


def jsonl_of(path: Path, *entries: Entry) -> Path:
    path.write_bytes(b"".join(map(encode_entry, entries)))
    return path


def test_a_pair_stands_once_in_tmx_and_once_a_page_in_xliff(tmp_path: Path) -> None:
    tide = Entry("Tide", "Marée", "en-US", "fr-FR", pages=("a.md",))
    entries = [tide, replace(tide, target="Flot"), replace(tide, target=" Marée"), replace(tide, pages=("b.md",)), tide]
    path = jsonl_of(tmp_path / "m.jsonl", *entries)
    assert convert(path, tmp_path / "m.tmx").left_out == 3
    assert pairs(tmp_path / "m.tmx") == [("Tide", "Marée"), ("Tide", "Flot")]
    assert convert(path, tmp_path / "m.xlf").left_out == 2
    found = [(entry.target, *entry.pages) for entry in read_memory(tmp_path / "m.xlf")]
    assert found == [("Marée", "a.md"), ("Flot", "a.md"), ("Marée", "b.md")]


@given(st.lists(st.integers(0, 2**96 - 1), max_size=200))
@example([0, 1, 2**64, 2**64 + 1, *range(4000), *range(0, 2**60, 2**48)])
def test_what_was_met_is_known(numbers: list[int]) -> None:
    met, known = Met(), set[int]()
    for number in [*numbers, *numbers]:
        short = number % 2**64 or 1
        assert met.is_new(f"{number:024x}") == (short not in known)
        known.add(short)


def test_other_codes_are_written_for_locales(tmp_path: Path) -> None:
    origin = Origin("a.md", "markdown", "en-US", "zh-TW")
    entry = Entry("Open", "開啟", "en-US", "zh-TW", origin=origin, pages=("a.md",))
    path = jsonl_of(tmp_path / "m.jsonl", entry)
    changes = Changes({"zh-TW": "zh-Hant-TW", "de-DE": "de"})
    convert(path, tmp_path / "m.tmx", locale="zh-TW", changes=changes)
    assert 'xml:lang="zh-Hant-TW"' in (tmp_path / "m.tmx").read_text("utf-8")
    convert(path, tmp_path / "out.jsonl", changes=changes)
    assert list(read_memory(tmp_path / "out.jsonl")) == [replace(entry, target_locale="zh-Hant-TW")]


def test_source_and_target_never_get_one_code(tmp_path: Path) -> None:
    path = jsonl_of(tmp_path / "m.jsonl", Entry("Open", "Ouvrir", "en-US", "fr-FR"))
    with pytest.raises(OptionError, match=r"--map-locale: en-US and fr-FR would both be en-US; give each its own code"):
        convert(path, tmp_path / "m.tmx", changes=Changes({"fr-FR": "en-US"}))
    convert(path, tmp_path / "m.tmx", changes=Changes({"fr-FR": "en-US", "en-US": "fr-FR"}))
    assert [entry.source_locale for entry in read_memory(tmp_path / "m.tmx")] == ["fr-FR"]


def test_direction_marks_are_stripped_and_counted(tmp_path: Path) -> None:
    marks = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    kept = Entry("\u061cOpen\u200d", "\u061cفتح", "en-US", "ar-SA")
    marked = replace(kept, source=f"{marks}Open", target=f"ف{marks}تح")
    path = jsonl_of(tmp_path / "m.jsonl", kept, marked, replace(kept, target=marks))
    done = convert(path, tmp_path / "out.jsonl", changes=Changes(strip_bidi=True))
    assert (done.entries, done.left_out, done.changed) == (2, 1, {"bidi": 2})
    assert pairs(tmp_path / "out.jsonl") == [(kept.source, kept.target), ("Open", "فتح")]
    assert convert(path, tmp_path / "out.jsonl").changed == {}
    assert pairs(tmp_path / "out.jsonl")[1] == (marked.source, marked.target)


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    """Entries of every translation type, and one that is fuzzy already."""
    human = Entry("Ebb", "Jusant", "en-US", "fr-FR", translation_type="HT")
    machine = Entry("Tide", "Marée", "en-US", "fr-FR", translation_type="MT")
    unknown = Entry("Sail", "Voile", "en-US", "fr-FR")
    return jsonl_of(tmp_path / "typed.jsonl", human, machine, unknown, replace(human, source="Port", fuzzy=True))


@pytest.mark.parametrize(
    ("mt", "written", "left_out", "changed"),
    [
        ("keep", [("Ebb", False), ("Tide", False), ("Sail", False), ("Port", True)], 0, {}),
        ("fuzzy", [("Ebb", False), ("Tide", True), ("Sail", True), ("Port", True)], 0, {"fuzzy": 2}),
        ("skip", [("Ebb", False), ("Port", True)], 2, {}),
    ],
)
def test_machine_translation_is_kept_marked_or_left_out(
    typed: Path, tmp_path: Path, mt: Literal["keep", "fuzzy", "skip"], written: object, left_out: int, changed: object
) -> None:
    for form in ("po", "jsonl"):
        done = convert(typed, tmp_path / f"out.{form}", changes=Changes(mt=mt))
        assert [(entry.source, entry.fuzzy) for entry in read_memory(tmp_path / f"out.{form}")] == written
        assert (done.left_out, done.changed) == (left_out, changed)


def test_what_is_marked_fuzzy_is_in_no_mo(typed: Path, tmp_path: Path) -> None:
    done = convert(typed, tmp_path / "out.mo", changes=Changes(mt="fuzzy"))
    assert (pairs(tmp_path / "out.mo"), done.entries, done.left_out) == ([("Ebb", "Jusant")], 1, 3)


def test_markup_is_left_out_by_the_rules_of_the_page(tmp_path: Path) -> None:
    entry = Entry("**Ebb** &amp; [tide][a] &#1;", "<b>Jusant</b>", "en-US", "fr-FR", labels=("a",))
    html = replace(entry, origin=Origin("a.html", "html"), pages=("a.html",))
    path = jsonl_of(tmp_path / "m.jsonl", entry, html, replace(entry, target="<!-- none -->"))
    done = convert(path, tmp_path / "out.tsv", changes=Changes(plain=True))
    assert pairs(tmp_path / "out.tsv") == [("Ebb & tide \x01", "Jusant"), ("**Ebb** & [tide][a]", "Jusant")]
    assert (done.left_out, done.changed) == (1, {"markup": 3})
    convert(path, tmp_path / "out.tmx", changes=Changes(plain=True))  # no XML holds U+0001
    assert pairs(tmp_path / "out.tmx") == [("Ebb & tide", "Jusant"), ("**Ebb** & [tide][a]", "Jusant")]


@pytest.mark.parametrize("form", ["tmx", "xlf"])
def test_codes_are_what_an_export_writes(corpora: Path, tmp_path: Path, form: Literal["tmx", "xlf"]) -> None:
    pages = find_pages([corpora / "bilingual" / "de-DE"])
    plan = Plan(formats=("tmx", "xliff", "jsonl"), markup="codes")
    export_pages(read_pages(pages), tmp_path, plan=plan)
    convert(tmp_path / "de-DE.jsonl", tmp_path / f"out.{form}", shape=Shape(codes=True))
    written, exported = ((tmp_path / f"{name}.{form}").read_text("utf-8") for name in ("out", "de-DE"))
    assert "<bpt " in written
    assert written.partition("<body>")[2] == exported.partition("<body>")[2]


def test_a_memory_of_which_nothing_may_be_written_says_so(tmp_path: Path) -> None:
    path = jsonl_of(tmp_path / "m.jsonl", Entry("Tide", "Marée", "en-US", "fr-FR", translation_type="MT"))
    with pytest.raises(FormatError, match=r"m\.jsonl: holds no entry that may be written: 1 left out; ask for less"):
        convert(path, tmp_path / "m.tsv", changes=Changes(mt="skip"))


def test_a_format_without_codes_says_so(memory: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"m\.po: a \.po file has no inline codes; write \.tmx or \.xlf"):
        convert(memory / "fr-FR.tmx", tmp_path / "m.po", shape=Shape(codes=True))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["tmx", "xlf", "po", "mo"])
def test_texts_of_others_are_made_such_as_xml_and_gettext_take(tmp_path: Path, form: str) -> None:
    entry = Entry(" a\0b\x0bc\r\nd\n", "é", "en-US", "fr-FR", variant="v\x041")
    path = jsonl_of(tmp_path / "m.jsonl", entry, replace(entry, target="\x0b "))
    done = convert(path, tmp_path / f"m.{form}")
    assert (done.entries, done.left_out, done.changed) == (1, 1, {"illegal-or-outer": 2})
    assert pairs(tmp_path / f"m.{form}") == [("abc\nd", "é")]


@pytest.mark.parametrize("form", ["tmx", "xlf", "po"])
def test_an_id_of_others_breaks_no_file(tmp_path: Path, form: str) -> None:
    path = jsonl_of(tmp_path / "m.jsonl", replace(FULL, id='a"\n<\x01b'))
    convert(path, tmp_path / f"m.{form}")
    assert pairs(tmp_path / f"m.{form}") == [(FULL.source, FULL.target)]


@pytest.mark.parametrize("day", ["2021-02-31", '"/><b a="', "", "12/04/2021"])
def test_a_hand_off_that_is_no_day_is_refused_by_whoever_reads_it(tmp_path: Path, day: str) -> None:
    assert FULL.origin is not None
    path = jsonl_of(tmp_path / "m.jsonl", FULL, replace(FULL, origin=replace(FULL.origin, handoff=day)))
    with pytest.raises(FormatError, match=r"m\.jsonl:2: handoff is .*; write a day like 2021-04-12"):
        convert(path, tmp_path / "m.parquet")
    with (tmp_path / "m.xlsx").open("wb") as stream:
        xlsx.write(stream, [replace(FULL, origin=replace(FULL.origin, handoff=day))], source_locale="en-US", target_locale="fr")
    with pytest.raises(FormatError, match=r"m\.xlsx:2: .*handoff is .*; write a day like 2021-04-12"):
        list(read_memory(tmp_path / "m.xlsx"))
    with (tmp_path / "m.tsv").open("w", encoding="utf-8") as table:
        tsv.write(table, [replace(FULL, origin=replace(FULL.origin, handoff=day or "x"))])
    with pytest.raises(FormatError, match=r"m\.tsv:2: handoff is .*; write it like 2021-04-12"):
        list(read_memory(tmp_path / "m.tsv"))


def test_formats_with_locales_in_every_record_take_several(tmp_path: Path) -> None:
    (tmp_path / "m.tmx").write_text(MULTILINGUAL, "utf-8")
    for form in ("jsonl", "tsv", "csv", "parquet"):
        convert(tmp_path / "m.tmx", tmp_path / f"m.{form}")
        locales = {entry.target_locale for entry in read_memory(tmp_path / f"m.{form}")}
        assert locales == {"de-DE", "fr-FR"}


MULTILINGUAL = """<?xml version="1.0"?><tmx version="1.4"><header srclang="en-US"/><body><tu>
<tuv xml:lang="de-DE"><seg>Offen</seg></tuv><tuv xml:lang="en-US"><seg>Open</seg></tuv>
<tuv xml:lang="fr-FR"><seg>Ouvert</seg></tuv></tu></body></tmx>"""


def test_a_memory_of_several_locales_needs_a_choice(tmp_path: Path) -> None:
    (tmp_path / "m.tmx").write_text(MULTILINGUAL, "utf-8")
    with pytest.raises(OptionError, match=r"m\.tmx: holds en-US to de-DE and en-US to fr-FR; choose one with --locale"):
        convert(tmp_path / "m.tmx", tmp_path / "m.po")
    english = jsonl_of(tmp_path / "m.jsonl", *(Entry("Open", "Ouvert", tag, "fr-FR") for tag in ("en-US", "en-GB")))
    with pytest.raises(OptionError, match=r"en-US to fr-FR and en-GB to fr-FR; write a format that takes several: \.jsonl"):
        convert(english, tmp_path / "m.po")
    english.unlink()
    assert [path.name for path in tmp_path.iterdir()] == ["m.tmx"]
    convert(tmp_path / "m.tmx", tmp_path / "m.po", locale="fr-FR")
    assert pairs(tmp_path / "m.po") == [("Open", "Ouvert")]


def packed(text: str) -> bytes:
    return gzip.compress(text.encode())


LAUGHS = """<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">
<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;">]>
<tmx version="1.4"><header srclang="en-US"/><body><tu><tuv xml:lang="en-US"><seg>&h;</seg></tuv></tu></body></tmx>"""
TSV = "id\tsource\ttarget\tsource_locale\ttarget_locale\tpage\ttranslation_type\thandoff\tvariant\n"
BAD = [
    ("cut.tmx", MULTILINGUAL[:-20].encode(), "cut.tmx:3: "),
    ("locale.tmx", MULTILINGUAL.replace("de-DE", "de_DE").encode(), "locale.tmx:2: 'de_DE' is not a language tag"),
    ("laughs.tmx", LAUGHS.encode(), "laughs.tmx:1: declares entities of its own; leave its"),
    (
        "utf16.tmx",
        LAUGHS.replace("><!DOC", ">\n<!DOC").encode("utf-16"),
        "utf16.tmx:2: declares entities of its own; leave its",
    ),
    ("undefined.tmx", MULTILINGUAL.replace("Offen", "&uuml;").encode(), "undefined.tmx:2: is not well-formed: Entity 'uuml'"),
    ("empty.tmx", b"", "empty.tmx: is not well-formed"),
    ("header.tmx", MULTILINGUAL.replace('<header srclang="en-US"/>', "").encode(), "header.tmx: is not TMX: it has no header"),
    ("srclang.tmx", MULTILINGUAL.replace('"en-US"/', '"en_US"/').encode(), "srclang.tmx:1: header: 'en_US' is not a language"),
    (
        "source.tmx",
        MULTILINGUAL.replace('"en-US"/', '"en"/').encode(),
        "source.tmx:1: a unit has no en segment; write one tag in",
    ),
    ("no.po", b'msgid ""\nmsgstr ""\n\nmsgid "a\n', "no.po:4: "),
    ("no.mo", b"no catalogue", "no.mo: is no MO file;"),
    ("no.tsv", b"id\tsource\n", "no.tsv:1: has not the header of a table of entries: no column target"),
    ("count.tsv", f"{TSV}a\tb\n".encode(), "count.tsv:2: has 2 columns, not 9;"),
    ("no.csv", b"source,target\n", "no.csv:1: has not the header of a table of entries: no column id"),
    ("count.csv", (TSV.replace("\t", ",") + "a,b\n").encode(), "count.csv:2: has 2 columns, not 9;"),
    ("no.jsonl", b"{", "no.jsonl:1: is no record"),
    ("no.xlf", b"<x", "no.xlf:1: is not well-formed"),
    ("no.xlsx", b"no zip", "no.xlsx: is no XLSX workbook, or damaged"),
    ("no.parquet", b"no parquet", "no.parquet: is no Parquet file, or damaged"),
    ("no.tmx.gz", b"no gzip", "no.tmx.gz: is damaged gzip;"),
    ("cut.tmx.gz", packed(MULTILINGUAL * 50)[:-30], "cut.tmx.gz"),
    ("bad.jsonl.gz", packed("{}")[:12] + b"\xff" * 20, "bad.jsonl.gz"),
    ("none.tmx", None, "none.tmx: does not exist"),
    ("m.doc", b"", "m.doc: its ending names no format; use one of .csv, .jsonl, .mo, .moses"),
    (".tmx", b"", ".tmx: its ending names no format"),
]


@pytest.mark.parametrize(("name", "data", "said"), BAD, ids=[name for name, _, _ in BAD])
def test_what_cannot_be_read_is_one_line_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes | None, said: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    (tmp_path / "out").mkdir()
    for form in ("tsv", "parquet", "xlsx"):
        with pytest.raises(SystemExit) as ended:
            main(["convert", str(tmp_path / name), "-o", str(tmp_path / "out" / f"out.{form}")])
        message = capsys.readouterr().err
        assert ended.value.code == 2
        assert message.startswith(f"align-tm: {tmp_path / said}")
        assert message.count("\n") == 1
        assert "; " in message
    assert list((tmp_path / "out").iterdir()) == []


def test_damage_behind_sound_entries_leaves_the_old_file(memory: Path, tmp_path: Path) -> None:
    text = (memory / "fr-FR.tsv").read_text("utf-8")
    (tmp_path / "m.tsv").write_text(f"{text}too few\n", "utf-8")
    for form in (*FORMS, "tmx.gz", "moses"):
        (tmp_path / f"out.{form}").write_text("old", "utf-8")
        with pytest.raises(FormatError, match=r"m\.tsv:98: has 1 columns"):
            convert(tmp_path / "m.tsv", tmp_path / f"out.{form}", shape=Shape(10 if form == "po" else None))
        assert (tmp_path / f"out.{form}").read_text("utf-8") == "old"
    assert len(list(tmp_path.iterdir())) == len(FORMS) + 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--locale", "fr_FR"], "align-tm: --locale: 'fr_FR' is not a language tag of BCP 47; write it like fr-FR"),
        (["--source-locale", "e"], "align-tm: --source-locale: 'e' is not a language tag"),
        (["--map-locale", "fr_FR=fr"], "align-tm: --map-locale: 'fr_FR' is not a language tag"),
        (["--map-locale", "fr-FR"], "align-tm: --map-locale: 'fr-FR' is no pair; write it like zh-TW=zh-Hant-TW"),
        (
            ["--map-locale", "fr-FR=fr", "--map-locale", "fr-FR=fr-CA"],
            "align-tm: --map-locale: fr-FR has two codes, fr and fr-CA",
        ),
        (["--split", "0"], "align-tm convert: Invalid value for '--split'"),
        (["--locale", "de-DE"], "align-tm: {}: holds no entry for de-DE; "),
        (["--mt", "split"], "align-tm convert: Invalid value for '--mt': 'split' is not one of 'keep', 'fuzzy', 'skip'"),
        (["--markup", "codes"], "align-tm: "),
    ],
)
def test_a_wrong_option_is_one_line(
    memory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["convert", str(memory / "fr-FR.tmx"), "-o", str(tmp_path / "out.tsv"), *options])
    captured = capsys.readouterr()
    assert (ended.value.code, captured.out, captured.err.count("\n")) == (2, "", 1)
    assert captured.err.startswith(said.format(memory / "fr-FR.tmx"))


def test_the_command_says_what_it_did_and_what_is_lost(
    memory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [
        "convert",
        str(memory / "fr-FR.jsonl"),
        "-o",
        str(tmp_path / "m.tmx"),
        "--map-locale",
        "fr-fr=fr",
        "--bidi",
        "strip",
    ]
    for options in (["--split", "50"], ["-q"]):
        with pytest.raises(SystemExit) as ended:
            main([*command, *options])
        assert ended.value.code == 0
    captured = capsys.readouterr()
    assert captured.out == "96 entries, 2 files.\n"
    assert captured.err == f"Lost: {LOSSES['.tmx']}.\n"
    assert {entry.target_locale for entry in read_memory(tmp_path / "m.tmx")} == {"fr"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--mt", "skip"], "1 entries, 1 left out."),
        (["--mt", "fuzzy"], "2 entries, 1 marked fuzzy."),
        (["--markup", "text"], "2 entries, 1 without markup."),
        (["--markup", "codes"], "2 entries."),
    ],
)
def test_the_command_counts_what_is_done_to_entries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    human = Entry("**Ebb** tide", "**Jusant**", "en-US", "fr-FR", translation_type="HT")
    path = jsonl_of(tmp_path / "m.jsonl", human, Entry("Tide", "Marée", "en-US", "fr-FR"))
    with pytest.raises(SystemExit) as ended:
        main(["convert", str(path), "-o", str(tmp_path / "m.xlf"), *options])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"{said}\n")
    written = (tmp_path / "m.xlf").read_text("utf-8")
    assert ("<bpt" in written, "**" in written) == (options[1] == "codes", options[1] != "text")


def test_a_folder_of_real_pages_through_every_format(real_pages: Path, tmp_path: Path) -> None:
    folder = min((real_pages / "bilingual").iterdir(), key=lambda one: (sum(1 for _ in one.rglob("*.md")), one.name))
    export_pages(read_pages(find_pages([folder])), tmp_path, plan=Plan(formats=("jsonl",)))
    (path,) = [one for one in tmp_path.glob("*.jsonl") if one.stem not in ("decisions", "problems")]
    expected = pairs(path)
    assert expected
    for form in FORMS:
        done = convert(path, tmp_path / f"m.{form}")
        assert (done.entries, done.left_out) == (len(expected), 0)
        assert sorted(pairs(tmp_path / f"m.{form}")) == sorted(expected)
    for form in ("parquet", "xlsx"):
        convert(tmp_path / f"m.{form}", tmp_path / "again.jsonl")
        assert (tmp_path / "again.jsonl").read_bytes() == path.read_bytes()


def test_an_ending_that_names_no_format_is_an_error(memory: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"\.moses"):
        convert(memory / "fr-FR.tmx", tmp_path / "out.doc")


@pytest.mark.parametrize("srclang", [' srclang="*all*"', ' srclang="*ALL*"', ""])
def test_a_tmx_that_names_no_source_language_takes_the_one_given(tmp_path: Path, srclang: str) -> None:
    (tmp_path / "all.tmx").write_text(
        f'<tmx version="1.4"><header{srclang}/><body><tu><tuv xml:lang="de-DE"><seg>Ebbe</seg></tuv>'
        '<tuv xml:lang="en-US"><seg>Low tide</seg></tuv></tu></body></tmx>',
        encoding="utf-8",
    )
    assert pairs(tmp_path / "all.tmx") == [("Low tide", "Ebbe")]
    convert(tmp_path / "all.tmx", tmp_path / "german.tmx", source_locale="de-DE")
    assert pairs(tmp_path / "german.tmx") == [("Ebbe", "Low tide")]
