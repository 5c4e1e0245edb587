"""Rendered HTML in BeautifulSoup's eyes: locale, metadata, headings, and the elements around each unit."""

from __future__ import annotations

import warnings

from align.pages.dom import HEADINGS, Around, Element, Tree, tree_metadata

__all__ = ["read_html"]


def read_html(text: str) -> Tree:
    """Parse a page or a fragment; whatever BeautifulSoup makes of broken HTML is taken."""
    from bs4 import BeautifulSoup, Tag

    # U+0000 would end the document for lxml.
    with warnings.catch_warnings():
        # It warns of texts that look like XML or like a file's name; the caller knows what they are.
        warnings.simplefilter("ignore")
        soup = BeautifulSoup(text.replace("\0", " ").encode("utf-8", "replace"), "lxml", from_encoding="utf-8")
    elements = []
    around = {id(soup): Around()}
    for tag in soup.find_all(True):
        above = around[id(tag.parent)]
        around[id(tag)] = above.within(tag.name)
        if tag.has_attr("data-ttu-id"):
            elements.append(Element(str(tag["data-ttu-id"]), above, ""))
        elif tag.name in HEADINGS and "heading" not in above.words:
            elements.append(Element(None, above, tag.get_text(" ", strip=True)))
    values: dict[str, str] = {}
    for meta in soup.find_all("meta"):
        name, content = str(meta.get("name", "")).lower(), meta.get("content")
        if content:
            values.setdefault("contentlocale" if name == "locale" else name.removeprefix("ms."), str(content))
    root = soup.find("html")
    lang = root.get("lang") if isinstance(root, Tag) else None
    return Tree(tree_metadata(values, None if lang is None else str(lang)), elements)
