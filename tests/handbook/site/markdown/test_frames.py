"""A printed data frame is shown as a table, with its text unchanged."""

import re
from html import unescape

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from handbook.site.markdown.frames import show

DAYS = pd.DataFrame(
    {"rows": [684, 930], "share": [0.575, -12.5]}, index=["9 Feb", "8 Feb, a storm"]
)
cells = st.text("abcXYZ.:,()'%<& ", min_size=1, max_size=8)
frames = st.lists(cells, min_size=2, max_size=6).map(
    lambda column: pd.DataFrame({"a & b": column, "rows": range(len(column))})
)


def block(text: str) -> str:
    code = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        '<div class="language-text highlight"><pre><span></span>'
        f"<code>{code}\n</code></pre></div>"
    )


def test_a_text_without_a_frame_is_left_alone() -> None:
    text = "422\n404"

    assert show(block(text)) == block(text)


def test_the_name_of_a_series_is_its_head() -> None:
    index = pd.Index(["FLOWN", "CANCELLED"], name="outcome")
    text = pd.Series([327_346, 8_255], index=index).to_string()

    assert 'role="columnheader" class="frame__text">outcome<' in show(block(text))


@given(frame=frames, index=st.booleans(), above=st.booleans())
def test_the_text_of_a_block_is_what_was_printed(
    frame: pd.DataFrame, index: bool, above: bool
) -> None:
    text = "a & b\n" * above + frame.to_string(index=index) + "\nlast"

    assert unescape(re.sub("<[^>]*>", "", show(block(text)))) == text + "\n"


def test_code_is_left_alone() -> None:
    html = block(DAYS.to_string()).replace("language-text", "language-console")

    assert show(html) == html


def test_numbers_are_told_from_words() -> None:
    html = show(block(pd.DataFrame({"a": [1, 10], "b": ["x", "y"]}).to_string()))

    assert '<span role="cell"> 10' in html.replace("  ", " ")
    assert 'class="frame__text">' in html
    assert html.count('role="rowheader"') == 2
    # The empty corner above the labels is no heading, which would be read out.
    assert html.count('role="columnheader"') == 2
