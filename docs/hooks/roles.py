"""Docstrings for the site, as its parser wants them.

The roles of references become links where the site has the name, and code where not. ``name : meaning`` below "Parameters", the
house's layout, becomes a name with its meaning below it; the parser would take the meaning for a type, which stands in the
signature.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

__all__ = ["Roles"]

_ROLE = re.compile(r":(?:attr|class|data|exc|func|meth|mod):`~?\.?([^`]+)`")

_PARAMETERS = re.compile(r"(?<=^Parameters\n----------\n)(?:[^\n]+\n?)+", re.MULTILINE)
_PARAMETER = re.compile(r"^(\S[^:\n]*?) : (.*)$", re.MULTILINE)


def _link(found: re.Match[str]) -> str:
    name = found[1]
    if not name.startswith("align."):
        return f"`{name}`"
    return f'<autoref identifier="{name}" optional><code>{name.rpartition(".")[2]}</code></autoref>'


class Roles(griffe.Extension):
    """Rewrites the text of every docstring that is read."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called with each module, class, function and attribute, once its members are known."""
        if obj.docstring is not None:
            text = _PARAMETERS.sub(lambda section: _PARAMETER.sub(r"\1\n    \2", section[0]), obj.docstring.value)
            obj.docstring.value = _ROLE.sub(_link, text)
