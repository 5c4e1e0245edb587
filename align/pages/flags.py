"""The flags of units that their texts alone decide. Looked for once per page; only the hits are looked at one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["has_no_text", "is_front_matter_text", "text_flags"]

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*+(?:\s(?>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*))?/?>")
_DAMAGED = re.compile("[\ufffd\x80-\x9f]")
_C2 = b"\xc2"  # begins U+0080 to U+00BF in UTF-8
_C1_BYTES = re.compile(_C2 + b"[\x80-\x9f]")
_MANY = 100  # looked for one by one, before the expression takes over
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


def _is_suspect(joined: tuple[str, str], data: bytes | None) -> bool:
    """Whether any segment of this page may hold a damaged character, a leaked tag, or the begin or end of a conflict."""
    for text in joined:
        if "\ufffd" in text or ("<" in text and (text.rfind("seg>") >= 0 or text.rfind("<<<<<<<") >= 0)):
            return True
        if ">" in text and text.rfind(">>>>>>>") >= 0:  # from the end costs half of what ``in`` does for such runs
            return True
    if all(map(str.isascii, joined)):
        return False
    # C1 controls are looked for in UTF-8, where two bytes tell them: far faster than a class of characters.
    return _holds_c1("".join(joined).encode("utf-8", "surrogatepass") if data is None else data)


def _holds_c1(data: bytes) -> bool:
    """Whether a text in UTF-8 holds a C1 control: the byte C2 and one below A0; few texts hold many C2."""
    at = data.find(_C2)
    for _ in range(_MANY):
        if at < 0:
            return False
        if data[at + 1] < 0xA0:
            return True
        at = data.find(_C2, at + 1)
    return at >= 0 and _C1_BYTES.search(data, at) is not None


_IDENTICAL = ("identical",)


def text_flags(
    sources: Sequence[str], targets: Sequence[str], *, joined: tuple[str, str] | None = None, data: bytes | None = None
) -> list[tuple[str, ...]]:
    """For each unit of a page the sorted flags that its texts give it.

    Parameters
    ----------
    joined : all sources in one text, and all targets, with U+0000 between them, where they are at hand.
    data : the page in UTF-8, where it is at hand; what it holds besides the texts does no harm.
    """
    joined = joined or ("\0".join(sources), "\0".join(targets))
    pairs = zip(sources, targets, strict=True)
    if _is_suspect(joined, data):
        return [_flags(source, target) for source, target in pairs]
    if not ("<" in joined[0] or _any_blank(sources) or _any_blank(targets)):
        return [_IDENTICAL if source == target else () for source, target in pairs]
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


def _any_blank(texts: Sequence[str]) -> bool:
    """Whether any of the texts is empty or white space."""
    return not all(texts) or any(map(str.isspace, texts))


_EMPTY_START = frozenset(["", "<", *filter(str.isspace, map(chr, range(0x3001)))])
