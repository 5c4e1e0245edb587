"""The parts of a file: what it begins with, entries, what it ends with; so that several may write at one file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, NamedTuple, TextIO

from align.export.plan import Format
from align.formats import jsonl, po, tmx, tsv, xliff
from align.formats.entry import Entry, batched

__all__ = ["Facts", "append", "begin", "end", "together", "write_body"]

_CHUNK = 1 << 20

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
    """What a file of this format begins with; XLIFF has no parts (:func:`together`)."""
    if form == "tmx":
        return tmx._header(facts.source_locale, facts.licence)
    if form == "po":
        return po.begin(po.Header(*facts))
    return tsv.HEADER if form == "tsv" else ""


def end(form: Format) -> str:
    """What a file of this format ends with."""
    return "  </body>\n</tmx>\n" if form == "tmx" else ""


def together(form: Format, stream: IO[bytes], parts: Sequence[Path], facts: Facts) -> None:
    """Write a file of the parts that :func:`write_body` wrote of it; ``facts`` are those of the whole file."""
    if form == "xliff":
        xliff.join(stream, parts, source_locale=facts.source_locale, target_locale=facts.target_locale)
        return
    stream.write(begin(form, facts).encode())
    append(stream, parts)
    stream.write(end(form).encode())


def append(stream: IO[bytes], parts: Iterable[Path]) -> None:
    """Write the bytes of files."""
    for path in parts:
        with path.open("rb") as part:
            shutil.copyfileobj(part, stream, _CHUNK)


def _write_entries(form: Format, stream: TextIO, entries: Iterable[Entry]) -> None:
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
        if form == "xliff":
            write = xliff.write if whole else xliff.write_part
            write(stream, entries, source_locale=facts.source_locale, target_locale=facts.target_locale)
            return
        if whole:
            stream.write(begin(form, facts))
        _write_entries(form, stream, entries)
        if whole:
            stream.write(end(form))
