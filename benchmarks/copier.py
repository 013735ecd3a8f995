"""Time the copier as a user sees it: whole processes, the median of five.

Prints a line for each command. An empty Python and `git status` in the same project
show what any command costs.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIES = 50
RUNS = 5


def main() -> int:
    """Publish snippets, copy them, and print the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        site, project = Path(folder, "site"), Path(folder, "shop")
        project.mkdir()
        publish(site)
        handbook = [sys.executable, "-m", "handbook"]
        git = shutil.which("git") or "git"
        add = [*handbook, "add", "explore.nulls", "--from", str(site), "--to", "vetted"]
        remove = [*handbook, "remove", "explore.nulls"]
        status = [*handbook, "status", "--check"]

        _run([git, "init", "-q"], project)
        print(f"python -c pass          {_median([sys.executable, '-c', ''], project)}")
        seconds = _median(add, project, after=lambda: _run(remove, project))
        print(f"handbook add            {seconds}")
        for name in registry(site)["snippets"]:
            _run([*add[:4], name, *add[5:]], project)
        print(f"git status              {_median([git, 'status'], project)}")
        print(f"handbook status, {COPIES:>3}    {_median(status, project)}")
    return 0


def registry(site: Path) -> dict[str, dict[str, dict[str, object]]]:
    """Read the registry in a folder."""
    data: dict[str, dict[str, dict[str, object]]] = json.loads(
        (site / "registry.json").read_text("utf-8")
    )
    return data


def publish(site: Path) -> None:
    """Publish explore.nulls and its copies, 50 units in all, in a folder."""
    sys.path.insert(0, str(ROOT))
    from handbook.base.files import Files  # noqa: PLC0415  found by the line above
    from handbook.registry.model import offer  # noqa: PLC0415

    files = offer(Files(ROOT))
    every = json.loads(files["registry.json"])
    model = every["snippets"]["explore.nulls"]
    every["snippets"] = {"explore.nulls": model}
    for number in range(1, COPIES):
        every["snippets"][f"explore.nulls{number}"] = _renamed(model, files, number)
    files["registry.json"] = json.dumps(every).encode()
    for path, content in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(content)


def _renamed(
    model: dict[str, object], files: dict[str, bytes], number: int
) -> dict[str, object]:
    """Return a copy of a unit, under a new name and with other content."""
    unit = dict(model)
    for key in ("files", "tests"):
        (old,) = dict(model[key])  # type: ignore[call-overload]  # from JSON
        path = old.replace("nulls.py", f"nulls{number}.py")
        content = files[old].replace(
            b".nulls import", f".nulls{number} import".encode()
        )
        files[path] = content + f"# {number}\n".encode()
        unit[key] = {path: f"sha256:{sha256(files[path]).hexdigest()}"}
        if key == "files":
            line = f"{sha256(files[path]).hexdigest()}  nulls{number}.py\n"
            unit["hash"] = f"sha256:{sha256(line.encode()).hexdigest()}"
    return unit


def _median(
    command: Sequence[str], folder: Path, after: Callable[[], None] = lambda: None
) -> str:
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        _run(command, folder)
        taken.append(time.perf_counter() - began)
        after()
    return f"{statistics.median(taken):.3f} s"


def _run(command: Sequence[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
