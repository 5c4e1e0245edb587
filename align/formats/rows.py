"""What a table's row says of an entry: the columns that TSV and CSV share, and what reviewers may do to a table.

A table is taken in whatever order its columns stand. Columns that are not known are passed over: they are a reviewer's
own. A table that lacks one of :data:`COLUMNS` is refused, for what it held would be lost and nobody told.

Lost: all pages but one, whether a translator must review it, which entries are whole blocks, reference labels, and what
:class:`align.model.Origin` knows beyond the page, its container (told by the page's name) and the hand-off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from align.errors import FormatError
from align.formats.entry import Entry
from align.formats.provenance import is_day, origin_of
from align.locales import canonical
from align.model import TranslationType, kind_of

__all__ = ["COLUMNS", "NEW_TARGET", "entry_of", "fields_of", "places_of"]

#: The columns, in their order, and what each holds. What is not known is an empty field.
COLUMNS = {
    "id": "id of the unit on its page",
    "source": "text of the source segment",
    "target": "text of the target segment",
    "source_locale": "BCP 47",
    "target_locale": "BCP 47",
    "page": "page of the unit",
    "translation_type": "HT or MT",
    "handoff": "date of the page's hand-off, YYYY-MM-DD",
    "variant": "empty for the best target of a source, else a name that tells this one from the others",
}
#: Column that a reviewer may add; a text in it takes the target's place, and is a human translation.
NEW_TARGET = "new_target"

_TYPES: dict[str, TranslationType | None] = {"": None, "HT": "HT", "MT": "MT"}


def fields_of(entry: Entry) -> tuple[str, ...]:
    """The values of :data:`COLUMNS` for an entry."""
    origin = entry.origin
    page = origin.page if origin is not None else entry.pages[0] if entry.pages else None
    fields = (
        entry.id,
        entry.source,
        entry.target,
        entry.source_locale,
        entry.target_locale,
        page,
        entry.translation_type,
        None if origin is None else origin.handoff,
        entry.variant,
    )
    return tuple([field or "" for field in fields])


def places_of(header: Sequence[str], wanted: Iterable[str], optional: Iterable[str] = ()) -> list[int | None]:
    """Where each of the columns stands in this header: the wanted ones, then the optional ones, None for one that is absent.

    Raises
    ------
    FormatError
        A wanted column is missing, or one of the columns stands there twice.
    """
    wanted, optional = list(wanted), list(optional)
    missing = [name for name in wanted if name not in header]
    if missing:
        what = f"has not the header of a table of entries: no column {', '.join(missing)}"
        raise FormatError(what, cure=f"its columns are {', '.join(wanted)}")
    twice = [name for name in [*wanted, *optional] if header.count(name) > 1]
    if twice:
        raise FormatError(f"has the column {twice[0]} twice", cure="remove or rename one of them")
    return [header.index(name) if name in header else None for name in [*wanted, *optional]]


def entry_of(values: Sequence[str], new_target: str = "") -> Entry:
    """The entry of a row; with a page it has an origin.

    Parameters
    ----------
    values : those of :data:`COLUMNS`, in their order.
    new_target : the reviewer's text, trimmed; when it is not empty the entry is a human translation.

    Raises
    ------
    FormatError
        There is no text, or a value that its column cannot hold.
    LocaleError
        A locale is not BCP 47.
    """
    ident, source, target, source_locale, target_locale, page, kind, handoff, variant = values
    if better := new_target.strip():  # a space is how some empty a cell
        target, kind = better, "HT"
    if not source or not target:
        raise FormatError(f"has no {'target' if source else 'source'}", cure="fill it in, or remove the line")
    if kind not in _TYPES:
        raise FormatError(f"translation_type is {kind!r}", cure="write HT, MT or nothing")
    if handoff and not (page and is_day(handoff)):
        raise FormatError(f"handoff is {handoff!r}", cure="write it like 2021-04-12, beside a page, or write nothing")
    source_locale, target_locale = canonical(source_locale), canonical(target_locale)
    return Entry(
        source,
        target,
        source_locale,
        target_locale,
        ident or None,
        origin_of(page, (source_locale, target_locale), handoff or None) if page else None,
        (page,) if page else (),
        _TYPES[kind],
        variant=variant or None,
        segtype=kind_of(ident),
    )
