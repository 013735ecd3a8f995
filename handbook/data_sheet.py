"""Write the page of the data from its sheet: traps, tables, oddities, origin."""

import datetime
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

__all__ = ["render"]


def render(sheet: Path) -> str:
    """Write the page `docs/reference/data.md`.

    Parameters
    ----------
    sheet : Path
        The data sheet, `snippets/data/sheet.toml`.

    Returns
    -------
    str
        The page in Markdown, the same for the same sheet.

    Raises
    ------
    ValueError
        If the sheet is no TOML or lacks a field.
    """
    try:
        content = tomllib.loads(sheet.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{sheet} is no TOML: {error}") from error
    fields = _named(content, str(sheet), ())
    tables = fields["tables"]
    sections = [
        *_opening(fields),
        *(part for name in tables for part in _table(name, tables[name])),
        *_origin(fields["sources"], tables),
        "## Under which licence?",
        *(part for licence in fields["licences"] for part in _licence(licence)),
    ]
    return "\n\n".join(sections) + "\n"


class _Fields(dict[str, Any]):
    """A table of the sheet that names the field it lacks."""

    def __init__(self, fields: dict[str, Any], sheet: str, place: tuple[str, ...]):
        super().__init__(fields)
        self.sheet, self.place = sheet, place

    def __missing__(self, field: str) -> Any:
        raise ValueError(f"{self.sheet} lacks {'.'.join((*self.place, field))}")


def _named(value: Any, sheet: str, place: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [_named(each, sheet, (*place, str(i))) for i, each in enumerate(value)]
    if isinstance(value, dict):
        fields = {key: _named(value[key], sheet, (*place, key)) for key in value}
        return _Fields(fields, sheet, place)
    return value


def _opening(fields: _Fields) -> list[str]:
    rows = [
        [f"[`{name}`](#{name})", f"{table['rows']:,}", _code(table["key"])]
        for name, table in fields["tables"].items()
    ]
    return [
        _front_matter(fields),
        f"# {fields['title']}",
        f"**{fields['verdict']}**",
        *(f"**{trap['title']}.** {trap['text']}" for trap in fields["traps"]),
        _grid(["Table", "Rows", "Key"], rows, numbers="Rows"),
        "A whole number that can be null is `float64`: NumPy's integers have no null.",
    ]


def _front_matter(fields: _Fields) -> str:
    lines = [f"description: {fields['description']}"]
    if tags := fields.get("tags"):
        # To a search, a chapter answers more than a table that holds all its words.
        lines += [f"tags: [{', '.join(tags)}]", "search: { boost: 0.6 }"]
    return "\n".join(["---", *lines, "---"])


def _table(name: str, table: _Fields) -> list[str]:
    return [
        f"## The table `{name}` {{ #{name} }}",
        f"{table['description']}\nSource: {table['source']}.",
        f"::: snippets.data.{name}",
        f"### Columns of `{name}`",
        _columns(table["columns"]),
        f"Key: {_code(table['key'])}.",
        *(_no_key(tempting) for tempting in table.get("not_a_key", [])),
        f"### What is odd in `{name}`?",
        _bullets(table["oddities"].values()),
        f"`{table['file']}` has the SHA-256 `{table['sha256']}`.",
    ]


def _columns(columns: _Fields) -> str:
    head = ["Column", "Type", "Unit", "Nulls", "Range", "Meaning"]
    rows = [
        [
            f"`{name}`",
            f"`{column['type']}`",
            _unit(column),
            f"{column['nulls']:,}",
            _extent(column),
            column["meaning"],
        ]
        for name, column in columns.items()
    ]
    return _grid(head, rows, numbers="Nulls")


def _unit(column: _Fields) -> str:
    if "zone" not in column:
        return str(column["unit"])
    place = column["zone"].rpartition("/")[2].replace("_", " ")
    return f"{column['unit']}, {place}"


def _extent(column: _Fields) -> str:
    if "values" in column:
        return ", ".join(column["values"])
    return " to ".join(dict.fromkeys(map(_value, column.get("range", []))))


def _value(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def _no_key(tempting: _Fields) -> str:
    columns, repeats = _code(tempting["columns"]), tempting["repeats"]
    return f"No key: {columns}. {repeats} rows repeat another. {tempting['why']}"


def _origin(sources: _Fields, tables: _Fields) -> list[str]:
    made: dict[str, list[_Fields]] = {name: [] for name in sources}
    for table in tables.values():
        sources[table["package"]]  # names the table's source where the sheet lacks it
        made[table["package"]].append(table)
    commands = [
        line
        for name, source in sources.items()
        for line in _commands(source, made[name])
    ]
    return [
        "## How the extract was made",
        *(_came_from(name, source, made[name]) for name, source in sources.items()),
        "A script reads the tables out of an archive and compares them with "
        "the files, value for value.\n"
        "With `--write` it makes the files first.",
        "\n".join(["```console", *commands, "```"]),
        "The script refuses any other archive, and never imports it.",
        "::: snippets.data.extract.first_difference",
        "::: snippets.data.extract.main",
    ]


def _came_from(name: str, source: _Fields, tables: Iterable[_Fields]) -> str:
    files = _code(table["file"] for table in tables)
    return (
        f"{files}: from {name} {source['version']}, published by {source['author']} in "
        f"{source['year']} after {source['upstream']}.\n"
        f"`{source['archive']}` has the SHA-256 `{source['sha256']}`."
    )


def _commands(source: _Fields, tables: Iterable[_Fields]) -> list[str]:
    equal = [
        f"{table['file']}: {table['rows']:,} rows x {len(table['columns'])} columns, "
        "all equal"
        for table in tables
    ]
    script = f"$ python snippets/data/extract.py {source['archive']}"
    return [f"$ {source['get']}", script, *equal]


def _licence(licence: _Fields) -> list[str]:
    return [
        f"{licence['covers']} under {licence['id']}.",
        _bullets(licence["notes"]),
    ]


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: str) -> str:
    rule = ["---:" if name == numbers else "---" for name in head]
    lines = [head, rule, *rows]
    cells = ([cell.replace("|", r"\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
