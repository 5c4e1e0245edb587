"""The script that a user would write today: BeautifulSoup, safe YAML, one lxml tree for the TMX, a polib file per page.

It is here to be measured against, in the same run. It is honest work and not slowed down; what it loses (units inside
code, ``<xref:...>``, outer white space) is part of the answer.

usage: naive.py FOLDER OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

import polib
import yaml
from bs4 import BeautifulSoup
from lxml import etree

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def front_matter(text: str) -> dict[str, object]:
    """The page's metadata, by the safe loader as the tutorials show it."""
    if not text.startswith("---"):
        return {}
    try:
        data = yaml.safe_load(text.split("---", 2)[1])
    except yaml.YAMLError:
        return {}
    return data if isinstance(data, dict) else {}


def pairs(text: str) -> list[tuple[str, str, str]]:
    """Id, source and target of every unit that BeautifulSoup finds."""
    soup = BeautifulSoup(text, "lxml")
    found = []
    for target in soup.find_all("span", attrs={"data-ttu-id": True}):
        source = target.find_next("span", attrs={"data-stu-id": target["data-ttu-id"]})
        if source is not None:
            found.append((str(target["data-ttu-id"]), source.get_text(), target.get_text()))
    return found


def main(folder: Path, out: Path) -> int:
    """Convert a folder; returns the number of units found."""
    root = etree.Element("tmx", version="1.4")
    etree.SubElement(
        root,
        "header",
        creationtool="naive",
        creationtoolversion="1",
        segtype="sentence",
        adminlang="en",
        srclang="en-US",
        datatype="plaintext",
        attrib={"o-tmf": "none"},
    )
    body = etree.SubElement(root, "body")
    count = 0
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text("utf-8")
        locale = str(front_matter(text).get("ms.contentlocale", "und"))
        catalogue = polib.POFile()
        catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": locale}
        for ident, source, target in pairs(text):
            unit = etree.SubElement(body, "tu")
            for lang, segment in (("en-US", source), (locale, target)):
                variant = etree.SubElement(unit, "tuv")
                variant.set(XML_LANG, lang)
                etree.SubElement(variant, "seg").text = segment
            catalogue.append(polib.POEntry(msgid=source, msgstr=target, comment=ident))
            count += 1
        destination = out / "po" / path.relative_to(folder).with_suffix(".po")
        destination.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(destination))
    out.mkdir(parents=True, exist_ok=True)
    etree.ElementTree(root).write(str(out / "memory.tmx"), encoding="UTF-8", xml_declaration=True)
    return count


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), Path(sys.argv[2])))
