"""The topics of the plan are read, validated and counted."""

from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.book.book import Book
from handbook.book.topics import TOPICS, read_topics
from handbook.site.generate import generate

PLAN = """\
covered_at_least: 1

topics:
  - id: P01
    topic: Late flights
    source: talk
    at: 10:27
  - id: A01
    topic: Early | flights
    source: article
    at: paragraph 3
"""


@pytest.fixture
def topics(book: Book) -> Path:
    """The topics of a small book, as a file to write."""
    file = book.root / TOPICS
    file.parent.mkdir()
    file.write_text(PLAN)
    return file


def test_a_time_stays_as_it_is_written(book: Book, topics: Path) -> None:
    plan, problems = read_topics(Files(book.root))

    assert problems == []
    # YAML 1.1 would read 10:27 as 627, a number to the base 60.
    assert [(topic.id, topic.at) for topic in plan.topics] == [
        ("P01", "10:27"),
        ("A01", "paragraph 3"),
    ]
    assert (plan.covered_at_least, plan.line) == (1, 1)


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ("covered_at_least: 1\n", "", 1, "write `covered_at_least: N`"),
        ("covered_at_least: 1", "covered_at_least: some", 1, "must be a whole number"),
        ("covered_at_least: 1", "covered_at_least: [1]", 1, "must be a whole number"),
        ("id: A01", "id: P01", 8, "P01 is on line 4 too"),
        ("source: article", "source: book", 10, "write talk or article as the source"),
        ("    at: paragraph 3\n", "", 8, "'A01' lacks `at`"),
        ("topics:\n", "topics: none\n#", 3, "write a list of entries"),
        ("topics:\n", "topics: [\n", 4, "not YAML"),
        (PLAN, "- id: P01\n", 1, "write `covered_at_least: N`"),
    ],
)
def test_an_error_is_reported_with_its_line(  # noqa: PLR0917
    book: Book, topics: Path, before: str, after: str, line: int, message: str
) -> None:
    assert before in PLAN
    text = PLAN.replace(before, after)
    topics.write_text(text if after[:12] != "topics: none" else text.split("#")[0])

    problem = str(read_topics(Files(book.root))[1][0])
    assert problem.startswith(f"docs/reference/topics.yml:{line}: ")
    assert message in problem


def test_the_page_counts_and_links_the_topics_of_chapters(
    book: Book, topics: Path
) -> None:
    (book.root / "docs/part").mkdir()
    heads = {"late": "{P01: why}", "soon": "{P01: how, P77: how}", "none": "{}"}
    for stem, head in heads.items():
        page = f"---\ntopics: {head}\n---\n\n# How {stem}?\n"
        (book.root / f"docs/part/{stem}.md").write_text(page)

    assert generate(Book(book.root)) == []
    page = topics.with_name("coverage.md").read_text()
    assert "**1 of 2 topics are taught.**" in page
    assert '## The talk: 1 of 1 { #talk data-search-exclude="" }' in page
    assert "## The article: 0 of 1" in page
    links = "[How late?](../part/late.md#why), [How soon?](../part/soon.md#how)"
    assert f"| `P01` | Late flights | 10:27 | {links} |" in page
    assert "| `A01` | Early &#124; flights | paragraph 3 |\n" in page


def test_a_reader_sees_the_old_page_while_it_is_generated(
    book: Book, topics: Path
) -> None:
    page = topics.with_name("coverage.md")
    page.write_text("before")
    with page.open() as reader:
        assert generate(Book(book.root)) == []
        assert reader.read() == "before"


def test_front_matter_that_is_not_yaml_is_reported_with_its_line(
    book: Book, topics: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = book.root / "docs/late.md"
    page.write_text("---\ndescription: x\ntopics: [P01\n---\n\n# Late\n")

    assert generate(Book(book.root)) != []
    assert "docs/late.md:4: HB004 this is not YAML" in capsys.readouterr().err
