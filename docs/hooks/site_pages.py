"""Files of the site that do not stand in ``docs``: the commands, pages for readers of the repository, and the notebooks."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from commands import commands_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

__all__ = ["on_files", "on_page_markdown", "on_post_page"]

_ROOT = Path(__file__).resolve().parents[2]
#: Files of the repository, and the pages that they are.
_BORROWED = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "corpora/README.md": "corpora.md"}
#: The theme's search has the role of a dialog, and no name (WAI-ARIA 1.2, section 5.2.8.5: authors must give one).
_SEARCH = '<div class="md-search" data-md-component="search" role="dialog">'
_LINK = re.compile(r"\]\(([^)#:]+)((?:#[^)]*)?)\)")


def _relinked(text: str, folder: str) -> str:
    """A borrowed page whose links lead where its target is on the site; a link out of the site becomes its text."""

    def relink(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, found[1]))
        page = _BORROWED.get(target) or target.removeprefix("docs/")
        return f"]({page}{found[2]})"

    return _LINK.sub(relink, text)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Called by MkDocs with the files of the site; adds those that are made here."""
    made = {"reference/commands.md": commands_page()}
    for borrowed, page in _BORROWED.items():
        made[page] = _relinked((_ROOT / borrowed).read_text("utf-8"), posixpath.dirname(borrowed))
    for page, text in made.items():
        files.append(File.generated(config, page, content=text))
    for notebook in sorted((_ROOT / "notebooks").glob("*.ipynb")):
        files.append(File.generated(config, f"notebooks/{notebook.name}", abs_src_path=str(notebook)))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Called by MkDocs with each page; links to notebooks, which stand beside ``docs``, lead to those of the site."""
    return markdown.replace("](../notebooks/", "](notebooks/")


def on_post_page(output: str, **_: object) -> str:
    """Called by MkDocs with each page as HTML; gives the theme's search dialog the name that screen readers say.

    Raises
    ------
    PluginError
        The theme writes its search in another way: look whether it has a name now.
    """
    if _SEARCH not in output:
        raise PluginError("docs/hooks/site_pages.py does not find the theme's search; look whether it has a name now")
    return output.replace(_SEARCH, f'{_SEARCH[:-1]} aria-label="Search">')
