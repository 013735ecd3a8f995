"""Find what a module does when it is imported, other than define names.

What may run is listed, not what may not: constructors of constants, pure functions, and
functions of the module that call only those.
"""

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence

from handbook.book.outline import defined_names

__all__ = ["effects", "is_guard"]

# Packages whose functions only make objects, or only decorate.
_PURE_MODULES = {
    "abc", "collections", "contextlib", "dataclasses", "enum", "fractions",
    "functools", "itertools", "math", "operator", "statistics", "string", "struct",
    "types", "typing", "typing_extensions", "attr", "attrs", "pandera", "pydantic",
    "tenacity",
}  # fmt: skip
_PURE = {
    "contextvars.ContextVar", "datetime.date", "datetime.datetime", "datetime.time",
    "datetime.timedelta", "datetime.timezone", "decimal.Decimal",
    "ipaddress.ip_network", "logging.getLogger", "numpy.array", "numpy.datetime64",
    "numpy.dtype",
    "numpy.timedelta64", "pandas.CategoricalDtype", "pandas.DateOffset",
    "pandas.Interval", "pandas.Timedelta", "pathlib.Path", "pathlib.PurePath",
    "pathlib.PurePosixPath", "re.compile", "re.escape", "textwrap.dedent",
    "threading.Lock", "threading.RLock", "uuid.UUID", "zoneinfo.ZoneInfo",
}  # fmt: skip
_PURE_BUILTINS = {
    "abs", "all", "any", "bool", "bytes", "callable", "chr", "classmethod", "complex",
    "dict", "divmod", "enumerate", "filter", "float", "format", "frozenset",
    "getattr", "hasattr", "int", "isinstance", "issubclass", "iter", "len", "list",
    "map", "max", "min", "next", "object", "ord", "pow", "property", "range", "repr",
    "reversed", "round", "set", "slice", "sorted", "staticmethod", "str", "sum",
    "super", "tuple", "type", "zip",
}  # fmt: skip
# Methods of texts, collections, paths and dates; and decorators such as `name.setter`.
_PURE_METHODS = {
    "as_posix", "astype", "capitalize", "casefold", "copy", "count", "decode",
    "encode", "endswith", "findall", "finditer", "format", "fromisoformat",
    "fromkeys", "fullmatch", "get", "getter",
    "index", "isdigit", "items", "join", "joinpath", "keys", "lower", "lstrip",
    "maketrans", "match", "partition", "register", "removeprefix", "removesuffix",
    "replace", "resolve", "rpartition", "rsplit", "rstrip", "search", "setter",
    "deleter", "split",
    "splitlines", "startswith", "strip", "title", "total_seconds", "translate",
    "union", "upper", "values", "with_name", "with_suffix", "zfill",
}  # fmt: skip
_CONSTRUCTING = {"__init__", "__new__", "__post_init__", "__init_subclass__"}
# What a call does, by the start of its name.
_DOES = {
    "atexit.": "registers an exit handler",
    "faulthandler.": "changes what a crash prints",
    "gc.": "changes how memory is freed",
    "locale.": "changes the locale",
    "logging.": "configures logging",
    "multiprocessing.": "starts or prepares processes",
    "numpy.random.": "changes or makes random state",
    "numpy.set": "changes NumPy's settings",
    "os.environ": "reads or changes the environment",
    "os.fork": "starts a process",
    "os.getenv": "reads the environment",
    "os.putenv": "changes the environment",
    "os.register_at_fork": "registers a handler",
    "os.system": "starts a process",
    "pandas.set_option": "changes pandas' settings",
    "random.": "changes or makes random state",
    "signal.": "takes signals",
    "subprocess.": "starts a process",
    "sys.": "changes the interpreter",
    "threading.": "starts or prepares a thread",
    "concurrent.futures.": "starts or prepares threads or processes",
    "time.": "reads a clock or waits",
    "warnings.": "changes which warnings are shown",
}

_ONLY = "outside functions write only imports, constants and definitions"
_Effect = tuple[int, str]  # line, message


def effects(tree: ast.Module) -> Iterator[_Effect]:
    """Yield what a module does on import: the line, and a message that names it."""
    # Of calls on one line the innermost is named: in `open(path).read()`, open.
    yield from dict(_Module(tree).effects()).items()


