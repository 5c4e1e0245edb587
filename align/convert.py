"""From one exchange format to another, entry by entry."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from align.errors import FormatError, MissingPathError, OptionError
from align.formats import jsonl, moses, po, tmx, tsv, xliff
from align.formats.entry import Entry
from align.output import Staging

__all__ = ["LOSSES", "READABLE", "WRITABLE", "Converted", "convert", "read_memory"]

#: What a format cannot hold, beyond what its own module says of texts.
LOSSES = {
    ".tmx": "unit ids, fuzzy flags and names of variants",
    ".po": "hand-off dates, commits, licences and a second target of a source",
    ".tsv": "fuzzy flags, commits, licences and all pages but the first",
    ".jsonl": "",
    ".xlf": "names of variants and all pages but the first",
    ".moses": "everything but the two texts, and their line breaks and tabs",
}
_READERS: dict[str, Callable[[IO[bytes], Path], Iterator[Entry]]] = {
    ".tmx": lambda stream, path: tmx.read(stream, path=path),
    ".tsv": lambda stream, path: tsv.read(stream, path=path),
    ".jsonl": lambda stream, path: jsonl.read(stream, path),
    ".xlf": lambda stream, path: xliff.read(stream, path=path),
}
#: Endings of the files that can be read; all but PO also with ``.gz`` behind.
READABLE = (*_READERS, ".po", ".xliff")
#: Endings of the files that can be written; ``.moses`` becomes two files.
WRITABLE = (*LOSSES, ".xliff")


class Converted(NamedTuple):
    """What a conversion did."""

    entries: int
    """Entries written."""
    left_out: int
    """Entries that the format has no place for: a second target of a source (PO), nothing but breaks (Moses)."""
    lost: str
    """What the format cannot hold."""


def _form(path: Path, allowed: Iterable[str]) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    form = suffixes[-1] if suffixes else ""
    if form not in allowed:
        raise OptionError("its ending names no format", path=path, cure=f"use one of {', '.join(sorted(allowed))}")
    return ".xlf" if form == ".xliff" else form


def _is_zipped(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def read_memory(path: Path, *, source_locale: str = "en-US") -> Iterator[Entry]:
    """The entries of an exchange file, by its ending; streaming but for PO.

    Parameters
    ----------
    source_locale : BCP 47, for a PO file whose header does not say it.

    Raises
    ------
    MissingPathError, OptionError, FormatError
        There is no such file; its ending names no format; it is damaged.
    """
    form = _form(path, READABLE)
    if not path.is_file():
        raise MissingPathError("does not exist, or is no file", path=path, cure="check the spelling")
    if form == ".po":
        if _is_zipped(path):
            raise OptionError("a PO file cannot be read compressed", path=path, cure="unpack it first")
        yield from po.read(path, source_locale=source_locale)
        return
    try:
        with _opened(path) as stream:
            yield from _READERS[form](stream, path)
    except (gzip.BadGzipFile, EOFError) as error:
        raise FormatError("is damaged gzip", path=path, cure="fetch or make it again") from error


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if _is_zipped(path) else path.open("rb")


class _OnePair:
    """Passes entries of one language pair on, and leaves out what a format has no place for."""

    def __init__(self, entries: Iterator[Entry], locale: str | None, form: str) -> None:
        self.left_out = 0
        self._entries = (entry for entry in entries if locale in (None, entry.target_locale))
        self._sources: set[tuple[str | None, str]] | None = set() if form == ".po" else None
        self.first = next(self._entries, None)

    def __iter__(self) -> Iterator[Entry]:
        first = self.first
        if first is None:
            return
        for entry in itertools.chain([first], self._entries):
            if (entry.source_locale, entry.target_locale) != (first.source_locale, first.target_locale):
                raise OptionError(
                    f"the memory holds {first.target_locale} and {entry.target_locale}", cure="choose one with --locale"
                )
            if self._is_new(entry):
                yield entry
            else:
                self.left_out += 1

    def _is_new(self, entry: Entry) -> bool:
        if self._sources is None:
            return True
        key = (entry.variant, entry.source)
        if key in self._sources:
            return False
        self._sources.add(key)
        return True


def _write(staging: Staging, path: Path, form: str, entries: _OnePair, first: Entry) -> int:
    pair = {"source_locale": first.source_locale, "target_locale": first.target_locale}
    if form == ".moses":
        source, target = (staging.text(f"{path.stem}.{locale}") for locale in pair.values())
        written = moses.write(source, target, entries)
        entries.left_out += written.skipped
        return written.pairs
    if form == ".jsonl":
        return jsonl.write(staging.binary(path.name), entries)
    stream = staging.text(path.name)
    if form == ".tmx":
        return tmx.write(stream, entries, source_locale=first.source_locale)
    if form == ".tsv":
        return tsv.write(stream, entries)
    if form == ".po":
        return po.write(stream, entries, header=po.Header(**pair))
    return xliff.write(stream, entries, source_locale=first.source_locale, target_locale=first.target_locale)


def convert(source: Path, out: Path, *, locale: str | None = None, source_locale: str = "en-US") -> Converted:
    """Write an exchange file in another format, which the endings name. Streams, but for a PO file that is read.

    Parameters
    ----------
    locale : target locale to take from a memory of several.
    source_locale : BCP 47, for a PO file whose header does not say it.

    Raises
    ------
    MissingPathError, OptionError, FormatError, OutputError
        See :func:`read_memory`; a memory of several target locales without ``locale``; ``out`` cannot be written.
    """
    form = _form(out, WRITABLE)
    if _is_zipped(out):
        raise OptionError("cannot be written compressed", path=out, cure="leave .gz away and compress it afterwards")
    entries = _OnePair(read_memory(source, source_locale=source_locale), locale, form)
    if entries.first is None:
        raise FormatError("holds no entry" + ("" if locale is None else f" for {locale}"), path=source, cure="check it")
    with Staging(out.parent) as staging:
        count = _write(staging, out, form, entries, entries.first)
    return Converted(count, entries.left_out, LOSSES[form])
