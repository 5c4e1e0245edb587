"""Projects that OmegaT opens as they are: human translation is filled in, all other is shown with a penalty.

What a folder below ``tm/`` does: OmegaT's manual, chapter "Translation memories". All that was chosen here was seen in
runs of OmegaT 3.6 (``docs/omegat.md``).
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import IO, NamedTuple
from xml.sax.saxutils import escape

from align.errors import FormatError, MissingPathError, OptionError
from align.exchange.names import opened
from align.formats import tmx
from align.output import Staging, output_error

__all__ = ["HUMAN", "MACHINE", "Memory", "Project", "write_projects"]

#: Where human translation stands: exact matches are filled in where a segment has no translation.
HUMAN = "tm/auto"
#: Where machine translation stands, and what is not known to be human. A match of 100 is shown as 70: less than the 80 from
#: which on OmegaT may insert a match by itself (its option "Insert the best fuzzy match"), and the least that is shown, 30,
#: is a match of 60 without the penalty.
MACHINE = "tm/penalty-030"

# OmegaT makes the folders that it misses; made here, they show where things go.
_FOLDERS = ("source", "target", "glossary", "dictionary", "omegat", "tm/enforce")
_PROJECT_FILE = "omegat.project"
_FILTERS_FILE = "omegat/filters.xml"

# Sentences, for so the units are. remove_tags is about all tags, not the outer ones; those that stay are the memory's codes.
_PROJECT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat>
    <project version="1.0">
        <source_dir>__DEFAULT__</source_dir>
        <target_dir>__DEFAULT__</target_dir>
        <tm_dir>__DEFAULT__</tm_dir>
        <glossary_dir>__DEFAULT__</glossary_dir>
        <glossary_file>__DEFAULT__</glossary_file>
        <dictionary_dir>__DEFAULT__</dictionary_dir>
        <source_lang>{source}</source_lang>
        <target_lang>{target}</target_lang>
        <sentence_seg>true</sentence_seg>
        <support_default_translations>true</support_default_translations>
        <remove_tags>false</remove_tags>
    </project>
</omegat>
"""

# OmegaT 3.6 has no filter for Markdown, and copies what it has no filter for. As text, a line is a paragraph: a heading, a
# list item, a table's row. The filters that are not named here, HTML's among them, stay what they are. removeTags: tags around
# a whole segment, of which a DOCX has many, are no part of it.
_FILTERS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<filters removeTags="true" removeSpacesNonseg="true" preserveSpaces="false" ignoreFileContext="false">
    <filter className="org.omegat.filters2.text.TextFilter" enabled="true">
{files}
        <option name="segmentOn" value="BREAKS"/>
    </filter>
