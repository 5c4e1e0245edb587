"""Options whose value is a pair: ``--map-locale zh-TW=zh-Hant-TW``."""

from __future__ import annotations

from collections.abc import Iterable

import click

from align.errors import OptionError
from align.locales import canonical

__all__ = ["locale_codes", "map_locale_option"]

map_locale_option = click.option(
    "--map-locale",
    "map_locale",
    multiple=True,
    metavar="TAG=TAG",
    help="Write another code for a locale, such as zh-TW=zh-Hant-TW (repeatable).",
)


def locale_codes(pairs: Iterable[str]) -> dict[str, str]:
    """The codes to write, by locale, from words such as ``zh-TW=zh-Hant-TW``.

    Raises
    ------
    OptionError
        A word is no pair, a locale is not BCP 47, or has two codes; or two have one.
    """
    codes: dict[str, str] = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not equals:
            raise OptionError(f"--map-locale: {pair!r} is no pair", cure="write it like zh-TW=zh-Hant-TW")
        try:
            locale, code = canonical(old.strip()), canonical(new.strip())
        except OptionError as error:
            raise OptionError(f"--map-locale: {error.what}", cure=error.cure) from error
        if codes.setdefault(locale, code) != code:
            raise OptionError(f"--map-locale: {locale} has two codes, {codes[locale]} and {code}", cure="give one")
        same = [other for other in codes if other != locale and codes[other] == code]
        if same:
            raise OptionError(f"--map-locale: {same[0]} and {locale} have one code, {code}", cure="give each its own")
    return codes
