"""The digest of a memory: what changes it, what does not, and that ``export --digest`` prints the one of its TMX."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from clients import Runner, page, put, run_here, unit
from hypothesis import given
from hypothesis import strategies as st

from align.corpus import find_pages
from align.curate import Rules
from align.digest import MemoryDigest, digest_of, total
from align.export import Job, Machine, Plan, export_files
from align.formats.entry import Entry
from align.model import Origin

FERN = Entry("Fern", "Fougère", "en-US", "fr-FR", "abd60-101", Origin("a.md", "markdown"), ("a.md",), "HT")
entries = st.builds(Entry, st.text(), st.text(), st.just("en-US"), st.sampled_from(["fr-FR", "de-DE"]), st.text())


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Runner:
    return lambda *arguments: run_here(capsysbinary, arguments)


@given(st.lists(entries), st.randoms(), st.integers(0, 10))
def test_neither_order_nor_parts_change_it(some: list[Entry], random: object, at: int) -> None:
    mixed = list(some)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    whole = digest_of(some)
    assert digest_of(mixed) == whole
    assert digest_of(mixed[:at]).merge(digest_of(mixed[at:])) == whole
    assert total(map(digest_of, ([entry] for entry in mixed))) == whole
    assert whole.count == len(some)


@pytest.mark.parametrize(
    "change",
    [
        {"source": "Moss"},
        {"target": "Mousse"},
        {"target_locale": "fr-CH"},
        {"id": "abd60-102"},
        {"translation_type": "MT"},
        {"pages": ("a.md", "b.md")},
        {"variant": "variant 0"},
        {"source": "FernF", "target": "ougère"},
        {"origin": Origin("b.md", "markdown")},
        {"origin": Origin("a.md", "markdown", handoff="2021-03-04")},
    ],
)
def test_whatever_an_entry_holds_changes_it(change: dict[str, object]) -> None:
    assert digest_of([msgspec.structs.replace(FERN, **change)]) != digest_of([FERN])


def test_an_entry_twice_is_not_an_entry_never() -> None:
    twice = digest_of([FERN]).add(FERN)
    assert twice.hex != MemoryDigest().hex
    assert twice.count == 2


def test_export_prints_a_line_for_each_memory(run: Runner, tmp_path: Path) -> None:
    french, german = (
        page(unit("Fougère", "Fern"), unit("Mousse", "Moss", "abd60-102")),
        page(unit("Farn", "Fern"), locale="de-DE"),
    )
    put(tmp_path / "in", {"a.md": french, "b.md": german, "c.md": french})
    lines = [
        line.split()
        for line in run("export", tmp_path / "in", "-o", tmp_path / "out", "--digest", "-q").out.decode().splitlines()
    ]
    assert [line[:2] for line in lines] == [["de-DE", "1"], ["fr-FR", "2"]]
    assert all(len(line[2]) == 32 for line in lines)
    again = run("export", tmp_path / "in", "-o", tmp_path / "out", "--digest", "-q").out.decode().splitlines()
    assert [line.split() for line in again] == lines
    report = json.loads((tmp_path / "out/report.json").read_bytes())
    assert report["digests"]["fr-FR"] == {"count": 2, "hex": lines[1][2]}


def test_without_the_option_nothing_is_printed_or_kept(run: Runner, tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.md": page(unit("Fougère", "Fern"))})
    assert run("export", tmp_path / "in", "-o", tmp_path / "out", "-q").out == b""
    assert "digests" not in json.loads((tmp_path / "out/report.json").read_bytes())


@pytest.mark.parametrize("rules", [Rules(), Rules(variants="all"), Rules(mt="split")])
def test_processes_and_memory_do_not_change_it(tmp_path: Path, corpora: Path, rules: Rules) -> None:
    job = Job(files=find_pages([corpora / "bilingual"]), plan=Plan(formats=("po",), rules=rules, digest=True))
    one = export_files(job, tmp_path / "one", machine=Machine(jobs=1))
    for number, machine in enumerate((Machine(jobs=3), Machine(jobs=1, memory=1))):
        assert export_files(job, tmp_path / str(number), machine=machine).digests == one.digests
    assert one.digests
