"""Measure what an export costs as a corpus grows: processes, runs again, memory; as ratios in one run.

Memory is the peak resident size of a process with ``--jobs 1``. The corpus grows as copies of the pages under other
folder names, once with the same texts and once with texts that are all made distinct; the growth of the second is what
a distinct pair costs. Everything stands in a memory file system where there is one.

usage: scale.py FOLDER [--repeat N] [--json FILE] [--plot FILE.svg]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from run import cpu

SCRIPT = str(Path(sys.executable).parent / "align-tm")
TIMES = (1, 2, 4)
#: Prints the distinct pairs of a folder, the characters of their texts, and the bytes that the process has.
COLLECT = """
import gc, resource, sys, align
from align.curate import Collector, Rules, Stand
gc.freeze(); gc.set_threshold(200_000, 50, 1000)
collector = Collector(Rules())
for number, page in enumerate(align.read_pages(align.find_pages([sys.argv[1]]))):
    collector.add(page.texts, Stand(page.origin, number))
print(len(collector.pairs), collector.characters, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""
_UNIT = re.compile(r"(</span><span class=\"sxs-lookup\">.*?)(</span></span>)", re.DOTALL)


class Cost(NamedTuple):
    """What a process took."""

    wall: float
    cpu: float
    peak: int
    """Bytes."""


def export(folder: Path, out: Path, *options: str) -> Cost:
    """Run an export. Only the largest process counts for the peak."""
    began = time.monotonic()
    with subprocess.Popen(
        [SCRIPT, "export", str(folder), "-o", str(out), "-q", *options], stderr=subprocess.DEVNULL
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"the export of {folder} ended with status {process.returncode}")
    return Cost(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def digest(out: Path) -> str:
    """Of all files in OUT."""
    whole = hashlib.sha256()
    for path in sorted(path for path in out.rglob("*") if path.is_file() and ".align-tm" not in path.parts):
        whole.update(path.relative_to(out).as_posix().encode() + path.read_bytes())
    return whole.hexdigest()


def distinct(text: str, number: int) -> str:
    """A page with another text in every unit."""
    return _UNIT.sub(rf" ~{number}\1 ~{number}\2", text) if number else text


def grow(folder: Path, to: Path, times: int, *, other: bool) -> None:
    """Copies of a folder under names of their own, until there are so many; ``other`` makes their texts distinct."""
    for number in range(times):
        copy = to / f"copy{number}"
        if copy.exists():
            continue
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".*"))
        for path in copy.rglob("*.md") if other else ():
            path.write_text(distinct(path.read_text("utf-8"), number), "utf-8", newline="")
    hour_ago = time.time() - 3600
    for path in to.rglob("*"):
        os.utime(path, (hour_ago, hour_ago))


def least(costs: list[Cost]) -> Cost:
    """The best of several runs, figure by figure."""
    return Cost(*map(min, zip(*costs, strict=True)))


def runs(folder: Path, scratch: Path, repeat: int) -> dict[str, float]:
    """One process and two, all and nothing and one page changed."""
    pages, figures = scratch / "pages", {}
    grow(folder, pages, 1, other=False)
    figures["start-up"] = cpu([SCRIPT, "--version"], repeat)[0]
    full = least([export(pages, scratch / "one", "--jobs", "1", "--force") for _ in range(repeat)])
    two = least([export(pages, scratch / "two", "--jobs", "2", "--force") for _ in range(repeat)])
    export(pages, scratch / "little", "--jobs", "2", "--memory", "32M")
    figures |= {"full, CPU s": full.cpu, "full, wall s": full.wall, "two jobs, wall s": two.wall, "two jobs, CPU s": two.cpu}
    again = least([export(pages, scratch / "one", "--jobs", "1") for _ in range(repeat)])
    path = max(pages.rglob("*.md"), key=lambda page: (page.stat().st_size, page))
    changed = []
    for number in range(1, repeat + 1):
        path.write_text(distinct(path.read_text("utf-8"), number), "utf-8", newline="")
        os.utime(path, (time.time() - 3600 + number,) * 2)
        changed.append(export(pages, scratch / "one", "--jobs", "1"))
    export(pages, scratch / "fresh", "--jobs", "1")
    figures |= {"nothing changed, CPU s": again.cpu, "one page changed, CPU s": least(changed).cpu}
    export(pages, scratch / "two", "--jobs", "2")
    export(pages, scratch / "little", "--jobs", "2", "--memory", "32M")
    same = {digest(scratch / name) for name in ("one", "two", "little", "fresh")}
    figures["digests"] = float(len(same))
    return figures


