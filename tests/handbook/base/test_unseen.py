"""What nobody sees is found; letters and pictures of any script are not."""

import pytest

from handbook.base.unseen import describe_unseen, find_unseen


@pytest.mark.parametrize(
    "code",
    [
        0x00,
        0x08,
        0x0C,
        0x1B,
        0x7F,
        0x200B,
        0x202E,
        0x2066,
        0x2028,
        0xFEFF,
        0xE0041,
        0x3164,
    ],
)
def test_a_character_that_nobody_sees_is_found(code: int) -> None:
    found = find_unseen(f"a{chr(code)}b")

    assert found is not None
    assert describe_unseen(found[0]).startswith(f"U+{code:04X} (")


@pytest.mark.parametrize(
    "text", ["naïve e\u0301", "日本", "👩\u200d👩\u200d👧", "a\tb\n", "❤️"]
)
def test_text_of_any_script_is_seen(text: str) -> None:
    assert find_unseen(text) is None


def test_a_joiner_between_letters_is_found() -> None:
    assert find_unseen("日\u200d本") is not None
