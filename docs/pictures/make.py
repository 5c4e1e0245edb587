"""Make the pictures of the documentation from real runs on ``corpora/``: the terminal as SVG, browser and notebook as PNG.

    python docs/pictures/make.py               # all; the PNG files need Chromium and playwright
    python docs/pictures/make.py --terminal    # the terminal's only; --into DIR: there, not here

The SVG files depend on the pages and the program alone, and a test compares them. The PNG files also depend on Chromium and the
fonts of the machine; make them again when the report or the views change.
"""

from __future__ import annotations

import argparse
import io
import os
import pty
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["TERMINALS", "clone", "terminal"]

ROOT = Path(__file__).resolve().parents[2]
_COLUMNS = 92

#: Pictures of the terminal, and the commands that they show.
TERMINALS = {
    "export.svg": ["align-tm export corpora/bilingual/fr-FR -o memory"],
    "show.svg": ["align-tm show corpora/bilingual/fr-FR/README.md --locale fr-FR"],
    "check.svg": ["align-tm check-pages corpora/anomalies/damaged-missing-source-closer.md", "echo $?"],
}

# Rich's own template names fonts on another host; a picture loads nothing.
_SVG = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px; \
line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def clone(folder: Path) -> Path:
    """A folder that holds what a clone does, as far as the commands here look."""
    shutil.copytree(ROOT / "corpora", folder / "corpora")
    return folder


def _seen(script: str, folder: Path) -> str:
    """What a person at a terminal sees of a script: standard output and error, with colours."""
    environment = {
        "COLUMNS": str(_COLUMNS),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm-256color",
    }
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        ["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE
    ) as process:
        os.close(theirs)
        parts = []
        while True:
            try:
                data = os.read(ours, 1 << 16)
            except OSError:  # Linux says so that the other side has been closed
                break
            if not data:
                break
            parts.append(data)
        assert process.stderr is not None
        messages = process.stderr.read()
    os.close(ours)
    return (b"".join(parts) + messages).decode("utf-8").replace("\r\n", "\n").rstrip()


def terminal(name: str, folder: Path) -> str:
    """One picture of the terminal as SVG, by running its commands in a folder that holds ``corpora``."""
    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    status = 0
    for command in TERMINALS[name]:
        console.print(Text(f"$ {command}", style="bold"))
        printed, _, ended = _seen(f"(exit {status}); {command}; echo status $? >&2", folder).rpartition("status ")
        status = int(ended)
        console.print(Text.from_ansi("\n".join(line.rstrip() for line in printed.rstrip().split("\n"))))
    return console.export_svg(title="", code_format=_SVG, unique_id=name.removesuffix(".svg"))


@contextmanager
def _browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield started
        started.close()


def _save(picture: bytes, path: Path) -> None:
    """A screenshot with 256 colours, a third of the size."""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def _report(browser: Browser, folder: Path, into: Path) -> None:
    """The HTML report of all pages: its beginning, light and dark, and a search in its units."""
    import align
    from align.report import write_report

    file = folder / "report.html"
    with file.open("wb") as stream:
        write_report(align.read_pages(align.find_pages([folder / "corpora" / "bilingual"])), stream)
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        tab = browser.new_page(viewport={"width": 1240, "height": 760}, color_scheme=scheme)
        tab.goto(file.as_uri())
        _save(tab.screenshot(), into / f"report-{scheme}.png")
        tab.fill("#search", "station")
        tab.locator("mark").first.wait_for()
        tab.evaluate("document.querySelector('#search').closest('section').scrollIntoView()")
        _save(tab.screenshot(), into / f"report-search-{scheme}.png")
        tab.close()


def _notebook(browser: Browser, folder: Path, into: Path) -> None:
    """What a bitext shows of itself in a notebook's cell."""
    import align

    units = align.read(folder / "corpora" / "bilingual", progress=False).select(contains="station", page="*/get-started/*")
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        tab = browser.new_page(viewport={"width": 900, "height": 400}, color_scheme=scheme)
        ground = {"light": "#fff", "dark": "#0d1117"}[scheme]
        html = align.Bitext(units.sample(6, seed=4))._repr_html_()
        tab.set_content(f"<body style='margin:12px;background:{ground};font-family:sans-serif'>{html}")
        _save(tab.screenshot(full_page=True), into / f"notebook-{scheme}.png")
        tab.close()


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--terminal", action="store_true")
    parser.add_argument("--into", type=Path, default=Path(__file__).resolve().parent)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = clone(Path(temporary))
        for name in TERMINALS:
            (asked.into / name).write_text(terminal(name, folder), "utf-8")
        if not asked.terminal:
            with _browser() as browser:
                _report(browser, folder, asked.into)
                _notebook(browser, folder, asked.into)


if __name__ == "__main__":
    main()
