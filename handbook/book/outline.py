"""What other files need to know of a module, without parsing it again."""

import ast
import warnings
from collections.abc import Iterator
from typing import Any

__all__ = ["defined_names", "outline"]


def outline(text: str) -> list[Any]:
    """Read what a module defines and offers, in a form that JSON can hold.

    Parameters
    ----------
    text : str
        The module.

    Returns
    -------
    list
        Either a dict of each name that it defines to (line, names in it), and the list
        of those that are public; or, of what is no Python, the line and the reason.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ruff speaks of invalid escapes
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            return [error.lineno or 1, f"this is no Python: {error.msg}"]
        except (ValueError, RecursionError, MemoryError) as error:
            return [1, f"this is no Python: {error}"]
    defined = {name: node for node in tree.body for name in defined_names(node)}
    names = {name: [node.lineno, list(_within(node))] for name, node in defined.items()}
    return [names, _public(defined)]


def defined_names(node: ast.stmt) -> set[str]:
    """Give the names that a statement defines: a class, a function, an assignment."""
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


def _within(node: ast.stmt) -> Iterator[str]:
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
