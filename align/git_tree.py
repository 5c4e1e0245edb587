"""Folders that stand in a git repository: ``git:REPO@REF[:SUBDIR]``, read without a checkout."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from align.errors import AlignError, MissingPathError, OptionError, RepositoryError, UnreadablePageError
from align.git_process import Blobs, run_git, said

__all__ = ["PREFIX", "TWIN_SECONDS", "Entry", "GitTree", "Opened", "entries", "is_git", "open_git"]

#: What a PATH that stands in git begins with.
PREFIX = "git:"
#: How long after the bilingual commit the commit with its twins may come.
TWIN_SECONDS = 15 * 60
_LICENCE_READ = 4000


class Entry(NamedTuple):
    """A file in a tree."""

    inside: str
    """POSIX path below the tree; bytes that are no UTF-8 as :func:`os.fsdecode` gives them."""
    size: int
    """Bytes; 0 where the object is missing."""
    id: str
    """Id of the blob (hex)."""


class GitTree(msgspec.Struct, frozen=True):
    """A folder of one commit. A :class:`align.corpus.Place`; it can be pickled, and holds nothing open."""

    repository: str
    """The clone, as it was given."""
    git_dir: str
    """Where git keeps it: absolute, without symbolic links."""
    ref: str
    """Branch, tag or commit, as it was given."""
    commit: str
    """Id of the commit (hex)."""
    folder: str
    """POSIX path of the folder; empty for the whole tree."""

    def _in_commit(self, inside: str) -> str:
        return posixpath.join(self.folder, inside)

    @property
    def given(self) -> str:
        """The folder as a PATH."""
        return f"{PREFIX}{self.repository}@{self.ref}{':' if self.folder else ''}{self.folder}"

    def where(self, inside: str) -> str:
        """How messages name a file."""
        return f"{PREFIX}{self.repository}@{self.ref}:{self._in_commit(inside)}"

    def path_of(self, inside: str) -> None:
        """No file in git has a path on disk."""

    def identity(self, inside: str) -> Hashable:
        """The same for a file reached twice."""
        return (self.git_dir, self.commit, self._in_commit(inside))

    def folders_above(self, *, exactly: bool = False) -> tuple[str, ...]:
        """Names of the folders down to this one: those of the clone and of the tree; ``exactly``: REF's between the two."""
        ref = [part for part in self.ref.split("/") if part not in {"", ".", ".."}] if exactly else []
        return (*Path(self.repository).resolve().parts[1:], *ref, *(self.folder.split("/") if self.folder else ()))

    def read(self, inside: str, stamp: str, blobs: Blobs) -> bytes:
        """The bytes of a file; ``stamp`` is the id of its blob.

        Raises
        ------
        UnreadablePageError
            The object is damaged or missing.
        """
        try:
            data = blobs.read(self.git_dir, stamp)
        except RepositoryError as error:
            raise UnreadablePageError(error.what, path=self.where(inside), cure=error.cure) from error
        if data is None:
            raise UnreadablePageError(f"object {stamp} is missing", path=self.where(inside), cure="look at it with git fsck")
        return data

    def beginning(self, inside: str, blobs: Blobs) -> bytes | None:
        """The first bytes of a file, of any name; None when there is none."""
        try:
            data = blobs.read(self.git_dir, f"{self.commit}:{self._in_commit(inside)}")
        except RepositoryError:
            return None
        return None if data is None else data[:_LICENCE_READ]


class Opened(NamedTuple):
    """What a ``git:`` PATH means."""

    tree: GitTree
    """The commit, read by git."""
    page: Entry | None
    """The file that was given; None when it is a folder."""


class _Item(NamedTuple):
    """A line of ``git ls-tree``."""

    mode: str
    """``100644`` and the like a file, ``120000`` a symbolic link, ``160000`` a submodule, ``040000`` a folder."""
    entry: Entry


def is_git(given: str) -> bool:
    """Whether a PATH stands in git; a file of such a name is written ``./git:...``."""
    return given.startswith(PREFIX)


