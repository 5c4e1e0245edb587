"""Does the English of a bilingual page come from this English file?"""

from __future__ import annotations

import hashlib

from align.verify import frontmatter
from align.verify import source_rules as known
from align.verify.rebuilt import PageLike, Rebuilt, rebuild, without_head
from align.verify.transformations import english_definition, entity_for_quote, unwrapped_name
from align.verify.verdict import Verdict
from align.verify.walk import Rule, compare

SOURCE_RULES: tuple[tuple[str, Rule], ...] = (
    ("anchor", known.inserted_anchor),
    ("alt-text", known.translated_alt_text),
    ("alt-text", known.translated_alt_attribute),
    ("reference-definition", known.translated_label),
    ("reference-definition", english_definition),
    ("entity", entity_for_quote),
    ("no-loc", unwrapped_name),
)
"""The name of each known transformation of the English body and its rule."""

_TRANSLATED = frozenset({"title", "description", "keywords"})
_ADDED = frozenset(
    {
        "ms.openlocfilehash",
        "ms.sourcegitcommit",
        "ms.translationtype",
        "ms.contentlocale",
        "ms.lasthandoff",
        "ms.locfileid",
    }
)


def verify_source(page: PageLike, english: bytes) -> Verdict:
    """Compare the rebuilt source page with the English file, given as its bytes.

    Three proofs, in this order: `ms.openlocfilehash` is the hash of the file (when the page names one), every unit's source
    stands in the file, in order, and the rest of the page is the file's after the known transformations. Lines are counted
    in the rebuilt source page; line ends are compared as LF. The English page of a bilingual page is never identical, for
    the front matter is the target's.
    """
    digest = source_hash(english)
    if page.origin.source_hash is not None and page.origin.source_hash.lower() != digest:
        return Verdict(page.name, "source", "different", (), None, page.origin.source_hash, digest)
    real = english.decode("utf-8", errors="backslashreplace").removeprefix("\ufeff").replace("\r\n", "\n")
    rebuilt = _with_line_feeds(rebuild(page, "source"))
    missing = _missing_source(page.name, rebuilt, real)
    if missing is not None:
        return missing
    head, real_head = frontmatter.end_of_front_matter(rebuilt.text), frontmatter.end_of_front_matter(real)
    verdict = _compare_heads(page.name, rebuilt.text[:head], real[:real_head])
    return verdict if verdict.verdict == "different" else _compare_bodies(verdict, rebuilt, head, real[real_head:])


def source_hash(english: bytes) -> str:
    """The value of `ms.openlocfilehash`: the SHA-1 of the English file with CR LF line ends."""
    return hashlib.sha1(english.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).hexdigest()


def _with_line_feeds(rebuilt: Rebuilt) -> Rebuilt:
    """The same page without a byte order mark and with LF line ends; the offsets move along."""
    if rebuilt.text.startswith("\ufeff"):
        rebuilt = without_head(rebuilt, 1)
    if "\r\n" not in rebuilt.text:
        return rebuilt
    parts: list[str] = []
    bounds: list[int] = []
    at = length = 0
    for bound in sorted((*rebuilt.starts, *rebuilt.ends)):
        parts.append(rebuilt.text[at:bound].replace("\r\n", "\n"))
        at, length = bound, length + len(parts[-1])
        bounds.append(length)
    parts.append(rebuilt.text[at:].replace("\r\n", "\n"))
    sources = rebuilt.sources.replace("\r\n", "\n")
    return Rebuilt("".join(parts), tuple(bounds[::2]), tuple(bounds[1::2]), sources, rebuilt.numbers)


def _missing_source(name: str, rebuilt: Rebuilt, real: str) -> Verdict | None:
    """The first unit whose source does not stand in the English page after the one before it."""
    at = 0
    for start, end in zip(rebuilt.starts, rebuilt.ends, strict=True):
        source = rebuilt.text[start:end]
        found = real.find(source, at)
        if found < 0:
            return Verdict(name, "source", "different", (), rebuilt.text.count("\n", 0, start) + 1, None, source)
        at = found + len(source)
    return None


def _compare_heads(name: str, head: str, real_head: str) -> Verdict:
    """Every English front-matter entry is kept, but for the translated ones; only the localisation entries are added."""
    if not head and not real_head:
        return Verdict(name, "source", "identical")
    ours, theirs = frontmatter.entries(head), frontmatter.entries(real_head)
    for key in [*theirs, *ours]:
        found, expected = ours.get(key), theirs.get(key)
        if (key in _TRANSLATED and found and expected) or (key in _ADDED and found) or _same_entry(found, expected):
            continue
        return _different_head(name, head, expected, found)
    kept = [key for key in ours if key in theirs]
    moved = next((keys for keys in zip(kept, theirs, strict=True) if keys[0] != keys[1]), None)
    if moved is not None:
        return _different_head(name, head, theirs[moved[1]], ours[moved[0]])
    return Verdict(name, "source", "equivalent", ("front-matter",))


def _different_head(name: str, head: str, expected: list[str] | None, found: list[str] | None) -> Verdict:
    line = head[: head.find(found[0])].count("\n") + 1 if found else None
    shown = ["\n".join(entry) if entry else None for entry in (expected, found)]
    return Verdict(name, "source", "different", (), line, *shown)


def _same_entry(found: list[str] | None, expected: list[str] | None) -> bool:
    if found is None or expected is None or len(found) != len(expected):
        return found == expected
    keys = frozenset(line.split(":")[0] for line in found)
    return all(a == b or frontmatter.same_scalar(a, b, keys) for a, b in zip(found, expected, strict=True))


def _compare_bodies(head: Verdict, rebuilt: Rebuilt, cut: int, real: str) -> Verdict:
    """The bodies without the blank lines above them, which the producer drops below the front matter."""
    text = rebuilt.text
    start = len(text) - len(text[cut:].lstrip("\n"))
    body = compare(head.page, "source", without_head(rebuilt, start), real.lstrip("\n"), SOURCE_RULES)
    if body.verdict == "different":
        line = (body.line or 1) + text.count("\n", 0, start)
        return Verdict(head.page, "source", "different", (), line, body.expected, body.found)
    blank = ("blank-lines",) if len(text[cut:start]) != len(real) - len(real.lstrip("\n")) else ()
    names = tuple(sorted({*head.transformations, *body.transformations, *blank}))
    return Verdict(head.page, "source", "equivalent" if names else "identical", names)
