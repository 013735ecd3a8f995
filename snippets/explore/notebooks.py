"""Read in a notebook's file what its kernel remembered. Nothing is executed."""

import ast
import builtins
import contextlib
import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

__all__ = ["out_of_order", "strip", "undefined", "unsafe_twice"]

_KNOWN = {*builtins.__dict__, "display", "get_ipython", "__name__", "_"}
_STORES = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def out_of_order(notebook: Mapping[str, Any]) -> list[tuple[int, int | None]]:
    """Return the code cells whose number doesn't follow the one above.

    Parameters
    ----------
    notebook : mapping
        The notebook's JSON, format 4.

    Returns
    -------
    list of (int, int or None)
        The place of each such cell among the code cells, from 1, and its number, None
        if it never ran. Empty after "Restart and run all".
    """
    found: list[tuple[int, int | None]] = []
    last = 0
    for place, cell in enumerate(_code(notebook), start=1):
        count = cell.get("execution_count")
        if count != last + 1:
            found.append((place, count))
        last = last + 1 if count is None else count
    return found


def undefined(cells: Iterable[str]) -> list[tuple[int, str]]:
    """Return names that a cell uses and no cell above it defines.

    Parameters
    ----------
    cells : iterable of str
        The sources of the code cells, in their order.

    Returns
    -------
    list of (int, str)
        The place of the cell, from 1, and the name, in this order.
    """
    known, found = {*_KNOWN}, []
    for place, tree in _trees(cells):
        own, nodes = {*_stored(tree)}, [*ast.walk(tree)]
        names = [node for node in nodes if isinstance(node, ast.Name)]
        local = {each.id for each in names if isinstance(each.ctx, ast.Store)}
        local |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        used = {each.id for each in names} - known - own - local
        found += [(place, name) for name in sorted(used)]
        known |= own
    return found


def unsafe_twice(cells: Iterable[str]) -> list[tuple[int, str]]:
    """Return what a cell makes from itself, so that a second run may change it again.

    `rows = rows[rows > 0]` is named, too: the code can't tell that nothing changes.

    Parameters
    ----------
    cells : iterable of str
        The sources of the code cells, in their order.

    Returns
    -------
    list of (int, str)
        The place of the cell, from 1, and the name, column or attribute.
    """
    found = set()
    for place, tree in _trees(cells):
        fresh: set[str] = set()  # made anew in this cell, so a second run starts over
        for node in _outer(tree):
            if isinstance(node, _STORES):
                stored = {*_stored(node)}
                read = _read(node) if not isinstance(node, ast.For) else set()
                found |= {(place, name) for name in stored & read - fresh}
                fresh |= stored - read
    return sorted(found)


def strip(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy without outputs and numbers, so that a diff shows code only.

    Parameters
    ----------
    notebook : mapping
        The notebook's JSON, format 4. It stays as it is.

    Returns
    -------
    dict
        The notebook as if it had never run.
    """
    clean = copy.deepcopy(dict(notebook))
    for cell in _code(clean):
        cell["outputs"], cell["execution_count"] = [], None
    return clean


def _code(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not isinstance(notebook, Mapping) or not isinstance(notebook.get("cells"), list):
        raise ValueError("notebook must have a list of cells: is it of format 4?")
    return [cell for cell in notebook["cells"] if cell.get("cell_type") == "code"]


def _trees(cells: Iterable[str]) -> Iterator[tuple[int, ast.Module]]:
    for place, source in enumerate([cells] if isinstance(cells, str) else cells, 1):
        with contextlib.suppress(SyntaxError):  # a magic such as %%bash
            yield place, ast.parse(source)


def _outer(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below one, in their order, but nothing inside a function."""
    for node in ast.iter_child_nodes(tree):
        yield node
        if not isinstance(node, _SCOPES):
            yield from _outer(node)


def _stored(tree: ast.AST) -> Iterator[str]:
    """Yield what is defined outside functions: names, columns, attributes."""
    for node in _outer(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(getattr(node, "ctx", None), ast.Store):
            yield ast.unparse(node)


def _read(node: ast.AST) -> set[str]:
    nodes = [each for each in ast.walk(node) if hasattr(each, "ctx")]
    read = {ast.unparse(each) for each in nodes if isinstance(each.ctx, ast.Load)}
    return read | (
        {ast.unparse(node.target)} if isinstance(node, ast.AugAssign) else set()
    )
