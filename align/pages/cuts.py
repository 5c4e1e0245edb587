"""What a Markdown gap does to the blocks on both sides: joins them, or ends the one and begins the other.

A block is what po4a and mdpo make one message of: a paragraph, heading, list item, table cell or quote. Marks of lists,
headings and quotes, the indentation of continuation lines and the producer's ``<a name="..."></a>`` are no part of it.
The rules are those of :mod:`align.pages.blocks`; :mod:`align.pages.cutter` remembers what was found out about a gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from align.pages.blocks import QUOTE, Containers, Leaf, Line, fence_mark, read_line

__all__ = ["BAR", "END", "PARTED", "Cut", "Hidden", "Passed", "Place", "cut_of", "pass_gap"]

#: Ends one block and begins another; no page holds it, for such a file is binary.
END = "\0"
#: What hides a unit from those who read the page as Markdown.
Hidden = Literal["", "code-fence", "comment", "indented-code"]

_CODE_SPAN = r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)"
_BLOCK_TAG = re.compile(
    _CODE_SPAN + r"|</?(?:address|article|aside|blockquote|caption|center|col|colgroup|dd|details|div|dl|dt|figcaption|figure|"
    r"footer|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)(?=[\s/>])[^<>]*>"
    r"|<br\s*/?>\s*(?:<br\s*/?>\s*)+",
    re.IGNORECASE,
)
_COMMENT = re.compile(_CODE_SPAN + r"|<!--")
#: What parts the cells of a table's row.
BAR = re.compile(r"(?<!\\)\|")
_CLOSING_HASHES = re.compile(r"(?:^|(?<=[ \t]))#++$")
_HEADING_MARK = re.compile(r"#{1,6}[ \t]*(?:<a name=[^<>]*>(?:[ \t]*</a>)?[ \t]*)?")
_DEFINITION = re.compile(r"\[[^\]]+\]:[ \t]*\S+(?:[ \t]+[\"'(].*)?$")
_BEFORE_TEXT = re.compile(r"[\s>\-+*.)0-9]*")


class Place(NamedTuple):
    """What is open at a point of the page."""

    containers: Containers = ()
    """Lists and quotes that are open, outermost first."""
    leaf: Leaf = ""
    """The block of text that is open."""
    fence: str = ""
    """The run of backticks or tildes that opened the code fence, empty when none is open."""
    comment: bool = False
    """Whether an HTML comment is open."""
    code: bool = False
    """Whether the line is indented code."""

    @property
    def hidden(self) -> Hidden:
        """What hides a unit at this place."""
        return "code-fence" if self.fence else "comment" if self.comment else "indented-code" if self.code else ""


class Cut(msgspec.Struct, frozen=True, gc=False):
    """What a gap does to the blocks around it."""

    between: str | None
    """The text between two units of one block; None when the gap parts them."""
    tail: str
    """The text with which the block before the gap ends; empty when the gap parts nothing."""
    head: str
    """The text with which the block behind the gap begins; likewise."""
    hidden: Hidden
    """What hides the unit behind the gap."""


#: What most gaps do: one block ends with the unit before, and another begins with the unit behind. Always this very object.
PARTED = Cut(None, "", "", "")


def cut_of(text: str, hidden: Hidden) -> Cut:
    """The cut of a gap out of its text, in which each end of a block stands as :data:`END`."""
    parts = text.split(END)
    if len(parts) == 1:
        return Cut(text, "", "", hidden)
    return Cut(None, parts[0], parts[-1], hidden) if parts[0] or parts[-1] or hidden else PARTED


class Passed(NamedTuple):
    """What reading a gap showed."""

    cut: Cut
    """What the gap does to the blocks around it."""
    place: Place
    """What is open behind the gap."""
    is_head_row: bool
    """Whether the line below tells that the units just passed stand in a table's head."""


def pass_gap(place: Place, gap: str) -> Passed:
    """Read a gap that begins at this place."""
    walk = _Walk(place)
    walk.read(gap)
    after = walk.place()
    return Passed(cut_of("".join(walk.texts), after.hidden), after, walk.is_head_row)


def _tag_parts(text: str) -> str:
    """The text with an end of block in place of each tag of a block element, and of two line breaks or more."""
    return _BLOCK_TAG.sub(lambda found: found[0] if found[0][0] == "`" else END, text) if "<" in text else text


def _shown(text: str, *, whole: bool) -> tuple[str, bool]:
    """Text of one line as far as no comment hides it, and whether a comment is open at its end.

    A comment in a line is part of the text, as a tag is; one that fills a ``whole`` line is a block of its own.
    """
    at, seen = 0, ""
    while (mark := _COMMENT.search(text, at)) is not None:
        if mark[1]:
            seen, at = mark[0], mark.end()
            continue
        end = text.find("-->", mark.end())
        if end < 0:
            return text[: mark.start()] + END, True
        seen += text[at : mark.start()].strip()
        at = end + 3
    return (text if seen or not whole or text[at:].strip() else END), False


