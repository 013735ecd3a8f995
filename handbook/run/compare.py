"""Compare the results of a chapter with the outputs that its page shows."""

import difflib
import json
import platform
import re
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from handbook.book.notebook import code_cells
from handbook.book.page import (
    Block,
    BlockResult,
    ChapterResult,
    Expectation,
    NotebookResult,
)
from handbook.book.problem import Problem
from handbook.run.engine.svg import differences
from handbook.run.engine.unfit import unfit

__all__ = [
    "Difference",
    "Finding",
    "NewFigure",
    "NewText",
    "between_notebooks",
    "between_runs",
    "compare",
    "figure_path",
    "on_reference",
    "remeasure",
    "shown",
    "unmeasured",
]

FIGURE_LIMIT = 60 * 1024  # bytes; a page with several figures must load at once

# Digits in a name are not a number: p95 and p99 are different names.
_NUMBER = re.compile(r"(?<![A-Za-z_\d])[+-]?\d+(?:[.,:]\d+)*(?:e[+-]?\d+)?")
_MEASURED_ON = re.compile(r"\(measured \d{4}-\d\d-\d\d on .+\)\n\Z")
_SHOWN = 40  # lines of a diff or an output that a message shows


class NewText(NamedTuple):
    """The correct text of a text fence."""

    expected: Expectation
    text: str

    @property
    def measured(self) -> bool:
        """Whether it is a measurement, which a plain `--update` doesn't change."""
        return self.expected.kind == "measured"


class NewFigure(NamedTuple):
    """The correct content of a figure, and its path below the book's root."""

    path: Path
    content: bytes


class Finding(NamedTuple):
    """A problem, its block, and its fix if `--update` can write it.

    Attributes
    ----------
    problem : Problem
        The problem. The first line of its message is enough; the others show details.
    block : Block or None
        The block. None if the problem is of the whole chapter, or if its line is enough
        to find the block.
    fix : NewText, NewFigure or None
        What to write.
    """

    problem: Problem
    block: Block | None = None
    fix: NewText | NewFigure | None = None


class Difference(NamedTuple):
    """What differs between two runs of a chapter or a notebook.

    Attributes
    ----------
    path, line : Path, int
        Where it is.
    what : str
        `this block`, `cell 3` or `figures/name.svg`.
    code : str
        The code that printed or drew it.
    texts : str
        The difference, as lines of a diff.
    """

    path: Path
    line: int
    what: str
    code: str
    texts: str


def on_reference(root: Path) -> bool:
    """Return whether this is the platform where outputs are recorded.

    It is Linux on x86-64, with the Python of the first line of `.python-version`. On
    other platforms all blocks run and must raise the same types of errors, but neither
    text nor figures are compared.
    """
    file = root / ".python-version"
    wanted = file.read_text(encoding="utf-8").split()[0] if file.exists() else ""
    return (
        sys.platform == "linux"
        and platform.machine() == "x86_64"
        and (platform.python_version() + ".").startswith(f"{wanted}." if wanted else "")
    )


def compare(result: ChapterResult, *, root: Path, reference: bool) -> Iterator[Finding]:
    """Yield the differences between a chapter's results and its page.

    Parameters
    ----------
    result : ChapterResult
        The results.
    root : Path
        The book's root.
    reference : bool
        Whether to compare text and figures.
    """
    path = result.chapter.path
    yield from (Finding(problem) for problem in result.problems)
    reported = {problem.line for problem in result.problems}
    broken = bool(result.problems)
    for block, given in zip(result.chapter.blocks, result.blocks, strict=False):
        awaited = block.expected is not None and block.expected.kind == "error"
        if given.error is not None and not awaited:
            broken = True
            # If the runner reported this line, its message is better than the error's.
            if given.error_line not in reported:
                yield Finding(_failure(path, block, given), block)
        elif block.line not in reported:
            for line, message, fix in _differences(block, given, root, reference):
                yield Finding(Problem(path, line, message), block, fix)
    if broken:
        return
    if len(result.blocks) < len(result.chapter.blocks):
        line = result.chapter.blocks[len(result.blocks)].line
        yield Finding(
            Problem(path, line, "this block did not run, for an unknown reason")
        )
        return
    yield from _figures(result, root, reference)


