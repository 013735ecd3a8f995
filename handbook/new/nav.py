"""Add a page to the table of contents, and keep all other bytes of mkdocs.yml."""

import re
from collections.abc import Iterator

import yaml

from handbook.base.errors import WrongUse
from handbook.book.yaml_list import parse

__all__ = ["add_page"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_BY_HAND = "add the page to nav in mkdocs.yml by hand"


def add_page(config: str, page: str, titles: dict[str, str]) -> str:
    """Add a page to the section of its part; create the section if it is missing.

    Parameters
    ----------
    config : str
        The text of mkdocs.yml.
    page : str
        Its path below docs/: `explore/questions.md`.
    titles : dict of str to str
        The title of each part's section, in the order of the book.

    Returns
    -------
    str
        The text with the new entry.

    Raises
    ------
    WrongUse
        If nav is not written as a list, line by line.
    """
    nav = _nav(config)
    part = page.partition("/")[0]
    lines = _LINE.findall(config)
    section = _section(nav, part, titles[part])
    if section is not None:
        at = _last_line(section) + 1
        added = [f"{_indent(lines, section)}- {page}"]
    else:
        at = _place(nav, part, list(titles))
        indent = _indent(lines, nav)
        added = [f"{indent}- {titles[part]}:", f"{indent}    - {page}"]
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    if at == len(lines) and not lines[-1].endswith(("\r", "\n")):
        lines[-1] += end
    lines[at:at] = [line + end for line in added]
    written = "".join(lines)
    # A check, because YAML allows more forms than the code above knows.
    before, after = list(_pages(nav)), list(_pages(_nav(written)))
    if page not in after or [each for each in after if each != page] != before:
        raise WrongUse(f"nav is written in an unusual way: {_BY_HAND}")
    return written


def _nav(config: str) -> yaml.SequenceNode:
    try:
        top = parse(config)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", "") or str(error)
        raise WrongUse(f"mkdocs.yml is not YAML: {problem}") from error
    found = [
        value
        for key, value in (top.value if isinstance(top, yaml.MappingNode) else ())
        if key.value == "nav"
    ]
    if not found or not isinstance(found[0], yaml.SequenceNode):
        raise WrongUse("mkdocs.yml has no nav, the table of contents: write it first")
    if found[0].flow_style or not found[0].value:
        raise WrongUse(f"nav is not written line by line: {_BY_HAND}")
    return found[0]


def _sections(nav: yaml.SequenceNode) -> Iterator[tuple[int, str, yaml.SequenceNode]]:
    for number, item in enumerate(nav.value):
        if isinstance(item, yaml.MappingNode):
            for title, value in item.value:
                if isinstance(value, yaml.SequenceNode):
                    yield number, title.value, value


def _section(nav: yaml.SequenceNode, part: str, title: str) -> yaml.SequenceNode | None:
    named = None
    for _, name, section in _sections(nav):
        if any(page.startswith(f"{part}/") for page in _pages(section)):
            named = section
            break
        named = section if name == title else named
    if named is not None and (named.flow_style or not named.value):
        raise WrongUse(f"the section {title} is not written line by line: {_BY_HAND}")
    return named


def _place(nav: yaml.SequenceNode, part: str, parts: list[str]) -> int:
    """Return the line for a new section: before the first section of a later part."""
    rank = {each: number for number, each in enumerate(parts)}
    later = len(nav.value)
    for number, _, section in _sections(nav):
        folders = {page.partition("/")[0] for page in _pages(section)}
        if min((rank.get(each, len(rank)) for each in folders), default=0) > rank[part]:
            later = number
            break
    if later:
        return _last_line(nav.value[later - 1]) + 1
    return int(nav.value[0].start_mark.line)


def _pages(node: yaml.Node) -> Iterator[str]:
    return (leaf.value for leaf in _leaves(node))


def _leaves(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _leaves(item)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _leaves(value)
    elif isinstance(node, yaml.ScalarNode):
        yield node


def _last_line(node: yaml.Node) -> int:
    *_, leaf = _leaves(node)
    return int(leaf.end_mark.line)


def _indent(lines: list[str], sequence: yaml.SequenceNode) -> str:
    first: str = lines[sequence.value[0].start_mark.line]
    return first[: len(first) - len(first.lstrip())]
