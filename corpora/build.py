"""Build the page trees of this folder from the recipes.

    python corpora/build.py            write bilingual/, target/, source/ and the counts in README.md
    python corpora/build.py --check    write nothing; exit 1 and name each file that differs
    python corpora/build.py --counts   print the counts

The notation of the recipes is described in recipes/README.md.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CORPORA = Path(__file__).resolve().parent
TREES = ("bilingual", "target", "source")
FIRST_NUMBER = 101

TOKEN = re.compile(r"⟦(?P<unit>[^⟧]*)⟧|⟨(?P<inplace>[^⟩]*)⟩|⟪(?P<word>[a-z]+)⟫")
ROW = re.compile(r"(\d+)(?:-(\d+))? (.*)")
CHARACTER = re.compile(r"\{U\+([0-9A-F]{4,6})\}")
FRONT_MATTER = re.compile(r"---\n(.*?\n)---\n", re.S)
HEADING = re.compile(r"(#{1,6}) (.*)")
COUNTS = re.compile(r"(?<=<!-- counts -->\n).*?(?=<!-- end of counts -->)", re.S)
MARKER = b"data-ttu-id="
PARAGRAPH_MARKER = re.compile(rb'data-ttu-id=["\'][0-9a-f]{5}-p')

PLAIN = (
    '<span data-ttu-id="{id}">{target}</span>',
    '<span class="sxs-lookup"><span data-stu-id="{id}">{source}</span></span>',
)
QUOTED = (
    "<span lang='{lang}' data-ttu-id='{id}'>{target}</span>",
    "<span hidden class='sxs-lookup'><span lang='en' data-stu-id='{id}'>{source}</span></span>",
)
WRAPPERS = {"plain": PLAIN, "deferred": PLAIN, "quoted": QUOTED}


class RecipeError(ValueError):
    """A page and a table that do not fit."""


@dataclass(frozen=True)
class Row:
    """One line of a table: the segments `first` to `last` and their translation."""

    first: int
    last: int
    text: str


NO_ROW = Row(0, 0, "")


@dataclass(frozen=True)
class Table:
    """The translation of one page into one locale."""

    locale: str
    page: str
    head: dict[str, str]
    rows: list[Row]


@dataclass
class Rendering:
    """The bilingual page while it grows, and the same page with the targets only."""

    bilingual: list[str] = field(default_factory=list)
    target: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    number: int = FIRST_NUMBER
    paragraphs: int = 0

    def add(self, text: str, target: str | None = None) -> None:
        """Append `text`; the target page gets `target`, or the same text."""
        self.bilingual.append(text)
        self.target.append(text if target is None else target)


def read_table(path: Path, locale: str, page: str) -> Table:
    """Read the table at `path`."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    pairs = (line.partition(": ") for line in head.splitlines())
    rows = []
    for line in body.splitlines():
        match = ROW.fullmatch(CHARACTER.sub(lambda m: chr(int(m[1], 16)), line))
        if match is None:
            raise RecipeError(f"{path}: not a row: {line!r}")
        rows.append(Row(int(match[1]), int(match[2] or match[1]), match[3]))
    return Table(locale, page, {key: value for key, _, value in pairs}, rows)


def english(page: str) -> str:
    """Return the English page: the text without brackets."""
    return TOKEN.sub(lambda m: m["unit"] or m["inplace"] or "", page)


