"""What an export shall write: formats, rules, and how the files are cut."""

from __future__ import annotations

from typing import Literal

import msgspec

from align.curate import Rules
from align.errors import OptionError
from align.exchange import names
from align.version import __version__

__all__ = ["EXTENSIONS", "FORMATS", "GETTEXT", "WITH_CODES", "Format", "Granularity", "Markup", "Plan"]

Format = Literal["tmx", "po", "tsv", "jsonl", "xliff", "csv", "xlsx", "parquet", "mo"]
#: The formats, in the order in which the record names them.
FORMATS: tuple[Format, ...] = ("tmx", "po", "tsv", "jsonl", "xliff", "csv", "xlsx", "parquet", "mo")
#: The ending of a file of each format.
EXTENSIONS: dict[Format, str] = {form: "xlf" if form == "xliff" else form for form in FORMATS}
#: Formats of gettext, whose tools take whole blocks, and soft line breaks joined.
GETTEXT: frozenset[Format] = frozenset({"po", "mo"})
#: Formats that have inline codes.
WITH_CODES: frozenset[Format] = frozenset(form for form in FORMATS if f".{EXTENSIONS[form]}" in names.WITH_CODES)
# Formats whose entries stand one after the other, so that several runs may write at one file.
_IN_PARTS = frozenset({"tmx", "po", "tsv", "jsonl"})
# Formats that are packed, or not meant to be.
_NEVER_PACKED = frozenset({"xlsx", "parquet", "mo"})
Granularity = Literal["sentence", "block", "both"]
Markup = Literal["raw", "codes", "text"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an export writes. Two runs with equal plans, reading and pages write the same bytes."""

    formats: tuple[Format, ...] = ("tmx", "po")
    """Of :data:`FORMATS`; kept in their order, each once."""
    rules: Rules = Rules()
    """Which units get into a file."""
    granularity: Granularity | None = None
    """Segments, whole blocks, or both; None takes both for gettext's formats, segments for the rest."""
    remembered: bool = False
    """Whether a later run shall find what this one wrote; says nothing about what is written."""
    markup: Markup = "raw"
    """Markdown, HTML and XML in the texts: as it stands, as inline codes (TMX, XLIFF), or left out."""
    per_page: bool = False
    """Whether each page gets a PO file of its own (``po/PAGE.po``) instead of one per locale."""
    digest: bool = False
    """Whether the report has the digest of each memory (:mod:`align.digest`)."""

    split: int | None = None
    """Entries a file has at most: ``fr-FR.001.tmx`` and so on; None for one file."""
    packed: bool = False
    """Whether files are packed (``.gz``), but for formats that are packed themselves."""
    named: bool = True
    """Whether units of TMX have names, made of their texts (``tuid``)."""
    po_layout: Literal["long", "msgcat"] = "long"
    """Lines of PO: a string on one line, or broken as gettext's msgcat breaks it."""
    version: str = __version__
    """Of the program: another one may write other bytes."""

    def __post_init__(self) -> None:
        wrong = sorted(set(self.formats) - set(FORMATS))
        if wrong or not self.formats:
            raise OptionError(f"{', '.join(wrong) or 'nothing'} is no format", cure=f"use {', '.join(FORMATS)}")
        msgspec.structs.force_setattr(self, "formats", tuple(form for form in FORMATS if form in self.formats))

    def granularity_of(self, form: Format) -> Granularity:
        """What a file of this format holds."""
        return self.granularity or ("both" if form in GETTEXT else "sentence")

    def in_parts(self, form: Format) -> bool:
        """Whether runs write at the file itself, and not entries of which it is made in the end."""
        return form in _IN_PARTS and self.split is None

    def file_name(self, memory: str, form: Format, part: int | None = None) -> str:
        """Name of a memory's file, or of a part of it, counted from 1."""
        number = "" if part is None else f".{part:03}"
        packed = ".gz" if self.is_packed(form) else ""
        return f"{memory}{number}.{EXTENSIONS[form]}{packed}"

    def is_packed(self, form: Format) -> bool:
        """Whether files of this format are packed here."""
        return self.packed and form not in _NEVER_PACKED

    def is_laid_out(self, form: Format) -> bool:
        """Whether files of this format are laid out by msgcat."""
        return form == "po" and self.po_layout == "msgcat"

    def is_plain(self, form: Format) -> bool:
        """Whether files of this format are just what the runs write, so that entries can be copied from them."""
        return not self.is_packed(form) and not self.is_laid_out(form)

    @property
    def blocks(self) -> Literal["", "all", "larger"]:
        """Which blocks are asked for: none, all, or those that say more than a unit."""
        asked = {self.granularity_of(form) for form in self.formats}
        return "all" if "block" in asked else "larger" if "both" in asked else ""

    @property
    def wants_labels(self) -> bool:
        """Whether the reference definitions of pages are asked for."""
        return self.markup == "codes" or self.rules.plain or not {"jsonl", "parquet", "xlsx"}.isdisjoint(self.formats)

    @property
    def page_formats(self) -> tuple[Format, ...]:
        """Formats of which each page gets a file of its own."""
        return tuple(form for form in self.formats if self.per_page and form == "po")

    @property
    def memory_formats(self) -> tuple[Format, ...]:
        """Formats of which each language pair gets a file."""
        return tuple(form for form in self.formats if form not in self.page_formats)
