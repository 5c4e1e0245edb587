"""Write files so that a crash leaves the old ones or the new ones: beside the old, flushed, then renamed."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path, PurePath
from types import TracebackType
from typing import IO, Self, TextIO

from align.errors import OutputError

__all__ = ["Staging", "output_error"]

# Beyond this many files one flush of the whole system is cheaper than a flush of each.
_FLUSHED_ONE_BY_ONE = 16


class Staging:
    """A set of files that appear together: nothing is in place before the block ends without an error.

    Each file is written under a name of its own in the folder it belongs to, so that the rename stays on one file
    system. An error or an interrupt removes what was begun.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._staged: dict[Path, Path] = {}
        self._streams: list[IO[bytes] | TextIO] = []
        self._made: list[Path] = []
        self._folders: set[Path] = set()

    def __enter__(self) -> Self:
        return self

    def _begin(self, name: str) -> Path:
        path = self._reserve(name)
        temporary = self._temporary(path, len(self._staged))
        self._staged[path] = temporary
        return temporary

    def _temporary(self, path: Path, number: int) -> Path:
        """Where a file is written before it is in place."""
        return path.with_name(f".{os.getpid()}-{number}.part")

    def _reserve(self, name: str) -> Path:
        """Make sure that a file can be put under this name; returns its path."""
        path = self.folder / name
        if PurePath(name).is_absolute() or ".." in PurePath(name).parts:
            raise OutputError("would stand outside of its folder", path=path, cure="rename the page")
        if any(parent in self._staged for parent in path.parents) or path in self._folders:
            raise OutputError("would be a file and a folder at once", path=path, cure="rename one of the pages")
        self._folders.update(path.parents)
        try:
            self._make(path.parent)
        except (FileExistsError, NotADirectoryError) as error:
            raise OutputError("is a file, not a folder", path=path.parent, cure="give another OUT") from error
        except OSError as error:
            raise output_error(path.parent, error) from error
        if path.is_dir():
            raise OutputError("is a folder, so no file can be written there", path=path, cure="give another OUT")
        if path.exists() and not path.is_file():  # root could replace /dev/null
            raise OutputError("is a device or a pipe, which no file replaces", path=path, cure="give the name of a file")
        return path

    def _make(self, folder: Path) -> None:
        """Make a folder and those above it, and remember which are new."""
        if not folder.is_dir():
            if folder.parent != folder:
                self._make(folder.parent)
            folder.mkdir()
            self._made.append(folder)

    def text(self, name: str) -> TextIO:
        """A stream for a text file (UTF-8, LF) of this name below the folder; closed by the staging."""
        temporary = self._begin(name)
        try:
            stream = temporary.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise output_error(temporary, error) from error
        self._streams.append(stream)
        return stream

    def binary(self, name: str) -> IO[bytes]:
        """A stream for a binary file of this name below the folder; closed by the staging."""
        temporary = self._begin(name)
        try:
            stream = temporary.open("wb")
        except OSError as error:
            raise output_error(temporary, error) from error
        self._streams.append(stream)
        return stream

    def adopt(self, name: str, written: Path) -> None:
        """Take a file that was written, on the same file system, to be put under this name below the folder."""
        self._staged[self._reserve(name)] = written

    def release(self, stream: IO[bytes] | TextIO) -> None:
        """Close a stream early; the file appears with the others."""
        stream.close()
        self._streams.remove(stream)

    def _commit(self) -> None:
        for stream in self._streams:
            stream.close()
        self._flush()
        self._rename(self._staged)

    def _flush(self) -> None:
        one_by_one = len(self._staged) <= _FLUSHED_ONE_BY_ONE or not hasattr(os, "sync")
        if one_by_one:
            for temporary in self._staged.values():
                with temporary.open("rb+") as stream:
                    os.fsync(stream.fileno())
        else:
            os.sync()

    def _rename(self, staged: dict[Path, Path]) -> None:
        """Put all files in place; an interrupt waits until that is done, so that there is no mixture of old and new."""
        interrupt: KeyboardInterrupt | None = None
        waiting = list(staged.items())
        while waiting:
            try:
                path, temporary = waiting[-1]
                if temporary.exists():
                    temporary.replace(path)
                waiting.pop()
            except KeyboardInterrupt as error:
                interrupt = error
        if interrupt is not None:
            raise interrupt

    def _discard(self) -> None:
        for stream in self._streams:
            with suppress(OSError):
                stream.close()
        for temporary in self._staged.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        for folder in reversed(self._made):
            with suppress(OSError):
                folder.rmdir()  # fails, as it should, where something stands in it

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if error is None:
            try:
                self._commit()
            except OSError as failure:
                self._discard()
                raise output_error(self.folder, failure) from failure
            except BaseException:  # an interrupt, too, leaves nothing behind
                self._discard()
                raise
        else:
            self._discard()
            if isinstance(error, OSError):
                raise output_error(self.folder, error) from error


def output_error(path: Path, error: OSError) -> OutputError:
    """The error of a folder or file that cannot be written, with what the system says."""
    if error.errno == errno.ENAMETOOLONG:
        named = error.filename2 or error.filename or path  # a file that is renamed has the longer name
        cure = "shorten it, or leave out the page that it is named after"
        return OutputError("its name is too long for the file system", path=named, cure=cure)
    return OutputError(
        f"cannot be written: {error.strerror or error}", path=path, cure="check the folder's rights and free space"
    )
