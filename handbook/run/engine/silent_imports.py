"""See to it that importing a snippet is silent: no print, no socket, no file."""

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, ModuleType

from handbook.run.engine.job import Seat

__all__ = ["import_afresh", "watch_imports"]

_SOCKET_EVENTS = {"socket.__new__", "socket.getaddrinfo"}


def import_afresh() -> None:
    """Read every snippet from its source from now on.

    Bytecode is told stale by the second and the size: a change that keeps both would
    not be seen.
    """
    sys.meta_path.insert(0, _Finder())


def watch_imports(root: Path, seat: Seat, report: Callable[..., None]) -> None:
    """Read snippets from source, and report imports that do more than define names."""
    finder = _Watcher(root, seat, report)
    sys.meta_path.insert(0, finder)
    sys.addaudithook(finder.hear)


class _Finder:
    """Finds snippets as Python does, but for their bytecode."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] != "snippets":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            self.prepare(spec.loader)
        return spec

    def prepare(self, loader: SourceFileLoader) -> None:
        def read(_: str) -> CodeType:
            return loader.source_to_code(loader.get_data(loader.path), loader.path)

        loader.get_code = read  # type: ignore[method-assign, assignment]


class _Watcher(_Finder):
    """Wraps the execution of each snippet besides."""

    def __init__(self, root: Path, seat: Seat, report: Callable[..., None]) -> None:
        self.snippets = str(root / "snippets") + os.sep
        self.seat = seat
        self.report = report
        self.importing: list[str] = []
        self.heard: set[str] = set()

    def prepare(self, loader: SourceFileLoader) -> None:
        super().prepare(loader)
        execute = loader.exec_module

        def watched(module: ModuleType) -> None:
            before, files = self._printed(), self._files()
            self.importing.append(module.__name__)
            try:
                execute(module)
            finally:
                self.importing.pop()
                if self._printed() > before:
                    self.heard.add("prints")
                # Native code and child processes write unheard.
                self.heard |= {f"leaves {file}" for file in self._files() - files}
                if not self.importing:
                    self._tell(module.__name__)

        loader.exec_module = watched  # type: ignore[method-assign]

    def _tell(self, name: str) -> None:
        left = sorted(
            heard
            for heard in self.heard
            if not heard.startswith("leaves ")
            or Path(heard.removeprefix("leaves ")).exists()
        )
        self.heard.clear()
        for what in left:
            # Its working directory is new each time, and says nothing.
            said = what.replace(f"{self.seat.work}{os.sep}", "")
            self.report("noise", module=name, what=said)

    def _printed(self) -> int:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(
                OSError, ValueError, AttributeError
            ):  # a block closed it
                stream.flush()
        return self.seat.out.stat().st_size + self.seat.err.stat().st_size

    def _files(self) -> set[Path]:
        return set(self.seat.work.rglob("*"))

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.importing:
            return
        if event in _SOCKET_EVENTS and self._blames(sys._getframe(1)):
            self.heard.add("opens a socket")
        elif event == "open" and self._blames(sys._getframe(1)):
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & (
                os.O_WRONLY | os.O_RDWR | os.O_CREAT
            )
            if (
                writes
                and isinstance(path, (str, bytes))
                and "__pycache__" not in os.fsdecode(path)
            ):
                self.heard.add(f"leaves {os.path.abspath(os.fsdecode(path))}")  # noqa: PTH100  no Path in a hook

    def _blames(self, frame: FrameType | None) -> bool:
        """Tell whether a snippet's own top level is at work, not that of a package."""
        while frame is not None:
            if frame.f_code.co_name == "<module>":
                return frame.f_code.co_filename.startswith(self.snippets)
            frame = frame.f_back
        return False
