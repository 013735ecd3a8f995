"""The registry lists what can be copied, and validates everything that it reads."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from handbook.base.files import Files
from handbook.registry.model import Registry, build, hashes, offer
from handbook.registry.receipts import Hostile, Proof, Receipt, write_receipts

_HASH = f"sha256:{'0' * 64}"

FILES = {
    "pyproject.toml": """\
[project]
name = "small"

[project.optional-dependencies]
snippets = [
    "pandas >= 3.0", "pandera[pandas]>=0.26", "pyarrow>=20", "scikit_learn>=1.7",
]
test = ["pytest>=9.0", "hypothesis>=6.150"]
""",
    "docs/explore/delays.md": """\
---
description: Count first.
mountain: explore
terms: [late flight, on time]
---

# How late is late? {#late}

::: snippets.explore.delays.share
""",
    "docs/contribute/rules.md": "# Rules\n\n::: snippets.explore.delays.share\n",
    "snippets/__init__.py": "",
    "snippets/data/__init__.py": "import duckdb\n",
    "snippets/explore/__init__.py": "",
    "snippets/explore/delays.py": '''\
"""Count the late.

More.
"""

import json
from math import pi

import pandas as pd

__all__ = ["share"]


def share() -> None:
    import sklearn.metrics
''',
    "snippets/explore/delays_before.py": "import unknown\n",
    "snippets/cross/__init__.py": "",
    "snippets/cross/clocks/__init__.py": '"""Read clocks."""\n',
    "snippets/cross/clocks/parts.py": '__all__ = ["b", "a"]\n',
    "snippets/cross/clocks/read.py": "from .parts import a\n",
    "tests/snippets/explore/test_delays.py": """\
import pandas as pd
import pandera.pandas as pa
from hypothesis import given

