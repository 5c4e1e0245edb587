"""Units as a table, a row each, for pandas, polars and everything else that takes Arrow; and back.

The one definition of columns and types is :data:`COLUMNS`; the Arrow table is built from it, the frames from that:

| column | Arrow | pandas | polars | |
|---|---|---|---|---|
| id | string | str | String | as on the page: ``abd60-102`` |
| kind | dictionary | category | Categorical | ``sentence``, ``paragraph``; follows from the id |
| source, target | string | str | String | native text, not trimmed |
| source_locale, target_locale | dictionary | category | Categorical | BCP 47; the target's null when unknown |
| page | dictionary | category | Categorical | name of the page |
| line | int32 | int32 | Int32 | from 1 |
| container | dictionary | category | Categorical | ``markdown``, ``html``, ``xml`` |
| translation_type | dictionary | category | Categorical | ``HT``, ``MT``, null |
| handoff | date32 | datetime64[ms] | Date | null when the page does not say |
| source_commit, source_hash, licence | dictionary | category | Categorical | null when unknown |
| heading | string | str | String | null above the first heading |
| context, flags | list<string> | list<string>[pyarrow] | List(String) | never null, often empty |

Nothing is lost: :func:`units_of` gives the same units, with position and origin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from align.errors import OptionError
from align.locales import canonical
from align.model import CONTAINERS, Origin, Unit

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = ["COLUMNS", "Column", "Frame", "FrameKind", "schema", "to_arrow", "to_frame", "units_of"]

Frame: TypeAlias = "pandas.DataFrame | polars.DataFrame | pyarrow.Table"
FrameKind = Literal["pandas", "polars", "arrow"]
_KINDS: tuple[FrameKind, ...] = ("pandas", "polars", "arrow")


class Column(NamedTuple):
    """A column of the table."""

    name: str
    """Name of the column, and of the unit's or origin's field."""
    type: Literal["string", "words", "int32", "date32", "list"]
    """``words``: a dictionary of strings with int32 indices; ``list``: a list of strings; the others are Arrow's names."""
    of_page: bool
    """Whether all units of a page share the value, a field of their origin."""
    nullable: bool
    """Whether a value may be missing. A column that is nullable may be missing as a whole when units are made."""


#: The columns of the table, in their order.
COLUMNS = (
    Column("id", "string", of_page=False, nullable=False),
    Column("kind", "words", of_page=False, nullable=False),
    Column("source", "string", of_page=False, nullable=False),
    Column("target", "string", of_page=False, nullable=False),
    Column("source_locale", "words", of_page=True, nullable=False),
    Column("target_locale", "words", of_page=True, nullable=True),
    Column("page", "words", of_page=True, nullable=False),
    Column("line", "int32", of_page=False, nullable=False),
    Column("container", "words", of_page=True, nullable=False),
    Column("translation_type", "words", of_page=True, nullable=True),
    Column("handoff", "date32", of_page=True, nullable=True),
    Column("source_commit", "words", of_page=True, nullable=True),
    Column("source_hash", "words", of_page=True, nullable=True),
    Column("licence", "words", of_page=True, nullable=True),
    Column("heading", "string", of_page=False, nullable=True),
    Column("context", "list", of_page=False, nullable=False),
    Column("flags", "list", of_page=False, nullable=False),
)
_OF_PAGE = tuple(column for column in COLUMNS if column.of_page)


