"""Record the HTML of a page's Markdown with its side effects, and restore both."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs_autorefs import AutorefsPlugin
from mkdocstrings import BaseHandler

from handbook.book.scan import may_embed

__all__ = ["Content", "record", "restore"]


@dataclass(slots=True, kw_only=True)
class Content:
    """The result of `Page.render`, and its calls of other objects.

    Attributes
    ----------
    html : str
        The HTML.
    title, given : str or None
        The title from the first heading, and the one that a notebook's renderer sets.
    toc : list
        `[title, id, level, children]` for each heading.
    ids : list or None
        The ids of all anchors on the page.
    links : dict or None
        For each linked page, by source path: its anchors, and the links as written.
    targets : dict
        The address of each linked file, by source path.
    anchors : list
        The arguments by which mkdocstrings registered names with autorefs.
    """

    html: str
    title: str | None
    given: str | None
    toc: list[Any]
    ids: list[str] | None
    links: dict[str, dict[str, str]] | None
    targets: dict[str, str]
    anchors: list[Any]

    def dump(self) -> bytes:
        """Return it as bytes for the cache."""
        return json.dumps(asdict(self)).encode("utf-8", "surrogatepass")

    @classmethod
    def load(cls, value: bytes) -> "Content":
        """Read it from the cache."""
        return cls(**json.loads(value.decode("utf-8", "surrogatepass")))

    def is_current(self, files: Files) -> bool:
        """Return whether all linked files still have the same address."""
        found = (
            (files.get_file_from_path(path), url) for path, url in self.targets.items()
        )
        return all(file is not None and file.url == url for file, url in found)


def record(
    page: Page, config: MkDocsConfig, files: Files, autorefs: AutorefsPlugin
) -> Content | None:
    """Render a page and return the result, or None if it can't be cached.

    A page that logs a message can't, because each build must print it. Nor can a page
    that shows symbols without naming them in an embed, because its key misses them.
    """
    targets: dict[str, str] = {}
    anchors: list[Any] = []
    shown: set[str] = set()
    titled = page.__dict__.get("title")
    mkdocstrings: Any = config.plugins["mkdocstrings"]
    with (
        _LogDetector() as detector,
        _recorded_links(files, targets),
        _recorded_anchors(autorefs, anchors),
        _recorded_symbols(mkdocstrings.get_handler("python"), shown),
    ):
        page.render(config, files)
    listed = set(may_embed(page.file.content_string))
    if detector.logged or page.content is None or not shown <= listed:
        return None
    title = page.__dict__.get("title")
    links = page.links_to_anchors
    return Content(
        html=page.content,
        title=page._title_from_render,
        given=None if title == titled else title,
        toc=[_pack(item) for item in page.toc],
        ids=None
        if page.present_anchor_ids is None
        else sorted(page.present_anchor_ids),
        links=None if links is None else {to.src_uri: at for to, at in links.items()},
        targets=targets,
        anchors=anchors,
    )


def restore(
    page: Page, content: Content, files: Files, autorefs: AutorefsPlugin
) -> None:
    """Set the result of rendering on a page, and repeat its calls of other objects."""
    page.content = content.html
    page.toc = TableOfContents([_unpack(item) for item in content.toc])
    for first in page.toc.items[:1]:
        first.active = True  # type: ignore[attr-defined]  # as get_toc of MkDocs does
    page._title_from_render = content.title
    if content.given is not None:
        page.title = content.given
    page.present_anchor_ids = None if content.ids is None else set(content.ids)
    page.links_to_anchors = None
    if content.links is not None:
        found = ((files.get_file_from_path(to), at) for to, at in content.links.items())
        page.links_to_anchors = {file: links for file, links in found if file}
    for arguments, named in content.anchors:
        autorefs.register_anchor(page, *arguments, **named)


@contextmanager
def _recorded_anchors(autorefs: AutorefsPlugin, anchors: list[Any]) -> Iterator[None]:
    """Record the names that are registered, without the page."""
    register = autorefs.register_anchor

    def record_call(page: Page, *arguments: Any, **named: Any) -> None:
        anchors.append([arguments, named])
        register(page, *arguments, **named)

    autorefs.register_anchor = record_call  # type: ignore[method-assign]
    try:
        yield
    finally:
        del autorefs.register_anchor  # so that the method of the class is used again


@contextmanager
def _recorded_symbols(handler: BaseHandler, shown: set[str]) -> Iterator[None]:
    """Record the symbols whose source is looked up."""
    collect = handler.collect

    def record_call(identifier: str, options: Any) -> Any:
        shown.add(identifier)
        return collect(identifier, options)

    handler.collect = record_call  # type: ignore[method-assign]
    try:
        yield
    finally:
        del handler.collect


@contextmanager
def _recorded_links(files: Files, targets: dict[str, str]) -> Iterator[None]:
    """Record the files that the links of a page lead to."""

    def record_call(path: str) -> File | None:
        file = type(files).get_file_from_path(files, path)
        if file is not None:
            targets[path] = file.url
        return file

    files.get_file_from_path = record_call  # type: ignore[method-assign]
    try:
        yield
    finally:
        del files.get_file_from_path


class _LogDetector(logging.Handler):
    """Detects whether any logger logs a message of level INFO or higher."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.logged = False

    def emit(self, record: logging.LogRecord) -> None:
        self.logged = True

    def __enter__(self) -> "_LogDetector":
        self.loggers = [logging.getLogger(name) for name in ("mkdocs", "")]
        for logger in self.loggers:
            logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        for logger in self.loggers:
            logger.removeHandler(self)


def _pack(item: AnchorLink) -> list[Any]:
    return [item.title, item.id, item.level, [_pack(child) for child in item.children]]


def _unpack(packed: list[Any]) -> AnchorLink:
    title, name, level, children = packed
    item = AnchorLink(title, name, level)
    item.children = [_unpack(child) for child in children]
    return item
