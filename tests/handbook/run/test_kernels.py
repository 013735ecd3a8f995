"""A book prints the same on every processor, or the run names what differs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handbook.base.errors import WrongUse
from handbook.book.book import Book
from handbook.cli import main
from handbook.run.compare import on_reference
from handbook.run.engine import numerics
from handbook.run.engine.numerics import Kernel, find_kernels

ROOT = Path(__file__).parents[3]
OWN = Kernel("chosen", {})
# Each processor executes it, and none of today's would choose it.
OTHER = Kernel("oldest", {"OPENBLAS_CORETYPE": "Prescott"})
# A thousand products: each kernel adds them in an order of its own.
PAGE = """\
```python
import numpy as np

row = np.random.default_rng(1).normal(size=1000)
print(float(row @ row))
```

<!--pytest-codeblocks:expected-output-->

```text
```
"""


def test_a_print_that_hangs_on_the_last_digit_is_named(
    book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With one kernel beside the libraries' choice; `make audit` runs with each."""
    (book.root / "docs/planted.md").write_text(PAGE)
    monkeypatch.chdir(book.root)
    if not on_reference(book.root):
        assert main(["run", "--kernels"]) == 2
        said = capsys.readouterr().err
        assert "--kernels compares outputs on their reference platform" in said
        return
    assert main(["run", "--update"]) == 0
    capsys.readouterr()
    # To ask for all takes seconds a kernel.
    monkeypatch.setattr(
        "handbook.run.command.find_kernels", lambda _: ([OWN, OTHER], ["another: why"])
    )

    assert main(["run", "--kernels"]) == 1

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "not run: another: why"
    assert [line for line in told if line.startswith("docs/")] == [
        f"docs/planted.md:11: with {OTHER}, "
        "the block prints something else: print or draw fewer digits"
    ]
    for kernel in (OWN, OTHER):
        [line] = [line for line in told if line.startswith(f"{kernel}: ")]
        assert "1 chapter: 0 cached, 1 ran in " in line


def test_a_kernel_that_two_names_choose_counts_once(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not on_reference(book.root):
        with pytest.raises(WrongUse):
            find_kernels(book.root)
        return
    # To OpenBLAS these are two names of one; `make audit` asks for all.
    monkeypatch.setattr(numerics, "_CORETYPES", ("Prescott", "Core2"))

    kernels, _ = find_kernels(book.root)

    names = [kernel.name for kernel in kernels]
    assert len(names) == len(set(names)) > 1
    assert kernels[0].variables == {}
    asked = [kernel.variables.get("OPENBLAS_CORETYPE") for kernel in kernels]
    assert asked[:2] == [None, "Prescott"]
    assert "Core2" not in asked


def _handbook(book: Book, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handbook", "run", *arguments],
        cwd=book.root,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_update_with_every_kernel_is_wrong_use(book: Book) -> None:
    run = _handbook(book, "--kernels", "--update")

    assert run.returncode == 2
    assert "--kernels compares" in run.stderr or "--update writes" in run.stderr
