"""Change a module in small wrong ways, and see which of them tests find.

Source: DeMillo, Lipton and Sayward (1978), Hints on test data selection, Computer 11.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

__all__ = ["Mutant", "killed", "mutants"]

_OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.BitOr: (ast.BitAnd,),
}


@dataclass(frozen=True)
class Mutant:
    """A module with one change.

    Attributes
    ----------
    line : int
        Of the original, from 1.
    change : str
        The expression before and after.
    source : str
        The whole module.
    """

    line: int
    change: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Return mutants of a module: one comparison, operator or whole number changed.

    Parameters
    ----------
    source : str
        The module's Python source.

    Returns
    -------
    list of Mutant
        In the order of the lines.

    Raises
    ------
    SyntaxError
        If `source` isn't Python.
    """
    tree = ast.parse(source)
    found = []
    for place, node in enumerate(ast.walk(tree)):
        for changed in _variants(node):
            mutated = copy.deepcopy(tree)
            original = list(ast.walk(mutated))[place]
            original.__dict__.update(changed.__dict__)
            change = f"{ast.unparse(node)} -> {ast.unparse(changed)}"
            line = getattr(node, "lineno", 0)
            found.append(Mutant(line, change, ast.unparse(mutated)))
    return sorted(found, key=lambda mutant: mutant.line)


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    """Yield copies of a node, each with one thing changed."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator in _OPERATORS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [operator()], node.comparators)  # type: ignore[list-item]
    elif isinstance(node, ast.BinOp):
        for operator in _OPERATORS.get(type(node.op), ()):
            yield ast.BinOp(node.left, operator(), node.right)  # type: ignore[arg-type]
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)


def killed(mutant: Mutant, suite: Callable[[ModuleType], object]) -> bool:
    """Return whether a suite fails on a mutant.

    Parameters
    ----------
    mutant : Mutant
        It's executed: take none of a module that does something when imported. One
        that loops for ever isn't stopped.
    suite : callable
        Takes the module; raises where a test fails. Check first that it doesn't kill
        the unchanged source.

    Returns
    -------
    bool
        True if the module can't be imported, or the suite raises anything but an
        interrupt by hand.

    Raises
    ------
    SyntaxError
        If the mutant isn't Python.
    KeyboardInterrupt
        If somebody interrupts the suite by hand.
    """
    module = ModuleType("mutant")
    code = compile(mutant.source, "<mutant>", "exec")
    try:
        exec(code, module.__dict__)  # noqa: S102  the reader's own, changed by one
        suite(module)
    except KeyboardInterrupt:
        raise
    except BaseException:  # what pytest.raises raises is no Exception
        return True
    return False
