"""What several test files share: where the pages are, how long hypothesis may look, and the browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from clients import need_program
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile(
    "align", deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("align")


@pytest.fixture(scope="session")
def real_pages() -> Path:
    folder = os.environ.get("ALIGN_TM_REAL_PAGES")
    if not folder:
        pytest.skip("set ALIGN_TM_REAL_PAGES to a folder of real bilingual pages")
    return Path(folder)


@pytest.fixture(scope="session")
def corpora() -> Path:
    return Path(__file__).resolve().parents[1] / "corpora"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    chromium = need_program("chromium", "chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium)
        yield started
        started.close()
