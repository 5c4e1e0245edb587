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


def tidied(entry: Entry) -> Entry:
    """The entry without characters that XML 1.0 does not allow, with LF line ends, trimmed; the same object when it is so.

    A text may be empty then.
    """
    source, target = _tidied(entry.source), _tidied(entry.target)
    variant = None if entry.variant is None else without_illegal(entry.variant)
    if (source, target, variant) == (entry.source, entry.target, entry.variant):
        return entry
    return replace(entry, source=source, target=target, variant=variant)
