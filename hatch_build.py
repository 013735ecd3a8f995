"""Add what `handbook add` copies to the wheel: the registry, modules and tests."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_OFFER = "handbook/offer"


class Offer(BuildHookInterface):  # type: ignore[type-arg]  # the config is a plain dict
    """Writes the files to a temporary folder, and includes them in the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files, except to an editable install, which reads its repository.

        Parameters
        ----------
        version : str
            `standard` or `editable`.
        build_data : dict
            `force_include` maps a file to its path in the archive.
        """
        root = Path(self.root)
        if version == "editable" or (root / _OFFER).exists():
            return  # a source archive has them already, dated by git
        sys.path.insert(0, self.root)
        # From this source.
        from handbook.base.files import Files  # noqa: PLC0415
        from handbook.registry.model import offer  # noqa: PLC0415

        self._folder = tempfile.TemporaryDirectory()
        for path, content in offer(Files(root)).items():
            file = Path(self._folder.name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            build_data["force_include"][str(file)] = f"{_OFFER}/{path}"

    def finalize(
        self, version: str, build_data: dict[str, Any], artifact_path: str
    ) -> None:
        """Remove the temporary folder."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()
