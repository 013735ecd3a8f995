"""Run a unit's test against each of its mutants, in a forked process for each.

Started as `python -m handbook.proof.mutate.trial` in a copy of the unit, it reads the
trial from standard input, and prints for each mutant a line: was it killed?
"""

import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["main"]

_MEMORY = 6 * 2**30  # bytes of address space; the libraries already map a third of it
_PATIENCE = 4  # the limits, as a multiple of the times with the original module
_GRACE_CPU = 2.0  # seconds added to the CPU limit
_GRACE_WALL = 20.0  # seconds added to the wall-clock limit: the machine may be busy
_OPTIONS = ["-x", "-q", "--tb=short", "--assert=plain", "-p", "no:cacheprovider"]
_USAGE_ERROR, _NO_TESTS = 4, 5  # exit statuses of pytest if the trial itself is wrong


class _TrialError(Exception):
    """The tests fail, or can't be run, on the original module."""


class _Limits(NamedTuple):
    """The time limits of a session, in seconds."""

    cpu: float
    wall: float

    @classmethod
    def above(cls, result: Mapping[str, Any]) -> "_Limits":
        cpu = _GRACE_CPU + _PATIENCE * result["cpu"]
        return cls(cpu, _GRACE_WALL + _PATIENCE * result["wall"])


@dataclass
class _Order:
    """An order of tests: those with the most expected kills a second run first.

    A mutant is done at the first failure, so this saves most of the time.
    """

    kills: Counter[str] = field(default_factory=Counter)
    by_function: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: Mapping[str, float] = field(default_factory=dict)

    def record_kill(self, function: str, killer: str) -> None:
        self.kills[killer] += 1
        self.by_function[function, killer] += 1

    def expected_kills(self, function: str, name: str) -> float:
        # A kill in the same function counts as much as ten elsewhere.
        kills = 1 + self.kills[name] + 10 * self.by_function[function, name]
        return kills / (0.02 + self.seconds.get(name, 0.0))


@dataclass(kw_only=True)
class _Session:
    """A plugin of pytest that records results; for a mutant it exits at a failure."""

    order: _Order
    function: str
    report: Path
    limits: _Limits | None
    failed: str = ""
    seconds: Counter[str] = field(default_factory=Counter)

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items.sort(
            key=lambda item: -self.order.expected_kills(self.function, item.nodeid)
        )

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed = report.nodeid
            if self.limits:
                self.write_report()
                os._exit(1)

    def write_report(self) -> None:
        modules = [] if self.limits else list(_third_parties())
        report = {"failed": self.failed, "seconds": self.seconds, "modules": modules}
        self.report.write_text(json.dumps(report), encoding="utf-8")


def main() -> None:
    """Try every mutant of the trial on standard input."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    trial = json.load(sys.stdin)
    test, order = trial["test"], _Order()
    sys.path.insert(0, str(Path.cwd()))
    # The threads of libraries hold no lock that a test needs.
    warnings.filterwarnings("ignore", "This process .* is multi-threaded")
    _configure_hypothesis()
    first = _run_original(test, order, None)
    for name in first["modules"]:
        with suppress(Exception):  # some modules can only be imported by their package
            importlib.import_module(name)
    gc.freeze()  # pytest collects garbage at the end, and should skip these modules
    order.seconds = first["seconds"]
    # With limits, as for a mutant: if they were too tight, they would kill every one.
    again = _run_original(test, order, _Limits.above(first))
    limits = _Limits.above(again)
    # Python would reuse the bytecode of another mutant of the same size and second.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    for compiled in Path("snippets").rglob("*.pyc"):
        compiled.unlink()
    for mutant in trial["mutants"]:
        print(json.dumps(_try(mutant, test, order, limits)), flush=True)


def _try(mutant: Mapping[str, str], test: str, order: _Order, limits: _Limits) -> bool:
    """Return whether a mutant was killed: by a test, by itself, or by a limit."""
    path, function = Path(mutant["path"]), mutant["function"]
    original = path.read_bytes()
    path.write_text(mutant["source"], encoding="utf-8", newline="")
    try:
        result = _run(test, order, function, limits)
    finally:
        path.write_bytes(original)
    if result["status"] in (_USAGE_ERROR, _NO_TESTS):
        raise _TrialError(f"pytest ended with {result['status']} on a mutant")
    if result["failed"]:
        order.record_kill(function, result["failed"])
    return bool(result["status"] != 0)


def _run_original(test: str, order: _Order, limits: _Limits | None) -> dict[str, Any]:
    result = _run(test, order, "", limits)
    if result["status"] != 0:
        failed = result["failed"] or f"pytest ended with {result['status']}"
        raise _TrialError(f"{test} fails on the original module: {failed}")
    return result


def _run(
    test: str, order: _Order, function: str, limits: _Limits | None
) -> dict[str, Any]:
    """Run the tests in a forked process; its status is below 0 if a signal ended it."""
    report = Path.cwd() / "report.json"
    report.unlink(missing_ok=True)
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        session = _Session(order=order, function=function, report=report, limits=limits)
        _run_child(test, session)
    try:
        status, cpu = _wait(child, began + limits.wall if limits else None)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # it, and processes that it left behind
    result = {"failed": "", "seconds": {}, "modules": []}
    with suppress(OSError, ValueError):  # it may have died before it wrote
        result = json.loads(report.read_text(encoding="utf-8"))
    return result | {"status": status, "cpu": cpu, "wall": time.monotonic() - began}


def _run_child(test: str, session: _Session) -> None:
    status = 3
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # Standard output is only for results, standard error for errors of the trial.
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence if session.limits or stream == 0 else 2, stream)
        if session.limits:
            cpu = int(session.limits.cpu) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        import pytest  # noqa: PLC0415  the parent imports it only later

        status = int(pytest.main([*_OPTIONS, test], plugins=[session]))
        session.write_report()
    finally:
        os._exit(status)


def _wait(child: int, deadline: float | None) -> tuple[int, float]:
    while True:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return code, usage.ru_utime + usage.ru_stime
        if deadline is not None and time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.005)


def _third_parties() -> Iterator[str]:
    own = ("snippets", "tests", "test_", "conftest", "__main__", "handbook")
    for name, module in list(sys.modules.items()):
        if module is not None and not name.startswith(own):
            yield name


def _configure_hypothesis() -> None:
    """Let Hypothesis draw the same examples for each mutant, and shrink none."""
    from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415

    settings.register_profile(
        "mutation",
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=tuple(HealthCheck),
    )
    settings.load_profile("mutation")


if __name__ == "__main__":
    try:
        main()
    except _TrialError as error:
        sys.exit(str(error))
