"""One bilingual page: find its units in the raw text, read its metadata, know where each unit stands, rebuild it."""

from __future__ import annotations

from align.pages.columns import Texts
from align.pages.flags import has_no_text
from align.pages.joining import Block, Blocks, Unjoined, join_blocks, unjoined_problems
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
