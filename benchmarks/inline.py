"""Inline codes: do both parsers see the same text, what does a segment cost, and TMX level 2 against level 1.

The visible text of every distinct source and target segment, with the reference labels of its page, is compared with what
markdown-it-py shows of it: text, code spans, alt texts, a break as a space. What is not CommonMark (directives, footnotes,
formulas, alt texts of <img>) is taken off before the comparison where it is markup to one and text to the other: such
segments are counted by kind. Prints the share that agrees, the others by kind, microseconds a segment, and the CPU seconds
of writing a TMX at levels 1 and 2, and of the whole way from pages to TMX.

usage: inline.py FOLDER... [--show N]
"""

from __future__ import annotations

import argparse
import io
import time
from collections import Counter
from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace

import align
from align.curate import Collector, Rules, Stand, select
from align.formats import tmx
from align.formats.entry import Entry
from align.inline import Code, definitions, labels_used, parse, plain
from align.inline.parsing import forget

Segment = tuple[str, tuple[str, ...]]


def oracle() -> MarkdownIt:
    """CommonMark and ~~struck out~~; addresses as they stand."""
    parser = MarkdownIt("commonmark").enable("strikethrough")
    parser.validateLink = lambda url: bool(url) or True  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    return parser


def shown(tokens: Iterable[Token]) -> str:
    """The text that a reader sees of inline tokens."""
    parts = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "html_inline":
            parts.append(" " if token.content.lower().startswith("<br") else "")
        else:
            parts.append(shown(token.children) if token.children else token.content)
    return "".join(parts)


def seen_by(parser: MarkdownIt, segment: Segment) -> str:
    """What markdown-it-py shows of a segment."""
    text, labels = segment
    references = {label.lower().upper(): {"href": "", "title": ""} for label in labels}
    (token,) = parser.parseInline(text, {"references": references})
    return shown(token.children or [])


def kind_of(segment: Segment) -> str:
    """Why the two may differ."""
    text, labels = segment
    kinds = {part.type for part in parse(text, labels=labels) if isinstance(part, Code) and part.role == "standalone"}
    extensions = kinds & {"directive", "footnote", "math"}
    if "<img" in text:
        extensions.add("alt text of <img>")
    if "\n" in text and ">" in text:
        extensions.add("mark of a quote behind a line end")
    return " + ".join(sorted(extensions)) or "other"


def collect(folder: str) -> tuple[set[Segment], Collector, dict[str, frozenset[str]]]:
    """The distinct segments of a folder's Markdown pages, its memory, and each page's definitions."""
    segments: set[Segment] = set()
    collector = Collector(Rules())
    defined: dict[str, frozenset[str]] = {}
    for number, page in enumerate(align.read_pages(align.find_pages([folder]))):
        if isinstance(page, align.Page) and page.container == "markdown":
            defined[page.name] = definitions(page.text)
            for text in (*page.texts.sources, *page.texts.targets):
                segments.add((text, labels_used(text, defined[page.name])))
            if page.origin.target_locale is not None:
                collector.add(page.texts, Stand(page.origin, number))
    return segments, collector, defined


def with_labels(entry: Entry, defined: dict[str, frozenset[str]]) -> Entry:
    """The entry with the labels that its page defines and its texts use."""
    names = defined[entry.origin.page] if entry.origin else frozenset()
    return replace(entry, labels=tuple(sorted({*labels_used(entry.source, names), *labels_used(entry.target, names)})))


def written(entries: list[Entry], *, codes: bool) -> float:
    """CPU seconds of writing these entries, once: no segment is remembered from before."""
    forget()
    begin = time.process_time()
    tmx.write(io.StringIO(newline="\n"), entries, source_locale="en-US", codes=codes)
    return time.process_time() - begin


def compare(segments: set[Segment], show: int) -> Counter[str]:
    """Count the segments by what differs."""
    parser = oracle()
    counts: Counter[str] = Counter()
    for segment in sorted(segments):
        ours, theirs = plain(segment[0], labels=segment[1]), seen_by(parser, segment).strip()
        what = "same" if ours == theirs else kind_of(segment)
        counts[what] += 1
        if what != "same" and counts[what] <= show:
            print(f"    {what}: {segment!r}\n      here   {ours!r}\n      there  {theirs!r}")
    return counts


def main() -> None:
    """Measure each folder and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--show", type=int, default=0, help="differing segments to print, of each kind")
    given = parser.parse_args()
    total: Counter[str] = Counter()
    parts, parsing, level_1, level_2, pipeline = 0, 0.0, 0.0, 0.0, 0.0
    for folder in given.folders:
        begin = time.process_time()
        entries = list(select(collect(folder)[1]).entries())
        pipeline += time.process_time() - begin
        segments, _, defined = collect(folder)
        entries = [with_labels(entry, defined) for entry in entries]
        forget()
        begin = time.process_time()
        for text, labels in segments:
            parse(text, labels=labels)
        parsing += time.process_time() - begin
        parts += len(segments)
        level_1 += written(entries, codes=False)
        level_2 += written(entries, codes=True)
        counts = compare(segments, given.show)
        print(f"{folder}: {sum(counts.values()):,} segments, {counts['same'] / max(1, sum(counts.values())):.3%} agree")
        total += counts
    for what, count in total.most_common():
        print(f"{count:10,}  {count / sum(total.values()):9.3%}  {what}")
    print(f"{parsing / parts * 1e6:.1f} µs a segment")
    print(f"writing TMX: level 1 {level_1:.2f} s, level 2 {level_2:.2f} s of CPU: {level_2 / level_1:.2f} times")
    print(f"pages to TMX: {(pipeline + level_2) / (pipeline + level_1):.2f} times (reading and choosing {pipeline:.2f} s)")


if __name__ == "__main__":
    main()
