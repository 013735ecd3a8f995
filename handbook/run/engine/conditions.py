"""The conditions under which chapters run: hashes, time zone, date, variables."""

import atexit
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from handbook.base.cache import cache_folder

__all__ = ["Conditions", "find_faketime"]

_PACKAGE_ROOT = Path(__file__).parents[3]
# The variables that a chapter inherits. None of them holds a secret.
_INHERITED = (
    *("PATH", "LANG", "LD_LIBRARY_PATH"),
    *("SYSTEMROOT", "PATHEXT", "HANDBOOK_NETWORK"),
)
_LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib")
# Another year, month, day of the month, day of the week, hour and minute.
_LATER = 400 * 86_400 + 5 * 3600 + 7 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What may differ between two runs; only results of the usual ones are cached.

    Attributes
    ----------
    seed : int
        The seed of the hashes of str and bytes.
    timezone : str
        The time zone, `TZ`.
    later : bool
        Whether the clock is more than a year ahead, for child processes, too. It needs
        libfaketime; without it the clock is right.
    variables : mapping of str to str
        Variables that are added to the environment.
    again : bool
        Whether the run only checks another one under the same conditions.
    """

    seed: int = 0
    timezone: str = "UTC"
    later: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    again: bool = False

    def environment(self, root: Path) -> dict[str, str]:
        """Return the environment of a chapter, which is the same on every machine."""
        kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        # So that a chapter's `python` is this one, even if no environment is activated.
        kept["PATH"] = os.pathsep.join(
            [str(Path(sys.executable).parent), kept.get("PATH", "")]
        )
        pools = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
        # With one thread, sums don't depend on the number of cores, and forking is
        # safe.
        one_thread = {f"{pool}_NUM_THREADS": "1" for pool in pools}
        return (
            kept
            | one_thread
            | {
                "COLUMNS": "80",
                "LINES": "24",
                "LC_ALL": "C.UTF-8",
                "MATPLOTLIBRC": str(_PACKAGE_ROOT / "handbook" / "figures.mplstyle"),
                "MPLBACKEND": "module://handbook.run.figures",
                "MPLCONFIGDIR": _matplotlib_folder(root),
                "PYTHONHASHSEED": str(self.seed),
                "PYTHONPATH": str(_PACKAGE_ROOT),
                "PYTHONUTF8": "1",
                "TZ": self.timezone,
            }
            | (_later_clock() if self.later else {})
            | dict(self.variables)
        )


@functools.cache
def _matplotlib_folder(root: Path) -> str:
    """Return a folder for Matplotlib's files, temporary where the cache can't be used.

    Left to itself, Matplotlib makes one, and fails to remove it at the chapter's end.
    """
    folder = cache_folder(root) / "matplotlib"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if folder.is_dir() and os.access(folder, os.W_OK):
        return str(folder)
    temporary = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    return temporary


def find_faketime() -> str:
    """Return the library that shifts the clock; empty if it isn't installed."""
    if not sys.platform.startswith("linux"):
        return ""
    name = "faketime/libfaketimeMT.so.1"
    found = [
        path
        for place in _LIBRARIES
        for pattern in (name, f"*/{name}")
        for path in Path(place).glob(pattern)
    ]
    return str(found[0]) if found else ""


def _later_clock() -> dict[str, str]:
    if not find_faketime():
        return {}
    startup = str(Path(__file__).with_name("startup"))
    return {
        "LD_PRELOAD": find_faketime(),
        "FAKETIME": f"+{_LATER}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # Python would find all bytecode older than its source, and compile it again.
        "NO_FAKE_STAT": "1",
        "PYTHONPATH": os.pathsep.join([startup, str(_PACKAGE_ROOT)]),
    }
