"""Measure the HTML report in Chromium: its size, its first paint, and how long a search, a filter and an order take.

Times are the browser's own (Performance Timeline): from the start of the navigation, or from a change of the search field
to the next frame's end. Needs Chromium on the path, and playwright (``pip install 'align-tm[test]'``).

usage: report.py [FOLDER...] [--units N]     without FOLDER N units are made up
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

import align
from align.report import Summary, write_report

WORDS = {
    "en-US": "the station reads a sensor and sends every reading to our server when its clock says so",
    "de-DE": "die Wetterstation liest einen Fühler und sendet jeden Messwert an unseren Server Straße größer",
    "ar-SA": "ترسل المحطة كل قراءة إلى الخادم عندما تقول الساعة ذلك",
    "th-TH": "สถานี อ่าน เซ็นเซอร์ แล้ว ส่ง ค่า ทุก ค่า ไปยัง เซิร์ฟเวอร์",
    "zh-TW": "測站 讀取 感測器 並 傳送 每筆 讀數 到 我們的 伺服器",
}
PER_PAGE = 100
# Set a control, tell the page, and wait until the frame that shows the outcome has been painted.
CHANGE = """([id, value]) => new Promise((done) => {
  const control = document.getElementById(id);
  const start = performance.now();
  control.value = value;
  control.dispatchEvent(new Event(id === "search" ? "input" : "change"));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""
LOADED = """() => ({
  paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  ready: performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
})"""


def invented(count: int) -> Iterator[align.Page]:
    """Pages of made-up units in four locales; one text in three was there before, as about half are in real pages."""
    chance = random.Random(1)
    locales = [tag for tag in WORDS if tag != "en-US"]
    for page in range(0, count, PER_PAGE):
        locale = locales[page // PER_PAGE % len(locales)]
        lines = [f"---\nms.contentlocale: {locale}\nms.translationtype: {chance.choice(['HT', 'MT'])}\n---"]
        for number in range(page, min(page + PER_PAGE, count)):
            ident = f"{page % 0xFFFFF:05x}-{100 + number - page}"
            same = chance.random() < 1 / 3
            source, target = (" ".join(chance.choices(WORDS[tag].split(), k=2 if same else 9)) for tag in ("en-US", locale))
            lines.append(
                f'<span data-ttu-id="{ident}">{target}</span>'
                f'<span class="sxs-lookup"><span data-stu-id="{ident}">{source}</span></span>\n'
            )
        yield align.parse_page("\n".join(lines), name=f"{locale}/page-{page:06}.md")


def write(folders: list[str], units: int, path: Path) -> Summary:
    """Write the report that is measured."""
    pages = align.read_pages(align.find_pages(folders)) if folders else invented(units)
    with path.open("wb") as stream:
        return write_report(pages, stream, limit=sys.maxsize)


def measure(tab: Tab, path: Path) -> list[tuple[str, str, str]]:
    """What was measured, the figure, and the target."""
    tab.goto(path.as_uri())
    loaded: dict[str, float] = tab.evaluate(LOADED)
    rows = [
        ("first contentful paint", f"{loaded['paint']:.0f} ms", "under 2,000"),
        ("list of units ready", f"{loaded['ready']:.0f} ms", ""),
    ]

    def change(name: str, control: str, value: str, target: str = "") -> None:
        taken: float = tab.evaluate(CHANGE, [control, value])
        found = tab.locator("#status").inner_text().partition(" of ")[0]
        rows.append((f"{name}, {found} found", f"{taken:.0f} ms", target))

    searches = ("e", "the", "server", "größer", "الخادم", "เซิร์ฟเวอร์", "伺服器", "nothing like it")
    change("the first search", "search", "sensor", "under 200")
    for text in searches:
        change(f"search for {text}", "search", text, "under 200")
    change("all units again", "search", "")
    for order in ("az", "longest", "page"):
        change(f"order: {order}", "order", order)
    change("250 rows instead of 50", "rows", "250")
    return rows


def main() -> None:
    """Write, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="bilingual pages")
    parser.add_argument("--units", type=int, default=50_000, help="how many are made up")
    given = parser.parse_args()
    browser: Any = shutil.which("chromium")
    if browser is None:
        sys.exit("report.py: chromium is not on the path; install it (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        summary = write(given.folders, given.units, path)
        chromium = playwright.chromium.launch(executable_path=browser)
        rows = [("size", f"{path.stat().st_size / 1e6:.1f} MB", "under 30"), *measure(chromium.new_page(), path)]
        print(f"Chromium {chromium.version}, {summary.embedded:,} units")
        chromium.close()
    for name, value, target in rows:
        print(f"{name:48} {value:>10}   {target}")


if __name__ == "__main__":
    main()
