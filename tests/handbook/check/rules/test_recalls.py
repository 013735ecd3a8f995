"""A recall that warns nobody, or sends people to no version, is a finding."""

import shutil
from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.book.book import Book
from handbook.check.rules.recalls import find
from handbook.registry.model import hashes

NAME = "explore.delays"
SNIPPET = "snippets/explore/delays.py"
NEVER = f"sha256:{'0' * 64}"


def recall(root: Path, key: str, *, name: str = NAME, mended_by: str) -> None:
    """Add a recall to the book's list of recalls."""
    with (root / "snippets/recalled.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'["{key}"]\nname = "{name}"\nreason = "It counts twice."\n'
            f'mended_by = "{mended_by}"\ndate = "2026-11-22"\n'
        )


def found(root: Path) -> list[tuple[int, str | None, str]]:
    return [(each.line, each.rule, each.message) for each in find(Book(root))]


@pytest.fixture
def fixed(small: Path) -> tuple[str, str]:
    """Change a committed snippet, and return its hash before and after."""
    before = hashes(Files(small))[NAME]
    text = (small / SNIPPET).read_text(encoding="utf-8")
    (small / SNIPPET).write_text(text.replace("15", "16"), encoding="utf-8")
    return before, hashes(Files(small))[NAME]


def test_a_fixed_version_may_be_recalled(small: Path, fixed: tuple[str, str]) -> None:
    recall(small, fixed[0], mended_by=fixed[1])
    assert found(small) == []


def test_the_current_version_may_not_be_recalled(
    small: Path, fixed: tuple[str, str]
) -> None:
    recall(small, fixed[1], mended_by=fixed[0])

    message = f"{NAME} is still the version that this recalls: fix it"
    assert found(small) == [(1, "HB209", message)]


def test_a_misspelt_hash_is_found(small: Path, fixed: tuple[str, str]) -> None:
    recall(small, NEVER, mended_by=fixed[1])
    assert found(small) == [
        (1, "HB208", f"{NAME} never had this version: correct the hash")
    ]


def test_a_fixing_version_that_never_existed_is_found(
    small: Path, fixed: tuple[str, str]
) -> None:
    recall(small, fixed[0], mended_by=NEVER)
    assert found(small) == [
        (1, "HB208", f"mended_by is not a version of {NAME}: see registry.json")
    ]


def test_two_recalls_may_not_name_each_other(
    small: Path, fixed: tuple[str, str]
) -> None:
    first, second = fixed
    recall(small, first, mended_by=second)
    (small / SNIPPET).write_text('"""Gone astray."""\n', encoding="utf-8")
    recall(small, second, mended_by=first)

    message = "mended_by leads back here: name a version that is not recalled"
    assert (1, "HB208", message) in found(small)
    assert (6, "HB208", message) in found(small)


def test_a_name_that_never_existed_is_found(
    small: Path, fixed: tuple[str, str]
) -> None:
    recall(small, fixed[0], name="explore.delay", mended_by=fixed[1])
    assert found(small) == [
        (1, "HB208", "there is no snippet explore.delay, and there never was")
    ]


def test_without_history_hashes_are_not_checked(
    small: Path, fixed: tuple[str, str]
) -> None:
    shutil.rmtree(small / ".git")
    recall(small, NEVER, mended_by=fixed[1])
    assert found(small) == []


def test_a_malformed_list_is_reported(small: Path) -> None:
    recall(small, "sha256:1", mended_by=NEVER)
    message = "snippets/recalled.toml: a table must be named"
    assert [(line, rule) for line, rule, _ in found(small)] == [(1, "HB208")]
    assert found(small)[0][2].startswith(message)
