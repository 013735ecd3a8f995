"""Characters that a reader does not see, or that turn what is shown around."""

import re
import unicodedata

__all__ = ["describe_unseen", "find_unseen"]

# Control characters but for tab and newline; format characters that hide or reorder
# text. A joiner between two signs of a picture is not among them, as in a family.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064"
    "\u2065-\u206f\ufeff\ufff9-\ufffb\u034f\u115f\u1160\u3164\uffa0"
    "\U000e0000-\U000e007f]"
    "|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"
    "|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])|\u200c"
)


def find_unseen(text: str) -> "re.Match[str] | None":
    """Return the first such character of a text; None if there is none."""
    return _UNSEEN.search(text)


def describe_unseen(character: str) -> str:
    """Return how a message names a character: `U+202E (right-to-left override)`."""
    name = unicodedata.name(character, "a control character").lower()
    return f"U+{ord(character):04X} ({name})"