def growth(folder: Path, scratch: Path) -> dict[str, float]:
    """CPU and peak memory by size, and what a distinct pair costs."""
    figures: dict[str, float] = {}
    for kind in ("same", "distinct"):
        pages, collected = scratch / kind, []
        for times in TIMES:
            grow(folder, pages, times, other=kind == "distinct")
            cost = export(pages, scratch / f"{kind}{times}", "--jobs", "1")
            shutil.rmtree(scratch / f"{kind}{times}")
            figures |= {f"{kind} texts, {times}x, CPU s": cost.cpu, f"{kind} texts, {times}x, peak MB": cost.peak / 1e6}
            if kind == "distinct":
                collected.append([int(word) for word in cpu([sys.executable, "-c", COLLECT, str(pages)], 1)[1].split()])
        shutil.rmtree(pages)
    (pairs, characters, peak), (more_pairs, more_characters, more_peak) = collected[0], collected[-1]
    count = more_pairs - pairs
    figures["distinct pairs"] = float(pairs)
    figures["characters a pair"] = (more_characters - characters) / count
    figures["collected, bytes a pair"] = (more_peak - peak) / count
    peaks = [figures[f"distinct texts, {times}x, peak MB"] * 1e6 for times in (TIMES[0], TIMES[-1])]
    figures["exported, bytes a pair"] = (peaks[1] - peaks[0]) / count
    return figures


def ratios(figures: dict[str, float]) -> list[tuple[str, float, str]]:
    """What is measured, the figure, and the target."""
    start = figures["start-up"]
    full = figures["full, CPU s"] - start
    first, last = TIMES[0], TIMES[-1]
    return [
        ("--jobs 2, x faster than --jobs 1 (wall)", figures["full, wall s"] / figures["two jobs, wall s"], "at least 1.6"),
        ("nothing changed, % of a full run", 100 * (figures["nothing changed, CPU s"] - start) / full, "at most 10"),
        ("one page changed, % of a full run", 100 * (figures["one page changed, CPU s"] - start) / full, "at most 40"),
        (
            f"peak memory at {last}x, same texts, x that at {first}x",
            figures[f"same texts, {last}x, peak MB"] / figures[f"same texts, {first}x, peak MB"],
            "at most 1.3",
        ),
        ("a distinct pair, bytes of the record", figures["collected, bytes a pair"], ""),
        ("a distinct pair, bytes at an export's peak", figures["exported, bytes a pair"], ""),
        ("characters of a pair", figures["characters a pair"], ""),
        ("different results of all these ways", figures["digests"], "1"),
    ]


def plot(figures: dict[str, float]) -> str:
    """CPU seconds and peak memory against the corpus's size, as SVG."""
    panels = []
    for place, (what, unit) in enumerate((("CPU s", "CPU seconds"), ("peak MB", "peak memory, MB"))):
        top = max(figures[f"distinct texts, {TIMES[-1]}x, {what}"], figures[f"same texts, {TIMES[-1]}x, {what}"])
        left = 60 + place * 330
        panels.append(
            f'<text x="{left}" y="20">{unit}, at most {top:.0f}</text><path d="M{left} 30V240H{left + 260}" class="axis"/>'
        )
        for kind, colour in (("same", "#0b7285"), ("distinct", "#c2410c")):
            values = [figures[f"{kind} texts, {times}x, {what}"] for times in TIMES]
            points = [(left + 60 * times, 240 - 200 * value / top) for times, value in zip(TIMES, values, strict=True)]
            line = " ".join(f"{x:.0f},{y:.1f}" for x, y in points)
            panels.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
            panels += [f'<circle cx="{x:.0f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
            x, y = points[-1]
            panels.append(f'<text x="{x - 90:.0f}" y="{y - 8:.1f}" fill="{colour}">{kind} texts</text>')
        panels += [f'<text x="{left + 60 * times - 6}" y="258">{times}x</text>' for times in TIMES]
    style = "<style>text{font:13px sans-serif}.axis{fill:none;stroke:#555}</style>"
    body = "\n".join(panels)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="680" height="270" viewBox="0 0 680 270">{style}\n{body}\n</svg>\n'


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="bilingual pages, such as a clone of a live-sxs branch")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path, help="keep the figures there")
    parser.add_argument("--plot", type=Path, help="draw cost against size there, as SVG")
    given = parser.parse_args()
    memory = Path("/dev/shm")
    scratch = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    try:
        figures = runs(given.folder, scratch, given.repeat) | growth(given.folder, scratch)
    finally:
        shutil.rmtree(scratch)
    rows = ratios(figures)
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}, best of {given.repeat}")
    for name, value, target in rows:
        print(f"{name:48} {value:8.2f}   {target}")
    for name, value in figures.items():
        print(f"  {name:46} {value:10.2f}")
    if given.json:
        record = {"figures": figures, "ratios": {name: value for name, value, _ in rows}}
        given.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    if given.plot:
        given.plot.write_text(plot(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
