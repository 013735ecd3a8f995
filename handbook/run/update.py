"""Write new outputs into a page without changing any other byte."""

import os
import platform
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from handbook.base.files import write_if_changed
from handbook.book.page import GLOSSARY
from handbook.book.problem import Problem
from handbook.run.compare import NewFigure, NewText

__all__ = ["measured_on", "write_figure", "write_texts"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_OPENING = re.compile(r"(?P<indent>[ ]*)(?P<marks>`{3,})(?:text|console)\s*")


def write_texts(
    root: Path, path: Path, texts: Iterable[NewText], today: date
) -> list[Problem]:
    """Write the outputs of blocks into the fences below them.

    Parameters
    ----------
    root : Path
        The book's root.
    path : Path
        The page, relative to the root.
    texts : iterable of NewText
        The new texts, with the fences as they were when the page was read.
    today : date
        The date to write below measured outputs, with the machine.

    Returns
    -------
    list of Problem
        The fences that could not be written; all others were.
    """
    if path == GLOSSARY:
        from handbook.book.glossary import write_prints  # noqa: PLC0415

        return write_prints(root, [(new.expected, new.text) for new in texts])
    file = root / path
    lines = _LINE.findall(file.read_bytes().decode("utf-8"))
    problems = []
    for new in sorted(texts, key=lambda new: -new.expected.line):
        expected, text = new.expected, new.text
        if new.measured:
            text += measured_on(today)
        opening = (
            _OPENING.fullmatch(lines[expected.line - 2])
            if expected.line - 2 < len(lines)
            else None
        )
        first, last = expected.line - 1, expected.line - 1 + expected.text.count("\n")
        indent = opening["indent"] if opening else ""
        if (
            opening is None
            or "".join(_dedent(lines[first:last], indent)) != expected.text
        ):
            problems.append(
                Problem(
                    path, expected.line, "the page changed during the run: run it again"
                )
            )
        elif any(
            line.lstrip().startswith(opening["marks"]) for line in text.splitlines()
        ):
            problems.append(
                Problem(
                    path,
                    expected.line - 1,
                    f"the output contains {opening['marks']}, "
                    "which would end this fence: write it with more backticks",
                )
            )
        else:
            end = re.search(r"[\r\n]+\Z", lines[first - 1])
            newline = end[0] if end else "\n"
            lines[first:last] = [
                (indent + line if line else "") + newline
                for line in text.split("\n")[:-1]
            ]
    write_if_changed(file, "".join(lines))
    return problems


def write_figure(root: Path, figure: NewFigure) -> None:
    """Write a figure to the file that is committed."""
    write_if_changed(root / figure.path, figure.content)


def measured_on(today: date) -> str:
    """Return when and where something was measured: the last line of its fence."""
    return (
        f"(measured {today.isoformat()} on {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()})\n"
    )


def _dedent(lines: list[str], indent: str) -> list[str]:
    spaces = re.compile(f" {{0,{len(indent)}}}")
    return [spaces.sub("", line, count=1).rstrip("\r\n") + "\n" for line in lines]
