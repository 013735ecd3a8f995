"""Bad input leads to one clear line and status 2, and doesn't change the tree."""

import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.handbook.copier.upstream import (
    MODULE,
    NULLS,
    TESTED,
    Handbook,
    Upstream,
    tree,
)

LOCK = "handbook.lock"


@pytest.fixture
def refused(
    upstream: Upstream, project: Path, handbook: Handbook
) -> Callable[..., str]:
    """Run a command that must be refused, and return its message."""

    def run(*arguments: str) -> str:
        before = tree(project)
        if "add" in arguments and "--from" not in arguments:
            arguments = (*arguments, "--from", str(upstream.folder))
        result = handbook(*arguments)
        assert result.status == 2, result
        assert result.err.startswith("handbook: ")
        assert result.err.count("\n") == 1, result.err
        assert tree(project) == before
        return result.err

    return run


@pytest.fixture
def copied(upstream: Upstream, project: Path, handbook: Handbook) -> None:
    assert handbook("add", "explore.nulls", "--from", str(upstream.folder)).status == 0


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("explore.nul", "did you mean explore.nulls?"),
        ("nulls", "did you mean explore.nulls?"),
        ("quantum", "try handbook search"),
        ("../nulls", "no snippet is called '../nulls'"),
        ("Explore.NULLS", "did you mean explore.nulls?"),
    ],
)
def test_an_unknown_name_gets_the_nearest(
    refused: Callable[..., str], name: str, hint: str
) -> None:
    assert hint in refused("add", name)


@pytest.mark.parametrize("command", ["diff", "upgrade", "remove"])
@pytest.mark.usefixtures("copied")
def test_a_missing_copy_gets_the_nearest(
    refused: Callable[..., str], command: str
) -> None:
    assert refused(command, "explore.nul") == (
        "handbook: no copy of explore.nul is here: did you mean explore.nulls?\n"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<!doctype html><title>Not found</title>", "is not JSON"),
        ("", "is not JSON"),
        ('{"schema": 1, "snippets": {"explore', "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1]", "must be a table"),
        ('{"schema": 2}', "this command reads 1: upgrade two-mountains"),
        ('{"schema": 1, "snippets": [], "recalled": {}}', "must be a table"),
    ],
    ids=["html", "empty", "truncated", "deep", "list", "schema", "snippets"],
)
def test_an_invalid_registry_is_refused(
    upstream: Upstream, refused: Callable[..., str], content: str, reason: str
) -> None:
    (upstream.folder / "registry.json").write_text(content, "utf-8")

    assert reason in refused("add", "explore.nulls")


def test_a_registry_that_is_not_text_is_refused(
    upstream: Upstream, refused: Callable[..., str]
) -> None:
    (upstream.folder / "registry.json").write_bytes(b"\xff\xfe\x00")

    assert "utf-8" in refused("add", "explore.nulls")


@pytest.mark.parametrize(
    "path",
    [
        "code/snippets/explore/nulls/../../../../evil.py",
        "../evil.py",
        "/etc/evil.py",
        "C:/evil.py",
        "code/snippets/explore/nulls.py\\evil.py",
        "code/snippets/secure/pickles.py",
    ],
)
def test_a_registry_cannot_name_a_file_outside_the_snippet(
    upstream: Upstream, refused: Callable[..., str], path: str
) -> None:
    registry = upstream.folder / "registry.json"
    text = registry.read_text("utf-8").replace("code/snippets/explore/nulls.py", path)
    registry.write_text(text.replace("\\evil", "\\\\evil"), "utf-8")

    assert "is not a file of this snippet" in refused("add", "explore.nulls")


def test_a_registry_with_contradictory_hashes_is_refused(
    upstream: Upstream, refused: Callable[..., str]
) -> None:
    registry = upstream.folder / "registry.json"
    version = upstream.units["explore.nulls"].hash
    text = registry.read_text("utf-8").replace(version, "sha256:" + "0" * 64)
    registry.write_text(text, "utf-8")

    assert "its hash is not that of its files" in refused("add", "explore.nulls")


