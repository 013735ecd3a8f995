"""HB301, HB302: the blocks of a page, by the ruff rules and the format of the package.

ruff lints no Python in Markdown. So each page becomes a module in a folder of its own,
every block on its own lines: a chapter's blocks are one namespace. What cannot hold for
a block, such as a docstring, stands in pyproject.toml under "docs/**".
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from handbook.base.errors import WrongUse
from handbook.book.book import Book
from handbook.book.page import GLOSSARY, Block, Page
from handbook.book.problem import Edit, Problem
from handbook.book.remember import Answers, remember
from handbook.book.source import Source
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        "HB301",
        "block-lint",
        "Readers copy blocks, so a block keeps the ruff rules of the package, but for "
        'what pyproject.toml lists under "docs/**".',
        "import os  # and no block of the page uses it",
        "no such line",
        fixable=True,
    ),
    Rule(
        "HB302",
        "block-format",
        "Code that looks the same everywhere is read for what it says.",
        "x = { 'a':1 }",
        'x = {"a": 1}',
        fixable=True,
    ),
)


def find(book: Book) -> Iterator[Problem]:
    """Give what ruff says of the blocks, at the lines of their pages."""
    sources: dict[Path, Source] = {page.path: page for page in book.pages}
    pages = {page.path: page.page for page in book.pages}
    for source in book.lists:
        if source.path == GLOSSARY:
            sources[GLOSSARY] = source
            (pages[GLOSSARY],) = book.read([GLOSSARY])

    def ask(new: Sequence[Source]) -> Answers:
        return _ask(book.root, [(source, pages[source.path]) for source in new])

    with_blocks = [sources[path] for path in pages if pages[path].chapter.blocks]
    said = remember(book.files, "ruff", with_blocks, ask)
    for path, answers in said.items():
        for rule, line, message, fix in answers:
            yield Problem(path, line, message, rule, Edit(*fix) if fix else None)


def _ask(root: Path, pages: Sequence[tuple[Source, Page]]) -> Answers:
    with TemporaryDirectory() as folder:
        programs = _Programs(Path(folder))
        for source, page in pages:
            programs.add(source, page)
        settings = root / "pyproject.toml"
        # Patterns of the settings are relative to where ruff runs; `src` tells it
        # which imports are ours.
        ruff = [sys.executable, "-m", "ruff"]
        options = ["--no-cache", "--quiet", "--config", f'src=["{root.as_posix()}"]']
        options += ["--config", str(settings)] if settings.is_file() else ["--isolated"]
        lint = ["check", "--output-format=json", "--exit-zero", "."]
        tools = [
            subprocess.Popen(
                [*ruff, *arguments, *options],
                cwd=Path(folder, name),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
            )
            for name, arguments in (("lint", lint), ("format", ["format", "."]))
        ]
        (report, error), _ = (tool.communicate() for tool in tools)
        if tools[0].returncode:
            raise WrongUse(f"ruff cannot read pyproject.toml: {error.strip()}")
        answers = programs.linted(json.loads(report))
        for path, found in programs.formatted().items():
            answers.setdefault(path, []).extend(found)
        return answers


class _Programs:
    """Pages as ruff reads them, and the way back from its lines to theirs."""

    def __init__(self, folder: Path) -> None:
        self.lint, self.format = folder / "lint", folder / "format"
        self.sources: dict[Path, Source] = {}
        self.pages: dict[Path, Page] = {}
        self.blocks: dict[Path, Block] = {}
        self.lint.mkdir()
        self.format.mkdir()

    def add(self, source: Source, page: Page) -> None:
        """Write a page: as a whole to be linted, block by block to be formatted."""
        stem, blocks = source.path.with_suffix(""), page.chapter.blocks
        self.pages[source.path] = page
        for block in blocks:
            file = self.format / stem / f"{block.line}.py"
            _write(file, block.code)
            self.blocks[file] = block
            self.sources[file] = source
        # By the page's own name, so that pyproject.toml can name it, too.
        programs = {self.lint / stem.with_suffix(".py"): blocks}
        if page.chapter.alone:
            programs = {self.lint / stem / f"{b.line}.py": (b,) for b in blocks}
        for file, group in programs.items():
            _write(file, _program(group))
            self.sources[file.resolve()] = source

    def linted(self, report: Sequence[Mapping[str, Any]]) -> Answers:
        """Give what ruff's rules found, by page."""
        answers: Answers = {}
        for found in report:
            source = self.sources[Path(found["filename"]).resolve()]
            code = found["code"] or "syntax"
            blocks = self.pages[source.path].chapter.blocks
            fix = _edit(source, blocks, found["fix"]) if found["fix"] else None
            line, message = found["location"]["row"], f"{code} {found['message']}"
            answers.setdefault(source.path, []).append(["HB301", line, message, fix])
        return answers

    def formatted(self) -> Answers:
        """Give the blocks that ruff writes otherwise, by page."""
        answers: Answers = {}
        for file, block in self.blocks.items():
            wanted = file.read_text(encoding="utf-8")
            if wanted != block.code:
                source = self.sources[file]
                fix = _difference(source, [block], [replace(block, code=wanted)])
                line = block.line + _first_difference(block.code, wanted)
                message = "this block is not as `ruff format` writes it"
                answers.setdefault(source.path, []).append(
                    ["HB302", line, message, fix]
                )
        return answers


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")


