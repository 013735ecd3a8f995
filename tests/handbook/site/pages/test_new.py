"""The page of what is new is made from the history of a real repository."""

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.book.front_matter import read_all
from handbook.book.history import read_changes, read_commit
from handbook.registry.model import Registry
from handbook.registry.receipts import Recall
from handbook.site.pages.new import REWORKED, render
from tests.handbook.site.pages.test_catalogue import BAD, GOOD, UNIT

GIT = shutil.which("git") or "git"
NULLS = Path("docs/explore/nulls.md")
PAGE = "---\ndescription: {}\n---\n\n# {}\n"
OFFER = Registry({UNIT.name: UNIT}, {})


class Repository:
    """A book with commits on given days."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("2026-01-01", {"mkdocs.yml": "site_name: x\n"})

    def git(self, *words: str, day: str = "2026-01-01") -> None:
        who = {"NAME": "A", "EMAIL": "a@example.org", "DATE": f"{day}T12:00:00Z"}
        own = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        for key, value in who.items():
            own |= {f"GIT_AUTHOR_{key}": value, f"GIT_COMMITTER_{key}": value}
        own["GIT_CONFIG_GLOBAL"] = os.devnull
        subprocess.run([GIT, "-C", str(self.root), *words], check=True, env=own)

    def commit(self, day: str, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)
        self.git("add", ".")
        self.git("commit", "--quiet", "--allow-empty", f"--message={day}", day=day)

    def news(self, registry: Registry = OFFER) -> dict[str, dict[str, list[str]]]:
        """Return the lines of the page by day and section."""
        pages = sorted(path.relative_to(self.root) for path in self.pages())
        heads, _ = read_all(Files(self.root), pages)
        page = render(read_changes(self.root, ["docs", "snippets"]), heads, registry)
        found: dict[str, dict[str, list[str]]] = {}
        for day in page.split("\n## ")[1:]:
            title, *sections = day.split("\n### ")
            found[title.partition(" {")[0]] = {
                section.partition(" {")[0]: [
                    line for line in section.split("\n") if line.startswith("- ")
                ]
                for section in sections
            }
        return found

    def pages(self) -> list[Path]:
        docs = self.root / "docs"
        return [*docs.rglob("*.md"), *docs.glob("late_flights/*.py")]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "book")


def test_each_thing_is_new_on_its_first_day_the_newest_first(
    repository: Repository,
) -> None:
    repository.commit(
        "2026-02-03",
        {
            NULLS.as_posix(): PAGE.format("Name each cause.", "Why is it null?"),
            "snippets/explore/nulls.py": "",
        },
    )
    repository.commit(
        "2026-03-04",
        {
            "docs/late_flights/leg-1.py": "# %% [markdown]\n# # Leg 1: raw\n",
            "docs/pathways/alone.md": PAGE.format("Six steps.", "Alone"),
            "docs/contribute/rules.md": "# The rules\n",
            "docs/index.md": "# The book\n",
        },
    )

    assert repository.news() == {
        "4 March 2026": {
            "New in the case study": ["- [Leg 1: raw](../late_flights/leg-1.ipynb)"],
            "New pathways": ["- [Alone](../pathways/alone.md): Six steps."],
        },
        "3 February 2026": {
            "New chapters": [
                "- [Why is it null?](../explore/nulls.md) Name each cause."
            ],
            "New code to take home": [
                "- [`explore.nulls`](catalogue.md#explore.nulls): "
                "Give every `null` a &#60;cause&#62;."
            ],
        },
    }


@pytest.mark.parametrize(
    ("lines", "expected"), [(REWORKED, True), (REWORKED - 1, False)]
)
def test_a_chapter_with_enough_changed_lines_counts_as_reworked(
    repository: Repository, lines: int, expected: bool
) -> None:
    text = PAGE.format("Name each cause.", "Nulls")
    repository.commit("2026-02-03", {NULLS.as_posix(): text})
    repository.commit("2026-02-04", {NULLS.as_posix(): text + "x\n" * (lines - 5)})
    repository.commit("2026-02-04", {NULLS.as_posix(): text + "x\n" * lines})

    news = repository.news()

    assert ("Reworked" in news.get("4 February 2026", {})) is expected


@pytest.mark.parametrize("page", ["explore/index.md", "assets/notes.md", "about.md"])
def test_a_page_that_is_not_a_chapter_is_not_new(
    repository: Repository, page: str
) -> None:
    repository.commit("2026-02-03", {f"docs/{page}": PAGE.format("x", "No chapter")})

    assert repository.news() == {}


def test_code_that_changed_later_is_a_new_version(repository: Repository) -> None:
    repository.commit("2026-02-03", {"snippets/explore/nulls.py": ""})
    repository.commit("2026-02-05", {"snippets/explore/nulls.py": "x = 1\n"})

    [line] = repository.news()["5 February 2026"][
        "New versions of code that you may have"
    ]
    assert "explore.nulls" in line


def test_a_page_that_moved_keeps_its_age(repository: Repository) -> None:
    text = PAGE.format("Name each cause.", "Nulls") + "a line\n" * 9
    repository.commit("2026-02-03", {"docs/explore/holes.md": text})
    repository.git("mv", "docs/explore/holes.md", NULLS.as_posix())
    repository.commit("2026-02-04", {})

    assert list(repository.news()) == ["3 February 2026"]


def test_a_deleted_page_is_not_new(repository: Repository) -> None:
    repository.commit("2026-02-03", {NULLS.as_posix(): "# Nulls\n"})
    (repository.root / NULLS).unlink()
    repository.commit("2026-02-04", {})

    assert repository.news() == {}


def test_the_day_is_when_a_branch_was_merged(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit("2026-02-03", {NULLS.as_posix(): "# Nulls\n"})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-mx", "side", day="2026-02-09")

    assert list(repository.news()) == ["9 February 2026"]


def test_recalls_are_listed_on_their_day() -> None:
    recall = Recall("explore.nulls", "Counted twice.", GOOD, "2026-05-06")

    page = render([], [], replace(OFFER, recalled={BAD: recall}))

    section = page.partition("## 6 May 2026 { #2026-05-06 data-search-exclude }")[2]
    assert "[`explore.nulls`](catalogue.md#recalled): Counted twice." in section


def test_without_git_the_page_notes_the_missing_history(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").touch()

    assert read_commit(tmp_path) is None
    assert read_changes(tmp_path, ["docs"]) is None
    assert "without the history of its files" in render(None, [], OFFER)


def test_an_incomplete_history_is_not_used(
    repository: Repository, tmp_path: Path
) -> None:
    repository.commit("2026-02-03", {NULLS.as_posix(): "# Nulls\n"})
    clone = tmp_path / "clone"
    source = repository.root.as_uri()
    repository.git("clone", "--quiet", "--depth=1", source, str(clone))

    assert read_changes(clone, ["docs"]) is None
    commit = read_commit(clone)
    assert commit == read_commit(repository.root)
    assert commit is not None
    assert (len(commit.hash), commit.date) == (8, "2026-02-03")


def test_a_book_unpacked_within_another_repository_has_no_history(
    repository: Repository,
) -> None:
    book = repository.root / "vendor/book"
    book.mkdir(parents=True)
    (book / "mkdocs.yml").touch()

    assert read_commit(book) is None


def test_a_book_in_a_folder_of_its_repository_has_its_history(
    repository: Repository,
) -> None:
    repository.commit(
        "2026-02-03",
        {"books/one/mkdocs.yml": "", f"books/one/{NULLS}": "# Nulls\n"},
    )

    changes = read_changes(repository.root / "books/one", ["docs"])

    assert changes is not None
    assert [change.path for change in changes] == [NULLS]
