"""A declared call that can be repeated with some of its arguments changed."""

import asyncio
import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from handbook.proof.hostile.alike import alike
from handbook.proof.hostile.declare import Honest

__all__ = ["Case", "Input"]


class Case:
    """An honest call, and what the function returned for it.

    Parameters
    ----------
    honest : Honest
        The call.

    Attributes
    ----------
    read : dict
        For each column that was looked at, by argument and end of its name, whether
        the function reads it.
    """

    def __init__(self, honest: Honest) -> None:
        self.honest = honest
        self.arguments = self.fresh()
        self.read: dict[tuple[str, str], bool] = {}

    @cached_property
    def answer(self) -> Any:
        """What the function returns for the honest call."""
        return self.call({})

    def alike(self, one: Any, other: Any) -> bool:
        """Return whether two answers are equal; columns keep the types of arguments."""
        given = self.arguments.values()
        tables = [each for each in given if isinstance(each, pd.DataFrame)]
        return alike(one, other, {name for table in tables for name in table})

    def fresh(self) -> dict[str, Any]:
        """Return the arguments, untouched by earlier calls."""
        given = self.honest.arguments
        return dict(given()) if callable(given) else copy.deepcopy(dict(given))

    def call(self, changes: Mapping[str, Any]) -> Any:
        """Return the answer to the call with some arguments changed."""
        return self.call_with({**self.fresh(), **changes})

    def call_with(self, arguments: Mapping[str, Any]) -> Any:
        """Return the answer to a call with exactly these arguments."""
        function = self.honest.function
        known = inspect.signature(function).parameters.values()
        kinds = {each.name: each.kind for each in known}
        positional: list[Any] = []
        named = dict(arguments)
        for name in [each for each in kinds if each in arguments]:
            if kinds[name] is inspect.Parameter.POSITIONAL_ONLY:
                positional.append(named.pop(name))
            elif kinds[name] is inspect.Parameter.VAR_POSITIONAL:
                positional += named.pop(name)
        answer = function(*positional, **named)
        return asyncio.run(answer) if inspect.iscoroutine(answer) else answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A hostile variant of an honest call.

    Attributes
    ----------
    name : str
        The arguments that changed, and how: `label: other order of rows`.
    changes : mapping of str to object
        Their values.
    words : tuple of str
        The words of which an error must contain one: names of arguments and columns.
    right : callable
        Takes the case and an answer; returns whether the answer is right.
    both : tuple of str
        If not empty, an error must contain the first of these and one of the others.
    row : int or None
        The row of which a part was made null or infinite.
    like : mapping of str to object, or None
        The values with the same trouble in NumPy's form, such as NaN for None: if a
        function answers in its own way, then both alike.
    """

    name: str
    changes: Mapping[str, Any]
    words: tuple[str, ...]
    right: Callable[[Case, Any], bool]
    both: tuple[str, ...] = ()
    row: int | None = None
    like: Mapping[str, Any] | None = None
