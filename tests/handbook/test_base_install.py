"""What works in an installation without extras, also on Windows."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POSIX = ("fcntl", "grp", "pwd", "resource", "termios")
"""Modules of the standard library that Windows lacks."""


def _base(
    argument: str, *, without: tuple[str, ...]
) -> "subprocess.CompletedProcess[str]":
    """Run the command with only the standard library, and some of that blocked."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
        f"sys.modules.update(dict.fromkeys({without!r})); "
        f"from handbook.cli import main; sys.exit(main({argument.split()!r}))"
    )
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("without", [(), POSIX], ids=["here", "as on Windows"])
def test_the_command_and_its_help_need_no_package(without: tuple[str, ...]) -> None:
    helped = _base("--help", without=without)

    assert helped.stderr == ""
    assert helped.returncode == 0
    assert {"run", "check", "serve"} <= set(helped.stdout.split())


def test_a_blocked_module_is_really_missing() -> None:
    blocked = _base("serve", without=("argparse",))

    assert "import of argparse halted" in blocked.stderr
