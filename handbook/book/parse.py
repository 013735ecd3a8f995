"""Read one file for the rules, or raise an error with the line that prevents it."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from handbook.base.files import Files
from handbook.book import data_sheet, yaml_list
from handbook.book.problem import MarkdownError

if TYPE_CHECKING:
    from handbook.book.markdown import Site

__all__ = [
    "BrokenError",
    "read_nav",
    "read_sheet",
    "read_site",
    "read_text",
]

_STANDARD = "tag:yaml.org,2002:"
_CALLS = re.compile(rf"{_STANDARD}python/(?:object|module)")
_LARGEST = 2**20  # bytes; nobody writes a page or a module of 1 MB
_LONGEST = 5_000  # characters; Markdown takes minutes over a line of brackets


class BrokenError(ValueError):
    """A file cannot be read: the rule that it breaks, the line, and the reason."""

    def __init__(self, rule: str, line: int, message: str) -> None:
        super().__init__(message)
        self.rule, self.line = rule, line


def read_text(files: Files, path: Path) -> str:
    """Read a text file without changing its line ends.

    Raises
    ------
    BrokenError
        If it is missing, not UTF-8, empty, or larger than anybody writes.
    """
    if (files.root / path).is_symlink():
        message = "this is a link: put the file itself here, since links lead anywhere"
        raise BrokenError("HB001", 1, message)
    try:
        if (size := (files.root / path).stat().st_size) > _LARGEST:
            raise BrokenError(
                "HB003", 1, f"this file has {size / 1e6:.1f} MB: keep it under 1 MB"
            )
        content = files.read(path)
    except OSError as error:
        raise BrokenError(
            "HB001", 1, f"this file cannot be read: {error.strerror}"
        ) from error
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BrokenError(
            "HB001", line, "this file is not UTF-8: save it as UTF-8"
        ) from error
    for number, written in enumerate(text.split("\n"), 1):
        if (length := len(written)) > _LONGEST:
            message = f"this line has {length:,} characters: break it"
            raise BrokenError("HB003", number, message)
    if not text.strip() and path.name != "__init__.py":
        raise BrokenError("HB002", 1, "this file is empty: write it, or remove it")
    return text


def read_sheet(files: Files, path: Path) -> str:
    """Return the page about the data, written from the data sheet.

    Raises
    ------
    BrokenError
        If it cannot be done.
    """
    text = read_text(files, path)
    try:
        return data_sheet.render(text, "this sheet")
    except ValueError as error:
        reason = str(error)
        message = f"the page about the data cannot be made from this: {reason}"
        raise BrokenError("HB004", 1, message) from error


def read_site(files: Files) -> "Site":
    """Return the site's Markdown, set up from mkdocs.yml.

    Raises
    ------
    BrokenError
        If it cannot be done.
    """
    from handbook.book.markdown import Site, read_config  # noqa: PLC0415  a second

    try:
        return Site(read_config(files))
    except MarkdownError as error:
        message = f"Markdown cannot be set up from this: {error}"
        raise BrokenError("HB004", 1, message) from error


def read_nav(text: str) -> list[tuple[str, int]]:
    """Read the pages that the nav of mkdocs.yml names, each with its line.

    Raises
    ------
    BrokenError
        If the text is not YAML or not a mapping, if it would call code, or if the nav
        contains itself.
    """
    try:
        node = yaml_list.parse(text)  # nested brackets would crash libyaml's composer
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
        message = f"this is not YAML: {reason}"
        raise BrokenError("HB004", mark.line + 1 if mark else 1, message) from error
    if not isinstance(node, yaml.MappingNode):
        raise BrokenError("HB004", 1, "this must be lines of `key: value`")
    for line, tag in _calls(node, set()):
        raise BrokenError("HB004", line, f"{tag} would call code: remove it")
    for key, value in node.value:
        if key.value == "nav":
            try:
                return list(_leaves(value))
            except RecursionError as error:
                line = key.start_mark.line + 1
                raise BrokenError("HB004", line, "nav contains itself") from error
    return []


def _calls(node: yaml.Node, seen: set[int]) -> Iterator[tuple[int, str]]:
    """Find the tags that make a loader of YAML call code."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if _CALLS.match(node.tag):
        yield node.start_mark.line + 1, f"!!{node.tag.removeprefix(_STANDARD)}"
    if isinstance(node, yaml.SequenceNode):
        children = node.value
    elif isinstance(node, yaml.MappingNode):
        children = [each for pair in node.value for each in pair]
    else:
        return
    for child in children:
        yield from _calls(child, seen)


def _leaves(node: yaml.Node) -> Iterator[tuple[str, int]]:
    children: Sequence[yaml.Node] = ()
    if isinstance(node, yaml.SequenceNode):
        children = node.value
    elif isinstance(node, yaml.MappingNode):
        children = [value for _, value in node.value]
    else:
        yield node.value, node.start_mark.line + 1
    for child in children:
        yield from _leaves(child)
