from pathlib import Path

import pytest

from handbook.book.page import Block, BlockResult, Chapter, ChapterResult, Expectation
from handbook.run.compare import between_runs, compare, on_reference

PAGE = Path("docs/part/page.md")


def _result(
    block: Block, given: BlockResult, **more: dict[str, bytes]
) -> ChapterResult:
    return ChapterResult(Chapter(PAGE, (block,)), (given,), **more)  # type: ignore[arg-type]


def _problems(
    result: ChapterResult, *, root: Path, reference: bool = True
) -> list[str]:
    findings = compare(result, root=root, reference=reference)
    return [str(finding.problem).split("\n")[0] for finding in findings]


def _measured(page: str, run: str, tmp_path: Path) -> list[str]:
    block = Block("x\n", 4, Expectation("measured", page, 9))
    return _problems(_result(block, BlockResult(run)), root=tmp_path)


@pytest.mark.parametrize(
    ("page", "run"),
    [
        ("12 ms\n", "9 ms\n"),
        ("p50   12.5 ms\n", "p50 1,250.0 ms\n"),  # the width differs
        ("took 1e-05 s\n", "took 0.1 s\n"),
        ("-3 MiB\n", "3 MiB\n"),
        (
            "12 ms\n(measured 2026-11-21 on Linux x86_64, 2 cores, Python 3.12.1)\n",
            "9 ms\n",
        ),
    ],
)
def test_the_numbers_of_a_measurement_may_differ(
    page: str, run: str, tmp_path: Path
) -> None:
    assert _measured(page, run, tmp_path) == []


@pytest.mark.parametrize(
    ("page", "run"),
    [
        ("12 ms\n", "12 s\n"),
        ("p50 12 ms\n", "p95 12 ms\n"),  # a digit in a name is not a number
        ("p95 12 ms\n", "p99 12 ms\n"),
        ("12 ms\n", "12 ms 3 MiB\n"),
        ("12 ms\n", "12 ms\n13 ms\n"),
    ],
)
def test_only_the_numbers_of_a_measurement_may_differ(
    page: str, run: str, tmp_path: Path
) -> None:
    assert _measured(page, run, tmp_path) == [
        "docs/part/page.md:9: this measurement differs in more than its numbers: "
        "fix it, or `handbook run --update=measured`"
    ]


def test_text_is_compared_on_the_reference_only(tmp_path: Path) -> None:
    result = _result(
        Block("x\n", 4, Expectation("output", "1\n", 9)), BlockResult("2\n")
    )

    assert len(_problems(result, root=tmp_path)) == 1
    assert _problems(result, root=tmp_path, reference=False) == []


def test_figures_are_compared_on_the_reference_only(tmp_path: Path) -> None:
    (tmp_path / "docs/part/figures").mkdir(parents=True)
    (tmp_path / "docs/part/figures/page-a.svg").write_bytes(b"<svg/>")
    result = _result(
        Block("x\n", 4), BlockResult(""), figures={"page-a.svg": b"<svg><g/></svg>"}
    )

    assert len(_problems(result, root=tmp_path)) == 1
    assert _problems(result, root=tmp_path, reference=False) == []


@pytest.mark.parametrize(("x", "equal"), [("121.84", True), ("121.85", False)])
def test_a_figure_is_compared_by_what_it_draws(
    tmp_path: Path, x: str, equal: bool
) -> None:
    (tmp_path / "docs/part/figures").mkdir(parents=True)
    (tmp_path / "docs/part/figures/page-a.svg").write_bytes(b'<svg x="121.83"/>')
    figures = {"page-a.svg": f'<svg x="{x}"/>\n'.encode()}
    result = _result(Block("x\n", 4), BlockResult(""), figures=figures)

    found = [
        (str(finding.problem), finding.fix and finding.fix[1])
        for finding in compare(result, root=tmp_path, reference=True)
    ]
    message = (
        "docs/part/page.md:4: the figure is not docs/part/figures/page-a.svg as "
        "committed: fix it, or `handbook run --update`\n"
        "<svg>, x: 121.83 is committed, 121.85 is drawn"
    )
    assert found == ([] if equal else [(message, figures["page-a.svg"])])


@pytest.mark.parametrize(("error", "count"), [("KeyError: 2", 0), ("IndexError: 1", 1)])
def test_elsewhere_the_type_of_an_error_is_compared_but_not_its_message(
    tmp_path: Path, error: str, count: int
) -> None:
    block = Block("x\n", 4, Expectation("error", "KeyError: 1\n", 9))

    problems = _problems(
        _result(block, BlockResult("", error)), root=tmp_path, reference=False
    )
    assert len(problems) == count


def test_an_expected_error_is_not_a_problem(tmp_path: Path) -> None:
    block = Block("x\n", 4, Expectation("error", "ValueError\n", 9))

    assert _problems(_result(block, BlockResult("", "ValueError")), root=tmp_path) == []


def test_a_block_that_was_lost_is_reported(tmp_path: Path) -> None:
    result = ChapterResult(Chapter(PAGE, (Block("x\n", 4),)), ())

    assert _problems(result, root=tmp_path) == [
        "docs/part/page.md:4: this block did not run, for an unknown reason"
    ]


def test_a_failure_shows_what_was_printed_before(tmp_path: Path) -> None:
    given = BlockResult("so far\n", "ValueError: x", 5, "Traceback\n")

    (finding,) = compare(_result(Block("x\n", 4), given), root=tmp_path, reference=True)
    assert str(finding.problem) == (
        "docs/part/page.md:5: ValueError: x\nTraceback\nIt had printed:\n  so far"
    )


def test_a_page_does_not_own_the_figures_of_a_longer_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "docs/part/figures").mkdir(parents=True)
    (tmp_path / "docs/part/page-two.md").touch()
    (tmp_path / "docs/part/page.md").touch()
    (tmp_path / "docs/part/figures/page-two-a.svg").touch()

    assert _problems(_result(Block("x\n", 4), BlockResult("")), root=tmp_path) == []


@pytest.mark.parametrize(
    ("version", "answer"), [("2.7", False), ("3", None), ("3.1", False)]
)
def test_the_first_line_of_python_version_is_the_reference(
    tmp_path: Path, version: str, answer: bool | None
) -> None:
    reference = on_reference(tmp_path)  # without the file: any Python
    (tmp_path / ".python-version").write_text(f"{version}\n3.12\n")

    assert on_reference(tmp_path) == (reference if answer is None else answer)


def test_two_runs_may_differ_only_in_measured_numbers() -> None:
    measured = Block("x\n", 4, Expectation("measured", "", 9))
    first, second = (_result(measured, BlockResult(f"{n} ms\n")) for n in (1, 2))
    assert list(between_runs(first, second)) == []

    output = Block("x\n", 4, Expectation("output", "", 9))
    first, second = (_result(output, BlockResult(f"{n} ms\n")) for n in (1, 2))
    (difference,) = between_runs(first, second)
    assert difference[:3] == (Path("docs/part/page.md"), 4, "this block")
    assert difference.texts.endswith("-1 ms\n+2 ms")
