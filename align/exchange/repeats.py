"""What has been met, in 32 bytes or less for each, so that a memory of any size streams through a format of distinct units."""

from __future__ import annotations

from array import array

__all__ = ["Met"]

_BITS = (1 << 64) - 1


class Met:
    """Digests that were met: a hash table of 64-bit numbers with open addressing, half empty.

    Of 10^7 different digests the chance that any two are taken for one is below 10^-5.
    """

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 << 10))
        self._count = 0

    def is_new(self, digest: str) -> bool:
        """Remember a digest; whether it had not been met.

        Parameters
        ----------
        digest : hex digits, 16 or more, such as :func:`align.formats.entry.digest` makes.
        """
        if 2 * self._count >= len(self._slots):
            old, self._slots, self._count = self._slots, array("Q", bytes(16 * len(self._slots))), 0
            for number in old:
                if number:
                    self._add(number)
        return self._add(int(digest, 16) & _BITS or 1)

    def _add(self, number: int) -> bool:
        slots = self._slots
        last = len(slots) - 1
        at = number & last
        while found := slots[at]:
            if found == number:
                return False
            at = (at + 1) & last
        slots[at] = number
        self._count += 1
        return True
