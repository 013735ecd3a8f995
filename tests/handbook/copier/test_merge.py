"""A merge keeps the changes of each side, or shows both."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook.copier.lines import find_markers
from handbook.copier.merge import Merged, merge
from tests.handbook.copier.upstream import MODULE, NULLS, Handbook, Upstream

lines = st.lists(st.sampled_from(["a\n", "b\n", "\n", "\f\n", "x\ry\n"]), max_size=12)
texts = lines.map(lambda each: "".join(each).encode())


def _merge(base: bytes, yours: bytes, new: bytes) -> Merged:
    return merge(base, yours, new, label="explore.nulls")


@settings(max_examples=50)
@given(texts, texts)
def test_a_change_of_one_side_is_taken_as_it_is(base: bytes, changed: bytes) -> None:
    assert _merge(base, changed, base) == Merged(changed, 0)
    assert _merge(base, base, changed) == Merged(changed, 0)
    assert _merge(base, changed, changed) == Merged(changed, 0)


@settings(max_examples=50)
@given(
    st.integers(3, 30).flatmap(
        lambda n: st.tuples(
            st.just(n), st.sets(st.integers(0, n - 1)), st.sets(st.integers(0, n - 1))
        )
    )
)
def test_both_of_two_edits_with_a_line_between_them_survive(
    drawn: tuple[int, set[int], set[int]],
) -> None:
    count, mine, others = drawn
    theirs = {n for n in others if not {n - 1, n, n + 1} & mine}

    def text(*changes: tuple[set[int], str]) -> bytes:
        every = {n: mark for numbers, mark in changes for n in numbers}
        return "".join(f"{every.get(n, 'line')} {n}\n" for n in range(count)).encode()

    merged = _merge(text(), text((mine, "mine")), text((theirs, "theirs")))

    assert merged == Merged(text((mine, "mine"), (theirs, "theirs")), 0)


@settings(max_examples=50)
@given(texts, texts, texts)
def test_no_line_that_either_side_added_is_lost(
    base: bytes, yours: bytes, new: bytes
) -> None:
    merged = _merge(base, yours, new).content.split(b"\n")

    for side in (yours, new):
        assert set(side.split(b"\n")) - set(base.split(b"\n")) <= set(merged)


@settings(max_examples=50)
@given(texts, texts, texts)
def test_one_side_of_every_conflict_has_no_marker(
    base: bytes, yours: bytes, new: bytes
) -> None:
    merged = _merge(base, yours, new)

    marks = merged.content.count(b"<<<<<<< yours\n")
    assert marks == merged.content.count(b">>>>>>> explore.nulls\n") == merged.conflicts
    assert (find_markers(merged.content) is None) == (merged.conflicts == 0)


def test_a_last_line_without_an_end_does_not_swallow_a_marker() -> None:
    merged = _merge(b"a", b"b", b"c")

    assert merged.content == b"<<<<<<< yours\nb\n=======\nc\n>>>>>>> explore.nulls\n"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a\n<<<<<<< yours\n=======\n>>>>>>> new\n", 2),
        (b"a\n<<<<<<< yours\nb\n", 2),
        (b"x = 1\n=======\ny = 2\n", 2),
        (b"a\nb\n>>>>>>> new\n", 3),
        (b"a\n||||||| base\n", 2),
        (b"def f():\n    <<<<<<< yours\n", 2),
        (b"a\n\t=======\n", 2),
        (b">>>>>>>\n", 1),
        (b"<<<<<<< yours\r\n", 1),
        (b"Returns\n=======\n", None),
        (b"# =======\n# Late\n# =======\n", None),
        (b"    Returns\n    =======\n", None),
        (b"a\n========\n=======  =====\n", None),
        (b"# <<<<<<< yours\n", 1),
        (b"> <<<<<<<\n", 1),
        (b"<<<<<<<< yours\n>>>>>>>>> new\n", 1),
        (b"x = 1 <<<<<<< 2\n<<<<<<<x\n>>> f()\n", None),
    ],
)
def test_one_marker_is_a_conflict_and_an_underlined_title_is_none(
    content: bytes, line: int | None
) -> None:
    assert find_markers(content) == line


def test_a_title_is_underlined_only_where_people_write_titles() -> None:
    assert find_markers(b"Late\n=======\nEarly\n") == 2
    assert find_markers(b"Returns\n=======\n") is None


def test_markers_that_the_pristine_version_shows_do_not_count() -> None:
    shown = b'TEXT = """\n<<<<<<< yours\n=======\n>>>>>>> new\n"""\n'

    assert find_markers(shown) == 2
    assert find_markers(shown, shown) is None
    assert find_markers(b"# Mine.\n" + shown, shown) is None
    assert find_markers(shown + b"x = 1\n=======\n", shown) == 7


def test_windows_line_ends_are_not_an_edit_and_stay(
    upstream: Upstream, project: Path, handbook: Handbook
) -> None:
    handbook("add", "explore.nulls", "--from", str(upstream.folder))
    for path in [*project.rglob("*.py"), *(project / ".handbook").iterdir()]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert handbook("status").out == "explore.nulls  up to date\n"
    newer = NULLS.replace("return len(frame)\n", "return frame.shape[0]\n")
    upstream.publish(files={"nulls.py": newer})
    assert handbook("upgrade").status == 0
    written = (project / MODULE).read_bytes()
    assert written == newer.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("end", [b"", b"\n", b"\xff\n"])
def test_bytes_that_are_not_text_are_kept(
    upstream: Upstream, project: Path, handbook: Handbook, end: bytes
) -> None:
    handbook("add", "explore.nulls", "--from", str(upstream.folder))
    (project / MODULE).write_bytes(NULLS.encode() + b"# mine \xff" + end)
    newer = NULLS.replace("return len(frame)\n", "return frame.shape[0]\n")
    upstream.publish(files={"nulls.py": newer})

    assert handbook("diff", "explore.nulls").status == 0
    assert handbook("upgrade").status == 0
    assert (project / MODULE).read_bytes() == newer.encode() + b"# mine \xff" + end
