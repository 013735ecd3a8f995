"""The page that the theme made of a page's content, and its entries for search."""

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
    "environment",
    "finish",
    "index_page",
    "parts",
]

_SPAN = re.compile(r"</?span\b[^>]*>")


@dataclass(slots=True)
class Output:
    """A finished page and what search shall know of it."""

    html: str
    entries: list[dict[str, Any]]

    def dump(self) -> bytes:
        """Write it for the cache."""
        return json.dumps([self.html, self.entries]).encode("utf-8", "surrogatepass")

    @classmethod
    def load(cls, value: bytes) -> "Output":
        """Read it from the cache."""
        return cls(*json.loads(value.decode("utf-8", "surrogatepass")))


def environment(
    make: Callable[[], jinja2.Environment], compiled: jinja2.BytecodeCache
) -> jinja2.Environment:
    """Make the theme's environment with templates that need not be compiled again."""
    made = make()
    made.bytecode_cache = compiled
    if isinstance(made.loader, jinja2.FileSystemLoader):
        made.loader = _Undotted(made.loader.searchpath)
    return made


class _Undotted(jinja2.FileSystemLoader):
    """Lists no file below a folder with a dot.

    MkDocs asks a theme for all its files and drops those: 14,000 icons of Material's.
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
    """Gives MkDocs the theme's templates, which give what is known of a page already.

    Jinja's own look-ups (`extends`, `include`) name the template that asks, and pass.
    """

    def __init__(
        self, environment: jinja2.Environment, known: Mapping[str, Output]
    ) -> None:
        self._get = environment.get_template
        self._known = known

    def __call__(self, name: Any, *asked_by: Any, **named: Any) -> Any:
        """Do what `Environment.get_template` does."""
        template = self._get(name, *asked_by, **named)
        return template if asked_by or named else _Template(template, self._known)


class _Template:
    """A template as MkDocs and its plugins use it."""

    def __init__(self, template: jinja2.Template, known: Mapping[str, Output]) -> None:
        self._template = template
        self._known = known

    def __getattr__(self, name: str) -> Any:
        return getattr(self._template, name)

    def render(self, context: Mapping[str, Any]) -> str:
        page = context.get("page")
        output = self._known.get(page.file.src_uri) if page else None
        return output.html if output else self._template.render(context)


def finish(  # noqa: PLR0917  as MkDocs passes them on
    page: Page,
    config: MkDocsConfig,
    nav: Navigation,
    files: Any,
    environment: jinja2.Environment,
    search: Any,
) -> Output:
    """Make of a page what MkDocs would (mkdocs.commands.build._build_page)."""
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
        page.content = content  # which search has rid of its marks
        config._current_page = None
        del search.entries[before:]


def index_page(add: Callable[[Page], None], page: Page) -> None:
    """Add a page to the search index without the colours of its code.

    Search keeps no `span`, but reads each through Python's own parser: a third of a
    build went there. One that says something to search stays.
    """
    content = page.content or ""
    spans = _SPAN.findall(content)
    if not any("data-search" in span for span in spans):
        page.content = _SPAN.sub("", content)
    try:
        add(page)
    finally:
        page.content = content


def parts(page: Page) -> dict[str, Any]:
    """Give all that a template can ask of a page."""
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
    """Give all that a template can ask of the navigation."""
    return [_item(item) for item in nav.items]


def _item(item: Any) -> list[Any]:
    meta = getattr(item, "meta", None) or {}
    # What the theme shows beside a title.
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
