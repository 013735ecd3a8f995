"""The MkDocs plugin: reuse unchanged pages, and render the others in parallel."""

import gc
import sys
from collections.abc import Callable, Collection, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from handbook.base.cache import cache_folder
from handbook.site.quick import outputs
from handbook.site.quick.broken import tell_reasons
from handbook.site.quick.cache import Cache, Compiled
from handbook.site.quick.contents import Content, record, restore
from handbook.site.quick.outputs import Output, Templates, environment
from handbook.site.quick.pool import for_each
from handbook.site.quick.saves import watch_saves
from handbook.site.quick.sources import Sources

__all__ = ["QuickPlugin"]

_LOG = get_plugin_logger("quick")
_SUPPORTED = {
    "mkdocs": "1.6.",
    "mkdocs-autorefs": "1.",
    "mkdocs-jupyter": "0.26.",
    "mkdocs-material": "9.8.",
    "mkdocstrings": "1.",
}
"""The versions whose internals `contents` and `outputs` rely on."""

_PLUGINS = {"autorefs", "material/search", "mkdocs-jupyter", "mkdocstrings", "quick"}


class QuickPlugin(BasePlugin):  # type: ignore[no-untyped-call,type-arg]
    """Passes the events of MkDocs to a build; does nothing in an unsupported setup."""

    @event_priority(100)  # before other plugins use the theme's templates
    def on_config(self, config: MkDocsConfig) -> None:
        """Check whether the setup is supported, and start a build if so."""
        reason = _unsupported(config)
        self._build = None if reason else _Build(config)
        if reason:
            # Not logged as a warning, which would make a strict build fail.
            print(f"WARNING -  A slow build: {reason}", file=sys.stderr)

    @event_priority(-100)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Read the cached HTML of pages, and render the others on all processors."""
        if self._build:
            self._build.find_contents(nav, files)

    @event_priority(-100)
    def on_page_markdown(self, markdown: str, *, page: Page, **_: Any) -> None:
        """Let `Page.render` use the cached HTML, or cache its result."""
        if self._build:
            self._build.replace_render(page)

    @event_priority(-200)  # after autorefs and mkdocstrings have changed the contents
    def on_env(self, env: Environment, **_: Any) -> None:
        """Read the cached finished pages, and make the others on all processors."""
        if self._build:
            self._build.find_outputs(env)

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, **_: Any
    ) -> None:
        """Watch for saves, so that a build starts at once; tell why one fails."""
        tell_reasons(server)
        if self._build:
            watch_saves(server, config)

    def on_post_build(self, **_: Any) -> None:
        """Turn garbage collection on again, because a preview keeps running."""
        gc.enable()

    def on_build_error(self, **_: Any) -> None:
        """Turn garbage collection on again, because a preview keeps running."""
        gc.enable()


class _Build:
    """One build, with the cache of earlier ones.

    Parameters
    ----------
    config : MkDocsConfig
        A configuration that is supported.
    """

    def __init__(self, config: MkDocsConfig) -> None:
        # A build makes little garbage, and collecting it takes a tenth of the time.
        gc.disable()
        self.config = config
        self.sources = Sources(config)
        folder = cache_folder(Path(config.config_file_path).parent) / "site"
        self.cache = Cache(folder, self.sources.variant)
        self.bytecode = Compiled(folder / "templates")
        config.theme.get_env = partial(environment, config.theme.get_env, self.bytecode)  # type: ignore[method-assign]
        self.contents: dict[str, Content] = {}
        self.outputs: dict[str, Output] = {}
        self.fresh: dict[str, tuple[str, bytes]] = {}
        self.keys: dict[str, str] = {}

    def find_contents(self, nav: Navigation, files: Files) -> None:
        """Fill `contents` from the cache, and with pages rendered in parallel."""
        self.nav, self.files = nav, files
        self.autorefs: Any = self.config.plugins["autorefs"]
        # mkdocstrings writes its style sheet only if a page has used a handler, and
        # cached pages use none.
        mkdocstrings: Any = self.config.plugins["mkdocstrings"]
        mkdocstrings.get_handler("python").env.bytecode_cache = self.bytecode
        found = {file.src_uri: file.page for file in files.documentation_pages()}
        self.pages: dict[str, Page] = {
            name: page for name, page in found.items() if page
        }
        kept = self.cache.read("content")
        missing = []
        for name, page in self.pages.items():
            key = self.sources.content_key(page)
            if key is None:
                continue
            self.keys[name] = key
            old, value = kept.get(name, ("", b""))
            if old == key and (content := Content.load(value)).is_current(files):
                self.contents[name] = content
            else:
                missing.append(name)
        self.gone = kept.keys() - self.keys.keys()
        _log_progress("Rendering", missing, self.pages)
        for name, made in (for_each(self._render, missing) or {}).items():
            if made is not None:
                self.contents[name] = made
                self.fresh[name] = self.keys[name], made.dump()

    def replace_render(self, page: Page) -> None:
        """Replace a page's `render` by `restore` or `record`."""
        name = page.file.src_uri
        if name not in self.keys:
            return
        original = page.render  # a notebook has its own

        def render(config: MkDocsConfig, files: Files) -> None:
            page.render = original  # type: ignore[method-assign]
            if name in self.contents:
                restore(page, self.contents[name], files, self.autorefs)
            elif content := record(page, config, files, self.autorefs):
                self.fresh[name] = self.keys[name], content.dump()

        page.render = render  # type: ignore[method-assign]

    def _render(self, name: str) -> Content | None:
        """Render a page in a forked process, as `_populate_page` of MkDocs does."""
        page, config, plugins = self.pages[name], self.config, self.config.plugins
        # So that this plugin's own hook leaves `render` as it is.
        self.keys.pop(name)
        config._current_page = page
        page = plugins.on_pre_page(page, config=config, files=self.files)
        page.read_source(config)
        page.markdown = plugins.on_page_markdown(
            page.markdown or "", page=page, config=config, files=self.files
        )
        return record(page, config, self.files, self.autorefs)

    def find_outputs(self, env: Environment) -> None:
        """Fill `outputs` from the cache, and with pages finished in parallel."""
        # A page that was saved during the build may have the key of its old content.
        now = Sources(self.config)
        same = {
            name: made
            for name, made in self.fresh.items()
            if now.content_key(self.pages[name]) == made[0]
        }
        self.cache.write("content", same, self.gone)
        self.env = env
        self.search: Any = self.config.plugins["material/search"].search_index  # type: ignore[attr-defined]
        add = self.search.add_entry_from_context
        self.search.add_entry_from_context = lambda page: outputs.index_page(add, page)
        self.sources.read_nav(self.nav)
        kept = self.cache.read("output")
        keys = {
            name: self.sources.output_key(page) for name, page in self.pages.items()
        }
        missing = []
        for name, key in keys.items():
            old, value = kept.get(name, ("", b""))
            if old == key:
                self.outputs[name] = Output.load(value)
            else:
                missing.append(name)
        _log_progress("Finishing", missing, self.pages)
        made = for_each(self._finish, missing)
        if made is None:
            made = {name: self._finish(name) for name in missing}
        self.outputs |= made
        fresh = {name: (keys[name], output.dump()) for name, output in made.items()}
        now = Sources(self.config)
        now.read_nav(self.nav)
        if now.shared == self.sources.shared:  # else a file was saved during the build
            self.cache.write("output", fresh, kept.keys() - keys.keys())
        env.get_template = Templates(env, self.outputs)  # type: ignore[method-assign]
        self.search.add_entry_from_context = lambda page: self._index(add, page)

    def _finish(self, name: str) -> Output:
        page, documents = self.pages[name], self.files.documentation_pages()
        return outputs.finish(
            page, self.config, self.nav, documents, self.env, self.search
        )

    def _index(self, add: Callable[[Page], None], page: Page) -> None:
        output = self.outputs.get(page.file.src_uri)
        if output:
            self.search.entries.extend(output.entries)
        else:
            add(page)


def _log_progress(what: str, missing: Sequence[str], pages: Collection[str]) -> None:
    """Log what comes next, because it can take minutes in a large book."""
    if missing:
        _LOG.info("%s %d of %d pages", what, len(missing), len(pages))


def _unsupported(config: MkDocsConfig) -> str:
    """Return why a setup is not supported, or an empty text if it is."""
    for name, known in _SUPPORTED.items():
        if not version(name).startswith(known):
            return f"handbook.site.quick supports {name} {known}x, not {version(name)}"
    if unknown := sorted(set(config.plugins) - _PLUGINS):
        return f"handbook.site.quick does not support the plugin {unknown[0]}"
    if missing := sorted({"material/search", "mkdocstrings"} - set(config.plugins)):
        return f"handbook.site.quick needs the plugin {missing[0]}"
    if "INHERIT:" in Path(config.config_file_path).read_text(encoding="utf-8"):
        return "handbook.site.quick does not support INHERIT in mkdocs.yml"
    if config.plugins["mkdocstrings"].config.get("enable_inventory") is not False:
        # Its content depends on the order in which pages are made.
        message = "does not support an inventory: set enable_inventory: false"
        return f"handbook.site.quick {message}"
    return ""
