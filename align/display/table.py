"""Units side by side as an HTML table. Every text of a page is escaped; nothing in it can become markup or script.

JupyterLab drops the style sheet until a notebook is trusted, and keeps ``style`` and ``dir`` of elements: the sides of texts
and the blanks between badges stand there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from align.display.codes import runs
from align.display.style import STYLE
from align.locales import is_right_to_left
from align.model import FLAGS, Container, Problem, Unit

__all__ = ["CUT", "SHOWN", "html_view"]

#: Units that a view shows.
SHOWN = 20
#: Characters (code points) of a text that a view shows.
CUT = 1000
#: Problems that a view shows.
_PROBLEMS = 5
_NAMES = {"HT": "human translated, or post-edited", "MT": "machine translated"}


def _chip(text: str) -> str:
    """Markup, in its own order; but a link's brackets turn with the words between them (Unicode Annex 9, rule L4)."""
    if not any(map(str.isalnum, text)):
        return f"<code>{escape(text)}</code>"
    if text.startswith("]"):
        return f'<code>]<bdi dir="ltr">{escape(text[1:])}</bdi></code>'
    return f'<code dir="ltr">{escape(text)}</code>'


def _segment(text: str, locale: str | None, container: Container) -> str:
    """A table cell with a segment in its own language and direction."""
    shown = "".join(_chip(run.text) if run.is_code else escape(run.text) for run in runs(text[:CUT], container))
    more = f" … ({len(text) - CUT:,} more characters)" if len(text) > CUT else ""
    if locale is None:
        return f'<td dir="auto" style="text-align:start">{shown}{more}</td>'
    direction, side = ("rtl", "right") if is_right_to_left(locale) else ("ltr", "left")
    return f'<td dir="{direction}" lang="{escape(locale)}" style="text-align:{side}">{shown}{more}</td>'


def _badges(unit: Unit) -> Iterator[str]:
    kind = unit.translation_type
    if kind is not None:
        yield f'<i class="{kind.lower()}" title="{_NAMES[kind]}">{kind}</i>'
    for word in unit.context:
        yield f'<i title="stands in: {escape(word)}">{escape(word)}</i>'
    for flag in unit.flags:
        yield f'<i title="{escape(FLAGS.get(flag, flag))}">⚑ {escape(flag)}</i>'


def _place(unit: Unit, badges: str) -> str:
    # <wbr>: a long page name breaks behind a slash.
    name = escape(unit.page).replace("/", "/<wbr>")
    return f'<td dir="ltr" style="text-align:left">{name}:<wbr>{unit.line}<br>{escape(unit.id)}<br>{badges}</td>'


def _table(units: Sequence[Unit]) -> str:
    pairs = {(unit.source_locale, unit.target_locale) for unit in units}
    # Locales stand in the head when all rows have the same, else in each row.
    names = [f" ({escape(locale or 'no locale')})" for locale in next(iter(pairs))] if len(pairs) == 1 else ["", ""]
    sides = ["left", "left", "right" if all(is_right_to_left(target) for _, target in pairs) else "left"]
    titles = zip(("Where", f"Source{names[0]}", f"Target{names[1]}"), sides, strict=True)
    head = "".join(f'<th scope="col" style="text-align:{side}">{title}</th>' for title, side in titles)
    rows = []
    for unit in units:
        locale, container = unit.target_locale, unit.origin.container
        own = [] if len(pairs) == 1 else [f"<i>{escape(locale or 'no locale')}</i>"]
        place = _place(unit, " ".join([*own, *_badges(unit)]))
        source = _segment(unit.source, unit.source_locale, container)
        rows.append(f"<tr>{place}{source}{_segment(unit.target, locale, container)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def html_view(units: Sequence[Unit], *, title: str = "", problems: Sequence[Problem] = ()) -> str:
    """The first :data:`SHOWN` units side by side and how many more there are, as an HTML fragment with its own style.

    Costs the same for any number of units: of ``units`` only the length and the first slice are taken.

    Parameters
    ----------
    title : plain text above the table; escaped here.
    problems : the first few are listed above the table, with how many more there are.
    """
    parts = [STYLE, f"<p>{escape(title)}</p>" if title else ""]
    parts += [f"<p>⚠ {escape(str(problem))}</p>" for problem in problems[:_PROBLEMS]]
    if len(problems) > _PROBLEMS:
        parts.append(f"<p>… and {len(problems) - _PROBLEMS:,} more problems</p>")
    if units:
        parts.append(_table(units[:SHOWN]))
    if len(units) > SHOWN:
        parts.append(f"<p>… and {len(units) - SHOWN:,} more</p>")
    return f'<div class="align-tm">{"".join(parts)}</div>'
