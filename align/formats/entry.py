"""What a translation memory holds: one source, one target, and where they came from. Formats write and read these."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

import msgspec

from align.model import Origin, TranslationType

__all__ = ["Entry", "LocalePair", "Segtype", "batched", "digest", "digest_of_texts"]

_BATCH = 512
Segtype = Literal["sentence", "paragraph"]


class LocalePair(NamedTuple):
    """The locales of a memory, or of a file, BCP 47 in canonical case."""

    source_locale: str
    """Of the sources."""
    target_locale: str
    """Of the targets."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One unit of a memory, as it is exchanged: trimmed, with LF line ends."""

    source: str
    """Text of the source segment, never empty."""
    target: str
    """Text of the target segment, never empty."""
    source_locale: str
    """BCP 47 in canonical case."""
    target_locale: str
    """BCP 47 in canonical case."""
    id: str | None = None
    """Id of the unit it was taken from; None when the file it was read from does not say."""
    origin: Origin | None = None
    """Where that unit stands; None when the file it was read from does not say."""
    pages: tuple[str, ...] = ()
    """Names of the first pages that hold it, in name order."""
    translation_type: TranslationType | None = None
    """HT when a human translated it anywhere, else MT or None (not known)."""
    fuzzy: bool = False
    """Whether a translator must review it (PO's flag)."""
    variant: str | None = None
    """None for the best target of a source; else a name that tells this one from the others."""
    segtype: Segtype = "sentence"
    """``paragraph`` where it may hold several sentences: a whole block, or several sentences translated as one (TMX's word)."""
    labels: tuple[str, ...] = ()
    """Normalised labels of reference definitions of its page that the texts use, sorted: ``[x]`` is a link only with them."""


def batched(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """The entries in lists of some hundred, so that a stream is written to less often."""
    entries = iter(entries)
    while batch := list(islice(entries, _BATCH)):
        yield batch


def digest(source_locale: str, target_locale: str, source: str, target: str) -> str:
    """24 hex digits that name a unit by locales, source and target alone: the same in every revision of a page.

    96 bits: among 10^10 units the chance of any collision is below 10^-9.
    """
    return digest_of_texts(source_locale, target_locale, f"{source}\0{target}".encode("utf-8", "surrogatepass"))


def digest_of_texts(source_locale: str, target_locale: str, texts: bytes) -> str:
    """The :func:`digest` of a unit whose texts are in UTF-8 already, with a NUL between source and target."""
    hashed = _begun(source_locale, target_locale).copy()
    hashed.update(texts)
    return hashed.hexdigest()


@lru_cache(maxsize=1024)
def _begun(source_locale: str, target_locale: str) -> hashlib.blake2b:
    """The hash after the locales, which are those of many units."""
    locales = f"{source_locale}\0{target_locale}\0"
    return hashlib.blake2b(locales.encode("utf-8", "surrogatepass"), digest_size=12)
