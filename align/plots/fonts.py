"""Which of the installed fonts show which text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache

__all__ = ["drawable", "families"]

# Wide families first, then one or two a script, as Debian, macOS and Windows have them; matplotlib brings DejaVu Sans and
# takes each character from the first that has it.
_FAMILIES = (
    *("Noto Sans", "DejaVu Sans"),
    *("Noto Sans Arabic", "Noto Naskh Arabic", "Geeza Pro", "Segoe UI"),
    *("Noto Sans Hebrew", "Noto Sans Thai", "Thonburi", "Leelawadee UI", "Noto Sans Devanagari", "Nirmala UI"),
    *("Noto Sans CJK JP", "Noto Sans JP", "Noto Sans CJK TC", "Noto Sans TC", "Noto Sans CJK SC", "Noto Sans SC"),
    *("Noto Sans CJK KR", "Noto Sans KR", "Hiragino Sans", "PingFang TC", "Yu Gothic", "Microsoft JhengHei", "Malgun Gothic"),
    "Arial Unicode MS",
)


def _add_new_fonts() -> None:
    """Tell matplotlib of the fonts that were installed since it wrote its list of them, which it keeps from run to run."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    listed = {entry.fname for entry in fontManager.ttflist}
    for path in sorted(set(findSystemFonts()) - listed):
        # A file that is no sound font is passed over, as matplotlib does when it makes the list.
        with suppress(OSError, RuntimeError, ValueError, LookupError):
            fontManager.addfont(path)


@lru_cache(maxsize=1)
def families() -> list[str]:
    """Names of the installed fonts, in the order in which a character is looked for."""
    from matplotlib.font_manager import fontManager

    _add_new_fonts()
    installed = set(fontManager.get_font_names())
    return [name for name in _FAMILIES if name in installed]


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    """The code points that one of the fonts has."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    fonts: Iterable[str] = [findfont(FontProperties(family=[name])) for name in families()]
    return frozenset(code for path in fonts for code in get_font(path).get_charmap())


def drawable(text: str) -> str | None:
    """The text on one line without what cannot be seen; None when no installed font has one of its characters."""
    shown = "".join(
        character
        for character in " ".join(text.split())
        if unicodedata.category(character) not in ("Cc", "Cf", "Cn", "Co") or character in "\u200c\u200d"
    )
    has = _characters()
    return shown if all(ord(character) in has or character in "\u200c\u200d" for character in shown) else None
