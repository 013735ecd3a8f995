"""What people declare in `tests/hostile/PART/STEM.py`, in a list named `HONEST`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

__all__ = ["Honest", "Otherwise"]

_ANY = object()


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Some hostile inputs that a function may answer in its own way, and why.

    Attributes
    ----------
    inputs : str
        Their names, as the report prints them; `*` stands for any characters:
        `"flights.arr_delay: null*"`.
    reason : str
        Why the answer is right.
    answer : object
        What the function must return for all of them; anything if it's not given.
    at : object
        What the answer must hold in the row that was made null or infinite, while the
        other rows stay as they were; anything if it's not given.
    """

    inputs: str
    reason: str
    answer: Any = _ANY
    at: Any = _ANY

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError(f"{self.inputs}: reason must explain why it may differ")

    @property
    def has_answer(self) -> bool:
        """Whether it demands an answer."""
        return self.answer is not _ANY

    @property
    def has_value(self) -> bool:
        """Whether it demands a value in the row."""
        return self.at is not _ANY

    def covers(self, name: str) -> bool:
        """Return whether it is about the input of this name."""
        return fnmatchcase(name, self.inputs)


@dataclass(frozen=True, slots=True)
class Honest:
    """A call as the docstring means it, on a few rows that differ from each other.

    Attributes
    ----------
    function : callable
        A public function, or a method as `Class.method`; its object is the argument
        `self`.
    arguments : mapping of str to object, or callable
        The arguments by name. A function that returns them is called for each input:
        for files, and for objects that can't be copied.
    aligned : sequence of str
        The arguments whose rows belong together.
    each : str
        The argument for each row of which the answer has a row; empty for an answer
        about all rows.
    some : str
        The argument of which the answer holds some rows, under their labels.
    otherwise : sequence of Otherwise
        The inputs that it answers in its own way.
    """

    function: Callable[..., Any]
    arguments: Mapping[str, Any] | Callable[[], Mapping[str, Any]]
    aligned: Sequence[str] = ()
    each: str = ""
    some: str = ""
    otherwise: Sequence[Otherwise] = ()

    @property
    def name(self) -> str:
        """The function's name: `leak_scan`, `Alert.firing`."""
        return self.function.__qualname__
