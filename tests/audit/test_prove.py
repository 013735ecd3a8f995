"""`handbook prove` on a book of two snippets, one of which fails where it's copied."""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

from handbook.base.files import Files
from handbook.proof.hostile.record import inputs_key
from handbook.proof.prove.project import find_python
from handbook.registry.model import hashes
from handbook.registry.receipts import (
    Hostile,
    Proof,
    Receipt,
    read_receipts,
    write_receipts,
)

ROOT = Path(__file__).parents[2]
FILES = {
    "mkdocs.yml": "site_name: Two\n",
    "pyproject.toml": """\
[project]
name = "two"

[project.optional-dependencies]
snippets = ["iniconfig>=2.0,<2.1"]
test = ["pytest>=9.0"]
""",
    "snippets/explore/good.py": '"""Be good."""\n\nimport iniconfig\n',
    "tests/snippets/explore/test_good.py": """\
from snippets.explore.good import iniconfig


def test_alone() -> None:
    assert iniconfig.__name__ == "iniconfig"
""",
    "tests/hostile/explore/good.py": "HONEST = []\n",
    "snippets/explore/lonely.py": '"""Need what is not declared."""\n',
    "tests/snippets/explore/test_lonely.py": """\
from importlib import import_module

from snippets.explore.lonely import __doc__


def test_needs_more_than_it_says() -> None:
    import_module("numpy")
""",
}
OLD = f"sha256:{'0' * 64}"


def _prove(root: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "handbook", "prove", *words]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False
    )


def test_only_a_copy_that_passes_has_a_receipt(tmp_path: Path) -> None:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    good, lonely = (hashes(Files(tmp_path))[f"explore.{n}"] for n in ("good", "lonely"))
    windows = Proof("3.11.9", "Windows AMD64", {"pytest": "9.0.0"})
    before = Receipt(
        name="explore.good",
        date="2026-01-02",
        tests=1,
        seconds=0.1,
        proved=(windows,),
    )
    write_receipts(tmp_path, {OLD: before, good: before, lonely: before})

    checked = _prove(tmp_path, "explore.good", "--check")
    assert (checked.returncode, OLD in read_receipts(tmp_path)) == (0, True)

    proved = _prove(tmp_path)

    assert proved.returncode == 1
    assert "explore.good: 1 tests, " in proved.stdout
    assert "explore.lonely, highest versions, " in proved.stdout
    assert "No module named 'numpy'" in proved.stdout
    assert "1 of 2 proved." in proved.stdout
    receipts = read_receipts(tmp_path)
    assert list(receipts) == [good]
    *here, there = receipts[good].proved
    assert there == windows
    assert [proof.versions["iniconfig"] for proof in here][1] == "2.0.0"
    assert {*here[0].versions} == {"iniconfig", "pytest"}
    assert receipts[good].date > before.date
    assert receipts[good].hostile == Hostile(
        0, 0, 0, inputs_key(Files(tmp_path), "explore.good")
    )

    assert Path(find_python(platform.python_version())).is_file()
    missing = _prove(tmp_path, "explore.good", "--python", "3.99")
    assert missing.returncode == 2
    assert "3.99" in missing.stderr
    assert list(read_receipts(tmp_path)) == [good]

    shutil.rmtree(tmp_path / "tests")
    unknown = _prove(tmp_path, "explore.goods")
    assert unknown.returncode == 2
    assert unknown.stderr == (
        "handbook: there is no snippet explore.goods: did you mean explore.good?\n"
    )
