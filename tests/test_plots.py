"""Plots: the numbers drawn are those of the units, the pictures are pictures, in both themes and with any text."""

from __future__ import annotations

import html
import io
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from matplotlib import font_manager
from matplotlib.patches import Rectangle
from PIL import Image

import align
from align import plots
from align.errors import OptionError, OutputError
from align.plots import fonts
from align.plots.length import OUTLIER
from align.plots.plot import DARK, KIND_COLOURS, LIGHT

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("contexts", "duplicates", "handoffs", "lengths", "units_per_locale")


@pytest.fixture(scope="module")
def corpus() -> align.Bitext:
    return align.read(ROOT / "corpora" / "bilingual", progress=False)


def plot(name: str, units: align.Bitext) -> plots.Plot:
    drawn: plots.Plot = getattr(plots, name)(units)
    return drawn


def unit(source: str, target: str, *, at: int = 1, locale: str | None = "fr-FR", **origin: Any) -> align.Unit:
    return align.Unit(
        f"abd60-{at}", source, target, at, None, (), (), align.Origin("a.md", "markdown", target_locale=locale, **origin)
    )


# The numbers


def test_units_per_locale_are_the_counts_of_stats(corpus: align.Bitext) -> None:
    expected = [(name, one.HT, one.unknown, one.MT) for name, one in corpus.stats().locales.items()]
    assert list(plots.units_per_locale(corpus).rows) == expected
    assert plots.units_per_locale([unit("a", "b", locale=None)]).rows == (("und", 0, 1, 0),)


def test_contexts_share_out_all_units(corpus: align.Bitext) -> None:
    rows = plots.contexts(corpus).rows
    assert {word: count for word, count, _ in rows} == {name: len(group) for name, group in corpus.group_by("context").items()}
    assert sum(share for _, _, share in rows) == pytest.approx(100)
    assert [count for _, count, _ in rows] == sorted((count for _, count, _ in rows), reverse=True)


def test_handoffs_are_by_day_by_month_or_by_year() -> None:
    days = [unit("a", "b", handoff=day, translation_type=kind) for day, kind in (("2021-03-31", "HT"), ("2021-04-01", "MT"))]
    assert plots.handoffs(days).rows == (("2021-03-31", 1, 0, 0), ("2021-04-01", 0, 0, 1))
    months = plots.handoffs([*days, unit("a", "b", handoff="2020-02-29"), unit("a", "b")])
    assert months.rows == (("2020-02", 0, 1, 0), ("2021-03", 1, 0, 0), ("2021-04", 0, 0, 1))
    assert "1 units have no date" in months.alt
    apart = [unit("a", "b", handoff=day) for day in ("2017-09-15", "2021-04-12")]
    assert [row[0] for row in plots.handoffs(apart).rows] == ["2017-09", "2021-04"]
    assert [row[0] for row in plots.handoffs([*apart, unit("a", "b", handoff="2001-01-31")]).rows] == ["2001", "2017", "2021"]
    with pytest.raises(OptionError, match="handed off"):
        plots.handoffs([unit("a", "b")])


@pytest.mark.parametrize(
    "last", ["2017-10", "2018-06", "2020-08", "2021-04", "2021-08", "2027-08", "2030-01", "9999-12", "0001-01"]
)
def test_handoffs_however_far_apart_are_seen(last: str) -> None:
    drawn = plots.handoffs([unit("a", "b", handoff=f"{day}-03") for day in sorted(("2017-09", last))])
    drawn.image("svg")  # filterwarnings: an axis without good places for its labels would be an error here
    (axes,) = drawn.figure.axes
    first, end = axes.get_xlim()
    bars = [bar for bar in axes.patches if isinstance(bar, Rectangle) and bar.get_height()]
    shares = [bar.get_width() / (end - first) for bar in bars]
    assert min(shares) > 1 / 300
    assert 1 < len([label for label in axes.get_xticklabels() if label.get_text()]) < 13  # two may be outside of the picture


