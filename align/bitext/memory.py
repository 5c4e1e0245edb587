"""From units to a memory: the same decisions as an export, for the units in hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, cast

from align.curate import UNITS_A_PAGE, Collector, Pair, Rules, Selection, Stand, select
from align.errors import OptionError
from align.export import FileReport, Format, Tally
from align.formats import jsonl, moses, po, tmx, tsv, xliff
from align.model import Origin, Unit
from align.output import Staging
from align.pages import Texts

__all__ = ["ENDINGS", "best_of_each", "parts", "write"]

#: Endings of the files that can be written; ``.moses`` becomes two files, named by the locales.
ENDINGS = (".tmx", ".po", ".tsv", ".jsonl", ".xlf", ".xliff", ".moses")


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


def _form(path: Path) -> str:
    if path.suffix.lower() not in ENDINGS:
        raise OptionError("its ending names no format", path=path, cure=f"use one of {', '.join(ENDINGS)}")
    return path.suffix.lower()


def _pair(units: Iterable[Unit]) -> tuple[str, str]:
    """The language pair of the units that name their locale."""
    pairs = sorted({(unit.source_locale, unit.target_locale) for unit in units if unit.target_locale is not None})
    if not pairs:
        raise OptionError("no unit has a target locale, so there is no memory", cure="read the pages with locale=")
    if len(pairs) > 1:
        names = ", ".join(f"{source} to {target}" for source, target in pairs)
        raise OptionError(f"a memory is of one language pair, these are {names}", cure="choose with select(locale=...)")
    return pairs[0]


def _put(staging: Staging, path: Path, selection: Selection, pair: tuple[str, str]) -> None:
    form, (source_locale, target_locale), entries = _form(path), pair, selection.entries()
    licence = ", ".join(sorted(selection.licences)) or None
    if form == ".jsonl":
        jsonl.write(staging.binary(path.name), entries)
    elif form == ".moses":
        sources, targets = (staging.text(f"{path.stem}.{locale}") for locale in pair)
        moses.write(sources, targets, entries)
    elif form == ".tmx":
        tmx.write(staging.text(path.name), entries, source_locale=source_locale, licence=licence)
    elif form == ".tsv":
        tsv.write(staging.text(path.name), entries)
    elif form == ".po":
        po.write(staging.text(path.name), entries, header=po.Header(*pair, selection.newest, licence))
    else:
        xliff.write(staging.text(path.name), entries, source_locale=source_locale, target_locale=target_locale)


def _report(path: Path, locale: str, mute: int, collected: _Collected) -> FileReport:
    """What became of the units, as an export's record has it."""
    tally = Tally(cast("Format", _form(path).removeprefix(".").replace("xlf", "xliff")))
    for pair, number in zip(collected.pairs, collected.numbers, strict=True):
        tally.outcome(pair, number, collected.selection)
    tally.dropped["no-locale"] += mute
    return tally.report(path.name, locale)


def write(units: Sequence[Unit], path: Path, rules: Rules) -> FileReport:
    """Write a memory of the units, as :meth:`align.bitext.Bitext.write` describes."""
    form = _form(path)
    if rules.mt == "split":
        raise OptionError("mt: split makes two files, this writes one", cure="write select(translation_type=...) of each")
    pair = _pair(units)
    named = [unit for unit in units if unit.target_locale is not None]
    collected = _collected(named, rules, joined=form == ".po")
    with Staging(path.parent) as staging:
        _put(staging, path, collected.selection, pair)
    return _report(path, pair[1], len(units) - len(named), collected)
