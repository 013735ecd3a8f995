"""Bad on purpose: two judges in a hurry."""

import re

_SMALL = set(
    "a an and as at by do does for from in is it of on the to what which".split()
)


def on_topic(question: str, answer: str) -> bool:
    # An answer that takes up the question's words is usually about it.
    asked, given = (
        set(re.findall(r"\w+", text.lower())) - _SMALL for text in (question, answer)
    )
    return 2 * len(asked & given) >= len(asked)


def longer(question: str, first: str, second: str) -> str:
    # Thorough answers are longer, and the first one is usually fine.
    return "second" if len(second.split()) > 1.25 * len(first.split()) else "first"
