"""Every template is filled with the same settings."""

from pathlib import Path

import jinja2
import pytest

from handbook.book.template import fill


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "page.md.jinja"
    path.write_text("{% if true %}\n{{ text | twice }}\n{% endif %}\n")
    return path


def _twice(text: str) -> str:
    return text * 2


@pytest.mark.parametrize(
    ("html", "shown"), [(False, "<b><b>"), (True, "&lt;b&gt;" * 2)]
)
def test_values_are_escaped_only_in_html(
    template: Path, html: bool, shown: str
) -> None:
    page = fill(template, {"text": "<b>"}, filters={"twice": _twice}, html=html)

    assert page == f"{shown}\n"


def test_a_value_that_is_missing_is_an_error(template: Path) -> None:
    template.write_text("{{ text }}\n")

    with pytest.raises(jinja2.UndefinedError, match="'text' is undefined"):
        fill(template, {})
