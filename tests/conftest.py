"""What several test files share: where the pages are, and how long hypothesis may look."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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
