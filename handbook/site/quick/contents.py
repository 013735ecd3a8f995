"""The HTML of a page's Markdown, with all that making it did besides."""

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


@dataclass(slots=True)
class Content:
    """What `Page.render` made of a page, and what it told others on the way.

    Attributes
    ----------
    title, given : str or None
        As the first heading has it; as a notebook's own rendering sets it.
    toc : list
        `[title, id, level, children]` for each heading.
    links : dict
        Of each page that is linked to, by source path: anchors, and links as written.
    targets : dict
        The address that each linked file had, by source path.
    anchors : list
        Arguments of the calls by which mkdocstrings registered names with autorefs.
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
        """Write it for the cache."""
        return json.dumps(asdict(self)).encode("utf-8", "surrogatepass")

    @classmethod
    def load(cls, value: bytes) -> "Content":
        """Read it from the cache."""
        return cls(**json.loads(value.decode("utf-8", "surrogatepass")))

    def is_current(self, files: Files) -> bool:
        """Tell whether every link still leads where it led."""
        found = (
            (files.get_file_from_path(path), url) for path, url in self.targets.items()
        )
        return all(file is not None and file.url == url for file, url in found)


def record(
    page: Page, config: MkDocsConfig, files: Files, autorefs: AutorefsPlugin
) -> Content | None:
    """Render a page and give what that did, or None where it must be done again.

    A complaint must be heard at every build. And where more was shown than the page's
    lines tell, in a list or by a docstring, no key follows it.
    """
    targets: dict[str, str] = {}
    anchors: list[Any] = []
    shown: set[str] = set()
    titled = page.__dict__.get("title")
    mkdocstrings: Any = config.plugins["mkdocstrings"]
    with (
        _Ear() as ear,
        _followed(files, targets),
        _tapped(autorefs, anchors),
        _collected(mkdocstrings.get_handler("python"), shown),
    ):
        page.render(config, files)
    listed = set(may_embed(page.file.content_string))
    if ear.complaints or page.content is None or not shown <= listed:
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
    """Do to a page, and tell others, what rendering it did."""
    page.content = content.html
    page.toc = TableOfContents([_unpack(item) for item in content.toc])
    for first in page.toc.items[:1]:
        first.active = True  # type: ignore[attr-defined]  # as mkdocs' get_toc has it
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
def _tapped(autorefs: AutorefsPlugin, anchors: list[Any]) -> Iterator[None]:
    """Note the names that are registered, but for the page, which is known."""
    register = autorefs.register_anchor

    def note(page: Page, *arguments: Any, **named: Any) -> None:
        anchors.append([arguments, named])
        register(page, *arguments, **named)

    autorefs.register_anchor = note  # type: ignore[method-assign]
    try:
        yield
    finally:
        del autorefs.register_anchor  # the class's shows again


@contextmanager
def _collected(handler: BaseHandler, shown: set[str]) -> Iterator[None]:
    """Note the symbols whose source is looked up."""
    collect = handler.collect

    def note(identifier: str, options: Any) -> Any:
        shown.add(identifier)
        return collect(identifier, options)

    handler.collect = note  # type: ignore[method-assign]
    try:
        yield
    finally:
        del handler.collect


@contextmanager
def _followed(files: Files, targets: dict[str, str]) -> Iterator[None]:
    """Note which files a page's links found."""

    def note(path: str) -> File | None:
        file = type(files).get_file_from_path(files, path)
        if file is not None:
            targets[path] = file.url
        return file

    files.get_file_from_path = note  # type: ignore[method-assign]
    try:
        yield
    finally:
        del files.get_file_from_path


class _Ear(logging.Handler):
    """Hears what any logger has to say from INFO on."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.complaints = False

    def emit(self, record: logging.LogRecord) -> None:
        self.complaints = True

    def __enter__(self) -> "_Ear":
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
