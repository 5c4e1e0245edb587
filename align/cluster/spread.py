"""What an executor does with a stretch of the pages: reads them, and gives each distinct pair of texts once.

The collector of ``align.curate`` takes the stretch, as it takes all pages where one machine does the work; so only what
is distinct goes over the network, with its counts.
"""

from __future__ import annotations

import pickle
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

import msgspec

from align.cluster.rows import NOTES, Note, stored
from align.corpus import Narrowing, PageFile, Reading, Surroundings, admits, problems_of, read_file, unreadable
from align.curate import Rules, Stand
from align.errors import UnreadablePageError
from align.export.memory import Memory, memory_name
from align.model import Problem
from align.pages import Page

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark import Broadcast

__all__ = ["Spread"]

# Rows given to Spark at once.
_ROWS = 4096
_Row = tuple[str, int, str, bytes]
_ENCODER = msgspec.msgpack.Encoder()


class _Everywhere(Sequence[PageFile]):
    """All pages of the run; an executor that need not ask neighbours never unpacks them."""

    def __init__(self, files: Broadcast[bytes]) -> None:
        self._packed = files
        self._files: list[PageFile] | None = None

    def _all(self) -> list[PageFile]:
        if self._files is None:
            self._files = pickle.loads(self._packed.value)
        return self._files

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> PageFile: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PageFile]: ...
    def __getitem__(self, index: int | slice) -> PageFile | Sequence[PageFile]:
        return self._all()[index]

    def __iter__(self) -> Iterator[PageFile]:
        return iter(self._all())


class _Stretch:
    """Pages taken, and what is known of them."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.memories: dict[str, Memory] = {}
        self.note = Note(0, 0, 0, [], {})
        self._dropped: dict[str, Counter[str]] = {}

    def take(self, page: Page | Problem, number: int) -> None:
        """Take the page with this number; pages come in the order of their numbers."""
        self.note.problems += problems_of(page)
        if isinstance(page, Problem):
            return
        texts, origin = page.texts, page.origin
        self.note.pages += 1
        self.note.units += len(texts.ids)
        name = memory_name(origin, self.rules)
        if not name:
            self.note.no_locale += len(texts.ids)
        elif texts.ids:
            if name not in self.memories:
                self.memories[name] = Memory(name, origin, self.rules)
            collector = self.memories[name].sentences
            self._dropped.setdefault(name, Counter()).update(
                reason for slot in collector.add(texts, Stand(origin, number)) if (reason := collector.slots[slot][0].dropped)
            )

    def rows(self, parts: int, first: int) -> Iterator[_Row]:
        """The pairs, each on its way to the part that has its source; then the note."""
        for name, memory in self.memories.items():
            for pair in memory.sentences.pairs:
                yield name, zlib.crc32(pair.source.encode()) % parts, pair.source, stored(pair)
        self.note.dropped = {name: dict(counts) for name, counts in self._dropped.items()}
        yield NOTES, 0, f"{first:020}", _ENCODER.encode(self.note)


class Spread(msgspec.Struct, frozen=True):
    """Reads stretches of pages. It is sent to the executors, where pyarrow's batches come and go."""

    files: Any
    """All pages of the run, pickled and broadcast: the neighbours of those that are read."""
    rules: Rules
    """Which units get into a memory."""
    reading: Reading
    """How pages are read."""
    narrowing: Narrowing
    """Which pages are taken."""
    parts: int
    """In how many parts each memory is written."""

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of all stretches."""
        for batch in batches:
            for first, files in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield from _batches(self._rows(first, pickle.loads(files)))

    def _rows(self, first: int, files: list[PageFile]) -> Iterator[_Row]:
        stretch = _Stretch(self.rules)
        with Surroundings(_Everywhere(self.files)) as surroundings:
            for number, file in enumerate(files, first):
                try:
                    page = read_file(file, reading=self.reading, surroundings=surroundings)
                except UnreadablePageError as error:
                    stretch.take(unreadable(file, error), number)
                    continue
                if admits(self.narrowing, page):
                    stretch.take(page, number)
        return stretch.rows(self.parts, first)


def _batches(rows: Iterator[_Row]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    kinds = pa.schema([("memory", pa.string()), ("bucket", pa.int32()), ("source", pa.string()), ("data", pa.binary())])
    while some := list(islice(rows, _ROWS)):
        columns = zip(*some, strict=True)
        arrays = [pa.array(column, kind.type) for column, kind in zip(columns, kinds, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=kinds)
