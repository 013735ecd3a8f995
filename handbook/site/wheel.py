"""Build the wheel on the site, with the command, the snippets and their data."""

import tomllib
from pathlib import Path

__all__ = ["build", "filename"]


def filename(root: Path) -> str:
    """Return the file name of the wheel, from pyproject.toml.

    Parameters
    ----------
    root : Path
        The book's root, with a pyproject.toml.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    name = project["name"].replace("-", "_")
    return f"{name}-{project['version']}-py3-none-any.whl"


def build(root: Path, folder: Path) -> Path:
    """Build the wheel into a folder, with the same bytes each time.

    Hatchling sorts the files, and dates them by SOURCE_DATE_EPOCH or by a constant.

    Raises
    ------
    RuntimeError
        If its name differs from `filename`, which the scripts install.
    """
    from hatchling.builders.wheel import WheelBuilder  # noqa: PLC0415  not in the base

    folder.mkdir(parents=True, exist_ok=True)
    (built,) = WheelBuilder(str(root)).build(
        directory=str(folder), versions=["standard"]
    )
    wheel = Path(built)
    if wheel.name != filename(root):
        raise RuntimeError(f"the wheel is named {wheel.name}, not {filename(root)}")
    return wheel
