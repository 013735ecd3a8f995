"""The Matplotlib backend of the book: `MPLBACKEND=module://handbook.run.figures`.

An image in a page can load neither the page's fonts nor its style sheet. So each SVG
embeds the letters that it uses, in the site's font, and has colours for light and dark;
it follows the page's `color-scheme`. Everything else is in figures.mplstyle.
"""

import codecs
import io
import re
from base64 import b64encode
from collections.abc import Iterable
from html import unescape
from pathlib import Path
from typing import Any

from matplotlib import cbook, font_manager
from matplotlib.backend_bases import FigureManagerBase, register_backend
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "embed_letters",
    "in_both_schemes",
    "in_the_dark",
]

FigureCanvas = FigureCanvasAgg
FigureManager = FigureManagerBase

# Trail Sans, written by theme/fonts.py, by the weight that Matplotlib asks for.
_FONTS = {
    400: Path(__file__).with_name("figures.400.ttf"),
    700: Path(__file__).with_name("figures.600.ttf"),
}
for _font in _FONTS.values():
    font_manager.fontManager.addfont(_font)


class _Canvas(FigureCanvasSVG):
    def print_svg(
        self,
        filename: Any,
        *,
        bbox_inches_restore: Any = None,
        metadata: Any = None,
        **_: Any,  # of other formats
    ) -> None:
        drawn = io.StringIO()
        super().print_svg(  # type: ignore[no-untyped-call]
            drawn, bbox_inches_restore=bbox_inches_restore, metadata=metadata
        )
        with cbook.open_file_cm(filename, "w", encoding="utf-8") as file:
            binary = not cbook.file_requires_unicode(file)
            text: Any = codecs.getwriter("utf-8")(file) if binary else file
            text.write(embed_letters(in_both_schemes(drawn.getvalue())))


register_backend("svg", _Canvas)

_TEXT = re.compile(r"<text\b.*?</text>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def embed_letters(svg: str) -> str:
    """Return a drawing with the letters of its texts embedded as fonts.

    Parameters
    ----------
    svg : str
        What Matplotlib writes: texts in `<text>`, bold ones with weight 700.
    """
    letters: dict[int, set[str]] = {weight: set() for weight in _FONTS}
    for text in _TEXT.findall(svg):
        weight = 700 if "font-weight: 700" in text else 400
        letters[weight] |= set(unescape(_TAG.sub("", text)))
    faces = "".join(
        f"@font-face{{font-family:'Trail Sans';font-weight:{weight};"
        f"src:url(data:font/ttf;base64,{_subset(_FONTS[weight], found)})}}"
        for weight, found in letters.items()
        if found
    )
    return svg.replace(_STYLE, f"{faces}{_STYLE}", 1)


def _subset(path: Path, letters: Iterable[str]) -> str:
    """Return a font with only these letters, in Base64."""
    # Imported only when a figure is saved: it takes a tenth of a second.
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = Options(hinting=False, layout_features=[], name_IDs=[], glyph_names=False)
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "STAT", "gasp"]
    font = TTFont(path, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(letters))
    subsetter.subset(font)
    written = io.BytesIO()
    font.save(written)
    return b64encode(written.getvalue()).decode()


_DARK = {
    "#fffdf9": "#161d26",  # paper
    "#1d2733": "#e8e2d6",  # ink
    "#4a5563": "#a5afba",
    "#8a93a0": "#6f7c8a",
    "#e4ded4": "#2d3844",  # the grid
    "#b4481a": "#f09a6b",  # rust
    "#17616e": "#72c5d0",  # teal
    "#6c4a86": "#c8abe4",  # plum
    "#a87900": "#e2b74e",  # gold
    "#5c6773": "#9aa6b2",  # slate
}
"""The colours of figures.mplstyle, and those of the site's dark scheme for each."""

_COLOUR = re.compile(r"\b(fill|stroke): (#[0-9a-f]{6})\b")
_STYLE = "</style>"


def in_both_schemes(svg: str) -> str:
    """Return a drawing that follows the page's `color-scheme`.

    Parameters
    ----------
    svg : str
        What Matplotlib writes: light, with its colours in `style` attributes.
    """
    rules = "".join(
        f'[style*="{what}: {colour}"]{{{what}:{in_the_dark(colour)}!important}}'
        for what, colour in sorted(set(_COLOUR.findall(svg)))
    )
    # Matplotlib never writes black: text without a colour inherits it from the root.
    dark = (
        f"@media (prefers-color-scheme:dark){{svg{{fill:{_DARK['#1d2733']}}}{rules}}}"
    )
    return svg.replace(_STYLE, f"{dark}{_STYLE}", 1)


def in_the_dark(colour: str) -> str:
    """Return a colour's counterpart in the dark: the same hue and contrast.

    Parameters
    ----------
    colour : str
        `#rrggbb`, lower case.

    Notes
    -----
    It reverses the lightness in Oklab (Ottosson, 2020). So a colour map still runs from
    the background to what stands out most.
    """
    if colour in _DARK:
        return _DARK[colour]
    light, green_red, blue_yellow = _to_oklab(colour)
    turned = 1.164 - 0.942 * light  # paper to dark paper, ink to pale ink
    return _from_oklab(turned, green_red, blue_yellow)


def _to_oklab(colour: str) -> tuple[float, float, float]:
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    mid = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * mid - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * mid + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * mid - 0.8086757660 * short,
    )


def _from_oklab(light: float, a: float, b: float) -> str:
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    mid = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * mid + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * mid - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * mid + 1.7076147010 * short,
    )
    return "#" + "".join(f"{each:02x}" for each in map(_encoded, linear))


def _encoded(linear: float) -> int:
    inside = min(max(linear, 0.0), 1.0)
    curved = (
        12.92 * inside if inside <= 0.0031308 else 1.055 * inside ** (1 / 2.4) - 0.055
    )
    return round(255 * curved)
