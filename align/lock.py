"""One writer at a time: a lock on a file that the system lets go when its holder ends, however it ends."""

from __future__ import annotations

import os
import sys
import weakref
from pathlib import Path

__all__ = ["Lock"]

_held: weakref.WeakSet[Lock] = weakref.WeakSet()


def _forget_all() -> None:
    """In a process that was forked from a holder: let the holder alone have its locks."""
    for lock in list(_held):
        lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


class Lock:
    """Holds a file while it is open; another process that asks for it is told so at once.

    The standard library's locks, for the libraries that wrap them cost more to import than a small export takes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this process has it."""
        return self._descriptor is not None

    def acquire(self) -> bool:
        """Take the lock; false when another process has it.

        Raises
        ------
        OSError
            The file cannot be made or opened.
        """
        while True:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
            if not _locked(descriptor):
                os.close(descriptor)
                return False
            if _is_at(descriptor, self.path):
                self._descriptor = descriptor
                _held.add(self)
                return True
            os.close(descriptor)  # its last holder removed it meanwhile

    def release(self) -> None:
        """Let go; the system does so for a process that ends, and for its last child that has the file open."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        _held.discard(self)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _locked(descriptor: int) -> bool:
    """Whether the lock was free, and is now ours (fcntl(2) "flock", or LockFile on Windows)."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
