"""Read the list `dependencies:` of conda's environment.yml, without a YAML parser.

Only the form that conda itself writes is read: one item a line. Every other form is
refused, so that no package is missed in silence.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Item", "read_items", "split_spec"]

_KEY = "dependencies:"
_QUOTED_KEY = re.compile(r"""(["'])dependencies\1 *:""")
_COMMENT = re.compile(r"(^|\s)#.*")
_ITEM = re.compile(r"( *)- +(.*)")
_QUOTED = re.compile(r"""(["'])([^"'\\]*)\1""")
_PLAIN = re.compile(r"[^\s\[\]{}&*!|>@%`\"'#,:-](?!.*:(\s|$)).*|-[rce-].*")
_SPEC = re.compile(r"(?:\S+::)?([A-Za-z0-9_.-]+)(?:\[(.*)\])?\s*(.*)")
_NAMES = {
    "matplotlib-base": "matplotlib",
    "pyarrow-core": "pyarrow",
    "python-duckdb": "duckdb",
    "uvicorn-standard": "uvicorn",
}
"""The names on PyPI of packages that have another one on conda-forge."""


class Item(NamedTuple):
    """An item of the list: a package for conda, or a line for pip."""

    text: str
    for_pip: bool


def read_items(text: str) -> Iterator[Item]:
    """Read the items of `dependencies:`, and those of `pip:` within it.

    Raises
    ------
    ValueError
        If a line has another form than one item.
    """
    lines = [_COMMENT.sub("", line).rstrip() for line in text.splitlines()]
    lines = [_KEY if _QUOTED_KEY.fullmatch(line) else line for line in lines]
    if _KEY not in lines:
        if _KEY in text:
            raise ValueError(f"{_KEY} is not a list with one item a line")
        return
    depths: list[int] = []  # of the items, then of those below `pip:`
    begin = lines.index(_KEY) + 1
    for number, line in enumerate(lines[begin:], begin + 1):
        if not line:
            continue
        if line[0] not in " \t-":
            return  # the next key
        found = _ITEM.fullmatch(line)
        if found is None:
            raise ValueError(f"line {number} is not one item")
        yield from _item(len(found[1]), found[2], depths, number)


def _item(depth: int, text: str, depths: list[int], number: int) -> Iterator[Item]:
    """Read an item; `pip:` opens a list within the list."""
    if depths and depths[-1] == -1 and depth > depths[0]:
        depths[-1] = depth  # the first item below `pip:`
    depths[:] = depths or [depth]
    if depth not in depths:
        raise ValueError(f"line {number} is not one item")
    if depth == depths[0]:
        del depths[1:]
        if text == "pip:":
            depths.append(-1)
            return
    quoted = _QUOTED.fullmatch(text)
    if not quoted and not _PLAIN.fullmatch(text):
        raise ValueError(f"line {number} is not one item")
    yield Item(quoted[2] if quoted else text, depth != depths[0])


def split_spec(spec: str) -> tuple[str, str]:
    """Return the name on PyPI and the versions: `conda-forge::pandas=3.0=py312_0`."""
    found = _SPEC.fullmatch(spec)
    if found is None:
        return spec, "*"
    name, options, versions = found.groups()
    if options is not None:
        inside = re.search(r"version\s*=\s*[\"']?([^\"']+)", options)
        versions = inside[1] if inside else versions
    build = re.fullmatch(r"(==?[^=]+)=.+|([^=\s]+) [^=<>!~\s]+", versions)
    if build:
        versions = build[1] or build[2]
    return _NAMES.get(name.lower(), name), versions or "*"
