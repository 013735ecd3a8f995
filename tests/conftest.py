"""Skip the tests of the site without Chromium: with a message, and never in CI."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# One worker a core: more threads in each worker would only compete for the cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# The first call into pandas is slow on a busy machine, whatever the code does.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
MISSING = "no Chromium: tests/site did not run (Debian: apt install chromium)"


def pytest_configure(config: pytest.Config) -> None:
    if CHROMIUM is None and os.environ.get("CI") == "true":
        raise pytest.UsageError(MISSING)
    if CHROMIUM is None:
        site = str(Path(__file__).parent / "site")
        config.option.ignore = [*(config.option.ignore or []), site]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHROMIUM is None:
        terminalreporter.write_sep("!", MISSING, red=True)
