"""HB505: no password, key or token is in the repository, checked by detect-secrets."""

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
        id="HB505",
        name="no-secret",
        why="What was pushed once is public for ever, since the history keeps it.",
        wrong="a password, a key or a token as text, on a page or in code",
        right=(
            'os.environ["API_TOKEN"], or if it is no secret: # pragma: allowlist secret'
        ),
    ),
)

# detect-secrets takes a third of a millisecond for each line. It finds nothing in a
# line without one of these: a long word with a digit, or one in quotes ...
_LONG = re.compile(
    r"(?<![\w+/=-])(?=[\w+/=-]*\d)[\w+/=-]{16,}"
    r"|(['\"])(?:(?=[^\s'\"]*\d)[\w+/=\\-]{9,}|[\w+/=\\-]{23,})\1"
)
# ... and, in lower case, the start or end of a name on its list, an address with a
# password, or the first line of a private key.
_NAMED = re.compile(
    r"[behitv]_?key|[bey]_?pass|p(?:assw|wd)|secret|contrase"
    r"|://[^/\s]*:[^/\s]*@|private key"
)
# In these files a secret needs no quotes, and detect-secrets reads whole files.
_WHOLE = {".cfg", ".ini", ".toml", ".yaml", ".yml"}
# The hash of a file or a commit, recognised by the word before it.
_FINGERPRINT = re.compile(
    r"(sha-?256\W{1,6})[0-9a-f]{64}|(uses: [\w./-]+@)[0-9a-f]{40}", re.IGNORECASE
)


def find(book: Book) -> Iterator[Problem]:
    """Yield what looks like a secret in any file of the repository."""
    sources = book.tracked
    findings = remember(book.files, "detect-secrets", sources, _scan)
    for path, answers in findings.items():
        for line, kind in answers:
            yield Problem(
                path,
                line,
                f"this looks like a secret ({kind}): remove and revoke it; if it is "
                "not one, end the line with a comment `pragma: allowlist secret`",
                "HB505",
            )


def _scan(sources: Sequence[Source]) -> Answers:
    from detect_secrets.core.scan import scan_file  # noqa: PLC0415  a third of a second
    from detect_secrets.settings import default_settings  # noqa: PLC0415

    answers: Answers = {}
    with TemporaryDirectory() as folder, default_settings():
        for source in sources:
            if not (lines := _candidates(source)):
                continue
            # detect-secrets chooses the language by the suffix.
            file = Path(folder, "lines").with_suffix(source.path.suffix)
            text = "".join(f"{source.lines[n - 1]}\n" for n in lines)
            file.write_text(_FINGERPRINT.sub(r"\1\2", text), encoding="utf-8")
            for found in scan_file(str(file)):
                answers.setdefault(source.path, []).append(
                    [lines[found.line_number - 1], found.type]
                )
    return answers


def _candidates(source: Source) -> list[int]:
    """Return the numbers of the lines that can have a secret, and of the lines above.

    The line above may have the comment that allows it.
    """
    places = [match.start() for match in _LONG.finditer(source.text)]
    places += [match.start() for match in _NAMED.finditer(source.text.lower())]
    if places and source.path.suffix in _WHOLE:
        return list(range(1, len(source.lines) + 1))
    hits = {bisect_right(source.starts, place) for place in places}
    return sorted({max(1, hit - above) for hit in hits for above in (0, 1)})
