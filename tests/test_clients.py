"""Real programs read our exports of ``corpora/bilingual``. Each check is also shown to fail on a damaged file."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Literal

import pytest
from clients import (
    dtd_errors,
    msgcat_pairs,
    msgfmt_errors,
    need_program,
    need_toolkit,
    omegat_translates,
    po_pairs,
    run_apart,
    run_program,
    tmx_dtd,
    tmx_pairs,
    toolkit_pairs,
    translated_by_compendium,
)

LOCALES = ("ar-SA", "de-DE", "fr-CH", "fr-FR", "ja-JP", "pl-PL", "th-TH", "zh-TW")
#: Every way of exporting, with the options that make it.
WAYS = {"plain": (), "variants": ("--variants", "all"), "fuzzy": ("--mt", "fuzzy"), "split": ("--mt", "split")}


@pytest.fixture(scope="session")
def memories(tmp_path_factory: pytest.TempPathFactory, corpora: Path) -> Path:
    """A folder with the corpora exported in every way, and the anomalies as ``anomalies``."""
    out = tmp_path_factory.mktemp("memories")
    for way, options in WAYS.items():
        done = run_apart("export", corpora / "bilingual", "-o", out / way, "--quiet", *options)
        assert (done.status, done.err) == (0, "")
    # Broken wrappers are errors; what is whole on these pages is exported all the same.
    done = run_apart("export", corpora / "anomalies", "-o", out / "anomalies", "--locale", "de-DE", "--fail-on", "never")
    assert done.status == 0
    return out


@pytest.fixture(scope="session")
def plain(memories: Path) -> Path:
    return memories / "plain"


@pytest.fixture(scope="session")
def dtd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmx_dtd(tmp_path_factory.mktemp("dtd"))


def damaged(path: Path, folder: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the file with something replaced everywhere; it must have been there."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    copy = folder / path.name
    copy.write_text(text, encoding="utf-8")
    return copy


def test_every_locale_is_exported(plain: Path) -> None:
    for form in ("tmx", "po"):
        assert tuple(sorted(path.stem for path in plain.glob(f"*.{form}"))) == LOCALES


# xmllint


def test_xmllint_finds_every_tmx_valid(memories: Path, dtd: Path) -> None:
    files = sorted(memories.rglob("*.tmx"))
    assert len(files) > len(WAYS) * len(LOCALES)
    assert {path.relative_to(memories).as_posix(): dtd_errors(path, dtd) for path in files} == {
        path.relative_to(memories).as_posix(): [] for path in files
    }


@pytest.mark.parametrize(
    "changes",
    [
        [('srclang="en-US" ', "")],
        [("<seg>", "<text>"), ("</seg>", "</text>")],
        [("</tuv>\n    </tu>", '</tuv>\n<prop type="x-late">a</prop></tu>')],
        [("</body>", "")],
    ],
    ids=["attribute missing", "unknown element", "property behind the texts", "not well-formed"],
)
def test_xmllint_refuses_a_damaged_tmx(plain: Path, dtd: Path, tmp_path: Path, changes: list[tuple[str, str]]) -> None:
    assert dtd_errors(damaged(plain / "fr-FR.tmx", tmp_path, *changes), dtd)


# gettext


def test_msgfmt_has_nothing_to_say(memories: Path) -> None:
    files = sorted(memories.rglob("*.po"))
    assert len(files) > len(WAYS) * len(LOCALES)
    assert {path.relative_to(memories).as_posix(): msgfmt_errors(path) for path in files} == {
        path.relative_to(memories).as_posix(): [] for path in files
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"MIME-Version: 1.0\\n"\n', ""),
        ('"Language: pl_PL\\n"\n', ""),
        ('msgid "Set an alert"', 'msgid "Set an alert\\n"'),
        ('msgid "Set an alert"', 'msgid Set an alert"'),
    ],
    ids=["header field missing", "no language", "line ends differ", "quote missing"],
)
def test_msgfmt_refuses_a_damaged_po(plain: Path, tmp_path: Path, old: str, new: str) -> None:
    assert msgfmt_errors(damaged(plain / "pl-PL.po", tmp_path, (old, new)))


def test_msgfmt_refuses_a_message_that_comes_twice(plain: Path, tmp_path: Path) -> None:
    head, first, rest = (plain / "fr-FR.po").read_text(encoding="utf-8").split("\n\n", 2)
    twice = tmp_path / "fr-FR.po"
    twice.write_text("\n\n".join([head, first, first, rest]), encoding="utf-8")
    assert any("duplicate" in line for line in msgfmt_errors(twice))


@pytest.mark.parametrize("locale", LOCALES)
def test_msgcat_keeps_every_entry(plain: Path, tmp_path: Path, locale: str) -> None:
    memory = plain / f"{locale}.po"
    once = msgcat_pairs(memory, tmp_path / "once.po")
    assert once == po_pairs(memory)
    assert msgcat_pairs(tmp_path / "once.po", tmp_path / "twice.po") == once
    assert (tmp_path / "once.po").read_bytes() == (tmp_path / "twice.po").read_bytes()


def test_msgcat_refuses_a_file_that_is_cut_off(plain: Path, tmp_path: Path) -> None:
    need_program("msgcat", "gettext")
    cut = tmp_path / "fr-FR.po"
    cut.write_bytes((plain / "fr-FR.po").read_bytes()[:-3])
    with pytest.raises(AssertionError, match="within string"):
        msgcat_pairs(cut, tmp_path / "out.po")


@pytest.mark.parametrize("locale", LOCALES)
def test_msgmerge_translates_a_new_document_with_the_memory(plain: Path, tmp_path: Path, locale: str) -> None:
    memory = po_pairs(plain / f"{locale}.po")
    known = memory[::2]
    unknown = "No page of Fernhaven says this."
    found = translated_by_compendium([*(msgid for msgid, _ in known), unknown], plain / f"{locale}.po", tmp_path)
    assert found == [*known, (unknown, "")]


def test_msgmerge_finds_nothing_in_a_memory_of_other_messages(plain: Path, tmp_path: Path) -> None:
    memory = po_pairs(plain / "fr-FR.po")
    other = damaged(plain / "fr-FR.po", tmp_path, ('\nmsgid "', '\nmsgctxt "elsewhere"\nmsgid "'))
    other.write_text(
        other.read_text(encoding="utf-8").replace('msgctxt "elsewhere"\nmsgid ""\n', 'msgid ""\n', 1), encoding="utf-8"
    )
    found = translated_by_compendium([msgid for msgid, _ in memory], other, tmp_path)
    assert found == [(msgid, "") for msgid, _ in memory]


# translate-toolkit


@pytest.mark.parametrize("locale", LOCALES)
def test_translate_toolkit_reads_the_same_units(plain: Path, locale: str) -> None:
    assert toolkit_pairs(plain / f"{locale}.tmx") == tmx_pairs(plain / f"{locale}.tmx")
    assert toolkit_pairs(plain / f"{locale}.po") == po_pairs(plain / f"{locale}.po")


def test_translate_toolkit_shows_what_is_wrong_with_damaged_files(plain: Path, tmp_path: Path) -> None:
    need_toolkit()
    # The first language of each unit is no longer the one that the header names as source.
    swapped = damaged(plain / "fr-FR.tmx", tmp_path, ('srclang="en-US"', 'srclang="fr-FR"'))
    assert toolkit_pairs(swapped) != tmx_pairs(swapped)
    with pytest.raises(AssertionError):
        toolkit_pairs(damaged(plain / "fr-FR.tmx", tmp_path, ("</body>", "")))
    with pytest.raises(AssertionError, match="PoParseError"):
        toolkit_pairs(damaged(plain / "fr-FR.po", tmp_path, ('msgid "', "msgid ")))


# OmegaT


def paragraphs(memory: Path) -> dict[str, set[str]]:
    """The memory's targets by source, as far as a text file can hold the source as one paragraph."""
    found: dict[str, set[str]] = {}
    for source, target in tmx_pairs(memory):
        if len(source.splitlines()) == 1:
            found.setdefault(source, set()).add(target)
    return found


