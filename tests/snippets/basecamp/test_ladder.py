"""Boxes stay if somebody needs them, and what stays is counted."""

from importlib.metadata import requires

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.basecamp.ladder import BOXES, cross_out, packages, up_time

NEEDS = sorted({need for each in BOXES.values() for need in each})


def test_without_a_need_only_what_needs_none_stays() -> None:
    stay = cross_out([])

    assert list(stay.index) == list(BOXES)
    assert stay.index[stay].tolist() == ["notebook"]
    assert stay.dtype == bool


def test_one_of_its_needs_is_enough_for_a_box() -> None:
    boxes = {"a": {"x", "y"}, "b": {"y"}, "c": []}

    assert cross_out("x", boxes).to_dict() == {"a": True, "b": False, "c": True}
    assert cross_out(["y"], boxes).all()


@pytest.mark.parametrize(
    ("need", "kept"),
    [
        ("it runs again", ["version control", "tests"]),
        ("others rely on it", ["version control", "tests"]),
        ("fresh each day", ["scheduler", "data checks"]),
        (
            "fresh each hour",
            ["scheduler", "data checks", "event stream", "monitoring"],
        ),
        ("others call it", ["serving API", "monitoring"]),
        ("others call it at night", ["on-call"]),
        ("several models", ["experiment tracking", "model registry"]),
        ("several models use one feature", ["feature store"]),
    ],
)
def test_each_need_keeps_its_boxes(need, kept) -> None:
    stay = cross_out([need])

    assert stay.index[stay].tolist() == ["notebook", *kept]


def test_all_needs_keep_all_boxes() -> None:
    assert cross_out(NEEDS).all()


@given(some=st.sets(st.sampled_from(NEEDS)), more=st.sets(st.sampled_from(NEEDS)))
def test_a_further_need_never_takes_a_box_away(some, more) -> None:
    before, after = cross_out(some), cross_out(some | more)

    assert (after | ~before).all()


def test_a_need_that_is_in_no_box_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got \['fresh each minute'\]"):
        cross_out(["fresh each minute", "it runs again"])


def test_a_chain_is_up_if_each_part_is() -> None:
    assert up_time(0, each=0.5) == 1
    assert up_time(2, each=0.9) == pytest.approx(0.81)
    assert up_time(3, each=1) == 1
    assert up_time(3, each=0) == 0


@pytest.mark.parametrize(
    ("parts", "each"), [(-1, 0.9), (1.5, 0.9), (2, 1.1), (2, -0.1), (2, float("nan"))]
)
def test_parts_that_cannot_be_are_refused(parts, each) -> None:
    with pytest.raises(ValueError, match="parts must be 0 or more"):
        up_time(parts, each=each)


def test_packages_are_those_that_packages_need_and_no_extras() -> None:
    found = packages("pytest")

    assert {"pytest", "pluggy", "iniconfig", "packaging"} <= found
    extras = [each for each in requires("pytest") or [] if "extra ==" in each]
    assert extras  # which names packages that pytest runs without
    assert "xmlschema" not in found


def test_more_names_need_no_fewer_packages() -> None:
    assert packages(["pytest", "hypothesis"]) == packages("pytest") | packages(
        "hypothesis"
    )
    assert packages([]) == set()


def test_a_name_may_be_written_as_people_write_it() -> None:
    assert packages(["PyTest"]) == packages(["pytest"])


def test_a_package_that_is_not_installed_is_refused() -> None:
    with pytest.raises(ValueError, match="names must be installed, got 'no-such-name'"):
        packages(["no_such.name"])
