"""HB201 to HB206: a snippet is self-contained, does nothing on import, and is short."""

import ast
from collections.abc import Iterator, Sequence

from handbook.book.book import Book
from handbook.book.layout import DATA, stem_of
from handbook.book.outline import defined_names
from handbook.book.problem import Problem
from handbook.book.remember import Answers, remember
from handbook.book.source import Module
from handbook.check.rule import Rule
from handbook.check.rules.on_import import effects, is_guard

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB201",
        name="stands-alone",
        why=(
            "Readers copy one module or one folder into another repository. What it "
            "imports from this one does not exist there."
        ),
        wrong="from snippets.explore.nulls import co_missing  in another snippet",
        right="from .ladder import LADDER  inside one folder, or no import",
    ),
    Rule(
        id="HB202",
        name="quiet-import",
        why=(
            "Importing a snippet must have no side effects: it does not read, print, "
            "seed or configure anything."
        ),
        wrong="np.random.seed(0)  at module level",
        right="def sample(frame, *, rng: np.random.Generator):",
    ),
    Rule(
        id="HB203",
        name="all-first",
        why="The first line after the imports shows what is public in the module.",
        wrong='LIMIT = 15\n\n__all__ = ["late"]',
        right='__all__ = ["late"]\n\nLIMIT = 15',
    ),
    Rule(
        id="HB204",
        name="test-stands-alone",
        why="A test is copied with the snippet that it tests, and with nothing else.",
        wrong="from snippets.data import flights  in tests/snippets/",
        right="the same test in tests/facts/, or on rows made in the test",
    ),
    Rule(
        id="HB205",
        name="function-is-short",
        why="People read a function that fits on a screen, and skim one that does not.",
        wrong="a body of 26 lines, its docstring not counted",
        right="two functions, each with a name of its own",
    ),
    Rule(
        id="HB206",
        name="module-is-short",
        why="A module that does not fit on three screens is copied without being read.",
        wrong="a module of 151 lines",
        right="one idea per module; a chapter that needs more has a folder",
    ),
)

_Finding = tuple[int, str, str]  # line, rule, message

_OURS = {"benchmarks", "handbook", "snippets", "tests"}
_BODY, _MODULE = 25, 150  # lines


def find(book: Book) -> Iterator[Problem]:
    """Yield what prevents a snippet or its test from being copied and understood."""
    snippets = [module for module in book.snippets if not module.is_before]
    tests = [test for test in book.tests if test.path.parts[1] == "snippets"]

    def lint(new: Sequence[Module]) -> Answers:
        return {module.path: list(map(list, _lint(module))) for module in new}

    found = remember(book.files, "modules", [*snippets, *tests], lint)
    for path, findings in found.items():
        for line, rule, message in findings:
            yield Problem(path, line, message, rule)


def _lint(module: Module) -> Iterator[_Finding]:
    if module.path.parts[0] == "tests":
        yield from _imports_of_test(module)
    else:
        yield from _imports_of_snippet(module)
        for line, message in effects(module.tree):
            yield line, "HB202", message
        yield from _all(module)
        yield from _lengths(module)


def _imports_of_snippet(module: Module) -> Iterator[_Finding]:
    own = _unit(module)
    for line, name, relative in _imports(module):
        if relative:
            if name != own and not name.startswith(f"{own}."):
                message = f"{name} is outside this snippet: a copy does not have it"
                yield line, "HB201", message
        elif name.partition(".")[0] in _OURS:
            inside = name == own or name.startswith(f"{own}.")
            hint = "write a relative import" if inside else "a copy does not have it"
            message = f"{name} is from this repository: {hint}"
            yield line, "HB201", message


def _imports_of_test(test: Module) -> Iterator[_Finding]:
    stem = stem_of(test.path)
    own = ".".join(("snippets", *(stem[:1] if stem.part == DATA else stem)))
    for line, imported, relative in _imports(test):
        if imported == own or imported.startswith(f"{own}."):
            continue
        if relative or imported.partition(".")[0] in _OURS:
            message = (
                f"{imported} is not copied with {own}: "
                "put tests of both into tests/facts/"
            )
            yield line, "HB204", message


def _imports(module: Module) -> Iterator[tuple[int, str, bool]]:
    """Yield each import: its line, the full name, and whether it is relative."""
    package = module.name.split(".")
    if module.path.name != "__init__.py":
        package.pop()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, False
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *filter(None, [node.module])])
            for alias in node.names:
                yield node.lineno, f"{name}.{alias.name}", node.level > 0


def _unit(module: Module) -> str:
    """Return what is copied as a whole: the module, or the folder of its chapter."""
    return ".".join(module.name.split(".")[: 2 if module.part == DATA else 3])


def _all(module: Module) -> Iterator[_Finding]:
    body = [node for node in module.tree.body if not _is_preamble(node)]
    if not body:
        return
    node = next((each for each in body if "__all__" in defined_names(each)), None)
    if node is None:
        message = "the first line after the imports must be __all__ = [...]"
        yield body[0].lineno, "HB203", message
        return
    if node is not body[0]:
        message = "put __all__ first, right after the imports"
        yield node.lineno, "HB203", message
    if not _is_list_of_names(node) or any(map(_adds_to_all, body)):
        yield node.lineno, "HB203", 'write __all__ as one list: ["a", "b"]'
    there = module.defined.keys() | {
        alias.asname or alias.name
        for each in module.tree.body
        if isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names
    }
    for name in module.public:
        if name not in there:
            message = f"__all__ names {name}, which is not in this module"
            yield node.lineno, "HB203", message


def _is_list_of_names(node: ast.stmt) -> bool:
    elements = getattr(getattr(node, "value", None), "elts", None)
    return elements is not None and all(
        isinstance(each, ast.Constant) and isinstance(each.value, str)
        for each in elements
    )


def _adds_to_all(node: ast.stmt) -> bool:
    return isinstance(node, ast.AugAssign) and ast.unparse(node.target) == "__all__"


def _is_preamble(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.If) and is_guard(node.test))
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    )


def _lengths(module: Module) -> Iterator[_Finding]:
    lines = module.text.rstrip().count("\n") + 1
    # The data are copied as a whole, and have one loader per table.
    if lines > _MODULE and module.part != DATA:
        message = f"this module has {lines} lines, {_MODULE} at most: split it"
        yield _MODULE + 1, "HB206", message
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if not body:
                continue
            lines = (node.end_lineno or 0) - body[0].lineno + 1
            if lines > _BODY:
                message = f"{node.name} has {lines} lines, {_BODY} at most: split it"
                yield node.lineno, "HB205", message
