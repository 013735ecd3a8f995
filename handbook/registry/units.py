"""Find what is copied as one in a repository, and read it without running it."""

import ast
import re
import sys
import tomllib
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from handbook.base.cache import Answers, remember
from handbook.base.files import Files
from handbook.base.git import git
from handbook.book.layout import (
    DATA,
    address_of,
    is_before,
    kind_of,
    source_of,
    stem_of,
)
from handbook.book.scan import scan, title
from handbook.registry.receipts import NAME

__all__ = [
    "Chapter",
    "Module",
    "Packages",
    "Source",
    "chapters",
    "dates",
    "find_units",
    "read_modules",
]

# Distributions that are not named as they are imported. pydantic-core comes with one
# version of pydantic alone, so the range of that is its own.
_DISTRIBUTIONS = {"pydantic_core": "pydantic", "sklearn": "scikit-learn"}
# Of the standard library, but not yet of that of the oldest Python that we support.
_TOO_NEW = {"annotationlib", "compression"}
# What pandas imports for a method, and does not itself require.
_METHODS = {"read_parquet": "pyarrow", "to_parquet": "pyarrow"}
_STANDARD = sys.stdlib_module_names - _TOO_NEW

# What a search finds of a page's front matter, as it is written: the base install has
# no YAML, and reads the registry of a clone all the same.
_FIELD = re.compile(r"^(\w+):((?:.*\n)(?:[ \t]+.*\n)*)", re.MULTILINE)
_SEARCHED = ("description", "terms")


@dataclass(frozen=True, slots=True)
class Source:
    """A file of Python, its line ends LF.

    Attributes
    ----------
    path : Path
        Relative to the repository.
    """

    path: Path
    text: str


class Module(NamedTuple):
    """What is read of a source.

    Attributes
    ----------
    purpose : str
        The first line of its docstring.
    imports : list of (int, str)
        The line and the full name of each absolute import, and of what pandas imports
        for a method that is called.
    symbols : list of str
        What `__all__` lists.
    """

    purpose: str
    imports: list[tuple[int, str]]
    symbols: list[str]


class Chapter(NamedTuple):
    """A page that shows a unit.

    Attributes
    ----------
    title : str
        Its heading.
    address : str
        Below the site's root: `explore/nulls/`.
    words : str
        Its title, description and terms, for a search.
    """

    title: str
    address: str
    words: str


class Packages:
    """The ranges of pyproject.toml's extras, by what is imported.

    Parameters
    ----------
    files : Files
        Of a repository with a pyproject.toml.
    """

    def __init__(self, files: Files) -> None:
        try:
            project = tomllib.loads(files.text(Path("pyproject.toml")))
            extras = project["project"]["optional-dependencies"]
            self._extras = {
                extra: {
                    canonicalize_name(each.name): str(each)
                    for each in map(Requirement, extras[extra])
                }
                for extra in ("snippets", "test")
            }
        except (KeyError, TypeError, InvalidRequirement, ValueError) as error:
            message = f"pyproject.toml: the extras `snippets` and `test`: {error}"
            raise ValueError(message) from error

    def requirement(self, name: NormalizedName, extras: Sequence[str]) -> str:
        """Give the requirement of a distribution: `pandas>=3.0`.

        Raises
        ------
        KeyError
            If none of the extras names it.
        """
        for extra in extras:
            if name in self._extras[extra]:
                return self._extras[extra][name]
        raise KeyError(name)

    def required(
        self, path: Path, module: Module, own: str, extras: Sequence[str]
    ) -> Iterator[str]:
        """Give the requirement of each import, but for the unit's own modules.

        Raises
        ------
        ValueError
            If an import is in no extra, or of another unit.
        """
        for line, full in module.imports:
            top = full.partition(".")[0]
            if top in _STANDARD or f"{full}.".startswith(f"{own}."):
                continue
            if top == "snippets":
                message = f"imports {full}: a copy has {own} alone"
                raise ValueError(
                    f"{path.as_posix()}:{line}: {message}, so import what you need "
                    f"as `from {own} import ...`"
                )
            name = canonicalize_name(_DISTRIBUTIONS.get(top, top))
            try:
                yield self.requirement(name, extras)
            except KeyError as error:
                named = " or ".join(f"`{extra}`" for extra in extras)
                message = (
                    f"imports {full}, which pyproject.toml has in no extra {named}"
                )
                raise ValueError(f"{path.as_posix()}:{line}: {message}") from error


