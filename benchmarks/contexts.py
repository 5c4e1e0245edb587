"""Compare ``Unit.context`` with what markdown-it-py says of heading, list, table, quote, link and image around a unit.

Every unit of a page is replaced by a word of its own, and the page is parsed as CommonMark with tables. What differs is
counted by what either says. HTML elements (a list in a table's cell) are known to ``Unit.context`` and not to the parser.

usage: contexts.py FOLDER... [--pages N]
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

import align

WORD = re.compile(r"Unit(\d+)Here")
WORDS = {"heading": "heading", "list_item": "list", "table": "table", "blockquote": "quote"}


def inside(token: Token) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Unit numbers in an inline token, each with the links and images around it."""
    links = 0
    for child in token.children or []:
        links += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        around = ("link",) * links + (("image",) if child.type == "image" else ())
        for word in WORD.finditer(child.content if child.type in ("text", "image") else ""):
            yield int(word[1]), around


def parsed(page: align.Page) -> dict[int, tuple[str, ...]]:
    """The context of the units that the parser sees as text."""
    parts = []
    for number, piece in enumerate(page.pieces()):
        parts += [piece.gap, "" if piece.unit is None else f"Unit{number}Here"]
    text = "".join(parts).removeprefix("\ufeff")
    body = re.sub(r"\A---\r?\n.*?^---\r?$", "", text, count=1, flags=re.DOTALL | re.MULTILINE)
    found: dict[int, tuple[str, ...]] = {}
    around: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(body):
        if token.nesting > 0:
            around.append(token.type.removesuffix("_open"))
        elif token.nesting < 0:
            around.pop()
        elif token.type == "inline":
            blocks = tuple(WORDS[name] for name in around if name in WORDS)
            found |= {number: blocks + words for number, words in inside(token)}
    return found


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--pages", type=int, default=120, help="pages per folder, drawn with a fixed seed")
    given = parser.parse_args()
    counts: Counter[str] = Counter()
    for folder in given.folders:
        files = [file for file in align.find_pages([folder]) if file.path is not None and file.path.suffix == ".md"]
        for file in random.Random(1).sample(files, min(given.pages, len(files))):
            page = align.read_page(str(file.path))
            theirs = parsed(page)
            for number, unit in enumerate(page.units):
                context = theirs.get(number)
                same = "not text to the parser" if context is None else "same" if context == unit.context else ""
                counts[same or f"{'/'.join(unit.context) or '-'} where the parser says {'/'.join(context or ()) or '-'}"] += 1
    for what, count in counts.most_common():
        print(f"{count:8,}  {what}")


if __name__ == "__main__":
    main()
