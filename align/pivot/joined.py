"""The pages that several locales have under one name, and the units that they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

import msgspec

from align.model import Origin, TranslationType
from align.pages import Texts
from align.pivot.join import Outcomes, Sheet, join

__all__ = ["Joined", "join_sheets"]

# A pair of translations is as sure as the less sure of the two.
_KINDS: tuple[TranslationType | None, ...] = ("HT", None, "MT")


class Joined(NamedTuple):
    """The pages of one name, one per locale, and what becomes of their units."""

    sheets: Mapping[str, Sheet]
    """By locale, in the order of the tags."""
    outcomes: Mapping[str, dict[str, Outcomes]]
    """By locale and other locale."""

    def pair(self, source: str, target: str) -> Texts:
        """The units that two locales have in common, with the first one's ids."""
        one, other = self.sheets[source].page.texts, self.sheets[target].page.texts
        found = [(at, to) for at, to in enumerate(self.outcomes[source][target]) if isinstance(to, int)]
        ids, sources = [one.ids[at] for at, _ in found], [one.targets[at] for at, _ in found]
        return Texts(ids, sources, [other.targets[to] for _, to in found])

    def origin(self, source: str, target: str) -> Origin:
        """Where those units stand: as sure as the less sure page, as new as the newer, under the licences of both."""
        one, other = self.sheets[source].page.origin, self.sheets[target].page.origin
        licences = sorted({page.licence for page in (one, other) if page.licence is not None})
        return msgspec.structs.replace(
            one,
            source_locale=source,
            target_locale=target,
            translation_type=max(one.translation_type, other.translation_type, key=_KINDS.index),
            handoff=max(one.handoff or "", other.handoff or "") or None,
            source_commit=one.source_commit or other.source_commit,
            source_hash=one.source_hash or other.source_hash,
            licence=", ".join(licences) or None,
        )

    def with_source(self, locale: str) -> Texts:
        """The units of a locale that are joined with any other, with the source that all of these share.

        Where spellings differ in white space or escapes, the shortest stands for all, then the first by code points: the
        builds add both, and a source must be one text for every locale.
        """
        texts = self.sheets[locale].page.texts
        others = [(self.sheets[other].page.texts.sources, found) for other, found in self.outcomes[locale].items()]
        picked, sources = [], []
        for at, source in enumerate(texts.sources):
            spellings = {english[to] for english, found in others if isinstance(to := found[at], int)}
            if spellings:
                picked.append(at)
                sources.append(min({source} | spellings, key=lambda text: (len(text), text)))
        return Texts([texts.ids[at] for at in picked], sources, [texts.targets[at] for at in picked])


def join_sheets(sheets: Mapping[str, Sheet]) -> Joined:
    """Join the pages of one name, given by locale, each with each."""
    outcomes: dict[str, dict[str, Outcomes]] = {locale: {} for locale in sheets}
    for one, other in combinations(sheets, 2):
        outcomes[one][other], outcomes[other][one] = join(sheets[one], sheets[other])
    return Joined(sheets, outcomes)
