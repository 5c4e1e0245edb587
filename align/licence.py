"""The licence of the pages, where a LICENSE file beside them names it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

__all__ = ["Licences"]

_NAMES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "LICENCE.txt")
# What the licences' own titles say, and the SPDX identifier (SPDX licence list 3.25) that it stands for.
_TITLES = {
    "attribution-noncommercial-noderivs 3.0 united states": "CC-BY-NC-ND-3.0-US",
    "attribution-noncommercial 4.0 international": "CC-BY-NC-4.0",
    "attribution-sharealike 4.0 international": "CC-BY-SA-4.0",
    "attribution 4.0 international": "CC-BY-4.0",
    "cc0 1.0 universal": "CC0-1.0",
    "the mit license": "MIT",
    "mit license": "MIT",
    "apache license": "Apache-2.0",
}
_READ = 4000


def _on_disk(path: PurePath) -> bytes | None:
    try:
        with Path(path).open("rb") as stream:
            return stream.read(_READ)
    except OSError:
        return None


def _in_folder(folder: PurePath, read: Callable[[PurePath], bytes | None]) -> str | None:
    for name in _NAMES:
        data = read(folder / name)
        if data is None:
            continue
        plain = " ".join(data[:_READ].decode("utf-8", "replace").lower().split())
        for title, identifier in _TITLES.items():
            if title in plain:
                return identifier
        return f"see {name}"
    return None


class Licences:
    """Finds the licence of pages; looks into each folder once.

    Parameters
    ----------
    read : gives the beginning of a file, or None when there is none that can be read; files on disk by default.
    """

    def __init__(self, read: Callable[[PurePath], bytes | None] = _on_disk) -> None:
        self._read = read
        self._known: dict[PurePath, str | None] = {}

    def of(self, path: PurePath | None, root: PurePath | None) -> str | None:
        """The licence that the nearest LICENSE file names, from the page's folder up to ``root``; None without one.

        An SPDX identifier where the file's beginning bears the title of a licence known here, else ``see LICENSE``.
        """
        if path is None or root is None:
            return None
        folder = path.parent
        if folder not in self._known:
            found = _in_folder(folder, self._read)
            at_end = folder in (root, folder.parent)
            self._known[folder] = found if found is not None or at_end else self.of(folder, root)
        return self._known[folder]
