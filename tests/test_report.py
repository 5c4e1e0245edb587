"""The report's file: what its data holds, that its counts are those of ``stats``, and that no text can break out of it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from clients import Runner, command, page, put, run_here, unit
from hypothesis import given
from hypothesis import strategies as st

import align
from align.errors import OptionError
from align.model import Problem
from align.pages import Page
from align.report import write_report
from align.report.figures import length_bin
from align.report.listing import embedded_json
from align.report.periods import by_period
from align.report.sections import PROBLEMS_SHOWN

DATA = re.compile(rb'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)
FERNS = page(
    unit("Bonjour", "Hello", "abd60-101"),
    unit("Bonjour", "Hello", "abd60-102"),
    "## " + unit("Les fougères", "Ferns", "abd60-103"),
    unit("Fern", "Fern", "abd60-104"),
)


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Runner:
    return lambda *arguments: run_here(capsysbinary, arguments)


def report(*pages: Page | Problem, **options: Any) -> bytes:
    stream = io.BytesIO()
    write_report(pages, stream, **options)
    return stream.getvalue()


def data_of(html: bytes) -> dict[str, Any]:
    """The data as a browser finds them: up to the first ``</script>``."""
    (blob,) = DATA.findall(html)
    data: dict[str, Any] = json.loads(blob)
    return data


def units_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns, made into objects with some of the keys that ``align-tm units`` prints."""
    pages, units, texts = data["pages"], data["units"], data["texts"]
    page_of = [number for number, count in enumerate(pages["units"]) for _ in range(count)]
    return [
        {
            "id": units["id"][at],
            "source": texts[units["source"][at]],
            "target": texts[units["target"][at]],
            "source_locale": data["locales"][pages["source_locale"][number]]["tag"],
            "target_locale": data["locales"][pages["locale"][number]]["tag"],
            "page": pages["name"][number],
            "line": units["line"][at],
            "translation_type": pages["type"][number],
            "handoff": pages["handoff"][number],
            "heading": None if units["heading"][at] < 0 else texts[units["heading"][at]],
            "context": data["contexts"][units["context"][at]],
            "flags": data["flags"][units["flags"][at]],
        }
        for at, number in enumerate(page_of)
    ]


def rows_of(html: bytes, caption: str) -> list[list[str]]:
    """The cells of the table with this caption, its head left out."""
    found = BeautifulSoup(html, "lxml").find("caption", string=caption)
    assert found is not None
    assert found.parent is not None
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in found.parent.find_all("tr")[1:]]


# ---------------------------------------------------------------------------------------------------------------------
# What is in it


def test_the_data_are_the_units(corpora: Path) -> None:
    pages = list(align.read_pages(align.find_pages([corpora / "bilingual"])))
    data = data_of(report(*pages))
    read = [one.as_dict() for one_page in pages if isinstance(one_page, Page) for one in one_page.units]
    decoded = units_of(data)
    assert len(decoded) > 500
    assert decoded == [{key: one[key] for key in decoded[0]} for one in read]
    assert {one["tag"] for one in data["locales"] if one["rtl"]} == {"ar-SA"}


def test_a_text_that_is_repeated_stands_once() -> None:
    data = data_of(report(align.parse_page(FERNS)))
    assert data["texts"] == ["Hello", "Bonjour", "Ferns", "Les fougères", "Fern"]
    assert data["units"]["source"] == [0, 0, 2, 4]


def test_the_counts_are_those_of_stats(corpora: Path) -> None:
    pages = list(align.read_pages(align.find_pages([corpora / "bilingual", corpora / "anomalies"])))
    stats = align.collect_stats(pages)
    html = report(*pages)
    tiles = {
        div.dt.get_text(): int(div.dd.get_text().replace(",", ""))
        for div in BeautifulSoup(html, "lxml").select(".totals div")
        if div.dt and div.dd
    }
    assert (tiles["pages"], tiles["units"], tiles["locales"]) == (stats.pages, stats.units, len(stats.locales))
    assert tiles["problems"] == sum(stats.problems.values()) > 0
    rows = {row[0]: [int(cell.replace(",", "")) for cell in row[1:]] for row in rows_of(html, "Counts per locale")}
    counted = {tag: list(values.values()) for tag, values in stats.as_dict()["locales"].items()}
    assert {tag: row for tag, row in rows.items() if tag != "all"} == counted
    assert rows["all"] == [sum(column) for column in zip(*counted.values(), strict=True)]
    assert {row[0]: int(row[2]) for row in rows_of(html, "Problems by rule")} == stats.problems


