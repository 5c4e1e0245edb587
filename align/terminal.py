r"""What is printed for people, without what would steer their terminal.

Names of files and texts of pages come from strangers. A control character among them can move the cursor, change a
window's title, or write over what was printed before (ECMA-48, section 5: ESC, and the C1 controls); a line end in a name
makes two lines of one message. So it is shown as Python writes it: ``\x1b``. Results for programs are left as they are.
"""

from __future__ import annotations

import re

__all__ = ["on_one_line", "shown"]

# Controls but tab and LF, and surrogates: bytes of a name that are no UTF-8, which no stream takes.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Also all that ends a line, and what turns the order of the letters of a name (Unicode Standard Annex #9, section 2).
_MORE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _named(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def shown(text: str) -> str:
    """A text of a page, which may have lines: CR LF is LF, all other controls are shown."""
    return text if text.isprintable() else _STEERING.sub(_named, text.replace("\r\n", "\n"))


def on_one_line(text: str) -> str:
    """A message, with what it names: controls, line ends, and marks that turn the direction of writing are shown."""
    return text if text.isprintable() else _MORE.sub(_named, text)
