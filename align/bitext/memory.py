"""From units to a memory: the same decisions as an export, for the units in hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, cast

from align.curate import UNITS_A_PAGE, Collector, Pair, Rules, Selection, Stand, select
from align.errors import OptionError
from align.exchange import Facts, Written, named, write_memory
from align.export import FileReport, Format, Tally
from align.formats import po
from align.formats.entry import LocalePair
from align.model import Origin, Unit
from align.output import Staging
from align.pages import Texts

__all__ = ["best_of_each", "parts", "write"]

# Formats of gettext: soft line breaks are joined, as an export does for its PO.
_JOINED = frozenset({".po", ".mo"})


def parts(units: Iterable[Unit]) -> Iterator[tuple[Texts, Origin]]:
    """The units in runs of one page each, as columns."""
    for _, run in groupby(units, key=lambda unit: id(unit.origin)):
        members = list(run)
        yield (
            Texts(
                [unit.id for unit in members],
                [unit.source for unit in members],
                [unit.target for unit in members],
            ),
            members[0].origin,
        )


class _Collected(NamedTuple):
    """What a collector made of units."""

    selection: Selection
    numbers: list[int]
    """The number that each unit got."""
    pairs: list[Pair]
    """The pair that each unit belongs to."""


def _collected(units: Iterable[Unit], rules: Rules, *, joined: bool) -> _Collected:
    collector = Collector(rules)
    numbers: list[int] = []
    slots: list[int] = []
    for page, (texts, origin) in enumerate(parts(units)):
        numbers += range(page * UNITS_A_PAGE, page * UNITS_A_PAGE + len(texts.ids))
        slots += collector.add(texts, Stand(origin, page))
    selection = select(collector, fold=po.joined_lines if joined else None)
    return _Collected(selection, numbers, [collector.slots[slot][0] for slot in slots])


def best_of_each(units: Sequence[Unit], rules: Rules) -> list[Unit]:
    """The units that an export would put into its memories, each language pair for itself, in their order."""
    pairs: dict[tuple[str, str | None], list[int]] = {}
    for index, unit in enumerate(units):
        pairs.setdefault((unit.source_locale, unit.target_locale), []).append(index)
    kept: list[int] = []
    for indexes in pairs.values():
        collected = _collected([units[index] for index in indexes], rules, joined=False)
        outcomes = map(collected.selection.outcome, collected.pairs, collected.numbers)
        kept += [index for index, (action, _) in zip(indexes, outcomes, strict=True) if action in ("exported", "changed")]
    return [units[index] for index in sorted(kept)]


def _pair(units: Sequence[Unit]) -> LocalePair:
    """The language pair of the units that name their locale."""
    pairs = sorted({(unit.source_locale, unit.target_locale) for unit in units if unit.target_locale is not None})
    if not units:
        raise OptionError("there is no unit, so there is no memory", cure="read pages with units, or select less strictly")
    if not pairs:
        raise OptionError("no unit has a target locale, so there is no memory", cure="read the pages with locale=")
    if len(pairs) > 1:
        names = ", ".join(f"{source} to {target}" for source, target in pairs)
        raise OptionError(f"a memory is of one language pair, these are {names}", cure="choose with select(locale=...)")
    return LocalePair(*pairs[0])


def _report(path: Path, locale: str, mute: int, collected: _Collected, written: Written) -> FileReport:
    """What became of the units, as an export's record has it."""
    tally = Tally(cast("Format", named(path).ending.removeprefix(".").replace("xlf", "xliff")))
    for pair, number in zip(collected.pairs, collected.numbers, strict=True):
        tally.outcome(pair, number, collected.selection)
    tally.exported -= written.left_out
    tally.dropped.update({"no-locale": mute, "no-place": written.left_out})
    return tally.report(path.name, locale)


def write(units: Sequence[Unit], path: Path, rules: Rules) -> FileReport:
    """Write a memory of the units, as :meth:`align.bitext.Bitext.write` describes."""
    ending = named(path).ending
    if rules.mt == "split":
        raise OptionError("mt: split makes two files, this writes one", cure="write select(translation_type=...) of each")
    pair = _pair(units)
    speaking = [unit for unit in units if unit.target_locale is not None]
    collected = _collected(speaking, rules, joined=ending in _JOINED)
    selection, licence = collected.selection, ", ".join(sorted(collected.selection.licences)) or None
    with Staging(path.parent) as staging:
        written = write_memory(staging, path.name, selection.entries(), facts=Facts(*pair, selection.newest, licence))
    return _report(path, pair.target_locale, len(units) - len(speaking), collected, written)
