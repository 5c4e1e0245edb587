"""A picture that says what is in it, on light and on dark ground."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from align.display import table_view
from align.errors import OptionError
from align.output import Staging
from align.plots.fonts import families

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DARK", "KIND_COLOURS", "LIGHT", "Plot", "Theme", "ThemeName", "new_figure"]

ThemeName = Literal["light", "dark"]
_FORMS = (".png", ".svg")


class Theme(NamedTuple):
    """Colours (``#rrggbb``) of the ground and of what stands on it."""

    name: ThemeName
    """By which it is asked for."""
    ground: str
    """Colour of the picture's ground."""
    ink: str
    """Text: at least 7 to 1 against the ground (WCAG 2.2, 1.4.6)."""
    line: str
    """Grid and axes."""
    fill: str
    """Bars of one kind: Okabe and Ito's blue, on dark ground their sky blue."""
    mark: str
    """What stands out: Okabe and Ito's vermilion, on dark ground their orange."""


#: On white; the colours are Okabe and Ito's.
LIGHT = Theme("light", "#ffffff", "#24292f", "#d0d7de", "#0072b2", "#d55e00")
#: On black; likewise.
DARK = Theme("dark", "#111111", "#e6edf3", "#3d444d", "#56b4e9", "#e69f00")
_THEMES = {"light": LIGHT, "dark": DARK}
_IMAGES: tuple[tuple[ThemeName, str], ...] = (("light", ""), ("dark", ' hidden="hidden"'))

#: Colours that people with any kind of colour blindness tell apart, on both grounds (Okabe and Ito, "Color Universal Design",
#: 2008); in the order in which bars are stacked.
KIND_COLOURS = {"HT": "#009e73", "unknown": "#999999", "MT": "#e69f00"}

# The style of the two pictures in HTML: the dark one where JupyterLab is dark, or nothing says JupyterLab and the system is.
_STYLE = (
    "<style>.align-plot img{max-width:min(100%,900px);height:auto}.align-plot .dark{display:none}"
    "@media (prefers-color-scheme:dark){.align-plot .dark{display:inline}.align-plot .light{display:none}}"
    '[data-jp-theme-light="true"] .align-plot .light,[data-jp-theme-light="false"] .align-plot .dark{display:inline}'
    '[data-jp-theme-light="true"] .align-plot .dark,[data-jp-theme-light="false"] .align-plot .light{display:none}</style>'
)


def _matplotlib() -> Any:
    try:
        return import_module("matplotlib")
    except ModuleNotFoundError as error:
        raise OptionError("matplotlib is not installed", cure="run pip install 'align-tm[plots]'") from error


def _settings(theme: Theme) -> dict[str, Any]:
    ink = dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color", "axes.titlecolor"), theme.ink)
    ground = dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), theme.ground)
    return {
        **ink,
        **ground,
        "axes.edgecolor": theme.line,
        "grid.color": theme.line,
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.titlesize": 11,
        "font.size": 9.5,
        "font.family": families(),
        "legend.frameon": False,
        "svg.hashsalt": "align-tm",  # ids of an SVG file are digests of this, else random
        "figure.dpi": 100,
    }


def new_figure(width: float = 8.0, height: float = 4.5) -> Figure:
    """An empty figure of this size in inches, which no window and no global list of figures knows."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _smaller(png: bytes) -> bytes:
    """The picture with a palette of 256 colours: a third of the size, for notebooks are saved with what they show."""
    from PIL import Image  # matplotlib needs it

    stream = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(stream, "png", optimize=True)
    return stream.getvalue()


@dataclass(frozen=True, eq=False)
class Plot:
    """A picture, its alt text, and the numbers in it. Shows itself in notebooks, light or dark as the notebook is."""

    alt: str
    """What the picture shows, in words, for those who do not see it."""
    columns: tuple[str, ...]
    """Names of what is in a row."""
    rows: tuple[tuple[Any, ...], ...]
    """The numbers drawn."""
    draw: Callable[[Theme], Figure] = field(repr=False)
    """Draws them in a theme's colours."""

    @cached_property
    def figure(self) -> Figure:
        """The matplotlib figure on light ground, to change or to save by hand."""
        return self.figure_on("light")

    def figure_on(self, theme: ThemeName) -> Figure:
        """A new matplotlib figure on light or dark ground.

        Raises
        ------
        OptionError
            matplotlib is not installed; there is no such theme.
        """
        if theme not in _THEMES:
            raise OptionError(f"there is no theme {theme!r}", cure=f"use {', '.join(_THEMES)}")
        matplotlib = _matplotlib()
        with matplotlib.rc_context(_settings(_THEMES[theme])):
            return self.draw(_THEMES[theme])

    def image(self, form: Literal["png", "svg"] = "png", *, theme: ThemeName = "light") -> bytes:
        """The picture as a file's bytes: the same for the same numbers, fonts and version of matplotlib.

        Raises
        ------
        OptionError
            matplotlib is not installed; there is no such theme.
        """
        figure = self.figure_on(theme)
        # Neither a date nor a program's name; SVG has a place for the words.
        metadata = {"Software": None} if form == "png" else {"Date": None, "Creator": None, "Description": self.alt}
        stream = io.BytesIO()
        with _matplotlib().rc_context(_settings(_THEMES[theme])):
            figure.savefig(stream, format=form, dpi=144, metadata=metadata)
        return stream.getvalue()

    def save(self, path: str | os.PathLike[str], *, theme: ThemeName = "light") -> None:
        """Write the picture; the file appears when it is complete.

        Parameters
        ----------
        path : ends in ``.png`` or ``.svg``.

        Raises
        ------
        OptionError
            The ending names no format; there is no such theme; matplotlib is not installed.
        OutputError
            The file cannot be written.
        """
        target = Path(path)
        if target.suffix.lower() not in _FORMS:
            raise OptionError("its ending names no picture", path=target, cure=f"use one of {', '.join(_FORMS)}")
        data = self.image("png" if target.suffix.lower() == ".png" else "svg", theme=theme)
        with Staging(target.parent) as staging:
            staging.binary(target.name).write(data)

    def __repr__(self) -> str:
        return f"<Plot: {self.alt}>"

    def _repr_html_(self) -> str:
        """The picture on light and on dark ground; the numbers in it, and what to install, where matplotlib is missing."""
        try:
            # "hidden" is for programs that drop styles, as JupyterLab does before a notebook is trusted, and empty attributes:
            # they show the light picture only.
            images = "".join(
                f'<img class="{name}" alt="{escape(self.alt)}"{hidden} src="data:image/png;base64,'
                f'{base64.b64encode(_smaller(self.image(theme=name))).decode("ascii")}">'
                for name, hidden in _IMAGES
            )
        except OptionError as error:
            return table_view(self.columns, self.rows, title=self.alt, notes=[f"No picture: {error}"])
        return f'{_STYLE}<div class="align-plot">{images}</div>'
