"""With every kernel of this processor; tests/handbook/run tries one beside its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handbook.base.errors import WrongUse
from handbook.book.book import Book
from handbook.run.compare import on_reference
from handbook.run.engine.numerics import Kernel, find_kernels

ROOT = Path(__file__).parents[2]
# A thousand products: each kernel adds them in an order of its own.
SUM = (
    "import numpy as np\n\n"
    "row = np.random.default_rng(1).normal(size=1000)\n"
    "total = float(row @ row)\n"
)
BELOW = "\n<!--pytest-codeblocks:expected-output-->\n\n```text\n```\n"
# On an edge of rounding, with the last digits of the total behind it.
DRAW = (
    "from math import fsum\nfrom pathlib import Path\n\n"
    "edge = 121.835 + (total - fsum(row * row)) * 1e4\n"
    """Path("figures/rounded-a.svg").write_text(f'<svg x="{edge}"/>')\n"""
)
PAGES = {
    "planted.md": f"```python\n{SUM}print(total)\n```\n{BELOW}",
    "rounded.md": f"```python\n{SUM}{DRAW}print(round(total, 6))\n```\n{BELOW}",
    "late_flights/leg.py": (
        "# %% [markdown]\n# # Title\n\n"
        f"# %%\n{SUM}\n# %%\nprint(total)\n\n# %%\nprint(round(total, 6))\n"
    ),
}


def _handbook(book: Book, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handbook", "run", *arguments],
        cwd=book.root,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def _total(kernel: Kernel) -> str:
    return subprocess.run(
        [sys.executable, "-c", f"{SUM}print(total)"],
        env={"OPENBLAS_NUM_THREADS": "1", **kernel.variables},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_print_that_hangs_on_the_last_digit_is_named(book: Book) -> None:
    (book.root / "docs/late_flights").mkdir()
    for name, text in PAGES.items():
        (book.root / "docs" / name).write_text(text)
    if not on_reference(book.root):
        run = _handbook(book, "--kernels")
        assert run.returncode == 2
        assert "--kernels compares outputs on their reference platform" in run.stderr
        return

    assert _handbook(book, "--update").returncode == 0
    notebook = (book.root / "docs/late_flights/leg.ipynb").read_text()
    run = _handbook(book, "--kernels")

    (own, *others), refused = find_kernels(book.root)
    different = [kernel for kernel in others if _total(kernel) != _total(own)]
    assert different
    assert run.returncode == 1
    told = [line for line in run.stdout.splitlines() if line.startswith("docs/")]
    assert told == [
        *(
            f"docs/late_flights/leg.py:11: with {kernel}, "
            "cell 2 gives something else: print or draw fewer digits"
            for kernel in sorted(different, key=str)
        ),
        *(
            f"docs/planted.md:12: with {kernel}, "
            "the block prints something else: print or draw fewer digits"
            for kernel in sorted(different, key=str)
        ),
    ]
    for kernel in (own, *others):
        assert f"{kernel}: 2 chapters, 1 notebook: 0 cached, 3 ran in " in run.stdout
    for reason in refused:
        assert f"not run: {reason}\n" in run.stdout
    # The site shows what was run without a request.
    assert (book.root / "docs/late_flights/leg.ipynb").read_text() == notebook


def test_a_kernel_counts_once_and_one_that_cannot_be_run_is_named(book: Book) -> None:
    if not on_reference(book.root):
        with pytest.raises(WrongUse):
            find_kernels(book.root)
        return
    kernels, refused = find_kernels(book.root)

    names = [kernel.name for kernel in kernels]
    assert len(names) == len(set(names)) > 1
    assert kernels[0].variables == {}
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    run = {name for name in names if "SkylakeX" in name}
    assert (
        bool(run) == ("avx512f" in flags) != any("SkylakeX" in why for why in refused)
    )
    for level in ("X86_V2", "X86_V3")[: 1 + ("avx2" in flags)]:
        assert any(name.endswith(level) for name in names)
