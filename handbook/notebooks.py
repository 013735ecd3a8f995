"""Execute the notebooks that git keeps as percent-format Python.

The site renders the `.ipynb` that is written beside the `.py`. While it holds, it is
left alone: its metadata keep the key of everything that can change what it shows. A
cell that fails is an error at its line of the `.py`, and nothing is written.
"""

import ast
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

__all__ = ["NotebookError", "execute"]

_STYLE = Path(__file__).with_name("figures.mplstyle")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_MARKER = re.compile(r"# ?%%(?!%)")


class NotebookError(Exception):
    """A cell not fit to publish: `file:line: what`, the traceback as a note."""


def execute(source: Path, root: Path, *, timeout: int = 60) -> Path:
    """Execute a notebook, unless the executed one beside it still holds.

    Parameters
    ----------
    source : Path
        The notebook: a `.py` in jupytext's percent format, below `root`.
    root : Path
        The folder of `requirements.lock` and `snippets/`, first on the kernel's path.
    timeout : int
        Seconds that one cell may take.

    Returns
    -------
    Path
        The executed notebook, beside `source`. Two executions give the same bytes.

    Raises
    ------
    NotebookError
        If a cell does not parse, raises, writes to stderr, shows a figure without
        `alt`, takes longer than `timeout` or ends its kernel.
    """
    target = source.with_suffix(".ipynb")
    key = _key(source, root)
    if _holds(target, key):
        return target
    # Read after the key was made: a change in between makes the next run a new one.
    text = source.read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    lines = _first_lines(text, len(notebook.cells))
    with tempfile.TemporaryDirectory(prefix="nb-") as scratch:
        client = NotebookClient(
            notebook,
            km=_kernel(Path(scratch)),
            timeout=timeout,
            record_timing=False,
            force_raise_errors=True,  # a tag excuses no cell
            coalesce_streams=True,  # messages are cut differently every time
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(source.parent)}},
        )
        environment = _environment(root, Path(scratch))
        with client.setup_kernel(env=environment, cleanup_kc=True):
            for index, line in enumerate(lines):
                _run_cell(client, index, source.relative_to(root), line)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"  # jupytext's are random
    notebook.metadata = {
        "kernelspec": {
            "name": "python3",
            "language": "python",
            "display_name": "Python 3",
        },
        "handbook": {"key": key, "cells": _digest(notebook.cells)},
    }
    _replace(target, nbformat.writes(notebook) + "\n")  # type: ignore[no-untyped-call]
    return target


def _run_cell(client: NotebookClient, index: int, source: Path, line: int) -> None:
    """Fill in the outputs of one cell, whose first line is `line` of `source`."""
    cell = client.nb.cells[index]
    fault = note = ""
    try:
        client.execute_cell(cell, index)
    except CellExecutionError as error:
        note = _ANSI.sub("", error.traceback)
        within = re.findall(rf"Cell In\[{cell.execution_count}\], line (\d+)", note)
        line += int(within[-1]) - 1 if within else 0
        fault = f"{error.ename}: {error.evalue}".removesuffix(": ")
    except CellTimeoutError:
        fault = f"the cell takes longer than {client.timeout} s"
    except DeadKernelError:
        fault = "the cell ended its kernel"
    else:
        fault = _unfit(cell)
    if fault:
        problem = NotebookError(f"{source.as_posix()}:{line}: {fault}")
        if note:
            problem.add_note(note)
        raise problem from None


def _unfit(cell: nbformat.NotebookNode) -> str:
    """Say why the outputs of `cell` cannot be shown, or nothing."""
    for output in cell.get("outputs", []):
        if (
            output.get("name") == "stderr"
        ):  # a warning names a file that changes its name
            return f"the cell writes to stderr: {output.text.strip()}"
        if "image/svg+xml" in output.get("data", {}) and not cell.metadata.get("alt"):
            return 'a figure without alt text: `# %% alt="what the figure shows"`'
    return ""


