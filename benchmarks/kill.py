"""Kill an export at many moments, with all its workers, and see that OUT holds whole files and that the next run ends the job.

The tests kill a run before each thing it does to a file; here the moment is a time, drawn from a seed, so that it also
falls between those: into reading, writing, and the workers. Each round starts from the output of other pages.

usage: kill.py FOLDER [--rounds N] [--seed N]
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

SCRIPT = str(Path(sys.executable).parent / "align-tm")
WAYS = (["--jobs", "1"], ["--jobs", "2"], ["--jobs", "2", "--per-page"], ["--jobs", "1", "--memory", "4M"])


def files(out: Path) -> dict[str, bytes]:
    """The files in OUT, but for what the program keeps for itself."""
    found = [path for path in out.rglob("*") if path.is_file() and ".align-tm" not in path.parts]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


def run(pages: Path, out: Path, way: list[str], kill_after: float | None = None) -> None:
    """Export; after so many seconds all its processes are killed."""
    command = [SCRIPT, "export", str(pages), "-o", str(out), "-q", *way]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        if kill_after is not None:
            time.sleep(kill_after)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


class Round:
    """Output of old pages, and the pages that are exported over it."""

    def __init__(self, folder: Path, scratch: Path, way: list[str]) -> None:
        self.way = way
        self.pages, self.before, self.out = scratch / "pages", scratch / "before", scratch / "out"
        shutil.copytree(folder, self.pages, ignore=shutil.ignore_patterns(".*"))
        run(self.pages, self.before, way)
        self.old = files(self.before)
        for path in sorted(self.pages.rglob("*.md"))[::3]:
            path.write_text(path.read_text("utf-8").replace("</span><span class", " ~</span><span class"), "utf-8", newline="")
        began = time.monotonic()
        run(self.pages, scratch / "fresh", way)
        self.seconds = time.monotonic() - began
        self.new = files(scratch / "fresh")

    def kill(self, after: float) -> str:
        """Kill a run and finish it with another; returns what was found between them."""
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.copytree(self.before, self.out)
        run(self.pages, self.out, self.way, after)
        found = files(self.out)
        torn = [name for name, data in found.items() if data not in (self.old.get(name), self.new.get(name))]
        if torn:
            raise SystemExit(f"after {after:.3f} s of {self.way}: {torn[0]} is neither old nor new")
        run(self.pages, self.out, self.way)
        if files(self.out) != self.new or list(self.out.glob(".align-tm/work-*")):
            raise SystemExit(f"after {after:.3f} s of {self.way}: the next run did not finish the job")
        return "all old" if found == self.old else "all new" if found == self.new else "some old, some new"


def main() -> None:
    """Kill and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="bilingual pages in Markdown")
    parser.add_argument("--rounds", type=int, default=25, help="kills for each set of options")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    drawn = random.Random(given.seed)
    for way in WAYS:
        scratch = Path(tempfile.mkdtemp())
        try:
            one = Round(given.folder, scratch, way)
            met = Counter(one.kill(drawn.uniform(0.05, 1.2 * one.seconds)) for _ in range(given.rounds))
        finally:
            shutil.rmtree(scratch)
        print(" ".join(way), ", ".join(f"{count} {what}" for what, count in sorted(met.items())), flush=True)


if __name__ == "__main__":
    main()
