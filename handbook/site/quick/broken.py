"""Show in the browser why the book can't be built; MkDocs then answers nothing."""

import html
import logging
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from mkdocs.livereload import LiveReloadServer

__all__ = ["REASONS", "tell_reasons"]

REASONS: dict[str, str] = {}
"""Why the preview is broken, by what failed; empty while it isn't."""

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="1">
<title>The book is broken</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 sans-serif; margin: 3rem auto; max-width: 50rem }}
pre {{ overflow-wrap: anywhere; white-space: pre-wrap }}
</style>
<h1>The book is broken</h1>
<pre>{}</pre>
<p>This page goes on as soon as the book is whole.</p>
"""


def tell_reasons(server: LiveReloadServer) -> None:
    """Answer with the reason while a build fails, and with the pages otherwise.

    Parameters
    ----------
    server : LiveReloadServer
        A server that is not yet started.
    """
    errors = _Errors(level=logging.WARNING)
    logging.getLogger("mkdocs").addHandler(errors)
    build, answer = server.builder, server.serve_request

    def build_or_keep_reason() -> None:
        errors.messages.clear()
        try:
            build()
        except (Exception, SystemExit) as error:
            if not isinstance(error, SystemExit):
                traceback.print_exc()
            errors.messages.append(f"{type(error).__name__}: {error}")
            REASONS["build"] = "\n".join(errors.messages)
        else:
            REASONS.pop("build", None)

    def answer_or_tell(
        environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if not REASONS or environ["PATH_INFO"].startswith("/livereload/"):
            return answer(environ, start_response)
        # Not 503: MkDocs logs that as a warning, for which a strict build then fails.
        start_response("200 OK", [("Content-Type", "text/html")])
        return [_PAGE.format(html.escape("\n".join(REASONS.values()))).encode()]

    server.builder = build_or_keep_reason
    server.set_app(answer_or_tell)


class _Errors(logging.Handler):
    """Collects what a build warns of: the book's builds are strict."""

    def __init__(self, *, level: int) -> None:
        super().__init__(level)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message, unless it is about a request."""
        if record.name != "mkdocs.livereload":
            self.messages.append(record.getMessage())
