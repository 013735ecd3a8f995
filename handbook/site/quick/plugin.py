"""The plugin of MkDocs: what is the same is given back, the rest is made at once."""

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
from handbook.site.quick.cache import Cache, Compiled
from handbook.site.quick.contents import Content, record, restore
from handbook.site.quick.outputs import Output, Templates, environment
from handbook.site.quick.pool import for_each
from handbook.site.quick.saves import hear_at_once
from handbook.site.quick.sources import Sources

__all__ = ["QuickPlugin"]

_LOG = get_plugin_logger("quick")
_KNOWN = {
    "mkdocs": "1.6.",
    "mkdocs-autorefs": "1.",
    "mkdocs-jupyter": "0.26.",
    "mkdocs-material": "9.8.",
    "mkdocstrings": "1.",
}
"""The versions whose inner workings `contents` and `outputs` follow."""

_PLUGINS = {"autorefs", "material/search", "mkdocs-jupyter", "mkdocstrings", "quick"}


class QuickPlugin(BasePlugin):  # type: ignore[no-untyped-call,type-arg]
    """Hands each event of MkDocs to a build; to none where something is unknown."""

    @event_priority(100)  # before others ask the theme for templates
    def on_config(self, config: MkDocsConfig) -> None:
        """Look whether all is as this plugin knows it."""
        reason = _strange(config)
        self._build = None if reason else _Build(config)
        if reason:
            # No warning of MkDocs: a slow build is no reason for a strict one to fail.
            print(f"WARNING -  A slow build: {reason}", file=sys.stderr)

    @event_priority(-100)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Find which pages' HTML is kept, and make the others' on all processors."""
        if self._build:
            self._build.find_contents(nav, files)

    @event_priority(-100)
    def on_page_markdown(self, markdown: str, *, page: Page, **_: Any) -> None:
        """Let `Page.render` give what is kept, or keep what it gives."""
        if self._build:
            self._build.take_over(page)

    @event_priority(-200)  # when autorefs and mkdocstrings are done with the contents
    def on_env(self, env: Environment, **_: Any) -> None:
        """Find which finished pages are kept, and make the others on all processors."""
        if self._build:
            self._build.find_outputs(env)

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, **_: Any
    ) -> None:
        """Hear of a save at once."""
        if self._build:
            hear_at_once(server, config)

    def on_post_build(self, **_: Any) -> None:
        """Look after garbage again: a preview goes on."""
        gc.enable()

    def on_build_error(self, **_: Any) -> None:
        """Look after garbage again: a preview goes on."""
        gc.enable()


class _Build:
    """One build, with what is kept of the ones before.

    Parameters
    ----------
    config : MkDocsConfig
        Of a configuration that `_strange` has nothing against.
    """

    def __init__(self, config: MkDocsConfig) -> None:
        # Little of a build is garbage before its end, and looking for it costs a tenth.
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
        """Fill `contents` with what is kept and with what processes make."""
        self.nav, self.files = nav, files
        self.autorefs: Any = self.config.plugins["autorefs"]
        # Its style sheet is written where a page asked for a handler: kept ones did.
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
        _tell("Rendering", missing, self.pages)
        for name, made in (for_each(self._render, missing) or {}).items():
            if made is not None:
                self.contents[name] = made
                self.fresh[name] = self.keys[name], made.dump()

    def take_over(self, page: Page) -> None:
        """Put `restore` or `record` in the place of a page's `render`."""
        name = page.file.src_uri
        if name not in self.keys:
            return
        natural = page.render  # of a notebook: its own

        def render(config: MkDocsConfig, files: Files) -> None:
            page.render = natural  # type: ignore[method-assign]
            if name in self.contents:
                restore(page, self.contents[name], files, self.autorefs)
            elif content := record(page, config, files, self.autorefs):
                self.fresh[name] = self.keys[name], content.dump()

        page.render = render  # type: ignore[method-assign]

    def _render(self, name: str) -> Content | None:
        """Do in a process of its own what mkdocs.commands.build._populate_page does."""
        page, config, plugins = self.pages[name], self.config, self.config.plugins
        # Else this plugin's own hook would take over what is to be done here.
        self.keys.pop(name)
        config._current_page = page
        page = plugins.on_pre_page(page, config=config, files=self.files)
        page.read_source(config)
        page.markdown = plugins.on_page_markdown(
            page.markdown or "", page=page, config=config, files=self.files
        )
        return record(page, config, self.files, self.autorefs)

    def find_outputs(self, env: Environment) -> None:
        """Fill `outputs` with what is kept and with what processes make."""
        # What was saved while it was read may stand under the key of what was before.
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
        self.sources.see(self.nav)
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
        _tell("Finishing", missing, self.pages)
        made = for_each(self._finish, missing)
        if made is None:
            made = {name: self._finish(name) for name in missing}
        self.outputs |= made
        fresh = {name: (keys[name], output.dump()) for name, output in made.items()}
        now = Sources(self.config)
        now.see(self.nav)
        if now.shared == self.sources.shared:  # as above
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


def _tell(what: str, missing: Sequence[str], pages: Collection[str]) -> None:
    """Say before it begins what may take minutes in a large book."""
    if missing:
        _LOG.info("%s %d of %d pages", what, len(missing), len(pages))


def _strange(config: MkDocsConfig) -> str:
    """Say what is not as this plugin knows it; empty where all is."""
    for name, known in _KNOWN.items():
        if not version(name).startswith(known):
            return f"handbook.site.quick knows {name} {known}x, not {version(name)}"
    if unknown := sorted(set(config.plugins) - _PLUGINS):
        return f"handbook.site.quick does not know the plugin {unknown[0]}"
    if missing := sorted({"material/search", "mkdocstrings"} - set(config.plugins)):
        return f"handbook.site.quick misses the plugin {missing[0]}"
    if "INHERIT:" in Path(config.config_file_path).read_text(encoding="utf-8"):
        return "handbook.site.quick follows no INHERIT in mkdocs.yml"
    if config.plugins["mkdocstrings"].config.get("enable_inventory") is not False:
        # What goes into one depends on the order in which pages were made.
        return "handbook.site.quick writes no inventory: set enable_inventory: false"
    return ""
