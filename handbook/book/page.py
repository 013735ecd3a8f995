"""What a chapter is, and what came of running it: words the runner's modules share."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from handbook.book.problem import Problem

__all__ = [
    "GLOSSARY",
    "Block",
    "BlockResult",
    "Chapter",
    "ChapterResult",
    "Embed",
    "Expectation",
    "Fence",
    "Figure",
    "NotebookResult",
    "Page",
]


GLOSSARY = Path("docs/reference/glossary.yml")
"""A chapter that is no page: its examples run here, and a page is made of it."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """The text fence that says what a block must give.

    Attributes
    ----------
    kind : {"output", "error", "measured"}
        What must be printed; the error that must be raised, `Type: message`; or what is
        printed with numbers that were measured, which alone may differ.
    text : str
        The fence's content, dedented, with its last newline.
    line : int
        The page's line, from 1, of the fence's first line of content.
    """

    kind: Literal["output", "error", "measured"]
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """One fence of Python that runs.

    Attributes
    ----------
    code : str
        The fence's content, dedented, with its last newline.
    line : int
        The page's line, from 1, of the first line of code.
    expected : Expectation or None
        None where the block must print nothing.
    """

    code: str
    line: int
    expected: Expectation | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page's blocks in order: one namespace, one process.

    Attributes
    ----------
    path : Path
        Relative to the book's root: `docs/explore/nulls.md`.
    alone : bool
        Whether each block has a namespace of its own, and none ends the others.
    """

    path: Path
    blocks: tuple[Block, ...]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    """A fence of any language.

    Attributes
    ----------
    line : int
        The page's line, from 1, of its opening marks.
    code : str
        What the reader is shown, without the last newline.
    fate : {"runs", "expected", "shown", "hidden", "refused"}
        What became of it: `expected` says what a block gives, `hidden` is in a comment.
    """

    line: int
    language: str
    code: str
    fate: Literal["runs", "expected", "shown", "hidden", "refused"]


@dataclass(frozen=True, slots=True)
class Embed:
    """A line `::: package.module.name`, which shows the source of what it names."""

    line: int
    symbol: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A file name that a block gives to `savefig`."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the runner reads it: its chapter runs only where it has no problem."""

    chapter: Chapter
    fences: tuple[Fence, ...]
    embeds: tuple[Embed, ...]
    figures: tuple[Figure, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class BlockResult:
    """What one block gave.

    Attributes
    ----------
    stdout : str
        All that it printed, in order, standard error included only where it failed.
    error : str or None
        `Type: message`, or `Type` alone where the message is empty.
    error_line : int or None
        The page's line on which the error arose or passed through.
    traceback : str
        Its frames named by the page's and the snippets' own lines; empty without an
        error.
    """

    stdout: str
    error: str | None = None
    error_line: int | None = None
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class ChapterResult:
    """What a chapter gave.

    Attributes
    ----------
    blocks : tuple of BlockResult
        One for each block that was begun; a block that raises ends the chapter, unless
        it had to.
    figures : dict of str to bytes
        Files that the chapter left in `figures/`, by name, as they are to be committed.
    problems : tuple of Problem
        Limits broken, processes that died: what no block can tell of itself.
    cached : bool
        True where the result was read, not run.
    """

    chapter: Chapter
    blocks: tuple[BlockResult, ...]
    figures: dict[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
    cached: bool = False


@dataclass(frozen=True, slots=True)
class NotebookResult:
    """What a notebook gave, beside the `.ipynb` that was written.

    Attributes
    ----------
    path : Path
        Of its `.py`, relative to the book's root.
    problems : tuple of Problem
        The cell that failed, on its line of the `.py`, or the limit that it broke.
    traceback : str
        Empty without an error.
    content : str
        The executed notebook; empty where there are problems.
    cached : bool
        True where the result was read, not run.
    """

    path: Path
    problems: tuple[Problem, ...] = ()
    traceback: str = ""
    content: str = ""
    seconds: float = 0.0
    cached: bool = False
