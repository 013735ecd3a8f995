"""Find what code imports: packages and, recursively, the book's own modules."""

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
        The files of the book's own modules.
    packages : frozenset of str
        The dotted names of all others, without the standard library.
    """

    files: frozenset[Path]
    packages: frozenset[str]


class Reader:
    """Finds imports by parsing the code, without importing anything.

    Parameters
    ----------
    root : Path
        The book's root. Modules below it are the book's own.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._named = functools.cache(self._read)

    def imports(self, sources: Iterable[str]) -> Imports:
        """Return what pieces of code import, directly or through the book's modules.

        Code that does not parse has no imports here: running it reports the error.
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
        """Return the files of the book that an import runs; None if there are none."""
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
                break  # the remaining parts are names in a module, if they exist
            if (package := place / "__init__.py").is_file():
                found.add(package)
        return found or None


def _names(source: str, package: tuple[str, ...]) -> Iterable[str]:
    """Yield every dotted name that code may import, names from a module included."""
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
    """Order the imports of each page so that pages share the longest possible start.

    Parameters
    ----------
    packages : sequence of collection of str
        The dotted names that each page imports, modules and what is in them.

    Returns
    -------
    list of list of str
        For each page, those of its names that are installed modules. What most pages
        import comes first.
    """
    is_module = functools.cache(_is_module)
    modules = [{name for name in names if is_module(name)} for names in packages]
    count = Counter(name for names in modules for name in names)
    return [sorted(names, key=lambda name: (-count[name], name)) for names in modules]


def _is_module(name: str) -> bool:
    """Return whether a name is an installed module, without importing its parents."""
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