class _Module:
    def __init__(self, tree: ast.Module) -> None:
        self.body = tree.body
        self.imported = dict(_imported(tree))
        self.names = {name for node in tree.body for name in defined_names(node)}
        self.functions: dict[str, list[ast.stmt]] = {}
        for node in tree.body:
            match node:
                case ast.FunctionDef(name=name, body=body):
                    self.functions[name] = body
                case ast.ClassDef(name=name, body=body):
                    self.functions[name] = [
                        line
                        for each in body
                        if isinstance(each, ast.FunctionDef)
                        and each.name in _CONSTRUCTING
                        for line in each.body
                    ]

    def effects(self) -> Iterator[_Effect]:
        for node in self.body:
            if not (isinstance(node, ast.If) and is_guard(node.test)):
                yield from self._of(node)

    def _of(self, node: ast.stmt) -> Iterator[_Effect]:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from self._decorators(node)
                yield from self._defaults(node.args)
            case ast.ClassDef(body=body):
                yield from self._decorators(node)
                for base in [*node.bases, *(word.value for word in node.keywords)]:
                    yield from self._calls(base)
                for each in body:
                    yield from self._of(each)
            case ast.Assign(targets=targets, value=value):
                yield from self._assignment(targets, value)
            case ast.AnnAssign(target=target, value=value):
                yield from self._assignment([target], value)
            case ast.AugAssign(target=target, value=value):
                yield from self._assignment([target], value)
            case ast.Expr(value=ast.Call(func=function) as call):
                message = self._message(self._shown(function))
                yield from list(self._calls(call)) or [(node.lineno, message)]
            case _ if not _is_silent(node):
                yield node.lineno, f"this runs on import: {_ONLY}"

    def _defaults(self, arguments: ast.arguments) -> Iterator[_Effect]:
        for default in filter(None, [*arguments.defaults, *arguments.kw_defaults]):
            for call in _calls(default):
                yield (
                    call.lineno,
                    f"{self._shown(call.func)}() in a default argument runs on import: "
                    "make it a constant, or let the default be None",
                )

    def _decorators(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    ) -> Iterator[_Effect]:
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                yield from self._calls(decorator)
            elif not self._is_pure(decorator, ()):
                name = self._shown(decorator)
                yield decorator.lineno, self._message(name, f"@{name}")

    def _assignment(
        self, targets: Sequence[ast.expr], value: ast.expr | None
    ) -> Iterator[_Effect]:
        for target in targets:
            for each in getattr(target, "elts", [target]):
                if "." in (name := self._name(each)).strip("."):
                    yield each.lineno, f"this changes {name} on import: {_ONLY}"
        if value is not None:
            yield from self._calls(value)

    def _calls(self, value: ast.expr) -> Iterator[_Effect]:
        for node in _evaluated(value):
            if isinstance(node, ast.Call):
                if not self._is_pure(node.func, ()):
                    yield node.lineno, self._message(self._shown(node.func))
            elif isinstance(node, ast.Subscript) and self._name(node) == "os.environ":
                message = "os.environ is read on import: read it in a function"
                yield node.lineno, message

    def _message(self, name: str, shown: str = "") -> str:
        does = next(
            (what for start, what in _DOES.items() if name.startswith(start)), ""
        )
        does = f", where it {does}" if does else ""
        return f"{shown or f'{name}()'} runs on import{does}: call it in a function"

    def _is_pure(self, function: ast.expr, seen: Sequence[str]) -> bool:
        """Return whether a function only makes a value, as do all that it calls."""
        name = self._name(function)
        if name.startswith("."):
            return name[1:] in _PURE_METHODS
        if name in self.functions:
            calls = (call for line in self.functions[name] for call in _calls(line))
            return name in seen or all(
                self._is_pure(call.func, [*seen, name]) for call in calls
            )
        if "." not in name:
            is_parameter = (
                bool(seen) and name not in self.names and not hasattr(builtins, name)
            )
            return name in _PURE_BUILTINS or is_parameter
        if name in _PURE or name.partition(".")[0] in _PURE_MODULES:
            return True
        # What the snippet's own folder defines is checked there.
        return name.startswith("<own>.") and name.rpartition(".")[2][:1].isupper()

    def _name(self, function: ast.expr) -> str:
        """Return the full name of a function; `.name` for a method of any value."""
        match function:
            case ast.Name(id=name):
                return self.imported.get(name, name)
            case ast.Attribute(value=value, attr=attribute):
                owner = self._name(value)
                known = owner.partition(".")[0] in _roots(self.imported)
                return f"{owner}.{attribute}" if known else f".{attribute}"
            case ast.Subscript(value=value):  # list[int](), environ["A"]
                return self._name(value)
        return "."

    def _shown(self, function: ast.expr) -> str:
        name = self._name(function)
        return ast.unparse(function) if name.startswith((".", "<own>")) else name


def _roots(imported: Mapping[str, str]) -> set[str]:
    return {name.partition(".")[0] for name in imported.values()}


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each name that an import defines, and its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield alias.asname or top, alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            base = "<own>" if node.level else node.module
            for alias in node.names:
                yield alias.asname or alias.name, f"{base}.{alias.name}"


def _evaluated(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs when a piece of code does: not the inside of lambdas."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            waiting += ast.iter_child_nodes(node)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in _evaluated(tree) if isinstance(node, ast.Call))


def _is_silent(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Pass():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
    return type(node).__name__ == "TypeAlias"  # from Python 3.12


def is_guard(test: ast.expr) -> bool:
    """Return whether what follows an `if` doesn't run when the module is imported."""
    return ast.unparse(test) in {
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
        "__name__ == '__main__'",
    }