def test_problems_stand_with_page_and_line_and_errors_come_first() -> None:
    stray = align.parse_page(page("Text about data-ttu-id= in a sentence."), name="a.md")
    broken = align.parse_page(page("Ferns", '<span data-ttu-id="abd60-109">Au revoir</span>'), name="b.md")
    rows = rows_of(report(stray, broken), "Problems by page and line")
    assert [row[:3] for row in rows] == [["b.md:8", "error", "unclosed-target"], ["a.md:7", "warning", "stray-marker"]]


def test_of_very_many_problems_the_first_are_listed_and_all_are_counted() -> None:
    many = [Problem("unreadable-page", "error", f"{number}.md", None, "is no text") for number in range(PROBLEMS_SHOWN + 5)]
    html = report(*many)
    assert len(rows_of(html, "Problems by page and line")) == PROBLEMS_SHOWN
    assert rows_of(html, "Problems by rule") == [["unreadable-page", "error", "1,005"]]
    assert b"The first 1,000 of 1,005 are listed" in html


def test_units_beyond_the_limit_are_counted_and_said_to_be_left_out() -> None:
    one, other = align.parse_page(FERNS, name="a.md"), align.parse_page(FERNS, name="b.md")
    stream = io.BytesIO()
    summary = write_report([one, other], stream, limit=6)
    assert (summary.embedded, summary.left_out, summary.stats.units) == (6, 2, 8)
    data = data_of(stream.getvalue())
    assert data["pages"]["units"] == [4, 2]
    assert "The list holds the first 6 of 8 units" in stream.getvalue().decode()
    assert rows_of(stream.getvalue(), "Counts per locale")[0][:3] == ["fr-FR", "2", "8"]
    assert b"The list holds" not in report(one, other, limit=8)
    assert data_of(report(one, limit=0))["texts"] == []
    with pytest.raises(OptionError, match="negative"):
        report(one, limit=-1)


def test_every_plot_says_in_words_what_it_shows_and_stays_in_its_frame(corpora: Path) -> None:
    html = report(*align.read_pages(align.find_pages([corpora / "bilingual"])))
    drawings = BeautifulSoup(html, "lxml").select("svg")
    assert len(drawings) == 5
    for drawing in drawings:
        width, height = map(float, str(drawing["viewbox"]).split()[2:])
        assert drawing["role"] == "img"
        assert drawing.title is not None
        assert drawing.desc is not None
        assert set(str(drawing["aria-labelledby"]).split()) == {drawing.title["id"], drawing.desc["id"]}
        for bar in drawing.select("rect"):
            x, y, wide, tall = (float(str(bar[name])) for name in ("x", "y", "width", "height"))
            assert 0 <= x <= x + wide <= width
            assert 0 <= y <= y + tall <= height


def test_the_plots_in_words() -> None:
    html = report(align.parse_page(FERNS, name="a.md"))
    words = [found.get_text() for found in BeautifulSoup(html, "lxml").select("desc")]
    assert words == [
        "fr-FR: 4 human (HT), 0 machine (MT), 0 not said.",
        "fr-FR: 3 first occurrence, 1 duplicate.",
        "paragraph: 3; heading: 1.",
        "3 units have a target clearly longer than the source; 0 a clearly shorter one; 1 one about as long.",
        "2021-03: 4.",
    ]


def test_a_long_locale_is_cut_in_the_drawing_and_whole_in_words() -> None:
    html = report(align.parse_page(FERNS).with_locale("de-DE-x-verylong"))
    (drawing, *_) = BeautifulSoup(html, "lxml").select("svg")
    assert "de-DE-x-ve…" in [text.get_text() for text in drawing.select("text")]
    assert drawing.desc is not None
    assert drawing.desc.get_text().startswith("de-DE-x-verylong: 4 human")


# ---------------------------------------------------------------------------------------------------------------------
# Hostile texts, and what the browser is told


HOSTILE = "</script><script>window.ran=1</script><!--<script>\u2028\u2029<img src=x onerror=window.ran=1>&lt;\\u003c"


def test_no_text_ends_the_data_early() -> None:
    html = report(align.parse_page(page(unit(HOSTILE, "Hello " + HOSTILE)), name=f"{HOSTILE}.md"))
    (one,) = units_of(data_of(html))
    assert (one["source"], one["target"], one["page"]) == ("Hello " + HOSTILE, HOSTILE, f"{HOSTILE}.md")
    soup = BeautifulSoup(html, "lxml")
    assert len(soup.find_all("script")) == 2
    assert soup.find("img") is None


