"""Reading real pages. They are no part of the project: ALIGN_TM_REAL_PAGES names a folder with `bilingual` in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from align.model import Container
from align.pages import Page, container_of, parse_page, read_page

MARKER = "data-ttu-id="


def pages(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and container_of(path) is not None)


def name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def container_of_case(ident: str) -> Container:
    return "html" if ident.startswith("html") else "xml" if ident.startswith("xml") else "markdown"


def accepted(case: dict[str, Any], unit: dict[str, str], side: str) -> set[str]:
    """The values that a side may have, trimmed: the expected one and its alternatives."""
    others = [other[side] for other in case.get("alt", []) if other["id"] == unit["id"] and side in other]
    return {value.strip() for value in [unit[side], *others]}


def test_every_case_gives_its_units(real_pages: Path) -> None:
    failed = []
    cases = [json.loads(line) for line in (real_pages / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    assert cases
    for case in cases:
        page = parse_page(case["snippet"], container=container_of_case(case["id"]))
        found = [(unit.id, unit.source.strip(), unit.target.strip()) for unit in page.units]
        wanted = case["expected"]
        if [ident for ident, _, _ in found] != [unit["id"] for unit in wanted]:
            failed.append(case["id"])
            continue
        for (_, source, target), unit in zip(found, wanted, strict=True):
            if source not in accepted(case, unit, "source") or target not in accepted(case, unit, "target"):
                failed.append(f"{case['id']} {unit['id']}")
    assert failed == []


def faults(page: Page) -> Iterator[str]:
    """What is wrong with the reading of a page."""
    if len(page.units) + len(page.problems) != page.text.count(MARKER):
        yield "a marker is neither a unit nor a problem"
    gathered, offset, line = [], 0, 1
    for gap, wrapper, unit in page.pieces():
        gathered += [gap, wrapper]
        line += page.text.count("\n", offset, offset + len(gap))
        if unit is not None and unit.line != line:
            yield f"{unit.id}: line {unit.line} is {line}"
        line += page.text.count("\n", offset + len(gap), offset + len(gap) + len(wrapper))
        offset += len(gap) + len(wrapper)
        if unit is None or page.container == "html" or "repaired-quotes" in unit.flags:
            continue
        if f">{unit.source}</span>" not in wrapper or f">{unit.target}</span>" not in wrapper:
            yield f"{unit.id}: a text is not verbatim"
    if "".join(gathered) != page.text:
        yield "the pieces do not give the page"


def test_every_marker_is_accounted_for_and_every_text_verbatim(real_pages: Path) -> None:
    folder = real_pages / "bilingual"
    wrong, units, problems = [], 0, 0
    for path in pages(folder):
        page = read_page(path)
        wrong += [f"{name(path, folder)}: {fault}" for fault in faults(page)]
        units += len(page.units)
        problems += len(page.problems)
    assert wrong == []
    assert units > 0
    assert problems <= units / 10_000
