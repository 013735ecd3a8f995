"""HB1xx: front matter is complete and correct."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
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
        id="HB101",
        name="keys-there",
        why=(
            "Lists, search results and the weekly run read these keys of a chapter, "
            "and the description of every page."
        ),
        wrong="---\ndescription: Give every null a cause.\n---",
        right="---\n"
        "description: Give every null a cause before you drop one.\n"
        "mountain: explore\n"
        "topics: {A20: which-columns-are-null-together}\n"
        "terms: [censoring]\n"
        "needs: []\n"
        "owner: data-science\n"
        "reviewed: 2026-11-22\n"
        "---",
    ),
    Rule(
        id="HB102",
        name="keys-known",
        why="A key that nothing reads is misspelt, or a promise that nobody keeps.",
        wrong="difficulty: easy",
        right="remove this line",
    ),
    Rule(
        id="HB103",
        name="values-fit",
        why=(
            "With a text instead of a list, or with an entry twice, pages look right "
            "but are wrong."
        ),
        wrong="terms: censoring",
        right="terms: [censoring]",
    ),
    Rule(
        id="HB104",
        name="mountain-exists",
        why="A chapter is on one of the two mountains, on both, or on the crossing.",
        wrong="mountain: engineering",
        right="mountain: engineer",
    ),
    Rule(
        id="HB105",
        name="topic-exists",
        why="The coverage page counts only the topics in docs/reference/topics.yml.",
        wrong="topics: {A99: on-which-days}",
        right="topics: {A21: on-which-days}",
    ),
    Rule(
        id="HB106",
        name="term-in-glossary",
        why=(
            "The glossary defines each term that a chapter teaches, in the same "
            "spelling."
        ),
        wrong="terms: [Censoring]",
        right="terms: [censoring]",
        fixable=True,
    ),
    Rule(
        id="HB107",
        name="term-is-linked",
        why=(
            "Where readers first meet a term, a link shows its definition when they "
            "point at it."
        ),
        wrong="That is censoring: you know on which side of a limit the value is.",
        right=(
            "That is [*censoring*](../reference/glossary.md#censoring): you know on "
            "which side of a limit the value is."
        ),
    ),
    Rule(
        id="HB108",
        name="link-is-a-term",
        why=(
            "The glossary lists the chapters of a term, which it finds in front matter."
        ),
        wrong="a link to glossary.md#censoring  and terms: []",
        right="terms: [censoring]",
    ),
    Rule(
        id="HB109",
        name="need-exists",
        why="Nobody can first read a chapter that does not exist.",
        wrong="needs: [explore/null]",
        right="needs: [explore/nulls]",
    ),
    Rule(
        id="HB110",
        name="needs-no-circle",
        why="If two chapters need each other, nobody can begin with either.",
        wrong="needs: [cross/refactor]  in explore/nulls, and the reverse",
        right="needs: []  in one of the two",
    ),
    Rule(
        id="HB111",
        name="reviewed",
        why=(
            "Somebody has read the chapter in the year before the last commit. The day "
            "of the commit counts, so a commit that passed keeps passing."
        ),
        wrong="reviewed: 2025-01-01  in a commit of 2026-11-22",
        right="reviewed: 2026-11-22",
        fixable=True,
    ),
    Rule(
        id="HB112",
        name="term-is-used",
        why="Nobody needs the definition of a term that no chapter teaches.",
        wrong="- term: censoring  in glossary.yml, and no chapter with it",
        right="terms: [censoring]  in a chapter",
    ),
    Rule(
        id="HB113",
        name="entry-is-whole",
        why="An entry of the glossary or the topics that cannot be read is on no page.",
        wrong="- term: censoring  without a definition",
        right=(
            "- term: censoring\n"
            "  definition: A value is censored when ...\n"
            "  heard: ..."
        ),
    ),
    Rule(
        id="HB114",
        name="coverage-grows",
        why=(
            "The number in topics.yml is the number of topics with a chapter, so that "
            "none is lost unnoticed."
        ),
        wrong="covered_at_least: 41  and 40 topics in front matter",
        right="covered_at_least: 40  with the reason in the commit",
        fixable=True,
    ),
    Rule(
        id="HB116",
        name="topic-has-section",
        why=(
            "A topic is covered where a section teaches it, and the coverage page "
            "leads there."
        ),
        wrong="topics: {A21: days}  on a page without that heading",
        right="topics: {A21: on-which-days}  and  ## On which days?",
    ),
)

_MOUNTAINS = ("explore", "engineer", "both", "cross")
_TEXTS = ("description", "mountain", "owner")
_LISTS = ("terms", "needs")
_KEYS = ("description", "mountain", "topics", *_LISTS, "owner", "reviewed")
_FORMERLY = "formerly"  # only pages that moved have this key
# The keys that MkDocs and its theme read.
_THEIRS = ("hide", "icon", "search", "status", "subtitle", "tags", "template", "title")
_LINK = re.compile(r"\]\([^)\s]*\bglossary\.md#(?P<anchor>[^)\s]+)")
_NO_WORDS = re.compile(
    r"`[^`\n]*`|!\[[^\]\n]*\](?:\([^)\n]*\))?|\]\([^)\n]*\)|<[^>\n]*>"
)
_YEAR = timedelta(days=365)
_ZONES = timedelta(days=1)  # in the author's time zone it may be tomorrow already


def find(book: Book) -> Iterator[Problem]:
    """Yield the keys of front matter that are missing or wrong."""
    overrides = (book.root / "theme/overrides").glob("*.html")
    templates = {path.name for path in overrides}
    for page in book.pages:
        yield from _keys(page, templates)
        yield from _shapes(page)
        yield from _mountain(page)
        yield from _topics(page, book)
        yield from _terms(page, book)
        yield from _reviewed(page, book)
    yield from _needs(book)
    if not book.broken:
        yield from _unused_terms(book)
        yield from _coverage(book)


def _keys(page: PageSource, templates: Collection[str]) -> Iterator[Problem]:
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
    template = page.head.values.get("template")
    if template is not None and template not in templates:
        message = f"theme/overrides has no template {template}: remove this line"
        yield Problem(page.path, given["template"].line, message, "HB103")
    for key in unknown:
        like = suggest(key, (*_KEYS, _FORMERLY, *_THEIRS), otherwise=": remove it")
        message = f"nothing reads the key {key}{like}"
        yield Problem(page.path, given[key].line, message, "HB102")


def _shapes(page: PageSource) -> Iterator[Problem]:
    for key, value in page.head.values.items():
        line = page.head.places[key].line
        if key in _TEXTS and not (isinstance(value, str) and value.strip()):
            yield Problem(page.path, line, f"{key} must be a text", "HB103")
        if key == "topics" and not isinstance(value, dict):
            message = "name the section that teaches each topic: {A20: section-id}"
            yield Problem(page.path, line, message, "HB103")
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
    sections = page.page.sections
    for place, topic in page.head.texts("topics"):
        if topic not in known and not book.broken:
            message = f"{TOPICS.as_posix()} has no topic {topic}"
            yield Problem(page.path, place.line, message, "HB105")
        section = page.head.topics.get(topic)  # HB103 reports a list
        if section is not None and section not in sections:
            cure = ": write what follows # in the link to the section that teaches it"
            hint = suggest(section, sections, otherwise=cure)
            message = f"{topic}: no heading of this page has the id {section!r}{hint}"
            yield Problem(page.path, place.line, message, "HB116")


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
            yield Problem(page.path, place.line, message, "HB106", fix=fix)
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
    """Return a page's running text, line by line, without code, tables and headings.

    The verdict is left out: it may use a term before the page defines it.
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
    """Return the line where a term is first used; 0 if it is not used."""
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
            elif path := _path(need, name, needs):
                message = f"these need each other: {' -> '.join([name, *path])}"
                yield Problem(page.path, place.line, message, "HB110")


