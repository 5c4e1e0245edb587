"""Wrappers in raw text: the grammar, where a source ends, what damage becomes, and that both ways to find them agree."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from align.pages import parse_page
from align.pages.repair import Repaired, decode_scalar, undo_quot
from align.pages.spans import MARKER, OPENER, Damage, Wrapper, find, is_plain, source_end, split


def wrap(ident: str, target: str, source: str, quote: str = '"') -> str:
    return (
        f"<span data-ttu-id={quote}{ident}{quote}>{target}</span>"
        f"<span class={quote}sxs-lookup{quote}><span data-stu-id={quote}{ident}{quote}>{source}</span></span>"
    )


def units(text: str) -> list[tuple[str, str, str]]:
    """Id, target and source of each wrapper."""
    return [(one.id, text[slice(*one.target)], text[slice(*one.source)]) for one in find(text) if isinstance(one, Wrapper)]


def damages(text: str) -> list[tuple[str, int]]:
    """Rule and offset of each damage."""
    return [(one.rule, one.start) for one in find(text) if isinstance(one, Damage)]


# --- the grammar ---------------------------------------------------------------------------------------------------


def test_a_wrapper_is_target_then_source_with_one_id() -> None:
    text = f"# {wrap('abd60-101', 'Seuils', 'Thresholds')}\n"
    (found,) = find(text)
    assert isinstance(found, Wrapper)
    assert (found.id, found.escaped, found.source_part) == ("abd60-101", False, None)
    assert text[found.start : found.end] == wrap("abd60-101", "Seuils", "Thresholds")
    assert units(text) == [("abd60-101", "Seuils", "Thresholds")]


@pytest.mark.parametrize("ident", ["abd60-101", "00000-100", "fffff-1234567", "abd60-p101", "abd60-p1000"])
def test_an_id_is_five_hex_digits_and_a_number_of_three_or_more(ident: str) -> None:
    assert units(wrap(ident, "t", "s")) == [(ident, "t", "s")]


@pytest.mark.parametrize(
    "ident", ["abd6-101", "abd600-101", "ABD60-101", "abg60-101", "abd60-10", "abd60-q101", "abd60-", "abd60-101p", ""]
)
def test_another_id_is_damage(ident: str) -> None:
    text = "x\n" + wrap(ident, "t", "s")
    assert units(text) == []
    assert damages(text) == [("malformed-wrapper", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "Plain text.",
        "A line\nbreak.",
        "A <xref:System.String> and `List<T>` with &lt;entities&gt;.",
        '<span style="color:red">red</span> text',
        "a </span> closer",
        '**bold** [link](a.md "T") ![alt](b.png) <!-- note -->',
        "]]> -- \"quotes\" 'more' \\* \u200e\u00a0\u2028",
        "",
    ],
)
def test_a_side_may_hold_anything(text: str) -> None:
    page = wrap("abd60-101", text, "English.") + " " + wrap("abd60-102", "Fin.", "End.")
    assert units(page)[0] == ("abd60-101", text, "English.")
    page = wrap("abd60-101", text, text) + " " + wrap("abd60-102", "Fin.", "End.")
    assert units(page) == [("abd60-101", text, text), ("abd60-102", "Fin.", "End.")]


def test_outer_white_space_belongs_to_the_sides() -> None:
    assert units(wrap("abd60-101", " a\n", "\u00a0b ")) == [("abd60-101", " a\n", "\u00a0b ")]


def test_two_units_may_stand_with_nothing_between_them() -> None:
    text = wrap("abd60-101", "Un.", "One.") + wrap("abd60-102", "Deux.", " Two.")
    assert units(text) == [("abd60-101", "Un.", "One."), ("abd60-102", "Deux.", " Two.")]


def test_quotes_may_be_escaped_as_in_a_yaml_scalar() -> None:
    text = f'title: "{wrap("abd60-101", "Seuils", "Thresholds", quote=chr(92) + chr(34))}"\n'
    (found,) = find(text)
    assert isinstance(found, Wrapper)
    assert found.escaped
    assert units(text) == [("abd60-101", "Seuils", "Thresholds")]


# --- where a source ends -------------------------------------------------------------------------------------------


def test_the_only_closer_is_taken() -> None:
    # Unbalanced, and the target is balanced: with one candidate nothing is weighed.
    assert units(wrap("abd60-101", "Ouvrez.", "Open with `<span>`.")) == [("abd60-101", "Ouvrez.", "Open with `<span>`.")]


def test_closers_of_the_next_unit_are_not_looked_at() -> None:
    text = wrap("abd60-101", "a <span>", "b <span>") + wrap("abd60-102", "</span>c", "</span>d")
    assert units(text) == [("abd60-101", "a <span>", "b <span>"), ("abd60-102", "</span>c", "</span>d")]


def test_a_source_that_ends_with_a_span_keeps_its_closer() -> None:
    text = wrap("abd60-101", "<span>nord</span>", "<span>north</span>")
    assert text.endswith("</span></span></span>")
    assert units(text) == [("abd60-101", "<span>nord</span>", "<span>north</span>")]


def test_overlapping_closers_are_told_apart_when_a_gap_begins_with_one() -> None:
    text = "<span>" + wrap("abd60-101", "nord", "north") + "</span> more"
    assert text.endswith("</span></span></span> more")
    assert units(text) == [("abd60-101", "nord", "north")]


def test_of_several_closers_the_one_that_balances_as_the_target_does_is_taken() -> None:
    closing = wrap("abd60-101", "Fermez avec </span>", "Close with </span>")
    assert units(closing) == [("abd60-101", "Fermez avec </span>", "Close with </span>")]
    opening = wrap("abd60-101", "Ouvrez <span>", "Open <span>") + "</span></span>"
    assert units(opening) == [("abd60-101", "Ouvrez <span>", "Open <span>")]


def test_the_same_closers_behind_a_balanced_target_end_the_source_earlier() -> None:
    assert units(wrap("abd60-101", "Fermez", "Close with </span>")) == [("abd60-101", "Fermez", "Close with ")]


def test_with_a_balanced_target_the_first_balanced_source_is_taken() -> None:
    text = wrap("abd60-101", "gras", "<b><span><span>bold</span></span></b> text")
    assert units(text) == [("abd60-101", "gras", "<b><span><span>bold</span></span></b> text")]


def test_when_nothing_balances_as_the_target_the_first_balanced_source_is_taken() -> None:
    text = wrap("abd60-101", "<span><span>x", "<span>y</span>")
    assert units(text) == [("abd60-101", "<span><span>x", "<span>y</span>")]


def test_when_nothing_balances_the_first_closer_is_taken() -> None:
    text = wrap("abd60-101", "gras", "bold <span>") + "</span></span></span>"
    assert units(text)[0][2].startswith("bold <span>")
    text = wrap("abd60-101", "gras", "<span><span><span>bold") + " and </span></span>"
    assert units(text) == [("abd60-101", "gras", "<span><span><span>bold")]


def test_no_white_space_may_stand_between_the_closers() -> None:
    text = wrap("abd60-101", "<span>a</span>", "<span>b</span>\n")
    assert units(text) == [("abd60-101", "<span>a</span>", "<span>b</span>\n")]
    broken = wrap("abd60-101", "a", "b").replace("</span></span>", "</span> </span>")
    assert damages(broken) == [("unclosed-source", 0)]


def reference_source_end(source: str, target: str) -> int:
    """The rule of the format's description, said slowly."""
    closer = "</span></span>"
    candidates = [at for at in range(len(source)) if source.startswith(closer, at)]

    def balance(text: str) -> int:
        return text.count("<span") - text.count("</span")

    if not candidates:
        return -1
    if len(candidates) == 1:
        return candidates[0]
    if balance(target) != 0:
        for at in candidates:
            if balance(source[:at]) == balance(target):
                return at
    for at in candidates:
        if balance(source[:at]) == 0:
            return at
    return candidates[0]


