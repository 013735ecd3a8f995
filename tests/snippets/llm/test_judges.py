"""Judges are measured on labels, asked in both orders; prompts keep their names."""

import csv
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import recall_score

from snippets.llm.judges.log import PromptLog
from snippets.llm.judges.orders import in_both_orders
from snippets.llm.judges.rates import corrected_share, judge_rates

# The first call into pandas is slow, whatever the code does.
unhurried = settings(deadline=None, max_examples=50)
DAY = date(2026, 11, 22)

said = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2).filter(
    lambda pairs: len({label for label, _ in pairs}) == 2
)


def columns(pairs: list[tuple[bool, bool]]) -> list[pd.Series]:
    return [pd.Series(side, dtype=bool) for side in zip(*pairs, strict=True)]


class TestJudgeRates:
    def test_counts_right_answers_passed_and_wrong_ones_failed(self) -> None:
        label = pd.Series([1, 1, 1, 1, 0, 0, 0]) == 1
        verdict = pd.Series([1, 1, 1, 0, 1, 0, 0]) == 1

        rates = judge_rates(label, verdict)

        assert list(rates) == ["correct", "answers", "rate", "low", "high"]
        assert rates["correct"].to_dict() == {"true positive": 3, "true negative": 2}
        assert rates["answers"].tolist() == [4, 3]
        assert rates["rate"].tolist() == [0.75, pytest.approx(2 / 3)]

    def test_has_wilsons_interval(self) -> None:
        """By hand, 1.96 squared is 3.8416: (9 + 1.92 -+ 1.96 * 1.3637) / 13.8416."""
        label = pd.Series([True] * 10 + [False])
        verdict = pd.Series([True] * 9 + [False] * 2)

        row = judge_rates(label, verdict).loc["true positive"]

        assert row["low"] == pytest.approx(0.5958, abs=1e-4)
        assert row["high"] == pytest.approx(0.9821, abs=1e-4)

    def test_a_lower_level_has_a_narrower_interval(self) -> None:
        label, verdict = columns([(True, True), (True, False), (False, False)])

        wide, narrow = (judge_rates(label, verdict, level=x) for x in (0.95, 0.5))

        assert (narrow["low"] > wide["low"]).any()
        assert (narrow["high"] <= wide["high"]).all()

    @unhurried
    @given(said)
    def test_is_the_recall_of_either_label(
        self, pairs: list[tuple[bool, bool]]
    ) -> None:
        label, verdict = columns(pairs)

        rates = judge_rates(label, verdict)

        for name, positive in (("true positive", True), ("true negative", False)):
            recall = recall_score(label, verdict, pos_label=positive)
            assert rates.loc[name, "rate"] == pytest.approx(recall)
        assert (rates["low"] <= rates["rate"] + 1e-9).all()
        assert (rates["rate"] <= rates["high"] + 1e-9).all()
        assert rates["answers"].sum() == len(pairs)

    @pytest.mark.parametrize("label", [[True, True], [False, False], []])
    def test_refuses_labels_of_one_kind(self, label: list[bool]) -> None:
        labels = pd.Series(label, dtype=bool)

        with pytest.raises(ValueError, match=r"^label must hold right and wrong"):
            judge_rates(labels, labels)

    def test_refuses_nulls_other_values_and_rows_in_another_order(self) -> None:
        fine = pd.Series([True, False])
        for odd in (None, pd.NA, 0.5, "True"):
            wrong = pd.Series([True, odd], dtype=object)
            with pytest.raises(ValueError, match=r"^label must be True or False"):
                judge_rates(wrong, fine)
            with pytest.raises(ValueError, match=r"^verdict must be True or False"):
                judge_rates(fine, wrong)
        with pytest.raises(ValueError, match=r"^label and verdict must have the same"):
            judge_rates(fine, fine[::-1])


