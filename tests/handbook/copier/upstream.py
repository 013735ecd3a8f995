"""A small published book to copy from, and the tree of a project."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from handbook.registry.model import Recall, Registry, Unit, hash_of, hash_of_unit

NULLS = """\
\"\"\"Give every null a cause.\"\"\"

import pandas as pd


def rows(frame: pd.DataFrame) -> int:
    return len(frame)


def columns(frame: pd.DataFrame) -> int:
    return len(frame.columns)


def cells(frame: pd.DataFrame) -> int:
    return frame.size
"""
TEST = """\
from snippets.explore.nulls import rows


def test_nothing_has_no_rows() -> None:
    assert rows([]) == 0
"""
MODULE = "src/shop/snippets/explore/nulls.py"
TESTED = "tests/snippets/explore/test_nulls.py"


class Outcome(NamedTuple):
    """The result of a command."""

    status: int
    out: str
    err: str


Handbook = Callable[..., Outcome]


@dataclass
class Upstream:
    """A published folder: `registry.json`, and `code/` beside it."""

    folder: Path
    units: dict[str, Unit] = field(default_factory=dict)
    recalled: dict[str, Recall] = field(default_factory=dict)

    def publish(
        self,
        name: str = "explore.nulls",
        files: Mapping[str, str] | None = None,
        test: str = TEST,
        *,
        requires: tuple[str, ...] = ("pandas>=3.0",),
        date: str = "2026-11-22",
    ) -> str:
        """Publish a version of a unit, and return its hash."""
        part, _, stem = name.partition(".")
        files = {f"{stem}.py": NULLS} if files is None else files
        modules = {
            f"code/snippets/{part}/{path}": files[path] for path in sorted(files)
        }
        tests = {f"code/tests/snippets/{part}/test_{stem}.py": test}
        for path, content in {**modules, **tests}.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content.encode())
        version = hash_of_unit(
            {path: hash_of(text.encode()) for path, text in files.items()}
        )
        self.units[name] = Unit(
            name=name,
            purpose=files[min(files)].partition("\n")[0].strip('"') or "A unit.",
            hash=version,
            date=date,
            files={path: hash_of(text.encode()) for path, text in modules.items()},
            tests={path: hash_of(text.encode()) for path, text in tests.items()},
            requires=requires,
            test_requires=("pytest>=9.0",),
            symbols=("rows",),
            words="missing values",
            chapters=(),
            receipt=None,
        )
        self._write()
        return version

    def drop(self, name: str) -> None:
        """Stop publishing a unit."""
        del self.units[name]
        self._write()

    def recall(self, version: str, reason: str, mended_by: str) -> None:
        """Recall a version."""
        self.recalled[version] = Recall(
            "explore.nulls", reason, mended_by, "2026-11-22"
        )
        self._write()

    def _write(self) -> None:
        registry = Registry(self.units, self.recalled)
        (self.folder / "registry.json").write_text(registry.to_json(), "utf-8")


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return every file of a project with its bytes, and every folder."""
    return dict(_walk(folder, folder))


def _walk(folder: Path, top: Path) -> Iterator[tuple[str, bytes | None]]:
    for path in sorted(folder.iterdir()):
        name = path.relative_to(top).as_posix()
        if path.is_dir() and not path.is_symlink():
            yield name, None
            yield from _walk(path, top)
        else:
            yield name, path.read_bytes() if path.is_file() else b"a link"