SPANS = st.lists(st.sampled_from(["<span>", "</span>", "</span></span>", "x", "\n"]), max_size=14).map("".join)


@given(SPANS, SPANS)
def test_a_source_ends_where_the_rule_says(source: str, target: str) -> None:
    balance = target.count("<span") - target.count("</span")
    assert source_end(source, 0, len(source), balance) == reference_source_end(source, target)


# --- A1 and A29 ----------------------------------------------------------------------------------------------------


def test_damaged_quotes_of_wrappers_are_repaired() -> None:
    text = (
        '<span data-ttu-id="7d36c-125&quot;>Le &quot;nord&quot;.</span><span class=&quot;sxs-lookup&quot;>'
        '<span data-stu-id=&quot;7d36c-125">The north.</span></span>'
    )
    repaired = undo_quot(text)
    assert units(repaired.text) == [("7d36c-125", 'Le "nord".', "The north.")]
    page = parse_page(text)
    assert [(unit.source, unit.target, unit.flags) for unit in page.units] == [
        ("The north.", 'Le "nord".', ("repaired-quotes",))
    ]
    assert page.problems == ()
    assert page.target_text() == 'Le "nord".'


def test_no_entity_is_decoded_elsewhere() -> None:
    text = 'Say &quot;no&quot;. <a title="x &quot;y&quot;">' + wrap("7d36c-101", "&quot;a&quot; &amp;", "&lt;b&gt;")
    assert undo_quot(text).text == text
    assert [(unit.source, unit.target, unit.flags) for unit in parse_page(text).units] == [
        ("&lt;b&gt;", "&quot;a&quot; &amp;", ())
    ]


