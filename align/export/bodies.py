"""The parts of a file: what it begins with, entries, what it ends with; so that several may write at one file."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from align.curate import Selection
from align.export.former import FormerFile
from align.export.plan import Format
from align.formats import jsonl, po, tmx, tsv, xliff
from align.formats.entry import Entry

__all__ = ["Body", "Facts", "begin", "end", "write_body"]

_BATCH = 512


class Facts(NamedTuple):
    """What a file's beginning says."""

    source_locale: str
    target_locale: str
    newest: str | None
    """Newest hand-off in the file, ``YYYY-MM-DD``."""
    licence: str | None
    """Licences of the texts in the file."""

    @property
    def pair(self) -> xliff.Pair:
        """The locales."""
        return xliff.Pair(self.source_locale, self.target_locale)


class Body(NamedTuple):
    """What is written, and how."""

    form: Format
    facts: Facts
    codes: bool
    """Whether markup becomes inline codes, where the format has a place for them."""
    former: FormerFile | None = None
    """Where entries can be copied from that would be written just so."""


def begin(form: Format, facts: Facts) -> str:
    """What a file of this format begins with."""
    if form == "tmx":
        return tmx.begin(facts.source_locale, facts.licence)
    if form == "po":
        return po.begin(po.Header(*facts))
    if form == "xliff":
        return xliff.BEGIN
    return tsv.HEADER if form == "tsv" else ""


def end(form: Format, facts: Facts, *, empty: bool) -> str:
    """What a file of this format ends with, which may have no entry."""
    if form == "xliff":
        return (xliff.empty_file(facts.pair) if empty else "") + xliff.END
    return tmx.END if form == "tmx" else ""


def _unit(body: Body) -> Callable[[Entry], bytes]:
    """Writes an entry, in the formats in which it stands alone."""
    if body.form == "jsonl":
        return jsonl.encode_entry
    texts: dict[str, Callable[[Entry], str]] = {
        "tmx": partial(tmx.unit, codes=True) if body.codes else tmx.unit,
        "po": po.entry_text,
        "tsv": tsv.entry_line,
    }
    text = texts[body.form]
    return lambda entry: text(entry).encode()


def _entries(body: Body, selection: Selection) -> Iterator[bytes]:
    """Each entry as it is written, or was written before."""
    write, former = _unit(body), body.former
    for _, pair, best in selection.chosen:
        if former is not None and best and pair.former > 0:
            known = former.entry(pair.former)
            if known is not None:
                yield known
                continue
        yield write(selection.entry(pair, best=best))


def _write_entries(stream: IO[bytes], body: Body, selection: Selection) -> array[int]:
    """Write all entries; returns the bytes of each, nothing for XLIFF, where they do not stand alone."""
    sizes = array("I")
    if body.form == "xliff":
        for text in xliff.files(selection.entries(), body.facts.pair, codes=body.codes):
            stream.write(text.encode())
        return sizes
    entries = _entries(body, selection)
    while batch := list(islice(entries, _BATCH)):
        stream.write(b"".join(batch))
        sizes.extend(map(len, batch))
    return sizes


def write_body(path: Path, body: Body, selection: Selection, *, whole: bool) -> array[int]:
    """Write entries to a file, with ``whole`` also what it begins and ends with; returns the bytes of each."""
    with path.open("wb") as stream:
        if whole:
            stream.write(begin(body.form, body.facts).encode())
        sizes = _write_entries(stream, body, selection)
        if whole:
            stream.write(end(body.form, body.facts, empty=not selection.chosen).encode())
    return sizes
