"""A segment as text and inline codes, and back; its visible text; codes that correspond in source and target.

>>> from align.inline import parse, plain
>>> parse("Select **Save**.")
('Select ', Code(role='open', type='bold', text='**', pair=1), 'Save', Code(role='close', type='bold', text='**', pair=1), '.')
>>> plain("Select **Save** &amp; [close](a.md).")
'Select Save & close.'
"""

from align.inline.code import TYPES, Code, Part, Role
from align.inline.pairing import Element, Mark, Paired, codes_of, mark, pair
from align.inline.parsing import parse
from align.inline.plain import plain
from align.inline.references import definitions, labels_used

__all__ = [
    "TYPES",
    "Code",
    "Element",
    "Mark",
    "Paired",
    "Part",
    "Role",
    "codes_of",
    "definitions",
    "labels_used",
    "mark",
    "pair",
    "parse",
    "plain",
]
