"""The report in Chromium, opened as a file: what a person does with it, and that a page's text never runs.

Chromium is a program of its own (Debian: ``apt-get install chromium``); without it these tests are skipped.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from clients import page, put, unit
from playwright.sync_api import Browser, Locator
from playwright.sync_api import Page as Tab

import align
from align.report import write_report

HOSTILE = "</script><script>window.ran = 1</script><!--<script>\u2028<img src=x onerror='window.ran = 2'>"
ROOT = Path(__file__).resolve().parents[1]
PAGES: dict[str, str | bytes] = {
    "a/ferns.md": page(
        "## " + unit("Les fougères", "Ferns", "abd60-101"),
        unit("La RUE est longue", "The street is long", "abd60-102"),
        unit("Fern", "Fern", "abd60-103"),
    ),
    "b/straße.md": page(
        unit("Die Straße ist lang", "The street is long", "b1b1b-101"),
        unit("Das ist " + HOSTILE, "This is " + HOSTILE, "b1b1b-102"),
        locale="de-DE",
        kind="MT",
    ),
    "c/arabic.md": page(unit("الشارع طَويل", "The street is long", "c1c1c-101"), locale="ar-SA", kind=None),
    "d/chinese.md": page(unit("街道很長 ＡＢＣ", "The street is long", "d1d1d-101"), locale="zh-TW"),
    "e/thai.md": page(unit("ถนนยาว", "The street is long", "e1e1e-101"), locale="th-TH"),
    "f/many.md": page(*(unit(f"Fougère {n}", f"Fern {n}", f"f1f1f-{n}") for n in range(101, 251))),
}
COUNT = 3 + 2 + 1 + 1 + 1 + 150


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of the pages above, as the address of a file."""
    folder = put(tmp_path_factory.mktemp("report"), PAGES)
    return report_of(folder, folder / "the report.html")


def report_of(folder: Path, path: Path) -> str:
    with path.open("wb") as stream:
        write_report(align.read_pages(align.find_pages([folder])), stream, title="Ferns & streets")
    return path.as_uri()


def open_tab(browser: Browser, address: str, **options: Any) -> Tab:
    tab = browser.new_page(**options)
    tab.set_default_timeout(10_000)
    tab.goto(address)
    return tab


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    """The report, opened; at the end nothing may have been complained about, and nothing may have been fetched."""
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(10_000)
    complaints: list[str] = []
    fetched: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: fetched.append(request.url))
    opened.goto(address)
    yield opened
    assert complaints == []
    assert {url.partition("#")[0] for url in fetched} == {address}
    assert opened.evaluate("window.ran") is None
    opened.close()


def ids(tab: Tab) -> list[str]:
    """Ids of the units that the page of the list shows."""
    return tab.locator("#list .unit a").all_inner_texts()


def status(tab: Tab) -> str:
    return tab.locator("#status").inner_text()


def focused(tab: Tab) -> str:
    """Id of the unit that has the focus."""
    return tab.locator("#list .unit:focus a").inner_text()


def row(tab: Tab, ident: str) -> Locator:
    return tab.locator(".unit").filter(has=tab.get_by_role("link", name=ident, exact=True))


# ---------------------------------------------------------------------------------------------------------------------
# Looking for units


