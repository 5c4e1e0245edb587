"""What goes from one executor to another: pairs of texts, and what was read; rows of Arrow with MessagePack inside."""

from __future__ import annotations

from typing import Any

import msgspec

from align.curate import Pair
from align.model import Container, Origin, Problem, TranslationType

__all__ = ["NOTES", "RESULT_SCHEMA", "ROW_SCHEMA", "STRETCH_SCHEMA", "Note", "pair_of", "stored"]

#: Stretches of pages, on their way to the executors that read them.
STRETCH_SCHEMA = "first long, files binary"
#: Pairs on their way to who chooses among them; ``memory`` :data:`NOTES` has a :class:`Note` instead.
ROW_SCHEMA = "memory string, bucket int, source string, data binary"
#: What was written: a :class:`align.cluster.report.Part` in MessagePack.
RESULT_SCHEMA = "data binary"
#: The memory of no locale.
NOTES = ""

_Facts = tuple[
    str, Container, str, str | None, TranslationType | None, str | None, str | None, str | None, str | None
]  # an Origin's fields, in their order


class _Stored(msgspec.Struct, array_like=True):
    """A pair without its source, which has a column of its own."""

    target: str
    id: str
    number: int
    changes: tuple[str, ...]
    rank: int
    handoff: str
    count: int
    pages: list[str]
    """Empty when it stands on its origin's page only, as most do."""
    origin: _Facts


class Note(msgspec.Struct, array_like=True):
    """What was read of a stretch of pages."""

    pages: int
    """Pages that were read."""
    units: int
    """Units found on them."""
    no_locale: int
    """Units of pages whose locale is not known."""
    problems: list[Problem]
    """What was found wrong, in the order of the pages."""
    dropped: dict[str, dict[str, int]]
    """By memory and reason, units that are in no file."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Stored)


def stored(pair: Pair) -> bytes:
    """A pair without its source, as bytes."""
    origin = pair.origin
    pages = [] if pair.pages == [origin.page] else pair.pages
    facts: Any = msgspec.structs.astuple(origin)
    return _ENCODER.encode(
        _Stored(pair.target, pair.id, pair.number, pair.changes, pair.rank, pair.handoff, pair.count, pages, facts)
    )


def pair_of(source: str, data: bytes) -> Pair:
    """The pair that :func:`stored` was given."""
    found = _DECODER.decode(data)
    origin = Origin(*found.origin)
    return Pair(
        source,
        found.target,
        found.id,
        origin,
        found.number,
        found.changes,
        found.rank,
        found.handoff,
        found.count,
        found.pages or [origin.page],
    )
