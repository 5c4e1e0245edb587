"""From the units of a page to a memory, and from a memory to what a file gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from align.curate import UNITS_A_PAGE, Pair, Selection, Slot, Stand, select, with_blocks
from align.export.memory import Memory
from align.export.plan import GETTEXT, Format, Plan
from align.export.record import PageRecord, Spans, numbers, packed
from align.export.report import Taken, View
from align.formats import po
from align.formats.entry import Entry
from align.model import Origin, Problem
from align.pages import Page, Texts, join_blocks, unjoined_problems

__all__ = ["NO_LOCALE", "Units", "labels_of", "selected", "slots_of", "take_units", "taken_of"]


def _dropped(reason: str) -> Pair:
    return Pair("", "", "", Origin("", "markdown"), 0, (), 0, "", 0, [""], dropped=reason)


#: What units of pages without a locale are, all in slot 0.
NO_LOCALE: list[Slot] = [(_dropped("no-locale"), ())]
_NOT_JOINED: Slot = (_dropped("not-joined"), ())


def _is_too_long(entry: Entry) -> bool:
    from align.formats import xlsx

    return not xlsx.fits(entry)


# Formats that have no place for some entries, and the reason for which the units of those are dropped.
_LEFT_OUT: dict[Format, tuple[Callable[[Entry], bool], str]] = {
    "xlsx": (_is_too_long, "too-long"),
    "mo": (lambda entry: entry.fuzzy, "fuzzy"),
}


class Units(NamedTuple):
    """What a memory made of the units of a page."""

    slots: bytes
    """The slot of each, packed."""
    blocks: Spans
    """The blocks that were taken."""
    problems: tuple[Problem, ...]
    """Blocks that could not be joined."""


def labels_of(page: Page, plan: Plan) -> tuple[str, ...]:
    """The reference definitions of a page, sorted, as far as the plan asks for them."""
    if not plan.wants_labels or page.container != "markdown" or "]:" not in page.text:
        return ()
    from align.inline import definitions

    return tuple(sorted(definitions(page.text)))


def take_units(memory: Memory, page: Page, plan: Plan, stand: Stand) -> Units:
    """Let a memory take the units of a page, and its blocks, as far as the plan asks for them."""
    slots = packed(memory.sentences.add(page.texts, stand))
    if not plan.blocks:
        return Units(slots, Spans(), ())
    found = join_blocks(page, larger=plan.blocks == "larger")
    wanted = found.joined
    firsts = [block.first for block in wanted]
    ids = page.texts.ids
    texts = Texts([ids[first] for first in firsts], [block.source for block in wanted], [block.target for block in wanted])
    of_blocks = memory.blocks.add(texts, stand._replace(places=firsts))
    spans = Spans(packed(of_blocks), packed(firsts), packed([block.last for block in wanted]))
    return Units(slots, spans, tuple(unjoined_problems(page, found)) if found.unjoined else ())


def selected(memory: Memory, form: Format, plan: Plan) -> Selection:
    """What a file of this format gets: all in it has a place there."""
    chosen = _chosen(memory, form, plan)
    return chosen.without(*_LEFT_OUT[form]) if form in _LEFT_OUT else chosen


def _chosen(memory: Memory, form: Format, plan: Plan) -> Selection:
    fold = po.joined_lines if form in GETTEXT else None
    granularity = plan.granularity_of(form)
    if granularity == "block":
        return select(memory.blocks, fold=fold)
    sentences = select(memory.sentences, fold=fold)
    return sentences if granularity == "sentence" else with_blocks(sentences, select(memory.blocks, fold=fold))


def slots_of(memory: Memory, *, blocks: bool) -> list[Slot]:
    """What units may be: the segments; or the blocks, and last what is no part of one."""
    return [*memory.blocks.slots, _NOT_JOINED] if blocks else memory.sentences.slots


def taken_of(record: PageRecord, view: View) -> Taken:
    """The units of a page, and what became of each, or of its block."""
    ids, first = record.unit_ids, record.number * UNITS_A_PAGE
    if not record.memory:
        return Taken(record.name, ids, [0] * len(ids), range(first, first + len(ids)))
    if not view.blocks:
        return Taken(record.name, ids, numbers(record.slots), range(first, first + len(ids)))
    slots = [len(view.slots) - 1] * len(ids)
    places = list(range(first, first + len(ids)))
    spans = record.blocks
    for slot, begin, end in zip(*map(numbers, (spans.slots, spans.firsts, spans.lasts)), strict=True):
        for index in range(begin, end + 1):
            slots[index] = slot
            places[index] = first + begin
    return Taken(record.name, ids, slots, places)
