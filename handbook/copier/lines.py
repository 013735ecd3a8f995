"""Handle the lines of a copy: line ends, conflict markers, imports."""

import re

__all__ = [
    "NEW",
    "YOURS",
    "as_lf",
    "find_markers",
    "rewrite_imports",
    "split_lines",
]

YOURS, NEW = b"<<<<<<< ", b">>>>>>> "
"""The first and the last marker of a conflict, as git writes them."""

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


def find_markers(content: bytes) -> int | None:
    """Return the line, from 1, of the first conflict that is not yet resolved."""
    if NEW not in content:
        return None
    lines = split_lines(content)
    ends = any(line.startswith(NEW) for line in lines)
    begins = (n for n, line in enumerate(lines, 1) if line.startswith(YOURS))
    return next(begins, None) if ends else None


def rewrite_imports(test: bytes, unit: str, module: str) -> bytes:
    """Return a test that imports its unit from its place in the project.

    Nothing else is changed. The test of a module has one such import, that of a folder
    one for each of its modules.
    """

    def rewrite(found: re.Match[bytes]) -> bytes:
        own = found[2] == unit.encode()
        return found[1] + module.encode() if own else found[0]

    return _IMPORT.sub(rewrite, test)