class _ThisPython(KernelSpecManager):
    """One kernel, this very interpreter, whatever else the machine has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Give the same kernel for every name; its figures are SVG without a date."""
        figures = {"bbox_inches": "tight", "metadata": {"Date": None}}
        options = [
            "--HistoryManager.enabled=False",
            "--InlineBackend.figure_formats={'svg'}",
            f"--InlineBackend.print_figure_kwargs={figures}",
        ]
        command = [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
        ]
        return KernelSpec(argv=command + options, display_name=kernel_name)


def _kernel(scratch: Path) -> AsyncKernelManager:
    return AsyncKernelManager(
        kernel_spec_manager=_ThisPython(),
        connection_file=str(scratch / "kernel.json"),
        transport="tcp"
        if sys.platform == "win32"
        else "ipc",  # no network, where it can
    )


def _environment(root: Path, scratch: Path) -> dict[str, str]:
    path = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(path),
        "OMP_NUM_THREADS": "1",  # a sum of floats depends on how many threads share it
        "MATPLOTLIBRC": str(_STYLE),
        "IPYTHONDIR": str(scratch),  # nobody's own profile or start-up files
    }


def _first_lines(text: str, cells: int) -> list[int]:
    """For each cell the number of its first line that is not blank, counted from 1."""
    lines = text.splitlines()
    markers = [number for number, line in enumerate(lines) if _MARKER.match(line)]
    after = [0] * (cells - len(markers)) + [number + 1 for number in markers]
    return [
        next((n for n in range(start, len(lines)) if lines[n].strip()), start) + 1
        for start in after
    ]


def _key(source: Path, root: Path) -> str:
    """Hash everything that can change what the notebook shows."""
    files = [source, root / "requirements.lock", *_imported(source, root)]
    parts = {path.relative_to(root).as_posix(): path for path in files}
    parts |= {path.name: path for path in (Path(__file__), _STYLE)}
    hashes = {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in parts.items()
    }
    return _digest({**hashes, "python": sys.version})


def _imported(source: Path, root: Path) -> list[Path]:
    """List the files of `snippets/` that `source` imports, and that those import."""
    found: set[Path] = set()
    waiting = [source]
    while waiting:
        for name in _names(waiting.pop(), root):
            parts = name.split(".")
            for depth in range(1, len(parts) + 1):
                module = root.joinpath(*parts[:depth])
                for file in (module.with_suffix(".py"), module / "__init__.py"):
                    if file.exists() and file not in found:
                        found.add(file)
                        waiting.append(file)
    data = root / "snippets/data"
    if data / "__init__.py" in found:
        found |= {file for file in data.rglob("*") if file.is_file()}
    return sorted(file for file in found if "__pycache__" not in file.parts)


def _names(path: Path, root: Path) -> Iterator[str]:
    """Yield the dotted names below `snippets` that `path` imports."""
    place = path.relative_to(root)
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError as error:
        what = f"{type(error).__name__}: {error.msg}"
        raise NotebookError(f"{place.as_posix()}:{error.lineno}: {what}") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = place.parts[: -node.level] if node.level else ()
            module = [*package, *filter(None, [node.module])]
            names = [".".join([*module, alias.name]) for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "snippets")


def _holds(target: Path, key: str) -> bool:
    """Whether `target` was made from what `key` stands for, and is as it was made."""
    try:
        notebook = nbformat.read(target, as_version=4)  # type: ignore[no-untyped-call]
        made = {"key": key, "cells": _digest(notebook.cells)}
        return bool(notebook.metadata.handbook == made)
    except (OSError, ValueError, AttributeError):  # none, damaged, somebody else's
        return False


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _replace(target: Path, text: str) -> None:
    """Write all or nothing, by way of a hidden file: git and MkDocs pass over those."""
    with tempfile.NamedTemporaryFile(
        "w",
        encoding="utf-8",
        dir=target.parent,
        prefix=".",
        suffix=".ipynb",
        delete=False,
    ) as part:
        part.write(text)
    Path(part.name).replace(target)
