"""OmegaT projects: what is in them, what stays untouched, and what OmegaT itself makes of them."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import pytest
from clients import dtd_errors, need_omegat, need_program, run_program, tmx_dtd, tmx_pairs

from align.cli.omegat_option import formats_for_omegat, omegat_option, write_omegat
from align.errors import FormatError, MissingPathError, OptionError, OutputError
from align.export import ExportReport
from align.export.report import FileReport
from align.formats import tmx
from align.formats.entry import Entry
from align.omegat import HUMAN, MACHINE, Memory, Project, write_projects

HUMAN_FILE = "tm/auto/align-tm-fr-FR.ht.tmx"
MACHINE_FILE = "tm/penalty-030/align-tm-fr-FR.mt.tmx"


def entry(source: str, target: str, kind: Literal["HT", "MT"] | None, locale: str = "fr-FR") -> Entry:
    return Entry(source, target, "en-US", locale, pages=("harbour.md",), translation_type=kind)


ENTRIES = (
    entry("Open the gate.", "Ouvrez la porte.", "HT"),
    entry("Close the gate slowly.", "Fermez lentement la porte.", "MT"),
    entry("Press **Save** & wait.\nThen <b>leave</b>.", "Appuyez sur **Enregistrer**.", "HT"),
    entry("Count the boats.", "Comptez les bateaux.", None),
)


def memory(path: Path, entries: Iterable[Entry] = ENTRIES, *, codes: bool = False, source: str = "en-US") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        tmx.write(stream, entries, source_locale=source, licence="CC-BY-4.0 & MIT", codes=codes)
    return path


def project(folder: Path, entries: Iterable[Entry] = ENTRIES) -> Path:
    (one,) = write_projects(folder / "projects", [Memory(memory(folder / "fr-FR.tmx", entries), "fr-FR")])
    return one.folder


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# What is written


def test_a_project_has_all_folders_and_no_file_but_its_own(tmp_path: Path) -> None:
    folder = project(tmp_path)
    assert folder == tmp_path / "projects" / "fr-FR"
    assert set(files(folder)) == {"omegat.project", "omegat/filters.xml", HUMAN_FILE, MACHINE_FILE}
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_dir()} == {
        "dictionary", "glossary", "omegat", "source", "target", "tm", "tm/auto", "tm/enforce", "tm/penalty-030",
    }  # fmt: skip


def test_human_translation_is_apart_from_machine_and_unknown(tmp_path: Path) -> None:
    folder = project(tmp_path)
    pairs = [(one.source, one.target) for one in ENTRIES]
    assert tmx_pairs(folder / HUMAN_FILE) == [pairs[0], pairs[2]]
    assert tmx_pairs(folder / MACHINE_FILE) == [pairs[1], pairs[3]]


@pytest.mark.parametrize("codes", [False, True], ids=["level 1", "level 2"])
def test_a_memory_of_one_kind_is_copied_byte_for_byte(tmp_path: Path, codes: bool) -> None:
    """Header, dates, properties and inline codes included."""
    humans = [one for one in ENTRIES if one.translation_type == "HT"]
    path = memory(tmp_path / "fr-FR.tmx", humans, codes=codes)
    (one,) = write_projects(tmp_path / "projects", [Memory(path, "fr-FR")])
    assert one == Project(tmp_path / "projects" / "fr-FR", "fr-FR", human=2, machine=0, new=True)
    assert (one.folder / HUMAN_FILE).read_bytes() == path.read_bytes()
    assert (one.folder / MACHINE_FILE).read_bytes() == memory(tmp_path / "none.tmx", []).read_bytes()


def test_memories_of_one_locale_join_and_those_of_two_are_two_projects(tmp_path: Path) -> None:
    human = memory(tmp_path / "fr-FR.ht.tmx", [one for one in ENTRIES if one.translation_type == "HT"])
    other = memory(tmp_path / "fr-FR.mt.tmx", [one for one in ENTRIES if one.translation_type != "HT"])
    packed = tmp_path / "de-DE.tmx.gz"
    german = memory(tmp_path / "de-DE.tmx", [entry("Open the gate.", "Öffnen Sie das Tor.", "HT", "de-DE")])
    packed.write_bytes(gzip.compress(german.read_bytes(), mtime=0))
    done = write_projects(tmp_path / "two", [Memory(human, "fr-FR"), Memory(packed, "de-DE"), Memory(other, "fr-FR")])
    assert [(one.locale, one.human, one.machine) for one in done] == [("de-DE", 1, 0), ("fr-FR", 2, 2)]
    assert files(done[1].folder) == files(project(tmp_path))
    assert tmx_pairs(done[0].folder / "tm/auto/align-tm-de-DE.ht.tmx") == [("Open the gate.", "Öffnen Sie das Tor.")]


def test_the_project_file_names_the_locales_and_asks_for_sentences(tmp_path: Path) -> None:
    found = {one.tag: one.text for one in ElementTree.parse(project(tmp_path) / "omegat.project").iter()}
    assert (found["source_lang"], found["target_lang"], found["sentence_seg"]) == ("en-US", "fr-FR", "true")


def test_the_same_memory_gives_the_same_project(tmp_path: Path) -> None:
    once = files(project(tmp_path / "a"))
    assert files(project(tmp_path / "b")) == once


def test_in_a_project_that_is_there_only_our_memories_are_replaced(tmp_path: Path) -> None:
    """Also when the new memory has no human translation any more; the user's filters are gone for good."""
    folder = project(tmp_path)
    (folder / "omegat" / "filters.xml").unlink()
    own = {
        "omegat.project": b"<omegat>mine</omegat>",
        "source/new.md": b"Open the gate.",
        "omegat/project_save.tmx": b"<tmx>mine</tmx>",
        "tm/auto/mine.tmx": b"<tmx>mine, too</tmx>",
        "tm/penalty-010/mine.tmx": b"<tmx>and mine</tmx>",
    }
    for name, text in own.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text)
    (again,) = write_projects(folder.parent, [Memory(memory(tmp_path / "new.tmx", ENTRIES[1:2]), "fr-FR")])
    assert not again.new
    found = files(folder)
    assert {name: found[name] for name in own} == own
    assert set(found) == {*own, HUMAN_FILE, MACHINE_FILE}
    assert tmx_pairs(folder / HUMAN_FILE) == []
    assert tmx_pairs(folder / MACHINE_FILE) == [("Close the gate slowly.", "Fermez lentement la porte.")]


