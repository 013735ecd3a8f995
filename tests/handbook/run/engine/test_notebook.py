"""Notebooks run with the same limits, checks and cache as chapters."""

import json
import re
import shutil
from pathlib import Path

import jupytext
import pytest

from handbook.base.files import Files
from handbook.book.notebook import code_cells
from handbook.book.page import NotebookResult
from handbook.run.engine import Limits, explain, run_notebooks
from handbook.run.engine.network import namespace_works

HEADER = (
    "# ---\n# jupyter:\n#   jupytext:\n"
    "#     text_representation:\n#       extension: .py\n# ---\n"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}"/>'
NOTEBOOKS = {
    "good": (
        f"{HEADER}\n# %% [markdown]\n# # Title\n\n"
        "# %%\nfrom snippets.part.legs import miles\n\nmiles()\n\n"
        "# %%\nimport os\nprint(os.environ['TZ'], os.listdir())\n\n"
        '# %% alt="A line"\nfrom IPython.display import SVG\n\n'
        f"SVG({SVG.format('121.834558')!r})\n"
    ),
    "fails": (
        "# %%\n\ndef f():\n    raise ValueError('no leg')\n\n"
        "# %% [markdown]\n# Text\n\n# %%\nf()\n"
    ),
    "dies": "# %%\nx = 1\n\n# %%\nimport os\nos._exit(3)\n",
    "loops": "# %%\nx = 1\n\n# %%\nwhile True:\n    pass\n",
    "warns": "# %%\nimport sys\nprint('hm', file=sys.stderr)\n",
    "blind": (f"# %%\nfrom IPython.display import SVG\n\nSVG({SVG.format(1)!r})\n"),
    "excused": '# %% tags=["raises-exception"]\n1 / 0\n',
    "asks": "# %%\nimport socket\nsocket.create_connection(('192.0.2.1', 80))\n",
}
NOTEBOOKS |= {
    "addresses": "# %%\nx = 1\n\n# %%\nobject()\n",
    "colours": "# %%\nprint('\\x1b[31mlate')\n",
    "endless": "# %%\nprint('x\\n' * 61)\n",
    "places": "# %%\nimport sys\nsys.prefix\n",
}
DRAWN = "<IPython.core.display.SVG object>"
CONNECTS = (
    "import ctypes\nlibc = ctypes.CDLL(None)\n"
    "address = bytes([2, 0, 0, 80, 192, 0, 2, 1]) + bytes(8)\n"
    "libc.connect(libc.socket(2, 1, 0), address, 16)"
)
PROBLEMS = {
    "fails": (4, "cell 2: ValueError: no leg"),
    "dies": (5, "cell 2 ended its kernel (os._exit, or a crash)"),
    "loops": (
        5,
        "cell 2 used more than 2 s of processor time and was killed; "
        "in the last minute N processes wanted each processor",
    ),
    "warns": (2, "cell 1 writes to standard error: hm"),
    "blind": (
        2,
        'cell 1 shows a figure without a text: write `# %% alt="what it shows"`',
    ),
    "excused": (2, "cell 1: ZeroDivisionError: division by zero"),
    "asks": (
        3,
        "cell 1: OSError: [Errno 101] a chapter has no network but loopback, "
        "and this one asked for 192.0.2.1",
    ),
    "addresses": (
        5,
        "cell 2 prints an address in memory (N), which differs in each run: print what "
        "is in the object",
    ),
    "colours": (
        2,
        "cell 1 prints U+001B (a control character), which no page can show: print "
        "plain text",
    ),
    "endless": (
        2,
        "cell 1 prints 62 lines, and nobody reads more than 60 on a page: print the "
        "first few",
    ),
    "places": (
        2,
        "cell 1 prints where a folder is on this machine, and it is elsewhere on "
        "others: print the name of the file only",
    ),
}


def run(root: Path, *, tight: str = "") -> dict[str, NotebookResult]:
    paths = [path.relative_to(root) for path in sorted((root / "docs").glob("*/*.py"))]
    timed = [path for path in paths if path.stem == tight]
    results = [
        *run_notebooks(
            [path for path in paths if path.stem != tight], files=Files(root)
        ),
        *run_notebooks(timed, files=Files(root), limits=Limits(block_seconds=2)),
    ]
    return {result.path.stem: result for result in results}


