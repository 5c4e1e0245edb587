"""Which units a selection keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypedDict

from align.bitext.words import check_names, checked, day, several, text
from align.corpus import Narrowing, names_left
from align.locales import canonical
from align.model import CONTEXTS, FLAGS, Unit

__all__ = ["KEYS", "SelectOptions", "Test", "innermost", "keyed", "tests"]

Test = Callable[[Unit], bool]


class SelectOptions(TypedDict, total=False):
    """Keywords of :meth:`align.bitext.Bitext.select`; a unit must pass all that are given."""

    locale: str | Iterable[str]
    """Target locale: one or several BCP 47 tags."""
    translation_type: str | Iterable[str]
    """``HT``, ``MT``, ``unknown`` (the page does not say), or several of them."""
    flags: str | Iterable[str]
    """One or several words of :data:`align.model.FLAGS`; the unit has at least one of them."""
    context: str | Iterable[str]
    """One or several words of :data:`align.model.CONTEXTS`, or ``paragraph`` for none of them; the unit stands in one."""
    page: str | Iterable[str]
    """One or several globs on page names, as ``--include`` takes them."""
    contains: str
    """Text that stands in the source or the target; case makes no difference."""
    since: str | date
    """Day (``YYYY-MM-DD``): the page was handed off then or later. A page without a date is left out."""


def innermost(unit: Unit) -> str:
    """The innermost word of the unit's context, ``paragraph`` where it has none."""
    return unit.context[-1] if unit.context else "paragraph"


#: What :meth:`align.bitext.Bitext.group_by` takes, and the value that it groups by.
KEYS: dict[str, Callable[[Unit], str | None]] = {
    "locale": lambda unit: unit.target_locale,
    "source_locale": lambda unit: unit.source_locale,
    "page": lambda unit: unit.page,
    "container": lambda unit: unit.origin.container,
    "translation_type": lambda unit: unit.translation_type,
    "handoff": lambda unit: unit.origin.handoff,
    "kind": lambda unit: unit.kind,
    "context": innermost,
    "heading": lambda unit: unit.heading,
    "source": lambda unit: unit.source,
    "target": lambda unit: unit.target,
}


def keyed(key: str) -> Callable[[Unit], str | None]:
    """The function behind a word of :data:`KEYS`.

    Raises
    ------
    OptionError
        There is none; the cure lists the words.
    """
    return KEYS[checked("group_by", [key], KEYS)[0]]


def _locale(value: str | Iterable[str]) -> Test:
    tags = frozenset(map(canonical, several("locale", value)))
    return lambda unit: unit.target_locale in tags


def _translation_type(value: str | Iterable[str]) -> Test:
    words = frozenset(checked("translation_type", several("translation_type", value), ("HT", "MT", "unknown")))
    return lambda unit: (unit.translation_type or "unknown") in words


def _flags(value: str | Iterable[str]) -> Test:
    words = frozenset(checked("flags", several("flags", value), FLAGS))
    return lambda unit: not words.isdisjoint(unit.flags)


def _context(value: str | Iterable[str]) -> Test:
    words = frozenset(checked("context", several("context", value), (*CONTEXTS, "paragraph")))
    return lambda unit: not words.isdisjoint(unit.context or ("paragraph",))


def _contains(value: str) -> Test:
    sought = text("contains", value).casefold()
    return lambda unit: sought in unit.source.casefold() or sought in unit.target.casefold()


def _since(value: str | date) -> Test:
    first = day("since", value)
    return lambda unit: (unit.origin.handoff or "") >= first


def _page(value: str | Iterable[str], pages: Iterable[str]) -> Test:
    names = set(names_left(pages, Narrowing(include=several("page", value))))
    return lambda unit: unit.page in names


_TESTS: dict[str, Callable[[Any], Test]] = {
    "locale": _locale,
    "translation_type": _translation_type,
    "flags": _flags,
    "context": _context,
    "contains": _contains,
    "since": _since,
}


def tests(options: SelectOptions, pages: Iterable[str]) -> list[Test]:
    """A test for each option; ``pages`` are the names that a glob is matched with.

    Raises
    ------
    OptionError
        An option is not known, or its value cannot be used.
    """
    check_names("select", options, SelectOptions.__annotations__)
    found: list[Test] = [_TESTS[name](value) for name, value in options.items() if name != "page"]
    return [*found, _page(options["page"], pages)] if "page" in options else found