def slug(heading: str) -> str:
    """Return the anchor of an English heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def add_anchors(page: str) -> str:
    """Put `<a name>` in front of the text of each heading outside code fences."""
    lines, fenced = page.split("\n"), False
    for index, line in enumerate(lines):
        fenced ^= line.lstrip().startswith("```")
        heading = None if fenced else HEADING.fullmatch(line)
        if heading:
            lines[index] = f'{heading[1]} <a name="{slug(english(heading[2]))}"></a>{heading[2]}'
    return "\n".join(lines)


def digest(text: str) -> str:
    """Return the SHA-1 of `text` in hexadecimal."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def add_metadata(page: str, table: Table) -> str:
    """Add the keys of the localization build to the front matter and drop the blank lines after it."""
    match = FRONT_MATTER.match(page)
    if match is None:
        return page
    month_first = "{1}/{2}/{0}".format(*table.head["handoff"].split("-"))
    file_id = int(digest(table.locale + table.page)[:7], 16) % 90_000_000 + 10_000_000
    keys = {
        "ms.openlocfilehash": digest(english(page).replace("\n", "\r\n")),
        "ms.sourcegitcommit": digest("commit of " + table.page),
        "ms.translationtype": table.head.get("type"),
        "ms.contentlocale": table.head.get("locale", table.locale),
        "ms.lasthandoff": month_first,
        "ms.locfileid": f'"{file_id}"',
    }
    added = "".join(f"{key}: {value}\n" for key, value in keys.items() if value)
    return f"---\n{match[1]}{added}---\n{page[match.end() :].lstrip()}"


def line_ends(page: str, kind: str) -> str:
    """Give the page CR LF line ends: all (`crlf`), or the front matter and the blank lines (`mixed`)."""
    if kind == "crlf":
        return page.replace("\n", "\r\n")
    if kind == "mixed":
        match = FRONT_MATTER.match(page)
        end = match.end() if match else 0
        return page[:end].replace("\n", "\r\n") + re.sub(r"(?m)^\n", "\r\n", page[end:])
    return page


def add_unit(out: Rendering, table: Table, row: Row, source: str) -> None:
    """Append one unit: both spans, or the target span only when the source spans come later."""
    out.paragraphs += row.last > row.first
    number = f"p{100 + out.paragraphs}" if row.last > row.first else str(row.first)
    target = source if row.text == "=" else row.text
    style = table.head.get("wrapper", "plain")
    prefix = digest(f"{table.page} {table.locale} {table.head['handoff']}")[:5]
    values = {"id": f"{prefix}-{number}", "lang": table.locale, "source": source, "target": target}
    ttu, stu = (template.format(**values) for template in WRAPPERS[style])
    if style == "deferred":
        out.sources.append(stu)
        stu = ""
    out.add(ttu + stu, target)


def add_word(out: Rendering, table: Table, word: str) -> None:
    """Do what a word in ⟪⟫ says."""
    if word == "locale":
        out.add(table.locale.lower())
    elif word == "sources":
        out.add("".join(out.sources), "")
        out.sources.clear()
    elif word == "restart":
        out.number = FIRST_NUMBER
    else:
        raise RecipeError(f"{table.page}: unknown word {word!r}")


def render(page: str, table: Table) -> Rendering:
    """Translate `page`, row by row."""
    rows, row = iter(table.rows), NO_ROW
    out, at, source = Rendering(), 0, ""
    for token in TOKEN.finditer(page):
        gap, at = page[at : token.start()], token.end()
        if row is NO_ROW:
            out.add(gap)
        else:
            source += gap
        if token["word"]:
            add_word(out, table, token["word"])
            continue
        if row is NO_ROW:
            row, source = next(rows, NO_ROW), ""
            if row.first != out.number:
                raise RecipeError(f"{table.locale}/{table.page}: row {row.first} for segment {out.number}")
        source += token["unit"] or token["inplace"] or ""
        if out.number == row.last:
            if token["unit"] is None:
                out.add(source if row.text == "=" else row.text)
            else:
                add_unit(out, table, row, source)
            row = NO_ROW
        out.number += 1
    if row is not NO_ROW or next(rows, None) is not None:
        raise RecipeError(f"{table.locale}/{table.page}: more rows than segments")
    out.add(page[at:])
    return out