def _git_dir(folder: str) -> str | None:
    """Where git keeps a clone, bare or not; None when the folder is none."""
    clone = Path(folder)
    try:
        if (clone / ".git").exists():
            return str((clone / ".git").resolve())
        bare = (clone / "HEAD").is_file() and (clone / "objects").is_dir()
    except OSError:  # such as a name that is too long
        return None
    return str(clone.resolve()) if bare else None


def _address(given: str) -> tuple[str, str, str, str]:
    """Clone, its git folder, REF and SUBDIR. Each may hold an ``@``: the clone is the longest beginning that is one."""
    text = given.removeprefix(PREFIX)
    cuts = [index for index, character in enumerate(text) if character == "@" and index]
    if not cuts:
        raise OptionError("names no REPO and REF", path=given, cure="write git:REPO@REF or git:REPO@REF:SUBDIR")
    for cut in reversed(cuts):
        git_dir = _git_dir(text[:cut])
        if git_dir is not None:
            ref, _, folder = text[cut + 1 :].partition(":")
            if not ref:
                raise OptionError("names no REF", path=given, cure="write git:REPO@REF or git:REPO@REF:SUBDIR")
            return text[:cut], git_dir, ref, folder
    repository = text[: cuts[0]]
    raise MissingPathError(f"{repository} is no git repository", path=given, cure="give a local clone: git:REPO@REF")


def _folder(given: str, folder: str) -> str:
    """SUBDIR without ``.``, ``..`` and slashes at its ends."""
    plain = posixpath.normpath(folder.strip("/"))
    if plain == ".." or plain.startswith("../"):
        raise MissingPathError("leads out of the repository", path=given, cure="give a SUBDIR of its tree")
    return "" if plain == "." else plain


