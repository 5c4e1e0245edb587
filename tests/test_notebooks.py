"""The notebooks run from a clean kernel, and the output they were committed with is what they print.

Of a picture the alt text is compared, for its points depend on the fonts of the machine; ``tests/test_plots.py`` looks at
the numbers in it. Called as a program, this writes what the notebooks print into them.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from clients import page, put, unit
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WITH_EXTRAS = [path for path in NOTEBOOKS if path.name[:2] in ("02", "03", "04")]

_NO_TEXT = re.compile(r"(?<=;base64,)[A-Za-z0-9+/=]+|<style>.*?</style>", re.DOTALL)
# Python looks for a module of this name when it starts.
_WITHOUT_EXTRAS = """
import sys
for name in ("matplotlib", "pandas", "polars", "pyarrow", "xlsxwriter", "openpyxl"):
    sys.modules[name] = None  # what an import finds then is ModuleNotFoundError
"""


def opened(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def run(path: Path, **environment: str) -> Any:
    """The notebook after all its cells have run in a new kernel."""
    notebook = opened(path)
    resources = {"metadata": {"path": str(path.parent)}}
    with tempfile.TemporaryDirectory() as scratch:  # where the notebook makes its folders
        variables = {**os.environ, "TMPDIR": scratch, **environment}
        NotebookClient(notebook, timeout=120, resources=resources, coalesce_streams=True).execute(env=variables)
    return notebook


def printed(cell: Any) -> list[str]:
    """What a cell printed or showed, as text; streams come in pieces, cut by chance."""
    texts: list[str] = []
    stream = False
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        shown = "\n".join(data[kind] for kind in ("text/html", "text/plain") if kind in data)
        text = output.get("text") or shown or output.output_type
        if stream and output.output_type == "stream":
            texts[-1] += text
        else:
            texts.append(_NO_TEXT.sub("", text))
        stream = output.output_type == "stream"
    return texts


def missing(cell: Any) -> str | None:
    """A program that the cell runs and this machine does not have; the cell's metadata name them."""
    return next((name for name in cell.metadata.get("programs", []) if shutil.which(name) is None), None)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_and_prints_what_it_shows(path: Path) -> None:
    committed = opened(path)
    assert any(printed(cell) for cell in committed.cells)
    for cell, expected in zip(run(path).cells, committed.cells, strict=True):
        program = missing(cell)
        assert printed(cell) == ([f"{program} is not installed, so this step is left out\n"] if program else printed(expected))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", WITH_EXTRAS, ids=lambda path: path.stem)
def test_notebook_holds_without_extras_and_programs(path: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_WITHOUT_EXTRAS, "utf-8")
    committed = opened(path)
    bare = run(path, PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]), PATH=str(tmp_path))
    for cell, expected in zip(bare.cells, committed.cells, strict=True):
        text = "".join(printed(cell))
        if cell.metadata.get("programs"):
            assert text == f"{cell.metadata.programs[0]} is not installed, so this step is left out\n"
        elif text != "".join(printed(expected)):
            assert not text or "not installed; run pip install &#x27;align-tm[" in text or "install 'align-tm[" in text
    extras = {found for cell in bare.cells for text in printed(cell) for found in re.findall(r"align-tm\[(\w+)\]", text)}
    assert extras == {"02": {"plots", "pandas"}, "03": {"plots", "xlsx"}, "04": set()}[path.name[:2]]


def run_on(path: Path, folder: str | list[str], tmp_path: Path) -> Any:
    """The notebook after it has run on another folder, or others, as its first cell asks for."""
    notebook = opened(path)
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.source = f"{cell.source.partition(' = ')[0]} = {folder!r}"
    nbformat.write(notebook, tmp_path / path.name)  # type: ignore[no-untyped-call]
    return run(tmp_path / path.name, PYTHONPATH=str(ROOT))


def warnings_of(notebook: Any) -> list[str]:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.text for output in outputs if output.get("name") == "stderr"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", ["01", "02", "03", "04"])
def test_notebook_runs_on_pages_with_every_anomaly(number: str, corpora: Path, tmp_path: Path) -> None:
    folder = str(corpora / "anomalies")
    notebook = run_on(NOTEBOOKS[int(number) - 1], [folder] if number == "03" else folder, tmp_path)
    assert warnings_of(notebook) == []


@pytest.mark.filterwarnings("ignore")
def test_what_po4a_does_not_take_is_said(tmp_path: Path) -> None:
    text = page(unit("Enregistrer", "Save", "abd60-101"), "", ':::image source="a.png":::', "", kind="HT")
    notebook = run_on(NOTEBOOKS[3], str(put(tmp_path / "pages", {"a.md": text})), tmp_path)
    last = next(cell for cell in reversed(notebook.cells) if cell.cell_type == "code")
    said = missing(last)
    assert (f"{said} is not installed" if said else "Malformed fenced div block") in "".join(printed(last))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("number", "folder"), [("02", "graph.de-de"), ("04", "office-scripts.de-de")])
def test_notebook_runs_on_real_pages(number: str, folder: str, real_pages: Path, tmp_path: Path) -> None:
    notebook = run_on(NOTEBOOKS[int(number) - 1], str(real_pages / "bilingual" / folder), tmp_path)
    assert warnings_of(notebook) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_short_and_begins_with_your_own_folder(path: Path) -> None:
    notebook = opened(path)
    assert len(notebook.cells) < 20
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert re.fullmatch(r"# Try it on your own folders?: .*\nFOLDERS? = .*", first.source)


def test_there_are_five_notebooks() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05"]


def write(path: Path) -> None:
    """Run the notebook and keep its output, without times and versions."""
    notebook = run(path)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    for key in ("codemirror_mode", "nbconvert_exporter", "version"):
        notebook.metadata.language_info.pop(key, None)
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    for found in NOTEBOOKS:
        write(found)
