"""`handbook new chapter`: write all files of a new chapter, to be filled in."""

import argparse
import keyword
import re
import sys
from collections.abc import Mapping
from datetime import date
from itertools import combinations
from pathlib import Path
from string import Template

from handbook.base.errors import WrongUse
from handbook.base.files import write_if_changed, write_whole
from handbook.base.git import git
from handbook.base.words import nearest
from handbook.book.layout import (
    Stem,
    find_root,
    is_before,
    part_refusal,
    part_title,
    parts,
)

__all__ = ["call", "new_chapter"]

_MOUNTAINS = {"explore": "explore", "cross": "cross"} | dict.fromkeys(
    ("engineer", "operate"), "engineer"
)
_RESERVED = {"conftest", "figures", "index", "readme"}
_TEMPLATES = Path(__file__).parent / "templates"
_CONFIG = Path("mkdocs.yml")
_QUESTIONS = Path("tests/site/search.tsv")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_NAME = 38  # letters of PART/STEM, so that its imports fit on a line
_LONGEST_TITLE = 60  # characters, so that it fits beside the page and on a phone


def call(arguments: argparse.Namespace) -> int:
    """Run the command."""
    root = find_root(Path.cwd())
    page, *others = new_chapter(root, arguments.name, arguments.title, date.today())
    for path in (page, *others):
        print(path.as_posix())
    print(
        f"Next: `handbook run {page.as_posix()}` reports what to fill in, "
        "one place at a time; `handbook check` reports what breaks a rule."
    )
    return 0


def new_chapter(root: Path, name: str, title: str, today: date) -> list[Path]:
    """Write a chapter to be filled in, which passes `handbook check`.

    Parameters
    ----------
    root : Path
        The book's root.
    name : str
        The part and the stem: `PART/STEM`.
    title : str
        The heading of the page.
    today : date
        The date of the page's review.

    Returns
    -------
    list of Path
        The files written, relative to the root: the page first, mkdocs.yml last, and
        before it the questions to the search, if the book has some.

    Raises
    ------
    WrongUse
        If the name or the title is not allowed, if a file of the chapter already
        exists, or if mkdocs.yml has uncommitted changes. Then nothing is written.
    """
    from handbook.new.nav import add_page  # noqa: PLC0415  the base install has no YAML

    part, stem = _name(root, name)
    _refuse_title(title)
    files = _files(root, part, stem, title, today)
    _refuse_existing(root, part, stem, files)
    _refuse_changes(root / _CONFIG)
    changed = {}
    if (root / _QUESTIONS).exists():
        before = _read(root, _QUESTIONS).rstrip("\n")
        questions = _template("questions.tsv", {"part": part, "stem": stem})
        changed[_QUESTIONS] = f"{before}\n{questions}".lstrip("\n")
    page = f"{part}/{stem}.md"
    changed[_CONFIG] = add_page(_read(root, _CONFIG), page, parts(root))
    _write(root, files, changed)
    return [*files, *changed]


def _read(root: Path, path: Path) -> str:
    try:
        return (root / path).read_bytes().decode()
    except UnicodeDecodeError as error:
        message = f"{path.as_posix()} is not UTF-8: save it as UTF-8"
        raise WrongUse(message) from error


def _name(root: Path, name: str) -> tuple[str, str]:
    part, slash, stem = name.removeprefix("docs/").removesuffix(".md").partition("/")
    if not slash:
        raise WrongUse(f"'{name}' names no part: write PART/STEM: explore/questions")
    known = list(parts(root))
    if part not in known:
        near = nearest(part.lower(), known)
        like = f"is it {near}?" if near else f"there are {', '.join(known)}"
        hint = "a folder in docs/ makes a new part"
        if (root / "docs" / part).is_dir():
            hint = f"docs/{part}/ cannot be one: {part_refusal(part)}"
        raise WrongUse(f"there is no part '{part}': {like} ({hint})")
    if reason := _refusal(part, stem):
        raise WrongUse(f"'{stem}' cannot be the name of a chapter: {reason}")
    return part, stem


