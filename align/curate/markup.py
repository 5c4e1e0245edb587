"""Entries as plain text, for matching and for programs that know no markup."""

from __future__ import annotations

from msgspec.structs import replace

from align.formats.entry import Entry

__all__ = ["without_markup"]


def without_markup(entry: Entry) -> Entry:
    """The entry with the visible text of both sides (:func:`align.inline.plain`), the same object when it is so.

    Its page says whether it is Markdown, HTML or XML; one without a page is Markdown. A text may be empty then.
    """
    from align.inline import plain

    container = "markdown" if entry.origin is None else entry.origin.container
    source, target = (plain(text, container=container, labels=entry.labels) for text in (entry.source, entry.target))
    if (source, target) == (entry.source, entry.target):
        return entry
    return replace(entry, source=source, target=target)
