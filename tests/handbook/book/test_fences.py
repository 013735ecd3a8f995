import json
import re
from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.book.book import Book
from handbook.book.fences import read_page
from handbook.book.markdown import Site, read_config
from handbook.book.page import Expectation, Page

HERE = Path(__file__).parent
PAGE = Path("docs/part/page.md")


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(read_config(Files(HERE.parents[2])))


def _read(site: Site, *lines: str) -> Page:
    return read_page(PAGE, "\n".join(lines) + "\n", site)


def _messages(page: Page) -> list[str]:
    return [str(problem) for problem in page.problems]


@pytest.fixture(scope="module")
def forms() -> dict[str, list[str]]:
    """Return which blocks of `forms/fence-forms.md` run, are refused, or are shown."""
    run, refused, inert = json.loads(
        (HERE / "forms/fence-forms.json").read_text()
    ).values()
    return {"run": run, "refused": refused, "inert": inert}


@pytest.fixture(scope="module")
def source() -> str:
    return (HERE / "forms/fence-forms.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(site: Site, source: str) -> Page:
    return read_page(PAGE, source, site)


class TestFenceForms:
    """Every legal way to write a fence."""

    def test_what_should_run_runs(
        self, page: Page, forms: dict[str, list[str]]
    ) -> None:
        numbers = [re.findall(r"\d\d", block.code)[0] for block in page.chapter.blocks]

        assert numbers == forms["run"]

    def test_a_block_that_no_tool_would_run_is_refused_on_its_line(
        self, page: Page, forms: dict[str, list[str]], source: str
    ) -> None:
        lines = source.split("\n")
        below = [
            "".join(lines[problem.line - 1 : problem.line + 2])
            for problem in page.problems
        ]
        numbers = [re.findall(r"\d\d", text)[0] for text in below]

        assert numbers == forms["refused"]

    def test_each_refusal_says_what_to_write(
        self, page: Page, forms: dict[str, list[str]]
    ) -> None:
        refusals = dict(zip(forms["refused"], page.problems, strict=True))

        for number, problem in refusals.items():
            fix = "write ```console" if number in {"24", "25"} else "write ```python"
            assert fix in problem.message, number


@pytest.mark.parametrize(
    "marks",
    [
        *("```{r}", "```{bash}", "``` {ojs}", "```{note}", "```{eval-rst}"),
        *("```{mermaid}", "```{julia}", "~~~{r}", '```title="x"', "> ```{r}"),
    ],
)
def test_a_fence_whose_language_the_site_does_not_read_is_refused(
    site: Site, marks: str
) -> None:
    before = marks[: -len(marks.lstrip("> "))]
    page = _read(site, marks, f"{before}a b", f"{before}{marks.lstrip('> ')[:3]}")

    assert [fence.fate for fence in page.fences] == ["refused"]
    assert [problem.line for problem in page.problems] == [1]


@pytest.mark.parametrize("marks", ["```", "~~~", "```text", '```{.text title="x"}'])
def test_a_fence_of_text_is_free(site: Site, marks: str) -> None:
    assert _messages(_read(site, marks, "a b", marks[:3])) == []


@pytest.mark.parametrize(
    "element",
    [
        *("div style='opacity: 0.01'", "div style='clip-path: inset(50%)'"),
        *("div style='color: transparent'", "div style='transform: scale(0)'"),
        *("div style='display:/**/none'", "div style='margin: 1em'"),
        *("div class='md-hidden'", "div class='sr-only'", "section class='no-print'"),
        *("iframe", "object", "svg", "math", "noframes", "noembed", "x-fold"),
        *("audio", "canvas", "noscript", "div hidden"),
    ],
)
def test_a_block_in_an_element_that_may_hide_it_is_refused(
    site: Site, element: str
) -> None:
    end = element.split(" ", maxsplit=1)[0]
    block = ("```python", "late = 1", "```")
    page = _read(site, f"<{element} markdown>", "", *block, "", f"</{end}>")

    assert page.chapter.blocks == ()
    assert "no reader sees this fence" in page.problems[0].message


@pytest.mark.parametrize(
    "around",
    [
        *("<div markdown>", "<section markdown>", "<details markdown>", "!!! tip"),
        *('??? example "Set-up"', '=== "Tab"', "- item", "1. item", "A *b* <kbd>c"),
        *("A <b>b", "<span class='x'>A</span>", "<p class='x'>A</p>"),
    ],
)
def test_a_block_in_an_element_that_shows_it_runs(site: Site, around: str) -> None:
    block = ("    ```python", "    late = 1", "    ```")
    if around.startswith(("<", "A")):
        block = ("```python", "late = 1", "```")
    end = "</div>" if around.startswith("<div") else ""
    page = _read(site, around, "", *block, "", end)

    assert [block.code for block in page.chapter.blocks] == ["late = 1\n"]
    assert _messages(page) == []


def test_the_line_of_a_block_counts_the_front_matter(site: Site) -> None:
    page = _read(
        site,
        "---",
        "description: x",
        "---",
        "",
        "# T",
        "",
        "```python",
        "one = 1",
        "```",
    )

    assert [(block.line, block.code) for block in page.chapter.blocks] == [
        (8, "one = 1\n")
    ]


def test_an_empty_line_of_an_indented_block_is_kept(site: Site) -> None:
    page = _read(
        site,
        '=== "Tab"',
        "",
        "    ```python",
        '    one = """',
        "",
        '    """',
        "    ```",
    )

    assert page.chapter.blocks[0].code == 'one = """\n\n"""\n'
    assert _messages(page) == []


def test_line_ends_of_windows_are_line_ends(site: Site) -> None:
    page = read_page(PAGE, "# T\r\n\r\n```python\r\none = 1\r\n```\r\n", site)

    assert page.chapter.blocks[0].code == "one = 1\n"
    assert _messages(page) == []


@pytest.mark.parametrize(
    ("directive", "kind"),
    [
        ("pytest-codeblocks:expected-output", "output"),
        ("handbook:expected-error", "error"),
        ("handbook:measured-output", "measured"),
    ],
)
def test_a_directive_joins_the_block_above_with_the_fence_below(
    site: Site, directive: str, kind: str
) -> None:
    fences = [
        "```python",
        "print(1)",
        "```",
        "",
        f"<!--{directive}-->",
        "",
        "```text",
        "1",
        "```",
    ]
    page = _read(site, *fences)

    assert _messages(page) == []
    assert page.chapter.blocks[0].expected == Expectation(kind, "1\n", 8)  # type: ignore[arg-type]
    assert [fence.fate for fence in page.fences] == ["runs", "expected"]


def test_a_directive_may_be_right_above_its_fence(site: Site) -> None:
    page = _read(
        site,
        "```python",
        "print(1)",
        "```",
        "<!--handbook:measured-output-->",
        "```text",
        "```",
    )

    assert _messages(page) == []
    assert page.chapter.blocks[0].expected == Expectation("measured", "", 6)


def test_a_directive_in_an_example_of_a_page_is_text(site: Site) -> None:
    page = _read(
        site, "````markdown", "<!--pytest-codeblocks:skip-->", "```py", "```", "````"
    )

    assert _messages(page) == []
    assert page.chapter.blocks == ()


def test_a_comment_in_prose_is_not_a_directive(site: Site) -> None:
    page = _read(site, "<!-- The output that we expect here changes with pandas 4. -->")

    assert _messages(page) == []


@pytest.mark.parametrize(
    "language",
    ["text", "markdown", "toml", "sql", "json", "yaml", "diff", "css"],
)
def test_other_languages_are_shown(site: Site, language: str) -> None:
    page = _read(site, f"```{language}", "x", "```")

    assert _messages(page) == []
    assert [fence.fate for fence in page.fences] == ["shown"]


@pytest.mark.parametrize(
    "language",
    [
        "python2",
        "ipython3",
        "pytb",
        "py3",
        "cython",
        "zsh",
        "shell",
        "powershell",
        "fish",
        "bat",
    ],
)
def test_other_names_of_python_and_shells_are_refused(
    site: Site, language: str
) -> None:
    page = _read(site, f"```{language}", "x", "```")

    assert [problem.line for problem in page.problems] == [1]


def test_a_figure_is_found_by_the_code_that_saves_it(site: Site) -> None:
    page = _read(
        site,
        "```python",
        "import plots",
        "",
        'plots.savefig("figures/page-a.svg")',
        "```",
    )

    assert [(figure.line, figure.name) for figure in page.figures] == [
        (4, "page-a.svg")
    ]


def test_an_embed_is_found(site: Site) -> None:
    page = _read(
        site,
        "# T",
        "",
        "::: snippets.explore.nulls.co_missing",
        "    options:",
        "      x: 1",
    )

    assert [(embed.line, embed.symbol) for embed in page.embeds] == [
        (3, "snippets.explore.nulls.co_missing")
    ]


@pytest.mark.parametrize("form", ["::: {}", ":::{}", "## ::: {}", "##::: {}  "])
def test_an_embed_may_have_a_level_and_needs_no_space(site: Site, form: str) -> None:
    symbol = "snippets.explore.nulls.co_missing"
    page = _read(
        site, "T.", form.format(symbol), "", "??? note", "", f"    ::: {symbol}"
    )

    assert _messages(page) == []
    assert [(embed.line, embed.symbol) for embed in page.embeds] == [
        (2, symbol),
        (6, symbol),
    ]


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["- ::: a.b"], 1),
        (["> ::: a.b"], 1),
        (["  ::: a.b"], 1),
        (["T.", "", "    ::: a.b"], 3),
        (["<div>", "::: a.b", "</div>"], 2),
        (["::: a.b", "", "<div>", "::: a.b", "</div>"], 4),
    ],
    ids=["item", "quotation", "two spaces", "code", "HTML", "twice"],
)
def test_an_embed_anywhere_else_is_refused(
    site: Site, lines: list[str], line: int
) -> None:
    page = _read(site, *lines)

    (problem,) = page.problems
    assert problem.line == line
    assert "write `::: a.b` on a line of its own" in problem.message
    assert len(page.embeds) == sum(text == "::: a.b" for text in lines[: line - 1])


