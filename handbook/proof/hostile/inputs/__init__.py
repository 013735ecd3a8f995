"""Hostile inputs, derived from an honest call: a module for each kind of trouble."""

from collections.abc import Iterator

from handbook.proof.hostile.case import Case, Input
from handbook.proof.hostile.inputs import (
    again,
    dtypes,
    extremes,
    labels,
    nulls,
    rows,
    sequences,
    times,
)

__all__ = ["derive"]

_KINDS = (labels, rows, dtypes, nulls, times, sequences, extremes, again)


def derive(case: Case) -> Iterator[Input]:
    """Yield every hostile input that the arguments of a call suggest."""
    for each in _KINDS:
        yield from each.derive(case)
