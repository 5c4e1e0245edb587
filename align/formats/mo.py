"""GNU gettext MO (gettext manual, "The Format of GNU MO Files"): what programs load at run time.

Written without the hash table, which is optional (its size is 0 then), sorted by msgid, in little-endian order. As with
msgfmt, fuzzy entries are left out. Read in both byte orders. The standard library's reader is not used: it forgets the
msgid of a plural.

Lost: everything but the two texts and the name of a variant (msgctxt).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from align.errors import AlignError, FormatError
from align.formats.entry import Entry
from align.formats.gettext import locales_of, texts_of
from align.locales import gettext_name, plural_forms
from align.version import __version__

__all__ = ["Written", "read", "write"]

_MAGIC = 0x950412DE
_ORDERS = {struct.pack(f"{order}I", _MAGIC): order for order in "<>"}
_CONTEXT = "\x04"
_CHARSET = re.compile(r"charset=([^\s;\0]+)")
_CURE = "compile it again with msgfmt"


class Written(NamedTuple):
    """What became of the entries; messages + skipped is how many there were."""

    messages: int
    """Messages in the file, without the header."""
    skipped: int
    """Entries left out, for they are fuzzy, or their source and variant is there already."""


def _header(source_locale: str, target_locale: str) -> str:
    fields = {
        "Language": gettext_name(target_locale),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms(target_locale),
        "X-Generator": f"align-tm {__version__}",
        "X-Source-Language": source_locale,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def write(stream: IO[bytes], entries: Iterable[Entry], *, source_locale: str, target_locale: str) -> Written:
    """Write a catalogue. Holds all entries, for they are sorted.

    Parameters
    ----------
    stream : binary stream.
    entries : no NUL in a text and no U+0004 in a variant, which have a meaning in MO; not checked here.
    source_locale, target_locale : BCP 47, for the header.
    """
    messages = {b"": _header(source_locale, target_locale).encode()}
    skipped = 0
    for entry in entries:
        context = "" if entry.variant is None else entry.variant + _CONTEXT
        key = (context + entry.source).encode()
        if entry.fuzzy or key in messages:
            skipped += 1
        else:
            messages[key] = entry.target.encode()
    ordered = sorted(messages.items())
    count, tables = len(ordered), 28
    offset = tables + 16 * count
    stream.write(struct.pack("<7I", _MAGIC, 0, count, tables, tables + 8 * count, 0, offset))
    for side in (0, 1):
        places = []
        for message in ordered:
            places += [len(message[side]), offset]
            offset += len(message[side]) + 1
        stream.write(struct.pack(f"<{2 * count}I", *places))
    for side in (0, 1):
        stream.write(b"".join([message[side] + b"\0" for message in ordered]))
    return Written(count - 1, skipped)


def _messages(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The pairs of strings as they stand in the file.

    Raises
    ------
    FormatError
        It is no MO file, or a table or string of it lies beyond its end.
    """
    order = _ORDERS.get(data[:4])
    if order is None or len(data) < 20:
        raise FormatError("is no MO file", cure="give a file that msgfmt made")
    revision, count, *tables = struct.unpack_from(f"{order}4I", data, 4)
    if revision >> 16 > 1:
        raise FormatError(f"is an MO file of revision {revision >> 16}", cure=_CURE)
    for number in range(count):
        strings = []
        for table in tables:
            if table + 8 * number + 8 > len(data):
                raise FormatError(f"is cut: message {number + 1} of {count} is not there", cure=_CURE)
            length, offset = struct.unpack_from(f"{order}2I", data, table + 8 * number)
            if offset + length >= len(data) or data[offset + length]:
                raise FormatError(f"is damaged or cut at message {number + 1} of {count}", cure=_CURE)
            strings.append(data[offset : offset + length])
        yield strings[0], strings[1]


def _header_fields(header: str) -> dict[str, str]:
    lines = (line.partition(":") for line in header.split("\n"))
    return {name.strip(): value.strip() for name, colon, value in lines if colon}


def _entries(data: bytes, source_locale: str, target_locale: str | None) -> Iterator[Entry]:
    messages = list(_messages(data))
    raw = next((translation for message, translation in messages if not message), b"")
    header = raw.decode("utf-8", "replace")
    named = _CHARSET.search(header)
    charset = "utf-8" if named is None else named[1]
    try:
        fields = _header_fields(raw.decode(charset))
        locales = locales_of(fields, source_locale=source_locale, target_locale=target_locale)
        for message, translation in messages:
            context, mark, rest = message.decode(charset).rpartition(_CONTEXT)
            singular, several, plural = rest.partition("\0")
            forms = translation.decode(charset).split("\0")
            for source, target in texts_of(singular, plural if several else None, forms):
                yield Entry(source, target, *locales, variant=context if mark else None)
    except (UnicodeError, LookupError) as error:
        raise FormatError(f"is not text in {charset}, as its header says", cure=_CURE) from error


def read(
    stream: IO[bytes], *, path: Path | None = None, source_locale: str = "en-US", target_locale: str | None = None
) -> Iterator[Entry]:
    """Read a catalogue; holds the whole file. A message with plural forms gives two entries (``formats.gettext.texts_of``).

    Parameters
    ----------
    stream : binary stream.
    path : name of the file, for errors.
    source_locale, target_locale : BCP 47, for a file whose header does not say them; no target locale is ``und`` then.

    Raises
    ------
    FormatError
        It is no MO file, or damaged; its text is not in the charset that its header names; its locale is none.
    """
    try:
        yield from _entries(stream.read(), source_locale, target_locale)
    except AlignError as error:
        raise FormatError(error.what, path=path, cure=error.cure) from error
