"""Measure how long each page is for its reader, with all folds closed: `make measure`.

It prints the lengths, and writes the pages over budget to over_budget.tsv. A page may
not exceed its numbers there, and leaves the list once it is within the budget.
`handbook check` counts everything but screens, on the pages' sources.
"""

import shutil
from collections.abc import Mapping

from playwright.sync_api import Page, sync_playwright

from handbook.book.book import Book
from handbook.book.layout import address_of, source_of
from handbook.book.length import read_lengths
from handbook.check.rules.budget import BUDGET, LIST, SCREENS, measures, read_list
from tests.site.host import PAGES, ROOT, SITE, serve
from tests.site.weight import have_fonts_at_once

__all__ = ["CHAPTERS", "allowed", "count", "known", "measure", "table"]

_OTHERS = {"", "contribute", "pathways", "reference"}
CHAPTERS = [page for page in PAGES if page.partition("/")[0] not in _OTHERS]
"""The pages that teach: chapters and legs."""

# The visible code of a symbol counts as one block, although its folds split it.
_VISIBLE = r"""() => {
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
  return {
    height: document.documentElement.scrollHeight,
    words,
    lines: lines.reduce((sum, each) => sum + each, 0),
    cards: [...content.querySelectorAll(".card")].filter(seen).length,
    block: Math.max(0, ...lines),
  };
}"""


def measure(page: Page, address: str) -> tuple[dict[str, float], dict[str, int]]:
    """Return the screens of a page, rounded up, and what else is visible on it.

    It opens the page wide and then narrow. Whether a font comes before the first line
    is drawn changes where lines break: see `have_fonts_at_once`.
    """
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    page.evaluate("document.fonts.ready")
    visible = page.evaluate(_VISIBLE)
    wide = visible.pop("height")
    page.set_viewport_size({"width": 390, "height": 844})
    narrow = page.evaluate(_VISIBLE)["height"]
    screens = {"screens": -(-wide // 90) / 10, "phone": -(-narrow // 100) * 100}
    return screens, visible


def count() -> dict[str, dict[str, int]]:
    """Return what `handbook check` counts, by page; notebooks are not among them."""
    lengths = read_lengths(Book(ROOT))
    pages = {address_of(source_of(path)): each for path, each in lengths.items()}
    return {page: measures(pages[page]) for page in CHAPTERS if page in pages}


def known() -> dict[str, dict[str, float]]:
    """Return the listed numbers over budget, by page and by measure."""
    listed, problems = read_list(Book(ROOT))
    assert problems == []
    return {page: numbers for page, (_, numbers) in listed.items()}


def allowed(page: str) -> dict[str, float]:
    """Return the most that a page may have, by measure."""
    return {**SCREENS, **BUDGET, **known().get(page, {})}


def table(lengths: Mapping[str, Mapping[str, float]], *, over: bool = False) -> str:
    """Return the lengths as tab-separated text, a row a page.

    Parameters
    ----------
    lengths : mapping
        The measures, by page; those that a page lacks are dashes.
    over : bool
        Whether to write only what is over budget.
    """
    budget = {**SCREENS, **BUDGET}
    rows = [["page", *budget]]
    for page, values in lengths.items():
        if over and not any(values.get(name, 0) > budget[name] for name in budget):
            continue
        cells = [
            "-"
            if (value := values.get(name)) is None or (over and value <= most)
            else f"{value:,}"
            for name, most in budget.items()
        ]
        rows.append([page, *cells])
    return "".join("\t".join(row) + "\n" for row in rows)


def main() -> None:
    """Measure the built site, print the lengths, and write the list."""
    options = ["--no-sandbox", "--disable-gpu"]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    counted = count()
    with serve(SITE) as host, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        page = browser.new_page()
        have_fonts_at_once(page)
        lengths = {
            each: measure(page, f"{host.address}/{each}")[0] | counted.get(each, {})
            for each in CHAPTERS
        }
        browser.close()
    print(table(lengths).expandtabs(12), end="")  # noqa: T201  it is a command
    (ROOT / LIST).write_text(table(lengths, over=True), "utf-8")


if __name__ == "__main__":
    main()
