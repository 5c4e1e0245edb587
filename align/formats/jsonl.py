"""JSON Lines: one object a line (RFC 8259), UTF-8, non-ASCII not escaped, LF. The lossless record of units and entries.

An entry's object has the fields of :class:`align.formats.entry.Entry` as keys, every key in every line; ``origin`` is
null or an object with the fields of :class:`align.model.Origin`. Nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Annotated, Any

import msgspec
from msgspec.structs import fields, replace

from align.errors import FormatError, LocaleError
from align.formats.entry import Entry
from align.formats.provenance import checked
from align.locales import canonical
from align.model import Origin

__all__ = ["encode", "encode_entry", "read", "write"]

_ENCODER = msgspec.json.Encoder()


def encode(record: Any) -> bytes:
    """One record (a dict, or a struct) as a line with its line feed."""
    return _ENCODER.encode(record) + b"\n"


def encode_entry(entry: Entry) -> bytes:
    """One entry as a line with its line feed, from which :func:`read` gives an equal one."""
    return encode(entry)


def write(stream: IO[bytes], records: Iterable[Any]) -> int:
    """Write one line per record; returns how many."""
    count = 0
    for record in records:
        stream.write(encode(record))
        count += 1
    return count


def _strict(struct: type[msgspec.Struct], **types: Any) -> type[msgspec.Struct]:
    """The struct with no defaults, for decoding: with them, a key that is missing would go unnoticed."""
    return msgspec.defstruct(struct.__name__, [(field.name, types.get(field.name, field.type)) for field in fields(struct)])


_TEXT = Annotated[str, msgspec.Meta(min_length=1)]
_DECODER = msgspec.json.Decoder(_strict(Entry, source=_TEXT, target=_TEXT, origin=_strict(Origin) | None))


def read(stream: IO[bytes], path: Path | None = None) -> Iterator[Entry]:
    """Read the lines that :func:`encode_entry` makes. Keys that an entry does not have are passed over.

    Parameters
    ----------
    stream : binary stream.
    path : name of the file, for errors.

    Raises
    ------
    FormatError
        A line is not JSON in UTF-8, or lacks a key, or a value has the wrong type, or a text is empty, or a hand-off is no day.
    """
    for number, line in enumerate(stream, 1):
        try:
            entry = msgspec.convert(_DECODER.decode(line), Entry, from_attributes=True)
            locales = canonical(entry.source_locale), canonical(entry.target_locale)
            checked(entry.origin)
        except (FormatError, LocaleError) as error:
            raise FormatError(error.what, path=path, line=number, cure=error.cure) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            cure = f"each line is an object with the keys {', '.join(Entry.__struct_fields__)}"
            raise FormatError(f"is no record of an entry: {error}", path=path, line=number, cure=cure) from error
        yield replace(entry, source_locale=locales[0], target_locale=locales[1])
