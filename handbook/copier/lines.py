"""Handle the lines of a copy: line ends, conflict markers, imports."""

import re
from collections import Counter
from collections.abc import Iterator

__all__ = [
    "MIDDLE",
    "NEW",
    "YOURS",
    "as_lf",
    "find_markers",
    "rewrite_imports",
    "split_lines",
]

YOURS, MIDDLE, NEW = b"<<<<<<< ", b"=======", b">>>>>>> "
"""The markers of a conflict, as git writes them; two are followed by a label."""

_TITLE = re.compile(rb"[A-Z][\w ]{6}")
_QUOTED = re.compile(rb"(?:#|//|--|>(?!>))+\s*(?=[<|>]{7})")  # commented out, quoted
_MARKER = re.compile(rb"(<{7,9}|\|{7,9}|>{7,9})(\s.*)?|={7}")
_IMPORT = re.compile(
    rb"^(\s*(?:from|import)\s+)snippets\.(\w+\.\w+)(?=[.\s])", re.MULTILINE
)


def as_lf(content: bytes) -> bytes:
    r"""Return a text with lines that end in `\n`, from which hashes are computed.

    Git on Windows may check out files with `\r\n`, which doesn't count as an edit.
    """
    return content.replace(b"\r\n", b"\n")


def split_lines(content: bytes) -> list[bytes]:
    """Split a text into lines with their ends; a form feed doesn't end a line."""
    *whole, last = content.split(b"\n")
    return [line + b"\n" for line in whole] + ([last] if last else [])


def find_markers(content: bytes, pristine: bytes = b"") -> int | None:
    """Return the line, from 1, of the first marker that a conflict left behind.

    One marker is enough, also an indented one: people delete the others by hand. The
    seven equals signs below a title of seven letters underline it, as does `Returns`.

    Parameters
    ----------
    content : bytes
        The text to search.
    pristine : bytes
        The text as it was copied. It may show markers itself, which don't count.
    """
    shown = Counter(marker for _, marker in _markers(pristine))
    for number, marker in _markers(content):
        shown[marker] -= 1
        if shown[marker] < 0:
            return number
    return None


def _markers(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Find the lines that look like markers, without their indentation."""
    above = b""
    for number, line in enumerate(content.split(b"\n"), 1):
        text = _QUOTED.sub(b"", line.strip(), count=1)
        title = text == MIDDLE and _TITLE.fullmatch(above)
        if _MARKER.fullmatch(text) and not title:
            yield number, text
        above = text


def rewrite_imports(test: bytes, unit: str, module: str) -> bytes:
    """Return a test that imports its unit from its place in the project.

    Nothing else is changed. The test of a module has one such import, that of a folder
    one for each of its modules.
    """

    def rewrite(found: re.Match[bytes]) -> bytes:
        own = found[2] == unit.encode()
        return found[1] + module.encode() if own else found[0]

    return _IMPORT.sub(rewrite, test)
