"""The stand-in quotes as instructed, and its questions are complete."""

import pandas as pd
import pytest

from snippets.data import python_topics
from snippets.data.manual import ManualReader, holds, questions

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


def test_there_are_20_questions_for_each_of_five_tasks() -> None:
    bank = questions()

    assert list(bank) == ["task", "question", "key", "read", "better"]
    assert bank["task"].value_counts().tolist() == [20] * 5
    assert bank["question"].is_unique


def test_the_keys_are_in_the_manual() -> None:
    manual = " ".join(" ".join(python_topics()["text"]).split())

    assert all(holds(manual, key) for key in questions()["key"])


def test_half_of_the_questions_were_read_and_ten_of_each_task() -> None:
    bank = questions()
    counts = pd.crosstab(bank["task"], bank["read"])

    assert counts[""].tolist() == [10] * 5
    assert set(counts) == {"", "right", "wrong entry", "right entry, wrong sentence"}


@pytest.mark.parametrize(
    ("answer", "key", "expected"),
    [
        ("A Scope is the visibility.", "scope", True),
        ("Scopes are many.", "scope", False),
        ("Added in version 3.10.", "3.1", False),
        ("It calls __len__ first.", "__len__", True),
        ("It returns -1.", "-1", True),
        ("It returns 0.1.", "0.1", True),
        ("It returns 0x1.", "0.1", False),
    ],
)
def test_holds_a_key_as_words_of_their_own(
    answer: str, key: str, expected: bool
) -> None:
    assert holds(answer, key) is expected
