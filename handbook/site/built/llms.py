"""Render `llms.txt`, the table of contents for language models (llmstxt.org)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin

from handbook.book.front_matter import FrontMatter
from handbook.book.layout import copy_of, path_of

__all__ = ["render"]


def render(config: Mapping[str, Any], heads: Iterable[FrontMatter]) -> str:
    """Return the file: a section for each part, a link to each page's Markdown copy.

    Parameters
    ----------
    config : mapping
        The content of mkdocs.yml: `site_name`, `nav`, and maybe `site_description` and
        `site_url`. Without `site_url` the links are relative.
    heads : iterable of FrontMatter
        The front matter of pages, for their descriptions, and for titles that the nav
        lacks.
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
            about = f": {head.description}" if head and head.description else ""
            address = urljoin(
                config.get("site_url") or "", str(copy_of(PurePosixPath(path)))
            )
            lines.append(
                f"- [{name or (head.title if head else path)}]({address}){about}"
            )
    return "\n".join(lines) + "\n"


def _is_section(entry: str | Mapping[str, Any]) -> bool:
    return not isinstance(entry, str) and any(
        isinstance(inside, list) for inside in entry.values()
    )


def _pages(entries: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Yield the title, or an empty text, and the path of each page in all sections."""
    for entry in entries:
        if isinstance(entry, str):
            yield "", entry
            continue
        for title, inside in entry.items():
            if isinstance(inside, list):
                yield from _pages(inside)
            else:
                yield title, inside
