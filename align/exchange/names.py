"""What a file's name says: its ending is its format; ``.gz`` may follow where the format is not packed or binary itself."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import IO, NamedTuple, cast

from align.errors import OptionError

__all__ = ["ENDINGS", "WITH_CODES", "Named", "named", "opened"]

_ALIASES = {".xliff": ".xlf"}
_PACKABLE = frozenset({".tmx", ".po", ".tsv", ".csv", ".jsonl", ".xlf", ".moses"})
#: All endings that name a format.
ENDINGS = _PACKABLE | {".mo", ".parquet", ".xlsx", *_ALIASES}
#: The usual endings of formats that have inline codes.
WITH_CODES = frozenset({".tmx", ".xlf"})


class Named(NamedTuple):
    """The parts of a name."""

    ending: str
    """The usual ending of the format."""
    base: str
    """What stands before the ending."""
    tail: str
    """The ending as it is written, ``.gz`` included."""
    packed: bool
    """Whether it ends in ``.gz``."""


def named(path: Path) -> Named:
    """The parts of a file's name.

    Raises
    ------
    OptionError
        Its ending names no format, or one that has no ``.gz`` form.
    """
    name = path.name
    packed = name.lower().endswith(".gz")
    base, dot, suffix = (name[:-3] if packed else name).rpartition(".")
    ending = _ALIASES.get(f".{suffix.lower()}", f".{suffix.lower()}")
    if not dot or not base or ending not in ENDINGS:
        raise OptionError("its ending names no format", path=path, cure=f"use one of {', '.join(sorted(ENDINGS))}")
    if packed and ending not in _PACKABLE:
        raise OptionError(f"a {ending} file has no .gz form", path=path, cure="leave .gz away")
    return Named(ending, base, name[len(base) :], packed)


def opened(path: Path) -> IO[bytes]:
    """The file, open for reading, unpacked when its name ends in ``.gz``."""
    return cast("IO[bytes]", gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")
