"""The data types of a page that runs, and of the results of running it."""

from dataclasses import KW_ONLY, dataclass, field
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
"""The source of the glossary: its examples run, and a page is written from it."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """The text fence that declares what a block must output.

    Attributes
    ----------
    kind : {"output", "error", "measured"}
        The text that must be printed; the error that must be raised, written
        `Type: message`; or a text with measured numbers, and only these may differ.
    text : str
        The content of the fence, dedented, with its last newline.
    line : int
        The line of the page, from 1, where the content of the fence begins.
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
        The content of the fence, dedented, with its last newline.
    line : int
        The line of the page, from 1, where the code begins.
    expected : Expectation or None
        None if the block must print nothing.
    """

    code: str
    line: int
    expected: Expectation | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """The blocks of a page in order, which share one namespace and one process.

    Attributes
    ----------
    path : Path
        The page, relative to the book's root: `docs/explore/nulls.md`.
    alone : bool
        Whether each block has its own namespace, and runs even if another one fails.
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
        The line of the page, from 1, with the opening marks.
    code : str
        What readers see, without the last newline.
    fate : {"runs", "expected", "shown", "hidden", "refused"}
        What happens to it: `runs` is a block, `expected` is the output of a block,
        `shown` is text that does not run, `hidden` is in a comment.
    """

    line: int
    language: str
    code: str
    fate: Literal["runs", "expected", "shown", "hidden", "refused"]


@dataclass(frozen=True, slots=True)
class Embed:
    """A line `::: package.module.name`, where the site shows the source of a symbol."""

    line: int
    symbol: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The name of a file that a block passes to `savefig`."""

    line: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as the runner reads it: its chapter runs only if there is no problem.

    Attributes
    ----------
    sections : tuple of str
        The ids of the headings below the title.
    anchors : tuple of str
        What a link to a part of the page may name.
    """

    chapter: Chapter
    fences: tuple[Fence, ...]
    embeds: tuple[Embed, ...]
    figures: tuple[Figure, ...]
    problems: tuple[Problem, ...]
    sections: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockResult:
    """The result of one block.

    Attributes
    ----------
    stdout : str
        Everything that it printed, in order; with standard error only if it failed.
    error : str or None
        `Type: message`, or only `Type` if the message is empty.
    error_line : int or None
        The line of the page where the error was raised, or that called what raised it.
    traceback : str
        The traceback, with the lines of the page and of snippets; empty without an
        error.
    """

    stdout: str
    error: str | None = None
    error_line: int | None = None
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class ChapterResult:
    """The result of a chapter.

    Attributes
    ----------
    blocks : tuple of BlockResult
        One for each block that was started. An error ends the chapter unless the page
        expects it.
    figures : dict of str to bytes
        The files that the chapter wrote to `figures/`, by name, ready to be committed.
    problems : tuple of Problem
        What concerns the whole process, such as a broken limit or a crash.
    cached : bool
        Whether the result comes from the cache.
    """

    chapter: Chapter
    blocks: tuple[BlockResult, ...]
    _: KW_ONLY
    figures: dict[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
    cached: bool = False


@dataclass(frozen=True, slots=True)
class NotebookResult:
    """The result of a notebook.

    Attributes
    ----------
    path : Path
        The `.py` of the notebook, relative to the book's root.
    problems : tuple of Problem
        The cell that failed, with its line in the `.py`, or the limit that it broke.
    traceback : str
        The traceback; empty without an error.
    content : str
        The executed notebook; empty if there are problems.
    cached : bool
        Whether the result comes from the cache.
    """

    path: Path
    _: KW_ONLY
    problems: tuple[Problem, ...] = ()
    traceback: str = ""
    content: str = ""
    seconds: float = 0.0
    cached: bool = False
