"""Plain parallel text as Moses and its successors train on: two files, line n of one is the translation of line n of the other.

There is no standard; the form is that of the Moses corpora (Moses manual, "Corpus Preparation"): UTF-8, one segment a
line, no escapes. So what would end a line inside a segment, and the tab, become one space. Nothing is tokenised,
and Moses' own special characters (``|``, ``<``, ``[``) stay: its tokeniser escapes them.

Lost: line breaks and tabs, outer white space, and everything but the two texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import IO, NamedTuple, TextIO

from align.errors import FormatError
from align.formats.entry import Entry, batched
from align.locales import canonical

__all__ = ["Written", "read", "write"]

# The tab, and every character at which str.splitlines() parts lines.
_BREAK = re.compile("[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BREAKS = re.compile("[ \t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


class Written(NamedTuple):
    """What became of the entries; pairs + skipped is how many there were."""

    pairs: int
    """Lines in each of the files."""
    skipped: int
    """Entries left out, for a side of theirs was nothing but white space."""
    changed: int
    """Pairs among those written in which a text was changed."""


def _space(found: re.Match[str]) -> str:
    return " " if _BREAK.search(found[0]) else found[0]


def _segment(text: str) -> str:
    """The text as one line: line breaks and tabs, with the spaces around them, as one space; trimmed."""
    if _BREAK.search(text):
        text = _BREAKS.sub(_space, text)
    return text.strip()


def write(source_stream: TextIO, target_stream: TextIO, entries: Iterable[Entry]) -> Written:
    """Write the sources to one file and the targets to the other; returns what became of the entries.

    Parameters
    ----------
    source_stream, target_stream : text streams in UTF-8 with LF line ends.
    """
    pairs = skipped = changed = 0
    for batch in batched(entries):
        lines = [(_segment(entry.source), _segment(entry.target)) for entry in batch]
        kept = [(pair, entry) for pair, entry in zip(lines, batch, strict=True) if pair[0] and pair[1]]
        source_stream.write("".join([f"{source}\n" for (source, _), _ in kept]))
        target_stream.write("".join([f"{target}\n" for (_, target), _ in kept]))
        pairs += len(kept)
        skipped += len(batch) - len(kept)
        changed += sum(pair != (entry.source, entry.target) for pair, entry in kept)
    return Written(pairs, skipped, changed)


def _text(line: bytes, number: int, path: Path | None) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
    except UnicodeDecodeError as error:
        raise FormatError("is not UTF-8", path=path, line=number, cure="save it as UTF-8") from error


def read(
    source_stream: IO[bytes],
    target_stream: IO[bytes],
    source_locale: str,
    target_locale: str,
    *,
    source_path: Path | None = None,
    target_path: Path | None = None,
) -> Iterator[Entry]:
    """Read two parallel files. Lines end at LF only; a pair with an empty side is passed over.

    Parameters
    ----------
    source_stream, target_stream : binary streams.
    source_locale, target_locale : BCP 47, for the files do not say.
    source_path, target_path : names of the files, for errors.

    Raises
    ------
    FormatError
        One file has fewer lines than the other, which shows when the shorter one ends; or a line is not UTF-8.
    LocaleError
        A locale is not BCP 47.
    """
    locales = canonical(source_locale), canonical(target_locale)
    for number, (source_line, target_line) in enumerate(zip_longest(source_stream, target_stream), 1):
        if source_line is None or target_line is None:
            shorter, path = ("source", source_path) if source_line is None else ("target", target_path)
            raise FormatError(
                f"the {shorter} ends after {number - 1} lines, the other side goes on",
                path=path,
                line=number,
                cure="give two files that were made together",
            )
        source, target = _text(source_line, number, source_path), _text(target_line, number, target_path)
        if source and target:
            yield Entry(source, target, *locales)
