"""HB208 and HB209: a recall names a version that existed, and one that fixes it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from handbook.base.git import git
from handbook.book.book import Book
from handbook.book.history import has_whole_history
from handbook.book.problem import Problem
from handbook.check.rule import Rule
from handbook.registry.model import hash_of, hash_of_unit, hashes
from handbook.registry.receipts import RECALLED, Recall, read_recalls

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        id="HB208",
        name="recall-holds",
        why=(
            "A recall with a wrong hash of the bad version warns nobody, and with a "
            "wrong hash of the good one it leads nowhere."
        ),
        wrong='mended_by = "sha256:..."  of a version that the snippet never had',
        right=(
            "the hash of a version of the snippet that is not recalled, from "
            "registry.json"
        ),
    ),
    Rule(
        id="HB209",
        name="nothing-recalled-on-offer",
        why=(
            "People who copy a snippet today must not get a version that is known to "
            "be wrong."
        ),
        wrong=(
            'snippets/recalled.toml recalls "sha256:...", and the snippet still has it'
        ),
        right="fix the snippet in the commit that recalls it",
    ),
)


def find(book: Book) -> Iterator[Problem]:
    """Yield the recalls that are wrong."""
    if not book.files.has(RECALLED):
        return
    try:
        recalls = read_recalls(book.root)
        current = hashes(book.files)
    except ValueError as error:
        yield Problem(RECALLED, 1, str(error), "HB208")
        return
    lines = book.files.text(RECALLED).splitlines()
    for key, recall in recalls.items():
        heads = (n for n, text in enumerate(lines, 1) if text.startswith("["))
        line = next((n for n in heads if key in lines[n - 1]), 1)
        if current.get(recall.name) == key:
            message = f"{recall.name} is still the version that this recalls: fix it"
            yield Problem(RECALLED, line, message, "HB209")
        else:
            known = _versions(book.root, recall.name, current)
            for message in _wrong(key, recalls, known):
                yield Problem(RECALLED, line, message, "HB208")


def _wrong(
    key: str, recalls: Mapping[str, Recall], known: set[str] | None
) -> Iterator[str]:
    recall = recalls[key]
    if known is not None and not known:
        yield f"there is no snippet {recall.name}, and there never was"
    elif known is not None:
        if key not in known:
            yield f"{recall.name} never had this version: correct the hash"
        if recall.mended_by not in known:
            yield f"mended_by is not a version of {recall.name}: see registry.json"
    after = [key]
    while (last := recalls.get(after[-1])) is not None:
        if last.mended_by in after:
            yield "mended_by leads back here: name a version that is not recalled"
            break
        after.append(last.mended_by)


def _versions(root: Path, name: str, current: Mapping[str, str]) -> set[str] | None:
    """Return every hash that a unit has or had; None if git lacks a part of history."""
    files = [f"snippets/{name.replace('.', '/')}{end}" for end in ("", ".py")]
    if not has_whole_history(root):
        return None
    found = {current[name]} if name in current else set()
    for commit in (git(root, "log", "--format=%h", "--", *files) or "").split():
        tree = git(root, "ls-tree", "-r", commit, "--", *files) or ""
        entries = (line.partition("\t") for line in tree.splitlines())
        blobs = {path: entry.split()[2] for entry, _, path in entries}
        start = f"snippets/{name.partition('.')[0]}/"
        sums = {
            path.removeprefix(start): hash_of(_content(root, blob))
            for path, blob in blobs.items()
            if path.endswith(".py")
        }
        if sums:
            found.add(hash_of_unit(sums))
    return found


def _content(root: Path, blob: str) -> bytes:
    text = git(root, "cat-file", "blob", blob) or ""
    return text.encode("utf-8", "surrogateescape")
