"""Programs that tests run, small pages to run them on, and what they make of our files.

The programs are the command itself and those that translators use: OmegaT, gettext, translate-toolkit, xmllint. Those are
no dependency: a test that needs one is skipped without it, unless CI has promised them (``ALIGN_TM_REQUIRE_CLIENTS=1``).
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple
from xml.etree import ElementTree

import polib
import pytest

from align.cli import main

Pairs = list[tuple[str, str]]
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


# ---------------------------------------------------------------------------------------------------------------------
# Small pages


def unit(target: str, source: str, ident: str = "abd60-101") -> str:
    """A wrapper as Markdown pages have it."""
    return (
        f'<span data-ttu-id="{ident}">{target}</span>'
        f'<span class="sxs-lookup"><span data-stu-id="{ident}">{source}</span></span>'
    )


def page(
    *body: str,
    locale: str | None = "fr-FR",
    kind: str | None = "HT",
    handoff: str | None = "03/04/2021",
    commit: str | None = None,
    digest: str | None = None,
) -> str:
    """A Markdown page with a front matter; its lines are the body's."""
    keys = {
        "translationtype": kind,
        "contentlocale": locale,
        "lasthandoff": handoff,
        "sourcegitcommit": commit,
        "openlocfilehash": digest,
    }
    front = [f"ms.{key}: {value}" for key, value in keys.items() if value is not None]
    return "\n".join(["---", "title: Ferns", *front, "---", *body, ""])


def put(folder: Path, pages: dict[str, str | bytes]) -> Path:
    """Write the pages, byte for byte, and return the folder."""
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


# ---------------------------------------------------------------------------------------------------------------------
# The command


class Ran(NamedTuple):
    """What a run of the command left behind."""

    status: int
    out: bytes
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Standard output, read as one JSON object a line."""
        return [json.loads(line) for line in self.out.decode().split("\n") if line]

    @property
    def record(self) -> dict[str, Any]:
        """Standard output, which must be one JSON object on one line."""
        (one,) = self.records
        return one

    @property
    def error_lines(self) -> list[str]:
        """Standard error."""
        return self.err.removesuffix("\n").split("\n") if self.err else []


#: Runs ``align-tm`` in this process.
Runner = Callable[..., Ran]


def run_here(capture: pytest.CaptureFixture[bytes], arguments: Iterable[str | Path]) -> Ran:
    """Run the command in this process, which is much faster than another one."""
    capture.readouterr()
    thresholds = gc.get_threshold()
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    out, err = capture.readouterr()
    assert isinstance(left.value.code, int)
    return Ran(left.value.code, out, err.decode())


def command(*arguments: str | Path) -> list[str]:
    """The command line for a process of its own."""
    script = shutil.which("align-tm", path=str(Path(sys.executable).parent))
    start = [script] if script else [sys.executable, "-c", "from align.cli import main; main()"]
    return [*start, *map(str, arguments)]


def run_apart(*arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, **environment: str) -> Ran:
    """Run the command in a process of its own."""
    done = subprocess.run(
        command(*arguments),
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr.decode())


def record_lines(path: Path) -> list[dict[str, Any]]:
    """A JSON Lines file."""
    return Ran(0, path.read_bytes(), "").records


# ---------------------------------------------------------------------------------------------------------------------
# Our files, read without our own readers


class TmxUnit(NamedTuple):
    """A ``tu`` of a TMX file."""

    source: str
    target: str
    attributes: dict[str, str]
    props: dict[str, str]


def tmx_units(path: Path) -> list[TmxUnit]:
    """The units of a bilingual TMX file, in order."""
    found = []
    for element in ElementTree.parse(path).iter("tu"):
        source, target = ("".join(seg.itertext()) for seg in element.iter("seg"))
        props = {prop.get("type", ""): prop.text or "" for prop in element.iter("prop")}
        found.append(TmxUnit(source, target, dict(element.attrib), props))
    return found


def tmx_pairs(path: Path) -> Pairs:
    """Source and target of every unit of a TMX file."""
    return [(one.source, one.target) for one in tmx_units(path)]


def po_pairs(path: Path) -> Pairs:
    """Message and translation of every entry of a PO file."""
    return [(entry.msgid, entry.msgstr) for entry in polib.pofile(str(path), encoding="utf-8")]


# ---------------------------------------------------------------------------------------------------------------------
# Programs that translators use


def _lacking(what: str) -> None:
    if os.environ.get("CI") and os.environ.get("ALIGN_TM_REQUIRE_CLIENTS") == "1":
        pytest.fail(f"{what}, and ALIGN_TM_REQUIRE_CLIENTS=1 asks for it")
    pytest.skip(what)


def need_program(name: str, package: str) -> str:
    """The path of a program; without it the test is skipped, or fails where CI asks for it."""
    path = shutil.which(name)
    if path is None:
        _lacking(f"{name} is not installed (Debian package {package})")
    return path or name


def need_omegat() -> Path:
    """The path of OmegaT's JAR."""
    path = Path(os.environ.get("OMEGAT_JAR", "/usr/share/omegat/OmegaT.jar"))
    if not path.is_file():
        _lacking(f"{path} does not exist (Debian package omegat, or set OMEGAT_JAR)")
    return path


