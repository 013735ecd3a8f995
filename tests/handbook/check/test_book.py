"""This book follows its own rules."""

from pathlib import Path

import pytest

from handbook.cli import main

ROOT = Path(__file__).parents[3]


def test_no_rule_finds_anything_in_this_book(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)

    status = main(["check"])

    assert status == 0, capsys.readouterr().out
