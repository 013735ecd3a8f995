"""Which commands of a console block run, and which it must mark."""

import pytest

from handbook.book.console import find_unfit, read_commands


def test_the_lines_below_a_command_are_its_output() -> None:
    first, second = read_commands("$ ls a  # all\none\n\n$ ls b\n")

    assert (first.line, first.words, first.output) == (1, ["ls", "a"], "one\n\n")
    assert (second.line, second.words, second.output) == (4, ["ls", "b"], "\n")


@pytest.mark.parametrize(
    "command",
    [
        ".venv/bin/handbook check docs/a.md  # a page",
        "handbook add explore.nulls",
        "python -m handbook ledger",
        "handbook run docs/a.md --update",
        ".venv/bin/pytest -q tests/facts/explore/test_nulls.py",
        "make help",
        'git commit --message "Which model; or none?"',
        "rm -r docs/llm",
    ],
)
def test_a_command_of_this_project_runs(command: str) -> None:
    assert list(find_unfit(f"$ {command}\nany output")) == []


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("make test", "of make, only help run here"),
        ("handbook", "of handbook, only "),
        ("handbook serve", "of handbook, only "),
        ("handbook run", "handbook run takes the files of pages here"),
        ("handbook run docs", "handbook run takes the files of pages here"),
        ("pytest", "pytest takes files below tests/facts/ or tests/snippets/ here"),
        ("pytest tests/handbook", "pytest takes files below"),
        ("git push", "of git, only "),
        ("git -c alias.add=!ls add", "of git, only "),
        ("uvx handbook add explore.nulls", "it is not a command of this project"),
        ("A=1 handbook check", "it is not a command of this project"),
        ("handbook check | head", "no shell reads it"),
        ("handbook check; ls", "no shell reads it"),
        ("handbook check > out", "no shell reads it"),
        ("ls $HOME", "no shell reads it"),
        ("ls *", "no shell reads it"),
        ("ls \\", "its quotation is not closed"),
        ("ls 'a", "its quotation is not closed"),
        ("rm -r /home", "it names a place outside the copy"),
        ("rm -r docs/../..", "it names a place outside the copy"),
        ("rm -r ~/x", "it names a place outside the copy"),
        ("rm -r .venv/lib", "it names a place outside the copy"),
        ("handbook add a.b --to=/x", "it names a place outside the copy"),
        ("handbook add a.b --from https://a.org", "it names a place outside the copy"),
    ],
)
def test_any_other_command_must_be_marked(command: str, reason: str) -> None:
    [(line, message)] = find_unfit(f"$ ls\n$ {command}")

    assert (line, message.startswith(f"'{command[:40]}' is not run, since ")) == (
        2,
        True,
    )
    assert reason in message
    assert list(find_unfit(f"# not run: it is slow\n$ {command}")) == []


@pytest.mark.parametrize(
    "code", ["", "handbook check", "# a comment\n$ ls", "# not run:\n$ ls", " $ ls"]
)
def test_a_block_begins_with_a_command_or_a_reason(code: str) -> None:
    [(line, message)] = find_unfit(code)

    assert line == 1
    assert "'# not run: REASON'" in message