@pytest.fixture(scope="module")
def ran(shared_book: Path) -> tuple[Path, dict[str, NotebookResult]]:
    (shared_book / "snippets/part/legs.py").write_text("def miles():\n    return 7\n")
    folder = shared_book / "docs" / "late_flights"
    folder.mkdir(parents=True)
    for name, text in NOTEBOOKS.items():
        (folder / f"{name}.py").write_text(text)
        (folder / f"{name}.ipynb").write_text("stale")
    return folder, run(shared_book, tight="loops")


def outputs(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        output["text"] if "text" in output else output["data"]["text/plain"]
        for cell in cells
        for output in cell.get("outputs", [])
    ]


def test_an_executed_notebook_is_written_beside_its_source(
    ran: tuple[Path, dict[str, NotebookResult]],
) -> None:
    folder, results = ran
    assert results["good"].problems == ()
    assert outputs(folder / "good.ipynb") == ["7", "UTC ['figures']\n", DRAWN]


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_failure_names_the_cell_and_the_line_of_the_source(
    ran: tuple[Path, dict[str, NotebookResult]], name: str
) -> None:
    problems = ran[1][name].problems
    assert [
        (problem.line, re.sub(r"\d+\.\d(?= processes)|0x\w+", "N", problem.message))
        for problem in problems
    ] == [PROBLEMS[name]]


def test_a_failed_notebook_leaves_no_output_file(
    ran: tuple[Path, dict[str, NotebookResult]],
) -> None:
    assert {path.stem for path in ran[0].glob("*.ipynb")} == {"good"}


def test_a_notebook_is_never_stale(
    ran: tuple[Path, dict[str, NotebookResult]], tmp_path: Path
) -> None:
    root = tmp_path / "copy"
    shutil.copytree(ran[0].parents[1], root)
    folder = root / "docs" / "late_flights"
    for name in PROBLEMS:
        (folder / f"{name}.py").unlink()
    written = (folder / "good.ipynb").read_bytes()
    (folder / "good.ipynb").write_text("edited by hand")
    assert run(root)["good"].cached
    assert (folder / "good.ipynb").read_bytes() == written

    (root / "snippets/part/legs.py").write_text("def miles():\n    return 8\n")
    page = Path("docs/late_flights/good.py")
    assert explain([], [page], files=Files(root)) == {
        page: ["snippets/part/legs.py changed"]
    }
    assert not run(root)["good"].cached
    assert outputs(folder / "good.ipynb") == ["8", "UTC ['figures']\n", DRAWN]


def test_a_figure_is_written_rounded(
    ran: tuple[Path, dict[str, NotebookResult]],
) -> None:
    content = ran[1]["good"].content
    assert content == (ran[0] / "good.ipynb").read_text()
    drawn = json.loads(content)["cells"][-1]["outputs"][0]["data"]["image/svg+xml"]
    assert drawn.endswith(f"{SVG.format('121.83')}\n")


@pytest.mark.skipif(
    not namespace_works(), reason="this system has no network namespaces"
)
def test_the_error_after_a_childs_refusal_mentions_it(book: Path) -> None:
    page = Path("docs/late_flights/curls.py")
    (book / page).parent.mkdir(parents=True)
    # Connect outside Python, whose own hook would refuse first.
    (book / page).write_text(f"# %%\n{CONNECTS}\nraise ValueError\n")
    (result,) = run_notebooks([page], files=Files(book))
    assert "Refused: a connection of native code or a child" in result.traceback


@pytest.mark.parametrize(
    "text",
    [
        *NOTEBOOKS.values(),
        "x = 1\n\n# %%\ny = 2\n",
        f"{HEADER}\n# %% A title\nx = 1\n# %% [raw]\n# no code\n# %%\n\n\ny = 2",
        "",
    ],
)
def test_cells_equal_those_of_jupytext(text: str) -> None:
    read = jupytext.reads(text, fmt="py:percent").cells
    assert [code.strip() for code, _ in code_cells(text)] == [
        cell.source.strip() for cell in read if cell.cell_type == "code"
    ]


def test_a_cell_begins_on_its_line() -> None:
    lines = NOTEBOOKS["good"].splitlines()
    assert [lines[line - 1] for _, line in code_cells(NOTEBOOKS["good"])] == [
        "from snippets.part.legs import miles",
        "import os",
        "from IPython.display import SVG",
    ]
