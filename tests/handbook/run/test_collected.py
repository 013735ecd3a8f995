"""A run of all tests fails if pytest misses one, which could otherwise never fail."""

import shutil
import subprocess
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

BLOCK = "```python\none = 1\n```\n"
COMMANDS = "```console\n$ make help\n```\n"
TEST = "def test_it(): ...\n"
FILES = {
    "mkdocs.yml": "markdown_extensions: [pymdownx.superfences]\n",
    "docs/page.md": BLOCK,
    "docs/prose.md": "# Nothing runs here\n",
    "README.md": COMMANDS,
    "docs/late_flights/leg-1.py": "# %%\none = 1\n",
    "tests/facts/test_one.py": TEST,
    "tests/audit/test_slow.py": TEST,
    "pytest.ini": """\
[pytest]
addopts = -p handbook.run.pytest_plugin --collect-only --quiet
testpaths = tests/facts docs README.md
norecursedirs = build
tests_elsewhere = tests/audit
""",
}


@pytest.fixture
def book(pytester: pytest.Pytester) -> Path:
    """A git repository with a page, a notebook and a test."""
    for name, text in FILES.items():
        _write(pytester.path / name, text)
    git = shutil.which("git") or "git"
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run([git, *words], cwd=pytester.path, check=True)
    return pytester.path


def _write(path: Path, text: str = TEST) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _errors(run: pytest.RunResult) -> list[str]:
    """Return the errors of a run, without the lines that pytest draws around them."""
    return [line.strip("_ ") for line in run.outlines if "ERROR collecting" in line]


def test_a_run_that_finds_every_test_passes(
    book: Path, pytester: pytest.Pytester
) -> None:
    # Git still lists the old name, and not the new one.
    (book / "tests/facts/test_one.py").rename(book / "tests/facts/test_two.py")

    run = pytester.runpytest_inprocess()

    assert run.ret == 0
    assert run.outlines[:4] == [
        "tests/facts/test_two.py::test_it",
        "docs/late_flights/leg-1.py::notebook",
        "docs/page.md::line 2",
        "README.md::commands",
    ]


def _hide(book: Path) -> list[str]:
    """Add a test and a page where pytest skips them, and a test that git ignores."""
    hidden = {
        "changes/README.md": COMMANDS,
        "docs/build/two.md": BLOCK,
        "tests/facts/build/test_two.py": TEST,
        "tests/test_three.py": TEST,
        "tests/facts/test_mine.py": TEST,
    }
    for name, text in hidden.items():
        _write(book / name, text)
    _write(book / ".git/info/exclude", "test_mine.py\n")
    return [f"ERROR collecting {name}" for name in hidden]


def test_each_missing_test_fails_the_run_by_its_name(
    book: Path, pytester: pytest.Pytester
) -> None:
    hidden = _hide(book)

    run = pytester.runpytest_inprocess("-k", "nothing")

    assert run.ret == pytest.ExitCode.INTERRUPTED
    assert _errors(run) == hidden
    # In CI pytest repeats each whole reason in its summary.
    lines = [line for line in run.outlines if not line.startswith("ERROR ")]
    reasons = [line for line in lines if line.endswith((" folder?", " tests"))]
    assert reasons == [
        *["no test was found in it: does pytest visit its folder?"] * 4,
        "git ignores it, so nobody else would run these tests",
    ]


def test_workers_report_it_once(book: Path, pytester: pytest.Pytester) -> None:
    hidden = _hide(book)

    run = pytester.runpytest_subprocess("--numprocesses=2")

    assert run.ret == pytest.ExitCode.INTERRUPTED
    assert _errors(run) == hidden


@pytest.mark.parametrize("part", ["docs", "--ignore=tests/facts", "--last-failed"])
def test_a_run_of_some_tests_may_leave_out_the_rest(
    book: Path, pytester: pytest.Pytester, part: str
) -> None:
    _write(book / "tests/facts/build/test_two.py")
    _write(book / ".pytest_cache/v/cache/lastfailed", '{"docs/page.md::line 2": true}')

    assert pytester.runpytest_inprocess(part).ret == 0


def test_a_test_that_cannot_be_imported_has_its_own_error(
    book: Path, pytester: pytest.Pytester
) -> None:
    _write(book / "tests/facts/test_one.py", "1 / 0\n")

    run = pytester.runpytest_inprocess()

    assert _errors(run) == ["ERROR collecting tests/facts/test_one.py"]
    assert "no test was found in it" not in run.stdout.str()


def test_without_git_no_missing_test_is_reported(
    book: Path, pytester: pytest.Pytester
) -> None:
    shutil.rmtree(book / ".git")
    _write(book / "tests/facts/build/test_two.py")

    assert pytester.runpytest_inprocess().ret == 0
