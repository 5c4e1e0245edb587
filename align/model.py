"""The model: units, where they come from, and problems. Immutable, and no skin over any file format.

The types are :class:`msgspec.Struct`: half the cost of a frozen slotted dataclass when a repository of pages is read
(``docs/architecture.md``, "Choices").
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from align.terminal import on_one_line

__all__ = [
    "CONTAINERS",
    "CONTEXTS",
    "FLAGS",
    "Container",
    "Kind",
    "Origin",
    "Problem",
    "Severity",
    "TranslationType",
    "Unit",
    "kind_of",
]

Container = Literal["markdown", "html", "xml"]
Kind = Literal["sentence", "paragraph"]
Severity = Literal["error", "warning", "info"]
TranslationType = Literal["HT", "MT"]

#: The kinds of file that pages come in.
CONTAINERS: tuple[Container, ...] = ("markdown", "html", "xml")

#: The words of :attr:`Unit.context`.
CONTEXTS = ("heading", "list", "table", "quote", "link", "image")

#: The words of :attr:`Unit.flags`, with what each says.
FLAGS = {
    "no-text": "nothing but white space is left of the source after removing tags and comments",
    "empty-source": "the source is empty or white space",
    "empty-target": "the target is empty or white space",
    "identical": "source and target are the same text",
    "damaged-character": "holds U+FFFD or a C1 control (bytes of another encoding read wrongly)",
    "conflict-marker": "holds the markers of a merge conflict",
    "seg-leak": "holds a <seg> tag that leaked from a translation memory",
    "front-matter": "stands in the YAML front matter, or is front matter that was translated as text",
    "repaired-quotes": "its wrapper's quotes were damaged (&quot;) or escaped (\\\") and have been repaired",
    "in-fence": "stands where a code fence (Markdown) or pre (HTML) seems open",
    "in-comment": "stands where an HTML or XML comment seems open",
    "duplicate-id": "its id occurs more than once in the page",
}


def kind_of(ident: str) -> Kind:
    """What kind of unit an id names: ``abd60-p101`` a paragraph, ``abd60-101`` a sentence."""
    return "paragraph" if ident[6:7] == "p" else "sentence"


class Origin(msgspec.Struct, frozen=True, gc=False):
    """What all units of one page share: the page and its metadata (``ms.*`` keys of the front matter)."""

    page: str
    """Name of the page: POSIX path relative to the PATH given, never absolute."""
    container: Container
    """``markdown``, ``html`` or ``xml``."""
    source_locale: str = "en-US"
    """BCP 47 in canonical case."""
    target_locale: str | None = None
    """BCP 47 in canonical case; None when the page names none and none could be inferred."""
    translation_type: TranslationType | None = None
    """``ms.translationtype``: human (or post-edited) or machine translated; None when the page does not say."""
    handoff: str | None = None
    """``ms.lasthandoff`` as ``YYYY-MM-DD``."""
    source_commit: str | None = None
    """``ms.sourcegitcommit``: commit of the English repository."""
    source_hash: str | None = None
    """``ms.openlocfilehash``: SHA-1 (hex) of the English page with CR LF line ends."""
    licence: str | None = None
    """Licence of the page's text, where it is known."""


class Unit(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One source segment and its translation, as they stand on the page.

    Two units are equal when their texts and locales are; position, id and provenance take no part.
    """

    id: str
    """``abd60-102`` or ``abd60-p101``: names the unit in one revision of one page, never beyond it."""
    source: str
    """Native text (Markdown, HTML or XML), not trimmed."""
    target: str
    """Native text, not trimmed."""
    line: int
    """Line of the wrapper's ``<`` in the page, from 1, counting line feeds."""
    heading: str | None
    """Source text of the last heading above; for a unit in a heading its own; None above the first heading."""
    context: tuple[str, ...]
    """Words of :data:`CONTEXTS`, outermost first; empty in a plain paragraph."""
    flags: tuple[str, ...]
    """Words of :data:`FLAGS`, sorted."""
    origin: Origin
    """The page and its metadata, one object for all units of the page."""

    @property
    def kind(self) -> Kind:
        """``paragraph`` for the ids with ``p`` (two or more sentences translated as one), else ``sentence``."""
        return kind_of(self.id)

    @property
    def page(self) -> str:
        """Name of the page."""
        return self.origin.page

    @property
    def source_locale(self) -> str:
        """BCP 47 tag of the source."""
        return self.origin.source_locale

    @property
    def target_locale(self) -> str | None:
        """BCP 47 tag of the target, None when unknown."""
        return self.origin.target_locale

    @property
    def translation_type(self) -> TranslationType | None:
        """HT, MT, or None when the page does not say."""
        return self.origin.translation_type

    def _key(self) -> tuple[str, str, str, str | None]:
        return (self.source, self.target, self.origin.source_locale, self.origin.target_locale)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Unit) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def as_dict(self) -> dict[str, Any]:
        """The unit as the object that ``align-tm units`` prints: every key always there, in this order."""
        origin = self.origin
        return {
            "id": self.id,
            "kind": self.kind,
            "source": self.source,
            "target": self.target,
            "source_locale": origin.source_locale,
            "target_locale": origin.target_locale,
            "page": origin.page,
            "line": self.line,
            "container": origin.container,
            "translation_type": origin.translation_type,
            "handoff": origin.handoff,
            "source_commit": origin.source_commit,
            "source_hash": origin.source_hash,
            "heading": self.heading,
            "context": list(self.context),
            "flags": list(self.flags),
        }

    def _repr_html_(self) -> str:
        from align.display import html_view

        return html_view((self,))


class Problem(msgspec.Struct, frozen=True, gc=False):
    """A finding: what is broken, where, and how much it weighs."""

    rule: str
    """Name of the rule that found it, in kebab case."""
    severity: Severity
    """``error``: something is lost; ``warning``: something to look at; ``info``: worth knowing."""
    page: str
    """Name of the page."""
    line: int | None
    """Line from 1; None when the finding is about the whole page."""
    message: str
    """One sentence."""

    def __str__(self) -> str:
        place = self.page if self.line is None else f"{self.page}:{self.line}"
        return on_one_line(f"{place}: {self.severity}: {self.message} [{self.rule}]")
