"""Add to the built site what MkDocs does not write: Markdown, llms.txt, the wheel.

It also removes from the search index what nobody searches for, and from the pages what
nobody sees. It writes no dates, so a second run changes no byte.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from handbook.base.errors import WrongUse
from handbook.base.files import write_whole
from handbook.book.book import Book
from handbook.book.front_matter import FrontMatter, read_all
from handbook.book.layout import (
    address_of,
    copy_of,
    find_root,
    path_of,
    source_of,
    sources_at,
)
from handbook.book.symbols import Symbols
from handbook.site import wheel
from handbook.site.built import highlight, llms, markdown, redirects, search
from handbook.site.built.census import census
from handbook.site.built.markdown import Card

__all__ = ["call", "finish"]


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    return finish(Book(find_root(Path.cwd())), arguments.site)


def finish(book: Book, site: Path) -> int:
    """Finish a site that MkDocs built from a book.

    Parameters
    ----------
    book : Book
        The book.
    site : Path
        The built site.

    Returns
    -------
    int
        The exit status: 1 if an embed names nothing, front matter is broken, or the
        site shows a block that no page accounts for; else 0.

    Raises
    ------
    WrongUse
        If `site` is not a built site, or a former address of a page cannot be one.
    """
    if not (site / "index.html").is_file():
        raise WrongUse(f"{site} is not a built site: run `mkdocs build` first")
    sources = list(_sources(book.root / "docs", site))
    notebooks = book.find()[1]
    paths = sorted({*map(path_of, sources), *notebooks})
    heads, problems = read_all(book.files, paths)
    if problems:
        for problem in problems:
            print(problem, file=sys.stderr)
        return 1
    unknown = census(book, site)
    for problem in unknown:
        print(problem, file=sys.stderr)
    if unknown:
        return 1
    read_card = _card_reader(book.root)
    for source in sources:
        try:
            copies = _copies(book.root, source, read_card)
        except KeyError as error:
            print(f"docs/{source}: there is no {error.args[0]}", file=sys.stderr)
            return 1
        for address, content in copies.items():
            write_whole(site / address, content)
    redirects.write_redirects(book.root, heads, site)
    contents = llms.render(book.config, heads)
    write_whole(site / "llms.txt", contents.encode())
    _thin_search(book, site, heads)
    highlight.strip(site)
    if book.files.has(Path("pyproject.toml")):
        wheel.build(book.root, site / "code")
    # The packed sitemap contains the minute when MkDocs packed it. Nobody needs it,
    # since hosts compress what they send.
    (site / "sitemap.xml.gz").unlink(missing_ok=True)
    return 0


def _thin_search(book: Book, site: Path, heads: Iterable[FrontMatter]) -> None:
    pages = book.read(book.find()[0])
    outputs = {
        fence.code
        for page in pages
        for fence in page.fences
        if fence.fate == "expected"
    }
    tags = {
        address_of(source_of(head.path)): [str(tag) for _, tag in head.items("tags")]
        for head in heads
        if head.path.suffix == ".py"
    }
    search.thin(site, outputs, tags)


def _sources(docs: Path, site: Path) -> Iterator[PurePosixPath]:
    """Yield the source of each built page; pages that only redirect have none."""
    for built in sorted(site.rglob("index.html")):
        address = PurePosixPath(built.parent.relative_to(site))
        yield from [
            source for source in sources_at(address) if (docs / source).is_file()
        ][:1]


def _copies(
    root: Path, source: PurePosixPath, read_card: Callable[[str], Card]
) -> dict[PurePosixPath, bytes]:
    """Return a page's copy in Markdown, and a notebook's figures, by their address."""
    address = copy_of(source)
    text = (root / "docs" / source).read_text(encoding="utf-8-sig")
    if source.suffix == ".md":
        return {address: markdown.convert(text, source, read_card).encode()}
    copy, figures = markdown.convert_notebook(text, source, read_card)
    beside = {address.with_name(name): figure for name, figure in figures.items()}
    return {address: copy.encode(), **beside}


def _card_reader(root: Path) -> Callable[[str], Card]:
    """Return a function that returns what the card of a symbol shows."""
    symbols = Symbols(root)

    def card(symbol: str) -> Card:
        shown = symbols.find(symbol)
        if shown is None:
            raise KeyError(symbol)
        module = shown.module
        file = module.path.replace(".", "/")
        end = "/__init__.py" if module.is_init_module else ".py"
        return Card(shown.source, f"code/{file}{end}")

    return card
