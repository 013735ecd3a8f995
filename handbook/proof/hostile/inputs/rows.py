"""Other order of rows, no row, one row, and rows that are all equal."""

from collections.abc import Iterator, Sequence

from handbook.proof.hostile.case import Case, Input
from handbook.proof.hostile.right import Right, empty, rows, shape
from handbook.proof.hostile.tables import (
    groups,
    has_labels,
    has_meaning,
    order,
    take,
    words,
)

__all__ = ["derive"]


def derive(case: Case) -> Iterator[Input]:
    """Yield the inputs."""
    for group in groups(case.honest, case.arguments):
        count = len(case.arguments[group[0]])
        other = order(count)
        cases: list[tuple[str, Sequence[int], Right]] = [
            ("other order of rows", other, rows(group, other)),
            ("no row", [], empty(group)),
            ("one row", [0], shape),
        ]
        for what, positions, right in cases:
            changes = {name: take(case.arguments[name], positions) for name in group}
            yield Input(
                name=f"{', '.join(group)}: {what}",
                changes=changes,
                words=words(case.arguments, group),
                right=right,
            )
        yield _equal(case, group, count)


def _equal(case: Case, group: tuple[str, ...], count: int) -> Input:
    changes = {}
    for name in group:
        value = case.arguments[name]
        repeated = take(value, [0] * count)
        if has_labels(value) and not has_meaning(value):
            repeated = repeated.set_axis(value.index)
        changes[name] = repeated
    return Input(
        name=f"{', '.join(group)}: all rows equal",
        changes=changes,
        words=words(case.arguments, group),
        right=shape,
    )
