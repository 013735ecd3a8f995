"""What `handbook check` prints, fixes, exempts and refuses."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.book.book import Book
from handbook.book.fences import read_page
from handbook.book.layout import RULES_PAGE
from handbook.book.markdown import Site, read_config
from handbook.book.problem import Problem
from handbook.check.allow import leave_out_allowed
from handbook.check.command import rules
from handbook.check.report import write
from handbook.check.rules import front_matter
from handbook.cli import main
from handbook.site.pages.rules import render

ROOT = Path(__file__).parents[3]
DELAYS = "docs/explore/delays.md"
CLOCKS = "docs/cross/clocks.md"
LONG = f"A {'very ' * 40}long sentence."
EXCUSE = "<!--handbook:allow HB401: the sentence quotes the regulation-->"

Check = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def check(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Check:
    """`handbook check` in the small book: its status, and the lines it prints."""

    def run(*arguments: str) -> tuple[int, list[str]]:
        monkeypatch.chdir(small)
        status = main(["check", *arguments])
        printed = capsys.readouterr()
        return status, (printed.out + printed.err).splitlines()

    return run


def add(file: Path, text: str) -> None:
    """Append text to a file."""
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def content(root: Path) -> dict[Path, bytes]:
    """Read every file except the cache."""
    return {
        path: path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not {".cache", ".git"} & set(path.parts)
    }


class TestPrinting:
    def test_a_clean_book_passes(self, check: Check) -> None:
        status, lines = check()

        assert status == 0
        assert lines == [f"All checks passed: 3 pages, {len(rules())} rules."]

    def test_a_finding_names_file_line_rule_and_fix(
        self, check: Check, small: Path
    ) -> None:
        (small / "tests/snippets/explore/test_delays.py").unlink()

        assert check() == (
            1,
            [
                "snippets/explore/delays.py:1: HB014 this has no test: "
                "write tests/snippets/explore/test_delays.py",
                "Found 1 problem.",
            ],
        )

    def test_a_fixable_finding_is_marked(self, check: Check, small: Path) -> None:
        add(small / DELAYS, f"\n{EXCUSE}\nA short sentence.\n")

        _, (line, summary) = check()

        assert line.endswith(" (fix with --fix)")
        assert summary == "Found 1 problem (1 fixable with --fix)."

    def test_findings_are_sorted_by_file_and_line(
        self, check: Check, small: Path
    ) -> None:
        add(small / DELAYS, "\n[m](../reference/glossary.md#mean)\n\n::: snippets.no\n")
        add(small / CLOCKS, "\n::: snippets.no\n")

        _, lines = check()

        places = [line.split(":")[:2] for line in lines[:-1]]
        assert len(places) == 4
        assert places == sorted(places, key=lambda place: (place[0], int(place[1])))

    def test_github_gets_annotations(self, check: Check, small: Path) -> None:
        (small / "tests/snippets/explore/test_delays.py").unlink()

        status, lines = check("--format", "github")

        assert status == 1
        assert lines[0].startswith(
            "::error file=snippets/explore/delays.py,line=1,title=HB014::this has no"
        )

    def test_an_annotation_escapes_what_github_would_read(self) -> None:
        finding = Problem(Path("docs/a,b:c.md"), 3, "100% of\nlines: a, b", "HB001")

        assert write(finding, "github") == (
            "::error file=docs/a%2Cb%3Ac.md,line=3,title=HB001::100%25 of%0Alines: a, b"
        )


class TestBrokenHead:
    @pytest.mark.parametrize("broken", ["\n---\n", " ---\n"])
    def test_fix_does_not_change_broken_front_matter(
        self, check: Check, small: Path, broken: str
    ) -> None:
        page = small / DELAYS
        text = page.read_text(encoding="utf-8").replace("---\n", broken, 1)
        page.write_text(text, encoding="utf-8")

        assert check("--fix", DELAYS)[0] == 1
        assert page.read_text(encoding="utf-8") == text


class TestPaths:
    def test_paths_restrict_the_report_but_not_the_reading(
        self, check: Check, small: Path
    ) -> None:
        add(small / DELAYS, "\n::: snippets.cross.clocks.read.minutes\n")

        count = f"1 page, {len(rules())} rules"
        assert check(CLOCKS) == (0, [f"All checks passed: {count}."])
        assert check("snippets", CLOCKS)[0] == 0
        assert check("docs/explore")[0] == 1
        assert check(DELAYS)[0] == 1

    def test_what_cannot_be_read_is_reported_wherever_it_is(
        self, check: Check, small: Path
    ) -> None:
        config = small / "mkdocs.yml"
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace("superfences", "gone"), encoding="utf-8")

        status, (line, summary) = check("docs/explore")

        assert (status, summary) == (1, "Found 1 problem.")
        assert line.startswith("mkdocs.yml:1: HB004 ")

    def test_a_path_is_relative_to_the_working_directory(
        self, check: Check, small: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add(small / DELAYS, "\n::: snippets.no\n")
        monkeypatch.chdir(small / "docs/explore")

        assert main(["check", "delays.md"]) == 1
        assert main(["check", "../cross"]) == 0

    def test_a_missing_path_is_a_usage_error(self, check: Check) -> None:
        assert check("docs/explore/delay.md") == (
            2,
            ["handbook: docs/explore/delay.md does not exist"],
        )

    def test_a_path_outside_the_book_is_a_usage_error(self, check: Check) -> None:
        status, (line,) = check("..")

        assert status == 2
        assert "is not in the book" in line


class TestFix:
    def test_a_clean_book_keeps_every_byte(self, check: Check, small: Path) -> None:
        before = content(small)

        assert check("--fix")[0] == 0
        assert content(small) == before

    def test_only_fixable_findings_are_changed(self, check: Check, small: Path) -> None:
        page = small / DELAYS
        before = content(small)
        text = page.read_text(encoding="utf-8")
        wrong = text.replace("reviewed: 2026-11-20", "reviewed: '2026-11-20'")
        wrong = wrong.replace("{A20:", "{A99: the-share, A20:")
        page.write_text(wrong, encoding="utf-8")

        status, lines = check("--fix")

        assert status == 1
        assert lines[-2:] == ["Fixed 1 problem.", "Found 1 problem."]
        after = {page: text.replace("{A20:", "{A99: the-share, A20:").encode()}
        assert content(small) == before | after

    def test_fixing_twice_equals_fixing_once(self, check: Check, small: Path) -> None:
        page = small / DELAYS
        text = page.read_text(encoding="utf-8") + f"\n{EXCUSE}{EXCUSE}\nShort.\n"
        text = text.replace("terms: [median]", "terms: [Median]")
        text = text.replace("{A20: the-share}", "{A20: the-share, A22: the-share}")
        page.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))

        assert check("--fix")[0] == 0
        once = content(small)
        assert check("--fix")[0] == 0

        assert content(small) == once
        assert b"\r" not in once[page]
        assert b"covered_at_least: 3" in once[small / "docs/reference/topics.yml"]

    def test_paths_restrict_the_fixes(self, check: Check, small: Path) -> None:
        add(small / DELAYS, f"\n{EXCUSE}\nShort.\n")
        before = content(small)

        assert check("--fix", CLOCKS)[0] == 0
        assert content(small) == before

    def test_the_mode_of_a_file_is_kept(self, check: Check, small: Path) -> None:
        page = small / DELAYS
        add(page, f"\n{EXCUSE}\nShort.\n")
        page.chmod(0o600)

        assert check("--fix")[0] == 0

        assert page.stat().st_mode & 0o777 == 0o600
        assert EXCUSE not in page.read_text(encoding="utf-8")


class TestAllow:
    @pytest.mark.parametrize(
        "text",
        [f"{LONG} {EXCUSE}", f"{EXCUSE}\n{LONG}"],
        ids=["on the line", "on the line above"],
    )
    def test_a_comment_with_a_reason_is_accepted(
        self, check: Check, small: Path, text: str
    ) -> None:
        add(small / DELAYS, f"\n{text}\n")

        assert check()[0] == 0

    @pytest.mark.parametrize(
        "comment",
        [
            "<!--handbook:allow HB401-->",
            "<!--handbook:allow HB401: -->",
            "<!--handbook:allow: a reason-->",
            "<!--handbook:allow HB401, HB403: a reason-->",
            "<!--handbook:allow HB499: a reason-->",
            "<!--handbook:allow HB101: a reason-->",
            "<!-- handbook:allow hb401: a reason -->",
            "<!--handbook:allow HB401: a reason",
        ],
    )
    def test_another_form_of_comment_is_refused(
        self, small: Path, comment: str
    ) -> None:
        add(small / DELAYS, f"\nShort. {comment}\n")
        known = {rule.id: rule for rule in rules()}

        found = leave_out_allowed([], Book(small).pages, known)

        # HB008 reports unneeded comments of the book in families that this doesn't run.
        assert [each.rule for each in found if each.rule != "HB008"] == ["HB007"]

    def test_an_unneeded_comment_is_refused_and_removed(
        self, check: Check, small: Path
    ) -> None:
        page = small / DELAYS
        before = page.read_bytes()
        add(page, f"\n{EXCUSE}\nShort.\n\nBrief. {EXCUSE}\n")

        _, lines = check()
        assert [line.split()[1] for line in lines[:-1]] == ["HB008", "HB008"]

        assert check("--fix")[0] == 0
        assert page.read_bytes() == before + b"\nShort.\n\nBrief.\n"

    def test_a_comment_in_a_fence_is_text(self, check: Check, small: Path) -> None:
        add(small / DELAYS, "\n```markdown\n<!--handbook:allow HB401-->\n```\n")

        assert check()[0] == 0

    def test_another_word_does_not_allow(self, check: Check, small: Path) -> None:
        add(small / DELAYS, "\nShort. <!--handbook:excuse HB401: a reason-->\n")

        _, lines = check()
        assert [line.split()[1] for line in lines[:-1]] == ["HB006"]


class TestReviewed:
    def test_without_a_commit_there_is_one_note(
        self, check: Check, small: Path
    ) -> None:
        shutil.rmtree(small / ".git")
        page = small / DELAYS
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("2026-11-20", "1999-01-01"), encoding="utf-8")

        status, lines = check()

        assert status == 0
        assert sum("HB111" in line for line in lines) == 1

    @pytest.mark.parametrize(
        ("reviewed", "status"),
        [("2025-11-22", 0), ("2025-11-21", 1), ("2026-11-23", 0), ("2026-11-24", 1)],
        ids=["a year", "a year and a day", "a day ahead", "two days ahead"],
    )
    def test_the_day_of_the_commit_decides(
        self, small: Path, reviewed: str, status: int
    ) -> None:
        page = small / DELAYS
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("2026-11-20", reviewed), encoding="utf-8")
        _amend(small)

        assert len(list(front_matter.find(Book(small)))) == status

    def test_an_uncommitted_page_may_be_reviewed_today(
        self, check: Check, small: Path
    ) -> None:
        page = small / DELAYS
        text = page.read_text(encoding="utf-8")
        today = date.today().isoformat()
        page.write_text(text.replace("2026-11-20", today), encoding="utf-8")

        assert check()[0] == 0

    def test_stale_lists_pages_reviewed_long_ago(
        self, check: Check, small: Path
    ) -> None:
        page = small / CLOCKS
        text = page.read_text(encoding="utf-8")
        old = (date.today() - timedelta(days=301)).isoformat()
        fresh = (date.today() - timedelta(days=300)).isoformat()
        page.write_text(text.replace("2026-11-21", old), encoding="utf-8")
        page = small / DELAYS
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("2026-11-20", fresh), encoding="utf-8")

        assert check("--stale") == (0, [f"{CLOCKS}:8: reviewed 301 days ago"])


def _amend(root: Path) -> None:
    """Amend the last commit with all changes, and keep its day."""
    git = shutil.which("git") or "git"
    who = {f"GIT_COMMITTER_{key}": "a" for key in ("NAME", "EMAIL")}
    subprocess.run(
        [git, "commit", "-qa", "--amend", "--no-edit"],
        cwd=root,
        env=os.environ | who | {"GIT_COMMITTER_DATE": "2026-11-22T12:00:00Z"},
        check=True,
    )


class TestRules:
    def test_each_rule_is_described(self) -> None:
        for rule in rules():
            assert re.fullmatch(r"HB\d{3}", rule.id)
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
            assert rule.why.endswith(".")
            assert rule.wrong != rule.right

    @pytest.mark.parametrize("name", ["id", "name"])
    def test_each_rule_has_its_own_name(self, name: str) -> None:
        names = [getattr(rule, name) for rule in rules()]

        assert len(set(names)) == len(names)

    def test_the_page_of_the_rules_shows_each_rule_and_runs_nothing(
        self, small: Path
    ) -> None:
        text = render()
        page = read_page(RULES_PAGE, text, Site(read_config(Files(ROOT))))

        assert page.problems == ()
        assert page.chapter.blocks == ()
        for rule in rules():
            assert text.count(f"### {rule.id} {rule.name} ") == 1


def test_the_command_runs_as_a_process(small: Path) -> None:
    (small / "docs/index.md").write_bytes(b"\xff")
    command = [sys.executable, "-m", "handbook", "check", "docs"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}

    result = subprocess.run(
        command, cwd=small, env=environment, capture_output=True, text=True, check=False
    )

    assert result.returncode == 1
    assert result.stdout.startswith("docs/index.md:1: HB001 ")
    assert result.stderr == ""


def test_an_error_in_our_code_is_not_reported_as_a_fault_of_the_page(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_badly(path: Path, source: str, site: Site) -> None:
        raise TypeError(f"{path} is read badly")

    monkeypatch.setattr("handbook.book.fences.read_page", read_badly)
    add(small / DELAYS, "\nNew.\n")

    with pytest.raises(TypeError, match="is read badly"):
        assert Book(small).pages


def test_a_page_that_markdown_cannot_render_is_named(small: Path) -> None:
    # With so small a stack, Markdown can't render a list of 99 levels.
    levels = "".join(f"{'    ' * level}- x\n" for level in range(99))
    add(small / DELAYS, f"\n{levels}")
    code = (
        "import sys; from handbook.cli import main; "
        "import handbook.book.markdown; "
        "sys.setrecursionlimit(300); sys.exit(main(['check', 'docs']))"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=small,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stdout.startswith(f"{DELAYS}:1: HB006 Markdown cannot render this")
    assert result.stderr == ""
