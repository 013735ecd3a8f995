"""What a page says of itself: under its heading, at its end, and to who shares it."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from playwright.sync_api import Page, expect

from handbook.base.files import Files
from handbook.book.book import Book
from handbook.book.front_matter import read_all
from handbook.book.layout import GENERATED
from handbook.copier.search import rank
from handbook.registry.model import Registry
from handbook.site.template_data import Facts, as_template
from tests.site.host import BUILT_FOR, ROOT, SITE

NOTHING = Registry({}, {})
PNG = b"\x89PNG\r\n\x1a\n"


def _html(address: str) -> str:
    return (SITE / address / "index.html").read_text("utf-8")


def _meta(html: str, name: str) -> str:
    found = re.findall(rf'<meta (?:property|name)="{name}" content="([^"]*)">', html)
    assert len(found) == 1, (name, found)
    return str(found[0])


def test_a_chapter_says_under_its_heading_what_it_takes(
    page: Page, site_url: str
) -> None:
    page.goto(f"{site_url}/explore/honest/")
    facts = Facts(Book(ROOT), NOTHING).book()["pages"]["explore/honest.md"]

    under = page.locator("h1 + .chapter-head")

    items = under.get_by_role("listitem").all_inner_texts()
    assert [re.sub(r"\s+", " ", item).strip() for item in items] == [
        "Experimentation",
        f"{facts['minutes']} minutes",
        "Read first: Why is it null?",
        f"Reviewed {facts['reviewed']}",
        "Run this chapter: uv run honest.py, download the script, "
        "or take its code home",
    ]
    need = under.get_by_role("link", name="Why is it null?")
    assert need.evaluate("link => link.href") == f"{site_url}/explore/nulls/"
    expect(under.locator("svg .peak--explore")).to_have_count(1)
    expect(under.locator("svg .peak--engineer")).to_have_count(0)


def test_every_chapter_has_a_head_and_a_foot_and_no_other_page_a_head() -> None:
    heads, _ = read_all(Files(ROOT), Book(ROOT).find()[0])
    for head in heads:
        source = (ROOT / head.path).read_text("utf-8")
        address = head.path.relative_to("docs").with_suffix("").as_posix()
        if head.path.suffix != ".md" or head.path.stem == "index":
            continue
        html = _html(address)
        chapter = "\nmountain: " in source.partition("\n---\n")[0]
        assert ('class="chapter-head"' in html) == chapter, address
        assert not chapter or 'class="chapter-foot"' in html, address


def test_the_verdict_is_set_off_below_what_is_said_of_the_chapter(
    page: Page, site_url: str
) -> None:
    page.goto(f"{site_url}/explore/nulls/")

    verdict = page.locator(".chapter-head + p > strong")

    expect(verdict).to_have_css("border-left-style", "solid")


def test_a_foot_leads_to_those_who_use_the_chapter(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/explore/nulls/")
    foot = page.get_by_role("region", name="About this page")
    rows = dict(
        zip(
            foot.locator("dt").all_inner_texts(),
            foot.locator("dd").all_inner_texts(),
            strict=True,
        )
    )

    assert "How good is it really?" in rows["Used by"]
    assert "Leg 4: how does a notebook become a package?" in rows["Used by"]
    assert "Proof of concept due on Friday" in rows["On the pathways"]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pandas = re.findall(r"^pandas==([\d.]+)", lock, re.MULTILINE)
    assert f"pandas {pandas[0]}," in rows["Printed by"]
    assert rows["Printed by"].endswith("Python 3.12")
    # No repository is set here, so there is nowhere to send a complaint.
    assert not [row for row in rows if "wrong" in row]


def test_a_script_is_offered_where_there_is_one(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/explore/nulls/")
    for name in ("download the script", "Download as script"):
        link = page.get_by_role("link", name=name)
        address = str(link.evaluate("link => link.href")).removeprefix(f"{site_url}/")
        assert (SITE / address).read_text("utf-8").startswith("# /// script\n")


def test_what_a_reader_takes_home_stands_once_at_the_end(
    page: Page, site_url: str
) -> None:
    registry = json.loads((SITE / "registry.json").read_text("utf-8"))["snippets"]
    name, address = "explore.nulls", "explore/nulls/"
    unit = registry[name]
    page.goto(f"{site_url}/{address}")
    box = page.get_by_role("region", name="Take it home")

    commands = box.locator(".take-home__command code").all_inner_texts()
    run, add = commands
    assert run == f"uv run {BUILT_FOR}code/scripts/{address.rstrip('/')}.py"
    wheel = re.fullmatch(rf"uvx --from (\S+) handbook add {re.escape(name)}", add)
    assert wheel
    assert (SITE / wheel[1].removeprefix(BUILT_FOR)).is_file()
    files = box.locator("a[download]").evaluate_all("all => all.map(a => a.href)")
    assert {*unit["files"], *unit["tests"]} < {
        str(file).removeprefix(f"{site_url}/") for file in files
    }
    for requirement in unit["requires"]:
        expect(box).to_contain_text(requirement)
    box.get_by_text("The receipt:").click()
    projects = box.get_by_role("listitem").all_inner_texts()
    assert len(projects) == len(unit["receipt"]["proved"])
    for project, said in zip(unit["receipt"]["proved"], projects, strict=True):
        assert said.startswith(f"Python {project['python']} on {project['system']}")
        assert all(f"{n} {v}" in said for n, v in project["versions"].items())
    assert page.content().count(f"handbook add {name}<") == 1


def test_a_command_to_take_home_is_copied(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/explore/nulls/")
    page.get_by_role("button", name=re.compile("^Copy uvx")).click()

    expect(page.locator(".md-dialog")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("uvx --from ")
    assert copied.endswith(" handbook add explore.nulls")


def test_who_shares_a_page_shares_its_title_and_promise() -> None:
    for address in ("explore/nulls/", "pathways/friday/", "reference/copy/"):
        html = _html(address)
        source = (ROOT / "docs" / f"{address[:-1]}.md").read_text("utf-8")
        description = yaml.safe_load(source.split("---")[1])["description"]

        assert _meta(html, "og:title") in source
        assert _meta(html, "description") == description
        assert _meta(html, "og:description") == description
        assert _meta(html, "og:url").endswith(f"/{address}")
        assert _meta(html, "og:image").endswith("/assets/og.png")
        assert _meta(html, "og:site_name") == "Two Mountains"
    assert _meta(_html(""), "og:type") == "website"
    image = (SITE / "assets/og.png").read_bytes()
    assert image.startswith(PNG)
    assert [int.from_bytes(image[at : at + 4], "big") for at in (16, 20)] == [1200, 630]
    assert len(image) < 60 * 1024


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a book that says where its repository is."""
    root = tmp_path_factory.mktemp("published")
    shutil.copytree(ROOT / "theme", root / "theme")
    names = ("snippets/__init__.py", "snippets/explore/__init__.py")
    for name in (*names, "snippets/explore/nulls.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    page = "---\nmountain: both\nreviewed: 2026-11-22\n---\n# A <page>\n\n"
    (root / "docs/explore").mkdir(parents=True)
    (root / "docs/explore/new-page.md").write_text(
        f"{page}::: snippets.explore.nulls.co_missing\n"
    )
    (root / "docs/index.md").write_text("# Home\n")
    (root / "docs/reference").mkdir(exist_ok=True)
    (root / "docs/reference/new.md").write_text("# New\n")
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    config = re.sub(r"^nav:\n(?:  .*\n)+", "", config, flags=re.MULTILINE)
    config = re.sub(r"^  - mkdocs-jupyter:\n(?:    .*\n)+", "", config, flags=re.M)
    (root / "mkdocs.yml").write_text(config.replace("strict: true", "strict: false"))
    unit: dict[str, Any] = {
        "name": "explore.nulls",
        "proved": "",
        "tests": 0,
        "with": [],
        "projects": [],
        "recalled": "Bad & old",
        "requires": [],
        "files": [],
    }
    unit |= {"earlier": [{"date": "2026-11-01", "reason": "Counted <twice>"}]}
    facts = Facts(Book(root), NOTHING).book() | {"commit": "01234567"}
    facts["pages"]["explore/new-page.md"]["units"] = [unit]
    (root / "theme/overrides/generated.html").write_text(as_template("book", facts))
    cards = root / "theme/templates/python/material/generated.html.jinja"
    cards.write_text(as_template("units", {"snippets.explore.nulls": unit}))
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "-d", root / "site"],
        cwd=root,
        env={
            **os.environ,
            "EDIT_URI": "https://github.com/our-team/handbook/edit/main/docs/",
            "NO_MKDOCS_2_WARNING": "1",
        },
        check=True,
    )
    return root / "site"


