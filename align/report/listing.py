"""The units as columns of numbers and one list of distinct texts: what the report's script reads.

In real pages most texts are repeated (docs/report.md has a figure), so each stands once, and a search looks at it once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Generic, TypeVar

import msgspec

from align.locales import is_right_to_left
from align.model import FLAGS, Unit
from align.pages import Page

__all__ = ["Listing", "embedded_json"]

_Key = TypeVar("_Key", bound=Hashable)
# What ends a script element (</script>, <!--, <script) begins with <; older scripts take U+2028 and U+2029 for line ends.
_ESCAPES = ((b"<", b"\\u003c"), ("\u2028".encode(), b"\\u2028"), ("\u2029".encode(), b"\\u2029"))


class _Numbers(Generic[_Key]):
    """Gives each distinct value a number, in the order of first use."""

    def __init__(self) -> None:
        self._numbers: dict[_Key, int] = {}

    def of(self, value: _Key) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> list[_Key]:
        return list(self._numbers)


class Listing:
    """Collects the first ``limit`` units, in the order of the pages; the rest is counted."""

    def __init__(self, limit: int) -> None:
        self.embedded = 0
        """Units taken."""
        self.left_out = 0
        """Units beyond the limit."""
        self._limit = limit
        self._texts: _Numbers[str] = _Numbers()
        self._locales: _Numbers[str] = _Numbers()
        self._contexts: _Numbers[tuple[str, ...]] = _Numbers()
        self._flags: _Numbers[tuple[str, ...]] = _Numbers()
        self._pages: dict[str, list[Any]] = {key: [] for key in ("name", "source_locale", "locale", "type", "handoff", "units")}
        self._units: dict[str, list[Any]] = {
            key: [] for key in ("id", "line", "source", "target", "heading", "context", "flags")
        }

    def add(self, page: Page) -> None:
        """Take the page's units, as many as the limit leaves room for."""
        taken = page.units[: self._limit - self.embedded]
        self.left_out += len(page.units) - len(taken)
        if not taken:
            return
        self.embedded += len(taken)
        origin, pages = page.origin, self._pages
        pages["name"].append(page.name)
        pages["source_locale"].append(self._locales.of(origin.source_locale))
        pages["locale"].append(self._locales.of(origin.target_locale or "und"))
        pages["type"].append(origin.translation_type)
        pages["handoff"].append(origin.handoff)
        pages["units"].append(len(taken))
        self._add_units(taken)

    def _add_units(self, units: Iterable[Unit]) -> None:
        columns, texts = self._units, self._texts
        for unit in units:
            columns["id"].append(unit.id)
            columns["line"].append(unit.line)
            columns["source"].append(texts.of(unit.source))
            columns["target"].append(texts.of(unit.target))
            columns["heading"].append(-1 if unit.heading is None else texts.of(unit.heading))
            columns["context"].append(self._contexts.of(unit.context))
            columns["flags"].append(self._flags.of(unit.flags))

    def data(self) -> dict[str, Any]:
        """The columns, as docs/report.md describes them."""
        words = sorted({word for words in self._flags.values() for word in words})
        return {
            "version": 1,
            "locales": [{"tag": tag, "rtl": is_right_to_left(tag)} for tag in self._locales.values()],
            "contexts": self._contexts.values(),
            "flags": self._flags.values(),
            "meanings": {word: FLAGS.get(word, "") for word in words},
            "pages": self._pages,
            "units": self._units,
            "texts": self._texts.values(),
        }


def embedded_json(data: object) -> bytes:
    """JSON in UTF-8 that can stand in an HTML script element: no character of a text can end the element."""
    encoded = msgspec.json.encode(data)
    for character, escape in _ESCAPES:
        encoded = encoded.replace(character, escape)
    return encoded
