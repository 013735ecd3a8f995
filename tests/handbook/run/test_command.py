"""`handbook run` as its user runs it."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from handbook import cli
from handbook.book.book import Book
from handbook.run.compare import on_reference
from handbook.run.engine import conditions
from handbook.run.engine.conditions import find_faketime

ROOT = Path(__file__).parents[3]
OUTPUT = "\n\n<!--pytest-codeblocks:expected-output-->\n\n```text\n{}```\n"
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
MEASURED = "\n\n<!--handbook:measured-output-->\n\n```text\n{}```\n"


def _handbook(book: Book, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "handbook", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command,
        cwd=book.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _page(book: Book, name: str, *parts: str) -> Path:
    page = book.root / "docs" / f"{name}.md"
    page.write_text("\n".join(parts), encoding="utf-8")
    return page


def _code(*lines: str) -> str:
    return "\n".join(["```python", *lines, "```"])


def test_a_book_without_faults_prints_one_line_and_returns_0(book: Book) -> None:
    _page(book, "one", _code("print(1)") + OUTPUT.format("1\n"))

    first, second = _handbook(book, "run"), _handbook(book, "run")
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout.startswith("1 chapter: 0 cached, 1 ran in ")
    assert second.stdout.startswith("1 chapter: 1 cached, 0 ran in ")
    # A cached chapter needs no progress display.
    assert (first.stderr, second.stderr) == ("1/1 docs/one.md\n", "")


def test_a_terminal_shows_the_progress_and_then_clears_it(book: Book) -> None:
    for name in ("one", "two"):
        _page(book, name, _code("print(1)") + OUTPUT.format("1\n"))
    ours, theirs = pty.openpty()
    run = subprocess.run(
        [sys.executable, "-m", "handbook", "run"],
        cwd=book.root,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=False,
    )
    shown = os.read(ours, 4096).decode()
    os.close(ours)
    os.close(theirs)

    assert run.returncode == 0
    drawn = [line.strip() for line in shown.split("\r") if line]
    assert drawn[0] == "0/2"
    assert {line.split()[0] for line in drawn[1:-1]} == {"1/2", "2/2"}
    assert drawn[-1] == ""
    assert "\n" not in shown


def test_a_difference_shows_both_texts_and_returns_1(book: Book) -> None:
    _page(book, "one", _code("print(1)") + OUTPUT.format("2\n"))

    run = _handbook(book, "run", "docs/one.md")
    assert run.returncode == 1
    head, *diff, end = run.stdout.splitlines()
    assert head.startswith("docs/one.md:8: ")
    assert diff == ["--- the page", "+++ the run", "@@ -1 +1 @@", "-2", "+1"]
    assert end.endswith("; 1 problem")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "docs/none.md"],
        ["run", "mkdocs.yml"],
        ["run", "--update=x"],
        ["walk"],
        [],
    ],
)
def test_a_usage_error_returns_2(book: Book, arguments: list[str]) -> None:
    run = _handbook(book, *arguments)

    assert run.returncode == 2
    assert run.stderr
    assert "Traceback" not in run.stderr


def test_outside_a_book_the_command_returns_2(tmp_path: Path) -> None:
    run = _handbook(Book(tmp_path), "run")

    assert run.returncode == 2
    assert "no mkdocs.yml here or above" in run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C works differently there")
def test_ctrl_c_stops_the_run_and_its_output(book: Book) -> None:
    temporary = book.root / "temporary"
    temporary.mkdir()
    _page(book, "one", _code("import time", "open('begun', 'w')", "time.sleep(15)"))
    started = time.monotonic()
    run = subprocess.Popen(
        [sys.executable, "-m", "handbook", "run"],
        cwd=book.root,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not [*temporary.rglob("begun")]:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)

    assert run.communicate()[1] == "handbook: stopped\n"
    assert run.returncode == 130
    assert time.monotonic() - started < 15


def test_why_names_the_part_of_the_key_that_changed(book: Book) -> None:
    page = _page(book, "one", _code("one = 1"))
    _handbook(book, "run")
    page.write_text(page.read_text().replace("one = 1", "one = 2"))

    assert (
        "docs/one.md: block 1 (line 2) changed\n"
        in _handbook(book, "run", "--why").stdout
    )

    # The small books have no .python-version, so any Python on Linux is the reference.


@pytest.mark.skipif(
    not on_reference(Path(__file__).parent),
    reason="outputs are recorded on the reference only",
)
class TestUpdate:
    def test_takes_a_path_after_the_option(self, book: Book) -> None:
        page = _page(book, "one", _code("print(1)") + OUTPUT.format("2\n"))

        assert _handbook(book, "run", "--update", "docs/one.md").returncode == 0
        assert page.read_text(encoding="utf-8").endswith("```text\n1\n```\n")

    def test_outputs_errors_and_figures_are_written_once(self, book: Book) -> None:
        page = _page(
            book,
            "one",
            _code("print(1)") + OUTPUT.format(""),
            _code("1 / 0") + "\n\n<!--handbook:expected-error-->\n\n```text\n```\n",
            _code(
                "from pathlib import Path",
                "",
                'Path("figures/one-a.svg").write_text("<svg/>")',
            ),
        )

        assert _handbook(book, "run", "--update").returncode == 0
        assert "```text\n1\n```" in page.read_text()
        assert "```text\nZeroDivisionError: division by zero\n```" in page.read_text()
        figure = book.root / "docs/figures/one-a.svg"
        assert figure.read_text() == f"{HEAD}<svg/>\n"
        written = page.read_bytes()
        assert _handbook(book, "run", "--update").returncode == 0
        assert page.read_bytes() == written

    def test_a_figure_that_looks_the_same_is_not_written_again(
        self, book: Book
    ) -> None:
        draw = 'Path("figures/one-a.svg").write_text(\'<svg x="{}"/>\')'
        code = ["from pathlib import Path", "", draw.format("121.835000001")]
        page = _page(book, "one", _code(*code))
        figure = book.root / "docs/figures/one-a.svg"

        assert _handbook(book, "run", "--update").returncode == 0
        assert figure.read_text() == f'{HEAD}<svg x="121.84"/>\n'
        page.write_text(page.read_text().replace("121.835000001", "121.834999999"))
        assert _handbook(book, "run", "--update").returncode == 0
        assert figure.read_text() == f'{HEAD}<svg x="121.84"/>\n'
        page.write_text(page.read_text().replace("121.834999999", "121.8"))
        assert _handbook(book, "run", "--update").returncode == 0
        assert figure.read_text() == f'{HEAD}<svg x="121.8"/>\n'

    def test_measurements_are_not_changed(self, book: Book) -> None:
        code = _code("import time", "", "print(time.perf_counter_ns(), 'ns')")
        page = _page(book, "one", code + MEASURED.format("1 ns\n"))

        assert _handbook(book, "run", "--update").returncode == 0
        assert "```text\n1 ns\n```" in page.read_text()

    def test_a_figure_is_drawn_from_the_numbers_on_the_page(self, book: Book) -> None:
        page = _page(
            book,
            "one",
            _code("import time", "", "print(time.perf_counter_ns(), 'ns')")
            + MEASURED.format(""),
            _code(
                "from pathlib import Path",
                "",
                'measured = Path("measured/1.txt").read_text()',
                'Path("figures/one-a.svg").write_text(f"<svg>{measured}</svg>")',
            ),
        )

        run = _handbook(book, "run", "--update=measured")
        assert run.returncode == 0, run.stdout
        text = page.read_text().split("```text\n")[1].split("```")[0]
        assert text.split("\n")[1].startswith("(measured ")
        assert (
            book.root / "docs/figures/one-a.svg"
        ).read_text() == f"{HEAD}<svg>{text}</svg>\n"
        assert _handbook(book, "run", "--no-cache").returncode == 0


# Code that prints something else tomorrow or elsewhere, and the cause that is reported.
DIFFERS = {
    "hash": (
        "print({'a', 'b', 'c', 'd', 'e', 'f'})",
        "it depends on the order of a set",
    ),
    "zone": ("import time\nprint(time.localtime(0).tm_hour)", "the time zone"),
    "date": ("import datetime\nprint(datetime.date.today())", "today's date"),
    "child": (
        "import subprocess\n"
        "print(subprocess.run(['date', '+%F'], capture_output=True).stdout)",
        "today's date",
    ),
    "clock": ("import datetime\nprint(datetime.datetime.now())", "it reads a clock"),
    "random": (
        "import random\nprint(random.random())",
        "random numbers without a seed",
    ),
    "folder": ("import os\nprint(os.getcwd())", "it prints a folder"),
    "address": ("print(hex(id(object())))", "an address in memory"),
    "error": (
        "raise ValueError({'a', 'b', 'c', 'd', 'e', 'f'})",
        "it depends on the order of a set",
    ),
    "figure": (
        "import random\nfrom pathlib import Path\n"
        "svg = f'<svg x=\"{random.random()}\"/>'\n"
        "Path('figures/figure-a.svg').write_text(svg)\nprint(1)",
        "random numbers without a seed",
    ),
}
ERROR = "handbook:expected-error"
SAME = "import time\ntime.sleep(0.1)\nprint(sorted({'b', 'a'}))"
dated = pytest.mark.skipif(
    not find_faketime(), reason="no libfaketime (Debian: apt install libfaketime)"
)


@pytest.fixture(scope="module")
def differing(
    small_book: Callable[[Path], Book], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Book, list[str]]:
    """A book whose pages differ in a second run, and what is reported about them."""
    book = small_book(tmp_path_factory.mktemp("book"))
    for name, (code, _) in DIFFERS.items():
        fence = OUTPUT
        if name == "error":
            fence = fence.replace("pytest-codeblocks:expected-output", ERROR)
        _page(book, name, _code(code) + fence.format("old\n"))
    _page(book, "same", _code(SAME) + OUTPUT.format("old\n"))
    run = _handbook(book, "run", "--update")
    assert run.returncode == 1
    return book, run.stdout.splitlines()


@dated
@pytest.mark.parametrize("name", DIFFERS)
def test_what_differs_in_a_second_run_is_reported_with_its_cause(
    differing: tuple[Book, list[str]], name: str
) -> None:
    book, lines = differing
    line, what = (2, "this block")
    if name == "figure":
        line, what = 5, "figures/figure-a.svg"
    start = f"docs/{name}.md:{line}: two runs of {what} differ: "
    (reported,) = (each for each in lines if each.startswith(start))
    assert DIFFERS[name][1] in reported
    page = book.root / "docs" / f"{name}.md"
    assert "```text\nold\n```" in page.read_text()
    assert not (book.root / "docs/figures").exists()


def test_what_is_the_same_in_a_second_run_is_not_reported(
    differing: tuple[Book, list[str]],
) -> None:
    book, lines = differing
    assert not any(line.startswith("docs/same.md") for line in lines)
    assert "```text\n['a', 'b']\n```" in (book.root / "docs/same.md").read_text()


@pytest.mark.parametrize("option", ["--update", "--twice"])
def test_a_page_that_already_shows_an_output_that_differs_is_reported(
    book: Book, option: str
) -> None:
    code = _code("import time", "print(time.localtime(0).tm_hour)")
    _page(book, "one", code + OUTPUT.format("0\n"))

    run = _handbook(book, "run", option)
    assert run.returncode == 1
    assert "docs/one.md:2: two runs of this block differ" in run.stdout


@dated
def test_a_notebook_that_differs_in_a_second_run_is_not_written(book: Book) -> None:
    page = book.root / "docs/late_flights/leg-1.py"
    page.parent.mkdir()
    page.write_text(
        "# %%\n1 + 1\n\n# %%\nimport datetime\n\nprint(datetime.date.today())\n"
    )
    for _ in range(2):
        run = _handbook(book, "run", "--update")
        assert "leg-1.py:5: two runs of cell 2 differ: it depends on today's date" in (
            run.stdout
        )
        assert not page.with_suffix(".ipynb").exists()
    page.write_text(
        "# %%\nimport time\n\ntime.sleep(0.01)\nprint(sorted({'a', 'b'}))\n"
    )
    assert _handbook(book, "run", "--update").returncode == 0
    assert page.with_suffix(".ipynb").exists()


def test_without_libfaketime_one_line_reports_it(
    book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(conditions, "_LIBRARIES", ())
    monkeypatch.chdir(book.root)
    page = _page(book, "one", _code("print(1)") + OUTPUT.format("0\n"))

    assert cli.main(["run", "--update"]) == 0
    assert capsys.readouterr().err.count("libfaketime is not installed") == 1
    assert page.read_text().endswith("```text\n1\n```\n")


def test_a_notebook_whose_front_matter_cannot_be_read_is_not_run(book: Book) -> None:
    (book.root / "docs/late_flights").mkdir()
    notebook = book.root / "docs/late_flights/leg-1.py"
    notebook.write_text("# ---\n# x: !!bool y\n# ---\n\n# %%\none = 1\n")

    run = _handbook(book, "run")
    assert run.returncode == 1
    problem, end = run.stdout.splitlines()
    assert problem == "docs/late_flights/leg-1.py:2: write the value without !!bool"
    assert end.startswith("0 chapters: 0 cached, 0 ran in ")


def test_a_notebook_fails_with_its_cell_and_line(book: Book) -> None:
    (book.root / "docs" / "late_flights").mkdir()
    notebook = book.root / "docs" / "late_flights" / "leg-1.py"
    notebook.write_text("# %% [markdown]\n# # T\n\n# %%\none = 1\n\n# %%\none / 0\n")

    run = _handbook(book, "run", "docs/late_flights/leg-1.py")
    assert run.returncode == 1
    assert (
        "docs/late_flights/leg-1.py:8: cell 2: ZeroDivisionError: division by zero"
        in run.stdout
    )
    assert run.stdout.splitlines()[-1].startswith(
        "0 chapters, 1 notebook: 0 cached, 1 ran in "
    )


def test_an_error_that_no_terminal_can_display_is_one_failed_chapter(
    book: Book,
) -> None:
    _page(book, "one", _code("raise ValueError(chr(0xD800))"))

    run = _handbook(book, "run")
    assert run.returncode == 1
    assert run.stdout.startswith("docs/one.md:2: ValueError: \\ud800\n")
    assert run.stderr == "1/1 docs/one.md\n"


def test_a_closed_pipe_is_not_an_error(book: Book) -> None:
    _page(book, "one", _code("one = 1 / 0"))
    command = [sys.executable, "-m", "handbook", "run"]
    with subprocess.Popen(
        command,
        cwd=book.root,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        assert run.stderr.read() == "1/1 docs/one.md\n"
