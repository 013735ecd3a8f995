"""What the script of a page needs, keeps and refuses; tests/site reads them all."""

import re
import tomllib
from pathlib import Path, PurePosixPath

import pytest

from handbook.book.book import Book
from handbook.site.scripts import render_scripts

ROOT = Path(__file__).parents[3]
SITE_URL = "http://127.0.0.1:1/"


def _header(script: str) -> dict[str, object]:
    """Return the PEP 723 block, read with the expression from the PEP."""
    (block,) = re.findall(
        r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$", script
    )
    text = re.sub(r"(?m)^# ?", "", block[0])
    return tomllib.loads(text)


def _book(folder: Path, page: str) -> Book:
    for name in ("mkdocs.yml", "pyproject.toml"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "docs/explore").mkdir(parents=True)
    (folder / "docs/explore/it.md").write_text(page)
    (folder / "snippets").mkdir()
    (folder / "snippets/__init__.py").touch()
    (folder / "snippets/rows.py").write_text("import pyarrow\n")
    return Book(folder.resolve())


def test_its_header_names_python_the_packages_and_the_wheel(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wheel = f"two_mountains-{project['version']}-py3-none-any.whl"
    page = (
        "# It\n\n```python\nimport json\n\nimport pandas as pd\n\n"
        "from snippets import rows\n```\n"
    )

    rendered = render_scripts(_book(tmp_path, page), SITE_URL)
    header = _header(rendered[PurePosixPath("explore/it.py")].decode())

    said = {str(each).partition(">=")[0] for each in header.pop("dependencies")}  # type: ignore[attr-defined]
    assert said == {"pandas", "pyarrow", f"two-mountains @ {SITE_URL}code/{wheel}"}
    assert header == {"requires-python": project["requires-python"]}


def test_what_a_block_runs_as_a_module_is_a_dependency(tmp_path: Path) -> None:
    page = (
        "# It\n\n```python\nimport subprocess\nimport sys\n\n"
        'subprocess.run([sys.executable, "-m", "pytest", "--version"])\n```\n'
    )

    rendered = render_scripts(_book(tmp_path, page), SITE_URL)
    header = _header(rendered[PurePosixPath("explore/it.py")].decode())

    assert any(str(each).startswith("pytest") for each in header["dependencies"])  # type: ignore[attr-defined]


def test_a_string_of_several_lines_in_a_block_that_fails_is_kept(
    tmp_path: Path,
) -> None:
    page = (
        "# It\n\n```python\ntext = '''one\n  two\n'''\nraise OSError(text)\n```\n\n"
        "<!--handbook:expected-error-->\n\n```text\nOSError: one\n  two\n```\n"
    )

    script = render_scripts(_book(tmp_path, page), SITE_URL)[
        PurePosixPath("explore/it.py")
    ]

    names: dict[str, object] = {}
    exec(compile(script, "it.py", "exec"), names)  # noqa: S102  our own code
    assert names["text"] == "one\n  two\n"


def test_an_import_that_no_extra_names_is_refused(tmp_path: Path) -> None:
    book = _book(tmp_path, "# It\n\n```python\nimport nowhere_to_be_found\n```\n")

    with pytest.raises(ValueError, match=r"docs/explore/it\.md.*nowhere_to_be_found"):
        render_scripts(book, SITE_URL)
