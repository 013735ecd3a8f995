"""Figures have the site's own font, and the colours of both schemes."""

import io
import os
import re
import subprocess
import sys
from base64 import b64decode
from html import unescape
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from handbook.run.figures import in_the_dark

ROOT = Path(__file__).parents[3]
DRAW = """
import sys
import matplotlib.pyplot as plt

figure, axes = plt.subplots()
axes.plot([1, 2], color="#ABCDEF", label="late −1%")
axes.set_title("October is over-predicted")
axes.legend()
figure.savefig("drawn.svg", metadata={"Date": None})
figure.savefig("drawn.png")
with open("again.svg", "wb") as file:
    figure.savefig(file, format="svg", metadata={"Date": None})
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with figures that were drawn with the settings of a chapter."""
    folder = tmp_path_factory.mktemp("drawn")
    surroundings = {
        "MPLBACKEND": "module://handbook.run.figures",
        "MATPLOTLIBRC": str(ROOT / "handbook/figures.mplstyle"),
        "MPLCONFIGDIR": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRAW],
        cwd=folder,
        env=os.environ | surroundings,
        capture_output=True,
        text=True,
        check=True,
    )
    # Matplotlib may report that it builds a list of fonts; a missing font is an error.
    assert "findfont" not in done.stderr
    return folder


@pytest.fixture(scope="module")
def svg(folder: Path) -> str:
    return (folder / "drawn.svg").read_text("utf-8")


def test_text_stays_text_and_its_letters_are_embedded(svg: str) -> None:
    written = {400: set[str](), 700: set[str]()}
    for style, text in re.findall(r'<text style="([^"]*)"[^>]*>(.*?)</text>', svg):
        assert "'Trail Sans'" in style
        written[700 if "font-weight: 700" in style else 400] |= set(unescape(text))

    faces = re.findall(r"font-weight:(\d+);src:url\(data:font/ttf;base64,(.*?)\)", svg)

    assert "−" in written[400]
    assert len(written[700]) > 10
    for weight, face in faces:
        characters = TTFont(io.BytesIO(b64decode(face))).getBestCmap()
        assert {chr(each) for each in characters} == written[int(weight)]
    assert [int(weight) for weight, _ in faces] == [400, 700]


def test_each_colour_has_a_counterpart_in_the_dark(svg: str) -> None:
    _, _, dark = svg.partition("@media (prefers-color-scheme:dark)")
    drawn = set(re.findall(r"(fill|stroke): (#[0-9a-f]{6})", svg))
    turned = re.findall(r'\[style\*="(fill|stroke): (#\w{6})"\]\{\1:(#\w{6})!imp', dark)

    assert {(what, colour) for what, colour, _ in turned} == drawn
    assert ("stroke", "#abcdef") in drawn
    assert {light: dark for _, light, dark in turned}["#fffdf9"] == "#161d26"
    assert "svg{fill:#e8e2d6}" in dark  # for text without a colour


def test_a_second_drawing_is_the_same_and_other_formats_are_left_alone(
    folder: Path,
) -> None:
    assert (folder / "again.svg").read_bytes() == (folder / "drawn.svg").read_bytes()
    assert (folder / "drawn.png").read_bytes().startswith(b"\x89PNG")


colours = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def grey(level: int) -> str:
    return f"#{level:02x}{level:02x}{level:02x}"


def level(colour: str) -> int:
    return sum(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@given(colours)
def test_every_colour_has_a_counterpart(colour: str) -> None:
    assert re.fullmatch("#[0-9a-f]{6}", in_the_dark(colour))


@given(st.integers(0, 254))
def test_paler_on_paper_is_deeper_in_the_dark(shade: int) -> None:
    assert level(in_the_dark(grey(shade))) >= level(in_the_dark(grey(shade + 1)))


def test_in_the_dark_the_colours_of_the_style_are_those_of_the_site() -> None:
    style = (ROOT / "handbook/figures.mplstyle").read_text("utf-8")
    sheet = (ROOT / "docs/assets/site.css").read_text("utf-8")
    slate = sheet[sheet.index('[data-md-color-scheme="slate"]') :].partition("}")[0]
    site = dict(re.findall(r"--([\w-]+): (#\w{6})", slate))
    drawn = {
        in_the_dark(f"#{c.lower()}") for c in re.findall(r"\b[0-9A-F]{6}\b", style)
    }

    names = ("figure-paper", "ink", "ink-soft", "line", "rust", "teal", "plum", "gold")
    assert {site[name] for name in names} <= drawn