@pytest.mark.parametrize("command", ["add", "upgrade"])
def test_an_invalid_requirement_is_refused_before_anything_is_written(
    upstream: Upstream,
    project: Path,
    handbook: Handbook,
    refused: Callable[..., str],
    command: str,
) -> None:
    if command == "upgrade":
        handbook("add", "explore.nulls", "--from", str(upstream.folder))
    upstream.publish(files={"nulls.py": "# Newer.\n"}, requires=("pandas or so",))

    assert "'pandas or so' is not a requirement" in refused(command, "explore.nulls")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file name is text")
def test_a_source_whose_name_is_not_text_is_refused(
    upstream: Upstream, refused: Callable[..., str]
) -> None:
    odd = upstream.folder.rename(upstream.folder.with_name("si\udcffte"))

    assert "handbook.lock cannot contain" in refused(
        "add", "explore.nulls", "--from", f"{odd}"
    )


def test_a_broken_wheel_or_one_without_snippets_is_refused(
    refused: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "bad.whl").write_bytes(b"PK, but not really")
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as archive:
        archive.writestr("other/__init__.py", "")

    for name, reason in (
        ("bad.whl", "cannot be read"),
        ("other.whl", "not a wheel that offers"),
        ("gone.whl", "cannot be read"),
    ):
        assert reason in refused("add", "x.y", "--from", str(tmp_path / name))


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (
            lambda text: "<<<<<<< HEAD\n" + text + ">>>>>>> x\n",
            "handbook.lock:1 is half",
        ),
        (lambda text: text[:-9], "is not TOML"),
        (lambda text: text.replace("schema = 1", "schema = 9"), "has schema 9"),
        (lambda text: text.replace("schema = 1\n", ""), "lacks schema"),
        (
            lambda text: text.replace('hash = "sha256:', 'hash = "md5:'),
            "must look like",
        ),
        (lambda text: text.replace('source = "', 'origin = "'), "origin"),
        (
            lambda text: text.replace('code = "src', 'code = "../src'),
            "below the project",
        ),
        (lambda text: text.replace('code = "src', 'code = "/src'), "below the project"),
        (
            lambda text: text.replace('code = "src', 'code = "C:src'),
            "below the project",
        ),
        (
            lambda text: text.replace('code = "src', r'code = "..\\src'),
            "below the project",
        ),
        (
            lambda text: text.replace('"explore/nulls.py"', '"explore/../../x.py"'),
            "below the project",
        ),
        (
            lambda text: text.replace('"explore/nulls.py"', '"explore/other.py"'),
            "its hash is not that of its files",
        ),
        (lambda text: text.replace('tests = "tests', 'tests = "tests/../..'), "below"),
        (
            lambda text: text.partition('\n[snippets."explore.nulls".test')[0],
            "go together",
        ),
        (
            lambda text: text.replace('"shop.snippets', '"shop snippets'),
            "must look like",
        ),
        (
            lambda text: text.replace('"explore.nulls"', '"explore nulls"'),
            "not the name",
        ),
    ],
)
@pytest.mark.usefixtures("copied")
def test_a_lock_that_was_edited_or_half_merged_is_refused(
    project: Path,
    refused: Callable[..., str],
    edit: Callable[[str], str],
    reason: str,
) -> None:
    lock = project / LOCK
    before = lock.read_text("utf-8")
    lock.write_text(edit(before), "utf-8")
    assert lock.read_text("utf-8") != before

    for command in (["status"], ["upgrade"], ["remove", "explore.nulls"]):
        line = refused(*command)
        assert LOCK in line
        assert reason in line


@pytest.mark.usefixtures("copied")
def test_a_missing_or_changed_base_is_not_used_for_a_merge(
    upstream: Upstream, project: Path, refused: Callable[..., str]
) -> None:
    upstream.publish(files={"nulls.py": NULLS + "# newer\n"})
    base = sorted((project / ".handbook").iterdir())[0]
    base.write_bytes(base.read_bytes() + b"# changed\n")
    assert f"{base.name} was changed: restore it from git" in refused("status")
    base.unlink()
    assert f"{base.name} is missing: restore it from git" in refused("upgrade")


@pytest.mark.parametrize(
    "folder", ["../elsewhere", "/elsewhere", "src/../../elsewhere"]
)
def test_a_folder_outside_the_project_is_refused(
    project: Path, refused: Callable[..., str], folder: str
) -> None:
    for option in ("--to", "--tests"):
        assert "is outside the project" in refused(
            "add", "explore.nulls", option, folder
        )
    settings = project / "pyproject.toml"
    text = settings.read_text("utf-8").replace("src/shop/snippets", folder)
    settings.write_text(text, "utf-8")
    assert "below the project" in refused("add", "explore.nulls")


