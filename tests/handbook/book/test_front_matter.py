"""Front matter is read with its line numbers, or refused at one of its lines."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.book.front_matter import FrontMatter, read, read_all
from handbook.book.problem import Problem

PAGE = Path("docs/explore/nulls.md")
NOTEBOOK = Path("docs/late_flights/leg-1.py")


def front(text: str, path: Path = PAGE) -> FrontMatter:
    head = read(path, text)
    assert isinstance(head, FrontMatter), head
    return head


def test_values_have_lines_and_positions() -> None:
    text = (
        "---\ndescription: Count.\nreviewed: 2026-11-22\nterms:\n  - a b\n  - c\n---\n"
    )
    head = front(f"{text}\n# It\n")

    assert (head.description, head.values["reviewed"]) == ("Count.", date(2026, 11, 22))
    assert head.end == 7
    assert [
        (place.line, text[place.start : place.end]) for place, _ in head.texts("terms")
    ] == [(5, "a b"), (6, "c")]
    assert head.names("terms") == ("a b", "c")
    assert head.names("description") == head.names("topics") == ()


def test_an_item_of_the_wrong_type_is_an_item_but_not_a_name() -> None:
    head = front("---\nneeds: [a, 3, '', [b]]\n---\n")

    assert [item for _, item in head.items("needs")] == ["a", 3, "", ["b"]]
    assert head.names("needs") == ("a",)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\n# no title\nx: 1\n---\n\n# Why? <!--x--> { #why }\n", "Why?"),
        ("```python\n# no title\n```\n\n# Why?\n", "Why?"),
        ("<!--\n# no title\n-->\n\n# Why?\n", "Why?"),
        ("## No title\n", "nulls"),
        ("---\nnot closed: 1\n\n# Why?\n", "Why?"),
    ],
)
def test_the_title_is_the_heading_that_the_site_shows(text: str, title: str) -> None:
    assert front(text).title == title


def test_a_notebook_has_its_front_matter_in_comments() -> None:
    text = "# ---\n# tags: [a]\n# ---\n\n# %%\n# # no title\n"
    text += "\n# %% [markdown]\n# # Leg 1\n"
    head = front(text, NOTEBOOK)

    assert (head.title, head.names("tags"), head.end) == ("Leg 1", ("a",), 3)


BROKEN = {
    "topics: [a\n": (3, "this is not YAML: "),
    "x: 1\nreviewed: 2026-02-30\n": (3, "this is not YAML: day is out of range"),
    "- a\n": (2, "front matter must be lines of `key: value`"),
    "\n": (2, "front matter must be lines of `key: value`"),
    "x: 1\nx: 2\n": (3, "a second `x`: keep one"),
    "x: 1\n2: 3\n": (3, "a key must be a word"),
    "? [a]\n: 1\n": (2, "a key must be a word"),
    "x: 1\ny: &a [*a]\n": (3, "write this out, without & and *"),
    "x: 1\ny: !!bool z\n": (3, "write the value without !!bool"),
    "x: !!int ''\n": (2, "write the value without !!int"),
    "x: {[a]: b}\n": (2, "this is not YAML: "),
    "x: \x01\n": (2, "this is not YAML: "),
    "x: =\n": (2, "this is not YAML: "),
    f"x: {'[' * 200}\n": (2, "this is not YAML: nested too deeply"),
    f"x: {'9' * 5000}\n": (2, "this is not YAML: "),
}


@pytest.mark.parametrize("path", [PAGE, NOTEBOOK], ids=["page", "notebook"])
@pytest.mark.parametrize("yaml", BROKEN)
def test_unreadable_front_matter_is_a_problem_on_its_line(
    path: Path, yaml: str
) -> None:
    text = f"---\n{yaml}---\n\n# It\n"
    if path == NOTEBOOK:
        text = "".join(f"# {line}\n" for line in text.split("\n"))
    problem = read(path, text)

    assert isinstance(problem, Problem)
    line, message = BROKEN[yaml]
    assert (problem.path, problem.line) == (path, line)
    assert problem.message.startswith(message)


def _files(root: Path) -> Iterator[Path]:
    for name, content in {
        "a.md": b"\xef\xbb\xbf---\r\ndescription: A.\r\n---\r\n\r\n# A\r\n",
        "b.md": b"---\nterms: [a\n---\n",
        "c.md": b"\xff",
    }.items():
        (root / name).write_bytes(content)
        yield Path(name)
    yield Path("gone.md")


def test_broken_pages_among_many_are_reported(tmp_path: Path) -> None:
    found, problems = read_all(Files(tmp_path), list(_files(tmp_path)))

    assert [(head.title, head.description) for head in found] == [("A", "A.")]
    assert [(problem.path.name, problem.line) for problem in problems] == [
        ("b.md", 3),
        ("c.md", 1),
        ("gone.md", 1),
    ]
