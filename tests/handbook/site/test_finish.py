"""A built site gets copies of its pages in Markdown, llms.txt and the wheel."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from handbook.base.errors import WrongUse
from handbook.base.files import Files
from handbook.book.book import Book
from handbook.cli import main
from handbook.registry.model import offer
from handbook.site import wheel
from handbook.site.built.markdown import Card, convert, convert_notebook
from handbook.site.finish import finish

ROOT = Path(__file__).parents[3]
PAGE = PurePosixPath("explore/it.md")


def card(symbol: str) -> Card:
    return Card(f"def {symbol.rpartition('.')[2]}():\n    ...", "code/snippets/a.py")


def converted(text: str) -> str:
    return convert(text, PAGE, card)


@pytest.mark.parametrize(
    ("written", "copied"),
    [
        ("[a](other.md)", "[a](../other/index.md)"),
        ("[a](../index.md#top)", "[a](../../index.md#top)"),
        ("[a](../late_flights/leg-1.ipynb)", "[a](../../late_flights/leg-1/index.md)"),
        ("![a](figures/it-one.svg)", "![a](../figures/it-one.svg)"),
        ("[`b`](other.md) and [c](#here)", "[`b`](../other/index.md) and [c](#here)"),
        ("[a](https://example.org/x.md)", "[a](https://example.org/x.md)"),
        ("write `[a](other.md)`", "write `[a](other.md)`"),
    ],
)
def test_a_link_of_a_copy_leads_to_the_same_page(written: str, copied: str) -> None:
    assert converted(written) == f"{copied}\n"


def test_code_is_not_changed() -> None:
    text = "```markdown\n[a](other.md)\n??? note\n::: snippets.a.b\n## A { #b }\n```\n"

    assert converted(text) == text


def test_an_embed_becomes_the_source_of_its_card() -> None:
    assert converted("::: snippets.explore.it.late\n\nThen.\n") == (
        "[`snippets.explore.it.late`](../../code/snippets/a.py):\n\n"
        "```python\ndef late():\n    ...\n```\n\nThen.\n"
    )


@pytest.mark.parametrize("form", [":::{}", "## ::: {}", "##::: {}", "::: {}\n    x: 1"])
def test_every_form_of_embed_becomes_its_source(form: str) -> None:
    symbol = "snippets.explore.it.late"

    assert converted(f"{form.format(symbol)}\n") == converted(f"::: {symbol}\n")


def test_a_fence_in_a_source_does_not_end_it() -> None:
    copied = convert("::: a.b", PAGE, lambda _: Card('"""\n```\n"""', "code/a.py"))

    assert copied.endswith('````python\n"""\n```\n"""\n````\n')


def test_a_folded_box_is_opened_with_its_title() -> None:
    box = '??? success "Solution"\n\n    ```python\n    if a:\n        b\n    ```\n'

    assert converted(f"{box}\nEnd.\n") == (
        "**Solution**\n\n\n```python\nif a:\n    b\n```\n\nEnd.\n"
    )


def test_an_anchor_that_differs_from_its_heading_is_kept() -> None:
    assert converted("## Which way? { #way }") == '## Which way? <a id="way"></a>\n'
    rule = "- **TM-LAT-1**{#tm-lat-1} Count the late."
    assert converted(rule) == '- <a id="tm-lat-1"></a>**TM-LAT-1** Count the late.\n'
    assert converted("## Which way? { #which-way }") == "## Which way?\n"


def test_a_drawing_is_replaced_by_its_label() -> None:
    drawing = (
        '<div class="map">\n<svg aria-label="A map">\n<a href="x/"/>\n</svg>\n</div>'
    )

    assert converted(f"# It\n\n{drawing}\n\nEnd.\n") == "# It\n\n*A map*\n\nEnd.\n"


def test_a_cell_ends_with_its_last_line_of_text() -> None:
    cells = [{"cell_type": "markdown", "source": ["Text.\n", "\n", "</div>\n"]}] * 2
    notebook = json.dumps({"cells": cells})

    copied, _ = convert_notebook(
        notebook, PurePosixPath("late_flights/leg.ipynb"), card
    )

    assert copied == "Text.\n\nText.\n"


def test_a_notebook_comes_with_its_outputs() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# It\n", "[a](../../explore/nulls/)"]},
        {
            "cell_type": "code",
            "source": "draw()",
            "metadata": {"alt": "A line"},
            "outputs": [
                {"output_type": "stream", "text": ["one\n", "two\n"]},
                {"data": {"image/svg+xml": ["<svg/>"], "text/plain": "<Figure>"}},
                {"data": {"text/html": "<b>3</b>", "text/plain": ["3"]}},
            ],
        },
    ]

    copied, figures = convert_notebook(
        json.dumps({"cells": cells}), PurePosixPath("late_flights/leg.ipynb"), card
    )

    assert copied == (
        "# It\n[a](../../explore/nulls/index.md)\n\n```python\ndraw()\n```\n\n"
        "```text\none\ntwo\n```\n\n![A line](figure-1.svg)\n\n```text\n3\n```\n"
    )
    assert figures == {"figure-1.svg": b"<svg/>"}


@pytest.fixture
def built(tmp_path: Path, small_book: Callable[[Path], Book]) -> tuple[Path, Path]:
    """A book of two pages, and the folder that MkDocs would have built from it."""
    root = small_book(tmp_path).root
    (root / "mkdocs.yml").write_text(
        "site_name: A book\nsite_description: Of two pages.\n"
        "site_url: https://example.org/book/\n"
        "markdown_extensions: [pymdownx.superfences]\n"
        "nav:\n  - index.md\n  - Part:\n      - Its name: part/it.md\n"
    )
    (root / "docs/part").mkdir()
    (root / "docs/index.md").write_text("# Start\n\n[It](part/it.md)\n")
    (root / "docs/part/it.md").write_text("---\ndescription: What.\n---\n\n# It\n")
    site = root / "built"
    for page in ("", "part/it/", "moved/"):
        (site / page).mkdir(parents=True, exist_ok=True)
        (site / page / "index.html").write_text("<h1>")
    (site / "sitemap.xml.gz").write_bytes(b"today")
    (site / "search").mkdir()
    (site / "search/search_index.json").write_text('{"docs": []}')
    return root, site


def _files(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def test_a_site_is_finished_with_copies_and_their_table_of_contents(
    built: tuple[Path, Path],
) -> None:
    root, site = built

    assert finish(Book(root), site) == 0

    files = _files(site)
    added = {path: files[path] for path in files if path.endswith((".md", ".txt"))}
    assert added == {
        "index.md": b"# Start\n\n[It](part/it/index.md)\n",
        "part/it/index.md": b"# It\n",
        "llms.txt": (
            b"# A book\n\n> Of two pages.\n\n"
            b"## Start\n\n- [Start](https://example.org/book/index.md)\n\n"
            b"## Part\n\n"
            b"- [Its name](https://example.org/book/part/it/index.md): What.\n"
        ),
    }


CODE = """\
<pre><span></span><code>found = late(rows).groupby(&quot;day&quot;)
</code></pre>"""


@pytest.mark.parametrize(
    ("indexed", "kept"),
    [
        (f"<p>How?</p> {CODE}", "<p>How?</p>{found late rows groupby}"),
        (f"<p>Those found late.</p>{CODE}", "<p>Those found late.</p>{rows groupby}"),
        ("<p>None:</p> <pre><code>no rows\n</code></pre>", "<p>None:</p>"),
        ("<p>Say <code>rows</code>.</p>", "<p>Say <code>rows</code>.</p>"),
    ],
)
def test_the_search_indexes_names_of_code_and_no_outputs(
    built: tuple[Path, Path], indexed: str, kept: str
) -> None:
    root, site = built
    (root / "docs/part/it.md").write_text(
        "# It\n\n```python\nprint('no rows')\n```\n\n"
        "<!--pytest-codeblocks:expected-output-->\n\n```text\nno rows\n```\n"
    )
    (site / "part/it/index.html").write_text(
        "<div class=\"language-python highlight\"><pre>print('no rows')</pre></div>"
    )
    _index(site, {"location": "part/it/", "title": "It", "text": indexed})

    finish(Book(root), site)

    (entry,) = _indexed(site)
    names = kept.replace("{", "<pre>").replace("}", "</pre>")
    assert entry["text"] == names


def test_the_table_of_contents_describes_a_notebook(built: tuple[Path, Path]) -> None:
    root, site = built
    with (root / "mkdocs.yml").open("a") as file:
        file.write("  - late_flights/leg-1.ipynb\n")
    (root / "docs/late_flights").mkdir()
    notebook = root / "docs/late_flights/leg-1"
    notebook.with_suffix(".ipynb").write_text('{"cells": []}')
    notebook.with_suffix(".py").write_text(
        "# ---\n# description: Raw.\n# ---\n\n# %% [markdown]\n# # Leg 1\n"
    )
    (site / "late_flights/leg-1").mkdir(parents=True)
    (site / "late_flights/leg-1/index.html").touch()

    finish(Book(root), site)

    index = (site / "llms.txt").read_text("utf-8")
    assert (
        "[Leg 1](https://example.org/book/late_flights/leg-1/index.md): Raw." in index
    )


def test_the_search_indexes_the_tags_of_pages_and_notebooks_once(
    built: tuple[Path, Path],
) -> None:
    root, site = built
    (root / "docs/late_flights").mkdir()
    (root / "docs/late_flights/leg-1.py").write_text(
        "# ---\n# tags: [raw, 2013]\n# ---\n\n# %% [markdown]\n# # Leg 1\n"
    )
    both = {"title": "It", "text": "", "tags": ["null"]}
    _index(
        site,
        {"location": "part/it/", **both},
        {"location": "part/it/#how", **both},
        {"location": "late_flights/leg-1/", "title": "Leg 1", "text": ""},
    )

    finish(Book(root), site)

    tags = {entry["location"]: entry.get("tags") for entry in _indexed(site)}
    assert tags == {
        "part/it/": ["null"],
        "part/it/#how": None,
        "late_flights/leg-1/": ["raw", "2013"],
    }


def _index(site: Path, *entries: dict[str, object]) -> None:
    text = json.dumps({"config": {}, "docs": entries})
    (site / "search/search_index.json").write_text(text)


def _indexed(site: Path) -> list[dict[str, object]]:
    text = (site / "search/search_index.json").read_text("utf-8")
    found: list[dict[str, object]] = json.loads(text)["docs"]
    return found


def test_only_names_in_code_lose_their_span(
    built: tuple[Path, Path],
) -> None:
    page = built[1] / "part/it/index.html"
    page.write_text(
        '<h1><pre><code><span class="k">if</span><span class="w"> </span>'
        '<span class="n">a</span><span class="o">&lt;</span><span class="nb">b</span>'
    )

    finish(Book(built[0]), built[1])

    assert page.read_text() == (
        '<h1><pre><code><span class="k">if</span> '
        'a<span class="o">&lt;</span><span class="nb">b</span>'
    )


def test_finishing_twice_changes_nothing(built: tuple[Path, Path]) -> None:
    _index(built[1], {"location": "part/it/", "title": "It", "text": CODE})
    finish(Book(built[0]), built[1])
    once = _files(built[1])
    finish(Book(built[0]), built[1])

    assert _files(built[1]) == once


def test_an_embed_of_a_missing_symbol_is_a_problem(
    built: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    root, site = built
    (root / "snippets").mkdir()
    (root / "snippets/__init__.py").touch()
    (root / "docs/part/it.md").write_text("::: snippets.nothing\n")

    assert finish(Book(root), site) == 1
    assert "docs/part/it.md: there is no snippets.nothing" in capsys.readouterr().err


def test_a_folder_without_a_site_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="is not a built site"):
        finish(Book(tmp_path), tmp_path)
    assert main(["finish", str(tmp_path)]) == 2


def test_two_builds_of_the_wheel_are_the_same_bytes(tmp_path: Path) -> None:
    one, two = (wheel.build(ROOT, tmp_path / name) for name in ("one", "two"))

    assert one.name == wheel.filename(ROOT)
    assert one.read_bytes() == two.read_bytes()


def test_the_wheel_has_the_command_the_snippets_their_data_and_the_offer(
    tmp_path: Path,
) -> None:
    with zipfile.ZipFile(wheel.build(ROOT, tmp_path)) as archive:
        names = set(archive.namelist())

    offered = {f"handbook/offer/{name}" for name in offer(Files(ROOT))}
    snippets = {
        path.relative_to(ROOT).as_posix()
        for kind in ("py", "parquet", "toml")
        for path in (ROOT / "snippets").rglob(f"*.{kind}")
    }
    assert {"handbook/__main__.py", "handbook/figures.mplstyle"} <= names
    assert "handbook/offer/registry.json" in offered
    assert offered <= names
    assert len(snippets) > len(offered) / 4
    assert snippets <= names
    assert not [name for name in names if "__pycache__" in name or "tests/" in name[:6]]
