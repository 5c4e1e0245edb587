"""Catalogues of gettext, read and written: MO, and PO files of other programs."""

from __future__ import annotations

import gettext
import gzip
import io
import shutil
import struct
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_more_formats import ENTRIES, HUMAN, MACHINE, TEXT, entries

from align.convert import read_memory
from align.errors import FormatError
from align.formats import mo, po
from align.formats.entry import Entry
from align.locales import canonical, from_gettext, gettext_name
from align.model import Origin
from align.version import __version__

# --- MO ------------------------------------------------------------------------------------------------------------


def compiled(items: Iterable[Entry], source_locale: str = "en-US", target_locale: str = "fr-FR") -> bytes:
    stream = io.BytesIO()
    mo.write(stream, items, source_locale=source_locale, target_locale=target_locale)
    return stream.getvalue()


def read(data: bytes, **options: str) -> list[Entry]:
    return list(mo.read(io.BytesIO(data), path=Path("m.mo"), **options))


def test_mo_is_what_programs_load() -> None:
    catalogue = gettext.GNUTranslations(io.BytesIO(compiled(ENTRIES)))
    assert catalogue.gettext("The tide turns.") == "La marée tourne."
    assert catalogue.gettext("Two\nlines & <b>more</b>") == 'Deux\n"lignes"'
    assert catalogue.pgettext("variant 757101bf", "No\tpage") == "Sans\\page"
    assert catalogue.info()["language"] == "fr_FR"
    assert catalogue.info()["plural-forms"] == "nplurals=2; plural=(n > 1);"


def test_mo_leaves_out_what_msgfmt_leaves_out_and_what_is_there() -> None:
    items = [HUMAN, replace(MACHINE, fuzzy=True), replace(HUMAN, target="Autre"), replace(HUMAN, variant="v")]
    stream = io.BytesIO()
    assert mo.write(stream, items, source_locale="en-US", target_locale="fr-FR") == (2, 2)
    assert [(entry.variant, entry.target) for entry in read(stream.getvalue())] == [
        (None, "La marée tourne."),
        ("v", "La marée tourne."),
    ]


@settings(max_examples=60)
@given(
    st.lists(
        entries(TEXT.filter(lambda text: "\0" not in text)), max_size=5, unique_by=lambda entry: (entry.variant, entry.source)
    )
)
def test_texts_and_variants_come_back_from_mo(items: list[Entry]) -> None:
    items = [replace(item, fuzzy=False) for item in items]
    kept = [Entry(item.source, item.target, "en-GB", "de-DE", variant=item.variant) for item in items]
    assert sorted(read(compiled(items, "en-GB", "de-DE")), key=repr) == sorted(kept, key=repr)
    assert compiled(items) == compiled(reversed(items))


@pytest.mark.skipif(shutil.which("msgunfmt") is None, reason="gettext (msgunfmt) is not installed")
def test_msgunfmt_reads_it_and_msgfmt_writes_the_same_messages(tmp_path: Path) -> None:
    path = tmp_path / "m.mo"
    path.write_bytes(compiled(ENTRIES))
    subprocess.run(["msgunfmt", "--no-wrap", "-o", "m.po", "m.mo"], cwd=tmp_path, check=True, capture_output=True)
    from_po = [(entry.variant, entry.source, entry.target) for entry in po.read(tmp_path / "m.po")]
    assert sorted(from_po, key=repr) == sorted([(one.variant, one.source, one.target) for one in ENTRIES], key=repr)
    for order in ("little", "big"):
        command = ["msgfmt", f"--endianness={order}", "-o", "again.mo", "m.po"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        assert read((tmp_path / "again.mo").read_bytes()) == read(path.read_bytes())


PLURALS = """msgid ""
msgstr ""
"Language: pl\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\\n"

msgid "one wave"
msgid_plural "%d waves"
msgstr[0] "fala"
msgstr[1] "%d fale"
msgstr[2] "%d fal"
"""


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext (msgfmt) is not installed")
def test_plural_forms_give_two_entries_in_po_and_mo(tmp_path: Path) -> None:
    (tmp_path / "m.po").write_text(PLURALS, "utf-8")
    subprocess.run(["msgfmt", "-o", "m.mo", "m.po"], cwd=tmp_path, check=True, capture_output=True)
    for name in ("m.po", "m.mo"):
        found = [(entry.source, entry.target, entry.target_locale) for entry in read_memory(tmp_path / name)]
        assert found == [("one wave", "fala", "pl"), ("%d waves", "%d fal", "pl")]


def by_hand(*messages: tuple[bytes, bytes]) -> bytes:
    """An MO file whose texts stand behind its tables, a pair after the other."""
    tables, texts = [b"", b""], b""
    begin = 28 + 16 * len(messages)
    for message in messages:
        for side, text in enumerate(message):
            tables[side] += struct.pack("<2I", len(text), begin + len(texts))
            texts += text + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(messages), 28, 28 + 8 * len(messages), 0, 0) + b"".join(tables) + texts