@pytest.mark.parametrize(
    ("locale", "mode"),
    [*((locale, "auto") for locale in LOCALES), *((locale, "enforce") for locale in ("fr-FR", "ar-SA", "ja-JP"))],
)
def test_omegat_translates_with_the_memory(plain: Path, tmp_path: Path, locale: str, mode: Literal["auto", "enforce"]) -> None:
    memory = plain / f"{locale}.tmx"
    known = paragraphs(memory)
    assert len(known) > 50
    results = omegat_translates(list(known), memory, ("en-US", locale), mode, tmp_path)
    assert len(results) == len(known)
    wrong = [(source, result) for source, result in zip(known, results, strict=True) if result not in known[source]]
    assert wrong == []


def test_omegat_finds_nothing_in_a_damaged_memory(plain: Path, tmp_path: Path) -> None:
    """OmegaT takes language codes with a hyphen only: units in ``en_US`` do not match."""
    memory = plain / "ja-JP.tmx"
    known = {source: targets for source, targets in paragraphs(memory).items() if source not in targets}
    spoiled = damaged(memory, tmp_path, ('xml:lang="en-US"', 'xml:lang="en_US"'), ('srclang="en-US"', 'srclang="en_US"'))
    results = omegat_translates(list(known), spoiled, ("en-US", "ja-JP"), "auto", tmp_path)
    assert results == list(known)


# The checks themselves


def test_a_program_that_is_missing_skips_or_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("ALIGN_TM_TOOLKIT_PYTHON", raising=False)
    with pytest.raises(pytest.skip.Exception, match="msgfold is not installed"):
        need_program("msgfold", "gettext")
    with pytest.raises(pytest.skip.Exception, match="ALIGN_TM_TOOLKIT_PYTHON is not set"):
        need_toolkit()
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("ALIGN_TM_REQUIRE_CLIENTS", "1")
    with pytest.raises(pytest.fail.Exception, match="msgfold is not installed"):
        need_program("msgfold", "gettext")


def test_the_setup_script_is_valid_shell(corpora: Path) -> None:
    script = corpora.parent / ".ci" / "setup-clients.sh"
    done = run_program(need_program("sh", "dash"), "-n", script)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_setup_script_says_in_one_line_that_it_cannot_install(corpora: Path, tmp_path: Path) -> None:
    """Without apt-get on the PATH."""
    for name in ("sh", "id"):
        (tmp_path / name).symlink_to(need_program(name, "coreutils"))
    script = corpora.parent / ".ci" / "setup-clients.sh"
    done = subprocess.run(
        [str(tmp_path / "sh"), str(script)],
        capture_output=True,
        text=True,
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.count("\n") == 1
