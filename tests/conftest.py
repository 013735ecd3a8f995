"""Skip the tests of the site without Chromium: with a message, and never in CI."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# The headless shell draws no window, and so takes half of the processor's time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
# A worker a core: threads of each worker's own would only fight for the cores.
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