def _program(blocks: Sequence[Block]) -> str:
    """Put blocks on their lines, and keep their imports apart."""
    lines: list[str] = []
    for block in blocks:
        lines += [""] * (block.line - 1 - len(lines))
        lines += block.code.split("\n")[:-1]
        # The line of the closing marks.
        lines.append("# isort: split")
    return "\n".join([*lines[:-1], ""])


def _indent(source: Source, block: Block) -> str:
    """Give what stands in the source before each line of a block."""
    lines = zip(block.code.split("\n"), source.lines[block.line - 1 :], strict=False)
    return next((there.removesuffix(code) for code, there in lines if code.strip()), "")


def _first_difference(code: str, wanted: str) -> int:
    ours, theirs = code.split("\n"), wanted.split("\n")
    same = [a == b for a, b in zip(ours, theirs, strict=False)]
    return same.index(False) if False in same else len(same) - 1


def _edit(
    source: Source, blocks: Sequence[Block], fix: Mapping[str, Any]
) -> Edit | None:
    """Give ruff's fix as one edit of the page, if it is safe and within the blocks."""
    changed: dict[int, Block] = {}
    # From the end, so that what comes first stays where it is.
    for part in sorted(fix["edits"], key=_start, reverse=True):
        block = next((b for b in blocks if _has(b, part)), None)
        if block is None or fix["applicability"] != "safe":
            return None
        block = changed.get(block.line, block)
        start, end = (_offset(block, part[key]) for key in ("location", "end_location"))
        code = block.code[:start] + part["content"] + block.code[end:]
        changed[block.line] = replace(block, code=code)
    old = [block for block in blocks if block.line in changed]
    return _difference(source, old, [changed[block.line] for block in old])


def _start(part: Mapping[str, Any]) -> tuple[int, int]:
    return part["location"]["row"], part["location"]["column"]


def _has(block: Block, part: Mapping[str, Any]) -> bool:
    first: int = part["location"]["row"]
    last: int = part["end_location"]["row"]
    # What removes the last line ends at the start of the one below.
    return block.line <= first and last <= block.line + block.code.count("\n")


def _offset(block: Block, place: Mapping[str, int]) -> int:
    lines = block.code.split("\n")[: place["row"] - block.line]
    return sum(len(line) + 1 for line in lines) + place["column"] - 1


def _difference(source: Source, old: Sequence[Block], new: Sequence[Block]) -> Edit:
    """Give the shortest edit of the page that makes new blocks of the old."""
    text, begin = source.text, source.starts[old[0].line - 1]
    wanted, at = "", begin
    for before, after in zip(old, new, strict=True):
        indent = _indent(source, before)
        wanted += text[at : source.starts[before.line - 1]]
        wanted += re.sub(r"^(?=.)", indent, after.code, flags=re.MULTILINE)
        at = source.starts[before.line - 1 + before.code.count("\n")]
    was = text[begin:at]
    head = _common(was, wanted)
    tail = _common(was[head:][::-1], wanted[head:][::-1])
    return Edit(begin + head, at - tail, wanted[head : len(wanted) - tail])


def _common(one: str, other: str) -> int:
    """Count the characters with which both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