def need_toolkit() -> str:
    """The Python that has translate-toolkit."""
    path = os.environ.get("ALIGN_TM_TOOLKIT_PYTHON", "")
    if not path:
        _lacking("ALIGN_TM_TOOLKIT_PYTHON is not set to a Python with translate-toolkit (.ci/setup-clients.sh)")
    if not Path(path).is_file():
        _lacking(f"ALIGN_TM_TOOLKIT_PYTHON={path} does not exist")
    return path


def run_program(program: str, *arguments: str | Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a program, its messages in English."""
    return subprocess.run(
        [program, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        timeout=timeout,
        check=False,
    )


def tmx_dtd(folder: Path) -> Path:
    """The DTD of TMX 1.4b, unpacked from OmegaT's JAR into the folder."""
    path = folder / "tmx14.dtd"
    if not path.exists():
        with zipfile.ZipFile(need_omegat()) as archive:
            path.write_bytes(archive.read("schemas/tmx14.dtd"))
    return path


def dtd_errors(tmx: Path, dtd: Path) -> list[str]:
    """What xmllint says against a TMX file, nothing when it is valid."""
    xmllint = need_program("xmllint", "libxml2-utils")
    # It warns of the DTD that the file names and that is not beside it; the status alone tells.
    done = run_program(xmllint, "--nonet", "--huge", "--noout", "--dtdvalid", dtd, tmx)
    return done.stderr.splitlines() if done.returncode else []


def msgfmt_errors(po: Path) -> list[str]:
    """What ``msgfmt --check`` says against a PO file, warnings included, nothing when it is content."""
    msgfmt = need_program("msgfmt", "gettext")
    done = run_program(msgfmt, "--check", "--output-file", os.devnull, po)
    return [f"status {done.returncode}", *done.stderr.splitlines()] if done.returncode or done.stderr else []


def msgcat_pairs(po: Path, out: Path) -> Pairs:
    """The entries of a PO file after ``msgcat`` has read it and written it again."""
    done = run_program(need_program("msgcat", "gettext"), "--output-file", out, po)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return po_pairs(out)


def translated_by_compendium(messages: Sequence[str], compendium: Path, folder: Path) -> Pairs:
    """What ``msgmerge`` makes of a new document's messages with a PO file as compendium: exact matches only."""
    header = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit"}
    template, empty, merged = folder / "new.pot", folder / "empty.po", folder / "merged.po"
    for path, texts in ((template, messages), (empty, ())):
        catalogue = polib.POFile(wrapwidth=0)
        catalogue.metadata = dict(header)
        catalogue.extend(polib.POEntry(msgid=text, occurrences=[("new.md", "1")]) for text in texts)
        catalogue.save(str(path))
    msgmerge = need_program("msgmerge", "gettext")
    done = run_program(
        msgmerge, "--quiet", "--no-fuzzy-matching", "--compendium", compendium, "--output-file", merged, empty, template
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return po_pairs(merged)


_TOOLKIT_READS = """
import json, sys
from translate.storage import factory
store = factory.getobject(sys.argv[1])
units = [one for one in store.units if not one.isheader()]
json.dump([[str(one.source), str(one.target)] for one in units], sys.stdout)
"""


def toolkit_pairs(path: Path) -> Pairs:
    """Source and target of every unit as translate-toolkit reads a TMX or PO file."""
    done = run_program(need_toolkit(), "-c", _TOOLKIT_READS, path)
    assert done.returncode == 0, done.stderr[-1000:]
    return [(source, target) for source, target in json.loads(done.stdout)]


_OMEGAT_PROJECT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0">
<source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir><tm_dir>__DEFAULT__</tm_dir>
<glossary_dir>__DEFAULT__</glossary_dir><glossary_file>__DEFAULT__</glossary_file>
<dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>{source}</source_lang><target_lang>{target}</target_lang>
<sentence_seg>false</sentence_seg><support_default_translations>true</support_default_translations>
<remove_tags>false</remove_tags>
</project></omegat>
"""


def omegat_translates(
    sources: Sequence[str], memory: Path, locales: tuple[str, str], mode: Literal["auto", "enforce"], folder: Path
) -> list[str]:
    """What OmegaT makes of a text file with these paragraphs, the memory in ``tm/auto`` or ``tm/enforce``."""
    jar, java = need_omegat(), need_program("java", "default-jre-headless")
    project, settings = folder / "project", folder / "settings"
    for name in ("source", "target", "omegat", "glossary", "dictionary", f"tm/{mode}"):
        (project / name).mkdir(parents=True)
    settings.mkdir()
    description = _OMEGAT_PROJECT.format(source=locales[0], target=locales[1])
    (project / "omegat.project").write_text(description, encoding="utf-8")
    (project / "source" / "new.txt").write_text("\n\n".join(sources) + "\n", encoding="utf-8")
    shutil.copy(memory, project / "tm" / mode / "memory.tmx")
    options = ("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-Djava.awt.headless=true")
    done = run_program(
        java, *options, "-jar", jar, project, "--mode=console-translate", f"--config-dir={settings}", timeout=120
    )
    result = project / "target" / "new.txt"
    assert result.is_file(), (done.stdout + done.stderr)[-2000:]
    return result.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
