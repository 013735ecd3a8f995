"""The steps of docs/contribute/adopt.md work, in a copy of the book."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/contribute/adopt.md"
GIT = shutil.which("git") or "git"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FINDING = re.compile(r"(?P<path>[^:]+):(?P<line>\d+): (?P<rule>HB\d{3}) ")
SETTINGS = {
    "SITE_URL": "https://our-team.github.io/handbook/",
    "EDIT_URI": "https://github.com/our-team/handbook/edit/main/docs/",
}


def _shown(language: str) -> list[str]:
    return [code for kind, code in FENCE.findall(PAGE.read_text()) if kind == language]


class Copy:
    """The copy of another team, with the tools of this environment."""

    def __init__(self, root: Path) -> None:
        self.root, self.identity = root, dict[str, str]()
        # Copy HEAD as well, since the age of a page counts up to its day.
        self._run(GIT, "clone", "--quiet", "--no-checkout", str(ROOT), str(root))
        options = ("--cached", "--others", "--exclude-standard")
        for name in self._run(GIT, "ls-files", *options).split("\n"):
            if (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, root / name)
        day = self._run(GIT, "log", "-1", "--format=%cI").strip()
        who = {"NAME": "A", "EMAIL": "a@example.org", "DATE": day}
        for key, value in who.items():
            self.identity |= {f"GIT_AUTHOR_{key}": value, f"GIT_COMMITTER_{key}": value}
        # Copy the cache, so that unchanged chapters needn't run again.
        if (ROOT / ".cache/handbook").exists():
            shutil.copytree(ROOT / ".cache/handbook", root / ".cache/handbook")

    def shell(self, console: str) -> str:
        """Run the commands that the page shows after a `$`."""
        commands = re.findall(r"^\$ (.*)", console, re.MULTILINE)
        script = "\n".join(commands).replace(
            ".venv/bin/handbook", f"{sys.executable} -m handbook"
        )
        return self._run(shutil.which("bash") or "bash", "-ec", script, at=self.root)

    def check(self) -> list[str]:
        """Return the lines of `handbook check`; the last one counts the findings."""
        return self._module("handbook", "check", fine=False).splitlines()

    def build(self) -> None:
        self._module("handbook", "generate")
        self._module("mkdocs", "build", "--strict")

    def _module(self, *words: str, fine: bool = True) -> str:
        return self._run(sys.executable, "-m", *words, at=self.root, fine=fine)

    def _run(self, *command: str, at: Path = ROOT, fine: bool = True) -> str:
        run = subprocess.run(
            command,
            cwd=at,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
                **SETTINGS,
                **self.identity,
                "PYTHONPATH": str(at),
                "NO_MKDOCS_2_WARNING": "1",
                "JUPYTER_PATH": str(at / "theme/jupyter"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert not fine or run.returncode == 0, run.stdout + run.stderr
        return run.stdout


def _dangling(root: Path, part: str) -> Iterator[str]:
    """Find links to a part with a plain search for its name in an address."""
    address = re.compile(rf"[\"(/]{part}/[\w-]+(\.md|/)")
    for path in sorted([*root.glob("docs/**/*.md"), *root.glob("docs/**/*.py")]):
        name = path.relative_to(root)
        if not {part, "code", "contribute", "reference"} & set(name.parts):
            for line, text in enumerate(path.read_text().split("\n"), 1):
                if address.search(text):
                    yield f"{name.as_posix()}:{line}"


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


def _parse(finding: str) -> "re.Match[str]":
    match = FINDING.match(finding)
    assert match, finding
    return match


def _fix(root: Path, findings: list[str], part: str) -> None:
    """Do what the table asks for, from the end of the list."""
    for finding in reversed(findings):
        match = _parse(finding)
        file = root / match["path"]
        lines = file.read_text().split("\n")
        named = re.search(r"HB114 (\d+) topics? ha|HB113 .*`see: (.*)`", finding)
        what = next(filter(None, named.groups())) if named else part
        FIXES[match["rule"]](lines, int(match["line"]) - 1, what)
        file.write_text("\n".join(lines))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("ours") / "handbook")


def test_the_page_names_the_settings_that_the_site_reads() -> None:
    config = (ROOT / "mkdocs.yml").read_text()
    workflow = (ROOT / ".github/workflows/check.yml").read_text()

    for setting, value in SETTINGS.items():
        assert f"| `{setting}` | `{value}` |" in PAGE.read_text()
        assert f"!ENV [{setting}," in config
        assert f"{setting}: ${{{{ vars.{setting}" in workflow


def test_a_team_deletes_a_part_and_adds_its_own(copy: Copy) -> None:
    [delete, _, add], root = _shown("console"), copy.root
    part = delete.strip().rpartition("/")[2]
    pointing = set(_dangling(root, part))
    before = set(copy.check()[:-1])

    copy.shell(delete)
    found = [line for line in copy.check()[:-1] if line not in before]

    assert {line.split(": HB")[0] for line in found if "HB060" in line} == pointing
    assert any(line.startswith("mkdocs.yml:") for line in found)
    _as_shown(found)

    # Delete the other parts as well, except the one that our page links to.
    others = [folder.name for folder in root.glob("docs/*/") if _is_part(folder.name)]
    for other in others:
        copy.shell(f"$ rm -rf {{docs,{{,tests/}}snippets,tests/facts}}/{other}")
    rules = set(re.findall(r"^\| (HB\d{3})", PAGE.read_text(), re.M))
    for _ in range(3):  # each deletion may leave something else dangling
        found = [line for line in copy.check()[:-1] if line not in before]
        assert {each["rule"] for each in map(_parse, found)} <= rules
        _fix(root, found, f"(?:{'|'.join([part, *others])})")
    assert set(copy.check()[:-1]) <= before

    here = _shown("markdown")[0]
    nav = _shown("yaml")[0]
    (root / "docs" / nav.strip(" -\n")).write_text(here)
    config = (root / "mkdocs.yml").read_text()
    below = re.sub(r"(.* contribute/adopt\.md\n)", rf"\g<1>{nav}", config)
    (root / "mkdocs.yml").write_text(below)
    assert set(copy.check()[:-1]) <= before

    output = copy.shell(add)
    assert "docs/ours/registry.md" in output
    assert set(copy.check()[:-1]) <= before

    copy.build()
    page = (root / "site/contribute/here/index.html").read_text()
    assert f'href="{SETTINGS["SITE_URL"]}contribute/here/"' in page
    assert f'href="{SETTINGS["EDIT_URI"]}contribute/here.md"' in page
    assert (root / "site/ours/registry/index.html").exists()
    assert not (root / "site" / part).exists()


def _is_part(folder: str) -> bool:
    [kept] = set(re.findall(r"\]\(\.\./(\w+)/", _shown("markdown")[0]))
    return folder not in {kept, "assets", "code", "contribute", "reference"}


def _as_shown(found: list[str]) -> None:
    """Assert that the findings on the page were found: file and rule, not the line."""
    shown = _shown("console")[1].splitlines()[1:]

    def bare(lines: list[str]) -> set[tuple[str, str]]:
        return {(match["path"], match["rule"]) for match in map(_parse, lines)}

    assert len(bare(shown)) == len(shown)
    assert bare(shown) <= bare(found)
