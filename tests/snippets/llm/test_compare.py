"""Questions are the unit, and each is compared with itself."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from snippets.llm.compare.paired import clustered_interval, gains_and_losses
from snippets.llm.compare.prompts import collect

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=50)


class Echo:
    """Answers every prompt with the prompt itself."""

    def complete(self, prompt: str) -> str:
        return prompt


class TestCollect:
    def test_asks_each_question_under_each_prompt(self) -> None:
        questions = pd.DataFrame({"asked": ["Why?", "How?"], "task": ["a", "b"]})

        answers = collect(
            Echo(), {"old": "{question}", "new": "Hi {question}"}, questions
        )

        assert answers["answer"].tolist() == ["Why?", "How?", "Hi Why?", "Hi How?"]
        assert answers["prompt"].tolist() == ["old", "old", "new", "new"]
        assert answers["task"].tolist() == ["a", "b", "a", "b"]
        assert answers.index.tolist() == [0, 1, 2, 3]
        assert list(questions) == ["asked", "task"]

    def test_does_not_change_other_braces_of_prompt_and_question(self) -> None:
        questions = pd.DataFrame({"asked": ["What is {}?"]})

        answers = collect(Echo(), {"old": '{"json": 1} {question}'}, questions)

        assert answers["answer"].tolist() == ['{"json": 1} What is {}?']

    @pytest.mark.parametrize(
        ("text", "match"),
        [
            ("No place.", r"prompt new must have one \{question\}, got 0"),
            ("{question} {question}", "got 2"),
        ],
    )
    def test_refuses_a_prompt_that_would_lose_the_question(
        self, text: str, match: str
    ) -> None:
        with pytest.raises(ValueError, match=match):
            collect(Echo(), {"new": text}, pd.DataFrame({"asked": ["Why?"]}))

    def test_refuses_a_question_that_is_null(self) -> None:
        questions = pd.DataFrame({"asked": ["Why?", None]})

        with pytest.raises(ValueError, match=r"^questions\.asked must have no null$"):
            collect(Echo(), {"old": "{question}"}, questions)


# One list of changes per question: each answer is lost, the same, or gained.
clusters = st.lists(
    st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=1, max_size=4),
    min_size=2,
    max_size=8,
)


def rows_of(changes: list[list[float]], times: int = 1) -> tuple[pd.Series, pd.Series]:
    values = [x for cluster in changes for x in cluster * times]
    names = [i for i, cluster in enumerate(changes) for _ in cluster * times]
    return pd.Series(values), pd.Series(names)


class TestClusteredInterval:
    def test_equals_scipys_bootstrap_of_the_means_if_clusters_are_equal(self) -> None:
        changes = np.random.default_rng(1).choice([-1.0, 0.0, 1.0], size=(60, 3))
        values, names = rows_of(changes.tolist())

        estimate, low, high = clustered_interval(
            values, names, rng=np.random.default_rng(2), level=0.9
        )

        oracle = bootstrap(
            (changes.mean(axis=1),),
            np.mean,
            method="percentile",
            confidence_level=0.9,
            rng=np.random.default_rng(3),
        ).confidence_interval
        assert estimate == pytest.approx(changes.mean())
        assert low == pytest.approx(oracle.low, abs=0.01)
        assert high == pytest.approx(oracle.high, abs=0.01)

    def test_weights_a_question_by_its_answers(self) -> None:
        values, names = rows_of([[1.0, 1.0, 1.0], [0.0]])

        interval = clustered_interval(values, names, rng=np.random.default_rng(1))

        assert interval == (0.75, 0.0, 1.0)

    @unhurried
    @given(clusters, st.integers(2, 5))
    def test_more_wordings_with_the_same_answers_do_not_narrow_it(
        self, changes: list[list[float]], times: int
    ) -> None:
        once, often = (
            clustered_interval(
                *rows_of(changes, n), rng=np.random.default_rng(7), resamples=200
            )
            for n in (1, times)
        )

        assert often == pytest.approx(once)

    @unhurried
    @given(clusters)
    def test_its_ends_are_in_order_and_within_the_clusters(
        self, changes: list[list[float]]
    ) -> None:
        _, low, high = clustered_interval(
            *rows_of(changes), rng=np.random.default_rng(7), resamples=200
        )
        means = [float(np.mean(cluster)) for cluster in changes]

        assert min(means) - 1e-9 <= low <= high <= max(means) + 1e-9

    def test_labels_that_occur_twice_change_nothing(self) -> None:
        values, names = rows_of([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0]])
        moved = clustered_interval(
            values.set_axis([1, 1, 0, 0, 9, 9]),
            names.set_axis([1, 1, 0, 0, 9, 9]),
            rng=np.random.default_rng(1),
        )

        assert moved == clustered_interval(values, names, rng=np.random.default_rng(1))

    def test_counts_right_and_wrong_as_1_and_0(self) -> None:
        right = pd.Series([True, True, False, False])

        estimate, _, _ = clustered_interval(
            right, pd.Series([1, 1, 2, 3]), rng=np.random.default_rng(1)
        )

        assert estimate == 0.5

    @pytest.mark.parametrize("count", [0, 1])
    def test_refuses_a_single_question(self, count: int) -> None:
        values, names = rows_of([[1.0, 1.0]] * count)

        with pytest.raises(ValueError, match=f"two or more, got {count}"):
            clustered_interval(values, names, rng=np.random.default_rng(1))

    def test_refuses_nulls_and_two_indexes(self) -> None:
        tasks, rng = pd.Series([1, 1, 2]), np.random.default_rng(0)
        whole = pd.Series([1.0, 0.0, 0.0])

        for pair in ((whole.mask(whole > 0), tasks), (whole, tasks.mask(tasks > 1))):
            with pytest.raises(ValueError, match=r"^values and clusters must have no"):
                clustered_interval(*pair, rng=rng)
        with pytest.raises(
            ValueError, match=r"^values and clusters must have the same"
        ):
            clustered_interval(whole, tasks[::-1], rng=rng)

    @pytest.mark.parametrize("resamples", [0, -1])
    def test_refuses_to_resample_less_than_once(self, resamples: int) -> None:
        values, names = rows_of([[1.0], [0.0]])
        rng = np.random.default_rng(0)

        with pytest.raises(ValueError, match=f"resamples must be .* got {resamples}"):
            clustered_interval(values, names, rng=rng, resamples=resamples)

    def test_resamples_once_if_asked_to(self) -> None:
        values, names = rows_of([[1.0], [0.0]])
        rng = np.random.default_rng(0)

        _, low, high = clustered_interval(values, names, rng=rng, resamples=1)

        assert low == high


class TestGainsAndLosses:
    def test_counts_each_side_per_task_in_order(self) -> None:
        old = pd.Series([True, True, False, False, True])
        new = pd.Series([True, False, True, True, False])
        task = pd.Series(["z", "z", "z", "a", "a"])

        table = gains_and_losses(old, new, task)

        assert table.reset_index().to_numpy().tolist() == [
            ["z", 1, 1, 3],
            ["a", 1, 1, 2],
        ]

    @unhurried
    @given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
    def test_gains_minus_losses_is_the_difference_in_right_answers(
        self, answers: list[tuple[bool, bool]]
    ) -> None:
        old, new = (pd.Series(side, dtype=bool) for side in zip(*answers, strict=True))

        table = gains_and_losses(old, new, pd.Series(["a"] * len(old)))

        assert (table["gains"] - table["losses"]).sum() == new.sum() - old.sum()
        assert (table["gains"] + table["losses"] <= table["questions"]).all()

    def test_keeps_the_name_of_the_tasks_and_needs_no_order_of_the_index(self) -> None:
        index = [7, 7, 3]
        old, new = pd.Series([1, 0, 1], index), pd.Series([1, 1, 0], index)
        task = pd.Series(["z", "a", "a"], index, name="kind")

        table = gains_and_losses(old, new, task)

        assert table.index.name == "kind"
        assert table.to_numpy().tolist() == [[0, 0, 1], [1, 1, 2]]

    @pytest.mark.parametrize("dtype", [object, "boolean", int, "category"])
    def test_reads_right_and_wrong_in_any_type(self, dtype: Any) -> None:
        old, new = pd.Series([True, False, False]), pd.Series([True, True, True])

        table = gains_and_losses(
            old.astype(dtype), new.astype(dtype), pd.Series(["a"] * 3)
        )

        assert table.to_numpy().tolist() == [[2, 0, 3]]

    def test_refuses_what_is_neither_right_nor_wrong(self) -> None:
        fine, task = pd.Series([True, False]), pd.Series(["a", "b"])

        for wrong in (None, 0.5, "True", pd.NA):
            odd = pd.Series([True, wrong], dtype=object)
            with pytest.raises(ValueError, match=r"^old must be True or False"):
                gains_and_losses(odd, fine, task)
            with pytest.raises(ValueError, match=r"^new must be True or False"):
                gains_and_losses(fine, odd, task)
        with pytest.raises(ValueError, match=r"^task must have no null"):
            gains_and_losses(fine, fine, task.mask(task == "a"))

    @pytest.mark.parametrize("odd", range(3))
    def test_refuses_rows_in_another_order(self, odd: int) -> None:
        columns = [pd.Series([True, False])] * 2 + [pd.Series(["a", "b"])]
        columns[odd] = columns[odd][::-1]

        with pytest.raises(ValueError, match=r"^old, new and task must have the same"):
            gains_and_losses(*columns)
