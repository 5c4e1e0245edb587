"""The flags of units that their texts alone decide. Looked for once per page; only the hits are looked at one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["has_no_text", "is_front_matter_text", "text_flags"]

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*+(?:\s(?>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*))?/?>")
_DAMAGED = re.compile("[\ufffd\x80-\x9f]")
_C1_BYTES = re.compile(b"\xc2[\x80-\x9f]")
_SEG = re.compile(r"</?seg>")
_CONFLICT = re.compile(r"(?:^|\s)(?:<{7}|>{7}|={7}|\|{7})(?=\s|$)")
# Keys that open the front matter of documentation pages; translated "as if it were text" 16 times in a million units.
_FRONT_MATTER_TEXT = re.compile(r"\s*(?:---\s+)?(?:title|description|author|manager|keywords|ms\.[a-z][a-z.-]*):\s")


def has_no_text(text: str) -> bool:
    """Whether nothing but white space is left after removing tags and comments; ``<xref:...>`` is no tag."""
    if "<" in text:
        text = _TAG.sub("", _without_comments(text))
    return not text.strip()


def _without_comments(text: str) -> str:
    parts = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        parts.append(text[at:begin])
        at = end + 3
    return "".join(parts) + text[at:]


def is_front_matter_text(source: str) -> bool:
    """Whether a segment looks like front matter that was translated as text."""
    return _FRONT_MATTER_TEXT.match(source) is not None


def _flags(source: str, target: str) -> tuple[str, ...]:
    found = []
    both = source + "\n" + target
    if _CONFLICT.search(both):
        found.append("conflict-marker")
    if _DAMAGED.search(both):
        found.append("damaged-character")
    if not source.strip():
        found.append("empty-source")
    if not target.strip():
        found.append("empty-target")
    if source == target:
        found.append("identical")
    if has_no_text(source):
        found.append("no-text")
    if _SEG.search(both):
        found.append("seg-leak")
    return tuple(found)


def _is_suspect(text: str, data: bytes | None) -> bool:
    """Whether any segment of this page may hold a damaged character, a leaked tag, or the begin or end of a conflict."""
    if "\ufffd" in text or text.rfind("seg>") >= 0:
        return True
    # Looking from the end costs half of what ``in`` does for runs of one character.
    if text.rfind("<<<<<<<") >= 0 or text.rfind(">>>>>>>") >= 0:
        return True
    if text.isascii():
        return False
    # C1 controls are looked for in UTF-8, where two bytes tell them: 15 times faster than a class of characters.
    return _C1_BYTES.search(data or text.encode("utf-8", "surrogatepass")) is not None


_IDENTICAL = ("identical",)


def text_flags(
    text: str, sources: Sequence[str], targets: Sequence[str], *, data: bytes | None = None
) -> list[tuple[str, ...]]:
    """For each unit of a page the sorted flags that its texts give it; ``text`` is the page, ``data`` its UTF-8 bytes."""
    pairs = zip(sources, targets, strict=True)
    if _is_suspect(text, data):
        return [_flags(source, target) for source, target in pairs]
    # A source that begins with a letter or a mark has text: only tags and white space can hide that there is none.
    return [
        (
            _flags(source, target)
            if source[:1] in _EMPTY_START or target[:1] in _EMPTY_START
            else _IDENTICAL
            if source == target
            else ()
        )
        for source, target in pairs
    ]


_EMPTY_START = frozenset(["", "<", *filter(str.isspace, map(chr, range(0x3001)))])
