"""Find the project that code is copied into, its folders, and safe paths in it."""

import keyword
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from handbook.base.errors import WrongUse

__all__ = [
    "Places",
    "check_path",
    "find_project",
    "module_name",
    "read",
    "read_places",
    "read_pyproject",
    "relative_to",
    "safe_path",
    "tests_beside",
]


@dataclass(frozen=True, slots=True)
class Places:
    """The folders for code and for tests, relative to the project, with slashes."""

    code: str
    tests: str


def find_project(start: Path) -> Path:
    """Return the project's folder, resolved: `start`, or the nearest one above it.

    Raises
    ------
    WrongUse
        If there is no project.
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
    """Read pyproject.toml; return an empty table if there is none.

    Raises
    ------
    WrongUse
        If it can't be read, or is not TOML.
    """
    try:
        return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise WrongUse(f"pyproject.toml cannot be read: {error}") from error


def read_places(root: Path) -> Places | None:
    """Read `[tool.handbook]` of pyproject.toml; return None if there is none.

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
        safe_path(root, place.as_posix(), where)
    return Places(*(place.as_posix() for place in places))


def tests_beside(code: str) -> str:
    """Return the default folder of tests for a folder of code."""
    return PurePosixPath("tests", PurePosixPath(code).name).as_posix()


def relative_to(root: Path, folder: str, where: str) -> str:
    """Return a folder, given relative to the current one, relative to the project.

    Raises
    ------
    WrongUse
        If it is outside the project, or behind a symbolic link.
    """
    path = Path(os.path.normpath(Path.cwd().resolve() / folder))
    if not path.is_relative_to(root):
        raise WrongUse(f"{where}: {folder} is outside the project {root}")
    relative = path.relative_to(root).as_posix()
    safe_path(root, relative, where)
    return relative


def safe_path(root: Path, relative: str, where: str) -> Path:
    """Return a path in the project that is safe to read and to write.

    Parameters
    ----------
    root : Path
        The project; resolved.
    relative : str
        The path, with slashes. It comes from a lock or a configuration, which can't be
        trusted.
    where : str
        Where the path comes from, for messages.

    Raises
    ------
    WrongUse
        If the path leaves the project, by itself or through a symbolic link.
    """
    path = root.joinpath(*check_path(relative, where).parts)
    # `is_symlink` would miss the junctions of Windows.
    if os.path.normcase(os.path.realpath(path)) != os.path.normcase(path):
        links = (p for p in (*reversed(path.parents), path) if p.is_symlink())
        link = next(links, path).relative_to(root).as_posix()
        raise WrongUse(f"{where}: {link} is a symbolic link: nothing is written there")
    return path


def check_path(relative: str, where: str) -> PurePosixPath:
    """Return a path if its text stays below the project; read no file.

    Raises
    ------
    WrongUse
        If it is absolute, or has `..`, a drive or a backslash.
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
    """Return the module name by which a test imports a unit.

    The name begins below a folder `src` without `__init__.py`; else with the outermost
    package; else below the project's folder.

    Parameters
    ----------
    root : Path
        The project.
    code : str
        The folder for code, relative to the project.
    unit : str
        The name of the unit: `explore.nulls`.

    Raises
    ------
    WrongUse
        If the name of a folder is not a Python name.
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
                f"{code}: {part!r} is not a Python name, so tests can't import "
                "code there: choose another folder"
            )
    return ".".join((*parts[begin:], unit))


def read(path: Path, place: str) -> bytes | None:
    """Read a file of the project; return None if there is none.

    Raises
    ------
    WrongUse
        If it is not a file, or can't be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WrongUse(f"{place} cannot be read: {error.strerror}") from error
