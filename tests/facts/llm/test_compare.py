"""What the page states about its hundred questions, recomputed."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, ttest_ind

from snippets.data import python_topics
from snippets.data.manual import ManualReader, holds, questions
from snippets.llm.compare.paired import clustered_interval, gains_and_losses

OLD = "Name the entry and quote one sentence.\nQuestion: "
PROMPTS = {
    "old": OLD,
    "new": OLD.replace("\n", "\nPrefer the sentence that opens an entry.\n"),
    "three": OLD.replace("one sentence", "three sentences"),
}


@pytest.fixture(scope="module")
def reader() -> ManualReader:
    return ManualReader(python_topics()["text"])


@pytest.fixture(scope="module")
def asked(reader: ManualReader) -> pd.DataFrame:
    """Return a row for each question: each prompt's answer, and whether it's right."""
    bank = questions()
    for name, prompt in PROMPTS.items():
        answers = [reader.complete(prompt + question) for question in bank["question"]]
        right = [holds(*pair) for pair in zip(answers, bank["key"], strict=True)]
        bank[name], bank[f"{name}_right"] = answers, right
    return bank


@pytest.fixture(scope="module")
def table(asked: pd.DataFrame) -> pd.DataFrame:
    return gains_and_losses(asked["old_right"], asked["new_right"], asked["task"])


def test_the_first_five_are_definitions_and_all_get_better(asked: pd.DataFrame) -> None:
    five = asked.head()

    assert set(five["task"]) == {"definition"}
    assert (five["old_right"].sum(), five["new_right"].sum()) == (0, 5)


def test_the_total_can_be_chance(table: pd.DataFrame) -> None:
    gains, losses, _ = table.sum()

    assert gains + losses == 33
    assert binomtest(int(gains), int(gains + losses)).pvalue > 0.5


def test_a_total_s_p_value_is_at_most_1_whichever_side_is_larger() -> None:
    assert binomtest(18, 33).pvalue == binomtest(15, 33).pvalue <= 1


def test_it_helps_definitions_and_hurts_exceptions_beyond_chance(
    table: pd.DataFrame,
) -> None:
    found = {
        task: binomtest(gains, gains + losses).pvalue
        for task, gains, losses in zip(
            table.index, table["gains"], table["losses"], strict=True
        )
    }

    assert [*table.loc["definition"]] == [12, 0, 20]
    assert [*table.loc["exception"]] == [0, 9, 20]
    assert {task for task, p in found.items() if 5 * p < 0.05} == {
        "definition",
        "exception",
    }


def test_a_question_asked_more_often_gives_a_t_test_what_it_wants() -> None:
    change = np.array([1.0] * 6 + [-1.0] * 4)
    old, new = (change < 0).astype(int), (change > 0).astype(int)
    rng = np.random.default_rng(1)

    once = ttest_ind(new, old).pvalue
    often = ttest_ind(np.tile(new, 75), np.tile(old, 75)).pvalue
    tiled = pd.Series(np.tile(change, 75))
    _, low, high = clustered_interval(tiled, tiled.index.to_series() % 10, rng=rng)

    assert once > 0.05
    assert often < 1e-6
    assert low < 0 < high


class TestTheReading:
    def test_covers_the_old_prompts_answers_to_every_other_question(
        self, asked: pd.DataFrame
    ) -> None:
        read = asked[asked["read"] != ""]

        assert read.index.tolist() == list(range(0, 100, 2))
        assert (read["read"] == "right").equals(read["old_right"])

    def test_finds_17_wrong_entries_and_12_wrong_sentences(
        self, asked: pd.DataFrame
    ) -> None:
        found = asked["read"].value_counts()

        assert found["wrong entry"] == 17
        assert found["right entry, wrong sentence"] == 12
        definitions = asked[asked["task"] == "definition"]
        assert (definitions["read"] == "right entry, wrong sentence").sum() == 5

    def test_agrees_with_where_the_key_is(
        self, asked: pd.DataFrame, reader: ManualReader
    ) -> None:
        """A wrong sentence of the right entry has the key in the same entry."""
        entries = pd.Series(reader._quoted).groupby(reader._entry).agg(" ".join)
        quoted = {
            f"{name}: {sentence}": entry
            for name, sentence, entry in zip(
                reader._names, reader._quoted, reader._entry, strict=True
            )
        }
        for row in asked.to_dict("records"):
            same_entry = holds(entries[quoted[row["old"]]], row["key"])
            if row["read"] == "right entry, wrong sentence":
                assert same_entry, row["question"]
            elif row["read"] == "wrong entry":
                # One entry on fill characters has the word, of another method.
                assert not same_entry or "fill character" in row["question"]


def test_three_sentences_gain_4_of_the_questions_that_nobody_read(
    asked: pd.DataFrame,
) -> None:
    unread = asked[asked["read"] == ""]
    columns = [unread[name] for name in ("old_right", "three_right", "task")]
    gains, losses, _ = gains_and_losses(*columns).sum()

    assert (len(unread), gains, losses) == (50, 4, 0)
    assert binomtest(4, 4).pvalue == 1 / 8


def test_a_longer_answer_begins_with_the_shorter_one(asked: pd.DataFrame) -> None:
    for old, three in zip(asked["old"], asked["three"], strict=True):
        assert three.startswith(old)


def test_an_answer_of_three_sentences_has_43_words_and_not_15(
    asked: pd.DataFrame,
) -> None:
    words = {
        name: sum(len(text.split()) for text in asked[name]) / len(asked)
        for name in PROMPTS
    }

    assert (round(words["three"]), round(words["old"])) == (43, 15)
