"""The glossary: read, refused, run, rewritten and shown."""

import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest
from markdown.extensions.toc import slugify

from handbook.base.files import Files
from handbook.book.book import Book
from handbook.book.fences import read_page
from handbook.book.glossary import GLOSSARY, anchor, examples, read_glossary
from handbook.book.markdown import Site, read_config
from handbook.cli import main
from handbook.site.generate import generate
from handbook.site.pages.glossary import render

ROOT = Path(__file__).parents[3]
ALONE = """\
- term: delay
  definition: A delay is a difference of two times.
  see: [on time]
  example: |
    # Minutes, and an ``` in between.
    delay = 16
    print(delay)
  prints: |
    16

- term: on time
  definition: A flight is on time when its delay is at most 15 minutes.
  example: |
    print("two", "  lines", sep="\\n")
  prints: |
    two
      lines

- term: rigour
  definition: Rigour is care.
  heard: Care costs.
"""


@pytest.fixture
def terms(book: Book) -> Path:
    """The glossary of a small book, as a file to write."""
    file = book.root / GLOSSARY
    file.parent.mkdir()
    file.write_text(ALONE)
    return file


class Run(Protocol):
    """Runs a command in the book, and returns its status and its output lines."""

    def __call__(self, *arguments: str) -> tuple[int, list[str]]: ...


@pytest.fixture
def run(
    book: Book, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """`handbook run` in this process, since starting one takes a second."""

    def call(*arguments: str) -> tuple[int, list[str]]:
        monkeypatch.chdir(book.root)
        status = main(["run", *arguments])
        return status, "".join(capfd.readouterr()).splitlines()

    return call


class TestRead:
    def test_a_term_has_its_lines(self, book: Book, terms: Path) -> None:
        read, problems = read_glossary(Files(book.root))
        lines = terms.read_text().splitlines()

        assert problems == []
        assert [term.term for term in read] == ["delay", "on time", "rigour"]
        for term in read:
            assert lines[term.line - 1] == f"- term: {term.term}"
        for term in read[:2]:
            assert lines[term.example_line - 2] == "  example: |"
            assert lines[term.prints_line - 2] == "  prints: |"
        assert read[0].see == ("on time",)
        assert read[2].heard == "Care costs."

    @pytest.mark.parametrize(
        ("before", "after", "line", "message"),
        [
            ("see: [on time]", "see: [on time", 4, "not YAML"),
            ("see: [on time]", "see: on time", 3, "`see` is a list: write [a, b]"),
            (
                "see: [on time]",
                "see: [in time]",
                1,
                "`see: in time`, which is not a term",
            ),
            ("see: [on time]", "see: [delay]", 1, "'delay' refers to itself in `see`"),
            ("see: [on time]", "sea: [on time]", 3, "an entry has term, definition"),
            ("term: rigour", "term: Delay", 19, "'Delay' is on line 1 too"),
            ("- term: rigour\n  ", "- ", 19, "'an entry' lacks `term`"),
            ("  definition: Rigour is care.\n", "", 19, "'rigour' lacks `definition`"),
            ("definition: Rigour is care.", "definition:", 20, "`definition` is empty"),
            ("Rigour is care.", "[care]", 20, "`definition` is a text: quote it"),
            ("Care costs.", "", 21, "`heard` of 'rigour' is empty"),
            (
                "  heard: Care costs.\n",
                "",
                19,
                "needs an `example` and what it `prints`",
            ),
            (
                "heard: Care costs.",
                "heard: Care costs.\n  heard: It pays.",
                22,
                "'rigour' has two `heard`",
            ),
            ("  prints: |\n    16\n", "", 1, "leave `prints` empty"),
            ("prints: |\n    16", "prints: 16", 8, "write `prints: |`"),
            (
                "    delay = 16\n",
                "    delay = 16\n" * 4,
                5,
                "the example of 'delay' has 6 lines: 5 at most",
            ),
            (
                "- term: rigour\n  ",
                "- term\n- ",
                19,
                "an entry begins with `- term: ...`",
            ),
        ],
    )
    def test_a_wrong_entry_is_reported_with_its_line(  # noqa: PLR0917
        self, book: Book, terms: Path, before: str, after: str, line: int, message: str
    ) -> None:
        assert before in ALONE
        terms.write_text(ALONE.replace(before, after, 1))

        problem = str(read_glossary(Files(book.root))[1][0])
        assert problem.startswith(f"docs/reference/glossary.yml:{line}: ")
        assert message in problem

    def test_a_wrong_entry_stops_the_run(self, terms: Path, run: Run) -> None:
        terms.write_text(ALONE.replace("see: [on time]", "see: [in time]"))

        status, output = run()
        assert status == 1
        assert output[0].startswith("docs/reference/glossary.yml:1: 'delay' has")

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "this file is empty"),
            (b"term: delay\n", "write a list of entries"),
            (b"- term: d\xe9lai\n", "not UTF-8"),
            (b"[" * 100_000, "not YAML"),
            (b"- term: \x1b[0m\n", "not YAML"),
            (b"- term: delay\n" * 800_000, "11.2 MB: keep it under 1 MB"),
        ],
    )
    def test_a_file_that_is_not_a_glossary_is_reported(
        self, book: Book, terms: Path, content: bytes, message: str
    ) -> None:
        terms.write_bytes(content)

        (problem,) = read_glossary(Files(book.root))[1]
        assert str(problem).startswith("docs/reference/glossary.yml:1: ")
        assert message in problem.message

    def test_a_folder_instead_of_the_file_is_reported(self, book: Book) -> None:
        (book.root / GLOSSARY).mkdir(parents=True)

        assert "cannot be read" in str(read_glossary(Files(book.root))[1])

    @pytest.mark.parametrize(
        "term",
        ["CI/CD", "A/B test", "p95", "k-anonymity", "McNemar's test", "F1 score"],
    )
    def test_an_anchor_is_the_one_that_markdown_makes(self, term: str) -> None:
        assert anchor(term) == slugify(term, "-")