def _refusal(part: str, stem: str) -> str:
    """Return why a chapter cannot have this name, or an empty text if it can."""
    module = stem.replace("-", "_")
    proposal = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    like = f", such as {proposal}" if _NAME.fullmatch(proposal) else ""
    reasons = {
        f"write small letters, digits and hyphens{like}": not _NAME.fullmatch(stem),
        f"{part}/{stem} has {len(part) + len(stem)} letters, {_LONGEST_NAME} at most": (
            len(part) + len(stem) > _LONGEST_NAME
        ),
        "this name has a meaning for a tool": stem in _RESERVED,
        "pytest would take its module for tests": (
            module.startswith("test_") or module.endswith("_test")
        ),
        "that is the name of the code that a chapter shows first, bad on purpose": (
            is_before(Stem(part, module).module)
        ),
        "it is a keyword of Python, and cannot be imported": keyword.iskeyword(module),
        f"where it is copied it would hide Python's own module {module}": (
            module in sys.stdlib_module_names
        ),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _refuse_title(title: str) -> None:
    words = re.findall(r"[^\W\d_]{4,}", title)
    reason = ""
    if not title.strip() or title != title.strip() or not title.isprintable():
        reason = "write one line, without space at its ends"
    elif len(title) > _LONGEST_TITLE:
        reason = f"it has {len(title)} characters, {_LONGEST_TITLE} at most"
    elif found := re.search(r"[<>\[\]{}|#\\`*_]", title):
        reason = f"leave out {found[0]}, which Markdown or HTML would read"
    elif len(words) > 1 and all(word.istitle() for word in words):
        reason = "write it like a sentence, with a capital for its first word and names"
    if reason:
        raise WrongUse(f"'{title}' cannot be the title: {reason}")


def _files(
    root: Path, part: str, stem: str, title: str, today: date
) -> dict[Path, str]:
    chapter = Stem(part, stem.replace("-", "_"))
    data = "from snippets.data import flights"
    usual = f"from snippets.{part}.{chapter.name}_before import usual_answer"
    ours = f"from snippets.{part}.{chapter.name} import answer"
    rule = _rule(root, stem)
    values = {
        "part": part,
        "stem": stem,
        "module": chapter.name,
        "title": title,
        "today": today.isoformat(),
        "mountain": _MOUNTAINS.get(part, "both"),
        "page": chapter.page.as_posix(),
        "rule": rule,
        "anchor": f"tm-{rule.lower()}",
        "page_imports": "\n".join(sorted([data, usual])),
        "facts_imports": "\n".join(["import pytest", "", *sorted([data, usual, ours])]),
    }
    templates = {
        chapter.page: "page.md",
        chapter.module: "snippet.py",
        chapter.before: "before.py",
        chapter.test: "test.py",
        chapter.facts: "facts.py",
    }
    if (root / chapter.hostile.parents[1]).is_dir():  # the book has a hostile table
        templates[chapter.hostile] = "hostile.py"
    files = {}
    for path, name in templates.items():
        text = (_TEMPLATES / f"{name}.template").read_text(encoding="utf-8")
        files[path] = Template(text).substitute(values)
    package = chapter.module.with_name("__init__.py")
    if not (root / package).exists():
        files[package] = f'"""{part_title(part)}."""\n'
    return files


def _template(name: str, values: Mapping[str, str]) -> str:
    text = (_TEMPLATES / f"{name}.template").read_text(encoding="utf-8")
    return Template(text).substitute(values)


def _rule(root: Path, stem: str) -> str:
    """Return three letters of a name for the ids of its rules, new in the book."""
    pages = (path.read_bytes() for path in (root / "docs").glob("*/*.md"))
    taken = {each for page in pages for each in re.findall(rb"TM-([A-Z]{3})", page)}
    letters = re.sub(r"[^a-z]", "", stem).upper().ljust(3, "X")
    possible = [letters[0] + "".join(pair) for pair in combinations(letters[1:], 2)]
    return next((each for each in possible if each.encode() not in taken), possible[0])


def _refuse_existing(root: Path, part: str, stem: str, files: dict[Path, str]) -> None:
    chapter = Stem(part, stem.replace("-", "_"))
    others = [Path("docs", part, f"{chapter.name}.md")]
    others.append(chapter.module.with_suffix(""))
    there = [path for path in (*files, *others) if (root / path).exists()]
    if there:
        names = ", ".join(path.as_posix() for path in dict.fromkeys(there))
        message = f"already there: {names}; choose another name, or remove these"
        raise WrongUse(message)


def _refuse_changes(config: Path) -> None:
    """Refuse to change a file that has uncommitted changes."""
    options = ("--porcelain", "--untracked-files=no", "--", config.name)
    # Without git there are no commits, so the check is skipped.
    if git(config.parent, "status", *options):
        raise WrongUse(
            "mkdocs.yml has changes that are not committed: commit them first, "
            "so that the new chapter is a change of its own"
        )


def _write(root: Path, files: Mapping[Path, str], changed: Mapping[Path, str]) -> None:
    before = {path: (root / path).read_bytes() for path in changed}
    made: list[Path] = []
    try:
        for path, text in files.items():
            for folder in reversed((root / path).parents):
                if not folder.exists():
                    folder.mkdir()
                    made.append(folder)
            write_whole(root / path, text)
            made.append(root / path)
        for path, text in changed.items():
            write_whole(root / path, text)
    except BaseException as error:
        for path in reversed(made):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
        for path, content in before.items():
            write_if_changed(root / path, content)
        if isinstance(error, OSError):
            raise WrongUse(f"nothing was written: {error}") from error
        raise
