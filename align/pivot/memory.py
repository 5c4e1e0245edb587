"""The units of one language pair on their way to its files, and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from align.curate import UNITS_A_PAGE, Collector, Rules, Selection, Stand, select
from align.formats import jsonl, multilingual, po, tmx, tsv, xliff
from align.formats.entry import Entry
from align.model import Origin
from align.output import Staging
from align.pages import Texts
from align.pivot.record import Decision, FileReport

__all__ = ["ENDINGS", "FORMATS", "MULTILINGUAL", "Format", "Memory", "write_memory", "write_multilingual"]

Format = Literal["tmx", "po", "tsv", "jsonl", "xliff"]
#: Formats of the memories of two locales.
FORMATS: tuple[Format, ...] = ("tmx", "po", "tsv", "jsonl", "xliff")
ENDINGS: dict[Format, str] = {"tmx": "tmx", "po": "po", "tsv": "tsv", "jsonl": "jsonl", "xliff": "xlf"}
#: Name of the file with all locales.
MULTILINGUAL = "multilingual.tmx"


class _Taken(NamedTuple):
    """The joined units of one page, and the collector's slot of each."""

    page: str
    number: int
    """Its place among the pages taken."""
    ids: Sequence[str]
    slots: Sequence[int]


class Memory:
    """The joined units of a language pair: one record per distinct pair of texts, as in any export."""

    def __init__(self, source_locale: str, target_locale: str, rules: Rules) -> None:
        self.source_locale = source_locale
        self.target_locale = target_locale
        self.collector = Collector(rules)
        self._taken: list[_Taken] = []

    def add(self, texts: Texts, origin: Origin) -> None:
        """Take the joined units of a page."""
        if texts.ids:
            number = len(self._taken)
            self._taken.append(_Taken(origin.page, number, texts.ids, self.collector.add(texts, Stand(origin, number))))

    def outcomes(self, selection: Selection) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
        """For each unit taken its page, id, action and reasons; ``exported`` and no reason when it is in the file as it is."""
        slots = self.collector.slots
        for page, at, ids, taken in self._taken:
            for number, (ident, slot) in enumerate(zip(ids, taken, strict=True), at * UNITS_A_PAGE):
                yield page, ident, *selection.outcome(slots[slot][0], number)


def _recorded(memory: Memory, selection: Selection, path: str, form: str, *, locale: str) -> tuple[FileReport, list[Decision]]:
    """Counts and decisions about a file; ``locale`` is the one whose ids the memory has."""
    other = memory.target_locale if locale == memory.source_locale else None
    counts: dict[str, Counter[str]] = {"merged": Counter(), "dropped": Counter(), "changed": Counter()}
    exported = 0
    decisions = []
    for page, ident, action, reasons in memory.outcomes(selection):
        exported += action in ("exported", "changed")
        for reason in reasons:
            counts[action][reason] += 1
            decisions.append(Decision(page, locale, ident, other, path, action, reason))
    merged, dropped, changed = (dict(sorted(counter.items())) for counter in counts.values())
    pair = memory.source_locale, memory.target_locale
    return FileReport(path, *pair, form, exported, merged, dropped, changed), decisions


def _licence(selections: Iterable[Selection]) -> str | None:
    """The licences of the texts, each once."""
    return ", ".join(sorted(frozenset[str]().union(*(selection.licences for selection in selections)))) or None


def write_memory(staging: Staging, memory: Memory, form: Format) -> tuple[FileReport, list[Decision]]:
    """Write ``SOURCE.TARGET.ENDING``; returns its counts and the decisions about its units (ids are the source's)."""
    selection = select(memory.collector, fold=po.joined_lines if form == "po" else None)
    source, target = memory.source_locale, memory.target_locale
    path = f"{source}.{target}.{ENDINGS[form]}"
    entries = selection.entries()
    if form == "jsonl":
        record = staging.binary(path)
        jsonl.write(record, entries)
        staging.release(record)
    else:
        stream = staging.text(path)
        if form == "tmx":
            tmx.write(stream, entries, source_locale=source, licence=_licence([selection]))
        elif form == "po":
            header = po.Header(source, target, selection.newest, _licence([selection]))
            po.write(stream, entries, header=header)
        elif form == "tsv":
            tsv.write(stream, entries)
        else:
            xliff.write(stream, entries, source_locale=source, target_locale=target)
        staging.release(stream)
    return _recorded(memory, selection, path, form, locale=source)


def _by_source(selections: Sequence[Selection]) -> Iterator[list[Entry]]:
    """The entries of each source, in the order in which the first locale that has it has it."""
    units: dict[str, list[Entry]] = {}
    for selection in selections:
        for entry in selection.entries():
            units.setdefault(entry.source, []).append(entry)
    yield from units.values()


def write_multilingual(
    staging: Staging, memories: Sequence[Memory], source_locale: str
) -> Iterator[tuple[FileReport, list[Decision]]]:
    """Write the file with all locales; gives, for each memory, its counts and the decisions about its units.

    Parameters
    ----------
    memories : from the source locale to one target locale each, in the order that the targets get.
    """
    selections = [select(memory.collector) for memory in memories]
    stream = staging.text(MULTILINGUAL)
    multilingual.write(stream, _by_source(selections), source_locale=source_locale, licence=_licence(selections))
    staging.release(stream)
    for memory, selection in zip(memories, selections, strict=True):
        yield _recorded(memory, selection, MULTILINGUAL, "tmx", locale=memory.target_locale)
