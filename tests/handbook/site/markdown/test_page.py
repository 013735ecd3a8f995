"""Our extension of Markdown on cards, folds, highlighted lines and figures."""

import re
from html import unescape
from pathlib import Path

import markdown
import pytest
from mkdocs.utils.yaml import yaml_load

from handbook.site.markdown import cards, figures, folds, points

ROOT = Path(__file__).parents[4]
SOURCE = '''\
class Delay:
    """Minutes.

    Negative ones are early.
    """

    def late(self) -> bool:
        """Tell.

        More than 15."""
        return True
'''


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def code(text: str, language: str = "python") -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<div class="language-{language} highlight"><pre><span></span>'
        f"<code>{text}</code></pre></div>"
    )


def card(module: str, source: str) -> str:
    """Write a card as theme/templates/python/material/card.html.jinja does."""
    return (
        f'<div class="doc card">\n<header>{module}</header>\n'
        f"<!--symbols of {module}-->\n"
        '<div class="card__symbol">'
        f'<div class="card__code">{code(source)}</div></div>\n'
        f"</div><!--end of {module}-->"
    )


def test_neighbours_of_a_module_have_one_head_and_others_keep_theirs() -> None:
    html = cards.join(
        card("a.b", "X = 1\n") + card("a.b", "Y = 2\n") + "\n" + card("a.c", "Z = 3\n")
    )

    assert re.findall("<header>(.*?)</header>", html) == ["a.b", "a.c"]
    assert html.count('class="card__symbol"') == 3
    assert html.count("<div") == html.count("</div>")
    assert "<!--" not in html


def test_cards_with_a_word_between_them_stay_apart() -> None:
    html = cards.join(card("a.b", "X = 1\n") + "<p>So:</p>" + card("a.b", "Y = 2\n"))

    assert html.count("<header>a.b</header>") == 2


def test_all_but_the_first_line_of_each_docstring_is_folded() -> None:
    html = cards.join(card("a.b", SOURCE))

    folded = re.findall(r"<details.*?</details>", html, re.DOTALL)
    assert [re.findall("<summary[^>]*>(.*?)</summary>", fold) for fold in folded] == [
        ["Docstring: 2 lines"],
        ["Docstring: 2 lines"],
    ]
    assert "Negative ones are early." in folded[0]
    assert 'More than 15."""' in folded[1]
    seen = plain(re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL))
    assert '    """Minutes.\n    """\n' in re.sub(r"\n+", "\n", seen)
    assert '        """Tell.\n        return True' in re.sub(r"\n+", "\n", seen)


def test_the_parts_of_a_card_in_order_are_its_source() -> None:
    html = cards.join(card("a.b", SOURCE))

    parts = re.findall(r"<code>(.*?)</code>", html, re.DOTALL)
    assert len(parts) == 5
    assert "".join(map(plain, parts)) == SOURCE


@pytest.mark.parametrize(
    "source",
    [
        "LATE = 15\n",
        'def late():\n    """Tell."""\n    return True\n',
        'def late():\n    """Tell.\n    """\n    return True\n',
        'def late():\n    text = """Not\n\n    one.\n    """\n    return text\n',
    ],
)
def test_a_docstring_of_one_line_is_not_folded(source: str) -> None:
    html = cards.join(card("a.b", source))

    assert "<details" not in html
    assert plain(re.findall(r"<code>(.*?)</code>", html, re.DOTALL)[0]) == source


def fold(inside: str, kind: str = "example") -> str:
    return f'<details class="{kind}">\n<summary>Set-up</summary>\n{inside}\n</details>'


def test_a_fold_says_how_many_lines_of_code_are_in_it() -> None:
    three = code("a = 1\n\nprint(a)\n") + code("1\n", "text")

    assert "<summary>Set-up: 3 lines</summary>" in folds.count(fold(three))
    assert "<summary>Set-up: 1 line</summary>" in folds.count(fold(code("a = 1\n")))
    steps = code("-a = 1\n+a = 2\n", "diff") + code("1\n", "text")
    assert "<summary>Set-up: 2 lines</summary>" in folds.count(fold(steps))
    words = fold("<p>Nothing runs here.</p>") + code("a = 1\n")
    assert folds.count(words) == words


