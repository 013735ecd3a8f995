"""Compare what a chapter gave with what its page says."""

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

__all__ = [
    "Finding",
    "NewFigure",
    "NewText",
    "compare",
    "compare_notebooks",
    "compare_runs",
    "figure_path",
    "on_reference",
    "remeasure",
    "unmeasured",
]

FIGURE_LIMIT = 60 * 1024  # bytes: a page of figures must load in an instant

# Not the digits of a name: p95 is not p99.
_NUMBER = re.compile(r"(?<![A-Za-z_\d])[+-]?\d+(?:[.,:]\d+)*(?:e[+-]?\d+)?")
_MEASURED_ON = re.compile(r"\(measured \d{4}-\d\d-\d\d on .+\)\n\Z")
_CHANGED = (
    "sort sets, seed generators, name no folder, no time zone and no address in memory"
)
_SHOWN = 40  # lines of a diff, or of what was printed: enough to see it


class NewText(NamedTuple):
    """What a text fence must say to be right."""

    expected: Expectation
    text: str

    @property
    def measured(self) -> bool:
        """Whether `--update` leaves it alone."""
        return self.expected.kind == "measured"


class NewFigure(NamedTuple):
    """What a committed figure must be; relative to the book's root."""

    path: Path
    content: bytes


class Finding(NamedTuple):
    """A problem, the block that it is of, and what would mend it where `--update` can.

    Attributes
    ----------
    problem : Problem
        Its message's first line says all; what follows shows it.
    block : Block or None
        None where it is of the whole chapter, or of a block that the problem's line
        tells.
    mend : NewText, NewFigure or None
        What to write.
    """

    problem: Problem
    block: Block | None = None
    mend: NewText | NewFigure | None = None


def on_reference(root: Path) -> bool:
    """Say whether this is the platform on which outputs are recorded.

    Linux on x86-64, with the Python of the first line of `.python-version`. On every
    other one all blocks run and raise as they must, and no text and no figure is
    compared.
    """
    file = root / ".python-version"
    wanted = file.read_text(encoding="utf-8").split()[0] if file.exists() else ""
    return (
        sys.platform == "linux"
        and platform.machine() == "x86_64"
        and (platform.python_version() + ".").startswith(f"{wanted}." if wanted else "")
    )


def compare(result: ChapterResult, *, root: Path, reference: bool) -> Iterator[Finding]:
    """Find what a page says that its chapter did not give, and the other way round.

    Parameters
    ----------
    result : ChapterResult
        What it gave.
    root : Path
        The book's root.
    reference : bool
        Whether text and figures are compared.
    """
    path = result.chapter.path
    yield from (Finding(problem) for problem in result.problems)
    told = {problem.line for problem in result.problems}
    broken = bool(result.problems)
    for block, given in zip(result.chapter.blocks, result.blocks, strict=False):
        awaited = block.expected is not None and block.expected.kind == "error"
        if given.error is not None and not awaited:
            broken = True
            if (
                given.error_line not in told
            ):  # else the runner knows better than the traceback
                yield Finding(_failure(path, block, given), block)
        elif block.line not in told:
            for line, message, mend in _differences(block, given, reference):
                yield Finding(Problem(path, line, message), block, mend)
    if broken:
        return
    if len(result.blocks) < len(result.chapter.blocks):
        line = result.chapter.blocks[len(result.blocks)].line
        yield Finding(
            Problem(path, line, "this block did not run, and nothing says why")
        )
        return
    yield from _figures(result, root, reference)


def compare_runs(one: ChapterResult, other: ChapterResult) -> Iterator[Problem]:
    """Find what two runs of a chapter gave differently, but for what it measures."""
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
            message = f"two runs of this block differ: {_CHANGED}\n{_shown(*texts)}"
            yield Problem(page, block.line, message)
    if len(one.blocks) != len(other.blocks) or len(one.problems) != len(other.problems):
        yield Problem(page, 1, f"one of two runs of this chapter failed: {_CHANGED}")
    for name in one.figures.keys() | other.figures.keys():
        if one.figures.get(name) != other.figures.get(name):
            message = f"two runs draw figures/{name} differently: {_CHANGED}"
            yield Problem(page, _line_of(name, one), message)


def compare_notebooks(
    one: NotebookResult, other: NotebookResult, *, root: Path
) -> Iterator[Finding]:
    """Find the cells of which two runs of a notebook gave something else.

    Figures are compared by what they draw, all else exactly.
    """
    source = (root / one.path).read_text(encoding="utf-8")
    cells = zip(code_cells(source), _outputs(one), _outputs(other), strict=True)
    for number, ((_, line), first, second) in enumerate(cells, start=1):
        found = []
        for before, after in zip_longest(first, second, fillvalue=("", b"")):
            found += _shown(before[0], after[0]).splitlines()
            found += differences(before[1], after[1])
        if found:
            message = f"cell {number} gives something else: print or draw fewer digits"
            yield Finding(Problem(one.path, line, f"{message}\n{_cut(found)}"))


