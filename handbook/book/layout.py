"""Where everything of the book stands, what each page is, and at which address.

A page is named in two ways. Its *path* is relative to the book's root and is what
people edit: `docs/late_flights/leg-1.py`. Its *source* is relative to docs/ and is what
MkDocs reads and links name: `late_flights/leg-1.ipynb`.
"""

import keyword
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath, PurePosixPath
from typing import Literal, NamedTuple

from handbook.base.errors import WrongUse

__all__ = [
    "CATALOGUE_PAGE",
    "CONFIG",
    "COVERAGE_PAGE",
    "DATA",
    "DATA_PAGE",
    "GENERATED",
    "GLOSSARY_PAGE",
    "NEW_PAGE",
    "NOTEBOOKS",
    "PARTS",
    "RULES_PAGE",
    "SHARED",
    "SHEET",
    "Kind",
    "Stem",
    "address_of",
    "copy_of",
    "find_root",
    "is_before",
    "is_there",
    "kind_of",
    "part_order",
    "part_refusal",
    "part_title",
    "parts",
    "path_of",
    "source_of",
    "sources_at",
    "stem_of",
    "tests_of",
]

Kind = Literal["front", "chapter", "leg", "pathway", "reference", "other"]
"""`reference` is what is only looked up; `other` what is none of these: a page that
lists a part, a page in a folder of a folder."""

PARTS = {
    "basecamp": "Base camp",
    "explore": "Experimentation",
    "cross": "The crossing",
    "engineer": "Engineering",
    "operate": "Running it",
    "secure": "Security",
    "together": "Working together",
    "llm": "Language models",
}
"""The parts of the book in their order, each with the title of its section in nav."""

DATA = "data"
"""The folder of the flights in snippets/: pages load them, and nobody copies them."""

SHARED = frozenset({DATA, "late_flights"})
"""Folders of snippets/ in which a module is named after no page."""

NOTEBOOKS = Path("docs/late_flights")
"""The folder in which a `.py` is a notebook."""

CONFIG = Path("mkdocs.yml")
"""It marks the root of a book, and is the configuration of its site."""

SHEET = Path("snippets/data/sheet.toml")
"""The data sheet of the flights."""

CATALOGUE_PAGE = Path("docs/reference/catalogue.md")
COVERAGE_PAGE = Path("docs/reference/coverage.md")
DATA_PAGE = Path("docs/reference/data.md")
GLOSSARY_PAGE = Path("docs/reference/glossary.md")
NEW_PAGE = Path("docs/reference/new.md")
RULES_PAGE = Path("docs/reference/rules.md")
GENERATED = {
    CATALOGUE_PAGE: Path("handbook/site/pages/templates/catalogue.md.jinja"),
    COVERAGE_PAGE: Path("docs/reference/topics.yml"),
    DATA_PAGE: SHEET,
    GLOSSARY_PAGE: Path("docs/reference/glossary.yml"),
    NEW_PAGE: Path("handbook/site/pages/templates/new.md.jinja"),
    RULES_PAGE: Path("handbook/site/pages/templates/rules.md.jinja"),
}
"""Pages that `handbook generate` writes, each with the file that is edited instead.

No rule looks at them.
"""

_TITLES = {**PARTS, "late_flights": "Late flights"}
_KINDS: dict[str, Kind] = {
    "contribute": "reference",
    "late_flights": "leg",
    "pathways": "pathway",
    "reference": "reference",
}
# Folders that no part can have: in docs/ they hold no pages, in snippets/ the flights.
_TAKEN = {"assets", "code", DATA, "figures"}
_PART = re.compile(r"[a-z][a-z0-9_]*")
_INDEXES = ("index", "README")  # MkDocs shows each at its folder's address
_ENDS = (".md", ".ipynb")
_BEFORE = "_before"


class Stem(NamedTuple):
    """The name that the files of a chapter share, and where each of them stands.

    Attributes
    ----------
    part : str
        The folder: `explore`; empty for what stands in none.
    name : str
        As Python writes it, `first_hour`; empty for what belongs to no chapter.
    """

    part: str
    name: str

    @property
    def page(self) -> Path:
        """`docs/explore/first-hour.md`."""
        return Path("docs", self.part, f"{self.name.replace('_', '-')}.md")

    @property
    def module(self) -> Path:
        """`snippets/explore/first_hour.py`, or a folder of modules without `.py`."""
        return Path("snippets", self.part, f"{self.name}.py")

    @property
    def before(self) -> Path:
        """`snippets/explore/first_hour_before.py`: the same, bad on purpose."""
        return Path("snippets", self.part, f"{self.name}{_BEFORE}.py")

    @property
    def test(self) -> Path:
        """`tests/snippets/explore/test_first_hour.py`: it travels with a copy."""
        return Path("tests/snippets", self.part, f"test_{self.name}.py")

    @property
    def facts(self) -> Path:
        """`tests/facts/explore/test_first_hour.py`: what the page states."""
        return Path("tests/facts", self.part, f"test_{self.name}.py")


