"""The landing page answers what, where and why before anybody scrolls."""

import re
import shutil
import subprocess

import pytest
import yaml
from playwright.sync_api import Page, expect

from handbook.registry.model import Registry
from tests.site.host import ROOT, SITE

GIT = shutil.which("git") or "git"
DOCS = ROOT / "docs"
OFFER = Registry.from_json((SITE / "registry.json").read_text("utf-8"))
GENERATED = {
    DOCS / "contribute/rules.md",
    *(
        DOCS / "reference" / f"{name}.md"
        for name in (
            "catalogue",
            "coverage",
            "data",
            "glossary",
            "new",
            "rules-of-thumb",
        )
    ),
}
FENCE = re.compile(r"^ *```python\n", re.M)
CELL = re.compile(r"^# %%(?! \[markdown\])", re.M)
TEST = re.compile(r"^ *(?:async )?def test_", re.M)


def number(page: Page, of: str) -> int:
    item = page.locator(".landing__numbers li").filter(has_text=of)
    return int(item.locator("b").inner_text().replace(",", ""))


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_what_where_and_why_stand_above_the_fold(
    page: Page, site_url: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(site_url)

    for selector in ("h1", ".landing__lead", ".landing__go", ".landing__proof"):
        expect(page.locator(selector)).to_be_in_viewport(ratio=1)
    for item in page.locator(".landing__numbers li").all():
        expect(item).to_be_in_viewport(ratio=1)
    expect(page.locator(".map svg")).to_be_in_viewport(ratio=0.5)


def test_it_begins_with_what_it_is_and_where_to_start(
    page: Page, site_url: str
) -> None:
    page.goto(site_url)

    expect(page.locator(".landing__lead")).to_contain_text(
        "handbook for data science teams"
    )
    page.get_by_role("link", name="Start: which mountain, when?").click()
    expect(page).to_have_url(f"{site_url}/basecamp/choose/")


def test_the_numbers_are_those_of_another_count(page: Page, site_url: str) -> None:
    by_hand = [path for path in DOCS.rglob("*.md") if path not in GENERATED]
    heads = [path.read_text("utf-8").split("\n---\n")[0] for path in by_hand]
    chapters = sum("\nmountain: " in head for head in heads)
    terms = yaml.safe_load((DOCS / "reference/glossary.yml").read_text("utf-8"))
    notebooks = [
        path.read_text("utf-8") for path in (DOCS / "late_flights").glob("*.py")
    ]
    blocks = [
        *(
            fence
            for path in by_hand
            for fence in FENCE.findall(path.read_text("utf-8"))
        ),
        *(term for term in terms if "example" in term),
        *(cell for notebook in notebooks for cell in CELL.findall(notebook)),
    ]
    tests = "".join(
        path.read_text("utf-8")
        for path in (SITE / "code/tests/snippets").glob("[!d]*/test_*.py")
    )
    page.goto(site_url)

    assert number(page, "chapters") == chapters + len(notebooks)
    assert number(page, "blocks of code that ran") == len(blocks)
    assert number(page, "snippets to take home") == len(OFFER.snippets)
    assert number(page, "tests that go with them") == len(TEST.findall(tests))


def test_no_version_is_claimed_that_a_receipt_does_not_name(
    page: Page, site_url: str
) -> None:
    receipts = [unit.receipt for unit in OFFER.snippets.values() if unit.receipt]
    page.goto(site_url)
    said = page.locator(".landing__proof").inner_text()
    claim = re.search(r"(\d+) of (\d+) snippets proved .* on Python ([\d., ]+)\.", said)

    if not receipts:
        assert "proved" not in said
        return
    assert claim
    assert (int(claim[1]), int(claim[2])) == (len(receipts), len(OFFER.snippets))
    for python in claim[3].split(", "):
        for receipt in receipts:
            assert any(p.python.startswith(f"{python}.") for p in receipt.proved)


def test_it_names_the_commit_and_what_printed_the_pages(
    page: Page, site_url: str
) -> None:
    page.goto(site_url)
    proof = page.locator(".landing__proof")
    lock = (ROOT / "requirements.lock").read_text()
    [pandas] = re.findall(r"^pandas==([\d.]+)", lock, re.M)
    python = (ROOT / ".python-version").read_text().split()[0]

    expect(proof).to_contain_text(f"Printed by Python {python}, pandas {pandas}.")
    commit, day = re.findall(r"Built from (\w{8}) of ([^.]+)\.", proof.inner_text())[0]
    show = [GIT, "-C", str(ROOT), "show", "-s", "--format=%cs", commit]
    said = subprocess.run(show, capture_output=True, text=True, check=True).stdout
    year, _, date = (int(part) for part in said.split("-"))
    assert day.startswith(f"{date} ")
    assert day.endswith(f" {year}")
