"""HTML and SVG as trees, so that nothing is escaped by hand."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

__all__ = ["element", "markup", "table"]


def element(parent: Element | None, tag: str, text: str | None = None, **attributes: str | float) -> Element:
    """An element, appended to its parent; ``class_`` and ``stroke_width`` become ``class`` and ``stroke-width``."""
    named = {name.rstrip("_").replace("_", "-"): str(value) for name, value in attributes.items()}
    made = Element(tag, named) if parent is None else SubElement(parent, tag, named)
    made.text = text
    return made


def table(caption: str, head: Iterable[str], rows: Iterable[Iterable[str]], *, numbers_from: int = 1) -> Element:
    """A table with its first cell as the row's header; from column ``numbers_from`` on (0 the first) cells hold numbers.

    It stands in a region that can be scrolled with the keyboard, for windows that are narrower than the table.
    """
    region = element(None, "div", class_="scroll", tabindex="0", role="region", aria_label=caption)
    made = element(region, "table")
    element(made, "caption", caption)
    titles = element(element(made, "thead"), "tr")
    for column, title in enumerate(head):
        element(titles, "th", title, scope="col", **({"class": "number"} if column >= numbers_from else {}))
    body = element(made, "tbody")
    for row in rows:
        line = element(body, "tr")
        for column, text in enumerate(row):
            kind = {"class": "number"} if column >= numbers_from else {"dir": "auto"}
            element(line, "td" if column else "th", text, **({} if column else {"scope": "row"}), **kind)
    return region


def markup(elements: Iterable[Element]) -> str:
    """The elements as HTML, one a line."""
    return "\n".join(tostring(one, encoding="unicode", method="html") for one in elements)
