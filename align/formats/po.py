r"""GNU gettext PO (gettext manual, "The Format of PO Files"), as a compendium of translated segments.

Written as text, one long line per string, so that a changed entry is a changed line in git: polib takes ten times as
long and the whole file in memory. Read with polib. ``msgfmt --check`` passes without a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO
from urllib.parse import unquote

from align.errors import FormatError, LocaleError
from align.formats.entry import Entry, batched
from align.formats.gettext import locales_of, texts_of
from align.formats.provenance import origin_of
from align.legal import without_illegal
from align.locales import gettext_name, plural_forms
from align.model import TranslationType, kind_of
from align.version import __version__

if TYPE_CHECKING:
    import polib

__all__ = ["NO_DATE", "Header", "begin", "encode_entry", "entry_text", "joined_lines", "read", "write"]

#: The header's date when no page has a hand-off; no date comes from the clock.
NO_DATE = "1970-01-01 00:00+0000"
_BLANK = re.compile(r"[\s\x00-\x20\x7f-\x9f]")
_URL_ESCAPES = re.compile("(?:%[0-9A-F]{2})+")
# A line break that no empty line follows, with the marks that a block quote repeats behind it. It begins with the line
# feed, which is searched for as fast as memory is read.
_BREAK = re.compile(r"\n(?![ \t>]*\n)(?:[ \t]*>)*[ \t]*")
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"))
_ESCAPED = "".join(character for character, _ in _ESCAPES).encode()


def joined_lines(text: str) -> str:
    """The text with soft line breaks joined by one space, as po4a and mdpo join them, so that their messages match."""
    if "\n" not in text:
        return text
    parts, at = [], 0
    for found in _BREAK.finditer(text):
        end = found.start()
        if end and text[end - 1] in " \t":
            end -= 1
        # Behind two spaces or a backslash a break is hard; behind an empty line it parts paragraphs.
        if not end or text[end - 1] not in " \t\\\n":
            parts.append(text[at:end])
            at = found.end()
    return " ".join([*parts, text[at:]])


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    for character, escape in _ESCAPES:
        if character in text:
            text = text.replace(character, escape)
    return text


@lru_cache(maxsize=10_000)
def _reference(page: str) -> str:
    """A page name without blanks, which would end a reference (RFC 3986, section 2.1)."""
    return _BLANK.sub(lambda blank: "".join(f"%{byte:02X}" for byte in blank[0].encode()), page)


def _page_of(reference: str) -> str:
    """The page name of a reference: blanks that are written as in a URL become blanks."""

    def blank(found: re.Match[str]) -> str:
        text = unquote(found[0], errors="replace")
        return text if all(map(_BLANK.fullmatch, text)) else found[0]

    return _URL_ESCAPES.sub(blank, reference) if "%" in reference else reference


@lru_cache(maxsize=10_000)
def _places(pages: tuple[str, ...]) -> str:
    """The comment that names the pages; units that stand together stand so on many pages."""
    return f"#: {' '.join(map(_reference, pages))}\n" if pages else ""


class Header(NamedTuple):
    """What the header of a compendium says."""

    source_locale: str
    """BCP 47."""
    target_locale: str
    """BCP 47."""
    newest: str | None = None
    """Date ``YYYY-MM-DD`` of the newest hand-off among the entries; None writes :data:`NO_DATE`."""
    licence: str | None = None
    """Licence of the texts, for the header's comment."""


def begin(header: Header) -> str:
    """The header entry, with which a compendium begins (gettext manual, "Filling in the Header Entry")."""
    date = NO_DATE if header.newest is None else f"{header.newest} 00:00+0000"
    language = gettext_name(header.target_locale)
    fields = {
        "Project-Id-Version": "bilingual pages",
        "Report-Msgid-Bugs-To": "",
        "POT-Creation-Date": date,
        "PO-Revision-Date": date,
        "Last-Translator": "unknown <unknown@example.org>",
        "Language-Team": f"{language} <unknown@example.org>",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms(header.target_locale),
        "X-Generator": f"align-tm {__version__}",
        "X-Source-Language": header.source_locale,
    }
    comment = "" if header.licence is None else f"# Licence of the text: {without_illegal(' '.join(header.licence.split()))}\n"
    lines = [_quoted(f"{name}: {value}\n") for name, value in fields.items()]
    return f'{comment}msgid ""\nmsgstr ""\n' + "\n".join(lines) + "\n"


def entry_text(entry: Entry) -> str:
    """One entry, with the empty line before it."""
    return encode_entry(entry).decode()


def encode_entry(entry: Entry) -> bytes:
    """:func:`entry_text` in UTF-8, for less than the text costs: what is ASCII, as most of it, is encoded apart."""
    ident = entry.id
    if ident is not None and not ident.isprintable():  # a comment ends with its line
        ident = " ".join(ident.split())
    note = "" if ident is None else f"#. {ident} {entry.translation_type or 'unknown'}\n"
    flags = "#, fuzzy\n" if entry.fuzzy else ""
    context = "" if entry.variant is None else f"msgctxt {_quoted(entry.variant)}\n"
    head = f"\n{note}{_places(entry.pages)}{flags}{context}"
    source, target = entry.source.encode(), entry.target.encode()
    texts = source + target
    if texts.translate(None, _ESCAPED) != texts:
        source, target = _escaped(entry.source).encode(), _escaped(entry.target).encode()
    return b"".join((head.encode(), b'msgid "', source, b'"\nmsgstr "', target, b'"\n'))


