"""Twelve situations that can arise between a copy and its source."""

import shutil
from pathlib import Path

import pytest

from tests.handbook.copier.upstream import (
    MODULE,
    NULLS,
    TEST,
    TESTED,
    Handbook,
    Upstream,
    tree,
)

MINE = NULLS.replace("return frame.size", "return int(frame.size)")
THEIRS = NULLS.replace("return len(frame)\n", "return frame.shape[0]\n")
BOTH = MINE.replace("return len(frame)\n", "return frame.shape[0]\n")


@pytest.fixture(autouse=True)
def copied(upstream: Upstream, project: Path, handbook: Handbook) -> None:
    assert handbook("add", "explore.nulls", "--from", str(upstream.folder)).status == 0


def test_a_local_edit_is_reported_but_does_not_fail(
    project: Path, handbook: Handbook
) -> None:
    (project / MODULE).write_text(MINE, "utf-8")

    status = handbook("status", "--check")
    diff = handbook("diff", "explore.nulls")
    upgrade = handbook("upgrade")

    assert (status.status, status.out) == (0, "explore.nulls  edited here\n")
    yours, _, upstream = diff.out.partition("Upstream")
    assert "+    return int(frame.size)" in yours
    assert upstream.endswith("nothing\n")
    assert (upgrade.status, upgrade.out) == (0, "everything is up to date\n")
    assert (project / MODULE).read_text("utf-8") == MINE


