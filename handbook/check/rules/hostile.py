"""HB210: each public function of a snippet has an honest call."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from handbook.book.book import Book
from handbook.book.layout import DATA, stem_of
from handbook.book.problem import Problem
from handbook.book.remember import Answers, remember
from handbook.book.source import Module, Source
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB210",
        name="function-has-honest-call",
        why=(
            "Readers call a function with data that we never see: from one honest call "
            "`handbook hostile` derives the calls that it must answer or refuse."
        ),
        wrong="def co_missing(frame): and no Honest(co_missing, ...)",
        right='Honest(co_missing, {"frame": FLIGHTS})  beside the tests',
    ),
)

_FOLDER = Path("tests/hostile")
_CALLED = {"classmethod", "staticmethod"}  # a framework calls methods with other marks


def find(book: Book) -> Iterator[Problem]:
    """Yield the functions without an honest call."""
    if not (book.root / _FOLDER).is_dir():
        return  # this book has no hostile table
    snippets = [
        module
        for module in book.snippets
        if module.stem and module.part != DATA and not module.is_before
    ]
    files = [stem_of(module.path).hostile for module in snippets]
    honest = [
        Source(path, text := book.files.text(path), text)
        for path in dict.fromkeys(files)
        if book.files.has(path)
    ]
    declared = defaultdict(set)
    for path, names in remember(book.files, "honest calls", honest, _declared).items():
        declared[path].update(names)
    functions = remember(book.files, "public functions", snippets, _functions)
    for module, file in zip(snippets, files, strict=True):
        for line, name in functions[module.path]:
            if name not in declared[file]:
                message = f"{name} has no honest call: declare one in {file.as_posix()}"
                yield Problem(module.path, line, message, "HB210")


def _functions(new: Sequence[Module]) -> Answers:
    return {module.path: [list(each) for each in _public(module)] for module in new}


def _public(module: Module) -> Iterator[tuple[int, str]]:
    for node in module.tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                # argparse checks the words of a command line.
                if node.name in module.public and node.name != "main":
                    yield node.lineno, node.name
            case ast.ClassDef():
                if node.name in module.public and not _is_protocol(node):
                    yield from _of_class(node)


def _is_protocol(node: ast.ClassDef) -> bool:
    return any("Protocol" in ast.unparse(base) for base in node.bases)


def _of_class(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    for each in node.body:
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        marks = {ast.unparse(mark) for mark in each.decorator_list}
        if each.name in ("__init__", "__post_init__"):
            yield node.lineno, node.name
        elif not each.name.startswith("_") and marks <= _CALLED:
            yield each.lineno, f"{node.name}.{each.name}"


def _declared(new: Sequence[Source]) -> Answers:
    return {source.path: sorted(_honest(source.text)) for source in new}


def _honest(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return  # its trial reports it
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="Honest"), args=[first, *_]):
                yield ast.unparse(first)
