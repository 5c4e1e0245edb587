"""The documentation site in Chromium: it can be read with the keyboard, in dark colours, and on a phone.

Skipped without MkDocs (extra ``docs``) or Chromium; ``.ci/run`` has both.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
#: One page of each kind: pictures, commands and what they print, wide tables, options, classes. All would take minutes.
LOOKED_AT = ("index.html", "tutorial.html", "programs.html", "reference/commands.html", "reference/python-checks.html")
WIDER = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as MkDocs builds it."""
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=True)
    return folder


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_no_serious_barrier_and_nothing_is_wider_than_the_window(
    site: Path, browser: Browser, width: int, scheme: str
) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    tab = browser.new_page(color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 900})
    found = []
    for name in LOOKED_AT:
        tab.goto((site / name).as_uri())
        tab.wait_for_selector("article")
        if tab.query_selector("article table"):
            tab.wait_for_selector(".md-typeset__scrollwrap")  # the theme's script has run
        if tab.evaluate(WIDER) > 0:
            found.append((name, "wider than the window"))
        tab.evaluate(axe)
        result = tab.evaluate("axe.run({ resultTypes: ['violations'] })")
        assert len(result["passes"]) > 20
        found += [(name, one["id"]) for one in result["violations"] if one["impact"] in {"serious", "critical"}]
    assert found == []