def between_runs(one: ChapterResult, other: ChapterResult) -> Iterator[Difference]:
    """Yield the differences between two runs of a chapter, except in measurements."""
    page = one.chapter.path
    for block, first, second in zip(
        one.chapter.blocks, one.blocks, other.blocks, strict=False
    ):
        measured = block.expected is not None and block.expected.kind == "measured"
        texts = [
            f"{_masked(given.stdout) if measured else given.stdout}{given.error or ''}"
            for given in (first, second)
        ]
        if texts[0] != texts[1]:
            text = shown(texts[0], texts[1], names=_RUNS)
            yield Difference(page, block.line, "this block", block.code, text)
    code = "".join(block.code for block in one.chapter.blocks)
    failures = ["".join(f"{p.message}\n" for p in run.problems) for run in (one, other)]
    if len(one.blocks) != len(other.blocks) or any(failures) != all(failures):
        text = shown(failures[0], failures[1], names=_RUNS)
        yield Difference(page, 1, "this chapter", code, text)
    for name in sorted(one.figures.keys() | other.figures.keys()):
        before, after = one.figures.get(name, b""), other.figures.get(name, b"")
        if before != after:
            text = _cut(list(differences(before, after)))
            line = _line_of(name, one)
            yield Difference(page, line, f"figures/{name}", code, text)


def between_notebooks(
    one: NotebookResult, other: NotebookResult, *, root: Path
) -> Iterator[Difference]:
    """Yield the cells whose outputs differ between two runs of a notebook.

    Figures are compared by what they draw, everything else exactly.
    """
    source = (root / one.path).read_text(encoding="utf-8")
    cells = zip(code_cells(source), _outputs(one), _outputs(other), strict=True)
    for number, ((code, line), first, second) in enumerate(cells, start=1):
        found = []
        for before, after in zip_longest(first, second, fillvalue=("", b"")):
            found += shown(before[0], after[0], names=_RUNS).splitlines()
            found += differences(before[1], after[1])
        if found:
            yield Difference(one.path, line, f"cell {number}", code, _cut(found))


def _outputs(notebook: NotebookResult) -> Iterator[list[tuple[str, bytes]]]:
    """Yield the outputs of each code cell: its figure, and all else as JSON."""
    for cell in json.loads(notebook.content)["cells"]:
        if cell["cell_type"] == "code":
            yield [_output(output) for output in cell["outputs"]]


def _output(output: dict[str, Any]) -> tuple[str, bytes]:
    figure = output.get("data", {}).pop("image/svg+xml", "")
    return json.dumps(output, indent=1, sort_keys=True), "".join(figure).encode()


def remeasure(result: ChapterResult) -> Iterator[NewText]:
    """Yield the new text of each fence with a measurement."""
    for block, given in zip(result.chapter.blocks, result.blocks, strict=False):
        expected = block.expected
        if (
            expected
            and expected.kind == "measured"
            and given.error is None
            and given.stdout
        ):
            yield NewText(expected, given.stdout)


def unmeasured(text: str) -> str:
    """Return measured output without the line of its date and machine."""
    return _MEASURED_ON.sub("", text)


def figure_path(page: Path, name: str) -> Path:
    """Return the path of a page's committed figure."""
    return page.parent / "figures" / name


def _failure(path: Path, block: Block, given: BlockResult) -> Problem:
    printed = given.stdout.splitlines()[-_SHOWN:]
    error = given.error or ""
    details = [given.traceback.rstrip("\n")]
    if printed:
        details += ["It had printed:", *(f"  {line}" for line in printed)]
    message = "\n".join([error.split("\n")[0], *filter(None, details)])
    return Problem(path, given.error_line or block.line, message)


_Difference = tuple[int, str, NewText | None]


def _differences(
    block: Block, given: BlockResult, root: Path, reference: bool
) -> Iterator[_Difference]:
    expected = block.expected
    if message := unfit(f"{given.stdout}{given.error or ''}", root):
        yield block.line, message, None
    elif expected is None:
        if given.stdout:
            yield (
                block.line,
                "the block prints what the page does not show: put below it "
                "<!--pytest-codeblocks:expected-output--> and an empty ```text fence, "
                "then `handbook run --update`\n" + shown("", given.stdout),
                None,
            )
    elif expected.kind == "error":
        yield from _wrong_error(block, expected, given, reference)
    elif not given.stdout:
        yield (
            block.line,
            "the block prints nothing: remove its directive and its fence",
            None,
        )
    elif expected.kind == "output":
        if reference and given.stdout != expected.text:
            yield (
                expected.line,
                "the block prints something else: fix it, "
                "or `handbook run --update`\n" + shown(expected.text, given.stdout),
                NewText(expected, given.stdout),
            )
    elif reference and _masked(unmeasured(expected.text)) != _masked(given.stdout):
        yield (
            expected.line,
            "this measurement differs in more than its numbers: fix it, "
            "or `handbook run --update=measured`\n"
            + shown(_masked(unmeasured(expected.text)), _masked(given.stdout)),
            NewText(expected, given.stdout),
        )


