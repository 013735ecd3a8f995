# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools[woff]>=4.60"]
# ///
"""Cut the fonts down to the characters of the site: `uv run theme/fonts.py FOLDER`.

FOLDER is where `npm install @fontsource/fraunces@5.3.0
@fontsource-variable/source-sans-3@5.3.0` has put its `node_modules/@fontsource…`.
Every page loads both files, so each character and each weight costs every reader.
A test checks that the files have all characters that the pages use.
Figures have one TrueType file a weight, since Matplotlib reads neither WOFF2 nor
variable fonts.
"""

import argparse
import string
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

_ROOT = Path(__file__).parents[1]
FONTS = _ROOT / "docs/assets/fonts"
WEIGHTS = {400: "Regular", 600: "Bold"}
"""The weights in figures, and their names in Matplotlib."""
# A minus, dashes, quotation marks and an apostrophe.
_MARKS = "\u2212\u2013\u2014\u2018\u2019\u201c\u201d\u00a0 "
HEADINGS = string.ascii_letters + string.digits + ".,:;?!'\"()-&/%+\u00b6" + _MARKS
# Paragraph, section, copyright, degree, plus-minus, dot, times, ellipsis, then <=, >=,
# about and an arrow.
_SIGNS = "\u00b6\u00a7\u00a9\u00b0\u00b1\u00b7\u00d7\u2026\u2264\u2265\u2248\u2192"
TEXT = string.printable.strip() + _MARKS + _SIGNS


def cut(source: Path, characters: str) -> TTFont:
    """Return a font with some of its characters, and their kerning.

    Parameters
    ----------
    source : Path
        A font.
    characters : str
        The characters to keep.

    Returns
    -------
    TTFont
        The font with these characters, its copyright and its licence.
    """
    font = TTFont(source, recalcTimestamp=False)
    options = Options(hinting=False, layout_features=["kern"], name_IDs=[0, 1, 2, 13])
    options.drop_tables += ["BASE"]
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    return font


def save(font: TTFont, family: str, path: Path) -> None:
    """Write a font as WOFF2, under our own family name.

    Parameters
    ----------
    font : TTFont
        The font.
    family : str
        The family name. The licence reserves the name Source Sans for the whole font.
    path : Path
        Where to write.
    """
    font["name"].setName(family, 1, 3, 1, 0x409)
    font.flavor = "woff2"
    font.save(path)


def save_for_figures(weight: int, style: str, path: Path) -> None:
    """Write one weight of the text's font as TrueType.

    Parameters
    ----------
    weight : int
        A weight of the variable font.
    style : str
        Its name: Regular or Bold.
    path : Path
        The file.
    """
    font = TTFont(FONTS / "trail-sans.woff2", recalcTimestamp=False)
    font = instancer.instantiateVariableFont(font, {"wght": weight})
    for number, name in ((1, "Trail Sans"), (2, style), (4, f"Trail Sans {style}")):
        font["name"].setName(name, number, 3, 1, 0x409)
    bold = style == "Bold"
    font["OS/2"].usWeightClass = 700 if bold else 400  # what Matplotlib asks for
    font["OS/2"].fsSelection = 0x20 if bold else 0x40
    font["head"].macStyle = int(bold)
    font.flavor = None
    font.save(path)


def main() -> None:
    """Write all font files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a node_modules")
    folder = parser.parse_args().folder
    fraunces = folder / "@fontsource/fraunces/files/fraunces-latin-600-normal.woff2"
    sans = "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal"
    save(cut(fraunces, HEADINGS), "Fraunces", FONTS / "fraunces.woff2")
    text = instancer.instantiateVariableFont(
        cut(folder / f"{sans}.woff2", TEXT), {"wght": (400, 600)}
    )
    save(text, "Trail Sans", FONTS / "trail-sans.woff2")
    for weight, style in WEIGHTS.items():
        save_for_figures(weight, style, _ROOT / f"handbook/run/figures.{weight}.ttf")


if __name__ == "__main__":
    main()