@pytest.mark.parametrize("days", [("0001-01-01", "0010-08-02"), ("9990-05-05", "9999-12-04")])
def test_handoffs_at_an_end_of_the_calendar_are_drawn(days: tuple[str, str]) -> None:
    drawn = plots.handoffs([unit("a", "b", handoff=day) for day in days])
    drawn.image("svg")  # the margins of an axis of months would leave the calendar
    assert [row[0] for row in drawn.rows] == [day[:4] for day in days]


def test_duplicates_are_those_that_occur_again() -> None:
    french = [unit("Save", "Enregistrer"), unit(" Save\n", "Enregistrer"), unit("Close", "Fermer")]
    drawn = plots.duplicates([*french, unit("Save", "حفظ", locale="ar-SA")])
    assert drawn.rows == (("fr-FR", "Save", "Enregistrer", 2),)
    assert "4 units are 3 distinct pairs" in drawn.alt


def test_a_length_that_does_not_fit_is_an_outlier() -> None:
    # Targets a little longer than sources, as translations are; one is cut off, one holds far too much.
    usual = [unit("x" * at, "y" * (at + at // 5 + at % 3), at=at) for at in range(10, 90)]
    odd = [unit("x" * 80, "y" * 9, at=901), unit("x" * 20, "y" * 120, at=902)]
    rows = plots.lengths([*usual, *odd, unit("x", ""), unit(" ", "y")]).rows
    assert [row[2] for row in rows[:2]] == ["abd60-902", "abd60-901"]
    assert rows[0][3:5] == (20, 120)
    assert rows[0][5] > OUTLIER
    assert rows[1][5] < -OUTLIER
    assert len(rows) == 2


def test_each_locale_has_its_own_usual_length() -> None:
    long = [unit("x" * at, "y" * (2 * at + at % 3), at=at, locale="de-DE") for at in range(10, 60)]
    short = [unit("x" * at, "y" * (at // 3 + at % 3), at=at, locale="zh-TW") for at in range(10, 60)]
    assert not plots.lengths([*long, *short]).rows
    assert plots.lengths([*long, *short, unit("x" * 40, "y" * 80, at=900, locale="zh-TW")]).rows[0][2] == "abd60-900"


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_is_not_drawn_and_the_message_says_what_is(corpus: align.Bitext, name: str) -> None:
    with pytest.raises(OptionError, match="DataFrame is no sequence of units; give a bitext; of a frame Bitext"):
        getattr(plots, name)(corpus.to_frame())


@pytest.mark.parametrize("name", NAMES)
def test_nothing_cannot_be_drawn(name: str) -> None:
    with pytest.raises(OptionError, match="unit"):
        plot(name, align.Bitext())


# The pictures


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", NAMES)
def test_a_picture_has_its_theme_and_something_in_it(corpus: align.Bitext, name: str, theme: Any) -> None:
    some = corpus.select(locale=("fr-FR", "ar-SA"))
    image = Image.open(io.BytesIO(plot(name, some).image(theme=theme.name))).convert("RGB")
    counts = image.getcolors(image.width * image.height)
    assert counts is not None
    colours: dict[Any, int] = {colour: count for count, colour in counts}
    ground = tuple(bytes.fromhex(theme.ground[1:]))
    assert image.getpixel((2, 2)) == ground
    assert 0.4 < colours[ground] / (image.width * image.height) < 0.98
    expected = set(KIND_COLOURS.values()) if name in ("handoffs", "units_per_locale") else {theme.fill}
    assert {tuple(bytes.fromhex(colour[1:])) for colour in expected} <= set(colours)


def test_a_picture_is_the_same_each_time(corpus: align.Bitext) -> None:
    drawn = plots.handoffs(corpus)
    assert drawn.image() == plots.handoffs(corpus).image()
    assert drawn.image("svg") == plots.handoffs(corpus).image("svg")


def test_a_notebook_gets_both_themes_with_alt_text(corpus: align.Bitext) -> None:
    drawn = plots.units_per_locale(corpus)
    html = drawn._repr_html_()
    assert re.findall(r'<img class="(\w+)" alt="([^"]+)"', html) == [("light", drawn.alt), ("dark", drawn.alt)]
    assert "fr-FR 107 (40 HT, 32 MT)" in drawn.alt
    assert repr(drawn) == f"<Plot: {drawn.alt}>"
    evil = align.Unit("abd60-101", "a", "b", 1, None, ('"><script>',), (), align.Origin("a.md", "markdown"))
    hostile = plots.contexts([evil])
    assert "<script>" not in hostile._repr_html_()


def test_saved_as_the_ending_says(corpus: align.Bitext, tmp_path: Path) -> None:
    drawn = plots.contexts(corpus)
    drawn.save(tmp_path / "a.png")
    drawn.save(str(tmp_path / "b.svg"), theme="dark")
    with Image.open(tmp_path / "a.png") as image:
        assert image.width > 1000
    svg = etree.parse(tmp_path / "b.svg")
    assert svg.findtext(".//{http://purl.org/dc/elements/1.1/}description") == drawn.alt
    with pytest.raises(OptionError, match=r"use one of \.png, \.svg"):
        drawn.save(tmp_path / "c.gif")
    with pytest.raises(OptionError, match="light, dark"):
        drawn.save(tmp_path / "c.png", theme="sepia")  # type: ignore[arg-type]
    with pytest.raises(OutputError):
        drawn.save(tmp_path / "a.png" / "d.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.svg"]


def test_the_figure_is_matplotlibs(corpus: align.Bitext) -> None:
    figure = plots.units_per_locale(corpus).figure
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == list(corpus.locales)


def test_any_text_can_be_a_label() -> None:
    # A formula, a private character, control characters, a script that hardly a machine has a font for.
    texts = [r"$\nosuch_{$", "\ue000", "a\tb\u202ec\x00", "𒀀𒁀", "x" * 300, "العربية", "ภาษาไทย", "中文"]
    units = [unit("Save", text) for text in texts for _ in range(2)]
    drawn = plots.duplicates(units)
    labels = [label.get_text() for label in drawn.figure.axes[1].get_yticklabels()]
    assert len(labels) == len(texts)
    assert "Save\n$\\nosuch_{$" in labels
    assert any(label.endswith("…") for label in labels)
    drawn.image()  # filterwarnings: a glyph that is missing would be an error here


def test_a_text_without_a_font_is_not_drawn() -> None:
    assert fonts.drawable("Größe\n  1") == "Größe 1"
    assert fonts.drawable("\U00012000") is None or "\U00012000" in str(fonts.drawable("\U00012000"))
    assert fonts.drawable("\U0010ffff") == ""


def test_fonts_that_were_installed_after_matplotlib_made_its_list_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fresh = font_manager.FontManager()  # reads all fonts, as on a machine's first plot
    expected = [name for name in fonts._FAMILIES if name in fresh.get_font_names()]
    own = [entry for entry in fresh.ttflist if "matplotlib" in entry.fname]
    if all(name in {entry.name for entry in own} for name in expected):
        pytest.skip("this machine has no font of the list but those of matplotlib")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    found = [*font_manager.findSystemFonts(), str(tmp_path / "broken.ttf")]
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: found)
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    fonts.families.cache_clear()
    assert fonts.families() == expected


def test_text_stands_out_from_its_ground() -> None:
    """Contrast of 7 to 1 (WCAG 2.2, 1.4.6)."""

    def luminance(colour: str) -> float:
        parts = [value / 255 for value in bytes.fromhex(colour[1:])]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for theme in (LIGHT, DARK):
        ground, ink = luminance(theme.ground), luminance(theme.ink)
        assert (max(ground, ink) + 0.05) / (min(ground, ink) + 0.05) > 7


def test_the_extra_is_named(corpus: align.Bitext, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = plots.contexts(corpus)
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # what Python does when a module is not there
    with pytest.raises(OptionError) as caught:
        drawn.image()
    said = "matplotlib is not installed; run pip install 'align-tm[plots]'"
    assert str(caught.value) == said
    # In a notebook the numbers take the picture's place.
    shown = html.unescape(drawn._repr_html_())
    assert f"No picture: {said}" in shown
    assert drawn.alt in shown
    assert all(f'left">{word}</td><td style="text-align:right">{count}</td>' in shown for word, count, _ in drawn.rows)
