"""What the first page states about the flights."""

from snippets.data import flights


def test_the_year_has_336776_flights() -> None:
    assert len(flights()) == 336_776
