"""Each line is classified as the site's own Markdown reads it."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from mkdocstrings import AutoDocProcessor

from handbook.base.files import Files
from handbook.book import scan as module
from handbook.book.markdown import Site, read_config
from handbook.book.scan import may_embed, read_notebook, scan, scan_lines, title

ROOT = Path(__file__).parents[3]
PREFIXES = ["", "", " ", "  ", "    ", "     ", "\t", "> ", ">", ">> ", ">   "]
CONTENTS = [
    "```",
    "````",
    "~~~",
    "```python",
    "``` python",
    "```python title='a b'",
    '```python hl_lines="1" linenums="1"',
    "``` { .python .annotate }",
    "```a`b",
    "```one two",
    "```` ",
    "~~~text",
    "text",
    "-->",
    "<!--",
    "",
    "  ",
]
LINES = st.lists(
    st.tuples(st.sampled_from(PREFIXES), st.sampled_from(CONTENTS)).map("".join),
    min_size=1,
    max_size=9,
)


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(read_config(Files(ROOT)))


def kinds(*lines: str) -> list[str]:
    return [line.kind for line in scan_lines(lines)]


def test_the_lines_of_a_page_are_classified() -> None:
    page = (
        '---\nterms: [a]\n---\n# A title { #one .two }\n\n??? note "More"\n\n'
        "    ## ::: snippets.a.b.c\n        options: {}\n\n<!--\n::: a.b\n-->\n"
        "```text\n# no title\n::: a.b\n```\n~~~ left\n"
    )

    assert [line.kind for line in scan(page)] == [
        *["front matter"] * 3,
        "heading",
        "blank",
        "box",
        "blank",
        "embed",
        "options",
        "blank",
        *["comment"] * 3,
        *["code"] * 4,
        "marks",
        "blank",
    ]
    heading, box, embed = (scan(page)[at] for at in (3, 5, 7))
    assert (heading.title, heading.attributes) == ("A title", " #one .two ")
    assert (box.marks, box.name, box.title) == ("???", "note", "More")
    assert (embed.marks, embed.name, embed.indent) == ("##", "snippets.a.b.c", 4)
    assert [line.number for line in scan(page)] == list(range(1, 20))
    assert "\n".join(line.text for line in scan(page)) == page


@given(LINES)
@example(["> ```", ">> text", "> ```"])
@example(["> ```", "", "text", "> ```"])
@example(["    ```", "text", "```", "    ```"])
@example(["```", "text"])
def test_fences_are_those_that_the_site_renders(site: Site, lines: list[str]) -> None:
    fences = site.render("\n".join(["# T", "", *lines])).fences

    shown = {at for fence in fences for at in range(fence.line, fence.end + 1)}
    found = scan_lines(["# T", "", *lines])
    assert {line.number for line in found if line.kind == "code"} == shown


def test_embeds_are_those_that_mkdocstrings_finds() -> None:
    assert AutoDocProcessor.regex == module.EMBED


@pytest.mark.parametrize(
    ("line", "symbol"),
    [
        ("::: a.b", "a.b"),
        (":::a.b  ", "a.b"),
        (":::\ta.b", "a.b"),
        ("###### ::: a.b", "a.b"),
        ("##:::a.b", "a.b"),
        ("    ::: a.b", "a.b"),
        ("\t::: a.b", "a.b"),
        ("::: a b", "a b"),
        ("  ::: a.b", ""),
        ("- ::: a.b", ""),
        ("> ::: a.b", ""),
        ("see ::: a.b", ""),
        (":::", ""),
    ],
)
def test_a_line_embeds_a_symbol_or_does_not(line: str, symbol: str) -> None:
    (found,) = scan_lines([line])

    assert (found.name, found.kind == "embed") == (symbol, bool(symbol))
    assert symbol in [*may_embed(line), ""]


def test_may_embed_lists_every_possible_embed() -> None:
    page = "::: a.b\n```text\n    ##::: c.d  \n```\n- ::: e.f\n"

    assert may_embed(page) == ["a.b", "c.d"]


def test_indented_lines_below_an_embed_are_its_options() -> None:
    assert kinds("::: a.b", "    options:", "      x: 1", "Text.") == [
        "embed",
        "options",
        "options",
        "text",
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# A title", ("#", "A title")),
        ("#A title #", ("#", "A title")),
        ("## A {b} title <!--x--> { #c }", ("##", "A {b} title")),
        ("# " + " <!-- -->" * 60 + " x", ("#", "<!-- -->" + " <!-- -->" * 59 + " x")),
    ],
)
def test_a_heading_is_its_words(line: str, expected: tuple[str, str]) -> None:
    (found,) = scan_lines([line])

    assert (found.marks, found.title) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('!!! note "A title"', ("!!!", "note", "A title")),
        ("!!! note inline end", ("!!!", "note inline end", "")),
        ("!!!note", ("!!!", "note", "")),
        ('??? "A title"', ("???", "", "A title")),
        ("???+ success", ("???+", "success", "")),
        ('=== "A tab"', ("===", "", "A tab")),
        ('===! "A tab"', ("===!", "", "A tab")),
    ],
)
def test_a_box_has_a_kind_or_a_title(line: str, expected: tuple[str, str, str]) -> None:
    (found,) = scan_lines([line])

    assert found.kind == "box"
    assert (found.marks, found.name, found.title) == expected


@pytest.mark.parametrize("line", ["!!!", '!!! "A title"', "???", "===", "=== tab"])
def test_marks_without_the_rest_of_a_box_are_text(line: str) -> None:
    assert kinds(line) == ["text"]


def test_an_unclosed_comment_is_text() -> None:
    assert kinds("<!-- a", "b -->", "<!-- c", "d") == [
        "comment",
        "comment",
        "text",
        "text",
    ]


def test_the_title_is_the_first_heading_outside_code() -> None:
    page = (
        "---\n# no title\nx: 1\n---\n\n```python\n# nor this\n```\n\n## Nor this\n# T\n"
    )

    assert title(scan(page)) == "T"
    assert title(scan("Text.\n")) == ""


def test_a_notebook_is_read_as_its_head_and_prose_on_their_lines() -> None:
    source = (
        "# ---\n# tags: []\n# ---\n\n# %%\n# # x\n1\n# %% [markdown]\n# # T\n#\n# Text."
    )

    assert read_notebook(source) == "---\ntags: []\n---\n\n\n\n\n\n# T\n\nText."
