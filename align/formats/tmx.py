"""TMX 1.4b (LISA OSCAR, 2005), one target locale per file: raw text (level 1), or with inline codes (level 2).

Written as text: ten times faster than an XML tree, and streaming. Read with lxml, incrementally, entities, DTD and
network off. What real programs need beyond the DTD stands beside each rule (``docs/formats.md``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, TextIO

from align.errors import FormatError, LocaleError
from align.formats.entry import Entry, Segtype, batched, digest_of_texts
from align.formats.provenance import is_day, origin_of
from align.formats.xml_reading import elements, forget, line_of, text_of
from align.legal import without_illegal
from align.locales import canonical
from align.model import TranslationType
from align.version import __version__

if TYPE_CHECKING:
    from lxml import etree

    from align.formats.codes import Elements
    from align.inline import Code, Mark

__all__ = ["END", "begin", "encode_unit", "read", "unit", "write"]

#: What follows the last unit.
END = "  </body>\n</tmx>\n"
_UNIT, _UNIT_END = b'    <tu tuid="', b"</seg></tuv>\n    </tu>\n"

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPES: dict[str, TranslationType] = {"HT": "HT", "MT": "MT"}
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T[0-9]{6}Z")
# TMX 1.4b, section 4.3, attribute "type": the standard's own words; all others get "x-".
_CODE_TYPES = {name: name for name in ("bold", "italic", "link", "image", "lb")} | {"footnote": "fnote"}


def _text(text: str) -> str:
    if "&" not in text and "<" not in text and ">" not in text:
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _value(text: str) -> str:
    """A value that comes from a page's metadata or name, which may hold anything."""
    return _text(without_illegal(text))


def _attribute(text: str) -> str:
    return _text(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def begin(source_locale: str, licence: str | None = None) -> str:
    """What comes before the first unit.

    Parameters
    ----------
    source_locale : BCP 47; goes byte for byte into ``srclang``.
    licence : licence of the texts, for the header's note.
    """
    # All seven attributes: without srclang OmegaT 3.6 crashes and Weblate refuses. creationtool is not "OmegaT", which
    # would switch OmegaT to its private parser. No creationdate: it could only come from the clock.
    note = "" if licence is None else f"\n    <note>Licence of the text: {_value(licence)}</note>\n  "
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
        '<tmx version="1.4">\n'
        f'  <header creationtool="align-tm" creationtoolversion="{_attribute(__version__)}" segtype="sentence"'
        f' o-tmf="bilingual-pages" adminlang="en-US" srclang="{_attribute(source_locale)}" datatype="plaintext">'
        f"{note}</header>\n"
        "  <body>\n"
    )


@lru_cache(maxsize=10_000)
def _around(
    locales: tuple[str, str],
    page: str | None,
    kind: TranslationType | None,
    segtype: Segtype,
    revision: tuple[str | None, str | None, str | None],
) -> tuple[bytes, bytes]:
    """What stands between a unit's name and its source, and between source and target: the same for many units of a page.

    Provenance: types begin with ``x-``, for OmegaT never inserts a unit with a prop ``file``, ``id`` or ``path``.

    Parameters
    ----------
    revision : hand-off, commit and licence of the page.
    """
    handoff, commit, licence = revision
    values = {
        "x-page": page,
        "x-translation-type": kind or "unknown",
        "x-source-commit": commit,
        "x-licence": licence,
    }
    props = "".join(f'<prop type="{name}">{_value(value)}</prop>' for name, value in values.items() if value)
    date = "" if handoff is None else f' creationdate="{handoff.replace("-", "")}T000000Z"'
    # Only "paragraph" lets OmegaT split a unit into sentences; the p ids hold several.
    paragraph = ' segtype="paragraph"' if segtype == "paragraph" else ""
    before = f'"{date}{paragraph}>{props}\n      <tuv xml:lang="{locales[0]}"><seg>'
    return before.encode(), f'</seg></tuv>\n      <tuv xml:lang="{locales[1]}"><seg>'.encode()


