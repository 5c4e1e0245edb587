"""What can go wrong, with data.

    AlignError
    ├── OptionError        an option or argument has a value that cannot be used
    │   └── LocaleError    a language tag is not BCP 47
    ├── MissingPathError   a PATH does not exist
    ├── NoPagesError       nothing to read: an empty folder, or no page left after narrowing
    ├── UnreadablePageError  a file that is not text in UTF-8, or cannot be opened
    ├── RepositoryError    a git repository cannot be read, or not be cloned
    ├── FormatError        an exchange file (TMX, PO, ...) is damaged
    └── OutputError        a result cannot be written

Every error says where (``path``, ``line``), what, and what to do about it (``cure``); ``str(error)`` is that one line.
A damaged wrapper inside a page is no error but a :class:`align.model.Problem`: reading goes on.
"""

from __future__ import annotations

from pathlib import PurePath

from align.terminal import on_one_line

__all__ = [
    "AlignError",
    "FormatError",
    "LocaleError",
    "MissingPathError",
    "NoPagesError",
    "OptionError",
    "OutputError",
    "RepositoryError",
    "UnreadablePageError",
]


class AlignError(Exception):
    """The root of all errors of this package.

    Parameters
    ----------
    what : what is wrong, in one clause.
    path : the file or folder it is about, None when it is about no file.
    line : line number from 1, None when unknown.
    cure : what the user can do, None when there is nothing to say.
    """

    def __init__(
        self, what: str, *, path: PurePath | str | None = None, line: int | None = None, cure: str | None = None
    ) -> None:
        super().__init__(what)
        self.what = what
        self.path = None if path is None else str(path)
        self.line = line
        self.cure = cure

    def __str__(self) -> str:
        place = "" if self.path is None else self.path + ("" if self.line is None else f":{self.line}") + ": "
        return on_one_line(place + self.what + ("" if self.cure is None else f"; {self.cure}"))


class OptionError(AlignError):
    """An option or argument has a value that cannot be used; the message lists what is allowed."""


class LocaleError(OptionError):
    """A language tag does not follow BCP 47 (RFC 5646, section 2.1)."""


class MissingPathError(AlignError):
    """A PATH that was given does not exist."""


class NoPagesError(AlignError):
    """There is nothing to read: a folder without pages, or none left after narrowing."""


class UnreadablePageError(AlignError):
    """A page cannot be opened, or is not text in UTF-8."""


class RepositoryError(AlignError):
    """A git repository is damaged, or cannot be cloned."""


class FormatError(AlignError):
    """An exchange file is damaged, or is not what its name says."""


class OutputError(AlignError):
    """A result cannot be written."""
