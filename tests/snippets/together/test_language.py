"""Each term is explained in its writer's sense, and other words are not changed."""

import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.together.language.roles import NEIGHBOURS, Neighbour, role_map
from snippets.together.language.terms import TERMS, Term, as_markdown
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

    @pytest.mark.parametrize(
        ("name", "anchor"),
        [("lock file", "lock-file"), ("API", "api"), ("on-call", "on-call")],
    )
    def test_have_the_anchor_of_their_heading(self, name: str, anchor: str) -> None:
        assert Term("code", name, "a b", "c d").anchor == anchor

    def test_are_written_as_a_table_in_their_order(self) -> None:
        terms = [Term("g", "lock file", "a b", "c d"), Term("g", "API", "e f", "g h")]

        assert as_markdown(terms, "words.md") == (
            "| Word | To a data scientist | To an engineer |\n"
            "|---|---|---|\n"
            "| [lock file](words.md#lock-file) | a b | c d |\n"
            "| [API](words.md#api) | e f | g h |\n"
        )


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
            "No leakage [an answer among the inputs] "
            "in the test [held-out rows that grade a model]."
        )
        assert translate(text, to="scientist") == (
            "No leakage [memory that is never freed, data that get out] "
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

    @given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True)))
    def test_are_none_if_each_word_is_known(self, words: list[str]) -> None:
        text = " ".join(f"*{word}*" for word in words)

        assert undefined_terms(text, []) == tuple(dict.fromkeys(words))
        assert undefined_terms(text, words) == ()


class TestRoleMap:
    def test_names_the_roles_in_their_order_and_the_words_as_written(self) -> None:
        change = "Deployed: new schemas, and no secrets. The schema is final."

        assert role_map(change) == {
            "data engineer": ("schemas",),
            "platform engineer": ("Deployed",),
            "privacy and security": ("secrets",),
        }

    def test_gives_the_words_of_a_role_in_the_order_of_the_change(self) -> None:
        assert role_map("validation, latency, API")["software engineer"] == (
            "validation",
            "latency",
            "API",
        )

    def test_names_nobody_if_no_word_fits(self) -> None:
        assert role_map("On Monday we move to the third floor.") == {}

    def test_names_the_designer_of_a_page(self) -> None:
        assert role_map("A feature.") == {"designer": ("feature",)}

    @pytest.mark.parametrize("each", NEIGHBOURS, ids=lambda each: each.role)
    def test_has_a_question_and_an_answer_for_each_role(self, each: Neighbour) -> None:
        assert re.fullmatch(r"[A-Z].*\?", each.asks)
        assert re.fullmatch(r"an? .*[a-z]|(how|the) .*[a-z]", each.needs)

    def test_uses_words_from_the_forty_terms(self) -> None:
        used = set(chain.from_iterable(each.words for each in NEIGHBOURS))

        assert used <= set(NAMES)
        assert len({each.role for each in NEIGHBOURS}) == len(NEIGHBOURS) == 5


def test_a_word_in_its_progressive_form_is_found() -> None:
    found = readings("We are testing, reviewing and deploying.", to="engineer")

    assert [each.term for each in found] == ["test", "review", "deploy"]


def test_a_glossary_may_be_one_term() -> None:
    assert undefined_terms("An *SLO* of an API.", "slo") == ("API",)