def write(stream: TextIO, entries: Iterable[Entry], *, header: Header) -> int:
    """Write a compendium; returns how many entries.

    Parameters
    ----------
    stream : text stream in UTF-8 with LF line ends.
    entries : trimmed, with soft line breaks joined (:func:`joined_lines`), no (variant, source) twice; not checked here.
    """
    stream.write(begin(header))
    count = 0
    for batch in batched(entries):
        stream.write(b"".join(map(encode_entry, batch)).decode())
        count += len(batch)
    return count


_NOTED = re.compile(r"(?:(\S+) )?(HT|MT|unknown)")
_TYPES: dict[str, TranslationType | None] = {"HT": "HT", "MT": "MT", "unknown": None}


def _noted(comment: str) -> tuple[str | None, TranslationType | None]:
    """The id and translation type that the comment names, as it is written here; None where it does not."""
    found = _NOTED.fullmatch(comment)
    return (None, None) if found is None else (found[1], _TYPES[found[2]])


# What a line may be (gettext manual, "The Format of PO Files"); polib cuts the last character off an unclosed string.
_LINE = re.compile(
    r'\s*(?:#.*|(?:(?:msg(?:ctxt|id|id_plural|str)|msgstr\[\d+\])\s*)?"[^"\\]*+(?:\\.[^"\\]*+)*+"\s*)?', re.DOTALL
)


# A keyword of a message; the ones of obsolete messages stand behind "#~".
_KEYWORD = re.compile(r"\s*(msg(?:ctxt|id_plural|id|str))")
_SURROGATE = re.compile("[\udc80-\udcff]")


def _damaged(what: str, path: Path, line: int | None) -> FormatError:
    return FormatError(what, path=path, line=line, cure="run msgfmt --check on it")


def _checked(path: Path, encoding: str) -> None:
    """Refuse what polib would take in silence: lines that are none, and a last message that is cut off."""
    unfinished = 0
    with path.open(encoding=encoding) as stream:
        for number, line in enumerate(stream, 1):
            if _LINE.fullmatch(line.removeprefix("\ufeff")) is None:
                raise _damaged("is no line of a PO file", path, number)
            if found := _KEYWORD.match(line):
                unfinished = 0 if found[1] == "msgstr" else number
    if unfinished:
        raise _damaged("ends in the middle of a message", path, unfinished)


def _undecodable(path: Path, encoding: str) -> int | None:
    """The first line that is not text in this encoding; None where that cannot be told."""
    try:
        with path.open(encoding=encoding, errors="surrogateescape") as stream:
            return next((number for number, line in enumerate(stream, 1) if _SURROGATE.search(line)), None)
    except UnicodeError:  # encodings without ASCII, such as UTF-16, do not let bytes through
        return None


def _catalogue(path: Path) -> polib.POFile:
    """What polib makes of the file; it tells a syntax error by OSError, with a line in its message."""
    import polib

    encoding = "utf-8"
    try:
        encoding = polib.detect_encoding(str(path))
        _checked(path, encoding)
        return polib.pofile(str(path), encoding=encoding)
    except UnicodeError as error:
        raise _damaged(f"is not text in {encoding}", path, _undecodable(path, encoding)) from error
    except (OSError, LookupError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise _damaged("is no PO file that polib can read", path, None if line is None else int(line[1])) from error


def read(path: Path, *, source_locale: str = "en-US", target_locale: str | None = None) -> Iterator[Entry]:
    """Read a compendium: every entry that has a translation and is not obsolete. Holds the whole file, as polib does.

    A message with plural forms gives two entries (:func:`align.formats.gettext.texts_of`). The variant is the msgctxt;
    the previous msgid (``#|``) of a fuzzy entry is passed over. An entry with a reference has an origin.

    Parameters
    ----------
    source_locale, target_locale : BCP 47, for a file whose header does not say them; no target locale is ``und`` then.

    Raises
    ------
    FormatError
        polib cannot read the file, or its header names a locale that is none.
    """
    catalogue = _catalogue(path)
    try:
        locales = locales_of(catalogue.metadata, source_locale=source_locale, target_locale=target_locale)
    except LocaleError as error:
        raise FormatError(f"header: {error.what}", path=path, cure=error.cure) from error
    for entry in catalogue:
        if entry.obsolete:
            continue
        ident, kind = _noted(entry.comment)
        pages = tuple(_page_of(name) for name, _ in entry.occurrences)
        plural = entry.msgid_plural or None
        forms = [entry.msgstr] if plural is None else [form for _, form in sorted(entry.msgstr_plural.items())]
        for source, target in texts_of(entry.msgid, plural, forms):
            yield Entry(
                source,
                target,
                *locales,
                id=ident,
                origin=origin_of(pages[0], locales) if pages else None,
                pages=pages,
                translation_type=kind,
                fuzzy=entry.fuzzy,
                variant=entry.msgctxt,
                segtype=kind_of(ident or ""),
            )
