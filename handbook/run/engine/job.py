"""The data that the processes of a run exchange; all of it can be written as JSON."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handbook.book.page import Block, BlockResult, Chapter, ChapterResult
from handbook.book.problem import Problem

__all__ = ["Job", "Limits", "Workspace", "measured", "must_raise", "unpack"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The resources of one chapter; a chapter that exceeds them is killed.

    Attributes
    ----------
    chapter_seconds, block_seconds : float
        Processor time of the chapter and of one block, including all threads and
        children. It doesn't depend on how busy the machine is.
    patience : float
        The limit for waiting, for anything other than a processor, as a multiple of
        the processor time.
    memory : int
        Bytes of resident memory, including children. Address space would be a poor
        measure: pandas reserves far more than it uses.
    output : int
        Bytes printed.
    closing_seconds : float
        How long its threads may run after the last block, in processor time or in
        waiting.
    """

    chapter_seconds: float = 60.0
    block_seconds: float = 20.0
    patience: float = 6.0
    memory: int = 2 * 2**30
    output: int = 2**20
    closing_seconds: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A chapter or a notebook, reduced to what its process needs.

    Attributes
    ----------
    root, path : str
        The book's root, and the file's path below it.
    blocks : list of (str, int, bool)
        The code of each block or cell, its line, and whether it must raise.
    limits : Limits
        The resources that it may use.
    imports : list of str
        The packages that are imported before its process is forked, in order.
    notebook : bool
        Whether it is a notebook.
    measured : list of str
        The measured outputs that its page shows, in order.
    alone : bool
        Whether each block has its own namespace.
    visible : list of str
        The files and folders of the book that it may read, relative to the root.
    """

    root: str
    path: str
    blocks: list[tuple[str, int, bool]]
    limits: Limits = field(default_factory=Limits)
    imports: list[str] = field(default_factory=list)
    notebook: bool = False
    measured: list[str] = field(default_factory=list)
    alone: bool = False
    visible: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, chapter: Chapter, root: Path, limits: Limits) -> "Job":
        """Return the job of a chapter, without the outputs that its page expects."""
        blocks = [
            (block.code, block.line, must_raise(block)) for block in chapter.blocks
        ]
        return cls(
            root=str(root),
            path=chapter.path.as_posix(),
            blocks=blocks,
            limits=limits,
            measured=measured(chapter),
            alone=chapter.alone,
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Job":
        """Return the job that `asdict` turned into data."""
        fields = dict(data)
        fields["blocks"] = [tuple(block) for block in data["blocks"]]
        fields["limits"] = Limits(**data["limits"])
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of one chapter's run: its files and its output.

    Attributes
    ----------
    folder : Path
        The folder that contains all of them.
    """

    folder: Path

    @property
    def work(self) -> Path:
        """The chapter's working directory."""
        return self.folder / "work"

    @property
    def tmp(self) -> Path:
        """The folder for its temporary files."""
        return self.folder / "tmp"

    @property
    def out(self) -> Path:
        """The file with its standard output."""
        return self.folder / "out"

    @property
    def err(self) -> Path:
        """The file with its standard error."""
        return self.folder / "err"

    def create(self, measured: Sequence[str] = ()) -> "Workspace":
        """Create the folders and the files.

        All are empty, except that the measured outputs of the page are in `measured/`.
        So a figure of measurements can show the same numbers as the page.
        """
        (self.work / "figures").mkdir(parents=True)
        for number, text in enumerate(measured, start=1):
            (self.work / "measured").mkdir(exist_ok=True)
            (self.work / "measured" / f"{number}.txt").write_text(
                text, encoding="utf-8"
            )
        self.tmp.mkdir()
        for path in (self.out, self.err):
            path.touch()
        return self


def measured(chapter: Chapter) -> list[str]:
    """Return the measured outputs that a page shows."""
    expected = (block.expected for block in chapter.blocks)
    return [
        text.text for text in expected if text is not None and text.kind == "measured"
    ]


def must_raise(block: Block) -> bool:
    """Return whether a page shows that a block raises an error."""
    return block.expected is not None and block.expected.kind == "error"


def unpack(
    data: Mapping[str, Any], chapter: Chapter, *, cached: bool = False
) -> ChapterResult:
    """Return the result in the data that `watch.run_watched` returned."""
    return ChapterResult(
        chapter=chapter,
        blocks=tuple(BlockResult(**block) for block in data["blocks"]),
        figures={
            name: base64.b64decode(text) for name, text in data["figures"].items()
        },
        problems=tuple(
            Problem(chapter.path, line, message) for line, message in data["problems"]
        ),
        seconds=data["seconds"],
        cached=cached,
    )
