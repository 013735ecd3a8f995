"""Read the history of the book from git; None if git does not know the book."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbook.base.git import git

__all__ = ["Change", "Commit", "has_whole_history", "read_changes", "read_commit"]

_LOG = ("--first-parent", "--diff-merges=first-parent", "-M", "--numstat", "-z")
_NEW = "\x1e"


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit that is checked out.

    Attributes
    ----------
    hash : str
        Its first eight digits.
    date : str
        The day of the commit: `2026-11-22`.
    """

    hash: str
    date: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit on the branch, or one merge into it, changed in one file.

    Attributes
    ----------
    date : str
        The day of the commit: `2026-11-22`.
    path : Path
        The file under its present name, relative to the book's root.
    lines : int
        How many were added or deleted; 0 for a binary file.
    """

    date: str
    path: Path
    lines: int


def read_commit(root: Path) -> Commit | None:
    """Read the commit of the book in `root`; None if git does not know the book."""
    # Asking for the committed mkdocs.yml as well makes git fail if this folder is not
    # committed, such as a book that was unpacked inside another project's repository.
    words = ("show", "-s", "--no-textconv", "--format=%H %cs")
    shown = git(root, *words, "HEAD", "HEAD:./mkdocs.yml")
    if not shown:
        return None
    name, day = shown.partition("\n")[0].split()
    # Always eight digits: the length of git's own short hash depends on the clone.
    return Commit(name[:8], day)


def read_changes(root: Path, folders: Sequence[str]) -> list[Change] | None:
    """Read the changes to the files below some folders, newest first.

    Parameters
    ----------
    root : Path
        The book's root, in a git checkout.
    folders : sequence of str
        The folders, relative to the root.

    Returns
    -------
    list of Change or None
        None if git lacks a part of their history.
    """
    words = ("log", *_LOG, "--relative", "--no-textconv", "--no-ext-diff")
    log = git(root, *words, f"--format={_NEW}%cs %D", "--", *folders)
    # The oldest commit of a shallow clone seems to add all files; git marks it.
    if log is None or any(map(_is_cut_off, log.split(_NEW)[1:])):
        return None
    return list(_parse(log))


def has_whole_history(root: Path) -> bool:
    """Return whether git has every commit up to this one, unlike a shallow clone."""
    return git(root, "rev-parse", "--is-shallow-repository") == "false\n"


def _is_cut_off(commit: str) -> bool:
    _, _, names = commit.partition("\0")[0].partition(" ")
    return "grafted" in names.split(", ")


def _parse(log: str) -> Iterator[Change]:
    now: dict[str, str] = {}  # the present name of each file, by its former name
    for commit in log.split(_NEW)[1:]:
        head, *fields = commit.split("\0")
        date = head.partition(" ")[0]
        rest = iter(fields)
        for field in rest:
            if field.count("\t") != 2:
                continue  # a separator between two commits
            added, deleted, name = field.lstrip("\n").split("\t")
            if not name:  # a rename: the old and the new name follow
                old, new = next(rest), next(rest)
                name = now[old] = now.get(new, new)
            counts = (int(count) for count in (added, deleted) if count != "-")
            yield Change(date, Path(now.get(name, name)), sum(counts))