def test_an_embed_in_a_comment_is_ignored(site: Site) -> None:
    page = _read(site, "<!--", "::: a.b", "-->")

    assert (_messages(page), page.embeds) == ([], ())


def test_a_block_nested_too_deeply_fails_only_when_it_runs(site: Site) -> None:
    page = _read(site, "```python", 'x = "figures/"', f"{'-' * 4_900}1", "```")

    assert (len(page.chapter.blocks), page.figures, page.problems) == (1, (), ())


def test_a_site_without_superfences_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: T\nmarkdown_extensions: [admonition]\n"
    )

    with pytest.raises(ValueError, match=r"mkdocs.yml must list pymdownx.superfences"):
        Site(read_config(Files(tmp_path)))


class TestBook:
    def test_a_page_is_read_once(self, book: Book) -> None:
        page = book.root / "docs" / "page.md"
        page.write_text("```python\none = 1\n```\n", encoding="utf-8")
        first = book.read([Path("docs/page.md")])
        (entry,) = (book.root / ".cache/handbook/pages").iterdir()
        written = entry.stat().st_mtime_ns

        assert book.read([Path("docs/page.md")]) == first
        assert entry.stat().st_mtime_ns == written

    def test_a_changed_page_is_read_again(self, book: Book) -> None:
        page = book.root / "docs" / "page.md"
        page.write_text("```python\none = 1\n```\n", encoding="utf-8")
        book.read([Path("docs/page.md")])
        page.write_text("```py\none = 1\n```\n", encoding="utf-8")

        (read,) = Book(book.root).read([Path("docs/page.md")])
        assert [problem.line for problem in read.problems] == [1]

    def test_a_changed_mkdocs_yml_reads_every_page_again(self, book: Book) -> None:
        page = book.root / "docs" / "page.md"
        page.write_text(
            "<details markdown='1'>\n\n```python\none = 1\n```\n\n</details>\n"
        )
        book.read([Path("docs/page.md")])
        config = book.root / "mkdocs.yml"
        config.write_text(
            config.read_text().replace("pymdownx.superfences", "attr_list")
        )

        with pytest.raises(ValueError, match="superfences"):
            Book(book.root).read([Path("docs/page.md")])

    def test_a_page_that_is_not_utf_8_is_refused_on_its_line(self, book: Book) -> None:
        (book.root / "docs" / "page.md").write_bytes(b"# T\n\n\xff\n")

        (read,) = book.read([Path("docs/page.md")])
        assert [str(problem) for problem in read.problems] == [
            "docs/page.md:3: this page is not UTF-8: save it as UTF-8"
        ]

    def test_two_pages_may_not_save_one_figure(self, book: Book) -> None:
        save = '```python\nplots.savefig("figures/a-b-c.svg")\n```\n'
        for stem in ("a", "a-b"):
            (book.root / "docs" / f"{stem}.md").write_text(save)

        pages = book.read([Path("docs/a-b.md"), Path("docs/a.md")])
        assert [str(problem) for page in pages for problem in page.problems] == [
            "docs/a.md:2: the figure a-b-c.svg is saved at docs/a-b.md:2 too: "
            "give it another name"
        ]

    def test_notebooks_pages_and_other_files_are_distinguished(
        self, book: Book
    ) -> None:
        (book.root / "docs" / "late_flights").mkdir()
        for name in (
            "index.md",
            "late_flights/leg-1.py",
            "late_flights/leg-1.ipynb",
            "x.py",
        ):
            (book.root / "docs" / name).touch()

        assert book.find() == (
            [Path("docs/index.md")],
            [Path("docs/late_flights/leg-1.py")],
        )
