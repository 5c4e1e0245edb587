"""XLIFF 1.2 (OASIS Standard, 2008-02-01), transitional: raw text without inline codes, one language pair per document.

A ``<file>`` (section 2.2) stands for a run of entries of one page, a ``<trans-unit>`` for an entry. Its ``id`` is made
of locales and texts, so that it is the same in every revision of a page; ``resname`` is the unit's id on the page.

Lost: all pages but one, the name of a variant, and what is known of the page beyond its name, but for what the note
says to people. Written as text, streaming; read with lxml, incrementally, entities, DTD and network off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape
from itertools import groupby
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, TextIO

from align.errors import FormatError, LocaleError, OptionError
from align.formats.entry import Entry, digest
from align.locales import canonical
from align.model import TranslationType

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["join", "read", "write", "write_part"]

_XLIFF = "{urn:oasis:names:tc:xliff:document:1.2}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_BEGIN = f'<?xml version="1.0" encoding="UTF-8"?>\n<xliff version="1.2" xmlns="{_XLIFF[1:-1]}">\n'
_END = "</xliff>\n"
_BODY, _BODY_END = "    <body>\n", "    </body>\n  </file>\n"
_AUTHOR = "align-tm"
_NOTE = re.compile(r"translation type: (HT|MT|unknown)(; fuzzy)?")
_TYPES: dict[str, TranslationType] = {"HT": "HT", "MT": "MT"}
_SAFELY = {"resolve_entities": False, "load_dtd": False, "no_network": True}
# Section 2.3, "state" and "state-qualifier".
_MACHINE = frozenset({"leveraged-mt", "mt-suggestion"})
_DONE = frozenset({"translated", "signed-off", "final"})


def _text(text: str) -> str:
    # A bare CR would be read as a line feed (XML 1.0, section 2.11).
    return escape(text, quote=False).replace("\r", "&#13;")


def _attribute(text: str) -> str:
    return escape(text).replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#9;")


@lru_cache(maxsize=10_000)
def _note(entry_type: str, fuzzy: bool, handoff: str | None, commit: str | None, licence: str | None) -> str:
    text = f"translation type: {entry_type}" + ("; fuzzy" if fuzzy else "")
    known = {"hand-off": handoff, "source commit": commit, "licence": licence}
    text += "".join([f"; {name}: {value}" for name, value in known.items() if value])
    return f'<note from="{_AUTHOR}" annotates="target">{_text(text)}</note>'


def _unit(entry: Entry) -> str:
    origin, kind = entry.origin, entry.translation_type
    page_facts = (None, None, None) if origin is None else (origin.handoff, origin.source_commit, origin.licence)
    ident = digest(entry.source_locale, entry.target_locale, entry.source, entry.target)
    name = "" if entry.id is None else f' resname="{_attribute(entry.id)}"'
    approved, state = "", "needs-review-translation"
    if kind == "HT" and not entry.fuzzy:
        # translate-toolkit takes every unit that is not approved for fuzzy, whatever its state.
        approved, state = ' approved="yes"', "translated"
    qualifier = ' state-qualifier="leveraged-mt"' if kind == "MT" else ""
    return (
        f'      <trans-unit id="{ident}"{name}{approved} xml:space="preserve">\n'
        f"        <source>{_text(entry.source)}</source>\n"
        f'        <target state="{state}"{qualifier}>{_text(entry.target)}</target>\n'
        f"        {_note(kind or 'unknown', entry.fuzzy, *page_facts)}\n"
        "      </trans-unit>\n"
    )


def _page(entry: Entry) -> str:
    return entry.origin.page if entry.origin is not None else entry.pages[0] if entry.pages else ""


def write(stream: TextIO, entries: Iterable[Entry], *, source_locale: str, target_locale: str) -> int:
    """Write a document of one language pair; returns how many entries.

    HT is ``translated`` and approved; the rest is ``needs-review-translation``, as is what is fuzzy, and MT has the
    qualifier ``leveraged-mt``. ``original`` is empty for entries without a page.

    Parameters
    ----------
    stream : text stream in UTF-8 with LF line ends.
    entries : no characters that XML does not allow, no pair twice in a page; not checked here. Page by page, for each
        run makes a ``<file>``.
    source_locale, target_locale : BCP 47, those of all entries; an entry with others raises OptionError.
    """
    stream.write(_BEGIN)
    count = write_part(stream, entries, source_locale=source_locale, target_locale=target_locale)
    if count == 0:
        stream.write(_nothing(source_locale, target_locale))
    stream.write(_END)
    return count


def _file(page: str, source_locale: str, target_locale: str) -> str:
    languages = f'source-language="{_attribute(source_locale)}" target-language="{_attribute(target_locale)}"'
    return f'  <file original="{_attribute(page)}" {languages} datatype="plaintext">\n{_BODY}'


def _nothing(source_locale: str, target_locale: str) -> str:
    """What a document without entries holds: the schema wants one <file> at least."""
    return _file("", source_locale, target_locale) + _BODY_END


def write_part(stream: TextIO, entries: Iterable[Entry], *, source_locale: str, target_locale: str) -> int:
    """Write what stands between a document's beginning and its end, as :func:`write` does, for :func:`join`."""
    count = 0
    for page, run in groupby(entries, _page):
        stream.write(_file(page, source_locale, target_locale))
        for entry in run:
            if (entry.source_locale, entry.target_locale) != (source_locale, target_locale):
                wrong = f"an entry is {entry.source_locale} to {entry.target_locale}, not {source_locale} to {target_locale}"
                raise OptionError(wrong, cure="write a document for each language pair")
            stream.write(_unit(entry))
            count += 1
        stream.write(_BODY_END)
    return count


