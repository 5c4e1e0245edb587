"""Memories as files: which format an ending names, what it cannot hold, and how it is read and written.

What needs all formats loads when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from align.exchange.facts import Facts, Written

if TYPE_CHECKING:
    from align.exchange.files import read_memory, write_memory, written
    from align.exchange.forms import FORMS, Form
    from align.exchange.names import ENDINGS, WITH_CODES, Named, named

__all__ = [
    "ENDINGS",
    "FORMS",
    "WITH_CODES",
    "Facts",
    "Form",
    "Named",
    "Written",
    "named",
    "read_memory",
    "write_memory",
    "written",
]

_PLACES = {
    "ENDINGS": "names",
    "FORMS": "forms",
    "Form": "forms",
    "WITH_CODES": "names",
    "Named": "names",
    "named": "names",
    "read_memory": "files",
    "write_memory": "files",
    "written": "files",
}


def __getattr__(name: str) -> Any:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module 'align.exchange' has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(f"align.exchange.{place}"), name)
    return value
