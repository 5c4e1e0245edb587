"""The parts of a file: what it begins with, entries, what it ends with; so that several may write at one file."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from align.curate import Chosen, Selection
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
    """Format of the file."""
    facts: Facts
    """What its beginning says of all entries."""
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
    encoders: dict[str, Callable[[Entry], bytes]] = {
        "tmx": partial(tmx.encode_unit, codes=body.facts.codes, named=body.facts.named),
        "po": po.encode_entry,
        "tsv": lambda entry: tsv.entry_line(entry).encode(),
        "jsonl": jsonl.encode_entry,
    }
    return encoders[body.form]


def _former_places(former: FormerFile | None, chosen: Sequence[Chosen]) -> list[int]:
    """For each pair the place of its entry in the former file; -1 where it must be written."""
    if former is None:
        return [-1] * len(chosen)
    return list(former.find(pair.former if best else 0 for _, pair, best in chosen))


def _stretches(places: list[int]) -> Iterator[range]:
    """The indexes of pairs in stretches: all to be written, or all to be copied from one piece of the former file."""
    begin, count = 0, len(places)
    while begin < count:
        stop, place = begin + 1, places[begin]
        if place < 0:
            while stop < count and stop < begin + _BATCH and places[stop] < 0:
                stop += 1
        else:
            while stop < count and places[stop] == place + stop - begin:
                stop += 1
        yield range(begin, stop)
        begin = stop


def write_body(path: Path, body: Body, selection: Selection, *, whole: bool) -> array[int]:
    """Write entries to a file, with ``whole`` also what it begins and ends with; returns the bytes of each."""
    sizes = array("I")
    write, former, chosen = _unit(body), body.former, selection.chosen
    places = _former_places(former, chosen)
    with path.open("wb") as stream:
        if whole:
            stream.write(begin(body.form, body.facts))
        for stretch in _stretches(places):
            place = places[stretch.start]
            if former is not None and place >= 0:
                former.copy(place, place + len(stretch), stream)
                sizes += former.sizes(place, place + len(stretch))
                continue
            batch = [write(selection.entry(pair, best=best)) for _, pair, best in chosen[stretch.start : stretch.stop]]
            stream.write(b"".join(batch))
            sizes.extend(map(len, batch))
        if whole:
            stream.write(end(body.form))
    return sizes
