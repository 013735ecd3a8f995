"""What a copy needs is looked for in every file where a project may declare it."""

import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from handbook.copier.conda import Item, read_items
from handbook.copier.declared import read_declarations
from handbook.copier.needs import OLDEST, describe_needs, describe_python
from handbook.copier.versions import ranges_of
from tests.handbook.copier.upstream import Handbook, Upstream

ROOT = Path(__file__).parents[3]
CONDA = """\
name: shop
channels: [conda-forge]
dependencies:
  - python=3.12
  # The tables.
  - {pandas}  # one comment
  - pip
  - pip:
    - numpy>=2
prefix: /opt
"""


def _write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")


def _pandas(root: Path) -> str:
    (line,) = describe_needs(root, ["pandas>=3.0"])
    return line.removeprefix("pandas>=3.0: ")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"requirements.txt": "Pandas==3.1  # pinned\n"}, "has Pandas==3.1"),
        ({"requirements-dev.txt": "pandas==2.2 \\\n  --hash=x\n"}, "no version"),
        ({"requirements.txt": "pandas===ours\n"}, "no version"),
        ({"requirements/base.txt": "pandas\n"}, "has pandas"),
        ({"requirements.txt": "-r in/b.txt", "in/b.txt": "pandas"}, "has pandas"),
        ({"requirements.txt": "-rb.txt\n", "b.txt": "pandas\n"}, "has pandas"),
        ({"requirements.txt": "--requirement=b", "b": "pandas #x"}, "has pandas"),
        (
            {"requirements.txt": "-r b", "b": "-r requirements.txt\npandas"},
            "has pandas",
        ),
        ({"requirements.txt": "-e git+https://a.b/c#egg=pandas\n"}, "has pandas"),
        ({"requirements.txt": "-c c\npandas", "c": "pandas==3.1"}, "pandas==3.1"),
        ({"requirements.txt": "-c c\npandas", "c": "pandas==2.1"}, "no version"),
        ({"pyproject.toml": "[dependency-groups]\nx = ['pandas']\n"}, "has pandas"),
        ({"pyproject.toml": "project.dependencies = ['pandas<3']\n"}, "no version"),
        ({"pyproject.toml": "project.dependencies = ['pandas>2,<4']"}, "pandas<4,>2"),
        ({"pyproject.toml": "project.dependencies = ['pandas~=2.1']\n"}, "no version"),
        (
            {"pyproject.toml": "project.optional-dependencies.x = ['pandas==3.*']\n"},
            "has pandas==3.*",
        ),
        (
            {"pyproject.toml": "tool.poetry.dependencies.pandas = '^3.0'\n"},
            "has pandas ^3.0",
        ),
        (
            {"pyproject.toml": "tool.poetry.dependencies.Pandas = '~2.1'\n"},
            "has Pandas ~2.1, which leaves no version",
        ),
        (
            {"pyproject.toml": "tool.poetry.group.x.dependencies.pandas = '*'\n"},
            "has pandas",
        ),
        (
            {"pyproject.toml": "tool.poetry.dev-dependencies.pandas.git = 'x'\n"},
            "has pandas",
        ),
        (
            {
                "pyproject.toml": "[tool.poetry.dependencies]\n"
                "pandas = [{version = '^2'}, {version = '^3'}]\n"
            },
            "has pandas ^2, pandas ^3",
        ),
        ({"pyproject.toml": "tool.pixi.dependencies.pandas = '>=3'"}, "has pandas >=3"),
        ({"pyproject.toml": "tool.pdm.dev-dependencies.x = ['pandas']"}, "has pandas"),
        ({"pyproject.toml": "tool.uv.dev-dependencies = ['pandas']"}, "has pandas"),
        (
            {"pyproject.toml": "tool.hatch.envs.x.dependencies = ['pandas']\n"},
            "has pandas",
        ),
        (
            {
                "pyproject.toml": "tool.setuptools.dynamic.dependencies.file = 'a.in'",
                "a.in": "pandas\n",
            },
            "has pandas",
        ),
        ({"setup.cfg": "[options]\ninstall_requires = pandas>=3\n"}, "has pandas>=3"),
        ({"setup.cfg": "[options]\ninstall_requires =\n  x\n  pandas\n"}, "has pandas"),
        (
            {"setup.cfg": "[options.extras_require]\nx = y; pandas\n"},
            "has pandas",
        ),
        (
            {"setup.cfg": "[options]\ninstall_requires = file: a.in", "a.in": "pandas"},
            "has pandas",
        ),
        ({"environment.yml": CONDA.format(pandas="pandas")}, "has pandas"),
        ({"environment.yaml": CONDA.format(pandas="pandas")}, "has pandas"),
        ({"environment.yml": CONDA.format(pandas='"pandas>=3"')}, "has pandas >=3"),
        ({"environment.yml": CONDA.format(pandas="pandas=2.2")}, "no version"),
        ({"environment.yml": CONDA.format(pandas="pandas=3.0=py312_0")}, "pandas =3.0"),
        ({"environment.yml": CONDA.format(pandas="x::pandas 3.*")}, "has pandas 3.*"),
        ({"environment.yml": "dependencies:\n- pandas[version='<3']\n"}, "no version"),
        (
            {
                "environment.yml": "dependencies:\n- pip:\n  - -r r.in\n",
                "r.in": "pandas\n",
            },
            "has pandas",
        ),
        *(
            ({name: "pandas>=3\n"}, "has pandas>=3")
            for name in (
                "requirements.in",
                "requirements/base.in",
                "dev-requirements.txt",
                "dev-requirements.in",
            )
        ),
        *(
            ({name: CONDA.format(pandas="pandas")}, "has pandas")
            for name in ("conda.yml", "conda.yaml")
        ),
        (
            {"environment.yml": "'dependencies':\n- pandas\n"},
            "has pandas",
        ),
        ({"hatch.toml": "[envs.x]\nextra-dependencies = ['pandas']\n"}, "has pandas"),
        ({"setup.cfg": "[options]\ninstall-requires = pandas>=3\n"}, "has pandas>=3"),
        ({"Pipfile": "[packages]\npandas = '*'\n"}, "has pandas"),
        ({"Pipfile": "[dev-packages]\npandas.version = '<3'\n"}, "no version"),
        ({"pixi.toml": "[feature.x.pypi-dependencies]\npandas = '*'\n"}, "has pandas"),
    ],
)
def test_a_package_is_found_where_the_project_declares_it(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    _write(tmp_path, files)

    line = _pandas(tmp_path)

    assert line.startswith("the project has ")
    assert line.endswith(expected)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "the project lacks it (read: no file that names packages)"),
        ({"pyproject.toml": ""}, "the project lacks it (read: pyproject.toml)"),
        (
            {"pyproject.toml": "project.dependencies = 3\ntool.poetry = 3\n"},
            "the project lacks it (read: pyproject.toml)",
        ),
        (
            {"requirements.txt": "-r b.in\n-c c.in\n", "b.in": "x\n", "c.in": "y\n"},
            "the project lacks it (read: requirements.txt, b.in, c.in)",
        ),
        (
            {"requirements.txt": "-c c.in\n", "c.in": "pandas==3.0\n"},
            "the project lacks it (read: requirements.txt, c.in), it only limits "
            "pandas==3.0",
        ),
        (
            {"requirements.txt": "-r gone.txt\n"},
            "not in requirements.txt; not read: gone.txt (no such file)",
        ),
        (
            {"requirements.txt": "-r https://a.b/c.txt\n"},
            "not in requirements.txt; not read: https://a.b/c.txt (not on this disk)",
        ),
        (
            {"setup.py": "setup(install_requires=['pandas'])\n"},
            "not found; not read: setup.py (it would have to be run)",
        ),
        *(
            ({name: ""}, f"not found; not read: {name} ({reason})")
            for name, reason in (
                ("tox.ini", "it lists what tests need"),
                ("pylock.toml", "a lock file"),
            )
        ),
        (
            {"environment.yml": "dependencies: [python=3.12, 'pandas>=3.0']\n"},
            "not found; not read: environment.yml (dependencies: is not a list with "
            "one item a line)",
        ),
        (
            {"environment.yml": "dependencies:\n  - python\n  - {pip: [pandas]}\n"},
            "not found; not read: environment.yml (line 3 is not one item)",
        ),
        (
            {"environment.yml": CONDA.format(pandas="polars"), "Pipfile": "[packages]"},
            "the project lacks it (read: environment.yml, Pipfile)",
        ),
    ],
)
def test_a_package_that_is_found_nowhere_names_the_files(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    _write(tmp_path, files)

    assert _pandas(tmp_path) == expected


def test_a_file_of_a_windows_shell_is_read(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes("pandas>=3\r\n".encode("utf-16"))

    assert _pandas(tmp_path).endswith("has pandas>=3")


@pytest.mark.parametrize(
    ("name", "text"), [("Pipfile", "[packages"), ("setup.cfg", "no section\n")]
)
def test_a_broken_file_is_not_read(tmp_path: Path, name: str, text: str) -> None:
    _write(tmp_path, {name: text})

    found = read_declarations(tmp_path)

    assert found.read == []
    (line,) = found.unread
    assert line.startswith(f"{name} (")
    assert "\n" not in line


@pytest.mark.parametrize(
    "text",
    [
        "dependencies:\n  - a\n    - b\n",
        "dependencies:\n  - a\n - b\n",
        "dependencies:\n  - a: 1\n",
        "dependencies:\n  - &x a\n",
        "dependencies:\n  - 'a\n",
        "dependencies:\n  - a\n    more\n",
        "dependencies:\n\t- a\n",
        "dependencies:\n  - pip: [a]\n",
        "dependencies:\n  -\n    a\n",
        "{dependencies: [a]}\n",
    ],
)
def test_an_odd_list_of_conda_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="one item"):
        list(read_items(text))


def test_conda_reads_packages_and_lines_for_pip_apart() -> None:
    items = list(read_items(CONDA.format(pandas="pandas")))

    assert items == [
        Item("python=3.12", False),
        Item("pandas", False),
        Item("pip", False),
        Item("numpy>=2", True),
    ]
    assert list(read_items("name: shop\n")) == []


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("^3.1", "3.9", "4.0"),
        ("^0.2.3", "0.2.9", "0.3.0"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^0", "0.9", "1.0"),
        ("~3.1.2", "3.1.9", "3.2"),
        ("~3", "3.9", "4.0"),
        ("3.0.1", "3.0.1", "3.0.2"),
        ("3.*", "3.9", "4.0"),
        ("=3.1", "3.1.5", "3.2"),
        (">= 2, < 4", "3.0", "4.0"),
        (">=2 <4", "3.0", "4.0"),
        (">=2.0.*", "3.0", "1.9"),
        ("^2 || ^4", "4.5", "3.0"),
        ("2.*|4.*", "2.5", "3.0"),
    ],
)
def test_ranges_of_poetry_and_conda_are_read(
    text: str, inside: str, outside: str
) -> None:
    ranges = ranges_of(text)

    assert any(each.contains(inside) for each in ranges)
    assert not any(each.contains(outside) for each in ranges)


@pytest.mark.parametrize("text", ["*", "", "latest!", "^x", ">=1 @ 2"])
def test_a_range_that_is_not_understood_allows_all(text: str) -> None:
    assert ranges_of(text) == (SpecifierSet(),)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (">=3.9", ["Python>=3.11: the project allows >=3.9"]),
        (">=3.11", []),
        ("==3.12.*", []),
        ("nonsense", []),
    ],
)
def test_a_project_for_an_older_python_is_told(
    tmp_path: Path, asked: str, expected: list[str]
) -> None:
    _write(tmp_path, {"pyproject.toml": f"project.requires-python = '{asked}'\n"})

    assert list(describe_python(tmp_path)) == expected


def test_the_oldest_python_is_ours() -> None:
    own = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    assert own["project"]["requires-python"] == f">=3.{OLDEST}"


def test_add_prints_what_is_missing(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    settings = project / "pyproject.toml"
    text = settings.read_text("utf-8").replace('"pandas>=3"', "")
    _write(project, {settings.name: text, "setup.py": ""})

    add = handbook("add", "explore.nulls", "--from", str(upstream.folder))

    assert (
        "  needs pandas>=3.0: not in pyproject.toml; not read: setup.py (it would "
        "have to be run)\n"
    ) in add.out
