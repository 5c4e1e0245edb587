"""JSON Lines: one object a line, UTF-8, non-ASCII not escaped, LF. The lossless record of units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

import msgspec

__all__ = ["encode", "write"]

_ENCODER = msgspec.json.Encoder()


def encode(record: Any) -> bytes:
    """One record (a dict, or a struct) as a line with its line feed."""
    return _ENCODER.encode(record) + b"\n"


def write(stream: IO[bytes], records: Iterable[Any]) -> int:
    """Write one line per record; returns how many."""
    count = 0
    for record in records:
        stream.write(encode(record))
        count += 1
    return count
