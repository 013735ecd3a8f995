"""Make a script of each chapter: its blocks in order, ready to run anywhere.

The header (PEP 723) names Python and the packages, so that `uv run nulls.py` works on
any machine. Snippets and data come with the wheel on the site. The code is the same
that the runner executes, except that a block which must fail is indented.
"""

import ast
import builtins
import itertools
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from handbook.base.files import Files
from handbook.book.book import Book
from handbook.book.imports import Reader
from handbook.book.layout import address_of, source_of
from handbook.book.page import Block, Page
from handbook.book.scan import scan
from handbook.registry.units import Module, Packages
from handbook.run.engine.job import measured, must_raise
from handbook.site import wheel

__all__ = ["render_scripts"]


def render_scripts(book: Book, site_url: str) -> dict[PurePosixPath, bytes]:
    """Return a script for each page whose blocks share one namespace.

    Parameters
    ----------
    book : Book
        The book, whose root has a pyproject.toml.
    site_url : str
        The address of the published site, with a slash at its end.

    Returns
    -------
    dict of PurePosixPath to bytes
        The scripts, by path below `code/scripts/`: `explore/nulls.py`.

    Raises
    ------
    ValueError
        If a chapter imports a package that no extra of pyproject.toml names.
    """
    pages = [
        page
        for page in book.read(book.find()[0])
        if page.chapter.blocks and not page.chapter.alone and not page.problems
    ]
    titles = {head.path: head.title for head in book.heads}
    project = _Project(book.files, site_url)
    written = {}
    for page in pages:
        if page.chapter.path in titles:
            path = source_of(page.chapter.path).with_suffix(".py")
            written[path] = project.render(page, titles[page.chapter.path])
    return _formatted(written)


class _Project:
    """The data of the book that all scripts need."""

    def __init__(self, files: Files, site_url: str) -> None:
        self.files = files
        self.site_url = site_url
        self.reader = Reader(files.root)
        self.packages = Packages(files)
        project = tomllib.loads(files.text(Path("pyproject.toml")))["project"]
        self.python = project["requires-python"]
        self.own = f"{project['name']} @ {site_url}code/{wheel.filename(files.root)}"

    def render(self, page: Page, title: str) -> str:
        source = page.chapter.path
        blocks = page.chapter.blocks
        requirements = self._requirements(source, [block.code for block in blocks])
        header = [
            "# /// script",
            f'# requires-python = "{self.python}"',
            "# dependencies = [",
            *(f'#     "{requirement}",' for requirement in requirements),
            "# ]",
            "# ///",
            f'"""{_quoted(title)}',
            "",
            f"The code of {self.site_url}{address_of(source_of(source))} in its order.",
            f"`uv run {source.stem}.py` installs what it needs, and runs it.",
            "The comment below a block is what it printed on the page.",
            '"""',
        ]
        text = self.files.text(source)
        headings = {
            line.number: line.title
            for line in scan(text)
            if line.kind == "heading" and not line.indent
        }
        parts = ["\n".join(header), *_settings(page)]
        last = None
        for block in blocks:
            # A heading is written only above its first block.
            line = max((line for line in headings if line < block.line), default=None)
            new = line is not None and line != last
            parts.append(f"# %% {headings[line]}" if new and line else "# %%")
            parts.append(_with_output(block))
            last = line
        return "\n\n".join(parts) + "\n"

    def _requirements(self, page: Path, sources: list[str]) -> list[str]:
        names = set(self.reader.imports(sources).packages)
        names |= {name for source in sources for name in _run_as_modules(source)}
        module = Module("", [(1, name) for name in sorted(names)], [])
        extras = ("snippets", "test")
        found = set(self.packages.required(page, module, "snippets", extras))
        return [*sorted(found), self.own]


def _settings(page: Page) -> Iterator[str]:
    """Yield code that does what the runner does: folder, style and measurements."""
    if page.figures:
        yield (
            "from pathlib import Path\n\nimport matplotlib.style\n\n"
            'Path("figures").mkdir(exist_ok=True)  # a block saves its figure there\n'
            'matplotlib.use("module://handbook.run.figures")  # as on the page\n'
            'matplotlib.style.use("handbook.figures")'
        )
    if any("measured/" in block.code for block in page.chapter.blocks):
        texts = "".join(
            f'"""\\\n{_quoted(text)}""",' for text in measured(page.chapter)
        )
        yield (
            "# The figure shows what was measured for the page.\n"
            'Path("measured").mkdir(exist_ok=True)\n'
            f"for number, text in enumerate([{texts}], start=1):\n"
            '    Path(f"measured/{number}.txt").write_text(text)'
        )


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', r"\"\"\"")


def _with_output(block: Block) -> str:
    """Return a block's code with a comment that contains its output on the page."""
    code = block.code.rstrip("\n")
    if block.expected is None:
        return code
    text = block.expected.text
    if must_raise(block):
        kind = text.partition(":")[0].strip()
        known = isinstance(getattr(builtins, kind, None), type)
        code = (
            f"try:\n{_indented(code)}\n"
            f"except {kind if known else 'Exception'} as error:  # as on the page\n"
            '    print(f"{type(error).__name__}: {error}")'
        )
    comment = "\n".join(f"# {line}".rstrip() for line in text.rstrip("\n").split("\n"))
    if block.expected.kind == "measured":
        comment = f"# Measured once; yours will differ:\n{comment}"
    return f"{code}\n\n{comment}"


def _indented(code: str) -> str:
    """Indent code, except the content of strings with several lines."""
    within = {
        line
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    }
    return "\n".join(
        line if number in within or not line else f"    {line}"
        for number, line in enumerate(code.split("\n"), start=1)
    )


def _run_as_modules(source: str) -> Iterator[str]:
    """Yield the modules that code runs by `-m` in a list, which it doesn't import."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.List):
            words = [getattr(word, "value", None) for word in node.elts]
            yield from (
                name
                for option, name in itertools.pairwise(words)
                if option == "-m" and isinstance(name, str)
            )


def _formatted(scripts: Mapping[PurePosixPath, str]) -> dict[PurePosixPath, bytes]:
    """Return the scripts as `ruff format` writes them; one call formats all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in scripts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "ruff", "format", "--quiet", "--isolated"]
        subprocess.run([*command, "--target-version=py311", name], check=True)
        return {path: (folder / path).read_bytes() for path in scripts}
