"""Each term is explained in its writer's sense, and other words are not changed."""

import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.together.language.terms import TERMS, Term
from snippets.together.language.translate import (
    readings,
    translate,
    undefined_terms,
)

NAMES = [term.term for term in TERMS]
fillers = st.sampled_from(["on", "the", "flights", "of", "July,", "80.3%", "(again)"])
sentences = st.lists(fillers | st.sampled_from(NAMES)).map(" ".join)


class TestTerms:
    def test_are_forty_with_ten_in_each_group(self) -> None:
        assert len(set(NAMES)) == 40
        groups = [term.group for term in TERMS]
        assert list(dict.fromkeys(groups)) == ["data", "code", "hand-over", "running"]
        assert all(groups.count(group) == 10 for group in groups)

    @pytest.mark.parametrize("term", TERMS, ids=NAMES)
    def test_have_two_short_meanings(self, term: Term) -> None:
        assert term.scientist != term.engineer
        for meaning in (term.scientist, term.engineer):
            assert 2 <= len(meaning.split()) <= 12
            assert not set("|[]\n") & set(meaning)
            assert meaning == meaning.strip()

    def test_cannot_be_changed_by_accident(self) -> None:
        with pytest.raises(FrozenInstanceError):
            TERMS[0].term = "column"  # type: ignore[misc]


class TestReadings:
    def test_have_both_senses_and_the_end_of_the_word(self) -> None:
        (found,) = readings("The test passed.", to="engineer")

        assert (found.word, found.term, found.end) == ("test", "test", 8)
        assert found.meant == "held-out rows that grade a model"
        assert found.heard == "code that fails when other code is wrong"

    @pytest.mark.parametrize("name", NAMES)
    def test_swap_the_senses_for_the_other_reader(self, name: str) -> None:
        (there,) = readings(name, to="engineer")
        (back,) = readings(name, to="scientist")

        assert there.term == name
        assert (there.meant, there.heard) == (back.heard, back.meant)

    @pytest.mark.parametrize(
        ("text", "terms"),
        [
            ("Tests, tested, TEST", ["test", "test", "test"]),
            ("branches and registries", ["branch", "registry"]),
            ("the data contract, a contract", ["data contract", "data contract"]),
            ("a lockfile, two lock files", ["lock file", "lock file"]),
            ("rolled back, then roll back", ["rollback", "rollback"]),
            ("validated", ["validation"]),
            ("significant", ["significance"]),
            ("who is on call? on-call:", ["on-call", "on-call"]),
            ("deployed artifacts drifted", ["deploy", "artefact", "drift"]),
            ("it leaks", ["leakage"]),
            ("dependencies, labelled", ["dependency", "label"]),
            ("committed, reviewed, merged", ["commit", "review", "merge"]),
            ("released by deployment", ["release", "deploy"]),
            ("validate, an artifact", ["validation", "artefact"]),
            ("two APIs", ["API"]),
            ("testing and deploying", ["test", "deploy"]),
            ("merging, committing, labelling", ["merge", "commit", "label"]),
        ],
    )
    def test_recognise_a_word_in_its_forms(self, text: str, terms: list[str]) -> None:
        assert [each.term for each in readings(text, to="engineer")] == terms

    @pytest.mark.parametrize(
        "text",
        ["", "latest", "contest", "test-driven", "a/b-test", "modelling", "test_late"],
    )
    def test_ignore_other_words(self, text: str) -> None:
        assert readings(text, to="engineer") == ()

    @pytest.mark.parametrize("reader", ["manager", "Engineer", ""])
    @pytest.mark.parametrize("ask", [readings, translate])
    def test_refuse_an_unknown_reader(
        self, ask: Callable[..., object], reader: str
    ) -> None:
        with pytest.raises(ValueError, match=f"engineer or scientist, got '{reader}'"):
            ask("The test passed.", to=reader)


class TestTranslate:
    def test_adds_the_writers_sense_after_each_word(self) -> None:
        text = "No leakage in the test."

        assert translate(text, to="engineer") == (
            "No leakage [the answer is among the inputs] "
            "in the test [held-out rows that grade a model]."
        )
        assert translate(text, to="scientist") == (
            "No leakage [memory is never freed, or data get out] "
            "in the test [code that fails when other code is wrong]."
        )

    @given(sentences, st.sampled_from(["engineer", "scientist"]))
    def test_only_adds_brackets(self, text: str, reader: str) -> None:
        marked = translate(text, to=reader)  # type: ignore[arg-type]

        assert re.sub(r" \[[^\]]*\]", "", marked) == text

    @given(sentences)
    def test_marks_each_reading_once(self, text: str) -> None:
        found = readings(text, to="engineer")

        assert translate(text, to="engineer").count("[") == len(found)
        assert all(text[: each.end].endswith(each.word) for each in found)


class TestUndefinedTerms:
    @pytest.mark.parametrize(
        ("text", "unknown"),
        [
            ("a *canary* and its SLO", ("canary", "SLO")),
            ("*lock file* and *Lock file*", ()),
            ("*LOCK FILE*, APIs", ()),
            ("SLO, then SLOs, then *SLO*", ("SLO",)),
            ("two SLOs", ("SLO",)),
            ("2*x* and *x*2 are sums", ()),
            ("**bold** is no term", ()),
            ("***loud*** is none", ()),
            ("`PII`, and ```\nSLO *x*\n``` are code", ()),
            ("2 * 3 * 4, a * b", ()),
            ("I and A are words", ()),
            ("*two\nlines*", ()),
        ],
    )
    def test_are_the_marked_and_unknown_words(
        self, text: str, unknown: tuple[str, ...]
    ) -> None:
        assert undefined_terms(text, ["lock file", "API"]) == unknown

    def test_refuse_one_text_instead_of_a_list(self) -> None:
        with pytest.raises(TypeError, match="known must be a list of terms"):
            undefined_terms("an *API*", "API")

    def test_take_a_generator_whole(self) -> None:
        assert undefined_terms("*b* and *a*", (term for term in "ab")) == ()

    @given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True)))
    def test_are_none_if_each_word_is_known(self, words: list[str]) -> None:
        text = " ".join(f"*{word}*" for word in words)

        assert undefined_terms(text, []) == tuple(dict.fromkeys(words))
        assert undefined_terms(text, words) == ()
