"""Small corpora that give exports something to decide, and what an export left behind."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from clients import page, put, unit
from hypothesis import strategies as st

from align.corpus import Narrowing, Reading, find_pages
from align.curate import Rules
from align.export import ExportReport, Job, Listener, Machine, Plan, export_files
from align.model import Problem

#: Sources that are one and the same for some file: by white space, line ends, soft line breaks; and some that are dropped.
SOURCES = [
    "Ferns grow.",
    "Ferns\ngrow.",
    " Ferns grow. ",
    "Ferns\r\ngrow.",
    "Open the\nwindow of the\nstation.",
    "Open the window of the\nstation.",
    "Open the window of the station.",
    "hub",
    "Keep off.",
    "<b></b>",
    "",
]
TARGETS = ["Un.", "U\nn.", "U n.", " Un.", "Deux", "hub", "\x01Trois", ""]
NAMES = ["a.md", "b.md", "deep/c.md", "deep/d.md", "deep/er/e.md", "f/g.md"]

PLANS = {
    "defaults": Plan(),
    "all formats": Plan(formats=("tmx", "po", "tsv", "jsonl", "xliff")),
    "split": Plan(rules=Rules(mt="split")),
    "all variants": Plan(rules=Rules(variants="all"), formats=("tmx", "po", "jsonl")),
    "fuzzy": Plan(rules=Rules(mt="fuzzy", drop_identical=True)),
    "skip": Plan(rules=Rules(mt="skip")),
    "per page": Plan(per_page=True),
    "per page, split": Plan(per_page=True, rules=Rules(mt="split", variants="all")),
}


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """A page: some units of few texts, so that pages share them; now and then a broken wrapper, or no locale."""
    texts = draw(st.lists(st.tuples(st.sampled_from(TARGETS), st.sampled_from(SOURCES)), max_size=6))
    body = [unit(target, source, f"abd60-{number}") for number, (target, source) in enumerate(texts, 101)]
    if draw(st.integers(0, 9)) == 0:
        body.append('<span data-ttu-id="abd60-199">torn')
    return page(
        *body,
        locale=draw(st.sampled_from(["fr-FR", "fr-FR", "de-DE", None])),
        kind=draw(st.sampled_from(["HT", "MT", None])),
        handoff=draw(st.sampled_from(["03/04/2021", "12/31/2020", None])),
    )


def corpora_of() -> st.SearchStrategy[dict[str, str]]:
    """Pages by name."""
    return st.dictionaries(st.sampled_from(NAMES), sheets(), min_size=1)


class Left(NamedTuple):
    """What an export left behind, and what it said."""

    files: dict[str, bytes]
    problems: list[Problem]
    report: ExportReport
    notes: list[str]


def files_of(out: Path) -> dict[str, bytes]:
    """The files in OUT by name, but for what the program keeps for itself."""
    found = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".align-tm/")}


def settle(folder: Path) -> Path:
    """Let all pages be an hour old, as those of a clone are."""
    hour_ago = time.time_ns() - 3600 * 10**9
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_mtime_ns > hour_ago:
            os.utime(path, ns=(hour_ago, hour_ago))
    return folder


def export(
    pages: Path,
    out: Path,
    plan: Plan | None = None,
    *,
    machine: Machine | None = None,
    reading: Reading | None = None,
    narrowing: Narrowing | None = None,
) -> Left:
    """Export a folder in this process."""
    job = Job(files=find_pages([pages]), plan=plan or Plan(), reading=reading or Reading(), narrowing=narrowing or Narrowing())
    problems: list[Problem] = []
    notes: list[str] = []
    listener = Listener(problem=problems.append, noted=notes.append)
    report = export_files(job, out, machine=machine or Machine(jobs=1), listener=listener)
    return Left(files_of(out), problems, report, notes)


def put_settled(folder: Path, pages: Mapping[str, str | bytes]) -> Path:
    """Write pages that look an hour old."""
    return settle(put(folder, dict(pages)))
