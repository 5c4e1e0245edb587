"""What runs tell each other: of the pairs of one, another takes those that concern its own.

A source that two runs share gets one target in a file, so each must know what the other has of it. A run puts down its
pairs, and a key for each; another reads the keys, and of the pairs only those whose key it has itself. Nobody sends
units to anybody.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from align.curate import Pair, Rules
from align.export.memory import Memory, one_locale
from align.export.store import Store
from align.formats.po import joined_lines

__all__ = ["absorb", "load", "save_keys"]

_ENCODER = msgspec.msgpack.Encoder()
_KEYS = msgspec.msgpack.Decoder(dict[str, tuple[bytes, bytes]])


def _key(source: str) -> int:
    """The same for all sources that any file may take for one; others share it by chance, which costs a look."""
    return zlib.crc32(joined_lines(source).encode("utf-8", "surrogatepass"))


def _keys(memory: Memory) -> list[array[int]]:
    return [array("I", [_key(pair.source) for pair in collector.pairs]) for collector in memory.collectors]


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


def absorb(memories: dict[str, Memory], others: Iterable[Path]) -> None:
    """Let the memories of one run know of the pairs of other runs that share a source with theirs.

    Raises
    ------
    OptionError
        Other runs have pages of another locale that is written with the same code.
    """
    paths = list(others)
    for memory in memories.values() if paths else ():
        # A block gives way to a segment with its source, wherever that stands.
        own = frozenset().union(*_keys(memory))
        for collector in memory.collectors:
            collector.absorb(_concerning(own, paths, memory, blocks=collector.blocks))


def _concerning(own: frozenset[int], paths: Iterable[Path], memory: Memory, *, blocks: bool) -> Iterator[Pair]:
    """What other runs have for this memory, of the keys among ``own``."""
    for path in paths:
        packed = _KEYS.decode(_beside(path).read_bytes()).get(memory.name)
        if packed is not None:
            column = array("I")
            column.frombytes(packed[blocks])
            with Store(path) as store:
                stored = store.memories[memory.name]
                one_locale(memory, stored.origin)
                wanted = [place for place, key in enumerate(column) if key in own]
                yield from store.pairs(stored.both[blocks], wanted, blocks=blocks)
