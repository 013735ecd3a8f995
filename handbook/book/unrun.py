"""Find Python that a page shows and nothing runs, however it is written."""

import ast
import io
import re
import textwrap
import tokenize
import warnings
from collections.abc import Iterator, Sequence

from handbook.book.console import find_unfit
from handbook.book.markdown import SiteFence

__all__ = [
    "DIAGRAMS",
    "find_claims",
    "find_shows",
    "find_unrun",
    "is_python",
    "looks_like_python",
    "lost_value",
]

DIAGRAMS = {"d2", "dot", "graphviz", "mermaid", "plantuml", "vega", "vega-lite"}
"""Languages of which other tools draw a picture."""

_PROMPT = re.compile(r"\s*(?:>>>(?!>)\s*\S|In \[\d*\]: )")
_STATEMENTS = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.While,
    ast.With,
    ast.Try,
    ast.Assign,
    ast.AugAssign,
    ast.Assert,
    ast.Delete,
    ast.If,
    ast.Match,
)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# What stands before Python at a prompt, and lines that only IPython reads.
_BEFORE = re.compile(r"^(?:\.\.\. |[ \t]*%{1,2}\w.*)", re.MULTILINE)
# `#> 3`, `# -> 3`, `# => 3`: what a line is said to give.
_CLAIM = re.compile(
    r"#(?:>|\s*(?:-+>|=+>|>>>|→|⇒))\s*\S|#\s*raises\s+\w*(?:Error|Exception)$"
)
# `# 3`, `# prints 3`: the same if a value follows, and nothing else.
_SAYS = re.compile(
    r"#\s*(?P<verb>(?:prints|returns|gives|output|result|out ?\[\d*\]"
    r"|is|evaluates to|={1,2})[:\s]+|)"
    r"(?P<value>\S.*)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"#\s*(?:prints|output|result)\s*:?\s*$", re.IGNORECASE)
_PYPLOT = "matplotlib.pyplot"
_WINDOWS = {"plt", "pyplot", "fig", "figure", _PYPLOT}


def find_unrun(
    fences: Sequence[SiteFence], known: set[int]
) -> Iterator[tuple[int, str]]:
    """Find fences that show Python in another language, and commands that do not run.

    Parameters
    ----------
    fences : sequence of SiteFence
        Those of a page.
    known : set of int
        The lines of the fences that a directive compares with what a block gives, or
        that are refused for another reason.

    Yields
    ------
    tuple of int and str
        The line of the fence, and what to do.
    """
    for fence in fences:
        if fence.language not in {"", "text", "console"} or fence.line in known:
            continue
        lines = fence.code.split("\n")
        if prompt := next(filter(_PROMPT.match, lines), "").strip():
            yield (
                fence.line,
                f"'{prompt[:40]}' is Python at a prompt, which nothing runs: write "
                "```python without prompts, and its output below it",
            )
        elif fence.language == "console":
            for line, message in find_unfit(fence.code) if fence.seen else ():
                yield fence.line + line, message
        elif looks_like_python(fence.code):
            yield (
                fence.line,
                "this is Python, which nothing runs here: write ```python, or below a "
                "block <!--pytest-codeblocks:expected-output--> and ```text",
            )


def looks_like_python(code: str) -> bool:
    """Return whether a text is Python that does something, and not only a word."""
    tree = _parse(textwrap.dedent(_BEFORE.sub("", code)))
    return tree is not None and any(map(_does_something, tree.body))


def _does_something(node: ast.stmt) -> bool:
    """Return whether this is a statement, and not words that can be read as one."""
    match node:
        case ast.Expr(value=ast.Await(value=value)) | ast.Raise(exc=value):
            return isinstance(value, ast.Call)
        case ast.Expr(value=value):
            return isinstance(value, (ast.Call, *_COMPREHENSIONS))
        case ast.AnnAssign() | ast.Return():
            return node.value is not None
    return isinstance(node, _STATEMENTS)


def lost_value(code: str) -> int | None:
    """Return the line, from 1, of a last expression whose value nobody sees.

    A call can be there for what it does, so only calls count that never are.
    """
    tree = _parse(code)
    if tree is None or not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return None
    value = tree.body[-1].value
    if isinstance(value, ast.Constant | ast.Await | ast.Yield | ast.YieldFrom):
        return None
    has_call = any(isinstance(node, ast.Call) for node in ast.walk(value))
    if has_call and not isinstance(value, ast.Call):
        return None  # the calls in it may be there for what they do
    if isinstance(value, ast.Call) and not _only_returns(value):
        return None
    return value.lineno


# Methods and functions that are called only for the value that they return.
_RETURNING = {
    "agg", "all", "any", "astype", "corr", "cumsum", "describe",
    "dropna", "fillna", "groupby", "head", "isna", "len", "max", "mean", "median",
    "melt", "min", "nlargest", "notna", "nsmallest", "nunique", "pivot_table",
    "predict", "predict_proba", "quantile", "repr", "reset_index", "round", "sample",
    "score", "set_index", "sort_values", "sorted", "std", "str", "sum", "tail",
    "to_frame", "type", "unique", "unstack", "value_counts", "var",
}  # fmt: skip


def _only_returns(call: ast.Call) -> bool:
    if any(keyword.arg == "inplace" for keyword in call.keywords):
        return False
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return name in _RETURNING or name == "size"


def find_claims(code: str) -> Iterator[tuple[int, str]]:
    """Find comments that say what a line gives, each with its line from 1."""
    if not is_python(code):
        return
    title = 0  # the line of the last `# Output:`
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type != tokenize.COMMENT:
            continue
        is_signature = token.line.lstrip().startswith(("def ", "async def "))
        says = _SAYS.match(token.string)
        # On a line of its own, a number may be that of a step.
        is_below = title > 0 and token.start[0] == title + 1
        is_beside = is_below or bool(token.line[: token.start[1]].strip())
        title = token.start[0] if _TITLE.match(token.string) else 0
        is_value = says and (says["verb"] or is_beside) and _is_literal(says["value"])
        if (_CLAIM.match(token.string) or is_value) and not is_signature:
            yield token.start[0], token.string


def find_shows(code: str) -> Iterator[int]:
    """Find calls that open a window for a figure: their lines, from 1."""
    tree = _parse(code)
    nodes = list(ast.walk(tree)) if tree else []
    windows = {f"{name}.show" for name in _WINDOWS}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None)
            for each in node.names:
                name = f"{module}.{each.name}" if module else each.name
                if name == _PYPLOT:
                    windows.add(f"{each.asname or each.name}.show")
                elif name == f"{_PYPLOT}.show":
                    windows.add(each.asname or each.name)
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in windows:
            yield node.lineno


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return False
    return True


def is_python(code: str) -> bool:
    """Return whether a text can be parsed as Python."""
    return _parse(code) is not None


def _parse(code: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in what is no code
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