def test_a_fold_within_a_fold_counts_for_both_and_what_follows_for_none() -> None:
    inner = fold(code("b = 2\n"), "note")
    html = folds.count(fold(code("a = 1\n") + inner) + code("c = 3\nd = 4\n"))

    assert re.findall("<summary>(.*?)</summary>", html) == [
        "Set-up: 2 lines",
        "Set-up: 1 line",
    ]


def test_a_folded_docstring_shows_its_length_once() -> None:
    html = folds.count(fold(cards.join(card("a.b", SOURCE))))

    assert re.findall("<summary[^>]*>(.*?)</summary>", html) == [
        f"Set-up: {SOURCE.count(chr(10))} lines",
        "Docstring: 2 lines",
        "Docstring: 2 lines",
    ]


PRINTED = code("rows = count()\nprint(rows)\n") + code("684 rows\n930 rows\n", "text")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("930", "930 rows"),
        ("= count", "rows = count()"),
        ("print(rows)", "print(rows)"),
    ],
)
def test_the_line_with_the_words_is_highlighted_in_a_block_or_its_output(
    words: str, line: str
) -> None:
    html = points.mark(
        f"{code('x = count()')}<p>So.</p>{PRINTED}\n<!--handbook:point {words}-->\n<p>"
    )

    assert [plain(mark) for mark in re.findall('<span class="hll">.*', html)] == [line]
    assert "handbook:point" not in html


@pytest.mark.parametrize("words", ["rows", "1,614", "x = count"])
def test_words_of_no_line_or_of_several_highlight_none(words: str) -> None:
    before = f"{code('x = count()')}<p>So.</p>{PRINTED}"

    assert points.mark(f"{before}<!--handbook:point {words}-->") == before


def test_two_lines_may_be_the_point() -> None:
    html = points.mark(
        f"{PRINTED}<!--handbook:point 684-->\n<!--handbook:point print(-->"
    )

    assert html.count('class="hll"') == 2


def test_a_row_of_a_table_is_marked_as_a_row() -> None:
    html = render(
        "```python\nprint(days)\n```\n\n```text\n"
        "month  rows\n    2   684\n   12   930\n```\n\n<!--handbook:point 12-->\n"
    )

    [marked] = re.findall(r'<span role="row" class="point">(.*?)</span>\n', html)
    assert plain(marked).split() == ["12", "930"]


def test_the_title_of_an_image_is_its_caption() -> None:
    html = render('![Two dark days.](figures/nulls-days.svg "Share of nulls & more")')

    assert "<figcaption>Share of nulls &amp; more</figcaption>" in html
    assert '<img alt="Two dark days." src="figures/nulls-days.svg" />' in html
    assert "<p>" not in html


def test_a_figure_without_a_title_has_no_caption_and_another_image_no_frame() -> None:
    assert "figcaption" not in render("![Two dark days.](figures/nulls-days.svg)")
    assert figures.frame("<p><img alt='' src='a.png' /></p>").startswith("<p>")


def render(text: str) -> str:
    """Render with the site's own extensions, but without MkDocs."""
    config = yaml_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    names, options = [], {}
    for entry in config["markdown_extensions"]:
        name, given = (
            (entry, {}) if isinstance(entry, str) else next(iter(entry.items()))
        )
        names.append(name)
        options[name] = given or {}
    html: str = markdown.markdown(text, extensions=names, extension_configs=options)
    return html


def test_the_site_uses_the_extension() -> None:
    html = render(
        '??? example "Set-up"\n\n    ```python\n    a = 1\n    b = 2\n    ```\n'
    )

    assert "<summary>Set-up: 2 lines</summary>" in html
