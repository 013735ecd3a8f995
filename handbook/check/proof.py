"""HB411: a number in prose is printed by its page, or asserted by a test of facts."""

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from handbook.check.numbers import Proof, asserted, printed, proves, stated
from handbook.check.passages import passages, sentences, written_terms
from handbook.check.remember import Answers, remember
from handbook.check.rule import Finding, Rule
from handbook.check.shelf import Module, PageSource, Shelf, Source

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        "HB411",
        "number-proved",
        "A number that no run prints and no test asserts is wrong one day, and nobody "
        "notices.",
        "52.7% of the flights never left.",
        "53.3% of the flights never left.\n\nThe page prints 0.533, or "
        "tests/facts/explore/test_nulls.py has: assert round(share, 3) == 0.533",
    ),
)

_HERE = Path(__file__).parent


def find(shelf: Shelf) -> Iterator[Finding]:
    """Give the numbers that are neither printed nor asserted."""
    facts = {
        test.path: test
        for test in shelf.tests
        if test.path.is_relative_to("tests/facts")
    }
    pages = {page.path: page for page in [*shelf.pages, *written_terms(shelf)]}
    about = {path: _facts_about(page, facts) for path, page in pages.items()}
    known = functools.cache(lambda path: asserted(facts[path].tree))

    def ask(new: Sequence[Source]) -> Answers:
        return {
            path: list(_unproved(pages[path], set().union(*map(known, about[path]))))
            for path in (source.path for source in new)
        }

    sources = [_with_facts(pages[path], about[path], facts) for path in pages]
    tools = (_HERE / f"{name}.py" for name in ("numbers", "passages", "proof"))
    version = sha256(b"".join(tool.read_bytes() for tool in tools)).hexdigest()
    said = remember(shelf.root, "proof", version, sources, ask)
    for path, answers in said.items():
        for line, message in answers:
            yield Finding(path, line, "HB411", message)


def _facts_about(page: PageSource, facts: Collection[Path]) -> list[Path]:
    """Give the tests that may assert what a page states: of a chapter its own."""
    return [path for path in facts if path == _own(page) or not page.is_chapter]


def _own(page: PageSource) -> Path:
    return Path("tests/facts", page.part, f"test_{page.stem}.py")


def _with_facts(
    page: PageSource, about: Sequence[Path], facts: Mapping[Path, Module]
) -> Source:
    """Give a page that counts as another when what is asserted about it changes."""
    text = "\0".join([page.text, *(facts[path].text for path in about)])
    return Source(page.path, text, text)


def _unproved(page: PageSource, known: set[Proof]) -> Iterator[tuple[int, str]]:
    outputs = (fence.code for fence in page.page.fences if fence.fate == "expected")
    proofs = known.union(*map(printed, outputs))
    where = _own(page).as_posix() if page.is_chapter else "tests/facts/"
    for passage in passages(page):
        for sentence in sentences(passage):
            for number in stated(sentence.text):
                if not proves(proofs, number):
                    yield (
                        sentence.line + sentence.text.count("\n", 0, number.at),
                        f"no output of this page gives {number.shown}, and nothing in "
                        f"{where} asserts it: print it, assert it, or correct it; a "
                        "setting is written as code",
                    )
