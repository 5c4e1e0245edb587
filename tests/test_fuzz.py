"""Damage at random: no exception but our own, nothing lost, twice the same. ``benchmarks/fuzz.py`` is the long run."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzzing import (
    ENDINGS,
    KINDS,
    PIECES,
    Edit,
    check_export,
    check_memory,
    check_page,
    edited,
    edited_bytes,
    seed_memories,
    seed_pages,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CORPORA = Path(__file__).resolve().parents[1] / "corpora"
PAGES = sorted(seed_pages(CORPORA), key=lambda page: len(page[1]))
EDITS = st.lists(
    st.builds(
        Edit,
        st.sampled_from(KINDS),
        st.floats(0, 1, allow_nan=False),
        st.sampled_from([1, 2, 5, 20, 100, 1000]),
        st.sampled_from(PIECES),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)


class Memories(dict[str, bytes]):
    """Memories by ending. Hypothesis prints arguments when a test fails, and complains of long ones in place of the failure."""

    def __repr__(self) -> str:
        return f"<memories: {', '.join(self)}>"


@pytest.fixture(scope="module")
def memories(tmp_path_factory: pytest.TempPathFactory) -> Memories:
    return Memories(seed_memories(CORPORA, tmp_path_factory.mktemp("seeds")))


def test_the_seeds_are_of_all_kinds_and_sound(tmp_path: Path, memories: dict[str, bytes]) -> None:
    assert {container for container, _ in PAGES} == {"markdown", "html", "xml"}
    assert set(memories) == set(ENDINGS)
    for ending, data in memories.items():
        (tmp_path / f"memory{ending}").write_bytes(data)
        assert isinstance(check_memory(tmp_path / f"memory{ending}"), list)


def test_edits_are_what_their_names_say() -> None:
    def one(kind: str) -> str:
        return edited("abcdef", [Edit(kind, 0.2, 2, "+", False)])

    kinds = ("cut", "double", "swap", "insert", "overwrite")
    assert [one(kind) for kind in kinds] == ["adef", "abcbcdef", "adebcf", "a+bcdef", "a+cdef"]


@given(st.sampled_from(PAGES), EDITS)
@settings(SHARED, max_examples=300)
def test_nothing_is_lost_of_a_damaged_page(page: tuple[str, str], edits: list[Edit]) -> None:
    container, text = page
    check_page(edited(text, edits), container)  # type: ignore[arg-type]


@given(st.sampled_from(PAGES[:60]), EDITS)
@settings(SHARED, max_examples=40)
def test_what_is_exported_of_a_damaged_page_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, page: tuple[str, str], edits: list[Edit]
) -> None:
    container, text = page
    check_export(check_page(edited(text, edits), container), tmp_path_factory.mktemp("out"))  # type: ignore[arg-type]


@pytest.mark.parametrize("ending", ENDINGS)
@given(edits=EDITS)
@settings(SHARED, max_examples=80)
def test_a_damaged_memory_is_read_or_refused(
    tmp_path: Path, memories: dict[str, bytes], ending: str, edits: list[Edit]
) -> None:
    path = tmp_path / f"memory{ending}"
    path.write_bytes(edited_bytes(memories[ending], edits))
    check_memory(path)
