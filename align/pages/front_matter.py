"""The YAML front matter of a Markdown page, and the ``ms.*`` metadata that units need.

The few keys are read line by line (2 µs a page); the whole block is parsed by PyYAML (48 µs with libyaml) only for a
value that is no plain or simply quoted scalar, and for :func:`parse`. A front matter that is no valid YAML (16 of a
million units stand in one) so loses nothing.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from align.errors import LocaleError
from align.locales import canonical
from align.model import TranslationType

__all__ = ["Metadata", "block_end", "metadata", "parse"]

_BLOCK = re.compile(r"\ufeff?---[ \t]*\r?\n(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
# A literal to begin with, which is searched for far faster than the beginning of a line; no key stands on the first one.
_KEY = re.compile(r"\nms\.(translationtype|contentlocale|lasthandoff|sourcegitcommit|openlocfilehash)[ \t]*:[ \t]([^\n]*)")
_QUOTED = re.compile(r"\"([^\"\\]*)\"|'([^']*)'")
# What begins a value that is no plain scalar of one line (YAML 1.2.2, section 5.3).
_INDICATORS = frozenset("\"'|>&*!%@`[{#")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})|(\d{4})-(\d{2})-(\d{2}).*")
_DEEPEST = 20
_LONGEST = 100_000


class Metadata(msgspec.Struct, frozen=True):
    """What a page says of its translation; every field None where it says nothing usable."""

    locale: str | None = None
    """``ms.contentlocale``, BCP 47 in canonical case."""
    translation_type: TranslationType | None = None
    """``ms.translationtype``."""
    handoff: str | None = None
    """``ms.lasthandoff``, as ``YYYY-MM-DD``."""
    source_commit: str | None = None
    """``ms.sourcegitcommit``."""
    source_hash: str | None = None
    """``ms.openlocfilehash``."""
    wrong_locale: str | None = None
    """``ms.contentlocale``, where that is no BCP 47 tag."""


def block_end(text: str) -> int:
    """Offset past the front matter's closing line; 0 when the page does not begin with a front matter."""
    if not text.startswith(("---", "\ufeff---")):
        return 0
    found = _BLOCK.match(text)
    return 0 if found is None else found.end()


def _is_tame(text: str) -> bool:
    """Whether YAML's events show no alias and no deep nesting: a loader would follow both as far as they go."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent):
            return False
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return False
    return True


def parse(block: str) -> dict[str, Any]:
    """The front matter as PyYAML's base loader reads it, every scalar as text.

    Empty when it is no valid mapping, is longer than 100,000 characters, or holds an alias or deep nesting. No scalar is
    turned into a date or a number, so that none can fail, and ``ms.locfileid`` stays the digits that it is.
    """
    import yaml

    text = "\n".join(block.removeprefix("\ufeff").split("\n")[1:]).rpartition("\n---")[0]
    if len(text) > _LONGEST:
        return {}
    try:
        if not _is_tame(text):
            return {}
        value = yaml.load(text, Loader=yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader)
    except (yaml.YAMLError, UnicodeError):
        return {}
    return value if isinstance(value, dict) else {}


@lru_cache(maxsize=256)
def _iso_date(value: str) -> str | None:
    """``01/12/2019`` (month first) or an ISO date as ``YYYY-MM-DD``; None when it is no date."""
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    month, day, year, iso_year, iso_month, iso_day = found.groups()
    try:
        return date(int(year or iso_year), int(month or iso_month), int(day or iso_day)).isoformat()
    except ValueError:
        return None


def _locale(value: str) -> str | None:
    try:
        return canonical(value)
    except LocaleError:
        return None


def from_values(values: dict[str, str]) -> Metadata:
    """The metadata out of raw values, keyed by the part of the key behind ``ms.``."""
    kind, stated = values.get("translationtype", "").upper(), values.get("contentlocale", "")
    locale = _locale(stated)
    return Metadata(
        locale=locale,
        translation_type="HT" if kind == "HT" else "MT" if kind == "MT" else None,
        handoff=_iso_date(values.get("lasthandoff", "")),
        source_commit=values.get("sourcegitcommit") or None,
        source_hash=values.get("openlocfilehash", "").lower() or None,
        wrong_locale=(stated or None) if locale is None else None,
    )


def _simple(value: str) -> str | None:
    """The scalar that the rest of a line holds, without quotes and comment; None when it takes YAML to tell."""
    value = value.strip()
    if value.isalnum():
        return value
    quoted = _QUOTED.match(value)
    if quoted is not None:
        rest = value[quoted.end() :].lstrip()
        return (quoted[1] or quoted[2] or "") if not rest or rest.startswith("#") else None
    plain = value.partition(" #")[0].rstrip()
    return None if not plain or plain[0] in _INDICATORS else plain


def metadata(block: str) -> Metadata:
    """The metadata of a front matter (with its fences), as far as it can be read; never an error."""
    found = {key: _simple(value) for key, value in reversed(_KEY.findall(block))}
    values = {key: value for key, value in found.items() if value is not None}
    if len(values) < len(_NAMES) and any(f"ms.{key}" in block for key in _NAMES if key not in values):
        for key, value in parse(block).items():
            if isinstance(key, str) and isinstance(value, str) and key.startswith("ms."):
                values.setdefault(key.removeprefix("ms."), value)
    return from_values(values)


_NAMES = ("translationtype", "contentlocale", "lasthandoff", "sourcegitcommit", "openlocfilehash")