@given(st.text())
def test_any_text_comes_back_from_the_data(text: str) -> None:
    encoded = embedded_json([text])
    assert json.loads(encoded) == [text]
    assert b"<" not in encoded


def test_title_names_and_messages_are_text() -> None:
    html = report(Problem("rule", "error", "<b>a</b>.md", 3, f"say {HOSTILE}"), title=f"A & B {HOSTILE}")
    soup = BeautifulSoup(html, "lxml")
    assert soup.h1 is not None
    assert soup.h1.get_text() == f"A & B {HOSTILE}"
    assert rows_of(html, "Problems by page and line") == [["<b>a</b>.md:3", "error", "rule", f"say {HOSTILE}"]]
    assert soup.find("b") is None
    assert len(soup.find_all("script")) == 2


def test_a_title_that_is_no_utf_8_is_written_with_escapes() -> None:
    title = os.fsdecode(b"Foug\xe8re")
    assert b"<title>Foug\\udce8re</title>" in report(align.parse_page(FERNS), title=title)


def test_only_our_own_style_and_script_are_allowed_and_nothing_is_loaded(corpora: Path) -> None:
    html = report(*align.read_pages(align.find_pages([corpora / "bilingual"])))
    soup = BeautifulSoup(html, "lxml")
    (policy,) = (str(meta["content"]) for meta in soup.select("meta[http-equiv=Content-Security-Policy]"))
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    inline = {"style-src": soup.select("style"), "script-src": soup.select("script[type=module]")}
    assert rules.pop("default-src") == rules.pop("base-uri") == rules.pop("form-action") == "'none'"
    for name, (found,) in inline.items():
        digest = hashlib.sha256(str(found.string).encode()).digest()
        assert rules.pop(name) == f"'sha256-{base64.b64encode(digest).decode()}'"
    assert rules == {}
    assert all(str(link["href"]).startswith("#") for link in soup.select("[href]"))
    assert soup.select("[src], [style], link, iframe, object, embed") == []


# ---------------------------------------------------------------------------------------------------------------------
# Pieces


@pytest.mark.parametrize(("length", "number"), [(0, 0), (1, 0), (2, 1), (9, 5), (10, 6), (99, 11), (100, 12), (1000, 18)])
def test_bins_of_lengths(length: int, number: int) -> None:
    assert length_bin(length) == number


def test_months_are_joined_when_they_are_many() -> None:
    assert by_period({"2021-03": 5, "2021-05": 1}) == ("month", [("2021-03", 5), ("2021-04", 0), ("2021-05", 1)])
    word, quarters = by_period({"2016-11": 5, "2021-05": 1, "2021-06": 2})
    assert (word, quarters[0], quarters[-1], len(quarters)) == ("quarter", ("2016 Q4", 5), ("2021 Q2", 3), 19)
    assert by_period({"1990-01": 1, "2021-05": 1})[0] == "year"
    assert by_period({"0001-01": 1, "2021-05": 1}) == ("decade", [("0000s", 1), ("2020s", 1)])


@given(st.dictionaries(st.dates().map(lambda day: f"{day:%Y-%m}".zfill(7)), st.integers(1, 99), min_size=1))
def test_no_period_loses_a_unit(months: dict[str, int]) -> None:
    _, periods = by_period(months)
    assert sum(count for _, count in periods) == sum(months.values())
    assert [name for name, _ in periods] == sorted({name for name, _ in periods})


# ---------------------------------------------------------------------------------------------------------------------
# The command


