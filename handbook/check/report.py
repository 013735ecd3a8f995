"""Say what was found, as text or as annotations of a pull request."""

from collections.abc import Sequence

from handbook.check.rule import Finding

__all__ = ["count", "summary", "write"]


def write(finding: Finding, form: str) -> str:
    """Write a finding on one line.

    Parameters
    ----------
    finding : Finding
        What to write.
    form : {"text", "github"}
        `docs/explore/nulls.md:42: HB012 message`, or a command of GitHub's workflows.
    """
    path, line = finding.path.as_posix(), finding.line
    mend = " (fix with --fix)" if finding.fix else ""
    message = finding.message + mend
    if form == "text":
        return f"{path}:{line}: {finding.rule} {message}"
    place = f"file={_property(path)},line={line},title={_property(finding.rule)}"
    return f"::error {place}::{_data(message)}"


def summary(findings: Sequence[Finding], pages: int, rules: int) -> str:
    """Say in one line what came of it."""
    if not findings:
        return f"All checks passed: {count(pages, 'page')}, {count(rules, 'rule')}."
    fixable = sum(finding.fix is not None for finding in findings)
    mend = f" ({fixable} fixable with --fix)" if fixable else ""
    return f"Found {count(len(findings), 'problem')}{mend}."


def count(number: int, thing: str) -> str:
    """Write `1 page`, `2 pages`."""
    return f"{number} {thing}{'s' * (number != 1)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
