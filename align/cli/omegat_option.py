"""``--omegat DIR``: OmegaT projects beside the files of an export."""

from __future__ import annotations

from pathlib import Path

import click

from align.cli.types import NamedPath
from align.export import FORMATS, ExportReport, Format

__all__ = ["formats_for_omegat", "omegat_option", "write_omegat"]

omegat_option = click.option(
    "--omegat",
    "omegat",
    type=NamedPath(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also write an OmegaT project per locale (implies tmx): HT in tm/auto, all other in tm/penalty-030.",
)


def formats_for_omegat(formats: tuple[Format, ...], folder: Path | None) -> tuple[Format, ...]:
    """The formats to export: with a folder for projects also TMX, which they are made of."""
    return formats if folder is None else tuple(form for form in FORMATS if form in formats or form == "tmx")


def write_omegat(folder: Path | None, out: Path, report: ExportReport) -> list[str]:
    """Write the projects, if a folder for them is given; returns a line on each, for the summary.

    Parameters
    ----------
    out, report : the folder of the export, and what is in it.
    """
    if folder is None:
        return []
    from align.omegat import Memory, write_projects

    memories = [Memory(out / file.path, file.locale) for file in report.files if file.format == "tmx"]
    return [
        f"{project.folder}: OmegaT project with {project.human:,} human and {project.machine:,} other units."
        for project in write_projects(folder, memories)
    ]
