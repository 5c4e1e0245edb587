"""Put the report together: the page's template, its style and script with their hashes, the parts, and the data."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from string import Template
from typing import IO

import msgspec

from align.corpus import problems_of
from align.errors import OptionError
from align.model import Problem
from align.pages import Page
from align.report import plots, sections
from align.report.elements import markup
from align.report.figures import Figures
from align.report.listing import Listing, embedded_json
from align.stats import Stats, collect_stats
from align.version import __version__

__all__ = ["LIMIT", "Summary", "write_report"]

#: Units that a report holds unless told otherwise.
LIMIT = 100_000
_TITLE = "Bilingual pages"
_SCRIPTS = ("data.js", "view.js", "controls.js")


class Summary(msgspec.Struct, frozen=True):
    """What a report holds."""

    stats: Stats
    """The counts of all pages, as ``align.collect_stats`` gives them."""
    embedded: int
    """Units in the report's list."""
    left_out: int
    """Units beyond the limit: counted and plotted, not in the list."""


def _asset(name: str) -> str:
    return (files("align.report") / "assets" / name).read_text("utf-8")


def _hash(text: str) -> str:
    """The source expression of Content Security Policy Level 3, section 2.3.1, for an inline element's text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _policy(style: str, script: str) -> str:
    """Nothing is loaded from anywhere, and only our own style and script are taken."""
    rules = {
        "default-src": "'none'",
        "style-src": _hash(style),
        "script-src": _hash(script),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _left_out(listing: Listing) -> str:
    if not listing.left_out:
        return ""
    total = listing.embedded + listing.left_out
    return f"The list holds the first {listing.embedded:,} of {total:,} units, page by page; totals and plots count all."


def write_report(pages: Iterable[Page | Problem], stream: IO[bytes], *, title: str = _TITLE, limit: int = LIMIT) -> Summary:
    """Write the pages' report, one HTML file in UTF-8 that loads nothing; memory grows with the units it holds.

    Parameters
    ----------
    pages : pages in the order of their names, and problems in place of pages that cannot be read (``align.read_pages``).
    stream : binary stream; nothing is written before all pages are read.
    title : the report's heading, plain text.
    limit : how many units are listed, at least 0; totals and plots count all.

    Raises
    ------
    OptionError
        The limit is negative.
    """
    if limit < 0:
        raise OptionError(f"limit: {limit} is negative", cure="give 0 or more")
    listing, figures = Listing(limit), Figures()
    problems: list[Problem] = []

    def taken() -> Iterator[Page | Problem]:
        for page in pages:
            problems.extend(problems_of(page))
            if isinstance(page, Page):
                listing.add(page)
                figures.add(page)
            yield page

    stats = collect_stats(taken())
    parts = {
        "title": escape(_writable(title)),
        "totals": markup(sections.totals(stats)),
        "plots": markup(plots.all_plots(stats, figures)),
        "locales": markup(sections.locales(stats)),
        "problems": markup(sections.problems(problems)),
        "left_out": escape(_left_out(listing)),
    }
    head, foot = _around_data(parts)
    stream.write(head.encode() + embedded_json(listing.data()) + foot.encode())
    return Summary(stats, listing.embedded, listing.left_out)


def _writable(text: str) -> str:
    """The text without the characters that Python makes of bytes in an argument that are no UTF-8: they become escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _around_data(parts: dict[str, str]) -> tuple[str, str]:
    """The HTML before and behind the data."""
    style, script = _asset("report.css"), "\n".join(_asset(name) for name in _SCRIPTS)
    fixed = {"policy": _policy(style, script), "version": __version__, "style": style, "script": script}
    head, _, foot = Template(_asset("page.html")).substitute(fixed, **parts).partition("<!--data-->")
    return head, foot
