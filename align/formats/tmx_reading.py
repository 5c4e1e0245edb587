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
_SAY_IT = "say which language is the source (--source-locale, source_locale)"
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


def _entries(unit: etree._Element, segments: list[_Segment], source_locale: str) -> Iterator[Entry]:
    sources = [segment for segment in segments if segment.locale == source_locale]
    props = _props(unit)
    for target in segments:
        if target.locale != source_locale and target.text:
            yield from (_entry(unit, props, source, target) for source in sources if source.text)


class _Source:
    """The source locale of a file, and whether its units have it."""

    def __init__(self, locale: str, declared: str, path: Path | None) -> None:
        self.locale = locale
        self._declared = declared
        self._path = path
        self._is_met = False
        self._lacking: int | None = None
        """Line of the first unit without it."""

    def ask(self, unit: etree._Element, segments: list[_Segment]) -> None:
        """Refuse a unit without the source where its own srclang, or else the header's, says that it is there."""
        if any(segment.locale == self.locale for segment in segments):
            self._is_met = True
        elif (unit.get("srclang") or self._declared).lower() == self.locale.lower():
            cure = "write one tag in srclang and in xml:lang, or remove the unit"
            raise FormatError(f"a unit has no {self.locale} segment", path=self._path, line=line_of(unit), cure=cure)
        elif self._lacking is None:
            self._lacking = line_of(unit)

    def end(self) -> None:
        """Refuse a file of which no unit had it."""
        if self._lacking is not None and not self._is_met:
            raise FormatError(f"no unit has a {self.locale} segment", path=self._path, line=self._lacking, cure=_SAY_IT)


def _source_of(header: etree._Element, wanted: str | None, unnamed: str | None, path: Path | None) -> _Source:
    """The source locale of a file."""
    srclang = header.get("srclang") or "*all*"
    if srclang.lower() == "*all*":  # TMX 1.4b, section 4.2: any language of a unit may be its source
        said = wanted or unnamed
        if said is None:
            raise FormatError('names no source language (srclang="*all*")', path=path, line=line_of(header), cure=_SAY_IT)
        return _Source(said, "", path)
    if wanted is not None:
        return _Source(wanted, srclang, path)
    try:
        return _Source(canonical(srclang), srclang, path)
    except LocaleError as error:
        raise FormatError(f"header: {error.what}", path=path, line=line_of(header), cure=error.cure) from error


def _say_segtype(unit: etree._Element, segtype: str) -> None:
    """Let a unit that does not say its kind say what the header says of all such units."""
    if segtype == "paragraph" and unit.get("segtype") is None:
        unit.set("segtype", segtype)


def read(
    stream: IO[bytes], *, path: Path | None = None, source_locale: str | None = None, fallback: str | None = None
) -> Iterator[Entry]:
    """Read a memory, an entry per unit and target segment, found by ``xml:lang`` and never by position.

    A unit with an empty source is passed over, and so is an empty target. Of a unit with several segments of one
    language each is read. A unit with a page (the property ``x-page``) has an origin. Where neither the header nor the unit
    says that the source language is there (``srclang="*all*"``, or another one), a unit without it is passed over. Inline
    codes are read as the native text that they hold. Streams: a unit is forgotten when the next one is read.

    Parameters
    ----------
    stream : binary stream.
    path : name of the file, for errors.
    source_locale : BCP 47, the language to take for the source, whatever the header says.
    fallback : BCP 47, the same for a file whose header names none (``srclang="*all*"``, or none at all).

    Raises
    ------
    LocaleError
        ``source_locale`` is not BCP 47.
    FormatError
        It is not well-formed XML, declares entities, is not TMX; a unit lacks the source that ``srclang`` promises, or all do.
    """
    wanted = None if source_locale is None else canonical(source_locale)
    source: _Source | None = None
    segtype = ""
    for event, element in elements(stream, ("header", "tu"), path):
        if element.tag == "header" and event == "start":
            source, segtype = _source_of(element, wanted, fallback, path), element.get("segtype", "")
        elif element.tag == "tu" and event == "end":
            if source is None:
                break
            _say_segtype(element, segtype)
            segments = _segments(element, path)
            source.ask(element, segments)
            yield from _entries(element, segments, source.locale)
            forget(element)
    if source is None:
        raise FormatError("is not TMX: it has no header", path=path, cure="give a TMX 1.4 file")
    source.end()