@given(st.lists(st.sampled_from(['"', "&quot;", "7d36c-125", "data-ttu-id=", ">", "class=", "sxs-lookup", "x\n"]), max_size=20))
def test_offsets_lead_back_from_the_repaired_text_to_the_page(parts: list[str]) -> None:
    text = "".join(parts)
    repaired = undo_quot(text)
    assert repaired.text.replace("&quot;", '"') == text.replace("&quot;", '"')
    assert len(text) - len(repaired.text) == 5 * len(repaired.quotes)
    for at, character in enumerate(repaired.text):
        on_page = repaired.on_page(at)
        expected = "&quot;" if at in repaired.quotes else character
        assert text.startswith(expected, on_page)
    assert repaired.on_page(len(repaired.text)) == len(text)


def test_a_unit_in_a_yaml_scalar_is_decoded_and_flagged() -> None:
    wrapper = wrap("71c5d-101", r"Le \"nord\" \\ sud", r"The \"north\" \\ south", quote='\\"')
    text = f'---\ntitle: "{wrapper}"\nms.contentlocale: fr-FR\n---\n\nText.\n'
    (unit,) = parse_page(text).units
    assert (unit.source, unit.target) == ('The "north" \\ south', 'Le "nord" \\ sud')
    assert unit.flags == ("front-matter", "repaired-quotes")
    assert unit.line == 2


@pytest.mark.parametrize(
    ("piece", "value"),
    [
        ("plain", "plain"),
        (r"a \"b\"", 'a "b"'),
        (r"back\\slash", "back\\slash"),
        (r"no \q escape \"", r'no \q escape "'),
    ],
)
def test_a_piece_of_a_scalar_is_decoded_or_left(piece: str, value: str) -> None:
    assert decode_scalar(piece) == value


# --- damage --------------------------------------------------------------------------------------------------------

GOOD = wrap("abd60-109", "Fin.", "End.")


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (
            wrap("abd60-101", "Un.", "One.").replace('"', "", 2).replace("=abd", '="abd', 1),
            "malformed-wrapper",
        ),
        ("<span data-ttu-id=abd60-101>Un.</span>", "malformed-wrapper"),
        ('<span  data-ttu-id="abd60-101">Un.</span>', "malformed-wrapper"),
        ('<div data-ttu-id="abd60-101">Un.</div>', "malformed-wrapper"),
        ("Say data-ttu-id= in prose.", "stray-marker"),
        ('<span data-ttu-id="abd60-101">Un.', "unclosed-target"),
        ('<span data-ttu-id="abd60-101">Un.</span>', "unclosed-target"),
        (wrap("abd60-101", "Un.", "One.").replace("sxs-lookup", "sxs"), "unclosed-target"),
        (wrap("abd60-101", "Un.", "One.").replace('stu-id="abd60-101', 'stu-id="abd60-102'), "unclosed-target"),
        (wrap("abd60-101", "Un.", "One.").removesuffix("</span></span>"), "unclosed-source"),
        (wrap("abd60-101", "Un.", "One.").removesuffix("</span>"), "unclosed-source"),
    ],
)
def test_a_broken_wrapper_is_one_problem_and_the_next_unit_is_found(broken: str, rule: str) -> None:
    text = f"A line.\n{broken}\n\n{GOOD}\n"
    page = parse_page(text, name="a.md")
    assert [(unit.id, unit.line) for unit in page.units] == [("abd60-109", 4)]
    assert [(problem.rule, problem.page, problem.line) for problem in page.problems] == [(rule, "a.md", 2)]
    assert page.problems[0].severity == ("warning" if rule == "stray-marker" else "error")


