"""From one exchange format to another, entry by entry."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

from msgspec.structs import replace

from align.curate.bidi import without_bidi
from align.curate.markup import without_markup
from align.curate.remap import remapped
from align.curate.tidy import tidied
from align.errors import FormatError, OptionError
from align.exchange import ENDINGS, FORMS, WITH_CODES, Facts, Form, named, read_memory, write_memory
from align.exchange.repeats import Met
from align.formats.entry import Entry, LocalePair
from align.output import Staging

__all__ = ["LOSSES", "READABLE", "WRITABLE", "Changes", "Converted", "Shape", "convert", "read_memory"]

#: What a format cannot hold, beyond what its own module says of texts; by its usual ending.
LOSSES = {ending: form.lost for ending, form in FORMS.items()}
#: Endings of the files that can be read; ``.moses`` stands for two files.
READABLE = tuple(sorted(ENDINGS))
#: Endings of the files that can be written.
WRITABLE = READABLE


class Changes(NamedTuple):
    """What is done to entries on their way."""

    codes: Mapping[str, str] = MappingProxyType({})
    """Other codes for locales, BCP 47 (:func:`align.curate.remap.remapped`)."""
    strip_bidi: bool = False
    """Whether direction marks are removed (:func:`align.curate.bidi.without_bidi`)."""
    plain: bool = False
    """Whether texts become what a reader sees (:func:`align.curate.markup.without_markup`)."""
    mt: Literal["keep", "fuzzy", "skip"] = "keep"
    """What is not known to be translated by a human: keep it, mark it fuzzy, or leave it out."""


class Shape(NamedTuple):
    """How files are written."""

    split: int | None = None
    """Entries in a file; ``NAME.001.tmx`` and so on are written then."""
    named: bool = True
    """Whether units have names made of their texts (``tuid``): TMX."""
    laid_out: bool = False
    """Whether strings are broken into lines as msgcat breaks them: PO."""
    codes: bool = False
    """Whether markup becomes inline codes: TMX, XLIFF."""


class Converted(NamedTuple):
    """What a conversion did."""

    entries: int
    """Entries written."""
    left_out: int
    """Entries that the format has no place for: a second target of a source (PO, MO), the same pair again (TMX; XLIFF: on one
    page), no text left, a cell too small (XLSX), fuzzy ones (MO), what is not wanted (``Changes.mt``)."""
    lost: str
    """What the format cannot hold."""
    changed: dict[str, int]
    """Entries that were changed, by what was done: ``fuzzy``, ``markup``, ``bidi``, ``illegal-or-outer``
    (:func:`align.curate.tidy.tidied`)."""
    files: int
    """Files written; the two of a Moses pair are one."""


def _recoded(entry: Entry, codes: Mapping[str, str]) -> Entry:
    """The entry with other codes; source and target must not get the same one, by which no program could tell them."""
    changed = remapped(entry, codes)
    if changed is not entry and changed.source_locale == changed.target_locale:
        what = f"--map-locale: {entry.source_locale} and {entry.target_locale} would both be {changed.target_locale}"
        raise OptionError(what, cure="give each its own code")
    return changed


def _is_human(entry: Entry) -> bool:
    """Whether it is known to be translated by a human."""
    return entry.translation_type == "HT"


def _in_doubt(entry: Entry) -> Entry:
    """The entry, fuzzy unless a human translated it."""
    return entry if entry.fuzzy or _is_human(entry) else replace(entry, fuzzy=True)


class _Flow:
    """The entries on their way from one file to another, and the count of what is done to them."""

    def __init__(self, entries: Iterable[Entry], form: Form, changes: Changes, source: Path) -> None:
        self.left_out = 0
        self._source = source
        self.changed: Counter[str] = Counter()
        self._form = form
        if changes.codes:
            entries = (_recoded(entry, changes.codes) for entry in entries)
        if changes.mt == "skip":
            entries = self._only(entries, _is_human)
        if changes.mt == "fuzzy":
            entries = self._counted(entries, _in_doubt, "fuzzy")
        if changes.plain:
            entries = self._counted(entries, without_markup, "markup")
        if changes.strip_bidi:
            entries = self._counted(entries, without_bidi, "bidi")
        if form.markup:
            entries = self._counted(entries, tidied, "illegal-or-outer")
        self._entries = iter(entries)
        self.first = next(self._entries, None)

    def _counted(self, entries: Iterable[Entry], change: Callable[[Entry], Entry], name: str) -> Iterator[Entry]:
        """The entries, changed; one with no text left is left out."""
        for entry in entries:
            changed = change(entry)
            if changed is not entry:
                self.changed[name] += 1
            if changed.source and changed.target:
                yield changed
            else:
                self.left_out += 1

    def _only(self, entries: Iterable[Entry], is_wanted: Callable[[Entry], bool]) -> Iterator[Entry]:
        """Those that are wanted; the others are left out."""
        for entry in entries:
            if is_wanted(entry):
                yield entry
            else:
                self.left_out += 1

    @property
    def pair(self) -> LocalePair:
        """The locales of the first entry."""
        first = self.first
        return LocalePair("und", "und") if first is None else LocalePair(first.source_locale, first.target_locale)

    def __iter__(self) -> Iterator[Entry]:
        entries = self._of_one_pair()
        if self._form.unique:
            return self._one_each(entries)
        if self._form.once is None:
            return entries
        met, digest = Met(), self._form.once
        return self._only(entries, lambda entry: met.is_new(digest(entry)))

    def _of_one_pair(self) -> Iterator[Entry]:
        for entry in itertools.chain([] if self.first is None else [self.first], self._entries):
            if self._form.one_pair and (entry.source_locale, entry.target_locale) != self.pair:
                raise self._of_several(entry)
            yield entry

    def _of_several(self, entry: Entry) -> OptionError:
        one = f"{self.pair.source_locale} to {self.pair.target_locale}"
        what = f"holds {one} and {entry.source_locale} to {entry.target_locale}"
        by_target = entry.target_locale != self.pair.target_locale
        cure = "choose one with --locale" if by_target else "write a format that takes several: .jsonl, .tsv, .csv, .parquet"
        return OptionError(what, path=self._source, cure=cure)

    def _one_each(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """One target of each source: of those that follow each other the last, for an export puts the best last."""
        met: set[tuple[str | None, str]] = set()
        for key, targets in itertools.groupby(entries, lambda entry: (entry.variant, entry.source)):
            count = 0
            for count, best in enumerate(targets, 1):  # noqa: B007 - the last one is taken
                pass
            if key not in met:
                met.add(key)
                count -= 1
                yield best
            self.left_out += count


def _parts(flow: _Flow, name: str, size: int | None) -> Iterator[tuple[str, Iterator[Entry]]]:
    """The files to write, each with its entries: one, or ``NAME.001.tmx`` and so on."""
    entries = iter(flow)
    if size is None:
        yield name, entries
        return
    what = named(Path(name))
    for number, first in enumerate(entries, 1):
        yield f"{what.base}.{number:03}{what.tail}", itertools.chain([first], itertools.islice(entries, size - 1))


def _nothing_of(source: Path, locale: str | None, left_out: int) -> FormatError:
    of_it = "" if locale is None else f" for {locale}"
    if left_out:
        what, cure = f"holds no entry{of_it} that may be written: {left_out:,} left out", "ask for less to be left out"
        return FormatError(what, path=source, cure=cure)
    return FormatError(f"holds no entry{of_it}", path=source, cure="check it")


def convert(
    source: Path,
    out: Path,
    *,
    locale: str | None = None,
    source_locale: str = "en-US",
    changes: Changes | None = None,
    shape: Shape | None = None,
) -> Converted:
    """Write an exchange file in another format, which the endings name. Streams, but for PO and MO.

    Parameters
    ----------
    locale : target locale to take from a memory of several, and of a file that does not say it.
    source_locale : BCP 47, for a PO or MO file whose header does not say it, and for a Moses pair.
    shape : how the files are written.

    Raises
    ------
    MissingPathError, OptionError, FormatError, OutputError
        See :func:`read_memory`; a memory of several target locales without ``locale``, for a format that holds one;
        codes that make source and target one; inline codes for a format without them; ``out`` cannot be written.
    """
    what, shape = named(out), shape or Shape()
    if shape.codes and what.ending not in WITH_CODES:
        raise OptionError(f"a {what.ending} file has no inline codes", path=out, cure="write .tmx or .xlf")
    entries = read_memory(source, source_locale=source_locale, target_locale=locale)
    chosen = (entry for entry in entries if locale in (None, entry.target_locale))
    flow = _Flow(chosen, FORMS[what.ending], changes or Changes(), source)
    if flow.first is None:
        raise _nothing_of(source, locale, flow.left_out)
    facts = Facts(*flow.pair, named=shape.named, laid_out=shape.laid_out, codes=shape.codes)
    written = []
    with Staging(out.parent) as staging:
        for name, part in _parts(flow, out.name, shape.split):
            written.append(write_memory(staging, name, part, facts=facts))
    left_out = flow.left_out + sum(one.left_out for one in written)
    return Converted(sum(one.entries for one in written), left_out, LOSSES[what.ending], dict(flow.changed), len(written))
