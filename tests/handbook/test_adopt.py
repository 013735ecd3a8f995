"""The steps of docs/contribute/adopt.md work, in a copy of the book."""

from pathlib import Path

from tests.handbook.adopt import PAGE, ROOT, SETTINGS, Copy, dangling, shown


def test_the_page_names_the_settings_that_the_site_reads() -> None:
    config = (ROOT / "mkdocs.yml").read_text()
    workflow = (ROOT / ".github/workflows/check.yml").read_text()

    for setting, value in SETTINGS.items():
        assert f"| `{setting}` | `{value}` |" in PAGE.read_text()
        assert f"!ENV [{setting}," in config
        assert f"{setting}: ${{{{ vars.{setting}" in workflow


def test_the_check_names_all_that_points_at_a_part_that_was_taken_out(
    tmp_path: Path,
) -> None:
    """A run compares what the page shows; `make audit` goes all of the way."""
    copy, delete = Copy(tmp_path / "handbook"), shown("console")[0]
    pointing = set(dangling(copy.root, delete.strip().rpartition("/")[2]))
    before = set(copy.check()[:-1])

    copy.shell(delete)
    found = [line for line in copy.check()[:-1] if line not in before]

    assert {line.split(": HB")[0] for line in found if "HB060" in line} == pointing
    assert any(line.startswith("mkdocs.yml:") for line in found)
