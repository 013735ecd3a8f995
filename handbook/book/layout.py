"""Where the files of the book are, of which kind a page is, and what its address is.

A page has two names. Its *path* is the file that people edit, relative to the book's
root: `docs/late_flights/leg-1.py`. Its *source* is the file that MkDocs reads and links
name, relative to docs/: `late_flights/leg-1.ipynb`.
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
"""The kinds of pages. `reference` is what people only look up; `other` is the rest,
such as a page that lists a part, or one in a nested folder."""

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
"""The folder of the flights in snippets/: pages load them, but nobody copies them."""

SHARED = frozenset({DATA, "late_flights"})
"""The folders of snippets/ whose modules are not named after a page."""

NOTEBOOKS = Path("docs/late_flights")
"""The folder where a `.py` file is a notebook."""

CONFIG = Path("mkdocs.yml")
"""The configuration of the site; the folder that contains it is the root of a book."""

SHEET = Path("snippets/data/sheet.toml")
"""The data sheet of the flights."""

CATALOGUE_PAGE = Path("docs/reference/catalogue.md")
COVERAGE_PAGE = Path("docs/reference/coverage.md")
DATA_PAGE = Path("docs/reference/data.md")
GLOSSARY_PAGE = Path("docs/reference/glossary.md")
NEW_PAGE = Path("docs/reference/new.md")
RULES_PAGE = Path("docs/contribute/rules.md")
THUMB_PAGE = Path("docs/reference/rules-of-thumb.md")
GENERATED = {
    CATALOGUE_PAGE: Path("handbook/site/pages/templates/catalogue.md.jinja"),
    COVERAGE_PAGE: Path("docs/reference/topics.yml"),
    DATA_PAGE: SHEET,
    GLOSSARY_PAGE: Path("docs/reference/glossary.yml"),
    NEW_PAGE: Path("handbook/site/pages/templates/new.md.jinja"),
    RULES_PAGE: Path("handbook/site/pages/templates/rules.md.jinja"),
    THUMB_PAGE: Path("handbook/site/pages/templates/rules-of-thumb.md.jinja"),
}
"""Pages that `handbook generate` writes, each with the file that people edit instead.

The rules skip these pages.
"""

_TITLES = {**PARTS, "late_flights": "Late flights"}
_KINDS: dict[str, Kind] = {
    "contribute": "reference",
    "late_flights": "leg",
    "pathways": "pathway",
    "reference": "reference",
}
# Folders that cannot be a part: in docs/ they have no pages, in snippets/ the flights.
_TAKEN = {"assets", "code", DATA, "figures"}
_PART = re.compile(r"[a-z][a-z0-9_]*")
_INDEXES = ("index", "README")  # MkDocs shows each at its folder's address
_ENDS = (".md", ".ipynb")
_BEFORE = "_before"


class Stem(NamedTuple):
    """The name that the files of a chapter share, and the path of each of them.

    Attributes
    ----------
    part : str
        The folder: `explore`; empty for a file in no folder.
    name : str
        The name in Python, `first_hour`; empty for what belongs to no chapter.
    """

    part: str
    name: str

    @property
    def page(self) -> Path:
        """`docs/explore/first-hour.md`."""
        return Path("docs", self.part, f"{self.name.replace('_', '-')}.md")

    @property
    def module(self) -> Path:
        """`snippets/explore/first_hour.py`; a folder of modules has no `.py`."""
        return Path("snippets", self.part, f"{self.name}.py")

    @property
    def before(self) -> Path:
        """`snippets/explore/first_hour_before.py`: the code before, bad on purpose."""
        return Path("snippets", self.part, f"{self.name}{_BEFORE}.py")

    @property
    def test(self) -> Path:
        """`tests/snippets/explore/test_first_hour.py`: copied with the snippet."""
        return Path("tests/snippets", self.part, f"test_{self.name}.py")

    @property
    def hostile(self) -> Path:
        """`tests/hostile/explore/first_hour.py`: an honest call of each function."""
        return Path("tests/hostile", self.part, f"{self.name}.py")

    @property
    def facts(self) -> Path:
        """`tests/facts/explore/test_first_hour.py`: tests of what the page states."""
        return Path("tests/facts", self.part, f"test_{self.name}.py")


def find_root(start: Path) -> Path:
    """Return the root of the book: the folder with mkdocs.yml, at or above `start`.

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
    """Return the kind of a page or a notebook, by its path."""
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
    """Return the parts that can have a chapter, each with its title, in their order.

    Parameters
    ----------
    root : Path
        The book's root. Folders in its docs/ are parts, too, if their name allows it.
    """
    folders = {path.name for path in (root / "docs").glob("*") if path.is_dir()}
    own = {name for name in folders if not part_refusal(name)}
    return {part: part_title(part) for part in part_order({*PARTS, *own})}


