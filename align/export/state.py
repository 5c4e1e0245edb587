"""What the next run needs to know of this one: which pages there were, what they said, and what was written.

Everything here may be thrown away; a run then does all the work. It is trusted only as far as it can be checked: pages
by size and time, then by their bytes; files written by size and time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path
from typing import Annotated, Any

import msgspec

from align.corpus import PageFile, Reading, Surroundings
from align.export.report import ExportReport

__all__ = [
    "Manifest",
    "key_of",
    "listing_of",
    "load_manifest",
    "save_manifest",
    "sealed",
    "settled",
]

# Raise it when a page read anew may give other units, blocks or texts than the reader before gave.
_READER = 3
_ENCODER = msgspec.msgpack.Encoder()
# A file that was changed so shortly before it was looked at may change again without getting a new time: the clock of
# file systems ticks every 4 or 10 ms.
_RACY_NS = 100_000_000


class Manifest(msgspec.Struct, frozen=True):
    """A run that was completed."""

    version: str
    """Of the program that did it."""
    key: str
    """Of all that the files depend on but the pages (:func:`key_of`)."""
    listing: str
    """Digest of the pages (:func:`listing_of`)."""
    outputs: dict[str, tuple[int, int]]
    """Size and modification time (ns) of every file written, also for the next run, by its name below OUT."""
    runs: list[Annotated[int, msgspec.Meta(ge=0, lt=1 << 40)]]
    """Numbers of the runs."""
    weights: list[int]
    """Memory that the pairs of each run take, in bytes, estimated."""
    begins: dict[str, int]
    """For each file of a memory from which entries can be copied, where the first entry begins."""
    report: ExportReport
    """What it told its caller."""


def key_of(*what: Any) -> str:
    """A digest of options; equal for equal ones."""
    return hashlib.sha256(_ENCODER.encode([_READER, *what])).hexdigest()


def settled(stamp: str, now: int) -> str:
    """The stamp of a file; empty when the file is so new that it may change again without a new one."""
    _, *rest = stamp.split("-")
    return "" if rest and int(rest[0]) > now - _RACY_NS else stamp


def listing_of(files: Sequence[PageFile], reading: Reading, surroundings: Surroundings, now: int) -> str:
    """A digest of the pages' names and stamps, and their licences; empty when a stamp tells nothing.

    Parameters
    ----------
    now : time (ns) before the stamps were taken.
    """
    if not all(settled(file.stamp, now) for file in files):
        return ""
    given = reading.licence
    licences = repeat(given) if given else map(surroundings.licence_of, files)
    listed = [(file.name, file.stamp, licence) for file, licence in zip(files, licences, strict=False)]
    return hashlib.sha256(repr(listed).encode("utf-8", "surrogatepass")).hexdigest()


_MANIFEST = msgspec.json.Decoder(Manifest)


def sealed(text: bytes) -> bytes:
    """A manifest with its digest on a line behind it: one digit changed would let entries be copied from a wrong place."""
    return b"%s\n%s\n" % (text, hashlib.sha256(text).hexdigest().encode())


def save_manifest(path: Path, manifest: Manifest) -> None:
    """Put down what was done."""
    path.write_bytes(sealed(msgspec.json.encode(manifest)))


def load_manifest(path: Path) -> Manifest | None:
    """The manifest; None when there is none, when it is not as it was put down, or cannot be understood."""
    try:
        data = path.read_bytes()
        text = data.partition(b"\n")[0]
        return _MANIFEST.decode(text) if data == sealed(text) else None
    except (OSError, msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
