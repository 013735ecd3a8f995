"""Questions are the unit, prompts keep their names, and each judge is asked twice."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap
from sklearn.metrics import cohen_kappa_score

from snippets.llm.compare.paired import (
    clustered_interval,
    gains_and_losses,
    in_both_orders,
    kappa,
)
from snippets.llm.compare.prompts import PromptLog, collect
from snippets.llm.compare.stand_in import ManualReader

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=50)
DAY = date(2026, 11, 22)


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


class TestPromptLog:
    @pytest.fixture
    def log(self, tmp_path: Path) -> PromptLog:
        return PromptLog(tmp_path / "prompts.csv")

    def test_is_empty_before_the_first_prompt(self, log: PromptLog) -> None:
        assert log.read().empty
        assert list(log.read()) == ["prompt", "when", "author", "why", "text"]

    def test_has_text_columns_before_the_first_prompt_and_after_it(
        self, log: PromptLog
    ) -> None:
        before = log.read().dtypes
        log.add("Be kind.", author="a", why="b", when=DAY)

        assert log.read().dtypes.equals(before)

    def test_keeps_letters_of_any_alphabet_as_utf_8(self, log: PromptLog) -> None:
        log.add("Sei höflich: いいえ.", author="X", why="Xs too", when=DAY)

        assert "höflich: いいえ".encode() in log.path.read_bytes()
        assert log.read()["text"].tolist() == ["Sei höflich: いいえ."]

    def test_keeps_prompts_in_order_and_every_cell_unchanged(
        self, log: PromptLog
    ) -> None:
        text = 'Say "no", never NA.\n\n- Be short, please.'
        first = log.add(text, author="support", why="a, b", when=DAY)
        second = log.add("Be kind.", author="NA", why="none", when=DAY)

        assert log.read().to_numpy().tolist() == [
            [first, "2026-11-22", "support", "a, b", text],
            [second, "2026-11-22", "NA", "none", "Be kind."],
        ]

    def test_a_number_stays_text(self, log: PromptLog) -> None:
        log.add("007", author="1.50", why="12e4", when=DAY)

        assert log.read()[["author", "why", "text"]].to_numpy().tolist() == [
            ["1.50", "12e4", "007"]
        ]

    def test_the_name_of_a_prompt_depends_only_on_its_text(
        self, log: PromptLog, tmp_path: Path
    ) -> None:
        other = PromptLog(tmp_path / "other.csv")
        one = log.add("Be kind.\nBe brief.", author="a", why="b", when=DAY)
        same = other.add(
            "\n Be kind.  \r\nBe brief.\n", author="c", why="d", when=date(2027, 1, 1)
        )
        different = log.add("Be kind.\nBe  brief.", author="a", why="b", when=DAY)

        assert one == same != different
        # SHA-256 of "Be kind.\nBe brief.", by sha256sum
        assert one == "p0b002252"

    def test_logs_a_prompt_once(self, log: PromptLog) -> None:
        prompt = log.add("Be kind.", author="a", why="b", when=DAY)

        with pytest.raises(ValueError, match=f"once, and {prompt} is logged"):
            log.add("Be kind. ", author="c", why="d", when=DAY)

        assert len(log.read()) == 1

    def test_lists_the_lines_taken_out_and_put_in(self, log: PromptLog) -> None:
        old = log.add(
            "Answer.\nQuote one line.\nBe kind.", author="a", why="b", when=DAY
        )
        new = log.add(
            "Answer.\nQuote two lines.\nBe kind.", author="a", why="b", when=DAY
        )

        assert log.diff(old, new).splitlines() == [
            "taken out: Quote one line.",
            "put in:    Quote two lines.",
        ]
        assert log.diff(old, old) == ""

    def test_cannot_compare_an_unknown_prompt(self, log: PromptLog) -> None:
        prompt = log.add("Be kind.", author="a", why="b", when=DAY)

        with pytest.raises(KeyError, match="p0"):
            log.diff(prompt, "p0")

    @pytest.mark.parametrize(
        ("text", "author", "why", "match"),
        [
            (" \n ", "a", "b", "text must be .* got ''"),
            ("Be kind.", "", "b", "author must be .* got ''"),
            ("Be kind.", "a", " ", "why must be .* got ' '"),
            ("Be kind.", " @SUM(A1)", "b", "author must be"),
            ("Be kind.", "a", "+1", "why must be"),
        ],
    )
    def test_refuses_empty_text_and_formulas(
        self, log: PromptLog, text: str, author: str, why: str, match: str
    ) -> None:
        with pytest.raises(ValueError, match=match):
            log.add(text, author=author, why=why, when=DAY)

        assert not log.path.exists()


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


def first_wins(question: str, first: str, second: str) -> str:
    return "first"


def longer_wins(question: str, first: str, second: str) -> str:
    return "first" if len(first) > len(second) else "second"


class TestInBothOrders:
    PAIRS = pd.DataFrame(
        {"asked": ["a", "b"], "old": ["long answer", "x"], "new": ["y", "long answer"]},
        index=[5, 3],
    )

    def test_names_the_winner_if_the_order_does_not_matter(self) -> None:
        verdicts = in_both_orders(longer_wins, self.PAIRS)

        assert verdicts.to_numpy().tolist() == [["old"] * 3, ["new"] * 3]
        assert verdicts.index.tolist() == [5, 3]

    def test_it_is_a_tie_if_the_order_decides(self) -> None:
        verdicts = in_both_orders(first_wins, self.PAIRS)

        assert verdicts.to_numpy().tolist() == [["old", "new", "tie"]] * 2
        assert list(verdicts) == ["old_first", "new_first", "verdict"]

    def test_passes_each_question_with_its_own_answers(self) -> None:
        calls = []

        def judge(question: str, first: str, second: str) -> str:
            calls.append((question, first, second))
            return "first"

        in_both_orders(judge, self.PAIRS.head(1))

        assert sorted(calls) == [("a", "long answer", "y"), ("a", "y", "long answer")]

    def test_refuses_any_other_verdict(self) -> None:
        with pytest.raises(ValueError, match=r'"first" or "second", got {.tie.}'):
            in_both_orders(lambda *_: "tie", self.PAIRS)

    def test_accepts_a_table_without_pairs(self) -> None:
        assert in_both_orders(first_wins, self.PAIRS.head(0)).empty


labels = st.lists(st.tuples(*[st.sampled_from(["old", "new", "tie"])] * 2), min_size=2)


class TestKappa:
    def test_agrees_with_cohens_formula_by_hand(self) -> None:
        """Agreement is 3/4; by chance it would be 1/2 * 3/4 + 1/2 * 1/4 = 1/2."""
        assert kappa(["a", "a", "b", "b"], ["a", "a", "a", "b"]) == pytest.approx(0.5)

    def test_is_0_for_a_judge_with_only_one_verdict(self) -> None:
        assert kappa(["old", "new", "new"], ["new"] * 3) == 0

    def test_is_minus_1_for_total_disagreement(self) -> None:
        assert kappa(["a", "b"], ["b", "a"]) == -1

    @unhurried
    @given(labels)
    def test_equals_scikit_learns_and_is_symmetric(
        self, pairs: list[tuple[str, str]]
    ) -> None:
        one, other = ([*side] for side in zip(*pairs, strict=True))
        if len({*one, *other}) == 1:
            return

        assert kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))
        assert kappa(one, other) == pytest.approx(kappa(other, one))

    @pytest.mark.parametrize(
        ("one", "other", "match"),
        [
            (["a", "b"], ["a"], "the same items, got 2 and 1"),
            (["a", "a"], ["a", "a"], r"two labels or more, got \['a'\]"),
            ([], [], r"two labels or more, got \[\]"),
        ],
    )
    def test_refuses_labels_without_a_kappa(
        self, one: list[str], other: list[str], match: str
    ) -> None:
        with pytest.raises(ValueError, match=match):
            kappa(one, other)


MANUAL = """\
The "tea" statement
*******************

