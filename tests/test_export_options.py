"""What the options of ``export`` do to small pages, with what is expected beside each page, and that nothing is lost by any."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from clients import Ran, Runner, page, po_pairs, put, record_lines, run_here, tmx_pairs, tmx_units, unit
from exports import Left, corpora_of, export, files_of, put_settled
from hypothesis import given, settings
from hypothesis import strategies as st

from align.curate import CHANGES, DROP_REASONS, MERGE_REASONS, Rules
from align.exchange import read_memory
from align.export import FORMATS, Machine, Plan
from align.formats.entry import Entry

UNIT = re.compile(r"\{(\^?)([^{}|]*)\|([^{}|]*)\}")


def sheet(text: str, **front: Any) -> str:
    """A page from a text in which ``{source|target}`` is a unit.

    Their numbers follow each other; before ``{^source|target}`` one is missing, which something translated without becoming
    a unit has taken.
    """
    number = 100

    def wrapper(found: re.Match[str]) -> str:
        nonlocal number
        number += 2 if found[1] else 1
        return unit(found[3], found[2], f"abd60-{number}")

    return page(UNIT.sub(wrapper, text), **front)


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Runs the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run_here(capsysbinary, arguments)


def report(out: Path) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = json.loads((out / "report.json").read_text("utf-8"))["files"]
    return files


def decisions(out: Path, form: str) -> list[tuple[str, str, str, str]]:
    return [
        (one["page"], one["id"][6:], one["action"], one["reason"])
        for one in record_lines(out / "decisions.jsonl")
        if one["format"] == form
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Segments and blocks

HARBOUR = {
    "a.md": sheet(
        "# {Harbour|Port}\n\n"
        "{Open the valve.|Ouvrez la vanne.} {Wait **ten** minutes.|Attendez **dix** minutes.}\n\n"
        "- {See|Voir} [{the map|la carte}](map.md).\n"
        "- Aussi : {^read the log.|lisez le journal.} {Then go.|Partez.}\n"
    ),
    # The same block again, and as one segment: another target of the same source.
    "b.md": sheet(
        "{Open the valve.|Ouvrez la vanne.} {Wait **ten** minutes.|Attendez **dix** minutes.}\n\n"
        "{Open the valve. Wait **ten** minutes.|Ouvrez. Attendez.}\n"
    ),
}
SENTENCES = [
    ("Harbour", "Port"),
    ("Open the valve.", "Ouvrez la vanne."),
    ("Wait **ten** minutes.", "Attendez **dix** minutes."),
    ("See", "Voir"),
    ("the map", "la carte"),
    ("read the log.", "lisez le journal."),
    ("Then go.", "Partez."),
    ("Open the valve. Wait **ten** minutes.", "Ouvrez. Attendez."),
]
# The item that begins with a word of which the source is not known is not joined.
BLOCKS = [
    ("Harbour", "Port"),
    # Met twice as a block of two, so that it is preferred to the segment with the same source.
    ("Open the valve. Wait **ten** minutes.", "Ouvrez la vanne. Attendez **dix** minutes."),
    ("See [the map](map.md).", "Voir [la carte](map.md)."),
]
#: With segments, only blocks that say more, and not one whose source is a segment's.
BOTH = [
    ("Harbour", "Port"),
    ("Open the valve.", "Ouvrez la vanne."),
    ("Wait **ten** minutes.", "Attendez **dix** minutes."),
    ("See [the map](map.md).", "Voir [la carte](map.md)."),
    *SENTENCES[3:],
]


@pytest.mark.parametrize(("granularity", "wanted"), [("sentence", SENTENCES), ("block", BLOCKS), ("both", BOTH)])
def test_granularity(run: Runner, granularity: str, wanted: list[tuple[str, str]]) -> None:
    put(Path("pages"), dict(HARBOUR))
    assert run("export", "pages", "-o", "out", "-q", "--granularity", granularity).status == 0
    assert tmx_pairs(Path("out/fr-FR.tmx")) == wanted
    assert po_pairs(Path("out/fr-FR.po")) == wanted
    for file in report(Path("out")):
        assert file["exported"] + sum(file["merged"].values()) + sum(file["dropped"].values()) == 10


def test_by_default_po_has_both_and_tmx_segments(run: Runner) -> None:
    put(Path("pages"), dict(HARBOUR))
    assert run("export", "pages", "-o", "out", "-q").status == 0
    assert tmx_pairs(Path("out/fr-FR.tmx")) == SENTENCES
    assert po_pairs(Path("out/fr-FR.po")) == BOTH
    blocks = {file["format"]: (file["exported"], file["blocks"]) for file in report(Path("out"))}
    assert blocks == {"po": (8, 1), "tmx": (8, 0)}


def test_a_block_is_a_paragraph_for_programs(run: Runner) -> None:
    """The header says ``sentence``; OmegaT may cut a unit only when that says ``paragraph``."""
    put(Path("pages"), dict(HARBOUR))
    assert run("export", "pages", "-o", "out", "-q", "--granularity", "both", "--to", "tmx,jsonl").status == 0
    said = {one.source: one.attributes.get("segtype") for one in tmx_units(Path("out/fr-FR.tmx"))}
    assert said.pop("See [the map](map.md).") == "paragraph"
    assert set(said.values()) == {None}
    assert '<header creationtool="align-tm"' in (text := Path("out/fr-FR.tmx").read_text("utf-8"))
    assert 'segtype="sentence"' in text
    blocks = {one["source"] for one in record_lines(Path("out/fr-FR.jsonl")) if one["segtype"] == "paragraph"}
    assert blocks == {"See [the map](map.md)."}


def test_units_of_blocks_that_are_not_joined_are_accounted_for(run: Runner) -> None:
    put(Path("pages"), dict(HARBOUR))
    assert run("export", "pages", "-o", "out", "-q", "--granularity", "block", "--to", "tmx").status == 0
    (file,) = report(Path("out"))
    assert {key: file[key] for key in ("exported", "blocks", "unjoined", "merged", "dropped")} == {
        "exported": 5,
        "blocks": 3,
        "unjoined": 1,
        "merged": {"duplicate": 2, "variant": 1},
        "dropped": {"not-joined": 2},
    }
    assert decisions(Path("out"), "tmx") == [
        ("a.md", "107", "dropped", "not-joined"),
        ("a.md", "108", "dropped", "not-joined"),
        ("b.md", "101", "merged", "duplicate"),
        ("b.md", "102", "merged", "duplicate"),
        ("b.md", "103", "merged", "variant"),
    ]
    assert record_lines(Path("out/unjoined.jsonl")) == [
        {
            "rule": "untranslated-text",
            "severity": "info",
            "page": "a.md",
            "line": 12,
            "message": "abd60-107 to abd60-108 stand beside text without a unit, and its source is not known; taken one by one",
        }
    ]


def test_without_blocks_there_is_no_list_of_those_that_are_not_joined(run: Runner) -> None:
    put(Path("pages"), dict(HARBOUR))
    assert run("export", "pages", "-o", "out", "-q", "--to", "tmx").status == 0
    assert not Path("out/unjoined.jsonl").exists()


def test_blocks_of_each_page(run: Runner) -> None:
    put(Path("pages"), dict(HARBOUR))
    assert run("export", "pages", "-o", "out", "-q", "--granularity", "block", "--per-page", "--to", "po").status == 0
    assert po_pairs(Path("out/po/a.md.po")) == BLOCKS
    assert po_pairs(Path("out/po/b.md.po")) == BLOCKS[1:2]  # a space is before a full stop


# ---------------------------------------------------------------------------------------------------------------------
# Markup


def test_text_without_markup_merges_what_becomes_alike(run: Runner) -> None:
    text = (
        "{Press **Save** now.|Appuyez sur **Enregistrer**.}\n\n"  # 101 markup left out
        "{Press Save now.|Appuyez sur Enregistrer.}\n\n"  # 102 the same then
        "{Nuts &amp; bolts|Vis &amp; boulons}\n\n"  # 103 entity
        "{Nuts \\& bolts|Vis \\& boulons}\n\n"  # 104 escape
        "{See [the map](map.md).|Voir [la carte](map.md).}\n\n"  # 105 link
        "{See [the map][m].|Voir [la carte][m].}\n\n"  # 106 reference, which the page defines
        "{See [the map][n].|Voir [la carte][n].}\n\n"  # 107 not defined: text
        "{<!-- none -->|<!-- rien -->}\n\n"  # 108 nothing to see
        "[m]: map.md\n"
    )
    put(Path("pages"), {"a.md": sheet(text)})
    assert run("export", "pages", "-o", "out", "-q", "--markup", "text", "--to", "tmx").status == 0
    assert tmx_pairs(Path("out/fr-FR.tmx")) == [
        ("Press Save now.", "Appuyez sur Enregistrer."),
        ("Nuts & bolts", "Vis & boulons"),
        ("See the map.", "Voir la carte."),
        ("See [the map][n].", "Voir [la carte][n]."),
    ]
    assert decisions(Path("out"), "tmx") == [
        ("a.md", "101", "changed", "markup"),
        ("a.md", "102", "merged", "duplicate"),
        ("a.md", "103", "changed", "markup"),
        ("a.md", "104", "merged", "duplicate"),
        ("a.md", "105", "changed", "markup"),
        ("a.md", "106", "merged", "duplicate"),
        ("a.md", "108", "dropped", "no-text"),
    ]


def test_what_references_resolve_to_is_cleaned_as_all_text_is(run: Runner) -> None:
    text = (
        "{&#1;Ebb &#x200F;tide&#xFFFE;&nbsp;|Jusant&#10;de mer}\n\n"  # 101 no XML may hold two of these, one is a line end
        "{&#2;|Vide}\n\n"  # 102 nothing is left
    )
    put(Path("pages"), {"a.md": sheet(text)})
    options = ("--markup", "text", "--bidi", "strip", "--to", "tmx,xliff,po")
    assert run("export", "pages", "-o", "out", "-q", *options).status == 0
    expected = [("Ebb tide", "Jusant de mer")]
    assert tmx_pairs(Path("out/fr-FR.tmx")) == po_pairs(Path("out/fr-FR.po")) == expected
    assert [(entry.source, entry.target) for entry in read_memory(Path("out/fr-FR.xlf"))] == expected
    assert decisions(Path("out"), "tmx") == [
        ("a.md", "101", "changed", "bidi-controls"),
        ("a.md", "101", "changed", "illegal-characters"),
        ("a.md", "101", "changed", "markup"),
        ("a.md", "102", "dropped", "empty-source"),
    ]


def test_codes_stand_for_markup_as_the_page_defines_it(run: Runner) -> None:
    both = "{See [the map][m].|Voir [la carte][m].} {Go **now**.|Allez **vite**.}\n"
    put(Path("pages"), {"a.md": sheet(both + "\n[m]: map.md\n"), "b.md": sheet(both.replace("map][m]", "old map][m]"))})
    assert run("export", "pages", "-o", "out", "-q", "--markup", "codes", "--to", "tmx,xliff,jsonl").status == 0
    text = Path("out/fr-FR.tmx").read_text("utf-8")
    assert re.findall(r"<seg>(.*)</seg>", text) == [
        'See <bpt i="1" x="1" type="link">[</bpt>the map<ept i="1">][m]</ept>.',
        'Voir <bpt i="1" x="1" type="link">[</bpt>la carte<ept i="1">][m]</ept>.',
        'Go <bpt i="1" x="1" type="bold">**</bpt>now<ept i="1">**</ept>.',
        'Allez <bpt i="1" x="1" type="bold">**</bpt>vite<ept i="1">**</ept>.',
        "See [the old map][m].",  # no definition on this page
        "Voir [la carte][m].",
    ]
    assert '<bpt id="1" rid="1" ctype="link">[</bpt>' in Path("out/fr-FR.xlf").read_text("utf-8")
    assert [one["labels"] for one in record_lines(Path("out/fr-FR.jsonl"))] == [["m"], [], []]


# ---------------------------------------------------------------------------------------------------------------------
# Direction marks, codes of locales


def test_direction_marks_are_left_out_on_request(run: Runner) -> None:
    mark, embed, end = "\u200f", "\u202b", "\u202c"
    text = f"{{Open.|{mark}افتح.}}\n\n{{Close.|{embed}أغلق{end}.}}\n\n{{Open.|افتح.}}\n"
    put(Path("pages"), {"a.md": sheet(text, locale="ar-SA")})
    assert run("export", "pages", "-o", "kept", "-q", "--to", "tmx").status == 0
    assert run("export", "pages", "-o", "out", "-q", "--to", "tmx", "--bidi", "strip").status == 0
    # Of two targets that are met once each the one with the lower code points is taken.
    assert tmx_pairs(Path("kept/ar-SA.tmx")) == [("Close.", f"{embed}أغلق{end}."), ("Open.", "افتح.")]
    assert tmx_pairs(Path("out/ar-SA.tmx")) == [("Open.", "افتح."), ("Close.", "أغلق.")]
    assert decisions(Path("out"), "tmx") == [
        ("a.md", "101", "changed", "bidi-controls"),
        ("a.md", "102", "changed", "bidi-controls"),
        ("a.md", "103", "merged", "duplicate"),
    ]


def test_a_code_of_a_locale_is_written_everywhere(run: Runner) -> None:
    """In names, headers, units, columns and in the report; the other locale keeps its own."""
    put(Path("pages"), {"a.md": sheet("{Open.|打開。}", locale="zh-TW"), "b.md": sheet("{Open.|Ouvrez.}")})
    forms = ",".join(FORMATS)
    mapped = ("--map-locale", "zh-TW=zh-Hant-TW", "--map-locale", "en-US=en")
    assert run("export", "pages", "-o", "out", "-q", "--to", forms, *mapped).status == 0
    endings = {"tmx", "po", "tsv", "csv", "jsonl", "xlf", "xlsx", "parquet", "mo"}
    names = {path.name for path in Path("out").iterdir() if path.suffix[1:] in endings and path.stem not in {"problems"}}
    assert names - {"decisions.jsonl"} == {f"{locale}.{ending}" for locale in ("zh-Hant-TW", "fr-FR") for ending in endings}
    text = Path("out/zh-Hant-TW.tmx").read_text("utf-8")
    assert re.findall(r'srclang="([^"]*)"|xml:lang="([^"]*)"', text) == [("en", ""), ("", "en"), ("", "zh-Hant-TW")]
    assert '"Language: zh_TW\\n"' in Path("out/zh-Hant-TW.po").read_text("utf-8")
    assert {(file["path"].split(".")[0], file["locale"]) for file in report(Path("out"))} == {
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("fr-FR", "fr-FR"),
    }
    for ending in endings - {"po", "mo"}:
        (entry,) = read_memory(Path(f"out/zh-Hant-TW.{ending}"))
        assert (entry.source_locale, entry.target_locale) == ("en", "zh-Hant-TW")
    (record,) = record_lines(Path("out/zh-Hant-TW.jsonl"))
    assert record["origin"]["target_locale"] == "zh-TW"  # what the page says


@pytest.mark.parametrize("more", [(), ("--jobs", "2"), ("--memory", "1"), ("--mt", "split")], ids=" ".join)
def test_two_locales_with_one_code_are_refused(run: Runner, more: tuple[str, ...]) -> None:
    put(Path("pages"), {"a.md": sheet("{Open.|Ouvrez.}", locale="fr-CH"), "b.md": sheet("{Open.|Ouvrir.}")})
    done = run("export", "pages", "-o", "out", "-q", "--map-locale", "fr-CH=fr-FR", *more)
    assert done.error_lines == [
        "align-tm: --map-locale: fr-CH and fr-FR are both written as fr-FR;"
        " give each a code of its own, or --exclude the pages of one"
    ]
    assert (done.status, Path("out").exists()) == (2, False)
    assert run("export", "pages", "-o", "out", "-q", "--map-locale", "fr-CH=fr-FR", "--exclude", "b.md", *more).status == 0


# ---------------------------------------------------------------------------------------------------------------------
# Parts, packed files, other formats

COUNTING = {
    "a.md": sheet("".join(f"{{{word}.|{word.upper()}.}}\n\n" for word in ("one", "two", "three", "four", "five"))),
    "b.md": sheet("{six.|SIX.}\n\n{one.|UN.}\n", kind="MT"),
}


def test_parts_are_the_whole_in_order(run: Runner) -> None:
    put(Path("pages"), dict(COUNTING))
    assert run("export", "pages", "-o", "whole", "-q").status == 0
    assert run("export", "pages", "-o", "out", "-q", "--split", "4", "--gzip").status == 0
    parts = [f"fr-FR.{number}.{form}.gz" for form in ("po", "tmx") for number in ("001", "002")]
    assert sorted(path.name for path in Path("out").glob("fr-FR*")) == sorted(parts)
    for form in ("po", "tmx"):
        texts = [[(one.source, one.target) for one in read_memory(Path("out") / name)] for name in parts if form in name]
        assert [len(one) for one in texts] == [4, 2]
        assert texts[0] + texts[1] == [(one.source, one.target) for one in read_memory(Path(f"whole/fr-FR.{form}"))]
    totals: Counter[str] = Counter()
    for file in report(Path("out")):
        totals[file["format"]] += file["exported"] + sum(file["merged"].values()) + sum(file["dropped"].values())
    assert totals == {"po": 7, "tmx": 7}
    assert decisions(Path("out"), "tmx") == decisions(Path("whole"), "tmx")


LONG = " ".join(["fougères"] * 30)


WAYS = ["", "--jobs 2", "--per-page", "--split 2", "--gzip", "--granularity block"]


@pytest.mark.skipif(shutil.which("msgcat") is None, reason="gettext is not installed")
@pytest.mark.parametrize("options", [way.split() for way in WAYS], ids=WAYS)
def test_po_in_the_layout_of_gettext(run: Runner, options: list[str]) -> None:
    two = sheet("{two.|deux\nlignes.}\n\n{one.|UN.}\n")
    put(Path("pages"), {"a.md": sheet(f"{{one.|{LONG}}}\n"), "b.md": two, "c.md": sheet("")})
    plain, laid_out = Path("plain"), Path("laid out")
    for out, more in ((plain, ()), (laid_out, ("--po-layout", "msgcat"))):
        assert run("export", "pages", "-o", str(out), "-q", *options, *more).status == 0
    names = sorted(path.relative_to(plain).as_posix() for path in plain.rglob("*.po*"))
    assert names == sorted(path.relative_to(laid_out).as_posix() for path in laid_out.rglob("*.po*"))
    for name in names:
        opened = gzip.open if name.endswith(".gz") else open
        with opened(laid_out / name, "rb") as stream:
            text = stream.read()
        ran = subprocess.run(["msgcat", "-"], input=text, capture_output=True, check=True)
        assert ran.stdout == text
        assert list(read_memory(laid_out / name)) == list(read_memory(plain / name))
    assert any(f'"{LONG}"' not in path.read_text("utf-8") for path in laid_out.rglob("*.po")) or "--gzip" in options
    # An export that goes on writes the same, and one in the other layout does not take it for its own.
    put(Path("pages"), {"c.md": sheet("{three.|trois.}\n")})
    for out, more in ((laid_out, ("--po-layout", "msgcat")), (Path("anew"), ("--po-layout", "msgcat"))):
        assert run("export", "pages", "-o", str(out), "-q", *options, *more).status == 0
    assert {path.name: path.read_bytes() for path in laid_out.rglob("*.po*")} == {
        path.name: path.read_bytes() for path in Path("anew").rglob("*.po*")
    }


def test_the_layout_of_gettext_wants_gettext(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    put(Path("pages"), {"a.md": sheet("{one.|un.}\n")})
    monkeypatch.setenv("PATH", "")
    ran = run("export", "pages", "-o", "out", "-q", "--po-layout", "msgcat")
    assert ran.status == 2
    (line,) = ran.error_lines
    assert "install gettext" in line
    assert not Path("out").exists()


def test_units_without_names(run: Runner) -> None:
    put(Path("pages"), {"a.md": sheet("{one.|un.}\n\n{two *b*.|deux *b*.}\n")})
    for markup in ("raw", "codes"):
        assert run("export", "pages", "-o", markup, "-q", "--markup", markup, "--to", "tmx", "--no-tuid").status == 0
        text = Path(markup, "fr-FR.tmx").read_text("utf-8")
        assert "tuid" not in text
        assert text.count("<tu ") == 2
        assert [entry.target for entry in read_memory(Path(markup, "fr-FR.tmx"))] == ["un.", "deux *b*."]


def test_parts_say_how_many_blocks_they_hold(run: Runner) -> None:
    """Entries of HARBOUR with blocks: the heading, two sentences, a block of an item, then sentences."""
    put(Path("pages"), dict(HARBOUR))
    both = ("--to", "tmx", "--split", "3", "--granularity", "both")
    assert run("export", "pages", "-o", "out", "-q", *both).status == 0
    assert [(file["exported"], file["blocks"]) for file in report(Path("out"))] == [(3, 0), (2, 1), (3, 0)]
    assert run("export", "pages", "-o", "out", "-q", *both[:2], "--split", "2", "--granularity", "block").status == 0
    assert [(file["exported"], file["blocks"]) for file in report(Path("out"))] == [(5, 2), (0, 1)]


def test_fewer_parts_leave_none_of_the_old_behind(run: Runner) -> None:
    put_settled(Path("pages"), COUNTING)
    for size, count in (("2", 3), ("3", 2), ("2", 3)):
        assert run("export", "pages", "-o", "out", "-q", "--to", "tmx", "--split", size).status == 0
        names = {path.name for path in Path("out").glob("*.tmx")}
        assert {f"fr-FR.00{number}.tmx" for number in range(1, count + 1)} <= names
        (Path("pages") / "c.md").unlink(missing_ok=True)
    put(Path("pages"), {"b.md": sheet("{six.|SIX.}")})
    (Path("pages") / "a.md").unlink()
    assert run("export", "pages", "-o", "out", "-q", "--to", "tmx", "--split", "2").status == 0
    assert {path.name for path in Path("out").glob("*.tmx")} == {"fr-FR.001.tmx"}


def test_parts_of_human_and_machine_translation(run: Runner) -> None:
    put(Path("pages"), dict(COUNTING))
    arguments = ("--to", "tmx", "--split", "3", "--gzip", "--mt", "split")
    assert run("export", "pages", "-o", "out", "-q", *arguments).status == 0
    assert {file["path"]: file["exported"] for file in report(Path("out"))} == {
        "fr-FR.ht.001.tmx.gz": 3,
        "fr-FR.ht.002.tmx.gz": 2,
        "fr-FR.mt.001.tmx.gz": 2,
    }


def test_packed_files_hold_neither_name_nor_time(run: Runner) -> None:
    put(Path("pages"), dict(COUNTING))
    for out in ("one", "two"):
        assert run("export", "pages", "-o", out, "-q", "--gzip", "--to", ",".join(FORMATS)).status == 0
    assert files_of(Path("one")) == files_of(Path("two"))
    assert run("export", "pages", "-o", "plain", "-q", "--to", "tmx").status == 0
    packed = Path("one/fr-FR.tmx.gz").read_bytes()
    assert packed[3:8] == b"\0\0\0\0\0"  # flags and time (RFC 1952, section 2.3)
    assert gzip.decompress(packed) == Path("plain/fr-FR.tmx").read_bytes()
    assert {path.name for path in Path("one").glob("fr-FR.*")} == {
        *(f"fr-FR.{ending}.gz" for ending in ("tmx", "po", "tsv", "csv", "jsonl", "xlf")),
        *(f"fr-FR.{ending}" for ending in ("xlsx", "parquet", "mo")),
    }


def entries(path: Path) -> list[Entry]:
    return list(read_memory(path))


@pytest.mark.parametrize("granularity", ["sentence", "block", "both"])
def test_lossless_formats_come_back_as_jsonl(run: Runner, corpora: Path, granularity: str) -> None:
    arguments = ("--granularity", granularity, "--to", "jsonl,xlsx,parquet", "--variants", "all")
    assert run("export", corpora / "bilingual" / "de-DE", "-o", "out", "-q", *arguments).status == 0
    wanted = Path("out/de-DE.jsonl").read_bytes()
    assert len(wanted.splitlines()) > 40
    for ending in ("xlsx", "parquet"):
        assert run("convert", f"out/de-DE.{ending}", "-o", f"{ending}.jsonl", "-q").status == 0
        assert Path(f"{ending}.jsonl").read_bytes() == wanted


def test_other_formats_lose_what_is_documented_and_no_text(run: Runner, corpora: Path) -> None:
    forms = ("tmx", "po", "tsv", "csv", "xliff", "mo")
    arguments = ("--granularity", "sentence", "--to", ",".join((*forms, "jsonl")))
    assert run("export", corpora / "bilingual" / "fr-FR", "-o", "out", "-q", *arguments).status == 0
    wanted = {(one.source, one.target) for one in entries(Path("out/fr-FR.jsonl"))}
    for form in forms:
        found = entries(Path(f"out/fr-FR.{'xlf' if form == 'xliff' else form}"))
        assert {(one.source, one.target) for one in found} == wanted, form
    kinds = {one.source: one.translation_type for one in entries(Path("out/fr-FR.jsonl"))}
    for form in ("tmx", "po", "tsv", "csv", "xlf"):
        assert {one.source: one.translation_type for one in entries(Path(f"out/fr-FR.{form}"))} == kinds, form


def test_what_a_format_has_no_place_for_is_dropped_and_said(run: Runner) -> None:
    put(Path("pages"), {"a.md": sheet(f"{{{'long ' * 7000}|court}}\n\n{{Open.|Ouvrez.}}", kind="MT")})
    assert run("export", "pages", "-o", "out", "-q", "--to", "tmx,xlsx,mo", "--mt", "fuzzy").status == 0
    assert {file["format"]: (file["exported"], file["dropped"]) for file in report(Path("out"))} == {
        "tmx": (2, {}),
        "xlsx": (1, {"too-long": 1}),
        "mo": (0, {"fuzzy": 2}),
    }
    assert decisions(Path("out"), "xlsx") == [
        ("a.md", "101", "dropped", "too-long"),
    ]
    assert [reason for *_, reason in decisions(Path("out"), "mo")] == ["fuzzy", "fuzzy"]
    assert (len(entries(Path("out/fr-FR.xlsx"))), len(entries(Path("out/fr-FR.mo")))) == (1, 0)


def test_a_format_named_twice_or_apart(run: Runner) -> None:
    put(Path("pages"), dict(COUNTING))
    assert run("export", "pages", "-o", "out", "-q", "--to", "po", "--to", "tsv,po").status == 0
    assert [file["format"] for file in report(Path("out"))] == ["po", "tsv"]


# ---------------------------------------------------------------------------------------------------------------------
# Real pages, and their formats


@pytest.mark.parametrize("folder", ["dynamics-damaged.ar-sa", "office-scripts.de-de"])
def test_memories_of_real_pages_come_back(run: Runner, real_pages: Path, folder: str) -> None:
    arguments = ("--to", "jsonl,parquet,xlsx,tmx", "--granularity", "both", "--fail-on", "never")
    assert run("export", real_pages / "bilingual" / folder, "-o", "out", "-q", *arguments).status == 0
    (path,) = list(Path("out").glob("*-*.jsonl"))
    wanted = entries(path)
    assert len(wanted) > 1000
    assert entries(path.with_suffix(".parquet")) == wanted
    dropped = {file["format"]: sum(file["dropped"].values()) for file in report(Path("out"))}
    assert dropped["xlsx"] == dropped["jsonl"]
    assert entries(path.with_suffix(".xlsx")) == wanted
    texts = [(one.source, one.target, one.segtype, one.translation_type) for one in wanted]
    found = entries(path.with_suffix(".tmx"))
    assert [(one.source, one.target, one.segtype, one.translation_type) for one in found] == texts


# ---------------------------------------------------------------------------------------------------------------------
# OmegaT


def test_an_omegat_project_is_made_of_the_parts_of_the_export(run: Runner) -> None:
    put(Path("pages"), dict(COUNTING))
    own = put(Path("omegat/fr-FR"), {"omegat.project": "<omegat>mine</omegat>", "source/new.md": "one."})
    arguments = ("--to", "po", "--split", "2", "--gzip", "--omegat", "omegat")
    done = run("export", "pages", "-o", "out", *arguments)
    assert done.status == 0
    assert "omegat/fr-FR: OmegaT project with 5 human and 1 other units." in done.out.decode()
    assert len(tmx_pairs(own / "tm/auto/align-tm-fr-FR.ht.tmx")) == 5
    assert tmx_pairs(own / "tm/penalty-030/align-tm-fr-FR.mt.tmx") == [("six.", "SIX.")]
    assert (own / "omegat.project").read_text("utf-8") == "<omegat>mine</omegat>"
    assert (own / "source/new.md").read_text("utf-8") == "one."


# ---------------------------------------------------------------------------------------------------------------------
# The same bytes, whatever the machine and whatever an earlier run left

NEW_PLANS = {
    "blocks": Plan(granularity="block", formats=("tmx", "po", "tsv", "jsonl")),
    "both": Plan(granularity="both", formats=("tmx", "jsonl", "csv"), rules=Rules(variants="all")),
    "text": Plan(rules=Rules(plain=True, strip_bidi=True), granularity="both"),
    "codes": Plan(markup="codes", formats=("tmx", "xliff", "jsonl")),
    "parts": Plan(split=9, packed=True, granularity="both", formats=("tmx", "po", "xliff")),
    "packed": Plan(packed=True, rules=Rules(mt="split", codes={"fr-FR": "fr", "de-DE": "fr-FR"})),
    "parts of blocks": Plan(split=3, granularity="block", formats=("tmx", "jsonl")),
    "tables": Plan(formats=("csv", "xlsx", "parquet", "mo"), rules=Rules(mt="fuzzy", variants="all")),
    "blocks of pages": Plan(granularity="block", per_page=True, rules=Rules(mt="split")),
}


def assert_accounted(left: Left, formats: tuple[str, ...]) -> None:
    """Every unit with a locale is exported, merged or dropped, in every format."""
    totals: Counter[tuple[str, str]] = Counter()
    for file in left.report.files:
        totals[file.locale, file.format] += file.exported + sum(file.merged.values()) + sum(file.dropped.values())
        assert file.merged.keys() <= MERGE_REASONS.keys()
        assert file.dropped.keys() <= DROP_REASONS.keys()
        assert file.changed.keys() <= CHANGES.keys()
    no_locale = Counter(
        line["format"] for line in Ran(0, left.files["decisions.jsonl"], "").records if line["reason"] == "no-locale"
    )
    for form in formats:
        assert sum(count for (_, one), count in totals.items() if one == form) + no_locale[form] == left.report.units


@pytest.mark.parametrize("plan", NEW_PLANS)
def test_jobs_and_memory_change_no_byte(corpora: Path, tmp_path: Path, plan: str) -> None:
    pages = corpora / "bilingual"
    wanted = export(pages, tmp_path / "wanted", NEW_PLANS[plan])
    assert_accounted(wanted, NEW_PLANS[plan].formats)
    for machine in (Machine(jobs=2), Machine(jobs=1, memory=4_000)):
        found = export(pages, tmp_path / f"{machine.jobs} {machine.memory}", NEW_PLANS[plan], machine=machine)
        assert (found.files, found.report) == (wanted.files, wanted.report)


@settings(max_examples=25)
@given(corpora_of(), corpora_of(), st.sampled_from(sorted(NEW_PLANS)), st.sampled_from([1, 4_000, 4 << 30]))
def test_after_a_change_it_is_as_in_a_new_folder(
    pages: dict[str, str], changed: dict[str, str], plan: str, memory: int
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, machine = Path(place) / "pages", Machine(jobs=1, memory=memory)
        put_settled(folder, pages)
        assert_accounted(export(folder, Path(place) / "out", NEW_PLANS[plan], machine=machine), NEW_PLANS[plan].formats)
        name = sorted(changed)[0]
        put_settled(folder, {name: changed[name]})
        found = export(folder, Path(place) / "out", NEW_PLANS[plan], machine=machine)
        wanted = export(folder, Path(place) / "fresh", NEW_PLANS[plan])
        assert (found.files, found.report) == (wanted.files, wanted.report)


def test_a_file_without_entries_is_written_again(tmp_path: Path) -> None:
    """All units of a locale are dropped, then those of a new page are not."""
    plan = Plan(formats=("jsonl", "tsv"))
    pages = put_settled(tmp_path / "pages", {"a.md": sheet("{|x}")})
    assert export(pages, tmp_path / "out", plan).files["fr-FR.jsonl"] == b""
    put_settled(pages, {"b.md": sheet("{Go.|Va.}")})
    assert export(pages, tmp_path / "out", plan).files == export(pages, tmp_path / "fresh", plan).files


def test_a_definition_that_is_new_on_a_page_makes_codes_of_a_unit_that_is_not(tmp_path: Path) -> None:
    plan = NEW_PLANS["codes"]
    text = "{See [the map][m].|Voir [la carte][m].}\n\n"
    pages = put_settled(tmp_path / "pages", {"a.md": sheet(text), "b.md": sheet("{Go.|Va.}")})
    assert b"<bpt" not in export(pages, tmp_path / "out", plan).files["fr-FR.tmx"]
    put_settled(pages, {"a.md": sheet(text + "[m]: map.md\n")})
    found = export(pages, tmp_path / "out", plan)
    assert b"<bpt" in found.files["fr-FR.tmx"]
    assert found.files == export(pages, tmp_path / "fresh", plan).files


# ---------------------------------------------------------------------------------------------------------------------
# What is refused

REFUSED = {
    "--granularity word": "Invalid value for '--granularity': 'word' is not one of 'sentence', 'block', 'both'",
    "--markup html": "Invalid value for '--markup': 'html' is not one of 'raw', 'codes', 'text'",
    "--bidi no": "Invalid value for '--bidi': 'no' is not one of 'keep', 'strip'",
    "--split 0": "Invalid value for '--split': 0 is not in the range 1<=x<=1000000000",
    "--to tmx,moses": "--to: moses is no format; use " + ", ".join(FORMATS),
    "--to ,": "--to: nothing is no format; use " + ", ".join(FORMATS),
    "--map-locale zh-TW": "--map-locale: 'zh-TW' is no pair; write it like zh-TW=zh-Hant-TW",
    "--map-locale fr_FR=fr": "--map-locale: 'fr_FR' is not a language tag of BCP 47",
    "--map-locale fr-FR=fr --map-locale fr-FR=fr-CA": "--map-locale: fr-FR has two codes, fr and fr-CA; give one",
    "--map-locale fr-FR=fr --map-locale fr-CH=fr": "--map-locale: fr-FR and fr-CH have one code, fr; give each its own",
    "--map-locale en-US=fr-FR": "--map-locale: en-US and fr-FR are both written as fr-FR; give each a code of its own",
    "--markup codes --to po,tsv": "--markup codes: po, tsv has no inline codes; add tmx or xliff to --to",
    "--per-page --to tmx": "--per-page: no PO is asked for; add po to --to",
    "--omegat pages/a.md": "Invalid value for '--omegat': Directory 'pages/a.md' is a file",
}


@pytest.mark.parametrize("words", REFUSED)
def test_a_value_that_cannot_be_used_is_one_line(run: Runner, words: str) -> None:
    put(Path("pages"), dict(HARBOUR))
    done: Ran = run("export", "pages", "-o", "out", *words.split(" "))
    (line,) = done.error_lines
    assert REFUSED[words] in line
    assert (done.status, done.out, Path("out").exists()) == (2, b"", False)


def test_the_folder_of_the_pages_may_take_the_files(run: Runner) -> None:
    """They are no pages, so that a second run finds what the first one found."""
    put(Path("pages"), dict(HARBOUR))
    forms = ("--to", ",".join(FORMATS), "--per-page")
    for out in ("pages", "pages/memory"):
        for _ in range(2):
            assert run("export", "pages", "-o", out, "-q", *forms).status == 0
            assert json.loads(Path(out, "report.json").read_text("utf-8"))["pages"] == 2
    assert Path("pages/a.md").read_text("utf-8") == HARBOUR["a.md"]


@pytest.mark.parametrize("words", ["--split 1 --gzip", "--to xlsx,parquet,mo,csv,xliff", "--omegat project --markup codes"])
def test_pages_without_units_and_damaged_pages(run: Runner, words: str) -> None:
    put(Path("none"), {"a.md": page("Nothing here.")})
    done = run("export", "none", "-o", "out", "-q", *words.split(" "))
    assert (done.status, done.error_lines) == (
        1,
        ["align-tm: none: no unit was found; give bilingual pages (with data-ttu-id spans)"],
    )
    put(Path("torn"), {"a.md": sheet("{Open.|Ouvrez.}\n\n") + '<span data-ttu-id="abd60-199">torn', "b.md": b"\xff\xfe\0"})
    done = run("export", "torn", "-o", "out", "-q", *words.split(" "))
    assert (done.status, len(done.error_lines)) == (1, 2)
    assert all(file["exported"] == 1 for file in report(Path("out")))
