"""The inline codes of an entry, for the formats that have a place for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from align.formats.entry import Entry
from align.inline import Code, Mark, Part, codes_of, mark
from align.inline.pairing import Insides, insides
from align.inline.parsing import parts_of

__all__ = ["Elements", "Render", "coded", "rendered"]

#: The elements of both sides' codes, as text, in order.
Elements = tuple[Sequence[str], Sequence[str]]
#: Makes these elements; a format remembers what it made, for few codes differ.
Render = Callable[[tuple[Code, ...], tuple[Code, ...], Insides], Elements]


def rendered(source: tuple[Code, ...], target: tuple[Code, ...], within: Insides, element: Callable[[Mark], str]) -> Elements:
    """Both sides' codes, numbered, each as ``element`` writes it."""
    sources, targets = mark(source, target, within)
    first = [element(code) for code in sources]
    return first, first if targets is sources else [element(code) for code in targets]


def _is_readable(parts: tuple[Part, ...]) -> bool:
    for part in parts:  # noqa: SIM110  (a generator costs more than what it looks at)
        if isinstance(part, str) and not part.isspace():
            return True
    return False


def _joined(parts: tuple[Part, ...], elements: Sequence[str], escape: Callable[[str], str]) -> str:
    following = iter(elements)
    return "".join([escape(part) if isinstance(part, str) else next(following) for part in parts])


def coded(entry: Entry, render: Render, escape: Callable[[str], str]) -> tuple[str, str]:
    """Source and target as an XML format writes them, codes as elements.

    A unit of which a side would be empty without its codes has none: programs that read no codes drop such units, so that
    a lone ``<xref:...>`` stays text.

    Parameters
    ----------
    render : makes the elements of both sides' codes.
    escape : makes text into XML.
    """
    container = "markdown" if entry.origin is None else entry.origin.container
    source = parts_of(entry.source, container, entry.labels)
    target = parts_of(entry.target, container, entry.labels)
    # One part is text, or a code without text beside it.
    if (len(source) < 2 and len(target) < 2) or not (_is_readable(source) and _is_readable(target)):
        return escape(entry.source), escape(entry.target)
    # Nearly all have no code span; to look for these characters costs a tenth of looking for spans.
    may_hold_spans = "`" in entry.source or "<" in entry.source
    within = insides(source, target) if may_hold_spans else ()
    sources, targets = render(codes_of(source), codes_of(target), within)
    return _joined(source, sources, escape), _joined(target, targets, escape)
