"""The package's public surface, held still."""

from __future__ import annotations

import subprocess
import sys

import align

PUBLIC = [
    "AlignError",
    "Bitext",
    "ExportReport",
    "Narrowing",
    "Origin",
    "Page",
    "PageFile",
    "Plan",
    "Problem",
    "Reading",
    "Rules",
    "Stats",
    "Unit",
    "Verdict",
    "__version__",
    "collect_stats",
    "export_pages",
    "find_pages",
    "parse_page",
    "read",
    "read_page",
    "read_pages",
    "verify_pages",
    "verify_source",
    "verify_target",
]


def test_the_public_names_are_these() -> None:
    assert align.__all__ == PUBLIC
    assert dir(align) == sorted(PUBLIC)


def test_each_can_be_had_and_says_what_it_is() -> None:
    for name in PUBLIC:
        value = getattr(align, name)
        assert name == "__version__" or value.__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(align, "no_such_name")


def test_importing_the_package_loads_no_parser() -> None:
    heavy = "bs4 lxml polib pyromark yaml babel click rich wcmatch"
    script = f"import sys, align; align.parse_page; print([m for m in {heavy.split()!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