def test_it_opens_with_all_units_in_the_order_of_the_pages(tab: Tab) -> None:
    assert tab.title() == "Ferns & streets"
    assert status(tab) == f"{COUNT} of {COUNT} units"
    assert ids(tab)[:4] == ["abd60-101", "abd60-102", "abd60-103", "b1b1b-101"]
    assert len(ids(tab)) == 50


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("the STREET", ["abd60-102", "b1b1b-101", "c1c1c-101", "d1d1d-101", "e1e1e-101"]),  # source
        ("rue", ["abd60-102"]),  # target
        ("STRASSE IST", ["b1b1b-101"]),  # upper case has no sharp s of its own
        ("طويل", ["c1c1c-101"]),  # written with a vowel sign on the page
        ("طـويل", ["c1c1c-101"]),  # stretched
        ("很長 abc", ["d1d1d-101"]),  # letters of full width
        ("ถนน", ["e1e1e-101"]),
        ("C/Arabic", ["c1c1c-101"]),  # page
        ("B1B1B-102", ["b1b1b-102"]),  # id
        ("</script><script>", ["b1b1b-102"]),
        ("no such word", []),
    ],
)
def test_a_search_finds_whatever_the_letter_case(tab: Tab, sought: str, found: list[str]) -> None:
    tab.locator("#search").press_sequentially(sought)
    assert ids(tab) == found
    assert status(tab) == f"{len(found)} of {COUNT} units: search “{sought}”"


def test_what_was_sought_is_marked(tab: Tab) -> None:
    tab.fill("#search", "RUE")
    assert tab.locator("mark").all_inner_texts() == ["RUE"]
    assert tab.locator(".unit .target").inner_text() == "La RUE est longue"


def test_filters_narrow_together(tab: Tab) -> None:
    assert tab.locator("#locale option").all_inner_texts() == [
        "all", "ar-SA (1)", "de-DE (2)", "fr-FR (153)", "th-TH (1)", "zh-TW (1)",
    ]  # fmt: skip
    tab.select_option("#type", "MT")
    assert ids(tab) == ["b1b1b-101", "b1b1b-102"]
    tab.select_option("#type", "unknown")
    assert ids(tab) == ["c1c1c-101"]
    tab.select_option("#locale", "fr-FR")
    assert ids(tab) == []
    tab.click("#clear")
    tab.select_option("#flag", "identical")
    assert ids(tab) == ["abd60-103"]
    tab.click("#clear")
    assert status(tab) == f"{COUNT} of {COUNT} units"
    tab.fill("#page", "STRASSE.md")
    assert ids(tab) == ["b1b1b-101", "b1b1b-102"]
    tab.fill("#search", "long")
    assert ids(tab) == ["b1b1b-101"]


def test_the_page_filter_suggests_the_names(tab: Tab) -> None:
    assert tab.locator("#page-names option").count() == 0
    tab.focus("#page")
    names = tab.eval_on_selector_all("#page-names option", "options => options.map((option) => option.value)")
    assert names == sorted(PAGES)


def test_orders(tab: Tab) -> None:
    tab.fill("#page", "ferns")
    for order, expected in {
        "az": ["abd60-103", "abd60-101", "abd60-102"],
        "za": ["abd60-102", "abd60-101", "abd60-103"],
        "longest": ["abd60-102", "abd60-101", "abd60-103"],
        "shortest": ["abd60-103", "abd60-101", "abd60-102"],
        "page": ["abd60-101", "abd60-102", "abd60-103"],
    }.items():
        tab.select_option("#order", order)
        assert ids(tab) == expected


def test_the_alphabet_counts_numbers_as_numbers(tab: Tab) -> None:
    tab.fill("#page", "many")
    tab.select_option("#order", "za")
    assert tab.locator(".unit .source").first.inner_text() == "Fern 250"


def test_pages_of_the_list(tab: Tab) -> None:
    tab.click("#next")
    assert tab.inner_text("#position") == f"51 to 100 of {COUNT}"
    tab.click("#last")
    assert tab.inner_text("#position") == f"151 to {COUNT} of {COUNT}"
    assert tab.is_disabled("#next")
    tab.click("#previous")
    tab.click("#first")
    assert tab.inner_text("#position") == f"1 to 50 of {COUNT}"
    tab.select_option("#rows", "250")
    assert len(ids(tab)) == COUNT


