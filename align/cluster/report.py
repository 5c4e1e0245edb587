"""What a cluster's export did: by part, as executors tell, and by memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from align.cluster.rows import Note
from align.digest import MemoryDigest, total

__all__ = ["ClusterReport", "MemoryReport", "Part", "summed"]


class Part(msgspec.Struct):
    """The files of one part of a memory; or, with the memory :data:`align.cluster.rows.NOTES`, the problems' file."""

    memory: str
    """Name of the memory that it is a part of: its locale, with ``.ht`` or ``.mt`` where they are apart."""
    locale: str
    """Target locale."""
    files: dict[str, str]
    """By name below OUT, the name below the attempt's folder."""
    exported: int = 0
    """Entries that it holds."""
    merged: dict[str, int] = {}
    """Units that another one stands for, by reason."""
    changed: dict[str, int] = {}
    """Entries whose text was changed, by what was done."""
    digest: MemoryDigest = MemoryDigest()
    """Of its entries."""
    note: Note | None = None
    """Of all pages together, without the problems themselves."""


class MemoryReport(msgspec.Struct, frozen=True):
    """One memory written; exported + merged + dropped = the units of its pages."""

    name: str
    """``fr-FR``, ``fr-FR.ht``."""
    locale: str
    """Target locale."""
    exported: int
    """Entries of all parts."""
    merged: dict[str, int]
    """Units that another one stands for, by reason."""
    dropped: dict[str, int]
    """Units that are in no part, by reason."""
    changed: dict[str, int]
    """Entries whose text was changed, by what was done."""
    digest: MemoryDigest
    """Of all entries (:mod:`align.digest`)."""
    files: list[str]
    """Names of its parts, POSIX paths below OUT."""


class ClusterReport(msgspec.Struct, frozen=True):
    """What an export on a cluster did."""

    pages: int
    """Pages read."""
    units: int
    """Units found, exported or not."""
    problems: int
    """Problems found; ``problems.jsonl`` has them."""
    no_locale: int
    """Units of pages whose locale is not known, which are in no memory."""
    memories: list[MemoryReport]
    """In the order of their names."""

    @property
    def digests(self) -> dict[str, MemoryDigest]:
        """The digest of each memory, by its name."""
        return {memory.name: memory.digest for memory in self.memories}


def _together(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    whole = sum(map(Counter, counts), Counter[str]())
    return dict(sorted(whole.items()))


def _memory(name: str, parts: list[Part], dropped: dict[str, int]) -> MemoryReport:
    return MemoryReport(
        name,
        parts[0].locale if parts else name.partition(".")[0],
        sum(part.exported for part in parts),
        _together(part.merged for part in parts),
        _together([dropped]),
        _together(part.changed for part in parts),
        total(part.digest for part in parts),
        sorted(name for part in parts for name in part.files),
    )


def summed(parts: Iterable[Part], problems: int) -> ClusterReport:
    """The report of all parts together."""
    note = Note(0, 0, 0, [], {})
    by_memory: dict[str, list[Part]] = {}
    for part in parts:
        if part.note is None:
            by_memory.setdefault(part.memory, []).append(part)
        else:
            note = part.note
    names = sorted({*by_memory, *note.dropped})
    memories = [_memory(name, by_memory.get(name, []), note.dropped.get(name, {})) for name in names]
    return ClusterReport(note.pages, note.units, problems, note.no_locale, memories)
