"""The command group, and the one place where errors become a line on standard error and an exit status."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from align.errors import AlignError
from align.terminal import on_one_line
from align.version import __version__

__all__ = ["main"]

#: The commands in the order of the work, and what each does; its module is imported when it is used.
_COMMANDS = {
    "export": "Write translation memories and compendia of pages.",
    "spark-export": "Write the same memories by a Spark cluster.",
    "convert": "Write a memory in another format.",
    "pivot": "Join locales by way of the English that they share.",
    "units": "Print every unit of the pages as JSON Lines.",
    "rebuild": "Print a page with one language only.",
    "verify": "Compare the rebuilt pages with the real ones.",
    "check-pages": "Print what is broken in the pages.",
    "stats": "Count units, translation types and duplicates.",
    "show": "Show pages with both languages side by side.",
    "report": "Write an HTML report of the pages.",
    "corpus": "List and clone public repositories of such pages.",
}


class _Commands(click.Group):
    """Imports a command's module when it is called, so that ``--help`` costs next to nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the work."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, its module imported now; None when there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"align.cli.{cmd_name.replace('-', '_')}_command").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands in ``--help``, from the table: their modules would cost more than all else."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what click would end in its own way is passed on to :func:`main`."""
        try:
            return super().invoke(ctx)
        except _Terminated as error:
            raise _EndedError(143, "align-tm: terminated") from error
        except KeyboardInterrupt as error:
            raise _EndedError(130, "align-tm: interrupted") from error
        except OSError as error:
            raise _ended(error) from error


class _EndedError(Exception):
    """The run has ended for a reason outside of it."""

    def __init__(self, status: int, message: str | None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def _ended(error: OSError) -> _EndedError:
    if isinstance(error, BrokenPipeError):
        return _EndedError(141, None)  # the reader of our output has gone, and so may we
    return _EndedError(2, f"align-tm: standard output: cannot be written: {error.strerror or error}; check its free space")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="align-tm", message="%(prog)s %(version)s")
def _group() -> None:
    """Bilingual documentation pages in, translation memories out.

    A bilingual page holds every translated segment beside its English source, in spans with data-ttu-id and
    data-stu-id. A PATH is such a page, a folder of them, git:REPO@REF[:SUBDIR] (the same in a commit of a local clone),
    or - for one page on standard input.

    \b
    Example:
      align-tm export docs.fr-fr -o memory
      align-tm verify docs.fr-fr --target live/docs.fr-fr
    """


def _one_line(error: click.ClickException) -> str:
    text = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    name = context.command_path if context is not None else "align-tm"
    return on_one_line(f"{name}: {text.rstrip('.')}; see {name} --help")


def _silence_output() -> None:
    """Let nothing more go to standard output, so that Python does not complain about it at its end."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Terminated(KeyboardInterrupt):
    """SIGTERM: an interrupt like Ctrl-C for all who wait with one until their files are in place."""


def _terminated(*_: object) -> NoReturn:
    raise _Terminated


def _interrupted(*_: object) -> NoReturn:
    """SIGINT: a second Ctrl-C while files are cleared away would leave some of them, or print a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _run(arguments: list[str] | None) -> int:
    with suppress(ValueError):  # not in the main thread, where no signal comes
        signal.signal(signal.SIGTERM, _terminated)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it is ignored, as in a shell's background
            signal.signal(signal.SIGINT, _interrupted)
    try:
        status = _group.main(arguments, prog_name="align-tm", standalone_mode=False)
        sys.stdout.flush()
    except OSError as error:  # standard output is a full disk, or was closed by its reader
        raise _ended(error) from error
    except SystemExit as error:  # click and rich end so where the reader of standard output has gone
        if os.environ.get("_ALIGN_TM_COMPLETE"):  # and click when it has printed what a shell completes
            raise
        raise _EndedError(141, None) from error
    return status if isinstance(status, int) else 0


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 done with findings, 2 not done; 130, 143 interrupted, 141 nobody reads on."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - writing there fails, and is said
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - what is said there is lost
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # results are UTF-8 whatever the terminal says
    try:
        status = _run(arguments)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else str(error), err=True)
        status = 2
    except click.ClickException as error:
        click.echo(_one_line(error), err=True)
        status = 2
    except AlignError as error:
        click.echo(f"align-tm: {error}", err=True)
        status = 2
    except MemoryError:
        click.echo("align-tm: there is not enough memory; give fewer or smaller files", err=True)
        status = 2
    except _Terminated:
        click.echo("align-tm: terminated", err=True)
        status = 143
    except (KeyboardInterrupt, click.Abort):
        click.echo("align-tm: interrupted", err=True)
        status = 130
    except _EndedError as error:
        _silence_output()
        if error.message is not None:
            click.echo(error.message, err=True)
        status = error.status
    sys.exit(status)