def test_a_wrapper_inside_another_one_is_found_and_the_outer_one_reported() -> None:
    text = '<span data-ttu-id="abd60-101">Un ' + wrap("abd60-102", "nord", "north") + " autre.</span>" + GOOD
    assert [ident for ident, _, _ in units(text)] == ["abd60-102", "abd60-109"]
    assert damages(text) == [("unclosed-target", 0)]


@pytest.mark.parametrize(
    "piece",
    [
        "<span data-ttu-id=",
        '<span data-ttu-id="abd60-101">',
        "</span></span>",
        '<span class="sxs-lookup">',
        "&quot;",
        '"',
    ],
)
def test_long_rubbish_is_read_in_linear_time(piece: str) -> None:
    text = piece * 20_000 + GOOD
    assert units(text)[-1:] == [("abd60-109", "Fin.", "End.")] or piece in ('"', '<span data-ttu-id="abd60-101">')
    assert sum(1 for _ in find(text)) == text.count(MARKER)
    undo_quot(text)


# --- the fast way is the careful way -------------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [
        wrap("abd60-101", "Un.", "One."),
        wrap("abd60-102", "", ""),
        wrap("abd60-p103", "<span>a</span>", "<span>b</span>"),
        wrap("abd60-104", "a\nb", "c\r\nd"),
        wrap("abd60-105", "t", "s", quote='\\"'),
        wrap("abd60-106", "t", "s").replace('"', "'"),
        '<span data-ttu-id="abd60-101">',
        '<span data-ttu-id="abd60-102">',
        '</span><span class="sxs-lookup"><span data-stu-id="abd60-101">',
        '</span><span class="sxs-lookup">',
        '<span data-stu-id="abd60-101">',
        "</span></span>",
        "</span>",
        "<span",
        "<span>",
        "<span ",
        "data-ttu-id=",
        "<span data-ttu-id=",
        '"',
        "<",
        ">",
        "\n",
        "\0",
        "\0</span>",
        " ",
        "text",
        "é",
    ]
)
SOUP = st.lists(FRAGMENTS | st.text(max_size=3), max_size=12).map("".join)


@given(SOUP)
@example(wrap("abd60-101", "a", "b") + "</span>")
@example(wrap("abd60-101", "a", "b") + "x</span></span>")
@example(wrap("abd60-101", "a", "b") + "\0</span>")
def test_where_the_fast_way_is_plain_both_ways_agree(text: str) -> None:
    parts = split(text)
    if is_plain(parts, text.count(MARKER)):
        found = list(find(text))
        assert all(isinstance(one, Wrapper) and not one.escaped for one in found)
        assert units(text) == list(zip(parts[1::4], parts[2::4], parts[3::4], strict=True))
        starts = [one.start for one in found] + [len(text)]
        ends = [0] + [one.end for one in found if isinstance(one, Wrapper)]
        assert parts[0::4] == [text[end:start] for end, start in zip(ends, starts, strict=True)]


@given(SOUP)
def test_every_marker_is_a_wrapper_or_one_damage_and_wrappers_do_not_overlap(text: str) -> None:
    found = list(find(text))
    assert len(found) == text.count(MARKER)
    end = 0
    for one in found:
        if isinstance(one, Wrapper):
            assert end <= one.start < one.target[0] <= one.target[1] < one.source[0] <= one.source[1] < one.end
            end = one.end


# --- edges ---------------------------------------------------------------------------------------------------------


STRAY = "data-ttu-id= stands outside of any tag; nothing to do if it is meant as text"


