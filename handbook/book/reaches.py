"""Find code that reaches into the process that runs it, where it could forge a run."""

import ast
import re
import warnings
from collections.abc import Iterator

__all__ = ["find_reaches"]

# With these a block finds the runner's frames and objects, or ends its process.
_NAMES = {
    "_current_frames", "_exit", "_getframe", "currentframe", "f_back", "f_builtins",
    "f_globals", "f_locals", "get_objects", "get_referents", "get_referrers",
    "getinnerframes", "getouterframes",
}  # fmt: skip
_TEXT = re.compile(rf"{'|'.join(_NAMES)}|handbook(\.(base|book|run)\b.*)?")
# Here are the descriptors of the process, and the pipe to which it reports.
_PLACE = re.compile(r"(?<![\w.-])/(?:proc|dev/fd)(?:/|$)")


def find_reaches(code: str) -> Iterator[tuple[int, str]]:
    """Yield the lines, from 1, where a block reaches into its runner, and by what.

    It reads names and texts, so it stops an accident and a known trick, but not an
    author who assembles a name from parts: people who review a page do.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # the run reports it
    found: dict[int, str] = {}
    for node in ast.walk(tree):
        for name in _names(node):
            found.setdefault(getattr(node, "lineno", 1), name)
    yield from sorted(found.items())


def _names(node: ast.AST) -> Iterator[str]:
    """Yield the names in a node by which a block could reach its runner."""
    if isinstance(node, ast.Attribute) and node.attr in _NAMES:
        yield node.attr
    elif isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
        yield from (name for name in names if name.split(".")[0] == "handbook")
    elif isinstance(node, ast.ImportFrom):
        if (node.module or "").split(".")[0] == "handbook":
            yield node.module or ""
        yield from (alias.name for alias in node.names if alias.name in _NAMES)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        text = node.value
        text = text.decode(errors="replace") if isinstance(text, bytes) else text
        if _TEXT.fullmatch(text):
            yield text
        elif place := _PLACE.search(text):
            yield place[0]
