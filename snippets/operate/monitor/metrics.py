"""Count events, and write the counts in the text format that Prometheus reads.

The idea of a metrics page in few lines. Run `prometheus-client` in its place: it has
locks, gauges and histograms.

Source: Prometheus documentation, Exposition formats, text format 0.0.4.
"""

import math
import re
from dataclasses import dataclass, field

__all__ = ["Counter", "exposition"]

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


@dataclass
class Counter:
    """Count events, apart for each set of labels.

    Parameters
    ----------
    name : str
        Letters, digits and underscores; by custom it ends in `_total`.
    documentation : str
        What one count stands for.
    totals : dict, optional
        The count so far of each sorted tuple of (label, value).

    Raises
    ------
    ValueError
        If `name` is none that the format allows.
    """

    name: str
    documentation: str
    totals: dict[tuple[tuple[str, str], ...], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"name must match {_NAME.pattern}, got {self.name!r}")

    def inc(self, amount: float = 1.0, /, **labels: str) -> None:
        """Add to the count of one set of labels.

        Parameters
        ----------
        amount : float
            How many events, at least 0: a count that falls would read as a restart.
        **labels : str
            What tells these events from others, such as `status="200"`.

        Raises
        ------
        TypeError
            If a label is not a text, such as 200: a scrape would break on it.
        ValueError
            If `amount` is negative, infinite or NaN, or given by name.
        """
        if "amount" in labels:
            raise ValueError("amount is no label: write inc(5), not inc(amount=5)")
        for name, value in labels.items():
            if not isinstance(value, str):
                raise TypeError(f"label {name} must be a text, got {value!r}")
        if not (math.isfinite(amount) and amount >= 0):
            raise ValueError(f"amount must be finite and at least 0, got {amount}")
        key = tuple(sorted(labels.items()))
        self.totals[key] = self.totals.get(key, 0.0) + amount


def exposition(counter: Counter) -> str:
    """Write a counter as the lines that a scrape collects.

    Parameters
    ----------
    counter : Counter
        What was counted.

    Returns
    -------
    str
        A line of help, a line of type, and a line per set of labels, in the order in
        which they were first counted. Each line ends in a line feed.
    """
    words = counter.documentation.replace("\\", r"\\").replace("\n", r"\n")
    lines = [f"# HELP {counter.name} {words}", f"# TYPE {counter.name} counter"]
    for key, total in counter.totals.items():
        pairs = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in key)
        lines.append(f"{counter.name}{{{pairs}}} {total}")
    return "\n".join(lines) + "\n"
