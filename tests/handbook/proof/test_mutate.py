"""`handbook mutate` finds the small faults in a snippet that its test misses."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from handbook.cli import main
from handbook.proof.mutate.judge import Excuse, faults
from handbook.proof.mutate.mutants import mutants
from handbook.proof.mutate.record import (
    Change,
    Result,
    Survivor,
    read_results,
    write_result,
)

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="a mutant is a forked process"
)

LATE = '''
"""Late flights."""


def is_late(delay: int) -> bool:
    """Return whether a flight is late."""
    return delay > 15
'''
WEAK = """
from snippets.part.late import is_late


def test_sixteen_minutes_are_late_and_fourteen_are_not() -> None:
    assert is_late(16)
    assert not is_late(14)
"""
DRAIN = '''
"""Drain."""


def drain(level: int) -> int:
    """Let one out at a time."""
    while level:
        level = level - 1
    return level
'''
FULL = """
from snippets.part.drain import drain


def test_leaves_nothing() -> None:
    assert drain(2) == 0
"""
TO = 'after = "return delay >= 15"\n'
FROM = 'before = "return delay > 15"\n'
EXCUSE = f"""
[["part.late"]]
file = "late.py"
function = "is_late"
{FROM}{TO}reason = "No flight is planned to the second."
"""


class Ran(NamedTuple):
    """The result of a command."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    def run(root: Path, *names: str) -> Ran:
        monkeypatch.chdir(root)
        status = main(["mutate", *names])
        return Ran(status, *capsys.readouterr())

    return run


def _write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(dedent(text).lstrip(), encoding="utf-8")


