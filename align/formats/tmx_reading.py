"""Read TMX 1.4b (LISA OSCAR, 2005) of any level and any number of locales: with lxml, incrementally, without its DTD."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from align.errors import FormatError, LocaleError
from align.formats.entry import Entry
from align.formats.provenance import is_day, origin_of
from align.formats.xml_reading import elements, forget, line_of, text_of
from align.locales import canonical
from align.model import TranslationType

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["read"]

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPES: dict[str, TranslationType] = {"HT": "HT", "MT": "MT"}
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T[0-9]{6}Z")


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
