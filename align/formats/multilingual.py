"""TMX 1.4b (LISA OSCAR, 2005) at level 1 with several target locales: a unit has the source and one ``tuv`` per locale.

For archives and programs that choose by ``xml:lang``; others want one target locale per file (``docs/pivot.md``). It is
read by :func:`align.formats.tmx.read`, an entry per target locale. Lost, as there: ids, and all pages but one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TextIO

from align.formats.entry import Entry, digest
from align.formats.xml_text import attribute, content, foreign
from align.model import TranslationType
from align.version import __version__

__all__ = ["write"]

_BATCH = 512
# From the surest to the least sure: a unit is as sure as its least sure target.
_KINDS: tuple[TranslationType | None, ...] = ("HT", None, "MT")


def _header(source_locale: str, licence: str | None) -> str:
    # The same attributes as in a bilingual memory, for the same reasons (docs/formats.md).
    note = "" if licence is None else f"\n    <note>Licence of the text: {foreign(licence)}</note>\n  "
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
        '<tmx version="1.4">\n'
        f'  <header creationtool="align-tm" creationtoolversion="{attribute(__version__)}" segtype="sentence"'
        f' o-tmf="bilingual-pages" adminlang="en-US" srclang="{attribute(source_locale)}" datatype="plaintext">'
        f"{note}</header>\n"
        "  <body>\n"
    )


def _date(handoffs: Iterable[str | None]) -> str:
    """The attribute for the newest of these days (``YYYY-MM-DD``); nothing when none is known."""
    newest = max((day for day in handoffs if day), default=None)
    return "" if newest is None else f' creationdate="{newest.replace("-", "")}T000000Z"'


def _prop(name: str, values: Iterable[str | None]) -> str:
    """A property with the values that are known, each once; nothing when none is."""
    known = dict.fromkeys(value for value in values if value)
    return f'<prop type="{name}">{foreign(", ".join(known))}</prop>' if known else ""


def _kind(kind: TranslationType | None) -> str:
    return f'<prop type="x-translation-type">{kind or "unknown"}</prop>'


def _variant(entry: Entry) -> str:
    handoff = None if entry.origin is None else entry.origin.handoff
    return (
        f'      <tuv xml:lang="{entry.target_locale}"{_date([handoff])}>{_kind(entry.translation_type)}'
        f"<seg>{content(entry.target)}</seg></tuv>\n"
    )


def _unit(entries: Sequence[Entry]) -> str:
    first = entries[0]
    origins = [entry.origin for entry in entries if entry.origin is not None]
    # Props stand before the tuv elements (DTD); their types begin with x-, none is one that OmegaT keeps for itself.
    props = (
        _prop("x-page", [page for entry in entries for page in entry.pages[:1]][:1])
        + _kind(max((entry.translation_type for entry in entries), key=_KINDS.index))
        + _prop("x-source-commit", [origin.source_commit for origin in origins][:1])
        + _prop("x-licence", [origin.licence for origin in origins])
    )
    locales, targets = zip(*((entry.target_locale, entry.target) for entry in entries), strict=True)
    tuid = digest(first.source_locale, " ".join(locales), first.source, "\0".join(targets))
    segtype = ' segtype="paragraph"' if any(entry.segtype == "paragraph" for entry in entries) else ""
    return (
        f'    <tu tuid="{tuid}"{_date(origin.handoff for origin in origins)}{segtype}>{props}\n'
        f'      <tuv xml:lang="{first.source_locale}"><seg>{content(first.source)}</seg></tuv>\n'
        f"{''.join(map(_variant, entries))}"
        "    </tu>\n"
    )


def write(stream: TextIO, units: Iterable[Sequence[Entry]], *, source_locale: str, licence: str | None = None) -> int:
    """Write a memory of several target locales; returns how many units.

    Parameters
    ----------
    stream : text stream in UTF-8 with LF line ends.
    units : each the entries of one source, at least one, no target locale twice; texts as :func:`align.formats.tmx.write`
        takes them; no unit twice; not checked again here.
    source_locale : BCP 47, that of all entries; goes byte for byte into ``srclang`` and every source ``tuv``.
    licence : licence of the texts, named in the header.
    """
    stream.write(_header(source_locale, licence))
    units = iter(units)
    count = 0
    while batch := list(islice(units, _BATCH)):
        stream.write("".join(map(_unit, batch)))
        count += len(batch)
    stream.write("  </body>\n</tmx>\n")
    return count
