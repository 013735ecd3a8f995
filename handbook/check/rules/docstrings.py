"""HB207: what a docstring says of parameters, results and errors is so."""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from handbook.book.book import Book
from handbook.book.problem import Problem
from handbook.book.remember import Answers, remember
from handbook.book.source import Module
from handbook.check.rule import Rule

if TYPE_CHECKING:
    from pydoclint.utils.violation import Violation

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        "HB207",
        "docstring-agrees",
        "A reader trusts the docstring: each parameter, the result and each error "
        "raised stand in it, in NumPy's sections.",
        '"""Count the patterns."""  of a function with a parameter and a result',
        '"""Count the patterns.\n\n'
        "Parameters\n----------\nframe : DataFrame of shape (n, k)\n"
        "    One row per unit.\n\n"
        "Returns\n-------\nDataFrame of shape (p, 2)\n"
        '    One row per pattern.\n"""',
    ),
)

# Types in our docstrings say shapes and units, which no annotation can: their codes
# (105 to 111, 203, 404, 605) are left out. So is 502: an error may come from below.
_CODES = {1, 102, 101, 103, 104, 201, 202, 301, 402, 403, 503, 601, 602, 603, 604}
_CONSEQUENCES = {101, 102, 601, 602}  # 103 and 603 say it with the names
_GROUP = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)+)( ?:.*)?(?=\n +\S)", re.MULTILINE)
_ASIDE = re.compile(r"\s*\((?:Or could|Please read)[^()]*\)")
_RAISES = re.compile(
    r".*docstring: \[(.*?)\]\. Raised exceptions in the body: \[(.*)\]\."
)


def find(book: Book) -> Iterator[Problem]:
    """Give what pydoclint says of the snippets."""
    modules = [module for module in book.snippets if not module.is_before]

    def ask(new: Sequence[Module]) -> Answers:
        return {module.path: list(map(list, _ask(module))) for module in new}

    said = remember(book.files, "pydoclint", modules, ask)
    for path, answers in said.items():
        for line, message in answers:
            yield Problem(path, line, message, "HB207")


def _ask(module: Module) -> Iterator[tuple[int, str]]:
    tree = ast.parse(module.text)  # one that we may change
    for node in ast.walk(tree):
        _rewrite(node)
    offered = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name in module.public
    ]
    others = [node for node in tree.body if node not in offered]
    yield from _told(_visit(others, may_be_short=True))
    for function in offered:
        told = list(_told(_visit([function], may_be_short=False)))
        if told and "\n---" not in (ast.get_docstring(function) or ""):
            message = "write NumPy's sections: Parameters, and Returns or Yields"
            told = [(function.lineno, f"Function `{function.name}`: {message}")]
        yield from told


def _visit(body: Sequence[ast.stmt], *, may_be_short: bool) -> "Sequence[Violation]":
    from pydoclint.visitor import Visitor  # noqa: PLC0415

    visitor = Visitor(
        style="numpy",
        skipCheckingPrivateFunctions=True,
        skipCheckingShortDocstrings=may_be_short,
    )
    visitor.visit(ast.Module(list(body), []))
    violations: list[Violation] = visitor.violations
    return violations


def _told(violations: "Sequence[Violation]") -> Iterator[tuple[int, str]]:
    detailed = {v.line for v in violations if v.code in {103, 603}}
    for each in violations:
        if each.code not in _CODES:
            continue
        if each.code in _CONSEQUENCES and each.line in detailed:
            continue
        message = " ".join(_ASIDE.sub("", each.msg).split()).replace("..", ".")
        if each.code == 503:
            if not (undocumented := _undocumented(each.msgPostfix)):
                continue
            message = f"{each.msgPrefix} raises {undocumented}: say so under Raises"
        yield each.line, f"{message} (pydoclint DOC{each.code})"


def _undocumented(message: str) -> str:
    """Name the errors that a function raises and its docstring does not."""
    if (match := _RAISES.fullmatch(message)) is None:
        return "an error"
    documented, raised = (
        set(re.findall(r"'([\w.]+)'", each)) for each in match.groups()
    )
    # `raise _refusal(...)`: a function makes the error, and which one is its affair.
    errors = {
        name for name in raised - documented if name.rpartition(".")[2][0].isupper()
    }
    return ", ".join(sorted(errors))


def _rewrite(node: ast.AST) -> None:
    """Write a docstring as pydoclint knows it, with the same meaning.

    It knows one name a line, not `a, b : float`, and the fields of a class without an
    `__init__` as its attributes, not as its parameters.
    """
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    docstring = ast.get_docstring(node)
    if not docstring or not isinstance(node.body[0], ast.Expr):
        return
    docstring = _GROUP.sub(
        lambda m: "\n".join(name + (m[2] or "") for name in m[1].split(", ")), docstring
    )
    names = {getattr(each, "name", "") for each in node.body}
    if isinstance(node, ast.ClassDef) and "__init__" not in names:
        docstring = docstring.replace(
            "\nParameters\n----------\n", "\nAttributes\n----------\n"
        )
    node.body[0].value = ast.Constant(docstring)
