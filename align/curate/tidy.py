"""Texts as XML and gettext take them. What an export writes is so already; a table or a corpus of another program is not."""

from __future__ import annotations

from msgspec.structs import replace

from align.formats.entry import Entry
from align.legal import without_illegal

__all__ = ["tidied"]


def _tidied(text: str) -> str:
    if text.isprintable() and text == text.strip():
        return text  # nothing that is printable is illegal, or a line end
    return without_illegal(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def _on_one_line(ident: str) -> str:
    """An id without illegal characters and line ends: in PO it stands in a comment, which a line end would close."""
    return ident if ident.isprintable() else " ".join(without_illegal(ident).split())


def tidied(entry: Entry) -> Entry:
    """The entry without characters that XML 1.0 does not allow, with LF line ends, trimmed; the same object when it is so.

    A text may be empty then. An id is made one line.
    """
    source, target = _tidied(entry.source), _tidied(entry.target)
    variant = None if entry.variant is None else without_illegal(entry.variant)
    ident = None if entry.id is None else _on_one_line(entry.id)
    if (source, target, variant, ident) == (entry.source, entry.target, entry.variant, entry.id):
        return entry
    return replace(entry, source=source, target=target, variant=variant, id=ident)
