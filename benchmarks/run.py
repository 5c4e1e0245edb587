"""Measure what reading and exporting cost, as ratios in one run: against reading and decoding alone, and against naive.py.

Every figure is CPU time (user and system) of a process of its own, the best of a few; only ratios carry over to another
machine. Results are written to a memory file system where there is one.

usage: run.py FOLDER [--repeat N] [--no-naive] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent

FLOOR = """
import os, sys
from pathlib import Path
for here, folders, files in os.walk(sys.argv[1]):
    for name in files:
        if name.endswith((".md", ".markdown", ".html", ".htm", ".xml")):
            Path(here, name).read_bytes().decode("utf-8")
"""
NOTHING = "import os, sys; from pathlib import Path"
READ = """
import sys, align
units = 0
for page in align.read_pages(align.find_pages([sys.argv[1]])):
    for unit in page.units:
        units += 1
print(units)
"""
READ_TEXTS = """
import sys, align
print(sum(len(page.texts.ids) for page in align.read_pages(align.find_pages([sys.argv[1]]))))
"""
IMPORT = "import align"


def cpu(command: Sequence[str], repeat: int) -> tuple[float, str]:
    """CPU seconds of a command with its children, the least of ``repeat`` runs, and what it printed."""
    best, printed = float("inf"), ""
    for _ in range(repeat):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return best, printed


def measure(folder: Path, repeat: int, *, naive: bool) -> dict[str, float]:
    """CPU seconds by name."""
    python, script = sys.executable, str(Path(sys.executable).parent / "align-tm")
    memory = Path("/dev/shm")
    scratch = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() and os.access(memory, os.W_OK) else None))
    export = [script, "export", str(folder), "-q", "--force", "--jobs", "1", "-o"]
    try:
        figures = {
            "bare Python": cpu([python, "-c", "pass"], repeat)[0],
            "start of the floor": cpu([python, "-c", NOTHING], repeat)[0],
            "import align": cpu([python, "-c", IMPORT], repeat)[0],
            "align-tm --help": cpu([script, "--help"], repeat)[0],
            "floor": cpu([python, "-c", FLOOR, str(folder)], repeat)[0],
            "read texts": cpu([python, "-c", READ_TEXTS, str(folder)], repeat)[0],
            "read": cpu([python, "-c", READ, str(folder)], repeat)[0],
            "export": cpu([*export, str(scratch / "a")], repeat)[0],
            "export of segments": cpu([*export, str(scratch / "b"), "--granularity", "sentence"], repeat)[0],
            "export of codes": cpu([*export, str(scratch / "c"), "--to", "tmx", "--markup", "codes"], repeat)[0],
            "export of TMX": cpu([*export, str(scratch / "d"), "--to", "tmx"], repeat)[0],
            "export per page": cpu([*export, str(scratch / "e"), "--per-page"], repeat)[0],
        }
        figures["units"] = float(cpu([python, "-c", READ, str(folder)], 1)[1])
        if naive:
            figures["naive"] = cpu([python, str(HERE / "naive.py"), str(folder), str(scratch / "n")], 1)[0]
    finally:
        shutil.rmtree(scratch)
    return figures


def ratios(figures: dict[str, float]) -> list[tuple[str, float, str]]:
    """What is measured, the figure, and the target."""
    floor = figures["floor"] - figures["start of the floor"]
    rows = [
        ("reading all units, x reading and decoding", (figures["read"] - figures["bare Python"]) / floor, "at most 8"),
        ("reading ids and texts only, the same", (figures["read texts"] - figures["bare Python"]) / floor, ""),
        ("import align, CPU s over bare Python", figures["import align"] - figures["bare Python"], "under 0.15"),
        ("align-tm --help, CPU s", figures["align-tm --help"], "at most 0.2"),
        ("TMX level 2, x level 1", figures["export of codes"] / figures["export of TMX"], "at most 4"),
    ]
    if "naive" in figures:
        rows += [
            ("naive.py, x export (TMX, and PO with blocks)", figures["naive"] / figures["export"], "at least 20"),
            ("naive.py, x export (segments only)", figures["naive"] / figures["export of segments"], ""),
            ("naive.py, x export (TMX, and PO per page)", figures["naive"] / figures["export per page"], ""),
        ]
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="bilingual pages, such as a clone of a live-sxs branch")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--no-naive", action="store_true", help="leave out naive.py, which takes half a minute")
    parser.add_argument("--json", type=Path, help="keep the figures there")
    given = parser.parse_args()
    figures = measure(given.folder, given.repeat, naive=not given.no_naive)
    rows = ratios(figures)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {figures['units']:,.0f} units")
    for name, value, target in rows:
        print(f"{name:48} {value:8.2f}   {target}")
    if given.json:
        record = {"cpu_seconds": figures, "ratios": {name: value for name, value, _ in rows}}
        given.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
