"""Memories as files: read or written by their name."""

from __future__ import annotations

import gzip
import io
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from align.errors import FormatError, MissingPathError
from align.exchange.facts import Facts, Written
from align.exchange.forms import FORMS, Asked
from align.exchange.moses_pair import pair_names
from align.exchange.names import named, opened
from align.formats.entry import Entry
from align.output import Staging

__all__ = ["read_memory", "write_memory", "written"]

_CHUNK = 1 << 20


def read_memory(path: Path, *, source_locale: str = "en-US", target_locale: str | None = None) -> Iterator[Entry]:
    """The entries of an exchange file, by its ending; streaming but for PO and MO.

    Parameters
    ----------
    source_locale, target_locale : BCP 47, for a PO or MO file whose header does not say them, and for the names of the two
        files of a ``.moses``.

    Raises
    ------
    MissingPathError, OptionError, FormatError
        There is no such file; its ending names no format; it is damaged.
    """
    form, asked = FORMS[named(path).ending], Asked(path, source_locale, target_locale)
    try:
        if form.two_files:
            yield from form.read(None, asked)
            return
        if not path.is_file():
            raise MissingPathError("does not exist, or is no file", path=path, cure="check the spelling")
        with opened(path) as stream:
            yield from form.read(stream, asked)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FormatError("is damaged gzip", path=path, cure="fetch or make it again") from error
    except OSError as error:
        raise FormatError(f"cannot be read: {error.strerror or error}", path=path, cure="check its rights") from error


@contextmanager
def written(staging: Staging, name: str, *, binary: bool, laid_out: bool = False) -> Iterator[Any]:
    """A stream for a file of this name; packed when it ends in ``.gz``, without a time and a name, for the same bytes again.

    Parameters
    ----------
    laid_out : whether it is a PO file, to be laid out as msgcat does (:func:`align.formats.po_layout.lay_out`).
    """
    if laid_out:
        from align.formats.po_layout import lay_out

        with tempfile.TemporaryDirectory() as folder:
            long, short = Path(folder, "long.po"), Path(folder, "short.po")
            with long.open("wb") if binary else long.open("w", encoding="utf-8", newline="\n") as stream:
                yield stream
            lay_out(long, short)
            with written(staging, name, binary=True) as whole, short.open("rb") as parts:
                shutil.copyfileobj(parts, whole, _CHUNK)
    elif name.lower().endswith(".gz"):
        file = staging.binary(name)
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            if binary:
                yield packed
            else:
                with io.TextIOWrapper(packed, encoding="utf-8", newline="\n") as text:
                    yield text
        staging.release(file)
    else:
        plain: Any = staging.binary(name) if binary else staging.text(name)
        yield plain
        staging.release(plain)


def write_memory(staging: Staging, name: str, entries: Iterable[Entry], *, facts: Facts) -> Written:
    """Write a memory in the format that the name's ending says; for what the formats ask of entries, see their modules.

    Parameters
    ----------
    name : of the file, below the staging's folder.
    facts : what the file's beginning says.

    Raises
    ------
    OptionError, OutputError
        The ending names no format, or a library it needs is missing; it cannot be written.
    """
    ending = named(Path(name)).ending
    form = FORMS[ending]
    if not form.two_files:
        with written(staging, name, binary=form.binary, laid_out=facts.laid_out and ending == ".po") as stream:
            return form.write(stream, entries, facts)
    source, target = pair_names(name, *facts.pair)
    with written(staging, source, binary=False) as first, written(staging, target, binary=False) as second:
        return form.write((first, second), entries, facts)