When water is hot, tea leaves brew in it. A tea statement
makes a hot drink for one. It raises "KettleError" without water.

   tea_stmt ::= "tea" [leaf]

Milk
====

Milk goes in last, says the manual. Tea may go last.

cup.pour(milk, *, slowly=True)

   Pour milk into a cup. Return the cup.
"""


@pytest.fixture(scope="module")
def reader() -> ManualReader:
    return ManualReader([MANUAL, MANUAL])


class TestManualReader:
    @pytest.mark.parametrize(
        ("instructions", "question", "answer"),
        [
            (
                "",
                "Is tea a drink?",
                'The "tea" statement: A tea statement makes a hot drink for one.',
            ),
            (
                "Prefer the sentence that opens an entry.\n",
                "Is tea a drink?",
                'The "tea" statement: When water is hot, tea leaves brew in it.',
            ),
            (
                "Now quote two sentences.\n",
                "What makes a hot drink?",
                'The "tea" statement: A tea statement makes a hot drink for one. '
                'It raises "KettleError" without water.',
            ),
            (
                "Now quote three sentences.\n",  # but the entry has only two
                "What goes last, says the manual?",
                "Milk: Milk goes in last, says the manual. Tea may go last.",
            ),
            (
                "Quote one sentence. Now quote one sentence.\n",
                "What goes last, says the manual?",
                "Milk: Milk goes in last, says the manual.",
            ),
            (
                "Now quote three sentences.\n",
                "When is water hot for leaves?",
                'The "tea" statement: When water is hot, tea leaves brew in it. '
                "A tea statement makes a hot drink for one. "
                'It raises "KettleError" without water.',
            ),
            (
                "Use at most 5 words.\n",
                "What makes a hot drink?",
                'The "tea" statement: A tea',
            ),
            (
                "Use at most 12 words.\n",
                "What makes a hot drink?",
                'The "tea" statement: A tea statement makes a hot drink for one.',
            ),
            (
                "",
                "Pour into what?",
                "cup.pour(milk, *, slowly=True): Pour milk into a cup.",
            ),
        ],
    )
    def test_quotes_as_instructed(
        self, reader: ManualReader, instructions: str, question: str, answer: str
    ) -> None:
        assert reader.complete(f"{instructions}Question: {question}") == answer

    def test_gives_the_same_answer_twice(self, reader: ManualReader) -> None:
        assert reader.complete("Question: tea?") == reader.complete("Question: tea?")

    def test_quotes_the_first_sentence_if_no_word_is_known(
        self, reader: ManualReader
    ) -> None:
        assert "tea leaves brew" in reader.complete("Question: Zzz?")

    @pytest.mark.parametrize(
        "aside",
        ["Use at most 5 words.", "It opens an entry.", "Then quote two sentences."],
    )
    def test_reads_instructions_only_before_the_question(
        self, reader: ManualReader, aside: str
    ) -> None:
        answer = reader.complete(f"Question: Is tea a drink? {aside}")

        assert (
            answer == 'The "tea" statement: A tea statement makes a hot drink for one.'
        )

    def test_does_not_prefer_an_opening_to_a_sentence_that_fits_well(
        self, reader: ManualReader
    ) -> None:
        answer = reader.complete(
            "Prefer the sentence that opens an entry.\n"
            "Question: What raises KettleError without water?"
        )

        assert answer == 'The "tea" statement: It raises "KettleError" without water.'

    @pytest.mark.parametrize("mark", [">>> brew tea now please", "+--- tea in a box"])
    def test_does_not_quote_sessions_or_tables(self, mark: str) -> None:
        reader = ManualReader([f"Tea\n===\n\n{mark}\n\nThe leaf is a green one."])

        assert reader.complete("Question: Brew tea in a box now?") == (
            "Tea: The leaf is a green one."
        )

    @pytest.mark.parametrize("line", '*=-~^"#')
    def test_reads_an_underlined_line_as_a_heading(self, line: str) -> None:
        reader = ManualReader([f"Tea\n{line * 3}\n\nThe leaf is a green one."])

        assert reader.complete("Question: leaf?") == "Tea: The leaf is a green one."

    def test_four_words_are_a_sentence_and_three_a_fragment(self) -> None:
        reader = ManualReader(["Tea\n===\n\nTea is green. Tea is not black."])

        assert reader.complete("Question: green?") == "Tea: Tea is not black."

    @pytest.mark.parametrize("end", ".!?")
    def test_ends_a_sentence_at_its_mark_before_a_capital(self, end: str) -> None:
        text = f"Tea\n===\n\nBrew it for 3.5 minutes{end} Then pour it out."

        answer = ManualReader([text]).complete("Question: 3.5 minutes?")

        assert answer == f"Tea: Brew it for 3.5 minutes{end}"

    def test_quotes_the_first_of_two_that_fit_equally(self) -> None:
        text = "Tea\n===\n\nPour the milk in. Pour the milk in!"

        assert ManualReader([text]).complete("Question: milk?") == (
            "Tea: Pour the milk in."
        )

    def test_takes_the_entry_around_a_sentence_into_account(self) -> None:
        reader = ManualReader(
            [
                "Coffee\n======\n\nIt is served hot. It has beans in it.",
                "Tea\n===\n\nIt is served cold. Tea has leaves in it.",
            ]
        )

        answer = reader.complete("Question: Is it served, tea?")

        assert answer == "Tea: It is served cold."

    def test_counts_a_passage_in_two_chapters_once(self) -> None:
        text = "Milk\n====\n\nMilk goes in last. Tea may go last."
        reader = ManualReader([text, text])

        answer = reader.complete("Now quote three sentences.\nQuestion: May tea go?")

        assert answer == "Milk: Tea may go last."

    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            (
                "Sugar\n=====\nSugar dissolves in tea.",
                "Sugar: Sugar dissolves in tea.",
            ),
            (
                "cup.wash(soap)\n   Wash it with soap.",
                "cup.wash(soap): Wash it with soap.",
            ),
        ],
    )
    def test_separates_a_heading_from_the_text_right_below_it(
        self, text: str, answer: str
    ) -> None:
        assert ManualReader([text]).complete("Question: soap or sugar?") == answer

    def test_does_not_quote_grammar_or_fragments(self, reader: ManualReader) -> None:
        for question in ("tea_stmt leaf", "Return the cup"):
            answer = reader.complete(f"Question: {question}")

            assert "::=" not in answer
            assert "Return" not in answer

    def test_refuses_a_prompt_without_a_question(self, reader: ManualReader) -> None:
        with pytest.raises(ValueError, match=r'line "Question:", got .Why\?.'):
            reader.complete("Why?")

    def test_refuses_a_manual_without_a_sentence(self) -> None:
        with pytest.raises(ValueError, match=r"^texts must hold a sentence, got none$"):
            ManualReader(["Tea"])


class TestSomebodyElsesData:
    def test_a_null_change_is_not_averaged_as_none(self) -> None:
        tasks, rng = pd.Series([1, 1, 2]), np.random.default_rng(0)
        whole = pd.Series([1.0, 0.0, 0.0])
        for pair in ((whole.mask(whole > 0), tasks), (whole, tasks.mask(tasks > 1))):
            with pytest.raises(ValueError, match=r"^values and clusters must have no"):
                clustered_interval(*pair, rng=rng)
        with pytest.raises(
            ValueError, match=r"^values and clusters must have the same"
        ):
            clustered_interval(whole, tasks[::-1], rng=rng)

    @pytest.mark.parametrize("text", ["- be short", "=1+1", "'quoted", "+ one", "@you"])
    def test_a_prompt_may_begin_like_a_formula_and_does_not_run(
        self, text: str, tmp_path: Path
    ) -> None:
        log = PromptLog(tmp_path / "log.csv")

        log.add(text, author="A", why="a try", when=date(2026, 1, 2))

        assert log.read()["text"].tolist() == [text]
        assert f",'{text}" in (tmp_path / "log.csv").read_text(encoding="utf-8")
