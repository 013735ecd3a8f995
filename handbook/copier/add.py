"""`handbook add NAME`: copy a snippet and its test into the project."""

import argparse
import sys
import tomllib
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path, PurePosixPath

from handbook.base.errors import WrongUse
from handbook.base.words import visible
from handbook.copier.change import Change
from handbook.copier.copies import copy_of, files_of, offered, write_bases, write_lock
from handbook.copier.exclusive import exclusive, settle
from handbook.copier.lines import as_lf
from handbook.copier.lockfile import BASES, LOCK, Copy, Lock, read_lock
from handbook.copier.project import (
    Places,
    find_project,
    module_name,
    read,
    read_places,
    relative_to,
    safe_path,
    tests_beside,
)
from handbook.copier.source import Source, choose_source
from handbook.copier.status import local_state
from handbook.registry.model import Unit

__all__ = ["call"]


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    root = find_project(Path.cwd())
    settle(root)
    with nullcontext() if arguments.dry_run else exclusive(root):
        return _add(arguments, root)


def _add(arguments: argparse.Namespace, root: Path) -> int:
    lock = read_lock(root)
    known = {copy.source for copy in lock.copies.values()}
    source = choose_source(arguments.source, known, root)
    unit = source.unit(arguments.name)
    if unit.name in lock.copies:
        return _report_existing(lock.copies[unit.name], unit, source, root)
    change = Change(root)
    places = _places(arguments, root, lock, change)
    copy = copy_of(
        unit,
        source=source.address,
        module=module_name(root, places.code, unit.name),
        code=places.code,
        tests=None if arguments.no_test else places.tests,
    )
    files = offered(source, unit, tests=copy.tests is not None)
    write_bases(change, root, files.values())
    _write_packages(change, root, copy)
    for place, content in copy.written(files).items():
        path = safe_path(root, place, "the place of a copy")
        there = read(path, place)
        if there is None:
            change.write(path, content)
        elif as_lf(there) != content:
            raise WrongUse(
                f"{place} is in the way, and is not {unit.name}: move it, or choose "
                "another folder with --to and --tests"
            )
    write_lock(change, root, Lock({**lock.copies, unit.name: copy}))
    needs = list(_needs(unit, copy, root))
    written = [place for place in change.places if not place.startswith(f"{BASES}/")]
    if not arguments.dry_run:
        change.apply()
    print(f"{unit.name}: {unit.purpose}")
    for place in written:
        print(f"  {'would write' if arguments.dry_run else 'wrote'} {place}")
    print("\n".join(f"  {line}" for line in needs))
    if not arguments.dry_run:
        print(f"Commit {LOCK} and {BASES}/ with it: upgrades build on them.")
    return 0


def _report_existing(copy: Copy, unit: Unit, source: Source, root: Path) -> int:
    """Print the state of a copy that exists; refuse another source or version."""
    if copy.source != source.address:
        raise WrongUse(
            f"{copy.name} is here from {copy.source}: to follow another source, "
            f"handbook upgrade {copy.name} --from SOURCE"
        )
    if source.registry.precedes(unit, copy.hash, copy.date):
        where = visible(source.address)
        print(f"{copy.name} is already here, newer than in {where}")
        return 0
    if copy.is_behind(unit):
        raise WrongUse(
            f"{copy.name} is here, in an older version: handbook upgrade {copy.name}"
        )
    states = local_state(list(files_of(copy, root))) or ["not edited"]
    print(f"{copy.name} is already here: {'; '.join(states)}")
    return 0


def _write_packages(change: Change, root: Path, copy: Copy) -> None:
    """Make each new folder for code a package, except `src`.

    Folders with files that the project already has are left as they are.
    """
    folder = PurePosixPath(copy.code, copy.name.partition(".")[0])
    for place in reversed((folder, *folder.parents)):
        path = root.joinpath(*place.parts)
        new = not path.is_dir() or all(each.is_dir() for each in path.iterdir())
        if new and place.name not in {"", "src"}:
            change.write(path / "__init__.py", b"")


def _places(
    arguments: argparse.Namespace, root: Path, lock: Lock, change: Change
) -> Places:
    """Return the folders for code and tests.

    They come from the options, else from pyproject.toml, else from the copies in the
    lock, else from the user's answers.
    """
    kept = {
        Places(copy.code, copy.tests or tests_beside(copy.code))
        for copy in lock.copies.values()
    }
    places = read_places(root) or (kept.pop() if len(kept) == 1 else None)
    if arguments.to is not None:
        code = relative_to(root, arguments.to, "--to")
        places = Places(code, tests_beside(code))
    elif places is None:
        if not sys.stdin.isatty():
            raise WrongUse(
                "where does the code go? Use --to FOLDER, or write in pyproject.toml: "
                '[tool.handbook] code = "src/shop/snippets"'
            )
        places = _ask(root, change)
    if arguments.tests is not None:
        places = Places(places.code, relative_to(root, arguments.tests, "--tests"))
    return places


def _ask(root: Path, change: Change) -> Places:
    packages = sorted(root.glob("src/*/__init__.py")) or sorted(
        root.glob("*/__init__.py")
    )
    above = packages[0].parent.relative_to(root).as_posix() if packages else "."
    guess = PurePosixPath(above, "snippets").as_posix()
    code = _answer(f"Folder for code, from {root} [{guess}]: ") or guess
    guess = tests_beside(code)
    tests = _answer(f"Folder for tests [{guess}]: ") or guess
    places = Places(*(PurePosixPath(each).as_posix() for each in (code, tests)))
    for each in (places.code, places.tests):
        safe_path(root, each, "your answer")
    settings = root / "pyproject.toml"
    if settings.exists():
        remember = _answer("Remember in pyproject.toml? [Y/n]: ")
        if not remember or remember.casefold() in {"y", "yes"}:
            change.write(settings, _with_places(settings.read_bytes(), places))
    return places


def _answer(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError as error:
        raise WrongUse("no answer: nothing was changed") from error


def _with_places(content: bytes, places: Places) -> bytes:
    """Return pyproject.toml with a new table at its end, and nothing else changed."""
    import tomli_w  # noqa: PLC0415  only needed to write

    table = {"code": places.code, "tests": places.tests}
    addition = tomli_w.dumps({"tool": {"handbook": table}})
    end = "\r\n" if b"\r\n" in content else "\n"
    text = content.decode("utf-8-sig")
    new = text.rstrip() + "\n\n".replace("\n", end) + addition.replace("\n", end)
    expected = tomllib.loads(text)
    expected.setdefault("tool", {})["handbook"] = table
    try:
        same = tomllib.loads(new) == expected
    except ValueError:
        same = False
    if not same:
        raise WrongUse(
            f"pyproject.toml: no table can be added at its end: write it\n{addition}"
        )
    return new.encode()


def _needs(unit: Unit, copy: Copy, root: Path) -> Iterator[str]:
    # Imported late, because that is slow.
    from handbook.copier.needs import describe_needs, describe_python  # noqa: PLC0415

    for line in describe_python(root):
        yield f"needs {line}"
    for line in describe_needs(root, unit.requires):
        yield f"needs {line}"
    for line in describe_needs(root, unit.test_requires if copy.tests else ()):
        yield f"its test needs {line}"