def test_the_charset_of_the_header_is_used() -> None:
    header = b"Language: sr@latin\nContent-Type: text/plain; charset=ISO-8859-2\n"
    (entry,) = read(by_hand((b"", header), (b"tide", "plima ž".encode("iso-8859-2"))))
    assert (entry.target, entry.source_locale, entry.target_locale) == ("plima ž", "en-US", "sr-Latn")


def test_a_catalogue_without_a_header_takes_the_locales_given() -> None:
    data = by_hand((b"tide", b"flot"))
    assert [(one.source_locale, one.target_locale) for one in read(data, source_locale="en", target_locale="fr")] == [
        ("en", "fr")
    ]
    assert [one.target_locale for one in read(data)] == ["und"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "m.mo: is no MO file;"),
        (b"no catalogue, only a text", "m.mo: is no MO file;"),
        (compiled(ENTRIES)[:30], "m.mo: is cut: message 1 of 4 is not there;"),
        (compiled(ENTRIES)[:-4], "m.mo: is damaged or cut at message"),
        (by_hand((b"", b"Content-Type: text/plain; charset=UTF-8\n"), (b"a", b"\xff")), "m.mo: is not text in UTF-8"),
        (by_hand((b"", b"Content-Type: text/plain; charset=nonsense\n"), (b"a", b"b")), "m.mo: is not text in nonsense"),
        (
            by_hand((b"", b"Language: klingon language\n"), (b"a", b"b")),
            "m.mo: 'klingon language' is neither a locale of gettext",
        ),
        (compiled(ENTRIES)[:4] + b"\0\0\x02\0" + compiled(ENTRIES)[8:], "m.mo: is an MO file of revision 2;"),
    ],
)
def test_a_damaged_mo_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(data)
    assert str(caught.value).startswith(said)
    assert caught.value.cure


# --- PO of other programs --------------------------------------------------------------------------------------------

OTHERS = """# A translator's comment.
msgid ""
msgstr ""
"Language: sr_RS@latin\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

#. 0a1b2-p101 HT
#: docs/tides.md docs/ferry.md:12
msgid "High"
msgstr "Visoka"

#, fuzzy, c-format
#| msgid "Low tides"
msgid "Low"
msgstr "Niska"

#. a remark of a programmer: use MT
msgctxt "menu"
msgid "High"
msgstr "Gore"

msgid "Without a translation"
msgstr ""

msgid "one"
msgid_plural "many"
msgstr[0] "jedan"
msgstr[1] "dva"
msgstr[2] "mnogo"

#, fuzzy
#~ msgid "Gone"
#~ msgstr "Nema"
"""


def test_po_of_others_is_read(tmp_path: Path) -> None:
    (tmp_path / "m.po").write_text(OTHERS, "utf-8")
    locales = ("en-GB", "sr-Latn-RS")
    tides = Origin("docs/tides.md", "markdown", *locales)
    assert list(po.read(tmp_path / "m.po", source_locale="en-GB")) == [
        Entry("High", "Visoka", *locales, "0a1b2-p101", tides, ("docs/tides.md", "docs/ferry.md"), "HT", segtype="paragraph"),
        Entry("Low", "Niska", *locales, fuzzy=True),
        Entry("High", "Gore", *locales, variant="menu"),
        Entry("one", "jedan", *locales),
        Entry("many", "mnogo", *locales),
    ]


