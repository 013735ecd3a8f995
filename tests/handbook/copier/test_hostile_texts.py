"""What a source writes is printed as text: a terminal has nothing to obey."""

import json
from dataclasses import replace

import pytest

from handbook.registry.model import Chapter, Registry
from tests.handbook.copier.upstream import NULLS, TEST, Handbook, Upstream

HOSTILE = "\x1b[2K\x1b]0;title\x07\u202e\x9b31m\rhandbook: all is well"
SHOWN = r"\x1b[2K\x1b]0;title\x07\u202e\x9b31m handbook: all is well"


@pytest.fixture
def hostile(upstream: Upstream, handbook: Handbook) -> Upstream:
    """A source with control characters wherever it can write them."""
    handbook("add", "explore.nulls", "--from", str(upstream.folder))
    purpose = f'"""Count. {HOSTILE}"""\n'
    needs = (f"polars>=1; extra == '{HOSTILE}'",)
    old = upstream.units["explore.nulls"].hash
    files = {"nulls.py": purpose + NULLS.partition("\n")[2]}
    new = upstream.publish(files=files, test=TEST + f"# {HOSTILE}\n", requires=needs)
    upstream.recall(old, f"Wrong. {HOSTILE}\nMore", new)
    return upstream


@pytest.mark.parametrize(
    "command",
    [
        ["status"],
        ["diff", "explore.nulls"],
        ["search", "count"],
        ["upgrade", "--dry-run"],
        ["upgrade"],
        ["add", "engineer.api"],
    ],
)
def test_no_command_prints_a_control_character(
    hostile: Upstream, handbook: Handbook, command: list[str]
) -> None:
    hostile.publish("engineer.api", {"api.py": f'"""Serve. {HOSTILE}"""\n'})

    result = handbook(*command)

    printed = (result.out + result.err).replace("\n", "").replace("\t", "")
    assert printed.isprintable()
    assert r"\x1b[2K" in printed


def test_a_reason_stays_on_the_line_of_its_copy(
    hostile: Upstream, handbook: Handbook
) -> None:
    line = handbook("status").out.splitlines()[0]

    assert hostile.units
    assert f"RECALLED: Wrong. {SHOWN} More (fixed by" in line


def test_an_error_quotes_no_control_character(
    hostile: Upstream, handbook: Handbook
) -> None:
    hostile.recall(hostile.units["explore.nulls"].hash, HOSTILE, "sha256:" + "0" * 64)

    refused = handbook("upgrade", "explore.nulls")
    left = handbook("upgrade")

    assert (refused.status, left.status) == (2, 0)
    assert SHOWN.strip() in refused.err
    assert (refused.err + left.out).replace("\n", "").isprintable()


def test_titles_and_words_of_a_registry_are_read_without_them(
    upstream: Upstream,
) -> None:
    unit = upstream.units["explore.nulls"]
    odd = replace(
        unit,
        words=HOSTILE,
        symbols=(HOSTILE,),
        chapters=(Chapter(HOSTILE, "explore/nulls/"),),
    )

    read = Registry.from_json(Registry({unit.name: odd}, {}).to_json())

    again = read.snippets[unit.name]
    assert (again.words, again.symbols) == (SHOWN, (SHOWN,))
    assert again.chapters[0].title == SHOWN
    assert "\\u001b" not in json.dumps(json.loads(read.to_json()))
