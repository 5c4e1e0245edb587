"""Errors: one line with place, what and cure; one root."""

from __future__ import annotations

from pathlib import Path

import pytest

import align.errors
from align.errors import AlignError, LocaleError, OptionError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (AlignError("is damaged"), "is damaged"),
        (AlignError("is damaged", path="a.md"), "a.md: is damaged"),
        (AlignError("is damaged", path=Path("b") / "a.md", line=3), "b/a.md:3: is damaged"),
        (AlignError("is damaged", line=3), "is damaged"),
        (AlignError("is damaged", path="a.md", line=3, cure="mend it"), "a.md:3: is damaged; mend it"),
        (AlignError("is\ndamaged", path="a\r\nb.md", cure="mend\nit"), "a\\r\\nb.md: is\\ndamaged; mend\\nit"),
    ],
)
def test_an_error_is_one_line(error: AlignError, text: str) -> None:
    assert str(error) == text


def test_an_error_carries_its_data() -> None:
    error = OptionError("is wrong", path=Path("a.md"), line=3, cure="mend it")
    assert (error.what, error.path, error.line, error.cure) == ("is wrong", "a.md", 3, "mend it")
    assert error.args == ("is wrong",)


def test_all_errors_have_one_root() -> None:
    classes = [getattr(align.errors, name) for name in align.errors.__all__]
    assert all(issubclass(one, AlignError) for one in classes)
    assert issubclass(LocaleError, OptionError)


def test_the_tree_at_the_top_of_the_file_names_every_error() -> None:
    assert all(name in (align.errors.__doc__ or "") for name in align.errors.__all__)
