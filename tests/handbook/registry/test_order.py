"""A registry knows which of two versions came first, by recalls, else by dates."""

from pathlib import Path

import pytest

from handbook.registry.model import Registry
from handbook.registry.receipts import Recall
from tests.handbook.copier.upstream import Upstream

MINE, OTHER = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"


@pytest.mark.parametrize(
    ("fixes", "mine", "date", "expected"),
    [
        ({}, MINE, "2026-11-23", True),
        ({}, MINE, "2026-11-22", False),
        ({}, MINE, "2026-11-21", False),
        ({}, MINE, None, False),
        ({}, "theirs", "2026-11-23", False),
        ({MINE: "theirs"}, MINE, "2026-11-23", False),
        ({MINE: OTHER, OTHER: "theirs"}, MINE, "2026-11-23", False),
        ({"theirs": MINE}, MINE, "2026-11-01", True),
        ({"theirs": OTHER, OTHER: MINE}, MINE, None, True),
        ({MINE: OTHER, OTHER: MINE}, MINE, "2026-11-23", True),
    ],
)
def test_a_recall_decides_which_version_came_first_then_the_date(
    tmp_path: Path, fixes: dict[str, str], mine: str, date: str | None, expected: bool
) -> None:
    upstream = Upstream(tmp_path)
    theirs = upstream.publish(date="2026-11-22")
    real = {MINE: MINE, OTHER: OTHER, "theirs": theirs}
    recalled = {
        real[bad]: Recall("explore.nulls", "Wrong.", real[good], "2026-12-01")
        for bad, good in fixes.items()
    }
    registry = Registry(upstream.units, recalled)

    unit = upstream.units["explore.nulls"]
    assert registry.precedes(unit, real.get(mine, mine), date) is expected
