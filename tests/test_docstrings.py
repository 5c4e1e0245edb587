"""What ruff does not look at: every field of the reference says what it holds, and a function that raises an error says so."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import align.errors

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = "".join(path.read_text("utf-8") for path in sorted((ROOT / "docs" / "reference").glob("*.md")))
MODULES = sorted(set(re.findall(r"^::: (\S+)$", REFERENCE, re.MULTILINE)))
#: Also what the reference does not show.
WITHIN = sorted((ROOT / "align").rglob("*.py"))
ERRORS = set(align.errors.__all__)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_public(name: str) -> bool:
    return not name.startswith("_")


def fields_without(tree: ast.Module) -> Iterator[str]:
    """Public fields of public classes with no text below them, and no line in the docstring of their class."""
    for node in tree.body:
        if not isinstance(node, ast.ClassDef) or not is_public(node.name):
            continue
        told = ast.get_docstring(node) or ""
        for here, below in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(here, ast.AnnAssign) and isinstance(here.target, ast.Name) and is_public(here.target.id):
                is_text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
                if not is_text and not re.search(rf"^[\w, ]*\b{here.target.id}\b[\w, ]* : ", told, re.MULTILINE):
                    yield f"{node.name}.{here.target.id}"


def constants_without(tree: ast.Module, lines: list[str]) -> Iterator[str]:
    """Names in capitals of ``__all__`` with no text below them and no comment above."""
    public = {
        element.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" and isinstance(node.value, ast.List)
        for element in node.value.elts
        if isinstance(element, ast.Constant)
    }
    for here, below in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(here, ast.Assign | ast.AnnAssign):
            name = ast.unparse(here.target if isinstance(here, ast.AnnAssign) else here.targets[0])
            is_text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            if name in public and name.isupper() and not is_text and not lines[here.lineno - 2].startswith("#"):
                yield name


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """What a function does itself, without the functions inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield node
            waiting += ast.iter_child_nodes(node)


def raises_unsaid(tree: ast.Module) -> Iterator[str]:
    """Public functions, and errors that they raise and whose names their docstring does not have."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and is_public(node.name)]
    for owner, body in [("", tree.body), *((f"{one.name}.", one.body) for one in classes)]:
        for function in body:
            if isinstance(function, Function) and is_public(function.name):
                told = ast.get_docstring(function) or ""
                for node in own_nodes(function):
                    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                        error = ast.unparse(node.exc.func)
                        if error in ERRORS and error not in told:
                            yield f"{owner}{function.name} raises {error}"


def sources(module: str) -> Iterator[tuple[ast.Module, list[str]]]:
    """Of a module, and of those that its public names come from: what stands there for these names, and the lines."""
    public = importlib.import_module(module)
    homes: dict[str, set[str]] = {module: set(public.__all__)}
    for name in public.__all__:
        homes.setdefault(getattr(getattr(public, name), "__module__", None) or module, set()).add(name)
    for home, names in homes.items():
        if not home.startswith("align"):
            continue
        text = Path(str(importlib.import_module(home).__file__)).read_text("utf-8")
        tree = ast.parse(text)
        definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        tree.body = [node for node in tree.body if not isinstance(node, definitions) or node.name in names]
        yield tree, text.splitlines()


def test_the_reference_has_modules() -> None:
    assert {"align.model", "align.bitext", "align.formats.tmx"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_public_names_say_what_they_are(module: str) -> None:
    unsaid = [
        missing
        for tree, lines in sources(module)
        for missing in [*fields_without(tree), *constants_without(tree, lines), *raises_unsaid(tree)]
    ]
    assert sorted(set(unsaid)) == []


@pytest.mark.parametrize("path", WITHIN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_fields_of_the_program_itself_say_what_they_hold(path: Path) -> None:
    assert list(fields_without(ast.parse(path.read_text("utf-8")))) == []


def test_what_is_unsaid_is_found() -> None:
    text = '''
__all__ = ["KINDS", "NAMES"]
KINDS = ("a",)
#: Said.
NAMES = ("b",)
class Tide:
    """A tide.

    Parameters
    ----------
    height, time : metres, and hours.
    """
    height: float
    time: float
    place: str
    port: str
    """Where."""
    def ebb(self):
        """Goes."""
        raise OptionError("no")
def flood():
    """Comes, or an OptionError."""
    raise OptionError("no")
'''
    tree = ast.parse(text)
    assert list(fields_without(tree)) == ["Tide.place"]
    assert list(constants_without(tree, text.splitlines())) == ["KINDS"]
    assert list(raises_unsaid(tree)) == ["Tide.ebb raises OptionError"]
