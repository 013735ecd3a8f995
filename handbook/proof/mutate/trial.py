"""Run one unit's tests against each of its mutants, in processes forked for each.

A process of its own, started in a copy of the unit by
`python -m handbook.proof.mutate.trial`
reads the trial from standard input and prints a line a mutant: was it killed?
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

_MEMORY = 6 * 2**30  # bytes of address space; the libraries alone map a third of it
_PATIENCE = 4  # times what the tests took of CPU and of the clock on the sound module
_GRACE_CPU = 2.0  # seconds
_GRACE_WALL = 20.0  # seconds: other processes slow the clock down
_QUIET = ["-x", "-q", "--tb=short", "--assert=plain", "-p", "no:cacheprovider"]
_WRONG_USE, _NO_TESTS = 4, 5  # what pytest's exit status says of us, not of a mutant


class _Broken(Exception):  # noqa: N818  not the mutant: the trial itself
    """The tests do not pass, or cannot be run, on the sound module."""


class _Limits(NamedTuple):
    """What a session may take, in seconds."""

    cpu: float
    wall: float

    @classmethod
    def above(cls, result: Mapping[str, Any]) -> "_Limits":
        cpu = _GRACE_CPU + _PATIENCE * result["cpu"]
        return cls(cpu, _GRACE_WALL + _PATIENCE * result["wall"])


@dataclass
class _Order:
    """Runs first what promises most kills a second: of most mutants few tests run."""

    kills: Counter[str] = field(default_factory=Counter)
    near: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: Mapping[str, float] = field(default_factory=dict)

    def learn(self, function: str, killer: str) -> None:
        self.kills[killer] += 1
        self.near[function, killer] += 1

    def promise(self, function: str, name: str) -> float:
        # A kill in the same function says as much as ten elsewhere.
        kills = 1 + self.kills[name] + 10 * self.near[function, name]
        return kills / (0.02 + self.seconds.get(name, 0.0))


@dataclass
class _Session:
    """Watches pytest; of a mutant it ends the process at the first failure."""

    order: _Order
    function: str
    report: Path
    limits: _Limits | None
    failed: str = ""
    seconds: Counter[str] = field(default_factory=Counter)

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items.sort(key=lambda item: -self.order.promise(self.function, item.nodeid))

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.failed = report.nodeid
            if self.limits:
                self.tell()
                os._exit(1)

    def tell(self) -> None:
        modules = [] if self.limits else list(_third_parties())
        told = {"failed": self.failed, "seconds": self.seconds, "modules": modules}
        self.report.write_text(json.dumps(told), encoding="utf-8")


def main() -> None:
    """Try every mutant of the trial on standard input."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    trial = json.load(sys.stdin)
    test, order = trial["test"], _Order()
    sys.path.insert(0, str(Path.cwd()))
    # Libraries start threads that hold no lock that a test needs.
    warnings.filterwarnings("ignore", "This process .* is multi-threaded")
    _settle_hypothesis()
    first = _run_sound(test, order, None)
    for name in first["modules"]:
        with suppress(Exception):  # what can only be imported by its package
            importlib.import_module(name)
    gc.freeze()  # what stays for good: pytest collects garbage at each end
    order.seconds = first["seconds"]
    # As a mutant: where the limits were too tight, none would live.
    again = _run_sound(test, order, _Limits.above(first))
    limits = _Limits.above(again)
    # Of a mutant of the same size in the same second, Python would take the last one.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    for compiled in Path("snippets").rglob("*.pyc"):
        compiled.unlink()
    for mutant in trial["mutants"]:
        print(json.dumps(_try(mutant, test, order, limits)), flush=True)


def _try(mutant: Mapping[str, str], test: str, order: _Order, limits: _Limits) -> bool:
    """Tell whether a mutant was killed: by a test, by itself, or by a limit."""
    path, function = Path(mutant["path"]), mutant["function"]
    sound = path.read_bytes()
    path.write_text(mutant["source"], encoding="utf-8", newline="")
    try:
        result = _run(test, order, function, limits)
    finally:
        path.write_bytes(sound)
    if result["status"] in (_WRONG_USE, _NO_TESTS):
        raise _Broken(f"pytest ended with {result['status']} on a mutant")
    if result["failed"]:
        order.learn(function, result["failed"])
    return bool(result["status"] != 0)


def _run_sound(test: str, order: _Order, limits: _Limits | None) -> dict[str, Any]:
    result = _run(test, order, "", limits)
    if result["status"] != 0:
        failed = result["failed"] or f"pytest ended with {result['status']}"
        raise _Broken(f"{test} fails on the sound module: {failed}")
    return result


def _run(
    test: str, order: _Order, function: str, limits: _Limits | None
) -> dict[str, Any]:
    """Run the tests in a fork; one that a signal ended has a status below 0."""
    report = Path.cwd() / "report.json"
    report.unlink(missing_ok=True)
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _be_the_child(test, _Session(order, function, report, limits))
    try:
        status, cpu = _wait(child, began + limits.wall if limits else None)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # it, and what it started and left behind
    told = {"failed": "", "seconds": {}, "modules": []}
    with suppress(OSError, ValueError):  # it died before it told
        told = json.loads(report.read_text(encoding="utf-8"))
    return told | {"status": status, "cpu": cpu, "wall": time.monotonic() - began}


def _be_the_child(test: str, session: _Session) -> None:
    status = 3
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # Standard output is for verdicts, standard error for what breaks the trial.
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence if session.limits or stream == 0 else 2, stream)
        if session.limits:
            cpu = int(session.limits.cpu) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        import pytest  # noqa: PLC0415  after the first fork, the server has it too

        status = int(pytest.main([*_QUIET, test], plugins=[session]))
        session.tell()
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


def _settle_hypothesis() -> None:
    """Draw the same examples for every mutant, and never shrink what failed."""
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
    except _Broken as error:
        sys.exit(str(error))