def test_the_command_writes_the_report_and_says_what_it_holds(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(put(tmp_path, {"docs/a.md": FERNS}))
    ran = run("report", "docs", "-o", "out/report.html", "--title", "Our ferns")
    assert (ran.status, ran.err) == (0, "")
    assert re.fullmatch(rb"out/report.html: 1 pages, 4 units, 0 problems, \d\.\d MB\n", ran.out)
    assert b'<h1 dir="auto">Our ferns</h1>' in Path("out/report.html").read_bytes()
    assert run("report", "docs", "-o", "out/report.html", "-q") == (0, b"", "")
    assert b"<title>docs</title>" in Path("out/report.html").read_bytes()


def test_a_dash_is_standard_output(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(put(tmp_path, {"docs/a.md": FERNS}))
    assert run("report", "docs", "-o", "report.html", "--limit", "3", "-q").status == 0
    ran = run("report", "docs", "-o", "-", "--limit", "3")
    assert (ran.status, ran.out) == (0, Path("report.html").read_bytes())
    assert ran.err == "align-tm: standard output: lists 3 of 4 units; give a higher --limit, or fewer pages\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs", "report.html"]


def test_a_device_is_not_replaced(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(put(tmp_path, {"docs/a.md": FERNS}))
    os.mkfifo("pipe")  # as /dev/null is, neither a file nor a folder
    ran = run("report", "docs", "-o", "pipe")
    assert (ran.status, ran.out) == (2, b"")
    assert ran.err == "align-tm: pipe: is a device or a pipe, which no file replaces; give the name of a file\n"
    assert Path("pipe").is_fifo()


def test_the_same_pages_give_the_same_bytes(tmp_path: Path, corpora: Path) -> None:
    written = []
    for seed in ("1", "2"):
        out = tmp_path / seed / "report.html"
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(command("report", corpora / "bilingual", "-o", out, "-q"), check=True, env=environment)
        written.append(out.read_bytes())
    assert written[0] == written[1]


def test_the_limit_is_told(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(put(tmp_path, {"docs/a.md": FERNS}))
    ran = run("report", "docs", "-o", "report.html", "--limit", "3")
    assert ran.status == 0
    assert ran.err == "align-tm: report.html: lists 3 of 4 units; give a higher --limit, or fewer pages\n"
    assert run("report", "docs", "-o", "report.html", "--limit", "3", "-q").err == ""


def test_pages_with_findings_are_reported_with_status_1(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = page('<span data-ttu-id="abd60-109">Au revoir</span>', unit("Bonjour", "Hello"))
    monkeypatch.chdir(put(tmp_path, {"docs/a.md": b"\xff", "docs/b.md": FERNS, "broken/a.md": broken, "plain/a.md": "Ferns"}))
    ran = run("report", "docs", "-o", "report.html", "--fail-on", "never")
    assert (ran.status, len(ran.error_lines)) == (1, 1)
    assert rows_of(Path("report.html").read_bytes(), "Problems by page and line")[0][0] == "a.md:1"
    assert run("report", "broken", "-o", "report.html").status == 1
    assert run("report", "broken", "-o", "report.html", "--fail-on", "never").status == 0
    ran = run("report", "plain", "-o", "report.html")
    assert ran.status == 1
    assert "no unit was found" in ran.err
    assert "No unit was found." in Path("report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["docs"], "Missing option '-o'"),
        (["docs", "-o", "report.html", "--limit", "-1"], "--limit"),
        (["docs", "-o", "docs/a.md"], "docs/a.md: -o: is one of the pages read; give another FILE"),
        (["docs/a.md", "-o", "docs/../docs/a.md"], "is one of the pages read"),
        (["docs", "-o", "docs"], "docs"),
        (["docs", "-o", "docs/a.md/report.html"], "is a file, not a folder"),
        (["missing", "-o", "report.html"], "missing: does not exist"),
        (["latin.md", "-o", "report.html"], "latin.md"),
        (["docs", "-o", "report.html", "--only", "MT"], "no page is left"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_ends_with_status_2_and_leaves_nothing(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(put(tmp_path, {"docs/a.md": FERNS, "latin.md": b"Foug\xe8re"}))
    ran = run("report", *arguments)
    assert (ran.status, ran.out) == (2, b"")
    (line,) = ran.error_lines
    assert said in line
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.md", "docs", "latin.md"]
    assert (tmp_path / "docs/a.md").read_text("utf-8") == FERNS


def test_a_report_among_the_pages_can_be_left_out(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(put(tmp_path, {"docs/a.md": FERNS}))
    assert run("report", "docs", "-o", "docs/report.html").status == 0
    assert run("report", "docs", "-o", "docs/report.html").status == 2
    assert run("report", "docs", "-o", "docs/report.html", "--exclude", "report.html").status == 0


def test_the_example_of_the_documentation_runs(tmp_path: Path, corpora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("corpora").symlink_to(corpora, target_is_directory=True)
    (example,) = re.findall(r"^```python\n(.*?)^```$", (corpora.parent / "docs/report.md").read_text("utf-8"), re.M | re.S)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=True)
    units, embedded, left_out = map(int, done.stdout.split())
    assert units == embedded > 500
    assert left_out == 0
    assert Path("report.html").stat().st_size > 50_000
