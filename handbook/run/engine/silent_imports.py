"""Detect side effects of importing a snippet: output, a socket, a file."""

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, ModuleType

from handbook.run.engine.job import Workspace

__all__ = ["ignore_bytecode", "watch_imports"]

_SOCKET_EVENTS = {"socket.__new__", "socket.getaddrinfo"}


def ignore_bytecode() -> None:
    """Load all snippets from source from now on.

    Python recognises stale bytecode by the source's time, in seconds, and its size. So
    it would miss a change within a second that keeps the size.
    """
    sys.meta_path.insert(0, _Finder())


def watch_imports(
    root: Path, workspace: Workspace, report: Callable[..., None]
) -> None:
    """Load snippets from source, and report imports that do more than define names."""
    finder = _Watcher(root, workspace, report)
    sys.meta_path.insert(0, finder)
    sys.addaudithook(finder.audit)


class _Finder:
    """Finds snippets as Python does, but ignores their bytecode."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] != "snippets":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            self.patch(spec.loader)
        return spec

    def patch(self, loader: SourceFileLoader) -> None:
        def read(_: str) -> CodeType:
            return loader.source_to_code(loader.get_data(loader.path), loader.path)

        loader.get_code = read  # type: ignore[method-assign, assignment]


class _Watcher(_Finder):
    """Also records what each snippet does while it is imported."""

    def __init__(
        self, root: Path, workspace: Workspace, report: Callable[..., None]
    ) -> None:
        self.snippets = str(root / "snippets") + os.sep
        self.workspace = workspace
        self.report = report
        self.importing: list[str] = []
        self.effects: set[str] = set()

    def patch(self, loader: SourceFileLoader) -> None:
        super().patch(loader)
        execute = loader.exec_module

        def watched(module: ModuleType) -> None:
            before, files = self._printed(), self._files()
            self.importing.append(module.__name__)
            try:
                execute(module)
            finally:
                self.importing.pop()
                if self._printed() > before:
                    self.effects.add("prints")
                # The audit hook doesn't see files of native code or child processes.
                self.effects |= {f"leaves {file}" for file in self._files() - files}
                if not self.importing:
                    self._report_effects(module.__name__)

        loader.exec_module = watched  # type: ignore[method-assign]

    def _report_effects(self, name: str) -> None:
        left = sorted(
            effect
            for effect in self.effects
            if not effect.startswith("leaves ")
            or Path(effect.removeprefix("leaves ")).exists()
        )
        self.effects.clear()
        for effect in left:
            # Readers can't use the path of the workspace, which is new in each run.
            short = effect.replace(f"{self.workspace.work}{os.sep}", "")
            short = short.replace(str(self.workspace.tmp), "~")  # it is also the home
            self.report("side effect", module=name, what=short)

    def _printed(self) -> int:
        for stream in (sys.stdout, sys.stderr):
            # A block may have closed the stream.
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        return self.workspace.out.stat().st_size + self.workspace.err.stat().st_size

    def _files(self) -> set[Path]:
        return set(self.workspace.work.rglob("*"))

    def audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.importing:
            return
        if event in _SOCKET_EVENTS and self._is_from_snippet(sys._getframe(1)):
            self.effects.add("opens a socket")
        elif event == "open" and self._is_from_snippet(sys._getframe(1)):
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & (
                os.O_WRONLY | os.O_RDWR | os.O_CREAT
            )
            if (
                writes
                and isinstance(path, (str, bytes))
                and "__pycache__" not in os.fsdecode(path)
            ):
                self.effects.add(f"leaves {os.path.abspath(os.fsdecode(path))}")  # noqa: PTH100  a Path would open files in the hook

    def _is_from_snippet(self, frame: FrameType | None) -> bool:
        """Return whether the innermost module that is being imported is a snippet."""
        while frame is not None:
            if frame.f_code.co_name == "<module>":
                return frame.f_code.co_filename.startswith(self.snippets)
            frame = frame.f_back
        return False
