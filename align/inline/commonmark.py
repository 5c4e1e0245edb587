"""CommonMark inline structure with offsets, by pyromark (pulldown-cmark).

A segment is parsed as the inside of one paragraph, whatever it begins with: U+00A0 stands on both sides, and line ends are
spaces. With a letter in place of U+00A0, 286 of 50,000 segments were read wrongly; with nothing, 36 were lists or headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from align.inline.code import Role, Span
from align.inline.tags import classify, with_partners

if TYPE_CHECKING:
    import pyromark

__all__ = ["Scan", "label_of", "page_options", "scan", "sound"]

_GUARD = "\u00a0"
_GUARD_BYTES = len(_GUARD.encode())
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_ENDS = str.maketrans("\r\n", "  ")
_EMPHASIS = {"Emphasis": "italic", "Strong": "bold", "Strikethrough": "strike"}
_MARKERS = {"Emphasis": 1, "Strong": 2, "Strikethrough": 2}
_URL_LINKS = ("Autolink", "Email")


class Scan(NamedTuple):
    """What the parser found in a segment."""

    spans: list[Span]
    """The codes in order; offsets in code points."""
    opaque: list[tuple[int, int]]
    """Where text means nothing but itself: tags, autolinks, code spans, link targets; in order."""
    labels: frozenset[str]
    """Normalised labels that links and images refer to."""


def sound(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, which no UTF-8 holds; as long as before."""
    return _SURROGATE.sub("\ufffd", text)


def label_of(text: str) -> str:
    """The normalised form of a reference label: white space collapsed, case folded (CommonMark 0.31, section 4.7)."""
    return " ".join(text.split()).casefold()


@cache
def page_options() -> pyromark.Options:
    """Options for a whole page."""
    from pyromark import Options

    return Options.ENABLE_YAML_STYLE_METADATA_BLOCKS | Options.ENABLE_STRIKETHROUGH


@cache
def _parser() -> Callable[..., Iterator[tuple[Any, Any]]]:
    """The parser for segments whose page defines no reference; made once."""
    from pyromark import Markdown, Options

    return Markdown(options=Options.ENABLE_STRIKETHROUGH).events_with_range


def _events(text: str, labels: Collection[str]) -> Iterable[tuple[Any, Any]]:
    if not labels:
        return _parser()(text)
    import pyromark

    def resolve(link: Any) -> tuple[str, str] | None:
        return ("", "") if label_of(link["reference"]) in labels else None

    options = pyromark.Options.ENABLE_STRIKETHROUGH
    return pyromark.events_with_range(text, options=options, broken_link_callback=resolve)


