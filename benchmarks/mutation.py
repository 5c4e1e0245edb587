"""Change the code in small ways, one at a time, and see whether a test fails: what survives is tested by none.

The repository is copied to a folder of its own, and mutmut 3 works there. It changes what stands in functions; constants
of a module (expressions, tables) and functions with a decorator it leaves alone.

usage: mutation.py MODULE... --tests TEST... [--skip WORD...] [--survivors FILE] [--jobs N]
(pip install 'align-tm[mutation]')

    python benchmarks/mutation.py align/pages/spans.py align/pages/repair.py --tests tests/test_spans.py tests/test_pages.py
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("align", "benchmarks", "corpora", "docs", "tests", "LICENSE", "README.md", "constraints.txt", "pyproject.toml")
SETTINGS = """[mutmut]
source_paths=align
only_mutate=
  {modules}
also_copy=
  {copied}
pytest_add_cli_args_test_selection=
  {tests}
"""
SKIPPING = """pytest_add_cli_args=
  -k
  {skipped}
"""

# mutmut forks from a process that has run all tests: what functions remember of that would hide a change in them.
FORGETTING = """

def pytest_sessionstart():
    import functools, gc

    for found in gc.get_objects():
        if isinstance(found, functools._lru_cache_wrapper) and str(found.__module__).startswith("align."):
            found.cache_clear()
"""


def copy_repository(folder: Path, modules: list[str], tests: list[str], skipped: list[str]) -> None:
    """The repository as it stands, with mutmut's settings beside it."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy(source, folder / name)
    lists = {"modules": modules, "copied": COPIED, "tests": tests}
    filled = SETTINGS.format(**{name: "\n  ".join(lines) for name, lines in lists.items()})
    if skipped:
        filled += SKIPPING.format(skipped=" and ".join(f"not {word}" for word in skipped))
    (folder / "setup.cfg").write_text(filled, "utf-8")
    with (folder / "tests" / "conftest.py").open("a", encoding="utf-8") as stream:
        stream.write(FORGETTING)


def mutmut(folder: Path, *arguments: str) -> str:
    """Run mutmut in the folder, which comes first where Python looks for modules; what it prints."""
    environment = {**os.environ, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"mutmut {arguments[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def statuses(folder: Path) -> dict[str, str]:
    """The status of each mutant by its name, such as ``align.pages.spans.x_find__mutmut_3``."""
    lines = [line.strip().rpartition(": ") for line in mutmut(folder, "results", "--all", "true").splitlines()]
    return {name: status for name, _, status in lines if name.startswith("align.")}


def print_table(modules: list[str], found: dict[str, str]) -> None:
    """A row for each module: its mutants by status."""
    print("| module | mutants | killed | survived | other |\n|---|---|---|---|---|", flush=True)
    for module in modules:
        prefix = module.removesuffix(".py").replace("/", ".") + "."
        counts = Counter(status for name, status in found.items() if name.startswith(prefix))
        # A change that makes a loop endless is noticed: the run would not end.
        killed = counts.pop("killed", 0) + counts.pop("timeout", 0)
        survived = counts.pop("survived", 0) + counts.pop("no tests", 0)
        other = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
        print(f"| `{module}` | {killed + survived + counts.total()} | {killed} | {survived} | {other} |", flush=True)


def main() -> None:
    """Run, print the table, and write the survivors as diffs."""
    parser = argparse.ArgumentParser(description="Mutation testing of some modules with some tests.")
    parser.add_argument("modules", nargs="+", metavar="MODULE", help="path below the repository, such as align/output.py")
    parser.add_argument("--tests", nargs="+", required=True, metavar="TEST", help="test files that concern them")
    parser.add_argument("--skip", nargs="+", default=[], metavar="WORD", help="but not tests with these words in their names")
    parser.add_argument("--survivors", type=Path, metavar="FILE", help="write the diffs of the survivors there")
    parser.add_argument("--jobs", default="1", metavar="N")
    given = parser.parse_args()
    for path in [*given.modules, *given.tests]:
        if not (ROOT / path).is_file():
            parser.error(f"{path} is no file of the repository")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_repository(folder, given.modules, given.tests, given.skip)
        mutmut(folder, "run", "--max-children", given.jobs)
        found = statuses(folder)
        print_table(given.modules, found)
        if given.survivors is not None:
            alive = [name for name, status in found.items() if status in {"survived", "no tests"}]
            given.survivors.write_text("\n".join(mutmut(folder, "show", name) for name in alive), "utf-8")


if __name__ == "__main__":
    main()