# What is refused


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (lambda path: path.unlink(), "does not exist; check the spelling"),
        (lambda path: path.write_text("<tmx/>"), ":1: is cut off, or is no TMX of align-tm; export it again"),
        (lambda path: path.write_bytes(path.read_bytes()[:-30]), ": is cut off, or is no TMX of align-tm; export it again"),
        (lambda path: path.write_text(path.read_text("utf-8").replace("    <tu ", "<tu "), "utf-8"), ":8: is cut off, or is"),
    ],
    ids=["missing", "other file", "cut off", "laid out by another program"],
)
def test_a_memory_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path, damage: object, error: str) -> None:
    path = memory(tmp_path / "fr-FR.tmx")
    assert callable(damage)
    damage(path)
    with pytest.raises((FormatError, MissingPathError)) as raised:
        write_projects(tmp_path / "projects", [Memory(path, "fr-FR")])
    assert str(raised.value).startswith(f"{path}")
    assert error in str(raised.value)
    assert not (tmp_path / "projects").exists()


def test_damaged_gzip_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "fr-FR.tmx.gz"
    path.write_bytes(gzip.compress(memory(tmp_path / "fr-FR.tmx").read_bytes())[:-20])
    with pytest.raises(FormatError, match="is damaged gzip; export it again"):
        write_projects(tmp_path / "projects", [Memory(path, "fr-FR")])


def test_a_project_has_one_source_locale(tmp_path: Path) -> None:
    one, two = memory(tmp_path / "a.tmx"), memory(tmp_path / "b.tmx", source="en-GB")
    with pytest.raises(OptionError, match="memories of fr-FR have the source locales en-US, en-GB; an OmegaT project has one"):
        write_projects(tmp_path / "projects", [Memory(one, "fr-FR"), Memory(two, "fr-FR")])
    assert not (tmp_path / "projects").exists()


