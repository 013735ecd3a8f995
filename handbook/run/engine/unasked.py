"""Complain of errors in tasks, futures and pools whose result nobody asks for.

Python prints those of asyncio's tasks, if it clears the modules, which a chapter's
process does not do. It drops those of futures and of pools without a word.
"""

import functools
import gc
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

__all__ = ["complain", "watch_results"]

_ASKED = "_handbook_asked"


def watch_results() -> None:
    """Watch the results of futures and pools, also of those imported later.

    Nothing is imported here: a chapter must import what it needs.
    """
    for name, watch in _WATCHED.items():
        if name in sys.modules:
            watch(sys.modules[name])
    sys.meta_path.insert(0, _Finder())


def complain() -> None:
    """Print the errors of results that the chapter still holds."""
    asyncio = sys.modules.get("asyncio")
    for found in gc.get_objects():
        kind = type(found)
        if asyncio and issubclass(kind, asyncio.Future) and found._log_traceback:
            _print("a task", found.exception())
        elif hasattr(kind, _ASKED):
            kind.__del__(found)


class _Finder:
    """Finds the modules that are watched as Python does, and then changes them."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _WATCHED:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, Loader):
            execute = spec.loader.exec_module

            def watched(module: ModuleType) -> None:
                execute(module)
                _WATCHED[name](module)

            spec.loader.exec_module = watched  # type: ignore[method-assign]
        return spec


def _watch_futures(module: ModuleType) -> None:
    def error(future: Any) -> BaseException | None:
        return future._exception if future._state == module.FINISHED else None

    _watch(module.Future, ("result", "exception"), "a future", error)


def _watch_pools(module: ModuleType) -> None:
    def error(result: Any) -> BaseException | None:
        is_lost = result.ready() and not result._success and not result._error_callback
        return result._value if is_lost else None

    _watch(module.ApplyResult, ("get", "successful"), "a task of a pool", error)


_WATCHED = {
    "concurrent.futures._base": _watch_futures,
    "multiprocessing.pool": _watch_pools,
}


def _watch(
    kind: type, asking: Sequence[str], what: str, error: Callable[[Any], Any]
) -> None:
    """Complain when an object of this kind goes, unless one of its methods was used."""

    def asked(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(self: Any, *arguments: Any, **options: Any) -> Any:
            setattr(self, _ASKED, True)
            return method(self, *arguments, **options)

        return call

    def complain_once(self: Any) -> None:
        lost = None if getattr(self, _ASKED) else error(self)
        setattr(self, _ASKED, True)
        if lost is not None:
            _print(what, lost)

    setattr(kind, _ASKED, False)
    kind.__del__ = complain_once  # type: ignore[attr-defined]
    for name in asking:
        setattr(kind, name, asked(getattr(kind, name)))


def _print(what: str, error: BaseException) -> None:
    message = f"{what} failed, and nobody asked for its result"
    print(f"{message}: {type(error).__name__}: {error}", file=sys.stderr)
