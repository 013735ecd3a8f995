"""Execute a notebook, a `.py` in the percent format, and write its `.ipynb`."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import jupytext
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from handbook.run.engine.job import Job, Workspace
from handbook.run.engine.network import NATIVE, count_unreachable
from handbook.run.engine.streams import open_streams
from handbook.run.engine.svg import rounded

__all__ = ["main"]


class _Client(NotebookClient):
    """Copies the output of cells to that of this process, which has a limit."""

    def output(
        self, outs: list[Any], msg: Any, display_id: Any, cell_index: int
    ) -> Any:
        content = msg["content"]
        print(
            content.get("text") or content.get("data", {}).get("text/plain", ""),
            flush=True,
        )
        return super().output(outs, msg, display_id, cell_index)


def main() -> None:
    """Execute the notebook of the workspace that the command line names.

    It reports to the descriptor that the command line names. If there is none, it
    reports to its standard output, and opens the files of the workspace itself.
    """
    workspace = Workspace(Path(sys.argv[1]))
    job = Job.from_json(
        json.loads((workspace.folder / "job").read_text(encoding="utf-8"))
    )
    if len(sys.argv) > 2:
        events = int(sys.argv[2])
        os.set_inheritable(events, False)
    else:
        events = os.dup(1)
        open_streams(workspace)
    _prepare_process(workspace)
    # Its header is metadata for the book, not a cell.
    form: dict[str, object] = {"extension": ".py", "format_name": "percent"}
    form |= {"root_level_metadata_as_raw_cell": False}
    notebook = jupytext.read(Path(job.root) / job.path, fmt=form)
    with open(events, "w", encoding="utf-8", buffering=1) as file:  # noqa: PTH123

        def report(event: str, **data: object) -> None:
            file.write(json.dumps({"event": event, **data}) + "\n")

        if _execute(notebook, job, report):
            content = json.dumps(notebook, indent=1, sort_keys=True) + "\n"
            report("notebook", content=content)
        report("closing", threads=[])
        report("done", threads=[], out=0, loaded=[])


def _prepare_process(workspace: Workspace) -> None:
    """Set the working directory and the environment, which the kernel inherits."""
    os.chdir(workspace.work)
    os.environ["HOME"] = os.environ["USERPROFILE"] = str(workspace.tmp)
    os.environ["TMPDIR"] = os.environ["TEMP"] = os.environ["TMP"] = str(workspace.tmp)
    os.environ.pop("MPLBACKEND", None)  # a kernel's own backend shows figures


def _execute(notebook: Any, job: Job, report: Any) -> bool:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if len(cells) != len(job.blocks):
        report(
            "problem",
            line=1,
            message="jupytext and the runner find different cells in it",
        )
        return False
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"  # jupytext's ids are random
    kernel = "__import__('handbook.run.engine.kernel').run.engine.kernel"
    prepare = f"{kernel}.prepare_kernel({job.root!r})"
    client = _Client(
        notebook,
        kernel_name="python3",
        timeout=None,  # `watch` enforces the limits
        record_timing=False,
        force_raise_errors=True,  # even if a cell's tag allows errors
        coalesce_streams=True,  # the parts of a stream differ from run to run
        extra_arguments=[
            f"--IPKernelApp.exec_lines={prepare}",
            "--IPKernelApp.log_level=ERROR",  # it warns of TCP, but this is loopback
            "--InlineBackend.figure_formats={'svg'}",
            "--InlineBackend.print_figure_kwargs="
            "{'bbox_inches': 'tight', 'metadata': {'Date': None}}",
        ],
    )
    number = 0
    with client.setup_kernel(cwd=os.getcwd()):  # noqa: PTH109  it needs a string
        try:
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code":
                    continue
                report("begin", block=number, out=0, err=0)
                before = count_unreachable()
                client.execute_cell(cell, index, execution_count=number + 1)
                number += 1
                _round(cell)
                if flaw := _flaw(cell):
                    line = job.blocks[number - 1][1]
                    report("problem", line=line, message=f"cell {number} {flaw}")
                    return False
        except CellExecutionError as error:
            trace = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback)
            if count_unreachable() > before:
                trace += f"\nRefused: {NATIVE}. A notebook has no network but loopback."
            message = f"cell {number + 1}: {error.ename}: {error.evalue}".rstrip(": ")
            report("problem", line=_line(trace, job, number), message=message)
            sys.stderr.write(trace)
            return False
        except DeadKernelError:
            message = f"cell {number + 1} ended its kernel (os._exit, or a crash)"
            report("problem", line=job.blocks[number][1], message=message)
            return False
    notebook.metadata["language_info"] = {
        "name": "python",
        "pygments_lexer": "ipython3",
    }
    return True


def _round(cell: Any) -> None:
    """Round the figures of a cell, as those of pages are rounded."""
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/svg+xml" in data:
            data["image/svg+xml"] = rounded(data["image/svg+xml"].encode()).decode()


def _flaw(cell: Any) -> str | None:
    """Return why the output of a cell must not be published, if so."""
    for output in cell.outputs:
        if output.get("name") == "stderr":
            # A warning contains paths of this machine, and the page would show them.
            return f"writes to standard error: {output['text'].strip()}"
        if "image/svg+xml" in output.get("data", {}) and not cell.metadata.get("alt"):
            return 'shows a figure without a text: write `# %% alt="what it shows"`'
    return None


def _line(trace: str, job: Job, cell: int) -> int:
    """Return the line of the `.py` that failed, maybe in another cell's function."""
    frames = re.findall(r"Cell In\[(\d+)\],? line (\d+)", trace)
    number, line = frames[-1] if frames else (cell + 1, 1)
    return job.blocks[int(number) - 1][1] + int(line) - 1


if __name__ == "__main__":
    main()
