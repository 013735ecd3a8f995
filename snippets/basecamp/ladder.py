"""Cross out the boxes of an MLOps diagram that nobody needs yet, and count the rest."""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, requires

import pandas as pd

__all__ = ["BOXES", "cross_out", "packages", "up_time"]

BOXES: Mapping[str, frozenset[str]] = {
    "notebook": frozenset(),
    "version control": frozenset({"it runs again", "others rely on it"}),
    "tests": frozenset({"it runs again", "others rely on it"}),
    "scheduler": frozenset({"fresh each day", "fresh each hour"}),
    "data checks": frozenset({"fresh each day", "fresh each hour"}),
    "event stream": frozenset({"fresh each hour"}),
    "serving API": frozenset({"others call it"}),
    "monitoring": frozenset({"fresh each hour", "others call it"}),
    "on-call": frozenset({"others call it at night"}),
    "experiment tracking": frozenset({"several models"}),
    "model registry": frozenset({"several models"}),
    "feature store": frozenset({"several models use one feature"}),
}
"""The boxes of a usual diagram, each with the needs of which one is enough."""


def cross_out(
    needs: Iterable[str], boxes: Mapping[str, Iterable[str]] = BOXES
) -> pd.Series:
    """Return which boxes stay: those without needs of their own, and those needed.

    Parameters
    ----------
    needs : str or iterable of str
        What you need today, in the words of the boxes.
    boxes : mapping of str to iterable of str
        Each box, with the needs of which one is enough.

    Returns
    -------
    Series of bool
        By box, in the order of the diagram.

    Raises
    ------
    ValueError
        If a need is in no box, which may be a misspelling.
    """
    asked = {needs} if isinstance(needs, str) else {*needs}
    known = {need for each in boxes.values() for need in each}
    if unknown := asked - known:
        got = sorted(map(str, unknown))
        raise ValueError(f"needs must be some of {sorted(known)}, got {got}")
    stay = {box: not {*each} or bool(asked & {*each}) for box, each in boxes.items()}
    return pd.Series(stay, dtype=bool)


def up_time(parts: int, *, each: float) -> float:
    """Return the share of the time in which all parts work, if they fail independently.

    Parameters
    ----------
    parts : int
        How many must work for an answer, at least 0.
    each : float
        The share of the time in which one works, from 0 to 1.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """
    if parts < 0 or parts != int(parts) or not 0 <= each <= 1:
        got = f"{parts}, {each}"
        raise ValueError(f"parts must be 0 or more, each from 0 to 1, got {got}")
    return float(each ** int(parts))


def packages(names: Iterable[str]) -> set[str]:
    """Return all packages that some packages need, in this environment.

    Each is code of other people that somebody has to update.

    Parameters
    ----------
    names : str or iterable of str
        Installed packages: "pandas".

    Returns
    -------
    set of str
        They and all that they need, without extras; names in lower case.

    Raises
    ------
    ValueError
        If one of `names` isn't installed.
    """
    found: set[str] = set()
    todo = [
        (_plain(name), True) for name in ([names] if isinstance(names, str) else names)
    ]
    while todo:
        name, asked = todo.pop()
        if name in found:
            continue
        try:
            needed = requires(name) or []
        except PackageNotFoundError as error:
            if asked:
                raise ValueError(f"names must be installed, got {name!r}") from error
            continue  # for another system
        found.add(name)
        todo += [(_plain(each), False) for each in needed if "extra ==" not in each]
    return found


def _plain(requirement: str) -> str:
    name = re.match(r"\s*([\w.-]*)", requirement)
    return re.sub(r"[-_.]+", "-", name[1] if name else "").lower()
