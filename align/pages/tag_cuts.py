"""What a gap of HTML, ECMA XML or front matter does to the blocks on both sides; for Markdown see :mod:`align.pages.cuts`.

In HTML and XML a block is what a block element holds (``p``, ``li``, ``td``, ``summary``, ``para``, ``param``...): every
tag ends one but those that stand within a line. A CDATA section holds Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from align.model import Container
from align.pages.cuts import END, Cut, Hidden, cut_of
from align.pages.cutter import Cutter
from align.pages.dom import decoded

__all__ = ["front_matter_cuts", "tag_cuts"]

_TEXT_TAGS = {
    "html": "a|abbr|b|bdi|bdo|br|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|q|s|samp|small|span|strike|strong"
    "|sub|sup|time|tt|u|var|wbr|xref:[^<>]*",
    "xml": "a|b|br|c|em|i|img|paramref|see|span|strong|sub|sup|tt|typeparamref|u|xref:[^<>]*",
}
_BLOCK_TAGS = {
    container: re.compile(
        rf"<(?!/?(?:{names})(?:[\s/][^<>]*)?>)[/!?A-Za-z][^<>]*>|<br\s*/?>\s*(?:<br\s*/?>\s*)+", re.IGNORECASE
    )
    for container, names in _TEXT_TAGS.items()
}
_CODE_TAGS = {"html": re.compile(r"<(/?)pre\b", re.IGNORECASE), "xml": re.compile(r"<(/?)code\b")}
_SECTIONS = {"<!--": "-->", "<![CDATA[": "]]>"}
_SECTION = re.compile(r"<!--|<!\[CDATA\[")
_LINE_END = re.compile(r"(?<![ \t])[ \t]*+\r?\n\s*+")
_KEY = re.compile(r"[ \t]*(?:-[ \t]+)*(?:[A-Za-z_][\w.\- ]*:(?=[ \t]|$)[ \t]*)?[\"']?")
_VALUE_END = re.compile(r"[\"']?[ \t]*\r?$")


class _Walk:
    """The sections that are open, as the gaps of a page are read one by one."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._section = ""
        """What opened the section that is open, empty outside of one."""
        self._code = 0
        """How many elements are open that hold code."""
        self._cutter = Cutter()
        self._node = self._cutter.start()

    def cut(self, gap: str) -> Cut:
        """What the next gap does."""
        texts = []
        at = 0
        while True:
            if self._section:
                end = gap.find(_SECTIONS[self._section], at)
                texts.append(self._inside(gap[at:] if end < 0 else gap[at:end]))
                if end < 0:
                    break
                at = end + 3
                self._section = ""
                texts.append(END)
            begin = _SECTION.search(gap, at)
            texts.append(self._outside(gap[at:] if begin is None else gap[at : begin.start()]))
            if begin is None:
                break
            self._section, at = begin[0], begin.end()
            self._node = self._cutter.start()
            texts.append(END)
        return cut_of("".join(texts), self._hidden())

    def _hidden(self) -> Hidden:
        if self._section:
            return "comment" if self._section == "<!--" else self._node.place.hidden
        return "code-fence" if self._code > 0 else ""

    def _inside(self, text: str) -> str:
        """Text in a section: of a comment nothing, of CDATA what its Markdown says."""
        if self._section == "<!--":
            return ""
        step = self._cutter.step(self._node, text)
        self._node = step.after
        return step.cut.tail + END + step.cut.head if step.cut.between is None else step.cut.between

    def _outside(self, text: str) -> str:
        for tag in _CODE_TAGS[self._container].finditer(text):
            self._code = max(self._code + (-1 if tag[1] else 1), 0)
        text = _LINE_END.sub("\n", _BLOCK_TAGS[self._container].sub(END, text))
        return decoded(text) if self._container == "html" else text


def tag_cuts(gaps: Sequence[str], container: Container) -> list[Cut]:
    """What each gap of an HTML or XML page does; ``gaps`` as in :attr:`align.pages.columns.Gaps.body`."""
    if len(gaps) < 2:
        return []
    walk = _Walk(container)
    return [walk.cut(gap) for gap in (*gaps[:-1], gaps[-1] + END)]


def front_matter_cuts(gaps: Sequence[str]) -> list[Cut]:
    """What each gap of the front matter does: every value of a key, and every item of a list, is a block of its own."""
    cuts = []
    for gap in ("\n" + gaps[0], *gaps[1:-1], gaps[-1] + "\n"):
        tail, feed, rest = gap.partition("\n")
        head = rest[rest.rfind("\n") + 1 :]
        key = _KEY.match(head)
        starts = key is not None and key[0].strip() != ""
        if not feed:
            cuts.append(Cut(gap, "", "", ""))
        elif starts or rest.count("\n"):
            cuts.append(Cut(None, _VALUE_END.sub("", tail), head if key is None else head[key.end() :], ""))
        else:
            cuts.append(Cut(f"{tail.rstrip()}\n{head.lstrip()}", "", "", ""))
    return cuts
