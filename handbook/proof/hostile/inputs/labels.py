"""Rows whose labels, order or number differ from those of the aligned arguments."""

from collections.abc import Iterator, Mapping
from typing import Any

from handbook.proof.hostile.case import Case, Input
from handbook.proof.hostile.right import never, relabelled, same
from handbook.proof.hostile.tables import (
    groups,
    has_labels,
    has_meaning,
    order,
    relabel,
    take,
    words,
)

__all__ = ["derive"]


def derive(case: Case) -> Iterator[Input]:
    """Yield the inputs."""
    for name in case.honest.aligned if len(case.honest.aligned) > 1 else ():
        yield from _apart(case, name)
    for group in groups(case.honest, case.arguments):
        yield from _twice(case, group)


def _apart(case: Case, name: str) -> Iterator[Input]:
    """One argument doesn't have the rows of the others."""
    value, count = case.arguments[name], len(case.arguments[name])
    both = (name, *(each for each in case.honest.aligned if each != name))
    common: dict[str, Any] = {"words": both, "both": both}
    if has_labels(value):
        mixed = take(value, order(count))
        yield Input(
            name=f"{name}: index in another order",
            changes={name: mixed},
            words=both,
            right=same,
        )
        if not has_meaning(value):
            other = relabel(value, [label + 1 for label in value.index])
            yield Input(
                name=f"{name}: another index",
                changes={name: other},
                right=never,
                **common,
            )
    yield Input(
        name=f"{name}: a row less",
        changes={name: take(value, range(count - 1))},
        right=never,
        **common,
    )
    longer = take(value, [*range(count), count - 1])
    if has_labels(value) and not has_meaning(value):
        longer = relabel(longer, [*value.index, max(value.index) + 1])
    yield Input(
        name=f"{name}: a row more", changes={name: longer}, right=never, **common
    )


def _twice(case: Case, group: tuple[str, ...]) -> Iterator[Input]:
    """Labels that occur twice, as after `pd.concat` of two months."""
    values = {name: case.arguments[name] for name in group}
    labelled = [value for value in values.values() if has_labels(value)]
    if not labelled or any(has_meaning(value) for value in labelled):
        return
    count = len(labelled[0])
    for what, labels in (
        ("each label twice", [at // 2 for at in range(count)]),
        ("one label for all rows", [0] * count),
    ):
        changes: Mapping[str, Any] = {
            name: relabel(value, labels) for name, value in values.items()
        }
        yield Input(
            name=f"{', '.join(group)}: {what}",
            changes=changes,
            words=(*words(case.arguments, group), "index"),
            right=relabelled(group, labels),
        )
