"""Run the tests three times beside twelve busy processes; they must pass each time.

A test that fails here depends on the speed of the machine, so a busy one breaks it.

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
# A busy process ends soon after the one that started it, even if that is killed.
SPIN = "import os, sys\nwhile os.getppid() == int(sys.argv[1]): pass"
PYTHON = (sys.executable, "-m")


@contextmanager
def busy_machine() -> Iterator[None]:
    """Keep `BUSY` processes busy."""
    command = [sys.executable, "-c", SPIN, str(os.getpid())]
    with ExitStack() as stack:
        for _ in range(BUSY):
            # Each in its own session, since Linux may divide processors among sessions.
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
