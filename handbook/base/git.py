"""Run git so that neither the user's settings nor a hook changes what it prints."""

import os
import subprocess
from pathlib import Path

__all__ = ["git"]

# Without these, settings change what git prints, and git changes the repository.
_OPTIONS = (
    "--no-pager",
    "--no-optional-locks",  # `status` would rewrite the index while a commit uses it
    "-c",
    "log.showSignature=false",  # would print a line before each signed commit
    "-c",
    "core.quotePath=false",
)
# Git sets these for a hook. They name the repository of the commit, which may differ
# from the repository of the folder that we ask about.
_OF_A_HOOK = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)


def git(folder: Path, *words: str) -> str | None:
    """Return what git prints about the repository of a folder.

    Parameters
    ----------
    folder : Path
        Where git runs.
    *words : str
        A command that changes nothing, and its options.

    Returns
    -------
    str or None
        Bytes that are not UTF-8 become surrogates, as in a file's name. None if git is
        missing or fails.
    """
    environment = {k: v for k, v in os.environ.items() if k not in _OF_A_HOOK}
    try:
        run = subprocess.run(
            ["git", *_OPTIONS, *words],  # noqa: S607  the user's git, from PATH
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    # subprocess would decode it too, but change the line ends of a file's content.
    return run.stdout.decode("utf-8", "surrogateescape")
