"""A figure is written with two decimals, and compared by what it draws."""

import io
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from handbook.run.engine.svg import differences, rounded

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
STYLE = Path(__file__).parents[4] / "handbook" / "figures.mplstyle"
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
TWICE = '<path id="m0276aed732"/><path id="m0276aed733"/>'


def _round(element: str) -> str:
    written = rounded(f"<svg {XLINK}>{element}</svg>".encode()).decode()
    assert rounded(written.encode()).decode() == written
    return written.removeprefix(f"{HEAD}<svg {XLINK}>").removesuffix("</svg>\n")


def _differences(committed: str, drawn: str) -> list[str]:
    figures = (
        f"<svg {XLINK}>{element}</svg>".encode() for element in (committed, drawn)
    )
    return list(differences(*figures))


@pytest.mark.parametrize(
    ("drawn", "written"),
    [
        (
            '<path d="M -0 9.996&#10;L 121.834558 -0.001&#10;z&#10;"/>',
            '<path d="M -0 10 L 121.83 -0 z"/>',
        ),
        (
            '<use x="1.005001" y="100" xlink:href="#a"/>',
            '<use x="1.01" y="100" xlink:href="#a"/>',
        ),
        (
            '<rect width="72.123456pt" height="1000.5"/>',
            '<rect width="72.12pt" height="1000.5"/>',
        ),
        (
            '<text transform="translate(10.126 -3.333333) rotate(-90.000001)">'
            "0.123456</text>",
            '<text transform="translate(10.13 -3.33) rotate(-90)">0.123456</text>',
        ),
        (
            '<path style="stroke-width: 0.812345; stroke-dasharray: 2.961234,1.28"/>',
            '<path style="stroke-width: 0.81; stroke-dasharray: 2.96,1.28"/>',
        ),
        # Each of these has to stay readable for a viewer.
        (
            '<image transform="scale(0.015625 -1)"/>',
            '<image transform="scale(0.015625 -1)"/>',
        ),
        (
            '<path style="fill: #123456; fill-opacity: 0.333333"/>',
            '<path style="fill: #123456; fill-opacity: 0.333333"/>',
        ),
        (
            '<path d="M1.0045.5a1 1 0 01.5555 3"/>',
            '<path d="M1.0045.5a1 1 0 01.5555 3"/>',
        ),
        (
            '<g id="p0.123456"><title>a &lt; "b"</title></g>',
            '<g id="p0.123456"><title>a &lt; "b"</title></g>',
        ),
    ],
)
def test_lengths_are_written_with_two_decimals_and_nothing_else_changes(
    drawn: str, written: str
) -> None:
    assert _round(drawn) == written


def test_text_that_is_not_xml_is_not_changed() -> None:
    assert rounded(b"<svg>") == b"<svg>"


@pytest.mark.parametrize(
    ("committed", "drawn"),
    [
        # A billionth of a point apart, at a rounding edge.
        ('<use x="121.83"/>', '<use x="121.84"/>'),
        ('<path d="M 0 1 L 2.5 3.99"/>', '<path d="M 0 1 L 2.5 4"/>'),
        ('<path d="M 0 1&#10;L 2 3&#10;"/>', '<path d="M 0 1 L 2 3"/>'),
        ('<use x="121.834558"/>', '<use x="121.83"/>'),
        (
            '<text transform="rotate(-0 1.5 2)"/>',
            '<text transform="rotate(0 1.51 2)"/>',
        ),
        ('<path style="stroke-width: 0.8"/>', '<path style="stroke-width: 0.81"/>'),
        ("<g> <path/></g>", "<g><path/></g>"),
        ('<path style="opacity: 0.333333"/>', '<path style="opacity: 0.333334"/>'),
        # Matplotlib names an element that it draws twice by a digest of all its digits.
        (
            '<path id="m0276aed732"/><use xlink:href="#m0276aed732"/>'
            '<g clip-path="url(#p661ae22f13)"/><clipPath id="p661ae22f13"/>',
            '<path id="m0276aed733"/><use xlink:href="#m0276aed733"/>'
            '<g clip-path="url(#p661ae22f14)"/><clipPath id="p661ae22f14"/>',
        ),
    ],
)
def test_a_last_digit_makes_no_difference(committed: str, drawn: str) -> None:
    assert _differences(committed, drawn) == []