def join(stream: IO[bytes], parts: Iterable[Path], *, source_locale: str, target_locale: str) -> None:
    """Make one document of what :func:`write_part` wrote; a ``<file>`` that a part ends with may go on in the next one."""
    stream.write(_BEGIN.encode())
    body, end, last = _BODY.encode(), _BODY_END.encode(), b""
    for part in parts:
        with part.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as data:
            begin = data.find(body) + len(body)
            if data[:begin] != last:
                stream.write(end if last else b"")
                begin = 0
            stream.write(memoryview(data)[begin : -len(end)])
            at = data.rfind(b"  <file original=")  # in a text it would be escaped
            last = data[at : data.find(body, at) + len(body)]
    stream.write(end if last else _nothing(source_locale, target_locale).encode())
    stream.write(_END.encode())


class _File(NamedTuple):
    page: str
    source_locale: str
    target_language: str


def _damaged(what: str, element: etree._Element, path: Path | None, cure: str | None) -> FormatError:
    line = element.sourceline
    return FormatError(what, path=path, line=line if isinstance(line, int) else None, cure=cure)


def _locale(tag: str | None, element: etree._Element, path: Path | None) -> str:
    try:
        return canonical(tag or "")
    except LocaleError as error:
        raise _damaged(error.what, element, path, error.cure) from error


def _joined(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _entry(unit: etree._Element, file: _File, path: Path | None) -> Entry | None:
    """The entry of a unit; None when it is not translated."""
    source, target = unit.find(f"{_XLIFF}source"), unit.find(f"{_XLIFF}target")
    if source is None or not file.source_locale:
        raise _damaged("a trans-unit has no source or stands in no file", unit, path, "export it again")
    if target is None or not (source_text := _joined(source)) or not (target_text := _joined(target)):
        return None
    locale = _locale(target.get(_XML_LANG) or file.target_language, target, path)
    notes = [_NOTE.match(note.text or "") for note in unit.iterchildren(f"{_XLIFF}note") if note.get("from") == _AUTHOR]
    note = next(filter(None, notes), None)
    state, kind = target.get("state", ""), _TYPES.get(note[1]) if note else None
    if target.get("state-qualifier") in _MACHINE:
        kind = "MT"
    elif state in _DONE:
        kind = "HT"
    fuzzy = (state == "new" or state.startswith("needs-")) and (note is None or note[2] is not None)
    pages = (file.page,) if file.page else ()
    return Entry(source_text, target_text, file.source_locale, locale, unit.get("resname"), None, pages, kind, fuzzy)


def _forget(element: etree._Element) -> None:
    """Free the element and what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def read(stream: IO[bytes], *, path: Path | None = None) -> Iterator[Entry]:
    """Read the translated units of a document; those without a target, or with an empty side, are passed over.

    Inline codes are read as the text they hold. A finished state (``translated``, ``signed-off``, ``final``) is HT,
    unless its qualifier says MT. What needs review is fuzzy, but for units whose note, as written here, does not say so.

    Parameters
    ----------
    stream : binary stream.
    path : name of the file, for errors.

    Raises
    ------
    FormatError
        The file is not well-formed XML, not XLIFF 1.2, or a unit has no source or no locale.
    """
    from lxml import etree

    tags = tuple(_XLIFF + name for name in ("xliff", "file", "group", "trans-unit"))
    known, file = False, _File("", "", "")
    try:
        for event, element in etree.iterparse(stream, ("start", "end"), tag=tags, **_SAFELY):
            known = True
            if event == "end":
                if element.tag == f"{_XLIFF}trans-unit" and (entry := _entry(element, file, path)) is not None:
                    yield entry
                _forget(element)
            elif element.tag == f"{_XLIFF}file":
                locale = _locale(element.get("source-language"), element, path)
                file = _File(element.get("original") or "", locale, element.get("target-language") or "")
    except etree.XMLSyntaxError as error:
        what = f"is not well-formed: {error.msg}"
        raise FormatError(what, path=path, line=error.lineno or None, cure="export it again") from error
    if not known:
        raise FormatError("is not XLIFF 1.2", path=path, cure="export it as XLIFF 1.2")