def test_a_packed_po_is_read_and_its_damage_has_its_name_and_line(tmp_path: Path) -> None:
    # A line separator inside a string: gettext's lines end at LF only.
    text = OTHERS.replace("Visoka", "Vi\u2028soka")
    (tmp_path / "m.po").write_text(text, "utf-8")
    (tmp_path / "m.po.gz").write_bytes(gzip.compress(text.encode()))
    assert list(read_memory(tmp_path / "m.po.gz")) == list(read_memory(tmp_path / "m.po"))
    (tmp_path / "bad.po.gz").write_bytes(gzip.compress(b'msgid ""\nmsgstr ""\n\nnonsense\n'))
    with pytest.raises(FormatError) as caught:
        list(read_memory(tmp_path / "bad.po.gz"))
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "bad.po.gz"), 4)


@pytest.mark.parametrize("line", ['msgstr "b', 'msgstr "b" c"', "msgstr b", "msgid_plural", '"b\\"', "nonsense"])
def test_a_string_that_is_not_closed_is_no_shorter_string(tmp_path: Path, line: str) -> None:
    (tmp_path / "m.po").write_text(f'# "a comment\n\nmsgid "a"\n{line}\n', "utf-8")
    with pytest.raises(FormatError, match=r"m\.po:4: "):
        list(po.read(tmp_path / "m.po"))


