r"""GNU gettext PO (gettext manual, "The Format of PO Files"), as a compendium of translated segments.

Written as text, one long line per string, so that a changed entry is a changed line in git: polib takes ten times as
long and the whole file in memory. Read with polib. ``msgfmt --check`` passes without a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TextIO

from align.errors import FormatError, LocaleError
from align.formats.entry import Entry, batched
from align.legal import without_illegal
from align.locales import canonical, gettext_name, plural_forms
from align.model import TranslationType
from align.version import __version__

__all__ = ["NO_DATE", "Header", "begin", "entry_text", "joined_lines", "read", "write"]

NO_DATE = "1970-01-01 00:00+0000"
_BLANK = re.compile(r"[\s\x00-\x20\x7f-\x9f]")
# A soft line break, with the marks that a block quote repeats behind it; behind two spaces or a backslash it is
# hard, and before or behind an empty line it parts paragraphs.
_SOFT_BREAK = re.compile(r"(?<![ \t\\\n])[ \t]?\n(?![ \t>]*\n)(?:[ \t]*>)*[ \t]*")
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"))


def joined_lines(text: str) -> str:
    """The text with soft line breaks joined by one space, as po4a and mdpo join them, so that their messages match."""
    return _SOFT_BREAK.sub(" ", text) if "\n" in text else text


def _quoted(text: str) -> str:
    for character, escape in _ESCAPES:
        if character in text:
            text = text.replace(character, escape)
    return f'"{text}"'


@lru_cache(maxsize=10_000)
def _reference(page: str) -> str:
    """A page name without blanks, which would end a reference (RFC 3986, section 2.1)."""
    return _BLANK.sub(lambda blank: "".join(f"%{byte:02X}" for byte in blank[0].encode()), page)


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
    note = "" if entry.id is None else f"#. {entry.id} {entry.translation_type or 'unknown'}\n"
    places = f"#: {' '.join(map(_reference, entry.pages))}\n" if entry.pages else ""
    flags = "#, fuzzy\n" if entry.fuzzy else ""
    context = "" if entry.variant is None else f"msgctxt {_quoted(entry.variant)}\n"
    return f"\n{note}{places}{flags}{context}msgid {_quoted(entry.source)}\nmsgstr {_quoted(entry.target)}\n"


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
        stream.write("".join(map(entry_text, batch)))
        count += len(batch)
    return count


def _type_of(comment: str) -> TranslationType | None:
    word = comment.rpartition(" ")[2]
    return "HT" if word == "HT" else "MT" if word == "MT" else None


def read(path: Path, *, source_locale: str = "en-US") -> Iterator[Entry]:
    """Read a compendium: every entry that has a translation and is not obsolete. Holds the whole file, as polib does.

    Parameters
    ----------
    source_locale : BCP 47, for a file whose header does not say it.

    Raises
    ------
    FormatError
        polib cannot read the file, or its header names a language that is none.
    """
    import polib

    try:
        catalogue = polib.pofile(str(path), encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise FormatError(
            "is no PO file that polib can read",
            path=path,
            line=None if line is None else int(line[1]),
            cure="run msgfmt --check on it",
        ) from error
    named = catalogue.metadata.get("Language", "und").replace("_", "-").partition("@")[0] or "und"
    try:
        language, source = canonical(named), canonical(catalogue.metadata.get("X-Source-Language", source_locale))
    except LocaleError as error:
        raise FormatError(f"header: {error.what}", path=path, cure=error.cure) from error
    for entry in catalogue:
        if entry.msgid and entry.msgstr and not entry.obsolete:  # a header that is not the first entry has no msgid
            yield Entry(
                entry.msgid,
                entry.msgstr,
                source,
                language,
                pages=tuple(page for page, _ in entry.occurrences),
                translation_type=_type_of(entry.comment),
                fuzzy=entry.fuzzy,
                variant=entry.msgctxt,
            )
