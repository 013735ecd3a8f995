"""What the buttons of a page's cards copy, and what they should."""

import ast
import json
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.site.host import ROOT, SITE

__all__ = ["check_buttons", "said_of", "sources", "units"]

# Each button of each card, as a click by script finds it, and what it leaves behind.
COPY_ALL = """async () => {
  const names = (part) => [...part?.querySelectorAll(".card__name") ?? []]
    .map((heading) => heading.id);
  const found = [];
  for (const button of document.querySelectorAll(".card .card__button")) {
    const status = button.parentElement.querySelector("output");
    await navigator.clipboard.writeText("");
    status.textContent = "";
    button.click();
    while (!status.textContent) await new Promise((done) => setTimeout(done, 2));
    found.push({
      card: names(button.closest(".card")),
      symbol: names(button.closest(".card__symbol"))[0] ?? "",
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


def said_of(source: str) -> str:
    """Say what a card says once it has copied a symbol."""
    count = source.count("\n")
    folded = any(
        "\n" in (ast.get_docstring(node) or "")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    )
    lines = f"{count} line{'s' if count > 1 else ''}"
    return f"Copied {lines}{', docstring included' if folded else ''}"


def check_buttons(page: Page, url: str) -> None:
    """Press each button of each card, and compare with the sources."""
    page.goto(url)

    copies = page.evaluate(COPY_ALL)

    assert copies
    pressed = []
    for copy in copies:
        [file] = {_module(symbol) for symbol in copy["card"]}
        if symbol := copy["symbol"]:
            source = sources(file)[symbol.split(".")[-1]]
            assert copy["button"] == "Copy"
        else:
            source = file.read_bytes().decode()
            assert copy["button"] == "Copy module"
        assert copy["copied"] == source, symbol
        assert copy["said"] == (said_of(source) if symbol else "Module copied"), symbol
        pressed.append(symbol or copy["card"][0].rpartition(".")[0])
    cards = {tuple(copy["card"]) for copy in copies}
    modules = {card[0].rpartition(".")[0] for card in cards}
    of_a_unit = {
        module
        for module in modules
        if _module(f"{module}.x").relative_to(ROOT).as_posix() in units()
    }
    heads = [card[0].rpartition(".")[0] for card in cards]
    expected = [symbol for card in cards for symbol in card]
    expected += [module for module in heads if module in of_a_unit]
    assert sorted(pressed) == sorted(expected)
