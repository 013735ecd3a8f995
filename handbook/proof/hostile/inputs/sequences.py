"""A text where a sequence of texts is meant, a set, a generator, an empty one."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from handbook.proof.hostile.case import Case, Input
from handbook.proof.hostile.right import same

__all__ = ["derive"]


def derive(case: Case) -> Iterator[Input]:
    """Yield the inputs."""
    for name, value in case.arguments.items():
        if type(value) in (list, tuple, set, frozenset) and value:
            items = list(value)
            yield _input(name, "a generator", (each for each in items))
            if isinstance(value, list | tuple):
                other = tuple if isinstance(value, list) else list
                yield _input(name, f"a {other.__name__}", other(items))
            if all(isinstance(each, str) for each in items):
                yield from _texts(name, items)
            elif all(isinstance(each, int | float) for each in items):
                yield _input(name, "an array", np.array(items))
                labels = range(len(items))[::-1]
                series = pd.Series(items, index=labels)
                yield _input(name, "a series with another index", series)


def _texts(name: str, items: list[str]) -> Iterator[Input]:
    text = min(items)

    def right(case: Case, answer: Any) -> bool:
        return case.alike(answer, case.call({name: [text]}))

    yield Input(name=f"{name}: a str", changes={name: text}, words=(name,), right=right)
    yield _input(name, "a set", set(items))


def _input(name: str, what: str, value: Any) -> Input:
    return Input(
        name=f"{name}: {what}", changes={name: value}, words=(name,), right=same
    )
