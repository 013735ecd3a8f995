"""Make all small changes to a module that its tests should notice.

The operators are mutmut's, but its runner is not used. It switches between copies of a
function in one file. So it silently skips functions with a decorator (routes,
properties, validators), constants, class attributes, the arguments of `len` and
`isinstance`, and code that runs only during an import or in another process. Here a
mutant is a whole file, so all of this is changed too.

Not changed, because a test would only repeat it: annotations (with the constraints in
an `Annotated`), the arguments of decorators, `__all__`, docstrings, and the text of an
f-string (but its expressions are changed). A string gets `XX` around it, and isn't also
changed to lower and upper case.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

from handbook.proof.mutate.record import Change

__all__ = ["Mutant", "mutants"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed module.

    Attributes
    ----------
    change : Change
        What was changed.
    line : int
        The first line that differs, from 1.
    source : str
        The text of the whole changed module.
    """

    change: Change
    line: int
    source: str


def mutants(file: str, source: str) -> Iterator[Mutant]:
    """Yield each mutant of a module once, in the order of its lines.

    Parameters
    ----------
    file : str
        The path of the module, for `Change.file`.
    source : str
        The text of the module, formatted.
    """
    wrapper = MetadataWrapper(cst.parse_module(source))
    module = wrapper.module
    visitor = _Visitor(module)
    wrapper.visit(visitor)
    parts = [module.code_for_node(statement) for statement in module.body]
    before = "".join(module.code_for_node(line) for line in module.header)
    seen = {source}
    for mutation, (at, function) in zip(visitor.mutations, visitor.places, strict=True):
        old, new = mutation.original_node, mutation.mutated_node
        if _is_case(old, new):
            continue
        # Only the changed statement is rendered: the whole module would take minutes.
        statement = deep_replace(module.body[at], old, new)
        assert isinstance(statement, cst.CSTNode)  # noqa: S101  for mypy: none is removed
        part = module.code_for_node(statement)
        head = before + "".join(parts[:at])
        changed = head + part + source[len(head) + len(parts[at]) :]
        if changed in seen or not _compiles(changed):
            continue
        seen.add(changed)
        line, *apart = _difference(parts[at], part)
        change = Change(file, function, *apart)
        yield Mutant(change, head.count("\n") + line, changed)


class _Visitor(MutationVisitor):
    """Collects the mutations, with the statement and the scope of each."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(mutation_operators, IgnoredCode(set(), set(), set()))
        self.places: list[tuple[int, str]] = []
        self._statements = {id(each): at for at, each in enumerate(module.body)}
        self._constants = [_constant(each) for each in module.body]
        self._statement = 0
        self._scope: list[str] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._statement = self._statements.get(id(node), self._statement)
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._scope.append(node.name.value)
        goes_on = super().on_visit(node)
        new = len(self.mutations) - len(self.places)
        name = ".".join(self._scope) or self._constants[self._statement]
        self.places += [(self._statement, name)] * new
        return goes_on

    def on_leave(self, original_node: cst.CSTNode) -> None:
        super().on_leave(original_node)
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._scope.pop()

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Assign):
            target = node.targets[0].target
            return isinstance(target, cst.Name) and target.value == "__all__"
        return isinstance(node, cst.Annotation | cst.Decorator)

    def _should_mutate_node(self, node: cst.CSTNode) -> bool:
        # Without its argument the call always fails. The argument is changed instead.
        return not (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Name)
            and node.func.value in {"len", "isinstance"}
        )


def _constant(statement: cst.CSTNode) -> str:
    """Return the name of the constant that a statement defines, or an empty text."""
    if isinstance(statement, cst.SimpleStatementLine):
        match statement.body[0]:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
                return name
            case cst.AnnAssign(target=cst.Name(value=name)):
                return name
    return ""


def _is_case(sound: cst.CSTNode, changed: cst.CSTNode) -> bool:
    # A test that detects `XX` around a string detects a change of case, too.
    return (
        isinstance(sound, cst.SimpleString)
        and isinstance(changed, cst.SimpleString)
        and sound.value.lower() == changed.value.lower()
    )


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _difference(source: str, changed: str) -> tuple[int, str, str]:
    old, new = source.splitlines(), changed.splitlines()
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    apart = [code for code in codes if code[0] != "equal"]
    first, last = apart[0], apart[-1]
    before = _lines(old[first[1] : last[2]])
    after = _lines(new[first[3] : last[4]])
    return first[1] + 1, before, after


def _lines(lines: list[str]) -> str:
    return "\n".join(line.strip() for line in lines)
