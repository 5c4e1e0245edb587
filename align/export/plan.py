"""What an export shall write: formats, rules, and how the files are cut."""

from __future__ import annotations

from typing import Literal

import msgspec

from align.curate import Rules
from align.errors import OptionError
from align.version import __version__

__all__ = ["EXTENSIONS", "FORMATS", "Format", "Granularity", "Markup", "Plan"]

Format = Literal["tmx", "po", "tsv", "jsonl", "xliff"]
#: The formats, in the order in which the record names them.
FORMATS: tuple[Format, ...] = ("tmx", "po", "tsv", "jsonl", "xliff")
#: The ending of a file of each format.
EXTENSIONS: dict[Format, str] = {"tmx": "tmx", "po": "po", "tsv": "tsv", "jsonl": "jsonl", "xliff": "xlf"}
Granularity = Literal["sentence", "block", "both"]
Markup = Literal["raw", "codes", "text"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an export writes. Two runs with equal plans, reading and pages write the same bytes."""

    formats: tuple[Format, ...] = ("tmx", "po")
    """Of :data:`FORMATS`; kept in their order, each once."""
    rules: Rules = Rules()
    """Which units get into a file."""
    granularity: Granularity | None = None
    """Segments, whole blocks, or both; None takes both for PO, segments for the rest."""
    remembered: bool = False
    """Whether a later run shall find what this one wrote; says nothing about what is written."""
    markup: Markup = "raw"
    """Markdown, HTML and XML in the texts: as it stands, as inline codes (TMX, XLIFF), or left out."""
    per_page: bool = False
    """Whether each page gets a PO file of its own (``po/PAGE.po``) instead of one per locale."""

    version: str = __version__
    """Of the program: another one may write other bytes."""

    def __post_init__(self) -> None:
        wrong = sorted(set(self.formats) - set(FORMATS))
        if wrong or not self.formats:
            raise OptionError(f"{', '.join(wrong) or 'nothing'} is no format", cure=f"use {', '.join(FORMATS)}")
        msgspec.structs.force_setattr(self, "formats", tuple(form for form in FORMATS if form in self.formats))

    def granularity_of(self, form: Format) -> Granularity:
        """What a file of this format holds."""
        return self.granularity or ("both" if form == "po" else "sentence")

    @property
    def blocks(self) -> Literal["", "all", "larger"]:
        """Which blocks are asked for: none, all, or those that say more than a unit."""
        asked = {self.granularity_of(form) for form in self.formats}
        return "all" if "block" in asked else "larger" if "both" in asked else ""

    @property
    def wants_labels(self) -> bool:
        """Whether the reference definitions of pages are asked for."""
        return self.markup == "codes" or self.rules.plain or "jsonl" in self.formats

    @property
    def page_formats(self) -> tuple[Format, ...]:
        """Formats of which each page gets a file of its own."""
        return ("po",) if self.per_page and "po" in self.formats else ()

    @property
    def memory_formats(self) -> tuple[Format, ...]:
        """Formats of which each language pair gets a file."""
        return tuple(form for form in self.formats if form not in self.page_formats)
