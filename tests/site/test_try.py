"""The controls of a printed table agree with it, row by row, in Chromium."""

import re
from collections.abc import Sequence
from itertools import product

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

from handbook.site.markdown import controls, frames
from tests.site.host import PAGES, ROOT, SITE
from tests.site.ready import wait_until_ready

# For each row of each table: what the controls show when they are set to its values.
SHOWN = """place => {
    const table = [...place.nextElementSibling.querySelectorAll(".frame")].at(-1);
    const lines = [...table.querySelectorAll("[role=row]")]
        .map(row => [...row.children].map(cell => cell.textContent.trim()));
    const [heads, ...rows] = lines;
    const named = place.dataset.columns.split(",").map(name => name.trim());
    const sorted = name => {
        const values = [...new Set(rows.map(row => row[heads.indexOf(name)]))];
        const amount = text => Number(text.replace(/[,%]/g, "").replace("−", "-"));
        return values.sort((one, other) => amount(one) - amount(other));
    };
    return rows.map(row => {
        for (const [at, name] of named.entries()) {
            const node = place.querySelector(".try__controls").children[at];
            const value = row[heads.indexOf(name)];
            const slider = node.querySelector("[type=range]");
            if (slider) {
                slider.value = sorted(name).indexOf(value);
                slider.dispatchEvent(new Event("input", { bubbles: true }));
            } else
                [...node.querySelectorAll("input")]
                    .find(input => input.value === value).click();
        }
        const said = Object.fromEntries([...place.querySelectorAll("dl > div")]
            .map(each => ["dt", "b"].map(tag => each.querySelector(tag).textContent)));
        for (const box of place.querySelectorAll("li"))
            said[box.textContent] = box.querySelector("del") ? "no" : "yes";
        const wanted = Object.fromEntries(heads.map((name, at) => [name, row[at]])
            .filter(([name]) => !named.includes(name)));
        return [said, wanted];
    });
}"""


def shown(place: Locator) -> list[tuple[dict[str, str], dict[str, str]]]:
    pairs: list[tuple[dict[str, str], dict[str, str]]] = place.evaluate(SHOWN)
    return pairs


def put(page: Page, table: pd.DataFrame, columns: Sequence[str]) -> Locator:
    """Show a table in a fold, with controls for these columns."""
    code = table.to_string(index=False).replace("&", "&amp;").replace("<", "&lt;")
    fold = (
        '<details class="example"><summary>The grid</summary>'
        '<div class="language-text highlight"><pre><span></span>'
        f"<code>{code}\n</code></pre></div>"
        f"<!--handbook:try {', '.join(columns)}--></details>"
    )
    script = (ROOT / "docs/assets/try.js").read_text("utf-8")
    html = controls.place(frames.show(fold))
    page.set_content(f'<div class="md-typeset">{html}</div><script>{script}</script>')
    return page.locator(".try")


GRID = pd.DataFrame(
    [
        {"who": who, "load": load, "wait & see": load * servers, "queue": queue}
        | {"servers": servers}
        for who, load, servers in product(["a team", "<you>"], [5, 50, -1.5], [1, 2])
        for queue in ["yes" if load * servers > 9 else "no"]
    ]
)


def test_each_row_is_shown_when_its_values_are_chosen(page: Page) -> None:
    place = put(page, GRID, ["servers", "who", "load"])
    pairs = shown(place)

    assert len(pairs) == len(GRID)
    assert all(said == wanted for said, wanted in pairs)
    assert {said["queue"] for said, _ in pairs} == {"yes", "no"}


def test_the_first_row_is_shown_first(page: Page) -> None:
    put(page, GRID, ["servers", "who", "load"])

    expect(page.get_by_role("radio", name="a team")).to_be_checked()
    expect(page.locator("dd b").first).to_have_text("5.0")


def test_the_keyboard_is_enough(page: Page) -> None:
    put(page, GRID, ["servers", "who", "load"])
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("End")

    values = [
        slider.get_attribute("aria-valuetext")
        for slider in page.get_by_role("slider").all()
    ]
    assert values == ["2", "50.0"]
    expect(page.get_by_role("radio", name="<you>")).to_be_checked()
    expect(page.get_by_role("status").locator("b")).to_have_text("100.0")


def test_a_curve_has_a_point_for_each_value_of_the_last_slider(page: Page) -> None:
    put(page, GRID, ["servers", "who", "load"])
    points = page.locator(".try__curve").get_attribute("points")

    assert points is not None
    heights = [float(point.split(",")[1]) for point in points.split(" ")]
    # -1.5, 5 and 50 for one server: the higher the value, the smaller the distance.
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == 3


@pytest.mark.parametrize(
    "html",
    ["<p>no fold</p>", '<details class="example"><summary>A</summary>'],
)
def test_without_a_table_in_a_fold_there_are_no_controls(html: str) -> None:
    assert controls.place(f"{html}<!--handbook:try load-->") == html


WITH = [
    address
    for address in PAGES
    if 'class="try"' in (SITE / address / "index.html").read_text("utf-8")
]


def test_every_mark_on_a_page_became_controls() -> None:
    marks = {
        path.relative_to(ROOT / "docs").with_suffix("").as_posix() + "/"
        for path in (ROOT / "docs").rglob("*.md")
        if re.search("^ {4,}<!--handbook:try ", path.read_text("utf-8"), re.MULTILINE)
    }

    assert marks == set(WITH)


@pytest.mark.parametrize("address", WITH)
def test_a_page_shows_what_its_table_has(
    page: Page, site_url: str, address: str
) -> None:
    page.goto(f"{site_url}/{address}")
    wait_until_ready(page)

    for place in page.locator(".try").all():
        for said, wanted in shown(place):
            assert said == wanted
