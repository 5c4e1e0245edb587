"""TMX 1.4b (LISA OSCAR, 2005) at level 1: raw text, no inline codes, one target locale per file.

Written as text: ten times faster than an XML tree, and streaming. Read with lxml, incrementally, entities, DTD and
network off. What real programs need beyond the DTD stands beside each rule (``docs/formats.md``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO

from align.errors import FormatError, LocaleError
from align.formats.entry import Entry, batched, digest
from align.legal import without_illegal
from align.locales import canonical
from align.model import TranslationType
from align.version import __version__

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["read", "write"]

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPES: dict[str, TranslationType] = {"HT": "HT", "MT": "MT"}


def _text(text: str) -> str:
    if "&" not in text and "<" not in text and ">" not in text:
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _value(text: str) -> str:
    """A value that comes from a page's metadata or name, which may hold anything."""
    return _text(without_illegal(text))


def _attribute(text: str) -> str:
    return _text(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def _header(source_locale: str, licence: str | None) -> str:
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
def _properties(page: str | None, kind: TranslationType | None, commit: str | None, licence: str | None) -> str:
    """Provenance: types begin with ``x-``, for OmegaT never inserts a unit with a prop ``file``, ``id`` or ``path``."""
    values = {
        "x-page": page,
        "x-translation-type": kind or "unknown",
        "x-source-commit": commit,
        "x-licence": licence,
    }
    return "".join(f'<prop type="{name}">{_value(value)}</prop>' for name, value in values.items() if value)


def _unit(entry: Entry) -> str:
    origin = entry.origin
    date = segtype = ""
    page = entry.pages[0] if entry.pages else None
    commit = licence = None
    if origin is not None:
        page, commit, licence = origin.page, origin.source_commit, origin.licence
        if origin.handoff is not None:
            date = f' creationdate="{origin.handoff.replace("-", "")}T000000Z"'
    if entry.segtype == "paragraph":
        # Only "paragraph" lets OmegaT split a unit into sentences; the p ids hold several.
        segtype = ' segtype="paragraph"'
    tuid = digest(entry.source_locale, entry.target_locale, entry.source, entry.target)
    props = _properties(page, entry.translation_type, commit, licence)
    return (
        f'    <tu tuid="{tuid}"{date}{segtype}>{props}\n'
        f'      <tuv xml:lang="{entry.source_locale}"><seg>{_text(entry.source)}</seg></tuv>\n'
        f'      <tuv xml:lang="{entry.target_locale}"><seg>{_text(entry.target)}</seg></tuv>\n'
        "    </tu>\n"
    )


def write(stream: TextIO, entries: Iterable[Entry], *, source_locale: str, licence: str | None = None) -> int:
    """Write a memory of one language pair; returns how many units.

    Parameters
    ----------
    stream : text stream in UTF-8 with LF line ends.
    entries : texts without characters that XML does not allow, trimmed, no pair twice; not checked again here.
    source_locale : BCP 47; goes byte for byte into ``srclang`` and every source ``tuv``, which Poedit compares.
    licence : licence of the texts, named in the header.
    """
    stream.write(_header(source_locale, licence))
    count = 0
    for batch in batched(entries):
        stream.write("".join(map(_unit, batch)))
        count += len(batch)
    stream.write("  </body>\n</tmx>\n")
    return count


def _line(element: etree._Element) -> int | None:
    line = element.sourceline
    return line if isinstance(line, int) else None


def _segments(unit: etree._Element, path: Path | None) -> dict[str, str]:
    """The text of each language's segment, by canonical locale."""
    found: dict[str, str] = {}
    for variant in unit.iterchildren("tuv"):
        tag = variant.get(_XML_LANG) or variant.get("lang") or ""
        segment = variant.find("seg")
        try:
            locale = canonical(tag)
        except LocaleError as error:
            raise FormatError(error.what, path=path, line=_line(variant), cure=error.cure) from error
        if segment is not None:
            found[locale] = "".join(str(text) for text in segment.itertext())
    return found


def _entries(unit: etree._Element, source_locale: str, path: Path | None) -> Iterator[Entry]:
    segments = _segments(unit, path)
    if source_locale not in segments:
        raise FormatError(f"a unit has no {source_locale} segment", path=path, line=_line(unit), cure="check srclang")
    props = {prop.get("type"): prop.text or "" for prop in unit.iterchildren("prop")}
    pages = (props["x-page"],) if props.get("x-page") else ()
    for locale, target in segments.items():
        if locale != source_locale and segments[source_locale] and target:
            yield Entry(
                segments[source_locale],
                target,
                source_locale,
                locale,
                pages=pages,
                translation_type=_TYPES.get(props.get("x-translation-type", "")),
                segtype="paragraph" if unit.get("segtype") == "paragraph" else "sentence",
            )


def read(stream: IO[bytes], *, path: Path | None = None) -> Iterator[Entry]:
    """Read a memory, an entry per unit and target locale, found by ``xml:lang`` and never by position.

    A unit with an empty source is passed over, and so is an empty target.

    Parameters
    ----------
    stream : binary stream.
    path : name of the file, for errors.

    Raises
    ------
    FormatError
        The file is not well-formed XML, not TMX, or a unit lacks the source language.
    """
    from lxml import etree

    source_locale = ""
    try:
        events = etree.iterparse(
            stream,
            events=("start", "end"),
            tag=("header", "tu"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
        )
        for event, element in events:
            if element.tag == "header" and event == "start":
                source_locale = canonical(element.get("srclang") or "")
            elif element.tag == "tu" and event == "end":
                yield from _entries(element, source_locale, path)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise FormatError(f"is not well-formed: {error.msg}", path=path, line=error.lineno, cure="export it again") from error
    except LocaleError as error:
        raise FormatError(f"header: {error.what}", path=path, cure=error.cure) from error
    if not source_locale:
        raise FormatError("is not TMX: it has no header", path=path, cure="give a TMX 1.4 file")