def _code(mark: Mark) -> str:
    name, code, i, x = mark
    text = _text(code.text)
    if name == "ept":
        return f'<ept i="{i}">{text}</ept>'
    kind = _CODE_TYPES.get(code.type) or f"x-{code.type}"
    if name == "bpt":
        return f'<bpt i="{i}" x="{x}" type="{kind}">{text}</bpt>'
    if name == "ph":
        return f'<ph x="{x}" type="{kind}">{text}</ph>'
    return f'<it pos="{"begin" if code.role == "open" else "end"}" x="{x}" type="{kind}">{text}</it>'


@lru_cache(maxsize=10_000)
def _codes(source: tuple[Code, ...], target: tuple[Code, ...]) -> Elements:
    from align.formats.codes import rendered

    return rendered(source, target, _code)


def unit(entry: Entry, *, codes: bool = False) -> str:
    """One unit.

    Parameters
    ----------
    codes : whether the markup of its texts becomes inline codes (level 2), as its page's container has it.
    """
    return encode_unit(entry, codes=codes).decode()


def encode_unit(entry: Entry, *, codes: bool = False) -> bytes:
    """:func:`unit` in UTF-8, for less than the text costs: the texts are encoded once, for the unit's name and for the file."""
    source, target = entry.source.encode(), entry.target.encode()
    locales, origin = (entry.source_locale, entry.target_locale), entry.origin
    texts = source + b"\0" + target
    name = digest_of_texts(*locales, texts)
    if codes:
        from align.formats.codes import coded

        source, target = map(str.encode, coded(entry, _codes, _text))
    elif texts.translate(None, b"&<>") != texts:
        source, target = _text(entry.source).encode(), _text(entry.target).encode()
    page = entry.pages[0] if entry.pages else None
    revision: tuple[str | None, str | None, str | None] = (None, None, None)
    if origin is not None:
        page, revision = origin.page, (origin.handoff, origin.source_commit, origin.licence)
    before, between = _around(locales, page, entry.translation_type, entry.segtype, revision)
    return b"".join((_UNIT, name.encode(), before, source, between, target, _UNIT_END))


def write(
    stream: TextIO,
    entries: Iterable[Entry],
    *,
    source_locale: str,
    licence: str | None = None,
    codes: bool = False,
) -> int:
    """Write a memory of one language pair, made of :func:`begin`, :func:`unit` and :data:`END`; returns how many units.

    Parameters
    ----------
    stream : text stream in UTF-8 with LF line ends.
    entries : texts without characters that XML does not allow, trimmed, no pair twice; not checked again here.
    source_locale : BCP 47; goes byte for byte into ``srclang`` and every source ``tuv``, which Poedit compares.
    licence : licence of the texts, named in the header.
    codes : level 2: markup as ``bpt``, ``ept``, ``ph`` and ``it``, with the native text inside.
    """
    make = partial(encode_unit, codes=codes)
    stream.write(begin(source_locale, licence))
    count = 0
    for batch in batched(entries):
        stream.write(b"".join(map(make, batch)).decode())
        count += len(batch)
    stream.write(END)
    return count


@lru_cache(maxsize=1024)
def _day(date: str) -> str | None:
    """``YYYY-MM-DD`` of a TMX date (TMX 1.4b, section 4.2, ``creationdate``); None where it is none."""
    found = _DATE.match(date)
    day = None if found is None else "-".join(found.groups())
    return day if day is not None and is_day(day) else None


class _Segment(NamedTuple):
    locale: str
    text: str
    variant: etree._Element


def _segments(unit: etree._Element, path: Path | None) -> list[_Segment]:
    """The segments of a unit, with canonical locales."""
    found = []
    for variant in unit.iterchildren("tuv"):
        tag = variant.get(_XML_LANG) or variant.get("lang") or ""
        segment = variant.find("seg")
        try:
            locale = canonical(tag)
        except LocaleError as error:
            raise FormatError(error.what, path=path, line=line_of(variant), cure=error.cure) from error
        if segment is not None:
            found.append(_Segment(locale, text_of(segment), variant))
    return found


