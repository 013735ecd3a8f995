"""What the processes of a run tell each other: plain data that goes through JSON."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handbook.book.page import Block, BlockResult, Chapter, ChapterResult
from handbook.book.problem import Problem

__all__ = ["Job", "Limits", "Seat", "measured", "must_raise", "unpack"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one chapter may use before it is killed with all its children.

    Attributes
    ----------
    chapter_seconds, block_seconds : float
        Processor time of the chapter and of one block, all threads and children
        counted. However busy the machine is, the same code takes as many seconds.
    patience : float
        How many times as long as that it may wait for something other than a processor.
    memory : int
        Bytes resident, children counted. Address space is no measure: honest pandas
        maps more.
    output : int
        Bytes printed.
    closing_seconds : float
        What its threads have to end by themselves after the last block: that much
        processor time, or that much waiting.
    """

    chapter_seconds: float = 60.0
    block_seconds: float = 20.0
    patience: float = 6.0
    memory: int = 2 * 2**30
    output: int = 2**20
    closing_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Job:
    """One chapter, or a notebook with its cells for blocks, as its process needs it."""

    root: str
    path: str
    blocks: list[tuple[str, int, bool]]  # code, line, whether it must raise
    limits: Limits = field(default_factory=Limits)
    imports: list[str] = field(
        default_factory=list
    )  # packages that are there before, in order
    notebook: bool = False
    measured: list[str] = field(default_factory=list)  # what its page records, in order
    alone: bool = False  # whether each block has a namespace of its own

    @classmethod
    def of(cls, chapter: Chapter, root: Path, limits: Limits) -> "Job":
        """Take from a chapter what running it needs: not what is expected of it."""
        blocks = [
            (block.code, block.line, must_raise(block)) for block in chapter.blocks
        ]
        return cls(
            str(root),
            chapter.path.as_posix(),
            blocks,
            limits,
            measured=measured(chapter),
            alone=chapter.alone,
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Job":
        """Make it of what `asdict` gave."""
        blocks = [(code, line, must_raise) for code, line, must_raise in data["blocks"]]
        limits = Limits(**data["limits"])
        rest = (data[name] for name in ("imports", "notebook", "measured", "alone"))
        return cls(data["root"], data["path"], blocks, limits, *rest)


@dataclass(frozen=True, slots=True)
class Seat:
    """The files of one chapter's run: a folder to fill, and what its process reports.

    Attributes
    ----------
    folder : Path
        Holds `work` (the chapter's working directory), `tmp` (its temporary files),
        `out` and `err` (what it prints) and `events` (one JSON object a line).
    """

    folder: Path

    @property
    def work(self) -> Path:
        """The chapter's working directory."""
        return self.folder / "work"

    @property
    def tmp(self) -> Path:
        """Where its temporary files go."""
        return self.folder / "tmp"

    @property
    def out(self) -> Path:
        """What it prints."""
        return self.folder / "out"

    @property
    def err(self) -> Path:
        """What it prints to standard error."""
        return self.folder / "err"

    @property
    def events(self) -> Path:
        """What its process reports: one JSON object a line."""
        return self.folder / "events"

    @property
    def notebook(self) -> Path:
        """The executed notebook, if it is one."""
        return self.folder / "notebook"

    def lay(self, measured: Sequence[str] = ()) -> "Seat":
        """Make the folders and the files: empty, but for what the page measured before.

        A figure of measurements is drawn from `measured/1.txt`: it shows what the page
        says.
        """
        (self.work / "figures").mkdir(parents=True)
        for number, text in enumerate(measured, start=1):
            (self.work / "measured").mkdir(exist_ok=True)
            (self.work / "measured" / f"{number}.txt").write_text(
                text, encoding="utf-8"
            )
        self.tmp.mkdir()
        for path in (self.out, self.err, self.events):
            path.touch()
        return self


def measured(chapter: Chapter) -> list[str]:
    """Give the texts of a page's fences of measured output."""
    expected = (block.expected for block in chapter.blocks)
    return [
        text.text for text in expected if text is not None and text.kind == "measured"
    ]


def must_raise(block: Block) -> bool:
    """Tell whether a page says that a block fails."""
    return block.expected is not None and block.expected.kind == "error"


def unpack(
    data: Mapping[str, Any], chapter: Chapter, *, cached: bool = False
) -> ChapterResult:
    """Make a result of what `handbook.run.engine.watch.keep` gave."""
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
