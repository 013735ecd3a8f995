"""Find the numerical kernels that this processor executes, and how to choose each.

OpenBLAS and NumPy hold several versions of the code that computes, and choose one by
the processor. Each adds in an order of its own, so that last digits differ.

Started as `python -m handbook.run.engine.numerics`, this names the kernels of its own
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
from handbook.run.engine.start import environment

__all__ = ["Kernel", "find_kernels", "main"]

# What OpenBLAS takes on x86-64; a build may have fewer kernels than there are names.
_CORETYPES = (
    *("Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen"),
    *("SkylakeX", "Cooperlake", "SapphireRapids"),
)


@dataclass(frozen=True, slots=True)
class Kernel:
    """The code that computes.

    Attributes
    ----------
    name : str
        What OpenBLAS and NumPy report at run time.
    variables : Mapping of str to str
        Of the environment, which choose it; empty for the one that the libraries
        choose.
    """

    name: str
    variables: Mapping[str, str]

    def __str__(self) -> str:
        chosen = [f"{name}={value!r}" for name, value in self.variables.items()]
        return f"{self.name} ({' '.join(chosen) or 'chosen by the libraries'})"


def find_kernels(root: Path) -> tuple[list[Kernel], list[str]]:
    """Find every kernel once, however many names it has.

    Parameters
    ----------
    root : Path
        The book's root.

    Returns
    -------
    tuple of list of Kernel and list of str
        Those that this processor executes, the libraries' choice first; and why it does
        not execute the others.

    Raises
    ------
    WrongUse
        If the libraries cannot be asked, or do as if they had not been.
    """
    own = _ask(root, {})
    if own.fault:
        raise WrongUse(
            f"NumPy and SciPy cannot be asked for their kernels: {own.fault}"
        )
    reports = {own.kernel.name: own}
    for coretype in _CORETYPES:
        report = _ask(root, {"OPENBLAS_CORETYPE": coretype})
        reports.setdefault(report.kernel.name, report)
    if len(reports) == 1:
        raise WrongUse(f"OPENBLAS_CORETYPE changes nothing here: {own.kernel.name}")
    for least in range(len(own.features)):
        unused = " ".join(own.features[least:])
        report = _ask(root, {"NPY_DISABLE_CPU_FEATURES": unused})
        if report.fault or report.features != own.features[:least]:
            raise WrongUse(f"NumPy does not leave {unused} unused, as it is asked to")
        reports[report.kernel.name] = report
    found = reports.values()
    return (
        [report.kernel for report in found if not report.fault],
        [f"{report.kernel}: {report.fault}" for report in found if report.fault],
    )


class _Report(NamedTuple):
    kernel: Kernel
    features: list[str]  # of the processor, which NumPy uses though not all have them
    fault: str


def _ask(root: Path, variables: Mapping[str, str]) -> _Report:
    """Start a process that a chapter's environment and some variables surround."""
    run = subprocess.run(
        [sys.executable, "-P", "-m", "handbook.run.engine.numerics"],
        env=environment(root) | dict(variables),
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
    if run.stdout:  # it may have died while it was importing
        name, features = json.loads(run.stdout)
    return _Report(Kernel(name, variables), features, fault)


def main() -> None:
    """Name the kernels of this process, then use them: some processor may refuse."""
    # Here, not above: a book needs neither of them.
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
