"""What an executor does with all pairs of a source: chooses, and writes its part of each memory.

Rows come sorted by memory, part and source, so that no more than some thousand sources are held at once.
"""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import IO, TYPE_CHECKING, Literal, NamedTuple

import msgspec

from align.cluster.report import Part
from align.cluster.rows import NOTES, Note, pair_of
from align.cluster.store import Attempt
from align.curate import Collector, Pair, Rules, Selection, select
from align.digest import digest_of, total
from align.formats import jsonl, parquet, tmx
from align.formats.entry import Entry, batched

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FORMATS", "ClusterFormat", "Gather"]

ClusterFormat = Literal["parquet", "tmx"]
#: The formats, in the order in which they are written.
FORMATS: tuple[ClusterFormat, ...] = ("parquet", "tmx")
PROBLEMS = "problems.jsonl"

# Pairs chosen from at once; all of one source are always together.
_PAIRS = 8192
# Bytes of a part that are held in memory before they are put on the executor's disk.
_IN_MEMORY = 32 << 20
_LENGTH = 4


class _Row(NamedTuple):
    memory: str
    bucket: int
    source: str
    data: bytes


_ENCODER = msgspec.msgpack.Encoder()
_NOTE = msgspec.msgpack.Decoder(Note)
_ENTRIES = msgspec.msgpack.Decoder(list[Entry])


def _rows(batches: Iterable[pa.RecordBatch]) -> Iterator[_Row]:
    for batch in batches:
        yield from map(_Row, *(column.to_pylist() for column in batch.columns))


def _collected(rows: Iterable[_Row], rules: Rules) -> Iterator[Collector]:
    """Collectors of some thousand pairs each; no source is in two of them."""
    pairs: list[Pair] = []
    for source, same in groupby(rows, key=lambda row: row.source):
        pairs += [pair_of(source, row.data) for row in same]
        if len(pairs) >= _PAIRS:
            yield _collector(pairs, rules)
            pairs = []
    if pairs:
        yield _collector(pairs, rules)


def _collector(pairs: list[Pair], rules: Rules) -> Collector:
    collector = Collector(rules)
    collector.absorb(pairs)
    return collector


class _Chosen:
    """Chooses among the pairs of a part, counts, and spools the entries to disk."""

    def __init__(self, memory: str, rules: Rules, spool: IO[bytes]) -> None:
        self.part = Part(memory, "", {})
        self.licences: set[str] = set()
        self.source_locale = ""
        self._rules = rules
        self._spool = spool
        self._merged: Counter[str] = Counter()
        self._changed: Counter[str] = Counter()

    def take(self, rows: Iterable[_Row]) -> None:
        """Take all rows of the part."""
        for collector in _collected(rows, self._rules):
            selection = select(collector)
            self._count(collector, selection)
            selection.chosen.sort(key=lambda chosen: chosen[1].source)
            for entries in batched(selection.entries()):
                data = _ENCODER.encode(entries)
                self._spool.write(len(data).to_bytes(_LENGTH, "little") + data)
                self.part.digest = total([self.part.digest, digest_of(entries)])
            origin = selection.chosen[0][1].origin
            self.part.locale, self.source_locale = origin.target_locale or "und", origin.source_locale
            self.licences |= selection.licences
        self.part.merged, self.part.changed = dict(self._merged), dict(self._changed)

    def _count(self, collector: Collector, selection: Selection) -> None:
        """What becomes of each unit, as the record of an export on one machine has it."""
        part = self.part
        for pair in collector.pairs:
            action, reasons = selection.outcome(pair, pair.number)
            others = pair.count - (action != "merged")
            if action != "merged":
                part.exported += 1
                self._changed.update(reasons)
            if others:
                self._merged["variant" if action == "merged" else "duplicate"] += others

    def entries(self) -> Iterator[Entry]:
        """What was chosen, in the order of the sources."""
        self._spool.seek(0)
        while length := self._spool.read(_LENGTH):
            yield from _ENTRIES.decode(self._spool.read(int.from_bytes(length, "little")))


class Gather(msgspec.Struct, frozen=True):
    """Writes parts. It is sent to the executors, where pyarrow's batches come and go."""

    attempt: Attempt
    """Where this attempt puts its files."""
    rules: Rules
    """Which units get into a memory."""
    formats: tuple[ClusterFormat, ...]
    """What is written."""

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """A :class:`align.cluster.report.Part` for each that was written."""
        import pyarrow as pa
        from pyspark import TaskContext

        context = TaskContext.get()
        attempt = 0 if context is None else context.taskAttemptId()  # a task may be done twice, or by two at once
        for (memory, bucket), rows in groupby(_rows(batches), key=lambda row: (row.memory, row.bucket)):
            name = f"{attempt}-{bucket}-{memory}"
            part = self._noted(rows, name) if memory == NOTES else self._written(memory, bucket, rows, name)  # noqa: B031
            yield pa.RecordBatch.from_arrays([pa.array([_ENCODER.encode(part)], pa.binary())], names=["data"])

    def _noted(self, rows: Iterable[_Row], name: str) -> Part:
        whole = Note(0, 0, 0, [], {})
        with self.attempt.open(name) as stream:
            for row in rows:
                note = _NOTE.decode(row.data)
                stream.write(b"".join(map(jsonl.encode, note.problems)))
                _add(whole, note)
        return Part(NOTES, "", {PROBLEMS: name}, note=whole)

    def _written(self, memory: str, bucket: int, rows: Iterable[_Row], name: str) -> Part:
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
            chosen = _Chosen(memory, self.rules, spool)
            chosen.take(rows)
            for form in self.formats:
                with self.attempt.open(f"{name}.{form}") as stream:
                    _WRITERS[form](stream, chosen)
                chosen.part.files[f"{form}/{memory}/{memory}.{bucket + 1:04}.{form}"] = f"{name}.{form}"
        return chosen.part


def _add(whole: Note, note: Note) -> None:
    whole.pages += note.pages
    whole.units += note.units
    whole.no_locale += note.no_locale
    for memory, reasons in note.dropped.items():
        counts = whole.dropped.setdefault(memory, {})
        for reason, count in reasons.items():
            counts[reason] = counts.get(reason, 0) + count


def _write_parquet(stream: IO[bytes], chosen: _Chosen) -> None:
    parquet.write(stream, chosen.entries())


def _write_tmx(stream: IO[bytes], chosen: _Chosen) -> None:
    licence = ", ".join(sorted(chosen.licences)) or None
    text = io.TextIOWrapper(stream, "utf-8", newline="\n")
    tmx.write(text, chosen.entries(), source_locale=chosen.source_locale, licence=licence)
    text.flush()
    text.detach()


_WRITERS: dict[ClusterFormat, Callable[[IO[bytes], _Chosen], None]] = {"parquet": _write_parquet, "tmx": _write_tmx}
