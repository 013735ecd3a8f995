"""A build with the plugin's cache gives the same files as a build without it."""

import importlib.util
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from handbook.site.quick import plugin

ROOT = Path(__file__).parents[4]
CHAPTER = "docs/part_0/rows_0003.md"


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of seven chapters, built once with this plugin."""
    book = tmp_path_factory.mktemp("model") / "book"
    _load(ROOT / "benchmarks/generated_book.py").write_book(book, 7)
    build_site(book, "site")
    return book


@pytest.fixture
def book(model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model, tmp_path / "book"))


def build_site(
    book: Path, site: str, *, without: bool = False, strict: bool = True
) -> Path:
    """Build in this process, and return the site's folder."""
    config = load_config(
        str(book / "mkdocs.yml"), site_dir=str(book / site), strict=strict
    )
    if without:
        del config.plugins["quick"]
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return book / site


def content(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def assert_same(one: Path, other: Path) -> None:
    first, second = content(one), content(other)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def _swap_chapters(book: Path) -> None:
    _replace(
        book / "mkdocs.yml",
        "    - part_0/rows_0003.md\n    - part_0/rows_0004.md\n",
        "    - part_0/rows_0004.md\n    - part_0/rows_0003.md\n",
    )


def _delete_chapter(book: Path) -> None:
    (book / "docs/part_0/rows_0004.md").unlink()
    _replace(book / "mkdocs.yml", "    - part_0/rows_0004.md\n", "")


def _take_longer_to_read(book: Path) -> None:
    # `handbook generate` does so when a page, a term or the users of a page change.
    path = book / "theme/overrides/generated.html"
    page = path.read_text().index('"part_0/rows_0003.md": {')
    text = path.read_text()
    path.write_text(text[:page] + text[page:].replace('"minutes": ', '"minutes": 9', 1))


# First what changes every page, which would hide what a later edit does to one.
EDITS: dict[str, Callable[[Path], None]] = {
    "template of pages": lambda book: _replace(
        book / "theme/overrides/main.html",
        "{% block extrahead %}",
        "{% block extrahead %}<!-- -->",
    ),
    "template of cards": lambda book: _replace(
        book / "theme/templates/python/material/card.html.jinja",
        "card__head",
        "card__top",
    ),
    "theme option": lambda book: _replace(
        book / "mkdocs.yml", "    - navigation.top\n", ""
    ),
    "config": lambda book: _replace(
        book / "mkdocs.yml", "permalink: true", "permalink: §"
    ),
    "text": lambda book: _replace(
        book / CHAPTER, "## What is left", "New.\n\n## What is left"
    ),
    "snippet": lambda book: _replace(
        book / "snippets/part_0/shared_000.py", "Add up", "Sum"
    ),
    "order": _swap_chapters,
    "title": lambda book: _replace(book / CHAPTER, "\n# ", "\n# Another "),
    "facts": _take_longer_to_read,
    "figure": lambda book: _replace(
        book / "docs/part_0/figures/rows_0003.svg", "#b7410e", "#0e41b7"
    ),
    "deletion": _delete_chapter,
}


def test_after_each_of_many_edits_the_bytes_are_those_of_a_clean_build_in_the_end(
    book: Path,
) -> None:
    """One edit comes upon the others; `make audit` compares after each by itself."""
    kept = book / "site"
    for name, edit in EDITS.items():
        before = content(kept)
        edit(book)
        assert content(build_site(book, "site")) != before, name

    assert_same(kept, build_site(book, "clean", without=True))


def test_an_edit_of_a_snippet_reaches_its_page_with_every_form_of_embed(
    book: Path,
) -> None:
    page = book / "site/part_0/rows_0003/index.html"
    forms = [":::{}", "## ::: {}", "##:::{}", "- ::: {}", "> ::: {}", "T.\n::: {}"]
    others = [f"rows_000{number}" for number in (0, 1, 2, 4, 5, 6)]
    embeds = [
        form.format(f"snippets.part_0.{other}.{other}")
        for form, other in zip(forms, others, strict=True)
    ]
    _replace(
        book / CHAPTER, "## What is left", "\n\n".join([*embeds, "## What is left"])
    )
    build_site(book, "site")

    for number, other in enumerate(others):
        assert page.read_text().count("Sum the rows") == number
        _replace(book / f"snippets/part_0/{other}.py", "Add up", "Sum")
        build_site(book, "site")
    assert page.read_text().count("Sum the rows") == len(forms)


def test_without_a_change_no_page_is_built(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a page was built")

    monkeypatch.setattr("handbook.site.quick.plugin.record", refuse)
    monkeypatch.setattr("handbook.site.quick.outputs.finish", refuse)

    assert_same(build_site(book, "again"), book / "site")


def test_several_processes_build_the_same_bytes(book: Path) -> None:
    shutil.rmtree(book / ".cache")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet"],
        cwd=book,
        check=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )

    assert_same(book / "site", build_site(book, "clean", without=True))


def test_a_damaged_cache_is_not_used(book: Path) -> None:
    (file,) = (book / ".cache/handbook/site").glob("*.sqlite")
    with sqlite3.connect(file) as database:
        database.execute("UPDATE kept SET value = zeroblob(10) WHERE page LIKE '%3.md'")
    database.close()
    assert_same(build_site(book, "again"), book / "site")

    file.write_bytes(b"no database")
    assert_same(build_site(book, "again"), book / "site")


@pytest.mark.parametrize(
    "change",
    ["UPDATE kept SET value = 'a text'", "UPDATE kept SET value = NULL"],
)
def test_a_foreign_cache_is_not_used_and_is_replaced(
    book: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = (book / ".cache/handbook/site").glob("*.sqlite")
    with sqlite3.connect(file) as database:
        database.execute(change)
    database.close()

    assert_same(build_site(book, "again"), book / "site")
    assert capsys.readouterr().err.count("is damaged or foreign") == 1

    with sqlite3.connect(file) as database:
        (kinds,) = database.execute(
            "SELECT group_concat(DISTINCT typeof(value)) FROM kept"
        )
    database.close()
    assert kinds == ("blob",)


def test_a_truncated_compiled_template_is_compiled_again(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    templates = list((book / ".cache/handbook/site/templates").iterdir())
    assert templates
    for template in templates:
        os.truncate(template, template.stat().st_size // 2)
    _replace(book / CHAPTER, "## What is left", "New.\n\n## What is left")

    assert_same(build_site(book, "again"), build_site(book, "clean", without=True))
    assert capsys.readouterr().err.count("is damaged or foreign") == 1


def test_a_file_instead_of_the_cache_makes_a_slow_build_with_one_warning(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(book / ".cache")
    (book / ".cache").touch()

    assert_same(build_site(book, "again"), book / "site")

    err = capsys.readouterr().err
    assert err.count("nothing is cached there") == err.count("\n") == 1


def test_a_warning_is_repeated_in_every_build(book: Path) -> None:
    _replace(book / CHAPTER, "## What is left", "[gone](gone.md)\n\n## What is left")

    for _ in range(2):
        with pytest.raises(Abort, match="1 warning"):
            build_site(book, "site")


def test_a_link_to_a_deleted_page_is_a_warning(book: Path) -> None:
    _replace(
        book / CHAPTER, "## What is left", "[next](rows_0004.md)\n\n## What is left"
    )
    build_site(book, "site")
    _delete_chapter(book)

    with pytest.raises(Abort, match="1 warning"):
        build_site(book, "site")


@pytest.mark.parametrize(
    ("name", "value"),
    [("_SUPPORTED", {"mkdocs": "0."}), ("_PLUGINS", {"quick"})],
    ids=["version", "plugin"],
)
def test_an_unknown_version_makes_a_slow_build_with_one_warning(
    book: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: object,
) -> None:
    monkeypatch.setattr(plugin, name, value)
    shutil.rmtree(book / ".cache")

    assert_same(build_site(book, "again"), book / "site")

    assert not (book / ".cache").exists()
    assert capsys.readouterr().err.count("A slow build: handbook.site.quick") == 1


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
