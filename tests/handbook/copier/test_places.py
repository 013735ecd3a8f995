"""A copy goes where the project keeps its code, and its test finds it there."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from handbook.base.files import Files
from handbook.copier.lines import rewrite_imports
from handbook.copier.project import find_project, module_name
from handbook.registry.model import build, offer
from tests.handbook.copier.upstream import (
    MODULE,
    NULLS,
    TEST,
    TESTED,
    Handbook,
    Upstream,
    tree,
)

ROOT = Path(__file__).parents[3]
BASE = ("merge3", "packaging", "tomli_w")
POSIX = ("fcntl", "grp", "pwd", "resource", "termios")


@pytest.fixture(scope="module")
def book() -> dict[str, bytes]:
    """The files that the handbook itself publishes."""
    return offer(Files(ROOT))


@pytest.mark.parametrize(
    ("code", "packages", "module"),
    [
        ("src/shop/snippets", ["src/shop"], "shop.snippets.explore.nulls"),
        ("src/shop/snippets", [], "shop.snippets.explore.nulls"),
        ("src", [], "explore.nulls"),
        ("shop/snippets", ["shop"], "shop.snippets.explore.nulls"),
        ("shop/snippets", [], "shop.snippets.explore.nulls"),
        ("lib/shop/snippets", ["lib/shop"], "shop.snippets.explore.nulls"),
        ("src/vetted", ["src"], "src.vetted.explore.nulls"),
        (".", [], "explore.nulls"),
    ],
)
def test_the_name_to_import_is_read_from_the_folders(
    tmp_path: Path, code: str, packages: list[str], module: str
) -> None:
    for package in packages:
        (tmp_path / package).mkdir(parents=True)
        (tmp_path / package / "__init__.py").touch()

    assert module_name(tmp_path, code, "explore.nulls") == module


def test_a_project_above_the_repository_is_never_used(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "shop/.git").mkdir(parents=True)
    (tmp_path / "shop/src").mkdir()

    assert find_project(tmp_path / "shop/src") == (tmp_path / "shop").resolve()


def test_only_one_import_line_of_a_test_is_rewritten(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    handbook("add", "explore.nulls", "--from", str(upstream.folder))

    copied = (project / TESTED).read_text("utf-8").splitlines()
    changed = [
        pair
        for pair in zip(TEST.splitlines(), copied, strict=True)
        if len(set(pair)) > 1
    ]
    assert changed == [
        (
            "from snippets.explore.nulls import rows",
            "from shop.snippets.explore.nulls import rows",
        )
    ]


def test_only_imports_of_the_snippet_are_rewritten_in_our_tests(
    book: dict[str, bytes],
) -> None:
    for path, content in book.items():
        if not path.startswith("code/tests/"):
            continue
        part, name = path.removesuffix(".py").split("/")[-2:]
        unit = f"{part}.{name.removeprefix('test_')}"
        copied = rewrite_imports(content, unit, f"shop.vetted.{unit}")
        lines = list(zip(content.split(b"\n"), copied.split(b"\n"), strict=True))
        changed = [old for old, new in lines if old != new]
        assert changed
        assert all(old.startswith(f"from snippets.{unit}".encode()) for old in changed)
        assert b"from snippets" not in copied


def test_a_name_with_only_the_same_prefix_is_not_rewritten() -> None:
    test = b"from snippets.explore.nulls_before import rows\n# snippets.explore.nulls\n"

    assert rewrite_imports(test, "explore.nulls", "shop.nulls") == test


def test_new_folders_for_code_are_packages_and_others_stay(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    (project / "lib").mkdir()
    (project / "lib/notes.txt").touch()
    source = str(upstream.folder)
    upstream.publish("engineer.api", {"api.py": "A = 1\n"})

    handbook("add", "explore.nulls", "--from", source)
    handbook("add", "engineer.api", "--from", source, "--to", "lib/vetted")

    made = {
        path.relative_to(project).as_posix() for path in project.rglob("__init__.py")
    }
    assert made == {
        "src/shop/__init__.py",
        "src/shop/snippets/__init__.py",
        "src/shop/snippets/explore/__init__.py",
        "lib/vetted/__init__.py",
        "lib/vetted/engineer/__init__.py",
    }
    assert (project / "tests/vetted/engineer/test_api.py").exists()


def test_the_tests_of_copies_run_in_the_project(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    rows = "def rows(x: list[int]) -> int:\n    return len(x)\n"
    for name, place in (
        ("explore.nulls", "src/kept"),
        ("engineer.api", "vetted"),
        ("secure.pickles", "."),
    ):
        files = {f"{name.partition('.')[2]}.py": rows}
        upstream.publish(name, files, TEST.replace("explore.nulls", name))
        handbook("add", name, "--from", str(upstream.folder), "--to", place)
    (project / "pytest.ini").write_text("[pytest]\npythonpath = src .\n", "utf-8")

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed" in ran.stdout, ran.stdout


def test_add_and_remove_leave_other_files_as_they_were(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    (project / "src/shop/snippets").mkdir()
    (project / "src/shop/snippets/mine.py").touch()
    (project / "tests/snippets").mkdir(parents=True)
    before = tree(project)
    handbook("add", "explore.nulls", "--from", str(upstream.folder))
    (project / MODULE).parent.joinpath("__pycache__").mkdir()

    assert handbook("remove", "explore.nulls").status == 0
    assert tree(project) == before


def test_a_dry_run_lists_everything_and_writes_nothing(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    before = tree(project)

    result = handbook(
        "add", "explore.nulls", "--from", str(upstream.folder), "--dry-run"
    )

    assert (result.status, tree(project)) == (0, before)
    assert set(re.findall("would write (.*)", result.out)) == {
        "src/shop/snippets/__init__.py",
        "src/shop/snippets/explore/__init__.py",
        MODULE,
        TESTED,
        "handbook.lock",
    }


def test_with_no_test_neither_add_nor_upgrade_copies_tests(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    handbook("add", "explore.nulls", "--from", str(upstream.folder), "--no-test")
    upstream.publish(test="# Another.\n")
    assert handbook("status", "--check").out == "explore.nulls  up to date\n"
    upstream.publish(files={"nulls.py": "# Newer.\n"})

    assert handbook("upgrade").status == 0
    assert (project / MODULE).read_text("utf-8") == "# Newer.\n"
    assert not (project / "tests").exists()


def test_an_existing_copy_is_reported_and_an_older_one_is_not_overwritten(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    add = ("add", "explore.nulls", "--from", str(upstream.folder))
    handbook(*add)
    before = tree(project)

    assert handbook(*add).out == "explore.nulls is already here: not edited\n"
    upstream.publish(files={"nulls.py": "# Newer.\n"})
    older = handbook(*add)
    assert (older.status, "handbook upgrade explore.nulls" in older.err) == (2, True)
    assert tree(project) == before
    (project / TESTED).unlink()
    upstream.publish()
    assert f"is already here: deleted here: {TESTED}" in handbook(*add).out


def test_an_identical_file_is_adopted(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    (project / MODULE).parent.mkdir(parents=True)
    (project / MODULE).write_text(NULLS, "utf-8")

    assert handbook("add", "explore.nulls", "--from", str(upstream.folder)).status == 0
    assert handbook("status").out == "explore.nulls  up to date\n"


@pytest.mark.skipif(os.name == "nt", reason="needs a Unix terminal")
def test_on_a_terminal_it_asks_once_and_writes_the_answer_to_pyproject(
    upstream: Upstream,
    project: Path,
    handbook: Handbook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import pty  # noqa: PLC0415  not on Windows

    settings = project / "pyproject.toml"
    settings.write_text("# Mine.\n[project]\nname = 'shop'\n\n[tool.x]\ny = 1", "utf-8")
    add = ["add", "explore.nulls", "--from", str(upstream.folder)]
    keyboard, terminal = pty.openpty()
    with os.fdopen(keyboard, "wb", buffering=0) as keys, os.fdopen(terminal) as screen:
        monkeypatch.setattr(sys, "stdin", screen)
        before = tree(project)
        keys.write(b"\x04")  # Ctrl-D
        silent = handbook(*add)
        assert (silent.status, tree(project)) == (2, before)
        assert silent.err == "handbook: no answer: nothing was changed\n"
        keys.write(b"\n\n\n")
        asked = handbook(*add)

    assert "[src/shop/snippets]" in asked.out
    assert "wrote pyproject.toml" in asked.out
    assert settings.read_text("utf-8") == (
        "# Mine.\n[project]\nname = 'shop'\n\n[tool.x]\ny = 1\n\n"
        '[tool.handbook]\ncode = "src/shop/snippets"\ntests = "tests/snippets"\n'
    )
    assert (project / MODULE).exists()
    upstream.publish("engineer.api", {"api.py": "A = 1\n"})
    assert handbook("add", "engineer.api").status == 0


def test_the_next_copy_goes_where_the_others_are(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    (project / "pyproject.toml").write_text("", "utf-8")
    source = str(upstream.folder)
    handbook("add", "explore.nulls", "--from", source, "--to", "vetted")
    upstream.publish("engineer.api", {"api.py": "A = 1\n"})

    assert handbook("add", "engineer.api").status == 0
    assert (project / "vetted/engineer/api.py").exists()


def test_the_lock_is_sorted_and_a_snippet_is_a_table(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    source = str(upstream.folder)
    upstream.publish("engineer.api", {"api/__init__.py": '"""A."""\n', "api/a.py": ""})
    handbook("add", "explore.nulls", "--from", source)
    one = (project / "handbook.lock").read_bytes()
    handbook("add", "engineer.api", "--from", source)

    lock = (project / "handbook.lock").read_bytes()
    tables = tomllib.loads(lock.decode())["snippets"]
    assert list(tables) == ["engineer.api", "explore.nulls"]
    assert tables["explore.nulls"]["hash"] == upstream.units["explore.nulls"].hash
    assert tables["explore.nulls"]["date"] == "2026-11-22"
    assert b"\r" not in lock
    table = one.partition(b"schema = 1\n")[2]
    assert table
    assert lock.endswith(table)  # the existing table has not changed
    handbook("remove", "engineer.api")
    assert (project / "handbook.lock").read_bytes() == one


def test_a_wheel_can_be_the_source(
    upstream: Upstream, project: Path, handbook: Handbook, tmp_path: Path
) -> None:
    wheel = tmp_path / "two_mountains-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in upstream.folder.rglob("*.*"):
            name = path.relative_to(upstream.folder).as_posix()
            archive.write(path, f"handbook/offer/{name}")

    source = os.path.relpath(wheel)
    assert handbook("add", "explore.nulls", "--from", source).status == 0
    assert (project / MODULE).read_text("utf-8") == NULLS
    assert 'source = "../two_mountains' in (project / "handbook.lock").read_text(
        "utf-8"
    )
    assert handbook("status", "--check").status == 0


def test_every_snippet_of_the_handbook_can_be_copied_together(
    book: dict[str, bytes], project: Path, handbook: Handbook, tmp_path: Path
) -> None:
    for name, content in book.items():
        path = tmp_path / "book" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    source = str(tmp_path / "book")
    names = {f"{Path(n).parts[3]}.{Path(n).stem[5:]}" for n in book if "/test_" in n}

    for name in sorted(names):
        assert handbook("add", name, "--from", source).status == 0
    status = handbook("status", "--check")
    assert status.status == 0
    assert status.out.count("up to date") == len(names)
    for name in sorted(names):
        assert handbook("remove", name).status == 0
    assert not (project / "handbook.lock").exists()
    assert not (project / ".handbook").exists()


def test_a_search_looks_in_names_first_then_purposes_and_words(
    upstream: Upstream, handbook: Handbook
) -> None:
    source = str(upstream.folder)
    upstream.publish("engineer.api", {"api.py": '"""Refuse nulls."""\n'})

    found = handbook("search", "NULL", "--from", source)
    assert [line.split()[0] for line in found.out.splitlines()] == [
        "explore.nulls",
        "engineer.api",
    ]
    assert handbook("search", "refuse", "null", "--from", source).out.count("\n") == 1
    assert handbook("search", "null", "else", "--from", source) == found
    nothing = handbook("search", "refused", "--from", source)
    assert (nothing.status, "did you mean refuse?" in nothing.err) == (1, True)
    assert handbook("search", "?", "--from", source).status == 2


def test_the_base_install_alone_copies_the_handbook_itself_on_windows_too(
    project: Path,
) -> None:
    packages = {
        name: str(Path(__import__(name).__file__ or "").parent.parent) for name in BASE
    }
    code = (
        "import sys, importlib.machinery as m\n"
        "class Base(m.PathFinder):\n"
        "    @classmethod\n"
        "    def find_spec(cls, name, path=None, target=None):\n"
        f"        place = {packages!r}.get(name)\n"
        "        return place and super().find_spec(name, [place])\n"
        "sys.meta_path.append(Base)\n"
        f"sys.modules.update(dict.fromkeys({POSIX!r}))\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from handbook.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    name, unit = next(iter(build(Files(ROOT)).snippets.items()))
    for arguments in (["search", unit.purpose], ["add", name], ["status"]):
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-c", code, *arguments],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
    for file in unit.files:
        path = file.removeprefix("code/snippets/")
        copied = (project / "src/shop/snippets" / path).read_bytes()
        assert copied == (ROOT / "snippets" / path).read_bytes()


def test_status_does_not_wait_for_modules_that_it_does_not_need(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    handbook("add", "explore.nulls", "--from", str(upstream.folder))
    code = (
        "import sys; from handbook.cli import main; main(['status']); "
        "print(*sys.modules, file=sys.stderr)"
    )

    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == "explore.nulls  up to date\n"
    slow = {"packaging", "merge3", "tomli_w", "urllib.request", "difflib", "subprocess"}
    assert set(ran.stderr.split()) & slow == set()


def test_the_pre_commit_hook_runs(upstream: Upstream, handbook: Handbook) -> None:
    handbook("add", "explore.nulls", "--from", str(upstream.folder))
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    (entry,) = re.findall(r"entry: handbook (.*)", text)

    assert handbook(*entry.split()).status == 0
    upstream.publish(files={"nulls.py": "# Newer.\n"})
    assert handbook(*entry.split()).status == 1
