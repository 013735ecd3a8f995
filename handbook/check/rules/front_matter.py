"""HB1xx: front matter is complete, and what it says is so."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from handbook.base.git import git
from handbook.base.words import nearest, suggest
from handbook.book.book import Book
from handbook.book.glossary import GLOSSARY, anchor
from handbook.book.layout import kind_of
from handbook.book.problem import Edit, Problem
from handbook.book.source import PageSource
from handbook.book.topics import TOPICS
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        "HB101",
        "keys-there",
        "Lists, search results and the weekly run read these keys of a chapter, and of "
        "any page its description.",
        "---\ndescription: Give every null a cause.\n---",
        "---\n"
        "description: Give every null a cause before you drop one.\n"
        "mountain: explore\n"
        "topics: [A20, A21]\n"
        "terms: [censoring]\n"
        "needs: []\n"
        "owner: data-science\n"
        "reviewed: 2026-11-22\n"
        "---",
    ),
    Rule(
        "HB102",
        "keys-known",
        "A key that nothing reads is a misspelt one, or a promise that nothing keeps.",
        "difficulty: easy",
        "no such line",
    ),
    Rule(
        "HB103",
        "values-fit",
        "A text where a list is read, or an entry twice, gives pages that look right "
        "and are not.",
        "topics: A20",
        "topics: [A20]",
    ),
    Rule(
        "HB104",
        "mountain-exists",
        "There are two mountains, both together, and the way across.",
        "mountain: engineering",
        "mountain: engineer",
    ),
    Rule(
        "HB105",
        "topic-exists",
        "The coverage page counts the topics of docs/reference/topics.yml.",
        "topics: [A99]",
        "topics: [A21]",
    ),
    Rule(
        "HB106",
        "term-in-glossary",
        "A chapter teaches a term that the glossary defines, in the same spelling.",
        "terms: [Censoring]",
        "terms: [censoring]",
        fixable=True,
    ),
    Rule(
        "HB107",
        "term-is-linked",
        "Where a reader first meets a term, a link shows its definition on hover.",
        "That is censoring: you know on which side of a limit the value lies.",
        "That is [*censoring*](../reference/glossary.md#censoring): you know on which "
        "side of a limit the value lies.",
    ),
    Rule(
        "HB108",
        "link-is-a-term",
        "The glossary names the chapters that use a term from their front matter.",
        "a link to glossary.md#censoring  and terms: []",
        "terms: [censoring]",
    ),
    Rule(
        "HB109",
        "need-exists",
        "A chapter that cannot be found cannot be read first.",
        "needs: [explore/null]",
        "needs: [explore/nulls]",
    ),
    Rule(
        "HB110",
        "needs-no-circle",
        "Two chapters that need each other have no beginning.",
        "needs: [cross/refactor]  in explore/nulls, and the reverse",
        "needs: []  in one of the two",
    ),
    Rule(
        "HB111",
        "reviewed",
        "Somebody read the chapter in the year before the last commit: its day counts, "
        "so that a commit keeps its verdict.",
        "reviewed: 2025-01-01  in a commit of 2026-11-22",
        "reviewed: 2026-11-22",
        fixable=True,
    ),
    Rule(
        "HB112",
        "term-is-used",
        "A term that no chapter teaches is defined for nobody.",
        "- term: censoring  in glossary.yml, and no chapter with it",
        "terms: [censoring]  in a chapter",
    ),
    Rule(
        "HB113",
        "entry-is-whole",
        "An entry of the glossary or of the topics that cannot be read is on no page.",
        "- term: censoring  without a definition",
        "- term: censoring\n  definition: A value is censored when ...\n  heard: ...",
    ),
    Rule(
        "HB114",
        "coverage-grows",
        "As many topics have a chapter as topics.yml counts, so that none "
        "is lost without a word.",
        "covered_at_least: 41  and 40 topics in front matter",
        "covered_at_least: 40  with the reason in the commit",
        fixable=True,
    ),
)

_MOUNTAINS = ("explore", "engineer", "both", "cross")
_TEXTS = ("description", "mountain", "owner")
_LISTS = ("topics", "terms", "needs")
_KEYS = ("description", "mountain", *_LISTS, "owner", "reviewed")
_FORMERLY = "formerly"  # of a page that moved alone
# What MkDocs and its theme read.
_THEIRS = ("hide", "icon", "search", "status", "subtitle", "tags", "template", "title")
_LINK = re.compile(r"\]\([^)\s]*\bglossary\.md#(?P<anchor>[^)\s]+)")
_NO_WORDS = re.compile(r"`[^`\n]*`|!\[[^\]\n]*\]|\]\([^)\n]*\)|<[^>\n]*>")
_YEAR = timedelta(days=365)
_ZONES = timedelta(days=1)  # it is tomorrow already where the author sits


def find(book: Book) -> Iterator[Problem]:
    """Give the keys of front matter that are missing, or say what is not so."""
    for page in book.pages:
        yield from _keys(page)
        yield from _shapes(page)
        yield from _mountain(page)
        yield from _topics(page, book)
        yield from _terms(page, book)
        yield from _reviewed(page, book)
    yield from _needs(book)
    if not book.broken:
        yield from _unused_terms(book)
        yield from _coverage(book)


def _keys(page: PageSource) -> Iterator[Problem]:
    given = page.head.places
    unknown = [
        key for key in page.head.values if key not in (*_KEYS, _FORMERLY, *_THEIRS)
    ]
    missing = []
    for key in _KEYS if page.is_chapter else _KEYS[:1]:
        if key in given:
            continue
        if near := nearest(key, unknown):
            unknown.remove(near)
            message = f"write {key}, not {near}"
            yield Problem(page.path, given[near].line, message, "HB101")
        else:
            missing.append(key)
    if missing:
        where = "front matter" if given else "front matter, between two lines of ---,"
        message = f"{where} lacks {', '.join(missing)}"
        yield Problem(page.path, 1, message, "HB101")
    for key in unknown:
        like = suggest(key, (*_KEYS, _FORMERLY, *_THEIRS), otherwise=": remove it")
        message = f"nothing reads the key {key}{like}"
        yield Problem(page.path, given[key].line, message, "HB102")


def _shapes(page: PageSource) -> Iterator[Problem]:
    for key, value in page.head.values.items():
        line = page.head.places[key].line
        if key in _TEXTS and not (isinstance(value, str) and value.strip()):
            yield Problem(page.path, line, f"{key} must be a text", "HB103")
        if key not in (*_LISTS, _FORMERLY):
            continue
        if not isinstance(value, list):
            message = f"{key} must be a list: [{value or ''}]"
            yield Problem(page.path, line, message, "HB103")
            continue
        before = []
        for place, item in page.head.items(key):
            if not isinstance(item, str) or not item.strip():
                message = f"write each of {key} as a text, not {item!r}"
                yield Problem(page.path, place.line, message, "HB103")
            elif item in before:
                message = f"{item} is in {key} twice: keep one"
                yield Problem(page.path, place.line, message, "HB103")
            before.append(item)


def _mountain(page: PageSource) -> Iterator[Problem]:
    value = page.head.values.get("mountain")
    if isinstance(value, str) and value.strip() and value not in _MOUNTAINS:
        line = page.head.places["mountain"].line
        message = f"mountain must be one of {', '.join(_MOUNTAINS)}, not {value}"
        yield Problem(page.path, line, message, "HB104")


def _topics(page: PageSource, book: Book) -> Iterator[Problem]:
    known = {topic.id for topic in book.plan.topics}
    for place, topic in page.head.texts("topics"):
        if topic not in known and not book.broken:
            message = f"{TOPICS.as_posix()} has no topic {topic}"
            yield Problem(page.path, place.line, message, "HB105")


def _terms(page: PageSource, book: Book) -> Iterator[Problem]:
    links = {
        match["anchor"]: line
        for line, text in reversed(page.prose)
        for match in _LINK.finditer(text)
    }
    spelling = {term.lower(): term for term in book.terms}
    running = _running(page)
    listed = set()
    for place, term in page.head.texts("terms"):
        listed.add(anchor(term))
        used = _first_use(term, running)
        linked = links.get(anchor(term))
        if term not in book.terms:
            if book.broken:
                continue
            right = spelling.get(term.lower())
            fix = Edit(place.start, place.end, right) if right else None
            other = f": add it to {GLOSSARY.name}"
            hint = suggest(term, book.terms, cutoff=0.8, otherwise=other)
            message = f"the glossary has no term {term}{hint}"
            yield Problem(page.path, place.line, message, "HB106", fix)
        elif linked is None or 0 < used < linked:
            message = (
                f"link {term} where the page uses it first: "
                f"[*{term}*](../reference/glossary.md#{anchor(term)})"
            )
            yield Problem(page.path, used or place.line, message, "HB107")
    for link, line in links.items():
        if page.is_chapter and link not in listed:
            message = f"add {link.replace('-', ' ')} to terms in the front matter"
            yield Problem(page.path, line, message, "HB108")


def _running(page: PageSource) -> str:
    """Give a page's running text on the lines of the page: no code, table or heading.

    The verdict is left out: it names what the page is about to define.
    """
    lines = [""] * len(page.lines)
    verdict = "before"
    for line in page.scanned:
        if verdict == "before" and line.kind == "text" and line.text.startswith("**"):
            verdict = "in"
        elif verdict == "in" and line.kind == "blank":
            verdict = "after"
        if verdict == "after" and line.kind == "text":
            is_row = line.text.lstrip().startswith("|")
            lines[line.number - 1] = "" if is_row else line.text
    return _NO_WORDS.sub(" ", "\n".join(lines))


def _first_use(term: str, running: str) -> int:
    """Find the line on which a term is used first; 0 where it is not."""
    match = re.search(rf"\b{re.escape(term)}(?:e?s)?\b", running, re.IGNORECASE)
    return running.count("\n", 0, match.start()) + 1 if match else 0


def _needs(book: Book) -> Iterator[Problem]:
    needs: dict[str, Sequence[str]] = {
        _name(page.path): page.head.names("needs")
        for page in book.pages
        if kind_of(page.path) in {"chapter", "leg"}
    }
    needs |= {_name(notebook.path): () for notebook in book.notebooks}
    for page in book.pages:
        name = _name(page.path)
        for place, need in page.head.texts("needs"):
            if need not in needs:
                if book.broken:
                    continue
                hint = suggest(need, needs, otherwise=": write PART/STEM")
                message = f"there is no chapter {need}{hint}"
                yield Problem(page.path, place.line, message, "HB109")
            elif way := _way(need, name, needs):
                message = f"these need each other: {' -> '.join([name, *way])}"
                yield Problem(page.path, place.line, message, "HB110")


def _name(path: Path) -> str:
    """Give the name by which others need a page: `explore/nulls`."""
    return path.relative_to("docs").with_suffix("").as_posix()


def _way(start: str, goal: str, needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Find the shortest way along what chapters need; empty where there is none."""
    ways, seen = [[start]], {start}
    for way in ways:  # it grows as we go
        if way[-1] == goal:
            return way
        for need in needs.get(way[-1], ()):
            if need not in seen:
                seen.add(need)
                ways.append([*way, need])
    return []


