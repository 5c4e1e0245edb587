"""Read pages and exchange files with damage at random, for as long as is asked, and say what was found.

Seeds are the pages of ``corpora/`` in their containers, and memories of two of them in every format that can be read. Each run
changes a seed (``tests/fuzzing.py``), reads it, and holds what must hold of any input. What fails is kept as a file.

usage: fuzz.py --minutes N [--seed S] [--kept FOLDER]      (exit status 1 when something failed)
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import fuzzing  # noqa: E402 - it is no package

from align.errors import AlignError  # noqa: E402

# Below this many characters, what a run costs whatever it reads hides the cost of its input.
SMALLEST = 2000
EXPORTED_EVERY = 20
VALUE = re.compile(r"'.*'|\".*\"|[0-9]+|(?<=escape ).*")


def nature(error: AlignError) -> str:
    """What an error says, without the values it quotes."""
    return VALUE.sub("...", error.what.replace("\n", " ")).partition(": ")[0][:60]


class Run:
    """What has been done and found so far."""

    def __init__(self, seed: int, kept: Path, scratch: Path) -> None:
        self.chance = random.Random(seed)
        self.kept = kept
        self.scratch = scratch
        self.counts: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.slowest: dict[str, tuple[float, int]] = {}
        self.pages = fuzzing.seed_pages(ROOT / "corpora")
        self.memories = fuzzing.seed_memories(ROOT / "corpora", scratch / "seeds")

    def page(self) -> None:
        """Damage and read a page; now and then export it, too."""
        container, text = self.chance.choice(self.pages)
        text = fuzzing.edited(text, fuzzing.some_edits(self.chance, 12))
        self.counts[container] += 1
        start = time.process_time()
        try:
            page = fuzzing.check_page(text, container)
            self.timed(container, start, len(text))
            if self.counts[container] % EXPORTED_EVERY == 0:
                self.counts["exported"] += 1
                fuzzing.check_export(page, self.scratch / "out")
        except Exception as error:  # whatever it is, it is what is looked for
            self.fail(error, text.encode("utf-8", "surrogatepass"), f".{container}")

    def memory(self) -> None:
        """Damage and read an exchange file."""
        ending = self.chance.choice(fuzzing.ENDINGS)
        # With more changes all is refused at its first line.
        data = fuzzing.edited_bytes(self.memories[ending], fuzzing.some_edits(self.chance, 3))
        path = self.scratch / f"memory{ending}"
        path.write_bytes(data)
        self.counts[ending] += 1
        start = time.process_time()
        try:
            found = fuzzing.check_memory(path)
        except Exception as error:
            self.fail(error, data, ending)
            return
        self.timed(ending, start, len(data))
        if isinstance(found, AlignError):
            self.errors[f"{ending} {nature(found)}"] += 1

    def timed(self, kind: str, start: float, size: int) -> None:
        """Remember the costliest input for its size: microseconds of CPU per thousand characters."""
        if size >= SMALLEST:
            ratio = (time.process_time() - start) * 1e9 / size
            self.slowest[kind] = max(self.slowest.get(kind, (0.0, 0)), (ratio, size))

    def fail(self, error: Exception, data: bytes, ending: str) -> None:
        """Keep the first input of each failure."""
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = "" if frame is None else f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"
        name = f"{type(error).__name__} {place}"
        if not self.failures[name]:
            self.kept.mkdir(parents=True, exist_ok=True)
            path = self.kept / f"failure-{len(self.failures)}{ending}"
            path.write_bytes(data)
            print(f"{name}: {str(error)[:200]!r}, kept as {path}", flush=True)
        self.failures[name] += 1

    def report(self) -> None:
        """Print the figures."""
        print(f"{sum(self.counts.values()) - self.counts['exported']:,} inputs: ", end="")
        print(", ".join(f"{count:,} {kind}" for kind, count in sorted(self.counts.items())))
        print(f"{len(self.errors)} distinct errors of our own, {self.errors.total():,} times:")
        for name, count in sorted(self.errors.items()):
            print(f"  {count:7,}  {name}")
        print("costliest input, CPU microseconds per thousand characters (all checks together), and its size:")
        for kind, (ratio, size) in sorted(self.slowest.items()):
            print(f"  {kind:10} {ratio:9,.0f}  {size:9,}")
        print(f"{len(self.failures)} failures")


def main() -> None:
    """Run until the CPU time asked for is used up, and print."""
    parser = argparse.ArgumentParser(description="Fuzz the readers.")
    parser.add_argument("--minutes", type=float, required=True, metavar="N", help="CPU time")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument(
        "--kept", type=Path, default=Path("fuzz-failures"), metavar="FOLDER", help="where inputs that fail are kept"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        run = Run(given.seed, given.kept, Path(scratch))
        while time.process_time() < given.minutes * 60:
            run.page()
            run.memory()
        run.report()
    sys.exit(bool(run.failures))


if __name__ == "__main__":
    main()
