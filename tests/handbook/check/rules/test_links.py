"""A broken link is found on its line, however it's written."""

from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.check.rules.links import find

PAGE = Path("docs/explore/delays.md")
NOTEBOOK = Path("docs/late_flights/leg-1.py")


def _found(root: Path) -> list[str]:
    return [
        f"{finding.path.as_posix()}:{finding.line} {finding.message}"
        for finding in find(Book(root))
    ]


def _add(root: Path, path: Path, text: str) -> int:
    """Add lines at the end of a file, and return the number of the last."""
    file = root / path
    file.parent.mkdir(exist_ok=True)
    whole = (file.read_text() if file.exists() else "") + text + "\n"
    file.write_text(whole)
    return whole.count("\n")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("See [clocks](../cross/clock.md).", "docs/cross/clock.md"),
        ("See [a](delays.md), [b](../cross/clock.md#a).", "docs/cross/clock.md"),
        ("See [clocks](<../cross/clock.md>).", "docs/cross/clock.md"),
        ("See [clocks][1].\n\n[1]: ../cross/clock.md", "docs/cross/clock.md"),
        ("!!! note\n\n    [clocks](../cross/clock.md)", "docs/cross/clock.md"),
        ("![A map.](../assets/map.svg)", "docs/assets/map.svg"),
        ("[its code](../code/snippets/cross/clock.py)", "snippets/cross/clock.py"),
        ("[what git has](../../snippets/cross/clocks/read.py)", "snippets/cross"),
        ("[a folder](../cross)", "docs/cross"),
        ('<a href="../../cross/clock/">clocks</a>', "address ../../cross/clock/"),
        ('<a xlink:href="../clock/">clocks</a>', "address ../clock/"),
        ("<a href='../../../..'>out</a>", "address ../../../.."),
    ],
)
def test_a_broken_link_is_named(small: Path, text: str, named: str) -> None:
    line = _add(small, PAGE, text)

    [found] = _found(small)

    assert found.startswith(f"{PAGE.as_posix()}:{line} ")
    assert named in found


@pytest.mark.parametrize(
    "text",
    [
        "See [clocks](../cross/clocks.md#what-time-is-2400), [home](../index.md).",
        "[a card](../cross/clocks.md#snippets.cross.clocks.read.minutes)",
        "[a term](../reference/glossary.md#median), [up](#top), [code](#__code_0)",
        '<span id="here"></span> [here](#here), <a href="#here">here</a>',
        '<a href="../../cross/clocks/#what-time-is-2400">clocks</a>',
        "## Where? {#place}\n\n[there](#place)",
        "`[there](#gone)`",
        "[the rules](../contribute/rules.md), [the data](../reference/data.md#flights)",
        "[its code](../code/snippets/cross/clocks/read.py)",
        "[the world](https://example.org/clock.md), [us](mailto:us@example.org)",
        "[above](#how-late-is-late)",
        '<a href="../../cross/clocks/">clocks</a> <a href="../../">home</a>',
        '<img src="../figures/delays-days.svg">',
        "Write `[clocks](../cross/clock.md)`.",
        "```text\n[clocks](../cross/clock.md)\n```",
        "[a%20name](../cross/a%20name.md)",
    ],
)
def test_a_link_to_a_file_or_page_that_exists_is_fine(small: Path, text: str) -> None:
    (small / "docs/cross/a name.md").write_text("# A name\n")
    _add(small, PAGE, text)

    assert _found(small) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (
            "[a](#how-late-is-lat)",
            "delays.md has no anchor #how-late-is-lat: is it how",
        ),
        ("[a](delays.md#gone)", "docs/explore/delays.md has no anchor #gone: fix"),
        ("[a](../cross/clocks.md#read)", "docs/cross/clocks.md has no anchor #read"),
        ("[a][1]\n\n[1]: ../cross/clocks.md#read", "clocks.md has no anchor #read"),
        ('<a href="../../cross/clocks/#read">a</a>', "clocks.md has no anchor #read"),
        ('<a href="#gone">a</a>', "docs/explore/delays.md has no anchor #gone"),
        ("[a](../reference/glossary.md#medium)", "no anchor #medium: is it median?"),
    ],
)
def test_a_broken_anchor_is_named(small: Path, text: str, named: str) -> None:
    line = _add(small, PAGE, text)

    [found] = _found(small)

    assert found.startswith(f"{PAGE.as_posix()}:{line} ")
    assert named in found


def test_a_notebook_links_to_addresses_not_to_files(small: Path) -> None:
    lines = ["# [clocks](../../cross/clocks/)", "# [gone](../../cross/clock/)"]
    lines += ["times[0](../../cross/clock/)  # code"]
    _add(small, NOTEBOOK, "\n".join(lines))

    [found] = _found(small)

    assert found.startswith(f"{NOTEBOOK.as_posix()}:2 ")


def test_a_link_may_use_the_address_of_a_page(small: Path) -> None:
    _add(small, Path("docs/index.md"), '<a href="explore/delays/">late</a>')
    _add(small, NOTEBOOK, "# %%")
    line = _add(small, Path("docs/index.md"), '<a href="late_flights/leg-2/">2</a>')
    _add(small, Path("docs/index.md"), '<a href="late_flights/leg-1/">1</a>')

    [found] = _found(small)

    assert found.startswith(f"docs/index.md:{line} ")


def test_no_link_is_called_broken_while_a_file_cannot_be_read(
    small: Path,
) -> None:
    _add(small, PAGE, "See [clocks](../cross/clock.md).")
    (small / "docs/cross/clocks.md").write_bytes(b"\xff")

    assert _found(small) == []
