"""What runs tell each other: of the pairs of one, another takes those that concern its own.

A source that two runs share gets one target in a file, so each must know what the other has of it. A run puts down its
pairs, and a key for each; another reads the keys, and of the pairs only those whose key it has itself. Nobody sends
units to anybody.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path
from zlib import crc32

import msgspec

from align.curate import Rules
from align.export.memory import Memory, one_locale
from align.export.stored import Store, unpacked
from align.formats.po import joined_lines

__all__ = ["absorb", "load", "save_keys"]

_ENCODER = msgspec.msgpack.Encoder()
_KEYS = msgspec.msgpack.Decoder(dict[str, tuple[bytes, bytes]])


def _keys(memory: Memory) -> list[array[int]]:
    """For each source as a file may have it one number; others share it by chance, which costs a look."""
    sources = [list(map(attrgetter("source"), collector.pairs)) for collector in memory.collectors]
    joined = ([joined_lines(text) if "\n" in text else text for text in texts] for texts in sources)
    return [array("I", map(crc32, map(str.encode, texts))) for texts in joined]


def _beside(path: Path) -> Path:
    """Where the keys of a run's pairs stand."""
    return path.with_suffix(".keys")


def save_keys(path: Path, memories: dict[str, Memory]) -> None:
    """Let other runs find what they need of these memories, which are stored in this file (:mod:`align.export.store`)."""
    keys = {name: [column.tobytes() for column in _keys(memory)] for name, memory in memories.items()}
    _beside(path).write_bytes(_ENCODER.encode(keys))


def load(path: Path, rules: Rules) -> dict[str, Memory]:
    """The memories that are stored in this file."""
    memories: dict[str, Memory] = {}
    with Store(path) as store:
        for name, stored in store.memories.items():
            memory = memories[name] = Memory(name, stored.origin, rules)
            for table, collector in zip(stored.both, memory.collectors, strict=True):
                restored = store.restored(table, blocks=collector.blocks)
                collector.restore(restored.slots, restored.pairs)
    return memories


def absorb(memories: dict[str, Memory], own: Path, others: Iterable[Path]) -> None:
    """Let the memories of one run know of the pairs of other runs that share a source with theirs.

    Parameters
    ----------
    own : where the run's pairs are stored.
    others : where those of other runs are.

    Raises
    ------
    OptionError
        Other runs have pages of another locale that is written with the same code.
    """
    paths = list(others)
    keys = _KEYS.decode(_beside(own).read_bytes()) if paths else {}
    # A block gives way to a segment with its source, wherever that stands.
    mine = {name: frozenset().union(*(unpacked("I", keys) for keys in both)) for name, both in keys.items()}
    for path in paths:
        theirs = _KEYS.decode(_beside(path).read_bytes())
        with Store(path) as store:
            for name in mine.keys() & theirs.keys():
                _absorb(memories[name], store, mine[name], theirs[name])


def _absorb(memory: Memory, store: Store, mine: frozenset[int], theirs: tuple[bytes, bytes]) -> None:
    """Let a memory know of the pairs in a store whose keys are among its own."""
    stored = store.memories[memory.name]
    one_locale(memory, stored.origin)
    for collector, packed, table in zip(memory.collectors, theirs, stored.both, strict=True):
        wanted = [place for place, key in enumerate(unpacked("I", packed)) if key in mine]
        collector.absorb(list(store.pairs(table, wanted, blocks=collector.blocks)))
