"""What is said of a memory as a whole."""

from __future__ import annotations

from typing import NamedTuple

from align.formats.entry import LocalePair

__all__ = ["Facts", "Written"]


class Facts(NamedTuple):
    """What the beginning of a file may say of all its entries; each format takes what it has a place for."""

    source_locale: str
    """BCP 47."""
    target_locale: str
    """BCP 47."""
    newest: str | None = None
    """Newest hand-off of the entries, ``YYYY-MM-DD``: PO."""
    licence: str | None = None
    """Licences of the texts: TMX, PO."""
    codes: bool = False
    """Whether markup becomes inline codes: TMX, XLIFF."""
    named: bool = True
    """Whether units have names made of their texts (``tuid``): TMX."""
    laid_out: bool = False
    """Whether strings are broken into lines as msgcat breaks them: PO."""

    @property
    def pair(self) -> LocalePair:
        """The two locales."""
        return LocalePair(self.source_locale, self.target_locale)


class Written(NamedTuple):
    """What became of the entries of a file; entries + left_out is how many there were."""

    entries: int
    """Entries in the file."""
    left_out: int
    """Entries that the format has no place for."""
