"""Judge the functions of one unit, in a process of its own.

Started as `python -m handbook.proof.hostile.trial tests/hostile/PART/STEM.py` in the
book's root, it prints what it found as JSON, on the last line.
"""

import importlib.util
import json
import sys
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

from handbook.proof.hostile.judge import judge

__all__ = ["main"]


def main(path: Path) -> None:
    """Judge every honest call that a file declares."""
    sys.path.insert(0, str(Path.cwd()))
    warnings.simplefilter("ignore")  # a warning is neither an answer nor a refusal
    verdicts = [asdict(judge(each)) for each in _declared(path)]
    print(json.dumps(verdicts))


def _declared(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("honest_calls", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} is no module of Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # classes in it find themselves, and copy well
    spec.loader.exec_module(module)
    return module.HONEST


if __name__ == "__main__":
    main(Path(sys.argv[1]))
