"""Is the rebuilt target page the page that was published?"""

from __future__ import annotations

from align.verify import transformations as known
from align.verify.rebuilt import PageLike, rebuild
from align.verify.verdict import Verdict
from align.verify.walk import Rule, compare

TARGET_RULES: tuple[tuple[str, Rule], ...] = (
    ("backslash", known.escaped_marker),
    ("backslash", known.escaped_letter),
    ("backslash", known.doubled_at_end),
    ("alt-text", known.cut_alt_text),
    ("quotes", known.quoted_scalar),
    ("reference-definition", known.english_definition),
    ("no-loc", known.unwrapped_name),
    ("entity", known.entity_for_quote),
    ("url-space", known.space_before_url),
)
"""The name of each known transformation and its rule."""


def verify_target(page: PageLike, real: str) -> Verdict:
    """Compare the rebuilt target page with the real page of the same hand-off (its decoded text, line ends as they are)."""
    return compare(page.name, "target", rebuild(page, "target"), real, TARGET_RULES)
