"""Other codes for locales than BCP 47's usual ones, as some programs want them: ``zh-TW`` as ``zh-Hant-TW``."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from align.formats.entry import Entry

__all__ = ["remapped"]


def remapped(entry: Entry, codes: Mapping[str, str]) -> Entry:
    """The entry with other codes for its locales, the same object when there are none for them.

    Its origin keeps what the page says.

    Parameters
    ----------
    codes : by the locale's tag, both BCP 47 in canonical case.
    """
    source, target = entry.source_locale, entry.target_locale
    if source not in codes and target not in codes:
        return entry
    return replace(entry, source_locale=codes.get(source, source), target_locale=codes.get(target, target))