def test_an_upstream_edit_fails_the_check_until_an_upgrade(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    upstream.publish(files={"nulls.py": THEIRS}, date="2026-12-01")

    assert handbook("status").status == 0
    status = handbook("status", "--check")
    diff = handbook("diff", "explore.nulls")
    upgrade = handbook("upgrade", "explore.nulls")

    assert status.status == 1
    assert "outdated" in status.out
    yours, _, there = diff.out.partition("Upstream")
    assert yours.endswith("nothing\n")
    assert "+    return frame.shape[0]" in there
    assert upgrade.status == 0
    assert f"{MODULE}: upgraded" in upgrade.out
    assert (project / MODULE).read_text("utf-8") == THEIRS
    assert handbook("status", "--check").out == "explore.nulls  up to date\n"


def test_edits_of_both_sides_in_different_lines_are_merged(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    (project / MODULE).write_text(MINE, "utf-8")
    upstream.publish(files={"nulls.py": THEIRS})

    status = handbook("status")
    upgrade = handbook("upgrade")

    assert "outdated" in status.out
    assert "edited here" in status.out
    assert upgrade.status == 0
    assert f"{MODULE}: merged with your edits" in upgrade.out
    assert (project / MODULE).read_text("utf-8") == BOTH
    assert handbook("status").out == "explore.nulls  edited here\n"


def test_two_edits_of_the_same_line_are_kept_between_markers(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    (project / MODULE).write_text(MINE, "utf-8")
    newer = NULLS.replace("frame.size", "frame.size or 0")
    version = upstream.publish(files={"nulls.py": newer}, date="2026-12-01")

    upgrade = handbook("upgrade")

    assert upgrade.status == 1
    short = version.removeprefix("sha256:")[:8]
    conflict = (
        "<<<<<<< yours\n    return int(frame.size)\n=======\n"
        f"    return frame.size or 0\n>>>>>>> explore.nulls 2026-12-01 {short}\n"
    )
    merged = NULLS.replace("    return frame.size\n", conflict)
    assert (project / MODULE).read_text("utf-8") == merged
    status = handbook("status", "--check")
    assert f"conflict to resolve at {MODULE}:15" in status.out
    assert status.status == 1
    again = handbook("upgrade")
    assert (again.status, "resolve it, then upgrade" in again.err) == (2, True)


def test_an_older_version_is_taken_only_on_demand(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    upstream.publish(files={"nulls.py": THEIRS}, date="2026-12-01")
    handbook("upgrade")
    upstream.publish(date="2026-11-22")
    before = tree(project)

    status = handbook("status", "--check")
    named = handbook("upgrade", "explore.nulls")
    every = handbook("upgrade")
    again = handbook("add", "explore.nulls")

    assert status.status == 0
    assert "newer than its source: 2026-12-01 " in status.out
    assert "handbook upgrade" not in status.out
    assert (named.status, named.err.count("\n")) == (2, 1)
    assert "has only an older explore.nulls, 2026-11-22 " in named.err
    assert "to go back, use --allow-older" in named.err
    assert every.status == 0
    assert "explore.nulls: left as it is, " in every.out
    assert every.out.endswith("everything else is up to date\n")
    assert (again.status, "is already here, newer" in again.out) == (0, True)
    assert tree(project) == before
    assert handbook("upgrade", "--allow-older").status == 0
    assert (project / MODULE).read_text("utf-8") == NULLS


def test_a_fix_with_an_earlier_date_is_taken(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    bad = upstream.publish(files={"nulls.py": THEIRS}, date="2026-12-01")
    handbook("upgrade")
    fixed = upstream.publish(files={"nulls.py": BOTH}, date="2026-11-30")
    upstream.recall(bad, "it counts a null twice", fixed)

    assert handbook("status", "--check").status == 1
    assert handbook("upgrade").status == 0
    assert (project / MODULE).read_text("utf-8") == BOTH


def test_a_dry_run_prints_the_diff_of_a_merge_and_writes_nothing(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    (project / MODULE).write_text(MINE.replace("\n", "\r\n"), "utf-8", newline="")
    upstream.publish(files={"nulls.py": THEIRS}, test=TEST + "# More.\n")
    before = tree(project)

    upgrade = handbook("upgrade", "--dry-run")

    assert (upgrade.status, tree(project)) == (0, before)
    assert f"{MODULE}: merged with your edits" in upgrade.out
    diff = upgrade.out.partition("--- ")[2].splitlines()
    assert [line for line in diff if line.startswith(("--- ", "+++ "))] == [
        "+++ handbook.lock",
        f"--- {MODULE}",
        f"+++ {MODULE}",
        f"--- {TESTED}",
        f"+++ {TESTED}",
    ]
    assert {"-    return len(frame)", "+    return frame.shape[0]", "+# More."} <= set(
        diff
    )
    assert "+    return int(frame.size)" not in diff
    assert diff[-1] == "This was a dry run: nothing was written."
    assert handbook("upgrade").status == 0
    assert (project / MODULE).read_bytes() == BOTH.replace("\n", "\r\n").encode()


def test_a_dry_run_of_a_conflict_fails_and_shows_the_markers(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    (project / MODULE).write_text(MINE, "utf-8")
    upstream.publish(files={"nulls.py": NULLS.replace("frame.size", "frame.size or 0")})
    before = tree(project)

    upgrade = handbook("upgrade", "explore.nulls", "--dry-run")

    assert (upgrade.status, tree(project)) == (1, before)
    assert "CONFLICT in 1 place" in upgrade.out
    assert "\n+<<<<<<< yours\n" in upgrade.out


def test_a_dry_run_without_news_says_so(handbook: Handbook) -> None:
    upgrade = handbook("upgrade", "--dry-run")

    assert (upgrade.status, upgrade.out) == (0, "everything is up to date\n")


@pytest.mark.parametrize(
    ("left", "line"),
    [
        ("=======\n    return frame.size or 0\n>>>>>>> explore.nulls 2026\n", 16),
        ("<<<<<<< yours\n", 16),
        ("    =======\n    return frame.size or 0\n", 16),
    ],
)
def test_what_is_left_of_a_conflict_fails_the_check_and_holds_up_an_upgrade(
    upstream: Upstream, project: Path, handbook: Handbook, left: str, line: int
) -> None:
    (project / MODULE).write_text(MINE + left, "utf-8")
    where = f"{MODULE}:{line}"

    status = handbook("status", "--check")

    assert status.status == 1
    assert status.out == (
        f"explore.nulls  conflict to resolve at {where}: keep one version, "
        "delete the markers\n"
    )
    upstream.publish(files={"nulls.py": THEIRS})
    before = tree(project)
    upgrade = handbook("upgrade")
    assert (upgrade.status, tree(project)) == (2, before)
    assert f"{where} has a conflict" in upgrade.err


def test_a_snippet_that_shows_markers_can_be_upgraded(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    shows = '"""Show a conflict."""\n\nTEXT = """\n<<<<<<< yours\n=======\n"""\n'
    upstream.publish("engineer.git", {"git.py": shows})
    source = str(upstream.folder)
    assert handbook("add", "engineer.git", "--from", source).status == 0
    copied = project / "src/shop/snippets/engineer/git.py"
    copied.write_text("# Mine.\n" + shows, "utf-8")
    upstream.publish("engineer.git", {"git.py": shows + "\nMORE = 1\n"})

    assert "conflict" not in handbook("status").out
    assert handbook("upgrade").status == 0
    assert copied.read_text("utf-8") == "# Mine.\n" + shows + "\nMORE = 1\n"
    assert handbook("status", "--check").status == 0


@pytest.mark.parametrize(
    "broken", ["def rows(:\n", "x = 1\n    y = 2\n", "x = '\0'\n", "(" * 9999]
)
def test_a_copy_that_is_no_longer_python_fails_the_check(
    project: Path, handbook: Handbook, broken: str
) -> None:
    (project / MODULE).write_text(broken, "utf-8")

    status = handbook("status", "--check")

    assert status.status == 1
    assert status.out.count("\n") == 1
    assert f"not Python at {MODULE}:" in status.out
    assert "fix it, or delete the file and run handbook upgrade --restore" in status.out
    (project / MODULE).unlink()
    assert handbook("upgrade", "--restore").status == 0
    assert handbook("status", "--check").out == "explore.nulls  up to date\n"


def test_an_edit_with_a_warning_is_still_python(
    project: Path, handbook: Handbook
) -> None:
    (project / MODULE).write_text(MINE + "PATTERN = '\\d'\n", "utf-8")

    status = handbook("status", "--check")

    assert (status.status, status.out) == (0, "explore.nulls  edited here\n")


def test_a_copy_that_our_python_never_parsed_is_not_reported(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    upstream.publish("engineer.api", {"api.py": "of the = future\n"})
    handbook("add", "engineer.api", "--from", str(upstream.folder))
    api = project / "src/shop/snippets/engineer/api.py"
    api.write_text("of the = future, edited\n", "utf-8")

    assert "engineer.api   edited here\n" in handbook("status", "--check").out


def test_an_upgrade_waits_until_an_earlier_conflict_is_resolved(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    (project / MODULE).write_text(MINE, "utf-8")
    upstream.publish(files={"nulls.py": NULLS.replace("frame.size", "frame.size or 0")})
    handbook("upgrade")
    upstream.publish(files={"nulls.py": THEIRS})
    before = tree(project)

    refused = handbook("upgrade")

    assert refused.status == 2
    assert f"{MODULE}:15 has a conflict" in refused.err
    assert tree(project) == before
    (project / MODULE).write_text(MINE, "utf-8")
    assert handbook("upgrade").status == 1  # base: `or 0`, yours: int(), new: as before


def test_a_deletion_here_stays_unless_you_ask_for_the_file(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    (project / TESTED).unlink()

    assert f"deleted here: {TESTED}" in handbook("status", "--check").out
    newer = TEST + "\n\n# More.\n"
    upstream.publish(files={"nulls.py": THEIRS}, test=newer)
    upgrade = handbook("upgrade")
    assert upgrade.status == 0
    assert f"{TESTED}: stays deleted" in upgrade.out
    assert not (project / TESTED).exists()

    assert handbook("upgrade", "--restore").status == 0
    assert (project / TESTED).read_text("utf-8") == newer.replace(
        "snippets.", "shop.snippets."
    )


def test_a_deletion_upstream_removes_a_file_unless_it_is_edited(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    source = str(upstream.folder)
    files = {
        "api/__init__.py": '"""Serve."""\n',
        "api/a.py": "A = 1\n",
        "api/b.py": "B = 1\n",
    }
    upstream.publish("engineer.api", files)
    assert handbook("add", "engineer.api", "--from", source).status == 0
    folder = project / "src/shop/snippets/engineer/api"
    (folder / "b.py").write_text("B = 2\n", "utf-8")
    files = {"api/__init__.py": '"""Serve."""\n', "api/c.py": "C = 1\n"}
    upstream.publish("engineer.api", files)

    upgrade = handbook("upgrade", "engineer.api")

    assert upgrade.status == 1
    assert "b.py: gone upstream: yours stays" in upgrade.out
    assert sorted(path.name for path in folder.iterdir()) == [
        "__init__.py",
        "b.py",
        "c.py",
    ]
    assert (folder / "b.py").read_text("utf-8") == "B = 2\n"
    assert "engineer.api   up to date" in handbook("status").out


def test_a_new_file_upstream_does_not_overwrite_yours(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    files = {"api/__init__.py": '"""Serve."""\n', "api/a.py": "A = 1\n"}
    upstream.publish("engineer.api", files)
    handbook("add", "engineer.api", "--from", str(upstream.folder))
    mine = project / "src/shop/snippets/engineer/api/b.py"
    mine.write_text("MINE = True\n", "utf-8")
    upstream.publish("engineer.api", {**files, "api/b.py": "B = 1\n"})
    before = tree(project)

    upgrade = handbook("upgrade")

    assert (upgrade.status, tree(project)) == (2, before)
    assert "api/b.py is in the way of a new file of engineer.api" in upgrade.err


def test_a_rename_upstream_is_recognised_by_its_content(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    upstream.publish("explore.missing", {"missing.py": NULLS})
    upstream.drop("explore.nulls")
    before = tree(project)

    status = handbook("status", "--check")
    upgrade = handbook("upgrade")
    named = handbook("upgrade", "explore.nulls")

    assert status.status == 0
    assert "gone upstream: it is explore.missing now" in status.out
    assert (upgrade.status, named.status) == (0, 2)
    assert "explore.nulls: left as it is" in upgrade.out
    assert tree(project) == before


def test_a_moved_copy_is_found_once_the_lock_has_its_new_path(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    shutil.move(project / "src/shop/snippets", project / "src/shop/vetted")
    assert "deleted here" in handbook("status").out
    lock = project / "handbook.lock"
    text = lock.read_text("utf-8").replace("src/shop/snippets", "src/shop/vetted")
    lock.write_text(text, "utf-8")

    assert handbook("status").out == "explore.nulls  up to date\n"
    upstream.publish(files={"nulls.py": THEIRS})
    assert handbook("upgrade").status == 0
    moved = project / "src/shop/vetted/explore/nulls.py"
    assert moved.read_text("utf-8") == THEIRS


def test_offline_the_status_reports_local_edits_and_marks_the_rest_as_unknown(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    (project / MODULE).write_text(MINE, "utf-8")
    shutil.rmtree(upstream.folder)
    before = tree(project)

    status = handbook("status")
    diff = handbook("diff", "explore.nulls")
    upgrade = handbook("upgrade")

    assert (status.status, status.out) == (2, "explore.nulls  edited here\n")
    assert "site is not a folder" in status.err
    assert "+    return int(frame.size)" in diff.out
    assert (diff.status, upgrade.status) == (2, 2)
    assert (
        status.err.count("\n") == diff.err.count("\n") == upgrade.err.count("\n") == 1
    )
    assert tree(project) == before


def test_a_tampered_file_is_refused(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    upstream.publish(files={"nulls.py": THEIRS})
    served = upstream.folder / "code/snippets/explore/nulls.py"
    served.write_text(served.read_text("utf-8") + "import evil\n", "utf-8")
    before = tree(project)

    upgrade = handbook("upgrade")

    assert upgrade.status == 2
    assert (
        "code/snippets/explore/nulls.py is not the file in registry.json" in upgrade.err
    )
    assert tree(project) == before


def test_a_recalled_version_fails_the_check_with_its_reason_until_it_is_fixed(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    bad = upstream.units["explore.nulls"].hash
    fixed = upstream.publish(files={"nulls.py": THEIRS})
    upstream.recall(bad, "it counts a null twice", fixed)

    status = handbook("status", "--check")

    assert status.status == 1
    assert "RECALLED: it counts a null twice (fixed by" in status.out
    assert fixed.removeprefix("sha256:")[:8] in status.out
    assert handbook("upgrade").status == 0
    assert handbook("status", "--check").status == 0


def test_a_recalled_version_without_a_fix_is_not_copied(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    bad = upstream.publish(files={"nulls.py": THEIRS})
    handbook("upgrade")
    upstream.recall(bad, "it counts a null twice", "sha256:" + "0" * 64)
    before = tree(project)

    assert handbook("status", "--check").status == 1

    upgrade = handbook("upgrade", "explore.nulls")

    assert (upgrade.status, tree(project)) == (2, before)
    assert "explore.nulls is recalled: it counts a null twice" in upgrade.err


def test_a_new_dependency_that_the_project_lacks_is_reported(
    upstream: Upstream, handbook: Handbook
) -> None:
    needs = ("pandas>=3.0", "polars>=1")
    upstream.publish(files={"nulls.py": THEIRS}, requires=needs)

    upgrade = handbook("upgrade")

    assert "now needs polars>=1: the project lacks it" in upgrade.out
    assert "now needs pandas" not in upgrade.out


def test_each_of_two_sources_is_used_for_its_own_copies(
    upstream: Upstream, project: Path, handbook: Handbook, tmp_path: Path
) -> None:
    other = Upstream(tmp_path / "other")
    other.folder.mkdir()
    source = str(other.folder)
    other.publish("engineer.api", {"api.py": "A = 1\n"})
    other.publish(files={"nulls.py": "# Another one of that name.\n"})

    assert handbook("add", "engineer.api", "--from", source).status == 0
    assert handbook("status", "--check").status == 0
    other.publish("engineer.api", {"api.py": "A = 2\n"})
    assert handbook("upgrade").status == 0
    api = project / "src/shop/snippets/engineer/api.py"
    assert api.read_text("utf-8") == "A = 2\n"
    assert (project / MODULE).read_text("utf-8") == NULLS

    twin = handbook("add", "explore.nulls", "--from", source)
    assert (twin.status, "is here from" in twin.err) == (2, True)
    ambiguous = handbook("add", "explore.more")
    assert (ambiguous.status, "name --from" in ambiguous.err) == (2, True)
    assert handbook("upgrade", "explore.nulls", "--from", source).status == 0
    text = (project / MODULE).read_text("utf-8")
    assert text == "# Another one of that name.\n"
