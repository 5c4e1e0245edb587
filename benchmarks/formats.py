"""What it costs to write and read a memory of invented entries in each format: CPU seconds and the most memory.

Usage: python benchmarks/formats.py [ENTRIES]

Each conversion from JSON Lines, and back, is a process of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from align.formats import jsonl
from align.formats.entry import Entry
from align.model import Origin

FORMS = ("tmx", "xlf", "tsv", "csv", "parquet", "xlsx", "po", "mo")


def invented(count: int) -> Iterator[Entry]:
    for number in range(count):
        page = f"docs/page-{number // 80}.md"
        origin = Origin(page, "markdown", "en-US", "fr-FR", "MT", "2021-04-12", "f" * 40, "0" * 40, "CC-BY-4.0")
        source = f"Wave {number} runs against the quay, and the harbour light is out until {number % 24} o'clock tonight."
        target = f"La vague {number} frappe le quai, et le feu du port reste éteint jusqu'à {number % 24} heures ce soir."
        ident = f"{number // 80 % 16**5:05x}-{101 + number % 80}"
        yield Entry(source, target, "en-US", "fr-FR", ident, origin, (page,), "MT")


def cost(source: Path, out: Path) -> str:
    """CPU seconds and megabytes (10^6 bytes) at most of a conversion."""
    command = [sys.executable, "-c", "from align.cli import main; main()", "convert", str(source), "-o", str(out), "-q"]
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{out.name} cannot be measured")
    return f"{usage.ru_utime + usage.ru_stime:5.1f} s  {usage.ru_maxrss * 1024 / 1e6:5.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(description="What a memory costs in each format.")
    parser.add_argument("entries", nargs="?", type=int, default=100_000, metavar="ENTRIES")
    count = parser.parse_args().entries
    with tempfile.TemporaryDirectory() as folder:
        begin = Path(folder) / "m.jsonl"
        with begin.open("wb") as stream:
            jsonl.write(stream, invented(count))
        print(f"{count:,} entries, {begin.stat().st_size / 1e6:.0f} MB as JSON Lines\n")
        print(f"{'format':8}  {'file':>7}  {'written':>16}  {'read':>16}")
        for form in FORMS:
            path = Path(folder) / f"m.{form}"
            written = cost(begin, path)
            print(f"{form:8}  {path.stat().st_size / 1e6:4.0f} MB  {written}  {cost(path, Path(folder) / 'back.jsonl')}")


if __name__ == "__main__":
    main()
