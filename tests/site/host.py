"""The built site, served on loopback as any host would serve it."""

import gzip
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from functools import cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

__all__ = ["KINDS", "PAGES", "ROOT", "SITE", "Host", "serve"]

ROOT = Path(__file__).parents[2]
# Whoever builds the site elsewhere says where.
SITE = Path(os.environ.get("SITE", ROOT / "site")).resolve()
PAGES = sorted(
    path.relative_to(SITE).as_posix().removesuffix("index.html")
    for path in SITE.rglob("index.html")
    if "<h1>This page has moved</h1>" not in path.read_text("utf-8")
)
# A page of each kind: what holds for these is likely to hold for all.
KINDS = [
    "",
    "basecamp/choose/",
    "explore/nulls/",
    "late_flights/leg-1/",
    "operate/oncall/",
    "pathways/alone/",
    "reference/catalogue/",
    "reference/glossary/",
    "contribute/rules/",
    "404.html",
]
_TEXT = {".css", ".html", ".js", ".json", ".md", ".py", ".svg", ".txt", ".xml"}
# The sitemap names the address that the site was built for, and the theme believes it.
_BUILT_FOR = os.environ.get("SITE_URL", "http://127.0.0.1:8000/")


@cache
def _packed(path: Path, origin: str) -> bytes:
    content = path.read_bytes()
    if path.name == "sitemap.xml":
        content = content.replace(_BUILT_FOR.encode(), origin.encode())
    return gzip.compress(content, mtime=0)


@dataclass
class Host:
    """Where the site is served, and what has been sent."""

    address: str
    """Without a slash at its end."""
    sent: list[tuple[str, int]] = field(default_factory=list)
    """Path and bytes on the wire, heads included, of each answer."""


class _Handler(SimpleHTTPRequestHandler):
    """Text is sent packed, files keep for ten minutes, what is missing has a page."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """Say nothing: pytest's output is for failures."""

    def log_error(self, *_: object) -> None:
        """Say nothing: the browser's console does."""

    def __init__(self, *args: Any, host: Host, **options: Any) -> None:
        self.host = host
        super().__init__(*args, **options)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=600")
        # Typeshed does not know the buffer.
        lines: list[bytes] = self._headers_buffer  # type: ignore[attr-defined]
        head = sum(map(len, lines)) + len(b"\r\n")
        self.host.sent.append((self.path, head))
        super().end_headers()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        content = source.read()
        self.host.sent.append((self.path, len(content)))
        outputfile.write(content)

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        path = Path(self.translate_path(self.path))
        if self.path.partition("?")[0].endswith("/"):
            path /= "index.html"
        if path.suffix in _TEXT and path.is_file():
            return self._send_packed(path, HTTPStatus.OK)
        if not path.exists():
            return self._send_packed(
                Path(self.directory) / "404.html", HTTPStatus.NOT_FOUND
            )
        return super().send_head()

    def _send_packed(self, path: Path, status: HTTPStatus) -> io.BytesIO | None:
        changed = int(path.stat().st_mtime)
        asked = self.headers.get("If-Modified-Since")
        if asked and parsedate_to_datetime(asked).timestamp() >= changed:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.end_headers()
            return None
        content = _packed(path, f"{self.host.address}/")
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", formatdate(changed, usegmt=True))
        self.end_headers()
        return io.BytesIO(content)


@contextmanager
def serve(site: Path) -> Iterator[Host]:
    """Serve the site in a folder."""
    host = Host("")
    handler = partial(_Handler, directory=str(site), host=host)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        host.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield host
        server.shutdown()
