"""The parts of a file: what it begins with, entries, what it ends with; so that several may write at one file."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from align.curate import Selection
from align.exchange import Facts
from align.export.former import FormerFile
from align.export.plan import Format
from align.formats import jsonl, po, tmx, tsv
from align.formats.entry import Entry

__all__ = ["Body", "begin", "end", "write_body"]

_BATCH = 512


class Body(NamedTuple):
    """What is written, and how."""

    form: Format
    facts: Facts
    former: FormerFile | None = None
    """Where entries can be copied from that would be written just so."""


def begin(form: Format, facts: Facts) -> bytes:
    """What a file of this format begins with."""
    if form == "tmx":
        return tmx.begin(facts.source_locale, facts.licence).encode()
    if form == "po":
        return po.begin(po.Header(*facts.pair, facts.newest, facts.licence)).encode()
    return tsv.HEADER.encode() if form == "tsv" else b""


def end(form: Format) -> bytes:
    """What a file of this format ends with."""
    return tmx.END.encode() if form == "tmx" else b""


def _unit(body: Body) -> Callable[[Entry], bytes]:
    """Writes an entry, in the formats in which it stands alone."""
    if body.form == "jsonl":
        return jsonl.encode_entry
    texts: dict[str, Callable[[Entry], str]] = {
        "tmx": partial(tmx.unit, codes=True) if body.facts.codes else tmx.unit,
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


def write_body(path: Path, body: Body, selection: Selection, *, whole: bool) -> array[int]:
    """Write entries to a file, with ``whole`` also what it begins and ends with; returns the bytes of each."""
    sizes = array("I")
    with path.open("wb") as stream:
        if whole:
            stream.write(begin(body.form, body.facts))
        entries = _entries(body, selection)
        while batch := list(islice(entries, _BATCH)):
            stream.write(b"".join(batch))
            sizes.extend(map(len, batch))
        if whole:
            stream.write(end(body.form))
    return sizes
