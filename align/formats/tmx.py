"""TMX 1.4b (LISA OSCAR, 2005), one target locale per file: raw text (level 1), or with inline codes (level 2).

Written as text: ten times faster than an XML tree, and streaming. What real programs need beyond the DTD stands beside
each rule (``docs/formats.md``). It is read by :mod:`align.formats.tmx_reading`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TextIO

from align.formats.entry import Entry, Segtype, batched, digest_of_texts
from align.formats.provenance import is_day
from align.formats.tmx_reading import read
from align.legal import without_illegal
from align.model import TranslationType
from align.version import __version__

if TYPE_CHECKING:
    from align.formats.codes import Elements
    from align.inline import Code, Mark
    from align.inline.pairing import Insides

__all__ = ["END", "begin", "encode_unit", "read", "unit", "write"]

#: What follows the last unit.
END = "  </body>\n</tmx>\n"
_UNIT, _UNIT_END = b"    <tu", b"</seg></tuv>\n    </tu>\n"

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
    date = "" if handoff is None or not is_day(handoff) else f' creationdate="{handoff.replace("-", "")}T000000Z"'
    # Only "paragraph" lets OmegaT split a unit into sentences; the p ids hold several.
    paragraph = ' segtype="paragraph"' if segtype == "paragraph" else ""
    before = f'{date}{paragraph}>{props}\n      <tuv xml:lang="{locales[0]}"><seg>'
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
def _codes(source: tuple[Code, ...], target: tuple[Code, ...], within: Insides) -> Elements:
    from align.formats.codes import rendered

    return rendered(source, target, within, _code)


def unit(entry: Entry, *, codes: bool = False, named: bool = True) -> str:
    """One unit.

    Parameters
    ----------
    codes : whether the markup of its texts becomes inline codes (level 2), as its page's container has it.
    named : whether it has a ``tuid``, made of its texts (:func:`align.formats.entry.digest`).
    """
    return encode_unit(entry, codes=codes, named=named).decode()


def encode_unit(entry: Entry, *, codes: bool = False, named: bool = True) -> bytes:
    """:func:`unit` in UTF-8, for less than the text costs: the texts are encoded once, for the unit's name and for the file."""
    source, target = entry.source.encode(), entry.target.encode()
    locales, origin = (entry.source_locale, entry.target_locale), entry.origin
    texts = source + b"\0" + target
    name = f' tuid="{digest_of_texts(*locales, texts)}"'.encode() if named else b""
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
    return b"".join((_UNIT, name, before, source, between, target, _UNIT_END))


def write(
    stream: TextIO,
    entries: Iterable[Entry],
    *,
    source_locale: str,
    licence: str | None = None,
    codes: bool = False,
    named: bool = True,
) -> int:
    """Write a memory of one language pair, made of :func:`begin`, :func:`unit` and :data:`END`; returns how many units.

    Parameters
    ----------
    stream : text stream in UTF-8 with LF line ends.
    entries : texts without characters that XML does not allow, trimmed, no pair twice; not checked again here.
    source_locale : BCP 47; goes byte for byte into ``srclang`` and every source ``tuv``, which Poedit compares.
    licence : licence of the texts, named in the header.
    codes : level 2: markup as ``bpt``, ``ept``, ``ph`` and ``it``, with the native text inside.
    named : whether units have a ``tuid``.
    """
    make = partial(encode_unit, codes=codes, named=named)
    stream.write(begin(source_locale, licence))
    count = 0
    for batch in batched(entries):
        stream.write(b"".join(map(make, batch)).decode())
        count += len(batch)
    stream.write(END)
    return count
