"""A copy of the book for another team, and what the page for it shows."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["PAGE", "ROOT", "SETTINGS", "Copy", "dangling", "parse", "shown"]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/contribute/adopt.md"
GIT = shutil.which("git") or "git"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FINDING = re.compile(r"(?P<path>[^:]+):(?P<line>\d+): (?P<rule>HB\d{3}) ")
SETTINGS = {
    "SITE_URL": "https://our-team.github.io/handbook/",
    "EDIT_URI": "https://github.com/our-team/handbook/edit/main/docs/",
}


def shown(language: str) -> list[str]:
    return [code for kind, code in FENCE.findall(PAGE.read_text()) if kind == language]


class Copy:
    """What the team has, with the tools of this .venv."""

    def __init__(self, root: Path) -> None:
        self.root, self.identity = root, dict[str, str]()
        # HEAD comes along, since a page is as old as it was at that commit.
        self._run(GIT, "clone", "--quiet", "--no-checkout", str(ROOT), str(root))
        options = ("--cached", "--others", "--exclude-standard")
        for name in self._run(GIT, "ls-files", *options).split("\n"):
            if (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, root / name)
        day = self._run(GIT, "log", "-1", "--format=%cI").strip()
        who = {"NAME": "A", "EMAIL": "a@example.org", "DATE": day}
        for key, value in who.items():
            self.identity |= {f"GIT_AUTHOR_{key}": value, f"GIT_COMMITTER_{key}": value}
        # What has not changed need not run again.
        if (ROOT / ".cache/handbook").exists():
            shutil.copytree(ROOT / ".cache/handbook", root / ".cache/handbook")

    def shell(self, console: str) -> str:
        """Run the lines that the page shows after a `$`."""
        commands = re.findall(r"^\$ (.*)", console, re.MULTILINE)
        script = "\n".join(commands).replace(
            ".venv/bin/handbook", f"{sys.executable} -m handbook"
        )
        return self._run(shutil.which("bash") or "bash", "-ec", script, at=self.root)

    def check(self) -> list[str]:
        """Give the lines of `handbook check`; the last one says how many it found."""
        return self._module("handbook", "check", fine=False).splitlines()

    def build(self) -> None:
        self._module("handbook", "generate")
        self._module("mkdocs", "build", "--strict")

    def _module(self, *words: str, fine: bool = True) -> str:
        return self._run(sys.executable, "-m", *words, at=self.root, fine=fine)

    def _run(self, *command: str, at: Path = ROOT, fine: bool = True) -> str:
        run = subprocess.run(
            command,
            cwd=at,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
                **SETTINGS,
                **self.identity,
                "PYTHONPATH": str(at),
                "NO_MKDOCS_2_WARNING": "1",
                "JUPYTER_PATH": str(at / "theme/jupyter"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert not fine or run.returncode == 0, run.stdout + run.stderr
        return run.stdout


def dangling(root: Path, part: str) -> Iterator[str]:
    """Find what points at a part in the plainest way: by its name in an address."""
    address = re.compile(rf"[\"(/]{part}/[\w-]+(\.md|/)")
    for path in sorted([*root.glob("docs/**/*.md"), *root.glob("docs/**/*.py")]):
        name = path.relative_to(root)
        if not {part, "code", "contribute", "reference"} & set(name.parts):
            for line, text in enumerate(path.read_text().split("\n"), 1):
                if address.search(text):
                    yield f"{name.as_posix()}:{line}"


def parse(finding: str) -> "re.Match[str]":
    match = FINDING.match(finding)
    assert match, finding
    return match
