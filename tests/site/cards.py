"""What the buttons of a page's cards copy, and what they should."""

import ast
import json
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.site.host import ROOT, SITE

__all__ = ["check_buttons", "sources", "units"]

# Each button of each card, as a click by script finds it, and what it leaves behind.
COPY_ALL = """async () => {
  const found = [];
  for (const button of document.querySelectorAll(".card__button")) {
    const card = button.closest(".card");
    const status = card.querySelector("[role=status]");
    await navigator.clipboard.writeText("");
    status.textContent = "";
    button.click();
    while (!status.textContent) await new Promise((done) => setTimeout(done, 2));
    found.push({
      symbol: card.querySelector(".card__name").id,
      button: button.textContent,
      said: status.textContent,
      copied: await navigator.clipboard.readText(),
    });
  }
  return found;
}"""


@cache
def sources(module: Path) -> dict[str, str]:
    """Cut each definition out of a module, by the rules of Python itself."""
    text = module.read_text("utf-8")
    lines = text.splitlines(keepends=True)
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        first = min(
            [node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]
        )
        names = [getattr(node, "name", None)]
        targets = [getattr(node, "target", None), *getattr(node, "targets", [])]
        names += [target.id for target in targets if isinstance(target, ast.Name)]
        source = "".join(lines[first - 1 : node.end_lineno]).rstrip("\n") + "\n"
        found |= {name: source for name in names if name}
    return found


def _module(symbol: str) -> Path:
    path = ROOT.joinpath(*symbol.split(".")[:-1])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def units() -> dict[str, str]:
    """Give the unit of each published module."""
    registry = json.loads((SITE / "registry.json").read_text("utf-8"))
    return {
        file.removeprefix("code/"): name
        for name, unit in registry["snippets"].items()
        for file in unit["files"]
    }


def check_buttons(page: Page, url: str) -> None:
    """Press each button of each card, and compare with the sources."""
    page.goto(url)

    copies = page.evaluate(COPY_ALL)

    assert copies
    buttons = []
    for copy in copies:
        symbol, file = copy["symbol"], _module(copy["symbol"])
        unit = units().get(file.relative_to(ROOT).as_posix())
        wanted = {
            "Copy": {
                sources(file)[symbol.split(".")[-1]]: "Copied",
                f"handbook add {unit}": "Copied",
            },
            "Copy module": {file.read_bytes().decode(): "Module copied"},
        }
        assert wanted[copy["button"]].get(copy["copied"]) == copy["said"], symbol
        buttons.append((symbol, copy["button"]))
    for symbol in {symbol for symbol, _ in buttons}:
        of_a_unit = _module(symbol).relative_to(ROOT).as_posix() in units()
        expected = ["Copy", "Copy module", "Copy"] if of_a_unit else ["Copy"]
        assert [button for name, button in buttons if name == symbol] == expected
