"""Many pages: which there are and where they come from, what they are called, and their locale when they do not say."""

from __future__ import annotations

from align.corpus.find import Narrowing, find_page, find_pages, in_order, names_left, narrow
from align.corpus.places import STDIN, Folder, PageFile, Place, as_text
from align.corpus.read import (
    Reading,
    Surroundings,
    admits,
    no_locale,
    page_of,
    problems_of,
    read_file,
    read_pages,
    unreadable,
)

__all__ = [
    "STDIN",
    "Folder",
    "Narrowing",
    "PageFile",
    "Place",
    "Reading",
    "Surroundings",
    "admits",
    "as_text",
    "find_page",
    "find_pages",
    "in_order",
    "names_left",
    "narrow",
    "no_locale",
    "page_of",
    "problems_of",
    "read_file",
    "read_pages",
    "unreadable",
]
