"""XLIFF 1.2 (OASIS Standard, 2008-02-01), transitional: raw text, or with inline codes; one language pair per document.

A ``<file>`` (section 2.2) stands for a run of entries of one page, a ``<trans-unit>`` for an entry. Its ``id`` is made
of locales and texts, so that it is the same in every revision of a page; ``resname`` is the unit's id on the page.

Lost: all pages but one, the name of a variant, which entries are whole blocks, and of the page its container (told by its
name), its own type and the hash of its source. Written as text, streaming; read with lxml, incrementally, entities, DTD
and network off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, TextIO

from align.errors import FormatError, LocaleError, OptionError
from align.formats.entry import Entry, LocalePair, digest
from align.formats.provenance import is_day, origin_of
from align.formats.xml_reading import elements, forget, line_of, text_of
from align.legal import without_illegal
from align.locales import canonical
from align.model import Origin, TranslationType

if TYPE_CHECKING:
    from lxml import etree

    from align.formats.codes import Elements
    from align.inline import Code, Mark
    from align.inline.pairing import Insides

__all__ = ["BEGIN", "END", "empty_file", "files", "page_of", "read", "write"]

_XLIFF = "{urn:oasis:names:tc:xliff:document:1.2}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: What a document begins and ends with.
BEGIN = f'<?xml version="1.0" encoding="UTF-8"?>\n<xliff version="1.2" xmlns="{_XLIFF[1:-1]}">\n'
#: What a document ends with.
END = "</xliff>\n"
_END_FILE = "    </body>\n  </file>\n"
_UNIT = "      <trans-unit "
_AUTHOR = "align-tm"
# As _note writes it; people may have written more behind it.
_NOTE = re.compile(
    r"translation type: (?P<kind>HT|MT|unknown)(?P<fuzzy>; fuzzy)?(?:; hand-off: (?P<handoff>[0-9-]+))?"
    r"(?:; source commit: (?P<commit>[^;\s]+))?(?:; licence: (?P<licence>.+))?",
    re.DOTALL,
)
_TYPES: dict[str, TranslationType] = {"HT": "HT", "MT": "MT"}
# Section 2.3, "state" and "state-qualifier".
_MACHINE = frozenset({"leveraged-mt", "mt-suggestion"})
_DONE = frozenset({"translated", "signed-off", "final"})


# Section 2.3, "ctype": what bpt and it may be, and what ph may be; all others get "x-".
_DELIMITERS = frozenset({"bold", "italic", "link"})
_PLACEHOLDERS = frozenset({"image", "lb"})


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
    # Metadata of a page, which may hold anything.
    return f'<note from="{_AUTHOR}" annotates="target">{_text(without_illegal(text))}</note>'


def _code(mark: Mark) -> str:
    # Codes of both sides correspond by "id" (section 2.2, "In-line Codes"); "rid" binds bpt and ept.
    name, code, _, ident = mark
    text = _text(code.text)
    if name == "ept":
        return f'<ept id="{ident}" rid="{ident}">{text}</ept>'
    known = _PLACEHOLDERS if name == "ph" else _DELIMITERS
    kind = code.type if code.type in known else f"x-{code.type}"
    if name == "bpt":
        return f'<bpt id="{ident}" rid="{ident}" ctype="{kind}">{text}</bpt>'
    if name == "ph":
        return f'<ph id="{ident}" ctype="{kind}">{text}</ph>'
    return f'<it id="{ident}" pos="{code.role}" ctype="{kind}">{text}</it>'


@lru_cache(maxsize=10_000)
def _codes(source: tuple[Code, ...], target: tuple[Code, ...], within: Insides) -> Elements:
    from align.formats.codes import rendered

    return rendered(source, target, within, _code)


def _coded(entry: Entry) -> tuple[str, str]:
    from align.formats.codes import coded

    return coded(entry, _codes, _text)


def _unit(entry: Entry, *, codes: bool) -> str:
    origin, kind = entry.origin, entry.translation_type
    page_facts = (None, None, None) if origin is None else (origin.handoff, origin.source_commit, origin.licence)
    ident = digest(entry.source_locale, entry.target_locale, entry.source, entry.target)
    name = "" if entry.id is None else f' resname="{_attribute(entry.id)}"'
    approved, state = "", "needs-review-translation"
    if kind == "HT" and not entry.fuzzy:
        # translate-toolkit takes every unit that is not approved for fuzzy, whatever its state.
        approved, state = ' approved="yes"', "translated"
    qualifier = ' state-qualifier="leveraged-mt"' if kind == "MT" else ""
    source, target = _coded(entry) if codes else (_text(entry.source), _text(entry.target))
    return (
        f'      <trans-unit id="{ident}"{name}{approved} xml:space="preserve">\n'
        f"        <source>{source}</source>\n"
        f'        <target state="{state}"{qualifier}>{target}</target>\n'
        f"        {_note(kind or 'unknown', entry.fuzzy, *page_facts)}\n"
        "      </trans-unit>\n"
    )


def page_of(entry: Entry) -> str:
    """The page that an entry stands on in a document; empty when none is known."""
    return entry.origin.page if entry.origin is not None else entry.pages[0] if entry.pages else ""


def _begin_file(page: str, pair: LocalePair) -> str:
    name, source, target = (_attribute(text) for text in (without_illegal(page), *pair))
    return (
        f'  <file original="{name}" source-language="{source}" target-language="{target}" datatype="plaintext">\n    <body>\n'
    )


def empty_file(pair: LocalePair) -> str:
    """A file without units: the schema wants one at least."""
    return _begin_file("", pair) + _END_FILE


def files(entries: Iterable[Entry], pair: LocalePair, *, codes: bool = False) -> Iterator[str]:
    """What stands between :data:`BEGIN` and :data:`END`, piece by piece: a ``<file>`` for each run of entries of a page.

    Raises
    ------
    OptionError
        An entry has other locales.
    """
    for page, run in groupby(entries, page_of):
        yield _begin_file(page, pair)
        for entry in run:
            if (entry.source_locale, entry.target_locale) != pair:
                other = f"{entry.source_locale} to {entry.target_locale}"
                wrong = f"an entry is {other}, not {pair.source_locale} to {pair.target_locale}"
                raise OptionError(wrong, cure="write a document for each language pair")
            yield _unit(entry, codes=codes)
        yield _END_FILE


def write(
    stream: TextIO,
    entries: Iterable[Entry],
    *,
    source_locale: str,
    target_locale: str,
    codes: bool = False,
) -> int:
    """Write a document of one language pair; returns how many entries.

    HT is ``translated`` and approved; the rest is ``needs-review-translation``, as is what is fuzzy, and MT has the
    qualifier ``leveraged-mt``. ``original`` is empty for entries without a page.

    Parameters
    ----------
    stream : text stream in UTF-8 with LF line ends.
    entries : no characters that XML does not allow, no pair twice in a page; not checked here. Page by page, for each
        run makes a ``<file>``.
    source_locale, target_locale : BCP 47, those of all entries; an entry with others raises OptionError.
    codes : whether the markup of texts becomes ``bpt``, ``ept``, ``ph`` and ``it``, with the native text inside.
    """
    pair = LocalePair(source_locale, target_locale)
    stream.write(BEGIN)
    count = 0
    for text in files(entries, pair, codes=codes):
        stream.write(text)
        count += text.startswith(_UNIT)
    if count == 0:
        stream.write(empty_file(pair))
    stream.write(END)
    return count


class _File(NamedTuple):
    page: str
    source_locale: str
    target_language: str


def _damaged(what: str, element: etree._Element, path: Path | None, cure: str | None) -> FormatError:
    return FormatError(what, path=path, line=line_of(element), cure=cure)


def _locale(tag: str | None, element: etree._Element, path: Path | None) -> str:
    try:
        return canonical(tag or "")
    except LocaleError as error:
        raise _damaged(error.what, element, path, error.cure) from error


def _origin(page: str, locales: tuple[str, str], note: re.Match[str] | None) -> Origin:
    if note is None:
        return origin_of(page, locales)
    handoff = note["handoff"]
    return origin_of(page, locales, handoff if handoff and is_day(handoff) else None, note["commit"], note["licence"])


def _entry(unit: etree._Element, file: _File, path: Path | None) -> Entry | None:
    """The entry of a unit; None when it is not translated."""
    source, target = unit.find(f"{_XLIFF}source"), unit.find(f"{_XLIFF}target")
    if source is None or not file.source_locale:
        raise _damaged("a trans-unit has no source or stands in no file", unit, path, "export it again")
    if target is None or not (source_text := text_of(source)) or not (target_text := text_of(target)):
        return None
    locale = _locale(target.get(_XML_LANG) or file.target_language, target, path)
    notes = [_NOTE.match(note.text or "") for note in unit.iterchildren(f"{_XLIFF}note") if note.get("from") == _AUTHOR]
    note = next(filter(None, notes), None)
    state, kind = target.get("state", ""), _TYPES.get(note["kind"]) if note else None
    if target.get("state-qualifier") in _MACHINE:
        kind = "MT"
    elif state in _DONE:
        kind = "HT"
    fuzzy = (state == "new" or state.startswith("needs-")) and (note is None or note["fuzzy"] is not None)
    pages = (file.page,) if file.page else ()
    locales = file.source_locale, locale
    origin = _origin(file.page, locales, note) if file.page else None
    return Entry(source_text, target_text, *locales, unit.get("resname"), origin, pages, kind, fuzzy)


def read(stream: IO[bytes], *, path: Path | None = None) -> Iterator[Entry]:
    """Read the translated units of a document; those without a target, or with an empty side, are passed over.

    An entry of a file with a name (``original``) has an origin, with the hand-off, commit and licence of its note.
    Inline codes are read as the native text that they hold. A finished state (``translated``, ``signed-off``, ``final``) is HT,
    unless its qualifier says MT. What needs review is fuzzy, but for units whose note, as written here, does not say so.

    Parameters
    ----------
    stream : binary stream.
    path : name of the file, for errors.

    Raises
    ------
    FormatError
        The file is not well-formed XML, declares entities, is not XLIFF 1.2, or a unit has no source or no locale.
    """
    tags = tuple(_XLIFF + name for name in ("xliff", "file", "group", "trans-unit"))
    known, file = False, _File("", "", "")
    for event, element in elements(stream, tags, path):
        known = True
        if event == "end":
            if element.tag == f"{_XLIFF}trans-unit" and (entry := _entry(element, file, path)) is not None:
                yield entry
            forget(element)
        elif element.tag == f"{_XLIFF}file":
            locale = _locale(element.get("source-language"), element, path)
            file = _File(element.get("original") or "", locale, element.get("target-language") or "")
    if not known:
        raise FormatError("is not XLIFF 1.2", path=path, cure="export it as XLIFF 1.2")
