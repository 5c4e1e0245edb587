"""What a frame costs beside reading: CPU of ``to_frame()`` divided by the CPU of reading the same pages to units.

And what a view of the units in a notebook costs, of a hundred and of all.

usage: frames.py FOLDER
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import align
from align.frames import FrameKind

KINDS: tuple[FrameKind, ...] = ("arrow", "pandas", "polars")


def cpu(call: Callable[[], Any], repeat: int) -> float:
    """CPU seconds of a call with all its threads, the least of ``repeat`` runs."""
    best = float("inf")
    for _ in range(repeat):
        before = time.process_time()
        call()
        best = min(best, time.process_time() - before)
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="bilingual pages, such as a clone of a live-sxs branch")
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    bitext = align.read(given.folder, progress=False)
    reading = cpu(lambda: align.read(given.folder, progress=False), given.repeat)
    print(f"Python {platform.python_version()}, {len(bitext):,} units, read in {reading:.2f} s CPU")
    for kind in KINDS:
        call = partial(bitext.to_frame, kind)
        once, again = cpu(call, 1), cpu(call, given.repeat)
        print(f"to_frame({kind!r:8}), x reading      {again / reading:5.2f}   with imports {once / reading:5.2f}   (under 3)")
    frame = bitext.to_frame("arrow")
    back = cpu(lambda: align.Bitext.from_frame(frame), given.repeat)
    print(f"from_frame, x reading                {back / reading:5.2f}")
    for part in (bitext[:100], bitext):
        print(f"HTML view of {len(part):>9,} units, ms CPU {1000 * cpu(part._repr_html_, 20):7.2f}")


if __name__ == "__main__":
    main()