@pytest.mark.parametrize("width", [390, 1280])
def test_another_list_is_shown_from_its_beginning(tab: Tab, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    first = "#list .unit >> nth=0"
    for step in (
        lambda: tab.click("#next"),
        lambda: tab.select_option("#order", "za"),
        lambda: tab.fill("#search", "fern"),
        lambda: tab.click("#clear"),
    ):
        tab.locator("#list .unit").last.scroll_into_view_if_needed()
        step()
        seen = tab.locator(first).bounding_box()
        assert seen is not None
        assert 0 <= seen["y"] <= 600


# ---------------------------------------------------------------------------------------------------------------------
# One unit


def test_a_row_says_all_of_a_unit(tab: Tab) -> None:
    shown = row(tab, "abd60-103")
    assert shown.locator(".page").inner_text() == "a/ferns.md:9"
    assert shown.locator(".heading").inner_text() == "Ferns"
    assert shown.locator(".badge").all_inner_texts() == ["HT", "identical"]
    assert shown.locator(".flag").get_attribute("title") == "source and target are the same text"
    assert row(tab, "c1c1c-101").locator(".badge").all_inner_texts() == ["HT or MT"]


def test_languages_and_directions(tab: Tab) -> None:
    for ident, tag, direction in (("c1c1c-101", "ar-SA", "rtl"), ("d1d1d-101", "zh-TW", "ltr"), ("e1e1e-101", "th-TH", "ltr")):
        target, source = row(tab, ident).locator(".target"), row(tab, ident).locator(".source")
        assert (target.get_attribute("lang"), target.get_attribute("dir")) == (tag, direction)
        assert (source.get_attribute("lang"), source.get_attribute("dir")) == ("en-US", "ltr")


def test_script_in_a_text_is_text(tab: Tab) -> None:
    shown = row(tab, "b1b1b-102")
    assert shown.locator(".source").inner_text().replace("\n", "\u2028") == "This is " + HOSTILE
    assert tab.locator("#list img, #list script").count() == 0


# Where on the screen each of these characters of an element stands, from the left.
LEFTS = """(element, wanted) => {
  const lefts = [];
  const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(), start = 0; node; start += node.length, node = nodes.nextNode()) {
    for (const at of wanted.filter((at) => at >= start && at < start + node.length)) {
      const range = document.createRange();
      range.setStart(node, at - start);
      range.setEnd(node, at - start + 1);
      lefts.push(range.getBoundingClientRect().left);
    }
  }
  return lefts;
}"""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('بدء <a name="x"></a>', '<a name="x">'),
        ('بدء <a name="x"></a>', "</a>"),
        ("حدد [حفظ](../save.md).", "(../save.md)"),
        ("حدد `--save` أولا", "`--save`"),
        ("الحرارة &lt; 5", "&lt;"),
    ],
)
@pytest.mark.parametrize("sought", ["", "a"])
def test_markup_keeps_its_order_in_a_text_from_the_right(
    browser: Browser, tmp_path: Path, text: str, code: str, sought: str
) -> None:
    folder = put(tmp_path, {"page.md": page(unit(text, "a", "a1a1a-101"), locale="ar-SA")})
    tab = open_tab(browser, report_of(folder, tmp_path / "report.html"))
    tab.fill("#search", sought)
    target = tab.locator(".unit .target")
    start = text.index(code)
    lefts = target.evaluate(LEFTS, list(range(start, start + len(code))))
    assert len(lefts) == len(code)
    assert lefts == sorted(lefts)
    (word,) = target.evaluate(LEFTS, [0])
    assert word > max(lefts), "the first word of the sentence stands at its right"
    assert target.inner_text() == text
    assert tab.locator("#target").evaluate("title => getComputedStyle(title).direction") == "rtl"
    tab.close()


def test_a_report_without_units_says_so_and_is_no_report_of_arabic(browser: Browser, tmp_path: Path) -> None:
    tab = open_tab(browser, report_of(put(tmp_path, {"page.md": "# Ferns"}), tmp_path / "report.html"))
    assert (status(tab), tab.inner_text("#position")) == ("0 of 0 units", "nothing found")
    assert tab.locator("#target").evaluate("title => getComputedStyle(title).direction") == "ltr"
    tab.close()