def _library(name: str, extra: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise OptionError(f"{name} is not installed", cure=f"run pip install 'align-tm[{extra}]'") from error


def _types(pa: Any) -> dict[str, Any]:
    return {
        "string": pa.string(),
        "words": pa.dictionary(pa.int32(), pa.string()),
        "int32": pa.int32(),
        "date32": pa.date32(),
        "list": pa.list_(pa.string()),
    }


def schema() -> pyarrow.Schema:
    """:data:`COLUMNS` as an Arrow schema.

    Raises
    ------
    OptionError
        pyarrow is not installed.
    """
    pa = _library("pyarrow", "pandas")
    types = _types(pa)
    found: pyarrow.Schema = pa.schema([pa.field(column.name, types[column.type], column.nullable) for column in COLUMNS])
    return found


def _page_column(pa: Any, column: Column, origins: Sequence[Origin], rows: Any) -> Any:
    """A column whose values the pages decide: one value a page, then one index a unit."""
    values = [getattr(origin, column.name) for origin in origins]
    if column.type == "date32":
        days = [None if value is None else date.fromisoformat(value) for value in values]
        return pa.array(days, pa.date32()).take(rows)
    words = pa.array(values, pa.string()).dictionary_encode()
    return pa.DictionaryArray.from_arrays(words.indices.take(rows), words.dictionary)


def _kinds(pa: Any, units: Sequence[Unit]) -> Any:
    rows = pa.array([unit.kind == "paragraph" for unit in units], pa.bool_()).cast(pa.int32())
    return pa.DictionaryArray.from_arrays(rows, pa.array(["sentence", "paragraph"]))


def to_arrow(units: Sequence[Unit]) -> pyarrow.Table:
    """The units as an Arrow table of :func:`schema`.

    Raises
    ------
    OptionError
        pyarrow is not installed.
    """
    pa = _library("pyarrow", "pandas")
    types = _types(pa)
    found: dict[int, tuple[int, Origin]] = {}
    rows = pa.array([found.setdefault(id(unit.origin), (len(found), unit.origin))[0] for unit in units], pa.int32())
    origins = [origin for _, origin in found.values()]
    arrays = []
    for column in COLUMNS:
        if column.of_page:
            arrays.append(_page_column(pa, column, origins, rows))
        elif column.name == "kind":
            arrays.append(_kinds(pa, units))
        else:
            arrays.append(pa.array([getattr(unit, column.name) for unit in units], types[column.type]))
    table: pyarrow.Table = pa.table(arrays, schema=schema())
    return table


def to_frame(units: Sequence[Unit], kind: FrameKind = "pandas") -> Frame:
    """The units as a table; see the top of the module for its columns.

    Raises
    ------
    OptionError
        The kind is not known, or its library is not installed; the message names the extra.
    """
    if kind not in _KINDS:
        raise OptionError(f"to_frame: {kind!r} is not known", cure=f"use {', '.join(_KINDS)}")
    if kind == "arrow":
        return to_arrow(units)
    library = _library(kind, kind)
    _library("pyarrow", kind)
    if kind == "polars":
        polars_frame: polars.DataFrame = library.from_arrow(to_arrow(units))
        return polars_frame
    lists = _types(_library("pyarrow", kind))["list"]
    # As they are, lists would become numpy arrays, in which "in" and "if" mean something else.
    mapper: Callable[[Any], Any] = {lists: library.ArrowDtype(lists)}.get
    pandas_frame: pandas.DataFrame = to_arrow(units).to_pandas(date_as_object=False, types_mapper=mapper)
    return pandas_frame


def _decoded(pa: Any, array: Any, wanted: Any) -> list[Any]:
    """The values of a chunked array, of this type once any dictionary is looked up; rows with one word share one text."""
    if not pa.types.is_dictionary(array.type):
        values: list[Any] = array.cast(wanted).to_pylist()
        return values
    values = []
    for chunk in array.chunks:  # by hand: Arrow has no cast for polars' dictionaries of views
        words = [*chunk.dictionary.cast(wanted).to_pylist(), None]
        values += [words[index] for index in chunk.indices.cast(pa.int64()).fill_null(-1).to_pylist()]
    return values


def _values(pa: Any, table: Any, column: Column) -> list[Any]:
    """The values of a column as Python has them; None for each row where the whole column is missing."""
    if column.name not in table.column_names:
        if not column.nullable:
            names = ", ".join(one.name for one in COLUMNS if not one.nullable and one.name != "kind")
            raise OptionError(f"the frame has no column {column.name!r}", cure=f"it needs {names}")
        return [None] * table.num_rows
    array = table[column.name]
    wanted = pa.string() if column.type == "words" else _types(pa)[column.type]
    try:
        values = _decoded(pa, array, wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise OptionError(
            f"the frame's column {column.name!r} holds {array.type}, which is no {wanted}",
            cure="see align.frames for the types",
        ) from error
    if not column.nullable and None in values:
        raise OptionError(
            f"the frame's column {column.name!r} has no value in row {values.index(None)}", cure="drop or fill such rows"
        )
    return values


def _origin(values: tuple[Any, ...]) -> Origin:
    fields = dict(zip((column.name for column in _OF_PAGE), values, strict=True))
    for name, allowed in (("container", CONTAINERS), ("translation_type", ("HT", "MT", None))):
        if fields[name] not in allowed:
            words = ", ".join(map(str, allowed))
            raise OptionError(f"the frame's column {name!r} holds {fields[name]!r}", cure=f"use {words}")
    locale, handoff = fields.pop("target_locale"), fields.pop("handoff")
    return Origin(
        **{**fields, "source_locale": canonical(fields["source_locale"])},
        target_locale=None if locale is None else canonical(locale),
        handoff=None if handoff is None else handoff.isoformat(),
    )


def _origins(columns: Iterable[list[Any]]) -> list[Origin]:
    """The origin of each row; rows with the same values share one."""
    known: dict[tuple[Any, ...], Origin] = {}
    origins = []
    for values in zip(*columns, strict=True):
        origin = known.get(values)
        if origin is None:
            origin = known[values] = _origin(values)
        origins.append(origin)
    return origins


def units_of(frame: Frame) -> tuple[Unit, ...]:
    """The units of a table with the columns of :data:`COLUMNS`; other columns are passed over, and so is ``kind``.

    Parameters
    ----------
    frame : a pandas or polars data frame, an Arrow table, or any object with ``__arrow_c_stream__`` (Arrow PyCapsule
        interface).

    Raises
    ------
    OptionError
        A column is missing, a value is missing or not of its type; it is no table; pyarrow is not installed.
    """
    pa = _library("pyarrow", "pandas")
    if not isinstance(frame, pa.Table) and not hasattr(frame, "__arrow_c_stream__"):
        raise OptionError(f"{type(frame).__name__} is no table", cure="give a frame of pandas or polars, or an Arrow table")
    try:
        table = pa.table(frame)
    except pa.ArrowInvalid as error:  # a column alone: the stream that it gives is of values, not of rows
        raise OptionError(f"{type(frame).__name__} is no table", cure="give a frame with all its columns") from error
    columns = {column.name: _values(pa, table, column) for column in COLUMNS if column.name != "kind"}
    contexts, flags = ([tuple(words) for words in columns[name]] for name in ("context", "flags"))
    texts = (columns[name] for name in ("id", "source", "target", "line", "heading"))
    origins = _origins(columns[column.name] for column in _OF_PAGE)
    return tuple(map(Unit, *texts, contexts, flags, origins))
