"""What a pivot did: the counts of ``report.json`` and the lines of ``decisions.jsonl``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from align.pivot.join import REASONS, Outcomes

__all__ = [
    "Decision",
    "FileReport",
    "LocaleReport",
    "Member",
    "PairReport",
    "PivotReport",
    "locale_reports",
    "not_joined",
    "pair_report",
]


class FileReport(msgspec.Struct, frozen=True):
    """One file written, or one target locale of the multilingual memory; exported + merged + dropped = units joined."""

    path: str
    """POSIX path below OUT."""
    source_locale: str
    """BCP 47."""
    target_locale: str
    """BCP 47."""
    format: str
    """Name of the format: ``tmx``, ``po`` and so on."""
    exported: int
    """Joined units that stand in the file."""
    merged: dict[str, int]
    """Joined units that another one stands for, by reason."""
    dropped: dict[str, int]
    """Joined units left out, by reason."""
    changed: dict[str, int]
    """Exported units whose texts were changed, by what was done; one unit may count more than once."""


class LocaleReport(msgspec.Struct, frozen=True):
    """What became of a locale's units; joined + not joined = units."""

    locale: str
    """BCP 47; ``und`` for pages without a locale."""
    pages: int
    """Pages read."""
    units: int
    """Units found on them."""
    joined: int
    """Units that are joined with at least one other locale."""
    not_joined: dict[str, int]
    """Units joined with no other locale, by the reason that came nearest to it (:data:`align.pivot.REASONS`)."""


class PairReport(msgspec.Struct, frozen=True):
    """Two locales against each other; for each, joined + not joined = its units."""

    locales: tuple[str, str]
    """In code point order."""
    common_pages: int
    """Pages that both have, of whatever revision."""
    common_units: dict[str, int]
    """Units on those pages, by locale."""
    joined: int
    """Pairs of units."""
    not_joined: dict[str, dict[str, int]]
    """Units that are not joined, by locale and reason."""


class PivotReport(msgspec.Struct, frozen=True):
    """What a pivot did."""

    pages: int
    """Pages read, of all locales."""
    units: int
    """Units found on them."""
    problems: int
    """Problems found: damaged wrappers, unreadable pages, pages without a locale."""
    locales: list[LocaleReport]
    """What became of each locale's units, by tag."""
    pairs: list[PairReport]
    """Any two locales against each other, or the pairs asked for."""
    files: list[FileReport]
    """The files written, and the locales of the multilingual one."""


class Decision(msgspec.Struct, frozen=True, rename={"other": "with"}):
    """A line of ``decisions.jsonl``: what became of a unit against another locale, or in a file."""

    page: str
    """Name of the page."""
    locale: str
    """Locale whose id this is; ``und`` for pages without a locale."""
    id: str
    """Of the unit."""
    other: str | None
    """The other locale (``with`` in the line); None in the multilingual memory, and where no locale can be joined."""
    file: str | None
    """POSIX path below OUT; None for a unit that is not joined."""
    action: str
    """``not-joined``, ``merged``, ``dropped``, or ``changed``: exported with a changed text."""
    reason: str
    """Of :data:`align.pivot.join.REASONS`, or why it was merged or dropped."""


class Member(NamedTuple):
    """A page of one locale, as the record remembers it."""

    page: str
    """Name of the page."""
    locale: str
    """``und`` when the page names none."""
    ids: Sequence[str]
    """Of its units, in their order."""
    outcomes: dict[str, Outcomes]
    """What became of its units, by the other locales that have the page."""
    reason: str | None = None
    """Why none of its units can be joined with any locale."""

    def outcome(self, other: str) -> Outcomes:
        """What became of its units against another locale."""
        return self.outcomes.get(other) or [self.reason or "no-page"] * len(self.ids)


def not_joined(members: Iterable[Member], pairs: Iterable[tuple[str, str]]) -> Iterator[Decision]:
    """A decision for each unit and each pair of locales in which it is not joined.

    A unit that can be joined with no locale, and whose own is in no pair, has one all the same.
    """
    others: dict[str, set[str]] = {}
    for one, other in pairs:
        others.setdefault(one, set()).add(other)
        others.setdefault(other, set()).add(one)
    for member in members:
        known = others.get(member.locale)
        if known is None and member.reason is not None:
            for ident in member.ids:
                yield Decision(member.page, member.locale, ident, None, None, "not-joined", member.reason)
        for against in sorted(known or ()):
            for ident, found in zip(member.ids, member.outcome(against), strict=True):
                if isinstance(found, str):
                    yield Decision(member.page, member.locale, ident, against, None, "not-joined", found)


_PLACES = {reason: place for place, reason in enumerate(REASONS)}


def _nearest(member: Member) -> list[str]:
    """For each unit that is joined with no locale the reason that came nearest to it."""
    if member.reason is not None or not member.outcomes:
        return [member.reason or "no-page"] * len(member.ids)
    reasons = []
    for found in zip(*member.outcomes.values(), strict=True):
        words = [one for one in found if isinstance(one, str)]
        if len(words) == len(found):
            reasons.append(max(words, key=_PLACES.__getitem__))
    return reasons


def locale_reports(members: Sequence[Member]) -> list[LocaleReport]:
    """The counts of each locale, in the order of their tags."""
    pages, units = Counter[str](), Counter[str]()
    reasons: dict[str, Counter[str]] = {}
    for member in members:
        pages[member.locale] += 1
        units[member.locale] += len(member.ids)
        reasons.setdefault(member.locale, Counter()).update(_nearest(member))
    return [
        LocaleReport(locale, pages[locale], units[locale], units[locale] - lost.total(), dict(sorted(lost.items())))
        for locale, lost in sorted(reasons.items())
    ]


def pair_report(members: Iterable[Member], pair: tuple[str, str]) -> PairReport:
    """The counts of two locales against each other."""
    common_pages, joined = 0, 0
    common_units = dict.fromkeys(pair, 0)
    reasons: dict[str, Counter[str]] = {locale: Counter() for locale in pair}
    for member in members:
        if member.locale not in pair:
            continue
        first = member.locale == pair[0]
        other = pair[1] if first else pair[0]
        if other in member.outcomes:
            common_pages += first
            common_units[member.locale] += len(member.ids)
        outcome = member.outcome(other)
        reasons[member.locale].update(found for found in outcome if isinstance(found, str))
        joined += first and sum(isinstance(found, int) for found in outcome)
    lost = {locale: dict(sorted(counts.items())) for locale, counts in reasons.items()}
    return PairReport(pair, common_pages, common_units, joined, lost)
