"""Characters that XML 1.0 (section 2.2) does not allow: no exchange format takes them all, so none gets them,
and no XML parser.
"""

from __future__ import annotations

import re

__all__ = ["without_illegal"]

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def without_illegal(text: str) -> str:
    """The text without control characters other than tab and line ends, surrogates, U+FFFE and U+FFFF."""
    return _ILLEGAL.sub("", text)
