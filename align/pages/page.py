"""One bilingual page: its units, its problems, and the page rebuilt with one side only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

import msgspec

from align.model import Container, Origin, Problem, Unit
from align.pages.columns import Columns, Texts, build_units
from align.pages.front_matter import block_end, parse
from align.pages.layout import Layout, lay_out
from align.pages.spans import Wrapper

__all__ = ["Page", "Piece", "Side"]

Side = Literal["source", "target"]


class Piece(NamedTuple):
    """A gap and the wrapper behind it; joining all gaps and wrappers gives the page."""

    gap: str
    """Text that both languages share, as it stands on the page."""
    wrapper: str
    """The wrapper as it stands on the page; empty behind the last gap."""
    unit: Unit | None
    """The wrapper's unit; None behind the last gap, and for an HTML source that stands apart from its target."""


@dataclass(frozen=True, eq=False, repr=False)
class Page:
    """A bilingual page as it was read. Units + problems = occurrences of ``data-ttu-id=`` in the text, always."""

    text: str
    """The decoded page, unchanged: with its byte order mark (U+FEFF) and its line ends."""
    origin: Origin
    """Name, container, locales and metadata, shared by all units."""
    problems: tuple[Problem, ...]
    """One for each marker that is no unit, in the order of the page."""
    columns: Columns = field(repr=False)
    """Ids and texts of the units, and the means to find out where they stand."""
    wrong_locale: str | None = None
    """What the page gives as its locale, where that is no BCP 47 tag."""

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units in the order of the page; made when first asked for."""
        return build_units(self.columns, self.origin)

    @property
    def texts(self) -> Texts:
        """Ids and texts as columns, without the cost of units."""
        return self.columns.texts

    @property
    def name(self) -> str:
        """Name of the page."""
        return self.origin.page

    @property
    def container(self) -> Container:
        """``markdown``, ``html`` or ``xml``."""
        return self.origin.container

    @property
    def front_matter(self) -> dict[str, Any]:
        """The YAML front matter of a Markdown page; empty when there is none, or none that is valid."""
        return parse(self.text[: block_end(self.text)])

    def with_locale(self, locale: str) -> Page:
        """The page with another target locale (BCP 47, canonical)."""
        return replace(self, origin=msgspec.structs.replace(self.origin, target_locale=locale))

    def _title(self) -> str:
        origin, count = self.origin, len(self.texts.ids)
        words = [self.name, origin.target_locale, origin.translation_type, origin.handoff, f"{count:,} unit{'s'[: count != 1]}"]
        return ", ".join(filter(None, words))

    def __repr__(self) -> str:
        return f"<Page: {self._title()}>"

    def __str__(self) -> str:
        from align.display import text_view

        return text_view(self.units, title=self._title())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """IPython's text: one line within something else, such as a list."""
        printer.text(repr(self) if cycle or len(printer.stack) > 1 else str(self))

    def _repr_html_(self) -> str:
        from align.display import html_view

        return html_view(self.units, title=self._title(), problems=self.problems)

    def pieces(self) -> Iterator[Piece]:
        """The page cut into gaps and wrappers, as it stands on disk."""
        at = 0
        for start, end, unit, _ in self._cuts(lay_out(self.text, self.container)):
            yield Piece(self.text[at:start], self.text[start:end], unit)
            at = end
        yield Piece(self.text[at:], "", None)

    def source_text(self) -> str:
        """The page with the source in place of each unit, gaps unchanged; a damaged wrapper stays as it stands."""
        return self._side("source")

    def target_text(self) -> str:
        """The page with the target in place of each unit, gaps unchanged; a damaged wrapper stays as it stands."""
        return self._side("target")

    def _side(self, side: Side) -> str:
        layout = lay_out(self.text, self.container)
        parts = []
        at = 0
        for start, end, unit, wrapper in self._cuts(layout):
            parts.append(self.text[at:start])
            if unit is not None:
                # As it stands on the page but for the quotes repaired: in a YAML scalar or HTML it stays escaped.
                parts.append(layout.repaired.text[slice(*getattr(wrapper, side))])
            at = end
        return "".join(parts) + self.text[at:]

    def _cuts(self, layout: Layout) -> list[tuple[int, int, Unit | None, Wrapper]]:
        """Begin and end on the page of every wrapper part, its unit (None: the part apart), and its wrapper."""
        on_page = layout.repaired.on_page
        cuts: list[tuple[int, int, Unit | None, Wrapper]] = []
        for wrapper, unit in zip(layout.wrappers, self.units, strict=True):
            cuts.append((on_page(wrapper.start), on_page(wrapper.end), unit, wrapper))
            if wrapper.source_part is not None:
                cuts.append((on_page(wrapper.source_part[0]), on_page(wrapper.source_part[1]), None, wrapper))
        cuts.sort(key=lambda cut: cut[0])
        return cuts
