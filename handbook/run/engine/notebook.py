"""Execute a notebook, a percent-format `.py`, in this kernel and leave the `.ipynb`."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import jupytext
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from handbook.run.engine.job import Job, Seat
from handbook.run.engine.network import NATIVE, sent_nowhere
from handbook.run.engine.svg import rounded

__all__ = ["main"]


class _Client(NotebookClient):
    """Repeats what cells print to this process's own output, where it is counted."""

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
    """Execute the notebook of the seat named on the command line."""
    seat = Seat(Path(sys.argv[1]))
    job = Job.from_json(json.loads((seat.folder / "job").read_text(encoding="utf-8")))
    _settle(seat)
    # Its head is for the book, and no cell.
    form: dict[str, object] = {"extension": ".py", "format_name": "percent"}
    form |= {"root_level_metadata_as_raw_cell": False}
    notebook = jupytext.read(Path(job.root) / job.path, fmt=form)
    with seat.events.open("a", encoding="utf-8", buffering=1) as file:

        def report(event: str, **data: object) -> None:
            file.write(json.dumps({"event": event, **data}) + "\n")

        if _execute(notebook, job, report):
            (seat.folder / "notebook").write_text(
                json.dumps(notebook, indent=1, sort_keys=True) + "\n", encoding="utf-8"
            )
        report("closing", threads=[])
        report("done", threads=[], out=0, loaded=[])


def _settle(seat: Seat) -> None:
    """Give this process, and so its kernel, the seat's directory, output and home."""
    os.chdir(seat.work)
    for path, number in ((seat.out, 1), (seat.err, 2)):
        handle = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.dup2(handle, number)
        os.close(handle)
    os.environ["HOME"] = os.environ["USERPROFILE"] = str(seat.tmp)
    os.environ["TMPDIR"] = os.environ["TEMP"] = os.environ["TMP"] = str(seat.tmp)
    os.environ.pop("MPLBACKEND", None)  # a kernel has its own, which shows figures


def _execute(notebook: Any, job: Job, report: Any) -> bool:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if len(cells) != len(job.blocks):
        report(
            "problem",
            line=1,
            message="jupytext and the runner count different cells in it",
        )
        return False
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"  # they are random else
    kernel = "__import__('handbook.run.engine.kernel').run.engine.kernel"
    settle = f"{kernel}.settle({job.root!r})"
    client = _Client(
        notebook,
        kernel_name="python3",
        timeout=None,  # whoever keeps this process has the clock
        record_timing=False,
        force_raise_errors=True,  # no tag excuses a cell
        coalesce_streams=True,  # how a stream is cut differs from run to run
        extra_arguments=[
            f"--IPKernelApp.exec_lines={settle}",
            "--IPKernelApp.log_level=ERROR",  # it warns of TCP, which is loopback here
            "--InlineBackend.figure_formats={'svg'}",
            "--InlineBackend.print_figure_kwargs="
            "{'bbox_inches': 'tight', 'metadata': {'Date': None}}",
        ],
    )
    number = 0
    with client.setup_kernel(cwd=os.getcwd()):  # noqa: PTH109  a string is asked for
        try:
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code":
                    continue
                report("begin", block=number, out=0, err=0)
                before = sent_nowhere()
                client.execute_cell(cell, index, execution_count=number + 1)
                number += 1
                _round(cell)
                if flaw := _flaw(cell):
                    line = job.blocks[number - 1][1]
                    report("problem", line=line, message=f"cell {number} {flaw}")
                    return False
        except CellExecutionError as error:
            trace = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback)
            if sent_nowhere() > before:
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
    """Write a cell's figures as those of pages are written."""
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/svg+xml" in data:
            data["image/svg+xml"] = rounded(data["image/svg+xml"].encode()).decode()


def _flaw(cell: Any) -> str | None:
    """Say what of a cell that ran must not be published."""
    for output in cell.outputs:
        if output.get("name") == "stderr":
            # A warning holds paths, and a page shows it to every reader.
            return f"writes to standard error: {output['text'].strip()}"
        if "image/svg+xml" in output.get("data", {}) and not cell.metadata.get("alt"):
            return 'shows a figure without a text: write `# %% alt="what it shows"`'
    return None


def _line(trace: str, job: Job, cell: int) -> int:
    """Give the line of the `.py` where a cell failed, in another's function perhaps."""
    frames = re.findall(r"Cell In\[(\d+)\],? line (\d+)", trace)
    number, line = frames[-1] if frames else (cell + 1, 1)
    return job.blocks[int(number) - 1][1] + int(line) - 1


if __name__ == "__main__":
    main()
