"""The front matter of a page, read by lines: no YAML parser is needed to compare two of them."""

from __future__ import annotations

import re

from align.verify.noloc import unwrap

_SCALAR = re.compile(r"(?P<head>(?:(?P<key>[\w.-]+): +)|[ ]*- +)(?P<value>\S.*)")
_KEY = re.compile(r"([\w.-]+):(?:[ \t\r]|$)")
_NOT_TEXT = re.compile(r"[-+]?[.\d][\d.,_:eE+-]*|0x[\da-f]+|[-+.]*inf|[.]nan|true|false|yes|no|on|off|null|~", re.IGNORECASE)
_SPECIAL_START = (*"!&*?|>%@`\"'#[]{},", "- ", ": ")


def end_of_front_matter(text: str) -> int:
    """Offset after the closing `---` line; 0 when the page has none."""
    match = re.match(r"\ufeff?---[ \t]*\r?\n", text)
    if match is None:
        return 0
    closing = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE).search(text, match.end())
    return closing.end() if closing else 0


def same_scalar(rebuilt: str, real: str, keys: frozenset[str]) -> bool:
    """Whether two lines differ in nothing but the quotes around the same value of one of these keys or of a list item."""
    first, second = _SCALAR.fullmatch(rebuilt), _SCALAR.fullmatch(real)
    if first is None or second is None or first["head"] != second["head"]:
        return False
    if first["key"] is not None and first["key"] not in keys:
        return False
    value = _decoded(first["value"].rstrip(" \r"))
    return value is not None and value == _decoded(second["value"].rstrip(" \r"))


def is_quoted(line: str) -> bool:
    """Whether the value of this line stands in quotes."""
    match = _SCALAR.fullmatch(line)
    return match is not None and match["value"][0] in "'\""


def key_above(text: str, at: int) -> str | None:
    """The key of the entry that the line starting at this offset belongs to."""
    while at > 0:
        at = text.rfind("\n", 0, at - 1) + 1
        line_end = text.find("\n", at)
        match = _KEY.match(text[at:line_end])
        if match is not None:
            return match[1]
    return None


def entries(head: str) -> dict[str, list[str]]:
    """The lines of each top-level entry, by key; the `---` lines are under the empty key."""
    found: dict[str, list[str]] = {}
    key = ""
    for line in head.splitlines():
        match = _KEY.match(line)
        if match is not None or line.startswith("---"):
            key = match[1] if match else ""
        found.setdefault(key, []).append(line.rstrip())
    return found


def _decoded(value: str) -> str | None:
    """The text of a one-line scalar; None for what is not plainly a text."""
    if len(value) > 1 and value[0] == value[-1] == "'" and "'" not in value[1:-1].replace("''", ""):
        return unwrap(value[1:-1].replace("''", "'"))
    if len(value) > 1 and value[0] == value[-1] == '"' and not re.search(r'\\[^"\\]|(?<!\\)(?:\\\\)*"', value[1:-1]):
        return unwrap(re.sub(r"\\(.)", r"\1", value[1:-1]))
    if value.startswith(_SPECIAL_START) or ": " in value or " #" in value or value.endswith(":"):
        return None
    return None if _NOT_TEXT.fullmatch(value) else unwrap(value)