from snippets.explore.delays import share
""",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = tmp_path / "book"
    for path, text in FILES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    return root


def commit(root: Path, day: str) -> None:
    when = {f"GIT_{who}_DATE": f"{day}T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    me = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*me, "commit", "-qm", "All"]):
        git = ["git", "-C", str(root), *words]
        subprocess.run(git, env=os.environ | when, check=True)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class TestBuild:
    def test_a_unit_is_a_module_or_a_folder(self, small: Path) -> None:
        snippets = build(Files(small)).snippets

        assert list(snippets) == ["cross.clocks", "explore.delays"]
        assert list(snippets["cross.clocks"].files) == [
            "code/snippets/cross/clocks/__init__.py",
            "code/snippets/cross/clocks/parts.py",
            "code/snippets/cross/clocks/read.py",
        ]
        assert snippets["cross.clocks"].purpose == "Read clocks."
        assert snippets["cross.clocks"].symbols == ("a", "b")
        assert snippets["cross.clocks"].tests == {}

    def test_packages_come_from_imports_and_ranges_from_the_extras(
        self, small: Path
    ) -> None:
        unit = build(Files(small)).snippets["explore.delays"]

        assert unit.requires == ("pandas>=3.0", "scikit_learn>=1.7")
        assert unit.test_requires == (
            "hypothesis>=6.150",
            "pandera[pandas]>=0.26",
            "pytest>=9.0",
        )

    def test_packages_that_pandas_imports_for_a_method_count(self, small: Path) -> None:
        module = small / "snippets/cross/clocks/read.py"
        module.write_text(
            "import pandas as pd\n\n\ndef read(path):\n    pd.read_parquet(path)\n"
        )

        assert build(Files(small)).snippets["cross.clocks"].requires == (
            "pandas>=3.0",
            "pyarrow>=20",
        )

    def test_only_chapters_count_as_chapters(self, small: Path) -> None:
        unit = build(Files(small)).snippets["explore.delays"]

        shown = [(chapter.title, chapter.address) for chapter in unit.chapters]
        assert shown == [("How late is late?", "explore/delays/")]
        assert unit.words == "How late is late Count first. late flight on time"

    @pytest.mark.parametrize(
        "form", [":::{}", "## ::: {}", "##::: {}", "??? a\n\n    ::: {}"]
    )
    def test_a_chapter_shows_a_unit_however_it_embeds_it(
        self, small: Path, form: str
    ) -> None:
        page, symbol = small / "docs/explore/delays.md", "snippets.explore.delays.share"
        text = page.read_text("utf-8")
        assert f"::: {symbol}\n" in text
        page.write_text(text.replace(f"::: {symbol}", form.format(symbol)), "utf-8")

        assert len(build(Files(small)).snippets["explore.delays"].chapters) == 1

    def test_the_title_is_a_heading_not_a_comment_of_the_front_matter(
        self, small: Path
    ) -> None:
        page = small / "docs/explore/delays.md"
        text = page.read_text("utf-8").replace(
            "---\n", "---\n# For the weekly run.\n", 1
        )
        text = text.replace("# How", "```python\n# A comment\n```\n\n# How")
        page.write_text(text.replace("late?\n", "late? <!--x--> { #a }\n"), "utf-8")

        (chapter,) = build(Files(small)).snippets["explore.delays"].chapters
        assert chapter.title == "How late is late?"

    def test_the_hash_is_that_of_the_output_of_sha256sum(self, small: Path) -> None:
        parts = ("__init__.py", "parts.py", "read.py")
        lines = "".join(
            f"{digest(FILES[f'snippets/cross/clocks/{part}'])}  clocks/{part}\n"
            for part in parts
        )

        assert (
            build(Files(small)).snippets["cross.clocks"].hash
            == f"sha256:{digest(lines)}"
        )

    def test_windows_line_ends_do_not_change_a_hash(self, small: Path) -> None:
        before = build(Files(small)).to_json()
        for file in small.glob("*s/**/*.py"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text, encoding="utf-8", newline="\r\n")

        assert b"\r\n" in (small / "snippets/explore/delays.py").read_bytes()
        assert build(Files(small)).to_json() == before

    def test_hashes_computed_separately_equal_the_registrys(self, small: Path) -> None:
        snippets = build(Files(small)).snippets
        assert hashes(Files(small)) == {
            name: unit.hash for name, unit in snippets.items()
        }

    def test_a_date_is_that_of_the_last_commit_that_changed_it(
        self, small: Path
    ) -> None:
        commit(small, "2026-01-02")
        (small / "snippets/cross/clocks/read.py").write_text("X = 1\n")
        (small / "tests/snippets/explore/test_delays.py").write_text("")
        commit(small, "2026-03-04")

        dates = {unit.name: unit.date for unit in build(Files(small)).snippets.values()}
        assert dates == {"cross.clocks": "2026-03-04", "explore.delays": "2026-01-02"}

    def test_without_history_there_is_no_date(self, small: Path) -> None:
        commit(small, "2026-01-02")
        (small / "snippets/cross/clocks/read.py").write_text("X = 1\n")
        commit(small, "2026-03-04")
        shallow = small.parent / "shallow"
        clone = ["git", "clone", "-q", "--depth=1", small.as_uri(), str(shallow)]
        subprocess.run(clone, check=True)
        shutil.rmtree(small / ".git")

        for root in (small, shallow):
            assert {unit.date for unit in build(Files(root)).snippets.values()} == {
                None
            }

    def test_a_receipt_is_for_exactly_these_bytes(self, small: Path) -> None:
        version = build(Files(small)).snippets["cross.clocks"].hash
        proof = Proof("3.12.1", "Linux x86_64", {"pytest": "9.0.0"})
        receipt = Receipt(
            name="cross.clocks",
            date="2026-11-22",
            tests=3,
            seconds=0.5,
            proved=(proof,),
            hostile=Hostile(31, 31, 2),
        )
        write_receipts(small, {version: receipt})

        assert build(Files(small)).snippets["cross.clocks"].receipt == receipt
        assert receipt.hostile.words == "holds on 31 of 31 hostile inputs"
        (small / "snippets/cross/clocks/read.py").write_text("X = 1\n")
        assert build(Files(small)).snippets["cross.clocks"].receipt is None

    @pytest.mark.parametrize(
        ("path", "text", "message"),
        [
            (
                "snippets/cross/clocks/read.py",
                "X = 1\nimport polars.io\n",
                "snippets/cross/clocks/read.py:2: imports polars.io, which is not in "
                "pyproject.toml's extra `snippets`",
            ),
            (
                "snippets/cross/clocks/read.py",
                "import hypothesis\n",
                "read.py:1: imports hypothesis, which is not in pyproject.toml's extra",
            ),
            (
                "tests/snippets/explore/test_delays.py",
                "import snippets.data\n",
                "test_delays.py:1: imports snippets.data: a copy has only "
                "snippets.explore.delays, so import what you need as "
                "`from snippets.explore.delays import ...`",
            ),
            (
                "tests/snippets/explore/test_delays.py",
                "import polars\n",
                "polars, which is not in pyproject.toml's extra `snippets` or `test`",
            ),
            (
                "tests/snippets/explore/test_delays.py",
                "from snippets.explore import delays\n",
                "test_delays.py:1: imports snippets.explore: a copy has",
            ),
            ("snippets/cross/clocks/read.py", "if:\n", "read.py:1: this is not Python"),
            ("snippets/cross/Clocks.py", "", "snippets/cross/Clocks.py: a snippet's"),
            ("pyproject.toml", "[project]\n", "pyproject.toml: the extras `snippets`"),
            ("snippets/receipts.toml", "x", "snippets/receipts.toml: "),
            ("snippets/recalled.toml", "[a]", "recalled.toml: a table must be named"),
        ],
    )
    def test_an_error_is_reported_with_its_place(
        self, small: Path, path: str, text: str, message: str
    ) -> None:
        (small / path).write_text(text)

        with pytest.raises(ValueError, match=message):
            build(Files(small))


class TestJson:
    def test_a_registry_survives_writing_and_reading(self, small: Path) -> None:
        registry = build(Files(small))
        text = registry.to_json()

        assert Registry.from_json(text) == registry
        assert Registry.from_json(text).to_json() == text
        assert text.endswith("}\n")

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda data: data.update(schema=2), "has schema 2, this command reads 1"),
            (lambda data: data.update(schema="1"), "schema must be a whole number"),
            (lambda data: data.pop("recalled"), "recalled must be a table"),
            (lambda data: data["snippets"].update({"../x": {}}), "is not the name"),
            (
                lambda data: data["snippets"].update({"a.b": []}),
                "'a.b' must be a table",
            ),
            (lambda data: data["recalled"].update(sha=1), "'sha' is not a hash"),
            (lambda data: _unit(data).pop("files"), "lacks files"),
            (lambda data: _unit(data).update(files={}), "has no files"),
            (lambda data: _unit(data).update(hash="md5:1"), "hash must look like"),
            (lambda data: _unit(data).update(date="2026-13-01"), "date must look like"),
            (lambda data: _unit(data).update(requires=[1]), "a list of texts"),
            (lambda data: _unit(data).update(purpose="a\nb"), "purpose must look like"),
            (lambda data: _unit(data).update(hash=_HASH), "not that of its files"),
            (lambda data: _place(data, "/etc/passwd.py"), "is not a file of this"),
            (
                lambda data: _place(data, "code/snippets/../x.py"),
                "is not a file of this",
            ),
            (lambda data: _place(data, r"code\snippets\x.py"), "is not a file of this"),
            (
                lambda data: _place(data, "code/snippets/a/b.py"),
                "is not a file of this",
            ),
            (
                lambda data: _place(data, "code/snippets/explore/delays/../../x.py"),
                "is not a file of this",
            ),
            (
                lambda data: _unit(data).update(tests={"code/tests/x.py": _HASH}),
                "is not the test of this",
            ),
            (
                lambda data: _unit(data).update(
                    chapters=[{"title": "a", "address": "//example.org/"}]
                ),
                "address must look like",
            ),
            (lambda data: _unit(data).update(receipt={}), "receipt lacks name"),
        ],
    )
    def test_anything_else_is_refused_in_a_line(
        self, small: Path, change: Callable[[Any], object], message: str
    ) -> None:
        data = json.loads(build(Files(small)).to_json())
        change(data)

        with pytest.raises(ValueError, match=message) as refused:
            Registry.from_json(json.dumps(data))
        assert "\n" not in str(refused.value)

    @pytest.mark.parametrize(
        "text", ["", "<!doctype html>", "[]", "null", "[" * 100_000, '"\\ud800"']
    )
    def test_an_invalid_registry_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"^registry\.json "):
            Registry.from_json(text)


def _unit(data: Any) -> Any:
    return data["snippets"]["explore.delays"]


def _place(data: Any, path: str) -> None:
    _unit(data)["files"] = {path: _HASH}


def test_the_offer_has_the_files_that_the_registry_names(small: Path) -> None:
    files = offer(Files(small))
    registry = Registry.from_json(files.pop("registry.json").decode())

    named = {
        path: file_hash
        for unit in registry.snippets.values()
        for path, file_hash in {**unit.files, **unit.tests}.items()
    }
    found = {path: f"sha256:{sha256(each).hexdigest()}" for path, each in files.items()}
    assert found == named