@pytest.mark.parametrize(
    ("committed", "drawn", "message"),
    [
        (
            '<g id="patch_3"><path d="M 1 2 L 3 4"/></g>',
            '<g id="patch_3"><path d="M 1 2 L 3 4.02"/></g>',
            "<path> in patch_3, d: 4 is committed, 4.02 is drawn",
        ),
        (
            '<use x="1.5"/>',
            '<use x="1.48"/>',
            "<use>, x: 1.5 is committed, 1.48 is drawn",
        ),
        (
            '<path d="M 1 2 L 3 4"/>',
            '<path d="M 1 2 C 3 4"/>',
            "<path>, d: L is committed, C is drawn",
        ),
        (
            '<text transform="rotate(1 2 3)"/>',
            '<text transform="rotate(1 2 4)"/>',
            "<text>, transform rotate: 3 is committed, 4 is drawn",
        ),
        (
            '<image transform="scale(0.5)"/>',
            '<image transform="scale(0.51)"/>',
            "<image>, transform scale: 0.5 is committed, 0.51 is drawn",
        ),
        (
            '<path style="fill: #17616e; opacity: 0.3"/>',
            '<path style="fill: #17616f; opacity: 0.31"/>',
            "<path>, style fill: #17616e is committed, #17616f is drawn",
        ),
        (
            '<path style="fill: red"/>',
            "<path/>",
            "<path>, style: fill: red is committed, nothing is drawn",
        ),
        (
            "<text>1.5</text>",
            "<text>1.51</text>",
            "<text>: 1.5 is committed, 1.51 is drawn",
        ),
        ("<g/> late", "<g/> early", "<svg>: late is committed, early is drawn"),
        (
            "<text>a0123456789</text>",
            "<text>a0123456780</text>",
            "<text>: a0123456789 is committed, a0123456780 is drawn",
        ),
        (
            '<path style=""/>',
            "<path/>",
            '<path>, style: "" is committed, nothing is drawn',
        ),
        (
            '<g id="axes_1"><path/></g>',
            '<g id="axes_1"><path/><use/></g>',
            "<g> axes_1: nothing is committed, <use> is drawn",
        ),
        (
            '<g id="late"/>',
            '<g id="early"/>',
            "<g> late, id: late is committed, early is drawn",
        ),
        (
            f'{TWICE}<use xlink:href="#m0276aed732"/>',
            f'{TWICE}<use xlink:href="#m0276aed733"/>',
            "<use>, href: #m0276aed732 is committed, #m0276aed733 is drawn",
        ),
    ],
)
def test_a_difference_is_named_by_its_element_and_both_values(
    committed: str, drawn: str, message: str
) -> None:
    assert _differences(committed, drawn)[0] == message


@pytest.mark.parametrize("figures", [(b"<svg>", b"<svg/>"), (b"<svg/>", b"<svg>")])
def test_a_figure_that_cannot_be_read_differs(figures: tuple[bytes, bytes]) -> None:
    assert list(differences(*figures)) == [
        "one of them is not XML: no element found: line 1, column 5"
    ]


def _bars(heights: list[float]) -> bytes:
    with mpl.rc_context():
        mpl.rcParams.update(mpl.rc_params_from_file(STYLE, use_default_template=False))
        figure = Figure()
        FigureCanvasSVG(figure)
        axes = figure.subplots()
        axes.bar(range(3), heights)
        axes.plot(np.linspace(0, 2, 50), np.linspace(0, 1, 50) ** 2 * heights[0])
        axes.fill_between([0, 1, 2], heights, alpha=0.25, hatch="/")
        axes.scatter([0, 1, 2], heights, s=[10, 20, 30], label="late")
        axes.set_ylim(0, 5)
        axes.legend()
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def test_figures_of_matplotlib_are_rounded() -> None:
    drawn = _bars([1.0, 2.0, 3.0])

    assert b"." in drawn
    written = rounded(drawn)
    assert list(differences(drawn, written)) == []
    assert len(written) < len(drawn)


def test_a_moved_bar_is_reported_but_not_its_ninth_digit() -> None:
    figure = rounded(_bars([1.0, 2.0, 3.0]))

    assert list(differences(figure, rounded(_bars([1.0, 2.0, 3.000000004])))) == []
    lines = list(differences(figure, rounded(_bars([1.0, 2.0, 3.001]))))
    assert lines
    assert all(" is committed, " in line for line in lines)
