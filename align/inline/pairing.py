"""The codes of both sides of a unit, numbered for exchange (TMX 1.4b, section 4.3, ``i`` and ``x``; XLIFF 1.2, ``id``)."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Literal, NamedTuple

from align.inline.code import Code, Part

__all__ = ["Element", "Insides", "Mark", "Paired", "codes_of", "insides", "mark", "pair"]

Element = Literal["bpt", "ept", "ph", "it"]


class Mark(NamedTuple):
    """A code as it is exchanged."""

    element: Element
    """``bpt`` and ``ept`` begin and end a pair, ``ph`` stands alone, ``it`` lacks its partner."""
    code: Code
    """The code that is marked."""
    i: int | None
    """From 1: the same for both marks of a pair and for nothing else of that side; pairs that correspond have the same;
    None for ``ph`` and ``it``."""
    x: int
    """From 1: the same for codes that correspond, on both sides, and for nothing else; both marks of a pair have it."""


#: A side with its codes numbered.
Paired = tuple[str | Mark, ...]
#: For each side and each of its codes the text of the code span that it opens, or an empty text; or nothing at all.
Insides = tuple[()] | tuple[tuple[str, ...], tuple[str, ...]]
# Parts of both sides together, of which two can be code spans on one side: "<code>a</code>" and "<code>b</code><code>a</code>".
_FEWEST = 9


class _Group(NamedTuple):
    """A pair, or a code that stands alone or lacks its partner."""

    role: str
    type: str
    texts: tuple[str, ...]
    inside: str
    """The text of a code span where it is told: code is seldom translated."""


def _groups(codes: Sequence[Code], inside: Sequence[str]) -> dict[int, _Group]:
    """The groups of a side, in the order of their first codes, by the place of that code among the codes."""
    closing = {code.pair: code.text for code in codes if code.role == "close"}
    found: dict[int, _Group] = {}
    for place, code in enumerate(codes):
        if code.pair is None:
            found[place] = _Group(code.role, code.type, (code.text,), "")
        elif code.role == "open":
            found[place] = _Group("pair", code.type, (code.text, closing[code.pair]), inside[place] if inside else "")
    return found


def _matched(source: dict[int, _Group], target: dict[int, _Group]) -> dict[int, int]:
    """The ``x`` of the target's groups: that of the same group of the source, else of one of its kind, else a new one."""
    numbers = {place: number for number, place in enumerate(source, 1)}
    found: dict[int, int] = {}
    told = any(group.inside for group in source.values())
    for width in (4, 3, 2) if told else (3, 2):  # role, type, native texts and inside; then without inside; then role and type
        free: defaultdict[tuple[object, ...], deque[int]] = defaultdict(deque)
        taken = set(found.values())
        for place, group in source.items():
            if numbers[place] not in taken:
                free[group[:width]].append(numbers[place])
        for place, group in target.items():
            if place not in found and free[group[:width]]:
                found[place] = free[group[:width]].popleft()
    following = len(source)
    for place in target:
        if place not in found:
            following += 1
            found[place] = following
    return found


def _marks(codes: Sequence[Code], numbers: dict[int, int], anchors: dict[int, int]) -> tuple[Mark, ...]:
    """The marks of a side; ``anchors`` has the ``i`` of each ``x`` that has one, and gets those that are new."""
    marks: list[Mark] = []
    opened: dict[int, int] = {}
    for place, code in enumerate(codes):
        if code.pair is None:
            marks.append(Mark("ph" if code.role == "standalone" else "it", code, None, numbers[place]))
        elif code.role == "open":
            x = opened[code.pair] = numbers[place]
            marks.append(Mark("bpt", code, anchors.setdefault(x, len(anchors) + 1), x))
        else:
            x = opened[code.pair]
            marks.append(Mark("ept", code, anchors[x], x))
    return tuple(marks)


def codes_of(parts: Sequence[Part]) -> tuple[Code, ...]:
    """The codes of a side, without its text."""
    return tuple([part for part in parts if isinstance(part, Code)])


def _inside(parts: Sequence[Part]) -> tuple[str, ...]:
    found: list[str] = []
    is_open = False
    for part in parts:
        if isinstance(part, str):
            if is_open:
                found[-1] = part
            is_open = False
        else:
            found.append("")
            is_open = part.role == "open" and part.type == "code"
    return tuple(found)


def insides(source: Sequence[Part], target: Sequence[Part]) -> Insides:
    """The texts of the code spans of both sides, where their order does not tell which correspond; most often nothing."""
    if len(source) + len(target) < _FEWEST:
        return ()
    one, other = _inside(source), _inside(target)
    return () if list(filter(None, one)) == list(filter(None, other)) else (one, other)


def mark(source: Sequence[Code], target: Sequence[Code], within: Insides = ()) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """What :func:`pair` does, for codes without the text between them; all that matters of that is :func:`insides`."""
    anchors: dict[int, int] = {}
    firsts = [place for place, code in enumerate(source) if code.pair is None or code.role == "open"]
    marks = _marks(source, {place: number for number, place in enumerate(firsts, 1)}, anchors)
    if source == target and not within:
        return marks, marks
    one, other = within or ((), ())
    return marks, _marks(target, _matched(_groups(source, one), _groups(target, other)), anchors)


def _filled(parts: Sequence[Part], marks: tuple[Mark, ...]) -> Paired:
    following = iter(marks)
    return tuple([next(following) if isinstance(part, Code) else part for part in parts])


def pair(source: Sequence[Part], target: Sequence[Part]) -> tuple[Paired, Paired]:
    """Number the codes of both sides, so that those which correspond have the same ``x``, also when the target reorders them.

    Codes correspond when role, type and native texts are the same, in order, code spans first when their texts are, too;
    what is left, when role and type are.

    Parameters
    ----------
    source, target : what :func:`parse` gives.
    """
    marks = mark(codes_of(source), codes_of(target), insides(source, target))
    return _filled(source, marks[0]), _filled(target, marks[1])
