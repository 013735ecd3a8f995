"""HB207 and HB211: a docstring is right, and the unit's test runs its examples."""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from handbook.book.book import Book
from handbook.book.layout import stem_of
from handbook.book.problem import Problem
from handbook.book.remember import Answers, remember
from handbook.book.source import Module
from handbook.check.rule import Rule

if TYPE_CHECKING:
    from pydoclint.utils.violation import Violation

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB207",
        name="docstring-agrees",
        why=(
            "Readers trust the docstring, so it lists each parameter, the result and "
            "each error, in NumPy's sections."
        ),
        wrong='"""Count the patterns."""  of a function with a parameter and a result',
        right='"""Count the patterns.\n\n'
        "Parameters\n----------\nframe : DataFrame of shape (n, k)\n"
        "    One row per unit.\n\n"
        "Returns\n-------\nDataFrame of shape (p, 2)\n"
        '    One row per pattern.\n"""',
    ),
    Rule(
        id="HB211",
        name="examples-run",
        why=(
            "Readers try an example of a docstring first. It runs with the unit's "
            "test, here and in each copy."
        ),
        wrong=">>> late(16)\nTrue",
        right=">>> late(16)\nTrue\n\nThe test of the unit has:\n"
        "assert doctest.testmod(sys.modules[late.__module__]).failed == 0",
    ),
)

# The types in our docstrings have shapes and units, which annotations cannot have, so
# the codes that compare the two (105 to 111, 203, 404, 605) are left out. So is 502,
# since a function that this one calls may raise the error.
_CODES = {1, 102, 101, 103, 104, 201, 202, 301, 402, 403, 503, 601, 602, 603, 604}
_CONSEQUENCES = {101, 102, 601, 602}  # 103 and 603 report it with the names
_GROUP = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)+)( ?:.*)?(?=\n +\S)", re.MULTILINE)
_ASIDE = re.compile(r"\s*\((?:Or could|Please read)[^()]*\)")
_RAISES = re.compile(
    r".*docstring: \[(.*?)\]\. Raised exceptions in the body: \[(.*)\]\."
)


_EXAMPLE = re.compile(r"\s*>>>")
_INERT = re.compile(r"\s*(?:`{3}|~{3})|.*::\s*$")  # code that doctest doesn't read
_TESTMOD = re.compile(
    r"assert doctest\.testmod\(\s*sys\.modules\[(\w+)\.__module__\]\s*\)"
    r"\.failed == 0"
)


def find(book: Book) -> Iterator[Problem]:
    """Yield what pydoclint finds in the snippets, and code that no test runs."""
    tests = {test.path: test.text for test in book.tests}
    for module in book.snippets:
        tested = _TESTMOD.findall(tests.get(stem_of(module.path).test, ""))
        yield from _examples(module, tested)
    modules = [module for module in book.snippets if not module.is_before]

    def lint(new: Sequence[Module]) -> Answers:
        return {module.path: list(map(list, _lint(module))) for module in new}

    findings = remember(book.files, "pydoclint", modules, lint)
    for path, answers in findings.items():
        for line, message in answers:
            yield Problem(path, line, message, "HB207")


def _examples(module: Module, tested: Sequence[str]) -> Iterator[Problem]:
    """Find examples that no test runs, given the names whose modules tests try out."""
    lines = enumerate(module.lines, 1)
    code = [n for n, line in lines if _EXAMPLE.match(line) or _INERT.match(line)]
    docstrings = _docstring_lines(module) if code else set()
    for number in (n for n in code if n in docstrings):
        if not _EXAMPLE.match(module.lines[number - 1]):
            message = "nothing runs this code: write an example with >>>"
        elif module.is_before:
            message = "code that is bad on purpose has no test: show it on the page"
        elif not module.defined.keys() & set(tested):
            test = stem_of(module.path).test.as_posix()
            name = next(iter(module.public), "NAME")
            message = (
                f"no test runs this example: write in {test} `assert doctest.testmod("
                f"sys.modules[{name}.__module__]).failed == 0`"
            )
        else:
            continue
        yield Problem(module.path, number, message, "HB211")
        return


def _docstring_lines(module: Module) -> set[int]:
    return {
        line
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def _lint(module: Module) -> Iterator[tuple[int, str]]:
    tree = ast.parse(module.text)  # not module.tree, since it is changed here
    for node in ast.walk(tree):
        _normalise(node)
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name in module.public
    ]
    others = [node for node in tree.body if node not in public]
    yield from _messages(_visit(others, may_be_short=True))
    for function in public:
        found = list(_messages(_visit([function], may_be_short=False)))
        if found and "\n---" not in (ast.get_docstring(function) or ""):
            message = "write NumPy's sections: Parameters, and Returns or Yields"
            found = [(function.lineno, f"Function `{function.name}`: {message}")]
        yield from found


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


def _messages(violations: "Sequence[Violation]") -> Iterator[tuple[int, str]]:
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
            message = f"{each.msgPrefix} raises {undocumented}: list it under Raises"
        yield each.line, f"{message} (pydoclint DOC{each.code})"


def _undocumented(message: str) -> str:
    """Return the errors that a function raises and its docstring does not list."""
    if (match := _RAISES.fullmatch(message)) is None:
        return "an error"
    documented, raised = (
        set(re.findall(r"'([\w.]+)'", each)) for each in match.groups()
    )
    # In `raise _refusal(...)` a function creates the error; its type is unknown here.
    errors = {
        name for name in raised - documented if name.rpartition(".")[2][0].isupper()
    }
    return ", ".join(sorted(errors))


def _normalise(node: ast.AST) -> None:
    """Rewrite a docstring so that pydoclint understands it, with the same meaning.

    pydoclint reads one name a line, not `a, b : float`, and expects the fields of a
    class without an `__init__` under Attributes, not under Parameters.
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