def _wrong_error(
    block: Block, expected: Expectation, given: BlockResult, reference: bool
) -> Iterator[_Difference]:
    wanted = expected.text.removesuffix("\n")
    if given.error is None:
        first = wanted.split("\n")[0] or "an error"
        yield (
            block.line,
            f"the block must raise {first}, but raises nothing: fix it, "
            "or remove its directive and its fence",
            None,
        )
        return
    if given.stdout:
        yield (
            block.line,
            "the block prints before it raises, which the page does not show: "
            "split it in two",
            None,
        )
    # On another platform the message may differ, but not the type.
    got = given.error
    if got != wanted if reference else got.split(":")[0] != wanted.split(":")[0]:
        yield (
            expected.line,
            "the block raises another error: fix it, or `handbook run --update`\n"
            + shown(wanted + "\n", got + "\n")
            + f"\n{given.traceback.rstrip()}",
            NewText(expected, got + "\n"),
        )


def _figures(result: ChapterResult, root: Path, reference: bool) -> Iterator[Finding]:
    page = result.chapter.path
    for name, content in result.figures.items():
        line = _line_of(name, result)
        path = figure_path(page, name)
        committed = (root / path).read_bytes() if (root / path).is_file() else None
        message, fix = "", None
        if not re.fullmatch(rf"{re.escape(page.stem)}-[\w.-]+\.svg", name):
            message = f"figures/{name}: name it figures/{page.stem}-NAME.svg"
        elif len(content) > FIGURE_LIMIT:
            message = (
                f"figures/{name} has {len(content) / 1024:.1f} KiB, "
                "but 60 are allowed: draw fewer points"
            )
        elif committed is None:
            message = (
                f"{path.as_posix()} is not there: `handbook run --update` writes it"
            )
            fix = NewFigure(path, content)
        elif reference and (found := list(differences(committed, content))):
            message = (
                f"the figure is not {path.as_posix()} as committed: fix it, "
                f"or `handbook run --update`\n{_cut(found)}"
            )
            fix = NewFigure(path, content)
        if message:
            yield Finding(Problem(page, line, message), None, fix)
    for path in sorted((root / page.parent / "figures").glob(f"{page.stem}-*.svg")):
        if (
            path.name not in result.figures
            and _owner(path, root / page.parent) == page.stem
        ):
            message = f"no block saves {path.relative_to(root).as_posix()}: delete it"
            yield Finding(Problem(page, 1, message))


def _owner(figure: Path, folder: Path) -> str:
    """Return the stem of a figure's page; `a-b-c.svg` belongs to a-b.md before a.md."""
    stems = (
        page.stem
        for page in folder.glob("*.md")
        if figure.name.startswith(f"{page.stem}-")
    )
    return max(stems, key=len, default="")


def _line_of(name: str, result: ChapterResult) -> int:
    for block in result.chapter.blocks:
        for line, code in enumerate(block.code.split("\n"), block.line):
            if name in code:
                return line
    return result.chapter.blocks[0].line


def _masked(text: str) -> str:
    """Return a text with `#` for each number, and single spaces.

    When a number gets longer, the spaces beside it change, too.
    """
    return re.sub(r" *# *", " # ", re.sub(r" +", " ", _NUMBER.sub("#", text)))


_RUNS = ("one run", "the other")


def shown(
    expected: str, given: str, names: tuple[str, str] = ("the page", "the run")
) -> str:
    """Return the difference between two outputs, under their names."""
    lines = [
        line.rstrip("\n")
        for line in difflib.unified_diff(
            expected.splitlines(),
            given.splitlines(),
            *names,
            lineterm="",
            n=2,
        )
    ]
    return _cut(lines)


def _cut(lines: list[str]) -> str:
    more = [f"... and {len(lines) - _SHOWN} more lines"] if len(lines) > _SHOWN else []
    return "\n".join(lines[:_SHOWN] + more)
