"""Compute the keys of a page's HTML and of the finished page."""

import functools
import hashlib
import io
import json
import os
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.yaml import yaml_load

from handbook.base.cache import code_version
from handbook.book.scan import may_embed
from handbook.site.quick import outputs
from handbook.site.quick.cache import digest

__all__ = ["Sources"]

_GENERATED = re.compile(r"\{% set (?:book|units) = (.*) %\}\n", re.DOTALL)


class Sources:
    """Everything that pages are made of, read once for each build.

    Parameters
    ----------
    config : MkDocsConfig
        The configuration, from the command line and mkdocs.yml.
    """

    def __init__(self, config: MkDocsConfig) -> None:
        self.root = Path(config.config_file_path).parent
        written = _read_config(Path(config.config_file_path).read_bytes())
        given = {
            key: config[key]
            for key in (
                "site_url",
                "use_directory_urls",
                "strict",
                "edit_uri",
                "repo_url",
            )
        }
        self.variant = digest([written, given])
        self._tools = code_version()
        theme = self.root / "theme"
        self._templates = digest(_folder(theme, but="generated"))
        # These are used to render the content; those in overrides/ only later.
        inner = [theme / name for name in ("templates", "jupyter")]
        self._inner = digest([_folder(path, but="generated") for path in inner])
        self._units = _generated(
            theme / "templates/python/material/generated.html.jinja"
        )
        self._book = _generated(theme / "overrides/generated.html")
        self._modules: dict[Path, list[Any]] = {}

    def content_key(self, page: Page) -> str | None:
        """Return the key of the HTML of a page's Markdown, without its links.

        Return None if the page shows a symbol that doesn't exist.
        """
        source = page.file.content_string
        shown = []
        for symbol in dict.fromkeys(may_embed(source)):
            unit = self._module_files(symbol)
            if unit is None:
                return None
            shown.append([symbol, unit, self._unit_data(symbol)])
        return digest(
            [
                self.variant,
                self._tools,
                self._inner,
                page.file.src_uri,
                page.url,
                source,
                shown,
            ]
        )

    def read_nav(self, nav: Navigation) -> None:
        """Read the navigation, which is complete only when all contents are rendered.

        Our templates use the data of `handbook generate` about the book and about the
        page itself, but not about other pages.
        """
        book = self._book if isinstance(self._book, dict) else {"all": self._book}
        self._pages = book.get("pages", {})
        whole = {key: value for key, value in book.items() if key != "pages"}
        self.shared = digest(
            [
                self.variant,
                self._tools,
                self._templates,
                outputs.describe_nav(nav),
                whole,
            ]
        )

    def output_key(self, page: Page) -> str:
        """Return the key of a finished page."""
        facts = self._pages.get(page.file.src_uri)
        return digest([self.shared, outputs.describe_page(page), facts])

    def _module_files(self, symbol: str) -> list[Any] | None:
        """Return the digests of all files that a symbol's module can import from."""
        names = symbol.split(".")
        for depth in (3, 2):
            stem = self.root.joinpath(*names[:depth])
            for path in (stem, stem.with_suffix(".py")):
                if path.exists():
                    if path not in self._modules:
                        self._modules[path] = (
                            _folder(path)
                            if path.is_dir()
                            else [[path.name, _hash(path)]]
                        )
                    return self._modules[path]
        return None

    def _unit_data(self, symbol: str) -> Any:
        if not isinstance(self._units, dict):
            return self._units
        module = ".".join(symbol.split(".")[:3])
        return {
            name: unit
            for name, unit in self._units.items()
            if name.startswith(module) or module.startswith(name)
        }


@functools.lru_cache(maxsize=1)
def _read_config(content: bytes) -> dict[str, Any]:
    """Return mkdocs.yml with !ENV resolved, without the nav, which has its own key."""
    written: dict[str, Any] = yaml_load(io.BytesIO(content))
    return {key: _plain(value) for key, value in written.items() if key != "nav"}


def _generated(path: Path) -> Any:
    """Read the data of `handbook generate` for templates, or the text if not JSON."""
    if not path.exists():
        return None
    text = path.read_text(encoding="utf-8")
    match = _GENERATED.search(text)
    try:
        return json.loads(match[1]) if match else text
    except ValueError:
        return text


def _folder(folder: Path, *, but: str = "") -> list[Any]:
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            if not (but and name.startswith(but)):
                path = Path(parent, name)
                found.append([path.relative_to(folder).as_posix(), _hash(path)])
    return found


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value as plain data, with functions replaced by their names."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if callable(value):
        return f"{value.__module__}.{value.__qualname__}"
    return value if isinstance(value, str | int | float | bool | None) else str(value)
