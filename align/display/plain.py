"""Units one below the other as plain text: no columns to be broken by wide or right-to-left scripts."""

from __future__ import annotations

from collections.abc import Sequence

from align.model import Unit
from align.terminal import on_one_line, shown

__all__ = ["text_view"]

_SHOWN = 10
_CUT = 200


def _line(locale: str | None, text: str) -> str:
    cut = text[:_CUT] + ("…" if len(text) > _CUT else "")
    return f"    {locale or 'und':8} {shown(' '.join(cut.splitlines()))}"


def _lines(unit: Unit) -> list[str]:
    words = [unit.translation_type or "", "/".join(unit.context), *unit.flags]
    place = " ".join([f"  {unit.page}:{unit.line}", unit.id, *(f"[{word}]" for word in words if word)])
    return [on_one_line(place), _line(unit.source_locale, unit.source), _line(unit.target_locale, unit.target)]


def text_view(units: Sequence[Unit], *, title: str) -> str:
    """A title line, the first ten units with three lines each, and how many more there are; no line end behind."""
    lines = [on_one_line(title), *(line for unit in units[:_SHOWN] for line in _lines(unit))]
    if len(units) > _SHOWN:
        lines.append(f"  … and {len(units) - _SHOWN:,} more")
    return "\n".join(lines)
