"""What PO and MO files have in common when they are read: their header, and the entries of a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from align.formats.entry import LocalePair
from align.locales import canonical, from_gettext

__all__ = ["locales_of", "texts_of"]


def locales_of(fields: dict[str, str], *, source_locale: str, target_locale: str | None) -> LocalePair:
    """The locales that a header names: ``X-Source-Language`` (as written here) and ``Language``.

    Parameters
    ----------
    source_locale, target_locale : BCP 47, for a header that does not say them; no target locale is ``und`` then.

    Raises
    ------
    LocaleError
        A name is neither gettext's form nor BCP 47.
    """
    source, target = fields.get("X-Source-Language", "").strip(), fields.get("Language", "").strip()
    return LocalePair(
        canonical(source) if source else source_locale,
        from_gettext(target) if target else target_locale or "und",
    )


def texts_of(message: str, plural: str | None, forms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The pairs of a message: one, or two for a message with plural forms.

    The singular goes with the first form and the plural with the last one, which in most languages stand for one and
    for many (gettext manual, "Additional functions for plural forms"). Where there is one form only, it goes with the
    plural. The forms between have no source of their own, and are left out. So is a pair with an empty side.
    """
    pairs = [(message, forms[0] if forms else "")]
    if plural is not None:
        pairs = [*(pairs if len(forms) > 1 else []), (plural, forms[-1] if forms else "")]
    return (pair for pair in pairs if pair[0] and pair[1])
