"""The parts of a file: what it begins with, entries, what it ends with; so that several may write at one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, TextIO

from align.export.plan import Format
from align.formats import jsonl, po, tmx, tsv, xliff
from align.formats.entry import Entry, batched

__all__ = ["Facts", "begin", "end", "write_body"]

_TEXTS: dict[Format, Callable[[Entry], str]] = {"tmx": tmx._unit, "po": po.entry_text, "tsv": tsv.entry_line}


class Facts(NamedTuple):
    """What a file's beginning says."""

    source_locale: str
    target_locale: str
    newest: str | None
    """Newest hand-off in the file, ``YYYY-MM-DD``."""
    licence: str | None
    """Licences of the texts in the file."""


def begin(form: Format, facts: Facts) -> str:
    """What a file of this format begins with."""
    if form == "tmx":
        return tmx._header(facts.source_locale, facts.licence)
    if form == "po":
        return po.begin(po.Header(*facts))
    if form == "xliff":
        return xliff._BEGIN
    return tsv.HEADER if form == "tsv" else ""


def end(form: Format) -> str:
    """What a file of this format ends with."""
    return {"tmx": "  </body>\n</tmx>\n", "xliff": "</xliff>\n"}.get(form, "")


def _write_entries(form: Format, stream: TextIO, entries: Iterable[Entry], facts: Facts) -> None:
    if form == "xliff":
        xliff.write(stream, entries, source_locale=facts.source_locale, target_locale=facts.target_locale)
        return
    text = _TEXTS[form]
    for batch in batched(entries):
        stream.write("".join(map(text, batch)))


def write_body(form: Format, path: Path, entries: Iterable[Entry], facts: Facts, *, whole: bool) -> None:
    """Write entries to a file; with ``whole`` also what it begins and ends with."""
    if form == "jsonl":
        with path.open("wb") as record:
            jsonl.write(record, entries)
        return
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        if whole and form != "xliff":
            stream.write(begin(form, facts))
        _write_entries(form, stream, entries, facts)
        if whole and form != "xliff":
            stream.write(end(form))
