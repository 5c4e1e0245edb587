"""Language tags: canonical case, gettext's names, plural forms, direction."""

from __future__ import annotations

import pytest

from align.errors import LocaleError, OptionError
from align.locales import canonical, gettext_name, is_right_to_left, plural_forms


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("fr-FR", "fr-FR"),
        ("fr-ch", "fr-CH"),
        ("FR", "fr"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("SR-LATN-RS", "sr-Latn-RS"),
        ("es-419", "es-419"),
        ("de-DE-1996", "de-DE-1996"),
        ("ca-es-VALENCIA", "ca-ES-valencia"),
        ("en-US-x-Twain", "en-US-x-twain"),
        ("de-u-co-phonebk", "de-u-co-phonebk"),
        ("haw", "haw"),
    ],
)
def test_a_tag_is_put_in_canonical_case(tag: str, expected: str) -> None:
    assert canonical(tag) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "tag", ["", "fr_FR", "f", "fr-", "-fr", "fr-F", "français", "fr-FR ", "fr-FR\n", "*all*", "a-b-c", "fr--FR"]
)
def test_what_is_no_tag_is_refused_with_a_cure(tag: str) -> None:
    with pytest.raises(LocaleError, match="BCP 47") as caught:
        canonical(tag)
    assert isinstance(caught.value, OptionError)
    assert "fr-FR" in str(caught.value)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("fr-FR", "fr_FR"),
        ("fr-ch", "fr_CH"),
        ("zh-TW", "zh_TW"),
        ("zh-CN", "zh_CN"),
        ("zh-Hant-TW", "zh_TW"),
        ("zh-Hans", "zh_CN"),
        ("sr-Latn-RS", "sr_RS@latin"),
        ("sr-Cyrl-RS", "sr_RS"),
        ("uz-Cyrl-UZ", "uz_UZ@cyrillic"),
        ("fr", "fr_FR"),
        ("is", "is_IS"),
        ("pt-BR", "pt_BR"),
        ("ar-SA", "ar_SA"),
    ],
)
def test_gettext_names_have_language_and_country_and_a_script_where_it_is_unusual(tag: str, expected: str) -> None:
    assert gettext_name(tag) == expected


@pytest.mark.parametrize(
    ("tag", "forms"),
    [("fr-FR", 2), ("fr-CH", 2), ("ja-JP", 1), ("zh-TW", 1), ("th-TH", 1), ("ar-SA", 6), ("pl-PL", 3), ("sr-Latn-RS", 3)],
)
def test_plural_forms_are_gettext_expressions(tag: str, forms: int) -> None:
    value = plural_forms(tag)
    assert value.startswith(f"nplurals={forms}; plural=")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("ar-SA", True),
        ("he-IL", True),
        ("fa", True),
        ("fr-FR", False),
        ("uz-Arab-AF", True),
        ("ks-Deva-IN", False),
        (None, False),
    ],
)
def test_direction(tag: str | None, expected: bool) -> None:
    assert is_right_to_left(tag) is expected