@pytest.mark.parametrize("rest", ['msgid "Ebb"\n', 'msgctxt "tide"\n', 'msgid "Ebb"\nmsgid_plural "Ebbs"\n'])
def test_a_po_that_ends_in_a_message_is_cut_off(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "m.po"
    path.write_text('msgid "Tide"\nmsgstr "Marée"\n\n' + rest, "utf-8")
    with pytest.raises(FormatError, match=rf"m\.po:{3 + rest.count(chr(10))}: ends in the middle of a message; run msgfmt"):
        list(po.read(path))


def test_a_byte_that_is_no_text_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "m.po"
    path.write_bytes('msgid "Tide"\nmsgstr ""\n"Marée"\n'.encode("latin-1"))
    with pytest.raises(FormatError, match=r"m\.po:3: is not text in utf-8; run msgfmt"):
        list(po.read(path))


HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset={}\\n"\n'


@pytest.mark.parametrize(
    ("charset", "told"),
    [
        ("ascii", r"m\.po:6: is not text in ascii; run msgfmt"),
        ("UTF-16", r"m\.po: is not text in UTF-16; run msgfmt"),
        ("UTF-32", r"m\.po: is not text in UTF-32; run msgfmt"),
        ("idna", r"m\.po: is not text in idna; run msgfmt"),
    ],
)
def test_a_po_that_is_not_in_the_charset_of_its_header_is_refused(tmp_path: Path, charset: str, told: str) -> None:
    path = tmp_path / "m.po"
    path.write_text(HEADER.format(charset) + '\nmsgid "Tide"\nmsgstr "Marée"\n', "utf-8")
    with pytest.raises(FormatError, match=told):
        list(po.read(path))


@pytest.mark.parametrize("charset", ["ascii", "UTF-16", "idna", "punycode", "undefined", "none", "hex"])
def test_a_mo_that_is_not_in_the_charset_of_its_header_is_refused(charset: str) -> None:
    stream = io.BytesIO()
    mo.write(stream, [Entry("Tide", "Marée", "en-US", "fr-FR")], source_locale="en-US", target_locale="fr-FR")
    data = stream.getvalue().replace(b"charset=UTF-8\n", f"charset={charset:<5}\n".encode())
    if len(charset) > 5:
        data = stream.getvalue().replace(b"plain; charset=UTF-8\n", f"{';' * (12 - len(charset))}charset={charset}\n".encode())
    assert len(data) == len(stream.getvalue())
    with pytest.raises(FormatError, match=f"is not text in {charset}, as its header says"):
        list(mo.read(io.BytesIO(data)))


def test_blanks_in_names_of_pages_come_back(tmp_path: Path) -> None:
    names = ("a b.md", "50%.md", "c%2Fd.md", "%FF.md", "\u2003\u00a0.md")
    with (tmp_path / "m.po").open("w", encoding="utf-8") as stream:
        po.write(stream, [Entry("Tide", "Marée", "en-US", "fr-FR", pages=names)], header=po.Header("en-US", "fr-FR"))
    (entry,) = po.read(tmp_path / "m.po")
    assert entry.pages == names
    assert entry.origin == Origin("a b.md", "markdown", "en-US", "fr-FR")


def test_a_po_in_another_charset_is_read_as_its_header_says(tmp_path: Path) -> None:
    header = 'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=ISO-8859-1\\n"\n'
    text = f'{header}\nmsgid "tide"\nmsgstr "marée"\n'
    (tmp_path / "m.po").write_bytes(text.encode("latin-1"))
    assert [entry.target for entry in po.read(tmp_path / "m.po")] == ["marée"]


def test_a_po_that_names_no_locale_takes_the_one_given_and_refuses_nonsense(tmp_path: Path) -> None:
    path = tmp_path / "m.po"
    path.write_text('msgid "tide"\nmsgstr "flot"\n', "utf-8")
    (entry,) = po.read(path, target_locale="fr-FR")
    assert (entry.source_locale, entry.target_locale) == ("en-US", "fr-FR")
    path.write_text('msgid ""\nmsgstr "Language: klingon language\\n"\n\nmsgid "tide"\nmsgstr "flot"\n', "utf-8")
    with pytest.raises(FormatError, match=r"m\.po: header: 'klingon language' is neither a locale"):
        list(po.read(path))


def test_a_po_of_comments_alone_and_one_with_a_mark_of_byte_order_are_read(tmp_path: Path) -> None:
    path = tmp_path / "m.po"
    path.write_text("# nothing is translated yet\n", "utf-8")
    assert list(po.read(path)) == []
    path.write_text('\ufeffmsgid "tide"\nmsgstr "flot"\n', "utf-8")
    assert [entry.target for entry in po.read(path)] == ["flot"]


def test_a_po_is_this_to_the_letter() -> None:
    """One line for each string; what is not known of an entry is not said."""
    entries = [Entry(f"Tide {number}", "Marée", "en-US", "fr-FR") for number in range(2_000)]
    stream = io.StringIO(newline="\n")
    header = po.Header("en-US", "fr-FR", "2021-03-04", "CC BY\n  4.0")
    assert po.write(stream, entries, header=header) == 2_000
    assert stream.getvalue() == (
        "# Licence of the text: CC BY 4.0\n"
        'msgid ""\n'
        'msgstr ""\n'
        '"Project-Id-Version: bilingual pages\\n"\n'
        '"Report-Msgid-Bugs-To: \\n"\n'
        '"POT-Creation-Date: 2021-03-04 00:00+0000\\n"\n'
        '"PO-Revision-Date: 2021-03-04 00:00+0000\\n"\n'
        '"Last-Translator: unknown <unknown@example.org>\\n"\n'
        '"Language-Team: fr_FR <unknown@example.org>\\n"\n'
        '"Language: fr_FR\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
        f'"X-Generator: align-tm {__version__}\\n"\n'
        '"X-Source-Language: en-US\\n"\n'
    ) + "".join(f'\nmsgid "Tide {number}"\nmsgstr "Marée"\n' for number in range(2_000))


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("fr_FR", "fr-FR"),
        ("sr@latin", "sr-Latn"),
        ("sr_RS@latin", "sr-Latn-RS"),
        ("uz_UZ@cyrillic", "uz-Cyrl-UZ"),
        ("ca_ES@valencia", "ca-ES-valencia"),
        ("de_DE@euro", "de-DE"),
        ("fr_FR.UTF-8", "fr-FR"),
        ("zh_Hant_TW", "zh-Hant-TW"),
        ("pt-BR", "pt-BR"),
        ("be@tarask", "be-tarask"),
    ],
)
def test_names_of_gettext_become_tags(name: str, tag: str) -> None:
    assert from_gettext(name) == tag == canonical(tag)


@pytest.mark.parametrize("tag", ["fr-FR", "zh-TW", "sr-Latn-RS", "uz-Cyrl-UZ", "pt-BR", "bs-Cyrl-BA"])
def test_a_tag_with_a_region_comes_back_from_gettext(tag: str) -> None:
    assert gettext_name(from_gettext(gettext_name(tag))) == gettext_name(tag)
