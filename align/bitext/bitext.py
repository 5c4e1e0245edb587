"""The noun of a notebook: units in memory, that never change."""

from __future__ import annotations

import operator
import os
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from align.bitext import memory
from align.bitext.selecting import SelectOptions, keyed, tests
from align.curate import Rules
from align.display import html_view, text_view
from align.errors import OptionError
from align.export import FileReport
from align.frames import Frame, FrameKind, to_frame, units_of
from align.model import Problem, Unit
from align.stats import Stats, stats_of

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = ["Bitext"]


class Bitext(Sequence[Unit]):
    """An immutable sequence of units, with the verbs of the library. Each verb gives a new bitext.

    To set an attribute raises :class:`AttributeError`.

    Two are equal when their units are, in order: texts and locales count, position and provenance do not (:class:`Unit`).

    Parameters
    ----------
    units : in the order of pages, then of the page, for all that depends on an order.
    problems : what was found wrong when the pages were read.
    pages : names of the pages read, with or without units; None: those that the units name, and only their problems count.
    """

    _units: tuple[Unit, ...]
    _problems: tuple[Problem, ...]
    _pages: tuple[str, ...] | None

    def __init__(
        self, units: Iterable[Unit] = (), *, problems: Iterable[Problem] = (), pages: Iterable[str] | None = None
    ) -> None:
        names = None if pages is None else tuple(pages)
        vars(self).update(_units=tuple(units), _problems=tuple(problems), _pages=names)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Bitext never changes, so {name} cannot be set; its verbs give a new one")

    def _part(self, units: Iterable[Unit]) -> Bitext:
        """Some of the units; the problems of their pages come along."""
        return Bitext(units, problems=self._problems)

    def __len__(self) -> int:
        return len(self._units)

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units)

    @overload
    def __getitem__(self, index: int) -> Unit: ...
    @overload
    def __getitem__(self, index: slice) -> Bitext: ...
    def __getitem__(self, index: int | slice) -> Unit | Bitext:
        return self._part(self._units[index]) if isinstance(index, slice) else self._units[index]

    def __eq__(self, other: object) -> bool:
        return self._units == other._units if isinstance(other, Bitext) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._units)

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """Names of the pages: of all that were read, for a part those that its units stand on; in their order."""
        return tuple(dict.fromkeys(unit.page for unit in self._units)) if self._pages is None else self._pages

    @cached_property
    def locales(self) -> tuple[str, ...]:
        """Target locales (BCP 47) of the units, sorted."""
        return tuple(sorted({unit.target_locale for unit in self._units if unit.target_locale is not None}))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What was found wrong when the pages were read; for a part, on the pages that its units stand on."""
        if self._pages is not None:
            return self._problems
        names = set(self.pages)
        return tuple(problem for problem in self._problems if problem.page in names)

    def select(self, where: Callable[[Unit], bool] | None = None, **options: Unpack[SelectOptions]) -> Bitext:
        """The units that pass every test given, in their order.

        Parameters
        ----------
        where : called with each unit that passed the other tests; keeps those for which it is true.
        options : see :class:`align.bitext.SelectOptions`: locale, translation_type, flags, context, page, contains, since.

        Raises
        ------
        OptionError
            A keyword is not known, or its value cannot be used; the message lists what is allowed. ``where`` is no function.
        """
        if where is not None and not callable(where):
            raise OptionError(f"select: {where!r} is no function of a unit", cure="name the option, as in select(contains=...)")
        # One after the other: the function given sees only what the others left.
        found: Iterable[Unit] = self._units
        for test in [*tests(options, self.pages), *([] if where is None else [where])]:
            found = filter(test, found)
        return self._part(found)

    def dedupe(self, *, variants: Literal["best", "all"] = "best") -> Bitext:
        """The units that an export would write, one per source: human first, then most frequent, then newest.

        Each language pair is looked at by itself, and units without a locale too. Units that no memory holds (no text, an
        empty side) are left out. The units themselves are not changed; an export also trims their texts.

        Parameters
        ----------
        variants : ``all`` keeps every target of a source once.

        Raises
        ------
        OptionError
            ``variants`` is another word.
        """
        if variants not in ("best", "all"):
            raise OptionError(f"variants: {variants!r} is not known", cure="use best, all")
        return self._part(memory.best_of_each(self._units, Rules(variants=variants)))

    def sample(self, n: int, *, seed: int = 0) -> Bitext:
        """``n`` units drawn without replacement, in their order; the same for the same seed. All where there are fewer.

        Raises
        ------
        OptionError
            ``n`` is negative.
        TypeError
            ``n`` is no integer.
        """
        n = operator.index(n)
        if n < 0:
            raise OptionError(f"sample: {n} units cannot be drawn", cure="give 0 or more")
        drawn = random.Random(seed).sample(range(len(self._units)), min(n, len(self._units)))
        return self._part(self._units[index] for index in sorted(drawn))

    def group_by(self, key: str) -> dict[str | None, Bitext]:
        """The units apart by a value, in the order of their first units; None for units that have no such value.

        Parameters
        ----------
        key : ``locale`` (of the target), ``source_locale``, ``page``, ``container``, ``translation_type``, ``handoff``,
            ``kind``, ``context`` (its innermost word, or ``paragraph``), ``heading``, ``source`` or ``target``.

        Raises
        ------
        OptionError
            There is no such key; the message lists those that there are.
        """
        value_of = keyed(key)
        groups: dict[str | None, list[Unit]] = {}
        for unit in self._units:
            groups.setdefault(value_of(unit), []).append(unit)
        return {value: self._part(units) for value, units in groups.items()}

    def stats(self) -> Stats:
        """Counts: units, human and machine translated, duplicates, words, problems; as ``align-tm stats`` gives them."""
        return stats_of(memory.parts(self._units), problems=self.problems, pages=len(self.pages))

    @overload
    def to_frame(self, kind: Literal["pandas"] = "pandas") -> pandas.DataFrame: ...
    @overload
    def to_frame(self, kind: Literal["polars"]) -> polars.DataFrame: ...
    @overload
    def to_frame(self, kind: Literal["arrow"]) -> pyarrow.Table: ...
    def to_frame(self, kind: FrameKind = "pandas") -> Frame:
        """The units as a table with a row each; columns and types are those of :mod:`align.frames`.

        Parameters
        ----------
        kind : ``pandas``, ``polars`` or ``arrow`` (a :class:`pyarrow.Table`).

        Raises
        ------
        OptionError
            The kind is not known, or its library is not installed; the message names the extra.
        """
        return to_frame(self._units, kind)

    @classmethod
    def from_frame(cls, frame: Frame) -> Bitext:
        """The units of a table, as :meth:`to_frame` made it or a filter left it; other columns are passed over.

        Parameters
        ----------
        frame : a pandas or polars data frame, an Arrow table, or any object with ``__arrow_c_stream__`` (Arrow
            PyCapsule interface).

        Raises
        ------
        OptionError
            A column is missing, or a value is not of its type; pyarrow is not installed.
        """
        return cls(units_of(frame))

    def write(self, path: str | os.PathLike[str], *, rules: Rules | None = None) -> FileReport:
        """Write a memory, in the format that the ending names: the file that an export of these units would give.

        One target per source, texts trimmed, units without text or locale left out; the result counts all of it, also what
        the format has no place for (``no-place``). The file appears when it is complete, or not at all.

        What stands between units is not in a bitext: :func:`align.export_pages` takes whole paragraphs (PO, MO) and labels of
        references (JSON Lines, Parquet) from the pages.

        Parameters
        ----------
        path : ends in one of :data:`align.exchange.ENDINGS`, such as ``.tmx``, ``.po`` or ``.xlsx``; ``.gz`` may follow where
            the format is text. ``.moses`` becomes two files, named by the locales.
        rules : what is kept; :class:`align.Rules` as it is without arguments when None.

        Raises
        ------
        OptionError
            The ending names no format, or the library it needs is not installed; the units are of no language pair, or of
            several; ``mt`` is ``split``.
        OutputError
            The file cannot be written.
        """
        return memory.write(self._units, Path(path), rules or Rules())

    def _title(self) -> str:
        # Nothing that takes a look at every unit: a view costs the same for any number of them.
        counts = [(len(self), "unit")]
        if self._pages is not None:
            counts += [(len(self._pages), "page"), (len(self._problems), "problem")]
        return ", ".join(f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts)

    def __repr__(self) -> str:
        return f"<Bitext: {self._title()}>"

    def __str__(self) -> str:
        return text_view(self._units, title=self._title())

    def _repr_html_(self) -> str:
        return html_view(self._units, title=self._title(), problems=self._problems if self._pages is not None else ())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """IPython's text: one line within something else, such as the groups of :meth:`group_by`."""
        printer.text(repr(self) if cycle or len(printer.stack) > 1 else str(self))
