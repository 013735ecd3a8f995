"""Find what a dotted name of a snippet refers to with griffe, which runs nothing."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from griffe import Alias, Object

__all__ = ["Symbols"]


class Symbols:
    """The modules, classes, functions and attributes below a folder.

    mkdocstrings uses griffe, too, so cards, copies and the ledger agree.

    Parameters
    ----------
    root : Path
        The folder that contains the packages.
    """

    def __init__(self, root: Path) -> None:
        import griffe  # noqa: PLC0415  half a second, and only if a symbol is shown

        self._loader = griffe.GriffeLoader(search_paths=[root], allow_inspection=False)

    def find(self, name: str) -> "Object | Alias | None":
        """Return what a name refers to: `snippets.explore.nulls.co_missing`.

        Parameters
        ----------
        name : str
            A module, or what it defines.

        Returns
        -------
        griffe.Object or None
            With `lineno`, `source` and `module`; None if there is nothing of this name.
        """
        package = name.partition(".")[0]
        try:
            if package not in self._loader.modules_collection:
                self._loader.load(package, try_relative_path=False)
            found: Object | Alias = self._loader.modules_collection[name]
        except (ImportError, KeyError):  # no such package, or no such name in it
            return None
        return found
