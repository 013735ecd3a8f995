"""`handbook generate` reads the book once, and starts git three times at most."""

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[3]

CHAPTERS = ("docs/explore/delays.md", "docs/cross/clocks.md")

# Python reports each file that it opens and each process that it starts.
COUNT = """
import sys
from pathlib import Path

root = Path(sys.argv[1])
seen = []


def note(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        seen.append(arguments[0])
    elif event == "subprocess.Popen":
        seen.append(f"run {Path(arguments[1][0]).name}")


sys.addaudithook(note)
from handbook.cli import main

status = main(["generate"])
print(*seen, sep="\\n")
sys.exit(status)
"""


def test_each_source_is_opened_once_and_git_is_started_three_times(
    small: Path,
) -> None:
    for name in ("pyproject.toml", "requirements.lock", ".python-version"):
        shutil.copy(ROOT / name, small)
    run = subprocess.run(
        [sys.executable, "-c", COUNT, str(small)],
        cwd=small,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    opened = Counter(run.stdout.splitlines())
    sources = [
        *(small / path for path in CHAPTERS),
        *small.glob("docs/reference/*.yml"),
        small / "mkdocs.yml",
        small / "requirements.lock",
    ]
    assert {path: opened[str(path)] for path in sources} == dict.fromkeys(sources, 1)
    assert 0 < opened["run git"] <= 3