def test_a_file_where_a_folder_should_be_is_one_line(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "glossary").rmdir()
    (folder / "glossary").write_text("")
    with pytest.raises(OutputError, match="glossary: cannot be written"):
        write_projects(folder.parent, [Memory(tmp_path / "fr-FR.tmx", "fr-FR")])


# The option


def test_the_option_adds_tmx_and_writes_a_project_for_every_tmx_of_the_report(tmp_path: Path) -> None:
    assert omegat_option is not None
    assert formats_for_omegat(("po", "jsonl"), None) == ("po", "jsonl")
    assert formats_for_omegat(("po", "jsonl"), tmp_path) == ("tmx", "po", "jsonl")
    memory(tmp_path / "out" / "fr-FR.tmx")
    reports = [FileReport(f"fr-FR.{form}", "fr-FR", form, 4, {}, {}, {}) for form in ("tmx", "po")]
    report = ExportReport(1, 4, 0, reports)
    assert write_omegat(None, tmp_path / "out", report) == []
    said = f"{tmp_path / 'p' / 'fr-FR'}: OmegaT project with 2 human and 2 other units."
    assert write_omegat(tmp_path / "p", tmp_path / "out", report) == [said]


# OmegaT itself


def translated(folder: Path, settings: Path) -> subprocess.CompletedProcess[str]:
    """Run OmegaT on the project, as its user would with "Create Translated Documents"."""
    options = ("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-Djava.awt.headless=true")
    settings.mkdir()
    java = need_program("java", "default-jre-headless")
    done = run_program(
        java, *options, "-jar", need_omegat(), folder, "--mode=console-translate", f"--config-dir={settings}", timeout=120
    )
    assert done.returncode == 0, done.stderr[-1000:]
    return done


PAGE = """# Boats

Open the gate. Count the boats. Nobody knows this.

Close the gate slowly.
Öffnen is no French word. Open the gate.
"""


def test_omegat_fills_in_human_translation_alone(tmp_path: Path) -> None:
    """Sentence by sentence, in a Markdown file: what is machine translation or unknown stays for the translator."""
    need_omegat()
    folder = project(tmp_path)
    (folder / "source" / "new.md").write_text(PAGE, encoding="utf-8")
    (folder / "source" / "new.html").write_text("<html><body><p>Open the gate. Count the boats.</p></body></html>")
    translated(folder, tmp_path / "settings")
    assert (folder / "target" / "new.md").read_text(encoding="utf-8") == PAGE.replace("Open the gate.", "Ouvrez la porte.")
    assert "<p>Ouvrez la porte. Count the boats.</p>" in (folder / "target" / "new.html").read_text(encoding="utf-8")


def test_omegat_finds_machine_translation_with_30_less(tmp_path: Path) -> None:
    """A match of 100 is 70, below the 80 from which on OmegaT may insert by itself."""
    jar, java = need_omegat(), need_program("java", "default-jdk-headless")
    need_program("javac", "default-jdk-headless")
    folder = project(tmp_path)
    (folder / "source" / "new.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "settings").mkdir()
    driver = Path(__file__).resolve().parents[1] / "benchmarks" / "OmegatMatches.java"
    options = ("-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-Djava.awt.headless=true", "-cp", jar)
    done = run_program(java, *options, driver, folder, tmp_path / "settings", timeout=120)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    matches = {(row[5], row[4]): row[1:4] for row in rows if row[0] == "match" and row[4] != "project"}
    assert matches["Close the gate slowly.", MACHINE_FILE.removeprefix("tm/")] == ["70", "70", "70"], done.stderr[-1000:]
    assert matches["Open the gate.", HUMAN_FILE.removeprefix("tm/")] == ["100", "100", "100"]
    filled = {row[2]: row[3] for row in rows if row[0] == "segment"}
    assert (filled["Open the gate."], filled["Close the gate slowly."]) == ("Ouvrez la porte.", "")
    assert (HUMAN, MACHINE) == ("tm/auto", "tm/penalty-030")


def test_both_memories_are_valid(tmp_path: Path) -> None:
    folder, dtd = project(tmp_path), tmx_dtd(tmp_path)
    assert [dtd_errors(folder / name, dtd) for name in (HUMAN_FILE, MACHINE_FILE)] == [[], []]
