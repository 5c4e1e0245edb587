"""Keep, drop, merge: the rule that chooses a target, every reason, and that no unit is lost."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from align.curate import CHANGED, DROP_REASONS, MERGE_REASONS, UNITS_A_PAGE, Collector, Pair, Rules, Selection, Stand, select
from align.formats.entry import Entry, digest
from align.formats.po import joined_lines
from align.legal import is_legal, without_illegal
from align.model import Origin, TranslationType
from align.pages import Page, Texts, parse_page


class Sheet(NamedTuple):
    """A page, as far as curation looks at it."""

    units: list[tuple[str, str]]
    kind: TranslationType | None = "HT"
    handoff: str | None = None


def read(sheet: Sheet, number: int) -> Page:
    text = ""
    for index, (source, target) in enumerate(sheet.units, 101):
        text += (
            f'<span data-ttu-id="abd60-{index}">{target}</span><span class="sxs-lookup">'
            f'<span data-stu-id="abd60-{index}">{source}</span></span>\n'
        )
    origin = Origin(f"{number:02}.md", "markdown", target_locale="fr-FR", translation_type=sheet.kind, handoff=sheet.handoff)
    return replace(parse_page(text), origin=origin)


class Result(NamedTuple):
    """What the collector made of a unit."""

    number: int
    pair: Pair


def collect(sheets: list[Sheet], rules: Rules) -> tuple[Collector, list[Result]]:
    collector = Collector(rules)
    results: list[Result] = []
    for number, sheet in enumerate(sheets):
        page = read(sheet, number)
        slots = collector.add(page.texts, Stand(page.origin, number))
        results += [Result(number * UNITS_A_PAGE + at, collector.slots[slot][0]) for at, slot in enumerate(slots)]
    return collector, results


def outcomes(results: list[Result], selection: Selection) -> tuple[int, Counter[str], Counter[str]]:
    """Exported, merged by reason, dropped by reason."""
    exported, merged, dropped = 0, Counter[str](), Counter[str]()
    for number, pair in results:
        if pair.dropped is not None:
            dropped[pair.dropped] += 1
            continue
        home, reason = selection.fate(pair)
        if home.number == number and reason != "variant":
            exported += 1
        else:
            merged[reason] += 1
    return exported, merged, dropped


def chosen(sheets: list[Sheet], **options: object) -> list[tuple[str, str]]:
    collector, _ = collect(sheets, Rules(**options))  # type: ignore[arg-type]
    return [(entry.source, entry.target) for entry in select(collector).entries()]


def best(*sheets: Sheet) -> str:
    ((_, target),) = chosen(list(sheets))
    return target


# --- one target per source -----------------------------------------------------------------------------------------


def one(target: str, kind: TranslationType | None = "HT", handoff: str | None = None, times: int = 1) -> Sheet:
    return Sheet([("No", target)] * times, kind, handoff)


def test_human_goes_before_unknown_before_machine() -> None:
    assert best(one("m", "MT", "2021-01-01", 9), one("u", None, "2021-01-01", 5), one("h", "HT")) == "h"
    assert best(one("m", "MT", "2021-01-01", 9), one("u", None)) == "u"


def test_one_human_unit_makes_a_target_human() -> None:
    assert best(one("a", "MT"), one("a", "HT"), one("b", None, times=9)) == "a"


def test_then_the_most_frequent() -> None:
    assert best(one("a", handoff="2021-01-01"), one("b", times=2)) == "b"


def test_then_the_newest() -> None:
    assert best(one("a", handoff="2019-12-31"), one("b", handoff="2020-01-01"), one("0")) == "b"
    assert best(one("b"), one("a", handoff="2019-12-31")) == "a"


def test_then_the_first_by_code_points() -> None:
    assert best(one("é"), one("b"), one("a")) == "a"
    assert best(one("a"), one("B")) == "B"


def test_all_variants_come_with_the_best_last() -> None:
    sheets = [one("h", "HT"), one("m", "MT", times=9), one("u", None), Sheet([("Yes", "Oui")])]
    assert chosen(sheets, variants="all") == [("No", "m"), ("No", "u"), ("No", "h"), ("Yes", "Oui")]
    collector, _ = collect(sheets, Rules(variants="all"))
    names = [entry.variant for entry in select(collector).entries()]
    assert names[2:] == [None, None]
    assert all(name is not None and re.fullmatch("variant [0-9a-f]{8}", name) for name in names[:2])
    assert len(set(names[:2])) == 2


def test_entries_come_in_the_order_of_the_units_that_stand_for_them() -> None:
    assert chosen([Sheet([("b", "1"), ("a", "2"), ("b", "1"), ("c", "3")])]) == [("b", "1"), ("a", "2"), ("c", "3")]


# --- reasons -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "reason"),
    [
        (("", "x"), "empty-source"),
        ((" \u00a0\n", "x"), "empty-source"),
        (("\x01\x02", "x"), "empty-source"),
        (("x", ""), "empty-target"),
        (("x", " \x01"), "empty-target"),
        (("<br/>", "<br/>"), "no-text"),
        (("<b> </b><!-- c -->", "x"), "no-text"),
        (("<b>\x01</b>", "<b>\x01</b>"), "no-text"),
    ],
)
def test_units_that_say_nothing_are_dropped(unit: tuple[str, str], reason: str) -> None:
    _, results = collect([Sheet([unit, unit, ("a", "b")])], Rules())
    assert [result.pair.dropped for result in results] == [reason, reason, None]
    assert reason in DROP_REASONS


def test_identical_texts_stay_unless_they_are_to_be_dropped() -> None:
    assert chosen([Sheet([("hub", "hub"), ("a", " a ")])]) == [("hub", "hub"), ("a", "a")]
    _, results = collect([Sheet([("hub", "hub"), ("a", " a "), ("b", "c")])], Rules(drop_identical=True))
    assert [result.pair.dropped for result in results] == ["identical", "identical", None]


def test_machine_translation_can_be_skipped() -> None:
    sheets = [one("m", "MT"), one("u", None), one("h", "HT")]
    collector, results = collect(sheets, Rules(mt="skip"))
    assert [result.pair.dropped for result in results] == ["machine-translated", "machine-translated", None]
    assert outcomes(results, select(collector)) == (1, Counter(), Counter({"machine-translated": 2}))


@pytest.mark.parametrize(("kind", "fuzzy"), [("HT", False), ("MT", True), (None, True)])
def test_machine_translation_can_be_marked(kind: TranslationType | None, fuzzy: bool) -> None:
    collector, _ = collect([one("x", kind)], Rules(mt="fuzzy"))
    assert [entry.fuzzy for entry in select(collector).entries()] == [fuzzy]
    collector, _ = collect([one("x", kind)], Rules())
    assert [entry.fuzzy for entry in select(collector).entries()] == [False]


def test_merged_units_have_a_reason() -> None:
    sheet = Sheet([("No", "Non"), ("No", "Non"), ("No", "Nul"), ("No", "Nul "), ("No", "Non")])
    collector, results = collect([sheet], Rules())
    assert outcomes(results, select(collector)) == (1, Counter({"duplicate": 2, "variant": 2}), Counter())
    collector, results = collect([sheet], Rules(variants="all"))
    assert outcomes(results, select(collector)) == (2, Counter({"duplicate": 3}), Counter())
    assert {"duplicate", "variant"} == set(MERGE_REASONS)


def test_a_human_unit_stands_for_its_pair() -> None:
    collector, results = collect([one("a", "MT"), one("a", "HT")], Rules())
    (entry,) = select(collector).entries()
    assert (entry.translation_type, entry.pages) == ("HT", ("00.md", "01.md"))
    assert entry.origin is not None
    assert entry.origin.page == "01.md"
    assert results[0].pair.number == UNITS_A_PAGE


def test_texts_are_trimmed_and_line_ends_become_lf() -> None:
    collector, _ = collect([Sheet([("\u00a0a\r\nb\rc \n", "\x01d\x0be"), ("f", "g")])], Rules())
    (first, second) = [pair for _, pair, _ in select(collector).chosen]
    assert (first.source, first.target) == ("a\nb\nc", "de")
    assert first.changes == ("illegal-characters", "line-ends", "outer-white-space")
    assert second.changes == ()


def test_an_entry_names_the_first_ten_pages_each_once() -> None:
    collector, _ = collect([Sheet([("a", "b"), ("a", "b ")])] * 12, Rules())
    (entry,) = select(collector).entries()
    assert entry.pages == tuple(f"{number:02}.md" for number in range(10))
    later = Sheet([("a ", "b"), (" a", "b"), ("a", " b")])
    collector, _ = collect([*[Sheet([("a", "b")])] * 10, later], Rules())
    assert [len(entry.pages) for entry in select(collector).entries()] == [10]


def test_the_newest_hand_off_of_a_file_is_known() -> None:
    assert select(collect([one("a")], Rules())[0]).newest is None
    sheets = [one("a", handoff="2019-01-01"), one("a", handoff="2020-05-05"), Sheet([("x", "y")], "HT", "2018-01-01")]
    assert select(collect(sheets, Rules())[0]).newest == "2020-05-05"


def test_selecting_twice_and_adding_between_gives_what_is_there() -> None:
    collector, _ = collect([one("a", "MT")], Rules())
    assert [entry.target for entry in select(collector).entries()] == ["a"]
    assert [entry.target for entry in select(collector, fold=joined_lines).entries()] == ["a"]
    page = read(one("b", "HT"), 7)
    collector.add(page.texts, Stand(page.origin, 7))
    assert [entry.target for entry in select(collector).entries()] == ["b"]


# --- soft line breaks (PO) -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("a\nb", "a b"),
        ("a \n  b", "a b"),
        ("a\n> b", "a b"),
        ("a\n > > b", "a b"),
        ("a  \nb", "a  \nb"),
        ("a\\\nb", "a\\\nb"),
        ("a   \nb", "a   \nb"),
        ("a\n\nb", "a\n\nb"),
        ("a b", "a b"),
        ("a\n\tb", "a b"),
        ("X\nb", "X b"),
    ],
)
def test_soft_line_breaks_are_joined_and_hard_ones_kept(text: str, folded: str) -> None:
    assert joined_lines(text) == folded


def test_what_folding_makes_alike_is_merged() -> None:
    sheets = [Sheet([("a\nb", "c\nd"), ("a b", "c d"), ("a b", "other")])]
    collector, results = collect(sheets, Rules())
    selection = select(collector, fold=joined_lines)
    assert [(entry.source, entry.target) for entry in selection.entries()] == [("a b", "c d")]
    assert outcomes(results, selection) == (1, Counter({"duplicate": 1, "variant": 1}), Counter())
    (pair,) = [pair for _, pair, _ in selection.chosen]
    assert pair.changes == ("soft-line-breaks",)
    assert pair.count == 2
    # The texts themselves are not changed for other formats.
    assert [entry.source for entry in select(collector).entries()] == ["a\nb", "a b"]


def test_many_folded_pairs_keep_their_own_units() -> None:
    units = [(f"{number}{gap}b", f"{number}{gap}d") for number in range(40) for gap in ("\n", " \n", "\n ", " ")]
    units += [(f"x{number}\ny", "z") for number in range(40)]
    collector, results = collect([Sheet(units)], Rules())
    selection = select(collector, fold=joined_lines)
    assert outcomes(results, selection) == (80, Counter({"duplicate": 120}), Counter())
    assert len(list(selection.entries())) == 80


def test_a_line_break_on_one_side_is_enough_to_fold() -> None:
    collector, _ = collect([Sheet([("a", "c\nd"), ("e\nf", "g")])], Rules())
    folded = [(entry.source, entry.target) for entry in select(collector, fold=joined_lines).entries()]
    assert folded == [("a", "c d"), ("e f", "g")]


def test_what_folding_merges_has_the_pages_of_all_and_the_newest_hand_off() -> None:
    sheets = [Sheet([("a\nb", "c")], "HT", "2019-01-01"), Sheet([("a b", "c")], "HT", "2020-05-05")]
    for order in (sheets, sheets[::-1]):
        (pair,) = select(collect(order, Rules())[0], fold=joined_lines).pairs
        assert (pair.handoff, pair.pages) == ("2020-05-05", ["00.md", "01.md"])


@pytest.mark.parametrize("alike", [("a\nb", "a b"), ("a b", "a\nb")])
def test_what_folding_makes_is_no_entry_of_an_earlier_file(alike: tuple[str, str]) -> None:
    """Such an entry would be copied as it stood."""
    collector, _ = collect([Sheet([*((source, "c") for source in alike), ("d\ne", "f"), ("g", "h")])], Rules())
    pairs = list(select(collector, fold=joined_lines).pairs)
    assert [(pair.source, pair.former, pair.slot) for pair in pairs] == [
        ("a b", CHANGED, -1),
        ("d e", CHANGED, -1),
        ("g", 0, 3),
    ]


# --- what a file has no place for ----------------------------------------------------------------------------------


def test_what_is_left_out_of_a_file_is_dropped_with_all_that_is_part_of_it() -> None:
    units = [("a\nb", "c"), ("a b", "c"), ("a b", "other"), ("d", "e"), ("d", "f"), ("d\n", "e")]
    collector, results = collect([Sheet(units)], Rules())
    selection = select(collector, fold=joined_lines)
    left = selection.without(lambda entry: entry.source == "a b", "too-long")
    assert [entry.source for entry in left.entries()] == ["d"]
    assert [left.outcome(pair, number) for number, pair in results] == [
        ("dropped", ("too-long",)),
        ("dropped", ("too-long",)),
        ("merged", ("variant",)),
        ("exported", ()),
        ("merged", ("variant",)),
        ("merged", ("duplicate",)),
    ]
    assert selection.without(lambda _: False, "too-long") is selection
    # The selection itself stays as it was, and so do the pairs, which other files may have.
    assert len(selection.chosen) == 2
    assert not any(pair.dropped for _, pair in results)


def test_what_decides_is_the_entry_as_it_would_stand_in_the_file() -> None:
    collector, results = collect([Sheet([("a", "b"), ("a", "b"), ("a", "c")])], Rules(variants="all"))
    left = select(collector).without(lambda entry: entry.variant is not None, "variant-elsewhere")
    assert [(entry.target, entry.variant) for entry in left.entries()] == [("b", None)]
    assert [left.outcome(pair, number)[0] for number, pair in results] == ["exported", "merged", "dropped"]


# --- names of variants, locales ------------------------------------------------------------------------------------


def test_the_best_target_has_no_name_and_every_other_one_a_name_made_of_locales_and_texts() -> None:
    collector, _ = collect([one("b", times=2), one("a")], Rules(variants="all"))
    name = "variant " + digest("en-US", "fr-FR", "No", "a")[:8]
    assert [(entry.target, entry.variant) for entry in select(collector).entries()] == [("a", name), ("b", None)]
    collector, _ = collect([one("b", times=2), one("a")], Rules())
    assert [(entry.target, entry.variant) for entry in select(collector).entries()] == [("b", None)]


def test_a_target_locale_that_is_not_known_is_und() -> None:
    page = read(one("a"), 0)
    collector = Collector(Rules())
    collector.add(page.texts, Stand(msgspec.structs.replace(page.origin, target_locale=None), 0))
    assert [entry.target_locale for entry in select(collector).entries()] == ["und"]


# --- reference definitions -----------------------------------------------------------------------------------------


def test_an_entry_names_the_definitions_that_either_of_its_texts_uses() -> None:
    units = [("see [tide]", "voir"), ("see", "voir [ebb]"), ("the [tide]", "le [ebb]"), ("none [x]", "rien"), ("a", "b")]
    page = read(Sheet(units), 0)
    collector = Collector(Rules())
    collector.add(page.texts, Stand(page.origin, 0, ("ebb", "other", "tide")))
    assert [entry.labels for entry in select(collector).entries()] == [("tide",), ("ebb",), ("ebb", "tide"), (), ()]


# --- any units: nothing is lost, and a slow curation agrees --------------------------------------------------------

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ORDER: dict[TranslationType | None, int] = {"HT": 0, None: 1, "MT": 2}


def cleaned(text: str) -> str:
    return ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def drop_reason(source: str, target: str, kind: TranslationType | None, rules: Rules) -> str | None:
    clean_source, clean_target = cleaned(source), cleaned(target)
    if rules.mt == "skip" and kind != "HT":
        return "machine-translated"
    if not clean_source:
        return "empty-source"
    if not re.sub(r"<!--.*?-->|</?b>", "", clean_source).strip():
        return "no-text"
    if not clean_target:
        return "empty-target"
    return "identical" if rules.drop_identical and clean_source == clean_target else None


def slow(sheets: list[Sheet], rules: Rules, *, fold: bool) -> tuple[list[Entry], Counter[str], Counter[str]]:
    """The entries, and how many units are merged and dropped for which reason: all units looked at, again and again."""
    units: list[tuple[str, str, int, str, str, int]] = []
    dropped: Counter[str] = Counter()
    for number, sheet in enumerate(sheets):
        for source, target in sheet.units:
            reason = drop_reason(source, target, sheet.kind, rules)
            if reason:
                dropped[reason] += 1
                continue
            texts = cleaned(source), cleaned(target)
            if fold:
                texts = joined_lines(texts[0]), joined_lines(texts[1])
            units.append((*texts, ORDER[sheet.kind], sheet.handoff or "", f"{number:02}.md", len(units)))
    made = []
    merged: Counter[str] = Counter()
    for source in {unit[0] for unit in units}:
        ranked = []
        for target in {unit[1] for unit in units if unit[0] == source}:
            same = [unit for unit in units if unit[:2] == (source, target)]
            rank = min(unit[2] for unit in same)
            newest = int(max(unit[3] for unit in same).replace("-", "") or 0)
            first = min(unit[5] for unit in same if unit[2] == rank)
            ranked.append((rank, -len(same), -newest, target, first, tuple(sorted({unit[4] for unit in same})[:10])))
        ranked.sort()
        kept = ranked if rules.variants == "all" else ranked[:1]
        for place in reversed(kept):
            made.append((ranked[0][4], -ranked.index(place), source, place))
            merged["duplicate"] += -place[1] - 1
        merged["variant"] += sum(-place[1] for place in ranked if place not in kept)
    made.sort()
    kinds: dict[int, TranslationType | None] = {rank: kind for kind, rank in ORDER.items()}
    entries = [
        Entry(source, place[3], "en-US", "fr-FR", pages=place[5], translation_type=kinds[place[0]])
        for _, _, source, place in made
    ]
    return entries, +merged, dropped


TEXT = st.lists(
    st.sampled_from(["a", "b", "\n", " ", "  \n", "\r\n", "\r", "\\\n", "<b>", "</b>", "<!--x-->", "\u00a0", "\x01", "> "]),
    max_size=4,
).map("".join)
SHEETS = st.lists(
    st.builds(
        Sheet,
        st.lists(st.tuples(TEXT, TEXT), max_size=6),
        st.sampled_from(["HT", None, "MT"]),
        st.sampled_from([None, "2019-01-01", "2020-01-01"]),
    ),
    max_size=14,
)
RULES = st.builds(
    Rules,
    mt=st.sampled_from(["keep", "skip"]),
    variants=st.sampled_from(["best", "all"]),
    drop_identical=st.booleans(),
)


@given(SHEETS, RULES, st.booleans())
@example([Sheet([("a\nb", "x"), ("a b", "x"), ("a\n b", "y"), ("a  \nb", "y")])], Rules(), True)
@example(
    [Sheet([(f"a{gap}b", f"x{gap}y") for gap in ("\n", "\n ", " \n", " ")] + [("c\nd", "e"), ("f\ng", "h")])], Rules(), True
)
def test_curation_is_what_a_slow_look_at_all_units_gives(sheets: list[Sheet], rules: Rules, fold: bool) -> None:
    collector, results = collect(sheets, rules)
    selection = select(collector, fold=joined_lines if fold else None)
    entries, merged, dropped = slow(sheets, rules, fold=fold)
    made = list(selection.entries())
    assert [(e.source, e.target, e.pages, e.translation_type) for e in made] == [
        (e.source, e.target, e.pages, e.translation_type) for e in entries
    ]
    exported = outcomes(results, selection)
    assert exported == (len(entries), merged, dropped)
    assert exported[0] + merged.total() + dropped.total() == len(results)
    assert dropped.keys() <= DROP_REASONS.keys()
    assert merged.keys() <= MERGE_REASONS.keys()


# --- whole pages at once -------------------------------------------------------------------------------------------


def known(collector: Collector) -> list[tuple[object, ...]]:
    """All that is known of the pairs."""
    return [
        (
            pair.source,
            pair.target,
            pair.id,
            pair.number,
            pair.changes,
            pair.rank,
            pair.handoff,
            pair.count,
            pair.pages,
            pair.slot,
        )
        for pair in collector.pairs
    ]


@given(SHEETS, RULES)
@example([Sheet([("a", "x"), ("b", "y")]), Sheet([("c", "z"), ("a", "x"), ("a", "w"), ("c", "z"), ("a ", "x")])], Rules())
def test_a_page_at_once_is_its_units_one_by_one(sheets: list[Sheet], rules: Rules) -> None:
    at_once, one_by_one = Collector(rules), Collector(rules)
    for number, sheet in enumerate(sheet for sheet in sheets if sheet.units):
        page = read(sheet, number)
        ids, sources, targets = page.texts
        slots = at_once.add(page.texts, Stand(page.origin, number))
        apart = [
            one_by_one.add(
                Texts(ids[at : at + 1], sources[at : at + 1], targets[at : at + 1]), Stand(page.origin, number, places=[at])
            )
            for at in range(len(ids))
        ]
        assert slots == [slot for (slot,) in apart]
    assert known(at_once) == known(one_by_one)
    assert at_once.characters == sum(len(pair.source) + len(pair.target) for pair in at_once.pairs) == one_by_one.characters
    assert [pair.slot for pair in at_once.pairs] == [
        next(slot for slot, (other, _) in enumerate(at_once.slots) if other is pair) for pair in at_once.pairs
    ]


def test_targets_of_other_collectors_are_other_targets() -> None:
    sheets = [Sheet([("No", "Non"), ("Yes", "Oui")])]
    collector, results = collect(sheets, Rules())
    others, _ = collect([Sheet([]), Sheet([("No", "Nul"), ("Yes", "Oui")]), Sheet([("No", "Nul")])], Rules())
    collector.absorb(others.pairs)
    assert [(entry.source, entry.target) for entry in select(collector).entries()] == [("Yes", "Oui"), ("No", "Nul")]
    assert outcomes(results, select(collector)) == (1, Counter({"variant": 1}), Counter())
    restored = Collector(Rules())
    restored.restore(others.slots, [*others.pairs, *collect(sheets, Rules())[0].pairs[:1]])
    assert [(entry.source, entry.target) for entry in select(restored).entries()] == [("No", "Nul"), ("Yes", "Oui")]


# --- characters that XML does not allow ----------------------------------------------------------------------------


@given(st.text(st.characters() | st.sampled_from("\t\n\r\x00\x1f\x7f\x85\ud800\udfff\ufffd\ufffe\uffff\U0001fffe"), max_size=8))
def test_what_is_legal_stays_as_it_is(text: str) -> None:
    assert without_illegal(text) == ILLEGAL.sub("", text)
    assert is_legal(text) == (ILLEGAL.search(text) is None)


# --- soft line breaks, by an expression that looks at every character ----------------------------------------------

SOFT_BREAK = re.compile(r"(?<![ \t\\\n])[ \t]?\n(?![ \t>]*\n)(?:[ \t]*>)*[ \t]*")


@given(st.text("a \t\n>\\", max_size=12))
def test_soft_line_breaks_are_those_of_the_rule(text: str) -> None:
    assert joined_lines(text) == SOFT_BREAK.sub(" ", text)
