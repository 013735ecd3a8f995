"""A new chapter passes every rule, fails until it is filled in, or is refused."""

import errno
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from handbook.base.errors import WrongUse
from handbook.base.files import Files
from handbook.book.book import Book
from handbook.check.command import find_all
from handbook.new.command import new_chapter
from handbook.registry.model import build
from handbook.run.engine import run_chapters

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 22)
TITLE = "Ask a better question"
NO_PARTS = ["assets", "code", "contribute", "data", "figures", "late_flights"]
NO_PARTS += ["pathways", "reference"]
DATA = """\
import pandas as pd

__all__ = []


def flights():
    return pd.DataFrame({"arr_delay": [16.0, 3.0, None]})
"""


def _committed(root: Path) -> Path:
    day = f"{TODAY}T12:00:00Z"
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    environment = os.environ | {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
    git = shutil.which("git") or "git"
    for command in (["add", "-A"], [*who, "commit", "-qm", "All"]):
        subprocess.run([git, *command], cwd=root, env=environment, check=True)
    return root


SEARCH = "tests/site/search.tsv"
QUESTIONS = "".join(
    f"question {number} of {page}\t{page}\n"
    for page in ("explore/delays/", "cross/clocks/")
    for number in range(8)
)


@pytest.fixture
def small(small: Path) -> Path:
    """The book of two chapters, with search questions, and with flights for a third."""
    (small / SEARCH).parent.mkdir()
    (small / SEARCH).write_text(QUESTIONS.rstrip())
    data = small / "snippets/data/__init__.py"
    data.parent.mkdir()
    data.write_text(DATA)
    shutil.copy(ROOT / "pyproject.toml", small)  # ruff's settings
    with (small / "mkdocs.yml").open("a") as config:
        config.write("  - pymdownx.details\n")  # folds a solution
    return _committed(small)


def _new(root: Path, name: str, title: str = TITLE) -> list[Path]:
    return new_chapter(root, name, title, TODAY)


def _state(root: Path) -> dict[str, bytes]:
    """Return every file of the book with its bytes, and every empty folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in root.rglob("*")
        if not {".git", ".cache"} & set(path.relative_to(root).parts)
    }


@pytest.mark.parametrize(
    # Imports are sorted by part, and the longest name must fit on a line.
    "name",
    ["explore/questions", "basecamp/a-b2", f"together/{'a' * 30}"],
)
def test_a_new_chapter_breaks_no_rule(small: Path, name: str) -> None:
    written = _new(small, name)

    assert [str(finding) for finding in find_all(Book(small))] == []
    python = [str(small / path) for path in written if path.suffix == ".py"]
    settings = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run(
        [*ruff, "format", "--check", "--quiet", *settings, *python], check=True
    )
    assert written[0] == Path("docs", f"{name}.md")


def test_a_new_chapter_has_eight_search_questions_to_fill_in(small: Path) -> None:
    written = _new(small, "explore/questions")

    assert written[-2:] == [Path(SEARCH), Path("mkdocs.yml")]
    asked = (small / SEARCH).read_text()
    assert asked.startswith(QUESTIONS)
    added = asked.removeprefix(QUESTIONS).splitlines()
    assert len(set(added)) == 8
    for line in added:
        assert re.fullmatch(r"TODO: .+\texplore/questions/", line)


def test_a_new_chapter_has_an_honest_call_if_the_book_has_a_hostile_table(
    small: Path,
) -> None:
    calls = {"explore/delays": "share_late", "cross/clocks": "minutes"}
    for name, function in calls.items():
        file = small / f"tests/hostile/{name}.py"
        file.parent.mkdir(parents=True)
        file.write_text(f"HONEST = [Honest({function}, {{}})]\n")

    written = _new(_committed(small), "explore/questions")

    assert Path("tests/hostile/explore/questions.py") in written
    assert [str(finding) for finding in find_all(Book(small))] == []


def test_without_search_tests_a_book_needs_no_questions(small: Path) -> None:
    (small / SEARCH).unlink()

    assert Path(SEARCH) not in _new(_committed(small), "explore/questions")
    assert not (small / SEARCH).exists()
    assert [str(finding) for finding in find_all(Book(small))] == []


def test_a_run_of_a_new_chapter_stops_where_it_must_be_filled_in(small: Path) -> None:
    page, snippet, before, *_ = _new(small, "explore/questions")

    def errors() -> list[str]:
        (chapter,) = (read.chapter for read in Book(small).read([page]))
        (result,) = run_chapters([chapter], files=Files(small), cache=False)
        assert not result.problems
        return [str(block.error) for block in result.blocks if block.error]

    assert errors() == ["NotImplementedError: fill in questions_before.py"]
    for path in (before, snippet):
        _fill(small / path)
    # The exercise on the page fails, and its solution passes.
    assert errors() == ["AssertionError: TODO: say what must hold"]


def _fill(file: Path) -> None:
    written = 'return float((flights["arr_delay"] > 15).mean())'
    text = file.read_text()
    file.write_text(re.sub(r"raise NotImplementedError\(.*\)", written, text))


def test_the_tests_of_a_new_chapter_fail_until_it_is_written(small: Path) -> None:
    written = _new(small, "explore/questions")
    _fill(small / written[1])
    _new(_committed(small), "llm/questions")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-q", "--import-mode=importlib"]
        + [f"tests/snippets/{part}/test_questions.py" for part in ("explore", "llm")],
        cwd=small,
        env=os.environ | {"PYTHONPATH": str(small), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    outcomes = [line.split(" - ")[0] for line in run.stdout.splitlines()]
    counts = [
        sum(line.startswith(f"{word} tests/snippets/{part}/") for line in outcomes)
        for part in ("explore", "llm")
        for word in ("PASSED", "FAILED")
    ]
    # The generated code already refuses a table without rows.
    assert counts == [3, 0, 1, 2], run.stdout


def test_a_new_chapter_has_unique_rule_ids(small: Path) -> None:
    (first, *_), (second, *_) = (
        _new(small, "explore/questions"),
        _new(_committed(small), "llm/questions"),
    )

    assert "**TM-QUE-1**" in (small / first).read_text()
    assert "**TM-QUS-1**" in (small / second).read_text()


def test_a_folder_in_docs_makes_a_new_part(small: Path) -> None:
    (small / "docs/ours").mkdir()

    assert Path("snippets/ours/__init__.py") in _new(small, "ours/deploys")
    assert "  - Ours:\n      - ours/deploys.md\n" in (small / "mkdocs.yml").read_text()


@pytest.mark.parametrize(
    "part",
    [*NO_PARTS, "our-part", "Ours", "class", "1st"],
)
def test_a_folder_that_cannot_be_a_part_gets_no_chapter(small: Path, part: str) -> None:
    (small / "docs" / part).mkdir(exist_ok=True)
    before = _state(small)

    with pytest.raises(WrongUse, match=f"there is no part '{part}': "):
        _new(small, f"{part}/questions")
    assert _state(small) == before


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("pathways", "docs/pathways/ cannot be one: it holds other things"),
        ("our-part", "docs/our-part/ cannot be one: write small letters, digits and _"),
        ("class", "docs/class/ cannot be one: it is a keyword of Python"),
        ("zoo", "a folder in docs/ makes a new part"),
    ],
)
def test_the_message_explains_why_a_folder_cannot_be_a_part(
    small: Path, part: str, message: str
) -> None:
    if part != "zoo":
        (small / "docs" / part).mkdir()

    with pytest.raises(WrongUse, match=message):
        _new(small, f"{part}/questions")


def test_the_registry_accepts_the_name_of_a_new_part(small: Path) -> None:
    (small / "docs/our_part").mkdir()
    _new(small, "our_part/first-hour")

    assert [str(finding) for finding in find_all(Book(small))] == []
    unit = build(Files(small)).snippets["our_part.first_hour"]
    assert [chapter.address for chapter in unit.chapters] == ["our_part/first-hour/"]
    assert len(unit.tests) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("questions", "names no part"),
        ("exlpore/questions", "no part 'exlpore': is it explore"),
        ("Explore/questions", "no part 'Explore': is it explore"),
        ("reference/questions", "no part 'reference'"),
        ("zzz/questions", "there are basecamp, explore, cross"),
        ("../questions/x", "no part '..'"),
        ("explore/", "write small letters"),
        ("explore/Better_Questions", "such as better-questions"),
        ("explore/better_questions", "such as better-questions"),
        ("explore/a/b", "write small letters"),
        ("explore/1st", "write small letters"),
        ("explore/\u00e9t\u00e9", "write small letters"),
        (f"explore/{'a' * 32}", "has 39 letters, 38 at most"),
        ("explore/index", "this name has a meaning for a tool"),
        ("explore/test-questions", "pytest would take"),
        ("explore/questions-test", "pytest would take"),
        ("explore/questions-before", "bad on purpose"),
        ("explore/import", "a keyword of Python"),
        ("explore/statistics", "hide Python's own module statistics"),
        ("explore/delays", "already there: docs/explore/delays.md, snippets/"),
        ("docs/explore/delays.md", "already there"),
        ("cross/clocks", "already there: .*snippets/cross/clocks;"),
    ],
)
def test_an_invalid_name_is_refused(small: Path, name: str, message: str) -> None:
    before = _state(small)

    with pytest.raises(WrongUse, match=message):
        _new(small, name)
    assert _state(small) == before


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("", "write one line"),
        (" Ask", "write one line"),
        ("Ask\nmore", "write one line"),
        ("Ask \u2028 more", "write one line"),
        ("A" * 61, "has 61 characters, 60 at most"),
        ("<script>", "leave out <"),
        ("Ask [here](x)", r"leave out \["),
        ("Ask A Better Question", "write it like a sentence"),
    ],
)
def test_an_invalid_title_is_refused(small: Path, title: str, message: str) -> None:
    before = _state(small)

    with pytest.raises(WrongUse, match=message):
        _new(small, "explore/questions", title)
    assert _state(small) == before


def test_uncommitted_changes_of_mkdocs_yml_are_not_mixed_in(
    small: Path,
) -> None:
    with (small / "mkdocs.yml").open("a") as config:
        config.write("# mine\n")
    before = _state(small)

    with pytest.raises(WrongUse, match="not committed: commit them first"):
        _new(small, "explore/questions")
    assert _state(small) == before


@pytest.mark.parametrize("missing", ["repository", "program"])
def test_without_git_a_chapter_can_begin(
    small: Path, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing == "repository":
        (small / ".git").rename(small / "git")
    else:
        monkeypatch.setenv("PATH", str(small / "no-programs"))
    with (small / "mkdocs.yml").open("a") as config:
        config.write("# mine\n")  # which git would see as uncommitted

    page, *_ = _new(small, "explore/questions")

    assert (small / page).read_text().startswith("---\ndescription:")
    config_text = (small / "mkdocs.yml").read_text()
    assert "- explore/questions.md\n" in config_text
    assert config_text.endswith("# mine\n")


@pytest.mark.parametrize("obstacle", ["tests/facts/llm", "snippets/llm", "docs/llm"])
def test_a_chapter_is_written_completely_or_not_at_all(
    small: Path, obstacle: str
) -> None:
    # A file where a folder should be is noticed when half of the chapter is written.
    (small / obstacle).write_text("")
    before = _state(small)

    with pytest.raises(WrongUse, match="nothing was written: "):
        _new(small, "llm/questions")
    assert _state(small) == before


def test_a_failure_of_the_last_write_leaves_nothing_behind(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _state(small)

    def write(path: Path, text: str) -> None:
        if path.name == "mkdocs.yml":
            raise OSError(errno.ENOSPC, "No space left on device")
        path.write_text(text)

    monkeypatch.setattr("handbook.new.command.write_whole", write)

    with pytest.raises(WrongUse, match="nothing was written: "):
        _new(small, "llm/questions")
    assert _state(small) == before


def test_the_command_lists_what_it_wrote_and_what_is_next(small: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "handbook", "new", "chapter", *arguments],
            cwd=small / "docs",
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    (small / "docs/pathways").mkdir()
    nowhere = run("pathways/evening", TITLE)
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "there are basecamp, explore, cross, engineer, operate" in nowhere.stderr
    first, again = (run("explore/questions", TITLE) for _ in range(2))
    assert first.returncode == 0
    assert first.stdout.splitlines()[:2] == [
        "docs/explore/questions.md",
        "snippets/explore/questions.py",
    ]
    assert "Next: `handbook run docs/explore/questions.md`" in first.stdout
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.startswith("handbook: already there: docs/explore/questions.md")