class TestCorrectedShare:
    LABEL = pd.Series([True] * 40 + [False] * 60)
    VERDICT = pd.Series([True] * 36 + [False] * 4 + [True] * 12 + [False] * 48)

    def share(self, passed: list[bool], **options: object) -> tuple[float, ...]:
        return corrected_share(
            self.LABEL,
            self.VERDICT,
            pd.Series(passed, dtype=bool),
            rng=np.random.default_rng(1),
            **options,  # type: ignore[arg-type]
        )

    def test_solves_the_mixture_of_both_rates(self) -> None:
        """0.9 of the right pass and 0.2 of the wrong: 55% passed means 0.35 / 0.7."""
        share, low, high = self.share([True] * 55 + [False] * 45)

        assert share == pytest.approx(0.5)
        assert 0 < low < share < high < 1

    def test_returns_the_share_of_labels_for_the_answers_that_were_labelled(
        self,
    ) -> None:
        share, _, _ = self.share(self.VERDICT.tolist())

        assert share == pytest.approx(self.LABEL.mean())

    @pytest.mark.parametrize(("passed", "share"), [(False, 0.0), (True, 1.0)])
    def test_stays_within_0_and_1(self, passed: bool, share: float) -> None:
        assert self.share([passed] * 9)[0] == share

    def test_its_interval_holds_the_truth_in_95_of_100_worlds(self) -> None:
        rng = np.random.default_rng(2)
        held = 0
        for _ in range(200):
            right = rng.random(400) < 0.4
            passed = pd.Series(rng.random(400) < np.where(right, 0.9, 0.2))
            label = pd.Series(right)
            _, low, high = corrected_share(
                label[:200],
                passed[:200],
                passed[200:],
                rng=rng,
                resamples=400,
            )
            held += low <= 0.4 <= high

        assert 182 <= held <= 198  # 190 is expected, and 4 standard errors are 12

    def test_a_level_is_the_share_of_worlds(self) -> None:
        passed = [True] * 55 + [False] * 45
        _, wide, top = self.share(passed)
        _, low, high = self.share(passed, level=0.5)

        assert wide < low < high < top

    def test_any_share_is_possible_where_the_judge_may_be_a_coin(self) -> None:
        label, verdict = columns(
            [(True, True), (True, False), (False, False), (False, False)]
        )

        _, low, high = corrected_share(
            label, verdict, verdict, rng=np.random.default_rng(1)
        )

        assert (low, high) == (0, 1)

    @pytest.mark.parametrize(
        ("pairs", "match"),
        [
            ([(True, True), (False, True)], "^verdict must agree with label better"),
            ([(True, False), (False, True)], "^verdict must agree with label better"),
            ([(True, True), (True, True)], "^label must hold right and wrong"),
        ],
    )
    def test_refuses_a_judge_that_tells_nothing(
        self, pairs: list[tuple[bool, bool]], match: str
    ) -> None:
        label, verdict = columns(pairs)

        with pytest.raises(ValueError, match=match):
            corrected_share(label, verdict, verdict, rng=np.random.default_rng(1))

    def test_refuses_no_answers_nulls_and_no_resample(self) -> None:
        for odd, match in (([], "have a row"), ([None], "be True or False")):
            others = pd.Series(odd, dtype=object)
            with pytest.raises(ValueError, match=rf"^unlabelled must {match}"):
                corrected_share(
                    self.LABEL, self.VERDICT, others, rng=np.random.default_rng(1)
                )
        with pytest.raises(ValueError, match=r"^resamples must be 1 or more, got 0"):
            self.share([True], resamples=0)


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
        with pytest.raises(
            ValueError, match=r'^judge must return "first" or "second", got {.tie.}'
        ):
            in_both_orders(lambda *_: "tie", self.PAIRS)

    def test_accepts_a_table_without_pairs(self) -> None:
        assert in_both_orders(first_wins, self.PAIRS.head(0)).empty

    @pytest.mark.parametrize("column", ["asked", "old", "new"])
    def test_refuses_a_text_that_is_null(self, column: str) -> None:
        holed = self.PAIRS.copy()
        holed[column] = ["a", None]

        with pytest.raises(ValueError, match=rf"^pairs.{column} must have no null"):
            in_both_orders(first_wins, holed)


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
            "Be kind.\nBe brief.", author="c", why="d", when=date(2027, 1, 1)
        )

        # SHA-256 of "Be kind.\nBe brief.", by sha256sum
        assert one == same == "p0b002252"

    @pytest.mark.parametrize(
        ("text", "other"),
        [
            ("Answer:", "Answer: "),
            ("Answer:", "\nAnswer:"),
            ("One.\nTwo.", "One.\r\nTwo."),
            ("One.\nTwo.", "One. \nTwo."),
        ],
    )
    def test_texts_that_differ_in_white_space_have_two_names_and_stay_apart(
        self, log: PromptLog, text: str, other: str
    ) -> None:
        names = [log.add(t, author="a", why="b", when=DAY) for t in (text, other)]

        assert names[0] != names[1]
        assert log.read()["text"].tolist() == [text, other]

    def test_shows_a_space_that_was_put_in(self, log: PromptLog) -> None:
        old = log.add("Answer:", author="a", why="b", when=DAY)
        new = log.add("Answer: ", author="a", why="b", when=DAY)

        assert log.diff(old, new).splitlines() == [
            "taken out: 'Answer:'",
            "put in:    'Answer: '",
        ]

    def test_logs_a_prompt_once(self, log: PromptLog) -> None:
        prompt = log.add("Be kind.", author="a", why="b", when=DAY)

        with pytest.raises(ValueError, match=f"once, and {prompt} is logged"):
            log.add("Be kind.", author="c", why="d", when=DAY)

        assert len(log.read()) == 1

    @unhurried
    @given(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
    )
    def test_gives_every_text_back_as_it_was(self, text: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            log = PromptLog(Path(folder, "log.csv"))
            log.add(text, author="a", why="b", when=DAY)

            assert log.read()["text"].tolist() == [text]

    @pytest.mark.parametrize(
        "text", ["- be short", "=1+1", "'quoted", "+ one", "@you", " \t=1+1", "\n-1"]
    )
    def test_a_prompt_may_begin_like_a_formula_and_does_not_run(
        self, log: PromptLog, text: str
    ) -> None:
        log.add(text, author="A", why="a try", when=DAY)

        assert log.read()["text"].tolist() == [text]
        with log.path.open(encoding="utf-8", newline="") as file:
            assert list(csv.reader(file))[1][-1] == f"'{text}"

    def test_lists_the_lines_taken_out_and_put_in(self, log: PromptLog) -> None:
        old = log.add(
            "Answer.\nQuote one line.\nBe kind.", author="a", why="b", when=DAY
        )
        new = log.add(
            "Answer.\nQuote two lines.\nBe kind.", author="a", why="b", when=DAY
        )

        assert log.diff(old, new).splitlines() == [
            "taken out: 'Quote one line.'",
            "put in:    'Quote two lines.'",
        ]
        assert log.diff(old, old) == ""

    def test_cannot_compare_an_unknown_prompt(self, log: PromptLog) -> None:
        prompt = log.add("Be kind.", author="a", why="b", when=DAY)

        with pytest.raises(KeyError, match="p0"):
            log.diff(prompt, "p0")

    @pytest.mark.parametrize(
        ("text", "author", "why", "match"),
        [
            (" \n ", "a", "b", r"text must be .* got ' .n '"),
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
