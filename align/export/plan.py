"""What an export shall write: formats, rules, and how the files are cut."""

from __future__ import annotations

from typing import Literal

import msgspec

from align.curate import Rules
from align.version import __version__

__all__ = ["EXTENSIONS", "FORMATS", "Format", "Granularity", "Plan"]

Format = Literal["tmx", "po", "tsv", "jsonl", "xliff"]
#: The formats, in the order in which the record names them.
FORMATS: tuple[Format, ...] = ("tmx", "po", "tsv", "jsonl", "xliff")
#: The ending of a file of each format.
EXTENSIONS: dict[Format, str] = {"tmx": "tmx", "po": "po", "tsv": "tsv", "jsonl": "jsonl", "xliff": "xlf"}
Granularity = Literal["sentence", "block", "both"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an export writes. Two runs with equal plans, reading and pages write the same bytes."""

    formats: tuple[Format, ...] = ("tmx", "po")
    """In the order of :data:`FORMATS`, each once."""
    rules: Rules = Rules()
    per_page: bool = False
    """Whether each page gets a PO file of its own (``po/PAGE.po``) instead of one per locale."""
    digest: bool = False
    """Whether the report has the digest of each memory (:mod:`align.digest`)."""

    version: str = __version__
    """Of the program: another one may write other bytes."""

    @property
    def page_formats(self) -> tuple[Format, ...]:
        """Formats of which each page gets a file of its own."""
        return ("po",) if self.per_page and "po" in self.formats else ()

    @property
    def memory_formats(self) -> tuple[Format, ...]:
        """Formats of which each language pair gets a file."""
        return tuple(form for form in self.formats if form not in self.page_formats)
