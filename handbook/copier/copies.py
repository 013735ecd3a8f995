"""Read the files of copies, and record what is copied."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from handbook.base.errors import WrongUse
from handbook.base.words import suggest
from handbook.copier.change import Change
from handbook.copier.lines import as_lf, find_markers
from handbook.copier.lockfile import BASES, LOCK, Copy, Lock, pristine, pristine_path
from handbook.copier.project import read, safe_path
from handbook.copier.source import Source
from handbook.registry.model import Unit, hash_of

__all__ = [
    "File",
    "copy_of",
    "files_of",
    "find",
    "offered",
    "write_bases",
    "write_lock",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    r"""A file of a copy.

    Attributes
    ----------
    place : str
        Its path in the project.
    path : Path
        Its absolute path, which is safe to write to.
    base : bytes
        Its content when it was copied or last upgraded.
    yours : bytes or None
        Its content now, with lines that end in `\n`; None if it was deleted.
    windows : bool
        Whether its lines end in `\r\n`.
    """

    place: str
    path: Path
    base: bytes
    yours: bytes | None
    windows: bool

    @property
    def is_edited(self) -> bool:
        """Whether it is there and differs from what was copied."""
        return self.yours is not None and self.yours != self.base

    @property
    def conflict(self) -> int | None:
        """The line of the first marker that a conflict left behind."""
        return None if self.yours is None else find_markers(self.yours, self.base)

    @property
    def syntax_error(self) -> tuple[int, str] | None:
        """The line and the reason why an edited module no longer parses."""
        if not self.place.endswith(".py") or self.yours in {None, self.base}:
            return None
        found = _syntax_error(self.yours or b"")
        # A newer Python than ours may parse what was copied, and so the edits.
        return None if found is None or _syntax_error(self.base) else found

    def with_line_ends(self, content: bytes) -> bytes:
        r"""Return a text with the line ends of the file."""
        return content.replace(b"\n", b"\r\n") if self.windows else content


def _syntax_error(content: bytes) -> tuple[int, str] | None:
    import ast  # noqa: PLC0415  only after an edit
    import warnings  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape is still Python
        try:
            ast.parse(content)
        except SyntaxError as error:
            return error.lineno or 1, error.msg
        except (ValueError, RecursionError, MemoryError) as error:
            return 1, str(error) or "too deeply nested"
    return None


def files_of(copy: Copy, root: Path) -> Iterator[File]:
    """Read the files of a copy.

    Raises
    ------
    WrongUse
        If a file can't be read, or its pristine bytes are missing.
    """
    bases = {place: pristine(root, each) for place, each in copy.places.items()}
    for place, base in copy.written(bases).items():
        path = safe_path(root, place, LOCK)
        content = read(path, place)
        yield File(
            place=place,
            path=path,
            base=base,
            yours=None if content is None else as_lf(content),
            windows=content is not None and b"\r\n" in content,
        )


def find(lock: Lock, name: str) -> Copy:
    """Return a copy by its name.

    Raises
    ------
    WrongUse
        If there is none; the message suggests the most similar name.
    """
    if name not in lock.copies:
        other = ": handbook status lists them"
        hint = suggest(
            name, lock.copies, ask="did you mean", cutoff=0.5, otherwise=other
        )
        raise WrongUse(f"no copy of {name} is here{hint}")
    return lock.copies[name]


def offered(source: Source, unit: Unit, *, tests: bool) -> dict[str, bytes]:
    """Read the modules of a unit, then its tests, by their path below their folder."""
    return source.modules(unit) | (source.tests(unit) if tests else {})


def copy_of(
    unit: Unit, *, source: str, module: str, code: str, tests: str | None
) -> Copy:
    """Return the record of a copy of a unit in its present version."""
    return Copy(
        name=unit.name,
        hash=unit.hash,
        date=unit.date,
        source=source,
        module=module,
        code=code,
        tests=tests if unit.tests else None,
        requires=unit.requires,
        files={_below(path, "code/snippets"): unit.files[path] for path in unit.files},
        test_files={}
        if tests is None
        else {
            _below(path, "code/tests/snippets"): unit.tests[path] for path in unit.tests
        },
    )


def write_lock(change: Change, root: Path, after: Lock) -> None:
    """Add the new lock to a change, then delete the bases that no copy needs any more.

    In this order, a killed process never leaves a lock without its bases. Bases that it
    leaves behind are deleted by the next change.
    """
    path = safe_path(root, LOCK, LOCK)
    if after.copies:
        change.write(path, after.to_toml())
    else:
        change.delete(path)
    needed = {
        pristine_path(digest)
        for copy in after.copies.values()
        for digest in copy.places.values()
    }
    for base in sorted((root / BASES).glob("?" * 64)):
        if base.relative_to(root).as_posix() not in needed:
            change.delete(safe_path(root, base.relative_to(root).as_posix(), LOCK))


def write_bases(change: Change, root: Path, files: Iterable[bytes]) -> None:
    """Add the pristine bytes of a copy, the base of later merges, to a change."""
    for content in files:
        path = pristine_path(hash_of(content))
        change.write(safe_path(root, path, LOCK), content)


def _below(path: str, folder: str) -> str:
    return PurePosixPath(path).relative_to(folder).as_posix()
