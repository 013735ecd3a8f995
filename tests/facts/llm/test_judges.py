"""What the page states about its judges, recomputed."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from snippets.data import python_topics
from snippets.data.manual import ManualReader, holds, questions
from snippets.llm.judges.orders import in_both_orders
from snippets.llm.judges.rates import judge_rates
from snippets.llm.judges_before import longer, on_topic

OLD = "Name the entry and quote one sentence.\nQuestion: "
NEW = OLD.replace("\n", "\nPrefer the sentence that opens an entry.\n")


@pytest.fixture(scope="module")
def bank() -> pd.DataFrame:
    """Return a row for each question: answers, labels and verdicts of both prompts."""
    table = questions()
    reader = ManualReader(python_topics()["text"])
    for name, prompt in {"old": OLD, "new": NEW}.items():
        answers = [reader.complete(prompt + asked) for asked in table["question"]]
        pairs = [*zip(table["question"], answers, table["key"], strict=True)]
        table[name] = answers
        table[f"{name}_right"] = [holds(answer, key) for _, answer, key in pairs]
        table[f"{name}_passed"] = [on_topic(asked, given) for asked, given, _ in pairs]
    return table


def test_the_judge_exaggerates_the_loss_beyond_chance(bank: pd.DataFrame) -> None:
    """By question: what the judge says of the change, less what the labels say."""
    judged, labelled = (
        bank[f"new_{it}"].astype(int) - bank[f"old_{it}"] for it in ("passed", "right")
    )
    excess = (judged - labelled).to_numpy()
    drawn = np.random.default_rng(1).integers(100, size=(10_000, 100))
    low, high = np.quantile(excess[drawn].mean(axis=1), [0.025, 0.975])

    assert round(judged.mean(), 2) == -0.14
    assert low < high < 0


def test_it_overlooks_13_of_29_wrong_answers_of_one_prompt_and_7_of_30_of_the_other(
    bank: pd.DataFrame,
) -> None:
    read = bank[bank["read"] != ""]
    for name, overlooked, wrong in (("old", 13, 29), ("new", 7, 30)):
        rates = judge_rates(read[f"{name}_right"], read[f"{name}_passed"])
        row = rates.loc["true negative"]
        assert (row["answers"] - row["correct"], row["answers"]) == (overlooked, wrong)


def test_the_labels_alone_put_the_old_prompt_between_29_and_56_percent(
    bank: pd.DataFrame,
) -> None:
    read = bank.loc[bank["read"] != "", "old_right"]
    interval = binomtest(int(read.sum()), len(read)).proportion_ci(method="wilson")

    assert (f"{interval.low:.0%}", f"{interval.high:.0%}") == ("29%", "56%")


def test_passing_everything_agrees_as_often_as_answers_are_right() -> None:
    label = pd.Series([True] * 90 + [False] * 10)
    everything = pd.Series([True] * 100)

    assert f"{(label == everything).mean():.0%}" == "90%"
    assert judge_rates(label, everything).loc["true negative", "correct"] == 0


@pytest.fixture(scope="module")
def pairs(bank: pd.DataFrame) -> pd.DataFrame:
    differ = bank[bank["old"] != bank["new"]]
    return differ.rename(columns={"question": "asked"})


@pytest.mark.parametrize(("rate", "worth"), [(0.8, 0.54), (0.85, 0.92), (0.95, 4.1)])
def test_a_label_is_worth_what_the_page_computes(rate: float, worth: float) -> None:
    """Count 20,000 samples of 2,000 labels, with the judge's pass rate known."""
    rng, share, labels = np.random.default_rng(1), 0.4, 2_000
    right = rng.binomial(labels, share, size=20_000)
    passed = rng.binomial(right, rate) / right
    false_alarms = rng.binomial(labels - right, 1 - rate) / (labels - right)
    seen = share * rate + (1 - share) * (1 - rate)
    corrected = (seen - false_alarms) / (passed - false_alarms)

    assert corrected.mean() == pytest.approx(share, abs=0.005)
    assert (right / labels).var() / corrected.var() == pytest.approx(worth, rel=0.05)


class TestPairs:
    def test_a_pair_is_labelled_where_the_answers_differ(
        self, bank: pd.DataFrame, pairs: pd.DataFrame
    ) -> None:
        assert len(pairs) == 60
        assert bank[bank["better"] != "same"].index.equals(pairs.index)
        counts = pairs["better"].value_counts().to_dict()
        assert counts == {"tie": 24, "old": 20, "new": 16}

    def test_15_of_60_verdicts_follow_the_order_and_all_the_first_place(
        self, pairs: pd.DataFrame
    ) -> None:
        judged = in_both_orders(longer, pairs)

        assert (judged["new_first"] == "new").sum() == 45
        assert (judged["old_first"] == "new").sum() == 30
        assert (judged["verdict"] == "tie").sum() == 15
        assert binomtest(15, 15).pvalue < 0.001


class TestTheJudgesInAHurry:
    @pytest.mark.parametrize(
        ("first", "second", "winner"),
        [
            ("No.", "Yes, and here is why.", "second"),  # only because it is longer
            ("One two three four.", "Five six seven eight nine.", "first"),
            ("Five six seven eight nine.", "One two three four.", "first"),
        ],
    )
    def test_one_judges_by_length_and_order_whatever_the_question(
        self, first: str, second: str, winner: str
    ) -> None:
        for question in ("Why?", "Who?"):
            assert longer(question, first, second) == winner

    def test_the_other_passes_a_wrong_answer_that_repeats_the_question(self) -> None:
        question = "Which exception does range raise if its step is zero?"

        assert on_topic(question, "A range with step zero does not raise anything.")
        assert not on_topic(question, "ValueError.")