class _Reader:
    """Follows the events of one segment; offsets in bytes until the end."""

    def __init__(self, data: bytes, defined: Collection[str]) -> None:
        self.data = data
        self.defined = defined
        """Normalised labels that are defined."""
        self.at = _GUARD_BYTES
        """Where the inside of what is open goes on."""
        self.pairs = 0
        self.spans: list[tuple[Span, str]] = []
        """With the name of the element, for a tag."""
        self.opaque: list[tuple[int, int]] = []
        self.labels: set[str] = set()
        self.open: list[tuple[int, int, Any]] = []
        """Links and images: place in ``spans``, end, data; None for what the markers say themselves."""

    def add(self, start: int, end: int, role: Role, kind: str, pair: int | None = None) -> None:
        """One code."""
        self.spans.append((Span(start, end, role, kind, pair), ""))

    def around(self, start: int, end: int, markers: tuple[int, int], kind: str) -> None:
        """A pair of markers of these lengths."""
        self.pairs -= 1
        self.add(start, start + markers[0], "open", kind, self.pairs)
        self.add(end - markers[1], end, "close", kind, self.pairs)

    def code(self, start: int, end: int) -> None:
        """A code span: the space that CommonMark strips on both sides is part of the marker (section 6.1)."""
        data = self.data
        ticks = start
        while data[ticks] == 0x60:
            ticks += 1
        size = ticks - start
        inside = data[ticks : end - size]
        if inside[:1] == b" " == inside[-1:] and inside.strip(b" "):
            size += 1
        self.around(start, end, (size, size), "code")
        self.opaque.append((start, end))

    def html(self, start: int, end: int) -> None:
        """A tag or comment; its partner is found at the end."""
        role, kind, name = classify(self.data[start:end].decode())
        self.spans.append((Span(start, end, role, kind), name))
        self.opaque.append((start, end))

    def start(self, tag: Any, start: int, end: int) -> None:
        """Something with text inside begins."""
        if isinstance(tag, str):
            kind = _EMPHASIS.get(tag)
            if kind is None:  # the paragraph
                return
            size = _MARKERS[tag]
            if self.data[start : start + size] == self.data[end - size : end] == self.data[start : start + 1] * size:
                self.around(start, end, (size, size), kind)
                self.at = start + size
            return
        link = tag.get("Link")
        if link is not None and link["link_type"] in _URL_LINKS:
            if link["dest_url"].startswith("xref:"):
                self.add(start, end, "standalone", "link")
            else:
                self.around(start, end, (1, 1), "link")
            self.opaque.append((start, end))
            self.open.append((-1, end, link))
            return
        kind, size = ("image", 2) if link is None else ("link", 1)
        link = link or tag["Image"]
        if link["link_type"].startswith("Collapsed") and self.data[end : end + 2] == b"[]":
            end += 2  # the parser leaves "[]" out
        if link["id"]:
            self.labels.add(label_of(link["id"]))
        self.open.append((len(self.spans), end, link))
        self.add(start, start + size, "open", kind)
        self.at = start + size

    def end(self, tag: str, end: int) -> None:
        """It ends; only now is known where the closing marker of a link begins."""
        if tag not in ("Link", "Image"):
            self.at = max(self.at, end)
            return
        index, end, link = self.open.pop()
        if index >= 0:
            self._close(index, end, is_full=link["link_type"].startswith("Reference"))
        self.at = end

    def _close(self, index: int, end: int, *, is_full: bool) -> None:
        begin = self.spans[index][0]
        if is_full and self.data[self.at : self.at + 2] == b"]\\":
            # The parser takes "[x]\\[a]" for a reference to "a", but that "[" is escaped (section 2.4). So "[x]" is all.
            end = self.at + 1
            if label_of(self.data[begin.end : self.at].decode()) not in self.defined:
                del self.spans[index]
                return
        if self.data[self.at : self.at + 1] == b"]":
            self.pairs -= 1
            self.spans[index] = (begin._replace(pair=self.pairs), "")
            self.add(self.at, end, "close", begin.type, self.pairs)
            self.opaque.append((self.at, end))
        else:  # its text ends where the parser does not say: one code
            self.spans[index:] = [(Span(begin.start, end, "standalone", begin.type), "")]
            self.opaque.append((begin.start, end))

    def read(self, events: Iterable[tuple[Any, Any]]) -> None:
        """Follow the events to their end."""
        for event, where in events:
            if event.__class__ is not dict:
                continue
            begin, end = where["start"], where["end"]
            ((name, value),) = event.items()
            if name == "Text":
                self.at = end
            elif name == "Start":
                self.start(value, begin, end)
            elif name == "End":
                self.end(value, end)
            elif name == "Code":
                self.code(begin, end)
                self.at = end
            elif name == "InlineHtml":
                self.html(begin, end)
                self.at = end


def _characters(data: bytes, offsets: Iterable[int]) -> dict[int, int]:
    """Offset in code points of each offset in bytes, the guard before the text left out."""
    found: dict[int, int] = {}
    before = _GUARD_BYTES
    count = 0
    for offset in sorted(set(offsets)):
        count += len(data[before:offset].decode())
        before = offset
        found[offset] = count
    return found


def scan(text: str, labels: Collection[str] = ()) -> Scan:
    """Find the codes of a Markdown segment, but for those that are not CommonMark's.

    Parameters
    ----------
    text : any text.
    labels : normalised labels that are defined; a reference to another one is no link.
    """
    flat = text.translate(_LINE_ENDS) if "\n" in text or "\r" in text else text
    guarded = f"{_GUARD}{flat if flat.isascii() else sound(flat)}{_GUARD}"
    data = guarded.encode()
    reader = _Reader(data, labels)
    reader.read(_events(guarded, labels))
    spans = reader.spans
    spans.sort(key=lambda item: item[0].start)
    flat_spans = with_partners(spans, 1) if any(name for _, name in spans) else [span for span, _ in spans]
    opaque = sorted(reader.opaque)
    if text.isascii():
        moved = [Span(span[0] - 2, span[1] - 2, *span[2:]) for span in flat_spans]
        return Scan(moved, [(start - 2, end - 2) for start, end in opaque], frozenset(reader.labels))
    offsets = [offset for span in flat_spans for offset in span[:2]] + [offset for pair in opaque for offset in pair]
    place = _characters(data, offsets)
    moved = [Span(place[span[0]], place[span[1]], *span[2:]) for span in flat_spans]
    return Scan(moved, [(place[start], place[end]) for start, end in opaque], frozenset(reader.labels))
