"""Text as XML 1.0 writes it (section 2.4), for the formats that are written as text and not by way of a tree."""

from __future__ import annotations

from align.legal import without_illegal

__all__ = ["attribute", "content", "foreign"]


def content(text: str) -> str:
    """A text without illegal characters, as content of an element."""
    if "&" not in text and "<" not in text and ">" not in text:
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def foreign(text: str) -> str:
    """A text that comes from a page's metadata or name, and may hold anything, as content of an element."""
    return content(without_illegal(text))


def attribute(text: str) -> str:
    """A text without illegal characters, as value of an attribute in double quotes."""
    return content(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
