"""Read what a module defines, so that it need not be parsed again."""

import ast
import warnings
from collections.abc import Iterator
from typing import Any

__all__ = ["defined_names", "outline"]


def outline(text: str) -> list[Any]:
    """Read what a module defines and what of it is public, in a form for JSON.

    Parameters
    ----------
    text : str
        The source of the module.

    Returns
    -------
    list
        A dict from each name that it defines to (line, names in it), and the list of
        the public names. If the text is not Python: the line and the reason.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ruff reports invalid escapes
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            return [error.lineno or 1, f"this is not Python: {error.msg}"]
        except (ValueError, RecursionError, MemoryError) as error:
            return [1, f"this is not Python: {error}"]
    defined = {name: node for node in tree.body for name in defined_names(node)}
    names = {
        name: [node.lineno, list(_members(node))] for name, node in defined.items()
    }
    return [names, _public(defined)]


def defined_names(node: ast.stmt) -> set[str]:
    """Return the names that a class, a function or an assignment defines."""
    match node:
        case (
            ast.FunctionDef(name=name)
            | ast.AsyncFunctionDef(name=name)
            | ast.ClassDef(name=name)
        ):
            return {name}
        case ast.Assign(targets=targets):
            return {
                n.id
                for target in targets
                for n in ast.walk(target)
                if isinstance(n, ast.Name)
            }
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def _members(node: ast.stmt) -> Iterator[str]:
    for each in node.body if isinstance(node, ast.ClassDef) else ():
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield each.name


def _public(defined: dict[str, ast.stmt]) -> list[str]:
    if isinstance(node := defined.get("__all__"), ast.Assign | ast.AnnAssign):
        return [
            each.value
            for each in getattr(node.value, "elts", [])
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
    return [name for name in defined if not name.startswith("_")]
