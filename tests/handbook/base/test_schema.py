"""A wrong field is named, with its place and what it must be."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from handbook.base.schema import Table, read_toml

VALUES = {
    "name": "nulls",
    "rows": 3,
    "date": "2026-11-22",
    "keys": ["a", "b"],
    "source": {"year": 2013},
    "traps": [{"title": "Clocks"}, {"title": "Keys"}],
}


@pytest.fixture
def fields() -> Table:
    return Table(VALUES, "sheet.toml")


def test_fields_of_the_right_form_are_returned(fields: Table) -> None:
    assert fields.text("name", re.compile("[a-z]+")) == "nulls"
    assert fields.field("rows", int) == 3
    assert fields.day() == "2026-11-22"
    assert fields.texts("keys") == ("a", "b")
    assert fields.table("source").field("year", int) == 2013
    assert [each.text("title") for each in fields.tables("traps")] == ["Clocks", "Keys"]
    assert list(fields) == list(VALUES)
    assert "name" in fields
    assert "title" not in fields


Read = Callable[[Table], object]


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda t: t.text("title"), "sheet.toml lacks title"),
        (lambda t: t.text("rows"), "sheet.toml: rows must be a text in quotes, got 3"),
        (
            lambda t: t.text("name", re.compile("[a-m]+")),
            "sheet.toml: name must look like [a-m]+, got 'nulls'",
        ),
        (
            lambda t: t.field("name", int),
            "sheet.toml: name must be a whole number, got 'nulls'",
        ),
        (
            lambda t: t.field("rows", float),
            "sheet.toml: rows must be a number with a point, got 3",
        ),
        (
            lambda t: t.day("name"),
            "sheet.toml: name must look like 2026-11-22, got 'nulls'",
        ),
        (lambda t: t.texts("name"), "sheet.toml: name must be a list, got 'nulls'"),
        (
            lambda t: t.texts("traps"),
            "sheet.toml: traps must be a list of texts, got ",
        ),
        (
            lambda t: t.tables("keys"),
            "sheet.toml: keys must be a list of tables, got ['a', 'b']",
        ),
        (lambda t: t.table("keys"), "sheet.toml: keys must be a table, got ['a', 'b']"),
        (lambda t: t.table("source").text("by"), "sheet.toml lacks source.by"),
        (
            lambda t: t.table("source").text("year"),
            "sheet.toml: source.year must be a text in quotes, got 2013",
        ),
        (lambda t: t.tables("traps")[1].text("text"), "sheet.toml lacks traps.1.text"),
        (lambda _: Table([1], "sheet.toml"), "sheet.toml must be a table, got [1]"),
    ],
)
def test_a_wrong_field_is_named(fields: Table, read: Read, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        read(fields)


def test_true_is_not_a_number(fields: Table) -> None:
    fields.values = {"rows": True}
    with pytest.raises(ValueError, match="a whole number, got True"):
        fields.field("rows", int)


def test_a_misspelt_field_is_suggested() -> None:
    fields = Table({"raeson": "It counts twice."}, "recalled.toml")
    message = r"^recalled\.toml lacks reason: did you write it as raeson\?$"
    with pytest.raises(ValueError, match=message):
        fields.text("reason")


def test_a_file_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_toml(tmp_path, Path("a/b.toml")) == {}


@pytest.mark.parametrize("content", [b"a = ", b"a = '\xff'", b"a = " + b"[" * 10_000])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.toml").write_bytes(content)
    with pytest.raises(ValueError, match=r"^b\.toml: "):
        read_toml(tmp_path, Path("b.toml"))
