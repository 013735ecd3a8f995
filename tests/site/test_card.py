"""A card gives away exactly what it promises, in Chromium."""

import ast
import json
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.site.host import PAGES, ROOT, SITE

CARDS = [
    page
    for page in PAGES
    if 'class="doc doc-object card' in (SITE / page / "index.html").read_text("utf-8")
]
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
def _sources(module: Path) -> dict[str, str]:
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


@pytest.fixture(scope="module")
def units() -> dict[str, str]:
    """The unit of each published module."""
    registry = json.loads((SITE / "registry.json").read_text("utf-8"))
    return {
        file.removeprefix("code/"): name
        for name, unit in registry["snippets"].items()
        for file in unit["files"]
    }


@pytest.mark.parametrize("address", CARDS)
def test_each_button_of_each_card_copies_exactly_what_it_names(
    page: Page, site_url: str, units: dict[str, str], address: str
) -> None:
    page.goto(f"{site_url}/{address}")

    copies = page.evaluate(COPY_ALL)

    assert copies
    buttons = []
    for copy in copies:
        symbol, file = copy["symbol"], _module(copy["symbol"])
        unit = units.get(file.relative_to(ROOT).as_posix())
        wanted = {
            "Copy": {
                _sources(file)[symbol.split(".")[-1]]: "Copied",
                f"handbook add {unit}": "Copied",
            },
            "Copy module": {file.read_bytes().decode(): "Module copied"},
        }
        assert wanted[copy["button"]].get(copy["copied"]) == copy["said"], symbol
        buttons.append((symbol, copy["button"]))
    for symbol in {symbol for symbol, _ in buttons}:
        of_a_unit = _module(symbol).relative_to(ROOT).as_posix() in units
        expected = ["Copy", "Copy module", "Copy"] if of_a_unit else ["Copy"]
        assert [button for name, button in buttons if name == symbol] == expected


def test_what_a_module_button_copies_is_what_the_registry_vouches_for(
    units: dict[str, str],
) -> None:
    for file in units:
        assert (SITE / "code" / file).read_bytes() == (ROOT / file).read_bytes()


@pytest.fixture
def card(page: Page, site_url: str) -> Locator:
    page.goto(f"{site_url}/explore/nulls/")
    return page.locator(".card").nth(1)


def test_the_keyboard_copies_and_a_screen_reader_hears_it_each_time(
    card: Locator, page: Page
) -> None:
    button = card.get_by_role("button", name="Copy module")
    status = card.get_by_role("status")
    button.focus()
    page.evaluate(
        "window.heard = 0; new MutationObserver((all) => { heard += all.some("
        "(each) => each.addedNodes.length) }).observe("
        "document.querySelectorAll('.card [role=status]')[1], {childList: true})"
    )

    for key in ("Enter", "Space"):
        page.keyboard.press(key)
        expect(status).to_have_text("Module copied")
        expect(button).to_be_focused()
        page.wait_for_timeout(50)

    assert page.evaluate("heard") == 2


def test_nothing_moves_when_something_is_copied(card: Locator) -> None:
    place = "el => [el.offsetTop, el.offsetHeight, el.closest('.card').offsetHeight]"
    code = card.locator("pre")
    before = code.evaluate(place)

    card.get_by_role("button", name="Copy module").click()
    expect(card.get_by_role("status")).to_be_visible()

    assert code.evaluate(place) == before


def test_each_button_of_a_card_says_what_it_copies(card: Locator) -> None:
    names = card.get_by_role("button").evaluate_all(
        "all => all.map(each => each.ariaLabel)"
    )

    assert names == [
        "Copy co_missing",
        "Copy module nulls.py",
        "Copy the command handbook add explore.nulls",
    ]
    expect(card.locator(".md-code__nav")).to_have_count(0)


def test_a_permalink_shows_when_it_is_pointed_at_or_reached(
    card: Locator, page: Page
) -> None:
    link = card.locator(".card__name .headerlink")
    expect(link).to_have_css("opacity", "0")
    card.locator(".card__name").hover()
    expect(link).to_have_css("opacity", "1")
    page.mouse.move(0, 0)
    expect(link).to_have_css("opacity", "0")
    link.focus()
    expect(link).to_have_css("opacity", "1")
    assert (link.get_attribute("href") or "").endswith(
        "#snippets.explore.nulls.co_missing"
    )


def test_every_card_of_a_unit_says_how_it_is_added_and_if_it_was_proved(
    page: Page, site_url: str
) -> None:
    registry = json.loads((SITE / "registry.json").read_text("utf-8"))["snippets"]
    page.goto(f"{site_url}/explore/nulls/")
    feet = page.locator(".card:not(.card--before) .card__foot").all_inner_texts()
    receipt = registry["explore.nulls"]["receipt"]

    assert len(feet) == 4
    for foot in feet:
        assert "handbook add explore.nulls" in foot
        assert (f"Proved {receipt['date']}" if receipt else "Not yet proved") in foot


def test_a_module_that_cannot_be_fetched_is_not_said_to_be_copied(
    browser: Browser, site_url: str
) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.route("**/code/**", lambda route: route.fulfill(status=404, body="<html>"))
    page.goto(f"{site_url}/explore/nulls/")
    page.evaluate("navigator.clipboard.writeText('mine')")
    card = page.locator(".card").nth(1)

    card.get_by_role("button", name="Copy module").click()

    expect(card.get_by_role("status")).to_contain_text("follow the link nulls.py")
    assert page.evaluate("navigator.clipboard.readText()") == "mine"
    context.close()


def test_from_a_folder_a_card_copies_what_it_shows_and_says_where_the_rest_is(
    browser: Browser, site: Path
) -> None:
    context = browser.new_context(
        permissions=["clipboard-read", "clipboard-write"], offline=True
    )
    page = context.new_page()
    page.goto((site / "explore/nulls/index.html").as_uri())
    card = page.locator(".card").nth(1)

    card.get_by_role("button", name="Copy co_missing").click()
    expect(card.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    card.get_by_role("button", name="Copy module").click()

    assert copied == _sources(ROOT / "snippets/explore/nulls.py")["co_missing"]
    expect(card.get_by_role("status")).to_contain_text("follow the link nulls.py")
    context.close()


def test_without_javascript_no_button_pretends(browser: Browser, site_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site_url}/explore/nulls/")
    card = page.locator(".card").nth(1)

    expect(card.locator("[data-copy]").first).to_be_hidden()
    expect(card.get_by_role("link", name="nulls.py")).to_be_visible()
    context.close()
