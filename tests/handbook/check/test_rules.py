"""Each rule finds the fault that is planted, at its line, and nothing else."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.check.rules import (
    controls,
    dialects,
    docstrings,
    embeds,
    figures,
    files,
    front_matter,
    modules,
    moved,
    points,
    questions,
    rules_of_thumb,
    structure,
)

FAMILIES = (
    files,
    structure,
    rules_of_thumb,
    questions,
    embeds,
    dialects,
    figures,
    front_matter,
    moved,
    modules,
    docstrings,
    points,
    controls,
)
RULES = {rule.id for family in FAMILIES for rule in family.RULES}

DELAYS = "docs/explore/delays.md"
CLOCKS = "docs/cross/clocks.md"
SNIPPET = "snippets/explore/delays.py"
BEFORE = "snippets/explore/delays_before.py"
READ = "snippets/cross/clocks/read.py"
TEST = "tests/snippets/explore/test_delays.py"
FACTS = "tests/facts/explore/test_delays.py"
TERMS = "docs/reference/glossary.yml"
TOPICS = "docs/reference/topics.yml"
FIGURE = "docs/explore/figures/delays-days.svg"
SEARCH = "tests/site/search.tsv"
QUESTIONS = [
    f"{words} {number}\t{page}\n"
    for page, words in {
        "explore/delays/": "too late",
        "cross/clocks/": "midnight",
    }.items()
    for number in range(1, 9)
]
LEG = "# ---\n# description: A leg.\n# ---\n\n# %% [markdown]\n# # Leg 1\n"

_NOTES = ("notes.txt", "Notes.txt")
DATES = """\
---
description: Compare dates as dates.
mountain: explore
topics: {}
terms: []
needs: []
owner: data-science
reviewed: 2026-11-20
---

# Which date is later? <!--handbook:allow HB403: one page of a book for tests-->

**Compare dates as dates.**
"""

THUMB = """\
## The clock