def test_a_mark_goes_on_over_markup(tab: Tab) -> None:
    tab.fill("#search", "IS </script><scr")
    assert "".join(tab.locator(".source mark").all_inner_texts()) == "is </script><scr"
    assert tab.locator(".unit .source").inner_text().replace("\n", "\u2028") == "This is " + HOSTILE


def test_a_link_opens_its_unit_on_another_page_of_the_list_and_under_filters(browser: Browser, tab: Tab, address: str) -> None:
    link = row(tab, "b1b1b-102").get_by_role("link").get_attribute("href")
    assert link == "#u=b/stra%C3%9Fe.md/b1b1b-102"
    tab.goto(f"{address}#u=f/many.md/f1f1f-230")
    tab.wait_for_function("document.querySelector('.named') !== null")
    assert focused(tab) == "f1f1f-230"
    assert tab.inner_text("#position") == f"101 to 150 of {COUNT}"
    tab.fill("#search", "rue")
    tab.evaluate("location.hash = '#u=c/arabic.md/c1c1c-101'")
    tab.wait_for_function("document.querySelector('.named a')?.textContent === 'c1c1c-101'")
    assert (focused(tab), tab.input_value("#search")) == ("c1c1c-101", "")
    fresh = open_tab(browser, f"{address}{link}")
    assert focused(fresh) == "b1b1b-102"
    assert fresh.locator(".named").is_visible()
    fresh.close()


@pytest.mark.parametrize("hash_", ["#u=f/many.md/f1f1f-999", "#u=none.md/f1f1f-101", "#u=%E0%A4%A/x", "#u=", "#units"])
def test_an_address_that_names_no_unit_changes_nothing(tab: Tab, address: str, hash_: str) -> None:
    tab.goto(address + hash_)
    assert status(tab) == f"{COUNT} of {COUNT} units"
    assert tab.locator(".named").count() == 0


def test_copy_takes_source_and_target(browser: Browser, address: str) -> None:
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto(address)
    tab.get_by_role("button", name="Copy source and target of c1c1c-101").click()
    tab.wait_for_function("document.getElementById('said').textContent === 'Copied c1c1c-101'")
    assert tab.evaluate("navigator.clipboard.readText()") == "The street is long\nالشارع طَويل"
    context.close()


def test_copy_where_the_clipboard_is_closed(tab: Tab) -> None:
    tab.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    row(tab, "abd60-102").locator(".copy").click()
    tab.wait_for_function("document.getElementById('said').textContent === 'Copied abd60-102'")
    assert tab.locator("textarea").count() == 0


# ---------------------------------------------------------------------------------------------------------------------
# By keyboard


def test_keys(tab: Tab) -> None:
    press = tab.keyboard.press
    press("/")
    assert tab.locator("#search:focus").count() == 1
    tab.keyboard.type("fern/")
    assert tab.input_value("#search") == "fern/"
    press("Escape")
    assert (tab.input_value("#search"), status(tab)) == ("", f"{COUNT} of {COUNT} units")
    press("ArrowDown")
    assert focused(tab) == "abd60-101"
    press("ArrowDown")
    assert focused(tab) == "abd60-102"
    press("ArrowUp")
    press("ArrowUp")
    assert focused(tab) == "abd60-101"
    press("End")
    last = focused(tab)
    assert last == ids(tab)[-1]
    press("ArrowDown")
    assert tab.inner_text("#position") == f"51 to 100 of {COUNT}"
    press("ArrowUp")
    assert focused(tab) == last
    press("PageDown")
    press("PageDown")
    press("PageDown")
    press("PageDown")
    assert tab.inner_text("#position") == f"151 to {COUNT} of {COUNT}"
    press("PageUp")
    press("Home")
    assert focused(tab) == ids(tab)[0]
    press("C")
    tab.wait_for_function("document.getElementById('said').textContent.startsWith('Copied')")
    press("Escape")
    assert tab.locator("#search:focus").count() == 1


