"""Measure how long each page is for its reader, with all folds closed: `make measure`.

It prints the lengths, and writes the pages over budget to over_budget.tsv. A page may
not exceed its numbers there, and leaves the list once it is within the budget.
"""

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.site.host import PAGES, SITE, serve

__all__ = ["BUDGET", "CHAPTERS", "Length", "allowed", "known", "measure", "table"]

_KNOWN = Path(__file__).with_name("over_budget.tsv")
_OTHERS = {"", "contribute", "pathways", "reference"}
CHAPTERS = [page for page in PAGES if page.partition("/")[0] not in _OTHERS]
"""The pages that teach: chapters and legs."""

# The visible code of a symbol counts as one block, although its folds split it.
_MEASURE = r"""() => {
  for (const fold of document.querySelectorAll("details")) fold.open = false;
  const content = document.querySelector(".md-content__inner");
  const seen = (node) => node.checkVisibility({ contentVisibilityAuto: true });
  const count = (block) => [...block.querySelectorAll("pre")].filter(seen)
    .map((pre) => pre.textContent.replace(/\n$/, "").split("\n").length)
    .reduce((sum, each) => sum + each, 0);
  const blocks = [...content.querySelectorAll(".card__symbol, .highlight, pre")]
    .filter((node) => !node.parentElement.closest(".card__symbol, .highlight"))
    .map((node) => node.tagName === "PRE" ? node.parentElement : node);
  const lines = blocks.map(count);
  const apart = "pre, .card, .chapter-head, .chapter-foot, .take-home, summary, form,"
    + " .headerlink, .md-content__button, script, template, svg";
  let words = 0;
  const texts = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement, data } = texts.currentNode;
    if (parentElement.closest(apart) || !seen(parentElement)) continue;
    words += data.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  }
  const head = content.querySelector(".chapter-head")?.textContent ?? "";
  return {
    height: document.documentElement.scrollHeight,
    words,
    lines: lines.reduce((sum, each) => sum + each, 0),
    cards: [...content.querySelectorAll(".card")].filter(seen).length,
    block: Math.max(0, ...lines),
    minutes: Number(head.match(/(\d+) minute/)?.[1] ?? 0),
  };
}"""


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a page, as a reader meets it.

    Attributes
    ----------
    screens : float
        Screens of 1440 by 900 pixels, rounded up to a tenth.
    phone : int
        Its height in pixels on a screen 390 wide, rounded up to a hundred.
    words : int
        Words of prose, headings and tables.
    lines : int
        Visible lines of code and output.
    cards : int
        Open cards.
    block : int
        Visible lines of the longest block.
    minutes : int
        Minutes that the page says it takes; 0 if it says nothing.
    """

    screens: float
    phone: int
    words: int
    lines: int
    cards: int
    block: int
    minutes: int


BUDGET = Length(
    screens=10, phone=14_000, words=1_200, lines=160, cards=4, block=20, minutes=10
)
"""The most that a chapter may have."""


def measure(page: Page, address: str) -> Length:
    """Open a page, wide and then narrow, and measure it."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    page.evaluate("document.fonts.ready")
    wide = page.evaluate(_MEASURE)
    page.set_viewport_size({"width": 390, "height": 844})
    narrow = page.evaluate(_MEASURE)
    return Length(
        screens=-(-wide.pop("height") // 90) / 10,
        phone=-(-narrow["height"] // 100) * 100,
        **wide,
    )


def known() -> dict[str, dict[str, float]]:
    """Return the listed numbers over budget, by page and by measure."""
    head, *rows = (row.split("\t") for row in _KNOWN.read_text("utf-8").splitlines())
    return {
        page: {
            name: float(value.replace(",", ""))
            for name, value in zip(head[1:], values, strict=True)
            if value != "-"
        }
        for page, *values in rows
    }


def allowed(page: str) -> dict[str, float]:
    """Return the most that a page may have, by measure."""
    return asdict(BUDGET) | known().get(page, {})


def table(lengths: Mapping[str, Length], *, over: bool = False) -> str:
    """Return the lengths as tab-separated text, a row a page.

    Parameters
    ----------
    lengths : mapping of str to Length
        The lengths, by page.
    over : bool
        Whether to write only what is over budget.
    """
    budget = asdict(BUDGET)
    rows = [["page", *budget]]
    for page, length in lengths.items():
        values = asdict(length)
        if over and not any(values[name] > most for name, most in budget.items()):
            continue
        rows.append(
            [
                page,
                *(
                    "-" if over and values[name] <= most else f"{values[name]:,}"
                    for name, most in budget.items()
                ),
            ]
        )
    return "".join("\t".join(row) + "\n" for row in rows)


def main() -> None:
    """Measure the built site, print the lengths, and write the list."""
    options = ["--no-sandbox", "--disable-gpu"]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with serve(SITE) as host, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        page = browser.new_page()
        lengths = {
            address: measure(page, f"{host.address}/{address}") for address in CHAPTERS
        }
        browser.close()
    print(table(lengths).expandtabs(12), end="")  # noqa: T201  it is a command
    _KNOWN.write_text(table(lengths, over=True), "utf-8")


if __name__ == "__main__":
    main()
