"""A published site is read, but not trusted, and can't redirect us to another host."""

import functools
import http.server
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import pytest

from handbook.copier import source
from tests.handbook.copier.upstream import MODULE, NULLS, Handbook, Upstream, tree


class _Site(http.server.SimpleHTTPRequestHandler):
    """A static host with paths that return broken answers."""

    asked: ClassVar[list[str]] = []
    elsewhere: ClassVar[str] = ""

    def do_GET(self) -> None:
        self.asked.append(self.path)
        fault = self.path.split("/")[1]
        answer = getattr(self, f"_{fault}", None)
        if answer is None:
            super().do_GET()
        else:
            answer()

    def _html(self) -> None:
        self._send(b"<!doctype html><title>Sign in</title>")

    def _truncated(self) -> None:
        self._send(b'{"schema": 1,', length=5000)

    def _huge(self) -> None:
        self._send(b"[" + b"1, " * 3_000_000)

    def _slow(self) -> None:
        self._send(b"", length=1000)
        for _ in range(50):
            time.sleep(0.05)
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def _garbage(self) -> None:
        self.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")

    def _scheme(self) -> None:
        self._redirect("file:///etc/hostname")

    def _host(self) -> None:
        self._redirect(self.elsewhere)

    def _loop(self) -> None:
        self._redirect(self.path)

    def _moved(self) -> None:
        self._redirect(self.path.removeprefix("/moved"))

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.end_headers()

    def _send(self, content: bytes, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(length or len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except OSError:
            return  # the client has closed the connection

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as in the base class
        """Log nothing."""


@contextmanager
def _serve(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Site, directory=os.fspath(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


@pytest.fixture
def site(upstream: Upstream) -> Iterator[str]:
    """The published folder on loopback, and again on another port."""
    with _serve(upstream.folder) as address, _serve(upstream.folder) as elsewhere:
        _Site.elsewhere = f"{elsewhere}registry.json"
        _Site.asked.clear()
        yield address


def test_a_site_is_the_source_of_a_copy_and_of_its_upgrade(
    upstream: Upstream, project: Path, site: str, handbook: Handbook
) -> None:
    assert handbook("add", "explore.nulls", "--from", site).status == 0
    assert (project / MODULE).read_text("utf-8") == NULLS
    assert f'source = "{site}"' in (project / "handbook.lock").read_text("utf-8")

    upstream.publish(files={"nulls.py": NULLS + "# newer\n"})
    assert handbook("status", "--check").status == 1
    assert handbook("upgrade").status == 0
    assert (project / MODULE).read_text("utf-8") == NULLS + "# newer\n"


def test_status_requests_only_the_registry_and_only_once(
    upstream: Upstream, site: str, handbook: Handbook
) -> None:
    upstream.publish("engineer.api", {"api.py": "A = 1\n"})
    for name in ("explore.nulls", "engineer.api"):
        handbook("add", name, "--from", site)
    _Site.asked.clear()

    assert handbook("status", "--check").status == 0
    assert _Site.asked == ["/registry.json"]


def test_an_address_may_have_letters_of_any_alphabet(
    upstream: Upstream, project: Path, site: str, handbook: Handbook
) -> None:
    upstream.folder.joinpath("büc her").symlink_to(upstream.folder)

    assert handbook("add", "explore.nulls", "--from", f"{site}büc her").status == 0
    assert handbook("status", "--check").status == 0
    assert f'"{site}b%C3%BCc%20her/"' in (project / "handbook.lock").read_text("utf-8")


@pytest.mark.parametrize("end", ["", "registry.json"])
def test_the_end_of_an_address_does_not_matter(
    project: Path, site: str, handbook: Handbook, end: str
) -> None:
    address = site.removesuffix("/") + (f"/{end}" if end else "")
    assert handbook("add", "explore.nulls", "--from", address).status == 0
    assert f'source = "{site}"' in (project / "handbook.lock").read_text("utf-8")


def test_a_redirect_within_the_site_is_followed(site: str, handbook: Handbook) -> None:
    assert handbook("add", "explore.nulls", "--from", f"{site}moved/").status == 0


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("gone", "the site answers 404"),
        ("html", "registry.json is not JSON"),
        ("truncated", "is not JSON"),
        ("garbage", "the answer is broken"),
        ("huge", "is larger than"),
        ("scheme", "is not allowed"),
        ("host", "the site redirects to another one, http://127.0.0.1:"),
        ("loop", "infinite loop"),
    ],
)
def test_a_broken_site_is_refused_in_one_line(
    project: Path,
    site: str,
    handbook: Handbook,
    fault: str,
    reason: str,
) -> None:
    before = tree(project)

    result = handbook("add", "explore.nulls", "--from", f"{site}{fault}/")

    assert result.status == 2
    assert reason in result.err
    assert result.err.count("\n") == 1
    assert tree(project) == before
    assert all(path.startswith(f"/{fault}/") for path in _Site.asked)


def test_a_site_that_is_too_slow_is_refused(
    project: Path, site: str, handbook: Handbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "TIMEOUT", 0.5)
    before = tree(project)

    result = handbook("add", "explore.nulls", "--from", f"{site}slow/")

    assert (result.status, tree(project)) == (2, before)
    assert "no answer in 0.5 s" in result.err


def test_a_tampered_file_of_a_site_is_refused(
    upstream: Upstream, project: Path, site: str, handbook: Handbook
) -> None:
    (upstream.folder / "code/snippets/explore/nulls.py").write_text("import evil\n")
    before = tree(project)

    result = handbook("add", "explore.nulls", "--from", site)

    assert (result.status, tree(project)) == (2, before)
    assert "its hash differs" in result.err


def test_an_address_without_a_server_is_refused_in_one_line(handbook: Handbook) -> None:
    result = handbook("search", "null", "--from", "http://127.0.0.1:9/")
    assert (result.status, result.err.count("\n")) == (2, 1)
    assert "refused" in result.err


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://ann@example.org/", "leave name and password out"),
        ("https://example.org/?page=1", "without ? and #"),
        ("ftp://example.org/", "begins with https://"),
        ("file:///etc/", "begins with https://"),
        ("https:///registry.json", "begins with https://"),
        ("http://[::1", "Invalid IPv6"),
        ("http://127.0.0.1:99999/", "Port out of range"),
        ("https://example.org/code/book.whl", "the site that offers this wheel"),
    ],
)
def test_an_unusable_address_is_refused_before_any_request(
    handbook: Handbook, address: str, reason: str
) -> None:
    result = handbook("add", "explore.nulls", "--from", address)
    assert (result.status, reason in result.err) == (2, True)
    assert "ann@" not in result.err
