"""The notebook's noun: each verb, what it shows of itself, and that its memories are those of an export."""

from __future__ import annotations

import copy
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, overload

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.lib.pretty import pretty
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

import align
from align.bitext.selecting import KEYS
from align.display import SHOWN, html_view, table_view
from align.display.codes import runs
from align.display.counts import ROWS
from align.errors import LocaleError, OptionError, OutputError
from align.exchange import ENDINGS, read_memory
from align.model import CONTAINERS

ROOT = Path(__file__).resolve().parent.parent


def span(ident: str, target: str, source: str) -> str:
    return (
        f'<span data-ttu-id="{ident}">{target}</span>'
        f'<span class="sxs-lookup"><span data-stu-id="{ident}">{source}</span></span>'
    )


def page(locale: str, kind: str, *units: tuple[str, str], handoff: str = "03/01/2021") -> str:
    front = f"---\nms.contentlocale: {locale}\nms.translationtype: {kind}\nms.lasthandoff: {handoff}\n---\n"
    return front + "\n\n".join(span(f"abd60-{101 + at}", target, source) for at, (source, target) in enumerate(units))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pages of two locales."""
    pages = {
        "fr/a.md": page("fr-fr", "HT", ("Save", "Enregistrer"), ("Close", "Fermer"), handoff="05/04/2021"),
        "fr/b.md": page("fr-fr", "MT", ("Save", "Sauver"), ("Close", "Fermer"), ("Open", "Open")),
        "ar/a.md": page("ar-sa", "MT", ("Save", "حفظ")) + '\n<span data-ttu-id="abd60-109">broken',
    }
    for name, text in pages.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def corpus() -> align.Bitext:
    return align.read(ROOT / "corpora" / "bilingual", progress=False)


def targets(bitext: align.Bitext) -> list[str]:
    return [unit.target for unit in bitext]


# Reading


def test_read_gives_what_reading_page_by_page_gives(folder: Path) -> None:
    bitext = align.read(folder)
    assert targets(bitext) == ["حفظ", "Enregistrer", "Fermer", "Sauver", "Fermer", "Open"]
    assert bitext.pages == ("ar/a.md", "fr/a.md", "fr/b.md")
    assert [problem.page for problem in bitext.problems] == ["ar/a.md"]
    assert bitext.locales == ("ar-SA", "fr-FR")


def test_read_takes_the_options_of_the_command_line(folder: Path) -> None:
    assert align.read(folder, only="HT").pages == ("fr/a.md",)
    assert align.read(folder, since="2021-05-01").pages == align.read(folder, since=date(2021, 5, 1)).pages == ("fr/a.md",)
    assert align.read(folder, include="fr/**").pages == ("fr/a.md", "fr/b.md")
    assert align.read(folder, include=["a.md"], exclude="ar/*").pages == ("fr/a.md",)
    assert {unit.source_locale for unit in align.read(folder, source_locale="en-gb")} == {"en-GB"}
    assert len(align.read(folder, since="2030-01-01")) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"inclued": "x"}, "container, exclude, include, licence, locale, only, since, source_locale"),
        ({"only": "ht"}, "use HT, MT"),
        ({"since": "05/01/2021"}, "YYYY-MM-DD"),
        ({"since": "20210501"}, "YYYY-MM-DD"),
        ({"container": "docx"}, "markdown, html, xml"),
        ({"locale": "fr_FR"}, "with hyphens"),
        ({"include": 3}, "include: 3 is no text; give a text in quotes"),
        ({"since": 2021}, "since: 2021 is no text"),
    ],
)
def test_read_refuses_what_it_does_not_know(folder: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(OptionError, match=re.escape(said)):
        align.read(folder, **options)


def test_read_needs_a_path() -> None:
    with pytest.raises(OptionError, match="give a page or a folder"):
        align.read()
    with pytest.raises(
        OptionError, match=re.escape("['a', 'b'] is no PATH; give text or a Path; PATHS in a list as read(*PATHS)")
    ):
        align.read(["a", "b"])  # type: ignore[arg-type]


def test_progress_is_told_and_an_interrupt_ends_reading(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    align.read(folder, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3), (3, 3)]

    def interrupted(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        align.read(folder, progress=interrupted)


def test_no_bar_where_nobody_looks(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    align.read(folder)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo terminal on Windows")
def test_a_bar_on_a_terminal_is_on_standard_error(folder: Path) -> None:
    reader, terminal = os.openpty()
    script = f"import align; print(len(align.read({str(folder)!r}, progress=True)))"
    done = subprocess.run(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=terminal, env={**os.environ, "TERM": "xterm"}, check=True
    )
    assert done.stdout == b"6\n"
    assert b"Reading pages" in os.read(reader, 100_000)
    os.close(terminal)
    os.close(reader)


@pytest.mark.filterwarnings("ignore")
def test_a_notebook_has_a_bar_and_shows_the_bitext(folder: Path) -> None:
    cells = ["import align", f"bitext = align.read({str(folder)!r}, progress=True)", "bitext", "align.read('.', include='x/*')"]
    notebook: Any = new_notebook(cells=[new_code_cell(cell) for cell in cells])  # type: ignore[no-untyped-call]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}, allow_errors=True).execute(
        env=environment
    )
    bar, view = notebook.cells[1].outputs[0].data, notebook.cells[2].outputs[0].data
    assert bar["text/plain"] == "3 of 3 pages"
    assert '<progress value="3" max="3"' in bar["text/html"]
    assert view["text/plain"].startswith("6 units, 3 pages, 1 problem\n  ar/a.md:6")
    assert view["text/html"].startswith('<div class="align-tm">')
    assert notebook.cells[3].outputs[0].ename == "NoPagesError"


# A sequence that never changes


def test_it_is_a_sequence(folder: Path) -> None:
    bitext = align.read(folder)
    assert bitext[1].target == "Enregistrer"
    assert targets(bitext[1:3]) == ["Enregistrer", "Fermer"]
    assert bitext[-1] in bitext
    assert bitext.index(bitext[3]) == 3
    assert bitext[:] == bitext
    assert hash(bitext[:]) == hash(bitext)
    assert bitext[:2] != bitext
    assert bitext != list(bitext)
    assert not align.Bitext()


def test_it_never_changes_and_can_be_pickled_and_copied(folder: Path) -> None:
    bitext = align.read(folder)
    names = bitext.pages
    for name in ("pages", "problems", "locales", "_units", "new"):
        with pytest.raises(AttributeError, match=f"so {name} cannot be set"):
            setattr(bitext, name, ())
    for twin in (pickle.loads(pickle.dumps(bitext)), copy.copy(bitext), copy.deepcopy(bitext)):
        assert (twin, twin.problems, twin.pages, repr(twin)) == (bitext, bitext.problems, names, repr(bitext))


def test_a_part_has_the_problems_of_its_pages(folder: Path) -> None:
    bitext = align.read(folder)
    assert bitext.select(locale="fr-FR").problems == ()
    assert bitext.select(locale="ar-SA").problems == bitext.problems
    assert bitext[1:].pages == ("fr/a.md", "fr/b.md")


# Selecting


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"locale": "ar-sa"}, ["حفظ"]),
        ({"locale": ("ar-SA", "fr-FR"), "translation_type": "HT"}, ["Enregistrer", "Fermer"]),
        ({"translation_type": ["MT", "unknown"]}, ["حفظ", "Sauver", "Fermer", "Open"]),
        ({"flags": "identical"}, ["Open"]),
        ({"context": "paragraph", "page": "b.md"}, ["Sauver", "Fermer", "Open"]),
        ({"context": "heading"}, []),
        ({"page": "nowhere/*"}, []),
        ({"contains": "SA"}, ["حفظ", "Enregistrer", "Sauver"]),
        ({"since": "2021-05-04"}, ["Enregistrer", "Fermer"]),
        ({}, ["حفظ", "Enregistrer", "Fermer", "Sauver", "Fermer", "Open"]),
    ],
)
def test_select_keeps_what_passes_every_test(folder: Path, options: dict[str, Any], expected: list[str]) -> None:
    assert targets(align.read(folder).select(**options)) == expected


def test_select_asks_the_function_last(folder: Path) -> None:
    asked: list[str] = []
    kept = align.read(folder).select(lambda unit: asked.append(unit.target) or "e" in unit.target, locale="fr-FR")  # type: ignore[func-returns-value]
    assert asked == ["Enregistrer", "Fermer", "Sauver", "Fermer", "Open"]
    assert targets(kept) == ["Enregistrer", "Fermer", "Sauver", "Fermer", "Open"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"language": "fr"}, "contains, context, flags, locale, page, since, translation_type"),
        ({"flags": "identicle"}, "no-text"),
        ({"context": "header"}, "paragraph"),
        ({"translation_type": "None"}, "HT, MT, unknown"),
        ({"since": "yesterday"}, "YYYY-MM-DD"),
        ({"locale": None}, "locale: None is no text; give a text in quotes, or leave the option out"),
        ({"locale": ["fr-FR", 3]}, "locale: 3 is no text"),
        ({"page": 3}, "page: 3 is no text"),
        ({"contains": 3}, "contains: 3 is no text"),
        ({"where": "fr-FR"}, r"'fr-FR' is no function of a unit; name the option, as in select\(contains=...\)"),
    ],
)
def test_select_lists_what_is_allowed(folder: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        align.read(folder).select(**options)


def test_a_bad_locale_is_said(folder: Path) -> None:
    with pytest.raises(LocaleError):
        align.read(folder).select(locale="fr_FR")


# Dedupe, sample, group, count


def test_dedupe_keeps_the_best_target_of_each_source(folder: Path) -> None:
    bitext = align.read(folder)
    # Save: human before machine. Close: the first of two equal pairs. Each locale for itself.
    assert targets(bitext.dedupe()) == ["حفظ", "Enregistrer", "Fermer", "Open"]
    assert targets(bitext.dedupe(variants="all")) == ["حفظ", "Enregistrer", "Fermer", "Sauver", "Open"]
    assert bitext.dedupe().dedupe() == bitext.dedupe()
    with pytest.raises(OptionError, match="best, all"):
        bitext.dedupe(variants="some")  # type: ignore[arg-type]


def test_a_sample_is_the_same_for_the_same_seed(corpus: align.Bitext) -> None:
    sample = corpus.sample(30, seed=7)
    again = [unit.as_dict() for unit in corpus.sample(30, seed=7)]
    assert [unit.as_dict() for unit in sample] == again
    assert [unit.as_dict() for unit in corpus.sample(30)] != again
    numbers = [next(at for at, one in enumerate(corpus) if one is unit) for unit in sample]
    assert numbers == sorted(set(numbers))
    assert corpus.sample(10_000) == corpus
    with pytest.raises(OptionError, match="0 or more"):
        corpus.sample(-1)
    with pytest.raises(TypeError, match="integer"):
        corpus.sample("3")  # type: ignore[arg-type]


@pytest.mark.parametrize("key", KEYS)
def test_groups_hold_every_unit_once(corpus: align.Bitext, key: str) -> None:
    groups = corpus.group_by(key)
    assert sum(map(len, groups.values())) == len(corpus)
    assert {KEYS[key](unit) for group in groups.values() for unit in group} == set(groups)
    assert all({KEYS[key](unit) for unit in group} == {value} for value, group in groups.items())


def test_groups_come_in_the_order_of_their_first_units(folder: Path) -> None:
    groups = align.read(folder).group_by("translation_type")
    assert list(groups) == ["MT", "HT"]
    assert targets(groups["HT"]) == ["Enregistrer", "Fermer"]
    with pytest.raises(OptionError, match="locale, source_locale, page"):
        align.read(folder).group_by("colour")


def test_stats_are_those_of_the_pages(folder: Path, corpus: align.Bitext) -> None:
    for root, bitext in ((folder, align.read(folder)), (ROOT / "corpora" / "bilingual", corpus)):
        assert bitext.stats() == align.collect_stats(align.read_pages(align.find_pages([root])))


def test_stats_count_pages_and_units_of_each_locale(folder: Path) -> None:
    stats = align.read(folder).stats()
    assert (stats.pages, stats.units, list(stats.locales)) == (3, 6, ["ar-SA", "fr-FR"])
    french = stats.locales["fr-FR"]
    assert (french.pages, french.HT, french.MT, french.duplicates, french.identical) == (2, 2, 3, 1, 1)


def test_stats_of_a_part_count_its_pages_once(corpus: align.Bitext) -> None:
    mixed = align.Bitext([*corpus[::2], *corpus[1::2]])
    assert msgspec.structs.replace(mixed.stats(), problems={}) == msgspec.structs.replace(corpus.stats(), problems={})


# Writing


@pytest.mark.parametrize("ending", ["tmx", "po", "tsv", "jsonl", "xlf"])
def test_a_memory_is_the_one_an_export_writes(corpus: align.Bitext, tmp_path: Path, ending: str) -> None:
    pages = align.read_pages(align.find_pages([ROOT / "corpora" / "bilingual"]))
    form: Any = "xliff" if ending == "xlf" else ending
    report = align.export_pages(pages, tmp_path / "export", plan=align.Plan(formats=(form,), granularity="sentence"))
    reports = []
    for locale, group in corpus.group_by("locale").items():
        name = f"{locale}.{ending}"
        reports.append(group.write(tmp_path / name))
        # A unit does not know the reference definitions of its page.
        expected = re.sub(rb'"labels":\[[^]]*\]', b'"labels":[]', (tmp_path / "export" / name).read_bytes())
        assert (tmp_path / name).read_bytes() == expected
    assert reports == report.files
    assert sum(file.exported for file in reports) == len(corpus.dedupe()) or ending == "po"


def test_every_unit_is_counted(folder: Path, tmp_path: Path) -> None:
    (folder / "fr" / "c.md").write_text(page("fr-fr", "MT", (" Quit ", "Quitter"), ("", "Rien"), ("<br>", "<br>")), "utf-8")
    (folder / "a-page.md").write_text(span("abd60-101", "x", "y"), "utf-8")
    report = align.read(folder).select(lambda unit: unit.target_locale != "ar-SA").write(tmp_path / "out.tmx")
    assert (report.exported, report.merged) == (4, {"duplicate": 1, "variant": 1})
    assert report.dropped == {"empty-source": 1, "no-locale": 1, "no-text": 1}
    assert report.changed == {"outer-white-space": 1}


def test_header_names_the_licence_and_the_newest_handoff(folder: Path, tmp_path: Path) -> None:
    french = align.read(folder, licence="CC-BY-4.0").select(locale="fr-FR")
    french.write(tmp_path / "a.tmx")
    french.write(tmp_path / "a.po")
    assert "<note>Licence of the text: CC-BY-4.0</note>" in (tmp_path / "a.tmx").read_text("utf-8")
    header = (tmp_path / "a.po").read_text("utf-8")
    assert header.startswith("# Licence of the text: CC-BY-4.0\n")
    assert '"PO-Revision-Date: 2021-05-04 00:00+0000\\n"' in header


@pytest.mark.parametrize("ending", sorted(ENDINGS | {".tmx.gz", ".po.gz", ".moses.gz"}))
def test_every_format_is_written_and_read_back(folder: Path, tmp_path: Path, ending: str) -> None:
    french = align.read(folder).select(locale="fr-FR")
    report = french.write(tmp_path / f"memory{ending}")
    # Save: human before machine. Close: twice the same.
    assert (report.exported, report.merged, report.dropped) == (3, {"duplicate": 1, "variant": 1}, {})
    entries = read_memory(tmp_path / f"memory{ending}", target_locale="fr-FR")
    pairs = {(entry.source, entry.target) for entry in entries}
    assert pairs == {("Save", "Enregistrer"), ("Close", "Fermer"), ("Open", "Open")}


def test_what_a_format_has_no_place_for_is_counted(folder: Path, tmp_path: Path) -> None:
    french = align.read(folder).select(locale="fr-FR")
    report = french.write(tmp_path / "a.mo", rules=align.Rules(mt="fuzzy"))
    assert (report.exported, report.dropped) == (2, {"no-place": 1})  # "Open" is machine translated: fuzzy
    (folder / "fr" / "long.md").write_text(page("fr-fr", "HT", ("Long", "x" * 40_000)), "utf-8")
    report = align.read(folder).select(locale="fr-FR").write(tmp_path / "a.xlsx")
    assert (report.exported, report.dropped) == (3, {"no-place": 1})


def test_soft_line_breaks_are_joined_for_both_formats_of_gettext(tmp_path: Path) -> None:
    bitext = align.Bitext(align.parse_page(page("fr-fr", "HT", ("One\nline", "Une\nligne"))).units)
    for name in ("a.po", "a.mo"):
        assert bitext.write(tmp_path / name).changed == {"soft-line-breaks": 1}
        assert [entry.source for entry in read_memory(tmp_path / name)] == ["One line"]


def test_rules_decide_what_is_kept(folder: Path, tmp_path: Path) -> None:
    french = align.read(folder).select(locale="fr-FR")
    assert french.write(tmp_path / "a.tmx", rules=align.Rules(variants="all")).exported == 4
    assert french.write(tmp_path / "a.tmx", rules=align.Rules(mt="skip")).dropped == {"machine-translated": 3}
    assert french.write(str(tmp_path / "a.moses")).exported == 3
    assert (tmp_path / "a.fr-FR").read_text("utf-8").splitlines() == ["Enregistrer", "Fermer", "Open"]


def test_what_cannot_be_written_is_said_and_leaves_no_file(folder: Path, tmp_path: Path) -> None:
    bitext, out = align.read(folder), tmp_path / "out"
    french = bitext.select(locale="fr-FR")
    for part, name, rules, said in (
        (bitext, "a.tmx", None, "en-US to ar-SA, en-US to fr-FR; choose with select"),
        (align.Bitext(), "a.tmx", None, "there is no unit"),
        (align.Bitext(align.parse_page(span("abd60-101", "x", "y")).units), "a.tmx", None, "no unit has a target locale"),
        (french, "a.docx", None, r"use one of \.csv"),
        (french, "a.tmx", align.Rules(mt="split"), "two files"),
    ):
        with pytest.raises(OptionError, match=said):
            part.write(out / name, rules=rules)
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutputError):
        french.write(tmp_path / "file" / "a.tmx")
    assert not out.exists()


# Showing


class Elements(HTMLParser):
    """Elements of an HTML fragment with their attributes, and the text of its cells."""

    def __init__(self, fragment: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


EVIL = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</td></table></div>", "&lt;b&gt; `<i>` <!-- x -->")
SAFE = {"style", "div", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "i", "br", "wbr"}


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("container", CONTAINERS)
def test_texts_of_pages_never_become_markup(evil: str, container: Any) -> None:
    origin = align.Origin(page=f"{evil}.md", container=container, target_locale="fr-FR", translation_type="HT")
    unit = align.Unit(evil, evil, evil, 3, evil, (evil,), (evil,), origin)
    problem = align.Problem("rule", "error", evil, None, evil)
    found = Elements(html_view([unit], title=evil, problems=[problem]))
    assert {tag for tag, _ in found.elements} <= SAFE
    names = {name for _, attributes in found.elements for name in attributes}
    assert names <= {"class", "dir", "lang", "scope", "style", "title"}
    assert found.cells[1:] == [evil, evil]


def test_brackets_of_a_link_turn_with_the_text_and_what_they_lead_to_does_not() -> None:
    origin = align.Origin("a.md", "markdown", target_locale="ar-SA")
    shown = align.Unit("abd60-101", "", "راجع [الإعدادات](a/b.md) و`x`", 1, None, (), (), origin)._repr_html_()
    chips = re.findall(r"<code.*?</code>", shown)
    assert chips == ["<code>[</code>", '<code>]<bdi dir="ltr">(a/b.md)</bdi></code>', '<code dir="ltr">`x`</code>']


@given(st.text(), st.sampled_from(CONTAINERS))
def test_runs_are_the_segment(text: str, container: Any) -> None:
    assert "".join(run.text for run in runs(text, container)) == text


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Select **Save** now", ["**", "**"]),
        ("the `List<T>` of <xref:System.String>", ["`List<T>`", "<xref:System.String>"]),
        ("[a guide](guide.md) and ![x](y.png)", ["[", "](guide.md)", "![", "](y.png)"]),
        ("snake_case_name and 2 < 3", []),
        (r"a \*star\* and _this_", ["_", "_"]),
    ],
)
def test_markup_is_marked(text: str, codes: list[str]) -> None:
    assert [run.text for run in runs(text, "markdown") if run.is_code] == codes


def test_each_cell_has_its_language_and_direction(corpus: align.Bitext) -> None:
    for locale, direction in (("ar-SA", "rtl"), ("ja-JP", "ltr"), ("fr-FR", "ltr")):
        found = Elements(corpus.select(locale=locale)[:1]._repr_html_())
        cells = [attributes for tag, attributes in found.elements if tag == "td"]
        side = "text-align:right" if direction == "rtl" else "text-align:left"
        source = {"dir": "ltr", "lang": "en-US", "style": "text-align:left"}
        assert cells[1:] == [source, {"dir": direction, "lang": locale, "style": side}]


def test_a_page_without_a_locale_lets_the_browser_decide() -> None:
    html = align.parse_page(span("abd60-101", "x", "y"))._repr_html_()
    assert '<td dir="auto" style="text-align:start">x</td>' in html
    assert "1 unit<" in html


class Looked(Sequence[align.Unit]):
    """Units that remember which were looked at."""

    def __init__(self, units: Sequence[align.Unit]) -> None:
        self.units = units
        self.taken: list[slice] = []

    def __len__(self) -> int:
        return len(self.units)

    @overload
    def __getitem__(self, index: int) -> align.Unit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[align.Unit]: ...
    def __getitem__(self, index: int | slice) -> align.Unit | Sequence[align.Unit]:
        assert isinstance(index, slice)
        self.taken.append(index)
        return self.units[index]


def test_a_view_looks_at_its_first_units_only(corpus: align.Bitext) -> None:
    looked = Looked(corpus)
    html = html_view(looked)
    assert looked.taken == [slice(None, SHOWN)]
    assert f"… and {len(corpus) - SHOWN} more" in html
    assert html.count("<tr>") == SHOWN + 1


def test_counts_are_shown_as_a_table(folder: Path) -> None:
    shown = align.read(folder).stats()._repr_html_()
    assert "<p>3 pages, 6 units; problems: unclosed-target (1)</p>" in shown
    found = Elements(shown)
    # locale, pages, units, HT, MT, unknown, duplicates, identical, words of source and target
    arabic, french = "ar-SA 1 1 0 1 0 0 0 1 1", "fr-FR 2 5 2 3 0 1 1 5 5"
    assert found.cells == f"{arabic} {french}".split()


def test_a_table_escapes_and_says_how_many_more() -> None:
    rows = [("<b>", 1_000 + at, at / 3, None) for at in range(ROWS + 2)]
    shown = table_view(["a", "b", "c", "<d>"], rows, title="<t>", notes=["<n>"])
    found = Elements(shown)
    assert found.cells[4:8] == ["<b>", "1,001", "0.3", ""]
    assert {tag for tag, _ in found.elements} <= SAFE
    assert "… and 2 more" in shown
    cells = Elements(table_view(["a", "b", "c"], [("x", "نص", 3)])).elements
    for kind in ("th", "td"):  # names stand where the first row does
        sides = [attributes["style"] for tag, attributes in cells if tag == kind]
        assert sides == ["text-align:left", "text-align:right", "text-align:right"]
    assert "<th" in table_view(["a"], [])


def test_long_texts_are_cut_in_views_only() -> None:
    unit = align.parse_page(span("abd60-101", "x" * 5000, "y")).units[0]
    html = unit._repr_html_()
    assert len(html) < 8000
    assert "(4,000 more characters)" in html


def test_problems_are_shown(folder: Path) -> None:
    bitext = align.read(folder)
    assert "⚠ ar/a.md:7: error" in bitext._repr_html_()
    assert "⚠ a.md:7: error" in align.read_page(folder / "ar" / "a.md")._repr_html_()


def test_plain_text_twins(folder: Path) -> None:
    bitext = align.read(folder)
    assert repr(bitext) == "<Bitext: 6 units, 3 pages, 1 problem>"
    assert repr(bitext[:1]) == "<Bitext: 1 unit>"
    assert str(bitext[1:2]).splitlines() == [
        "1 unit",
        "  fr/a.md:6 abd60-101 [HT]",
        "    en-US    Save",
        "    fr-FR    Enregistrer",
    ]
    assert pretty(bitext) == str(bitext)  # type: ignore[no-untyped-call]
    assert pretty(bitext.group_by("kind")) == "{'sentence': <Bitext: 6 units>}"  # type: ignore[no-untyped-call]
    assert str(align.Bitext([bitext[0]] * 12)).endswith("  … and 2 more")
