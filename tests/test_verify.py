"""Each known transformation of the bilingual build: one page it explains, and near misses that it must not explain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from align.verify import verify_source, verify_target
from align.verify.source import source_hash


@dataclass(frozen=True)
class Unit:
    source: str
    target: str
    id: str = "abd60-p101"


@dataclass(frozen=True)
class Origin:
    source_hash: str | None = None


@dataclass(frozen=True)
class Page:
    parts: tuple[tuple[str, Unit | None], ...]
    origin: Origin = Origin()
    name: str = "page.md"

    def pieces(self) -> Iterator[tuple[str, str, Unit | None]]:
        return ((gap, "", unit) for gap, unit in self.parts)

    def source_text(self) -> str:
        return "".join(gap + (unit.source if unit else "") for gap, unit in self.parts)

    def target_text(self) -> str:
        return "".join(gap + (unit.target if unit else "") for gap, unit in self.parts)


def page(*parts: str | tuple[str, str] | tuple[str, str, str], source_hash: str | None = None) -> Page:
    """A bilingual page: a string is a gap, a tuple is a unit (source, target, and its id where that counts)."""
    pieces: list[tuple[str, Unit | None]] = []
    gap = ""
    for part in parts:
        if isinstance(part, str):
            gap += part
        else:
            pieces.append((gap, Unit(*part)))
            gap = ""
    return Page((*pieces, (gap, None)), Origin(source_hash))


def check(bilingual: Page, real: str) -> str:
    """The transformations that make the pages equivalent, or the verdict."""
    verdict = verify_target(bilingual, real)
    return " ".join(verdict.transformations) or verdict.verdict


def unit(target: str) -> Page:
    return page("# Top\n\n", ("x", target), "\n")


def test_identical_to_the_character() -> None:
    assert check(page("\ufeffa\r\n", ("One.", "Eins."), "\r\n"), "\ufeffa\r\nEins.\r\n") == "identical"


@pytest.mark.parametrize("real", ["a\nEins.\r\n", "\ufeffa\r\nEins.\r\n", "a\r\nEins. \r\n", "a\r\nZwei.\r\n", "a\r\n", ""])
def test_nothing_else_is_identical(real: str) -> None:
    assert check(page("a\r\n", ("One.", "Eins."), "\r\n"), real) == "different"


def test_the_first_differing_line_is_told() -> None:
    verdict = verify_target(page("a\n", ("One.", "Eins."), "\nb\n"), "a\nZwei.\nc\n")
    assert (verdict.verdict, verdict.line, verdict.expected, verdict.found) == ("different", 2, "Zwei.", "Eins.")


BACKSLASH = [
    (r"4 \* 5 \_ \`", "4 * 5 _ `", "backslash"),
    (r"wähle [Ort]\*\*\*\* aus", "wähle [Ort]**** aus", "backslash"),
    (r"身\分\**識別*", "身分**識別*", "backslash"),
    ("4 * 5", r"4 \* 5", "different"),  # the bilingual page has the backslash, never the real one
    (r"4 \* 5", "4 * 6", "different"),
    (r"4 \* 5", "4  5", "different"),
    (r"so \# da", "so # da", "different"),
    (r"in `a\*b` da", "in `a*b` da", "different"),
    (r"in `C:\temp\` da", "in `C:\\temp` da", "different"),
    (r"in ``a`\*b`` da", "in ``a`*b`` da", "different"),
    (r"in C:\temp\_x da", r"in C:\temp_x da", "different"),
    (r"C:\temp", "C:temp", "different"),
    (r"siehe [x](a\_b.md)", "siehe [x](a_b.md)", "different"),
    (r"siehe https://a.example/b\_c", "siehe https://a.example/b_c", "different"),
    (r'<a href="a\_b">x</a>', '<a href="a_b">x</a>', "different"),
    (r"<!-- a\_b -->", "<!-- a_b -->", "different"),
    (r"身\分", "身分", "backslash"),
    ("身分", r"身\分", "different"),
    (r"in `身\分` da", "in `身分` da", "different"),
    (r"wähle\x da", "wählex da", "different"),
    (r"\\* a", r"\* a", "different"),
]


@pytest.mark.parametrize(("bilingual", "real", "expected"), BACKSLASH)
def test_backslash(bilingual: str, real: str, expected: str) -> None:
    assert check(unit(bilingual), f"# Top\n\n{real}\n") == expected


def test_a_backslash_in_a_gap_is_code() -> None:
    assert check(page("```\na\\*b\n```\n"), "```\na*b\n```\n") == "different"


def test_a_backslash_at_the_end_of_a_cell() -> None:
    assert check(page("| ", ("A", "A\\\\"), "  | b |\n"), "| A\\  | b |\n") == "backslash"
    assert check(page("", ("A", "A\\\\"), "\n"), "A\\\n") == "different"


ALT_TEXT = [
    ("![Ein Bild.](a.png)", "![Ein Bild. Rechts ein Knopf.](a.png)", "alt-text"),
    ("![Die Meldung „Fertig.”](a.png)", "![Die Meldung „Fertig.” im Fenster.](a.png)", "alt-text"),
    ("![Ein Bild. Rechts ein Knopf.](a.png)", "![Ein Bild.](a.png)", "different"),
    ("![Ein Bild](a.png)", "![Ein Bild von mir](a.png)", "different"),
    ("![Ein Bild.](a.png)", "![Kein Bild. Rechts ein Knopf.](a.png)", "different"),
    ("![Ein Bild.](a.png)", "![Ein Bild.Rechts](a.png)", "different"),
    ("![Ein Bild.](a.png)", "![Ein Bild. Rechts.](b.png)", "different"),
    ("![Ein Bild. Noch eins.](a.png)", "![Ein Bild. Noch eins. Rechts.](a.png)", "different"),
    ("[Ein Text.](a.md)", "[Ein Text. Noch einer.](a.md)", "different"),
]


def around(gap: str, last: str) -> Page:
    """A gap between a unit with the number 101 and one with the id ``last``."""
    return page(("A", "A", "abd60-101"), f"\n{gap}\n", ("B", "B", last), "\n")


@pytest.mark.parametrize(("bilingual", "real", "expected"), ALT_TEXT)
def test_alt_text(bilingual: str, real: str, expected: str) -> None:
    assert check(around(bilingual, "abd60-104"), f"A\n{real}\nB\n") == expected


@pytest.mark.parametrize("last", ["abd60-102", "abd60-103", "abd60-p101"])
def test_an_alt_text_is_cut_only_where_numbers_are_missing(last: str) -> None:
    bilingual = around("![Ein Bild.](a.png)", last)
    assert check(bilingual, "A\n![Ein Bild. Rechts ein Knopf.](a.png)\nB\n") == "different"


def test_a_title_takes_a_number_of_its_own() -> None:
    real = 'A\n![Ein Bild. Rechts.](a.png "Titel")\nB\n'
    assert check(around('![Ein Bild.](a.png "Titel")', "abd60-104"), real) == "different"
    assert check(around('![Ein Bild.](a.png "Titel")', "abd60-105"), real) == "alt-text"


DEFINITIONS = [
    ("[Liste]: l.md\n[list]: l.md\n", "[Liste]: l.md\n", "reference-definition"),
    ("[Liste]: l.md\n[list]: l.md\n[b]: b.md\n", "[Liste]: l.md\n[b]: b.md\n", "reference-definition"),
    ("[Liste]: l.md\n[list]: l.md", "[Liste]: l.md", "reference-definition"),
    ("[Liste]: l.md\n", "[Liste]: l.md\n[list]: l.md\n", "different"),
    ("[Liste]: l.md\n[list]: m.md\n", "[Liste]: l.md\n", "different"),
    ("[Liste]: l.md\n[item]: l.md\n", "[Liste]: l.md\n", "different"),  # no English text uses this label
    ("[b]: b.md\n[list]: l.md\n", "[b]: b.md\n", "different"),
    ("[Liste]: l.md\n[list]: l.md\n", "[Liste]: m.md\n", "different"),
]


@pytest.mark.parametrize(("bilingual", "real", "expected"), DEFINITIONS)
def test_reference_definition(bilingual: str, real: str, expected: str) -> None:
    text = ("See the [list].", "Siehe die [Liste].")
    assert check(page(text, "\n\n", bilingual), f"Siehe die [Liste].\n\n{real}") == expected


QUOTES = [
    ("title: 'Ein Titel'", "title: Ein Titel", "quotes"),
    ("title: 'Ein ''Titel'''", "title: \"Ein 'Titel'\"", "quotes"),
    ("no-loc:\n- 'Name'\n- \"Let's\"", "no-loc:\n- Name\n- Let's", "quotes"),
    ("no-loc:\n- ':::no-loc(Name):::'", "no-loc:\n- Name", "quotes"),
    ("title: Ein Titel", "title: 'Ein Titel'", "different"),
    ("title: 'Ein Titel'", "title: Kein Titel", "different"),
    ("title: 'Ein: Titel'", "title: Ein: Titel", "different"),
    ("title: '10'", "title: 10", "different"),
    ("author: 'x'", "author: x", "different"),
    ("tags:\n- 'x'", "tags:\n- x", "different"),
]


@pytest.mark.parametrize(("bilingual", "real", "expected"), QUOTES)
def test_quotes(bilingual: str, real: str, expected: str) -> None:
    assert check(page(f"---\n{bilingual}\n---\nx\n"), f"---\n{real}\n---\nx\n") == expected


def test_quotes_below_the_front_matter_are_text() -> None:
    assert check(page("---\na: b\n---\ntitle: 'x y'\n"), "---\na: b\n---\ntitle: x y\n") == "different"


NO_LOC = [
    ("Die Blume blüht", "Die :::no-loc(Blume)::: blüht", "no-loc"),
    ("Die :::no-loc(Blume)::: blüht", "Die Blume blüht", "no-loc"),
    ("Die Blume blüht", "Die :::no-loc(Rose)::: blüht", "different"),
]


@pytest.mark.parametrize(("bilingual", "real", "expected"), NO_LOC)
def test_no_loc(bilingual: str, real: str, expected: str) -> None:
    assert check(unit(bilingual), f"# Top\n\n{real}\n") == expected


ENTITY = [
    ('a = "b&quot;, &quot;c"', 'a = "b", "c"', "entity"),
    ('a = "b&quot;, &quot;c"', 'a = "b", &quot;c"', "different"),
    ('a = "b", "c"', 'a = "b&quot;, &quot;c"', "different"),
    ("a = &quot;b&quot;", 'a = "b"', "different"),
]


@pytest.mark.parametrize(("bilingual", "real", "expected"), ENTITY)
def test_entity(bilingual: str, real: str, expected: str) -> None:
    assert check(page(bilingual, "\n"), f"{real}\n") == expected


URL_SPACE = [
    ("siehe: https://a.example", "siehe:https://a.example", "url-space"),
    ("siehe:https://a.example", "siehe: https://a.example", "different"),
    ("siehe: https://a.example", "siehe:https://b.example", "different"),
    ("`curl https://a.example`", "`curlhttps://a.example`", "different"),
]


@pytest.mark.parametrize(("bilingual", "real", "expected"), URL_SPACE)
def test_url_space(bilingual: str, real: str, expected: str) -> None:
    assert check(unit(bilingual), f"# Top\n\n{real}\n") == expected


def test_every_transformation_is_named_once() -> None:
    first, last = ("a", r"4 \* 5 \* 6", "abd60-102"), ("b", "Ende", "abd60-105")
    bilingual = page("---\ntitle: 'T x'\n---\n", first, "\n![Eins.](a.png)\n", last)
    verdict = verify_target(bilingual, "---\ntitle: T x\n---\n4 * 5 * 6\n![Eins. Zwei.](a.png)\nEnde")
    assert verdict.transformations == ("alt-text", "backslash", "quotes")


ENGLISH = (
    "---\ntitle: 'A page'\nms.date: 1/2/2021\n---\n\n# Top\n\nOne. Two.\n\n"
    "![A picture](a.png)\n\n```js\nlet a = 1;\n```\n\n[list]: l.md\n"
)


def english_page(hash_of: str = ENGLISH, code: str = "let a = 1;", anchor: str = '<a name="top"></a>') -> Page:
    return page(
        "---\ntitle: Eine Seite\nms.date: 1/2/2021\nms.contentlocale: de-DE\n---\n# ",
        anchor,
        ("Top", "Oben"),
        "\n\n",
        ("One.", "Eins."),
        " ",
        ("Two.", "Zwei."),
        f"\n\n![Ein Bild](a.png)\n\n```js\n{code}\n```\n\n[Liste]: l.md\n",
        source_hash=source_hash(hash_of.encode()),
    )


def test_the_english_page() -> None:
    verdict = verify_source(english_page(), ENGLISH.encode())
    assert verdict.transformations == ("alt-text", "anchor", "blank-lines", "front-matter", "reference-definition")


def test_the_english_page_with_other_line_ends_and_a_byte_order_mark_is_another_file_only_when_its_hash_says_so() -> None:
    assert verify_source(english_page(), ENGLISH.replace("\n", "\r\n").encode()).verdict == "equivalent"
    assert verify_source(english_page(), b"\xef\xbb\xbf" + ENGLISH.encode()).verdict == "different"


def test_another_english_file_is_told_by_both_hashes() -> None:
    verdict = verify_source(english_page(), b"other\n")
    assert (verdict.verdict, verdict.line) == ("different", None)
    assert (verdict.expected, verdict.found) == (source_hash(ENGLISH.encode()), source_hash(b"other\n"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("One.", "Ones."),
        ("One. Two.", "Two. One."),
        ("let a = 1;", "let a = 2;"),
        ("(a.png)", "(b.png)"),
        ("l.md", "m.md"),
        ("1/2/2021", "1/3/2021"),
        ("ms.date: 1/2/2021\n", ""),
        ("# Top", "## Top"),
        ("![A picture](a.png)\n\n", ""),
    ],
)
def test_a_change_of_the_english_body_is_seen_even_when_the_hash_agrees(old: str, new: str) -> None:
    changed = ENGLISH.replace(old, new)
    assert verify_source(english_page(hash_of=changed), changed.encode()).verdict == "different"


def test_a_change_of_the_bilingual_page_is_seen() -> None:
    assert verify_source(english_page(code="let a = 2;"), ENGLISH.encode()).verdict == "different"
    assert verify_source(english_page(anchor="<b>x</b>"), ENGLISH.encode()).verdict == "different"


@pytest.mark.parametrize("between", ["\n", " "], ids=["lines", "one line"])
def test_the_work_is_linear(between: str) -> None:
    many = 20_000
    bilingual = page(*(part for n in range(many) for part in ((f"{n} * 2", rf"{n} \* 2"), between)))
    real = "".join(f"{n} * 2{between}" for n in range(many))
    assert verify_target(bilingual, real).transformations == ("backslash",)
