"""What a chapter imports: the book's own modules, followed through, and packages."""

import ast
import functools
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

__all__ = ["Imports", "Reader", "plan_imports"]


@dataclass(frozen=True, slots=True)
class Imports:
    """What some code imports, directly or through the book's own modules.

    Attributes
    ----------
    files : frozenset of Path
        The book's own modules, as files below its root.
    packages : frozenset of str
        Dotted names of everything else but the standard library.
    """

    files: frozenset[Path]
    packages: frozenset[str]


class Reader:
    """Reads imports as text: nothing is imported to find out what would be.

    Parameters
    ----------
    root : Path
        The book's root. What Python would find there is the book's own.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._named = functools.cache(self._read)

    def imports(self, sources: Iterable[str]) -> Imports:
        """Follow what pieces of code import.

        Code that does not parse imports nothing: running it will say why.
        """
        files: set[Path] = set()
        packages: set[str] = set()
        waiting = [name for source in sources for name in _names(source, ())]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            found = self._find(name)
            if found is None:
                if name.partition(".")[0] not in sys.stdlib_module_names:
                    packages.add(name)
                continue
            for path in found - files:
                files.add(path)
                waiting += self._named(path)
        return Imports(frozenset(files), frozenset(packages))

    def _read(self, path: Path) -> tuple[str, ...]:
        parts = path.relative_to(self.root).with_suffix("").parts
        package = parts[:-1]  # of a module, and of an `__init__` alike
        return tuple(
            _names(path.read_text(encoding="utf-8", errors="replace"), package)
        )

    def _find(self, name: str) -> set[Path] | None:
        """Give the files that importing a dotted name runs, None if not the book's."""
        parts = name.split(".")
        if parts[0] in sys.stdlib_module_names or not parts[0].isidentifier():
            return None
        found: set[Path] = set()
        place = self.root
        for part in parts:
            if (module := place / f"{part}.py").is_file():
                return found | {module}
            place /= part
            if not place.is_dir():
                break  # the rest are names in a module, or nothing
            if (package := place / "__init__.py").is_file():
                found.add(package)
        return found or None


def _names(source: str, package: tuple[str, ...]) -> Iterable[str]:
    """Give every dotted name that code may import, names from a module included."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                yield from (alias.name for alias in aliases)
            case ast.ImportFrom(module=module, names=aliases, level=level):
                above = package[: len(package) - level + 1] if level else ()
                base = ".".join((*above, *([module] if module else [])))
                if base:
                    yield base
                    yield from (
                        f"{base}.{alias.name}" for alias in aliases if alias.name != "*"
                    )
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def plan_imports(packages: Sequence[Collection[str]]) -> list[list[str]]:
    """Order what each page imports so that pages share as long a beginning as may be.

    Parameters
    ----------
    packages : sequence of collection of str
        Dotted names for each page, functions and classes among them.

    Returns
    -------
    list of list of str
        For each page, its names that are modules here; what most pages import comes
        first.
    """
    is_module = functools.cache(_is_module)
    modules = [{name for name in names if is_module(name)} for names in packages]
    count = Counter(name for names in modules for name in names)
    return [sorted(names, key=lambda name: (-count[name], name)) for names in modules]


def _is_module(name: str) -> bool:
    """Tell whether a name is an installed module, importing nothing that is above."""
    top, *below = name.split(".")
    try:
        spec = PathFinder.find_spec(top)
    except (ImportError, ValueError):
        return False
    for part in below:
        if spec is None or spec.submodule_search_locations is None:
            return False
        spec = PathFinder.find_spec(part, list(spec.submodule_search_locations))
    return spec is not None
