"""Show that the work of reading is linear in the page, also in pages that are broken or mean harm: doubled input, doubled cost.

Each case is a text that grows with n. It is read, its units made and the page rebuilt, at 1, 2 and 4 times a size that takes
some tenths of a second; what is printed is the cost of each doubling. Above 2.6 a case is marked.

With ``--large`` the cases of :data:`LARGE` are read at their size, and at half of it.

usage: linear.py [--large] [CASE...]
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable

import align
from align.model import Container


def wrap(target: str = "T", source: str = "S", ident: str = "abd60-102") -> str:
    """One sound wrapper."""
    return (
        f'<span data-ttu-id="{ident}">{target}</span><span class="sxs-lookup">'
        f'<span data-stu-id="{ident}">{source}</span></span>'
    )


OPEN = '<span data-ttu-id="abd60-102">T '
DAMAGED = wrap().replace('"', "&quot;").replace("&quot;abd60", '"abd60', 1)
ESCAPED = wrap().replace('"', '\\"')
Case = tuple[Container, Callable[[int], str]]
CASES: dict[str, Case] = {
    "unclosed wrappers": ("markdown", lambda n: OPEN * n),
    "unclosed wrappers, HTML": ("html", lambda n: OPEN * n),
    "unclosed wrappers, XML": ("xml", lambda n: OPEN * n),
    "nested spans in a unit": ("markdown", lambda n: wrap("<span>" * n, "x")),
    "nested spans in a unit, HTML": ("html", lambda n: wrap("<span>" * n, "x")),
    "repeated ids": ("markdown", lambda n: wrap() * n),
    "repeated ids, HTML": ("html", lambda n: wrap() * n),
    "closers behind a unit": ("markdown", lambda n: wrap() + "</span></span>" * n),
    "damaged quotes": ("markdown", lambda n: DAMAGED * n),
    "escaped quotes": ("markdown", lambda n: f'---\ntitle: "{ESCAPED * n}"\n---\n'),
    "one long line": ("markdown", lambda n: ("word " * 10 + wrap()) * n),
    "one line of text": ("markdown", lambda n: "word " * n + wrap()),
    "blank lines": ("markdown", lambda n: "\n" * n + wrap()),
    "backticks": ("markdown", lambda n: "` a " * n + wrap()),
    "brackets": ("markdown", lambda n: "[" * n + wrap()),
    "units in nested brackets": ("markdown", lambda n: ("[" + wrap()) * n + ("]" + wrap()) * n),
    "open comments": ("markdown", lambda n: "<!--" * n + wrap()),
    "open comments in a source": ("markdown", lambda n: wrap("T", "<!--" * n)),
    "open comments, XML": ("xml", lambda n: "<!--" * n + wrap()),
    "CDATA sections, XML": ("xml", lambda n: ("<![CDATA[" + wrap() + "]]>") * n),
    "nested quotes": ("markdown", lambda n: "> " * n + "a\n" + "\n" * n + wrap()),
    "nested lists": ("markdown", lambda n: "- " * n + wrap()),
    "nested lists and blank lines": ("markdown", lambda n: "+ " * n + "a\n" + "\n" * n + wrap()),
    "hyphens and text": ("markdown", lambda n: "\n" + "-" * n + " text\n" + wrap()),
    "spaces in a delimiter row": ("markdown", lambda n: "\n|-" + " " * n + "x\n" + wrap()),
    "front matter without end": ("markdown", lambda n: "---\n" + "title: a\n" * n + wrap()),
    "spaces in the metadata": ("markdown", lambda n: f"---\nms.contentlocale: a{' ' * n}b#\n---\n{wrap()}"),
    "fences": ("markdown", lambda n: "```\na\n" * n + wrap()),
    "nested elements": ("markdown", lambda n: "<ul>" * n + "</ul>" * n + wrap()),
    "nested elements, HTML": ("html", lambda n: "<ul>" * n + wrap()),
    "nested headings, HTML": ("html", lambda n: "<h1>" * n + wrap()),
    "attributes without end, HTML": ("html", lambda n: wrap() + "<span " + 'data-ttu-id="abd60-101" ' * n),
    "setext headings": ("markdown", lambda n: (wrap() + "\n") * n + "===\n" + wrap()),
    "table cells": ("markdown", lambda n: (wrap() + " | ") * n + "\n---|---\n" + wrap()),
}
LINE = "word " * 10 + wrap()
#: Cases of a size that a real page never has.
LARGE: dict[str, tuple[Case, int]] = {
    "a page of 50 MB": (("markdown", lambda n: (LINE + "\n") * n), 50_000_000 // len(LINE + "\n")),
    # BeautifulSoup's tree takes thirty times the text's memory.
    "a page of 5 MB, HTML": (("html", lambda n: (LINE + "\n") * n), 5_000_000 // len(LINE + "\n")),
    "10^6 nested spans": (CASES["nested spans in a unit"], 10**6),
    "10^6 nested spans, HTML": (CASES["nested spans in a unit, HTML"], 10**6),
    "10^5 unclosed wrappers": (CASES["unclosed wrappers"], 10**5),
    "10^5 unclosed wrappers, HTML": (CASES["unclosed wrappers, HTML"], 10**5),
    "10^5 unclosed wrappers, XML": (CASES["unclosed wrappers, XML"], 10**5),
    "one line of 10 MB": (CASES["one long line"], 10_000_000 // len(LINE)),
    "one line of text of 10 MB": (CASES["one line of text"], 10_000_000 // len("word ")),
    "10^5 repeated ids": (CASES["repeated ids"], 10**5),
    "10^5 repeated ids, HTML": (CASES["repeated ids, HTML"], 10**5),
}
MARKED_FROM = 2.6


def cost(case: Case, size: int) -> float:
    """CPU seconds of reading, making units and rebuilding."""
    container, build = case
    text = build(size)
    start = time.process_time()
    page = align.parse_page(text, container=container)
    found = len(page.units) + len(page.problems)
    page.source_text()
    if found != text.count("data-ttu-id="):
        raise SystemExit(f"{found} units and problems, {text.count('data-ttu-id=')} markers")
    return time.process_time() - start


def print_large(names: list[str]) -> None:
    """Measure and print the large cases."""
    for name in names or LARGE:
        case, size = LARGE[name]
        half, whole = cost(case, size // 2), cost(case, size)
        mark = "  <-" if whole / half > MARKED_FROM else ""
        print(f"{name:32} n = {size:9,}  {whole:6.2f} s  x {whole / half:.1f}{mark}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Whether work is linear in the page.")
    parser.add_argument("--large", action="store_true", help="sizes that no real page has")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="names of cases, instead of all")
    given = parser.parse_args()
    known = LARGE if given.large else CASES
    if unknown := [name for name in given.cases if name not in known]:
        parser.error(f"no case {unknown[0]!r}; there are: {', '.join(known)}")
    if given.large:
        print_large(given.cases)
        return
    for name in given.cases or CASES:
        case, size = CASES[name], 500
        while cost(case, size) < 0.1 and size < 2_000_000:
            size *= 2
        costs = [min(cost(case, size * factor) for _ in range(2)) for factor in (1, 2, 4)]
        ratios = [after / before for before, after in itertools.pairwise(costs)]
        mark = "  <-" if max(ratios) > MARKED_FROM else ""
        print(f"{name:32} n = {size:9,}  {costs[0]:6.2f} s  x {ratios[0]:.1f}  x {ratios[1]:.1f}{mark}", flush=True)


if __name__ == "__main__":
    main()