def twin_of(text: str, table: Table) -> str:
    """Return the page of the branch that holds the translation only."""
    found, arrow, replaced = table.head["twin"].replace("\\n", "\n").partition(" =>")
    replaced = replaced.removeprefix(" ")
    if not arrow:
        return text
    if text.count(found) != 1:
        raise RecipeError(f"{table.locale}/{table.page}: {found!r} occurs {text.count(found)} times")
    return text.replace(found, replaced)


def build_page(page: str, table: Table) -> Iterator[tuple[str, bytes]]:
    """Yield the bilingual page and its twin, with their names in this folder."""
    text = page
    if table.page.endswith(".md"):
        text = add_anchors(add_metadata(page, table))
    if "definition" in table.head:
        above, _, last = text.rstrip("\n").rpartition("\n")
        text = f"{above}\n{table.head['definition']}\n{last}\n"
    out = render(text, table)
    kind, name = table.head.get("eol", "lf"), f"{table.locale}/{table.page}"
    yield f"bilingual/{name}", line_ends("".join(out.bilingual), kind).encode()
    if "twin" in table.head:
        yield f"target/{name}", line_ends(twin_of("".join(out.target), table), kind).encode()


def build() -> dict[str, bytes]:
    """Return every file of the three trees by its name in this folder."""
    files: dict[str, bytes] = {}
    tables = CORPORA / "recipes" / "tables"
    for path in sorted(tables.rglob("*.txt")):
        locale, _, name = path.relative_to(tables).as_posix().removesuffix(".txt").partition("/")
        page = (CORPORA / "recipes" / "pages" / name).read_text(encoding="utf-8")
        files.update(build_page(page, read_table(path, locale, name)))
        if name.endswith(".md"):
            files[f"source/{name}"] = english(page).encode()
    return files


def counts(files: dict[str, bytes]) -> str:
    """Return a Markdown table: pages, units, paragraph units and twins per locale."""
    rows: dict[str, list[int]] = {}
    for name, data in files.items():
        tree, locale = name.split("/")[:2]
        row = rows.setdefault(locale, [0, 0, 0, 0]) if tree != "source" else [0, 0, 0, 0]
        if tree == "bilingual":
            row[:3] = row[0] + 1, row[1] + data.count(MARKER), row[2] + len(PARAGRAPH_MARKER.findall(data))
        row[3] += tree == "target"
    rows["all"] = [sum(column) for column in zip(*rows.values(), strict=True)]
    lines = ["| locale | pages | units | of them paragraphs | target pages |", "|---|---|---|---|---|"]
    lines += [f"| {locale} | " + " | ".join(map(str, row)) + " |" for locale, row in rows.items()]
    return "\n".join(lines) + "\n"


def differences(files: dict[str, bytes]) -> list[str]:
    """Name the files that are missing, differ, or come from no recipe."""
    paths = [CORPORA / "README.md", *(path for tree in TREES for path in (CORPORA / tree).rglob("*") if path.is_file())]
    on_disk = {path.relative_to(CORPORA).as_posix(): path.read_bytes() for path in paths}
    return sorted(name for name in files.keys() | on_disk.keys() if files.get(name) != on_disk.get(name))


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(description="Build the page trees of this folder from the recipes.")
    parser.add_argument("--check", action="store_true", help="only name the files that differ; exit 1 if any does")
    parser.add_argument("--counts", action="store_true", help="only print the counts")
    options = parser.parse_args()
    files = build()
    table = counts(files)
    if options.counts:
        print(table, end="")
        return 0
    readme = (CORPORA / "README.md").read_text(encoding="utf-8")
    files["README.md"] = COUNTS.sub(lambda _: table, readme).encode()
    changed = differences(files)
    for name in changed:
        print(f"corpora/{name}", file=sys.stderr)
        if not options.check and name in files:
            (CORPORA / name).parent.mkdir(parents=True, exist_ok=True)
            (CORPORA / name).write_bytes(files[name])
        elif not options.check:
            (CORPORA / name).unlink()
    return int(options.check and bool(changed))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RecipeError as error:
        sys.exit(f"build.py: {error}")
