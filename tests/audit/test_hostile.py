"""All hostile inputs of all units, as their receipts report them."""

from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.proof.hostile.record import judge_units
from handbook.registry.model import hashes
from handbook.registry.receipts import read_receipts

ROOT = Path(__file__).parents[2]
VERSIONS = hashes(Files(ROOT))


@pytest.mark.parametrize("name", VERSIONS)
def test_holds_on_hostile_inputs_as_its_receipt_says(name: str) -> None:
    (judged,) = judge_units(ROOT, [name])

    assert "\n".join(judged.faults) == ""
    receipt = read_receipts(ROOT).get(VERSIONS[name])
    if receipt is not None and receipt.hostile is not None:
        assert receipt.hostile == judged.counts, f"run `handbook prove {name}`"
