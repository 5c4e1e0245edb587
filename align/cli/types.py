"""Kinds of values that options take."""

from __future__ import annotations

import os
from typing import Any

import click

__all__ = ["COUNT", "NamedPath"]

#: A number of things, from 1. What is above it is a slip of the hand, and more than a machine's word counts.
COUNT = click.IntRange(1, 10**9)


class NamedPath(click.Path):
    """A path that is not the empty text: a variable of a script that is not set would be the current folder."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """The path, or a failure, as click wants it."""
        if not os.fspath(value):
            self.fail("is empty; give a path", param, ctx)
        found: Any = super().convert(value, param, ctx)
        return found  # type: ignore[no-any-return]
