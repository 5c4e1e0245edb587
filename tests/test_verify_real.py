"""Verification on real pages: what must agree agrees, and no change of a real page goes unseen.

The pages are not part of the project: ALIGN_TM_REAL_PAGES names a folder with `bilingual`, `target` and `source` in it.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from align.verify import verify_source, verify_target

REAL = os.environ.get("ALIGN_TM_REAL_PAGES")
pytestmark = pytest.mark.skipif(not REAL, reason="ALIGN_TM_REAL_PAGES names no folder of real pages")

IDENTICAL_PAGES = 250
SEED = 20210701

UNIT = re.compile(
    r'<span data-ttu-id="([0-9a-f]{5}-p?\d+)">((?:(?!<span data-ttu-id=).)*?)</span><span class="sxs-lookup">'
    r'<span data-stu-id="\1">((?:(?!<span data-ttu-id=).)*?)</span></span>(?!</span>)',
    re.DOTALL,
)


@dataclass(frozen=True)
class Unit:
    source: str
    target: str
    id: str


@dataclass(frozen=True)
class Origin:
    source_hash: str | None


@dataclass(frozen=True)
class Page:
    """A bilingual page cut by the plain pattern: enough for comparing, and independent of the reader."""

    name: str
    parts: tuple[tuple[str, Unit | None], ...]
    origin: Origin = Origin(None)

    def pieces(self) -> Iterator[tuple[str, str, Unit | None]]:
        return ((gap, "", unit) for gap, unit in self.parts)

    def source_text(self) -> str:
        return "".join(gap + (unit.source if unit else "") for gap, unit in self.parts)

    def target_text(self) -> str:
        return "".join(gap + (unit.target if unit else "") for gap, unit in self.parts)


def cut(name: str, text: str) -> Page:
    parts: list[tuple[str, Unit | None]] = []
    at = 0
    for match in UNIT.finditer(text):
        parts.append((text[at : match.start()], Unit(match[3], match[2], match[1])))
        at = match.end()
    found = re.search(r"^ms\.openlocfilehash: ([0-9a-f]{40})", text, re.MULTILINE)
    return Page(name, (*parts, (text[at:], None)), Origin(found[1] if found else None))


@dataclass(frozen=True)
class Twin:
    page: Page
    real: str
    verdict: str


@cache
def twins() -> tuple[Twin, ...]:
    """Every target twin, in name order."""
    root = Path(REAL or "")
    found = []
    for path in sorted((root / "target").rglob("*.md")):
        name = path.relative_to(root / "target").as_posix()
        page = cut(name, (root / "bilingual" / name).read_bytes().decode())
        real = path.read_bytes().decode()
        found.append(Twin(page, real, verify_target(page, real).verdict))
    return tuple(found)


@cache
def mutation_pages() -> tuple[Twin, ...]:
    """All equivalent pages and a sample of the identical ones."""
    identical = [twin for twin in twins() if twin.verdict == "identical"]
    sample = random.Random(SEED).sample(identical, min(IDENTICAL_PAGES, len(identical)))
    return (*sample, *(twin for twin in twins() if twin.verdict == "equivalent"))


def test_the_real_target_pages_agree() -> None:
    counts = Counter(twin.verdict for twin in twins())
    assert counts["identical"] >= 0.93 * len(twins())
    assert counts["identical"] + counts["equivalent"] >= 0.995 * len(twins())


def other(character: str, chance: random.Random) -> str:
    """Another character of the same sort."""
    if character.isdigit():
        return chance.choice([digit for digit in "0123456789" if digit != character])
    return chance.choice([letter for letter in "abcdexyz" if letter != character])


def change_in(pattern: str, group: int = 0) -> Callable[[str, random.Random], tuple[int, int, str] | None]:
    """A mutation: one letter or digit inside one match of the pattern becomes another."""
    compiled = re.compile(pattern, re.MULTILINE)

    def mutate(text: str, chance: random.Random) -> tuple[int, int, str] | None:
        matches = [match for match in compiled.finditer(text) if re.search(r"[^\W_]", match[group])]
        if not matches:
            return None
        match = chance.choice(matches)
        at = chance.choice([n for n in range(match.start(group), match.end(group)) if text[n].isalnum()])
        return at, at + 1, other(text[at], chance)

    return mutate


def change_case(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    places = [match.start() for match in re.finditer("[A-Za-z]", text)]
    at = chance.choice(places)
    return at, at + 1, text[at].swapcase()


def delete_word(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    match = chance.choice(list(re.finditer(r"\w+", text)))
    return match.start(), match.end(), ""


def delete_line(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    match = chance.choice(list(re.finditer(r"^.*\S.*\n", text, re.MULTILINE)))
    return match.start(), match.end(), ""


def swap_lines(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    pairs = [m for m in re.finditer(r"^(?=(.+\n)(.+\n))", text, re.MULTILINE) if m[1] != m[2]]
    if not pairs:
        return None
    match = chance.choice(pairs)
    return match.start(), match.end(2), match[2] + match[1]


def code_spans(text: str) -> Iterator[tuple[int, int]]:
    """The inside of the code spans of lines on which no reader can doubt them: single backticks, in pairs, none escaped."""
    for line in re.finditer(r"^[^\n`]*`.*$", text, re.MULTILINE):
        if "``" in line[0] or "\\`" in line[0] or line[0].count("`") % 2:
            continue
        ticks = [line.start() + n for n, character in enumerate(line[0]) if character == "`"]
        yield from ((opening + 1, closing) for opening, closing in zip(ticks[::2], ticks[1::2], strict=True))


def backslash_in_code(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    """Put a backslash into a code span, before one of the characters that the build escapes in prose."""
    places = [at for start, end in code_spans(text) for at in range(start, end + 1) if text[at] in "*_`"]
    if not places:
        return None
    at = chance.choice(places)
    return at, at, "\\"


def backslash_out_of_code(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    """Take a backslash out of a code span or a line in a fence."""
    fences = (fence.span() for fence in re.finditer(r"^```.*\n(?:(?!```).*\n)+?```", text, re.MULTILINE))
    places = [at for span in (*code_spans(text), *fences) for at in range(*span) if text[at] == "\\"]
    if not places:
        return None
    at = chance.choice(places)
    return at, at + 1, ""


MUTATIONS: dict[str, Callable[[str, random.Random], tuple[int, int, str] | None]] = {
    "word": change_in(r"\w{3,}"),
    "digit": change_in(r"\d+"),
    "url": change_in(r"https?://[^\s)>\"']+"),
    "link target": change_in(r"\]\(([^)\s]+)\)", 1),
    "line in a fence": change_in(r"^```.*\n(?:(?!```).*\n)+?```"),
    "code span": change_in(r"`([^`\n]+)`", 1),
    "alt text": change_in(r"!\[([^\]\n]+)\]\(", 1),
    "front matter": change_in(r"\A---\n(?:(?!---).*\n)+"),
    "reference definition": change_in(r"^\[[^\]\n]+\]: \S.*"),
    "attribute": change_in(r"<[a-z]+ [a-z]+=\"([^\"\n]+)\"", 1),
    "comment": change_in(r"<!--.*?-->"),
    "table row": change_in(r"^ *\|.*\|"),
    "case": change_case,
    "deleted word": delete_word,
    "deleted line": delete_line,
    "swapped lines": swap_lines,
    "backslash in code": backslash_in_code,
    "backslash out of code": backslash_out_of_code,
}


def is_beyond_the_bilingual_page(twin: Twin, at: int) -> bool:
    """Whether the place is in an alt text that the bilingual page has cut: it does not hold these words at all."""
    start, end = twin.real.rfind("\n", 0, at) + 1, twin.real.find("\n", at)
    line = twin.real[start:end]
    return "![" in line and line not in twin.page.target_text()


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_change_of_the_real_page_is_seen(name: str) -> None:
    chance = random.Random(f"{SEED} real {name}")
    missed, tried = [], 0
    for twin in mutation_pages():
        for _ in range(3):
            change = MUTATIONS[name](twin.real, chance)
            if change is None or is_beyond_the_bilingual_page(twin, change[0]):
                continue
            start, end, text = change
            tried += 1
            verdict = verify_target(twin.page, twin.real[:start] + text + twin.real[end:])
            if verdict.verdict != "different":
                missed.append((twin.page.name, twin.real[max(0, start - 30) : end + 30], text, verdict.transformations))
    assert tried > 20
    assert not missed


def edit(page: Page, start: int, end: int, text: str) -> Page:
    """The bilingual page whose rebuilt target has `text` in place of these characters."""
    parts: list[tuple[str, Unit | None]] = []
    at = 0

    def changed(piece: str) -> str:
        nonlocal at
        low, high, begin = start - at, end - at, at
        at += len(piece)
        if high < 0 or low > len(piece) or (low == len(piece) and low != high):
            return piece
        if start == end and (done or not low < len(piece)):
            return piece
        first = begin <= start
        if first:
            done.append(True)
        return piece[: max(low, 0)] + (text if first else "") + piece[max(high, 0) :]

    done: list[bool] = []
    for gap, unit in page.parts:
        new_gap = changed(gap)
        parts.append((new_gap, Unit(unit.source, changed(unit.target), unit.id) if unit else None))
    return Page(page.name, tuple(parts), page.origin)


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_change_of_the_bilingual_page_is_seen(name: str) -> None:
    chance = random.Random(f"{SEED} bilingual {name}")
    missed, tried = [], 0
    for twin in mutation_pages():
        rebuilt = twin.page.target_text()
        for _ in range(3):
            change = MUTATIONS[name](rebuilt, chance)
            if change is None:
                continue
            start, end, text = change
            mutated = rebuilt[:start] + text + rebuilt[end:]
            if name == "deleted line" and rebuilt[start:end] not in twin.real:
                continue  # the build's own addition: without it the page is as it was published
            page = edit(twin.page, start, end, text)
            assert page.target_text() == mutated
            tried += 1
            verdict = verify_target(page, twin.real)
            if verdict.verdict != "different":
                missed.append((twin.page.name, rebuilt[max(0, start - 30) : end + 30], text, verdict.transformations))
    assert tried > 20
    assert not missed


@cache
def source_pairs() -> tuple[tuple[Page, bytes], ...]:
    root = Path(REAL or "")
    return tuple(
        (cut(name, (root / "bilingual" / name).read_bytes().decode()), path.read_bytes())
        for path in sorted((root / "source").rglob("*.md"))
        for name in [path.relative_to(root / "source").as_posix()]
    )


def test_the_real_source_pages_agree() -> None:
    verdicts = Counter(verify_source(page, english).verdict for page, english in source_pairs())
    assert verdicts["equivalent"] >= 0.95 * len(source_pairs())


@pytest.mark.parametrize("with_hash", [True, False], ids=["hash", "no hash"])
@pytest.mark.parametrize("name", [name for name in MUTATIONS if name not in {"alt text", "front matter"}])
def test_a_change_of_the_english_page_is_seen(name: str, with_hash: bool) -> None:
    chance = random.Random(f"{SEED} english {name}")
    missed = []
    for page, english in source_pairs():
        real = english.decode()
        seen = page if with_hash else Page(page.name, page.parts)
        for _ in range(10):
            change = MUTATIONS[name](real, chance)
            if change is None or (not with_hash and is_translated(real, change[0])):
                continue
            mutated = real[: change[0]] + change[2] + real[change[1] :]
            verdict = verify_source(seen, mutated.encode())
            if verdict.verdict != "different":
                missed.append((page.name, real[max(0, change[0] - 30) : change[1] + 30], change[2], verdict.transformations))
    assert not missed


def is_translated(real: str, at: int) -> bool:
    """Whether the English of this place is not in the bilingual page: an alt text, a title, a description, a label."""
    line_start = real.rfind("\n", 0, at) + 1
    line = real[line_start : real.find("\n", at)]
    return "![" in line or "alt-text=" in line or line.startswith(("title:", "description:", "["))
