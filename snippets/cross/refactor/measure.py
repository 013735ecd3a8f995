"""Measure what makes a cell hard to read: branches, repeats, names that say nothing.

The measures see the form of the code. Whether it is right they cannot tell, nor whether
a name lies: `delay` passes, whichever delay it holds.

Source: McCabe (1976), A Complexity Measure, IEEE Trans. on Software Engineering 2.
"""

import ast

__all__ = ["branches", "repeats", "vague_names"]

_BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.match_case)
_FILLERS = {"data", "df", "out", "res", "ret", "temp", "tmp", "val"}


def branches(source: str) -> int:
    """Count the places where the code can go two ways.

    Parameters
    ----------
    source : str
        Python code. Raises SyntaxError if it is not.

    Returns
    -------
    int
        How many `if`, `elif`, `for`, `while`, `except` and `case` there are,
        conditional expressions, and `for` and `if` in comprehensions.

    Examples
    --------
    >>> branches("[delay for delay in delays if delay > 15]")
    2
    """
    nodes = list(ast.walk(ast.parse(source)))
    loops = [node for node in nodes if isinstance(node, ast.comprehension)]
    plain = sum(isinstance(node, _BRANCHES) for node in nodes)
    return plain + sum(1 + len(loop.ifs) for loop in loops)


def repeats(source: str) -> int:
    """Count the statements that say again what another one says, word for word.

    Parameters
    ----------
    source : str
        Python code. Raises SyntaxError if it is not.

    Returns
    -------
    int
        Statements less distinct statements. Of a loop or a condition only the head is
        compared. Spaces, line breaks, comments and docstrings do not count.
    """
    statements = [
        ast.unparse(node).splitlines()[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt) and not _is_text(node)
    ]
    return len(statements) - len(set(statements))


def vague_names(source: str) -> list[str]:
    """List the variables whose name does not say what they hold.

    Parameters
    ----------
    source : str
        Python code. Raises SyntaxError if it is not.

    Returns
    -------
    list of str
        In alphabetical order: names that the code assigns, of one or two letters or a
        filler such as `tmp`, with or without a number behind (`df2`).
    """
    names = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    assigned = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    words = {name: name.rstrip("0123456789").strip("_") for name in assigned}
    return sorted(
        name
        for name, word in words.items()
        if 0 < len(word) <= 2 or word in _FILLERS  # a lone _ says: not used
    )


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
