"""The glossary and the chapters agree on which terms there are."""

from pathlib import Path

import yaml

DOCS = Path(__file__).parents[2] / "docs"


def _terms() -> dict[str, list[str]]:
    pages = DOCS.glob("*/*.md")
    heads = {
        page.stem: yaml.safe_load(page.read_text().split("---\n")[1])
        for page in pages
        if page.read_text().startswith("---\n")
    }
    return {stem: head["terms"] for stem, head in heads.items() if "terms" in head}


def test_the_glossary_defines_what_the_chapters_name_and_no_more() -> None:
    lines = (DOCS / "reference/glossary.md").read_text().splitlines()
    defined = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    named = {term for terms in _terms().values() for term in terms}

    assert sorted(defined) == sorted(term[0].upper() + term[1:] for term in named)


def test_a_chapter_links_each_of_its_terms() -> None:
    for stem, terms in _terms().items():
        (page,) = DOCS.glob(f"*/{stem}.md")
        for term in terms:
            assert f"glossary.md#{term.replace(' ', '-')})" in page.read_text(), term