@pytest.fixture(scope="module")
def published(repository: Path) -> str:
    """A page whose unit was recalled, as HTML."""
    return (repository / "explore/new-page/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("page", "source"),
    [
        ("explore/new-page", "docs/explore/new-page.md"),
        ("reference/new", "handbook/site/pages/templates/new.md.jinja"),
    ],
)
def test_a_page_is_edited_where_it_is_written(
    repository: Path, page: str, source: str
) -> None:
    html = (repository / page / "index.html").read_text("utf-8")
    edited = re.findall(r'href="[^"]*/edit/main/([^"]*)" title="Edit', html)
    assert edited == [source]


def test_each_source_that_a_page_is_edited_in_is_there() -> None:
    assert [path for path in GENERATED.values() if not (ROOT / path).is_file()] == []


def test_a_complaint_has_page_and_commit_filled_in(published: str) -> None:
    foot = published.partition('class="chapter-foot"')[2].partition("</section>")[0]
    links = re.findall(r'href="([^"]*/issues/new[^"]*)"', foot)
    asked = {}
    for link in links:
        parts = urlsplit(link.replace("&amp;", "&"))
        assert parts.path == "/our-team/handbook/issues/new"
        fields = parse_qs(parts.query)
        asked[fields.pop("template")[0]] = fields
    place = ["docs/explore/new-page.md at commit 01234567"]

    assert asked == {
        "unclear-page.yml": {"page": place},
        "wrong-snippet.yml": {"name": place},
    }
    for form, fields in asked.items():
        body = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE" / form).read_text())
        assert fields.keys() <= {field["id"] for field in body["body"]}


