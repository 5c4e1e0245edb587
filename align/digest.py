"""A digest of a memory that does not depend on the order of its entries, nor on how many files or machines wrote them.

Each entry is hashed, and the hashes are added: parts can be summed up anywhere, in any order, and an entry too many,
too few or twice shows. Addition modulo 2^128 and not exclusive or, under which two equal entries would vanish.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from align.formats.entry import Entry

__all__ = ["MemoryDigest", "digest_of", "total"]

_BYTES = 16
_MODULUS = 1 << 8 * _BYTES
_ENCODER = msgspec.msgpack.Encoder()
# The reference definitions of its page, the last field, are known to those only who asked for them.
_LABELS = -1


def _hash(entry: Entry) -> int:
    """Of all that an entry holds and that the page says of the unit that stands for it.

    MessagePack tells the fields apart; the hash is BLAKE2b (RFC 7693) of 128 bits.
    """
    data = _ENCODER.encode(msgspec.structs.astuple(entry)[:_LABELS])
    return int.from_bytes(hashlib.blake2b(data, digest_size=_BYTES).digest(), "big")


class MemoryDigest(msgspec.Struct, frozen=True):
    """How many entries a memory has, and the sum of their hashes."""

    count: int = 0
    """Entries that were added."""
    hex: str = "0" * 2 * _BYTES
    """The sum modulo 2^128: 32 hexadecimal digits."""

    def __str__(self) -> str:
        return f"{self.count} {self.hex}"

    def add(self, entry: Entry) -> MemoryDigest:
        """The digest with an entry more; :func:`digest_of` is quicker for many."""
        return self.merge(digest_of([entry]))

    def merge(self, other: MemoryDigest) -> MemoryDigest:
        """The digest of both memories' entries together."""
        return total([self, other])


def digest_of(entries: Iterable[Entry]) -> MemoryDigest:
    """The digest of these entries."""
    count = value = 0
    for entry in entries:
        count += 1
        value += _hash(entry)
    return MemoryDigest(count, _hex(value))


def total(digests: Iterable[MemoryDigest]) -> MemoryDigest:
    """The digest of all parts together."""
    count = value = 0
    for digest in digests:
        count += digest.count
        value += int(digest.hex, 16)
    return MemoryDigest(count, _hex(value))


def _hex(value: int) -> str:
    return f"{value % _MODULUS:0{2 * _BYTES}x}"
