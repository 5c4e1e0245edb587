"""The command line, twin of the library: words onto the functions below it, text or JSON, and an exit status that is true."""

from __future__ import annotations

from align.cli.app import main

__all__ = ["main"]