def _props(element: etree._Element) -> dict[str | None, str]:
    return {prop.get("type"): prop.text or "" for prop in element.iterchildren("prop")}


def _entry(unit: etree._Element, props: dict[str | None, str], source: _Segment, target: _Segment) -> Entry:
    """The entry of a segment; what its own element says of date and type goes before what the unit says."""
    own = _props(target.variant)
    page = props.get("x-page")
    handoff = _day(target.variant.get("creationdate") or unit.get("creationdate") or "")
    pair = source.locale, target.locale
    facts = handoff, props.get("x-source-commit") or None, props.get("x-licence") or None
    return Entry(
        source.text,
        target.text,
        *pair,
        origin=origin_of(page, pair, *facts) if page else None,
        pages=(page,) if page else (),
        translation_type=_TYPES.get(own.get("x-translation-type", props.get("x-translation-type", ""))),
        segtype="paragraph" if unit.get("segtype") == "paragraph" else "sentence",
    )


def _entries(unit: etree._Element, source_locale: str, path: Path | None) -> Iterator[Entry]:
    segments = _segments(unit, path)
    sources = [segment for segment in segments if segment.locale == source_locale]
    if not sources:
        cure = "write one tag in srclang and in xml:lang, or remove the unit"
        raise FormatError(f"a unit has no {source_locale} segment", path=path, line=line_of(unit), cure=cure)
    props = _props(unit)
    for target in segments:
        if target.locale != source_locale and target.text:
            yield from (_entry(unit, props, source, target) for source in sources if source.text)


def _source_of(header: etree._Element, wanted: str | None, unnamed: str | None, path: Path | None) -> str:
    """The source locale of a file."""
    if wanted is not None:
        return wanted
    srclang = header.get("srclang") or "*all*"
    if srclang.lower() == "*all*":  # TMX 1.4b, section 4.2: any language of a unit may be its source
        if unnamed is not None:
            return unnamed
        cure = "say which language is the source (source_locale)"
        raise FormatError('names no source language (srclang="*all*")', path=path, line=line_of(header), cure=cure)
    try:
        return canonical(srclang)
    except LocaleError as error:
        raise FormatError(f"header: {error.what}", path=path, line=line_of(header), cure=error.cure) from error


def read(
    stream: IO[bytes], *, path: Path | None = None, source_locale: str | None = None, fallback: str | None = None
) -> Iterator[Entry]:
    """Read a memory, an entry per unit and target segment, found by ``xml:lang`` and never by position.

    A unit with an empty source is passed over, and so is an empty target. Of a unit with several segments of one
    language each is read. A unit with a page (the property ``x-page``) has an origin.

    Inline codes are read as the native text that they hold. Streams: a unit is forgotten when the next one is read.

    Parameters
    ----------
    stream : binary stream.
    path : name of the file, for errors.
    source_locale : BCP 47, the language to take for the source, whatever the header says.
    fallback : BCP 47, the language to take for the source of a file whose header names none (``srclang="*all*"``, or
        none at all).

    Raises
    ------
    LocaleError
        ``source_locale`` is not BCP 47.
    FormatError
        The file is not well-formed XML, declares entities, is not TMX, or a unit lacks the source language.
    """
    wanted = None if source_locale is None else canonical(source_locale)
    source = segtype = ""
    for event, element in elements(stream, ("header", "tu"), path):
        if element.tag == "header" and event == "start":
            source, segtype = _source_of(element, wanted, fallback, path), element.get("segtype", "")
        elif element.tag == "tu" and event == "end":
            if not source:
                break
            if segtype == "paragraph" and element.get("segtype") is None:  # the header's word is that of all units without
                element.set("segtype", segtype)
            yield from _entries(element, source, path)
            forget(element)
    if not source:
        raise FormatError("is not TMX: it has no header", path=path, cure="give a TMX 1.4 file")