def test_the_order_of_the_focus(tab: Tab) -> None:
    """From the top by Tab: the link past everything, the parts, colours; then, in the units, each control and one row."""
    reached = []
    for _ in range(6):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate("document.activeElement.textContent"))
    assert reached == ["To the units", "Plots", "Locales", "Problems", "Units", "Colours: as the system"]
    tab.focus("#search")
    names = []
    for _ in range(9):
        tab.keyboard.press("Tab")
        names.append(tab.evaluate("document.activeElement.id || document.activeElement.className"))
    assert names == ["locale", "type", "flag", "page", "order", "rows", "clear", "unit", ""]


# ---------------------------------------------------------------------------------------------------------------------
# How it looks


def test_colours_follow_the_system_until_they_are_chosen(browser: Browser, address: str) -> None:
    tab = open_tab(browser, address, color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = tab.evaluate(paper)
    tab.click("#theme")
    light = tab.evaluate(paper)
    tab.click("#theme")
    assert (light, tab.evaluate(paper), tab.inner_text("#theme")) == ("rgb(255, 255, 255)", dark, "Colours: dark")
    tab.close()


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_wider_than_the_window(browser: Browser, address: str, width: int) -> None:
    tab = open_tab(browser, address, viewport={"width": width, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    source, target = (row(tab, "c1c1c-101").locator(side).bounding_box() for side in (".source", ".target"))
    assert source is not None
    assert target is not None
    if width == 390:
        assert source["y"] + source["height"] <= target["y"]
    else:
        assert source["y"] == target["y"]
        assert source["x"] < target["x"]
    tab.close()


def test_on_paper_stand_the_totals_the_tables_and_the_page_of_the_list(tab: Tab) -> None:
    tab.fill("#search", "long")
    tab.emulate_media(media="print")
    for selector in (".totals", "#locales table", "svg >> nth=0", "#status", "#list .unit >> nth=4"):
        assert tab.locator(selector).is_visible()
    for selector in ("#controls", "#pager", "#theme", "#list .copy >> nth=0"):
        assert not tab.locator(selector).is_visible()
    assert tab.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_barrier(browser: Browser, address: str, corpora: Path, tmp_path: Path, scheme: str) -> None:
    addresses = (report_of(corpora / "anomalies", tmp_path / "report.html"), f"{address}#u=b/straße.md/b1b1b-101")
    for width, shown in zip((1280, 390), addresses, strict=True):
        tab = open_tab(browser, shown, color_scheme=scheme, viewport={"width": width, "height": 900})
        tab.fill("#search", "th")
        tab.select_option("#rows", "25")
        tab.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
        result = tab.evaluate("axe.run({ resultTypes: ['violations'] })")
        assert len(result["passes"]) > 20
        weighty = [found for found in result["violations"] if found["impact"] in {"serious", "critical"}]
        assert [(found["id"], found["nodes"][0]["html"]) for found in weighty] == []
        tab.close()


# ---------------------------------------------------------------------------------------------------------------------
# Many units


def test_50_000_units(browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    """What the benchmark measures is printed; only what does not depend on a clock is asserted."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    script = [sys.executable, str(ROOT / "benchmarks" / "report.py"), "--units", "50000"]
    done = subprocess.run(script, capture_output=True, text=True, check=True, env=environment)
    with capsys.disabled():
        print("", done.stdout, sep="\n")
    assert "50,000 units" in done.stdout
    size = re.search(r"^size +([\d.]+) MB", done.stdout, re.MULTILINE)
    assert size is not None
    assert float(size[1]) < 30
    found = {name: int(count.replace(",", "")) for name, count in re.findall(r"search for (.*), ([\d,]+) found", done.stdout)}
    assert {name for name, count in found.items() if not count} == {"nothing like it"}
