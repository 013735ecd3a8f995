"""Each function holds on the hostile inputs that its honest call suggests.

`handbook prove` writes into a unit's receipt on how many inputs it holds, and what made
them. As long as nothing of that changes, the inputs are not tried again here: `make
audit` tries all of them.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from handbook.base.files import Files
from handbook.proof.hostile.record import inputs_key, judge_units
from handbook.registry.model import hashes
from handbook.registry.receipts import Receipt, read_receipts

ROOT = Path(__file__).parents[2]
RECEIPTS = read_receipts(ROOT)


def changed(root: Path, receipts: Mapping[str, Receipt]) -> list[str]:
    """Return the units that do not hold on all of these inputs by their receipts."""
    files = Files(root)
    names = []
    for name, version in hashes(files).items():
        receipt = receipts.get(version)
        counts = receipt.hostile if receipt else None
        if not (
            counts
            and counts.held == counts.total
            and counts.key == inputs_key(files, name)
        ):
            names.append(name)
    return names


def test_what_changed_holds_on_hostile_inputs() -> None:
    for judged in judge_units(ROOT, changed(ROOT, RECEIPTS)):
        assert "\n".join(judged.faults) == ""


def test_a_unit_with_other_honest_calls_is_tried_again(tmp_path: Path) -> None:
    for folder in ("snippets", "tests/hostile"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    before = changed(tmp_path, RECEIPTS)
    with (tmp_path / "tests/hostile/explore/nulls.py").open("a") as file:
        file.write("# Another call.\n")

    assert changed(tmp_path, RECEIPTS) == sorted({*before, "explore.nulls"})
