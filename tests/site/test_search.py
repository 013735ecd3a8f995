"""A reader finds the page in words of their own, and goes on where there is none."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from handbook.base.files import Files
from handbook.book.front_matter import read_all
from handbook.site.built.redirects import write_redirects
from tests.site.host import ROOT, serve

QUESTIONS = [
    line.split("\t")
    for line in Path(__file__).with_name("search.tsv").read_text("utf-8").splitlines()
]
FIRST, AMONG_THREE = 0.75, 0.95
# The theme's own worker and index, asked as the theme asks them.
ASK = """async (queries) => {
  const config = JSON.parse(document.querySelector("#__config").textContent);
  const index = await (await fetch("/search/search_index.json")).json();
  const worker = new Worker(new URL(config.search, document.baseURI));
  const ask = (type, data) => new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage({ type, data });
  });
  await ask(0, { ...index, options: { suggest: false } });
  const found = [];
  for (const query of queries) {
    const { data } = await ask(2, query);
    found.push(data.items.map(([best]) => best.location.split("#")[0]));
  }
  return found;
}"""

# Whether the box's first three are these.
SHOWN = """(expected) => {
  const items = [...document.querySelectorAll(".md-search-result__item")].slice(0, 3);
  const paths = items.map((item) => item.querySelector("a").pathname.slice(1));
  return paths.join() === expected.join();
}"""


def type_into_search(page: Page, words: str) -> None:
    """Type into the theme's search box, and wait until it has answered."""
    page.keyboard.press("f")  # the theme's key for the search
    box = page.get_by_role("textbox", name="Search")
    expect(box).to_be_focused()
    box.fill(words)
    box.press("End")  # the theme listens for keys
    meta = page.locator(".md-search-result__meta")
    expect(meta).to_contain_text("matching document")


def test_the_worker_alone_answers_as_the_search_box_does(
    page: Page, site_url: str
) -> None:
    page.goto(f"{site_url}/reference/coverage/?h=search")
    for query, _ in QUESTIONS[::53]:
        type_into_search(page, query)
        expected = page.evaluate(ASK, [query])[0][:3]
        page.wait_for_function(SHOWN, arg=expected)


def test_questions_in_readers_words_find_their_page(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/reference/coverage/?h=search")
    found = page.evaluate(ASK, [query for query, _ in QUESTIONS])
    missed = [
        f"{query!r} for {wanted}: {', '.join(pages[:3]) or 'nothing'}"
        for (query, wanted), pages in zip(QUESTIONS, found, strict=True)
        if wanted not in pages[:3]
    ]
    second = [
        f"{query!r} for {wanted}: {pages[0]} first"
        for (query, wanted), pages in zip(QUESTIONS, found, strict=True)
        if wanted in pages[1:3]
    ]
    among_three = 1 - len(missed) / len(QUESTIONS)
    first = among_three - len(second) / len(QUESTIONS)
    told = "\n".join(
        [f"first: {first:.1%}, among three: {among_three:.1%}", *missed, *second]
    )
    assert among_three >= AMONG_THREE, told
    assert first >= FIRST, told


def test_no_question_is_the_title_of_its_page(site: Path) -> None:
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    titles = {entry["location"]: entry["title"].lower() for entry in index["docs"]}
    copied = [q for q, wanted in QUESTIONS if q.lower() == titles[wanted].strip("?")]
    assert copied == ["glossary"]  # as whoever wants it types it


def test_a_search_that_finds_nothing_says_where_else_to_look(
    page: Page, site_url: str
) -> None:
    page.goto(f"{site_url}/explore/nulls/")
    type_into_search(page, "zzyzx")
    line = page.locator(".nothing-found")
    expect(line).to_be_visible()
    links = [link.get_attribute("href") for link in line.get_by_role("link").all()]
    wanted = ["reference/catalogue/", "reference/glossary/", "reference/coverage/"]
    assert links == [f"{site_url}/{path}" for path in wanted]
    type_into_search(page, "pandas")
    expect(line).to_have_count(0)


def test_a_page_shows_the_word_by_which_it_was_found(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/reference/coverage/")
    type_into_search(page, "imputation")
    first = page.locator(".md-search-result__item").first
    shown = first.locator(".md-tag:visible")
    expect(shown.first).to_have_text("imputation")
    expect(shown.filter(has_not_text="imputation")).to_have_count(0)


class Small(NamedTuple):
    """Where a small site is served: below a path, as a project's pages are."""

    browser: Browser
    address: str


@pytest.fixture(scope="module")
def small(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Small]:
    """Serve two pages below `/sub/`, one of which has moved twice."""
    root = tmp_path_factory.mktemp("small")
    shutil.copytree(ROOT / "docs/assets", root / "docs/assets")
    (root / "docs/index.md").write_text("# Small\n\nA start.\n")
    (root / "docs/explore").mkdir()
    (root / "docs/explore/nulls.md").write_text(
        "---\nformerly: [explore/missing.md, old/data/gaps.md]\n---\n\n"
        "# Nulls\n\nValues that are missing.\n\n## Which? { #which }\n\nThese.\n"
    )
    (root / "mkdocs.yml").write_text(
        f"INHERIT: {ROOT / 'mkdocs.yml'}\nsite_url: https://host.example/sub/\n"
        "validation: { omitted_files: ignore }\n"
        f"theme: {{ custom_dir: {ROOT / 'theme/overrides'} }}\n"
        "exclude_docs: ''\nwatch: []\nplugins: [search]\n"
        "nav: [index.md, explore/nulls.md]\n"
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    subprocess.run([*command, "-d", root / "host/sub"], cwd=root, check=True)
    heads, _ = read_all(Files(root), [Path("docs/explore/nulls.md")])
    write_redirects(root, heads, root / "host/sub")
    shutil.copy(root / "host/sub/404.html", root / "host/404.html")
    with serve(root / "host") as host:
        yield Small(browser, f"{host.address}/sub")


@pytest.mark.parametrize("path", ["nulls", "a/b/c/Nulls.html", "x/?q=nulls"])
def test_a_broken_address_is_answered_with_the_nearest_pages(
    small: Small, path: str
) -> None:
    page = small.browser.new_page()
    answer = page.goto(f"{small.address}/{path}")
    assert answer
    assert answer.status == 404
    nearest = page.locator("#instead").get_by_role("link")
    expect(nearest.first).to_have_text("Nulls")
    assert nearest.first.get_attribute("href") == f"{small.address}/explore/nulls/"
    page.close()


@pytest.mark.parametrize("path", ["nowhere", "a/b/c/nowhere"])
def test_a_broken_address_leads_on_without_a_script(small: Small, path: str) -> None:
    page = small.browser.new_page(java_script_enabled=False)
    page.goto(f"{small.address}/{path}")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not here")
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name="Two Mountains")).to_be_visible()
    links = [
        link.evaluate("link => link.href") for link in main.get_by_role("link").all()
    ]
    wanted = ["", "reference/catalogue/", "reference/glossary/", "reference/coverage/"]
    assert links == [f"{small.address}/{path}" for path in wanted]
    page.close()


@pytest.mark.parametrize("old", ["explore/missing/", "old/data/gaps/"])
@pytest.mark.parametrize("script", [True, False])
def test_an_old_address_leads_to_the_page_that_moved(
    small: Small, old: str, script: bool
) -> None:
    page = small.browser.new_page(java_script_enabled=script)
    page.goto(f"{small.address}/{old}#which")
    # Without a script the browser itself keeps what stands after `#`, or does not.
    page.wait_for_url(f"{small.address}/explore/nulls/{'#which' if script else '**'}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nulls")
    page.close()