- **TM-CLO-1**{#tm-clo-1} Read the clock.
  Clocks lie.
  *Lead: while it runs.*
"""
EXAMPLE = "\n    >>> share_late([16])\n    1.0\n"

Plant = Callable[[Path], None]


def swap(path: str, old: str, new: str) -> Plant:
    """Replace text in a file, once."""

    def plant(root: Path) -> None:
        text = (root / path).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (root / path).write_text(text.replace(old, new), encoding="utf-8")

    return plant


def write(path: str, content: bytes | str) -> Plant:
    """Write a file, whether or not it exists."""

    def plant(root: Path) -> None:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    return plant


def move(path: str, to: str) -> Plant:
    """Rename a file."""

    def plant(root: Path) -> None:
        (root / path).rename(root / to)

    return plant


def link(path: str, to: str) -> Plant:
    """Make a file a link."""

    def plant(root: Path) -> None:
        (root / path).symlink_to(to)

    return plant


def remove(path: str) -> Plant:
    """Remove a file or a folder."""

    def plant(root: Path) -> None:
        if (root / path).is_dir():
            shutil.rmtree(root / path)
        else:
            (root / path).unlink()

    return plant


def folder(path: str) -> Plant:
    """Put a folder where a file was."""

    def plant(root: Path) -> None:
        (root / path).unlink(missing_ok=True)
        (root / path).mkdir()

    return plant


def locked(path: str) -> Plant:
    """Put a dangling symbolic link where a file was."""

    def plant(root: Path) -> None:
        (root / path).unlink(missing_ok=True)
        (root / path).symlink_to("nowhere")

    return plant


def ask(*lines: str, without: int = 0) -> Plant:
    """Write eight search questions for each chapter, minus some, plus these."""
    kept = (line for number, line in enumerate(QUESTIONS, 1) if number != without)
    return write(SEARCH, "".join([*kept, *(f"{line}\n" for line in lines)]))


def both(*plants: Plant) -> Plant:
    """Plant a fault that needs more than one change."""

    def plant(root: Path) -> None:
        for each in plants:
            each(root)

    return plant


HONEST = (
    "It costs $5 a row_id and $6 more.",
    "Set $HOME_DIR and then $PATH.",
    "It began in\n2013. Then it ended.",
    "We include (and count) them; write to me@include.org... or see clocks.",
    "The marks `[^1]`, `{{ x }}`, `~~a~~` and `$x_1$` are code.",
    "Late is [more than 15 minutes][late].\n\n[late]: clocks.md",
)


def found(root: Path) -> list[str]:
    """Return the findings of these families: path, line, rule and message."""
    shelf = Book(root)
    findings = [each for family in FAMILIES for each in family.find(shelf)]
    return [f"{f.path.as_posix()}:{f.line} {f.rule} {f.message}" for f in findings]


def test_nothing_is_found_in_the_book(small: Path) -> None:
    assert found(small) == []


@pytest.mark.parametrize("text", HONEST)
def test_ordinary_prose_is_no_dialect(small: Path, text: str) -> None:
    add = "::: snippets.explore.delays_before"
    swap(DELAYS, add, f"{text}\n\n{add}")(small)

    assert [each for each in found(small) if " HB03" in each] == []


def test_a_heading_that_is_underlined_is_no_conflict(small: Path) -> None:
    add = "::: snippets.explore.delays_before"
    swap(DELAYS, add, f"Delayed\n=======\n\n{add}")(small)

    assert [each for each in found(small) if " HB019" in each] == []


def test_the_address_of_a_figure_does_not_use_a_term(small: Path) -> None:
    figure = '![Delays.](figures/delays-median.svg "The median is low.")'
    swap(DELAYS, "Half of all", f"{figure}\n\nHalf of all")(small)

    assert [each for each in found(small) if " HB107" in each] == []


def test_nothing_is_found_if_each_chapter_has_its_questions(small: Path) -> None:
    ask()(small)

    assert found(small) == []


def test_a_chapter_without_questions_gets_the_number_that_it_needs(small: Path) -> None:
    write(SEARCH, "".join(QUESTIONS[:8]))(small)

    assert found(small) == [
        f"{SEARCH}:8 HB017 cross/clocks/ has 0 of 8 questions: add 8 that people "
        "type, each on a line with a tab and cross/clocks/"
    ]


LATIN = "---\ndescription: Verspätung.\n---\n".encode("latin-1")

FAULTS: dict[str, tuple[str, Plant]] = {
    # HB00x: files
    "a page in Latin-1": (f"{DELAYS}:2 HB001", write(DELAYS, LATIN)),
    "a snippet in Latin-1": (f"{SNIPPET}:2 HB001", write(SNIPPET, LATIN)),
    "a list of terms in Latin-1": (f"{TERMS}:2 HB001", write(TERMS, LATIN)),
    "mkdocs.yml in Latin-1": ("mkdocs.yml:2 HB001", write("mkdocs.yml", LATIN)),
    "a folder named as a page": (f"{DELAYS}:1 HB001", folder(DELAYS)),
    "a folder named as a module": (f"{SNIPPET}:1 HB001", folder(SNIPPET)),
    "a dangling link as a page": (f"{DELAYS}:1 HB001", locked(DELAYS)),
    "an empty page": (f"{DELAYS}:1 HB002", write(DELAYS, "")),
    "a page of blanks": (f"{DELAYS}:1 HB002", write(DELAYS, " \n\n")),
    "an empty snippet": (f"{SNIPPET}:1 HB002", write(SNIPPET, "")),
    "an empty test": (f"{TEST}:1 HB002", write(TEST, "\n")),
    "an empty list of topics": (f"{TOPICS}:1 HB002", write(TOPICS, "")),
    "an empty mkdocs.yml": ("mkdocs.yml:1 HB002", write("mkdocs.yml", "")),
    "a page of 10 MB": (f"{DELAYS}:1 HB003", write(DELAYS, b"a\n" * 5_000_000)),
    "a line that Markdown cannot handle": (
        f"{DELAYS}:13 HB003",
        swap(DELAYS, "**Count", "[" * 20_000 + "**Count"),
    ),
    "a snippet of 10 MB": (f"{SNIPPET}:1 HB003", write(SNIPPET, b"#\n" * 5_000_000)),
    "a list of terms of 10 MB": (f"{TERMS}:1 HB003", write(TERMS, b"#\n" * 5_000_000)),
    "a page that is a link": (
        f"{DELAYS}:1 HB001",
        both(move(DELAYS, "docs/explore/real.txt"), link(DELAYS, "real.txt")),
    ),
    "a page that leads to a device": (
        f"{DELAYS}:1 HB001",
        both(remove(DELAYS), link(DELAYS, "/dev/zero")),
    ),
    "a snippet that is a link": (
        f"{SNIPPET}:1 HB001",
        both(move(SNIPPET, "real.txt"), link(SNIPPET, "../../real.txt")),
    ),
    "a name that is not UTF-8": (
        "docs/explore/\\udcff.md:1 HB001",
        write(os.fsdecode(b"docs/explore/\xff.md"), "# It\n"),
    ),
    "front matter that ends early": (
        f"{DELAYS}:6 HB004",
        swap(DELAYS, "terms: [median]", "terms: [median"),
    ),
    "front matter with a tab": (
        f"{DELAYS}:5 HB004",
        swap(DELAYS, "topics: {A20: the-share}", "topics:\n\t- A20"),
    ),
    "front matter that is a list": (
        "docs/index.md:2 HB004",
        swap("docs/index.md", "description:", "- description:"),
    ),
    "a day that does not exist": (
        f"{DELAYS}:8 HB004",
        swap(DELAYS, "reviewed: 2026-11-20", "reviewed: 2026-02-30"),
    ),
    "a key twice": (
        f"{DELAYS}:4 HB004",
        swap(DELAYS, "mountain: explore\n", "mountain: explore\nmountain: both\n"),
    ),
    "a key that is a list": (
        f"{DELAYS}:3 HB004",
        swap(DELAYS, "mountain: explore", "? [mountain]\n: explore"),
    ),
    "a key that is not a word": (
        f"{DELAYS}:4 HB004",
        swap(DELAYS, "mountain: explore", "mountain: explore\nyes: explore"),
    ),
    "a key that merges": (
        f"{DELAYS}:3 HB004",
        swap(DELAYS, "mountain: explore", "<<: {mountain: explore}"),
    ),
    "front matter of brackets": (
        f"{DELAYS}:5 HB004",
        swap(DELAYS, "terms: [median]", "terms: " + "[" * 4_000),
    ),
    "mkdocs.yml that ends early": (
        "mkdocs.yml:2 HB004",
        write("mkdocs.yml", "site_name: [\n"),
    ),
    "mkdocs.yml that is a list": ("mkdocs.yml:1 HB004", write("mkdocs.yml", "- a\n")),
    "an extension that is not there": (
        "mkdocs.yml:1 HB004",
        swap("mkdocs.yml", "  - admonition\n", "  - admonitoin\n"),
    ),
    **{
        f"a configuration that calls {tag}": (
            "mkdocs.yml:2 HB004",
            swap("mkdocs.yml", "nav:\n", f"x: {tag}\nnav:\n"),
        )
        for tag in (
            "!!python/object/apply:os.system [touch called]",
            "!!python/object/new:os.system [touch called]",
            "!!python/module:this",
        )
    },
    "a nav that holds itself": (
        "mkdocs.yml:2 HB004",
        swap("mkdocs.yml", "nav:\n", "nav: &nav\n  - *nav\n"),
    ),
    "an option that an extension does not have": (
        "mkdocs.yml:1 HB004",
        swap("mkdocs.yml", "  - admonition\n", "  - toc: {depth: 3}\n"),
    ),
    "a sheet of the data with other types": (
        "snippets/data/sheet.toml:1 HB004",
        write("snippets/data/sheet.toml", "description = 1\ntables = 2\n"),
    ),
    "a snippet that does not compile": (
        f"{SNIPPET}:10 HB005",
        swap(SNIPPET, "def share_late(", "def share_late(:"),
    ),
    "a test with a null byte": (f"{TEST}:1 HB005", write(TEST, "x = '\0'\n")),
    "a snippet too deep to parse": (
        f"{SNIPPET}:1 HB005",
        write(SNIPPET, "x = " + "(" * 2_000 + ")" * 2_000 + "\n"),
    ),
    "a fence that does not run": (
        f"{CLOCKS}:17 HB006",
        swap(CLOCKS, "```python", "```py"),
    ),
    "a page with carriage returns": (
        f"{CLOCKS}:1 HB009",
        swap(CLOCKS, "terms: []\n", "terms: []\r\n"),
    ),
    "a page with a byte-order mark": (
        f"{DELAYS}:1 HB009",
        swap(DELAYS, "---\ndescription", "\ufeff---\ndescription"),
    ),
    "a list with carriage returns": (
        f"{TERMS}:1 HB009",
        swap(TERMS, "- term: median\n", "- term: median\r\n"),
    ),
    # HB01x: nav, and one stem in four places
    "a page that nav does not name": (
        f"{CLOCKS}:1 HB010",
        swap("mkdocs.yml", "  - cross/clocks.md\n", ""),
    ),
    "a notebook that nav does not name": (
        "docs/late_flights/leg-1.py:1 HB010",
        write("docs/late_flights/leg-1.py", "# %%\n1 + 1\n"),
    ),
    "an entry of nav without a page": (
        "mkdocs.yml:6 HB011",
        swap(
            "mkdocs.yml", "cross/clocks.md\n", "cross/clocks.md\n  - cross/dates.md\n"
        ),
    ),
    "a page that nav names twice": (
        "mkdocs.yml:6 HB011",
        swap(
            "mkdocs.yml", "cross/clocks.md\n", "cross/clocks.md\n  - cross/clocks.md\n"
        ),
    ),
    "a chapter without a snippet": (
        f"{DELAYS}:1 HB012",
        both(
            remove(SNIPPET),
            remove(TEST),
            swap(DELAYS, "::: snippets.explore.delays.share_late\n", ""),
        ),
    ),
    "a chapter whose name no snippet can have": (
        "docs/explore/Dates.md:1 HB012",
        both(
            write("docs/explore/Dates.md", DATES),
            swap(
                "mkdocs.yml",
                "cross/clocks.md\n",
                "cross/clocks.md\n  - explore/Dates.md\n",
            ),
        ),
    ),
    "a snippet without a chapter": (
        "snippets/explore/dates.py:1 HB013",
        write("snippets/explore/dates.py", '"""Dates."""\n'),
    ),
    "code before a chapter without the chapter": (
        "snippets/explore/dates_before.py:1 HB013",
        write("snippets/explore/dates_before.py", "x = 1\n"),
    ),
    "a folder of modules without a chapter": (
        "snippets/explore/dates/__init__.py:1 HB013",
        both(
            write("snippets/explore/dates/__init__.py", '"""Dates."""\n'),
            write("snippets/explore/dates/iso.py", '"""ISO."""\n'),
        ),
    ),
    "a snippet without a test": (f"{SNIPPET}:1 HB014", remove(TEST)),
    "a snippet whose test is in a folder of its own, which no copy gets": (
        f"{SNIPPET}:1 HB014",
        both(
            write("tests/snippets/explore/delays/test_share.py", "import pytest\n"),
            remove(TEST),
        ),
    ),
    "a leg's snippet without a test": (
        "snippets/late_flights/model.py:1 HB014",
        write("snippets/late_flights/model.py", '"""The model."""\n'),
    ),
    "a test without a snippet": (
        "tests/snippets/explore/test_delay.py:1 HB015",
        write("tests/snippets/explore/test_delay.py", "import pytest\n"),
    ),
    "facts without a chapter": (
        "tests/facts/explore/test_delay.py:1 HB016",
        move(FACTS, "tests/facts/explore/test_delay.py"),
    ),
    "a marker of a conflict": (
        f"{DELAYS}:13 HB019",
        swap(DELAYS, "**Count", ">>>>>>> main\n\n**Count"),
    ),
    **{
        f"{name} of another tool": (
            f"{DELAYS}:15 HB030",
            swap(
                DELAYS,
                "::: snippets.explore.delays_before",
                f"{text}\n\n::: snippets.explore.delays_before",
            ),
        )
        for name, text in {
            "a box": "> [!NOTE] It is late.",
            "a footnote": "It is late.[^1]",
            "a deletion": "It is ~~late~~.",
            **{
                f"the include {include}": include
                for include in (
                    "{!clocks.md!}",
                    "![[clocks.py]]",
                    ".. literalinclude:: clocks.py",
                    "@@include(clocks.md)",
                    "<<< @/clocks.py",
                    "!include clocks.md",
                    "!!!include(clocks.md)!!!",
                )
            },
            "an include": '--8<-- "a.md"',
            "a template": "It is {{ late }}.",
            "a link": "See [[delays]].",
            "a formula": "It is $x_1$.",
            "a display": "$$",
        }.items()
    },
    "a task": (
        f"{DELAYS}:15 HB030",
        swap(
            DELAYS,
            "::: snippets.explore.delays_before",
            "- [ ] late\n\n::: snippets.explore.delays_before",
        ),
    ),
    "a list in a paragraph": (
        f"{DELAYS}:16 HB031",
        swap(
            DELAYS,
            "::: snippets.explore.delays_before",
            "Two are late:\n- one\n- two\n\n::: snippets.explore.delays_before",
        ),
    ),
    "a table in a paragraph": (
        f"{DELAYS}:19 HB031",
        swap(
            DELAYS,
            "::: snippets.explore.delays_before",
            "Two are late:\n\nAll:\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
            "::: snippets.explore.delays_before",
        ),
    ),
    "a list of stars and code in a paragraph": (
        f"{DELAYS}:16 HB031",
        swap(
            DELAYS,
            "::: snippets.explore.delays_before",
            "Late:\n* `one` flight\n* two\n\n::: snippets.explore.delays_before",
        ),
    ),
    "a footnote with its definition": (
        f"{DELAYS}:15 HB030",
        swap(
            DELAYS,
            "::: snippets.explore.delays_before",
            "Two are late.[^1]\n\n::: snippets.explore.delays_before",
        ),
    ),
    "a box whose text is beside it": (
        f"{DELAYS}:17 HB032",
        swap(
            DELAYS,
            "::: snippets.explore.delays_before",
            '!!! note "Late"\n\nIt is.\n\n::: snippets.explore.delays_before',
        ),
    ),
    "an item that is indented by two": (
        f"{DELAYS}:16 HB032",
        swap(
            DELAYS,
            "::: snippets.explore.delays_before",
            "- one\n  - two\n\n::: snippets.explore.delays_before",
        ),
    ),
    "code in a cell of Markdown": (
        "docs/late_flights/leg-1.py:8 HB033",
        both(
            write(
                "docs/late_flights/leg-1.py", f"{LEG}#\n# ```python\n# x = 1\n# ```\n"
            ),
            swap(
                "mkdocs.yml",
                "cross/clocks.md\n",
                "cross/clocks.md\n  - late_flights/leg-1.ipynb\n",
            ),
        ),
    ),
    "a chapter with seven questions": (f"{SEARCH}:7 HB017", ask(without=8)),
    "a leg without questions": (
        f"{SEARCH}:16 HB017",
        both(
            ask(),
            write("docs/late_flights/leg-1.py", "# %%\n"),
            swap("mkdocs.yml", "nav:\n", "nav:\n  - late_flights/leg-1.ipynb\n"),
        ),
    ),
    "a question without an existing page": (
        f"{SEARCH}:17 HB018",
        ask("how late\texplore/delay/", "how soon\texplore/delay/"),
    ),
    "a question without a page": (f"{SEARCH}:17 HB018", ask("how late")),
    "a page without a question": (f"{SEARCH}:17 HB018", ask("\texplore/delays/")),
    "a question asked twice": (f"{SEARCH}:17 HB018", ask("too late 1\tcross/clocks/")),
    "a title as a question": (
        f"{SEARCH}:17 HB018",
        ask("how late is LATE\texplore/delays/"),
    ),
    # HB02x: embeds and figures
    "an embed of a symbol that is not there": (
        f"{CLOCKS}:15 HB020",
        swap(
            CLOCKS,
            "::: snippets.cross.clocks.read.minutes\n",
            "::: snippets.cross.clocks.read.hours\n\n"
            "::: snippets.cross.clocks.read.minutes\n",
        ),
    ),
    "an embed of a whole module": (
        f"{CLOCKS}:17 HB020",
        swap(
            CLOCKS,
            "::: snippets.cross.clocks.read.minutes\n",
            "::: snippets.cross.clocks.read.minutes\n\n"
            "::: snippets.cross.clocks.read\n",
        ),
    ),
    "an embed of a private symbol": (
        f"{DELAYS}:19 HB021",
        swap(
            DELAYS,
            "::: snippets.explore.delays.share_late\n",
            "::: snippets.explore.delays.share_late\n\n"
            "::: snippets.explore.delays.LATE\n",
        ),
    ),
    "a symbol shown by another chapter, too": (
        f"{CLOCKS}:17 HB022",
        swap(
            CLOCKS,
            "::: snippets.cross.clocks.read.minutes\n",
            "::: snippets.cross.clocks.read.minutes\n\n"
            "::: snippets.explore.delays.share_late\n",
        ),
    ),
    "a symbol shown twice on its page": (
        f"{DELAYS}:19 HB022",
        swap(
            DELAYS,
            "::: snippets.explore.delays.share_late\n",
            "::: snippets.explore.delays.share_late\n\n"
            "::: snippets.explore.delays.share_late\n",
        ),
    ),
    "a public symbol that no page shows": (
        f"{SNIPPET}:7 HB023",
        swap(SNIPPET, '["share_late"]', '["LATE", "share_late"]'),
    ),
    "code before that no page shows": (
        f"{BEFORE}:1 HB024",
        swap(DELAYS, "::: snippets.explore.delays_before.mean_delay\n", ""),
    ),
    "a figure that no page shows": (
        f"{DELAYS}:38 HB025",
        swap(
            DELAYS, "![Three flights, two of them late.](figures/delays-days.svg)", ""
        ),
    ),
    "a figure that was not committed": (f"{DELAYS}:38 HB026", remove(FIGURE)),
    "a figure that no block draws": (
        f"{DELAYS}:43 HB027",
        swap(DELAYS, 'figure.savefig("figures/delays-days.svg")', "figure.clear()"),
    ),
    "a figure that nothing names": (
        "docs/explore/figures/delays-old.svg:1 HB028",
        write("docs/explore/figures/delays-old.svg", "<svg></svg>\n"),
    ),
    # HB1xx: front matter
    "no front matter": (
        "docs/index.md:1 HB101",
        swap("docs/index.md", "---\ndescription: Two chapters.\n---\n", ""),
    ),
    "front matter that is not closed": (
        "docs/index.md:1 HB101",
        swap("docs/index.md", "chapters.\n---\n", "chapters.\n"),
    ),
    "a chapter without an owner": (
        f"{DELAYS}:1 HB101",
        swap(DELAYS, "owner: data-science\n", ""),
    ),
    "a misspelt key": (f"{DELAYS}:7 HB101", swap(DELAYS, "owner:", "ownr:")),
    "a key that nothing reads": (
        f"{DELAYS}:3 HB102",
        swap(DELAYS, "mountain: explore", "level: easy\nmountain: explore"),
    ),
    "a template of another theme": (
        f"{DELAYS}:3 HB103",
        swap(DELAYS, "mountain: explore", "template: raw.html\nmountain: explore"),
    ),
    "a file that is a link": (
        "snippets/explore/notes.txt:1 HB066",
        link("snippets/explore/notes.txt", "/etc/hostname"),
    ),
    "a folder that is a link": (
        "tests/etc:1 HB066",
        link("tests/etc", "/etc"),
    ),
    "a document that is a link": (
        "NOTES.txt:1 HB066",
        link("NOTES.txt", "/etc/hostname"),
    ),
    "two names for one file": (
        "tests/notes.txt:1 HB062",
        both(*(write(f"tests/{name}", "") for name in _NOTES)),
    ),
    "a description of nothing": (
        "docs/index.md:2 HB103",
        swap("docs/index.md", "Two chapters.\n---", "\n---"),
    ),
    "a text where a list must be": (
        f"{DELAYS}:6 HB103",
        swap(DELAYS, "needs: []", "needs: cross/clocks"),
    ),
    "a list that holds itself": (
        f"{CLOCKS}:5 HB004",
        swap(CLOCKS, "terms: []", "terms: &terms [*terms]"),
    ),
    "a mapping in a list of texts": (
        f"{CLOCKS}:5 HB103",
        swap(CLOCKS, "terms: []", "terms: [median: middle]"),
    ),
    "a term of nothing": (
        f"{CLOCKS}:5 HB103",
        swap(CLOCKS, "terms: []", "terms: ['']"),
    ),
    "a number in a list of texts": (
        f"{CLOCKS}:6 HB103",
        swap(CLOCKS, "needs: [explore/delays]", "needs: [explore/delays, 3]"),
    ),
    "a term twice": (
        f"{DELAYS}:7 HB103",
        swap(DELAYS, "terms: [median]", "terms:\n  - median\n  - median"),
    ),
    "topics without their sections": (
        f"{CLOCKS}:4 HB103",
        both(
            swap(CLOCKS, "topics: {A21: the-clock}", "topics: [A21]"),
            swap(DELAYS, "{A20: the-share}", "{A20: the-share, A21: the-share}"),
        ),
    ),
    "a third mountain": (
        f"{DELAYS}:3 HB104",
        swap(DELAYS, "mountain: explore", "mountain: research"),
    ),
    "a topic that does not exist": (
        f"{DELAYS}:4 HB105",
        swap(DELAYS, "{A20:", "{A2O:"),
    ),
    "a topic whose section was renamed": (
        f"{DELAYS}:4 HB116",
        swap(DELAYS, "## The share", "## The rate"),
    ),
    "a topic without a section": (
        f"{DELAYS}:5 HB116",
        swap(DELAYS, "topics: {A20: the-share}", "topics:\n  A20:"),
    ),
    "a term that the glossary lacks": (
        f"{CLOCKS}:5 HB106",
        swap(CLOCKS, "terms: []", "terms: [midnight]"),
    ),
    "a term in another spelling": (
        f"{DELAYS}:5 HB106",
        swap(DELAYS, "terms: [median]", "terms: [Median]"),
    ),
    "a term that the page does not link": (
        f"{DELAYS}:19 HB107",
        swap(DELAYS, "[*median*](../reference/glossary.md#median)", "median"),
    ),
    "a term that the page does not use": (
        f"{DELAYS}:5 HB107",
        swap(DELAYS, "[*median*](../reference/glossary.md#median)", "mean"),
    ),
    "a term that is linked after its first use": (
        f"{DELAYS}:19 HB107",
        swap(DELAYS, "Half of all", "Medians are dull.\n\nHalf of all"),
    ),
    "a link to a term that front matter lacks": (
        f"{CLOCKS}:13 HB108",
        swap(CLOCKS, "**Read", "[m](../reference/glossary.md#median) **Read"),
    ),
    "a need for no chapter": (
        f"{CLOCKS}:6 HB109",
        swap(CLOCKS, "needs: [explore/delays]", "needs: [explore/delay]"),
    ),
    "a chapter that needs itself": (
        f"{DELAYS}:6 HB110",
        swap(DELAYS, "needs: []", "needs: [explore/delays]"),
    ),
    "front matter of a notebook that is not YAML": (
        "docs/late_flights/leg-1.py:2 HB004",
        both(
            write("docs/late_flights/leg-1.py", LEG.replace("A leg.", "!!bool x")),
            swap("mkdocs.yml", "  - cross", "  - late_flights/leg-1.ipynb\n  - cross"),
        ),
    ),
    "a tag that does not fit its value": (
        f"{CLOCKS}:7 HB004",
        swap(CLOCKS, "owner: data-science", "owner: !!bool x"),
    ),
    "a topic that is only named in the reference": (
        f"{TOPICS}:1 HB114",
        both(
            swap(CLOCKS, "topics: {A21: the-clock}", "topics: {}"),
            write(
                "docs/reference/more.md",
                "---\ndescription: x\ntopics: {A21: more}\n---\n\n## More\n",
            ),
            swap("mkdocs.yml", "  - cross", "  - reference/more.md\n  - cross"),
        ),
    ),
    "a review too long ago": (
        f"{DELAYS}:8 HB111",
        swap(DELAYS, "reviewed: 2026-11-20", "reviewed: 2025-11-21"),
    ),
    "a review that is not a date": (
        f"{DELAYS}:8 HB111",
        swap(DELAYS, "reviewed: 2026-11-20", "reviewed: last week"),
    ),
    "a review in quotes": (
        f"{DELAYS}:8 HB111",
        swap(DELAYS, "reviewed: 2026-11-20", "reviewed: '2026-11-20'"),
    ),
    "a term that no chapter names": (
        f"{TERMS}:4 HB112",
        swap(
            TERMS,
            "early.\n",
            "early.\n- term: mean\n  definition: The mean.\n  heard: Mean.\n",
        ),
    ),
    "a term without a definition": (
        f"{TERMS}:1 HB113",
        swap(TERMS, "  definition: Half of all values are below the median.\n", ""),
    ),
    "a topic without a source": (
        f"{TOPICS}:3 HB113",
        swap(TOPICS, "    source: article\n    at: paragraph 20\n", "    at: 20\n"),
    ),
    "no list of terms": (f"{TERMS}:1 HB001", remove(TERMS)),
    "a former address that is not a list": (
        f"{CLOCKS}:6 HB103",
        swap(CLOCKS, "needs: [", "formerly: cross/time.md\nneeds: ["),
    ),
    "a former address in another spelling": (
        f"{CLOCKS}:6 HB102",
        swap(CLOCKS, "needs: [", "formely: [cross/time.md]\nneeds: ["),
    ),
    "a former address that is still a page": (
        f"{CLOCKS}:6 HB115",
        swap(CLOCKS, "needs: [", "formerly: [explore/delays.md]\nneeds: ["),
    ),
    "a former address that is still a notebook": (
        f"{CLOCKS}:6 HB115",
        both(
            write("docs/late_flights/leg-1.py", LEG),
            swap("mkdocs.yml", "  - cross", "  - late_flights/leg-1.ipynb\n  - cross"),
            swap(CLOCKS, "needs: [", "formerly: [late_flights/leg-1.ipynb]\nneeds: ["),
        ),
    ),
    "a former address that is generated": (
        f"{CLOCKS}:6 HB115",
        swap(CLOCKS, "needs: [", "formerly: [contribute/rules.md]\nneeds: ["),
    ),
    "a former address outside the book": (
        f"{CLOCKS}:6 HB115",
        swap(CLOCKS, "needs: [", "formerly: [../README.md]\nneeds: ["),
    ),
    "a former address that two pages claim": (
        f"{DELAYS}:6 HB115",
        both(
            swap(CLOCKS, "needs: [", "formerly: [cross/time.md]\nneeds: ["),
            swap(DELAYS, "needs: [", "formerly: [cross/time.md]\nneeds: ["),
        ),
    ),
    "fewer topics than before": (
        f"{TOPICS}:1 HB114",
        swap(TOPICS, "covered_at_least: 2", "covered_at_least: 3"),
    ),
    "more topics than are counted": (
        f"{TOPICS}:1 HB114",
        swap(DELAYS, "{A20: the-share}", "{A20: the-share, A22: the-share}"),
    ),
    # HB034, HB035: rules of thumb
    "a rule of thumb without an address": (
        f"{CLOCKS}:31 HB034",
        swap(CLOCKS, "## The clock\n", THUMB.replace("{#tm-clo-1}", "")),
    ),
    "a rule of thumb with another one's address": (
        f"{CLOCKS}:31 HB034",
        swap(CLOCKS, "## The clock\n", THUMB.replace("#tm-clo-1", "#tm-clo-2")),
    ),
    "a rule of thumb without a reason": (
        f"{CLOCKS}:31 HB034",
        swap(CLOCKS, "## The clock\n", THUMB.replace("  Clocks lie.\n", "")),
    ),
    "a rule of thumb for nobody": (
        f"{CLOCKS}:31 HB034",
        swap(CLOCKS, "## The clock\n", THUMB.replace("  *Lead: while it runs.*\n", "")),
    ),
    "a rule of thumb for a role that nobody has": (
        f"{CLOCKS}:31 HB034",
        swap(CLOCKS, "## The clock\n", THUMB.replace("Lead", "Wizard")),
    ),
    "a rule of thumb for a moment that never comes": (
        f"{CLOCKS}:31 HB034",
        swap(CLOCKS, "## The clock\n", THUMB.replace("while it runs", "one day")),
    ),
    "two rules of thumb with one id": (
        f"{DELAYS}:43 HB035",
        both(
            swap(CLOCKS, "## The clock\n", THUMB),
            swap(DELAYS, "## The share\n", THUMB.replace("clock", "share")),
        ),
    ),
    # HB2xx: snippets and tests
    "a snippet that imports another": (
        f"{READ}:3 HB201",
        swap(
            READ, "from .parts", "from snippets.explore.delays import LATE\nfrom .parts"
        ),
    ),
    "a snippet that imports the handbook": (
        f"{SNIPPET}:28 HB201",
        swap(
            SNIPPET,
            "    if not delays:",
            "    import handbook.book.book\n    if not delays:",
        ),
    ),
    "a relative import that leads out": (
        f"{SNIPPET}:5 HB201",
        swap(SNIPPET, "__all__", "from .delays_before import mean_delay\n__all__"),
    ),
    "an absolute import of its own folder": (
        f"{READ}:3 HB201",
        swap(READ, "from .parts", "from snippets.cross.clocks.parts"),
    ),
    "a print on import": (
        f"{SNIPPET}:8 HB202",
        swap(SNIPPET, "# minutes\n", "# minutes\nprint(LATE)\n"),
    ),
    "a loop on import": (
        f"{SNIPPET}:8 HB202",
        swap(SNIPPET, "# minutes\n", "# minutes\nfor _ in range(3):\n    LATE += 1\n"),
    ),
    "a file read for a constant": (
        f"{SNIPPET}:7 HB202",
        swap(SNIPPET, "LATE = 15", 'LATE = int(open("late.txt").read())'),
    ),
    "a print in a class": (
        f"{SNIPPET}:10 HB202",
        swap(SNIPPET, "# minutes\n", "# minutes\n\nclass _Day:\n    print(LATE)\n"),
    ),
    "an __all__ that is computed": (
        f"{READ}:5 HB203",
        swap(READ, '__all__ = ["minutes"]', '__all__ = ["minutes"]\n__all__ += []'),
    ),
    "a module without __all__": (
        "snippets/cross/clocks/parts.py:5 HB203",
        swap("snippets/cross/clocks/parts.py", "__all__ = []\n", ""),
    ),
    "an __all__ that is not first": (
        f"{SNIPPET}:7 HB203",
        both(
            swap(SNIPPET, '__all__ = ["share_late"]\n\n', ""),
            swap(SNIPPET, "# minutes\n", '# minutes\n\n__all__ = ["share_late"]\n'),
        ),
    ),
    "an __all__ that names a missing symbol": (
        f"{SNIPPET}:5 HB203",
        swap(SNIPPET, '["share_late"]', '["late", "share_late"]'),
    ),
    "a test that needs the data": (
        f"{TEST}:1 HB204",
        swap(
            TEST, "from snippets.explore", "import snippets.data\nfrom snippets.explore"
        ),
    ),
    "a test that needs code before": (
        f"{TEST}:2 HB204",
        swap(
            TEST,
            "import share_late\n",
            "import share_late\nfrom snippets.explore import delays_before\n",
        ),
    ),
    "a test that needs another test": (
        f"{TEST}:1 HB204",
        swap(TEST, "from snippets", "from .conftest import rows\nfrom snippets"),
    ),
    "a function of 26 lines": (
        f"{SNIPPET}:10 HB205",
        swap(SNIPPET, "    if not delays:", "    x = 1\n" * 23 + "    if not delays:"),
    ),
    "a module of 151 lines": (
        f"{SNIPPET}:151 HB206",
        swap(SNIPPET, "# minutes\n", "# minutes\n" + "# line\n" * 121),
    ),
    "a docstring without sections": (
        f"{READ}:8 HB207",
        swap(
            READ,
            "\n\n    Parameters\n    ----------\n    clock : int\n        HHMM.\n\n"
            "    Returns\n    -------\n    int\n        Minutes, 1440 for 2400.\n    ",
            "",
        ),
    ),
    "a parameter that is not described": (
        f"{READ}:8 HB207",
        swap(READ, "def minutes(clock: int)", "def minutes(clock: int, day: int)"),
    ),
    "a parameter that is not there": (
        f"{READ}:8 HB207",
        swap(READ, "        HHMM.\n", "        HHMM.\n    day : int\n        Day.\n"),
    ),
    "a result that is not described": (
        f"{READ}:8 HB207",
        swap(
            READ,
            "\n    Returns\n    -------\n    int\n        Minutes, 1440 for 2400.\n",
            "",
        ),
    ),
    # HB303: the line that is the point
    "a point that is no line": (
        f"{CLOCKS}:29 HB303",
        swap(CLOCKS, "1440\n```\n", "1440\n```\n\n<!--handbook:point 1441-->\n"),
    ),
    "a point that is two lines": (
        f"{CLOCKS}:29 HB303",
        swap(CLOCKS, "1440\n```\n", "1440\n```\n\n<!--handbook:point minutes-->\n"),
    ),
    "a point of a block further up": (
        f"{CLOCKS}:31 HB303",
        swap(CLOCKS, "1440\n```\n", "1440\n```\n\nSo.\n\n<!--handbook:point 1440-->\n"),
    ),
    "a point without words": (
        f"{CLOCKS}:29 HB303",
        swap(CLOCKS, "1440\n```\n", "1440\n```\n\n<!--handbook:point -->\n"),
    ),
    # HB304: the controls of a table
    "controls outside a fold": (
        f"{CLOCKS}:29 HB304",
        swap(CLOCKS, "1440\n```\n", "1440\n```\n\n<!--handbook:try load-->\n"),
    ),
    "an error that is not described": (
        f"{SNIPPET}:10 HB207",
        swap(SNIPPET, "raise ValueError(", "raise LookupError("),
    ),
    "an example that no test runs": (
        f"{SNIPPET}:13 HB211",
        swap(SNIPPET, "flights.\n", f"flights.\n{EXAMPLE}"),
    ),
    "a fence in a docstring": (
        f"{SNIPPET}:13 HB211",
        swap(
            SNIPPET, "flights.\n", "flights.\n\n    ```\n    share_late([])\n    ```\n"
        ),
    ),
    "a literal block in a docstring": (
        f"{SNIPPET}:13 HB211",
        swap(
            SNIPPET, "flights.\n", "flights.\n\n    Or so::\n\n        share_late([])\n"
        ),
    ),
    "an example of bad code": (
        f"{BEFORE}:11 HB211",
        swap(
            BEFORE,
            "(delays):\n",
            '(delays):\n    """Average.\n\n    >>> mean_delay([1])\n    1.0\n    """\n',
        ),
    ),
}


@pytest.mark.parametrize(("where", "plant"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_at_its_line_and_nothing_else(
    small: Path, where: str, plant: Plant
) -> None:
    plant(small)

    findings = found(small)

    assert [" ".join(each.split(" ")[:2]) for each in findings] == [where], findings


@pytest.mark.parametrize(("name", "count"), [("share_late", 0), ("minutes", 1)])
def test_an_example_is_run_by_a_test_that_names_its_module(
    small: Path, name: str, count: int
) -> None:
    swap(SNIPPET, "flights.\n", f"flights.\n{EXAMPLE}")(small)
    line = f"    assert doctest.testmod(sys.modules[{name}.__module__]).failed == 0\n"
    (small / TEST).write_text((small / TEST).read_text() + line)

    assert len(found(small)) == count


def test_each_rule_has_a_fault() -> None:
    assert {where.split(" ")[1] for where, _ in FAULTS.values()} == RULES


@pytest.mark.parametrize("words", ["1440", "print(", "import minutes"])
def test_a_point_is_a_line_of_a_block_or_of_what_it_printed(
    small: Path, words: str
) -> None:
    mark = f"<!--handbook:point {words}-->"
    swap(CLOCKS, "1440\n```\n", f"1440\n```\n\n{mark}\n")(small)

    assert found(small) == []
