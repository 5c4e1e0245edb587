"""What OmegaT 3.6 finds for the same sentences in a Markdown, HTML and DOCX file, by how a memory has their markup.

Needs OmegaT (``OMEGAT_JAR``) and a JDK. The projects are those that :mod:`align.omegat` writes; ``OmegatMatches.java`` asks
OmegaT's own classes. Example::

    python benchmarks/omegat.py
    python benchmarks/omegat.py docs.de-de docs

With two folders, bilingual pages and the English ones of the same repository: how many segments of the English pages are
filled in from the memory of the others, all of it taken for human translation, with segmentation by sentences and without.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import align
from align.formats import tmx
from align.formats.entry import Entry
from align.inline import plain
from align.model import Container, Origin
from align.omegat import Memory, write_projects

JAR = os.environ.get("OMEGAT_JAR", "/usr/share/omegat/OmegaT.jar")
DRIVER = Path(__file__).with_name("OmegatMatches.java")


class Sentence(NamedTuple):
    """A sentence as it stands on a page, and as it would stand in a file to translate."""

    source: str
    target: str
    html: str
    docx: str
    container: Container = "markdown"


def _runs(before: str, bold: str, after: str) -> str:
    """Runs of text as DOCX has them (ECMA-376, part 1, section 17.3.2), one of them bold."""
    properties = {bold: "<w:rPr><w:b/></w:rPr>"}
    texts = [one for one in (before, bold, after) if one]
    return "".join(f'<w:r>{properties.get(one, "")}<w:t xml:space="preserve">{one}</w:t></w:r>' for one in texts)


SENTENCES = (
    Sentence("Open the gate.", "Ouvrez la porte.", "Open the gate.", _runs("Open the gate.", "", "")),
    Sentence(
        "Press **Save** now.",
        "Appuyez sur **Enregistrer**.",
        "Press <strong>Save</strong> now.",
        _runs("Press ", "Save", " now."),
    ),
    Sentence(
        "Press **Send** now.",
        "Appuyez sur **Envoyer**.",
        "Press <b>Send</b> now.",
        _runs("Press ", "Send", " now."),
    ),
    Sentence("**Important**", "**Attention**", "<b>Important</b>", _runs("", "Important", "")),
    Sentence(
        "Run `Get-Tide` first.",
        "Exécutez `Get-Tide`.",
        "Run <code>Get-Tide</code> first.",
        _runs("Run ", "Get-Tide", " first."),
    ),
    Sentence(
        "See [the map](map.md).",
        "Voir [la carte](map.md).",
        'See <a href="map.html">the map</a>.',
        _runs("See ", "the map", "."),
    ),
    Sentence(
        "Hoist <strong>all</strong> sails.",
        "Hissez <strong>toutes</strong> les voiles.",
        "Hoist <strong>all</strong> sails.",
        _runs("Hoist ", "all", " sails."),
        "html",
    ),
)


def _raw(entry: Entry) -> Entry:
    return entry


def _plain(entry: Entry) -> Entry:
    container = entry.origin.container if entry.origin else "markdown"
    return Entry(
        plain(entry.source, container=container),
        plain(entry.target, container=container),
        entry.source_locale,
        entry.target_locale,
        translation_type="HT",
    )


#: How the memory has the markup: what is done with the entries, whether codes are written, whether OmegaT shows codes.
WAYS: dict[str, tuple[Callable[[Entry], Entry], bool, bool]] = {
    "raw": (_raw, False, False),
    "codes": (_raw, True, False),
    "codes, shown": (_raw, True, True),
    "text": (_plain, False, False),
}


def _write_sources(folder: Path) -> None:
    (folder / "page.md").write_text("\n\n".join(one.source for one in SENTENCES), encoding="utf-8")
    body = "".join(f"<p>{one.html}</p>\n" for one in SENTENCES)
    (folder / "page.html").write_text(f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>', encoding="utf-8")
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraphs = "".join(f"<w:p>{one.docx}</w:p>" for one in SENTENCES)
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{main}"><w:body>{paragraphs}</w:body></w:document>'
    with zipfile.ZipFile(folder / "page.docx", "w") as archive:
        archive.writestr("word/document.xml", document)


def _seen(folder: Path, way: str) -> list[tuple[str, str, str]]:
    """Each segment of the three files as OmegaT sees it: file, text, and what it has for it."""
    change, codes, shown = WAYS[way]
    entries = [
        change(Entry(one.source, one.target, "en-US", "fr-FR", origin=Origin("page", one.container), translation_type="HT"))
        for one in SENTENCES
    ]
    path = folder / "fr-FR.tmx"
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        tmx.write(stream, entries, source_locale="en-US", codes=codes)
    (project,) = write_projects(folder, [Memory(path, "fr-FR")])
    _write_sources(project.folder / "source")
    rows = _asked(project.folder, shown=shown)
    found: list[tuple[str, str, str]] = []
    for row in rows:
        if row[0] == "segment":
            found.append((row[1], row[2], "filled in" if row[3] else ""))
        elif row[0] == "match" and not found[-1][2]:
            found[-1] = (*found[-1][:2], f"{row[1]} / {row[2]} / {row[3]}")
    return found


def _asked(project: Path, *more: str, shown: bool = False) -> list[list[str]]:
    """What OmegaT says of a project, as ``OmegatMatches.java`` prints it."""
    with tempfile.TemporaryDirectory() as settings:
        preferences = f'<preference version="1.0"><ext_tmx_show_level2>{str(shown).lower()}</ext_tmx_show_level2></preference>'
        (Path(settings) / "omegat.prefs").write_text(f'<?xml version="1.0" encoding="UTF-8"?><omegat>{preferences}</omegat>')
        options = ("-Xmx2g", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-Djava.awt.headless=true", "-cp", JAR)
        command = ["java", *options, str(DRIVER), str(project), settings, *more]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    rows = [line.split("\t") for line in done.stdout.split("\n")]
    if not any(row[0] == "segment" for row in rows):
        sys.exit(done.stderr)
    return rows


def _share(bilingual: Path, english: Path, folder: Path) -> None:
    """Print how many segments of the English pages are filled in."""
    path = folder / "memory.tmx"
    report = align.read(bilingual).write(path)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'("x-translation-type">)\w+', r"\1HT", text), encoding="utf-8", newline="\n")
    (project,) = write_projects(folder, [Memory(path, report.locale)])
    pages = sorted(english.rglob("*.md"))
    for page in pages:
        place = project.folder / "source" / page.relative_to(english)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, place)
    description = project.folder / "omegat.project"
    for sentences in ("true", "false"):
        parts = re.sub(r"<sentence_seg>\w+", f"<sentence_seg>{sentences}", description.read_text(encoding="utf-8"))
        description.write_text(parts, encoding="utf-8")
        rows = [row for row in _asked(project.folder, "no matches") if row[0] == "segment"]
        filled = sum(bool(row[3]) for row in rows)
        print(f"{len(pages)} pages, sentence_seg {sentences}: {filled:,} of {len(rows):,} segments filled in")


def main() -> None:
    """Print a table, segments down and ways of markup across; or with two folders, the share that is filled in."""
    if len(sys.argv) == 3:
        with tempfile.TemporaryDirectory() as folder:
            _share(Path(sys.argv[1]), Path(sys.argv[2]), Path(folder))
        return
    columns = []
    for way in WAYS:
        with tempfile.TemporaryDirectory() as folder:
            columns.append(_seen(Path(folder), way))
    print("| file | segment | " + " | ".join(WAYS) + " |\n|" + "---|" * (len(WAYS) + 2))
    for row in zip(*columns, strict=True):
        fence = "``" if "`" in row[0][1] else "`"
        print(f"| {row[0][0]} | {fence}{row[0][1]}{fence} | " + " | ".join(seen for _, _, seen in row) + " |")


if __name__ == "__main__":
    main()
