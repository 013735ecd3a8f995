"""Write a book with any number of chapters, the same one on every call.

A chapter has 900 words, six blocks of code, two cards and a figure. A Markov chain of
this book's words (Shannon, 1948, section 3) generates its prose, so its vocabulary and
repetition are like real prose. Both decide how large a search index gets.
"""

import itertools
import random
import re
import shutil
from collections import defaultdict
from pathlib import Path

import yaml

from handbook.book.book import Book
from handbook.registry.model import Registry
from handbook.site.template_data import Facts, as_template

__all__ = ["write_book"]

ROOT = Path(__file__).resolve().parents[1]
BOOK = "theme/overrides/generated.html"
UNITS = "theme/templates/python/material/generated.html.jinja"
WORDS = 900
BLOCKS = 6
A_SECTION = 25
"""Chapters in a section of the navigation; ten of them show one shared snippet."""

NO_PROSE = re.compile(
    r"^---\n.*?^---\n|^ *(`{3,}).*?^ *\1\n|^:::.*?$"
    r"|<[^>]*>|`[^`]*`|\]\([^)]*\)|\{[^}]*\}",
    re.MULTILINE | re.DOTALL,
)
"""Matches front matter, fences, embeds, tags, code, addresses and attributes."""

BLOCK = """```python
from {module} import {name}

{name}_rows = [{numbers}]
total = {name}({name}_rows, floor={floor})
print(f"{{total:,}} rows of {{len({name}_rows)}} files")
```

<!--pytest-codeblocks:expected-output-->

```text
{total:,} rows of {count} files
```
"""
SNIPPET = '''"""Count the rows that {name} keeps."""

from collections.abc import Sequence

__all__ = ["{name}"]


def {name}(rows: Sequence[int], *, floor: int) -> int:
    """Add up the rows of the files that have enough of them.

    Parameters
    ----------
    rows : sequence of int
        Rows of each file, 0 or more.
    floor : int
        The least number of rows, in rows.

    Returns
    -------
    int
        The rows of the files with at least `floor` of them.

    Raises
    ------
    ValueError
        If a file has a negative number of rows.
    """
    if any(count < 0 for count in rows):
        raise ValueError(f"rows must not be negative, got {{min(rows)}}")
    return sum(count for count in rows if count >= floor)
'''
FIGURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320" role="img">'
    '<path d="M{points}" fill="none" stroke="#b7410e" stroke-width="2"/></svg>\n'
)


def write_book(root: Path, chapters: int, *, config: str = "ours") -> None:
    """Write a book into an empty folder.

    Parameters
    ----------
    root : Path
        The folder; created if it's missing.
    chapters : int
        How many, 1 or more.
    config : {"ours", "stock"}
        This book's mkdocs.yml and theme, or plain Material with the same extensions
        and features, except those that are there for speed.
    """
    rng = random.Random(2013)  # noqa: S311  text, not a secret
    chain = _chain()
    sections: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for number in range(chapters):
        section = number // A_SECTION
        part = f"part_{section % 8}"
        name = f"rows_{number:04}"
        shared = (
            f"shared_{section:03}" if number % A_SECTION < 10 else f"more_{number:04}"
        )
        for snippet in (name, shared):
            _write(
                root / "snippets" / part / f"{snippet}.py", SNIPPET.format(name=snippet)
            )
        _write(root / "snippets" / part / "__init__.py", f'"""Part {part}."""\n')
        _write(root / f"docs/{part}/figures/{name}.svg", _figure(rng))
        page = _chapter(number, part, (name, shared), rng, chain)
        _write(root / f"docs/{part}/{name}.md", page)
        sections[part][f"Section {section}"].append(f"{part}/{name}.md")
    _write(root / "snippets/__init__.py", '"""Snippets."""\n')
    _write(root / "docs/index.md", "---\nhide: [navigation]\n---\n\n# A book\n")
    _configure(root, sections, config)
    if config == "ours":
        facts = Facts(Book(root), Registry({}, {}))
        book = facts.book() | {"counts": {}}
        _write(root / BOOK, as_template("book", book))
        _write(root / UNITS, as_template("units", facts.units()))