def test_a_recalled_snippet_says_so_above_its_code(published: str) -> None:
    card = published[published.index('class="doc doc-object card') :]
    recalled = card.index("Recalled:</strong> Bad &amp; old")

    assert recalled < card.index('class="language-python highlight"')
    assert "<summary>not yet proved</summary>" in card
    home = published[published.index('class="take-home"') :]
    assert "Not yet proved" in home
    assert "Recalled:</strong> Bad &amp; old" in home
    assert "2026-11-01</time>: Counted &lt;twice&gt;" in home


def test_the_search_that_the_page_shows_finds_what_it_adds() -> None:
    page = (ROOT / "docs/reference/copy.md").read_text("utf-8")
    (words,) = re.findall(r"^\$ handbook search (.*)", page, re.MULTILINE)
    (name,) = set(re.findall(r"^\$ handbook add (.*)", page, re.MULTILINE))

    registry = Registry.from_json((SITE / "registry.json").read_text("utf-8"))
    assert rank(registry, words.split())[0].name == name


def test_the_way_to_the_command_names_the_wheel_of_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    page = (ROOT / "docs/reference/copy.md").read_text("utf-8")

    named = set(re.findall(r"two_mountains-([\w.]+)-py3-none-any\.whl", page))

    assert named == {project["version"]}
