from datetime import date
from pathlib import Path

import pytest

from handbook.book.page import Expectation
from handbook.run.compare import NewText
from handbook.run.update import write_texts

TODAY = date(2026, 11, 22)
PAGE = Path("page.md")


def _write(root: Path, before: str, *texts: NewText) -> tuple[str, list[str]]:
    (root / PAGE).write_bytes(before.encode())
    problems = write_texts(root, PAGE, texts, TODAY)
    return (root / PAGE).read_bytes().decode(), [str(problem) for problem in problems]


def _output(text: str, line: int, new: str) -> NewText:
    return NewText(Expectation("output", text, line), new)


def test_only_the_fence_changes(tmp_path: Path) -> None:
    before = "# T \t\n\n```text\nold\n```\n\n\x0c odd   bytes \u2028 stay\n\n\n"

    after, problems = _write(tmp_path, before, _output("old\n", 4, "new\n\nlines\n"))
    assert after == before.replace("old", "new\n\nlines")
    assert problems == []


def test_the_indentation_of_a_tab_is_kept_and_empty_lines_stay_empty(
    tmp_path: Path,
) -> None:
    before = '=== "T"\n\n    ```text\n    old\n    ```\n\nend'

    after, _ = _write(tmp_path, before, _output("old\n", 4, "a\n\n  b\n"))
    assert after == '=== "T"\n\n    ```text\n    a\n\n      b\n    ```\n\nend'


def test_windows_line_ends_are_kept(tmp_path: Path) -> None:
    before = "```text\r\nold\r\n```\r\n"

    after, _ = _write(tmp_path, before, _output("old\n", 2, "a\nb\n"))
    assert after == "```text\r\na\r\nb\r\n```\r\n"


def test_an_empty_fence_is_filled(tmp_path: Path) -> None:
    after, _ = _write(tmp_path, "```text\n```\n", _output("", 2, "a\n"))

    assert after == "```text\na\n```\n"


def test_two_fences_are_written_even_if_one_grows(tmp_path: Path) -> None:
    before = "```text\n1\n```\n\n```text\n2\n```\n"
    texts = [_output("1\n", 2, "a\nb\nc\n"), _output("2\n", 6, "d\n")]

    after, _ = _write(tmp_path, before, *texts)
    assert after == "```text\na\nb\nc\n```\n\n```text\nd\n```\n"


def test_an_output_that_would_end_its_fence_is_refused(tmp_path: Path) -> None:
    before = "```text\nold\n```\n"

    after, problems = _write(tmp_path, before, _output("old\n", 2, "a\n ```\n"))
    assert after == before
    assert problems == [
        "page.md:1: the output contains ```, which would end this fence: "
        "write it with more backticks"
    ]


def test_a_longer_fence_can_hold_such_an_output(tmp_path: Path) -> None:
    after, problems = _write(
        tmp_path, "````text\nold\n````\n", _output("old\n", 2, "```\n")
    )

    assert (after, problems) == ("````text\n```\n````\n", [])


@pytest.mark.parametrize(
    "now",
    [
        "```text\nother\n```\n",  # edited
        "new line\n```text\nold\n```\n",  # moved
        "short\n",  # cut
        "",  # emptied
    ],
)
def test_a_page_that_changed_during_the_run_is_not_written(
    tmp_path: Path, now: str
) -> None:
    after, problems = _write(tmp_path, now, _output("old\n", 2, "new\n"))

    assert after == now
    assert problems == ["page.md:2: the page changed during the run: run it again"]


def test_a_measurement_ends_with_its_day_and_system(tmp_path: Path) -> None:
    measured = NewText(Expectation("measured", "9 ms\n", 2), "12 ms\n")

    after, _ = _write(tmp_path, "```text\n9 ms\n```\n", measured)
    first, second, third, _ = after.split("\n", maxsplit=3)
    assert (first, second) == ("```text", "12 ms")
    assert third.startswith("(measured 2026-11-22 on ")


def test_a_reader_sees_the_old_page_while_it_is_written(
    tmp_path: Path,
) -> None:
    before = "```text\nold\n```\n"
    (tmp_path / PAGE).write_text(before)
    with (tmp_path / PAGE).open() as reader:
        write_texts(tmp_path, PAGE, [_output("old\n", 2, "new\n")], TODAY)
        assert reader.read() == before