def find_units(files: Files) -> dict[str, tuple[list[Source], list[Source]]]:
    """Read the files of each unit, and its test; none where nobody wrote one.

    Parameters
    ----------
    files : Files
        Of a repository with `snippets/` and `tests/snippets/`.

    Raises
    ------
    ValueError
        If a file is not UTF-8, or its name is not in small letters.
    """
    modules = defaultdict(list)
    for path in sorted((files.root / "snippets").glob("*/**/*.py")):
        relative = path.relative_to(files.root)
        stem = stem_of(relative)
        if stem.part == DATA or not stem.name or is_before(relative):
            continue
        if not NAME.fullmatch(".".join(stem)):
            where = relative.as_posix()
            raise ValueError(f"{where}: a snippet's name has small letters, digits, _")
        modules[stem].append(_read(files, relative))
    return {
        ".".join(stem): (
            modules[stem],
            [_read(files, stem.test)] if files.has(stem.test) else [],
        )
        for stem in sorted(modules)
    }


def read_modules(files: Files, sources: Sequence[Source]) -> dict[Path, Module]:
    """Read what each source needs and offers; what did not change is remembered.

    Raises
    ------
    ValueError
        If one is no Python.
    """

    def ask(new: Sequence[Source]) -> Answers:
        return {source.path: list(_outline(source)) for source in new}

    said = remember(files, "registry", sources, ask)
    return {path: Module(*outline) for path, outline in said.items()}


def chapters(files: Files) -> dict[str, list[Chapter]]:
    """List the pages that show each unit, sorted by address."""
    found = defaultdict(list)
    for page in sorted((files.root / "docs").glob("*/*.md")):
        path = page.relative_to(files.root)
        if kind_of(path) not in {"chapter", "leg"}:
            continue  # others show units as examples
        lines = scan(files.text(path))
        head = [f"{line.text}\n" for line in lines if line.kind == "front matter"]
        fields = dict(_FIELD.findall("".join(head[1:-1])))
        name = title(lines) or page.stem
        words = " ".join([name, *(fields.get(key, "") for key in _SEARCHED)])
        address = address_of(source_of(path))
        chapter = Chapter(name, address, " ".join(re.findall(r"[\w'.-]+", words)))
        shown = [line.name.split(".") for line in lines if line.kind == "embed"]
        units = {".".join(names[1:3]) for names in shown if names[0] == "snippets"}
        for unit in sorted(units):
            found[unit].append(chapter)
    return dict(found)


def dates(root: Path) -> dict[str, str]:
    """Tell on which day each file below snippets/ was last changed by a commit.

    Renames are no changes of what they give; where history was cut off, what the last
    commit known holds is of unknown age, and left out.

    Returns
    -------
    dict of str to str
        By path, `2026-11-22`; empty where there is no git.
    """
    form = "--format=\x1e%cs %D"
    options = ("--relative", "--name-only", "--no-renames", form, "--", "snippets")
    found: dict[str, str] = {}
    for commit in (git(root, "log", *options) or "").split("\x1e")[1:]:
        head, *paths = commit.split("\n")
        day, _, names = head.partition(" ")
        if "grafted" in names.split(", "):
            continue
        for path in filter(None, paths):
            found[path] = max(day, found.get(path, ""))
    return found


def _read(files: Files, path: Path) -> Source:
    try:
        text = files.read(path).decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.as_posix()}: this is not UTF-8") from error
    return Source(path, text.replace("\r\n", "\n"))


def _outline(source: Source) -> Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ruff speaks of invalid escapes
        try:
            tree = ast.parse(source.text)
        except SyntaxError as error:
            where = f"{source.path.as_posix()}:{error.lineno or 1}"
            raise ValueError(f"{where}: this is no Python: {error.msg}") from error
    purpose = (ast.get_docstring(tree) or "").partition("\n")[0]
    return Module(purpose, sorted(set(_imports(tree))), list(_symbols(tree)))


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.lineno, node.module
        elif isinstance(node, ast.Attribute) and node.attr in _METHODS:
            yield node.lineno, _METHODS[node.attr]


def _symbols(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id="__all__")], value=ast.List() as names
            ):
                yield from (str(_value(each)) for each in names.elts)


def _value(node: ast.expr) -> Any:
    return node.value if isinstance(node, ast.Constant) else ast.unparse(node)
