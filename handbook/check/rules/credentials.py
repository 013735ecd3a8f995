"""HB505: no password, key or token is in the repository, by detect-secrets."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from handbook.book.book import Book
from handbook.book.problem import Problem
from handbook.book.remember import Answers, remember
from handbook.book.source import Source
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

RULES = (
    Rule(
        "HB505",
        "no-secret",
        "What was pushed once is public for ever: the history keeps it.",
        "a password, a key or a token as text, on a page or in code",
        'os.environ["API_TOKEN"], or for what is none: # pragma: allowlist secret',
    ),
)

# detect-secrets takes a third of a millisecond a line. A line with none of these can
# hold nothing that it looks for: a long word with a digit, or one in quotes ...
_LONG = re.compile(
    r"(?<![\w+/=-])(?=[\w+/=-]*\d)[\w+/=-]{16,}"
    r"|(['\"])(?:(?=[^\s'\"]*\d)[\w+/=\\-]{9,}|[\w+/=\\-]{23,})\1"
)
# ... and, in lower case, what its list of names begins or ends with, an address with a
# password, and the first line of a private key.
_NAMED = re.compile(
    r"[behitv]_?key|[bey]_?pass|p(?:assw|wd)|secret|contrase"
    r"|://[^/\s]*:[^/\s]*@|private key"
)
# In these a secret needs no quotes, and its line is understood from those around it.
_WHOLE = {".cfg", ".ini", ".toml", ".yaml", ".yml"}
# A fingerprint of a file or of a commit, which says so beside it.
_FINGERPRINT = re.compile(
    r"(sha-?256\W{1,6})[0-9a-f]{64}|(uses: [\w./-]+@)[0-9a-f]{40}", re.IGNORECASE
)


def find(book: Book) -> Iterator[Problem]:
    """Give what looks like a secret in any file of the repository."""
    sources = book.tracked
    said = remember(book.files, "detect-secrets", sources, _ask)
    for path, answers in said.items():
        for line, kind in answers:
            yield Problem(
                path,
                line,
                f"this looks like a secret ({kind}): take it out and revoke it; if it "
                "is none, end the line with a comment `pragma: allowlist secret`",
                "HB505",
            )


def _ask(sources: Sequence[Source]) -> Answers:
    from detect_secrets.core.scan import scan_file  # noqa: PLC0415  a third of a second
    from detect_secrets.settings import default_settings  # noqa: PLC0415

    answers: Answers = {}
    with TemporaryDirectory() as folder, default_settings():
        for source in sources:
            if not (lines := _candidates(source)):
                continue
            # Its suffix tells which language it is.
            file = Path(folder, "lines").with_suffix(source.path.suffix)
            text = "".join(f"{source.lines[n - 1]}\n" for n in lines)
            file.write_text(_FINGERPRINT.sub(r"\1\2", text), encoding="utf-8")
            for found in scan_file(str(file)):
                answers.setdefault(source.path, []).append(
                    [lines[found.line_number - 1], found.type]
                )
    return answers


def _candidates(source: Source) -> list[int]:
    """Give the numbers of the lines that can hold a secret, each with the one above.

    The one above may allow it.
    """
    places = [match.start() for match in _LONG.finditer(source.text)]
    places += [match.start() for match in _NAMED.finditer(source.text.lower())]
    if places and source.path.suffix in _WHOLE:
        return list(range(1, len(source.lines) + 1))
    hits = {bisect_right(source.starts, place) for place in places}
    return sorted({max(1, hit - above) for hit in hits for above in (0, 1)})
