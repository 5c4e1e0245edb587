"""The catalog of public repositories with bilingual pages, and how to get one of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from align.errors import FormatError, MissingPathError, OptionError, OutputError, RepositoryError
from align.git_process import environment, said
from align.locales import canonical

__all__ = ["PROTOCOLS", "Corpus", "clone", "own_catalog", "pick", "read_catalog"]

#: What a corpus may be cloned by; git itself is held to these, also where a server redirects.
PROTOCOLS = ("https", "ssh", "file")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9._-]+")
_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*corpus[ \t]*\]\]", re.MULTILINE)


class Corpus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bilingual branch of a repository. Counts are over every file of the branch."""

    name: str
    """Name in the catalog, and of the folder it is cloned to."""
    repository: str
    """``OWNER/NAME`` at GitHub, or a URL (https, ssh, file)."""
    branch: str
    """The bilingual branch."""
    target_branch: str
    """The branch of the same repository with the translation only."""
    locale: str
    """Target locale, BCP 47."""
    pages: int
    """Files with at least one unit."""
    units: int
    """Wrapped segments."""
    paragraphs: int
    """Units that are whole paragraphs."""
    note: str | None = None
    """What to know before it is used."""

    @property
    def url(self) -> str:
        """What git clones."""
        return self.repository if "://" in self.repository else f"https://github.com/{self.repository}"


def own_catalog() -> Path:
    """The catalog that comes with this package: beside the code where it is installed, in ``corpora/`` of a clone."""
    here = Path(__file__).resolve().parent
    installed = here / "data" / "catalog.toml"
    return installed if installed.is_file() else here.parent / "corpora" / "catalog.toml"


def _fault(corpus: Corpus) -> str | None:
    """What cannot be used of an entry whose keys and types are right."""
    if not _NAME.fullmatch(corpus.name):
        return f"name {corpus.name!r} is no plain name (letters, digits, '.', '_', '-')"
    if not _REPOSITORY.fullmatch(corpus.repository) and not corpus.repository.startswith(tuple(f"{p}://" for p in PROTOCOLS)):
        return f"repository {corpus.repository!r} is neither OWNER/NAME nor a URL by {', '.join(PROTOCOLS)}"
    for branch in (corpus.branch, corpus.target_branch):
        if not branch or branch.startswith("-"):
            return f"branch {branch!r} is no branch's name"
    try:
        canonical(corpus.locale)
    except OptionError as error:
        return f"locale {error.what}"
    return None


def _entry(values: Any) -> Corpus | str:
    """An entry, or what is wrong with it."""
    try:
        corpus = msgspec.convert(values, Corpus)
    except msgspec.ValidationError as error:
        return str(error).replace("Object", "the entry").replace(" - at `$.", " at `")
    return _fault(corpus) or corpus


def read_catalog(path: Path) -> list[Corpus]:
    """The entries of a catalog (TOML, one ``[[corpus]]`` table each), in their order.

    Raises
    ------
    MissingPathError, FormatError
        There is no such file; it is no TOML, or an entry has a wrong, missing or unknown key (with the line of its table).
    """
    try:
        text = path.read_bytes().decode("utf-8")
        catalog = tomllib.loads(text)
    except OSError as error:
        raise MissingPathError(f"cannot be read: {error.strerror or error}", path=path, cure="check the spelling") from error
    except ValueError as error:  # what tomllib and the decoder raise
        raise FormatError(f"is no TOML: {error}", path=path, cure="mend it") from error
    values = catalog.get("corpus", [])
    unknown = sorted(set(catalog) - {"corpus"})
    if unknown or not isinstance(values, list):
        what = f"unknown key {unknown[0]!r}" if unknown else "corpus is no list of tables"
        raise FormatError(what, path=path, cure="write one [[corpus]] table per branch")
    lines = [text.count("\n", 0, table.start()) + 1 for table in _TABLE.finditer(text)]
    found: list[Corpus] = []
    for index, value in enumerate(values):
        entry = _entry(value)
        line = lines[index] if len(lines) == len(values) else None
        if isinstance(entry, str):
            keys = ", ".join(Corpus.__struct_fields__)
            raise FormatError(f"entry {index + 1}: {entry}", path=path, line=line, cure=f"an entry has {keys}")
        found.append(entry)
    twice = [name for name, count in Counter(corpus.name for corpus in found).items() if count > 1]
    if twice:
        raise FormatError(f"two entries are called {twice[0]!r}", path=path, cure="rename one of them")
    return found


def pick(catalog: list[Corpus], name: str) -> Corpus:
    """The entry of a name.

    Raises
    ------
    OptionError
        There is none.
    """
    for corpus in catalog:
        if corpus.name == name:
            return corpus
    raise OptionError(f"the catalog has no {name!r}", cure="see align-tm corpus list")


def _clone(corpus: Corpus, folder: Path, *, progress: bool) -> None:
    """Run git clone; an error says what git said."""
    options = ["--depth", "1", "--single-branch", "--no-tags", f"--branch={corpus.branch}"]
    command = ["git", "clone", *options, "--progress" if progress else "--quiet", "--", corpus.url, str(folder)]
    streams = None if progress else subprocess.PIPE
    try:
        ran = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=streams,
            stderr=streams,
            check=False,
            env=environment(protocols=":".join(PROTOCOLS)),
        )
    except OSError as error:
        raise OptionError(f"git cannot be run: {error.strerror or error}", cure="install git and put it on PATH") from error
    if ran.returncode != 0:
        what = f": {said(ran.stderr)}" if ran.stderr else ""
        cure = "check the network, and the catalog's repository and branch"
        raise RepositoryError(f"branch {corpus.branch} cannot be cloned{what}", path=corpus.url, cure=cure)


def clone(corpus: Corpus, into: Path, *, progress: bool = False) -> Path:
    """Clone a corpus into ``into/NAME`` (the last commit of its one branch) and return that folder.

    The clone is made beside and then renamed, so that a failure or an interrupt leaves nothing.

    Parameters
    ----------
    into : folder, made if need be.
    progress : let git report on standard error how far it is.

    Raises
    ------
    OutputError
        ``into/NAME`` exists already, or the folder cannot be written.
    RepositoryError
        git cannot clone it.
    OptionError
        git is not installed.
    """
    folder = into / corpus.name
    if os.path.lexists(folder):
        raise OutputError("exists already", path=folder, cure="remove it, or give another --into")
    made = [parent for parent in (into, *into.parents) if not parent.exists()]
    try:
        into.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{corpus.name}-", suffix=".part", dir=into))
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", path=into, cure="give another --into") from error
    try:
        _clone(corpus, beside / "clone", progress=progress)
        (beside / "clone").rename(folder)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", path=folder, cure="give another --into") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if not folder.exists():
            for parent in made:
                parent.rmdir()
    return folder