def _result(total: int, *survivors: Survivor) -> Result:
    return Result(hash="", tests="", total=total, seconds=0, survivors=survivors)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Make a book of two units, and measure it once."""
    root = tmp_path_factory.mktemp("book")
    (root / "mkdocs.yml").touch()
    for package in ("snippets", "snippets/part"):
        _write(root, f"{package}/__init__.py", "")
    for stem, module, test in (("late", LATE, WEAK), ("drain", DRAIN, FULL)):
        _write(root, f"snippets/part/{stem}.py", module)
        _write(root, f"tests/snippets/part/test_{stem}.py", test)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return root, main(["mutate"])


@pytest.fixture
def book(measured: tuple[Path, int], tmp_path: Path) -> Path:
    """A copy of the measured book, for a test that changes it."""
    for path in measured[0].rglob("*"):
        if path.is_file():
            _write(tmp_path, str(path.relative_to(measured[0])), path.read_text())
    return tmp_path


def test_a_fault_that_a_weak_test_misses_is_shown_at_its_line(
    book: Path, run: Callable[..., Ran]
) -> None:
    assert run(book, "part.late").out.splitlines() == [
        "snippets/part/late.py:6: no test notices this in is_late",
        "    - return delay > 15",
        "    + return delay >= 15",
        "part.late: 1 of 2 mutants killed, 50.0 %, 0 excused",
        "part.late: its tests kill 1 of 2 mutants, 50.0 %: the least is 80 %",
        "part.late: 1 survived without a reason: kill them, or write in "
        "snippets/survivors.toml why they may survive",
    ]


def test_too_few_killed_is_a_problem(measured: tuple[Path, int]) -> None:
    assert measured[1] == 1


def test_a_mutant_that_never_ends_is_killed(measured: tuple[Path, int]) -> None:
    survivors = read_results(measured[0])["part.drain"].survivors

    assert [survivor.change.after for survivor in survivors] == ["level = level - 2"]


def test_the_book_is_left_as_it_was(measured: tuple[Path, int]) -> None:
    root, _ = measured
    sources = [path for path in root.rglob("*") if path.is_file()]

    assert (root / "snippets/part/late.py").read_text() == LATE.lstrip()
    assert {path.relative_to(root).as_posix() for path in sources} == {
        "mkdocs.yml",
        "snippets/__init__.py",
        "snippets/mutants.toml",
        "snippets/part/__init__.py",
        "snippets/part/drain.py",
        "snippets/part/late.py",
        "tests/snippets/part/test_drain.py",
        "tests/snippets/part/test_late.py",
    }


def test_an_unchanged_unit_is_not_measured_again(
    book: Path, run: Callable[..., Ran]
) -> None:
    results = book / "snippets/mutants.toml"
    marked = results.read_text().replace("seconds = ", "seconds = 77777")
    results.write_text(marked)

    run(book)

    assert results.read_text() == marked


def test_a_stronger_test_is_measured(book: Path, run: Callable[..., Ran]) -> None:
    test = book / "tests/snippets/part/test_late.py"
    test.write_text(test.read_text() + "    assert not is_late(15)\n")

    ran = run(book, "part.late")

    assert ran.out == "part.late: 2 of 2 mutants killed, 100.0 %, 0 excused\n"
    assert ran.status == 0


@pytest.mark.parametrize(
    "excuse",
    [EXCUSE, EXCUSE.replace(TO, ""), EXCUSE.replace(FROM + TO, "")],
    ids=["change", "line", "function"],
)
def test_an_excused_survivor_is_not_shown_and_still_not_killed(
    excuse: str, book: Path, run: Callable[..., Ran]
) -> None:
    _write(book, "snippets/survivors.toml", excuse)

    ran = run(book, "part.late")

    assert ran.out.splitlines() == [
        "part.late: 1 of 2 mutants killed, 50.0 %, 1 excused",
        "part.late: its tests kill 1 of 2 mutants, 50.0 %: the least is 80 %",
    ]


@pytest.mark.parametrize(
    ("excuse", "what"),
    [
        (
            EXCUSE.replace(">= 15", "< 15"),
            "'return delay > 15' -> 'return delay < 15' in is_late of late.py",
        ),
        (
            EXCUSE.replace(TO, "").replace("> 15", "> 5"),
            "'return delay > 5' in is_late of late.py",
        ),
        (
            EXCUSE.replace(FROM + TO, "").replace("is_late", "was_late"),
            "in was_late of late.py",
        ),
    ],
    ids=["change", "line", "function"],
)
def test_an_excuse_that_excuses_nothing_is_a_problem(
    excuse: str, what: str, book: Path, run: Callable[..., Ran]
) -> None:
    _write(book, "snippets/survivors.toml", excuse)

    ran = run(book, "part.late")

    assert (
        f"snippets/survivors.toml: part.late: no survivor is {what}: remove the entry\n"
    ) in ran.out
    assert ran.status == 1


@pytest.mark.parametrize(
    ("excuse", "complaint"),
    [
        (
            EXCUSE.replace("No flight is planned to the second.", " "),
            ": reason must explain why no test should kill it",
        ),
        (EXCUSE[: EXCUSE.index("reason")], ": an entry lacks reason"),
        (EXCUSE.replace("after", "afetr"), ": an entry has the unknown field afetr"),
        (
            EXCUSE.replace(FROM, ""),
            ": an entry without before must name a function, and have no after",
        ),
        (
            EXCUSE.replace(FROM + TO, "").replace('"is_late"', '""'),
            ": an entry without before must name a function, and have no after",
        ),
    ],
    ids=["blank", "none", "misspelt", "only after", "whole module"],
)
def test_an_excuse_names_its_mutant_and_a_reason(
    excuse: str, complaint: str, book: Path, run: Callable[..., Ran]
) -> None:
    _write(book, "snippets/survivors.toml", excuse)

    ran = run(book)

    assert ran.err == f"handbook: snippets/survivors.toml: part.late{complaint}\n"
    assert ran.status == 2


def test_a_test_that_fails_without_a_fault_measures_nothing(
    book: Path, run: Callable[..., Ran]
) -> None:
    test = book / "tests/snippets/part/test_late.py"
    test.write_text(test.read_text() + "    assert is_late(0)\n")

    ran = run(book, "part.late")

    assert "part.late: its trial failed" in ran.out
    assert "test_sixteen_minutes_are_late_and_fourteen_are_not" in ran.out
    assert ran.status == 1


def test_a_unit_without_a_test_is_a_problem(
    book: Path, run: Callable[..., Ran]
) -> None:
    (book / "tests/snippets/part/test_late.py").unlink()

    assert "part.late: it has no test\n" in run(book).out


def test_a_misspelt_name_gets_the_nearest(book: Path, run: Callable[..., Ran]) -> None:
    ran = run(book, "part.lat")

    assert ran.err == (
        "handbook: there is no snippet part.lat: did you mean part.late?\n"
    )
    assert ran.status == 2


def test_concurrent_results_of_different_units_are_all_kept(
    tmp_path: Path,
) -> None:
    names = [f"part.unit_{number}" for number in range(9)]
    (tmp_path / "snippets").mkdir()

    def keep(name: str) -> None:
        write_result(tmp_path, name, _result(1), names)

    # Each thread opens the folder itself, since the lock works between threads, too.
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(keep, names))

    assert sorted(read_results(tmp_path)) == names


def test_the_result_of_a_former_unit_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "snippets").mkdir()
    result = _result(1)
    write_result(tmp_path, "part.old", result, ["part.old"])

    write_result(tmp_path, "part.new", result, ["part.new"])

    assert list(read_results(tmp_path)) == ["part.new"]


def test_all_tests_together_must_kill_nine_in_ten() -> None:
    source = "def f(a, b, c, d, e):\n    return a + b + c + d + e\n"
    alive = [Survivor(each.line, each.change) for each in mutants("f.py", source)]
    results = {
        "part.good": _result(10, *alive[:1]),
        "part.poor": _result(10, *alive[:2]),
    }

    excuse = Excuse(file="f.py", function="f", before=None, after=None, reason="No.")
    excuses = {name: [excuse] for name in results}

    assert list(faults(results, excuses, whole=True)) == [
        "all tests kill 17 of 20 mutants, 85.0 %: the least is 90 %"
    ]
    assert list(faults(results, excuses, whole=False)) == []


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("LIMIT = 15\n", "LIMIT = 16"),
        ("class Limit:\n    LATE = 15\n", "LATE = 16"),
        ("@cache\ndef late():\n    return 15\n", "return 16"),
        ("def make():\n    @route\n    def late():\n        return 15\n", "return 16"),
        ("def late(days):\n    return len(days[15:])\n", "return len(days[16:])"),
        ("def late(by=abs(15)):\n    return by\n", "def late(by=abs(16)):"),
        ("async def late():\n    yield 15\n", "yield 16"),
    ],
    ids=["constant", "attribute", "decorated", "inner", "len", "default", "async"],
)
def test_code_of_every_kind_is_changed(source: str, after: str) -> None:
    assert after in [mutant.change.after for mutant in mutants("m.py", source)]


def test_the_name_of_a_constant_names_its_mutant() -> None:
    source = "WORDS: list[str] = [\n    'late',\n]\n"

    (mutant,) = (each for each in mutants("m.py", source) if "XX" in each.source)

    assert mutant.change == Change("m.py", "WORDS", "'late',", "'XXlateXX',")


@pytest.mark.parametrize(
    "source",
    [
        '__all__ = ["late"]\n',
        '"""Late flights."""\n',
        "def late(by: Annotated[int, Field(ge=15)]): ...\n",
        "@cache(15)\ndef late(): ...\n",
    ],
    ids=["exports", "docstring", "annotation", "decorator"],
)
def test_code_that_a_test_could_only_restate_is_not_mutated(source: str) -> None:
    assert list(mutants("m.py", source)) == []


def test_each_mutant_is_unique_and_differs_from_the_module() -> None:
    sources = [mutant.source for mutant in mutants("late.py", LATE)]

    assert len(sources) == len({LATE, *sources}) - 1
