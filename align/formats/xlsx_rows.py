"""What a row of a review workbook says of an entry: the columns, and the hidden record from which the entry comes back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from align.errors import FormatError
from align.formats.entry import Entry, Segtype, digest
from align.formats.provenance import checked
from align.formats.rows import NEW_TARGET
from align.locales import canonical
from align.model import Origin, TranslationType

__all__ = ["COLUMNS", "FREE", "REQUIRED", "entry_of", "texts_of"]

#: The columns, in their order, and the width of each in characters of the default font; 0 is hidden.
COLUMNS = {
    "source": 55,
    "target": 55,
    NEW_TARGET: 55,
    "status": 12,
    "comment": 30,
    "translation_type": 16,
    "page": 30,
    "id": 13,
    "record": 0,
}
#: What is read.
REQUIRED = ("source", "target", NEW_TARGET, "record")
#: Where a reviewer writes.
FREE = frozenset({NEW_TARGET, "status", "comment"})


class _Record(msgspec.Struct, frozen=True):
    """What a row holds beside its texts: the fields of an entry, and how its texts were when they were written."""

    check: str
    source_locale: str
    target_locale: str
    id: str | None
    origin: Origin | None
    pages: tuple[str, ...]
    translation_type: TranslationType | None
    fuzzy: bool
    variant: str | None
    segtype: Segtype
    labels: tuple[str, ...]


_DECODER = msgspec.json.Decoder(_Record)


def _check(source_locale: str, target_locale: str, source: str, target: str) -> str:
    # Editors of spreadsheets turn CR LF and CR into LF; that is no change by a reviewer.
    return digest(source_locale, target_locale, *(text.replace("\r\n", "\n").replace("\r", "\n") for text in (source, target)))


def texts_of(entry: Entry) -> list[str]:
    """The cells of an entry, in the order of :data:`COLUMNS`."""
    record = _Record(
        _check(entry.source_locale, entry.target_locale, entry.source, entry.target),
        entry.source_locale,
        entry.target_locale,
        entry.id,
        entry.origin,
        entry.pages,
        entry.translation_type,
        entry.fuzzy,
        entry.variant,
        entry.segtype,
        entry.labels,
    )
    page = entry.origin.page if entry.origin is not None else entry.pages[0] if entry.pages else ""
    values = {
        "source": entry.source,
        "target": entry.target,
        "translation_type": entry.translation_type or "",
        "page": page,
        "id": entry.id or "",
        "record": msgspec.json.encode(record).decode(),
    }
    return [values.get(name, "") for name in COLUMNS]


def entry_of(texts: Sequence[str]) -> Entry:
    """The entry of a row; a human translation where someone wrote a new target, or changed a text in place.

    Parameters
    ----------
    texts : the cells of :data:`REQUIRED`.

    Raises
    ------
    FormatError
        The row has no record, or one with a date that is none, or lacks a text.
    LocaleError
        A locale of the record is not BCP 47.
    """
    source, target, new_target, written = texts
    new_target = new_target.strip()  # a space is how some empty a cell
    try:
        record = _DECODER.decode(written)
    except msgspec.DecodeError as error:
        cure = "restore the hidden column, or remove the row: new rows cannot be added"
        raise FormatError(f"has no record of its unit: {error}", cure=cure) from error
    checked(record.origin)
    if not source or not (new_target or target):
        raise FormatError(f"has no {'target' if source else 'source'}", cure="fill it in, or remove the row")
    locales = canonical(record.source_locale), canonical(record.target_locale)
    facts = msgspec.structs.asdict(record) | {"source_locale": locales[0], "target_locale": locales[1]}
    check = facts.pop("check")
    entry = Entry(source, new_target or target, **facts)
    if new_target or _check(*locales, source, target) != check:
        return replace(entry, translation_type="HT", fuzzy=False)
    return entry