def _configure(
    root: Path, sections: dict[str, dict[str, list[str]]], kind: str
) -> None:
    # Edited as text, so that MkDocs' own tags (!ENV) stay as they are.
    text = (ROOT / "mkdocs.yml").read_text()
    nav = [{"Start": "index.md"}] + [
        {part: [{name: pages} for name, pages in groups.items()]}
        for part, groups in sections.items()
    ]
    text = re.sub(
        r"^nav:\n(?:[ -].*\n)+", yaml.safe_dump({"nav": nav}), text, flags=re.M
    )
    text = re.sub(r"^  - mkdocs-jupyter:\n(?:      .*\n)+", "", text, flags=re.M)
    if kind == "stock":
        text = re.sub(
            r"^(?:extra_css|extra_javascript|watch):.*\n(?:  .*\n)*",
            "",
            text,
            flags=re.M,
        )
        text = re.sub(r"^  custom_dir:.*\n", "", text, flags=re.M)
        text = re.sub(r"^      custom_templates:.*\n", "", text, flags=re.M)
        # Our plugin, and a navigation of only the page's own part, are there for speed.
        text = re.sub(r"^ +- (?:quick|navigation\.prune)\b.*\n", "", text, flags=re.M)
    else:
        shutil.copytree(ROOT / "theme", root / "theme", dirs_exist_ok=True)
        shutil.copytree(ROOT / "docs/assets", root / "docs/assets", dirs_exist_ok=True)
    _write(root / "mkdocs.yml", text)


def _chapter(
    number: int,
    part: str,
    names: tuple[str, str],
    rng: random.Random,
    chain: dict[str, list[str]],
) -> str:
    words = WORDS // (BLOCKS + 1)
    title = _prose(chain, rng, 5).strip(".\n")
    parts = [
        "---",
        f"description: {_prose(chain, rng, 10).strip()}",
        "mountain: engineer",
        "owner: data-science",
        "reviewed: 2026-11-21",
        "---\n",
        f"# {title} {number}\n",
        f"**{_prose(chain, rng, 30).strip()}**\n",
        f"::: snippets.{part}.{names[0]}.{names[0]}\n",
    ]
    for block in range(BLOCKS):
        if block == 3:
            parts.append(f"::: snippets.{part}.{names[1]}.{names[1]}\n")
            parts.append(
                f"![{_prose(chain, rng, 12).strip()}](figures/{names[0]}.svg)\n"
            )
        name = names[block % 2]
        rows = [rng.randrange(1000, 9999) for _ in range(4)]
        parts.append(f"## {_prose(chain, rng, 6).strip('.' + chr(10))} {block}\n")
        parts.append(_prose(chain, rng, words))
        parts.append(
            BLOCK.format(
                module=f"snippets.{part}.{name}",
                name=name,
                numbers=", ".join(map(str, rows)),
                floor=2000,
                total=sum(row for row in rows if row >= 2000),
                count=len(rows),
            )
        )
    parts.append("## What is left\n")
    parts.append(_prose(chain, rng, words))
    return "\n".join(parts)


def _chain() -> dict[str, list[str]]:
    """Return the words that follow each word of this book's prose."""
    follow = defaultdict(list)
    for path in sorted(ROOT.glob("docs/*/*.md")):
        if path.parent.name in {"reference", "code"}:
            continue  # generated, so it may be missing
        text = NO_PROSE.sub("", path.read_text())
        words = re.findall(r"[A-Za-z][a-z']+[.]?", text)
        for word, after in itertools.pairwise(words):
            follow[word].append(after)
    return dict(follow)


def _prose(chain: dict[str, list[str]], rng: random.Random, count: int) -> str:
    """Return that many words, one sentence a line."""
    starts = sorted(word for word in chain if word[0].isupper() and word[-1] != ".")
    word = rng.choice(starts)
    words = [word]
    while len(words) < count:
        word = rng.choice(chain[word]) if word in chain else rng.choice(starts)
        words.append(word)
    text = " ".join(words).rstrip(".") + "."
    return text.replace(". ", ".\n") + "\n" if count > 50 else text + "\n"


def _figure(rng: random.Random) -> str:
    points = " ".join(f"{x},{rng.randrange(320)}" for x in range(0, 640, 4))
    return FIGURE.format(points=points)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
