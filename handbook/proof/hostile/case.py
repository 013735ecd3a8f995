"""A declared call that can be repeated with some of its arguments changed."""

import asyncio
import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
        first = [each.name for each in known if each.kind is each.POSITIONAL_ONLY]
        positional = [arguments[name] for name in first if name in arguments]
        named = {name: arguments[name] for name in arguments if name not in first}
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
        The row of which a part was made null.
    """

    name: str
    changes: Mapping[str, Any]
    words: tuple[str, ...]
    right: Callable[[Case, Any], bool]
    both: tuple[str, ...] = ()
    row: int | None = None