def part_refusal(folder: str) -> str:
    """Return why a folder in docs/ cannot be a part; empty if it can."""
    if folder in {*_KINDS, *_TAKEN}:
        return "it holds other things"
    if not _PART.fullmatch(folder):
        return "write small letters, digits and _"
    if keyword.iskeyword(folder):
        return "it is a keyword of Python, and cannot be imported"
    return ""


def part_order(parts: Iterable[str]) -> list[str]:
    """Sort parts in the order of the book, with parts that a team has added last."""
    found = set(parts)
    return [*(part for part in _TITLES if part in found), *sorted(found - {*_TITLES})]


def part_title(part: str) -> str:
    """Return the title of a part; for one that a team has added, its folder's name."""
    return _TITLES.get(part, part.replace("_", " ").capitalize())


def stem_of(path: Path) -> Stem:
    """Return the stem of a page, a module or a test of either kind, by its path."""
    top, *folders, name = path.with_suffix("").parts
    match top:
        case "docs":
            return Stem(folders[0] if folders else "", name.replace("-", "_"))
        case "tests":
            # The tests of a folder of modules are one file, or a folder of files.
            part, *inner = folders[1:] or [""]
            tested = name.removeprefix("test_") if name.startswith("test_") else ""
            return Stem(part, inner[0] if tested and inner else tested)
        case _:
            names = folders if name == "__init__" else [*folders, name]
            part, unit = [*names, "", ""][:2]
            return Stem(part, unit.removesuffix(_BEFORE))


def is_before(module: Path) -> bool:
    """Return whether a module is bad on purpose: `snippets/PART/STEM_before.py`."""
    _, _, *unit = module.with_suffix("").parts
    return bool(unit) and unit[0].endswith(_BEFORE)


def tests_of(module: str) -> Iterator[Path]:
    """Yield the paths where the tests of a module may be, the nearest first.

    `snippets/PART/STEM.py` has `tests/snippets/PART/test_STEM.py`, which is copied with
    it. What it returns for the flights is tested in `tests/facts/PART/test_STEM.py`,
    and so is the defect of `STEM_before.py`. A folder of modules has a file of tests
    for each module or one for all, in `tests/snippets/PART` or a folder of its name.

    Parameters
    ----------
    module : str
        The name that is imported: `snippets.explore.nulls`.
    """
    names = module.split(".")
    for unit in filter(None, (names, names[:-1])):
        file = f"test_{unit[-1].removesuffix(_BEFORE)}.py"
        for folder in (unit[:-1], unit, ["facts", *unit[1:-1]]):
            yield Path("tests", *folder, file)


def source_of(path: Path) -> PurePosixPath:
    """Return the source of a page; for a notebook, what is made from it."""
    suffix = ".ipynb" if path.suffix == ".py" else path.suffix
    return PurePosixPath(path.relative_to("docs").with_suffix(suffix))


def path_of(source: PurePath) -> Path:
    """Return the path of a page; for a notebook, the file that people edit."""
    suffix = ".py" if source.suffix == ".ipynb" else source.suffix
    return Path("docs", source.with_suffix(suffix))


def is_there(root: Path, source: PurePath) -> bool:
    """Return whether the book has a page or a file, or will generate it."""
    path = path_of(source)
    return path in GENERATED or (root / path).is_file()


def address_of(source: PurePath) -> str:
    """Return the address of a page, relative to the site's root: `explore/nulls/`."""
    below = source.parent if source.stem in _INDEXES else source.with_suffix("")
    return f"{below.as_posix()}/" if below.parts else ""


def copy_of(source: PurePath) -> PurePosixPath:
    """Return the address of a page's copy in Markdown: `explore/nulls/index.md`."""
    return PurePosixPath(address_of(source), "index.md")


def sources_at(address: PurePosixPath) -> Iterator[PurePosixPath]:
    """Yield the sources that a page with this address may have.

    Parameters
    ----------
    address : PurePosixPath
        Relative to the site's root; empty for the front page.
    """
    yield from (address / f"{name}.md" for name in _INDEXES)
    if address.name:
        yield from (address.with_name(f"{address.name}{end}") for end in _ENDS)