def find_root(start: Path) -> Path:
    """Find the folder, at or above `start`, that holds the book.

    Raises
    ------
    WrongUse
        If there is none.
    """
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return folder
    raise WrongUse("no mkdocs.yml here or above: run handbook in the book's folder")


def kind_of(page: Path) -> Kind:
    """Tell what a page or a notebook is, by its path."""
    _, *folders, _ = page.parts
    if not folders:
        return "front" if page.stem in _INDEXES else "other"
    kind = _KINDS.get(folders[0], "chapter")
    if kind == "reference":
        return kind
    if len(folders) > 1 or folders[0] in _TAKEN or page.stem in _INDEXES:
        return "other"
    is_page = page.suffix == ".md" or page.parent == NOTEBOOKS
    return kind if is_page else "other"


def parts(root: Path) -> dict[str, str]:
    """List the parts that can have a chapter, each with its title, in their order.

    Parameters
    ----------
    root : Path
        The book's root: a folder in its docs/ makes a part of one's own.
    """
    folders = {path.name for path in (root / "docs").glob("*") if path.is_dir()}
    own = {name for name in folders if not part_refusal(name)}
    return {part: part_title(part) for part in part_order({*PARTS, *own})}


def part_refusal(folder: str) -> str:
    """Say why a folder in docs/ cannot be a part; nothing where it can."""
    if folder in {*_KINDS, *_TAKEN}:
        return "it holds other things"
    if not _PART.fullmatch(folder):
        return "write small letters, digits and _"
    if keyword.iskeyword(folder):
        return "it is a word of Python, and cannot be imported"
    return ""


def part_order(parts: Iterable[str]) -> list[str]:
    """Sort parts as the book does; those of another team come last."""
    found = set(parts)
    return [*(part for part in _TITLES if part in found), *sorted(found - {*_TITLES})]


def part_title(part: str) -> str:
    """Return a part's name for readers; of another team's part its folder's."""
    return _TITLES.get(part, part.replace("_", " ").capitalize())


def stem_of(path: Path) -> Stem:
    """Return the stem of a page, a module or a test of either kind, by its path."""
    top, *folders, name = path.with_suffix("").parts
    match top:
        case "docs":
            return Stem(folders[0] if folders else "", name.replace("-", "_"))
        case "tests":
            # A folder of modules has one file of tests, or a folder of them.
            part, *inner = folders[1:] or [""]
            tested = name.removeprefix("test_") if name.startswith("test_") else ""
            return Stem(part, inner[0] if tested and inner else tested)
        case _:
            names = folders if name == "__init__" else [*folders, name]
            part, unit = [*names, "", ""][:2]
            return Stem(part, unit.removesuffix(_BEFORE))


def is_before(module: Path) -> bool:
    """Whether a module is bad on purpose: `snippets/PART/STEM_before.py`."""
    _, _, *unit = module.with_suffix("").parts
    return bool(unit) and unit[0].endswith(_BEFORE)


def tests_of(module: str) -> Iterator[Path]:
    """Return where the tests of a module may be, the nearest first.

    `snippets/PART/STEM.py` has `tests/snippets/PART/test_STEM.py`, which travels with a
    copy. What it says of the flights is in `tests/facts/PART/test_STEM.py`, and so is
    the defect of `STEM_before.py`. A folder of modules has a file for each, or one for
    all, beside it or in a folder of its own.

    Parameters
    ----------
    module : str
        As it is imported: `snippets.explore.nulls`.
    """
    names = module.split(".")
    for unit in filter(None, (names, names[:-1])):
        file = f"test_{unit[-1].removesuffix(_BEFORE)}.py"
        for folder in (unit[:-1], unit, ["facts", *unit[1:-1]]):
            yield Path("tests", *folder, file)


def source_of(path: Path) -> PurePosixPath:
    """Return the source of a page: of a notebook what is made of it."""
    suffix = ".ipynb" if path.suffix == ".py" else path.suffix
    return PurePosixPath(path.relative_to("docs").with_suffix(suffix))


def path_of(source: PurePath) -> Path:
    """Return the path of a page: of a notebook what people edit."""
    suffix = ".py" if source.suffix == ".ipynb" else source.suffix
    return Path("docs", source.with_suffix(suffix))


def is_there(root: Path, source: PurePath) -> bool:
    """Whether the book has a page or a file, generated yet or not."""
    path = path_of(source)
    return path in GENERATED or (root / path).is_file()


def address_of(source: PurePath) -> str:
    """Return the address of a page from the site's root: `explore/nulls/`."""
    below = source.parent if source.stem in _INDEXES else source.with_suffix("")
    return f"{below.as_posix()}/" if below.parts else ""


def copy_of(source: PurePath) -> PurePosixPath:
    """Return the address of a page's copy in Markdown: `explore/nulls/index.md`."""
    return PurePosixPath(address_of(source), "index.md")


def sources_at(address: PurePosixPath) -> Iterator[PurePosixPath]:
    """Return the sources that a page with this address may have.

    Parameters
    ----------
    address : PurePosixPath
        From the site's root; empty for the front page.
    """
    yield from (address / f"{name}.md" for name in _INDEXES)
    if address.name:
        yield from (address.with_name(f"{address.name}{end}") for end in _ENDS)
