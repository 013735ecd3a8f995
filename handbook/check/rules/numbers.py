"""Read the numbers that prose states, that blocks print, and that tests assert."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, DecimalException
from typing import NamedTuple

__all__ = ["Number", "Proof", "asserted", "printed", "proves", "stated"]

_NUMBER = re.compile(
    r"(?<![\w.,:/#])"
    # Thousands are separated by commas or by spaces: one that is narrow or unbreakable.
    r"(?P<digits>\d{1,3}(?:(?:,\d{3})+|(?:[ \u00a0\u2009\u202f]\d{3})+)(?:\.\d+)?"
    r"|\d+(?:\.\d+)?)"
    r"(?P<percent>\s?%| per ?cent\b)?"
    r"(?P<scale> (?:thousand|million|billion)\b)?"
    r"(?![\w:/]|[.,]\d)"
)
_SEPARATOR = re.compile(r"[,\s]")
_IS_YEAR = re.compile(r"1[6-9]\d\d|20\d\d")
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_PRINTED = re.compile(
    r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?%?(?![\w.,]\d)|\d*\.?\d+(?:[eE][+-]?\d+)?%?"
)
_PERCENT = re.compile(r"%|\bpct|percent", re.IGNORECASE)
# A number after one of these is part of a name, or a limit, not a result.
_LABEL = re.compile(
    r"(?:\b(?:v(?:ersions?)?|[Ss]ections?|[Ff]igures?|[Tt]ables?|[Rr]ules?|Python|BY|"
    r"pandas|polars|numpy|NumPy|SciPy|scipy|scikit-learn|DuckDB|HTTP|TLS|RFC|PEP|"
    r"CVE(?:-\d{4}-)?|CVSS|SemVer|issue|[Yy]ear|CFR|ISO|IEC|NIST|"
    r"Art(?:icle|\.))|[<>=~^])[ \"']*$"
)
_ROUGHLY = re.compile(
    r"\b(?:about|almost|around|at least|at most|fewer than|less than|more than|nearly|"
    r"over|roughly|some|under|up to)[ *_]+$",
    re.IGNORECASE,
)
_YEAR = r"\b(?:1[89]|20)\d\d[a-z]?\b"
_CITATION = re.compile(rf"\([^()]*[A-Z][^()]*{_YEAR}[^()]*\)|[A-Z]\w+ \({_YEAR}\)")


class Number(NamedTuple):
    """A number as prose states it.

    Attributes
    ----------
    at : int
        The offset in the text where it starts.
    shown : str
        The number as it is written.
    value : Decimal
        The value without percent sign and scale: 2.5 for `2.5%` and for `2.5 million`.
    unit : Decimal
        The value of a one in its last digit; rounding may change it by half of that.
    percent : bool
        Whether it is a percentage.
    scale : int
        1, or the factor of `thousand`, `million` or `billion`.
    """

    at: int
    shown: str
    value: Decimal
    unit: Decimal
    percent: bool
    scale: int


class Proof(NamedTuple):
    """A number that a block printed or a test asserts.

    Attributes
    ----------
    percent : bool
        Whether it is a percentage.
    """

    value: Decimal
    percent: bool


def stated(text: str) -> Iterator[Number]:
    """Yield the numbers of a sentence that look computed.

    They have a decimal point, a percent sign, or at least four digits, and are no
    years. If the sentence cites a source with author and year, its numbers are the
    source's: none is yielded.
    """
    if _CITATION.search(text):
        return
    for match in _NUMBER.finditer(text):
        digits, percent = match["digits"], match["percent"]
        bare = _SEPARATOR.sub("", digits)
        is_long = len(bare) > 3 and not _IS_YEAR.fullmatch(digits)
        computed = "." in digits or percent or is_long
        if not computed or (not percent and _LABEL.search(text, 0, match.start())):
            continue
        decimals = len(bare.partition(".")[2])
        unit = Decimal(1).scaleb(-decimals)
        if not decimals and _ROUGHLY.search(text, 0, match.start()):
            unit = Decimal(1).scaleb(len(bare) - len(bare.rstrip("0")))
        scale = _SCALES.get((match["scale"] or "").strip(), 1)
        shown = match[0].strip()
        yield Number(
            at=match.start(),
            shown=shown,
            value=Decimal(bare),
            unit=unit,
            percent=bool(percent),
            scale=scale,
        )


def printed(text: str) -> set[Proof]:
    """Return what the numbers of an output prove; `23.4%` also proves 0.234."""
    mentions_percent = _PERCENT.search(text) is not None
    return {
        proof
        for shown in _PRINTED.findall(text)
        for proof in _proofs(shown.replace(",", ""), mentions_percent=mentions_percent)
    }


def proves(proofs: Iterable[Proof], number: Number) -> bool:
    """Return whether one of these numbers, rounded as in the prose, is the number."""
    factors = {Decimal(1), 1 / Decimal(number.scale)}
    return any(
        abs(proof.value * factor - number.value) <= number.unit / 2
        for proof in proofs
        if proof.percent == number.percent
        for factor in factors
    )


def asserted(tree: ast.Module) -> set[Proof]:
    """Return what the numbers prove that the tests of a module assert.

    They are in an `assert`, in the cases of a `parametrize`, in a call such as
    `pytest.raises`, or in a variable that one of these reads. Text counts, too:
    `match="181 values differ"` proves 181. A whole number proves a percentage if its
    test contains the number 100.
    """
    named: dict[str, list[ast.expr]] = {}
    tests = []
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                named.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                named.setdefault(name, []).append(value)
            case ast.FunctionDef():
                tests.append(node)
    return {proof for test in tests for proof in _asserted(test, named)}


def _asserted(
    test: ast.FunctionDef, named: Mapping[str, Sequence[ast.expr]]
) -> Iterator[Proof]:
    mentions_percent = False
    claims: list[ast.AST] = [*test.decorator_list]
    for node in ast.walk(test):
        match node:
            case ast.Assert(test=claim):
                claims.append(claim)
            case ast.Call(func=function) if _claims(function):
                claims.append(node)
            case ast.Constant(value=100):
                mentions_percent = True
    read = {n.id for c in claims for n in ast.walk(c) if isinstance(n, ast.Name)}
    data = [value for name in read for value in named.get(name, []) if _is_data(value)]
    for each in [*claims, *data]:
        yield from _numbers(each, mentions_percent=mentions_percent)


def _claims(function: ast.expr) -> bool:
    name = getattr(function, "attr", getattr(function, "id", ""))
    return name == "raises" or name.startswith(("assert_", "check_"))


def _is_data(value: ast.expr) -> bool:
    """Return whether an expression consists of values and computes nothing."""
    computing = (ast.Call, ast.Attribute, ast.Subscript, ast.comprehension, ast.Lambda)
    return not any(isinstance(node, computing) for node in ast.walk(value))


def _numbers(tree: ast.AST, *, mentions_percent: bool) -> Iterator[Proof]:
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=bool()):
                continue
            case ast.Constant(value=int() | float() as value):
                # As a text, since the float itself is not exactly the decimal number.
                yield from _proofs(repr(value), mentions_percent=mentions_percent)
            case ast.Constant(value=str(text)):
                yield from printed(text)
            case ast.BinOp(
                left=ast.Constant(value=int() | float() as part),
                op=ast.Div(),
                right=ast.Constant(value=int() | float() as whole),
            ) if whole:
                # A quotient of two counts is a claim, too.
                yield from _proofs(repr(part / whole), mentions_percent=False)


def _proofs(shown: str, *, mentions_percent: bool) -> Iterator[Proof]:
    """Yield what a number proves: itself, and the percentage that it may mean.

    A fraction may mean a percentage. One minus the fraction is not proved, since
    nobody has computed it.
    """
    try:
        value = Decimal(shown.rstrip("%"))
    except DecimalException:
        return
    if not value.is_finite():
        return
    yield Proof(value, percent=False)
    if shown.endswith("%"):
        yield Proof(value, percent=True)
        yield Proof(value / 100, percent=False)
    elif set(".eE") & set(shown):
        yield Proof(value * 100, percent=True)
        if value > 1:
            yield Proof(value, percent=True)
    elif mentions_percent or value in {0, 100}:
        yield Proof(value, percent=True)
