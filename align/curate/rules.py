"""What an export keeps, and the words for what becomes of a unit."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["CHANGES", "DROP_REASONS", "MERGE_REASONS", "MtPolicy", "Rules"]

MtPolicy = Literal["keep", "fuzzy", "skip", "split"]

#: Why a unit is left out of a file.
DROP_REASONS = {
    "empty-source": "the source is empty or white space",
    "empty-target": "the target is empty or white space",
    "no-text": "the source holds tags and white space only",
    "identical": "source and target are the same (--drop-identical)",
    "machine-translated": "the unit is machine translated, or nothing says that it is not (--mt skip)",
    "not-joined": "the text of its block is not known in both languages (--granularity block)",
    "too-long": "a text is longer than a cell can be (XLSX)",
    "fuzzy": "the unit needs review, and the format has no mark for that (MO with --mt fuzzy)",
    "no-locale": "the page names no locale, and its neighbours do not tell",
}
#: Why a unit is in a file by another one.
MERGE_REASONS = {
    "duplicate": "another unit with the same source and target stands for it",
    "variant": "another target of the same source is preferred: human first, then most frequent, then newest",
}
#: What is done to the texts of a unit that is exported.
CHANGES = {
    "outer-white-space": "white space around the segment was trimmed",
    "line-ends": "CR LF or CR inside the segment became LF",
    "illegal-characters": "characters that XML 1.0 does not allow were left out",
    "soft-line-breaks": "soft line breaks were joined with one space (PO)",
    "bidi-controls": "invisible characters that steer the direction of text were left out (--bidi strip)",
    "markup": "markup was left out, entities and escapes resolved (--markup text)",
}


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What an export keeps."""

    mt: MtPolicy = "keep"
    """Machine translation: keep it, mark it fuzzy (PO), skip it, or write it to a file of its own (the caller's part)."""
    variants: Literal["best", "all"] = "best"
    """One target per source, or all of them."""
    drop_identical: bool = False
    """Whether units whose target is their source are dropped."""
    plain: bool = False
    """Whether markup is left out of the texts, entities and escapes resolved (:func:`align.inline.plain`)."""
    strip_bidi: bool = False
    """Whether invisible characters that steer the direction of text are left out (:data:`align.curate.bidi.BIDI`)."""
    codes: dict[str, str] = {}
    """Other codes to write for locales, by BCP 47 tag."""

    def code(self, locale: str) -> str:
        """The code to write for a locale."""
        return self.codes.get(locale, locale)
