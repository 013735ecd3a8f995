"""For any opinions, more at stake never earns less rigour."""

import importlib
import sys
from dataclasses import astuple
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snippets.basecamp.choose.advice import Advice, explain, recommend, table
from snippets.basecamp.choose.ladder import LADDER, Rung
from snippets.basecamp.choose.situation import Situation

GRID = Situation.grid()
LEAST, MOST = GRID[0], GRID[-1]

COVERING = [(more, less) for more in GRID for less in GRID if more.covers(less)]


def rung(**asked_by: Situation) -> Rung:
    return Rung("name", "mountain", "make", "Stop.", asked_by)


# A busy machine is slow now and then, whatever the code does.
unhurried = settings(deadline=None)

situations = st.sampled_from(GRID)
rungs = st.dictionaries(st.sampled_from("abcd"), situations).map(
    lambda why: rung(**why)
)
# Any opinions, with one for every situation.
ladders = st.lists(rungs, max_size=5).map(lambda more: [rung(always=LEAST), *more])


class TestSituation:
    def test_the_defaults_are_the_least_demanding_answers(self) -> None:
        assert Situation() == LEAST == Situation("open", "you", "an hour", "once")

    def test_the_grid_has_each_of_54_situations_once(self) -> None:
        assert len(GRID) == len(set(GRID)) == 2 * 3 * 3 * 3

    def test_the_last_situation_of_the_grid_has_most_at_stake(self) -> None:
        assert (
            Situation("answered", "the public", "health or rights", "unattended")
            == MOST
        )

    @pytest.mark.parametrize(
        ("field", "answers"),
        [
            ("question", ["open", "answered"]),
            ("users", ["you", "a team", "the public"]),
            ("harm", ["an hour", "money", "health or rights"]),
            ("runs", ["once", "by hand", "unattended"]),
        ],
    )
    def test_each_answer_covers_itself_and_those_before_it(
        self, field: str, answers: list[Any]
    ) -> None:
        situations = [Situation(**{field: answer}) for answer in answers]

        for i, more in enumerate(situations):
            for j, less in enumerate(situations):
                assert more.covers(less) == (i >= j)

    def test_more_in_one_answer_does_not_compensate_for_less_in_another(self) -> None:
        costly, public = Situation(harm="money"), Situation(users="the public")

        assert not costly.covers(public)
        assert not public.covers(costly)

    @unhurried
    @given(situations, situations)
    def test_two_situations_that_cover_each_other_are_equal(
        self, a: Situation, b: Situation
    ) -> None:
        assert (a.covers(b) and b.covers(a)) == (a == b)

    @unhurried
    @given(situations, situations, situations)
    def test_covering_is_transitive(
        self, a: Situation, b: Situation, c: Situation
    ) -> None:
        assert a.covers(c) or not (a.covers(b) and b.covers(c))

    @pytest.mark.parametrize(
        ("answers", "message"),
        [
            ({"question": "maybe"}, r"question must be .*'answered'\): 'maybe'"),
            ({"users": "everyone"}, r"users must be .*'the public'\): 'everyone'"),
            ({"harm": 2}, r"harm must be .*'health or rights'\): 2"),
            ({"runs": None}, r"runs must be .*'unattended'\): None"),
            ({"runs": "Once"}, r"runs must be .*: 'Once'"),  # case counts
        ],
    )
    def test_refuses_an_answer_that_a_field_does_not_have(
        self, answers: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(ValueError, match=message):
            Situation(**answers)


class TestRecommend:
    @pytest.mark.parametrize(
        ("situation", "name"),
        [
            (Situation(), "notebook"),
            (Situation("open", "a team", "an hour", "by hand"), "notebook"),
            (Situation("open", "you", "money"), "notebook"),
            (Situation("open", "a team", "money"), "proof of concept"),
            (Situation("open", "the public"), "proof of concept"),
            (Situation("open", harm="health or rights"), "proof of concept"),
            (Situation("open", runs="unattended"), "proof of concept"),
            (
                Situation("open", "the public", "health or rights", "unattended"),
                "proof of concept",
            ),
            (Situation("answered"), "memo"),
            (Situation("answered", "the public"), "memo"),
            (Situation("answered", "a team", "money"), "memo"),
            (Situation("answered", "the public", "money"), "script"),
            (Situation("answered", harm="health or rights"), "script"),
            (Situation("answered", "the public", "health or rights"), "script"),
            (Situation("answered", runs="by hand"), "script"),
            (Situation("answered", runs="unattended"), "job"),
            (Situation("answered", "a team", runs="unattended"), "job"),
            (Situation("answered", "you", "money", "unattended"), "job"),
            (Situation("answered", "the public", "an hour", "unattended"), "job"),
            (Situation("answered", "the public", "money", "by hand"), "script"),
            (
                Situation("answered", "a team", "health or rights", "by hand"),
                "script",
            ),
            (
                Situation("answered", "the public", "health or rights", "by hand"),
                "job",
            ),
            (Situation("answered", "a team", "money", "unattended"), "job"),
            (Situation("answered", "the public", "money", "unattended"), "service"),
            (
                Situation("answered", "you", "health or rights", "unattended"),
                "service",
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "-".join(astuple(value)),
    )
    def test_recommends_the_rung_of_each_opinion(
        self, situation: Situation, name: str
    ) -> None:
        assert recommend(situation).rung.name == name

    def test_recommends_the_highest_rung_with_every_reason(self) -> None:
        public = Situation(users="the public")
        asked = rung(public=public, anyone=LEAST, harm=Situation(harm="money"))
        unasked = rung(answered=Situation("answered"))

        advice = recommend(public, ladder=[rung(all=LEAST), asked, unasked])

        assert advice == Advice(1, asked, ("public", "anyone"))

    @unhurried
    @given(ladders, st.sampled_from(COVERING))
    def test_more_at_stake_never_earns_less_rigour_on_any_ladder(
        self, ladder: list[Rung], pair: tuple[Situation, Situation]
    ) -> None:
        more, less = pair

        assert (
            recommend(more, ladder=ladder).level >= recommend(less, ladder=ladder).level
        )

    def test_more_at_stake_never_earns_less_rigour_on_ours(self) -> None:
        lapses = [
            (less, more)
            for more, less in COVERING
            if recommend(more).level < recommend(less).level
        ]

        assert lapses == []

    @unhurried
    @given(ladders, situations)
    def test_every_reason_given_holds(
        self, ladder: list[Rung], situation: Situation
    ) -> None:
        advice = recommend(situation, ladder=ladder)

        assert advice.rung is ladder[advice.level]
        assert advice.reasons
        for reason in advice.reasons:
            assert situation.covers(advice.rung.asked_by[reason])

    @pytest.mark.parametrize(
        "ladder",
        [
            pytest.param([], id="no rung"),
            pytest.param([rung()], id="a rung never needed"),
            pytest.param([rung(a=Situation("answered"))], id="a rung needed later"),
        ],
    )
    def test_refuses_a_ladder_without_a_rung_for_the_situation(
        self, ladder: list[Rung]
    ) -> None:
        with pytest.raises(ValueError, match=r"a rung for every .*question='open'"):
            recommend(Situation(), ladder=ladder)


class TestLadder:
    def test_rises_from_experimentation_through_the_crossing_to_engineering(
        self,
    ) -> None:
        assert [(r.name, r.mountain) for r in LADDER] == [
            ("notebook", "experimentation"),
            ("proof of concept", "experimentation"),
            ("memo", "experimentation"),
            ("script", "the crossing"),
            ("job", "engineering"),
            ("service", "engineering"),
        ]

    def test_every_rung_has_a_rule_for_when_to_stop(self) -> None:
        assert all(r.stop.startswith("Stop ") and r.stop.endswith(".") for r in LADDER)

    def test_make_continues_a_sentence_and_a_reason_is_one(self) -> None:
        for made in LADDER:
            assert made.make[0].islower()
            assert made.make[-1].islower()
            for why in made.asked_by:
                assert why[0].isupper()
                assert why.endswith(".")

    def test_an_open_question_never_leaves_the_experimentation_mountain(self) -> None:
        mountains = {
            recommend(situation).rung.mountain
            for situation in GRID
            if situation.question == "open"
        }

        assert mountains == {"experimentation"}

    def test_what_runs_unattended_has_a_rule_that_takes_it_down(self) -> None:
        for situation in GRID:
            if (situation.question, situation.runs) == ("answered", "unattended"):
                assert recommend(situation).rung.stop.startswith("Stop serving ")

    def test_every_reason_is_used(self) -> None:
        given_reasons = {why for s in GRID for why in recommend(s).reasons}

        assert given_reasons == {why for r in LADDER for why in r.asked_by}


class TestExplain:
    def test_explains_what_to_make_why_and_when_to_stop(self) -> None:
        asked = Rung("job", "engineering", "a job", "Stop at noon.", {})

        assert explain(Advice(4, asked, ("It runs.", "It hurts."))) == (
            "job, engineering\n"
            "Make a job.\n"
            "Why:\n"
            "  - It runs.\n"
            "  - It hurts.\n"
            "Stop at noon."
        )


class TestTable:
    def test_has_a_row_of_nine_cells_for_each_situation_in_order(self) -> None:
        head, line, *rows = [
            [cell.strip() for cell in row.split("|")[1:-1]]
            for row in table().splitlines()
        ]

        assert head[:5] == [
            "The question is",
            "Who acts on it",
            "A wrong answer costs",
            "It runs",
            "Rung",
        ]
        assert head[5:] == ["Mountain", "Make", "Why", "Stop rule"]
        assert line == ["---"] * 9
        assert [tuple(row[:4]) for row in rows] == [astuple(s) for s in GRID]

    def test_each_row_equals_the_recommendation(self) -> None:
        rows = table().splitlines(keepends=True)[2:]

        for situation, row in zip(GRID, rows, strict=True):
            advice = recommend(situation)
            made = advice.rung
            assert row.endswith(
                f"| {made.name} | {made.mountain} | {made.make} "
                f"| {'<br>'.join(advice.reasons)} | {made.stop} |\n"
            )


def test_a_copy_may_postpone_its_annotations() -> None:
    module = importlib.import_module(Situation.__module__)
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    postponed = ModuleType("postponed")
    sys.modules["postponed"] = postponed
    code = compile(f"from __future__ import annotations\n{source}", "postponed", "exec")

    exec(code, postponed.__dict__)  # noqa: S102  the snippet itself

    assert len(postponed.Situation.grid()) == len(Situation.grid())
    with pytest.raises(ValueError, match=r"^users must be one of"):
        postponed.Situation("open", "nobody")
