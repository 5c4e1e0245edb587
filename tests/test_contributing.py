"""What CONTRIBUTING.md names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import align.exchange.forms
import align.exchange.names
import align.export.plan
import align.model
import align.pages.flags
import align.pages.reader

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
WORDS = set(re.findall(r"`([^`\n]+)`", TEXT)) | set(re.findall(r"\]\(([^)]+)\)", TEXT))
PATHS = sorted(word for word in WORDS if re.fullmatch(r"\.?[\w./-]+", word) and re.search(r"/|\.(?:toml|txt|md)$", word))


def test_paths_are_found() -> None:
    assert {"align/pages/spans.py", ".ci/run", "docs/architecture.md", "corpora/recipes", "CHANGELOG.md"} <= set(PATHS)


@pytest.mark.parametrize("path", [path for path in PATHS if "NAME" not in path])
def test_a_path_exists(path: str) -> None:
    command = path.removeprefix(".venv/bin/")
    assert command != path or (ROOT / path).exists()


@pytest.mark.parametrize("name", sorted(word for word in WORDS if re.fullmatch(r"test_\w+", word)))
def test_a_test_exists(name: str) -> None:
    tests = "".join(path.read_text("utf-8") for path in sorted((ROOT / "tests").glob("test_*.py")))
    assert f"def {name}(" in tests


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (align.exchange.names, "ENDINGS"),
        (align.exchange.forms, "FORMS"),
        (align.exchange.names, "_PACKABLE"),
        (align.export.plan, "FORMATS"),
        (align.export.plan, "Format"),
        (align.export.plan, "EXTENSIONS"),
        (align.export.plan, "_NEVER_PACKED"),
        (align.export.plan, "_IN_PARTS"),
        (align.model, "FLAGS"),
        (align.model, "CONTAINERS"),
        (align.pages.flags, "_flags"),
        (align.pages.flags, "_is_suspect"),
        (align.pages.reader, "SUFFIXES"),
        (align.pages.reader, "_tree"),
    ],
)
def test_a_name_is_where_it_is_said_to_be(module: object, name: str) -> None:
    assert f"`{name}`" in TEXT
    assert hasattr(module, name)


def test_a_page_each() -> None:
    sections = re.split(r"^## ", TEXT, flags=re.MULTILINE)
    added = {section.partition("\n")[0]: section for section in sections if section.startswith("Add ")}
    assert list(added) == ["Add a format", "Add a check", "Add a container"]
    assert all(section.count("\n") <= 50 for section in added.values())
