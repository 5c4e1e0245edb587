"""Take a PO compendium of one version's pages to the pages of the next: how many messages of po4a and mdpo it translates.

For each pair of folders the memory is made of the first folder's pages; the new pages are the English of pages of the second
folder that have another text than the page of the same name in the first (rebuilt from the bilingual page, without its front
matter and without the anchors that the producer puts into headings: what the English page holds). po4a-updatepo and mdpo's
md2po extract their messages; code blocks and definitions of references are left out. A message is hit when its msgid is in the
compendium, letter for letter. The compendium is a PO file as align-tm export writes it, --granularity sentence, block or both.

With --blocks N the blocks of N pages of each folder are compared with the messages of po4a and mdpo: how many are exactly one.
The blocks of all its pages are counted.

usage: compendium.py FOLDER [--pages N] [--blocks N]      (MDPO_BIN: where md2po is, if not on the PATH)
FOLDER holds a folder for each repository, or is one of them.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib

import align
from align.corpus import find_pages
from align.export import Job, Machine, Plan, export_files
from align.export.plan import Granularity
from align.formats import po
from align.pages import join_blocks
from align.pages.front_matter import block_end

ANCHOR = re.compile(r"^([ >]*#{1,6} *)<a name=[^<>]*></a> *", re.MULTILINE)
SPLITS = (
    ("powershell.fr-fr", "reference/7.1/", "reference/7.2/"),
    ("aspnetcore.fr-fr", "", ""),
    ("dotnet.zh-tw", "", ""),
)


class Page(NamedTuple):
    """One page: its name, the page as it was read, its English, and the folder of the repository."""

    name: str
    page: align.Page
    english: str
    root: Path


def english(page: align.Page) -> str:
    """The English body of a page."""
    text = page.source_text().replace("\r\n", "\n")
    return ANCHOR.sub(r"\1", text[block_end(text) :].lstrip("\ufeff\n"))


def read(folder: Path) -> list[Page]:
    """The Markdown pages of a folder that hold units, by name."""
    found = []
    for path in sorted(folder.rglob("*.md")):
        page = align.read_page(path, name=path.relative_to(folder).as_posix())
        if page.texts.ids:
            found.append(Page(page.name, page, english(page), folder))
    return found


def two_versions(pages: list[Page], old: str, new: str) -> tuple[list[Page], list[Page]]:
    """The pages of the memory and the changed pages; of a folder with one version only, two halves drawn with a fixed seed."""
    if not old:
        drawn = random.Random(7).sample(pages, len(pages))
        return drawn[: len(drawn) // 2], drawn[len(drawn) // 2 :]
    before = {page.name.removeprefix(old): page.english for page in pages if page.name.startswith(old)}
    memory = [page for page in pages if page.name.startswith(old)]
    texts = set(before.values())
    after = [page for page in pages if page.name.startswith(new) and page.name.removeprefix(new) in before]
    return memory, [page for page in after if page.english not in texts]


def compendium(pages: list[Page], granularity: Granularity, folder: Path) -> set[str]:
    """The msgids of the compendium that is exported."""
    out, names = folder / granularity, {page.name for page in pages}
    files = [file for file in find_pages([pages[0].root]) if file.name in names]
    export_files(Job(files=files, plan=Plan(formats=("po",), granularity=granularity)), out, machine=Machine(jobs=1))
    (path,) = out.glob("*.po")
    return {entry.source for entry in po.read(path)}


class Messages(NamedTuple):
    """What a program took from some files."""

    texts: set[str]
    refused: set[Path]
    """Files that it does not read."""


def po4a(files: list[Path]) -> Messages:
    """The messages that po4a takes from the files, without code blocks."""
    made = files[0].with_suffix(".po4a.po")
    masters = [word for file in files for word in ("-m", str(file))]
    command = ["po4a-updatepo", "-f", "text", "-o", "markdown", "-M", "UTF-8", *masters, "-p", str(made)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        if len(files) == 1:
            return Messages(set(), set(files))
        each = [po4a([file]) for file in files]
        return Messages(set().union(*(one.texts for one in each)), set().union(*(one.refused for one in each)))
    found = {entry.msgid for entry in polib.pofile(str(made), encoding="utf-8") if "Fenced code block" not in entry.comment}
    made.unlink()
    return Messages(found, set())


def mdpo(files: list[Path]) -> Messages:
    """The messages that mdpo takes from the files, without definitions of references."""
    made = files[0].with_suffix(".mdpo.po")
    program = shutil.which("md2po", path=os.environ.get("MDPO_BIN"))
    if program is None:
        raise SystemExit("compendium.py: md2po is not found; install mdpo, or name its folder with MDPO_BIN")
    subprocess.run([program, *map(str, files), "-q", "-s", "-p", str(made)], capture_output=True, check=True)
    return Messages({entry.msgid for entry in polib.pofile(str(made), encoding="utf-8") if not entry.msgstr}, set())


def written(pages: list[Page], folder: Path) -> list[Path]:
    """The English of the pages as files."""
    files = []
    for number, page in enumerate(pages):
        files.append(folder / f"{number:04}.md")
        files[-1].write_text(page.english, encoding="utf-8", newline="\n")
    return files


def hits(pages: list[Page], split: tuple[str, str, str], count: int) -> Iterator[str]:
    """One line for each program: its messages, and the share that each compendium hits."""
    memory, changed = two_versions(pages, *split[1:])
    chosen = sorted(random.Random(11).sample(changed, min(count, len(changed))))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        levels: tuple[Granularity, ...] = ("sentence", "block", "both")
        memories = {level: compendium(memory, level, folder) for level in levels}
        files = written(chosen, folder)
        for extract in (po4a, mdpo):
            messages, refused = extract(files)
            shares = {level: len(messages & held) / len(messages) for level, held in memories.items()}
            read_pages = len(chosen) - len(refused)
            yield (
                f"{split[0]}: {read_pages} of {len(changed)} pages, {extract.__name__} {len(messages)} messages: "
                + ", ".join(f"{level} {share:.1%}" for level, share in shares.items())
                + f"; both / sentence {shares['both'] / shares['sentence']:.2f}"
            )


def compared(pages: list[Page], count: int) -> Iterator[tuple[str, Counter[str], list[str]]]:
    """For each program: blocks that are one of its messages and those that are not, by kind, and some that are not."""
    chosen = random.Random(3).sample(pages, min(count, len(pages)))
    with tempfile.TemporaryDirectory() as name:
        files = written(chosen, Path(name))
        for extract in (po4a, mdpo):
            counts: Counter[str] = Counter()
            others = []
            for at in range(0, len(chosen), 10):
                messages, refused = extract(files[at : at + 10])
                for page, file in zip(chosen[at : at + 10], files[at : at + 10], strict=True):
                    counts["pages refused"] += file in refused
                    for block in () if file in refused else join_blocks(page.page).joined:
                        source = po.joined_lines(block.source)
                        kind = "a message" if source in messages else kind_of(block.source, page.english)
                        counts[kind] += 1
                        others += [] if kind == "a message" else [f"{kind}: {page.name}: {source[:300]!r}"]
            yield extract.__name__, counts, others


def all_blocks(folder: Path) -> str:
    """Blocks of all pages of a folder, why others are not joined, and CPU seconds of reading and of joining."""
    begin = time.process_time()
    pages = [align.read_page(path) for path in sorted(folder.rglob("*.md"))]
    middle = time.process_time()
    blocks = [join_blocks(page) for page in pages]
    seconds = f"read in {middle - begin:.2f} s, joined in {time.process_time() - middle:.2f} s"
    reasons = Counter(one.reason for found in blocks for one in found.unjoined)
    others = "".join(f", {reason} {count}" for reason, count in sorted(reasons.items()))
    return f"{folder.name}: {sum(len(found.joined) for found in blocks)} blocks{others}; {seconds}"


def kind_of(source: str, text: str) -> str:
    """What may keep a block from being a message, by its text and the line on which it begins."""
    at = text.find(source.split("\n")[0])
    line = text[text.rfind("\n", 0, at) + 1 : at]
    if line.lstrip().startswith("|") or " | " in line:
        return "in a table"
    if line.lstrip().startswith(">"):
        return "in a quote"
    if "<" in line or "<" in source:
        return "with tags"
    if "\\" in source or "&" in source:
        return "with escapes"
    if re.match(r"\s*(?:[-*+]|\d+[.)])\s", line):
        return "in a list"
    return "otherwise"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds a folder for each repository, or is one")
    parser.add_argument("--pages", type=int, default=40, help="new pages for each pair")
    parser.add_argument("--blocks", type=int, default=0, help="compare the blocks of N pages of each folder instead")
    parser.add_argument("--show", type=int, default=0, help="with --blocks: show some blocks that are no message")
    given = parser.parse_args()
    one = given.folder.name in {name for name, *_ in SPLITS}
    if given.blocks:
        for folder in [given.folder] if one else sorted(path for path in given.folder.iterdir() if path.is_dir()):
            print(all_blocks(folder), flush=True)
            for name, counts, others in compared(read(folder), given.blocks):
                refused = counts.pop("pages refused")
                total = sum(counts.values())
                kinds = ", ".join(f"{kind} {count}" for kind, count in counts.most_common())
                print(f"{folder.name}, {name}: {counts['a message'] / max(total, 1):.1%} of {total} blocks; {kinds}", end="")
                print(f"; {refused} pages refused" if refused else "", flush=True)
                for other in random.Random(1).sample(others, min(given.show, len(others))):
                    print("    ", other)
        return
    root = given.folder.parent if one else given.folder
    for split in SPLITS if not one else [split for split in SPLITS if split[0] == given.folder.name]:
        for line in hits(read(root / split[0]), split, given.pages):
            print(line, flush=True)


if __name__ == "__main__":
    main()