def _commit(given: str, git_dir: str, ref: str) -> str:
    if not ref.startswith("-"):
        ran = run_git(["--git-dir", git_dir, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"])
        if ran.returncode == 0:
            return ran.stdout.decode().strip()
        if ran.stderr:
            raise RepositoryError(f"cannot be read: {said(ran.stderr)}", path=given, cure="look at it with git fsck")
    cure = "see git branch -a; a branch that was only fetched is origin/NAME"
    raise MissingPathError(f"the repository has no branch, tag or commit {ref}", path=given, cure=cure)


def _listed(output: bytes) -> Iterator[_Item]:
    for record in output.split(b"\0")[:-1]:
        head, _, name = record.partition(b"\t")
        mode, _, ident, size = head.decode().split()
        yield _Item(mode, Entry(os.fsdecode(name), int(size) if size.isdigit() else 0, ident))


def _list(given: str, git_dir: str, tree: str, *, deep: bool) -> list[_Item] | None:
    """What a tree holds, with ``deep`` in all folders; None when there is no such tree."""
    ran = run_git(["--git-dir", git_dir, "ls-tree", "-z", "-l", *(["-r"] if deep else []), tree])
    if ran.returncode == 0:
        return list(_listed(ran.stdout))
    if any(words in ran.stderr for words in (b"fatal: Not a valid object name", b"fatal: not a tree object")):
        return None
    partial = b"promisor" in ran.stderr
    cure = "it is a partial clone: clone it without --filter" if partial else "look at it with git fsck"
    raise RepositoryError(f"cannot be listed: {said(ran.stderr)}", path=given, cure=cure)


def open_git(given: str, *, bilingual: Iterable[GitTree] = ()) -> Opened:
    """The folder or file that a ``git:REPO@REF[:SUBDIR]`` names.

    Parameters
    ----------
    bilingual : folders of pages whose twins are looked for: a branch is then taken at the commit that belongs to them.

    Raises
    ------
    OptionError
        It has no REF, or git is not installed.
    MissingPathError
        There is no such repository, REF or SUBDIR, or no commit of the time looked for.
    RepositoryError
        The repository is damaged.
    """
    repository, git_dir, ref, folder = _address(given)
    folder = _folder(given, folder)
    whole = _twin_of(GitTree(repository, git_dir, ref, _commit(given, git_dir, ref), folder), bilingual)
    if not folder:
        return Opened(whole, None)
    above, _, name = folder.rpartition("/")
    items = _list(given, git_dir, f"{whole.commit}:{above}" if above else whole.commit, deep=False)
    item = next((one for one in items or () if one.entry.inside == name), None)
    if item is None:
        raise MissingPathError(f"{ref} has no {folder}", path=given, cure="check the spelling")
    if item.mode == "040000":
        return Opened(whole, None)
    if not item.mode.startswith("100"):
        raise MissingPathError("is a symbolic link or a submodule", path=given, cure="give what it leads to")
    return Opened(msgspec.structs.replace(whole, folder=above), item.entry)


def _is_sound(inside: str) -> bool:
    """Whether a name stays within its folder on this system: git keeps any bytes, and a made-up tree may hold any."""
    foreign = "" if os.sep == "/" else os.sep + ":"
    return not any(part in {"", ".", ".."} or any(sign in part for sign in foreign) for part in inside.split("/"))


def entries(tree: GitTree) -> Iterator[Entry]:
    """The files of a folder and those below, each name once; no symbolic links, submodules, or names such as ``../a``.

    Raises
    ------
    RepositoryError
        A tree is damaged or missing.
    """
    named = f"{tree.commit}:{tree.folder}" if tree.folder else tree.commit
    items = _list(tree.given, tree.git_dir, named, deep=True)
    if items is None:
        raise RepositoryError("cannot be listed: its tree is missing", path=tree.given, cure="look at it with git fsck")
    met: set[str] = set()
    for mode, entry in items:
        if mode.startswith("100") and _is_sound(entry.inside) and entry.inside not in met:
            met.add(entry.inside)
            yield entry


def _seconds(tree: GitTree) -> int:
    """When the commit was made (committer's date), in seconds since 1970."""
    ran = run_git(["--git-dir", tree.git_dir, "rev-list", "--max-count=1", "--timestamp", tree.commit])
    if ran.returncode != 0:
        raise _no_history(tree, ran.stderr)
    return int(ran.stdout.split()[0])


def _no_history(tree: GitTree, stderr: bytes) -> AlignError:
    return RepositoryError(f"its history cannot be read: {said(stderr)}", path=tree.given, cure="look at it with git fsck")


def _is_branch(tree: GitTree) -> bool:
    ran = run_git(["--git-dir", tree.git_dir, "rev-parse", "--verify", "--quiet", "--symbolic-full-name", tree.ref])
    return ran.stdout.startswith((b"refs/heads/", b"refs/remotes/"))


def _twin_of(target: GitTree, bilingual: Iterable[GitTree]) -> GitTree:
    """The commit of a target branch that belongs to bilingual pages.

    It is the newest commit of the branch (along first parents) that was committed not later than 15 minutes after the
    bilingual commit, the newest of them where there are several. A tag or a commit that was named is taken as it is.

    Raises
    ------
    MissingPathError
        The branch has no commit of that time.
    """
    tips = [_seconds(tree) for tree in bilingual]
    if not tips or not _is_branch(target):
        return target
    latest = max(tips) + TWIN_SECONDS
    searched = ["rev-list", "--first-parent", "--max-count=1", f"--min-age={latest}", target.commit]
    ran = run_git(["--git-dir", target.git_dir, *searched])
    if ran.returncode != 0:
        raise _no_history(target, ran.stderr)
    commit = ran.stdout.decode().strip()
    if not commit:
        until = datetime.fromtimestamp(latest, UTC).strftime("%Y-%m-%d %H:%M")
        raise MissingPathError(
            f"{target.ref} has no commit up to {until} UTC, 15 minutes after the bilingual one",
            path=target.given,
            cure="fetch more of its history, or name the commit: git:REPO@COMMIT",
        )
    return msgspec.structs.replace(target, commit=commit)
