"""What pandas prints is read as the table that it is, or left alone."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.book.frames import Frame, find_frames


def cells(text: str, frame: Frame) -> list[list[str]]:
    lines = text.split("\n")[frame.first : frame.last]
    return [
        [line[column.begin : column.end].strip() for column in frame.columns]
        for line in lines
    ]


def read(text: str) -> list[list[str]]:
    [frame] = find_frames(text)
    assert (frame.first, frame.last) == (0, text.count("\n") + 1)
    return cells(text, frame)


DAYS = pd.DataFrame(
    {"rows": [684, 930], "share": [0.575, -12.5]}, index=["9 Feb", "8 Feb, a storm"]
)


def test_a_frame_without_its_index_is_a_table() -> None:
    text = DAYS.to_string(index=False)

    assert read(text) == [["rows", "share"], ["684", "0.575"], ["930", "-12.500"]]


def test_labels_may_hold_spaces_and_have_nothing_above_them() -> None:
    assert read(DAYS.to_string()) == [
        ["", "rows", "share"],
        ["9 Feb", "684", "0.575"],
        ["8 Feb, a storm", "930", "-12.500"],
    ]


def test_the_names_of_two_labels_have_a_line_of_their_own() -> None:
    days = pd.DataFrame(
        {"month": [2, 2, 3], "day": [8, 9, 6], "lost": [475, 393, 181]}
    ).set_index(["month", "day"])
    text = days.to_string()
    [frame] = find_frames(text)

    assert frame.heads == 2
    assert [column.label for column in frame.columns] == [True, True, False]
    assert cells(text, frame)[1:] == [
        ["month", "day", ""],
        ["2", "8", "475"],
        ["", "9", "393"],
        ["3", "6", "181"],
    ]


def test_names_and_values_may_have_several_words() -> None:
    text = pd.DataFrame(
        {
            "labels in": ["53.3%", "69.9%"],
            "late of the others": ["51.0%", "5.1%"],
            "after": pd.to_timedelta([7200, 129600], unit="s"),
        }
    ).to_string(index=False)

    assert read(text) == [
        ["labels in", "late of the others", "after"],
        ["53.3%", "51.0%", "0 days 02:00:00"],
        ["69.9%", "5.1%", "1 days 12:00:00"],
    ]


def test_a_series_has_its_name_above_its_labels() -> None:
    text = pd.Series(
        [327_346, 8_255], index=pd.Index(["FLOWN", "CANCELLED"], name="outcome")
    ).to_string()
    [frame] = find_frames(text)

    assert (frame.first, frame.last, frame.heads) == (0, 3, 1)


def test_lines_printed_around_a_frame_are_not_in_it() -> None:
    text = f"two days\n{DAYS.to_string()}\n1,614 rows gone"
    [frame] = find_frames(text)

    assert (frame.first, frame.last) == (1, 4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "422\n404",
        # Lines of one length and one build are no table.
        "fresh: mean 31.1%, 704 listed\nstuck: mean 24.7%, 278 listed",
        "every line runs   7\nunit             37",
        "with the date, random split   0.723\nwithout it, split by time     0.630",
        "[[0.1  0.09 0.05]\n [0.14 0.33 0.44]",
        # The numbers in the first line may be its columns' names, or a first row.
        "month        5     6\npredicted  28.1  26.8",
        # Is it "30 December", or are there a "30" and a "December"?
        "late     30 December\n   4 0 days 02:00:00\n  12 1 days 01:00:00",
        "EWR,5,892,6.4\nEWR,6,109,9.5",
    ],
)
def test_a_text_that_can_be_read_in_two_ways_stays_a_text(text: str) -> None:
    assert find_frames(text) == []


words = st.text("abcXYZ.:,()'%<&", min_size=1, max_size=8)
phrases = st.lists(words, min_size=1, max_size=3).map(" ".join)
names = st.one_of(phrases, st.from_regex(r"[a-z_]{1,12}", fullmatch=True))
values = st.one_of(
    st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=6),
    st.lists(st.floats(-1e4, 1e4).map(lambda x: round(x, 3)), min_size=1, max_size=6),
    st.lists(st.sampled_from([0.5, None, 1.25]), min_size=1, max_size=6),
    st.lists(phrases, min_size=1, max_size=6),
    st.lists(st.booleans(), min_size=1, max_size=6),
)


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    columns = draw(st.lists(names, min_size=1, max_size=5, unique=True))
    rows = draw(st.integers(1, 6))
    made = {}
    for name in columns:
        column = draw(values)
        made[name] = [column[at % len(column)] for at in range(rows)]
    labels = draw(st.lists(phrases, min_size=rows, max_size=rows, unique=True))
    index = pd.Index(labels, name=draw(st.one_of(st.none(), words)))
    return pd.DataFrame(made, index=index)


@given(frame=frames(), index=st.booleans())
def test_a_table_has_the_cells_of_the_frame(frame: pd.DataFrame, index: bool) -> None:
    text = frame.to_string(index=index)

    for found in find_frames(text):
        # Whatever else pandas does to a value, it prints it alone as among others.
        wanted = [
            [str(name), *frame[[name]].to_string(index=False, header=False).split("\n")]
            for name in frame.columns
        ]
        if index:
            second = [""] * (found.heads - 1)
            labels = ["", *(str(frame.index.name) for _ in second), *frame.index]
            wanted = [labels, *([name, *second, *rest] for name, *rest in wanted)]
        got = [list(column) for column in zip(*cells(text, found), strict=True)]
        assert got == [[str(cell).strip() for cell in column] for column in wanted]
