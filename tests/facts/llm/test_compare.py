"""What the page states about its hundred questions, recomputed."""

import re
from pathlib import Path

import pandas as pd
import pytest

from snippets.data import python_topics
from snippets.llm.compare.paired import gains_and_losses, in_both_orders, kappa
from snippets.llm.compare.prompts import collect
from snippets.llm.compare.stand_in import ManualReader
from snippets.llm.compare_before import hasty_judge, looks_better

PAGE = Path(__file__).parents[3] / "docs/llm/compare.md"
OLD = "Name the entry and quote one sentence.\nQuestion: {question}"
NEW = OLD.replace("\n", "\nPrefer the sentence that opens an entry.\n")


@pytest.fixture(scope="module")
def bank() -> pd.DataFrame:
    """Read the questions from the page, as a reader sees them."""
    found = re.search(r'BANK = """\n(.*?)"""', PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    rows, task = [], ""
    for line in filter(None, map(str.strip, found[1].splitlines())):
        if line.startswith("# "):
            task = line[2:]
        else:
            rows.append([task, *line.split(" | ")])
    return pd.DataFrame(rows, columns=["task", "asked", "key", "label"])


def is_right(answers: pd.DataFrame) -> pd.Series:
    rows = zip(answers["answer"], answers["key"], strict=True)
    found = [re.search(rf"(?<!\w){re.escape(k)}(?!\w)", a, re.I) for a, k in rows]
    return pd.Series([match is not None for match in found], index=answers.index)


@pytest.fixture(scope="module")
def asked(bank: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each question: both answers, and whether each is right."""
    reader = ManualReader(python_topics()["text"])
    answers = collect(reader, {"old": OLD, "new": NEW}, bank)
    right = is_right(answers)
    for prompt in ("old", "new"):
        mine = (answers["prompt"] == prompt).to_numpy()
        bank = bank.assign(**{prompt: answers.loc[mine, "answer"].to_numpy()})
        bank[f"{prompt}_right"] = right[mine].to_numpy()
    return bank


@pytest.fixture(scope="module")
def pairs(asked: pd.DataFrame) -> pd.DataFrame:
    return asked[asked["old"] != asked["new"]]


def test_the_bank_has_100_questions_20_for_each_of_five_tasks(
    bank: pd.DataFrame,
) -> None:
    assert len(bank) == 100
    assert bank["task"].value_counts().tolist() == [20] * 5
    assert bank["asked"].is_unique


def test_every_key_is_in_the_manual(bank: pd.DataFrame) -> None:
    manual = " ".join(" ".join(python_topics()["text"]).split())

    assert is_right(bank.assign(answer=manual)).all()


def test_the_first_five_are_definitions_and_all_get_better(asked: pd.DataFrame) -> None:
    five = asked.head()

    assert set(five["task"]) == {"definition"}
    assert (five["old_right"].sum(), five["new_right"].sum()) == (0, 5)


def test_the_change_gains_one_task_and_loses_three(asked: pd.DataFrame) -> None:
    table = gains_and_losses(asked["old_right"], asked["new_right"], asked["task"])

    assert table[["gains", "losses"]].to_numpy().tolist() == [
        [12, 0],  # definition
        [0, 9],  # exception
        [2, 0],  # method
        [0, 4],  # value
        [1, 5],  # version
    ]
    assert table[["gains", "losses"]].sum().sum() == 33


def test_no_opening_of_an_entry_names_an_exception() -> None:
    reader = ManualReader(python_topics()["text"])
    named = [
        opens
        for sentence, opens in zip(reader._quoted, reader._opens, strict=True)
        if re.search(r'\w(Error|Iteration|Exit)"', sentence)
    ]

    assert (len(named), sum(named)) == (96, 3)


def test_answers_that_differ_have_a_label(
    asked: pd.DataFrame, pairs: pd.DataFrame
) -> None:
    assert len(pairs) == 60
    assert asked[asked["label"] != "-"].index.equals(pairs.index)
    assert pairs["label"].value_counts().to_dict() == {"tie": 24, "old": 20, "new": 16}


def test_the_hasty_judge_follows_the_order(pairs: pd.DataFrame) -> None:
    judged = in_both_orders(hasty_judge, pairs)

    assert (judged["new_first"] == "new").sum() == 45
    assert (judged["old_first"] == "new").sum() == 30
    assert kappa(pairs["label"], judged["verdict"]) < 0.05


def test_counts_copies_of_one_answer_as_evidence() -> None:
    old, new = pd.Series([0, 0, 1]), pd.Series([1, 0, 1])

    _, once = looks_better(old, new)
    _, often = looks_better(pd.concat([old] * 75), pd.concat([new] * 75))

    assert once > 0.05
    assert often < 1e-6


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ("No.", "Yes, and here is why.", "second"),  # only because it is longer
        ("One two three four.", "Five six seven eight nine.", "first"),
        ("Five six seven eight nine.", "One two three four.", "first"),
    ],
)
def test_judges_by_length_and_order_whatever_the_question(
    first: str, second: str, winner: str
) -> None:
    for question in ("Why?", "Who?"):
        assert hasty_judge(question, first, second) == winner
