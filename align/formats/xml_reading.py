"""What the readers of XML formats share: elements one by one, entities, DTD and network off, damage as one error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from align.errors import FormatError

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["elements", "forget", "line_of", "text_of"]

_SAFELY = {"resolve_entities": False, "load_dtd": False, "no_network": True}
_PIECE = 1 << 20


def line_of(element: etree._Element) -> int | None:
    """The line on which the element's tag begins, from 1; None when the parser does not know."""
    line = element.sourceline
    return line if isinstance(line, int) else None


def text_of(element: etree._Element) -> str:
    """The text in an element and in all below it."""
    return "".join(str(text) for text in element.itertext())


def forget(element: etree._Element) -> None:
    """Free the element and what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _first_line(stream: IO[bytes], mark: bytes) -> int | None:
    """The first line, from 1, that holds these bytes in ASCII, or with NUL between them (UTF-16); None where none does."""
    if not stream.seekable():
        return None
    stream.seek(0)
    number, before = 1, b""
    while piece := stream.read(_PIECE):
        text = before + piece.replace(b"\0", b"")
        at = text.find(mark)
        if at >= 0:
            return number + text.count(b"\n", 0, at)
        keep = len(text) - len(mark)
        number += text.count(b"\n", 0, max(0, keep))
        before = text[max(0, keep) :]
    return None


def elements(stream: IO[bytes], tags: Sequence[str], path: Path | None) -> Iterator[tuple[str, etree._Element]]:
    """The elements of these names, each with ``start`` or ``end``, as they are parsed.

    Parameters
    ----------
    stream : binary stream.
    path : name of the file, for errors.

    Raises
    ------
    FormatError
        The file is not well-formed, or declares entities: nothing but an attack needs them. Before the first element.
    """
    from lxml import etree

    parser = etree.iterparse(stream, ("start", "end"), tag=tuple(tags), **_SAFELY)
    known = False
    try:
        for event, element in parser:
            if not known:
                known = True
                subset = cast("Any", element.getroottree().docinfo.internalDTD)
                if subset is not None and subset.entities():
                    line = _first_line(stream, b"<!ENTITY")
                    cure = "leave its <!ENTITY ...> declarations out"
                    raise FormatError("declares entities of its own", path=path, line=line, cure=cure)
            yield event, element
    except etree.XMLSyntaxError as error:
        what, line = str(error.msg), error.lineno
        if not line and parser.error_log:
            first = parser.error_log[0]  # lxml's own error then says "no element found"
            what, line = first.message, first.line
        raise FormatError(f"is not well-formed: {what}", path=path, line=line or None, cure="export it again") from error
