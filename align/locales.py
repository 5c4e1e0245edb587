"""Language tags: BCP 47 (RFC 5646) in canonical case, and the forms that gettext wants.

Babel supplies what is data of the CLDR and not grammar: likely subtags and plural rules. It is imported when used.
"""

from __future__ import annotations

import re
from functools import lru_cache

from align.errors import LocaleError

__all__ = ["canonical", "from_gettext", "gettext_name", "is_right_to_left", "plural_forms"]

# RFC 5646, section 2.1 (langtag), without the grandfathered tags and languages of four letters and more: no tool takes
# the first, and none of the second is registered.
_LANGTAG = re.compile(
    r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE | re.ASCII,
)
# Scripts written from right to left (Unicode 16, property Bidi_Class R or AL), and languages written in them by default.
_RTL_SCRIPTS = frozenset({"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm"})
_RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"})
# gettext writes a script as a modifier (gettext manual, section "Locale Names").
_MODIFIERS = {"Latn": "latin", "Cyrl": "cyrillic", "Arab": "arabic", "Deva": "devanagari", "Beng": "bengali"}
_SCRIPTS = {modifier: script for script, modifier in _MODIFIERS.items()}


def _match(tag: str) -> re.Match[str]:
    found = _LANGTAG.fullmatch(tag)
    if found is None:
        raise LocaleError(
            f"{tag!r} is not a language tag of BCP 47", cure="write it like fr-FR, zh-TW or sr-Latn-RS, with hyphens"
        )
    return found


@lru_cache(maxsize=1024)
def canonical(tag: str) -> str:
    """The tag in the case that RFC 5646, section 2.1.1 recommends: ``fr-ch`` becomes ``fr-CH``.

    Raises
    ------
    LocaleError
        The tag is not well-formed; ``fr_FR`` is not: BCP 47 has hyphens.
    """
    found = _match(tag)
    parts = [found["language"].lower()]
    if found["script"]:
        parts.append(found["script"].title())
    if found["region"]:
        parts.append(found["region"].upper())
    return "-".join(parts) + found["rest"].lower()


def _likely(language: str, script: str | None, region: str | None) -> list[str]:
    """Language, script and region of the CLDR's likely subtags for this tag; empty when it knows none."""
    from babel.core import get_global

    table = get_global("likely_subtags")
    keys = ["_".join(filter(None, key)) for key in ((language, script, region), (language, region), (language, script))]
    return str(next((table[key] for key in [*keys, language] if key in table), "")).split("_")


@lru_cache(maxsize=1024)
def gettext_name(tag: str) -> str:
    """The name gettext uses: ``fr-FR`` becomes ``fr_FR``, ``sr-Latn-RS`` becomes ``sr_RS@latin``, ``fr`` becomes ``fr_FR``.

    A script is written as modifier only where it is not the usual one of that language and region. The region of a
    tag that has none is the CLDR's likely one; a language without a likely region stays alone.
    """
    found = _match(canonical(tag))
    language, script, region = found["language"], found["script"], found["region"]
    guess = _likely(language, script, region)
    if region is None or not region.isalpha():
        region = guess[2] if len(guess) == 3 and guess[2].isalpha() else None
    name = language if region is None else f"{language}_{region}"
    if script is None:
        return name
    usual = _likely(language, None, region)
    usual_script = usual[1] if len(usual) == 3 else ""
    if usual_script == script:
        return name
    return f"{name}@{_MODIFIERS.get(script, script.lower())}"


@lru_cache(maxsize=1024)
def from_gettext(name: str) -> str:
    """The tag for a name of gettext: ``fr_FR`` gives ``fr-FR``, ``sr@latin`` ``sr-Latn``, ``ca@valencia`` ``ca-valencia``.

    A modifier is a script (its name, or its ISO 15924 code) or a variant of BCP 47; others, such as ``euro``, and a
    charset (``.UTF-8``) say nothing of the language, and are left out. A tag of BCP 47 stays what it is.

    Raises
    ------
    LocaleError
        The name is of neither kind.
    """
    locale, _, modifier = name.partition("@")
    parts = locale.partition(".")[0].replace("_", "-").split("-")
    script = _SCRIPTS.get(modifier.lower())
    if script is None and len(modifier) == 4 and modifier.lower() != "euro":
        script = modifier
    if script is not None:
        parts.insert(1, script)
    elif 5 <= len(modifier) <= 8 and modifier.isalnum():
        parts.append(modifier)
    try:
        return canonical("-".join(parts))
    except LocaleError as error:
        what = f"{name!r} is neither a locale of gettext nor a language tag of BCP 47"
        raise LocaleError(what, cure="write it like fr_FR or fr-FR") from error


@lru_cache(maxsize=1024)
def plural_forms(tag: str) -> str:
    """The value of gettext's header field ``Plural-Forms``, from the CLDR by way of Babel; two forms where it knows none."""
    from babel.messages.plurals import DEFAULT_PLURAL, PLURALS

    name = gettext_name(tag).partition("@")[0]
    count, rule = PLURALS.get(name) or PLURALS.get(name.partition("_")[0]) or DEFAULT_PLURAL
    return f"nplurals={count}; plural={rule};"


def is_right_to_left(tag: str | None) -> bool:
    """Whether text in this language is written from right to left."""
    if tag is None:
        return False
    found = _match(tag)
    return found["script"] in _RTL_SCRIPTS or (found["script"] is None and found["language"] in _RTL_LANGUAGES)
