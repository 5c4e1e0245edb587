"""Pages and exchange files damaged at random, and what must hold of them; for ``test_fuzz.py`` and ``benchmarks/fuzz.py``."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import align
from align.convert import read_memory
from align.errors import AlignError, LocaleError
from align.export import FORMATS, export_pages
from align.formats.entry import Entry
from align.locales import canonical
from align.model import CONTAINERS, Container
from align.pages import container_of

#: What is put in: what means something to a reader of pages or of exchange files.
PIECES = (
    "data-ttu-id=",
    '<span data-ttu-id="abd60-102">',
    '<span data-ttu-id="abd60-',
    "data-stu-id=",
    "</span>",
    "</span></span>",
    '</span><span class="sxs-lookup"><span data-stu-id="abd60-102">',
    "<span>",
    "sxs-lookup",
    "<SPAN ",
    "<span\n",
    '"',
    "'",
    '\\"',
    "&quot;",
    "&lt;",
    "&amp;",
    "&#0;",
    "&#xD800;",
    "&#x110000;",
    "&unknown;",
    "&",
    "<",
    ">",
    "\\",
    "\\u",
    "\\x",
    "---\n",
    "---",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\t",
    "    ",
    "# ",
    "> ",
    "- ",
    "1. ",
    "| ",
    "|-|-|\n",
    "```",
    "~~~\n",
    "[",
    "](a)",
    "![",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    "&b;",
    "<?xml version='1.1'?>",
    "<pre>",
    "<ul>",
    "</ul>",
    "ms.contentlocale: ",
    "ms.contentlocale: fr-FR\n",
    "ms.translationtype: HT\n",
    "ms.lasthandoff: 2021-99-99\n",
    "title: [",
    "a: &a *a\n",
    "\x01",
    "\x0b",
    "\x1c",
    "\x7f",
    "\x85",
    "\u2028",
    "\u202e",
    "\ufeff",
    "�",
    "\ufffe",
    "\xa0",
    "😀",
    "é",
    "<seg>",
    "</tu>",
    "<tuv>",
    'xml:lang="',
    "<note>",
    "<target>",
    'msgid "',
    'msgstr ""\n',
    "#~ ",
    "#, fuzzy\n",
    "msgctxt ",
    "{",
    "}",
    "null",
    ",",
    "charset=UTF-16",
    '\r\n"',
)
KINDS = ("cut", "double", "swap", "insert", "insert", "insert", "overwrite")
ENDINGS = (".tmx", ".po", ".tsv", ".jsonl", ".xlf", ".csv", ".mo", ".xlsx", ".parquet", ".tmx.gz")


class Edit(NamedTuple):
    """One change of a text."""

    kind: str
    """Word of :data:`KINDS`."""
    at: float
    """Where: 0 is the text's beginning, 1 its end."""
    length: int
    """How many characters it takes."""
    piece: str
    """What is put in; for ``insert`` and ``overwrite`` only."""
    snapped: bool
    """Whether it is moved on to the next tag, attribute or marker."""


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text after these changes, one after the other."""
    for edit in edits:
        at = int(edit.at * len(text))
        if edit.snapped:
            at = max(at, text.find("<", at), text.find("data-", at, at + 200))
        end = at + edit.length
        taken = text[at:end]
        if edit.kind == "cut":
            text = text[:at] + text[end:]
        elif edit.kind == "double":
            text = text[:at] + taken + text[at:]
        elif edit.kind == "swap":
            text = text[:at] + text[end : end + edit.length] + taken + text[end + edit.length :]
        elif edit.kind == "overwrite":  # the rest stays in its place, which formats that count bytes look for
            text = text[:at] + edit.piece[: len(text) - at] + text[at + len(edit.piece) :]
        else:
            text = text[:at] + edit.piece + text[at:]
    return text


def edited_bytes(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The same for bytes, so that characters are cut in two."""
    as_bytes = (edit._replace(piece=edit.piece.encode().decode("latin-1")) for edit in edits)
    return edited(data.decode("latin-1"), as_bytes).encode("latin-1")


def some_edits(chance: random.Random, most: int) -> list[Edit]:
    """One to ``most`` changes."""
    return [
        Edit(
            chance.choice(KINDS),
            chance.random(),
            chance.choice((1, 2, 5, 20, 100, 1000)),
            chance.choice(PIECES),
            chance.random() < 0.5,
        )
        for _ in range(chance.randint(1, most))
    ]


def seed_pages(corpora: Path) -> list[tuple[Container, str]]:
    """The pages of the corpora with their containers, and each page of anomalies in all three."""
    found: list[tuple[Container, str]] = []
    for path in sorted(corpora.rglob("*")):
        container = container_of(path)
        if container is not None and path.parent.name == "anomalies":
            found += [(each, path.read_bytes().decode()) for each in CONTAINERS]
        elif container is not None and "bilingual" in path.parts:
            found.append((container, path.read_bytes().decode()))
    return found


def seed_memories(corpora: Path, folder: Path) -> dict[str, bytes]:
    """A memory of two pages in each format that can be read, by its ending."""
    pages = [align.read_page(corpora / "bilingual" / "fr-FR" / name) for name in ("reference/alerts.md", "README.md")]
    export_pages(pages, folder, plan=align.Plan(formats=FORMATS, rules=align.Rules(variants="all")))
    packed = (folder / "fr-FR.tmx").read_bytes()
    (folder / "fr-FR.tmx.gz").write_bytes(gzip.compress(packed, mtime=0))
    return {ending: (folder / f"fr-FR{ending}").read_bytes() for ending in ENDINGS}


def check_page(text: str, container: Container) -> align.Page:
    """Read the page and hold what must hold of any text: nothing is lost, and a second reading gives the same."""
    page, again = (align.parse_page(text, container=container, name="a.md", locale="fr-FR") for _ in range(2))
    assert len(page.units) + len(page.problems) == text.count("data-ttu-id=")
    assert "".join(piece.gap + piece.wrapper for piece in page.pieces()) == text
    assert [unit.as_dict() for unit in page.units] == [unit.as_dict() for unit in again.units]
    assert page.problems == again.problems
    last = text.count("\n") + 1
    assert all(1 <= unit.line <= last for unit in page.units)
    for side in (page.source_text(), page.target_text()):
        assert len(side) <= len(text)
    return page


def check_export(page: align.Page, folder: Path) -> None:
    """Every file that an export of the page writes can be read back."""
    report = export_pages([page], folder, plan=align.Plan(formats=FORMATS))
    for file in report.files:
        if file.exported:
            entries = list(read_memory(folder / file.path))
            assert len(entries) == file.exported + file.blocks


def check_memory(path: Path) -> Sequence[Entry] | AlignError:
    """Read an exchange file, twice the same: its entries, which hold what entries must hold, or an error of our own."""
    first, again = _entries(path), _entries(path)
    if isinstance(first, AlignError):
        assert str(first) == str(again)
        assert "\n" not in str(first)
        return first
    assert first == again
    for entry in first:
        assert entry.source, entry
        assert entry.target, entry
        for locale in (entry.source_locale, entry.target_locale):
            assert canonical(locale) == locale
    return first


def _entries(path: Path) -> list[Entry] | AlignError:
    try:
        return list(read_memory(path))
    except LocaleError as error:
        raise AssertionError(f"an error about no file: {error}") from error
    except AlignError as error:
        return error
