"""`:::no-loc(X):::`, the producer's wrapper around a name that is not to be translated."""

from __future__ import annotations

import re

_WRAPPED = re.compile(r":::no-loc\(([^()\n]+)\):::")


def unwrap(text: str) -> str:
    """The text without the wrappers."""
    return _WRAPPED.sub(r"\1", text)


def wrapped_at(text: str, at: int) -> tuple[str, int] | None:
    """The name that is wrapped at this offset and the offset after the wrapper."""
    match = _WRAPPED.match(text, at)
    return (match[1], match.end()) if match else None
