"""docs/contribute/architecture.md agrees with the code."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ROOT / "handbook"
PAGE = (ROOT / "docs/contribute/architecture.md").read_text()


def _floors() -> dict[str, int]:
    """Return the floor of each package, from the table."""
    rows = re.findall(r"^\| (\d) \| `(\w+)` \|", PAGE, re.MULTILINE)
    return {package: int(floor) for floor, package in rows}


def test_the_table_and_the_picture_name_each_package() -> None:
    packages = {init.parent.name for init in CODE.glob("*/__init__.py")}
    drawn = set(re.findall(r">(\w+)</text>", PAGE))

    assert _floors().keys() == packages
    assert packages <= drawn


def test_the_floors_are_those_that_import_linter_enforces() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    [layers] = [
        contract["layers"]
        for contract in settings["importlinter"]["contracts"]
        if contract["type"] == "layers"
    ]
    held = [set(re.findall(r"(\w+)\)? *(?:\||$)", layer)) for layer in layers]

    floors = _floors()
    listed = [
        {package for package, its in floors.items() if its == floor}
        for floor in sorted(set(floors.values()), reverse=True)
    ]
    assert [layer for layer in held if layer & floors.keys()] == listed


def test_each_module_that_is_named_exists() -> None:
    named = re.findall(r"`([\w/]+\.(?:py|mplstyle)|[\w/]+/)`", PAGE)

    assert {"run/compare.py", "check/rules/", "figures.mplstyle"} <= set(named)
    for name in named:
        assert (CODE / name).exists() or (ROOT / name).exists(), name