class TestRun:
    def test_examples_run_before_any_page_is_generated(
        self, terms: Path, run: Run
    ) -> None:
        status, output = run()

        assert (status, output[0][:10]) == (0, "1 chapter:")
        assert not terms.with_suffix(".md").exists()

    def test_each_example_runs_by_itself_and_fails_on_its_own_line(
        self, terms: Path, run: Run
    ) -> None:
        text = ALONE.replace('"two", "  lines"', "delay").replace("Care", "Late care")
        text = text.replace("heard: Late care costs.", "example: |\n    print(1)\n") + (
            "  prints: |\n    2\n"
        )
        terms.write_text(text)
        lines = text.splitlines()

        status, output = run()
        assert status == 1
        name, other = (line for line in output if line.startswith(GLOSSARY.as_posix()))
        at = lines.index('    print(delay, sep="\\n")') + 1
        assert (
            name
            == f"{GLOSSARY.as_posix()}:{at}: NameError: name 'delay' is not defined"
        )
        assert other.startswith(f"{GLOSSARY.as_posix()}:{len(lines)}: the block prints")

    def test_a_generated_page_is_not_run(self, terms: Path, run: Run) -> None:
        page = terms.with_suffix(".md")
        page.write_text("```python\n1 / 0\n```\n")

        assert run()[0] == 0
        page.unlink()
        status, (output,) = run("docs/reference/glossary.md")
        assert status == 2
        assert "its source is docs/reference/glossary.yml" in output

    def test_without_a_source_the_page_is_a_page(self, book: Book, run: Run) -> None:
        (book.root / "docs/reference").mkdir()
        (book.root / "docs/reference/glossary.md").write_text(
            "```python\nx = 1 / 0\n```\n"
        )

        assert "glossary.md:2: ZeroDivisionError" in run()[1][0]

    def test_pytest_collects_the_examples_with_their_lines(
        self, book: Book, terms: Path
    ) -> None:
        terms.with_suffix(".md").write_text("```python\n1 / 0\n```\n")
        pytests = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-phandbook.run.pytest_plugin",
                "-rA",
            ],
            cwd=book.root,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

        passed = [line for line in pytests.stdout.splitlines() if line[:6] == "PASSED"]
        assert passed == [
            f"PASSED {GLOSSARY.as_posix()}::line {line}" for line in (5, 14)
        ], pytests.stdout


class TestUpdate:
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_prints_are_written_and_nothing_else(
        self, terms: Path, end: str, run: Run
    ) -> None:
        right = ALONE.replace("\n", end)
        wrong = right.replace(f"    two{end}      lines{end}", "")
        wrong = wrong.replace("    16", f"    17{end}{end}    18")
        terms.write_bytes(wrong.encode())

        assert run("--update")[0] == 0
        assert terms.read_bytes() == right.encode()
        assert run("--update")[0] == 0
        assert terms.read_bytes() == right.encode()

    @pytest.mark.parametrize(
        "printed", ["  a\n", "\n\na\n", "   a\n b\n\n  c\n", "\ta\n"]
    )
    def test_output_that_begins_with_space_stays_as_it_is(
        self, book: Book, terms: Path, printed: str, run: Run
    ) -> None:
        code = f"print({printed!r}, end='')"
        terms.write_text(ALONE.replace("print(delay)", code))

        assert run("--update")[0] == 0
        assert read_glossary(Files(book.root))[0][0].prints == printed
        assert run()[0] == 0

    def test_output_that_yaml_cannot_hold_is_refused(
        self, terms: Path, run: Run
    ) -> None:
        code = "print('a\\n\\n', end='')"
        text = ALONE.replace("print(delay)", code)
        terms.write_text(text)

        status, output = run("--update")
        assert status == 1
        assert "glossary.yml:9: YAML cannot hold what 'delay' prints" in output[0]
        assert terms.read_text() == text


class TestPage:
    def test_shows_what_ran(self, book: Book, terms: Path) -> None:
        site = Site(read_config(book.files))
        ran = examples(*read_glossary(Files(book.root))).chapter.blocks
        page = render(read_glossary(Files(book.root))[0], {})

        shown = read_page(Path("docs/reference/glossary.md"), page, site)
        assert shown.problems == ()
        assert [
            (block.code, block.expected and block.expected.text)
            for block in shown.chapter.blocks
        ] == [(block.code, block.expected and block.expected.text) for block in ran]

    def test_names_the_chapters_and_the_related_terms(
        self, book: Book, terms: Path
    ) -> None:
        (book.root / "docs/part").mkdir()
        (book.root / "docs/part/late.md").write_text(
            "---\nterms: [delay]\n---\n\n# How late?\n"
        )

        assert generate(Book(book.root)) == []
        page = terms.with_suffix(".md").read_text()
        assert "See [on time](#on-time); used in [How late?](../part/late.md)\n" in page
        assert page.count("sed in") == 1
        assert "## On time { #on-time }" in page
        assert "> Care costs." in page

    def test_is_not_written_from_a_broken_source(
        self, book: Book, terms: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        generate(Book(book.root))
        before = terms.with_suffix(".md").read_bytes()
        terms.write_text(ALONE + "- term: delay\n")

        assert generate(Book(book.root)) != []
        assert "glossary.yml:22: HB113 'delay' lacks" in capsys.readouterr().err
        assert terms.with_suffix(".md").read_bytes() == before