@pytest.mark.parametrize(
    ("text", "rule", "start", "message"),
    [
        ("<span data-ttu-id=x", "malformed-wrapper", 0, "the id of a wrapper or its quotes are damaged; mend the page"),
        ("a <span data-ttu-id=x", "malformed-wrapper", 2, "the id of a wrapper or its quotes are damaged; mend the page"),
        ("<b data-ttu-id=x", "malformed-wrapper", 0, "the tag around data-ttu-id= is damaged; mend the page"),
        ("< <b data-ttu-id=x", "malformed-wrapper", 2, "the tag around data-ttu-id= is damaged; mend the page"),
        ("<" + "b" * 39 + MARKER, "malformed-wrapper", 0, "the tag around data-ttu-id= is damaged; mend the page"),
        *(
            (
                far + MARKER,
                "stray-marker",
                len(far),
                f"{MARKER} stands outside of any tag; nothing to do if it is meant as text",
            )
            for far in ("", "<b> ", "<" + "b" * 40, "<" + "b" * 60)
        ),
        (
            '<span data-ttu-id="abd60-101">t</span>',
            "unclosed-target",
            0,
            "the target of abd60-101 is not followed by its source; mend the page",
        ),
        (
            wrap("abd60-101", "t", "s").removesuffix("</span>"),
            "unclosed-source",
            0,
            "the source of abd60-101 is not closed; mend the page",
        ),
    ],
)
def test_damage_says_where_it_is_and_what_to_do(text: str, rule: str, start: int, message: str) -> None:
    assert list(find(text)) == [Damage(rule, start, message)]


def test_a_target_is_not_closed_by_the_next_wrapper_of_its_id() -> None:
    text = '<span data-ttu-id="abd60-101">un ' + wrap("abd60-101", "deux", "two")
    assert (damages(text), units(text)) == ([("unclosed-target", 0)], [("abd60-101", "deux", "two")])


@pytest.mark.parametrize(
    ("gap", "plain"), [("", True), (" </span>", True), ("</span>", False), (" </span></span>", False), (" " + OPENER, False)]
)
def test_a_text_is_plain_when_no_source_s_end_is_in_doubt(gap: str, plain: bool) -> None:
    text = wrap("abd60-101", "un", "one") * 2 + gap
    assert is_plain(split(text), text.count(MARKER)) is plain


def test_a_source_s_end_is_in_doubt_behind_the_first_wrapper_too() -> None:
    text = wrap("abd60-101", "un", "one</b>") + "</span>" + wrap("abd60-102", "deux", "two")
    assert not is_plain(split(text), 2)


def test_a_target_ends_at_the_first_closer_of_its_id() -> None:
    again = '</span><span class="sxs-lookup"><span data-stu-id="abd60-101">'
    text = wrap("abd60-101", "un", f"one{again}more")
    assert units(text) == [("abd60-101", "un", f"one{again}more")]


def test_every_quote_that_is_repaired_is_known() -> None:
    whole = wrap("abd60-101", 'say "no"', "x")
    before = '# "a" &quot;b&quot;\n"'
    text = before + whole.replace('"', "&quot;") + '"'
    repaired = undo_quot(text)
    assert repaired.text == before + whole + '"'
    assert repaired.quotes == tuple(place + len(before) for place, letter in enumerate(whole) if letter == '"')
    assert all(text.startswith("&quot;", repaired.on_page(place)) for place in repaired.quotes)


@pytest.mark.parametrize(
    ("start", "end", "touched"), [(3, 4, True), (0, 9, True), (2, 3, False), (1, 2, False), (4, 5, False), (3, 3, False)]
)
def test_what_is_repaired_is_known_to_the_character(start: int, end: int, touched: bool) -> None:
    assert Repaired("abc\"def'g", (3,)).touches(start, end) is touched


def test_a_damaged_quote_behind_an_id_is_enough() -> None:
    assert undo_quot('<span data-ttu-id="abd60-101&quot;>t').text == '<span data-ttu-id="abd60-101">t'


@pytest.mark.parametrize(
    ("piece", "value"),
    [
        (r"\U0010FFFF", "\U0010ffff"),
        (r"\U00110000", r"\U00110000"),
        (r"\uD7FF\uD800\uDFFF\uE000", "\ud7ff" + r"\uD800\uDFFF" + "\ue000"),
        ("one\\\n  word", "oneword"),
        ("one \\\r\n\t word", "one word"),
        ("two\\\n  \\ words", "two words"),
    ],
)
def test_escapes_at_the_edges_of_unicode_and_of_lines(piece: str, value: str) -> None:
    assert decode_scalar(piece) == value
    if r"\u" not in piece.lower():
        assert yaml.safe_load(f'"{piece}"') == value
