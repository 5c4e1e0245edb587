"""What a file of an exchange format says of the page of an entry, as an origin."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from pathlib import Path

from align.errors import FormatError
from align.model import Origin
from align.pages import container_of

__all__ = ["checked", "is_day", "origin_of"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@lru_cache(maxsize=1024)
def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, written ``YYYY-MM-DD``."""
    if _DAY.fullmatch(text) is None:
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1024)
def origin_of(
    page: str,
    locales: tuple[str, str],
    handoff: str | None = None,
    source_commit: str | None = None,
    licence: str | None = None,
) -> Origin:
    """The origin of an entry on this page; the container is what the page's name says, else Markdown.

    Parameters
    ----------
    locales : source and target, BCP 47.
    handoff : ``YYYY-MM-DD``.
    """
    container = container_of(Path(page)) or "markdown"
    return Origin(page, container, *locales, handoff=handoff, source_commit=source_commit, licence=licence)


def checked(origin: Origin | None) -> Origin | None:
    """The origin as it is, from a record that others may have written.

    Raises
    ------
    FormatError
        Its hand-off is not a day.
    """
    if origin is not None and origin.handoff is not None and not is_day(origin.handoff):
        raise FormatError(f"handoff is {origin.handoff!r}", cure="write a day like 2021-04-12, or null")
    return origin
