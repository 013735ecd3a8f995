"""Hold the waits of callers to a budget, whatever the speed of the machine."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["over_budget"]


def over_budget(
    seconds: Sequence[float], baseline: Sequence[float], *, at_most: Mapping[int, float]
) -> list[str]:
    """Return each percentile of the waits that is too many times the baseline's.

    Parameters
    ----------
    seconds, baseline : sequence of float, at least 100 each
        What each request took, and what each request for something cheap took in the
        same run. A request without an answer took `inf`; NaN counts as `inf`.
    at_most : mapping of int in [1, 99] to float
        For each percentile, how many times the baseline's it may be.

    Returns
    -------
    list of str
        A line for each percentile over its limit. Empty within the budget.

    Raises
    ------
    ValueError
        If there are fewer than 100 waits, or one that isn't a number of seconds; if
        `at_most` holds no percentile or a share; if the baseline's is 0 or `inf`.
    """
    if not at_most or not all(1 <= p < 100 for p in at_most):
        raise ValueError(f"at_most must hold percentiles, 1 to 99, got {at_most}")
    waits, usual = _waits(seconds, "seconds"), _waits(baseline, "baseline")
    over = []
    for p, most in at_most.items():
        wait, base = (
            np.percentile(each, p, method="higher") for each in (waits, usual)
        )
        if not 0 < base < math.inf:
            raise ValueError(f"p{p:g} of the baseline is {base:g} s: choose another")
        if not wait / base <= most:
            ratio = f"{wait / base:.1f} times the baseline's, at most {most:g}"
            over.append(f"p{p:g} is {ratio}")
    return over


def _waits(values: Sequence[float], name: str) -> NDArray[np.float64]:
    waits = np.asarray(values if isinstance(values, str) else list(values))
    if waits.ndim != 1 or len(waits) < 100:
        raise ValueError(f"{name} must be 100 waits or more, got {waits.size}")
    if waits.dtype.kind not in {"f", "i", "u"}:
        raise ValueError(
            f"{name} must be seconds, inf without an answer, not {waits.dtype}"
        )
    if (waits < 0).any():
        raise ValueError(f"{name} must not be negative, got {waits.min():g}")
    return np.where(np.isnan(waits), math.inf, waits)
