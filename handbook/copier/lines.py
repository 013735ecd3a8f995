"""The lines of a copy: their ends, marks of conflicts, imports."""

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
"""How a conflict begins and ends."""

_IMPORT = re.compile(
    rb"^(\s*(?:from|import)\s+)snippets\.(\w+\.\w+)(?=[.\s])", re.MULTILINE
)


def as_lf(content: bytes) -> bytes:
    r"""Give a text with the line ends that hashes are made of.

    Git on Windows may check out `\r\n`, so line ends are no edit.
    """
    return content.replace(b"\r\n", b"\n")


def split_lines(content: bytes) -> list[bytes]:
    """Split a text into lines with their ends; a form feed ends none."""
    *whole, last = content.split(b"\n")
    return [line + b"\n" for line in whole] + ([last] if last else [])


def find_markers(content: bytes) -> int | None:
    """Give the first line, from 1, of a conflict that nobody has settled yet."""
    if NEW not in content:
        return None
    lines = split_lines(content)
    ends = any(line.startswith(NEW) for line in lines)
    begins = (n for n, line in enumerate(lines, 1) if line.startswith(YOURS))
    return next(begins, None) if ends else None


def rewrite_imports(test: bytes, unit: str, module: str) -> bytes:
    """Let a test import its unit from where the project keeps it; change nothing else.

    A module has one such line; a folder one for each of its modules.
    """

    def rewrite(found: re.Match[bytes]) -> bytes:
        own = found[2] == unit.encode()
        return found[1] + module.encode() if own else found[0]

    return _IMPORT.sub(rewrite, test)
