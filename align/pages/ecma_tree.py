"""ECMA XML (.NET API documentation) in lxml's eyes: locale, and the elements around each unit.

Entities, DTDs and the network are off, and a fragment without a root is given one. What lxml cannot make sense of it
leaves out; the units found in the raw text stay, without a context.
"""

from __future__ import annotations

import re

from align.legal import without_illegal
from align.pages.dom import HEADINGS, Around, Element, Tree, tree_metadata

__all__ = ["read_ecma"]

_PROLOGUE = re.compile(r"\ufeff?\s*(?:<\?xml[^>]*\?>)?")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>")
_REFERENCE = re.compile(r"&[^\s;<>&]{1,40};")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def read_ecma(text: str) -> Tree:
    """Parse a file or a fragment of one."""
    from lxml import etree

    body = _PROLOGUE.sub("", text, count=1)
    # References say nothing about structure, and a wrong one would spoil the text around it.
    body = _REFERENCE.sub(" ", without_illegal(_DOCTYPE.sub("", body, count=1)))
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(f"<fragment>{body}</fragment>".encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    elements: list[Element] = []
    lang = None
    if root is not None:
        around = [Around()]
        for event, node in etree.iterwalk(root, events=("start", "end")):
            if event == "end":
                around.pop()
                continue
            name = str(node.tag).rpartition("}")[2].rpartition(":")[2]
            lang = lang or node.get(_XML_LANG)
            if node.get("data-ttu-id") is not None:
                elements.append(Element(node.get("data-ttu-id"), around[-1], ""))
            elif name in HEADINGS and "heading" not in around[-1].words:
                elements.append(Element(None, around[-1], " ".join("".join(node.itertext()).split())))
            around.append(around[-1].within("table" if name == "list" and node.get("type") == "table" else name))
    return Tree(tree_metadata({}, lang), elements)