@pytest.mark.parametrize(
    "link", ["src", "src/shop/snippets", MODULE, ".handbook", LOCK]
)
def test_a_symbolic_link_in_the_way_is_refused(
    project: Path, refused: Callable[..., str], tmp_path: Path, link: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    path = project / link
    if path.is_dir():
        path.rename(outside / path.name)
        outside = outside / path.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(outside)
    before = tree(outside)

    assert f"{link} is a symbolic link" in refused("add", "explore.nulls")
    assert tree(outside) == before


@pytest.mark.parametrize("place", [MODULE, TESTED])
def test_another_file_in_the_way_is_not_overwritten(
    project: Path, refused: Callable[..., str], place: str
) -> None:
    (project / place).parent.mkdir(parents=True)
    (project / place).write_text("MINE = True\n", "utf-8")

    assert f"{place} is in the way" in refused("add", "explore.nulls")


def test_a_folder_instead_of_a_file_is_refused(
    project: Path, refused: Callable[..., str]
) -> None:
    (project / MODULE).mkdir(parents=True)
    assert f"{MODULE} cannot be read" in refused("add", "explore.nulls")


def test_a_file_instead_of_a_folder_is_refused(
    project: Path, refused: Callable[..., str]
) -> None:
    (project / "src/shop/snippets").write_text("no folder\n", "utf-8")
    assert "src/shop/snippets" in refused("add", "explore.nulls")


@pytest.mark.skipif(os.name == "nt", reason="the flag has another meaning on folders")
def test_a_read_only_folder_is_not_changed(
    project: Path, refused: Callable[..., str]
) -> None:
    (project / "src/shop").chmod(0o555)
    try:
        assert "is read-only: nothing was changed" in refused("add", "explore.nulls")
    finally:
        (project / "src/shop").chmod(0o755)


@pytest.mark.usefixtures("copied")
def test_a_read_only_file_is_not_changed(
    upstream: Upstream, project: Path, refused: Callable[..., str]
) -> None:
    upstream.publish(files={"nulls.py": NULLS + "# newer\n"})
    for place in (MODULE, LOCK):
        (project / place).chmod(0o444)
        assert f"{Path(place).name} is read-only" in refused("upgrade")
        (project / place).chmod(0o644)


@pytest.mark.usefixtures("copied")
def test_only_force_removes_an_edited_copy(
    project: Path, refused: Callable[..., str], handbook: Handbook
) -> None:
    (project / MODULE).write_text("MINE = True\n", "utf-8")

    assert f"you have edited {MODULE}" in refused("remove", "explore.nulls")
    assert handbook("remove", "explore.nulls", "--force").status == 0
    assert not (project / MODULE).exists()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("[tool.handbook]\ntests = 'tests'\n", "lacks code"),
        ("[tool.handbook]\ncode = 3\n", "lacks code"),
        ("[tool.handbook]\ncode = 'x'\ntests = 3\n", "tests must be a folder"),
        ("[tool.handbook]\ncode = 'x'\nplace = 3\n", "and nothing else"),
        ("[tool]\nhandbook = 3\n", "and nothing else"),
        ("[tool.handbook", "pyproject.toml cannot be read"),
        ("[tool.handbook]\ncode = 'my-shop'\n", "not a Python name"),
        ("[tool.handbook]\ncode = 'src/class'\n", "not a Python name"),
        ("", "Use --to FOLDER"),
    ],
)
def test_an_invalid_setting_is_refused(
    project: Path, refused: Callable[..., str], settings: str, reason: str
) -> None:
    (project / "pyproject.toml").write_text(settings, "utf-8")

    assert reason in refused("add", "explore.nulls")


def test_outside_any_project_the_command_is_refused(
    project: Path,
    upstream: Upstream,
    handbook: Handbook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(project.parent)

    for command in (["add", "x.y"], ["status"], ["upgrade"]):
        result = handbook(*command)
        assert (result.status, "no pyproject.toml" in result.err) == (2, True)
    searched = handbook("search", "null", "--from", str(upstream.folder))
    assert (searched.status, searched.out.split()[0]) == (0, "explore.nulls")
