"""PO files as gettext's own tools lay them out: lines of at most 79 columns (gettext manual, "Invoking the msgcat Program").

``msgcat`` does it itself, for where a line may break is for the Unicode line breaking algorithm (UAX 14) as its own
library has it: whatever we made would be changed by the next tool of gettext that passes over it.
"""

from __future__ import annotations

import os
from pathlib import Path

from align.errors import FormatError, OptionError

__all__ = ["lay_out"]


def lay_out(source: Path, target: Path) -> None:
    """Write a PO file again, in the layout of msgcat. It holds the whole file in memory.

    Raises
    ------
    OptionError
        gettext is not installed.
    FormatError
        msgcat refuses the file, and says why.
    """
    import subprocess

    command = ["msgcat", f"--output-file={target.absolute()}", str(source.absolute())]
    environment = {**os.environ, "LC_ALL": "C", "LANGUAGE": "C"}
    try:
        ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment)
    except OSError as error:
        what = f"--po-layout msgcat: msgcat cannot be run: {error.strerror or error}"
        raise OptionError(what, cure="install gettext, or leave the option out") from error
    if ran.returncode:
        lines = ran.stderr.decode("utf-8", "backslashreplace").strip().splitlines() or ["no reason given"]
        raise FormatError(f"msgcat refuses the file: {lines[0]}", path=source, cure="leave --po-layout out, and report it")
