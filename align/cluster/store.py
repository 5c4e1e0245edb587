"""OUT, wherever it is: files are written below a folder of the attempt, and take their places when all are done.

The marker ``_SUCCESS``, as Hadoop has it, is removed first and written last, with the names of all files. What is there
without it is not a result. A rename is atomic on a disk and on HDFS; on an object store it is a copy of one file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import IO, Any

import msgspec

from align.cluster.remote import file_system
from align.errors import OutputError

__all__ = ["MARKER", "Attempt", "Store"]

MARKER = "_SUCCESS"
_TEMPORARY = "_temporary"
# Names of all files that a commit touches, while it does: the next job finds there what a killed one has left.
_PENDING = "_PENDING"
_NAMES = msgspec.json.Decoder(list[str])


class Attempt(msgspec.Struct, frozen=True):
    """Where the files of one job are written. It is sent to the executors."""

    out: str
    """Path or URI of OUT."""
    name: str
    """The job's, unlike any other's."""

    def path(self, name: str) -> tuple[Any, str]:
        """The file system, and the path there, of a file of the attempt."""
        system, root = file_system(self.out)
        return system, f"{root}/{_TEMPORARY}/{self.name}/{name}"

    def open(self, name: str) -> IO[bytes]:
        """A stream for a file of the attempt; its folder is made."""
        system, path = self.path(name)
        system.create_dir(path.rpartition("/")[0], recursive=True)
        stream: IO[bytes] = system.open_output_stream(path)
        return stream

    def read(self, name: str) -> IO[bytes]:
        """A stream from a file of the attempt."""
        system, path = self.path(name)
        stream: IO[bytes] = system.open_input_stream(path)
        return stream


class Store:
    """OUT, as the driver sees it. Entering it removes what killed jobs have left; leaving it, what this one has.

    One job at a time: a second one that begins takes the ground from under the first, which then fails.

    Raises
    ------
    OutputError
        It cannot be written.
    """

    def __init__(self, out: str, name: str) -> None:
        self.attempt = Attempt(out, name)
        self._system, self._root = file_system(out)

    def __enter__(self) -> Store:
        try:
            self._clear()
            self._system.create_dir(f"{self._root}/{_TEMPORARY}/{self.attempt.name}", recursive=True)
        except OSError as error:
            raise self._error(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._clear()

    def _clear(self) -> None:
        with suppress(FileNotFoundError):
            self._system.delete_dir(f"{self._root}/{_TEMPORARY}")

    def _error(self, error: OSError) -> OutputError:
        what = (str(error).splitlines() or [""])[0].rstrip(".")
        return OutputError(f"cannot be written: {what}", path=self.attempt.out, cure="check the rights and free space")

    def commit(self, files: dict[str, str]) -> None:
        """Put files in place, and remove those of the last result that are not written any more.

        Parameters
        ----------
        files : by name below OUT, the name below the attempt's folder.

        Raises
        ------
        OutputError
            It cannot be done. Without the marker, nothing there passes for a result; the next job begins anew.
        """
        try:
            before = {*self._names(MARKER), *self._names(_PENDING)}
            self._put(_PENDING, sorted(before | set(files)))
            self._delete({MARKER} | (before - set(files)))
            for name, written in sorted(files.items()):
                target = f"{self._root}/{name}"
                self._system.create_dir(target.rpartition("/")[0], recursive=True)
                self._system.move(self.attempt.path(written)[1], target)
            if self._system.type_name == "local" and hasattr(os, "sync"):
                os.sync()  # what the marker stands for is on disk before the marker
            self._put(MARKER, sorted(files))
            self._delete({_PENDING})
        except OSError as error:
            raise self._error(error) from error

    def _names(self, record: str) -> list[str]:
        """The names of files that a record in OUT has."""
        try:
            with self._system.open_input_stream(f"{self._root}/{record}") as stream:
                return _NAMES.decode(stream.read())
        except (OSError, msgspec.DecodeError):
            return []

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            if not name.startswith("/") and ".." not in name.split("/"):
                with suppress(FileNotFoundError):
                    self._system.delete_file(f"{self._root}/{name}")

    def _put(self, record: str, names: list[str]) -> None:
        with self.attempt.open(record) as stream:
            stream.write(msgspec.json.encode(names) + b"\n")
        self._system.move(self.attempt.path(record)[1], f"{self._root}/{record}")
