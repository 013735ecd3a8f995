"""`llms.txt`: the table of contents for language models, in the form of llmstxt.org."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin

from handbook.book.front_matter import FrontMatter
from handbook.book.layout import copy_of, path_of

__all__ = ["render"]


def render(config: Mapping[str, Any], heads: Iterable[FrontMatter]) -> str:
    """Render the file: a section a part, a link to each page's Markdown copy.

    Parameters
    ----------
    config : mapping
        What mkdocs.yml holds: `site_name`, `nav`, and maybe `site_description` and
        `site_url`, without which the links are relative.
    heads : iterable of FrontMatter
        Of the pages that the nav does not title, or that describe themselves.
    """
    known = {head.path: head for head in heads}
    lines = [f"# {config['site_name']}"]
    if config.get("site_description"):
        lines += ["", f"> {config['site_description']}"]
    top = [entry for entry in config["nav"] if not _is_section(entry)]
    parts = [
        (title, inside)
        for entry in config["nav"]
        if _is_section(entry)
        for title, inside in entry.items()
    ]
    for title, entries in ([("Start", top)] if top else []) + parts:
        lines += ["", f"## {title}", ""]
        for name, path in _pages(entries):
            head = known.get(path_of(PurePosixPath(path)))
            told = f": {head.description}" if head and head.description else ""
            address = urljoin(
                config.get("site_url") or "", str(copy_of(PurePosixPath(path)))
            )
            lines.append(
                f"- [{name or (head.title if head else path)}]({address}){told}"
            )
    return "\n".join(lines) + "\n"


def _is_section(entry: str | Mapping[str, Any]) -> bool:
    return not isinstance(entry, str) and any(
        isinstance(inside, list) for inside in entry.values()
    )


def _pages(entries: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Give the title, or an empty one, and the path of each page, sections opened."""
    for entry in entries:
        if isinstance(entry, str):
            yield "", entry
            continue
        for title, inside in entry.items():
            if isinstance(inside, list):
                yield from _pages(inside)
            else:
                yield title, inside
