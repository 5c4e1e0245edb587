"""``NAME.moses`` on the command line: it stands for two files, ``NAME.SOURCE`` and ``NAME.TARGET``, named by locales' tags."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from align.errors import LocaleError, MissingPathError, OptionError
from align.exchange.names import ENDINGS, named, opened
from align.formats import moses
from align.formats.entry import Entry
from align.locales import canonical

__all__ = ["pair_names", "read_pair"]


def pair_names(name: str, source_locale: str, target_locale: str) -> tuple[str, str]:
    """The names of the two files that ``name`` stands for, in the folder that it names."""
    what = named(Path(name))
    base, packed = name.removesuffix(what.tail), ".gz" if what.packed else ""
    return f"{base}.{source_locale}{packed}", f"{base}.{target_locale}{packed}"


def _tags(path: Path) -> Iterator[str]:
    """The language tags of the files that ``path`` may stand for; endings of other formats are none."""
    base, packed = named(path).base, ".gz" if named(path).packed else ""
    for beside in path.parent.iterdir() if path.parent.is_dir() else ():
        tag = beside.name.removeprefix(f"{base}.").removesuffix(packed)
        if beside.name != f"{base}.{tag}{packed}" or f".{tag.lower()}" in ENDINGS:
            continue
        try:
            if canonical(tag) == tag:
                yield tag
        except LocaleError:
            continue


def _only_tag(path: Path, source_locale: str) -> str:
    tags = sorted(set(_tags(path)) - {source_locale})
    if len(tags) == 1:
        return tags[0]
    what = f"stands for two files, and there are {', '.join(tags)}" if tags else "stands for two files, and there are none"
    cure = "name the locales with --source-locale and --locale, as the names of the files end"
    raise (OptionError if tags else MissingPathError)(what, path=path, cure=cure)


def read_pair(path: Path, source_locale: str, target_locale: str | None) -> Iterator[Entry]:
    """The entries of the two files.

    Parameters
    ----------
    target_locale : BCP 47; without it, that of the only file beside the source's whose name ends in a language tag.

    Raises
    ------
    MissingPathError, OptionError, FormatError
        One of them does not exist; there are several targets; they do not belong together, or are damaged.
    """
    target_locale = target_locale or _only_tag(path, source_locale)
    source_path, target_path = (path.parent / name for name in pair_names(path.name, source_locale, target_locale))
    for one in (source_path, target_path):
        if not one.is_file():
            cure = "name the locales with --source-locale and --locale, as the names of the files end"
            raise MissingPathError(f"does not exist, and {path.name} stands for it", path=one, cure=cure)
    with opened(source_path) as source, opened(target_path) as target:
        yield from moses.read(source, target, source_locale, target_locale, source_path=source_path, target_path=target_path)
