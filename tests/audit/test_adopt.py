"""Another team goes the whole way of docs/contribute/adopt.md, with every part."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.handbook.adopt import PAGE, SETTINGS, Copy, parse, shown


def _out_of_nav(lines: list[str], at: int, part: str) -> None:
    assert re.search(rf"\b{part}/", lines[at])
    del lines[at]
    if lines[at - 1].endswith(":") and not lines[at].startswith("      "):
        del lines[at - 1]


def _out_of_the_text(lines: list[str], at: int, part: str) -> None:
    text = re.sub(rf"\[([^\]]*)\]\([^)]*\b{part}/[^)]*\)", r"\1", lines[at])
    lines[at] = re.sub(rf' (xlink:)?href="[^"]*\b{part}/[^"]*"', "", text)


def _out_of_needs(lines: list[str], at: int, part: str) -> None:
    text = re.sub(rf"{part}/[\w-]+(, )?", "", lines[at])
    lines[at] = text.replace(", ]", "]")


def _out_of_the_glossary(lines: list[str], at: int, part: str) -> None:
    del lines[at : _next_term(lines, at)]


def _out_of_see(lines: list[str], at: int, term: str) -> None:
    for n in range(at, _next_term(lines, at)):
        if lines[n].startswith("  see: ["):
            terms = lines[n].removeprefix("  see: [").removesuffix("]").split(", ")
            kept = ", ".join(each for each in terms if each != term)
            lines[n] = f"  see: [{kept}]"


def _next_term(lines: list[str], at: int) -> int:
    assert lines[at].startswith("- term:")
    later = range(at + 1, len(lines))
    return next((n for n in later if lines[n].startswith("- term:")), len(lines))


def _without_numbers(lines: list[str], at: int, part: str) -> None:
    lines[at] = re.sub(r"\d[\d,.]*%?", "some", lines[at])


def _fewer_topics(lines: list[str], at: int, number: str) -> None:
    lines[at] = re.sub(r"(covered_at_least:).*", rf"\1 {number}", lines[at])


def _fewer_questions(lines: list[str], at: int, part: str) -> None:
    _, _, address = lines[at].partition("\t")
    lines[:] = [line for line in lines if not line.endswith(f"\t{address}")]


FIXES: dict[str, Callable[[list[str], int, str], None]] = {
    "HB011": _out_of_nav,
    "HB018": _fewer_questions,
    "HB060": _out_of_the_text,
    "HB109": _out_of_needs,
    "HB112": _out_of_the_glossary,
    "HB113": _out_of_see,
    "HB114": _fewer_topics,
    "HB411": _without_numbers,
}


def _fix(root: Path, findings: list[str], part: str) -> None:
    """Do what the table says, from the end of the list."""
    for finding in reversed(findings):
        match = parse(finding)
        file = root / match["path"]
        lines = file.read_text().split("\n")
        named = re.search(r"HB114 (\d+) topics? ha|HB113 .*`see: (.*)`", finding)
        what = next(filter(None, named.groups())) if named else part
        FIXES[match["rule"]](lines, int(match["line"]) - 1, what)
        file.write_text("\n".join(lines))


def test_a_team_takes_out_all_parts_and_adds_what_is_its_own(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "handbook")
    [delete, _, add], root = shown("console"), copy.root
    part = delete.strip().rpartition("/")[2]
    before = set(copy.check()[:-1])

    copy.shell(delete)
    # The other parts go the same way, but for the one to which our page links.
    others = [folder.name for folder in root.glob("docs/*/") if _is_part(folder.name)]
    for other in others:
        copy.shell(f"$ rm -rf {{docs,{{,tests/}}snippets,tests/facts}}/{other}")
    rules = set(re.findall(r"^\| (HB\d{3})", PAGE.read_text(), re.M))
    for _ in range(3):  # what is deleted leaves something behind in its turn
        found = [line for line in copy.check()[:-1] if line not in before]
        assert {each["rule"] for each in map(parse, found)} <= rules
        _fix(root, found, f"(?:{'|'.join([part, *others])})")
    assert set(copy.check()[:-1]) <= before

    here = shown("markdown")[0]
    nav = shown("yaml")[0]
    (root / "docs" / nav.strip(" -\n")).write_text(here)
    config = (root / "mkdocs.yml").read_text()
    below = re.sub(r"(.* contribute/adopt\.md\n)", rf"\g<1>{nav}", config)
    (root / "mkdocs.yml").write_text(below)
    assert set(copy.check()[:-1]) <= before

    said = copy.shell(add)
    assert "docs/ours/registry.md" in said
    assert set(copy.check()[:-1]) <= before

    copy.build()
    page = (root / "site/contribute/here/index.html").read_text()
    assert f'href="{SETTINGS["SITE_URL"]}contribute/here/"' in page
    assert f'href="{SETTINGS["EDIT_URI"]}contribute/here.md"' in page
    assert (root / "site/ours/registry/index.html").exists()
    assert not (root / "site" / part).exists()


def _is_part(folder: str) -> bool:
    [kept] = set(re.findall(r"\]\(\.\./(\w+)/", shown("markdown")[0]))
    return folder not in {kept, "assets", "code", "contribute", "reference"}
