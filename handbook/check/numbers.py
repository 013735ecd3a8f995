"""The numbers that prose states, outputs hold and tests assert."""

import ast
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, DecimalException
from typing import NamedTuple

__all__ = ["Number", "asserted", "printed", "proves", "stated"]

_NUMBER = re.compile(
    r"(?<![\w.,:/#])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<percent>\s?%| per ?cent\b)?"
    r"(?P<scale> (?:thousand|million|billion)\b)?"
    r"(?![\w:/]|[.,]\d)"
)
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_PRINTED = re.compile(
    r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?%?(?![\w.,]\d)|\d*\.?\d+(?:[eE][+-]?\d+)?%?"
)
# What a number after one of these names, or counts nothing that could be computed.
_LABEL = re.compile(
    r"(?:\b(?:v(?:ersions?)?|[Ss]ections?|[Ff]igures?|[Tt]ables?|[Rr]ules?|Python|BY|"
    r"pandas|polars|numpy|NumPy|SciPy|scipy|scikit-learn|DuckDB|HTTP|TLS|RFC|PEP|CVE|"
    r"CVSS|SemVer|CFR|ISO|IEC|NIST|Art(?:icle|\.))|[<>=~^])[ \"']*$"
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
        Where it starts in the text.
    shown : str
        As it stands there.
    value : Decimal
        Without percent sign and scale: 2.5 for `2.5%` and for `2.5 million`.
    unit : Decimal
        What its last digit counts, so that half of it is what rounding may take away.
    percent : bool
        Whether it is a percentage.
    scale : int
        1, or what `thousand`, `million` and `billion` multiply by.
    """

    at: int
    shown: str
    value: Decimal
    unit: Decimal
    percent: bool
    scale: int


def stated(text: str) -> Iterator[Number]:
    """Give the numbers of a sentence that look computed.

    They have a thousands separator, a decimal point or a percent sign. A sentence that
    names its source, author and year, has none: the numbers are the source's.
    """
    if _CITATION.search(text):
        return
    for match in _NUMBER.finditer(text):
        digits, percent = match["digits"], match["percent"]
        computed = "," in digits or "." in digits or percent
        if not computed or _LABEL.search(text, 0, match.start()):
            continue
        bare = digits.replace(",", "")
        decimals = len(bare.partition(".")[2])
        unit = Decimal(1).scaleb(-decimals)
        if not decimals and _ROUGHLY.search(text, 0, match.start()):
            unit = Decimal(1).scaleb(len(bare) - len(bare.rstrip("0")))
        scale = _SCALES.get((match["scale"] or "").strip(), 1)
        shown = match[0].strip()
        yield Number(match.start(), shown, Decimal(bare), unit, bool(percent), scale)


def printed(text: str) -> set[Decimal]:
    """Give the numbers that an output holds; of `23.4%` also 0.234."""
    found = set()
    for shown in _PRINTED.findall(text):
        value = _decimal(shown.replace(",", "").rstrip("%"))
        if value is not None:
            found |= {value, value / 100} if shown.endswith("%") else {value}
    return found


def proves(proofs: Iterable[Decimal], number: Number) -> bool:
    """Whether one of these numbers, rounded as the prose rounds, is the prose's.

    A fraction proves its percentage. What is left of it, one minus the fraction, does
    not: nobody has computed it.
    """
    factors = [Decimal(100), Decimal(1)] if number.percent else [Decimal(1)]
    if number.scale > 1:
        factors = [Decimal(1), 1 / Decimal(number.scale)]
    half = number.unit / 2
    return any(
        abs(proof * factor - number.value) <= half
        for proof in proofs
        for factor in factors
    )


def asserted(tree: ast.Module) -> set[Decimal]:
    """Give the numbers that the tests of a module assert.

    They stand in an `assert`, in the cases of a `parametrize`, in a call such as
    `pytest.raises`, or under a name that one of these reads. Text counts, too: of
    `match="181 values differ"` that is 181.
    """
    named: dict[str, list[ast.expr]] = {}
    claims: list[ast.AST] = []
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                named.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                named.setdefault(name, []).append(value)
            case ast.Assert(test=test):
                claims.append(test)
            case ast.FunctionDef(decorator_list=decorators):
                claims += decorators
            case ast.Call(func=function) if _claims(function):
                claims.append(node)
    read = {
        node.id
        for claim in claims
        for node in ast.walk(claim)
        if isinstance(node, ast.Name)
    }
    data = [value for name in read for value in named.get(name, []) if _is_data(value)]
    return {number for claim in [*claims, *data] for number in _numbers(claim)}


def _claims(function: ast.expr) -> bool:
    name = getattr(function, "attr", getattr(function, "id", ""))
    return name == "raises" or name.startswith(("assert_", "check_"))


def _is_data(value: ast.expr) -> bool:
    """Whether an expression holds values and computes none."""
    computing = (ast.Call, ast.Attribute, ast.Subscript, ast.comprehension, ast.Lambda)
    return not any(isinstance(node, computing) for node in ast.walk(value))


def _numbers(tree: ast.AST) -> Iterator[Decimal]:
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=bool()):
                continue
            case ast.Constant(value=int() | float() as value):
                # As it is written, not as a float holds it.
                yield from filter(None, [_decimal(repr(value))])
            case ast.Constant(value=str(text)):
                yield from printed(text)
            case ast.BinOp():
                yield from _folded(node)


def _folded(node: ast.BinOp) -> Iterator[Decimal]:
    """Compute `25_493 / 109_119`: a quotient of what was counted is a claim, too."""
    match node:
        case ast.BinOp(
            left=ast.Constant(value=int() | float() as left),
            op=ast.Mult() | ast.Div() as operator,
            right=ast.Constant(value=int() | float() as right),
        ):
            a, b = _decimal(repr(left)), _decimal(repr(right))
            if a is not None and b is not None:
                if isinstance(operator, ast.Mult):
                    yield a * b
                elif b:
                    yield a / b


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except DecimalException:
        return None
    return value if value.is_finite() else None
