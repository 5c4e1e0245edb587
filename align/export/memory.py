"""A language pair's units on their way to its files."""

from __future__ import annotations

from align.curate import Collector, Rules
from align.model import Origin

__all__ = ["Memory", "memory_name"]


class Memory:
    """The units of one target locale; with ``--mt split``, of one translation type."""

    def __init__(self, name: str, origin: Origin, rules: Rules) -> None:
        self.name = name
        """Beginning of its files' names: ``fr-FR``, ``fr-FR.ht``."""
        self.source_locale = origin.source_locale
        self.locale = origin.target_locale or "und"
        self.collector = Collector(rules)


def memory_name(origin: Origin, rules: Rules) -> str:
    """Name of the memory that takes the units of such a page; empty when its locale is not known."""
    if origin.target_locale is None:
        return ""
    if rules.mt != "split":
        return origin.target_locale
    return origin.target_locale + (".ht" if origin.translation_type == "HT" else ".mt")
