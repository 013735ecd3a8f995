"""The old address of a page leads to its new one."""

from pathlib import Path, PurePosixPath

import pytest

from handbook.base.errors import WrongUse
from handbook.base.files import Files
from handbook.book.book import Book
from handbook.book.front_matter import read_all
from handbook.site.built import redirects

OLD = PurePosixPath("explore/missing/index.html")


def book(root: Path, **pages: str) -> Path:
    """Write pages of the part `explore`, each with its own front matter."""
    folder = root / "docs/explore"
    folder.mkdir(parents=True)
    (root / "mkdocs.yml").write_text("site_name: Small\n", encoding="utf-8")
    for stem, front in pages.items():
        page = f"---\n{front}\n---\n\n# Is `{stem}` <here>?\n"
        (folder / f"{stem}.md").write_text(page, encoding="utf-8")
    return root


def write_redirects(root: Path, site: Path) -> list[PurePosixPath]:
    """Write those of a book."""
    heads, _ = read_all(Files(root), Book(root).find()[0])
    return redirects.write_redirects(root, heads, site)


def test_an_old_address_has_a_page_that_links_to_the_new(tmp_path: Path) -> None:
    root = book(tmp_path, nulls="formerly: [explore/missing.md, data/gaps/holes.md]")
    site = tmp_path / "site"
    deep = PurePosixPath("data/gaps/holes/index.html")
    assert write_redirects(root, site) == [OLD, deep]
    page = (site / OLD).read_text(encoding="utf-8")
    assert 'href="../../explore/nulls/">Is nulls &lt;here&gt;?</a>' in page
    page = (site / deep).read_text(encoding="utf-8")
    assert 'content="0; url=../../../explore/nulls/"' in page


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    root, site = book(tmp_path, nulls="formerly: [explore/missing.md]"), tmp_path / "s"
    write_redirects(root, site)
    before = (site / OLD).read_bytes()
    assert write_redirects(root, site) == [OLD]
    assert (site / OLD).read_bytes() == before


def test_the_canonical_address_is_that_of_the_new_page(
    tmp_path: Path,
) -> None:
    root = book(tmp_path, nulls="formerly: [explore/missing.md]")
    new = tmp_path / "site/explore/nulls/index.html"
    new.parent.mkdir(parents=True)
    link = '<link rel="canonical" href="https://host.example/sub/explore/nulls/">'
    new.write_text(f"<head>{link}</head>", encoding="utf-8")
    write_redirects(root, tmp_path / "site")
    assert link in (tmp_path / "site" / OLD).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["late_flights/leg-1.ipynb", "contribute/rules.md"])
def test_a_generated_page_exists_even_in_a_fresh_clone(
    tmp_path: Path, page: str
) -> None:
    root = book(tmp_path, nulls=f"formerly: [{page}]")
    (root / "docs/late_flights").mkdir()
    (root / "docs/late_flights/leg-1.py").touch()

    with pytest.raises(WrongUse, match="which is still there"):
        write_redirects(root, tmp_path / "site")


def test_a_page_that_never_moved_has_no_old_address(tmp_path: Path) -> None:
    root = book(tmp_path, nulls="description: Never moved.")
    assert write_redirects(root, tmp_path / "site") == []
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("former", "message"),
    [
        ("explore/nulls.md", "still there"),
        ("../../etc/passwd.md", "not below docs"),
        ("/explore/missing.md", "not below docs"),
    ],
)
def test_an_address_that_is_taken_is_refused(
    tmp_path: Path, former: str, message: str
) -> None:
    root = book(tmp_path, nulls=f"formerly: [{former}]")
    with pytest.raises(WrongUse, match=message):
        write_redirects(root, tmp_path / "site")


def test_an_address_that_two_pages_claim_is_refused(tmp_path: Path) -> None:
    front = "formerly: [explore/missing.md]"
    root = book(tmp_path, nulls=front, zeros=front)
    with pytest.raises(WrongUse, match="both were formerly"):
        write_redirects(root, tmp_path / "site")
