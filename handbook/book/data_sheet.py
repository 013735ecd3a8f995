"""Write the page about the data from its sheet: traps, tables, oddities, origin."""

import datetime
import tomllib
from collections.abc import Iterable, Mapping, Sequence

from handbook.base.schema import Table

__all__ = ["render"]


def render(sheet: str, name: str) -> str:
    """Write the page `docs/reference/data.md`.

    Parameters
    ----------
    sheet : str
        The text of the data sheet, `snippets/data/sheet.toml`.
    name : str
        The name of the sheet in messages.

    Returns
    -------
    str
        The page in Markdown, the same for the same sheet.

    Raises
    ------
    ValueError
        If the sheet is not TOML, or a field is missing or has the wrong type.
    """
    try:
        content = tomllib.loads(sheet)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ValueError(f"{name} is not TOML: {error}") from error
    fields = Table(content, name)
    named = fields.table("tables")
    tables = {name: named.table(name) for name in named}
    sections = [
        *_opening(fields, tables),
        *(part for name, table in tables.items() for part in _table(name, table)),
        *_origin(fields.table("sources"), tables),
        "## Under which licence?",
        *(part for licence in fields.tables("licences") for part in _licence(licence)),
    ]
    return "\n\n".join(sections) + "\n"


def _opening(fields: Table, tables: Mapping[str, Table]) -> list[str]:
    rows = [
        [f"[`{name}`](#{name})", _number(table, "rows"), _code(table.texts("key"))]
        for name, table in tables.items()
    ]
    return [
        _front_matter(fields),
        f"# {fields.text('title')}",
        f"**{fields.text('verdict')}**",
        *(f"**{t.text('title')}.** {t.text('text')}" for t in fields.tables("traps")),
        _grid(["Table", "Rows", "Key"], rows, numbers="Rows"),
        "A whole number that can be null is `float64`: NumPy's integers have no null.",
    ]


def _front_matter(fields: Table) -> str:
    lines = [f"description: {fields.text('description')}"]
    if "tags" in fields:
        # In the search, a chapter should rank above a table that has all the words.
        tags = ", ".join(fields.texts("tags"))
        lines += [f"tags: [{tags}]", "search: { boost: 0.6 }"]
    return "\n".join(["---", *lines, "---"])


def _table(name: str, table: Table) -> list[str]:
    tempting = table.tables("not_a_key") if "not_a_key" in table else []
    oddities = table.table("oddities")
    return [
        f"## The table `{name}` {{ #{name} }}",
        f"{table.text('description')}\nSource: {table.text('source')}.",
        f"::: snippets.data.{name}",
        f"### Columns of `{name}`",
        _columns(table.table("columns")),
        f"Key: {_code(table.texts('key'))}.",
        *map(_not_a_key, tempting),
        f"### What is odd in `{name}`?",
        _bullets(map(oddities.text, oddities)),
        f"`{table.text('file')}` has the SHA-256 `{table.text('sha256')}`.",
    ]


def _columns(columns: Table) -> str:
    head = ["Column", "Type", "Unit", "Nulls", "Range", "Meaning"]
    rows = [
        [
            f"`{name}`",
            f"`{column.text('type')}`",
            _unit(column),
            _number(column, "nulls"),
            _extent(column),
            column.text("meaning"),
        ]
        for name, column in ((name, columns.table(name)) for name in columns)
    ]
    return _grid(head, rows, numbers="Nulls")


def _unit(column: Table) -> str:
    if "zone" not in column:
        return column.text("unit")
    place = column.text("zone").rpartition("/")[2].replace("_", " ")
    return f"{column.text('unit')}, {place}"


def _extent(column: Table) -> str:
    if "values" in column:
        return ", ".join(column.texts("values"))
    ends = column.field("range", list) if "range" in column else []
    return " to ".join(dict.fromkeys(map(_value, ends)))


def _value(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def _not_a_key(tempting: Table) -> str:
    columns, repeats = _code(tempting.texts("columns")), tempting.field("repeats", int)
    return f"No key: {columns}. {repeats} rows repeat another. {tempting.text('why')}"


def _origin(sources: Table, tables: Mapping[str, Table]) -> list[str]:
    made: dict[str, list[Table]] = {name: [] for name in sources}
    for table in tables.values():
        package = table.text("package")
        sources.table(package)  # raises an error with its name if it is missing
        made[package].append(table)
    commands = [
        line for name in sources for line in _commands(sources.table(name), made[name])
    ]
    return [
        "## How the extract was made",
        *(_provenance(name, sources.table(name), made[name]) for name in sources),
        "A script reads the tables out of an archive and compares them with "
        "the files, value for value.\n"
        "With `--write` it makes the files first.",
        "\n".join(["```console", *commands, "```"]),
        "The script refuses any other archive, and never imports it.",
        "::: snippets.data.extract.first_difference",
        "::: snippets.data.extract.main",
    ]


def _provenance(name: str, source: Table, tables: Iterable[Table]) -> str:
    files = _code(table.text("file") for table in tables)
    version, author, upstream = map(source.text, ("version", "author", "upstream"))
    return (
        f"{files}: from {name} {version}, published by {author} in "
        f"{source.field('year', int)} after {upstream}.\n"
        f"`{source.text('archive')}` has the SHA-256 `{source.text('sha256')}`."
    )


def _commands(source: Table, tables: Iterable[Table]) -> list[str]:
    equal = [
        f"{table.text('file')}: {_number(table, 'rows')} rows x "
        f"{len(table.table('columns').values)} columns, all equal"
        for table in tables
    ]
    script = f"$ python snippets/data/extract.py {source.text('archive')}"
    return [f"$ {source.text('get')}", script, *equal]


def _licence(licence: Table) -> list[str]:
    return [
        f"{licence.text('covers')} under {licence.text('id')}.",
        _bullets(licence.texts("notes")),
    ]


def _number(fields: Table, key: str) -> str:
    return f"{fields.field(key, int):,}"


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: str) -> str:
    rule = ["---:" if name == numbers else "---" for name in head]
    lines = [head, rule, *rows]
    cells = ([cell.replace("|", r"\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
