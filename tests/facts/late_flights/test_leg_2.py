"""The numbers in leg 2 are those that its own cells compute."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import matplotlib.pyplot as plt
import pytest

from snippets.late_flights.golden import NUMBERS

SOURCE = Path(__file__).parents[3] / "docs/late_flights/leg-2.py"


@pytest.fixture(scope="module")
def run() -> Iterator[dict[str, Any]]:
    cells = jupytext.read(SOURCE, fmt="py:percent").cells
    names: dict[str, Any] = {
        "text": "\n".join(c.source for c in cells if c.cell_type == "markdown"),
        "alt": " ".join(c.metadata.get("alt", "") for c in cells),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plt, "show", lambda: plt.close("all"))
        for cell in cells:
            if cell.cell_type == "code":
                exec(cell.source, names)  # noqa: S102 - our own notebook
        yield names


def test_the_leg_finds_the_golden_numbers(run: dict[str, Any]) -> None:
    assert run["recompute"](run["year"], run["late"]) == NUMBERS


def test_every_null_has_a_cause(run: dict[str, Any]) -> None:
    assert run["cause"].notna().all()
    assert (run["cause"] == "cancelled").sum() == NUMBERS["never left"]


def test_the_storm_was_hidden_by_the_dropped_rows(run: dict[str, Any]) -> None:
    everyone = 100 * run["storm_days"]["late, all flights"]
    kept = 100 * run["storm_days"]["late, after dropna"]

    assert (
        f"{everyone[9]:.0f}% of a day's flights late, not {kept[9]:.0f}%" in run["text"]
    )
    assert (
        f"{everyone[8]:.0f}% of the 8th and {everyone[9]:.0f}% of the 9th" in run["alt"]
    )
    assert f"after dropna {kept[8]:.0f}% and {kept[9]:.0f}%" in run["alt"]
    assert everyone[9] == pytest.approx(200 / 3, abs=1)


def test_winter_is_less_bad_than_the_evening(run: dict[str, Any]) -> None:
    _, _, high = run["winter"]

    assert high < 0


def test_the_year_cannot_tell_vx_from_dl(run: dict[str, Any]) -> None:
    _, low, high = run["rivals"]

    assert low < 0 < high
    assert run["ranked"]["late"].idxmin() == "VX"
    assert run["ranked"]["flights"].min() >= 1000
    assert run["ranked"]["beyond usual"].idxmin() != "VX"


def test_the_praised_carriers_are_the_worst(run: dict[str, Any]) -> None:
    assert run["worst"].index.tolist() == ["YV", "F9", "FL"]


def test_lateness_triples_from_morning_to_evening(run: dict[str, Any]) -> None:
    dawn, night = NUMBERS["late at 6:00, %"], NUMBERS["late at 21:00, %"]

    assert night / dawn == pytest.approx(3, abs=0.05)
    assert f"from {dawn}% to {night}%" in run["text"]
