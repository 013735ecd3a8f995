"""How messages write numbers and dates, and suggest known words for unknown ones."""

import pytest

from handbook.base.words import (
    count,
    long_date,
    nearest,
    one_line,
    suggest,
    visible,
)

KNOWN = {"explore.nulls": 1, "explore.honest": 2}


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0 pages"), (1, "1 page"), (2, "2 pages"), (1234, "1,234 pages")],
)
def test_only_one_is_singular(number: int, written: str) -> None:
    assert count(number, "page") == written


def test_a_date_has_the_name_of_its_month() -> None:
    assert long_date("2026-05-06") == "6 May 2026"


@pytest.mark.parametrize(
    ("word", "cutoff", "found"),
    [
        ("explore.nuls", 0.6, "explore.nulls"),
        ("explore.nuls", 0.99, None),
        ("xyz", 0.6, None),
        ("xyz", 0, "explore.nulls"),
    ],
)
def test_the_nearest_word_is_within_the_cutoff(
    word: str, cutoff: float, found: str | None
) -> None:
    assert nearest(word, KNOWN, cutoff=cutoff) == found


def test_without_known_words_there_is_no_nearest() -> None:
    assert nearest("nulls", iter(())) is None


def test_a_message_ends_with_a_suggestion_or_its_alternative() -> None:
    assert suggest("explore.nuls", KNOWN) == ": is it explore.nulls?"
    assert suggest("xyz", KNOWN, otherwise=": remove it") == ": remove it"
    asked = suggest("explore.nuls", KNOWN, ask="did you mean")
    assert asked == ": did you mean explore.nulls?"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x9b31m\u202eback\u200b", "\\x9b31m\\u202eback\\u200b"),
        ("a\tb\nc\rd", "a\tb\nc\\rd"),
        ("Grüße, 日本 🙂 \\x1b", "Grüße, 日本 🙂 \\x1b"),
        ("\ud800", "\\ud800"),
    ],
)
def test_control_characters_are_shown_and_not_obeyed(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


def test_a_text_of_somebody_else_becomes_one_line() -> None:
    assert one_line(" a\n\n  b\r\nhandbook: all is well\x1b[2K\n") == (
        "a b handbook: all is well\\x1b[2K"
    )
