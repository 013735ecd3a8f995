"""One module decides what a page is, where it's shown, and which files belong to it."""

from pathlib import Path, PurePosixPath

import pytest

from handbook.book import layout
from handbook.book.layout import (
    GENERATED,
    Stem,
    address_of,
    kind_of,
    sources_at,
    stem_of,
)

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("docs/index.md", "front"),
        ("docs/explore/nulls.md", "chapter"),
        ("docs/ours/deploys.md", "chapter"),
        ("docs/late_flights/leg-4.md", "leg"),
        ("docs/late_flights/leg-1.py", "leg"),
        ("docs/pathways/alone.md", "pathway"),
        ("docs/contribute/rules.md", "reference"),
        ("docs/reference/more/words.md", "reference"),
        ("docs/contribute/adopt.md", "reference"),
        ("docs/explore/index.md", "other"),
        ("docs/explore/README.md", "other"),
        ("docs/pathways/index.md", "other"),
        ("docs/explore/deep/nulls.md", "other"),
        ("docs/explore/draw.py", "other"),
        ("docs/about.md", "other"),
        ("docs/assets/notes.md", "other"),
        ("docs/code/notes.md", "other"),
        ("docs/data/notes.md", "other"),
    ],
)
def test_a_page_is_of_one_kind(page: str, kind: str) -> None:
    assert kind_of(Path(page)) == kind


def test_a_folder_is_a_part_if_its_name_can_be_a_package(tmp_path: Path) -> None:
    names = ["zoo", "our_part", "our-part", "Ours", "class", "1st", ".git", "data"]
    names += ["assets", "code", "figures", "contribute", "late_flights", "pathways"]
    for name in [*names, "reference", "llm"]:
        (tmp_path / "docs" / name).mkdir(parents=True)
    (tmp_path / "docs/index.md").touch()

    assert layout.parts(tmp_path) == layout.PARTS | {
        "our_part": "Our part",
        "zoo": "Zoo",
    }
    assert list(layout.parts(tmp_path))[-2:] == ["our_part", "zoo"]


def test_a_book_without_pages_has_our_parts(tmp_path: Path) -> None:
    assert layout.parts(tmp_path) == layout.PARTS


def test_parts_are_in_the_order_of_the_book() -> None:
    assert layout.part_order({"engineer", "a", "late_flights", "basecamp"}) == [
        "basecamp",
        "engineer",
        "late_flights",
        "a",
    ]


def test_the_files_of_a_chapter_share_its_stem() -> None:
    stem = Stem("explore", "first_hour")
    files = [stem.page, stem.module, stem.before, stem.test, stem.facts]

    assert [path.as_posix() for path in files] == [
        "docs/explore/first-hour.md",
        "snippets/explore/first_hour.py",
        "snippets/explore/first_hour_before.py",
        "tests/snippets/explore/test_first_hour.py",
        "tests/facts/explore/test_first_hour.py",
    ]
    assert {stem_of(path) for path in files} == {stem}
    assert [layout.is_before(path) for path in files[1:3]] == [False, True]


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("docs/index.md", ("", "index")),
        ("snippets/__init__.py", ("", "")),
        ("snippets/explore/__init__.py", ("explore", "")),
        ("snippets/explore/clocks/__init__.py", ("explore", "clocks")),
        ("snippets/explore/clocks/read.py", ("explore", "clocks")),
        ("tests/snippets/explore/clocks/test_read.py", ("explore", "clocks")),
        ("tests/snippets/explore/conftest.py", ("explore", "")),
        ("tests/snippets/explore/clocks/conftest.py", ("explore", "")),
        ("tests/facts/test_all.py", ("", "all")),
        ("tests/conftest.py", ("", "")),
    ],
)
def test_a_file_belongs_to_at_most_one_stem(path: str, stem: tuple[str, str]) -> None:
    assert stem_of(Path(path)) == stem


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("explore/nulls.md", "explore/nulls/"),
        ("explore/v1.2.md", "explore/v1.2/"),
        ("late_flights/leg-1.ipynb", "late_flights/leg-1/"),
        ("explore/index.md", "explore/"),
        ("explore/README.md", "explore/"),
        ("index.md", ""),
    ],
)
def test_a_page_has_the_address_that_it_has_on_the_site(
    source: str, address: str
) -> None:
    assert address_of(PurePosixPath(source)) == address
    assert layout.copy_of(PurePosixPath(source)).as_posix() == f"{address}index.md"
    assert PurePosixPath(source) in sources_at(PurePosixPath(address))


def test_a_notebook_is_edited_as_python_and_shown_as_ipynb() -> None:
    path, source = Path("docs/late_flights/a.b.py"), "late_flights/a.b.ipynb"

    assert layout.source_of(path) == PurePosixPath(source)
    assert layout.path_of(PurePosixPath(source)) == path
    assert layout.source_of(Path("docs/a.md")) == PurePosixPath("a.md")


def test_a_generated_page_exists_before_it_is_generated(tmp_path: Path) -> None:
    (tmp_path / "docs/late_flights").mkdir(parents=True)
    (tmp_path / "docs/late_flights/leg-1.py").touch()

    there = ("late_flights/leg-1.ipynb", "late_flights/leg-2.ipynb", "reference/new.md")
    assert [layout.is_there(tmp_path, PurePosixPath(each)) for each in there] == [
        True,
        False,
        True,
    ]


def test_git_ignores_generated_files() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()

    assert {f"/{path.as_posix()}" for path in GENERATED} <= set(ignored)
