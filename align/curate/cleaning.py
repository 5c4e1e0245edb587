"""Texts as memories take them, and units that say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from align.curate.bidi import text_without_bidi
from align.curate.rules import Rules
from align.legal import is_legal, without_illegal
from align.model import Container
from align.pages import has_no_text

__all__ = ["Cleaned", "clean", "is_clean", "is_plain"]


class Cleaned(NamedTuple):
    """Source and target as a memory takes them."""

    source: str
    """The source; empty when nothing is left."""
    target: str
    """The target; likewise."""
    changes: tuple[str, ...]
    """What was done: words of :data:`align.curate.CHANGES`, sorted."""
    dropped: str | None
    """Why such a unit is in no memory: a word of :data:`align.curate.DROP_REASONS`; None when it may be."""


# Nothing, or the beginning of a tag: a unit without text.
_DOUBTFUL = ("", "<")


def _cleaned(text: str, changes: set[str], *, strip_bidi: bool) -> str:
    """The text as memories take it; what was done is added to ``changes``."""
    legal = without_illegal(text)
    if legal != text:
        changes.add("illegal-characters")
    if "\r" in legal:
        changes.add("line-ends")
        legal = legal.replace("\r\n", "\n").replace("\r", "\n")
    if strip_bidi:
        visible = text_without_bidi(legal)
        if visible != legal:
            changes.add("bidi-controls")
            legal = visible
    trimmed = legal.strip()
    if trimmed != legal:
        changes.add("outer-white-space")
    return trimmed


def _clean_both(source: str, target: str, changes: set[str], rules: Rules) -> tuple[str, str]:
    if is_clean(source, target, strip_bidi=rules.strip_bidi):
        return source, target
    return (
        _cleaned(source, changes, strip_bidi=rules.strip_bidi),
        _cleaned(target, changes, strip_bidi=rules.strip_bidi),
    )


def _plain(text: str, changes: set[str], container: Container, labels: Sequence[str]) -> str:
    from align.inline import plain

    visible = plain(text, container=container, labels=labels)
    if visible != text:
        changes.add("markup")
    return visible


def _drop_reason(source: str, target: str, rules: Rules) -> str | None:
    if not source:
        return "empty-source"
    if source[0] == "<" and not rules.plain and has_no_text(source):
        return "no-text"
    if not target:
        return "empty-target"
    if rules.drop_identical and source == target:
        return "identical"
    return None


def is_clean(source: str, target: str, *, strip_bidi: bool) -> bool:
    """Whether cleaning leaves the texts as they stand."""
    both = source + target
    return (
        source == source.strip()
        and target == target.strip()
        and "\r" not in both
        and is_legal(both)
        and not (strip_bidi and text_without_bidi(both) != both)
    )


def is_plain(source: str, target: str, rules: Rules) -> bool:
    """Whether the texts of a unit are taken as they stand; most are. What it says no to may be taken so all the same."""
    return (
        not rules.plain
        and not rules.drop_identical
        and source[:1] not in _DOUBTFUL
        and target != ""
        and is_clean(source, target, strip_bidi=rules.strip_bidi)
    )


def clean(texts: tuple[str, str], rules: Rules, container: Container, labels: Sequence[str]) -> Cleaned:
    """Clean the texts of a unit.

    Parameters
    ----------
    container, labels : of its page, for :func:`align.inline.plain`.
    """
    changes: set[str] = set()
    source, target = _clean_both(*texts, changes, rules)
    if rules.plain:
        native = source
        source, target = (_plain(text, changes, container, labels) for text in (source, target))
        if native and not source:
            return Cleaned(source, target, (), "no-text")
        source, target = _clean_both(source, target, changes, rules)  # "&#1;" and "&#x200F;" are characters now
    return Cleaned(source, target, tuple(sorted(changes)) if changes else (), _drop_reason(source, target, rules))