@lru_cache(maxsize=64)
def _closing_fence(mark: str) -> Callable[[str, int], re.Match[str] | None]:
    """A search for the line that closes the fence; its indentation is often wrong, so any is taken."""
    return re.compile(rf"^[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*\r?(?=\n)", re.MULTILINE).search


def _spaced(line: str) -> str:
    """The line with the tabs before its text expanded, tab stops at every four columns."""
    if "\t" not in line:
        return line
    before = _BEFORE_TEXT.match(line)
    end = 0 if before is None else before.end()
    return line[:end].expandtabs(4) + line[end:]


class _Walk:
    """One gap being read: the place as it changes, and the texts, with ends of blocks between them."""

    def __init__(self, place: Place) -> None:
        self.containers, self.leaf, self.fence, self.comment, self.code = place
        self.texts: list[str] = []
        self.is_head_row = False

    def place(self) -> Place:
        """What is open now."""
        return Place(self.containers, self.leaf, self.fence, self.comment, self.code)

    def read(self, gap: str) -> None:
        """Read the whole gap; the last line goes up to the unit behind it."""
        end = gap.find("\n")
        if end < 0:
            self._text(gap)
            return
        self._text(gap[:end].rstrip("\r"))
        self._end_heading()
        at = end + 1
        first = True
        while (end := gap.find("\n", at)) >= 0:
            if self.fence:
                at = self._behind_fence(gap, at)
                continue
            line = gap[at:end].rstrip("\r")
            self._whole_line(_spaced(line), first)
            first = False
            at = end + 1
        self._begun_line(_spaced(gap[at:]))

    def _end_heading(self) -> None:
        if self.leaf == "heading":
            self.texts = [_CLOSING_HASHES.sub("", text.rstrip(" \t")) for text in self.texts]
            self.leaf = ""

    def _behind_fence(self, gap: str, at: int) -> int:
        found = _closing_fence(self.fence)(gap, at)
        if found is None:
            return gap.rfind("\n") + 1
        self.fence = ""
        return found.end() + 1

    def _whole_line(self, line: str, first: bool) -> None:
        """Read a line without units, the ``first`` below a unit or another."""
        if self.comment:
            self._text(line, whole=True)
        elif not line and QUOTE not in self.containers:
            self.texts.append(END)
            self.leaf = ""
        else:
            found = read_line(line, self.containers, self.leaf)
            self.is_head_row |= first and found.leaf == "delimiter" and self.leaf == "paragraph"
            is_new, text = not self.leaf, line[found.content :]
            self._line(line, found, whole=True)
            if self.leaf == "heading" or _is_directive(text) or (is_new and _begins_with_comment(text)):
                self.leaf = ""

    def _begun_line(self, line: str) -> None:
        """Read the beginning of the line on which the next unit stands."""
        if self.fence:
            self.texts.append(END)
        elif self.comment:
            self._text(line)
        else:
            found = read_line(line + "x", self.containers, self.leaf)
            self._line(line, found)
            if not (self.leaf or self.code):
                self.leaf = "paragraph"

    def _line(self, line: str, found: Line, *, whole: bool = False) -> None:
        text = line[found.content :]
        if found.leaf == self.leaf == "paragraph" and not found.entered and not _is_directive(text):
            self.texts.append("\n")
            self._text(text.lstrip(" "), whole=whole)
            return
        self.texts.append(END)
        # What is indented by four columns is code, unless it goes on with a paragraph or a table (CommonMark 4.4).
        self.code = text.startswith("    ") and found.leaf in ("paragraph", "table") and self.leaf not in ("table", "delimiter")
        self.containers = found.containers
        self.leaf = "" if self.code or found.leaf in ("underline", "fence") else found.leaf
        if found.leaf == "fence":
            self.fence = fence_mark(line, found.content)
        elif self.leaf == "paragraph" and _DEFINITION.match(text):
            self.leaf = ""
        elif self.leaf:
            text = text.lstrip(" ")
            self._text(_HEADING_MARK.sub("", text, count=1) if self.leaf == "heading" else text, whole=whole)

    def _text(self, text: str, *, whole: bool = False) -> None:
        """Take text of the block that is open: a ``whole`` line or a part of one."""
        if self.fence or not text:
            return
        if self.comment:
            end = text.find("-->")
            if end < 0:
                return
            self.comment, text = False, END + text[end + 3 :]
        if "<!--" in text:
            text, self.comment = _shown(text, whole=whole)
        text = _tag_parts(text)
        self.texts.append(BAR.sub(END, text) if self.leaf in ("table", "delimiter") else text)


def _is_directive(text: str) -> bool:
    """Whether the line is a directive of the documentation's Markdown, which is a block of its own (``:::row:::``)."""
    return text.startswith(":::")


def _begins_with_comment(text: str) -> bool:
    """Whether the line begins a block of HTML that ends where the comment does, with that line (CommonMark 4.6, kind 2).

    No paragraph goes on below it, so that a list there may begin with any number.
    """
    return text.lstrip(" ").startswith("<!--")
