"""Code that reaches into its runner is found; code that only looks like it is not."""

import pytest

from handbook.book.reaches import find_reaches


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("getattr(sys, '_getframe')()", "_getframe"),
        ("from os import _exit as leave", "_exit"),
        ("error.__traceback__.tb_frame.f_back", "f_back"),
        ("import handbook as book", "handbook"),
        ("sys.modules['handbook.run.engine.child']", "handbook.run.engine.child"),
        ("open(b'/proc/self/fd/1')", "/proc/"),
        ("Path('/proc')", "/proc"),
    ],
)
def test_a_way_into_the_runner_is_found(code: str, name: str) -> None:
    assert list(find_reaches(f"x = 1\n{code}\n")) == [(2, name)]


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nsys.exit(3)",
        "frame.stack()\nframe.memory_usage()",
        "address = 'https://example.org/proc/1'",
        "words = 'handbook add explore.nulls'\nfile = 'handbook.lock'",
        "from handbooks import shelf",
        "import = 3",
    ],
)
def test_honest_code_is_not(code: str) -> None:
    assert list(find_reaches(code)) == []
