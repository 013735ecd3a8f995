"""HB301 and HB302: the blocks of a page keep the package's rules and format of ruff.

ruff does not lint Python in Markdown. So each page is written as one module, since the
blocks of a chapter share a namespace, with every block on its lines of the page. The
rules that blocks cannot keep are listed in pyproject.toml under "docs/**".
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
        id="HB301",
        name="block-lint",
        why=(
            "Readers copy blocks, so a block keeps the ruff rules of the package, "
            'except for those that pyproject.toml lists under "docs/**".'
        ),
        wrong="import os  # and no block of the page uses it",
        right="remove this line",
        fixable=True,
    ),
    Rule(
        id="HB302",
        name="block-format",
        why="If all code has the same format, readers notice only what it does.",
        wrong="x = { 'a':1 }",
        right='x = {"a": 1}',
        fixable=True,
    ),
)


def find(book: Book) -> Iterator[Problem]:
    """Yield what ruff finds in the blocks, with the lines of their pages."""
    sources: dict[Path, Source] = {page.path: page for page in book.pages}
    pages = {page.path: page.page for page in book.pages}
    for source in book.lists:
        if source.path == GLOSSARY:
            sources[GLOSSARY] = source
            (pages[GLOSSARY],) = book.read([GLOSSARY])

    def lint(new: Sequence[Source]) -> Answers:
        return _lint(book.root, [(source, pages[source.path]) for source in new])

    with_blocks = [sources[path] for path in pages if pages[path].chapter.blocks]
    findings = remember(book.files, "ruff", with_blocks, lint)
    for path, answers in findings.items():
        for rule, line, message, fix in answers:
            yield Problem(path, line, message, rule, fix=Edit(*fix) if fix else None)


def _lint(root: Path, pages: Sequence[tuple[Source, Page]]) -> Answers:
    with TemporaryDirectory() as folder:
        programs = _Programs(Path(folder))
        for source, page in pages:
            programs.add(source, page)
        settings = root / "pyproject.toml"
        # ruff reads the patterns of the settings relative to the folder that it runs
        # in. With `src` it knows which imports are ours.
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
        answers = programs.lint_findings(json.loads(report))
        for path, found in programs.format_findings().items():
            answers.setdefault(path, []).extend(found)
        return answers


class _Programs:
    """Writes pages as modules for ruff, and maps its findings back to the pages."""

    def __init__(self, folder: Path) -> None:
        self.lint, self.format = folder / "lint", folder / "format"
        self.sources: dict[Path, Source] = {}
        self.pages: dict[Path, Page] = {}
        self.blocks: dict[Path, Block] = {}
        self.lint.mkdir()
        self.format.mkdir()

    def add(self, source: Source, page: Page) -> None:
        """Write a page as one module to lint, and each block as one to format."""
        stem, blocks = source.path.with_suffix(""), page.chapter.blocks
        self.pages[source.path] = page
        for block in blocks:
            file = self.format / stem / f"{block.line}.py"
            _write(file, block.code)
            self.blocks[file] = block
            self.sources[file] = source
        # Named after the page, so that patterns in pyproject.toml match it.
        programs = {self.lint / stem.with_suffix(".py"): blocks}
        if page.chapter.alone:
            programs = {self.lint / stem / f"{b.line}.py": (b,) for b in blocks}
        for file, group in programs.items():
            _write(file, _program(group))
            self.sources[file.resolve()] = source

    def lint_findings(self, report: Sequence[Mapping[str, Any]]) -> Answers:
        """Return what ruff's rules found, by page."""
        answers: Answers = {}
        for found in report:
            source = self.sources[Path(found["filename"]).resolve()]
            code = found["code"] or "syntax"
            blocks = self.pages[source.path].chapter.blocks
            fix = _edit(source, blocks, found["fix"]) if found["fix"] else None
            line, message = found["location"]["row"], f"{code} {found['message']}"
            answers.setdefault(source.path, []).append(["HB301", line, message, fix])
        return answers

    def format_findings(self) -> Answers:
        """Return the blocks that ruff formats differently, by page."""
        answers: Answers = {}
        for file, block in self.blocks.items():
            wanted = file.read_text(encoding="utf-8")
            if wanted != block.code:
                source = self.sources[file]
                fix = _difference(source, [block], [replace(block, code=wanted)])
                line = block.line + _first_difference(block.code, wanted)
                message = "`ruff format` would change this block"
                answers.setdefault(source.path, []).append(
                    ["HB302", line, message, fix]
                )
        return answers


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")


def _program(blocks: Sequence[Block]) -> str:
    """Return a module with the blocks on their lines, each with its own imports."""
    lines: list[str] = []
    for block in blocks:
        lines += [""] * (block.line - 1 - len(lines))
        lines += block.code.split("\n")[:-1]
        # On the line with the closing marks of the block.
        lines.append("# isort: split")
    return "\n".join([*lines[:-1], ""])


def _indent(source: Source, block: Block) -> str:
    """Return what precedes each line of a block on the page."""
    lines = zip(block.code.split("\n"), source.lines[block.line - 1 :], strict=False)
    return next((there.removesuffix(code) for code, there in lines if code.strip()), "")


def _first_difference(code: str, wanted: str) -> int:
    ours, theirs = code.split("\n"), wanted.split("\n")
    same = [a == b for a, b in zip(ours, theirs, strict=False)]
    return same.index(False) if False in same else len(same) - 1


def _edit(
    source: Source, blocks: Sequence[Block], fix: Mapping[str, Any]
) -> Edit | None:
    """Return ruff's fix as one edit of the page, if it is safe and inside blocks."""
    changed: dict[int, Block] = {}
    # From the end, so that earlier parts keep their offsets.
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
    # An edit that removes the last line ends at the start of the next line.
    return block.line <= first and last <= block.line + block.code.count("\n")


def _offset(block: Block, place: Mapping[str, int]) -> int:
    lines = block.code.split("\n")[: place["row"] - block.line]
    return sum(len(line) + 1 for line in lines) + place["column"] - 1


def _difference(source: Source, old: Sequence[Block], new: Sequence[Block]) -> Edit:
    """Return the shortest edit of the page that turns the old blocks into the new."""
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
    """Return the length of the common start of two texts."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