def _reviewed(page: PageSource, book: Book) -> Iterator[Problem]:
    if "reviewed" not in page.head.values:
        return
    value, place = page.head.values["reviewed"], page.head.places["reviewed"]
    message, fix = "", None
    if type(value) is not date:
        message = "reviewed must be a date, without quotes: 2026-11-22"
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            fix = Edit(place.start, place.end, value)
    elif book.committed is None:
        return
    elif (age := book.committed - value) > _YEAR:
        message = (
            f"reviewed {age.days} days before the last commit: read the page again, "
            "run it, and write the day"
        )
    elif -age > _ZONES and value > _latest(page.path, book):
        message = "reviewed in the future: write the day on which you read it"
    if message:
        yield Problem(page.path, place.line, message, "HB111", fix)


def _latest(path: Path, book: Book) -> date:
    """Give the last day on which a page can have been read.

    Of a page that is committed that is the commit's day, whatever day it is now.
    """
    changed = path.as_posix() in _uncommitted(book.root)
    return (date.today() if changed else book.committed or date.min) + _ZONES


@cache
def _uncommitted(root: Path) -> str:
    return git(root, "status", "--porcelain", "-uall", "--", "docs") or ""


def _unused_terms(book: Book) -> Iterator[Problem]:
    named = _named(book, "terms")
    if named - book.terms.keys():
        return  # HB106 speaks of it: that may be the one that is meant
    for name, term in book.terms.items():
        if name not in named:
            message = f"no chapter lists {name} in its terms"
            yield Problem(GLOSSARY, term.line, message, "HB112")


def _coverage(book: Book) -> Iterator[Problem]:
    known, named = {topic.id for topic in book.plan.topics}, _named(book, "topics")
    if named - known:
        return  # HB105 speaks of it
    covered = len(named)
    least, line = book.plan.covered_at_least, book.plan.line
    if covered == least:
        return
    fix = None
    if covered > least:
        message = (
            f"write covered_at_least: {covered}, for as many topics have a chapter"
        )
        source = next(source for source in book.lists if source.path == TOPICS)
        start = source.starts[line - 1] + source.lines[line - 1].index(str(least))
        fix = Edit(start, start + len(str(least)), str(covered))
    else:
        message = (
            f"{covered} topics have a chapter, {least} had: bring them back, or write "
            "the smaller number and say why in the commit"
        )
    yield Problem(TOPICS, line, message, "HB114", fix)


def _named(book: Book, key: str) -> set[str]:
    return {
        name
        for page in book.pages
        if kind_of(page.path) != "reference"
        for name in page.head.names(key)
    }
