"""What reading a large memory needs: CPU seconds and the peak of resident memory, in a process of its own for each format.

Makes a memory of invented units (with markup, written with codes where the format has them), reads it entry by entry, and
removes it. Linux and macOS only (resource.getrusage).

usage: reading.py [--units N] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import itertools
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from align.convert import read_memory
from align.formats import jsonl, tmx, tsv, xliff
from align.formats.entry import Entry
from align.model import Origin

NAMES = ("memory.tmx", "memory.codes.tmx", "memory.jsonl", "memory.tsv", "memory.xlf")


def entries(count: int) -> Iterator[Entry]:
    """Invented entries, a hundred a page."""
    for page in itertools.count():
        commit = "fe9244d967fca86f87ab3308d523bef701e22858"
        origin = Origin(f"harbour/page-{page}.md", "markdown", "en-US", "fr-FR", "MT", "2021-04-12", commit)
        for number in range(100):
            if page * 100 + number == count:
                return
            source = f"Open the **tide table** of day {page}, then read line {number} of `Get-Tide` in it."
            target = f"Ouvrez la **table des marées** du jour {page}, puis lisez la ligne {number} de `Get-Tide`."
            yield Entry(source, target, "en-US", "fr-FR", None, origin, (origin.page,), "MT")


def make(path: Path, count: int) -> None:
    """Write the memory in the format of this name."""
    if path.suffix == ".jsonl":
        with path.open("wb") as record:
            jsonl.write(record, entries(count))
        return
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        if path.suffix == ".tmx":
            tmx.write(stream, entries(count), source_locale="en-US", codes=".codes" in path.name)
        elif path.suffix == ".tsv":
            tsv.write(stream, entries(count))
        else:
            xliff.write(stream, entries(count), source_locale="en-US", target_locale="fr-FR", codes=True)


def main() -> None:
    """Make each file, read it in a new process, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=300_000)
    parser.add_argument("--folder", help="where the files are made; by default the system's folder for such files")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        begin = time.process_time()
        count = sum(1 for _ in read_memory(Path(given.read)))
        seconds = time.process_time() - begin
        unit = 2**20 if sys.platform == "darwin" else 2**10
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
        print(f"{count:,} entries, {seconds:.1f} s of CPU, at most {peak:.0f} MB")
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for name in NAMES:
            path = Path(folder, name)
            make(path, given.units)
            print(f"{name} ({path.stat().st_size / 1e6:.0f} MB): ", end="", flush=True)
            subprocess.run([sys.executable, __file__, "--read", str(path)], check=True)
            path.unlink()


if __name__ == "__main__":
    main()
