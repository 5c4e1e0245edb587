"""One bilingual page: find its units in the raw text, read its metadata, know where each unit stands, rebuild it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from align.pages.columns import Texts
from align.pages.flags import has_no_text
from align.pages.page import Page, Piece
from align.pages.reader import (
    SUFFIXES,
    container_of,
    decode,
    parse_page,
    read_bytes,
    read_data,
    read_metadata,
    read_page,
    read_text,
)

if TYPE_CHECKING:
    from align.pages.joining import Block, Blocks, Unjoined, join_blocks, unjoined_problems

__all__ = [
    "SUFFIXES",
    "Block",
    "Blocks",
    "Page",
    "Piece",
    "Texts",
    "Unjoined",
    "container_of",
    "decode",
    "has_no_text",
    "join_blocks",
    "parse_page",
    "read_bytes",
    "read_data",
    "read_metadata",
    "read_page",
    "read_text",
    "unjoined_problems",
]

_OF_BLOCKS = ("Block", "Blocks", "Unjoined", "join_blocks", "unjoined_problems")


def __getattr__(name: str) -> Any:
    if name not in _OF_BLOCKS:
        raise AttributeError(f"module 'align.pages' has no attribute {name!r}")
    from align.pages import joining  # five modules that reading does without

    globals().update((each, getattr(joining, each)) for each in _OF_BLOCKS)
    return globals()[name]
