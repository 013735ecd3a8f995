"""What git knows of the book, and nothing where it knows nothing."""

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
        `2026-11-22`.
    """

    hash: str
    date: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit, as it came to the branch, did to one file.

    Attributes
    ----------
    date : str
        Of the commit, `2026-11-22`.
    path : Path
        Relative to the book's root, as the file is called today.
    lines : int
        Added and deleted; 0 for a file that is no text.
    """

    date: str
    path: Path
    lines: int


def read_commit(root: Path) -> Commit | None:
    """Read the commit of the book in `root`; None where git does not know it."""
    # The commit and, below it, mkdocs.yml as it was committed: git refuses where that
    # is not there, as in a book that was unpacked in the repository of something else.
    words = ("show", "-s", "--no-textconv", "--format=%H %cs")
    shown = git(root, *words, "HEAD", "HEAD:./mkdocs.yml")
    if not shown:
        return None
    name, day = shown.partition("\n")[0].split()
    # Eight digits in every clone: what git thinks short depends on the clone's size.
    return Commit(name[:8], day)


def read_changes(root: Path, folders: Sequence[str]) -> list[Change] | None:
    """Read what happened to the files below some folders, newest first.

    Parameters
    ----------
    root : Path
        The book's root, in a git checkout that knows it.
    folders : sequence of str
        Relative to it.

    Returns
    -------
    list of Change or None
        None where git lacks a part of their history.
    """
    words = ("log", *_LOG, "--relative", "--no-textconv", "--no-ext-diff")
    log = git(root, *words, f"--format={_NEW}%cs %D", "--", *folders)
    # The oldest commit of a shallow clone has all files for new: it is marked.
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
    now: dict[str, str] = {}  # what a file was called, and what it is called today
    for commit in log.split(_NEW)[1:]:
        head, *fields = commit.split("\0")
        date = head.partition(" ")[0]
        rest = iter(fields)
        for field in rest:
            if field.count("\t") != 2:
                continue  # between the commits
            added, deleted, name = field.lstrip("\n").split("\t")
            if not name:  # renamed: the old and the new name follow
                old, new = next(rest), next(rest)
                name = now[old] = now.get(new, new)
            counts = (int(count) for count in (added, deleted) if count != "-")
            yield Change(date, Path(now.get(name, name)), sum(counts))
