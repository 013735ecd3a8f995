"""Run the tests three times beside twelve busy processes: they must pass each time.

What fails here measures the machine, and fails on one that is busy with other work.

    python benchmarks/loaded.py                     the book without cache, `make test`
    python benchmarks/loaded.py tests/site -k axe   pytest with these arguments
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

RUNS, BUSY = 3, 12
# Ends soon after the process that started it, however that one ends.
SPIN = "import os, sys\nwhile os.getppid() == int(sys.argv[1]): pass"
PYTHON = (sys.executable, "-m")


@contextmanager
def busy_machine() -> Iterator[None]:
    """Keep as many processes busy as `BUSY` says."""
    command = [sys.executable, "-c", SPIN, str(os.getpid())]
    with ExitStack() as stack:
        for _ in range(BUSY):
            # Each in a session of its own: Linux may share processors out by session.
            spinning = subprocess.Popen(command, start_new_session=True)
            stack.enter_context(spinning)
            stack.callback(spinning.kill)
        yield


def main(arguments: Sequence[str]) -> int:
    """Run the tests, print how each run ended, and return the exit status."""
    commands: list[Sequence[str]] = [
        (*PYTHON, "handbook", "run", "--no-cache"),
        ("make", "test"),
    ]
    if arguments:
        commands = [(*PYTHON, "pytest", *arguments)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    ends = []
    with busy_machine():
        for number in range(1, RUNS + 1):
            began = time.perf_counter()
            passed = all(
                subprocess.run(command, check=False).returncode == 0
                for command in commands
            )
            seconds = time.perf_counter() - began
            ends.append(
                f"run {number} of {RUNS} beside {BUSY} busy processes: "
                f"{'passed' if passed else 'failed'} in {seconds:.0f} s"
            )
            print(ends[-1], flush=True)
    print(*ends, sep="\n")
    return int(any("failed" in end for end in ends))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
