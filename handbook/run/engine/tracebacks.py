"""Render tracebacks for a page's author: `docs/part/stem.md:42`, without the runner."""

import os
import re
import sys
import traceback
from pathlib import Path

__all__ = ["describe", "hint", "innermost_line", "render"]

_MESSAGE = 10_000  # characters of an error's message
_TRACEBACK = 40_000  # characters of a traceback, which may have several messages


def describe(error: BaseException) -> str:
    """Return `Type: message`, or `Type` if the message is empty."""
    name = type(error).__name__
    try:
        # str() of a SyntaxError would add the place, which the traceback shows.
        message = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:
        message = "<its message cannot be made: str() of it fails>"
    # A str can contain half a surrogate pair, but a page, which is UTF-8, can't.
    message = _cut(message, _MESSAGE).encode(errors="backslashreplace").decode()
    return f"{name}: {message}" if message else name


def _cut(text: str, longest: int) -> str:
    """Return a text, or its beginning and its end if it is too long to be read."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]} [... of {len(text):,} characters ...] {text[-half:]}"


def hint(error: BaseException, root: Path) -> str:
    """Return what a chapter has instead of what it doesn't find, if that is known."""
    if isinstance(error, EOFError):
        return _NO_INPUT
    cause = error.__cause__ or error
    missing = False
    if isinstance(cause, ModuleNotFoundError):
        missing = (cause.name or "").partition(".")[0] == "snippets"
    elif isinstance(cause, FileNotFoundError) and isinstance(
        cause.filename, (str, bytes)
    ):
        path = Path(os.fsdecode(cause.filename))
        missing = not path.is_absolute() or path.is_relative_to(root)
    return _MISSING if missing else ""


_NO_INPUT = (
    "A chapter has no input: write what a person would type as a value in the block.\n"
)
_MISSING = (
    "A chapter runs in an empty folder. Of the book it sees only the snippets that its "
    "code imports by name, and the data files beside them.\n"
)


def innermost_line(error: BaseException, path: str) -> int | None:
    """Return the innermost line of the page in an error's traceback."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == path
    ]
    return lines[-1] if lines else None


def render(error: BaseException, root: Path) -> str:
    """Return a traceback with `FILE:LINE` frames, relative to book or site-packages."""
    shown = traceback.TracebackException.from_exception(error)
    _rename(shown, root)
    # Cut first: the pattern is slow on a long text.
    text = _cut("".join(shown.format()), _TRACEBACK)
    return re.sub(r'^(\W*)File "(.*)", line (\d+)', r"\1\2:\3", text, flags=re.M)


def _rename(shown: traceback.TracebackException, root: Path) -> None:
    for frame in shown.stack:
        frame.line  # noqa: B018  reads the source, which needs the original file name
        frame.filename = _short(frame.filename, root)
    if filename := getattr(shown, "filename", None):  # of a SyntaxError
        shown.filename = _short(filename, root)
    related = [shown.__cause__, shown.__context__, *(shown.exceptions or [])]
    for other in related:
        if other is not None:
            _rename(other, root)


def _short(name: str, root: Path) -> str:
    path = Path(name)
    if path.is_relative_to(root):
        inside = path.relative_to(root)
        if "site-packages" not in inside.parts:  # the book may contain an environment
            return inside.as_posix()
    parts = path.parts
    for folder in (
        "site-packages",
        f"python{sys.version_info[0]}.{sys.version_info[1]}",
    ):
        if folder in parts:
            return "/".join(parts[parts.index(folder) + 1 :])
    return name if not path.is_absolute() else path.name