def _outputs(notebook: NotebookResult) -> Iterator[list[tuple[str, bytes]]]:
    """Return each code cell's outputs: a figure, if any, and the rest as JSON."""
    for cell in json.loads(notebook.content)["cells"]:
        if cell["cell_type"] == "code":
            yield [_output(output) for output in cell["outputs"]]


def _output(output: dict[str, Any]) -> tuple[str, bytes]:
    figure = output.get("data", {}).pop("image/svg+xml", "")
    return json.dumps(output, indent=1, sort_keys=True), "".join(figure).encode()


def remeasure(result: ChapterResult) -> Iterator[NewText]:
    """Give the new text of every fence that was measured."""
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
    """Cut from measured output the line that says when and where it was measured."""
    return _MEASURED_ON.sub("", text)


def figure_path(page: Path, name: str) -> Path:
    """Say where a page's figure is committed."""
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
    block: Block, given: BlockResult, reference: bool
) -> Iterator[_Difference]:
    expected = block.expected
    if expected is None:
        if given.stdout:
            yield (
                block.line,
                "the block prints what the page does not show: put below it "
                "<!--pytest-codeblocks:expected-output--> and an empty ```text fence, "
                "then `handbook run --update`\n" + _shown("", given.stdout),
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
                "the block prints something else than this: mend it, "
                "or `handbook run --update`\n" + _shown(expected.text, given.stdout),
                NewText(expected, given.stdout),
            )
    elif reference and _masked(unmeasured(expected.text)) != _masked(given.stdout):
        yield (
            expected.line,
            "more than the numbers of this measurement differs: mend it, "
            "or `handbook run --update=measured`\n"
            + _shown(_masked(unmeasured(expected.text)), _masked(given.stdout)),
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
            f"the block must raise {first}, and raises nothing: mend it, "
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
    # Elsewhere than on the reference a message may be worded otherwise, not its type.
    got = given.error
    if got != wanted if reference else got.split(":")[0] != wanted.split(":")[0]:
        yield (
            expected.line,
            "the block raises another error: mend it, or `handbook run --update`\n"
            + _shown(wanted + "\n", got + "\n")
            + f"\n{given.traceback.rstrip()}",
            NewText(expected, got + "\n"),
        )


def _figures(result: ChapterResult, root: Path, reference: bool) -> Iterator[Finding]:
    page = result.chapter.path
    for name, content in result.figures.items():
        line = _line_of(name, result)
        path = figure_path(page, name)
        committed = (root / path).read_bytes() if (root / path).is_file() else None
        message, mend = "", None
        if not re.fullmatch(rf"{re.escape(page.stem)}-[\w.-]+\.svg", name):
            message = f"figures/{name}: name it figures/{page.stem}-NAME.svg"
        elif len(content) > FIGURE_LIMIT:
            message = (
                f"figures/{name} has {len(content) / 1024:.1f} KiB, "
                "and 60 are allowed: draw fewer points"
            )
        elif committed is None:
            message = (
                f"{path.as_posix()} is not there: `handbook run --update` writes it"
            )
            mend = NewFigure(path, content)
        elif reference and (found := list(differences(committed, content))):
            message = (
                f"the figure is not {path.as_posix()} as committed: mend it, "
                f"or `handbook run --update`\n{_cut(found)}"
            )
            mend = NewFigure(path, content)
        if message:
            yield Finding(Problem(page, line, message), None, mend)
    for path in sorted((root / page.parent / "figures").glob(f"{page.stem}-*.svg")):
        if (
            path.name not in result.figures
            and _owner(path, root / page.parent) == page.stem
        ):
            message = f"no block saves {path.relative_to(root).as_posix()}: delete it"
            yield Finding(Problem(page, 1, message))


def _owner(figure: Path, folder: Path) -> str:
    """Find the page that a figure is named for: `a-b-c.svg` is of a-b.md, if any."""
    stems = (
        page.stem
        for page in folder.glob("*.md")
        if figure.name.startswith(f"{page.stem}-")
    )
    return max(stems, key=len, default="")


def _line_of(name: str, result: ChapterResult) -> int:
    for block in result.chapter.blocks:
        for line, code in enumerate(block.code.splitlines(), block.line):
            if name in code:
                return line
    return result.chapter.blocks[0].line


def _masked(text: str) -> str:
    """Put one mark for every number, one space for any: columns move with numbers."""
    return re.sub(r" *# *", " # ", re.sub(r" +", " ", _NUMBER.sub("#", text)))


def _shown(expected: str, given: str) -> str:
    lines = [
        line.rstrip("\n")
        for line in difflib.unified_diff(
            expected.splitlines(),
            given.splitlines(),
            "the page",
            "the run",
            lineterm="",
            n=2,
        )
    ]
    return _cut(lines)


def _cut(lines: list[str]) -> str:
    more = [f"... and {len(lines) - _SHOWN} lines more"] if len(lines) > _SHOWN else []
    return "\n".join(lines[:_SHOWN] + more)
