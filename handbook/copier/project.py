"""The project that code is copied into: its root, its places, its safe paths."""

import keyword
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from handbook.base.errors import WrongUse

__all__ = [
    "Places",
    "check_words",
    "find_project",
    "inside",
    "module_name",
    "places_of",
    "read",
    "read_pyproject",
    "relative_to",
    "tests_beside",
]


@dataclass(frozen=True, slots=True)
class Places:
    """The folders for code and for tests, relative to the project, with slashes."""

    code: str
    tests: str


def find_project(start: Path) -> Path:
    """Find the project's folder at or above `start`; resolved.

    Raises
    ------
    WrongUse
        If there is none.
    """
    marks = ("handbook.lock", "pyproject.toml", ".git")
    for folder in (start.resolve(), *start.resolve().parents):
        if any((folder / mark).exists() for mark in marks):
            return folder
    raise WrongUse(
        "no pyproject.toml, handbook.lock or .git here or above: "
        "run this in a project's folder"
    )


def read_pyproject(root: Path) -> dict[str, Any]:
    """Read pyproject.toml; empty where there is none.

    Raises
    ------
    WrongUse
        If it is no TOML.
    """
    try:
        return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise WrongUse(f"pyproject.toml cannot be read: {error}") from error


def places_of(root: Path) -> Places | None:
    """Read `[tool.handbook]` of pyproject.toml, or give None where there is none.

    Raises
    ------
    WrongUse
        If it is malformed, or names a folder outside the project.
    """
    where = "pyproject.toml, [tool.handbook]"
    tool = read_pyproject(root).get("tool", {})
    settings = tool.get("handbook") if isinstance(tool, dict) else None
    if settings is None:
        return None
    known = {"code", "tests"}
    if not isinstance(settings, dict) or not settings.keys() <= known:
        raise WrongUse(f"{where}: write code and tests there, and nothing else")
    if not isinstance(settings.get("code"), str):
        raise WrongUse(f'{where} lacks code: code = "src/shop/snippets"')
    tests = settings.get("tests", tests_beside(settings["code"]))
    if not isinstance(tests, str):
        raise WrongUse(f'{where}: tests must be a folder: tests = "tests/snippets"')
    places = (PurePosixPath(settings["code"]), PurePosixPath(tests))
    for place in places:
        inside(root, place.as_posix(), where)
    return Places(*(place.as_posix() for place in places))


def tests_beside(code: str) -> str:
    """Give the folder of tests that goes with a folder of code, if none is named."""
    return PurePosixPath("tests", PurePosixPath(code).name).as_posix()


def relative_to(root: Path, folder: str, where: str) -> str:
    """Give a folder, as a shell names it from here, relative to the project.

    Raises
    ------
    WrongUse
        If it lies outside of the project, or behind a symbolic link.
    """
    path = Path(os.path.normpath(Path.cwd().resolve() / folder))
    if not path.is_relative_to(root):
        raise WrongUse(f"{where}: {folder} leaves the project {root}")
    relative = path.relative_to(root).as_posix()
    inside(root, relative, where)
    return relative


def inside(root: Path, relative: str, where: str) -> Path:
    """Give a path of the project that is safe to read and to write.

    Parameters
    ----------
    root : Path
        The project; resolved.
    relative : str
        With slashes. From a lock or a configuration, so nothing is taken on trust.
    where : str
        Who says so, for the message.

    Raises
    ------
    WrongUse
        If it leaves the project, by its words or by a symbolic link.
    """
    path = root.joinpath(*check_words(relative, where).parts)
    # Not only is_symlink: Windows has junctions too.
    if os.path.normcase(os.path.realpath(path)) != os.path.normcase(path):
        links = (p for p in (*reversed(path.parents), path) if p.is_symlink())
        link = next(links, path).relative_to(root).as_posix()
        raise WrongUse(f"{where}: {link} is a symbolic link: nothing is written there")
    return path


def check_words(relative: str, where: str) -> PurePosixPath:
    """Read a path whose words stay below the project; no file is looked at.

    Raises
    ------
    WrongUse
        If it is absolute, has `..`, a drive or a backslash.
    """
    posix = PurePosixPath(relative)
    if (
        not relative.isprintable()
        or "\\" in relative
        or posix.is_absolute()
        or PureWindowsPath(relative).anchor
        or ".." in posix.parts
    ):
        raise WrongUse(
            f"{where}: {relative!r} must be a path below the project, with slashes"
        )
    return posix


def module_name(root: Path, code: str, unit: str) -> str:
    """Give the name under which a test imports a unit.

    A folder `src` without `__init__.py` is where imports begin; else the outermost
    package; else the project's folder.

    Parameters
    ----------
    root : Path
        The project.
    code : str
        The folder for code, relative to it.
    unit : str
        `explore.nulls`.

    Raises
    ------
    WrongUse
        If a folder's name is no name in Python.
    """
    parts = PurePosixPath(code).parts
    packages = [
        (root.joinpath(*parts[: end + 1]) / "__init__.py").exists()
        for end in range(len(parts))
    ]
    begin = packages.index(True) if True in packages else 0
    for index, part in enumerate(parts):
        if part == "src" and not packages[index]:
            begin = index + 1
    for part in parts[begin:]:
        if not part.isidentifier() or keyword.iskeyword(part):
            raise WrongUse(
                f"{code}: {part!r} is no name in Python, so no test could import "
                "code there: choose another folder"
            )
    return ".".join((*parts[begin:], unit))


def read(path: Path, place: str) -> bytes | None:
    """Read a file of the project; None where there is none.

    Raises
    ------
    WrongUse
        If what is there is no file, or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WrongUse(f"{place} cannot be read: {error.strerror}") from error
