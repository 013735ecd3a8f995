"""What messages say of numbers, and of words that nobody knows."""

import pytest

from handbook.base.words import count, nearest, suggest

KNOWN = {"explore.nulls": 1, "explore.honest": 2}


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0 pages"), (1, "1 page"), (2, "2 pages"), (1234, "1,234 pages")],
)
def test_one_is_one_and_the_others_are_many(number: int, written: str) -> None:
    assert count(number, "page") == written


@pytest.mark.parametrize(
    ("word", "cutoff", "found"),
    [
        ("explore.nuls", 0.6, "explore.nulls"),
        ("explore.nuls", 0.99, None),
        ("xyz", 0.6, None),
        ("xyz", 0, "explore.nulls"),
    ],
)
def test_the_nearest_is_near_enough(
    word: str, cutoff: float, found: str | None
) -> None:
    assert nearest(word, KNOWN, cutoff=cutoff) == found


def test_nothing_is_near_where_nothing_is_known() -> None:
    assert nearest("nulls", iter(())) is None


def test_a_message_ends_with_a_question_or_otherwise() -> None:
    assert suggest("explore.nuls", KNOWN) == ": is it explore.nulls?"
    assert suggest("xyz", KNOWN, otherwise=": remove it") == ": remove it"
    asked = suggest("explore.nuls", KNOWN, ask="did you mean")
    assert asked == ": did you mean explore.nulls?"