</filters>
"""
_FILES = (
    '        <files sourceFilenameMask="*.{ending}" sourceEncoding="UTF-8" targetEncoding="UTF-8"'
    ' targetFilenamePattern="${{filename}}"/>'
)
_TEXT_ENDINGS = ("md", "markdown", "txt")

_BEGIN = tmx.begin("en").encode().partition(b"  <header")[0]
_BODY = b"  <body>\n"
_BODY_END = b"  </body>\n"
_UNIT = b"    <tu "
_UNIT_END = b"    </tu>\n"
_IS_HUMAN = b'<prop type="x-translation-type">HT</prop>'
_SOURCE = re.compile(rb'\ssrclang="([^"]*)"')


class Memory(NamedTuple):
    """A TMX file as :mod:`align.formats.tmx` writes it, of any level; packed when its name ends in ``.gz``."""

    path: Path
    """A TMX file, or a packed one."""
    locale: str
    """Target locale, as the file has it."""


class Project(NamedTuple):
    """A project that was written."""

    folder: Path
    """That OmegaT opens."""
    locale: str
    """Target locale."""
    human: int
    """Units in :data:`HUMAN`."""
    machine: int
    """Units in :data:`MACHINE`."""
    new: bool
    """Whether its project file was made; one that was there is left alone."""


class _Unit(NamedTuple):
    """A unit as it is written, and what stands before the first unit of its file; nothing is in the unit of an empty file."""

    head: bytes
    text: bytes


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with opened(path) as stream:
            yield from stream
    except FileNotFoundError as error:
        raise MissingPathError("does not exist", path=path, cure="check the spelling") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FormatError("is damaged gzip", path=path, cure="export it again") from error
    except OSError as error:
        raise FormatError(f"cannot be read: {error.strerror or error}", path=path, cure="check its rights") from error


def _broken(path: Path, line: int | None) -> FormatError:
    return FormatError("is cut off, or is no TMX of align-tm", path=path, line=line, cure="export it again")


def _units(path: Path) -> Iterator[_Unit]:
    """The units of a file, not parsed, so that codes, dates and properties stay as they are.

    First one without text. Within a unit every ``<`` of a text is escaped, so that its last line occurs nowhere else.
    """
    head = unit = b""
    for number, line in enumerate(_lines(path), 1):
        if not head.endswith(_BODY):
            head += line
            if not (_BEGIN.startswith(head) or head.startswith(_BEGIN)):
                raise _broken(path, number)
            if head.endswith(_BODY):
                yield _Unit(head, b"")
        elif not unit and line == _BODY_END:
            return
        else:
            unit += line
            if not unit.startswith(_UNIT):
                raise _broken(path, number)
            if line == _UNIT_END:
                yield _Unit(head, unit)
                unit = b""
    raise _broken(path, None)


def _copy(memories: Iterable[Memory], human: IO[bytes], machine: IO[bytes]) -> tuple[str, int, int]:
    """Part the units; returns the source locale, and how many units are human and machine translation."""
    sources: dict[str, Path] = {}
    counts = {True: 0, False: 0}
    for memory in memories:
        for head, text in _units(memory.path):
            if not text:
                found = _SOURCE.search(head)
                source = unescape(found[1].decode()) if found else ""
                if not sources:
                    human.write(head)
                    machine.write(head)
                sources.setdefault(source, memory.path)
                continue
            is_human = _IS_HUMAN in text
            counts[is_human] += 1
            (human if is_human else machine).write(text)
    if len(sources) != 1:
        what = f"memories of {memory.locale} have the source locales {', '.join(sources)}"
        raise OptionError(what, path=memory.path, cure="an OmegaT project has one; give memories of one source locale")
    for stream in (human, machine):
        stream.write(tmx.END.encode())
    return next(iter(sources)), counts[True], counts[False]


def _stage(staging: Staging, locale: str, memories: Iterable[Memory]) -> Project:
    """Write the files of a project. The project file is in place last, so that no half of a project is opened."""
    folder = staging.folder / locale
    new = not (folder / _PROJECT_FILE).exists()
    # The staging puts in place last what is begun first.
    description = staging.text(f"{locale}/{_PROJECT_FILE}") if new else None
    if new and not (folder / _FILTERS_FILE).exists():
        files = "\n".join(_FILES.format(ending=ending) for ending in _TEXT_ENDINGS)
        staging.text(f"{locale}/{_FILTERS_FILE}").write(_FILTERS.format(files=files))
    human = staging.binary(f"{locale}/{HUMAN}/align-tm-{locale}.ht.tmx")
    machine = staging.binary(f"{locale}/{MACHINE}/align-tm-{locale}.mt.tmx")
    source, humans, machines = _copy(memories, human, machine)
    staging.release(human)
    staging.release(machine)
    if description is not None:
        description.write(_PROJECT.format(source=escape(source), target=escape(locale)))
    return Project(folder, locale, humans, machines, new)


def write_projects(folder: Path, memories: Sequence[Memory]) -> tuple[Project, ...]:
    """Write an OmegaT project for each target locale: ``FOLDER/fr-FR/omegat.project`` and what belongs to it.

    Human translation (``x-translation-type`` is ``HT``) goes to :data:`HUMAN`, all other to :data:`MACHINE`, each unit byte
    for byte and in its order; a kind of which there is no unit gets a memory without units. All files of all projects appear
    together. In a project that is there, only ``align-tm-LOCALE.ht.tmx`` and ``align-tm-LOCALE.mt.tmx`` are replaced.

    Parameters
    ----------
    folder : the projects stand below it.
    memories : files; those of one locale, as ``export --mt split`` writes them, go into one project.

    Returns
    -------
    The projects, by locale.

    Raises
    ------
    MissingPathError, FormatError
        A memory is not there, is damaged, or was not written by :mod:`align.formats.tmx`.
    OptionError
        Memories of one target locale have several source locales.
    OutputError
        Something cannot be written.
    """
    locales = sorted({memory.locale for memory in memories})
    with Staging(folder) as staging:
        projects = tuple(_stage(staging, name, [one for one in memories if one.locale == name]) for name in locales)
    for project in projects:
        for name in _FOLDERS:
            path = project.folder / name
            try:
                path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise output_error(path, error) from error
    return projects
