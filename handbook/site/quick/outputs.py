"""Make the finished page of a page's content, and its entries for search."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink

__all__ = [
    "Output",
    "Templates",
    "describe_nav",
    "describe_page",
    "environment",
    "finish",
    "index_page",
]

_SPAN = re.compile(r"</?span\b[^>]*>")


@dataclass(slots=True)
class Output:
    """A finished page and its entries in the search index."""

    html: str
    entries: list[dict[str, Any]]

    def dump(self) -> bytes:
        """Return it as bytes for the cache."""
        return json.dumps([self.html, self.entries]).encode("utf-8", "surrogatepass")

    @classmethod
    def load(cls, value: bytes) -> "Output":
        """Read it from the cache."""
        return cls(*json.loads(value.decode("utf-8", "surrogatepass")))


def environment(
    make: Callable[[], jinja2.Environment], compiled: jinja2.BytecodeCache
) -> jinja2.Environment:
    """Return the theme's environment, with a cache of compiled templates."""
    made = make()
    made.bytecode_cache = compiled
    if isinstance(made.loader, jinja2.FileSystemLoader):
        made.loader = _VisibleFilesLoader(made.loader.searchpath)
    return made


class _VisibleFilesLoader(jinja2.FileSystemLoader):
    """A loader that lists no files in folders whose name begins with a dot.

    MkDocs lists all files of a theme and drops those: in Material, 14,000 icons.
    """

    def list_templates(self) -> list[str]:
        found = set()
        for path in self.searchpath:
            for parent, folders, files in os.walk(path):
                folders[:] = [name for name in folders if not name.startswith(".")]
                inside = Path(parent).relative_to(path)
                found |= {(inside / name).as_posix() for name in files}
        return sorted(found)


class Templates:
    """A replacement for `get_template`, whose templates return finished pages.

    Calls by Jinja itself (`extends`, `include`) name a parent template, and get the
    real template.
    """

    def __init__(
        self, environment: jinja2.Environment, known: Mapping[str, Output]
    ) -> None:
        self._get = environment.get_template
        self._known = known

    def __call__(self, name: Any, *asked_by: Any, **named: Any) -> Any:
        """Return a template, as `Environment.get_template` does."""
        template = self._get(name, *asked_by, **named)
        return template if asked_by or named else _Template(template, self._known)


class _Template:
    """A template that returns a page's finished HTML, if there is one."""

    def __init__(self, template: jinja2.Template, known: Mapping[str, Output]) -> None:
        self._template = template
        self._known = known

    def __getattr__(self, name: str) -> Any:
        return getattr(self._template, name)

    def render(self, context: Mapping[str, Any]) -> str:
        page = context.get("page")
        output = self._known.get(page.file.src_uri) if page else None
        return output.html if output else self._template.render(context)


def finish(  # noqa: PLR0917  in the order of MkDocs
    page: Page,
    config: MkDocsConfig,
    nav: Navigation,
    files: Any,
    environment: jinja2.Environment,
    search: Any,
) -> Output:
    """Return the finished page, as `_build_page` in mkdocs.commands.build makes it."""
    config._current_page = page
    page.active = True
    content, before = page.content, len(search.entries)
    try:
        context = get_context(nav, files, config, page)
        template = environment.get_template(page.meta.get("template", "main.html"))
        context = config.plugins.on_page_context(
            context, page=page, config=config, nav=nav
        )
        return Output(template.render(context), search.entries[before:])
    finally:
        page.active = False
        page.content = content  # search has changed it
        config._current_page = None
        del search.entries[before:]


def index_page(add: Callable[[Page], None], page: Page) -> None:
    """Add a page to the search index, without the spans that colour its code.

    Search drops spans, but parses each with Python's HTML parser, which would take a
    third of a build. Spans with an attribute for search are kept.
    """
    content = page.content or ""
    spans = _SPAN.findall(content)
    if not any("data-search" in span for span in spans):
        page.content = _SPAN.sub("", content)
    try:
        add(page)
    finally:
        page.content = content


def describe_page(page: Page) -> dict[str, Any]:
    """Return everything about a page that a template can use."""
    return {
        "content": page.content,
        "toc": [_headings(item) for item in page.toc],
        "meta": json.loads(json.dumps(page.meta, default=str)),
        "title": page.title,
        "url": page.url,
        "canonical": page.canonical_url,
        "edit": page.edit_url,
        "source": page.file.src_uri,
        "around": [
            [other.title, other.url] if other else None
            for other in (page.previous_page, page.next_page)
        ],
    }


def describe_nav(nav: Navigation) -> list[Any]:
    """Return everything about the navigation that a template can use."""
    return [_item(item) for item in nav.items]


def _item(item: Any) -> list[Any]:
    meta = getattr(item, "meta", None) or {}
    # The theme shows these beside a title.
    shown = [str(meta.get(key)) for key in ("icon", "subtitle", "status", "title")]
    children = [_item(child) for child in item.children or ()]
    return [
        type(item).__name__,
        item.title,
        getattr(item, "url", None),
        shown,
        children,
    ]


def _headings(item: AnchorLink) -> list[Any]:
    return [
        item.title,
        item.id,
        item.level,
        [_headings(child) for child in item.children],
    ]
