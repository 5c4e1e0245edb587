"""What is kept of a page once it was read: on disk, page after page, so that memory does not grow with their number."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from zlib import crc32

import msgspec

from align.errors import OutputError
from align.export.report import FileReport
from align.model import Origin, Problem

__all__ = ["OwnFile", "PageRecord", "Spans", "checksum", "damaged", "numbers", "packed", "read_records", "write_record"]

_LENGTH = 4
_CHECK = 4


class OwnFile(msgspec.Struct, array_like=True, frozen=True):
    """A file that is about one page only."""

    report: FileReport
    """What became of the page's units in it."""
    decisions: str
    """Lines of ``decisions.jsonl`` about the page's units in this file."""
    written: str | None
    """Where it was written, to be put in place; None when the one in place is as it should be."""


class Spans(msgspec.Struct, array_like=True, frozen=True):
    """Blocks of a page that are taken, in their order; each list packed (:func:`packed`)."""

    slots: bytes = b""
    """The slot of each in the memory's collector of blocks."""
    firsts: bytes = b""
    """Index of the first unit of each."""
    lasts: bytes = b""
    """Index of the last unit of each."""


class PageRecord(msgspec.Struct, array_like=True):
    """A page that was read."""

    name: str
    """POSIX path relative to the PATH given."""
    number: int
    """Its place among all pages of the run, from 0."""
    stamp: str
    """Changes when the page does (:class:`align.corpus.PageFile`)."""
    digest: str
    """Of the page's bytes; empty when it is no file."""
    origin: Origin | None
    """None when it could not be read."""
    memory: str
    """Name of the memory that takes its units; empty when none does."""
    ids: str
    """The units' ids, joined by spaces."""
    slots: bytes
    """The slot of each unit in the memory's collector of segments (:func:`packed`); empty when there is no memory."""
    problems: tuple[Problem, ...]
    """What is wrong with it."""
    own: tuple[OwnFile, ...] = ()
    """Files that are about this page only."""
    blocks: Spans = Spans()
    """Its blocks, as far as they are asked for."""
    unjoined: tuple[Problem, ...] = ()
    """Blocks whose text is not known in both languages."""
    labels: tuple[str, ...] = ()
    """Its reference definitions, sorted, as far as they are asked for."""
    names_locale: bool = True
    """Whether its locale stands on the page, and was not told by its neighbours."""
    admitted: bool = True
    """Whether it was taken; a page that ``--only`` or ``--since`` left out is remembered all the same."""

    @property
    def unit_ids(self) -> list[str]:
        """The units' ids, in the order of the page."""
        return self.ids.split()


def packed(values: list[int]) -> bytes:
    """Small numbers as bytes: 32 bits each, in the machine's order; never read on another machine."""
    return array("I", values).tobytes()


def numbers(data: bytes) -> array[int]:
    """The numbers that :func:`packed` was given."""
    values = array("I")
    values.frombytes(data)
    return values


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(PageRecord)


def write_record(stream: IO[bytes], record: PageRecord) -> None:
    """Append a record: its length, a checksum, then MessagePack."""
    data = _ENCODER.encode(record)
    stream.write(len(data).to_bytes(_LENGTH, "little") + checksum(data) + data)


def checksum(data: bytes) -> bytes:
    """Four bytes that hardly any other data have (CRC-32)."""
    return crc32(data).to_bytes(_CHECK, "little")


def damaged(path: Path) -> OutputError:
    """The error of a file that is not as an earlier run wrote it."""
    return OutputError("is damaged", path=path, cure="run again with --force")


def read_records(path: Path) -> Iterator[PageRecord]:
    """The records of a file, in the order written.

    Raises
    ------
    OutputError
        It is damaged.
    """
    with path.open("rb") as stream:
        while length := stream.read(_LENGTH):
            check = stream.read(_CHECK)
            data = stream.read(int.from_bytes(length, "little"))
            if checksum(data) != check:
                raise damaged(path)
            yield _DECODER.decode(data)
