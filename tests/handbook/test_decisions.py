"""The records of decisions have one form, and the index lists each."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs/contribute/decisions"
RECORDS = sorted(FOLDER.glob("*.md"))
INDEX = FOLDER.with_suffix(".md").read_text()
FORM = re.compile(
    r"# (?P<number>\d+)\. (?P<title>.+)\n\n"
    r"(?:Accepted|Superseded) on \d{4}-\d\d-\d\d\.\n(?:.+\n)*\n"
    r"## Context\n(?P<context>.+)"
    r"## Decision\n(?P<decision>.+)"
    r"## Consequences\n(?P<consequences>.+)",
    re.DOTALL,
)


def _fields(record: Path) -> dict[str, str]:
    _, _, body = record.read_text().split("---\n", 2)
    match = FORM.fullmatch(body.strip("\n"))
    assert match, f"{record.name} is not in the form of the others"
    return match.groupdict()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_record_is_short_and_has_the_form_of_the_others(record: Path) -> None:
    fields = _fields(record)
    text = " ".join(fields[key] for key in ("context", "decision", "consequences"))

    assert len(text.split()) <= 150
    # In the search, many records with few readers would bury the chapters.
    assert "\nsearch:\n  exclude: true\n" in record.read_text()


def test_the_numbers_have_no_gap_and_the_index_has_each_title() -> None:
    numbers = [int(record.name[:4]) for record in RECORDS]
    rows = [
        f"| [{fields['number']}. {fields['title']}](decisions/{record.name}) |"
        for record, fields in ((record, _fields(record)) for record in RECORDS)
    ]

    assert numbers == list(range(1, len(RECORDS) + 1))
    assert [int(_fields(record)["number"]) for record in RECORDS] == numbers
    listed = re.findall(r"^\| \[.+?\]\(.+?\) \|", INDEX, re.MULTILINE)
    assert listed == rows
