"""Fill the Jinja templates of generated pages, all with the same settings."""

from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["fill"]


def fill(
    template: Path,
    values: Mapping[str, object],
    *,
    filters: Mapping[str, Callable[..., object]] | None = None,
    html: bool = False,
) -> str:
    """Return the page that a template and its values make.

    Parameters
    ----------
    template : Path
        The file.
    values : mapping
        What the template can use, by name. Using any other name is an error.
    filters : mapping, optional
        Functions that the template can use as filters, by name.
    html : bool
        Whether the template writes HTML, so that values are escaped.
    """
    # Here, not above: it is slow, and few commands write a page.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=FileSystemLoader(template.parent),
        autoescape=html,  # noqa: S701  Markdown is written as it is
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= filters or {}
    return environment.get_template(template.name).render(values)
