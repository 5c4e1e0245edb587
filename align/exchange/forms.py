"""The table of formats: for each ending what is lost, how it is read and written, and what it asks of entries."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from align.errors import FormatError
from align.exchange.facts import Facts, Written
from align.exchange.moses_pair import read_pair
from align.formats import csv, jsonl, mo, moses, parquet, po, tmx, tsv, xliff, xlsx
from align.formats.entry import Entry, digest

__all__ = ["FORMS", "Asked", "Form"]


class Asked(NamedTuple):
    """What a reader may need beside its stream."""

    path: Path
    """The file that is read or written."""
    source_locale: str
    """For a file that does not say it."""
    target_locale: str | None
    """Likewise."""


class Form(NamedTuple):
    """What there is to know of a format beyond its module."""

    lost: str
    """What it cannot hold, in words; empty when it holds everything."""
    read: Callable[[Any, Asked], Iterator[Entry]]
    """Takes a binary stream."""
    write: Callable[[Any, Iterable[Entry], Facts], Written]
    """Takes the stream that ``binary`` says."""
    binary: bool = False
    """Whether it is written to a binary stream, not a text stream."""
    one_pair: bool = True
    """Whether all entries of a file have the same locales."""
    markup: bool = False
    """Whether texts must be such as XML and gettext take (:func:`align.curate.tidy.tidied`)."""
    unique: bool = False
    """Whether a source and variant stand there once only."""
    once: Callable[[Entry], str] | None = None
    """A digest of what may stand there once only; None where entries may repeat."""
    two_files: bool = False
    """Whether the name stands for two files; nothing is open for reading then, and two streams for writing."""


def _all(count: int) -> Written:
    return Written(count, 0)


def _pairs(written: moses.Written) -> Written:
    return Written(written.pairs, written.skipped)


def _po(stream: IO[bytes], asked: Asked) -> Iterator[Entry]:
    if asked.path.suffix.lower() != ".gz":
        yield from po.read(asked.path, source_locale=asked.source_locale, target_locale=asked.target_locale)
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "memory.po"  # polib takes a path, or a text that it parts at line ends gettext has not
        with plain.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        try:
            yield from po.read(plain, source_locale=asked.source_locale, target_locale=asked.target_locale)
        except FormatError as error:
            raise FormatError(error.what, path=asked.path, line=error.line, cure=error.cure) from error


def _mo(stream: IO[bytes], asked: Asked) -> Iterator[Entry]:
    return mo.read(stream, path=asked.path, source_locale=asked.source_locale, target_locale=asked.target_locale)


# What only JSON Lines, Parquet and XLSX hold. A page's container is told by its name.
_RARE = "source hashes, types of pages, reference labels"
_TABLE = f"fuzzy flags, commits, licences, {_RARE}, which entries are whole blocks and all pages but the first"
#: The formats by their usual ending.
FORMS: dict[str, Form] = {
    ".tmx": Form(
        f"unit ids, fuzzy flags, names of variants, {_RARE} and all pages but the first",
        lambda stream, asked: tmx.read(stream, path=asked.path, fallback=asked.source_locale),
        lambda stream, entries, facts: _all(
            tmx.write(
                stream, entries, source_locale=facts.source_locale, licence=facts.licence, codes=facts.codes, named=facts.named
            )
        ),
        markup=True,
        once=lambda entry: digest(entry.source_locale, entry.target_locale, entry.source, entry.target),
    ),
    ".po": Form(
        f"hand-off dates, commits, licences, {_RARE}, which entries are whole blocks and a second target of a source",
        _po,
        lambda stream, entries, facts: _all(po.write(stream, entries, header=po.Header(*facts[:4]))),
        markup=True,
        unique=True,
    ),
    ".mo": Form(
        "everything but the two texts and the name of a variant, fuzzy entries and a second target of a source",
        _mo,
        lambda stream, entries, facts: Written(*mo.write(stream, entries, **facts.pair._asdict())),
        binary=True,
        markup=True,
        unique=True,
    ),
    ".tsv": Form(
        _TABLE,
        lambda stream, asked: tsv.read(stream, path=asked.path),
        lambda stream, entries, _: _all(tsv.write(stream, entries)),
        one_pair=False,
    ),
    ".csv": Form(
        _TABLE,
        lambda stream, asked: csv.read(stream, path=asked.path),
        lambda stream, entries, _: _all(csv.write(stream, entries)),
        one_pair=False,
    ),
    ".jsonl": Form(
        "",
        lambda stream, asked: jsonl.read(stream, asked.path),
        lambda stream, entries, _: _all(jsonl.write(stream, entries)),
        binary=True,
        one_pair=False,
    ),
    ".xlf": Form(
        f"names of variants, {_RARE}, which entries are whole blocks and all pages but the first",
        lambda stream, asked: xliff.read(stream, path=asked.path),
        lambda stream, entries, facts: _all(xliff.write(stream, entries, **facts.pair._asdict(), codes=facts.codes)),
        markup=True,
        once=lambda entry: digest(entry.source_locale, xliff.page_of(entry), entry.source, entry.target),
    ),
    ".parquet": Form(
        "",
        lambda stream, asked: parquet.read(stream, path=asked.path),
        lambda stream, entries, _: _all(parquet.write(stream, entries)),
        binary=True,
        one_pair=False,
    ),
    ".xlsx": Form(
        "texts of more than 32,767 characters",
        lambda stream, asked: xlsx.read(stream, path=asked.path),
        lambda stream, entries, facts: Written(*xlsx.write(stream, entries, **facts.pair._asdict())),
        binary=True,
    ),
    ".moses": Form(
        "everything but the two texts, and their line breaks and tabs",
        lambda _, asked: read_pair(*asked),
        lambda streams, entries, _: _pairs(moses.write(streams[0], streams[1], entries)),
        two_files=True,
    ),
}
