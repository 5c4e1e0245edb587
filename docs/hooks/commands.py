"""The commands and their options as Markdown, from what ``--help`` is made of, so that the page cannot fall behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click

from align.cli import app

__all__ = ["commands_page"]

_HEAD = """# Commands and options

Made from the commands themselves when this site is built; `align-tm COMMAND --help` prints the same. The exit status is 0 when
all is well, 1 when something was found, 2 when nothing was done ([more](../cli.md)).

"""


def _cell(text: str) -> str:
    """Text in a table's cell: no bar ends it, no mark of Markdown or HTML changes it."""
    return re.sub(r"([\\|*_<>\[\]`])", r"\\\1", " ".join(text.split()))


def _name(option: click.Parameter) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    if isinstance(option.type, click.Choice):
        return f"{names} {_cell(' | '.join(map(str, option.type.choices)))}"
    is_flag = isinstance(option, click.Option) and (option.is_flag or option.count)
    return names if is_flag or option.metavar is None else f"{names} {_cell(option.metavar)}"


def _default(option: click.Option) -> str:
    """What holds without the option, where its help shows it."""
    shown: Any = option.default if option.show_default else None
    return "" if shown is None or callable(shown) else f" Default: `{shown}`."


def _options(command: click.Command) -> Iterator[str]:
    options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    if not options:
        return
    yield "| option | meaning |\n|---|---|\n"
    for option in options:
        yield f"| {_name(option)} | {_cell(option.help or '')}{_default(option)} |\n"
    yield "\n"


def _help(text: str) -> Iterator[str]:
    """The paragraphs of a help text; those that click keeps as they are (marked with a backspace) as code."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        kept, mark, code = paragraph.partition("\b\n")
        if not mark:
            yield f"{_cell(kept)}\n\n"
            continue
        lines = [line.strip() for line in code.rstrip().split("\n")]
        yield "```text\n" + "\n".join(lines[1:] if lines[0] == "Example:" else lines) + "\n```\n\n"


def _told(path: str, command: click.Command) -> Iterator[str]:
    """One command, and those below it."""
    context = click.Context(command, info_name=path)
    yield f"## {path}\n\n"
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    yield f"```text\n{usage}\n```\n\n"
    yield from _help(command.help or "")
    yield from _options(command)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from _told(f"{path} {name}", below)


def commands_page() -> str:
    """The page ``reference/commands.md``."""
    return _HEAD + "".join(_told("align-tm", app._group))  # noqa: SLF001 - the group has no other name
