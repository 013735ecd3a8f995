"""A command that is killed, or finds the disk full, leaves each file old or new."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from handbook.run.compare import on_reference

ROOT = Path(__file__).parents[2]
LIMIT = 2000  # bytes of a file; each file that matters is larger, its old form included
# Once the command opens a file of the book to write, no file may grow past the limit.
# Writing on raises an error, or kills the process: in the middle of a write.
DRIVER = f"""
import os, resource, signal, sys
if sys.argv[1] == "killed":
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
here = os.getcwd()
def limit(event, values):
    if event == "open" and values[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        path = os.path.abspath(str(values[0]))
        named = not isinstance(values[0], int)
        cached = f"{{os.sep}}.cache{{os.sep}}" in path
        if named and path.startswith(here) and not cached:
            resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, {LIMIT}))
if sys.argv[1] != "whole":
    sys.addaudithook(limit)
from handbook.cli import main
sys.exit(main(sys.argv[2:]))
"""
LONG = "\n".join(f"This is sentence {number} of the page." for number in range(200))
FILLED = "\n".join(f"[filled-{number}]: index.md" for number in range(300))
DRAWS = """\
```python
from pathlib import Path

print(1)
points = " ".join(f"{x},{x}" for x in range(600))
Path("figures/late-a.svg").write_text(f'<svg><path d="M{points}"/></svg>')
```

<!--pytest-codeblocks:expected-output-->

```text
```
"""


def page_and_figure(root: Path) -> None:
    (root / "docs/late.md").write_text(f"# Late\n\n{DRAWS}\n{LONG}\n")
    figure = root / "docs/figures/late-a.svg"
    figure.parent.mkdir()
    figure.write_text(f"<svg><!--{LONG}--></svg>")


def figure_only(root: Path) -> None:
    page_and_figure(root)
    page = root / "docs/late.md"
    page.write_text(page.read_text().replace("```text\n", "```text\n1\n"))


def page_to_fix(root: Path) -> None:
    head = "---\ndescription: Late flights.\n---\n\n# Late\n\n"
    (root / "docs/late.md").write_text(f"{head}It is\nhere.\n\n{LONG}\n")


def chapter(root: Path) -> None:
    for name in ("mkdocs.yml", "tests/site/search.tsv"):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        old = file.read_text() if file.exists() else ""
        file.write_text(old + "".join(f"# {line}\n" for line in LONG.splitlines()))


def code_and_terms(root: Path) -> None:
    (root / "snippets/explore").mkdir(parents=True)
    for folder in ("snippets/explore", "docs/code/snippets/explore"):
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / folder / "late.py").write_text(f'"""{LONG}\n\n{folder}"""\n')


def built_site(root: Path) -> None:
    (root / "docs/index.md").write_text(f"---\ndescription: A.\n---\n\n# T\n\n{LONG}\n")
    (root / "site").mkdir()
    html = f"<html><body><h1>T</h1><p>{LONG}</p></body></html>"
    (root / "site/index.html").write_text(html)
    (root / "site/search").mkdir()
    (root / "site/search/search_index.json").write_text('{"config": {}, "docs": []}')
    (root / "site/index.md").write_text(f"{LONG}{LONG}")


class Case(NamedTuple):
    prepare: Callable[[Path], None]
    command: str
    files: tuple[str, ...]  # some that it writes


CASES = {
    "a page": Case(
        page_and_figure, "run --update", ("docs/late.md", "docs/figures/late-a.svg")
    ),
    "a figure": Case(figure_only, "run --update", ("docs/figures/late-a.svg",)),
    "a fix": Case(page_to_fix, "check --fix docs/late.md", ("docs/late.md",)),
    "a new chapter": Case(
        chapter,
        "new chapter explore/rates Rates",
        ("mkdocs.yml", "tests/site/search.tsv"),
    ),
    "generated files": Case(
        code_and_terms,
        "generate",
        ("docs/code/snippets/explore/late.py", "docs/contribute/rules.md"),
    ),
    "a finished site": Case(built_site, "finish site", ("site/index.md",)),
}


def read(root: Path) -> dict[str, bytes]:
    """Return the files that matter: not caches, nor parts that were never renamed."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".cache" not in path.parts and path.suffix != ".part"
    }


def run(root: Path, how: str, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", DRIVER, how, *command.split()],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(
    not on_reference(ROOT), reason="--update writes on the reference only"
)
@pytest.mark.parametrize("name", CASES)
def test_each_file_is_old_or_new(
    name: str, small_book: Callable[[Path], object], tmp_path: Path
) -> None:
    case, made = CASES[name], {}
    for how in ("whole", "full", "killed"):
        (tmp_path / how).mkdir()
        small_book(tmp_path / how)
        case.prepare(tmp_path / how)
    old = read(tmp_path / "whole")
    whole = run(tmp_path / "whole", "whole", case.command)
    assert whole.returncode in {0, 1}, whole.stderr
    new = read(tmp_path / "whole")
    assert all(old.get(file) != new[file] for file in case.files), whole.stdout
    assert all(len(new[file]) > LIMIT for file in case.files)

    for how in ("full", "killed"):
        made[how] = run(tmp_path / how, how, case.command)
        left = read(tmp_path / how)
        assert left != new
        for file, content in left.items():
            assert content in {old.get(file), new.get(file)}, (how, file)
        assert old.keys() <= left.keys()
    assert made["killed"].returncode == -signal.SIGXFSZ
    assert made["full"].returncode == 2
    assert "File too large" in made["full"].stderr
    assert "Traceback" not in made["full"].stderr
