"""Where units stand: heading, context, fences and comments of Markdown, and that remembering steps changes nothing."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from align.model import CONTEXTS
from align.pages import parse_page
from align.pages.automaton import Automaton, State, Step
from align.pages.gaps import _FENCED_CODE, without_code, without_details


def page_of(template: str) -> str:
    """A page out of a template in which `{Text}` is a unit whose source is `Text`; `{{` and `}}` are braces."""
    text, number = "", 100
    for piece in template.replace("{{", "\1").replace("}}", "\2").split("{"):
        source, brace, gap = piece.partition("}")
        if brace:
            number += 1
            ident = f"abd60-{number}"
            text += (
                f'<span data-ttu-id="{ident}">{source.upper()}</span><span class="sxs-lookup">'
                f'<span data-stu-id="{ident}">{source}</span></span>{gap}'
            )
        else:
            text += piece
    return text.replace("\1", "{").replace("\2", "}")


def places(template: str) -> list[tuple[str, str, str | None]]:
    """Source, context and heading of each unit."""
    return [(unit.source, " ".join(unit.context), unit.heading) for unit in parse_page(page_of(template)).units]


def contexts(template: str) -> list[str]:
    return [" ".join(unit.context) for unit in parse_page(page_of(template)).units]


def headings(template: str) -> list[str | None]:
    return [unit.heading for unit in parse_page(page_of(template)).units]


def flags(template: str) -> list[str]:
    return [" ".join(unit.flags) for unit in parse_page(page_of(template)).units]


# --- headings ------------------------------------------------------------------------------------------------------


def test_a_heading_holds_for_the_units_below_it() -> None:
    assert places("{Top}\n\n# {One}\n\n{a} {b}\n\n### {Two}\n{c}\n") == [
        ("Top", "", None),
        ("One", "heading", "One"),
        ("a", "", "One"),
        ("b", "", "One"),
        ("Two", "heading", "Two"),
        ("c", "", "Two"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "# {One}",
        "###### {One}",
        "   ## {One}",
        '# <a name="one"></a>{One}',
        '# <a name="one"></a> {One}',
        "# {One} #",
        "## {One} ##",
        "#\t{One}",
        "{One}\n===",
        "{One}\n---",
        "{One}\n  =====  ",
        "<h2>{One}</h2>\n",
        '<h2 id="one">{One}</h2>\n',
    ],
)
def test_ways_to_write_a_heading(line: str) -> None:
    assert places(f"{{Top}}\n\n{line}\n\n{{a}}\n") == [("Top", "", None), ("One", "heading", "One"), ("a", "", "One")]


@pytest.mark.parametrize("line", ["#{One}", "####### {One}", r"\# {One}", "Text # {One}"])
def test_what_looks_like_a_heading_is_a_paragraph(line: str) -> None:
    assert places(f"{line}\n\n{{a}}\n") == [("One", "", None), ("a", "", None)]


def test_a_heading_without_a_unit_is_its_text() -> None:
    assert headings('# <a name="x"></a>Settings `v2` ##\n\n{a}\n\nPlain\n-----\n\n{b}\n') == ["Settings `v2`", "Plain"]


def test_a_heading_of_several_units_is_their_text_but_each_unit_has_its_own() -> None:
    assert headings("## 1. {One} and {Two}\n\n{a}\n") == ["One", "Two", "1. One and Two"]
    assert headings("{One} {Two}\n===\n\n{a}\n") == ["One", "Two", "One Two"]


def test_text_beside_the_unit_belongs_to_the_heading_below() -> None:
    assert headings("# `fern` {command}\n\n{a}\n") == ["command", "`fern` command"]


def test_a_heading_at_the_end_of_the_page_is_one() -> None:
    assert places("{a}\n\n# {One}") == [("a", "", None), ("One", "heading", "One")]
    assert places("{a}\n\n{One}\n===\n") == [("a", "", None), ("One", "heading", "One")]


def test_the_last_line_of_a_page_needs_no_line_end() -> None:
    assert places("{a}\n\n{One}\n===") == [("a", "", None), ("One", "heading", "One")]
    assert contexts("{a} | {b}\n---|---") == ["table", "table"]


def test_a_link_in_a_heading() -> None:
    assert places("## [{One}](a.md)\n\n{a}\n")[0] == ("One", "heading link", "One")
    assert headings("## [{One}](a.md)\n\n{a}\n")[1] in ("One", "[One](a.md)")


def test_a_rule_is_no_heading() -> None:
    assert contexts("{a}\n\n---\n\n{b}\n\n***\n{c}\n") == ["", "", ""]


# --- lists and quotes ----------------------------------------------------------------------------------------------


def test_lists_and_what_ends_them() -> None:
    assert contexts("* {a}\n* {b}\n\n{c}\n\n1. {d}\n2) {e}\n\n+ {f}\n- {g}\n") == [
        "list",
        "list",
        "",
        "list",
        "list",
        "list",
        "list",
    ]


def test_nested_lists() -> None:
    assert contexts("* {a}\n  * {b}\n    * {c}\n  * {d}\n* {e}\n") == [
        "list",
        "list list",
        "list list list",
        "list list",
        "list",
    ]
    assert contexts("1. {a}\n\n   {b}\n\n   - {c}\n\n   {d}\n\n{e}\n") == ["list", "list", "list list", "list", ""]


def test_lazy_continuation_stays_in_its_block() -> None:
    assert contexts("* {a}\n{b}\n\n{c}\n") == ["list", "list", ""]
    assert contexts("> {a}\n{b}\n\n{c}\n") == ["quote", "quote", ""]


def test_two_marks_on_a_line() -> None:
    assert contexts("> * {a}\n> * {b}\n>\n> {c}\n\n* > {d}\n") == ["quote list", "quote list", "quote", "list quote"]


def test_a_number_other_than_one_interrupts_no_paragraph() -> None:
    assert contexts("{a}\n2021. {b}\n") == ["", ""]
    assert contexts("{a}\n1. {b}\n") == ["", "list"]


def test_alerts_are_quotes() -> None:
    assert places("# {One}\n> [!NOTE]\n> {a}\n> {b}\n\n{c}\n") == [
        ("One", "heading", "One"),
        ("a", "quote", "One"),
        ("b", "quote", "One"),
        ("c", "", "One"),
    ]


def test_a_heading_in_a_list_or_quote() -> None:
    assert places("> ## {One}\n> {a}\n") == [("One", "quote heading", "One"), ("a", "quote", "One")]
    assert places("* # {One}\n  {a}\n") == [("One", "list heading", "One"), ("a", "list", "One")]


def test_dashes_and_stars_in_text_are_no_list() -> None:
    assert contexts("-{a}\n\n*{b}*\n\n**{c}**\n\n{d} - {e}\n") == [""] * 5


# --- tables --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        "| {a} | {b} |\n|---|---|\n| {c} | {d} |\n",
        "{a} | {b}\n---|---\n{c} | {d}\n",
        "|{a}|{b}|\r\n|:--|--:|\r\n|{c}|{d}|\r\n",
        "| {a} | {b}\n| --- | ---\n| {c} | {d}\n",
    ],
)
def test_tables_with_and_without_outer_pipes(table: str) -> None:
    assert contexts(f"{{x}}\n\n{table}\n{{y}}\n") == ["", "table", "table", "table", "table", ""]


def test_a_link_in_a_table_in_a_list() -> None:
    assert contexts("* {x}\n\n  | {a} | {b} |\n  |---|---|\n  | [{c}](c.md) | {d} |\n") == [
        "list",
        "list table",
        "list table",
        "list table link",
        "list table",
    ]


def test_a_pipe_in_prose_is_no_table() -> None:
    assert contexts("{a} | {b}\n\n{c}\n") == ["", "", ""]


# --- links and images ----------------------------------------------------------------------------------------------


def test_links_and_images() -> None:
    assert contexts("{a} [{b}](b.md) ![{c}](c.png) {d} [{e}][ref] [![{f}](f.png)](g.md)\n") == [
        "",
        "link",
        "image",
        "",
        "link",
        "link image",
    ]


@pytest.mark.parametrize("target", ["c.png", 'c.png "T"', "c(1).png", "<c d.png>", ""])
def test_an_image_in_a_link_leaves_the_link_open(target: str) -> None:
    assert contexts(f"[![{{a}}]({target}) {{b}}](d.md) {{c}}\n") == ["link image", "link", ""]


def test_several_units_in_a_link() -> None:
    assert contexts("[{a} {b}](b.md) {c}\n") == ["link", "link", ""]


def test_a_bracket_that_no_target_follows_is_no_link() -> None:
    assert contexts("[{a}] {b}\n") == ["", ""]
    assert contexts("* [x] {a}\n") == ["list"]
    assert contexts("[!NOTE] {a}\n") == [""]


def test_escaped_brackets_open_nothing() -> None:
    assert contexts(r"\[{a}\](b.md) {b}" + "\n") == ["", ""]
    assert contexts(r"!\[{a}\] {b}" + "\n") == ["", ""]


def test_brackets_in_code_open_nothing() -> None:
    assert contexts("`[`{a} `![` {b}\n") == ["", ""]


def test_code_between_two_backticks_may_hold_one() -> None:
    assert contexts("{a} ``x`[`` {b}\n") == ["", ""]


def test_an_open_bracket_ends_with_its_paragraph() -> None:
    assert contexts("[x {a}\n\n{b}\n")[1] == ""


# --- HTML in Markdown ----------------------------------------------------------------------------------------------


def test_html_tables_and_lists() -> None:
    assert contexts(
        "<table><tr><td>{a}</td></tr></table>\n\n<ul><li>{b}<ol><li>{c}</li></ol></li></ul>\n\n"
        '<blockquote>{d}</blockquote> <a href="x">{e}</a> <a name="x"></a>{f}\n'
    ) == ["table", "list", "list list", "quote", "link", ""]


def test_html_over_several_lines() -> None:
    assert contexts("<table>\n<tr>\n<td>{a}</td>\n<td>\n<ul>\n<li>{b}</li>\n</ul>\n</td></tr>\n</table>\n\n{c}\n") == [
        "table",
        "table list",
        "",
    ]


# --- fences and comments -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["```", "~~~", "````", "```csharp"])
def test_a_unit_in_a_fence_is_flagged(mark: str) -> None:
    close = mark.removesuffix("csharp")
    assert flags(f"{{a}}\n\n{mark}\nx = 1\n{{b}}\n{close}\n\n{{c}}\n") == ["", "in-fence", ""]


def test_a_fence_without_units_changes_nothing() -> None:
    assert contexts("{a}\n```\n# no heading\n* no list\n<!-- no comment\n```\n{b}\n") == ["", ""]
    assert flags("{a}\n```\n<!-- no comment\n~~~\n```\n{b}\n") == ["", ""]
    assert headings("# {One}\n\n```\n# no heading\n```\n{b}\n") == ["One", "One"]


def test_a_fence_is_closed_by_a_run_as_long_as_its_own() -> None:
    assert flags("````\n```\n{a}\n````\n{b}\n") == ["in-fence", ""]


def test_code_spans_are_no_fences() -> None:
    assert flags("```x``` {a}\n{b}\n") == ["", ""]


def test_a_unit_in_a_comment_is_flagged() -> None:
    assert flags("{a} <!-- {b} --> {c}\n<!--\n# {d}\n\n{e}\n-->\n{f}\n") == [
        "",
        "in-comment",
        "",
        "in-comment",
        "in-comment",
        "",
    ]


def test_a_comment_without_units_changes_nothing() -> None:
    assert places("# {One}\n<!-- # No -->\n<!--\n## No\n* {x}\n-->\n{a}\n")[-1] == ("a", "", "One")


# --- remembering changes nothing -----------------------------------------------------------------------------------

TEMPLATES = [
    "# {One}\n\n{a}\n\n* [{b}](b.md)\n  * {c}\n",
    "{a} | {b}\n---|---\n{c} | {d}\n\n```\n{e}\n```\n",
    "<!-- {a} -->\n\n> {b}\n{c}\n\n{d}\n===\n",
    "[{a}](one.md) [{b}](two.md)\n\n```\nx\n```\n\n1. {c}\n\n   {d}\n",
    '# <a name="x"></a>{One}\n\n{a}\n\n## <a name="y"></a>{Two}\n\n{b} [{c}] {d}\n',
]


def read_all(order: list[int]) -> dict[int, list[dict[str, Any]]]:
    return {index: [unit.as_dict() for unit in parse_page(page_of(TEMPLATES[index])).units] for index in order}


def test_the_order_in_which_pages_are_read_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for seed in range(8):
        order = list(range(len(TEMPLATES))) * 2
        random.Random(seed).shuffle(order)
        monkeypatch.setattr("align.pages.trace._AUTOMATON", Automaton())
        results.append(read_all(order))
        results.append(read_all(order))
    assert all(result == results[0] for result in results)


def test_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    order = list(range(len(TEMPLATES)))
    expected = read_all(order)
    monkeypatch.setattr("align.pages.automaton._MOST_REMEMBERED", 0)
    assert read_all(order) == expected


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    automaton = Automaton()
    monkeypatch.setattr("align.pages.automaton._MOST_REMEMBERED", 10_000)
    known = []
    for page in range(40):
        node = automaton.start()
        for unit in range(40):
            node = node[f" word {page} {unit} "].after
        node["x" * 2_000]
        known.append(sum(map(len, automaton._nodes.values())))
    assert 40 < max(known) < 100
    assert not automaton.start()  # all is forgotten


GAPS = st.lists(
    st.sampled_from(
        [
            "\n",
            "\r\n",
            "\n\n",
            " ",
            "# ",
            "## ",
            "* ",
            "  ",
            "> ",
            "1. ",
            "| ",
            "\n|---|---|\n",
            "\n===\n",
            "\n---\n",
            "](",
            "](a.md)",
            '](a.md "T")',
            "](a b)",
            "](<a>)",
            "](a(b))",
            "[",
            "![",
            "]",
            ")",
            '<a name="x"></a>',
            '<a name="x">',
            '<a name="[x"></a>',
            '<a name="',
            "</a>",
            '<a href="x">',
            "<table>",
            "</table>",
            "<!--",
            "-->",
            "`",
            "```",
            "\n```\n",
            "\n```js\nlet x = 1;\n# no\n```\n",
            "\n```\n\n```\n",
            "\n````\n",
            "\n~~~\n",
            "\n  ```\n",
            "\\",
            "x",
        ]
    ),
    max_size=10,
).map("".join)
STATES = st.lists(GAPS, max_size=3)


def after(gaps: list[str]) -> State:
    """The state that these gaps lead to, read without any simplification."""
    automaton = Automaton()
    state = State()
    for gap in gaps:
        state = automaton._step(state, gap).after.state
    return state


def outcome(step: Step) -> tuple[Any, ...]:
    told = (getattr(step, name) for name in step.__struct_fields__ if name not in ("after", "feeds"))
    return (step.after.state, *told)


@given(STATES, GAPS)
@example([], "](a.md) and `x`\n\n# ")
@example(["["], "](a.md)[")
@example(["[["], "](")
@example(["\n* "], '\n\n## <a name="x"></a>')
@example([], "\n```\n# x\n```\n\n* ")
@example(["\n> "], "\n```\nx\n```\ny\n")
def test_what_a_gap_is_simplified_by_changes_no_step(before: list[str], gap: str) -> None:
    state = after(before)
    if state.fence or state.marks.comment:
        return  # gaps are then taken as they are
    automaton = Automaton()
    assert outcome(automaton._step(state, without_details(gap))) == outcome(automaton._step(state, gap))


def test_an_anchor_on_a_line_of_its_own_is_no_blank_line() -> None:
    assert contexts('* {a}\n<a name="x"></a>\n{b}\n') == contexts('* {a}\n<a id="x"></a>\n{b}\n') == ["list", "list"]


def test_an_anchor_before_a_mark_hides_it() -> None:
    for mark in ("#", "*", "1."):
        assert contexts(f'<a name="x"></a>{mark} {{a}}\n') == contexts(f'<a id="x"></a>{mark} {{a}}\n') == [""]


def test_text_between_two_fences_is_read() -> None:
    code = "1. Step:\n\n   ```\n   x\n```\n\n## Next\n\n```\ny\n```\n\n"
    assert places(code + "{a}\n") == [("a", "", "Next")]


def test_a_fence_that_quotes_fences_ends_where_it_does() -> None:
    assert flags("```js\nx\n```\n```\n```js\nx\n```\n{a}\n") == [""]


@given(GAPS)
@example("\n```js\nx\n```\n\n# ")
@example("\n```js\nx\n```  \n\n# ")
@example("\n```js `\nx\n```\n\n# ")
@example("\n```js\n`\n```\n\n```\n```\n")
@example("\n```js\nx\n```\n~~~\n")
@example("\n```js\n```js\n```\n")
def test_code_is_left_out_of_fences_that_pair_up(gap: str) -> None:
    paired = gap.count("```") == gap.count("\n```") and "````" not in gap and "~~~" not in gap
    assert without_code(gap) == (_FENCED_CODE.sub("\n```\n```", gap) if paired else gap)


@given(STATES, GAPS)
def test_a_remembered_step_is_the_step(before: list[str], gap: str) -> None:
    automaton = Automaton()
    node = automaton.start()
    for one in before:
        node = automaton.step(node, one).after
    first = automaton.step(node, gap)
    assert automaton.step(node, gap) == first
    assert outcome(first) == outcome(Automaton().step(automaton._node(node.state), gap))
    assert first.feeds == gap.count("\n")


@given(STATES)
def test_a_step_gives_known_words_only(before: list[str]) -> None:
    automaton = Automaton()
    node = automaton.start()
    for gap in before:
        step = automaton.step(node, gap)
        assert set(step.context) <= set(CONTEXTS)
        assert set(step.flags) <= {"in-comment", "in-fence"}
        node = step.after
