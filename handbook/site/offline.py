"""Pack the finished site into a zip, which opens from a folder without a server.

From a file, a browser doesn't open `explore/nulls/`, start a worker or fetch an index.
So links name the file itself, the search index is a script, and a shim (iframe-worker
from npm) replaces the worker. All other files stay the same.
"""

import argparse
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from handbook.base.errors import WrongUse
from handbook.base.files import open_whole
from handbook.book.layout import find_root
from handbook.site import wheel

__all__ = ["call", "pack"]

_SHIM = Path(".cache/node/node_modules/iframe-worker")
_LINK = re.compile(r'(?<=\bhref=")[^"]*')
_CONFIG = re.compile(r'(?<=<script id="__config" type="application/json">).*?(?=</scr)')
# Preloads have `crossorigin`, which is an error if the page is opened from a file.
_PRELOAD = re.compile(r' *<link rel="preload"[^>]*>\n')
_LEFT_OUT = {"404.html", "sitemap.xml", "search/search_index.json"}


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    print(pack(find_root(Path.cwd()), arguments.site, Path.cwd()))
    return 0


def pack(root: Path, site: Path, folder: Path) -> Path:
    """Write the zip, with the same bytes for the same site.

    Parameters
    ----------
    root : Path
        The book's root, with the packages from npm below its `.cache`.
    site : Path
        The finished site.
    folder : Path
        The folder for the zip, `two-mountains-0.1.0.zip`. The zip contains one folder
        of the same name.

    Raises
    ------
    WrongUse
        If the site is not finished, or if the packages from npm are missing.
    """
    if not (site / "llms.txt").is_file():
        raise WrongUse(f"{site} is not a finished site: run `make offline`")
    if not (root / _SHIM).is_dir():
        raise WrongUse(f"{_SHIM} is not there: `make offline` fetches it")
    name = "-".join(wheel.filename(root).split("-")[:2]).replace("_", "-")
    target = folder / f"{name}.zip"
    with open_whole(target) as file, zipfile.ZipFile(file, "w") as archive:
        for path, content in _files(root, site):
            entry = zipfile.ZipInfo(f"{name}/{path}")  # always with the same date
            entry.external_attr = 0o644 << 16
            packed = path.endswith((".whl", ".woff2"))
            kind = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, kind)
    return target


def _files(root: Path, site: Path) -> Iterator[tuple[str, bytes]]:
    notice = (root / _SHIM / "LICENSE").read_text(encoding="utf-8")
    shim = (root / _SHIM / "shim/index.js").read_text(encoding="utf-8")
    yield "assets/iframe-worker.js", f"/*!\n{notice}*/\n{shim}".encode()
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    for entry in index["docs"]:
        entry["location"] = _file_link(entry["location"] or "./")
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    yield "search/search_index.js", f"var __index = {text}".encode()
    for file in sorted(path for path in site.rglob("*") if path.is_file()):
        path = file.relative_to(site).as_posix()
        if path in _LEFT_OUT:
            continue
        content = file.read_bytes()
        if file.suffix == ".html":
            up = "../" * path.count("/")
            content = _offline(content.decode(), up).encode()
        yield path, content


def _offline(html: str, up: str) -> str:
    """Return a page that works from a file; `up` is the relative path to the root."""
    html = _PRELOAD.sub("", _LINK.sub(lambda link: _file_link(link[0]), html))
    html = _CONFIG.sub(lambda config: _without_fetching(config[0]), html, count=1)
    shim = f'<script src="{up}assets/iframe-worker.js"></script>\n  </head>'
    return html.replace("</head>", shim, 1)


def _without_fetching(config: str) -> str:
    """Return the theme's configuration without the features that fetch pages."""
    settings = json.loads(config)
    fetching = "navigation.instant"  # and features whose names begin with it
    kept = [name for name in settings["features"] if not name.startswith(fetching)]
    return json.dumps(settings | {"features": kept})


def _file_link(link: str) -> str:
    """Return a link to the file that a server would send for a folder."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or not parts.path:
        return link
    last = parts.path.rpartition("/")[2]
    if last not in {"", ".", ".."}:
        return link
    path = f"{parts.path.rstrip('/')}/index.html".removeprefix("./")
    return parts._replace(path=path).geturl()
