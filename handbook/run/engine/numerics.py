"""Find the numerical kernels that this processor executes, and how to choose each.

OpenBLAS and NumPy contain several kernels, and choose one to fit the processor. Kernels
add in different orders, so the last digits of results differ.

Started as `python -m handbook.run.engine.numerics`, this prints the kernels of its own
process, and then computes with them.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from handbook.base.errors import WrongUse
from handbook.run.engine.conditions import Conditions

__all__ = ["Kernel", "find_kernels", "main"]

# The names that OpenBLAS knows on x86-64. A build may use one kernel for several.
_CORETYPES = (
    *("Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen"),
    *("SkylakeX", "Cooperlake", "SapphireRapids"),
)


@dataclass(frozen=True, slots=True)
class Kernel:
    """A numerical kernel: the code of OpenBLAS and NumPy that computes.

    Attributes
    ----------
    name : str
        The name that OpenBLAS and NumPy report at run time.
    variables : Mapping of str to str
        The environment variables that choose it; empty for the libraries' own choice.
    """

    name: str
    variables: Mapping[str, str]

    def __str__(self) -> str:
        chosen = [f"{name}={value!r}" for name, value in self.variables.items()]
        return f"{self.name} ({' '.join(chosen) or 'chosen by the libraries'})"


def find_kernels(root: Path) -> tuple[list[Kernel], list[str]]:
    """Find all kernels; one that has several names is returned once.

    Parameters
    ----------
    root : Path
        The book's root.

    Returns
    -------
    tuple of list of Kernel and list of str
        The kernels that this processor executes, the libraries' own choice first; and
        the reasons why it doesn't execute the others.

    Raises
    ------
    WrongUse
        If the libraries don't report their kernels, or ignore the variables.
    """
    own = _run_with(root, {})
    if own.fault:
        raise WrongUse(f"NumPy and SciPy do not report their kernels: {own.fault}")
    reports = {own.kernel.name: own}
    for coretype in _CORETYPES:
        report = _run_with(root, {"OPENBLAS_CORETYPE": coretype})
        reports.setdefault(report.kernel.name, report)
    if len(reports) == 1:
        raise WrongUse(f"OPENBLAS_CORETYPE changes nothing here: {own.kernel.name}")
    for least in range(len(own.features)):
        unused = " ".join(own.features[least:])
        report = _run_with(root, {"NPY_DISABLE_CPU_FEATURES": unused})
        if report.fault or report.features != own.features[:least]:
            raise WrongUse(f"NumPy uses {unused}, though the environment disables it")
        reports[report.kernel.name] = report
    found = reports.values()
    return (
        [report.kernel for report in found if not report.fault],
        [f"{report.kernel}: {report.fault}" for report in found if report.fault],
    )


class _Report(NamedTuple):
    kernel: Kernel
    features: list[str]  # features of the processor that NumPy uses if they are there
    fault: str


def _run_with(root: Path, variables: Mapping[str, str]) -> _Report:
    """Run this module in a chapter's environment, with variables added to it."""
    run = subprocess.run(
        [sys.executable, "-P", "-m", "handbook.run.engine.numerics"],
        env=Conditions(variables=variables).environment(root),
        capture_output=True,
        text=True,
        check=False,
    )
    fault = ""
    if run.returncode < 0:
        died = signal.Signals(-run.returncode).name
        fault = f"this processor does not execute it ({died})"
    elif run.returncode:
        fault = run.stderr.rstrip().rpartition("\n")[2]
    name, features = " ".join(variables.values()), []
    if run.stdout:  # it prints nothing if it dies during an import
        name, features = json.loads(run.stdout)
    return _Report(Kernel(name, variables), features, fault)


def main() -> None:
    """Print the kernels of this process, then use them: the processor may refuse."""
    # Not at the top: a book need not have these packages.
    import numpy as np  # noqa: PLC0415
    from scipy import linalg  # noqa: PLC0415
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]  # noqa: PLC0415

    libraries = sorted(
        (library["filepath"], library["architecture"])
        for library in threadpool_info()
        if library["internal_api"] == "openblas"
    )
    names = "/".join(dict.fromkeys(name for _, name in libraries))
    simd = np.show_config("dicts")["SIMD Extensions"]
    features = simd.get("found", [])
    level = [*simd["baseline"], *features][-1]
    print(json.dumps([f"OpenBLAS {names}, NumPy {level}", features]), flush=True)
    for kind in (np.float32, np.float64):
        square = np.eye(256, dtype=kind) + np.linspace(0, 1, 256, dtype=kind)
        for library in (np.linalg, linalg):
            library.solve(square @ square, square @ square[0])
            library.svd(square)
            library.norm(square[0] @ square)


if __name__ == "__main__":
    main()
