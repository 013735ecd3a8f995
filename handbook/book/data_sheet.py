"""Write the page of the data from its sheet: traps, tables, oddities, origin."""

import datetime
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from handbook.base.schema import Table
from handbook.book.template import fill

__all__ = ["render"]

_TEMPLATE = Path(__file__).with_name("data.md.jinja")


def render(sheet: str, name: str) -> str:
    """Write the page `docs/reference/data.md`.

    Parameters
    ----------
    sheet : str
        The text of the data sheet, `snippets/data/sheet.toml`.
    name : str
        How messages name it.

    Returns
    -------
    str
        The page in Markdown, the same for the same sheet.

    Raises
    ------
    ValueError
        If the sheet is not TOML, or a field is missing or of another type.
    """
    try:
        content = tomllib.loads(sheet)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ValueError(f"{name} is not TOML: {error}") from error
    # The template reads the fields, so whatever it lacks is an error here.
    fields = Table(content, name)
    tables, sources = map(_tables, map(fields.table, ("tables", "sources")))
    made: dict[str, list[Table]] = {source: [] for source in sources}
    for table in tables.values():
        package = table.text("package")
        fields.table("sources").table(package)  # an error if the sheet lacks it
        made[package].append(table)
    values = {
        "sheet": fields,
        "tables": tables,
        "origins": [(name, source, made[name]) for name, source in sources.items()],
    }
    filters: dict[str, Callable[..., object]] = {
        "cell": _cell,
        "code": _code,
        "extent": _extent,
        "number": _number,
        "tables": _tables,
        "text": Table.text,
        "unit": _unit,
    }
    return fill(_TEMPLATE, values, filters=filters)


def _tables(within: Table) -> dict[str, Table]:
    return {name: within.table(name) for name in within}


def _unit(column: Table) -> str:
    if "zone" not in column:
        return column.text("unit")
    place = column.text("zone").rpartition("/")[2].replace("_", " ")
    return f"{column.text('unit')}, {place}"


def _extent(column: Table) -> str:
    """Return the values of a column, or the smallest and the largest of them."""
    if "values" in column:
        return ", ".join(column.texts("values"))
    ends = column.field("range", list) if "range" in column else []
    return " to ".join(dict.fromkeys(map(_value, ends)))


def _value(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def _number(fields: Table, key: str, form: str = ",") -> str:
    return format(fields.field(key, int), form)


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
