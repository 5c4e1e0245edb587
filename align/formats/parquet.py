"""Apache Parquet, for notebooks and large corpora: a row per entry, one schema (:func:`schema`), nothing lost.

Locales, containers and types are dictionary-encoded, the hand-off is a date, pages are a list. The columns have the
names of the keys that ``align-tm units`` prints; what an entry and the page it was taken from may say differently is
there twice (``translation_type``, ``page_translation_type``). A null ``page`` is an entry without an origin. The schema's
metadata has the number of its version under ``align-tm.schema``.

Written and read with pyarrow, by row groups, so that a memory of any size streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from align.errors import FormatError, LocaleError, OptionError
from align.formats.entry import Entry
from align.locales import canonical
from align.model import CONTAINERS, Origin

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["VERSION", "read", "schema", "write"]

#: Version of the schema: a column that goes or changes its meaning makes a new one, a column that comes does not.
VERSION = "1"
_KEY = b"align-tm.schema"
# A group is held in memory as a whole, by who writes and by who reads.
_ROWS = 1 << 14
_READ = 1 << 12
#: The columns: name, type, and whether a value may be missing. ``words`` is text that is dictionary-encoded.
_COLUMNS = (
    ("source", "text", False),
    ("target", "text", False),
    ("source_locale", "words", False),
    ("target_locale", "words", False),
    ("id", "text", True),
    ("translation_type", "words", True),
    ("fuzzy", "flag", False),
    ("variant", "text", True),
    ("segtype", "words", False),
    ("pages", "list", False),
    ("labels", "list", False),
    ("page", "words", True),
    ("container", "words", True),
    ("page_source_locale", "words", True),
    ("page_target_locale", "words", True),
    ("page_translation_type", "words", True),
    ("handoff", "date", True),
    ("source_commit", "words", True),
    ("source_hash", "words", True),
    ("licence", "words", True),
)
#: The words that a column may hold.
_WORDS: dict[str, tuple[str | None, ...]] = {
    "translation_type": ("HT", "MT", None),
    "page_translation_type": ("HT", "MT", None),
    "container": (*CONTAINERS, None),
    "segtype": ("sentence", "paragraph"),
}
_NAMES = [name for name, _, _ in _COLUMNS]


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        cure = "install it with: pip install 'align-tm[parquet]'"
        raise OptionError("Parquet needs pyarrow, which is not installed", cure=cure) from error
    return pyarrow


def _types(dictionaries: bool) -> dict[str, pa.DataType]:
    arrow = _pyarrow()
    text = arrow.string()
    words = arrow.dictionary(arrow.int32(), text) if dictionaries else text
    return {
        "text": text,
        "words": words,
        "flag": arrow.bool_(),
        "list": arrow.list_(arrow.field("element", text)),
        "date": arrow.date32(),
    }


def schema() -> pa.Schema:
    """The schema of the files, with its version as metadata.

    Raises
    ------
    OptionError
        pyarrow is not installed.
    """
    types = _types(dictionaries=True)
    fields = [_pyarrow().field(name, types[kind], nullable=nullable) for name, kind, nullable in _COLUMNS]
    made: pa.Schema = _pyarrow().schema(fields, metadata={_KEY: VERSION.encode()})
    return made


def _values(entry: Entry) -> tuple[Any, ...]:
    origin = entry.origin
    facts: tuple[Any, ...] = (None,) * 9
    if origin is not None:
        facts = (
            origin.page,
            origin.container,
            origin.source_locale,
            origin.target_locale,
            origin.translation_type,
            None if origin.handoff is None else date.fromisoformat(origin.handoff),
            origin.source_commit,
            origin.source_hash,
            origin.licence,
        )
    return (
        entry.source,
        entry.target,
        entry.source_locale,
        entry.target_locale,
        entry.id,
        entry.translation_type,
        entry.fuzzy,
        entry.variant,
        entry.segtype,
        entry.pages,
        entry.labels,
        *facts,
    )


def write(stream: IO[bytes], entries: Iterable[Entry], *, rows: int = _ROWS) -> int:
    """Write a file; returns how many entries. Holds one row group.

    Parameters
    ----------
    stream : binary stream.
    rows : entries in a row group.

    Raises
    ------
    OptionError
        pyarrow is not installed.
    """
    arrow, form = _pyarrow(), schema()
    waiting = iter(entries)
    count = 0
    with arrow.parquet.ParquetWriter(stream, form, compression="zstd") as writer:
        while group := list(islice(waiting, rows)):
            columns = zip(*map(_values, group), strict=True)
            arrays = [arrow.array(column, field.type) for column, field in zip(columns, form, strict=True)]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=form))
            count += len(group)
    return count


def _checked(found: pa.Schema, path: Path | None) -> None:
    cure = "export it again, or write it with the schema of align.formats.parquet"
    version = (found.metadata or {}).get(_KEY, VERSION.encode()).decode("utf-8", "replace")
    if version != VERSION:
        raise FormatError(f"has schema version {version}, not {VERSION}", path=path, cure="update align-tm, or export it again")
    missing = [name for name in _NAMES if found.get_field_index(name) < 0]
    if missing:
        raise FormatError(f"has no column {', '.join(missing)}", path=path, cure=cure)


def _plain(batch: pa.RecordBatch, types: dict[str, pa.DataType], path: Path | None) -> Iterator[list[Any]]:
    """The columns as Python values; another type that holds the same (a dictionary, large strings) is as good.

    The line of an error is the row in the batch.
    """
    arrow = _pyarrow()
    for name, kind, nullable in _COLUMNS:
        column: Any = batch.column(name)
        wrong = FormatError(
            f"column {name} is {column.type}, not {types[kind]}", path=path, cure="export it again, or cast the column"
        )
        # Numbers and dates can be cast to text, too, but were never texts of ours.
        if kind in ("text", "words") and not _is_text(column.type):
            raise wrong
        try:
            values: list[Any] = column.cast(types[kind]).to_pylist()
        except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError) as error:
            raise wrong from error
        except (OverflowError, ValueError) as error:  # a date that Python has not, text that is not UTF-8
            raise FormatError(f"column {name} holds what is none of its values: {error}", path=path, cure="mend it") from error
        if (not nullable and None in values) or (kind == "list" and any(None in value for value in values)):
            raise FormatError(f"column {name} lacks a value", path=path, cure="fill it in, or remove the row")
        for number, value in enumerate(values, 1):
            if name in _WORDS and value not in _WORDS[name]:
                words = ", ".join(filter(None, _WORDS[name]))
                raise FormatError(f"{name} is {value!r}", path=path, line=number, cure=f"write one of {words}")
        yield values


def _is_text(kind: Any) -> bool:
    types = _pyarrow().types
    if types.is_dictionary(kind):
        kind = kind.value_type
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind) or types.is_null(kind))


def _entry(row: tuple[Any, ...]) -> Entry:
    source, target, source_locale, target_locale, ident, kind, fuzzy, variant, segtype, pages, labels, page, *facts = row
    if not source or not target:
        raise FormatError(f"a row has no {'target' if source else 'source'}", cure="fill it in, or remove the row")
    origin = None
    if page is not None:
        container, page_source, page_target, page_kind, handoff, commit, digest, licence = facts
        if container is None or page_source is None:
            raise FormatError("a row has a page without container or locale", cure="fill them in, or remove the page")
        day = None if handoff is None else handoff.isoformat()
        origin = Origin(page, container, page_source, page_target, page_kind, day, commit, digest, licence)
    locales = canonical(source_locale), canonical(target_locale)
    return Entry(source, target, *locales, ident, origin, tuple(pages), kind, fuzzy, variant, segtype, tuple(labels))


def read(stream: IO[bytes], *, path: Path | None = None) -> Iterator[Entry]:
    """Read the entries of a file with the columns of :func:`schema`; other columns are passed over. Holds one row group.

    Parameters
    ----------
    stream : binary stream that can seek.
    path : name of the file, for errors, whose line is the row, from 1.

    Raises
    ------
    FormatError
        It is no Parquet file, or damaged; a column is missing or of another type; a value is missing or of no use.
    OptionError
        pyarrow is not installed.
    """
    arrow = _pyarrow()
    before = number = 0
    try:
        file = arrow.parquet.ParquetFile(stream)
        _checked(file.schema_arrow, path)
        types = _types(dictionaries=False)
        for batch in file.iter_batches(_READ, columns=_NAMES):
            number = 0
            columns = list(_plain(batch, types, path))
            for row in zip(*columns, strict=True):
                number += 1
                yield _entry(row)
            before += batch.num_rows
    except (arrow.ArrowException, OSError, UnicodeDecodeError) as error:
        what = " ".join(str(error).split())
        raise FormatError(f"is no Parquet file, or damaged: {what}", path=path, cure="export it again") from error
    except (FormatError, LocaleError) as error:
        line = before + (error.line or number) if error.line or number else None
        raise FormatError(error.what, path=path, line=line, cure=error.cure) from error