def _name(path: Path) -> str:
    """Return the name of a page in `needs` of others: `explore/nulls`."""
    return path.relative_to("docs").with_suffix("").as_posix()


def _path(start: str, goal: str, needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the shortest path from a chapter to one it needs; empty without a path."""
    paths, seen = [[start]], {start}
    for path in paths:  # the list grows in the loop
        if path[-1] == goal:
            return path
        for need in needs.get(path[-1], ()):
            if need not in seen:
                seen.add(need)
                paths.append([*path, need])
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
        message = "reviewed in the future: write the day when you read it"
    if message:
        yield Problem(page.path, place.line, message, "HB111", fix=fix)


def _latest(path: Path, book: Book) -> date:
    """Return the last day when somebody can have read a page.

    For a committed page that is the day of the commit, whatever the day is today.
    """
    changed = path.as_posix() in _uncommitted(book.root)
    return (date.today() if changed else book.committed or date.min) + _ZONES


@cache
def _uncommitted(root: Path) -> str:
    return git(root, "status", "--porcelain", "-uall", "--", "docs") or ""


def _unused_terms(book: Book) -> Iterator[Problem]:
    named = _named(book, "terms")
    if named - book.terms.keys():
        return  # HB106 reports it: it may be a misspelling of an unused term
    for name, term in book.terms.items():
        if name not in named:
            message = f"no chapter lists {name} in its terms"
            yield Problem(GLOSSARY, term.line, message, "HB112")


def _coverage(book: Book) -> Iterator[Problem]:
    known, named = {topic.id for topic in book.plan.topics}, _named(book, "topics")
    if named - known:
        return  # HB105 reports it
    covered = len(named)
    least, line = book.plan.covered_at_least, book.plan.line
    if covered == least:
        return
    fix = None
    if covered > least:
        message = (
            f"write covered_at_least: {covered}, since so many topics have a chapter"
        )
        source = next(source for source in book.lists if source.path == TOPICS)
        start = source.starts[line - 1] + source.lines[line - 1].index(str(least))
        fix = Edit(start, start + len(str(least)), str(covered))
    else:
        message = (
            f"{covered} topics have a chapter, {least} had: bring them back, or write "
            "the smaller number and say why in the commit"
        )
    yield Problem(TOPICS, line, message, "HB114", fix=fix)


def _named(book: Book, key: str) -> set[str]:
    return {
        name
        for page in book.pages
        if kind_of(page.path) != "reference"
        for name in page.head.names(key)
    }
