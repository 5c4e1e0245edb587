"""A language pair's units on their way to its files."""

from __future__ import annotations

from align.curate import Collector, Rules
from align.errors import OptionError
from align.model import Origin

__all__ = ["Memory", "memory_name", "one_locale"]


class Memory:
    """The units of one target locale; with ``--mt split``, of one translation type."""

    def __init__(self, name: str, origin: Origin, rules: Rules, collectors: tuple[Collector, Collector] | None = None) -> None:
        self.name = name
        """Beginning of its files' names: ``fr-FR``, ``fr-FR.ht``."""
        self.origin = origin
        """Of its first page."""
        self.source_locale = rules.code(origin.source_locale)
        self.locale = rules.code(origin.target_locale or "und")
        if self.source_locale == self.locale and origin.source_locale != origin.target_locale:
            raise _one_code(origin.source_locale, origin.target_locale, self.locale)
        self.sentences, self.blocks = collectors or (Collector(rules), Collector(rules, blocks=True))

    @property
    def collectors(self) -> tuple[Collector, Collector]:
        """Of segments, whatever a unit holds, and of whole blocks, as far as they are asked for."""
        return self.sentences, self.blocks


def _one_code(first: str, second: str | None, code: str) -> OptionError:
    what = f"--map-locale: {first} and {second} are both written as {code}"
    return OptionError(what, cure="give each a code of its own, or --exclude the pages of one")


def one_locale(memory: Memory, origin: Origin) -> None:
    """Make sure that a page is of the locale of the memory that takes its units, for several may be written with one code.

    Raises
    ------
    OptionError
        It is not.
    """
    known = memory.origin.target_locale
    if known != origin.target_locale:
        first, second = sorted((str(known), str(origin.target_locale)))
        raise _one_code(first, second, memory.locale)


def memory_name(origin: Origin, rules: Rules) -> str:
    """Name of the memory that takes the units of such a page; empty when its locale is not known."""
    if origin.target_locale is None:
        return ""
    locale = rules.code(origin.target_locale)
    if rules.mt != "split":
        return locale
    return locale + (".ht" if origin.translation_type == "HT" else ".mt")
