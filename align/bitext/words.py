"""What the verbs take as options, checked: words, days, and names of keywords."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from align.errors import OptionError

__all__ = ["check_names", "checked", "day", "several", "text"]


def text(name: str, value: object) -> str:
    """The value, which must be a text.

    Raises
    ------
    OptionError
        It is something else, such as None or a number.
    """
    if not isinstance(value, str):
        raise OptionError(f"{name}: {value!r} is no text", cure="give a text in quotes, or leave the option out")
    return value


def several(name: str, values: object) -> tuple[str, ...]:
    """One word or several as several.

    Raises
    ------
    OptionError
        They are no texts.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        return (text(name, values),)
    return tuple(text(name, value) for value in values)


def checked(name: str, words: Iterable[str], allowed: Iterable[str]) -> tuple[str, ...]:
    """The words, each of which must be allowed.

    Raises
    ------
    OptionError
        One is not; the cure lists those that are.
    """
    words, allowed = tuple(words), tuple(allowed)
    for word in words:
        if word not in allowed:
            raise OptionError(f"{name}: {word!r} is not known", cure=f"use {', '.join(allowed)}")
    return words


def check_names(verb: str, given: Mapping[str, object], allowed: Iterable[str]) -> None:
    """Let nobody misspell a keyword.

    Raises
    ------
    OptionError
        One is not known; the cure lists those that are.
    """
    names = sorted(allowed)
    for name in given:
        if name not in names:
            raise OptionError(f"{verb}: there is no option {name!r}", cure=f"use {', '.join(names)}")


def day(name: str, value: str | date) -> str:
    """A day as ``YYYY-MM-DD`` (ISO 8601, calendar date, extended).

    Raises
    ------
    OptionError
        It is no text, the text is not written so, or there is no such day.
    """
    try:
        found = value if isinstance(value, date) else date.fromisoformat(text(name, value))
    except ValueError as error:
        raise OptionError(f"{name}: {value!r} is not a day", cure="write it as YYYY-MM-DD") from error
    written = date(found.year, found.month, found.day).isoformat()
    if isinstance(value, str) and value != written:
        raise OptionError(f"{name}: {value!r} is not a day", cure="write it as YYYY-MM-DD")
    return written
