"""From one exchange format to another: the same pairs, what is lost is named, damage is one line."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from align.cli import main
from align.convert import LOSSES, convert, read_memory
from align.corpus import find_pages, read_pages
from align.errors import FormatError, MissingPathError, OptionError
from align.export import FORMATS, export_pages

FORMS = ("tmx", "po", "tsv", "jsonl", "xlf")


@pytest.fixture(scope="module")
def memory(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one memory in every format."""
    out = tmp_path_factory.mktemp("memory")
    export_pages(read_pages(find_pages([corpora / "bilingual" / "fr-FR"])), out, formats=FORMATS)
    return out


def pairs(path: Path) -> list[tuple[str, str]]:
    return [(entry.source, entry.target) for entry in read_memory(path)]


@pytest.mark.parametrize(("read", "written"), list(product(FORMS, FORMS)))
def test_the_pairs_are_the_same_in_every_format(memory: Path, tmp_path: Path, read: str, written: str) -> None:
    done = convert(memory / f"fr-FR.{read}", tmp_path / f"out.{written}")
    assert pairs(tmp_path / f"out.{written}") == pairs(memory / f"fr-FR.{read}")
    assert (done.entries, done.left_out, done.lost) == (96, 0, LOSSES[f".{written}"])


def test_jsonl_through_itself_is_the_same_file(memory: Path, tmp_path: Path) -> None:
    convert(memory / "fr-FR.jsonl", tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (memory / "fr-FR.jsonl").read_bytes()


def test_moses_is_two_files_of_as_many_lines(memory: Path, tmp_path: Path) -> None:
    assert convert(memory / "fr-FR.tmx", tmp_path / "corpus.moses").entries == 96
    lines = [(tmp_path / f"corpus.{locale}").read_text("utf-8").split("\n") for locale in ("en-US", "fr-FR")]
    assert [len(one) for one in lines] == [97, 97]


def test_a_compressed_memory_is_read(memory: Path, tmp_path: Path) -> None:
    (tmp_path / "m.tmx.gz").write_bytes(gzip.compress((memory / "fr-FR.tmx").read_bytes()))
    assert pairs(tmp_path / "m.tmx.gz") == pairs(memory / "fr-FR.tmx")


def test_po_takes_one_target_per_source_and_the_rest_is_counted(tmp_path: Path) -> None:
    rows = ["\t".join(["", "Open", target, "en-US", "fr-FR", "", "", "", ""]) for target in ("Ouvrir", "Ouvert", "Ouvrir")]
    header = "id\tsource\ttarget\tsource_locale\ttarget_locale\tpage\ttranslation_type\thandoff\tvariant"
    (tmp_path / "m.tsv").write_text("\n".join([header, *rows, ""]), "utf-8")
    done = convert(tmp_path / "m.tsv", tmp_path / "m.po")
    assert (done.entries, done.left_out) == (1, 2)
    assert pairs(tmp_path / "m.po") == [("Open", "Ouvrir")]


MULTILINGUAL = """<?xml version="1.0"?><tmx version="1.4"><header srclang="en-US"/><body><tu>
<tuv xml:lang="de-DE"><seg>Offen</seg></tuv><tuv xml:lang="en-US"><seg>Open</seg></tuv>
<tuv xml:lang="fr-FR"><seg>Ouvert</seg></tuv></tu></body></tmx>"""


def test_a_memory_of_several_locales_needs_a_choice(tmp_path: Path) -> None:
    (tmp_path / "m.tmx").write_text(MULTILINGUAL, "utf-8")
    with pytest.raises(OptionError, match="--locale"):
        convert(tmp_path / "m.tmx", tmp_path / "m.po")
    assert [path.name for path in tmp_path.iterdir()] == ["m.tmx"]
    convert(tmp_path / "m.tmx", tmp_path / "m.po", locale="fr-FR")
    assert pairs(tmp_path / "m.po") == [("Open", "Ouvert")]


def damaged(tmp_path: Path) -> Iterator[tuple[Path, type[Exception]]]:
    for name, text in {
        "cut.tmx": MULTILINGUAL[:-20],
        "no.po": 'msgid "a',
        "no.tsv": "a\tb\n",
        "no.jsonl": "{",
        "no.xlf": "<x",
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
        yield tmp_path / name, FormatError
    (tmp_path / "no.tmx.gz").write_bytes(b"no gzip")
    yield tmp_path / "no.tmx.gz", FormatError
    yield tmp_path / "none.tmx", MissingPathError
    yield tmp_path / "m.doc", OptionError


def test_what_cannot_be_read_is_one_line_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, error in damaged(tmp_path):
        with pytest.raises(error):
            convert(path, tmp_path / "out.tsv")
        with pytest.raises(SystemExit) as ended:
            main(["convert", str(path), "-o", str(tmp_path / "out.tsv")])
        assert ended.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out.tsv").exists()


def test_an_ending_that_names_no_format_is_an_error(memory: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"\.moses"):
        convert(memory / "fr-FR.tmx", tmp_path / "out.doc")
