"""Memories as files: which format an ending names, what it cannot hold, and how it is read and written."""

from __future__ import annotations

from align.exchange.files import read_memory, write_memory, written
from align.exchange.forms import FORMS, Facts, Form, Pair, Written
from align.exchange.names import ENDINGS, Named, named

__all__ = ["ENDINGS", "FORMS", "Facts", "Form", "Named", "Pair", "Written", "named", "read_memory", "write_memory", "written"]
