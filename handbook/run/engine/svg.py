"""Round the lengths in figures, and compare figures by what they draw.

Processors add in different orders, so the last digits of a figure depend on the one
that drew it. Two decimals of a point are more than any screen shows.
"""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import zip_longest
from textwrap import shorten
from xml.sax import SAXParseException, make_parser
from xml.sax.saxutils import XMLFilterBase, XMLGenerator
from xml.sax.xmlreader import AttributesImpl

__all__ = ["differences", "rounded"]

# Lengths and coordinates: attributes, style properties, and functions of a transform.
_LENGTHS = {
    *("d", "points", "viewBox", "translate", "rotate"),
    *("x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width", "height"),
    *("cx", "cy", "fx", "fy", "r", "rx", "ry"),
    *("font-size", "stroke-dasharray", "stroke-dashoffset", "stroke-width"),
}
# Factors are not rounded: with a scale of 0.02 for 0.015625 everything would move.
_FACTORS = {
    *("matrix", "scale", "skewX", "skewY"),
    *("fill-opacity", "offset", "opacity", "stop-opacity", "stroke-opacity"),
}
# The last decimal of a rounded length, and of a factor that Matplotlib writes.
_LENGTH, _FACTOR = 0.01, 0.000001

# A name, the separator, and a value; an attribute has several of these.
_STYLE = re.compile(r"([\w-]+)(\s*:\s*)([^;]*)")
_TRANSFORM = re.compile(r"(\w+)(\s*\(\s*)([^)]*)")
_PARTS = {
    "style": _STYLE,
    "transform": _TRANSFORM,
    "gradientTransform": _TRANSFORM,
    "patternTransform": _TRANSFORM,
}

_TOKEN = re.compile(
    r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|[^\s,]", re.IGNORECASE
)
# Only separate numbers: in a path "1.0045.5" is two, and "01.5555" is a flag and one.
_FINE = re.compile(r"(?<![\d.])(?:0|[1-9]\d*)\.\d{3,}(?![\d.e])", re.IGNORECASE)
# Matplotlib names reused elements by a digest, which changes with the last digit.
_DIGEST = re.compile(r"(?<![\w-])[a-z][0-9a-f]{10}(?![\w-])")


def rounded(figure: bytes) -> bytes:
    """Return an SVG with lengths of two decimals, or what is not XML unchanged."""
    written = io.BytesIO()
    reader = _Rounding(make_parser())  # noqa: S317  our own block wrote the XML
    reader.setContentHandler(XMLGenerator(written, "utf-8", short_empty_elements=True))
    try:
        reader.parse(io.BytesIO(figure))
    except SAXParseException:
        return figure
    return written.getvalue() + b"\n"


class _Rounding(XMLFilterBase):
    """A filter that rounds the attributes of elements and passes on everything else."""

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        written = {key: _written(key, value) for key, value in attrs.items()}
        super().startElement(name, AttributesImpl(written))


def _written(name: str, value: str) -> str:
    if name in _PARTS:
        return _PARTS[name].sub(
            lambda part: f"{part[1]}{part[2]}{_short(part[1], part[3])}", value
        )
    return " ".join(_short(name, value).split()) if name in _LENGTHS else value


def _short(name: str, value: str) -> str:
    if name not in _LENGTHS:
        return value
    return _FINE.sub(
        lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), value
    )


def differences(committed: bytes, drawn: bytes) -> Iterator[str]:
    """Yield what two SVGs draw differently: the element, the attribute, both values.

    Numbers may differ by one unit of their last decimal, because a billionth of a point
    decides whether 121.835 becomes 121.83 or 121.84, and nobody sees the difference.
    Everything else is compared exactly, except the digests in Matplotlib's names.
    """
    if committed != drawn:
        try:
            old, new = ET.fromstring(committed), ET.fromstring(drawn)  # noqa: S314
        except ET.ParseError as error:
            yield f"one of them is not XML: {error}"
        else:
            yield from _Comparison().elements(old, new)


class _Comparison:
    """A comparison of two figures, element by element."""

    def __init__(self) -> None:
        # Each figure's digests, numbered by first use, so that their numbers compare.
        self.names: tuple[dict[str, int], dict[str, int]] = ({}, {})

    def elements(
        self, old: ET.Element, new: ET.Element, within: str = ""
    ) -> Iterator[str]:
        """Yield the differences of two elements of one kind, and of their children."""
        place, name = f"{_kind(old)}{within}", old.get("id", "")
        if name and not _DIGEST.fullmatch(name):
            place, within = f"{_kind(old)} {name}", f" in {name}"
        for key in old.attrib | new.attrib:
            before, after = old.get(key), new.get(key)
            if before is None or after is None:
                yield f"{place}, {_local(key)}: {_both(before, after)}"
            else:
                where = f"{place}, {_local(key)}"
                yield from self.values(where, _local(key), before, after)
        yield from _texts(place, old.text, new.text)
        for one, other in zip_longest(old, new):
            if one is None or other is None or one.tag != other.tag:
                kinds = [e if e is None else _kind(e) for e in (one, other)]
                yield f"{place}: {_both(*kinds)}"
                return  # from here on the children don't correspond
            yield from self.elements(one, other, within)
            yield from _texts(place, one.tail, other.tail)

    def values(self, place: str, name: str, old: str, new: str) -> Iterator[str]:
        """Yield the first difference of two values, or of each of their parts."""
        if name in _PARTS:
            for one, other in zip_longest(*map(_PARTS[name].finditer, (old, new))):
                if one is None or other is None or one[1] != other[1]:
                    yield f"{place}: {_both(one and one[0], other and other[0])}"
                    return
                yield from self.values(f"{place} {one[1]}", one[1], one[3], other[3])
        elif name in _LENGTHS | _FACTORS:
            unit = _LENGTH if name in _LENGTHS else _FACTOR
            for one, other in zip_longest(*map(_TOKEN.finditer, (old, new))):
                if not _close(one, other, unit):
                    yield f"{place}: {_both(one and one[0], other and other[0])}"
                    return
        elif self._named(0, old) != self._named(1, new):
            yield f"{place}: {_both(old, new)}"

    def _named(self, figure: int, value: str) -> str:
        names = self.names[figure]
        return _DIGEST.sub(
            lambda digest: str(names.setdefault(digest[0], len(names))), value
        )


def _texts(place: str, old: str | None, new: str | None) -> Iterator[str]:
    before, after = (text.strip() if text else "" for text in (old, new))
    if before != after:
        yield f"{place}: {_both(before, after)}"


def _close(one: re.Match[str] | None, other: re.Match[str] | None, unit: float) -> bool:
    if one is None or other is None or not (one["number"] and other["number"]):
        return (one and one[0]) == (other and other[0])
    # One and a half units, because a float can't represent one unit exactly.
    return abs(float(one[0]) - float(other[0])) < 1.5 * unit


def _kind(element: ET.Element) -> str:
    return f"<{_local(element.tag)}>"


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _both(old: str | None, new: str | None) -> str:
    before, after = (
        "nothing" if text is None else shorten(text, 60, placeholder="...") or '""'
        for text in (old, new)
    )
    return f"{before} is committed, {after} is drawn"
